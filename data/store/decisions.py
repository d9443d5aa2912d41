"""Decisions: appended, bound to a revision, and accepted only if nobody was faster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, insert, select, update

from data import schema
from data.db import Tx
from data.model import Decision, ReasonCode, Verdict
from data.store import day_counts, open_items
from data.store.rows import named

_D, _C = schema.decision.c, schema.comment.c


class DecidedMeanwhile(Exception):
    """The comment was decided by somebody else, or its text changed, since the card was drawn.
    Look at it again and decide on what it is now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """A decision that is about to be kept; ``expected`` is the one it replaces, or None."""

    comment_id: str
    revision_id: int
    verdict: Verdict
    by_user: int
    policy_version: int
    key: str
    expected: int | None
    reason: ReasonCode | None = None
    reason_text: str = ""
    awaits_second: bool = False
    second_of: int | None = None
    undoes: int | None = None
    theme: str | None = None
    span: tuple[int, int] | None = None


def decision_of(row: Row[Any]) -> Decision:
    m = named(row)
    return Decision(
        id=m["id"],
        comment_id=m["comment_id"],
        revision_id=m["revision_id"],
        verdict=Verdict(m["verdict"]),
        reason=None if m["reason"] is None else ReasonCode(m["reason"]),
        reason_text=m["reason_text"],
        by_user=m["by_user"],
        decided_at=m["decided_at"],
        policy_version=m["policy_version"],
        awaits_second=m["awaits_second"],
        second_of=m["second_of"],
        undoes=m["undoes"],
        key=m["key"],
        theme=m["theme"],
        span=None if m["span_start"] is None else (m["span_start"], m["span_end"]),
    )


def append_decision(tx: Tx, new: NewDecision, *, now: datetime) -> int:
    """Keeps the decision and makes it the comment's current one, in the caller's transaction.

    Raises DecidedMeanwhile when the comment's revision or current decision is not the expected
    one. Two officers on one card: the first is kept, the second is told.
    """
    decision_id = tx.execute(
        insert(schema.decision)
        .values(
            comment_id=new.comment_id,
            revision_id=new.revision_id,
            verdict=new.verdict.value,
            reason=None if new.reason is None else new.reason.value,
            reason_text=new.reason_text,
            by_user=new.by_user,
            decided_at=now,
            policy_version=new.policy_version,
            awaits_second=new.awaits_second,
            second_of=new.second_of,
            undoes=new.undoes,
            key=new.key,
            theme=new.theme,
            span_start=None if new.span is None else new.span[0],
            span_end=None if new.span is None else new.span[1],
        )
        .returning(_D.id)
    ).scalar_one()
    moved = tx.execute(
        update(schema.comment)
        .where(
            _C.id == new.comment_id,
            _C.revision_id == new.revision_id,
            _C.decision_id.is_not_distinct_from(new.expected),
        )
        .values(decision_id=decision_id)
    )
    if moved.rowcount != 1:
        raise DecidedMeanwhile(new.comment_id)
    open_items.refresh(tx, [new.comment_id])
    day_counts.note_comments(tx, [new.comment_id])
    return decision_id


def decision_by_key(tx: Tx, key: str) -> Decision | None:
    row = tx.execute(select(schema.decision).where(_D.key == key)).one_or_none()
    return None if row is None else decision_of(row)


def decision_by_id(tx: Tx, decision_id: int) -> Decision | None:
    row = tx.execute(select(schema.decision).where(_D.id == decision_id)).one_or_none()
    return None if row is None else decision_of(row)


def decisions_by_id(tx: Tx, ids: Sequence[int]) -> dict[int, Decision]:
    """The decisions by id; an unknown id is left out."""
    rows = tx.execute(select(schema.decision).where(_D.id.in_(ids)))
    return {d.id: d for d in map(decision_of, rows)}


def current_decision(tx: Tx, comment_id: str) -> Decision | None:
    """The comment's newest decision, whatever revision it points at."""
    query = (
        select(schema.decision)
        .join(schema.comment, _C.decision_id == _D.id)
        .where(_C.id == comment_id)
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else decision_of(row)


def history(tx: Tx, comment_id: str) -> list[Decision]:
    """All decisions on the comment, oldest first."""
    query = select(schema.decision).where(_D.comment_id == comment_id).order_by(_D.id)
    return [decision_of(r) for r in tx.execute(query)]


def waits_of(tx: Tx, comment_id: str, revision_id: int) -> int:
    """How often this revision was put off already."""
    query = select(_D.id).where(
        _D.comment_id == comment_id,
        _D.revision_id == revision_id,
        _D.verdict == Verdict.WAIT.value,
    )
    return len(tx.execute(query).all())


def last_decisions_by(tx: Tx, user_id: int, limit: int = 20) -> list[Decision]:
    """The user's newest decisions that are still current and are no undo: what ``u`` can undo."""
    query = (
        select(schema.decision)
        .join(schema.comment, and_(_C.id == _D.comment_id, _C.decision_id == _D.id))
        .where(_D.by_user == user_id, _D.verdict != Verdict.UNDO.value)
        .order_by(_D.id.desc())
        .limit(limit)
    )
    return [decision_of(r) for r in tx.execute(query)]


def lock_comment(tx: Tx, comment_id: str) -> bool:
    """Makes other writers of this comment wait until the transaction ends; False if unknown.

    SQLite's writers are one line already; on PostgreSQL the comment's row is locked. Whoever locks
    a comment and its action locks the comment first.
    """
    query = select(_C.id).where(_C.id == comment_id).with_for_update()
    return tx.execute(query).one_or_none() is not None


def count_decisions(tx: Tx) -> int:
    """How many decisions were ever made, undone ones among them."""
    return tx.execute(select(func.count()).select_from(schema.decision)).scalar_one()
