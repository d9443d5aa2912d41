"""What the import page is told, as JSON: first rows, the question about columns, the result."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.desk.cards import text_json
from dashboard.importer import DATE_FORMATS, MEANINGS, Columns, Look, Waiting
from dashboard.words import t
from dashboard.words.below import from_below
from data.model import CollectedComment, FileImport, JsonObject, JsonValue, RowError, Source

SHOWN_ERRORS = 20
LONGEST_SAMPLE = 300


def asked_json(file: Waiting, source: Source, asked: Columns) -> JsonObject:
    columns: list[JsonValue] = [
        {"name": c.name, "samples": list(c.samples), "meaning": c.meaning} for c in asked.columns
    ]
    return {
        "token": file.token,
        "name": file.name,
        "source": source.title or source.name,
        "reason": from_below(asked.reason),
        "asked": columns,
        "meanings": [[value, t(label)] for value, label in MEANINGS.items()],
        "date_format": asked.date_format,
        "date_formats": [[value, t(label)] for value, label in DATE_FORMATS.items()],
        "zone": asked.zone,
    }


def look_json(file: Waiting, source: Source, found: Look) -> JsonObject:
    return {
        "token": file.token,
        "name": file.name,
        "source": source.title or source.name,
        "title": found.title,
        "encoding": found.encoding,
        "columns": [[c.name, from_below(c.became), c.sample] for c in found.columns],
        "comments": [_comment(row, c) for row, c in found.comments],
        "posts": [[row, p.text or p.permalink or p.external_id] for row, p in found.posts],
        "errors": _errors(found.errors),
        "warnings": [from_below(w) for w in found.warnings],
        "mapped": found.mapped,
        "whole": None if found.whole is None else {
            "comments": found.whole.comments,
            "posts": found.whole.posts,
            "errors": found.whole.errors,
        },
    }  # fmt: skip


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
    return [{"row": e.row, "reason": from_below(e.reason)} for e in errors[:SHOWN_ERRORS]]


def import_json(f: FileImport) -> JsonObject:
    told: JsonObject = f.told or {}
    rejected = rejected_path(f.sweep_id) if f.sweep_id and told.get("rejected") else None
    return {
        **told,
        "import": f.id,
        "name": f.file_name,
        "state": f.state.value,
        "rows": f.rows_done,
        "error": None if f.error is None else from_below(f.error),
        "rejected_csv": rejected,
        "sweep": f.sweep_id,
    }


def rejected_path(sweep_id: int) -> str:
    """Where the rows that a sweep did not take are downloaded."""
    return f"/download/sweeps/{sweep_id}/rejected.csv"
