"""Alerts: what a person ought to see of a source. One open at a time of each kind; none deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, select, update

from data import schema
from data.db import Tx
from data.told import ToldAlert

_A = schema.alert.c


class AlertKind(StrEnum):
    STOPPED = "stopped"  # nothing is read until a person acts
    EXPIRY = "expiry"  # the access ends soon, or has ended
    ACCESS = "access"  # a permission or a role is missing
    TROUBLE = "trouble"  # the last sweep failed in a way that a person should know of
    ABSENCE = "absence"  # so many comments would be called gone that nobody was believed
    SILENCE = "silence"  # no new comment for longer than this page ever was without one


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """``changed_at`` is when its message last became another one."""

    id: int
    source_id: int
    kind: AlertKind
    message: str
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None


def _alert(row: Row[Any]) -> Alert:
    return Alert(
        id=row.id,
        source_id=row.source_id,
        kind=AlertKind(row.kind),
        message=row.message,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        closed_at=row.closed_at,
    )


def raise_alert(tx: Tx, source_id: int, kind: AlertKind, message: str, *, now: datetime) -> bool:
    """Opens the alert, or gives the open one its new words; False when it stands so already."""
    known = tx.execute(
        select(_A.id, _A.message)
        .where(_A.source_id == source_id, _A.kind == kind.value, _A.closed_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if known is None:
        values = {
            "source_id": source_id,
            "kind": kind.value,
            "message": message,
            "opened_at": now,
            "changed_at": now,
        }
        tx.execute(insert(schema.alert).values(values))
        return True
    if known.message == message:
        return False
    tx.execute(
        update(schema.alert).where(_A.id == known.id).values(message=message, changed_at=now)
    )
    return True


def close_alert(tx: Tx, source_id: int, kind: AlertKind, *, now: datetime) -> bool:
    """Closes the open alert of this kind; False when there was none."""
    closed = tx.execute(
        update(schema.alert)
        .where(_A.source_id == source_id, _A.kind == kind.value, _A.closed_at.is_(None))
        .values(closed_at=now)
    )
    return closed.rowcount > 0


def open_alerts(tx: Tx, source_id: int | None = None) -> list[Alert]:
    """Those that stand now, the newest change first."""
    query = select(schema.alert).where(_A.closed_at.is_(None))
    if source_id is not None:
        query = query.where(_A.source_id == source_id)
    return [_alert(r) for r in tx.execute(query.order_by(_A.changed_at.desc(), _A.id.desc()))]


def alerts_told(tx: Tx, start: datetime, end: datetime, *, as_of: datetime) -> list[ToldAlert]:
    """Those that stood at any time in [start, end), as was known at ``as_of``, oldest first."""
    found = [a for a in alerts_between(tx, start, end) if a.opened_at <= as_of]
    return [
        ToldAlert(
            source_id=a.source_id,
            kind=a.kind.value,
            since=a.opened_at,
            until=a.closed_at if a.closed_at is not None and a.closed_at <= as_of else None,
        )
        for a in found
    ]


def alerts_between(tx: Tx, start: datetime, end: datetime) -> list[Alert]:
    """Those that stood at any time in [start, end), oldest first."""
    query = (
        select(schema.alert)
        .where(_A.opened_at < end, (_A.closed_at.is_(None)) | (_A.closed_at >= start))
        .order_by(_A.opened_at, _A.id)
    )
    return [_alert(r) for r in tx.execute(query)]
