"""The pages of the grid: any filter, any of its orders, at the same cost on every page.

A page goes on where the one before ended (its last row's place in the order), so that the page
after the nine hundred thousandth row costs what the first one does. Open comments are found among
the narrow rows of ``open_item``; only the page's own comments are read whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, tuple_

from data import schema
from data.db import Tx
from data.store.search import (
    Found,
    Wanted,
    columns_of,
    conditions,
    find_comments,
    stands_in_queue,
)

_C, _A, _D, _I = (
    schema.comment.c,
    schema.assessment.c,
    schema.decision.c,
    schema.open_item.c,
)
Key = tuple[bool | int | float | str | datetime | None, ...]
FEW = 10_000
"""As many that fit are found first and then put in order."""


class Order(StrEnum):
    """What stands first. ``QUEUE`` is the order of the review queue."""

    QUEUE = "queue"  # of open comments only
    OLDEST = "oldest"
    NEWEST = "newest"
    SEEN = "seen"  # the one first seen last
    SCORE = "score"  # the highest first, what was not scored at the end
    DECIDED = "decided"  # of decided comments only, the newest decision first


@dataclass(frozen=True, slots=True, kw_only=True)
class GridPage:
    """One page; ``after`` is the place of its last row, None when no row follows, and ``before``
    that of its first, None when no row precedes."""

    found: list[Found]
    queues: dict[str, str]  # the named queue of each comment of the page that is open
    after: Key | None
    before: Key | None = None


def kinds_of(order: Order) -> tuple[type, ...]:
    """What the values of a place in this order are, for whoever reads one from outside."""
    match order:
        case Order.QUEUE:
            return (bool, float, str)
        case Order.OLDEST | Order.NEWEST | Order.SEEN:
            return (datetime, str)
        case Order.SCORE:
            return (float, str)
        case Order.DECIDED:
            return (datetime, int)


def grid_page(
    tx: Tx,
    wanted: Wanted,
    *,
    order: Order,
    after: Key | None = None,
    limit: int = 50,
    few: bool = False,
    back: bool = False,
) -> GridPage:
    """The comments that fit after this place; from the first on when it is None. ``back``: those
    before it, the first page where fewer than a whole page stand there; not of the score's order.

    Where only ``few`` fit, all are found first and then put in order: a walk through the order's
    index would pass all that do not fit.
    """
    walk = _Walk(down=(order in _FALLING) != back, limit=limit + 1, few=few)
    if order is Order.SCORE:
        rows = _by_score(tx, wanted, after, walk)
    else:
        rows = _rows(tx, _fitting(tx, wanted, order), _parts(order, wanted), after, walk)
    further = len(rows) > limit
    if back and not further:
        return grid_page(tx, wanted, order=order, limit=limit, few=few)
    rows = list(reversed(rows[:limit])) if back else rows[:limit]
    ids = [r[0] for r in rows]
    found = find_comments(tx, Wanted(comment_ids=tuple(ids)), limit=limit) if ids else []
    place = {comment_id: n for n, comment_id in enumerate(ids)}
    return GridPage(
        found=sorted(found, key=lambda f: place[f.comment.id]),
        queues=queues_of(tx, ids),
        after=tuple(rows[-1][1:]) if further or back else None,
        before=tuple(rows[0][1:]) if rows and after is not None else None,
    )


def order_of(wanted: Wanted) -> Order:
    """The order of a list of comments: the newest first, by the instant that bounds it."""
    return {"decided": Order.DECIDED, "first_seen": Order.SEEN}.get(wanted.by, Order.NEWEST)


def each_found(tx: Tx, wanted: Wanted, *, at_once: int = 500) -> Iterator[list[Found]]:
    """All that fit, in the order of their list, in parts; each goes on where the last one ended."""
    few, after = count_fitting(tx, wanted, most=FEW + 1) <= FEW, None
    while True:
        page = grid_page(tx, wanted, order=order_of(wanted), after=after, limit=at_once, few=few)
        if page.found:
            yield page.found
        if page.after is None:
            return
        after = page.after


def count_fitting(tx: Tx, wanted: Wanted, *, most: int) -> int:
    """How many comments fit; it stops counting at ``most``."""
    order = Order.QUEUE if stands_in_queue(wanted) else order_of(wanted)
    fitting = _fitting(tx, wanted, order).limit(most)
    return tx.execute(select(func.count()).select_from(fitting.subquery())).scalar_one()


def queues_of(tx: Tx, comment_ids: Sequence[str]) -> dict[str, str]:
    """The named queue of each of these comments that is open."""
    query = select(_I.comment_id, _I.queue).where(_I.comment_id.in_(comment_ids))
    return {comment_id: queue for comment_id, queue in tx.execute(query)}


# ------------------------------------------------------------------------------ finding them


def _fitting(tx: Tx, w: Wanted, order: Order, *, scored: bool = False) -> Select[Any]:
    """The ids that fit. What is joined from outside and not asked about costs nothing: both
    databases leave it out. Each order begins at the table whose index holds it."""
    if stands_in_queue(w):
        query = select(_I.comment_id.label("id")).outerjoin(schema.comment, _C.id == _I.comment_id)
    elif order is Order.DECIDED:
        newest = and_(_C.id == _D.comment_id, _C.decision_id == _D.id)
        query = select(_C.id.label("id")).select_from(schema.decision).join(schema.comment, newest)
    elif scored:
        newest = and_(_C.id == _A.comment_id, _C.assessment_id == _A.id)
        query = select(_C.id.label("id")).select_from(schema.assessment)
        query = query.join(schema.comment, newest)
    else:
        query = select(_C.id.label("id")).select_from(schema.comment)
    if stands_in_queue(w) or not scored:
        query = query.outerjoin(schema.assessment, _A.id == _C.assessment_id)
    if stands_in_queue(w) or order is not Order.DECIDED:
        query = query.outerjoin(schema.decision, _D.id == _C.decision_id)
    if not stands_in_queue(w):
        query = query.where(_C.is_page_owner.is_(False))
    elif order is Order.DECIDED:
        query = query.where(_D.id.is_not(None))
    return query.where(*conditions(tx, w))


def _parts(order: Order, w: Wanted) -> tuple[ColumnElement[Any], ...]:
    at = columns_of(w)
    match order:
        case Order.QUEUE:
            return (_I.postponed, _I.rank, _I.comment_id)
        case Order.OLDEST | Order.NEWEST:
            return (at.posted, at.id)
        case Order.SEEN:
            return (_C.first_seen_at, _C.id)
        case Order.SCORE:
            return (at.score, at.id)
        case Order.DECIDED:
            return (_D.decided_at, _D.id)


_FALLING = frozenset({Order.NEWEST, Order.SEEN, Order.SCORE, Order.DECIDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    """How a page is walked: downwards or not, how far, and whether few comments fit at all."""

    down: bool
    limit: int
    few: bool


def _rows(
    tx: Tx,
    query: Select[Any],
    parts: tuple[ColumnElement[Any], ...],
    after: Key | None,
    walk: _Walk,
) -> list[Any]:
    query = query.add_columns(*(p.label(f"key_{n}") for n, p in enumerate(parts)))
    if walk.few:
        fitting = query.cte("fitting").prefix_with("MATERIALIZED")
        query = select(fitting)
        parts = tuple(fitting.c[f"key_{n}"] for n in range(len(parts)))
    if after is not None:
        here = tuple_(*parts)
        there = tuple_(*(literal(v, p.type) for v, p in zip(after, parts, strict=True)))
        query = query.where(here < there if walk.down else here > there)
        if len(parts) == 2:
            # Says no more than the line above, in a form that an index over an expression takes.
            query = query.where(parts[0] <= after[0] if walk.down else parts[0] >= after[0])
    query = query.order_by(*(p.desc() if walk.down else p for p in parts))
    return list(tx.execute(query.limit(walk.limit)).all())


def _by_score(tx: Tx, w: Wanted, after: Key | None, walk: _Walk) -> list[Any]:
    """First what has a score, then what has none, so that each is one stretch of an index."""
    score, own = _parts(Order.SCORE, w)
    rows: list[Any] = []
    if after is None or after[0] is not None:
        first = _fitting(tx, w, Order.SCORE, scored=True).where(score.is_not(None))
        by = own if stands_in_queue(w) else _A.comment_id
        rows = _rows(tx, first, (score, by), after, walk)
        after = None
    if len(rows) < walk.limit:
        rest = _fitting(tx, w, Order.SCORE).where(score.is_(None))
        left = replace(walk, limit=walk.limit - len(rows))
        unscored = _rows(tx, rest, (own,), None if after is None else after[1:], left)
        rows += [(r[0], None, r[1]) for r in unscored]
    return rows
