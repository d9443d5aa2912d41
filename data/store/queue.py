"""The review queue: read from the view; claims keep two officers off one card."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Float,
    and_,
    case,
    column,
    delete,
    func,
    literal,
    or_,
    select,
    table,
)

from data import schema
from data.db import Tx
from data.model import Decision, QueueItem
from data.store.assessments import assessments_by_id
from data.store.comments import get_comments, upsert
from data.store.copies import group_of
from data.store.decisions import decision_by_id

CLAIM_MINUTES = 5

view = table(
    "review_queue",
    column("comment_id"),
    column("source_id"),
    column("revision_id"),
    column("created_at", schema.Instant()),
    column("first_seen_at", schema.Instant()),
    column("assessment_id"),
    column("language"),
    column("coverage"),
    column("protected"),
    column("priority", Float),
    column("flag"),
    column("decision_id"),
    column("open_verdict"),
    column("open_by"),
    column("queue"),
)
_Q, _K = view.c, schema.claim.c

# Severity first, as the policy gave it; inside one severity band the oldest first. What was put
# off stands behind everything else.
_ORDER = (
    case((_Q.open_verdict == "wait", 1), else_=0),
    func.coalesce(_Q.priority, literal(0.5)).desc(),
    func.coalesce(_Q.created_at, _Q.first_seen_at),
    _Q.comment_id,
)


def queue_counts(tx: Tx) -> dict[str, int]:
    """How many open items each named queue holds."""
    query = select(_Q.queue, func.count()).group_by(_Q.queue)
    return {name: count for name, count in tx.execute(query)}


def oldest_open(tx: Tx) -> datetime | None:
    """Since when the longest-waiting open item has asked for a person.

    That is when it was posted (first seen where the platform told none), but not before its page
    was watched: the same rule as in the nightly report.
    """
    posted = func.coalesce(_Q.created_at, _Q.first_seen_at)
    watched = schema.source.c.created_at
    since = case((posted > watched, posted), else_=watched)
    query = (
        select(since)
        .select_from(view.join(schema.source, schema.source.c.id == _Q.source_id))
        .order_by(since)
        .limit(1)
    )
    return tx.execute(query).scalar_one_or_none()


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
    """The next open items, highest first.

    With ``for_user`` and ``now``: without those that another officer holds, and without removals
    that this officer proposed and another must confirm. ``without`` leaves out named queues.
    """
    query = select(view, _K.by_user.label("held_by"), _K.until.label("held_until")).select_from(
        view.outerjoin(schema.claim, _K.comment_id == _Q.comment_id)
    )
    if queue is not None:
        query = query.where(_Q.queue == queue)
    if without:
        query = query.where(_Q.queue.not_in(without))
    if skip:
        query = query.where(_Q.comment_id.not_in(skip))
    if for_user is not None and now is not None:
        query = query.where(or_(_K.by_user.is_(None), _K.by_user == for_user, _K.until <= now))
        query = query.where(
            or_(_Q.queue != "second_look", _Q.open_by.is_(None), _Q.open_by != for_user)
        )
    rows = tx.execute(query.order_by(*_ORDER).limit(limit)).all()
    return _items(tx, rows, now)


def queue_item(tx: Tx, comment_id: str) -> QueueItem | None:
    """The open item of one comment; None when it asks for nobody."""
    query = (
        select(view, _K.by_user.label("held_by"), _K.until.label("held_until"))
        .select_from(view.outerjoin(schema.claim, _K.comment_id == _Q.comment_id))
        .where(_Q.comment_id == comment_id)
    )
    rows = tx.execute(query).all()
    return _items(tx, rows, None)[0] if rows else None


def _items(tx: Tx, rows: Sequence[Any], now: datetime | None) -> list[QueueItem]:
    comments = get_comments(tx, [r.comment_id for r in rows])
    assessments = assessments_by_id(tx, [r.assessment_id for r in rows if r.assessment_id])
    items: list[QueueItem] = []
    for r in rows:
        group = group_of(tx, r.comment_id)
        live = r.held_until is not None and (now is None or r.held_until > now)
        items.append(
            QueueItem(
                comment=comments[r.comment_id],
                assessment=assessments.get(r.assessment_id),
                queue=r.queue,
                priority=0.5 if r.priority is None else r.priority,
                copies=1 if group is None else group.count,
                decision=_open_decision(tx, r.decision_id),
                held_by=r.held_by if live else None,
            )
        )
    return items


def _open_decision(tx: Tx, decision_id: int | None) -> Decision | None:
    return None if decision_id is None else decision_by_id(tx, decision_id)


# ------------------------------------------------------------------------------ claims


def claim(tx: Tx, comment_id: str, user_id: int, *, now: datetime) -> bool:
    """Takes or renews the card for the user; False when another officer holds it."""
    until = now + timedelta(minutes=CLAIM_MINUTES)
    mine = upsert(tx, schema.claim).values(comment_id=comment_id, by_user=user_id, until=until)
    taken = tx.execute(
        mine.on_conflict_do_update(
            index_elements=[_K.comment_id],
            set_={"by_user": user_id, "until": until},
            where=or_(_K.by_user == user_id, _K.until <= now),
        ).returning(_K.comment_id)
    )
    return taken.one_or_none() is not None


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
        .select_from(view.join(schema.claim, _K.comment_id == _Q.comment_id))
        .where(_K.by_user != user_id, _K.until > now)
    )
    if queue is not None:
        query = query.where(_Q.queue == queue)
    return tx.execute(query).scalar_one()
