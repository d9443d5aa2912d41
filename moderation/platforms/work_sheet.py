"""The work sheet: what an officer is to do by hand in the platform's own tool, as CSV or XLSX.

Every cell is text and none is a formula, whatever a comment says. As PDF it is laid out in
dashboard/outbox/work_sheet.py.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment

from data.db import Tx
from data.model import Action, EnforcementState, Language, ReasonCode, Span
from data.safe_csv import csv_text, safe_cell
from data.store import assessments, comments, decisions, outbox, sources
from moderation.platforms.audience import verb_of
from moderation.policies.reasons import REASONS
from moderation.texts.text import direction

Masker = Callable[[str, Sequence[Span], tuple[int, int] | None], str]
"""Masks a text: (text, driving words, marked remark) -> text; analysis.masking.mask_removed."""

HEADER = (
    "no", "done", "do", "link", "reason", "reason text", "text", "decided", "source", "comment id",
    "action id",
)  # fmt: skip
TICK_BOX = "☐"
_WIDTHS = (6, 6, 16, 40, 14, 36, 60, 20, 24, 30, 10)
_LONGEST = 2_000  # characters of a comment; the link leads to all of it


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One thing to do by hand. ``link`` is empty where the platform's address is not known."""

    number: int
    action_id: int
    comment_id: str
    do: str
    link: str
    reason: ReasonCode | None
    text: str
    decided_at: datetime
    source: str
    language: Language = Language.UND
    rtl: bool = False


def work_sheet_rows(
    tx: Tx, *, source_id: int | None = None, mask: Masker | None = None, limit: int = 1_000
) -> list[SheetRow]:
    """What waits to be done by hand, oldest first, numbered from 1; masked where a masker is given.

    An action is on the sheet once its hold is over and an enforcer has handed it to a person.
    """
    waiting = outbox.actions(
        tx, states=[EnforcementState.BY_HAND], source_id=source_id, limit=limit
    )
    return [_row(tx, number, action, mask) for number, action in enumerate(waiting, start=1)]


def _row(tx: Tx, number: int, action: Action, mask: Masker | None) -> SheetRow:
    comment = comments.get_comment(tx, action.comment_id)
    decision = decisions.decision_by_id(tx, action.decision_id)
    source = sources.source_by_id(tx, action.source_id)
    assert comment is not None and decision is not None and source is not None  # foreign keys
    link = comment.permalink or ""
    text = _text(tx, action, decision.span, mask)
    assessment = assessments.current_assessment(tx, comment.id)
    return SheetRow(
        number=number,
        action_id=action.id,
        comment_id=comment.id,
        do=verb_of(source.platform, action.kind),
        link=link if link.startswith(("https://", "http://")) else "",
        reason=decision.reason,
        text=text,
        decided_at=decision.decided_at,
        source=source.title,
        language=Language.UND if assessment is None else assessment.reading.language,
        rtl=direction(text) == "rtl",
    )


def _text(tx: Tx, action: Action, remark: tuple[int, int] | None, mask: Masker | None) -> str:
    """The text that was decided on, on one line."""
    past = comments.revisions_of(tx, action.comment_id)
    text = next(r.text for r in past if r.id == action.revision_id)
    if mask is not None:
        assessment = assessments.current_assessment(tx, action.comment_id)
        spans = (
            [s for signal in assessment.reading.signals for s in signal.spans]
            if assessment is not None and assessment.revision_id == action.revision_id
            else []
        )
        text = mask(text, spans, remark)
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _cells(row: SheetRow) -> tuple[object, ...]:
    return (
        row.number,
        TICK_BOX,
        row.do,
        row.link,
        "" if row.reason is None else row.reason.value,
        "" if row.reason is None else REASONS[row.reason].title_en,
        row.text,
        row.decided_at.isoformat(timespec="minutes"),
        row.source,
        row.comment_id,
        row.action_id,
    )


def work_sheet_csv(rows: Sequence[SheetRow]) -> str:
    """The sheet as CSV with a BOM."""
    return csv_text(HEADER, [_cells(row) for row in rows])


def work_sheet_xlsx(rows: Sequence[SheetRow]) -> bytes:
    """The sheet as XLSX, its header frozen; every cell is text or a number."""
    table = [HEADER, *(_cells(row) for row in rows)]
    return _workbook([[_plain(value) for value in line] for line in table])


def _plain(value: object) -> str | int:
    """A cell without what XML cannot hold, and without a formula's first sign."""
    if isinstance(value, int):
        return value
    return safe_cell("".join(c if c.isprintable() or c == "\u200c" else " " for c in str(value)))


def _workbook(table: Sequence[Sequence[str | int]]) -> bytes:
    book: Any = Workbook()  # openpyxl tells no types
    sheet = book.active
    sheet.title = "Work sheet"
    sheet.freeze_panes = "A2"
    for y, line in enumerate(table, start=1):
        for x, value in enumerate(line, start=1):
            cell = sheet.cell(row=y, column=x, value=value)
            if isinstance(value, str):
                cell.data_type = "s"  # never taken for a formula
                rtl = direction(value) == "rtl"
                cell.alignment = Alignment(
                    wrap_text=True,
                    vertical="top",
                    readingOrder=2 if rtl else 1,  # 2: right to left
                    horizontal="right" if rtl else "left",
                )
    for column, width in zip("ABCDEFGHIJK", _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
