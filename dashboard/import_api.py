"""Importing an export file from the browser: look at it first, then take it or leave it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from dashboard import given
from dashboard.cards import text_json
from dashboard.deps import Deps, deps
from dashboard.downloads import csv_answer
from dashboard.forms import Malformed
from dashboard.importer import (
    FIRST_ROWS,
    Importer,
    Look,
    NotTaken,
    Taken,
    Told,
    Waiting,
    forget,
    forget_old,
    keep_waiting,
    waiting,
)
from dashboard.security import requires, signed_in
from data.model import CollectedComment, JsonObject, JsonValue, Role, RowError, Source, utc
from data.store import audit, sources, sweeps

routes = Blueprint("import", __name__)
IMPORTERS = (Role.OFFICER, Role.SENIOR, Role.ADMINISTRATOR)
SHOWN_ERRORS = 20
LONGEST_SAMPLE = 300


@routes.errorhandler(Malformed)
def malformed(error: Malformed) -> ResponseReturnValue:
    return jsonify(error=error.sentence), 400


@routes.errorhandler(NotTaken)
def not_taken(error: NotTaken) -> ResponseReturnValue:
    return jsonify(error=str(error)), 422


def _importer(d: Deps) -> tuple[Importer, Path]:
    if d.importer is None or d.files_folder is None:
        raise NotTaken("Import by the browser is not set up here. Use: sunwai import FILE")
    return d.importer, d.files_folder / "waiting"


def _source(d: Deps, value: str) -> Source:
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 15 else -1
    with d.db.read() as tx:
        source = sources.source_by_id(tx, number)
    if source is None:
        raise Malformed("source", "Choose the source that the file is of.")
    return source


def _told(d: Deps, captured: str, post: str) -> Told:
    try:
        at = utc(datetime.fromisoformat(captured)) if captured else d.clock()
    except ValueError:
        raise Malformed("captured", "Say when the file was made, as a day and a time.") from None
    return Told(captured_at=min(at, d.clock()), post=post[:200] or None)


# ------------------------------------------------------------------------------ look


@routes.post("/api/import")
@requires(*IMPORTERS)
def look() -> ResponseReturnValue:
    """Keeps the upload waiting and says what it is; nothing of it is in the store yet."""
    d, by = deps(), signed_in()
    importer, folder = _importer(d)
    source = _source(d, request.form.get("source", ""))
    told = _told(d, request.form.get("captured", ""), request.form.get("post", ""))
    forget_old(folder, now=d.clock())
    with closing(_upload()) as upload:
        file = keep_waiting(folder, by, upload.filename or "", upload.stream)
    try:
        found = importer.look(file.path, file.name, source, told, FIRST_ROWS)
    except NotTaken:
        forget(folder, by, file.token)
        raise
    return jsonify(_look(file, source, found))


def _upload() -> FileStorage:
    file = request.files.get("file")
    if file is None:
        raise Malformed("file", "Choose a file.")
    return file


def _look(file: Waiting, source: Source, found: Look) -> JsonObject:
    return {
        "token": file.token,
        "name": file.name,
        "source": source.title or source.name,
        "title": found.title,
        "encoding": found.encoding,
        "columns": [[c.name, c.became, c.sample] for c in found.columns],
        "comments": [_comment(row, c) for row, c in found.comments],
        "errors": _errors(found.errors),
        "warnings": list(found.warnings),
    }


def _comment(row: int, c: CollectedComment) -> JsonObject:
    return {
        "row": row,
        "text": text_json(c.text, None, LONGEST_SAMPLE),
        "posted_at": None if c.created_at is None else c.created_at.isoformat(),
        "precision": c.time_precision.value,
        "reply": c.parent_external_id is not None,
        "ours": c.author is not None and c.author.is_page_owner,
    }


def _errors(errors: Sequence[RowError]) -> list[JsonValue]:
    return [{"row": e.row, "reason": e.reason} for e in errors[:SHOWN_ERRORS]]


# ------------------------------------------------------------------------------ take


@routes.post("/api/import/<token>/confirm")
@requires(*IMPORTERS)
def confirm(token: str) -> ResponseReturnValue:
    """Takes the waiting file into its source."""
    d, by = deps(), signed_in()
    importer, folder = _importer(d)
    file = waiting(folder, by, token)
    if file is None:
        return jsonify(error="This file no longer waits here. Choose it again."), 404
    source = _source(d, given.told("source"))
    told = _told(d, given.told("captured"), given.told("post"))
    with d.db.write() as tx:
        audit.note(tx, actor=by.pseudonym, verb="import", object=f"source:{source.id}",
                   now=d.clock())  # fmt: skip
    try:
        taken = importer.take(file.path, file.name, source, told, by)
    finally:
        forget(folder, by, token)
    return jsonify(_taken(taken))


def _taken(t: Taken) -> JsonObject:
    return {
        "read": t.read,
        "new": t.new,
        "revised": t.revised,
        "unchanged": t.unchanged,
        "rejected": t.rejected,
        "already": t.already,
        "warnings": list(t.warnings),
        "errors": _errors(t.errors),
        "rejected_csv": rejected_path(t.sweep_id) if t.rejected else None,
        "sweep": t.sweep_id,
    }


@routes.post("/api/import/<token>/cancel")
@requires(*IMPORTERS)
def cancel(token: str) -> ResponseReturnValue:
    """Deletes the waiting file; nothing of it was kept."""
    d = deps()
    _, folder = _importer(d)
    forget(folder, signed_in(), token)
    return jsonify(told="The file was left. Nothing of it was kept.")


# ------------------------------------------------------------------------------ row errors


def rejected_path(sweep_id: int) -> str:
    """Where the rows that a sweep did not take are downloaded."""
    return f"/download/sweeps/{sweep_id}/rejected.csv"


@routes.get("/download/sweeps/<int:sweep_id>/rejected.csv")
@requires(Role.OFFICER, Role.SENIOR, Role.AUDITOR, Role.ADMINISTRATOR)
def rejected_csv(sweep_id: int) -> ResponseReturnValue:
    """The rows that were not taken, each with its number, the reason, and the row as it came."""
    with deps().db.read() as tx:
        sweep = sweeps.sweep_by_id(tx, sweep_id % 2**62)
        errors = [] if sweep is None else sweeps.rejected_rows(tx, sweep.id, limit=100_000)
    if sweep is None:
        return jsonify(error="There is no such sweep."), 404
    return csv_answer(f"rejected_{sweep_id}.csv", ("row", "reason", "as it came"), _cells(errors))


def _cells(errors: list[RowError]) -> list[tuple[object, ...]]:
    return [(e.row, e.reason, e.raw) for e in errors]
