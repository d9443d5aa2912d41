"""Allowances as they are kept: a restart forgets neither a block nor what was spent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from data import schema
from data.budgets import (
    Allowance,
    Plan,
    Refused,
    Use,
    after_call,
    after_strain,
    after_trouble,
    refused,
)
from data.db import Tx
from data.dialects.base import Strain, Trouble
from data.model import ErrorClass
from data.store.comments import upsert
from data.store.rows import named

_B = schema.budget.c


def _allowance(row: Row[Any]) -> Allowance:
    m = named(row)
    told: str | None = m["blocked_class"]
    return Allowance(
        bucket=m["bucket"],
        used=m["used"],
        remaining=m["remaining"],
        resets_at=m["resets_at"],
        spent=m["spent"],
        window_from=m["window_from"],
        blocked_until=m["blocked_until"],
        blocked_class=None if told is None else ErrorClass(told),
        blocked_why=m["blocked_why"],
        told_at=m["told_at"],
    )


def allowance(tx: Tx, bucket: str) -> Allowance | None:
    row = tx.execute(select(schema.budget).where(_B.bucket == bucket)).one_or_none()
    return None if row is None else _allowance(row)


def allowances(tx: Tx, prefix: str = "") -> list[Allowance]:
    """All that are known, or those whose bucket begins so, by bucket."""
    rows = tx.execute(select(schema.budget).order_by(_B.bucket))
    return [a for a in map(_allowance, rows) if a.bucket.startswith(prefix)]


def keep_allowance(tx: Tx, a: Allowance) -> None:
    """Keeps the allowance as it now stands."""
    values: dict[str, Any] = {
        "used": a.used,
        "remaining": a.remaining,
        "resets_at": a.resets_at,
        "spent": a.spent,
        "window_from": a.window_from,
        "blocked_until": a.blocked_until,
        "blocked_class": None if a.blocked_class is None else a.blocked_class.value,
        "blocked_why": a.blocked_why,
        "told_at": a.told_at,
    }
    new = upsert(tx, schema.budget).values(bucket=a.bucket, **values)
    tx.execute(new.on_conflict_do_update(index_elements=[_B.bucket], set_=values))


def _locked(tx: Tx, bucket: str, now: datetime) -> Allowance:
    """The allowance, held against other writers until this transaction ends; a blank one when
    nothing is known yet."""
    blank = upsert(tx, schema.budget).values(bucket=bucket, spent=0, told_at=now)
    tx.execute(blank.on_conflict_do_nothing(index_elements=[_B.bucket]))
    query = select(schema.budget).where(_B.bucket == bucket).with_for_update()
    return _allowance(tx.execute(query).one())


def take(tx: Tx, plan: Plan, bucket: str, use: Use, cost: int, *, now: datetime) -> Refused | None:
    """Takes ``cost`` out of an allowance that we count; gives why not when it may not be."""
    known = _locked(tx, bucket, now)
    no = refused(plan, known, use, cost, now)
    if no is None:
        keep_allowance(tx, after_call(plan, known, bucket, cost, now))
    return no


def tell_strain(tx: Tx, bucket: str, told: Strain, *, now: datetime) -> None:
    """Keeps what an answer's headers told."""
    keep_allowance(tx, after_strain(_locked(tx, bucket, now), told, bucket, now))


def tell_trouble(tx: Tx, plan: Plan, bucket: str, trouble: Trouble, *, now: datetime) -> bool:
    """Keeps a refusal for the allowance's sake; False when the trouble was another."""
    after = after_trouble(plan, _locked(tx, bucket, now), trouble, bucket, now)
    if after is not None:
        keep_allowance(tx, after)
    return after is not None
