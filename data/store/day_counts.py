"""What was counted of each local day, kept so that nobody counts it twice, and which days changed.

A day's counts are made from its comments as they stand (analysis/counting.py) and kept whole.
Whoever changes what is counted notes, in the same transaction, the instants at which the comment
was posted and first seen; a day in which such an instant lies is stale, and so is one that was
never counted. Whoever reads leaves the stale days out and counts those anew, so what is kept is
never wrong: it only saves work. Counting a day takes its notes away first, then reads its comments
outside of any lock, and keeps what came of it only if no note has come meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, text, update

from data import schema
from data.bulk import batched, insert_rows
from data.day import day_bounds, local_day
from data.db import Tx

Cells = dict[tuple[str, str], int]
"""How many comments, by what is counted ("flag") and the value that it has ("severe")."""

_C, _R, _T, _K, _N, _H = (
    schema.comment.c,
    schema.revision.c,
    schema.action.c,
    schema.counted_day.c,
    schema.day_count.c,
    schema.day_change.c,
)
_POSTED = func.coalesce(_C.created_at, _C.first_seen_at, type_=schema.Instant())
_AT_ONCE = 500
COUNTED = frozenset({"created_at", "is_page_owner", "revision_id"})
"""The columns of a comment whose change changes what is counted."""


# ------------------------------------------------------------------------------ what changed


def note_instants(tx: Tx, instants: Iterable[datetime]) -> None:
    """Makes the days of these instants stale: when comments were, or are now, posted or seen."""
    insert_rows(tx, schema.day_change, [{"at": at} for at in set(instants)])


def note_comments(tx: Tx, comment_ids: Iterable[str]) -> None:
    """Makes the days stale on which these comments were posted, or first seen."""
    for ids in batched(list(dict.fromkeys(comment_ids)), _AT_ONCE):
        _note(tx, _C.id.in_(ids))


def note_text(tx: Tx, revision_id: int) -> None:
    """The same of the comment that has this text."""
    _note(tx, _C.id == select(_R.comment_id).where(_R.id == revision_id).scalar_subquery())


def note_action(tx: Tx, action_id: int) -> None:
    """The same of the comment that this action is on."""
    _note(tx, _C.id == select(_T.comment_id).where(_T.id == action_id).scalar_subquery())


def _note(tx: Tx, mine: ColumnElement[bool]) -> None:
    days = select(_POSTED).where(mine).union(select(_C.first_seen_at).where(mine))
    tx.execute(insert(schema.day_change).from_select(["at"], days))


def stale_days(tx: Tx, zone: str, first: date, last: date) -> list[date]:
    """The local days of [first, last] that must be counted anew before they are told."""
    fresh = select(_K.day).where(_of(zone, first, last, ()))
    counted = set(tx.execute(fresh).scalars()) - set(_noted_days(tx, zone, first, last))
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day not in counted]


def _noted_days(tx: Tx, zone: str, first: date, last: date) -> list[date]:
    """One look into the index for each day that is noted, however many notes it has."""
    found: list[date] = []
    since, until = day_bounds(first, zone)[0], day_bounds(last, zone)[1]
    while since < until:
        query = select(func.min(_H.at)).where(_H.at >= since, _H.at < until)
        noted = tx.execute(query).scalar()
        if noted is None:
            break
        found.append(local_day(noted, zone))
        since = day_bounds(found[-1], zone)[1]
    return found


def first_day(tx: Tx, zone: str) -> date | None:
    """The local day of the oldest comment; None while there is none."""
    oldest = tx.execute(select(func.min(_POSTED))).scalar()
    return None if oldest is None else local_day(oldest, zone)


# ------------------------------------------------------------------------------ what is kept


def begin_day(tx: Tx, zone: str, day: date) -> int:
    """Forgets what was kept of the day and what changed in it, and gives the number by which
    ``keep_day`` is told what came of the counting. Its comments are read after this transaction.

    Counts of another zone go altogether: the notes that would make them stale are used up here.
    """
    _one_at_a_time(tx)
    tx.execute(delete(schema.day_change).where(_noted_in(zone, day)))
    _forget(tx, tx.execute(select(_K.id).where(or_(_K.zone != zone, _K.day == day))).scalars())
    begun = insert(schema.counted_day).values(zone=zone, day=day, done=False).returning(_K.id)
    return tx.execute(begun).scalar_one()


def keep_day(tx: Tx, counted_id: int, cells: Mapping[tuple[str, str], int]) -> bool:
    """Keeps what was counted of the day, also where that is nothing; False where it is worth
    nothing any more: something has changed meanwhile, or another has begun to count the day."""
    _one_at_a_time(tx)
    begun = tx.execute(select(schema.counted_day).where(_K.id == counted_id)).one_or_none()
    if begun is None or begun.done:
        return False
    if tx.execute(select(_H.at).where(_noted_in(begun.zone, begun.day)).limit(1)).first():
        return False
    rows = [
        {"counted_id": counted_id, "about": about, "name": name, "n": n}
        for (about, name), n in cells.items()
    ]
    insert_rows(tx, schema.day_count, rows)
    tx.execute(update(schema.counted_day).where(_K.id == counted_id).values(done=True))
    return True


def _one_at_a_time(tx: Tx) -> None:
    if tx.dialect.name == "postgresql":  # on SQLite the writer is alone anyway
        tx.execute(text("SELECT pg_advisory_xact_lock(hashtext('sunwai day counts'))"))


def _noted_in(zone: str, day: date) -> ColumnElement[bool]:
    since, until = day_bounds(day, zone)
    return and_(_H.at >= since, _H.at < until)


def _forget(tx: Tx, counted: Iterable[int]) -> None:
    for ids in batched(list(counted), _AT_ONCE):
        tx.execute(delete(schema.day_count).where(_N.counted_id.in_(ids)))
        tx.execute(delete(schema.counted_day).where(_K.id.in_(ids)))


def forget_all(tx: Tx) -> None:
    """Forgets every count; all of them are made anew."""
    tx.execute(delete(schema.day_count))
    tx.execute(delete(schema.counted_day))


def totals(
    tx: Tx,
    zone: str,
    first: date,
    last: date,
    about: Sequence[str],
    *,
    without: Collection[date] = (),
) -> Cells:
    """The counts of these kinds of the days of [first, last] together, but of those ``without``."""
    query = (
        select(_N.about, _N.name, func.sum(_N.n))
        .join(schema.counted_day, _K.id == _N.counted_id)
        .where(_of(zone, first, last, without), _N.about.in_(about))
        .group_by(_N.about, _N.name)
    )
    return {(kind, name): int(n) for kind, name, n in tx.execute(query)}


def by_day(
    tx: Tx,
    zone: str,
    first: date,
    last: date,
    about: Sequence[str],
    *,
    without: Collection[date] = (),
) -> dict[date, Cells]:
    """The counts of these kinds for each counted day of [first, last], by day."""
    query = (
        select(_K.day, _N.about, _N.name, _N.n)
        .outerjoin(schema.day_count, and_(_N.counted_id == _K.id, _N.about.in_(about)))
        .where(_of(zone, first, last, without))
        .order_by(_K.day)
    )
    found: dict[date, Cells] = {}
    for day, kind, name, n in tx.execute(query):
        cells = found.setdefault(day, {})
        if kind is not None:
            cells[kind, name] = n
    return found


def _of(zone: str, first: date, last: date, without: Collection[date]) -> ColumnElement[bool]:
    found = and_(_K.zone == zone, _K.day.between(first, last), _K.done)
    return and_(found, _K.day.not_in(sorted(without))) if without else found
