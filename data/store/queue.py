"""The review queue: read in order from the open items; claims keep two officers off one card."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, true

from data import schema
from data.db import Tx
from data.model import Decision, QueueItem
from data.store.assessments import assessments_by_id
from data.store.comments import get_comments, upsert
from data.store.copies import groups_of
from data.store.decisions import decisions_by_id
from data.store.open_items import UNJUDGED_PRIORITY, version, view

__all__ = ["CLAIM_MINUTES", "QUEUES", "SIDE_QUEUES", "version", "view"]

CLAIM_MINUTES = 5
QUEUES = ("severe", "waiting", "not_covered", "not_checked", "edited", "second_look")
"""Every open item stands in one of these."""
SIDE_QUEUES = ("complaints", "copies")
"""Other looks at the same items: what is a complaint, what has near-copies."""

_Q, _K, _I, _S = view.c, schema.claim.c, schema.open_item.c, schema.source.c

# The order that data/urgency.py explains; what was put off stands behind everything else.
_ORDER = (_I.postponed, _I.rank, _I.comment_id)
_SIDES: dict[str, ColumnElement[bool]] = {
    "complaints": _I.complaint == true(),
    "copies": _I.copies > 1,
}


# ------------------------------------------------------------------------------ counts


def queue_counts(tx: Tx, *, most: int | None = None) -> dict[str, int]:
    """How many open items each named queue holds; a queue without any is left out.

    With ``most`` no queue is counted further than that, so that the work is bounded.
    """
    if most is None:
        query = select(_I.queue, func.count()).group_by(_I.queue)
        return {name: count for name, count in tx.execute(query)}
    counts = _counted(tx, {name: _I.queue == name for name in QUEUES}, most)
    return {name: count for name, count in counts.items() if count}


def side_counts(tx: Tx, *, most: int | None = None) -> dict[str, int]:
    """How many open items are complaints and how many have near-copies, counted as above."""
    return _counted(tx, _SIDES, most)


def _counted(tx: Tx, wanted: dict[str, ColumnElement[bool]], most: int | None) -> dict[str, int]:
    parts = [
        select(func.count())
        .select_from(select(_I.comment_id).where(condition).limit(most).subquery())
        .scalar_subquery()
        for condition in wanted.values()
    ]
    return dict(zip(wanted, tx.execute(select(*parts)).one(), strict=True))


def oldest_open(tx: Tx) -> datetime | None:
    """Since when the longest-waiting open item has asked for a person.

    That is when it was posted (first seen where the platform told none), but not before its page
    was watched: the same rule as in the nightly report.
    """
    oldest = (
        select(func.min(_I.since, type_=schema.Instant()))
        .where(_I.source_id == _S.id)
        .scalar_subquery()
    )
    rows = tx.execute(select(oldest, _S.created_at)).all()
    return min((max(since, watched) for since, watched in rows if since is not None), default=None)


# ------------------------------------------------------------------------------ the next items


def queue_items(
    tx: Tx,
    *,
    queue: str | None = None,
    limit: int = 20,
    for_user: int | None = None,
    now: datetime | None = None,
    skip: Sequence[str] = (),
    without: Sequence[str] = (),
) -> list[QueueItem]:
    """The next open items, highest first; ``queue`` is one of QUEUES or SIDE_QUEUES.

    With ``for_user`` and ``now``: without those that another officer holds, and without removals
    that this officer proposed and another must confirm. ``without`` leaves out named queues.
    """
    query = select(*_ORDER, _K.by_user, _K.until).select_from(
        schema.open_item.outerjoin(schema.claim, _K.comment_id == _I.comment_id)
    )
    if skip:
        query = query.where(_I.comment_id.not_in(skip))
    if for_user is not None and now is not None:
        query = query.where(or_(_K.by_user.is_(None), _K.by_user == for_user, _K.until <= now))
        query = query.where(
            or_(_I.queue != "second_look", _I.open_by.is_(None), _I.open_by != for_user)
        )
    rows = list(islice(_ordered(tx, query, queue, without, limit), limit))
    held = {r.comment_id: r.by_user for r in rows if _is_live(r.until, now)}
    return _items(tx, [r.comment_id for r in rows], held)


def _ordered(
    tx: Tx, query: Select[*tuple[Any, ...]], queue: str | None, without: Sequence[str], limit: int
) -> Iterable[Any]:
    """The first rows in order, each queue from its own stretch of an index."""
    query = query.order_by(*_ORDER).limit(limit)
    if queue in _SIDES:
        return tx.execute(query.where(_SIDES[queue], _I.queue.not_in(without)))
    if queue is None and not without:
        return tx.execute(query)
    names = [name for name in QUEUES if name not in without and queue in (None, name)]
    some = [tx.execute(query.where(_I.queue == name)).all() for name in names]
    return merge(*some, key=lambda r: (r.postponed, r.rank, r.comment_id))


def queue_item(tx: Tx, comment_id: str) -> QueueItem | None:
    """The open item of one comment; None when it asks for nobody."""
    claim = tx.execute(select(_K.by_user).where(_K.comment_id == comment_id)).one_or_none()
    found = _items(tx, [comment_id], {} if claim is None else {comment_id: claim.by_user})
    return found[0] if found else None


def still_open(tx: Tx, comment_ids: Sequence[str]) -> set[str]:
    """Those of these comments that ask for a person."""
    query = select(_I.comment_id).where(_I.comment_id.in_(comment_ids))
    return set(tx.execute(query).scalars())


def _is_live(until: datetime | None, now: datetime | None) -> bool:
    return until is not None and (now is None or until > now)


def _items(tx: Tx, ids: Sequence[str], held: dict[str, int]) -> list[QueueItem]:
    """The items of these comments in this order; the view is asked what each of them is."""
    rows = {r.comment_id: r for r in tx.execute(select(view).where(_Q.comment_id.in_(ids)))}
    comments = get_comments(tx, list(rows))
    judged = assessments_by_id(tx, [r.assessment_id for r in rows.values() if r.assessment_id])
    groups = groups_of(tx, list(rows))
    decided = decisions_by_id(tx, [r.decision_id for r in rows.values() if r.decision_id])
    return [
        QueueItem(
            comment=comments[i],
            assessment=judged.get(rows[i].assessment_id),
            queue=rows[i].queue,
            priority=UNJUDGED_PRIORITY if rows[i].priority is None else rows[i].priority,
            copies=groups[i].count if i in groups else 1,
            decision=_open_decision(decided, rows[i].decision_id),
            held_by=held.get(i),
        )
        for i in ids
        if i in rows
    ]


def _open_decision(decided: dict[int, Decision], decision_id: int | None) -> Decision | None:
    return None if decision_id is None else decided[decision_id]


# ------------------------------------------------------------------------------ claims


def claim(tx: Tx, comment_id: str, user_id: int, *, now: datetime) -> bool:
    """Takes or renews the card for the user; False when another officer holds it."""
    return comment_id in claim_many(tx, [comment_id], user_id, now=now)


def claim_many(tx: Tx, comment_ids: Sequence[str], user_id: int, *, now: datetime) -> set[str]:
    """Takes or renews these cards; gives those that are the user's now.

    In the order of their ids, so that two officers' statements never wait for each other.
    """
    if not comment_ids:
        return set()
    until = now + timedelta(minutes=CLAIM_MINUTES)
    rows = [{"comment_id": i, "by_user": user_id, "until": until} for i in sorted(set(comment_ids))]
    mine = upsert(tx, schema.claim).values(rows)
    taken = tx.execute(
        mine.on_conflict_do_update(
            index_elements=[_K.comment_id],
            set_={"by_user": user_id, "until": until},
            where=or_(_K.by_user == user_id, _K.until <= now),
        ).returning(_K.comment_id)
    )
    return set(taken.scalars())


def release(tx: Tx, comment_id: str, user_id: int) -> None:
    tx.execute(delete(schema.claim).where(and_(_K.comment_id == comment_id, _K.by_user == user_id)))


def release_all(tx: Tx, user_id: int) -> None:
    tx.execute(delete(schema.claim).where(_K.by_user == user_id))


def note_glance(tx: Tx, revision_id: int, user_id: int, *, now: datetime) -> None:
    """Stamps the first time that this officer opened the card."""
    glance = upsert(tx, schema.glance).values(revision_id=revision_id, by_user=user_id, at=now)
    tx.execute(
        glance.on_conflict_do_nothing(
            index_elements=[schema.glance.c.revision_id, schema.glance.c.by_user]
        )
    )


def count_held_by_others(tx: Tx, user_id: int, *, now: datetime, queue: str | None = None) -> int:
    """How many open items other officers hold just now."""
    query = (
        select(func.count())
        .select_from(schema.claim.join(schema.open_item, _K.comment_id == _I.comment_id))
        .where(_K.by_user != user_id, _K.until > now)
    )
    if queue is not None:
        query = query.where(_SIDES.get(queue, _I.queue == queue))
    return tx.execute(query).scalar_one()
