"""Near-copies: bands that find candidates, and the group that each member joins."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter

from sqlalchemy import delete, func, select

from data import schema
from data.bulk import batched, insert_rows
from data.db import Tx
from data.store import day_counts, open_items

_M, _B = schema.copy_member.c, schema.copy_band.c
_BANDS_AT_ONCE = 8_000  # values in one statement; SQLite takes 32,766


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A comment in the group of its near-copies, with what finds and tells it."""

    comment_id: str
    group_id: str
    author_key: str | None
    signature: bytes
    bands: tuple[int, ...] = ()
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyGroup:
    """How many near-copies, by how many accounts, in how many minutes. No claim of intent."""

    group_id: str
    count: int
    accounts: int
    minutes: float


_MOST_OF_A_BAND = 50  # the oldest; a flood's later members say nothing that these do not


def candidates(tx: Tx, bands: Iterable[int], *, since: datetime) -> dict[int, list[Member]]:
    """Members posted since then by each of these bands, the oldest first."""
    found: dict[int, list[Member]] = {}
    for some in batched(sorted(set(bands)), _BANDS_AT_ONCE):
        place = func.row_number().over(partition_by=_B.band, order_by=(_M.at, _M.comment_id))
        near = (
            select(_B.band, *_M, place.label("place"))
            .join(schema.copy_member, _M.comment_id == _B.comment_id)
            .where(_B.band.in_(some), _M.at >= since)
            .subquery()
        )
        query = select(near).where(near.c.place <= _MOST_OF_A_BAND).order_by(near.c.place)
        for r in tx.execute(query):
            found.setdefault(r.band, []).append(
                Member(
                    comment_id=r.comment_id,
                    group_id=r.group_id,
                    author_key=r.author_key,
                    signature=r.signature,
                    at=r.at,
                )
            )
    return found


def forget_copies(tx: Tx, comment_ids: Sequence[str]) -> None:
    """Takes the comments out of their groups, before their new texts are looked at."""
    if not comment_ids:
        return
    left = select(_M.group_id, func.count()).where(_M.comment_id.in_(comment_ids))
    fewer = {group: n for group, n in tx.execute(left.group_by(_M.group_id))}
    tx.execute(delete(schema.copy_band).where(_B.comment_id.in_(comment_ids)))
    tx.execute(delete(schema.copy_member).where(_M.comment_id.in_(comment_ids)))
    now = open_items.group_sizes(tx, fewer)
    open_items.regrouped(tx, {g: (now.get(g, 0) + n, now.get(g, 0)) for g, n in fewer.items()})
    open_items.refresh(tx, comment_ids)
    day_counts.note_comments(tx, comment_ids)


def add_members(tx: Tx, joining: Sequence[Member]) -> None:
    """Makes the comments members, once; one that is a member already stays where it is."""
    if not joining:
        return
    ids = [m.comment_id for m in joining]
    there = set(tx.execute(select(_M.comment_id).where(_M.comment_id.in_(ids))).scalars())
    new = {m.comment_id: m for m in joining if m.comment_id not in there}.values()
    insert_rows(
        tx,
        schema.copy_member,
        [
            {
                "comment_id": m.comment_id,
                "group_id": m.group_id,
                "author_key": m.author_key,
                "signature": m.signature,
                "at": m.at,
            }
            for m in new
        ],
    )
    bands = [{"band": b, "comment_id": m.comment_id} for m in new for b in sorted(set(m.bands))]
    insert_rows(tx, schema.copy_band, bands)
    joined = Counter(m.group_id for m in new)
    now = open_items.group_sizes(tx, joined)
    open_items.regrouped(tx, {g: (now[g] - n, now[g]) for g, n in joined.items()})
    open_items.refresh(tx, [m.comment_id for m in new])
    day_counts.note_comments(tx, [m.comment_id for m in new])


def copy_group(tx: Tx, group_id: str) -> CopyGroup:
    empty = CopyGroup(group_id=group_id, count=0, accounts=0, minutes=0.0)
    return copy_groups(tx, [group_id]).get(group_id, empty)


def copy_groups(tx: Tx, group_ids: Sequence[str]) -> dict[str, CopyGroup]:
    """The groups by id, in one query; one without members is left out."""
    query = (
        select(
            _M.group_id,
            func.count(),
            func.count(func.distinct(_M.author_key)),
            func.min(_M.at),
            func.max(_M.at),
        )
        .where(_M.group_id.in_(group_ids))
        .group_by(_M.group_id)
    )
    return {
        group: CopyGroup(
            group_id=group,
            count=count,
            accounts=accounts,
            minutes=(last - first).total_seconds() / 60,
        )
        for group, count, accounts, first, last in tx.execute(query)
    }


def group_of(tx: Tx, comment_id: str) -> CopyGroup | None:
    group_id = tx.execute(
        select(_M.group_id).where(_M.comment_id == comment_id)
    ).scalar_one_or_none()
    return None if group_id is None else copy_group(tx, group_id)


def groups_of(tx: Tx, comment_ids: Sequence[str]) -> dict[str, CopyGroup]:
    """The group of each comment that has one; comments of one group share one count."""
    query = select(_M.comment_id, _M.group_id).where(_M.comment_id.in_(comment_ids))
    group_id = {comment: group for comment, group in tx.execute(query)}
    found = copy_groups(tx, sorted(set(group_id.values()))) if group_id else {}
    return {comment: found[group] for comment, group in group_id.items()}


def members(tx: Tx, group_id: str) -> list[str]:
    query = select(_M.comment_id).where(_M.group_id == group_id).order_by(_M.at, _M.comment_id)
    return list(tx.execute(query).scalars())


_SLIDE_OVER_AT_MOST = 2_000  # a larger flood is counted backwards from the comment only


def copies_near(tx: Tx, group_id: str, at: datetime, *, within: timedelta) -> CopyGroup:
    """The fullest stretch of the group that is no longer than ``within`` and holds ``at``.

    A group that lives for weeks is no flood of weeks: what counts is how many came close together.
    """
    near = (_M.group_id == group_id, _M.at >= at - within, _M.at <= at + within)
    newest, count = tx.execute(select(func.max(_M.at), func.count()).where(*near)).one()
    if count > _SLIDE_OVER_AT_MOST or newest is None or newest <= at:
        return _between(tx, group_id, at - within, at)
    rows = tx.execute(select(_M.at, _M.author_key).where(*near).order_by(_M.at))
    return _group_of(group_id, _fullest([(r.at, r.author_key) for r in rows], at, within))


_Moments = Sequence[tuple[datetime, str | None]]
"""When members were posted, and by which account; in order."""


def stretches(tx: Tx, comment_ids: Sequence[str], *, within: timedelta) -> dict[str, CopyGroup]:
    """`copies_near` for each of the comments that is a member, in two queries for all of them."""
    query = select(_M.comment_id, _M.group_id, _M.at).where(_M.comment_id.in_(comment_ids))
    asked = tx.execute(query).all()
    if not asked:
        return {}
    first, last = min(r.at for r in asked) - within, max(r.at for r in asked) + within
    there = select(_M.group_id, _M.at, _M.author_key).where(
        _M.group_id.in_({r.group_id for r in asked}), _M.at >= first, _M.at <= last
    )
    moments: dict[str, list[tuple[datetime, str | None]]] = {}
    for r in tx.execute(there.order_by(_M.at)):
        moments.setdefault(r.group_id, []).append((r.at, r.author_key))
    return {
        r.comment_id: _group_of(r.group_id, _near(moments[r.group_id], r.at, within)) for r in asked
    }


def _near(moments: _Moments, at: datetime, within: timedelta) -> _Moments:
    low = bisect_left(moments, at - within, key=itemgetter(0))
    held = moments[low : bisect_right(moments, at + within, key=itemgetter(0))]
    if len(held) > _SLIDE_OVER_AT_MOST:
        return held[: bisect_right(held, at, key=itemgetter(0))]
    return _fullest(held, at, within)


def _fullest(moments: _Moments, at: datetime, within: timedelta) -> _Moments:
    """The fullest stretch no longer than ``within`` that holds ``at``."""
    first, best = 0, (0, 0)
    for last in range(len(moments)):
        while moments[last][0] - moments[first][0] > within:
            first += 1
        if moments[first][0] <= at <= moments[last][0] and last + 1 - first > best[1] - best[0]:
            best = (first, last + 1)
    return moments[best[0] : best[1]]


def _group_of(group_id: str, held: _Moments) -> CopyGroup:
    span = (held[-1][0] - held[0][0]).total_seconds() / 60 if held else 0.0
    accounts = len({author for _, author in held if author is not None})
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
