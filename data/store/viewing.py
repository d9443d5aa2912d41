"""Who has a comment open just now outside the queue: a lease that ends by itself, never a lock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from data import schema
from data.db import Tx
from data.store.comments import upsert

_V, _U, _K = schema.viewing.c, schema.app_user.c, schema.claim.c
LEASE = timedelta(seconds=45)
PLACES = ("history", "grid", "copies", "second_look")


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Another person at the same comment; ``place`` is one of PLACES, or "queue"."""

    user_id: int
    display: str
    place: str


def note_viewing(tx: Tx, comment_id: str, user_id: int, place: str, *, now: datetime) -> None:
    """Says that the user looks at the comment, for LEASE from now; also sweeps what has ended."""
    tx.execute(delete(schema.viewing).where(_V.until <= now))
    seen = upsert(tx, schema.viewing).values(
        comment_id=comment_id, user_id=user_id, place=place, until=now + LEASE
    )
    tx.execute(
        seen.on_conflict_do_update(
            index_elements=[_V.comment_id, _V.user_id],
            set_={"place": place, "until": now + LEASE},
        )
    )


def end_viewing(tx: Tx, comment_id: str, user_id: int) -> None:
    """The user has closed it."""
    tx.execute(delete(schema.viewing).where(_V.comment_id == comment_id, _V.user_id == user_id))


def viewers(tx: Tx, comment_id: str, *, now: datetime, but: int) -> list[Viewer]:
    """Who else looks at the comment now: those who have it open, and the officer whose card it is.

    ``but`` is the user who asks.
    """
    return viewers_of(tx, [comment_id], now=now, but=but).get(comment_id, [])


def viewers_of(
    tx: Tx, comment_ids: Sequence[str], *, now: datetime, but: int
) -> dict[str, list[Viewer]]:
    """The same for many comments at once; one that nobody else looks at is left out."""
    looking = (
        select(_V.comment_id, _V.user_id, _U.display, _V.place)
        .join(schema.app_user, _U.id == _V.user_id)
        .where(_V.comment_id.in_(comment_ids), _V.until > now, _V.user_id != but)
        .order_by(_U.display)
    )
    holding = (
        select(_K.comment_id, _K.by_user, _U.display)
        .join(schema.app_user, _U.id == _K.by_user)
        .where(_K.comment_id.in_(comment_ids), _K.until > now, _K.by_user != but)
    )
    found: dict[str, list[Viewer]] = {}
    for comment, user, display, place in tx.execute(looking):
        at = found.setdefault(comment, [])
        at.append(Viewer(user_id=user, display=display, place=place))
    for comment, user, display in tx.execute(holding):
        at = found.setdefault(comment, [])
        if user not in {v.user_id for v in at}:
            at.append(Viewer(user_id=user, display=display, place="queue"))
    return found
