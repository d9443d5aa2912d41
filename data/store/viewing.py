"""Who has a comment open just now outside the queue: a lease that ends by itself, never a lock."""

from __future__ import annotations

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
    looking = (
        select(_V.user_id, _U.display, _V.place)
        .join(schema.app_user, _U.id == _V.user_id)
        .where(_V.comment_id == comment_id, _V.until > now, _V.user_id != but)
        .order_by(_U.display)
    )
    holding = (
        select(_K.by_user, _U.display)
        .join(schema.app_user, _U.id == _K.by_user)
        .where(_K.comment_id == comment_id, _K.until > now, _K.by_user != but)
    )
    found = [
        Viewer(user_id=r.user_id, display=r.display, place=r.place) for r in tx.execute(looking)
    ]
    there = {v.user_id for v in found}
    found += [
        Viewer(user_id=r.by_user, display=r.display, place="queue")
        for r in tx.execute(holding)
        if r.by_user not in there
    ]
    return found
