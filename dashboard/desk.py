"""What the queue's routes tell: settings of the desk, counts, claims, history of a comment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dashboard.cards import QUEUE_TITLES, reason_json, text_json
from data.db import Tx
from data.model import JsonObject, JsonValue, QueueItem, Role, ThemeState, User
from data.store import comments, decisions, outbox, sources, sweeps, themes, users
from data.store import queue as store
from moderation.reasons import NON_REASONS, PARA_5_EN, PARA_5_UR, REASONS

UNDO_LAST = 20


def settings(tx: Tx, user: User) -> JsonObject:
    """What a desk needs once, when it is opened."""
    last = decisions.last_decisions_by(tx, user.id, UNDO_LAST)
    return {
        "user": {"id": user.id, "display": user.display, "role": user.role.value},
        "reasons": [reason_json(code) for code in REASONS],
        "non_reasons": [
            {"code": n.code.value, "title": n.title_en, "title_ur": n.title_ur}
            for n in NON_REASONS.values()
        ],
        "para5": PARA_5_EN,
        "para5_ur": PARA_5_UR,
        "themes": [
            {"key": t.key, "title": t.title_en, "title_ur": t.title_ur}
            for t in themes.list_themes(tx)
            if t.state in (ThemeState.SELECTED, ThemeState.CANDIDATE)
        ],
        "queues": [{"name": n, "title": t} for n, t in QUEUE_TITLES.items() if n in _seen(user)],
        "undoable": [
            {"decision_id": d.id, "comment_id": d.comment_id, "verdict": d.verdict.value}
            for d in reversed(last)
        ],
    }


def _seen(user: User) -> list[str]:
    """The queues of a role: a second look is a senior officer's."""
    return [q for q in QUEUE_TITLES if q != "second_look" or user.role is Role.SENIOR]


def counts(tx: Tx, user: User) -> JsonObject:
    """Open items by queue, those that this role decides, and their sum."""
    found = store.queue_counts(tx)
    mine = {name: found.get(name, 0) for name in _seen(user)}
    told: JsonObject = dict[str, JsonValue](mine)
    return {"counts": told, "total": sum(mine.values())}


def claim_next(
    tx: Tx, user: User, *, queue: str, have: Sequence[str], want: int, now: datetime
) -> list[QueueItem]:
    """Up to ``want`` items claimed for the user, besides those that lie on the desk already.

    When little is left, half of it is left for others, so that two officers end together.
    """
    free = store.queue_items(
        tx,
        queue=queue or None,
        limit=want * 2,
        for_user=user.id,
        now=now,
        skip=have,
        without=() if user.role is Role.SENIOR else ("second_look",),
    )
    take = want if len(free) >= want * 2 else max(len(free) - len(free) // 2, min(3, len(free)))
    take = min(take, want)
    return [item for item in free[:take] if store.claim(tx, item.comment.id, user.id, now=now)]


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
    if comments.get_comment(tx, comment_id) is None:
        return None
    names = {u.id: u.display for u in users.list_users(tx)}
    return {
        "revisions": [
            {"no": r.no, "seen_at": r.seen_at.isoformat(), **text_json(r.text, None)}
            for r in comments.revisions_of(tx, comment_id)
        ],
        "decisions": [
            {
                "at": d.decided_at.isoformat(),
                "by": names.get(d.by_user, ""),
                "verdict": d.verdict.value,
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
                "detail": a.detail,
            }
            for a in outbox.actions_of_comment(tx, comment_id)
        ],
    }
