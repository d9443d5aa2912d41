"""Writing that was stopped: the platform called it abuse, and only a person lets it go on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from data import schema
from data.db import Tx
from data.model import WriteStop
from data.store.rows import named

_W = schema.write_stop.c


def _stop(row: Row[Any]) -> WriteStop:
    m = named(row)
    return WriteStop(
        id=m["id"],
        source_id=m["source_id"],
        why=m["why"],
        stopped_at=m["stopped_at"],
        lifted_at=m["lifted_at"],
        lifted_by=m["lifted_by"],
    )


def stops_on(tx: Tx) -> dict[int, WriteStop]:
    """The stops that nobody lifted yet, by source id."""
    query = select(schema.write_stop).where(_W.lifted_at.is_(None))
    return {s.source_id: s for s in map(_stop, tx.execute(query))}


def stop_of(tx: Tx, source_id: int) -> WriteStop | None:
    """The source's stop; None where writing may go on."""
    query = select(schema.write_stop).where(_W.source_id == source_id, _W.lifted_at.is_(None))
    row = tx.execute(query).one_or_none()
    return None if row is None else _stop(row)


def stop_writing(tx: Tx, source_id: int, why: str, *, now: datetime) -> bool:
    """Stops all writing of the source; False when it was stopped already."""
    if stop_of(tx, source_id) is not None:
        return False
    tx.execute(insert(schema.write_stop).values(source_id=source_id, why=why, stopped_at=now))
    return True


def lift_stop(tx: Tx, source_id: int, by: str, *, now: datetime) -> bool:
    """Lets writing go on; False when it was not stopped."""
    lifted = tx.execute(
        update(schema.write_stop)
        .where(_W.source_id == source_id, _W.lifted_at.is_(None))
        .values(lifted_at=now, lifted_by=by)
    )
    return lifted.rowcount == 1
