"""Near-copies as a person decides them: groups with what is still open in each, and their members.

A group says how many comments are alike, from how many accounts, within what time. It says nothing
about who stands behind them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select

from data import schema
from data.db import Tx
from data.model import CLOSING
from data.store.search import Found, Wanted, find_comments

_M, _C, _A, _D = (
    schema.copy_member.c,
    schema.comment.c,
    schema.assessment.c,
    schema.decision.c,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """One group: all members, and those that nobody has decided on as they stand now."""

    group_id: str
    count: int
    accounts: int
    first_at: datetime
    last_at: datetime
    undecided: int
    protected: int  # of the undecided: each is decided alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosable:
    """A comment as a selection names it: with the text and the decision that were seen."""

    comment_id: str
    revision_id: int
    expected: int | None
    protected: bool


def _undecided() -> ColumnElement[bool]:
    """Nobody's closing decision stands on the text as it is now, and it is there to be decided."""
    closed = and_(
        _D.verdict.in_(sorted(v.value for v in CLOSING)),
        _D.awaits_second.is_(False),
        _D.revision_id == _C.revision_id,
    )
    return and_(
        or_(_D.id.is_(None), ~closed), _C.missing_since.is_(None), _C.is_page_owner.is_(False)
    )


def _protected() -> ColumnElement[bool]:
    """As the rules of decisions see it: what nobody has judged is shielded too."""
    return or_(_A.id.is_(None), _A.protected.is_(True))


def _with_all(query: Any) -> Any:
    return (
        query.select_from(schema.copy_member)
        .join(schema.comment, _C.id == _M.comment_id)
        .outerjoin(schema.assessment, _A.id == _C.assessment_id)
        .outerjoin(schema.decision, _D.id == _C.decision_id)
    )


def floods(tx: Tx, *, least: int, since: datetime, limit: int = 50, offset: int = 0) -> list[Flood]:
    """Groups of at least ``least`` members with one posted since then, the largest first."""
    groups = (
        select(_M.group_id)
        .group_by(_M.group_id)
        .having(func.count() >= least, func.max(_M.at) >= since)
        .order_by(func.count().desc(), _M.group_id)
        .limit(limit)
        .offset(offset)
    )
    ids = list(tx.execute(groups).scalars())
    told = {f.group_id: f for f in floods_by_id(tx, ids)}
    return [told[i] for i in ids]


def floods_by_id(tx: Tx, group_ids: Sequence[str]) -> list[Flood]:
    """These groups with their figures; an unknown one is left out."""
    undecided = _undecided()
    figures = select(
        _M.group_id,
        func.count().label("members"),
        func.count(func.distinct(_M.author_key)).label("accounts"),
        func.min(_M.at).label("first_at"),
        func.max(_M.at).label("last_at"),
        func.sum(case((undecided, 1), else_=0)).label("undecided"),
        func.sum(case((and_(undecided, _protected()), 1), else_=0)).label("protected"),
    )
    query = _with_all(figures).where(_M.group_id.in_(group_ids)).group_by(_M.group_id)
    return [
        Flood(
            group_id=r.group_id,
            count=r.members,
            accounts=r.accounts,
            first_at=r.first_at,
            last_at=r.last_at,
            undecided=r.undecided,
            protected=r.protected,
        )
        for r in tx.execute(query)
    ]


def members_page(tx: Tx, group_id: str, *, limit: int = 50, offset: int = 0) -> list[Found]:
    """The members of a group, the oldest first."""
    query = select(_M.comment_id).where(_M.group_id == group_id).order_by(_M.at, _M.comment_id)
    ids = list(tx.execute(query.limit(limit).offset(offset)).scalars())
    found = find_comments(tx, Wanted(comment_ids=tuple(ids)), limit=len(ids)) if ids else []
    return sorted(found, key=lambda f: ids.index(f.comment.id))


def choosable_of_group(tx: Tx, group_id: str, *, most: int) -> list[Choosable]:
    """The members that can still be decided, the oldest first, at most so many."""
    columns = select(_C.id, _C.revision_id, _C.decision_id, _protected().label("protected"))
    query = _with_all(columns).where(_M.group_id == group_id, _undecided())
    return [_choosable(r) for r in tx.execute(query.order_by(_M.at, _M.comment_id).limit(most))]


def group_id_of(tx: Tx, comment_id: str) -> str | None:
    """The group of a comment's near-copies; None when it has none."""
    query = select(_M.group_id).where(_M.comment_id == comment_id)
    return tx.execute(query).scalar_one_or_none()


def _choosable(row: Row[Any]) -> Choosable:
    return Choosable(
        comment_id=row.id,
        revision_id=row.revision_id,
        expected=row.decision_id,
        protected=bool(row.protected),
    )
