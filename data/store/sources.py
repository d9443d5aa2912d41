"""Sources: the official pages and file feeds that are watched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from data import schema
from data.db import Tx
from data.model import Platform, Source, SourceMode, WriteBack
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
        time_zone=m["time_zone"],
        own_names=tuple(m["own_names"]),
        sweep_minutes=m["sweep_minutes"],
        write_back=WriteBack(m["write_back"]),
        paused=m["paused"],
        created_at=m["created_at"],
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
