"""The queue's routes for many comments at once: copies to select, one decision, one undo.

A bulk never touches what is protected, whatever a request says: moderation/deciding/bulk.py sees
to it.
"""

from __future__ import annotations

from typing import cast

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from dashboard.deps import deps
from dashboard.desk.cards import cards_of
from dashboard.desk.queue_answers import DECIDERS, own_key
from dashboard.signing_in.security import requires, signed_in
from dashboard.web import forms
from dashboard.words import t
from dashboard.words.below import from_below
from data.db import Tx
from data.model import JsonObject, JsonValue, ReasonCode, User, Verdict
from data.store import copies, decisions, outbox, queue
from data.store.comments import get_comments
from data.store.selection import Selectable, selectable
from moderation.deciding import conflict
from moderation.deciding.bulk import MOST_AT_ONCE, Bulk, bulk_key, record_many, undo_many
from moderation.deciding.decide import DecisionRequest
from moderation.texts.search import search_fold

routes = Blueprint("queue_many", __name__, url_prefix="/api/queue")

IN_BULK = (Verdict.KEEP, Verdict.REMOVE, Verdict.WAIT)
MOST_SHOWN = 20


# ------------------------------------------------------------------------------ selecting


@routes.get("/copies")
@requires(*DECIDERS)
def copies_of() -> ResponseReturnValue:
    """The open near-copies of a comment: which can be selected, and how many cannot, and why."""
    d, user, comment_id = deps(), signed_in(), request.args.get("comment", "")
    now = d.clock()
    with d.db.read() as tx:
        group = copies.group_of(tx, comment_id)
        ids = [] if group is None else copies.members(tx, group.group_id)
        items = selectable(tx, ids[: MOST_AT_ONCE * 4], now=now)
        own = set(_not_about(tx, user, [i.comment_id for i in items]))
    free = [i for i in items if _is_free(i, user) and i.comment_id in own]
    taken = free[:MOST_AT_ONCE]
    return jsonify(
        items=[
            {"comment_id": i.comment_id, "revision_id": i.revision_id, "expected": i.expected}
            for i in taken
        ],
        protected=sum(i.protected for i in items),
        elsewhere=sum(not i.protected and not _is_free(i, user) for i in items),
        more=len(free) - len(taken),
    )


def _is_free(item: Selectable, user: User) -> bool:
    mine = item.held_by in (None, user.id)
    return not item.protected and item.queue != "second_look" and mine


def _not_about(tx: Tx, user: User, ids: list[str]) -> list[str]:
    phrases = conflict.phrases_of(tx, user)
    if not phrases:
        return ids
    known = get_comments(tx, ids)
    return [i for i in ids if not conflict.is_about(search_fold(known[i].revision.text), phrases)]


# ------------------------------------------------------------------------------ deciding


@routes.post("/decide-many")
@requires(*DECIDERS)
def decide_many() -> ResponseReturnValue:
    """One decision for a selection: a record for each; those refused are told with the reason."""
    body, d, user = forms.json_body(), deps(), signed_in()
    key = own_key(user, forms.key(body, "key"))
    requests = _requests(body, user, key)
    now = d.clock()
    with d.db.write() as tx:
        bulk = record_many(
            tx,
            requests,
            policy_version=d.policy_version(),
            holds=d.holds,
            now=now,
            filing=d.filing,
        )
        held = [outbox.action_of_decision(tx, r.decision.id) for r in bulk.done[:1]]
    until = next((a.hold_until.isoformat() for a in held if a is not None), None)
    return jsonify(**_told(bulk, user), hold_until=until)


def _requests(body: JsonObject, user: User, key: str) -> list[DecisionRequest]:
    verdict = forms.choice(body, "verdict", Verdict)
    if verdict not in IN_BULK:
        raise forms.Malformed("verdict", t("Many at once are kept, removed or put off only."))
    reason = forms.choice_or_none(body, "reason", ReasonCode)
    words = forms.text(body, "reason_text", longest=2000)
    return [
        DecisionRequest(
            comment_id=forms.text(item, "comment_id", longest=200, needed=True),
            revision_id=forms.whole(item, "revision_id"),
            expected=forms.whole_or_none(item, "expected"),
            verdict=verdict,
            by=user,
            key=bulk_key(key, str(item["comment_id"])),
            reason=reason,
            reason_text=words,
        )
        for item in _items(body)
    ]


def _items(body: JsonObject) -> list[JsonObject]:
    items = body.get("items")
    if not isinstance(items, list) or not 0 < len(items) <= MOST_AT_ONCE:
        raise forms.Malformed("items", t("items must be a list of 1 to {n}.", n=MOST_AT_ONCE))
    if not all(isinstance(i, dict) for i in items):
        raise forms.Malformed("items", t("items must hold objects."))
    found = cast("list[JsonObject]", items)
    if len({str(i.get("comment_id")) for i in found}) != len(found):
        raise forms.Malformed("items", t("items must name each comment once."))
    return found


@routes.post("/undo-many")
@requires(*DECIDERS)
def undo_of_many() -> ResponseReturnValue:
    """Takes a whole bulk back, named by the key that it was sent with and its comments."""
    body, d, user = forms.json_body(), deps(), signed_in()
    key = own_key(user, forms.key(body, "key"))
    of = own_key(user, forms.key(body, "of"))
    ids = forms.ids(body, "ids", most=MOST_AT_ONCE)
    now = d.clock()
    with d.db.write() as tx:
        made = [decisions.decision_by_key(tx, bulk_key(of, i)) for i in ids]
        newest = sorted((x.id for x in made if x is not None), reverse=True)
        bulk = undo_many(tx, newest, by=user, key=key, holds=d.holds, now=now)
        for r in bulk.done[:MOST_SHOWN]:
            queue.claim(tx, r.decision.comment_id, user.id, now=now)
    return jsonify(**_told(bulk, user), cards=_cards(bulk, user))


# ------------------------------------------------------------------------------ answers


def _told(bulk: Bulk, user: User) -> JsonObject:
    """How many were done, and each that was not with its sentence."""
    not_done: list[JsonValue] = [
        {"comment_id": n.comment_id, "code": n.code.value, "error": from_below(n.message)}
        for n in bulk.not_done
    ]
    return {
        "ok": True,
        "done": [r.decision.comment_id for r in bulk.done],
        "awaits_second": sum(r.awaits_second for r in bulk.done),
        "not_done": not_done,
        "back": _still_open([n.comment_id for n in bulk.not_done][:MOST_SHOWN], user),
    }


def _still_open(ids: list[str], user: User) -> list[JsonValue]:
    """Cards of those that were refused and still ask for a person."""
    d = deps()
    now = d.clock()
    with d.db.read() as tx:
        found = [queue.queue_item(tx, i) for i in ids]
        mine = [i for i in found if i is not None and not conflict.concerns(tx, user, i.comment)]
        return list[JsonValue](cards_of(tx, d, mine, now, reader=user.id))


def _cards(bulk: Bulk, user: User) -> list[JsonValue]:
    return _still_open([r.decision.comment_id for r in bulk.done[:MOST_SHOWN]], user)
