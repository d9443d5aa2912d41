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

from dashboard.deps import Deps
from dashboard.drawing import components as c
from dashboard.drawing import ids
from dashboard.drawing.saying import woven
from dashboard.finding.listing import source_name
from dashboard.importer import LARGEST
from dashboard.sources import import_api
from dashboard.words import mark, t
from dashboard.words.below import below
from dashboard.words.written import number
from data.db import Tx
from data.model import DroppedFile, DropState, FileImport, ImportState, Source, User
from data.store import files

SHOWN_FOR = timedelta(days=7)
SLOW = timedelta(minutes=10)  # a file that is still written after so long is worth a look
SHOWN = 20
STATES: dict[ImportState, tuple[str, c.Tone]] = {
    ImportState.WAITING: (mark("waits"), "info"),
    ImportState.RUNNING: (mark("running"), "info"),
    ImportState.DONE: (mark("done"), "good"),
    ImportState.FAILED: (mark("not taken"), "bad"),
}
DROPS: dict[DropState, tuple[str, c.Tone]] = {
    DropState.GROWING: (mark("not taken yet"), "warn"),
    DropState.QUEUED: (mark("on its way"), "info"),
    DropState.DONE: (mark("done"), "good"),
    DropState.FAILED: (mark("not taken"), "bad"),
}


def importing(sources: Sequence[Source], viewer: User, d: Deps, tx: Tx) -> list[Component]:
    """What of importing this viewer sees."""
    if viewer.role not in import_api.IMPORTERS:
        return []
    place = _place(sources, d)
    return [place, *_on_their_way(sources, d, tx), *_drop_folder(d, tx)]


def _place(sources: Sequence[Source], d: Deps) -> Component:
    """The place where assets/pages_import.js draws the import."""
    watched = [s for s in sources if s.closed is None]
    if d.importer is None or not watched:
        told = t("Files are imported on the command line here: {command}")
        command = html.Bdi("sunwai import FILE --source NAME")
        return c.card(html.P(woven(told, command=command)), title=t("Bring in an export file"))
    local = d.clock().astimezone(ZoneInfo(d.zone))
    named = [[str(s.id), source_name(s)] for s in watched]
    data: dict[str, Any] = {
        "data-sources": json.dumps(named, ensure_ascii=False),
        "data-encodings": json.dumps(_code_pages(), ensure_ascii=False),
        "data-most": str(LARGEST),
        "data-zone": f"{local:%z}",
    }
    return c.card(html.Div(id=ids.IMPORT, className="import", **data),
                  title=t("Bring in an export file"))  # fmt: skip


def _code_pages() -> list[list[str]]:
    return [[name, t(told)] for name, told in import_api.CODE_PAGES.items()]


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
    heads = (t("File"), t("Source"), t("Began"), t("State"), t("Rows so far"),
             t("What went wrong"))  # fmt: skip
    table = c.table(heads, rows, caption=t("Files on their way in"), numbers={4})
    return [c.card(table, title=t("Files on their way in"))]


def _import(f: FileImport, names: dict[int, str], d: Deps) -> list[c.Piece]:
    return [
        html.Bdi(f.file_name, className="file-name"),
        html.Bdi(names.get(f.source_id, "")),
        c.moment(f.created_at, d.zone),
        _badge(STATES[f.state]),
        number(f.rows_done),
        below(f.error or ""),
    ]


def _drop_folder(d: Deps, tx: Tx) -> list[Component]:
    folder = d.settings_told.get("import.drop_folder", "")
    if not folder:
        return []
    now = d.clock()
    found = [f for f in files.list_dropped(tx, limit=200) if _is_shown(f, d)][:SHOWN]
    words = t(
        "Files laid into a source's own folder below {folder} come in by themselves and are moved "
        "to {done} or {failed}, with a note beside them."
    )
    names = {
        "folder": html.Bdi(folder, className="file-name"),
        "done": html.Bdi("done"),
        "failed": html.Bdi("failed"),
    }
    told = html.P(woven(words, **names), className="quiet")
    heads = (t("File"), t("Folder"), t("Seen"), t("State"), t("Why"))
    rows: list[list[c.Piece]] = [
        [
            html.Bdi(f.name, className="file-name"),
            html.Bdi(f.folder),
            c.moment(f.changed_at, d.zone),
            _badge(DROPS[f.state]),
            below(f.why) if f.why else _patience(f, now - SLOW),
        ]
        for f in found
    ]
    body = c.table(heads, rows, caption=t("Files in the drop folder that ask for a look"))
    return [c.card(told, body if rows else "", title=t("Drop folder"))]


def _is_shown(f: DroppedFile, d: Deps) -> bool:
    if f.state is DropState.GROWING:
        return f.why is not None or f.changed_at <= d.clock() - SLOW
    if f.state is DropState.FAILED:
        return f.changed_at >= d.clock() - SHOWN_FOR
    return f.state is DropState.QUEUED


def _patience(f: DroppedFile, slow: Any) -> str:
    if f.state is DropState.GROWING and f.changed_at <= slow:
        return t("It was seen once and not again unchanged: does the scheduler run?")
    return ""


def _badge(state: tuple[str, c.Tone]) -> Component:
    return c.badge(t(state[0]), state[1])
