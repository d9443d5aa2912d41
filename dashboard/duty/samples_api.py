"""Blind samples: the next texts without their verdict, the answer, and a senior's word on a
difference. Who decided on a comment is never given it here."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from dashboard.deps import deps
from dashboard.desk.beside import desk_told
from dashboard.duty.samples import blind_card
from dashboard.signing_in.security import requires, signed_in
from dashboard.web import forms, given
from dashboard.words import t
from data.blind import Settled
from data.model import ReasonCode, Role, ThemeState, Verdict
from data.store import blind, themes
from moderation.deciding.blind import BlindRequest, judge_again, settle
from moderation.deciding.refused import Refused

routes = Blueprint("samples", __name__, url_prefix="/api/samples")
JUDGES = (Role.OFFICER, Role.SENIOR)
SETTLE = "/api/samples/settle"
MOST_HELD = 100
AHEAD = 10


@routes.errorhandler(Refused)
def refused(error: Refused) -> ResponseReturnValue:
    return jsonify(error=error.message, code=error.code.value), 409


@routes.get("/desk")
@requires(*JUDGES)
def desk() -> ResponseReturnValue:
    """What the page needs once, and how many samples are open to this user."""
    user = signed_in()
    with deps().db.read() as tx:
        known = [
            {"key": k.key, "title": k.title_en, "title_ur": k.title_ur}
            for k in themes.list_themes(tx)
            if k.state is ThemeState.SELECTED
        ]
        count = blind.blind_open(tx, user.id)
    return jsonify(**desk_told(user), themes=known, open=count)


@routes.post("/next")
@requires(*JUDGES)
def next_samples() -> ResponseReturnValue:
    """The next samples, besides those that the page holds already."""
    user, d, body = signed_in(), deps(), forms.json_body()
    have = body.get("have")
    held = [x for x in have if isinstance(x, int)] if isinstance(have, list) else []
    with d.db.read() as tx:
        items = blind.blind_next(tx, user.id, limit=AHEAD, skip=held[:MOST_HELD])
        cards = [c for c in (blind_card(tx, i) for i in items) if c is not None]
        return jsonify(cards=cards, open=blind.blind_open(tx, user.id))


@routes.post("/answer")
@requires(*JUDGES)
def answer() -> ResponseReturnValue:
    """Keeps one answer. It measures; it changes nothing at the platform."""
    user, d, body = signed_in(), deps(), forms.json_body()
    asked = BlindRequest(
        item_id=forms.whole(body, "item"),
        verdict=forms.choice(body, "verdict", Verdict),
        by=user,
        reason=forms.choice_or_none(body, "reason", ReasonCode),
        reason_text=forms.text(body, "reason_text", longest=2000),
    )
    with d.db.write() as tx:
        judge_again(tx, asked, holds=d.holds, policy=d.policy_version(), now=d.clock())
        return jsonify(ok=True, open=blind.blind_open(tx, user.id))


@routes.post("/settle")
@requires(Role.SENIOR)
def settle_difference() -> ResponseReturnValue:
    """A senior officer's word: the decision stands, or the comment is looked at anew."""
    d, number = deps(), given.number("item")
    how = forms.choice(forms.json_body(), "how", Settled)
    with d.db.write() as tx:
        settle(
            tx, number, how, signed_in(),
            holds=d.holds, policy=d.policy_version(), now=d.clock(),
        )  # fmt: skip
    if how is Settled.STANDS:
        return jsonify(told=t("Noted: the first decision stands."))
    return jsonify(told=t("Reopened: the comment is looked at anew."))
