"""Importing an export file from the browser: look at it first, then take it or leave it."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from dashboard.deps import Deps, deps
from dashboard.finding.downloads import csv_answer
from dashboard.importer import (
    FIRST_ROWS,
    Importer,
    NeedsColumns,
    NotTaken,
    Told,
    Waiting,
    forget,
    forget_old,
    keep_waiting,
    set_aside,
    waiting,
)
from dashboard.signing_in.security import requires, signed_in
from dashboard.sources.import_shown import asked_json, import_json, look_json
from dashboard.web import given
from dashboard.web.forms import Malformed, json_body
from dashboard.words import mark, t
from dashboard.words.below import from_below
from data.model import (
    JsonValue,
    Role,
    RowError,
    Source,
    utc,
)
from data.store import audit, files, sources, sweeps

routes = Blueprint("import", __name__)
IMPORTERS = (Role.OFFICER, Role.SENIOR, Role.ADMINISTRATOR)
GONE = mark("This file no longer waits here. Choose it again.")
CODE_PAGES = {
    "": mark("UTF-8, or as the file says"),
    "cp1256": mark("cp1256: Urdu and Arabic of old Windows"),
    "cp1252": mark("cp1252: Western languages of old Windows"),
    "utf-16-le": mark("UTF-16 without its mark"),
}


@routes.errorhandler(NotTaken)
def not_taken(error: NotTaken) -> ResponseReturnValue:
    return jsonify(error=from_below(str(error))), 422


def _importer(d: Deps) -> tuple[Importer, Path]:
    if d.importer is None or d.files_folder is None:
        raise NotTaken(
            t("Import by the browser is not set up here. Use: {command}",
              command="sunwai import FILE")
        )  # fmt: skip
    return d.importer, d.files_folder / "waiting"


def _source(d: Deps, value: str) -> Source:
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 15 else -1
    with d.db.read() as tx:
        source = sources.source_by_id(tx, number)
    if source is None:
        raise Malformed("source", t("Choose the source that the file is of."))
    if source.closed is not None:
        named = source.title or source.name
        raise Malformed("source", t("{source} is closed: open it again first.", source=named))
    return source


def _told(d: Deps, captured: str, post: str, encoding: str = "", mapping: JsonValue = None) -> Told:
    try:
        at = utc(datetime.fromisoformat(captured)) if captured else d.clock()
    except ValueError:
        raise Malformed("captured", t("Say when the file was made, as a day and a time.")) from None
    if encoding not in CODE_PAGES:
        raise Malformed("encoding", t("Choose one of the code pages."))
    if mapping is not None and not isinstance(mapping, dict):
        raise Malformed("mapping", t("Say what each column is."))
    return Told(
        captured_at=min(at, d.clock()),
        post=post.strip()[:500] or None,
        encoding=encoding or None,
        mapping=mapping,
    )


def _told_in_body(d: Deps) -> Told:
    return _told(
        d,
        given.told("captured"),
        given.told("post"),
        given.told("encoding"),
        json_body().get("mapping"),
    )


class _Gone(LookupError):
    """The file was taken, forgotten, or is another person's."""


@routes.errorhandler(_Gone)
def gone(_: _Gone) -> ResponseReturnValue:
    return jsonify(error=t(GONE)), 404


def _waiting(d: Deps, token: str) -> tuple[Waiting, Source, Told]:
    """The file that waits under this token, its source, and what was told of it."""
    file = waiting(_importer(d)[1], signed_in(), token)
    if file is None:
        raise _Gone
    return file, _source(d, given.told("source")), _told_in_body(d)


# ------------------------------------------------------------------------------ look


@routes.post("/api/import")
@requires(*IMPORTERS)
def look() -> ResponseReturnValue:
    """Keeps the upload waiting and says what it is; nothing of it is in the store yet."""
    d, by = deps(), signed_in()
    importer, folder = _importer(d)
    source = _source(d, request.form.get("source", ""))
    form = request.form
    told = _told(d, form.get("captured", ""), form.get("post", ""), form.get("encoding", ""))
    forget_old(folder, now=d.clock())
    with closing(_upload()) as upload:
        file = keep_waiting(folder, by, upload.filename or "", upload.stream)
    try:
        found = importer.look(file.path, file.name, source, told, FIRST_ROWS)
    except NeedsColumns as needs:
        return jsonify(asked_json(file, source, needs.asked))
    except NotTaken:
        forget(folder, by, file.token)
        raise
    return jsonify(look_json(file, source, found))


@routes.post("/api/import/<token>/look")
@requires(*IMPORTERS)
def look_again(token: str) -> ResponseReturnValue:
    """The waiting file by what the person said its columns are; it goes on waiting."""
    d = deps()
    file, source, told = _waiting(d, token)
    found = _importer(d)[0].look(file.path, file.name, source, told, FIRST_ROWS)
    return jsonify(look_json(file, source, found))


@routes.post("/api/import/<token>/columns")
@requires(*IMPORTERS)
def columns(token: str) -> ResponseReturnValue:
    """Asks anew what the columns of the waiting file are."""
    d = deps()
    file, source, told = _waiting(d, token)
    asked = _importer(d)[0].columns(file.path, file.name, source, told)
    return jsonify(asked_json(file, source, asked))


def _upload() -> FileStorage:
    file = request.files.get("file")
    if file is None:
        raise Malformed("file", t("Choose a file."))
    return file


# ------------------------------------------------------------------------------ take


@routes.post("/api/import/<token>/confirm")
@requires(*IMPORTERS)
def confirm(token: str) -> ResponseReturnValue:
    """Lets the waiting file be imported: the scheduler does it, or a thread where none runs."""
    d, by = deps(), signed_in()
    importer, folder = _importer(d)
    file, source, told = _waiting(d, token)
    now, size = d.clock(), file.path.stat().st_size
    with d.db.write() as tx:
        audit.note(tx, actor=by.pseudonym, verb="import", object=f"source:{source.id}", now=now)
        made = files.add_import(
            tx,
            source_id=source.id,
            file_name=file.name,
            place=set_aside(folder, by, file),
            size=size,
            captured_at=told.captured_at,
            by=by.pseudonym,
            now=now,
            post=told.post,
            encoding=told.encoding,
            mapping=told.mapping,
        )
    importer.hasten()
    return _state_of(d, made.id)


@routes.post("/api/import/running")
@requires(*IMPORTERS)
def running() -> ResponseReturnValue:
    """How far an import is, and what it did once it is done; it is begun if nobody did."""
    d = deps()
    importer, _ = _importer(d)
    number = given.number("import")
    importer.hasten()
    return _state_of(d, number)


def _state_of(d: Deps, import_id: int) -> ResponseReturnValue:
    with d.db.read() as tx:
        found = files.import_by_id(tx, import_id)
    if found is None:
        return jsonify(error=t("There is no such import.")), 404
    return jsonify(import_json(found))


@routes.post("/api/import/<token>/cancel")
@requires(*IMPORTERS)
def cancel(token: str) -> ResponseReturnValue:
    """Deletes the waiting file; nothing of it was kept."""
    d = deps()
    _, folder = _importer(d)
    forget(folder, signed_in(), token)
    return jsonify(told=t("The file was left. Nothing of it was kept."))


# ------------------------------------------------------------------------------ row errors


@routes.get("/download/sweeps/<int:sweep_id>/rejected.csv")
@requires(Role.OFFICER, Role.SENIOR, Role.AUDITOR, Role.ADMINISTRATOR)
def rejected_csv(sweep_id: int) -> ResponseReturnValue:
    """The rows that were not taken, each with its number, the reason, and the row as it came."""
    with deps().db.read() as tx:
        sweep = sweeps.sweep_by_id(tx, sweep_id % 2**62)
        errors = [] if sweep is None else sweeps.rejected_rows(tx, sweep.id, limit=100_000)
    if sweep is None:
        return jsonify(error=t("There is no such sweep.")), 404
    return csv_answer(f"rejected_{sweep_id}.csv", ("row", "reason", "as it came"), _cells(errors))


def _cells(errors: list[RowError]) -> list[tuple[object, ...]]:
    return [(e.row, e.reason, e.raw) for e in errors]
