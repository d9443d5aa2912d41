"""The queue's JSON routes: next cards, decide, undo, claim, history. Parse, call, answer.

A decision carries a key that the browser made; it is kept as ``web:<user>:<key>``, so that the
same message sent twice is one decision and nobody can name another officer's key.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from dashboard.deps import deps
from dashboard.desk import telling
from dashboard.desk.cards import cards_of
from dashboard.desk.queue_answers import DECIDERS, MOST_IDS, fresh, own_key, recorded, refusal
from dashboard.signing_in.security import requires, signed_in
from dashboard.web import forms
from dashboard.words import t
from data.db import Tx
from data.model import JsonObject, ReasonCode, User, Verdict
from data.store import decisions, queue
from moderation.deciding.decide import (
    DecisionRequest,
    Refused,
    RefusedCode,
    record_decision,
    undo_decision,
)

routes = Blueprint("queue", __name__, url_prefix="/api/queue")

LONGEST_GLANCE = timedelta(minutes=30)


# ------------------------------------------------------------------------------ reading


@routes.get("/desk")
@requires(*DECIDERS)
def desk_settings() -> ResponseReturnValue:
    """What the desk needs once: who is signed in, codes, non-reasons, themes, what u can undo."""
    d = deps()
    with d.db.read() as tx:
        return jsonify(telling.settings(tx, d, signed_in()))


@routes.get("/counts")
@requires(*DECIDERS)
def counts() -> ResponseReturnValue:
    """How many items each queue holds; polled, and kept out of the idle clock."""
    with deps().db.read() as tx:
        return jsonify(telling.counts(tx, signed_in()))


@routes.post("/next")
@requires(*DECIDERS)
def next_cards() -> ResponseReturnValue:
    """Claims the next items for this officer and gives their cards, highest first."""
    body, d, user = forms.json_body(), deps(), signed_in()
    name = forms.text(body, "queue", longest=20)
    have = forms.ids(body, "have", most=MOST_IDS)
    calmer = body.get("calmer") is True
    now = d.clock()
    with d.db.write() as tx:
        wanted = telling.Want(queue=name, have=have, want=d.prefetch, now=now)
        items = (
            telling.claim_calmer(tx, d, user, wanted)
            if calmer
            else telling.claim_next(tx, user, wanted)
        )
    with d.db.read() as tx:
        return jsonify(
            now=now.isoformat(),
            cards=cards_of(tx, d, items, now, reader=user.id),
            last_sweep=telling.last_sweep(tx),
            elsewhere=telling.held_elsewhere(tx, user, queue=name, now=now),
            version=queue.version(tx),
            **telling.counts(tx, user),
        )


@routes.post("/claim")
@requires(*DECIDERS)
def claim() -> ResponseReturnValue:
    """Renews the claims on the cards that lie on the desk; tells which another officer has."""
    body, d, user = forms.json_body(), deps(), signed_in()
    ids = forms.ids(body, "ids", most=MOST_IDS)
    now = d.clock()
    with d.db.write() as tx:
        still = queue.still_open(tx, ids)
        mine = queue.claim_many(tx, sorted(still), user.id, now=now)
    return jsonify(
        held=[i for i in ids if i in still - mine], gone=[i for i in ids if i not in still]
    )


@routes.post("/release")
@requires(*DECIDERS)
def release() -> ResponseReturnValue:
    """Gives all of this officer's claims back."""
    with deps().db.write() as tx:
        queue.release_all(tx, signed_in().id)
    return jsonify(ok=True)


@routes.get("/history")
@requires(*DECIDERS)
def history() -> ResponseReturnValue:
    """All texts, decisions and actions of one comment."""
    comment_id = request.args.get("comment", "")
    with deps().db.read() as tx:
        told = telling.history(tx, comment_id)
    if told is None:
        return jsonify(error=t("There is no such comment."), field="comment"), 404
    return jsonify(told)


# ------------------------------------------------------------------------------ deciding


@routes.post("/decide")
@requires(*DECIDERS)
def decide() -> ResponseReturnValue:
    """Records one decision; the same key again gives the same answer and no second effect."""
    body, d, user = forms.json_body(), deps(), signed_in()
    asked = _decision(body, user)
    now = d.clock()
    try:
        with d.db.write() as tx:
            asked = _with_expected(tx, asked, body, user)
            shown_ms = forms.whole_or_none(body, "shown_ms") or 0
            made = record_decision(
                tx,
                asked,
                policy_version=d.policy_version(),
                holds=d.holds,
                now=now,
                filing=d.filing,
            )
            seen_at = now - min(timedelta(milliseconds=shown_ms), LONGEST_GLANCE)
            queue.note_glance(tx, asked.revision_id, user.id, now=seen_at)
            told = recorded(tx, made)
    except Refused as refused:
        return refusal(refused, asked.comment_id, now, user)
    return jsonify(told)


@routes.post("/undo")
@requires(*DECIDERS)
def undo() -> ResponseReturnValue:
    """Takes a decision back, named by its id or by the key it was sent with; gives its card."""
    body, d, user = forms.json_body(), deps(), signed_in()
    key = own_key(user, forms.key(body, "key"))
    of = forms.key(body, "of") if body.get("of") is not None else None
    decision_id = None if of is not None else forms.whole(body, "decision_id")
    now = d.clock()
    comment_id = ""
    try:
        with d.db.write() as tx:
            undone = _undone(tx, user, of, decision_id)
            comment_id = undone[1]
            made = undo_decision(
                tx, decision_id=undone[0], by=user, key=key, holds=d.holds, now=now
            )
            queue.claim(tx, comment_id, user.id, now=now)
            told = recorded(tx, made)
    except Refused as refused:
        return refusal(refused, comment_id, now, user)
    return jsonify(**told, card=fresh(comment_id, now, user.id))


def _decision(body: JsonObject, user: User) -> DecisionRequest:
    return DecisionRequest(
        comment_id=forms.text(body, "comment_id", longest=200, needed=True),
        revision_id=forms.whole(body, "revision_id"),
        verdict=forms.choice(body, "verdict", Verdict),
        by=user,
        key=own_key(user, forms.key(body, "key")),
        expected=forms.whole_or_none(body, "expected"),
        reason=forms.choice_or_none(body, "reason", ReasonCode),
        reason_text=forms.text(body, "reason_text", longest=2000),
        theme=forms.text(body, "theme", longest=60) or None,
        span=forms.span(body, "span"),
        office=forms.text(body, "office", longest=200),
        place=forms.text(body, "place", longest=200),
        due_on=forms.day_or_none(body, "due_on"),
    )


def _with_expected(tx: Tx, asked: DecisionRequest, body: JsonObject, user: User) -> DecisionRequest:
    """``after`` names an own message, sent before this one, whose decision is the expected one."""
    if body.get("after") is None:
        return asked
    before = decisions.decision_by_key(tx, own_key(user, forms.key(body, "after")))
    if before is None:
        raise Refused(
            RefusedCode.DECIDED_MEANWHILE,
            t("What this builds on was not recorded. Look at the comment again."),
        )
    return replace(asked, expected=before.id)


def _undone(tx: Tx, user: User, of: str | None, decision_id: int | None) -> tuple[int, str]:
    """(id, comment) of the decision to undo."""
    found = (
        decisions.decision_by_id(tx, decision_id or 0)
        if of is None
        else decisions.decision_by_key(tx, own_key(user, of))
    )
    if found is None:
        raise Refused(RefusedCode.UNKNOWN_DECISION, t("That decision was never recorded."))
    return found.id, found.comment_id
