"""Near-copies: bands that find candidates, and the group that each member joins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from data import schema
from data.db import Tx
from data.store.comments import upsert

_M, _B = schema.copy_member.c, schema.copy_band.c


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyCandidate:
    comment_id: str
    group_id: str
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyGroup:
    """How many near-copies, by how many accounts, in how many minutes. No claim of intent."""

    group_id: str
    count: int
    accounts: int
    minutes: float


def copy_candidates(tx: Tx, bands: Sequence[int], *, since: datetime) -> list[CopyCandidate]:
    """Members since then that share at least one band, the oldest first."""
    query = (
        select(_M.comment_id, _M.group_id, _M.signature)
        .where(
            _M.comment_id.in_(select(_B.comment_id).where(_B.band.in_(bands))),
            _M.at >= since,
        )
        .order_by(_M.at, _M.comment_id)
        .limit(50)
    )
    return [
        CopyCandidate(comment_id=r.comment_id, group_id=r.group_id, signature=r.signature)
        for r in tx.execute(query)
    ]


def forget_copy(tx: Tx, comment_id: str) -> None:
    """Takes the comment out of its group, before its new text is looked at."""
    tx.execute(delete(schema.copy_band).where(_B.comment_id == comment_id))
    tx.execute(delete(schema.copy_member).where(_M.comment_id == comment_id))


def join_group(
    tx: Tx,
    comment_id: str,
    *,
    group_id: str,
    author_key: str | None,
    signature: bytes,
    bands: Sequence[int],
    at: datetime,
) -> CopyGroup:
    """Makes the comment a member (once) and gives the group as it now stands."""
    add_member(
        tx,
        comment_id,
        group_id=group_id,
        author_key=author_key,
        signature=signature,
        bands=bands,
        at=at,
    )
    return copy_group(tx, group_id)


def add_member(
    tx: Tx,
    comment_id: str,
    *,
    group_id: str,
    author_key: str | None,
    signature: bytes,
    bands: Sequence[int],
    at: datetime,
) -> None:
    """Makes the comment a member, once; one that is a member already stays where it is."""
    member = upsert(tx, schema.copy_member).values(
        comment_id=comment_id, group_id=group_id, author_key=author_key, signature=signature, at=at
    )
    tx.execute(member.on_conflict_do_nothing(index_elements=[_M.comment_id]))
    rows = [{"band": b, "comment_id": comment_id} for b in sorted(set(bands))]
    if rows:
        band = upsert(tx, schema.copy_band)
        tx.execute(band.on_conflict_do_nothing(index_elements=[_B.band, _B.comment_id]), rows)


def copy_group(tx: Tx, group_id: str) -> CopyGroup:
    row = tx.execute(
        select(
            func.count(),
            func.count(func.distinct(_M.author_key)),
            func.min(_M.at),
            func.max(_M.at),
        ).where(_M.group_id == group_id)
    ).one()
    count, accounts, first, last = row
    minutes = 0.0 if first is None else (last - first).total_seconds() / 60
    return CopyGroup(group_id=group_id, count=count, accounts=accounts, minutes=minutes)


def group_of(tx: Tx, comment_id: str) -> CopyGroup | None:
    group_id = tx.execute(
        select(_M.group_id).where(_M.comment_id == comment_id)
    ).scalar_one_or_none()
    return None if group_id is None else copy_group(tx, group_id)


def members(tx: Tx, group_id: str) -> list[str]:
    query = select(_M.comment_id).where(_M.group_id == group_id).order_by(_M.at, _M.comment_id)
    return list(tx.execute(query).scalars())


def large_groups(tx: Tx, *, least: int, since: datetime, limit: int = 100) -> list[CopyGroup]:
    """Groups of at least ``least`` members with a member since then, the largest first."""
    query = (
        select(_M.group_id)
        .group_by(_M.group_id)
        .having(func.count() >= least, func.max(_M.at) >= since)
        .order_by(func.count().desc(), _M.group_id)
        .limit(limit)
    )
    return [copy_group(tx, g) for g in tx.execute(query).scalars()]


_SLIDE_OVER_AT_MOST = 2_000  # a larger flood is counted backwards from the comment only


def copies_near(tx: Tx, group_id: str, at: datetime, *, within: timedelta) -> CopyGroup:
    """The fullest stretch of the group that is no longer than ``within`` and holds ``at``.

    A group that lives for weeks is no flood of weeks: what counts is how many came close together.
    """
    near = (_M.group_id == group_id, _M.at >= at - within, _M.at <= at + within)
    newest, count = tx.execute(select(func.max(_M.at), func.count()).where(*near)).one()
    if count > _SLIDE_OVER_AT_MOST or newest is None or newest <= at:
        return _between(tx, group_id, at - within, at)
    rows = tx.execute(select(_M.at, _M.author_key).where(*near).order_by(_M.at)).all()
    first, best = 0, (0, 0)
    for last in range(len(rows)):
        while rows[last].at - rows[first].at > within:
            first += 1
        if rows[first].at <= at <= rows[last].at and last + 1 - first > best[1] - best[0]:
            best = (first, last + 1)
    held = rows[best[0] : best[1]]
    span = (held[-1].at - held[0].at).total_seconds() / 60 if held else 0.0
    accounts = len({r.author_key for r in held if r.author_key is not None})
    return CopyGroup(group_id=group_id, count=len(held), accounts=accounts, minutes=span)


def _between(tx: Tx, group_id: str, start: datetime, end: datetime) -> CopyGroup:
    row = tx.execute(
        select(
            func.count(), func.count(func.distinct(_M.author_key)), func.min(_M.at), func.max(_M.at)
        ).where(_M.group_id == group_id, _M.at >= start, _M.at <= end)
    ).one()
    count, accounts, first, last = row
    minutes = 0.0 if first is None else (last - first).total_seconds() / 60
    return CopyGroup(group_id=group_id, count=count, accounts=accounts, minutes=minutes)


def members_between(tx: Tx, group_id: str, start: datetime, end: datetime) -> list[str]:
    """The group's members posted in [start, end], the oldest first."""
    query = (
        select(_M.comment_id)
        .where(_M.group_id == group_id, _M.at >= start, _M.at <= end)
        .order_by(_M.at, _M.comment_id)
    )
    return list(tx.execute(query).scalars())
