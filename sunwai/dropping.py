"""The drop folder: files laid into a source's own sub-folder come in by themselves, each once.

A file is taken when it lay there unchanged for two looks, copied without following any link, and
imported from the copy; then it is moved to done/ or failed/ with a note beside it. Every step can
be done again, so a kill between two of them loses and doubles nothing.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from os import stat_result
from pathlib import Path

from data.model import (
    DroppedFile,
    DropState,
    FileImport,
    ImportState,
    JsonObject,
    Source,
)
from data.store import audit, files, sources
from sunwai import drop_files
from sunwai.drop_files import names_in, opened
from sunwai.import_queue import SPOOL
from sunwai.wiring import House

DONE, FAILED = "done", "failed"
MOST_AT_ONCE = 500  # files of one folder in one look
_ACTOR = "drop folder"
_NO_SOURCE = "It lies in no source's folder. Move it into the sub-folder named as its source."


@dataclass(frozen=True, slots=True)
class _Place:
    """A source's open sub-folder."""

    fd: int
    name: str
    source: Source


def drop_folder(house: House) -> Path | None:
    """The drop folder of the settings; None when there is none."""
    told = house.settings.text("import.drop_folder").strip()
    return house.settings.home / told if told else None


def look(house: House) -> None:
    """One look into the drop folder: notes what lies there, takes what is ready, moves away what
    is done. Called again and again by the scheduler."""
    root = drop_folder(house)
    if root is None:
        return
    with house.ready_db.read() as tx:
        known = {s.name: s for s in sources.list_sources(tx)}
    _make_folders(root, known)
    seen: set[int] = set()
    with opened(root) as top:
        for entry in names_in(top):
            seen |= _look_at(house, top, entry, known)
    _settle_vanished(house, seen)


def _make_folders(root: Path, known: Iterable[str]) -> None:
    root.mkdir(parents=True, exist_ok=True)
    for name in known:
        if "/" not in name and not name.startswith("."):
            with suppress(FileExistsError):  # a file of that name: the look says so
                (root / name).mkdir(exist_ok=True)


def _look_at(house: House, top: int, entry: str, known: dict[str, Source]) -> set[int]:
    """One entry of the drop folder itself; gives the ids of the files noted there."""
    if entry.startswith("."):
        return set()
    found = drop_files.facts_of(top, entry)
    if not stat.S_ISDIR(found.st_mode):
        why = drop_files.LINK if stat.S_ISLNK(found.st_mode) else _NO_SOURCE
        return {_stray(house, "", entry, found, why)}
    with opened(entry, below=top) as fd:
        kept = [n for n in names_in(fd) if n not in (DONE, FAILED)]
        names = [n for n in kept if not drop_files.is_unfinished(n)][:MOST_AT_ONCE]
        source = known.get(entry)
        if source is not None:
            place = _Place(fd, entry, source)
            return {_see(house, place, name) for name in names}
        why = f"There is no source “{entry[:80]}”. Name the folder as one of your sources."
        return {_stray(house, entry, n, drop_files.facts_of(fd, n), why) for n in names}


def _note(house: House, folder: str, name: str, found: stat_result) -> tuple[DroppedFile, bool]:
    with house.ready_db.write() as tx:
        return files.see_dropped(
            tx, folder, name, stamp=drop_files.stamp(found), size=found.st_size, now=house.clock()
        )


def _stray(house: House, folder: str, name: str, found: stat_result, why: str) -> int:
    """A file that lies where no source's files are; it is shown and left."""
    dropped, _ = _note(house, folder, name, found)
    _trouble(house, dropped, why)
    return dropped.id


def _trouble(house: House, dropped: DroppedFile, why: str | None) -> None:
    if dropped.why != why:
        with house.ready_db.write() as tx:
            files.note_trouble(tx, dropped.id, why)


# ------------------------------------------------------------------------------ one file


def _see(house: House, place: _Place, name: str) -> int:
    found = drop_files.facts_of(place.fd, name)
    dropped, same = _note(house, place.name, name, found)
    refused = drop_files.refusal(found)
    try:
        if dropped.state is DropState.QUEUED:
            _finish_if_imported(house, place, name, dropped)
        elif dropped.state in (DropState.DONE, DropState.FAILED):  # it could not be moved then
            _move(house, place, name, dropped, dropped.state, dropped.why)
        elif stat.S_ISDIR(found.st_mode):
            _trouble(house, dropped, "It is a folder. Only files are taken.")
        elif refused is not None:
            _move(house, place, name, dropped, DropState.FAILED, refused)
        elif same:
            _queue(house, place, name, dropped)
    except drop_files.Changed:
        _trouble(house, dropped, None)
    except OSError as error:
        told = error.strerror or str(error)
        _trouble(house, dropped, f"It cannot be read or moved ({told}). Check the rights on it.")
    return dropped.id


def _queue(house: House, place: _Place, name: str, dropped: DroppedFile) -> None:
    """Copies the file to a place of ours and lets it be imported from there."""
    suffix = Path(name).suffix.lower()[:12]
    where = Path(SPOOL) / f"drop-{dropped.id}" / f"upload{suffix if suffix.isascii() else ''}"
    size, written = drop_files.copy_out(place.fd, name, house.settings.files / where, dropped.stamp)
    now = house.clock()
    detail: JsonObject = {"file": dropped.name}
    with house.ready_db.write() as tx:
        made = files.add_import(
            tx,
            source_id=place.source.id,
            file_name=dropped.name,
            place=where.as_posix(),
            size=size,
            captured_at=min(written, now),
            by=_ACTOR,
            now=now,
        )
        files.set_dropped(tx, dropped.id, DropState.QUEUED, now=now, file_import_id=made.id)
        audit.note(
            tx,
            actor=_ACTOR,
            verb="import",
            object=f"source:{place.source.id}",
            now=now,
            detail=detail,
        )


# ------------------------------------------------------------------------------ afterwards


def _finish_if_imported(house: House, place: _Place, name: str, dropped: DroppedFile) -> None:
    done = _import_of(house, dropped)
    if done is None or done.state in (ImportState.WAITING, ImportState.RUNNING):
        return
    state = DropState.DONE if done.state is ImportState.DONE else DropState.FAILED
    _move(house, place, name, dropped, state, note_of(done))


def _import_of(house: House, dropped: DroppedFile) -> FileImport | None:
    if dropped.file_import_id is None:
        return None
    with house.ready_db.read() as tx:
        return files.import_by_id(tx, dropped.file_import_id)


def note_of(done: FileImport) -> str:
    """What came of an import, in lines for the note beside the file."""
    if done.told is None:
        return done.error or "It was not imported."
    t = done.told
    lines = [
        f"read {t['read']}, new {t['new']}, revised {t['revised']}, unchanged {t['unchanged']}, "
        f"rejected {t['rejected']}, posts {t['posts']}"
    ]
    for key in ("warnings", "errors"):
        listed = t.get(key)
        for one in listed if isinstance(listed, list) else []:
            row = f"row {one['row']}: {one['reason']}" if isinstance(one, dict) else str(one)
            lines.append(row)
    return "\n".join(lines)


def _move(
    house: House,
    place: _Place,
    name: str,
    dropped: DroppedFile,
    state: DropState,
    why: str | None,
) -> None:
    into = DONE if state is DropState.DONE else FAILED
    drop_files.move_away(place.fd, name, into, f"{name}\n{why or ''}\n")
    with house.ready_db.write() as tx:
        files.set_dropped(tx, dropped.id, state, now=house.clock(), why=why)


def _settle_vanished(house: House, seen: set[int]) -> None:
    """Files that somebody took away: forgotten before they were copied, settled after."""
    with house.ready_db.read() as tx:
        waiting = files.list_dropped(tx, states=(DropState.GROWING, DropState.QUEUED), limit=10_000)
    for dropped in waiting:
        if dropped.id in seen:
            continue
        done = _import_of(house, dropped)
        with house.ready_db.write() as tx:
            if done is None:
                files.forget_dropped(tx, dropped.id)
            elif done.state is ImportState.DONE:
                files.set_dropped(
                    tx, dropped.id, DropState.DONE, now=house.clock(), why=note_of(done)
                )
            elif done.state is ImportState.FAILED:
                files.set_dropped(
                    tx, dropped.id, DropState.FAILED, now=house.clock(), why=note_of(done)
                )
