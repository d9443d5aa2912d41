"""Second factors: the sealed secret of each user, the newest step used, and recovery codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, insert, or_, select, update

from data import schema
from data.db import Tx
from data.store.comments import upsert

_F, _R = schema.second_factor.c, schema.recovery_code.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A user's second factor. ``confirmed_at`` None: set up, and not yet shown to work."""

    user_id: int
    sealed: bytes = field(repr=False)
    made_at: datetime
    confirmed_at: datetime | None = None
    last_step: int | None = None


def factor_of(tx: Tx, user_id: int) -> Factor | None:
    """The user's factor, confirmed or not; None where there is none."""
    row = tx.execute(select(schema.second_factor).where(_F.user_id == user_id)).one_or_none()
    if row is None:
        return None
    return Factor(
        user_id=row.user_id,
        sealed=row.sealed,
        made_at=row.made_at,
        confirmed_at=row.confirmed_at,
        last_step=row.last_step,
    )


def confirmed_users(tx: Tx) -> frozenset[int]:
    """The ids of all users who have a second factor that counts."""
    query = select(_F.user_id).where(_F.confirmed_at.is_not(None))
    return frozenset(tx.execute(query).scalars())


def keep_factor(tx: Tx, user_id: int, sealed: bytes, *, now: datetime) -> None:
    """Keeps a new secret that is not confirmed yet, in the place of one that was not either.

    A confirmed factor is left alone: it goes only by forget_factor().
    """
    values = {"sealed": sealed, "made_at": now, "last_step": None}
    new = upsert(tx, schema.second_factor).values(user_id=user_id, **values)
    tx.execute(
        new.on_conflict_do_update(
            index_elements=[_F.user_id], set_=values, where=_F.confirmed_at.is_(None)
        )
    )


def confirm_factor(tx: Tx, user_id: int, *, now: datetime) -> None:
    """From here on the factor counts."""
    tx.execute(
        update(schema.second_factor)
        .where(_F.user_id == user_id, _F.confirmed_at.is_(None))
        .values(confirmed_at=now)
    )


def use_step(tx: Tx, user_id: int, step: int) -> bool:
    """Takes a time step for used; False when it or a later one was used before."""
    done = tx.execute(
        update(schema.second_factor)
        .where(_F.user_id == user_id, or_(_F.last_step.is_(None), _F.last_step < step))
        .values(last_step=step)
    )
    return done.rowcount == 1


def forget_factor(tx: Tx, user_id: int) -> bool:
    """Takes factor and recovery codes away; False when there was none."""
    tx.execute(delete(schema.recovery_code).where(_R.user_id == user_id))
    return tx.execute(delete(schema.second_factor).where(_F.user_id == user_id)).rowcount > 0


# ------------------------------------------------------------------------------ recovery codes


def keep_recovery_codes(tx: Tx, user_id: int, marks: Sequence[str], *, now: datetime) -> None:
    """Keeps the marks of new codes; all earlier ones are gone."""
    tx.execute(delete(schema.recovery_code).where(_R.user_id == user_id))
    rows = [{"user_id": user_id, "mark": mark, "made_at": now} for mark in marks]
    tx.execute(insert(schema.recovery_code), rows)


def use_recovery_code(tx: Tx, user_id: int, mark: str, *, now: datetime) -> bool:
    """Takes a code for used; False when there is no such one or it was used before."""
    done = tx.execute(
        update(schema.recovery_code)
        .where(_R.user_id == user_id, _R.mark == mark, _R.used_at.is_(None))
        .values(used_at=now)
    )
    return done.rowcount == 1


def recovery_codes_left(tx: Tx, user_id: int) -> int:
    query = select(func.count()).where(_R.user_id == user_id, _R.used_at.is_(None))
    return tx.execute(query).scalar_one()
