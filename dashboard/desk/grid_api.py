"""The grid's JSON routes: check a bulk, do it, undo it, choose all copies, keep saved views.

A selection is never trusted to be what it was: each comment is named with the text and the decision
that the officer saw, and every rule is asked again when it is recorded. What cannot be done is told
with its reason; it never stops the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from dashboard.deps import Deps, deps
from dashboard.desk.queue_answers import DECIDERS, own_key
from dashboard.signing_in.security import requires, signed_in
from dashboard.web import forms
from dashboard.words import mark, t, tn
from dashboard.words.below import from_below
from data.db import Tx
from data.model import JsonObject, JsonValue, ReasonCode, User, Verdict
from data.store import audit, floods, saved_views
from data.store.floods import Choosable
from moderation.deciding.bulk import MOST_AT_ONCE, NotDone, bulk_key, record_many, undo_many
from moderation.deciding.bulk_check import check_many
from moderation.deciding.decide import DecisionRequest, RefusedCode

routes = Blueprint("grid", __name__, url_prefix="/api/grid")
IN_BULK = (Verdict.KEEP, Verdict.REMOVE, Verdict.COMPLAINT)
MOST_COPIES = 5_000
_LEFT_OUT = {
    RefusedCode.PROTECTED_IN_BULK: mark("Protected: each is decided alone."),
    RefusedCode.NOT_IN_BULK: mark("Not checked by the machine: each is decided alone."),
    RefusedCode.TEXT_CHANGED: mark("The text changed since it was shown here."),
    RefusedCode.DECIDED_MEANWHILE: mark("Another officer decided meanwhile."),
    RefusedCode.ALREADY_DECIDED: mark("Decided already."),
    RefusedCode.CONFLICT: mark("About you or your unit: another officer decides."),
    RefusedCode.SENIOR_NEEDED: mark("Waits for a senior officer's second look."),
    RefusedCode.OWN_SECOND_LOOK: mark("You asked for a second look: another officer gives it."),
    RefusedCode.UNKNOWN_COMMENT: mark("There is no such comment."),
}


@routes.errorhandler(saved_views.NotAView)
def not_a_view(error: saved_views.NotAView) -> ResponseReturnValue:
    return jsonify(error=from_below(str(error))), 400


# ------------------------------------------------------------------------------ a bulk


@routes.post("/check")
@requires(*DECIDERS)
def check() -> ResponseReturnValue:
    """What the bulk would do; nothing is written."""
    asked = _requests(forms.json_body(), signed_in(), key="check")
    with deps().db.read() as tx:
        found = check_many(tx, asked)
    return jsonify(fits=len(found.fits), proposals=found.proposals, left_out=_told(found.left_out))


@routes.post("/bulk")
@requires(*DECIDERS)
def bulk() -> ResponseReturnValue:
    """Records the bulk, one decision for each comment; the same key again changes nothing more."""
    body, d, user = forms.json_body(), deps(), signed_in()
    asked = _requests(body, user, key=forms.key(body, "key")[:40])
    with d.db.write() as tx:
        found = record_many(
            tx, asked, policy_version=d.policy_version(), holds=d.holds, now=d.clock(),
            filing=d.filing,
        )  # fmt: skip
        if found.done:
            _note_bulk(tx, d, user, asked[0], len(found.done), len(found.not_done))
    return jsonify(
        done=[r.decision.id for r in found.done],
        ids=[r.decision.comment_id for r in found.done],
        proposals=sum(r.awaits_second for r in found.done),
        not_done=_told(found.not_done),
    )


@routes.post("/undo")
@requires(*DECIDERS)
def undo() -> ResponseReturnValue:
    """Takes the decisions of a bulk back, the newest first, each by a record of its own."""
    body, d, user = forms.json_body(), deps(), signed_in()
    key = own_key(user, forms.key(body, "key")[:40])
    ids = sorted(_numbers(body, "decisions"), reverse=True)
    with d.db.write() as tx:
        found = undo_many(tx, ids, by=user, key=key, holds=d.holds, now=d.clock())
    return jsonify(done=len(found.done), not_done=_told(found.not_done))


def _requests(body: JsonObject, user: User, *, key: str) -> list[DecisionRequest]:
    verdict = forms.choice(body, "verdict", Verdict)
    if verdict not in IN_BULK:
        raise forms.Malformed("verdict", t("In bulk a comment is kept, removed or filed."))
    reason = forms.choice_or_none(body, "reason", ReasonCode)
    reason_text = forms.text(body, "reason_text", longest=2000)
    office = forms.text(body, "office", longest=200)
    place = forms.text(body, "place", longest=200)
    theme = forms.text(body, "theme", longest=60) or None
    if verdict is Verdict.COMPLAINT and theme is None:
        raise forms.Malformed("theme", t("A complaint is filed under a theme: choose one."))
    return [
        DecisionRequest(
            comment_id=item.comment_id,
            revision_id=item.revision_id,
            expected=item.expected,
            verdict=verdict,
            by=user,
            key=bulk_key(own_key(user, key), item.comment_id),
            reason=reason,
            theme=theme,
            in_bulk=True,
            reason_text=reason_text,
            office=office,
            place=place,
        )
        for item in _items(body)
    ]


def _items(body: JsonObject) -> list[Choosable]:
    """The selection, each comment once, with what the officer saw of it."""
    given = body.get("items")
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_AT_ONCE:
        sentence = t("Choose 1 to {most} comments at once.", most=MOST_AT_ONCE)
        raise forms.Malformed("items", sentence)
    found: dict[str, Choosable] = {}
    for one in given:
        if not isinstance(one, dict):
            raise forms.Malformed("items", t("The selection was not understood."))
        item = cast("JsonObject", one)
        chosen = Choosable(
            comment_id=forms.text(item, "id", longest=200, needed=True),
            revision_id=forms.whole(item, "revision"),
            expected=forms.whole_or_none(item, "expected"),
            protected=False,  # the rules look for themselves
        )
        found[chosen.comment_id] = chosen
    return list(found.values())


def _numbers(body: JsonObject, name: str) -> list[int]:
    given = body.get(name)
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_AT_ONCE:
        raise forms.Malformed(name, t("Choose 1 to {most} comments at once.", most=MOST_AT_ONCE))
    return [forms.whole({name: n}, name) for n in given]


def _told(left_out: Iterable[NotDone]) -> list[JsonValue]:
    """What was left out, by reason: the sentence, how many, and which."""
    groups: dict[str, list[str]] = {}
    for one in left_out:
        known = _LEFT_OUT.get(one.code)
        sentence = from_below(one.message) if known is None else t(known)
        groups.setdefault(sentence, []).append(one.comment_id)
    return [
        {"sentence": sentence, "n": len(ids), "ids": cast("list[JsonValue]", ids)}
        for sentence, ids in groups.items()
    ]


def _note_bulk(
    tx: Tx, d: Deps, user: User, asked: DecisionRequest, done: int, not_done: int
) -> None:
    """One line for the whole, beside the line that each decision has of its own."""
    detail: JsonObject = {
        "reason": None if asked.reason is None else asked.reason.value,
        "done": done,
        "not_done": not_done,
    }
    audit.note(
        tx, actor=user.pseudonym, verb=f"bulk.{asked.verdict.value}", object="bulk",
        now=d.clock(), detail=detail,
    )  # fmt: skip


# ------------------------------------------------------------------------------ copies


@routes.post("/copies")
@requires(*DECIDERS)
def copies() -> ResponseReturnValue:
    """All near-copies of a comment, or of a group, that can still be decided."""
    body = forms.json_body()
    comment_id = forms.text(body, "comment", longest=200)
    group = forms.text(body, "group", longest=200)
    with deps().db.read() as tx:
        group = group or floods.group_id_of(tx, comment_id) or ""
        found = floods.choosable_of_group(tx, group, most=MOST_COPIES + 1) if group else []
    return jsonify(
        more=len(found) > MOST_COPIES,
        items=[
            {
                "id": i.comment_id,
                "revision": i.revision_id,
                "expected": i.expected,
                "protected": i.protected,
            }
            for i in found[:MOST_COPIES]
        ],
    )


# ------------------------------------------------------------------------------ saved views


_QUERY = re.compile(r"[\w.%+&=:~!*'()-]*", re.ASCII)


@routes.post("/views/save")
@requires(*DECIDERS)
def save_view() -> ResponseReturnValue:
    """Keeps the filters that stand under a name; an own view of that name is replaced."""
    body, d, user = forms.json_body(), deps(), signed_in()
    name = forms.text(body, "name", longest=200, needed=True)
    query = forms.text(body, "query", longest=4000)
    if _QUERY.fullmatch(query) is None:
        raise forms.Malformed("query", t("These filters were not understood."))
    with d.db.write() as tx:
        kept = saved_views.save_view(
            tx, user, name=name, query=query, shared=body.get("shared") == "yes", now=d.clock()
        )
        detail: JsonObject = {"shared": kept.shared}
        audit.note(tx, actor=user.pseudonym, verb="view.save", object=f"view:{kept.id}",
                   now=d.clock(), detail=detail)  # fmt: skip
    return jsonify(told=t("The view “{name}” is saved.", name=kept.name))


@routes.post("/views/remove")
@requires(*DECIDERS)
def remove_view() -> ResponseReturnValue:
    """Takes away one of the reader's own views; nobody takes away another's."""
    body, d, user = forms.json_body(), deps(), signed_in()
    number = forms.text(body, "view", longest=15, needed=True)
    with d.db.write() as tx:
        view = saved_views.view_by_id(tx, int(number)) if _is_number(number) else None
        if view is None or view.owner_id != user.id:
            return jsonify(error=t("There is no such view of yours.")), 404
        saved_views.take_away_view(tx, view.id)
        audit.note(tx, actor=user.pseudonym, verb="view.remove", object=f"view:{view.id}",
                   now=d.clock())  # fmt: skip
    return jsonify(told=t("The view “{name}” is taken away.", name=view.name))


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit()


def counted(n: int, most: int) -> str:
    """How many comments fit, said honestly: it was counted no further than ``most``."""
    return (
        t("more than {n} comments", n=f"{most:,}")
        if n > most
        else tn("{n} comment", "{n} comments", n)
    )
