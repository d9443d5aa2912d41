"""Files on their way in: imports that wait, mappings of their columns, and the drop folder."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from data import schema
from data.db import Tx
from data.model import (
    DroppedFile,
    DropState,
    FileImport,
    ImportState,
    JsonObject,
    KeptMapping,
    storable,
)
from data.store.comments import upsert
from data.store.rows import named

_M, _F, _D = schema.column_mapping.c, schema.file_import.c, schema.dropped_file.c
_OPEN = (ImportState.WAITING.value, ImportState.RUNNING.value)


# ------------------------------------------------------------------------------ mappings


def _mapping(row: Row[Any]) -> KeptMapping:
    facts: dict[str, Any] = dict(named(row))
    return KeptMapping(**facts)


def keep_mapping(
    tx: Tx, source_id: int, signature: str, body: JsonObject, *, by: str, now: datetime
) -> None:
    """Keeps what the columns of a header are; a newer choice takes the place of an older one."""
    told = {"body": body, "made_by": by, "made_at": now}
    made = upsert(tx, schema.column_mapping).values(
        source_id=source_id, signature=signature, **told
    )
    tx.execute(made.on_conflict_do_update(index_elements=[_M.source_id, _M.signature], set_=told))


def mapping_for(tx: Tx, source_id: int, signature: str) -> KeptMapping | None:
    query = select(schema.column_mapping).where(
        _M.source_id == source_id, _M.signature == signature
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else _mapping(row)


def list_mappings(tx: Tx, source_id: int | None = None) -> list[KeptMapping]:
    """All mappings, or one source's, by id."""
    query = select(schema.column_mapping).order_by(_M.id)
    if source_id is not None:
        query = query.where(_M.source_id == source_id)
    return [_mapping(row) for row in tx.execute(query)]


def remove_mapping(tx: Tx, mapping_id: int) -> bool:
    """Forgets a mapping; False when there is none of this id."""
    return tx.execute(delete(schema.column_mapping).where(_M.id == mapping_id)).rowcount == 1


# ------------------------------------------------------------------------------ imports


def _import(row: Row[Any]) -> FileImport:
    facts: dict[str, Any] = dict(named(row))
    facts["state"] = ImportState(facts["state"])
    return FileImport(**facts)


def add_import(
    tx: Tx,
    *,
    source_id: int,
    file_name: str,
    place: str,
    size: int,
    captured_at: datetime,
    by: str,
    now: datetime,
    post: str | None = None,
    encoding: str | None = None,
    mapping: JsonObject | None = None,
) -> FileImport:
    """Keeps a file that is to be imported; it waits until a scheduler takes it."""
    values = {
        "source_id": source_id,
        "file_name": file_name,
        "place": place,
        "size": size,
        "captured_at": captured_at,
        "post": post,
        "encoding": encoding,
        "mapping": mapping,
        "by": by,
        "state": ImportState.WAITING.value,
        "created_at": now,
    }
    made = insert(schema.file_import).values(values).returning(schema.file_import)
    return _import(tx.execute(made).one())


def import_by_id(tx: Tx, import_id: int) -> FileImport | None:
    row = tx.execute(select(schema.file_import).where(_F.id == import_id)).one_or_none()
    return None if row is None else _import(row)


def open_imports(tx: Tx) -> list[FileImport]:
    """Those that wait or run, the oldest first."""
    query = select(schema.file_import).where(_F.state.in_(_OPEN)).order_by(_F.id)
    return [_import(row) for row in tx.execute(query)]


def list_imports(tx: Tx, *, limit: int = 20) -> list[FileImport]:
    """The newest first."""
    query = select(schema.file_import).order_by(_F.id.desc()).limit(limit)
    return [_import(row) for row in tx.execute(query)]


def begin_import(tx: Tx, import_id: int) -> int:
    """Says that the import runs (again); gives which attempt this is, from 1."""
    begun = (
        update(schema.file_import)
        .where(_F.id == import_id)
        .values(state=ImportState.RUNNING.value, attempts=_F.attempts + 1, rows_done=0)
        .returning(_F.attempts)
    )
    return tx.execute(begun).scalar_one()


def note_progress(tx: Tx, import_id: int, rows_done: int) -> None:
    tx.execute(update(schema.file_import).where(_F.id == import_id).values(rows_done=rows_done))


def end_import(
    tx: Tx,
    import_id: int,
    state: ImportState,
    *,
    now: datetime,
    sweep_id: int | None = None,
    told: JsonObject | None = None,
    error: str | None = None,
) -> None:
    """Closes an import with what it did; one already closed is left as it is."""
    tx.execute(
        update(schema.file_import)
        .where(_F.id == import_id, _F.state.in_(_OPEN))
        .values(state=state.value, ended_at=now, sweep_id=sweep_id, told=told, error=error)
    )


# ------------------------------------------------------------------------------ drop folder


def _dropped(row: Row[Any]) -> DroppedFile:
    facts: dict[str, Any] = dict(named(row))
    facts["state"] = DropState(facts["state"])
    return DroppedFile(**facts)


def see_dropped(
    tx: Tx, folder: str, name: str, *, stamp: str, size: int, now: datetime
) -> tuple[DroppedFile, bool]:
    """Notes that a file lies in the drop folder; True when it is just as it was last time.

    A file that changed, or that came again under the name of one long done, begins anew.
    """
    key = {"folder": storable(folder)[:120], "name": storable(name)[:260]}
    query = select(schema.dropped_file).where(_D.folder == key["folder"], _D.name == key["name"])
    row = tx.execute(query).one_or_none()
    if row is not None and row.stamp == stamp:
        return _dropped(row), True
    fresh = {
        "stamp": stamp,
        "size": size,
        "state": DropState.GROWING.value,
        "why": None,
        "file_import_id": None,
        "changed_at": now,
    }
    made = upsert(tx, schema.dropped_file).values(**key, first_seen_at=now, **fresh)
    again = made.on_conflict_do_update(index_elements=[_D.folder, _D.name], set_=fresh)
    return _dropped(tx.execute(again.returning(schema.dropped_file)).one()), False


def set_dropped(
    tx: Tx,
    dropped_id: int,
    state: DropState,
    *,
    now: datetime,
    why: str | None = None,
    file_import_id: int | None = None,
) -> None:
    """Says how far a dropped file is; an import that it has is not forgotten."""
    values: dict[str, Any] = {"state": state.value, "why": why, "changed_at": now}
    if file_import_id is not None:
        values["file_import_id"] = file_import_id
    tx.execute(update(schema.dropped_file).where(_D.id == dropped_id).values(values))


def note_trouble(tx: Tx, dropped_id: int, why: str | None) -> None:
    """Says why a file that stays where it lies is not taken; it is looked at again."""
    tx.execute(update(schema.dropped_file).where(_D.id == dropped_id).values(why=why))


def list_dropped(
    tx: Tx, *, states: tuple[DropState, ...] = tuple(DropState), limit: int = 100
) -> list[DroppedFile]:
    """Dropped files of these states, the newest first."""
    query = (
        select(schema.dropped_file)
        .where(_D.state.in_([s.value for s in states]))
        .order_by(_D.changed_at.desc(), _D.id.desc())
        .limit(limit)
    )
    return [_dropped(row) for row in tx.execute(query)]


def forget_dropped(tx: Tx, dropped_id: int) -> None:
    """Forgets a file that somebody took away before it was read."""
    tx.execute(delete(schema.dropped_file).where(_D.id == dropped_id))
