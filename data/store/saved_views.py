"""Saved views: a person's named filters of the grid, for themselves or for all who decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, or_, select

from data import schema
from data.db import Tx
from data.model import User, clean_text
from data.store.comments import upsert

LONGEST_NAME = 60
LONGEST_QUERY = 2_000
MOST = 50
_V, _U = schema.saved_view.c, schema.app_user.c


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """One view; ``query`` is the grid's address after the question mark, ``owner`` a pseudonym."""

    id: int
    name: str
    query: str
    shared: bool
    owner_id: int
    owner: str
    saved_at: datetime


class NotAView(ValueError):
    """A name or filters that cannot be kept; the message says what they must be."""


def views_of(tx: Tx, user: User) -> list[SavedView]:
    """The user's own views and those that others share, by name."""
    query = _views().where(or_(_V.user_id == user.id, _V.shared.is_(True)))
    return [_view(r) for r in tx.execute(query.order_by(_V.name, _V.id))]


def view_by_id(tx: Tx, view_id: int) -> SavedView | None:
    row = tx.execute(_views().where(_V.id == view_id)).one_or_none()
    return None if row is None else _view(row)


def save_view(
    tx: Tx, user: User, *, name: str, query: str, shared: bool, now: datetime
) -> SavedView:
    """Keeps the view under its name; the user's own of that name is replaced.

    Raises NotAView for an empty or long name, long filters, or more than MOST views.
    """
    name = " ".join(clean_text(name).split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise NotAView(f"A view's name has 1 to {LONGEST_NAME} characters.")
    if len(query) > LONGEST_QUERY:
        raise NotAView("These filters are too long to be saved. Take some out.")
    own = select(func.count()).where(_V.user_id == user.id, _V.name != name)
    if tx.execute(own).scalar_one() >= MOST:
        raise NotAView(f"You have {MOST} views, which is the most. Take one away first.")
    values = {"query": query, "shared": shared, "saved_at": now}
    keep = upsert(tx, schema.saved_view).values(user_id=user.id, name=name, **values)
    kept = keep.on_conflict_do_update(index_elements=[_V.user_id, _V.name], set_=values)
    view_id = tx.execute(kept.returning(_V.id)).scalar_one()
    made = view_by_id(tx, view_id)
    assert made is not None  # just kept
    return made


def take_away_view(tx: Tx, view_id: int) -> None:
    tx.execute(delete(schema.saved_view).where(_V.id == view_id))


def _views() -> Any:
    return select(schema.saved_view, _U.pseudonym).join(schema.app_user, _U.id == _V.user_id)


def _view(row: Row[Any]) -> SavedView:
    return SavedView(
        id=row.id,
        name=row.name,
        query=row.query,
        shared=row.shared,
        owner_id=row.user_id,
        owner=row.pseudonym,
        saved_at=row.saved_at,
    )
