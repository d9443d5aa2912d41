"""Sources: the official pages and file feeds that are watched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from data import schema
from data.db import Tx
from data.model import (
    Closure,
    ErrorClass,
    JsonObject,
    Platform,
    Source,
    SourceMode,
    WriteBack,
)
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
        closures=tuple(_closure(c) for c in m["closures"] or ()),
    )


def _closure(kept: dict[str, str | None]) -> Closure:
    until = kept["until"]
    return Closure(
        since=datetime.fromisoformat(kept["since"] or ""),
        by=kept["by"] or "",
        why=kept["why"] or "",
        until=None if until is None else datetime.fromisoformat(until),
    )


def _kept(closure: Closure) -> JsonObject:
    until = closure.until
    return {
        "since": closure.since.isoformat(),
        "by": closure.by,
        "why": closure.why,
        "until": None if until is None else until.isoformat(),
    }


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


def sources_by_id(tx: Tx, ids: Sequence[int]) -> dict[int, Source]:
    """The sources by id; an unknown id is left out."""
    rows = tx.execute(select(schema.source).where(_S.id.in_(ids)))
    return {s.id: s for s in map(_source, rows)}


def list_sources(tx: Tx) -> list[Source]:
    """All sources by name."""
    return [_source(r) for r in tx.execute(select(schema.source).order_by(_S.name))]


def set_paused(tx: Tx, source_id: int, paused: bool) -> None:
    tx.execute(update(schema.source).where(_S.id == source_id).values(paused=paused))


def close_source(tx: Tx, source_id: int, *, by: str, why: str, now: datetime) -> bool:
    """Closes the source: it is swept no more, its comments stay. False when it was closed."""
    source = _locked(tx, source_id)
    if source.closed is not None:
        return False
    _keep_closures(tx, source_id, (*source.closures, Closure(since=now, by=by, why=why)))
    return True


def reopen_source(tx: Tx, source_id: int, *, now: datetime) -> bool:
    """Watches a closed source again from ``now`` on; False when it was not closed."""
    source = _locked(tx, source_id)
    if source.closed is None:
        return False
    ended = replace(source.closed, until=max(now, source.closed.since))
    _keep_closures(tx, source_id, (*source.closures[:-1], ended))
    return True


def _locked(tx: Tx, source_id: int) -> Source:
    query = select(schema.source).where(_S.id == source_id).with_for_update()
    return _source(tx.execute(query).one())


def _keep_closures(tx: Tx, source_id: int, closures: Sequence[Closure]) -> None:
    kept = [_kept(c) for c in closures]
    tx.execute(update(schema.source).where(_S.id == source_id).values(closures=kept))


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
