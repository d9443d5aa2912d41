"""Files that are imported: what their columns are, what waits, what lay in the drop folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.model.kept import Aware
from data.reading import JsonObject


class ImportState(StrEnum):
    """A file that waits to be imported, and what came of it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class DropState(StrEnum):
    """A file in the drop folder."""

    GROWING = "growing"  # seen, and not yet twice the same
    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMapping(Aware):
    """What a person said the columns of a header are, for one source."""

    id: int
    source_id: int
    signature: str
    body: JsonObject
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FileImport(Aware):
    """A file that is imported outside a web request. ``place`` lies below the folder of files;
    ``told`` is what the result page shows, once there is a result."""

    id: int
    source_id: int
    file_name: str
    place: str
    size: int
    captured_at: datetime
    post: str | None
    encoding: str | None
    mapping: JsonObject | None
    by: str
    state: ImportState
    attempts: int
    rows_done: int
    created_at: datetime
    ended_at: datetime | None
    sweep_id: int | None
    told: JsonObject | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedFile(Aware):
    """A file seen in the drop folder; ``stamp`` changes when the file does."""

    id: int
    folder: str
    name: str
    stamp: str
    size: int
    state: DropState
    why: str | None
    file_import_id: int | None
    first_seen_at: datetime
    changed_at: datetime
