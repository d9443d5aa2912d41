"""The files of a nightly report: page, tables, data, manifest; put in place whole or not at all.

The bytes depend on the report alone: no clock, no random name, no path. A late run writes the same
files; its mark is the file LATE.txt beside them and the mark in the list of reports.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from analysis.report import Line, Report, report_json
from dashboard.drawing.figures import duty_rows
from dashboard.report.page import report_page
from dashboard.report.pdf import report_pdf
from data.model import JsonObject
from data.safe_csv import csv_text

MANIFEST, LATE = "manifest.json", "LATE.txt"
COMMENT_COLUMNS = (
    "comment_id", "source", "platform", "language", "coverage", "flag", "protected", "feedback",
    "sentiment", "toxicity", "posted_at", "first_seen_at", "assessed_at", "opened_at", "verdict",
    "closed", "reason", "decided_at", "officer", "state", "by_hand", "sent_at", "verified_at",
    "missing_since", "missing_reason", "copies", "themes", "day",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFiles:
    """Where the report lies, what its files are, and the hash that stands for all of them."""

    folder: Path
    names: tuple[str, ...]
    manifest_sha256: str
    late: bool


def render_report(
    report: Report,
    comments: pl.DataFrame,
    *,
    folder: Path,
    due_by: datetime,
    now: datetime,
    pdf: bool = False,
) -> ReportFiles:
    """Writes the report of a day into ``folder``; ``comments`` are those first seen on the day.

    The folder is made if it is not there. In one that is, only the report's own files are
    replaced, the manifest last: a report without a manifest was cut off and counts as none.
    """
    files = report_files(report, comments)
    if pdf:
        files["report.pdf"] = report_pdf(files["report.html"].decode())
    manifest = manifest_of(report, files)
    late = now > due_by
    written = {**files, MANIFEST: manifest}
    if late:
        written[LATE] = _late_note(report, due_by).encode()
    _put_in_place(written, folder)
    return ReportFiles(
        folder=folder,
        names=tuple(written),
        manifest_sha256=hashlib.sha256(manifest).hexdigest(),
        late=late,
    )


def report_files(report: Report, comments: pl.DataFrame) -> dict[str, bytes]:
    """Every file of the report but its manifest, by name."""
    data = json.dumps(report_json(report), ensure_ascii=False, indent=1, allow_nan=False)
    duty = duty_rows([*(p.duty for p in report.pages), report.duty, *report.classes])
    return {
        "report.html": report_page(report).encode(),
        "report.json": (data + "\n").encode(),
        "duty.csv": csv_text(duty.header, duty.rows).encode(),
        "removals.csv": _removals_csv(report.removals).encode(),
        "comments.csv": _comments_csv(comments).encode(),
    }


def manifest_of(report: Report, files: Mapping[str, bytes]) -> bytes:
    """The manifest as JSON text: what the report was made from, and size and hash of each file."""
    inputs = report_json(report)["inputs"]
    body: JsonObject = {
        "format": report.format,
        "organisation": report.organisation,
        "day": report.day.isoformat(),
        "verdict": report.ruling.verdict.value,
        "headline": report.ruling.headline,
        "inputs": inputs,
        "files": [
            {"name": n, "bytes": len(b), "sha256": hashlib.sha256(b).hexdigest()}
            for n, b in sorted(files.items())
        ],
    }
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


def _late_note(report: Report, due_by: datetime) -> str:
    return (
        f"LATE. The report of {report.day.isoformat()} was due by {due_by.isoformat()} and was "
        f"made after that. Its figures stand as of {report.inputs.as_of.isoformat()}; a report "
        "made in time from the same inputs has the same bytes in every other file.\n"
    )


def _removals_csv(lines: Sequence[Line]) -> str:
    header = (
        "comment_id", "source", "platform", "language", "text_masked", "verdict", "code",
        "officer", "posted_at", "first_seen_at", "decided_at", "state", "verified_at", "by_hand",
        "permalink",
    )  # fmt: skip
    return csv_text(
        header,
        (
            (
                x.comment_id, x.source, x.platform, x.language, x.text, x.verdict, x.code,
                x.officer, x.posted_at, x.first_seen_at, x.decided_at, x.state, x.verified_at,
                x.by_hand, x.permalink,
            )
            for x in lines
        ),
    )  # fmt: skip


def _comments_csv(comments: pl.DataFrame) -> str:
    """No text and no author: the list behind the numbers, to be counted again."""
    joined = comments.select(COMMENT_COLUMNS).with_columns(
        pl.col("feedback", "themes").list.join("; ")
    )
    return csv_text(COMMENT_COLUMNS, joined.iter_rows())


# ------------------------------------------------------------------------------ into place


def _put_in_place(files: Mapping[str, bytes], folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".draft", dir=folder.parent))
    try:
        draft.chmod(0o755)
        for name, content in files.items():
            _write(draft / name, content)
        _move(draft, folder, files)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _move(draft: Path, folder: Path, files: Mapping[str, bytes]) -> None:
    if not folder.exists():
        draft.rename(folder)
        return
    for stale in (MANIFEST, LATE):
        (folder / stale).unlink(missing_ok=True)
    for name in [n for n in files if n != MANIFEST] + [MANIFEST]:
        (draft / name).replace(folder / name)


def is_whole(folder: Path, manifest_sha256: str | None = None) -> bool:
    """True when the folder holds a manifest, the one of this hash where one is given, and every
    file has the hash that it tells."""
    try:
        manifest = (folder / MANIFEST).read_bytes()
        if manifest_sha256 is not None and _hash(manifest) != manifest_sha256:
            return False
        told = json.loads(manifest)["files"]
        return all(_hash((folder / f["name"]).read_bytes()) == f["sha256"] for f in told)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
