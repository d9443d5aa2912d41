"""Sources: the official pages and file feeds that are watched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from data import schema
from data.db import Tx
from data.model import ErrorClass, Platform, Source, SourceMode, WriteBack
from data.store.rows import named

_S = schema.source.c


def _source(row: Row[Any]) -> Source:
    m = named(row)
    return Source(
        id=m["id"],
        name=m["name"],
        platform=Platform(m["platform"]),
        mode=SourceMode(m["mode"]),
        title=m["title"],
        address=m["address"],
        account=m["account"],
        time_zone=m["time_zone"],
        own_names=tuple(m["own_names"]),
        sweep_minutes=m["sweep_minutes"],
        write_back=WriteBack(m["write_back"]),
        paused=m["paused"],
        created_at=m["created_at"],
        stopped_at=m["stopped_at"],
        stopped_class=None if m["stopped_class"] is None else ErrorClass(m["stopped_class"]),
        stopped_why=m["stopped_why"],
        history_from=m["history_from"],
    )


def add_source(
    tx: Tx,
    *,
    name: str,
    platform: Platform,
    mode: SourceMode,
    title: str,
    now: datetime,
    address: str = "",
    account: str = "",
    time_zone: str = "Asia/Karachi",
    own_names: Sequence[str] = (),
    sweep_minutes: int = 30,
    write_back: WriteBack = WriteBack.DRY_RUN,
) -> Source:
    """Keeps a new source; its name must be free (the database refuses a second)."""
    values = {
        "name": name,
        "platform": platform.value,
        "mode": mode.value,
        "title": title,
        "address": address,
        "account": account,
        "time_zone": time_zone,
        "own_names": list(own_names),
        "sweep_minutes": sweep_minutes,
        "write_back": write_back.value,
        "paused": False,
        "created_at": now,
    }
    row = tx.execute(insert(schema.source).values(values).returning(schema.source)).one()
    return _source(row)


def source_by_name(tx: Tx, name: str) -> Source | None:
    row = tx.execute(select(schema.source).where(_S.name == name)).one_or_none()
    return None if row is None else _source(row)


def source_by_id(tx: Tx, source_id: int) -> Source | None:
    row = tx.execute(select(schema.source).where(_S.id == source_id)).one_or_none()
    return None if row is None else _source(row)


def list_sources(tx: Tx) -> list[Source]:
    """All sources by name."""
    return [_source(r) for r in tx.execute(select(schema.source).order_by(_S.name))]


def set_paused(tx: Tx, source_id: int, paused: bool) -> None:
    tx.execute(update(schema.source).where(_S.id == source_id).values(paused=paused))


def set_write_back(tx: Tx, source_id: int, write_back: WriteBack) -> None:
    tx.execute(update(schema.source).where(_S.id == source_id).values(write_back=write_back.value))


def set_own_names(tx: Tx, source_id: int, names: Sequence[str]) -> None:
    """Says which handles and ids are the page's own account: its replies are not the public's."""
    tx.execute(update(schema.source).where(_S.id == source_id).values(own_names=list(names)))


def stop_source(
    tx: Tx, source_id: int, error_class: ErrorClass, why: str, *, now: datetime
) -> bool:
    """Stops the source until a person acts or a check succeeds; False when it was stopped."""
    stopped = tx.execute(
        update(schema.source)
        .where(_S.id == source_id, _S.stopped_at.is_(None))
        .values(stopped_at=now, stopped_class=error_class.value, stopped_why=why)
    )
    return stopped.rowcount == 1


def let_go_on(tx: Tx, source_id: int) -> bool:
    """Lets a stopped source go on; False when it was not stopped."""
    freed = tx.execute(
        update(schema.source)
        .where(_S.id == source_id, _S.stopped_at.is_not(None))
        .values(stopped_at=None, stopped_class=None, stopped_why=None)
    )
    return freed.rowcount == 1


def set_history_from(tx: Tx, source_id: int, instant: datetime | None) -> None:
    """Notes before which instant the platform gives nothing; None: it gave all there is."""
    tx.execute(update(schema.source).where(_S.id == source_id).values(history_from=instant))
