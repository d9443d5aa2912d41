"""What a desk that lies open asks now and then: what changed, who else looks, own keys.

``pulse`` is cheap while nothing happens: it compares one word of the open items. None of these
keeps an idle session alive (dashboard/signing_in/sessions.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from dashboard.deps import Deps, deps
from dashboard.desk import telling
from dashboard.desk.card_order import also_viewing
from dashboard.desk.cards import card
from dashboard.desk.keys import KeyUnusable, checked
from dashboard.desk.queue_answers import DECIDERS, MOST_IDS
from dashboard.signing_in.security import requires, signed_in
from dashboard.web import forms
from dashboard.words import t
from data.db import Tx
from data.model import JsonObject, JsonValue, QueueItem, Role, User
from data.store import audit, comments, decisions, queue, users, viewing
from data.store.choices import ChoiceName, keep_choice
from moderation.deciding import conflict

routes = Blueprint("queue_live", __name__, url_prefix="/api/queue")


# ------------------------------------------------------------------------------ what changed


@routes.post("/pulse")
@requires(*DECIDERS)
def pulse() -> ResponseReturnValue:
    """Whether anything changed since ``seen``: then the counts, and what became of the cards."""
    body, d, user = forms.json_body(), deps(), signed_in()
    seen = forms.text(body, "seen", longest=80)
    shown = forms.text(body, "shown", longest=200)
    lying = _lying(body)
    now = d.clock()
    with d.db.read() as tx:
        version = queue.version(tx)
        told: JsonObject = {"version": version, "now": now.isoformat()}
        told["also"] = also_viewing(tx, shown, user.id, now) if shown else []
        if version != seen:
            told |= telling.counts(tx, user) | _moved(tx, d, user, lying, now)
    return jsonify(told)


def _lying(body: JsonObject) -> dict[str, tuple[int, int | None]]:
    """The cards that lie on the desk: the text and the open decision that each was drawn from."""
    cards = body.get("cards") or []
    if not isinstance(cards, list) or len(cards) > MOST_IDS:
        raise forms.Malformed("cards", t("cards must be a list of at most {n}.", n=MOST_IDS))
    found: dict[str, tuple[int, int | None]] = {}
    for one in cards:
        if not isinstance(one, dict):
            raise forms.Malformed("cards", t("cards must hold objects."))
        told = cast("JsonObject", one)
        comment_id = forms.text(told, "id", longest=200, needed=True)
        found[comment_id] = (
            forms.whole(told, "revision_id"),
            forms.whole_or_none(told, "expected"),
        )
    return found


def _moved(
    tx: Tx, d: Deps, user: User, lying: dict[str, tuple[int, int | None]], now: datetime
) -> JsonObject:
    """Cards that another officer decided or whose text changed since they were drawn."""
    standing = comments.get_comments(tx, list(lying))
    gone: list[JsonValue] = []
    anew: list[JsonValue] = []
    for comment_id, (revision_id, expected) in lying.items():
        c = standing.get(comment_id)
        newest = decisions.current_decision(tx, comment_id)
        stands = None if newest is None or c is None else newest
        if stands is not None and c is not None and stands.revision_id != c.revision.id:
            stands = None  # made on an older text
        same_text = c is not None and c.revision.id == revision_id
        same = same_text and (None if stands is None else stands.id) == expected
        item = None if same else queue.queue_item(tx, comment_id)
        if same and c is not None and c.missing_since is None:
            continue
        if item is not None and _is_for(tx, user, item):
            anew.append(card(tx, d, item, now, reader=user.id))
        else:
            gone.append(_gone(tx, comment_id, None if newest is None else newest.id, user))
    return {"gone": gone, "anew": anew}


def _is_for(tx: Tx, user: User, item: QueueItem) -> bool:
    """Whether this officer may go on with it: no second look of theirs, no remark about them."""
    if item.queue == "second_look":
        own = item.decision is not None and item.decision.by_user == user.id
        if user.role is not Role.SENIOR or own:
            return False
    return not conflict.concerns(tx, user, item.comment)


def _gone(tx: Tx, comment_id: str, decision_id: int | None, user: User) -> JsonObject:
    """Who took it, in a sentence; empty where it was this officer, elsewhere."""
    newest = None if decision_id is None else decisions.decision_by_id(tx, decision_id)
    if newest is None:
        return {"id": comment_id, "told": t("This comment asks for nobody any more.")}
    if newest.by_user == user.id:
        return {"id": comment_id, "told": ""}
    by = users.user_by_id(tx, newest.by_user)
    done = t(telling.VERDICT_DONE[newest.verdict.value])
    name = t("Another officer") if by is None else by.display
    return {
        "id": comment_id,
        "told": t("{name} decided this one meanwhile: {done}.", name=name, done=done.lower()),
    }


# ------------------------------------------------------------------------------ who looks


@routes.post("/viewing")
@requires(*DECIDERS, Role.MANAGER, Role.AUDITOR)
def looks() -> ResponseReturnValue:
    """Says that this officer has a comment open outside the queue, for a short time.

    Who decides nothing leaves no trace and hears of nobody.
    """
    body, d, user = forms.json_body(), deps(), signed_in()
    comment_id = forms.text(body, "comment_id", longest=200, needed=True)
    place = forms.text(body, "place", longest=12) or "history"
    if place not in viewing.PLACES:
        raise forms.Malformed(
            "place", t("place must be one of: {names}.", names=", ".join(viewing.PLACES))
        )
    if user.role not in DECIDERS:
        return jsonify(ok=True, also=[])
    now = d.clock()
    with d.db.write() as tx:
        if comments.get_comment(tx, comment_id) is None:
            return jsonify(error=t("There is no such comment."), field="comment_id"), 404
        if body.get("ended") is True:
            viewing.end_viewing(tx, comment_id, user.id)
        else:
            viewing.note_viewing(tx, comment_id, user.id, place, now=now)
        also = also_viewing(tx, comment_id, user.id, now)
    return jsonify(ok=True, also=also)


# ------------------------------------------------------------------------------ own keys


@routes.post("/keys")
@requires(*DECIDERS)
def own_keys() -> ResponseReturnValue:
    """Keeps this officer's own keys, and whether single keys act at all."""
    body, d, user = forms.json_body(), deps(), signed_in()
    asked = body.get("keys")
    if not isinstance(asked, dict):
        raise forms.Malformed("keys", t("keys must be an object of acts and keys."))
    try:
        keys = checked(cast("JsonObject", asked))
    except KeyUnusable as unusable:
        raise forms.Malformed("keys", str(unusable)) from None
    on, now = body.get("on") is not False, d.clock()
    with d.db.write() as tx:
        keep_choice(tx, user.id, ChoiceName.KEYS.value, keys, now=now)
        keep_choice(tx, user.id, ChoiceName.SINGLE_KEYS.value, "on" if on else "off", now=now)
        detail: JsonObject = {"name": "keys", "value": dict[str, JsonValue](keys), "on": on}
        audit.note(
            tx,
            actor=user.pseudonym,
            verb="choose",
            object=f"user:{user.id}",
            detail=detail,
            now=now,
        )
    return jsonify(ok=True, keys=keys, on=on)
