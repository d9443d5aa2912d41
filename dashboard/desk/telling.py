"""What the queue's routes tell: settings of the desk, counts, claims, history of a comment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.deps import Deps
from dashboard.desk.beside import desk_told
from dashboard.desk.card_order import is_harsh
from dashboard.desk.cards import text_json
from dashboard.desk.keys import STANDARD
from dashboard.words import mark, t
from dashboard.words.below import from_below
from dashboard.words.choosing import choices
from dashboard.words.titles import QUEUE_TITLES, queue_title
from data.db import Tx
from data.model import CaseState, Comment, JsonObject, JsonValue, QueueItem, Role, ThemeState, User
from data.store import blind, cases, comments, decisions, outbox, shifts, sources, sweeps, themes
from data.store import queue as store
from data.store import users as people
from data.store.assessments import current_assessment
from data.store.selection import thread_of
from moderation.deciding import conflict
from moderation.texts.search import search_fold

UNDO_LAST = 20
COUNTED_TO = 10_000
"""A queue is counted no further while the desk polls; the page then says "10,000+"."""
NOTE_STANDS = timedelta(hours=24)
VERDICT_DONE = {
    "keep": mark("Kept"),
    "remove": mark("Removed"),
    "split": mark("Split in two"),
    "complaint": mark("Sent to complaints"),
    "escalate": mark("Escalated"),
    "wait": mark("Put off"),
    "undo": mark("Undone"),
}
BESIDE = {
    "copies": (mark("Copies"), "/copies"),
    "complaints": (mark("Complaints to hand over"), "/cases"),
    "blind": (mark("Blind sample"), "/samples"),
}
"""Queues that have a page of their own: their name and where it is."""


def settings(tx: Tx, d: Deps, user: User) -> JsonObject:
    """What a desk needs once, when it is opened."""
    return {
        **desk_told(user),
        "themes": [
            {"key": x.key, "title": x.title_en, "title_ur": x.title_ur}
            for x in themes.list_themes(tx)
            if x.state in (ThemeState.SELECTED, ThemeState.CANDIDATE)
        ],
        "queues": [{"name": n, "title": queue_title(n)} for n in _seen(user)],
        "beside": [{"name": n, "title": t(x), "href": h} for n, (x, h) in BESIDE.items()],
        "undoable": recent(tx, user, d.clock()),
        "standard_keys": dict[str, JsonValue](STANDARD),
        "breaks": choices().breaks,
        "calm": {
            "harsh": d.calm.harsh_in_a_row,
            "minutes": d.calm.break_minutes,
            "cards": d.calm.break_cards,
        },
        "note": _note_left(tx, d.clock()),
    }


def _note_left(tx: Tx, now: datetime) -> JsonObject | None:
    """What the officer who went last wrote for whoever comes next, for a day."""
    left = shifts.note_left(tx, since=now - NOTE_STANDS)
    if left is None:
        return None
    return {"id": left.id, "by": left.by, "at": left.ended_at.isoformat(), "text": left.note}


def recent(tx: Tx, user: User, now: datetime) -> list[JsonValue]:
    """The officer's last decisions that stand, the oldest first: what ``u`` and the list undo."""
    last = decisions.last_decisions_by(tx, user.id, UNDO_LAST)
    known = comments.get_comments(tx, [x.comment_id for x in last])
    told: list[JsonValue] = []
    for decision in reversed(last):
        action = outbox.action_of_decision(tx, decision.id)
        told.append(
            {
                "decision_id": decision.id,
                "comment_id": decision.comment_id,
                "verdict": decision.verdict.value,
                "done": t(VERDICT_DONE[decision.verdict.value]),
                "reason": None if decision.reason is None else decision.reason.value,
                "at": decision.decided_at.isoformat(),
                "hold_until": None if action is None else action.hold_until.isoformat(),
                "text": _first_words(tx, known.get(decision.comment_id)),
            }
        )
    return told


def _first_words(tx: Tx, comment: Comment | None) -> JsonObject | None:
    if comment is None:
        return None
    return text_json(comment.revision.text, current_assessment(tx, comment.id), 80)


def _seen(user: User) -> list[str]:
    """The queues of a role: a second look is a senior officer's."""
    return [q for q in QUEUE_TITLES if q != "second_look" or user.role is Role.SENIOR]


def counts(tx: Tx, user: User) -> JsonObject:
    """Open items by queue, those that this officer decides, their sum, and what lies beside."""
    found = store.queue_counts(tx, most=COUNTED_TO)
    kept = conflict.kept_from(tx, user)
    mine = {name: found.get(name, 0) for name in _seen(user)}
    for name in kept.values():
        if name in mine:
            mine[name] = max(0, mine[name] - 1)
    told: JsonObject = dict[str, JsonValue](mine)
    return {
        "counts": told,
        "total": sum(mine.values()),
        "kept_from_you": len(kept),
        "most": COUNTED_TO,
        "beside": {
            "copies": store.side_counts(tx, most=COUNTED_TO)["copies"],
            "complaints": cases.count_cases(tx, states=[CaseState.OPEN]),
            "blind": blind.blind_open(tx, user.id),
        },
    }


# ------------------------------------------------------------------------------ claims


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """What a desk asks for: a named queue or all, besides what it has, so many."""

    queue: str
    have: Sequence[str]
    want: int
    now: datetime


def claim_next(tx: Tx, user: User, w: Want) -> list[QueueItem]:
    """Up to ``want`` items claimed for the user, besides those that lie on the desk already.

    When little is left, half of it is left for others, so that two officers end together.
    """
    free = _free(tx, user, w, w.want * 2)
    half = max(len(free) - len(free) // 2, min(3, len(free)))
    take = w.want if len(free) >= w.want * 2 else min(half, w.want)
    taken = store.claim_many(tx, [i.comment.id for i in free[:take]], user.id, now=w.now)
    return [i for i in free[:take] if i.comment.id in taken]


def claim_calmer(tx: Tx, d: Deps, user: User, w: Want) -> list[QueueItem]:
    """One item that is not harsh, to be put between harsh ones; none where there is none."""
    all_queues = Want(queue="", have=w.have, want=w.want, now=w.now)
    free = _free(tx, user, all_queues, w.want * 2, without=("severe",))
    calm = next((i for i in free if not is_harsh(d, i)), None)
    if calm is None or not store.claim(tx, calm.comment.id, user.id, now=w.now):
        return []
    return [calm]


def _free(
    tx: Tx, user: User, w: Want, limit: int, *, without: tuple[str, ...] = ()
) -> list[QueueItem]:
    """The next items that nobody else holds and that do not speak of this officer."""
    phrases = conflict.phrases_of(tx, user)
    items = store.queue_items(
        tx,
        queue=w.queue or None,
        limit=limit,
        for_user=user.id,
        now=w.now,
        skip=[*w.have, *conflict.kept_from(tx, user)],
        without=(*without, *(() if user.role is Role.SENIOR else ("second_look",))),
    )
    # The full-text index cuts some texts another way than we do: look at each once more.
    return [
        i for i in items if not conflict.is_about(search_fold(i.comment.revision.text), phrases)
    ]


def held_elsewhere(tx: Tx, user: User, *, queue: str, now: datetime) -> int:
    """How many open items lie on other officers' desks."""
    return store.count_held_by_others(tx, user.id, queue=queue or None, now=now)


def last_sweep(tx: Tx) -> str | None:
    """When the newest complete sweep of any source ended."""
    ends = [
        s.ended_at or s.started_at
        for s in (sweeps.last_complete(tx, source.id) for source in sources.list_sources(tx))
        if s is not None
    ]
    return max(ends).isoformat() if ends else None


# ------------------------------------------------------------------------------ history


def history(tx: Tx, comment_id: str) -> JsonObject | None:
    """Every text the comment had, who decided what, and what was done; None if unknown."""
    comment = comments.get_comment(tx, comment_id)
    if comment is None:
        return None
    names = {u.id: u.display for u in people.list_users(tx)}
    return {
        "thread": _thread(tx, comment),
        "revisions": [
            {"no": r.no, "seen_at": r.seen_at.isoformat(), **text_json(r.text, None)}
            for r in comments.revisions_of(tx, comment_id)
        ],
        "decisions": [
            {
                "at": d.decided_at.isoformat(),
                "by": names.get(d.by_user, ""),
                "verdict": t(VERDICT_DONE[d.verdict.value]),
                "reason": None if d.reason is None else d.reason.value,
                "text": d.reason_text,
                "awaits_second": d.awaits_second,
            }
            for d in decisions.history(tx, comment_id)
        ],
        "actions": [
            {
                "at": a.state_at.isoformat(),
                "kind": a.kind.value,
                "state": a.state.value,
                "detail": from_below(a.detail),
            }
            for a in outbox.actions_of_comment(tx, comment_id)
        ],
    }


def _thread(tx: Tx, comment: Comment) -> list[JsonValue]:
    """The other comments of its thread, masked as anywhere; nothing where it stands alone."""
    others = thread_of(tx, comment)
    if len(others) < 2:
        return []
    return [
        {
            **text_json(c.revision.text, current_assessment(tx, c.id), 500),
            "ours": c.is_page_owner,
            "here": c.id == comment.id,
            "at": (c.created_at or c.first_seen_at).isoformat(),
        }
        for c in others
    ]
