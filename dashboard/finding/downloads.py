"""Downloads: CSV written as it is read, every cell safe, the rows those of the screen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response, stream_with_context

from analysis.masking import mask_personal
from dashboard.deps import Deps, deps
from dashboard.finding.found import Row, each_row, plain_text
from dashboard.finding.listing import source_name
from dashboard.finding.wanted import Asked
from dashboard.signing_in.security import signed_in
from data.model import User
from data.safe_csv import safe_cell

BOM = "\ufeff"  # by it a spreadsheet knows that the file is UTF-8
HEADS = (
    "id", "source", "platform", "posted", "first seen", "language", "coverage", "flag",
    "protected", "feedback", "text (masked)", "our post", "decision", "code", "written reason",
    "officer", "decided", "state at the platform", "by hand", "proposed by",
)  # fmt: skip


def csv_answer(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A CSV download of the rows, sent as they come."""
    answer = Response(stream_with_context(_lines(heads, rows)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _lines(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield BOM + _line(heads)
    for row in rows:
        yield _line(row)


def _line(values: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([safe_cell(v) for v in values])
    return out.getvalue()


def stamp(at: datetime | None, zone: str) -> str:
    """An instant in the organisation's zone with its offset; empty where it is not known."""
    return "" if at is None else at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


def file_stamp(d: Deps) -> str:
    """The local minute for file names: "2026-06-30_1405"."""
    return f"{d.clock().astimezone(ZoneInfo(d.zone)):%Y-%m-%d_%H%M}"


def list_csv(name: str, asked: Asked) -> Response:
    """The whole list behind a query as CSV. Nothing is told where the query has a mistake."""
    d = deps()
    return csv_answer(f"{name}_{file_stamp(d)}.csv", HEADS, _cells(asked, d, signed_in()))


def _cells(asked: Asked, d: Deps, viewer: User) -> Iterator[Sequence[object]]:
    with d.db.read() as tx:
        for row in each_row(tx, asked.wanted, viewer):
            yield cells_of(row, d.zone)


def cells_of(row: Row, zone: str) -> tuple[object, ...]:
    """The cells of one comment, under HEADS."""
    c, a, n = row.comment, row.assessment, row.decision
    return (
        c.id,
        source_name(row.source),
        c.platform.value,
        stamp(c.created_at, zone),
        stamp(c.first_seen_at, zone),
        "" if a is None else a.reading.language.value,
        "not_checked" if a is None else a.reading.coverage.value,
        "not_checked" if a is None else a.judgement.flag.value,
        "" if a is None else a.judgement.protected,
        "" if a is None else " ".join(k.value for k in a.reading.feedback),
        plain_text(row),
        "" if row.post is None else row.post.text,
        "" if n is None else n.verdict.value,
        "" if n is None or n.reason is None else n.reason.value,
        "" if n is None else mask_personal(n.reason_text),
        row.officer,
        "" if n is None else stamp(n.decided_at, zone),
        "" if row.action is None else row.action.state.value,
        "" if row.action is None else row.action.by_hand,
        row.proposer,
    )
