"""The import part of the sources page: the place to drop a file, files on their way, the drop
folder's troubles."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dash import html
from dash.development.base_component import Component

from dashboard import components as c
from dashboard import ids, import_api
from dashboard.deps import Deps
from dashboard.importer import LARGEST
from dashboard.listing import source_name
from data.db import Tx
from data.model import DroppedFile, DropState, FileImport, ImportState, Source, User
from data.store import files

SHOWN_FOR = timedelta(days=7)
SLOW = timedelta(minutes=10)  # a file that is still written after so long is worth a look
SHOWN = 20
STATES: dict[ImportState, tuple[str, c.Tone]] = {
    ImportState.WAITING: ("waits", "info"),
    ImportState.RUNNING: ("running", "info"),
    ImportState.DONE: ("done", "good"),
    ImportState.FAILED: ("not taken", "bad"),
}
DROPS: dict[DropState, tuple[str, c.Tone]] = {
    DropState.GROWING: ("not taken yet", "warn"),
    DropState.QUEUED: ("on its way", "info"),
    DropState.DONE: ("done", "good"),
    DropState.FAILED: ("not taken", "bad"),
}


def importing(sources: Sequence[Source], viewer: User, d: Deps, tx: Tx) -> list[Component]:
    """What of importing this viewer sees."""
    if viewer.role not in import_api.IMPORTERS:
        return []
    place = _place(sources, d)
    return [place, *_on_their_way(sources, d, tx), *_drop_folder(d, tx)]


def _place(sources: Sequence[Source], d: Deps) -> Component:
    """The place where assets/pages_import.js draws the import."""
    if d.importer is None or not sources:
        told = "Files are imported on the command line here: sunwai import FILE --source NAME"
        return c.card(html.P(told), title="Bring in an export file")
    local = d.clock().astimezone(ZoneInfo(d.zone))
    named = [[str(s.id), source_name(s)] for s in sources]
    data: dict[str, Any] = {
        "data-sources": json.dumps(named, ensure_ascii=False),
        "data-encodings": json.dumps(list(import_api.CODE_PAGES.items()), ensure_ascii=False),
        "data-most": str(LARGEST),
        "data-zone": f"{local:%z}",
    }
    return c.card(html.Div(id=ids.IMPORT, className="import", **data),
                  title="Bring in an export file")  # fmt: skip


def _on_their_way(sources: Sequence[Source], d: Deps, tx: Tx) -> list[Component]:
    since = d.clock() - SHOWN_FOR
    found = [
        f
        for f in files.list_imports(tx, limit=SHOWN)
        if f.state is not ImportState.DONE and f.created_at >= since
    ]
    names = {s.id: source_name(s) for s in sources}
    rows = [_import(f, names, d) for f in found]
    if not rows:
        return []
    heads = ("File", "Source", "Began", "State", "Rows so far", "What went wrong")
    table = c.table(heads, rows, caption="Files on their way in", numbers={4})
    return [c.card(table, title="Files on their way in")]


def _import(f: FileImport, names: dict[int, str], d: Deps) -> list[c.Piece]:
    return [
        html.Bdi(f.file_name, className="file-name"),
        names.get(f.source_id, ""),
        c.moment(f.created_at, d.zone),
        c.badge(*STATES[f.state]),
        f"{f.rows_done:,}",
        f.error or "",
    ]


def _drop_folder(d: Deps, tx: Tx) -> list[Component]:
    folder = d.settings_told.get("import.drop_folder", "")
    if not folder:
        return []
    now = d.clock()
    found = [f for f in files.list_dropped(tx, limit=200) if _is_shown(f, d)][:SHOWN]
    told = html.P(
        ["Files laid into a source's own folder below ", html.Bdi(folder, className="file-name"),
         " come in by themselves and are moved to done or failed, with a note beside them."],
        className="quiet",
    )  # fmt: skip
    heads = ("File", "Folder", "Seen", "State", "Why")
    rows: list[list[c.Piece]] = [
        [
            html.Bdi(f.name, className="file-name"),
            html.Bdi(f.folder),
            c.moment(f.changed_at, d.zone),
            c.badge(*DROPS[f.state]),
            f.why or _patience(f, now - SLOW),
        ]
        for f in found
    ]
    body = c.table(heads, rows, caption="Files in the drop folder that ask for a look")
    return [c.card(told, body if rows else "", title="Drop folder")]


def _is_shown(f: DroppedFile, d: Deps) -> bool:
    if f.state is DropState.GROWING:
        return f.why is not None or f.changed_at <= d.clock() - SLOW
    if f.state is DropState.FAILED:
        return f.changed_at >= d.clock() - SHOWN_FOR
    return f.state is DropState.QUEUED


def _patience(f: DroppedFile, slow: Any) -> str:
    if f.state is DropState.GROWING and f.changed_at <= slow:
        return "It was seen once and not again unchanged: does the scheduler run?"
    return ""
