"""CSV that a spreadsheet cannot be made to run: what looks like a formula is kept as text."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


def safe_cell(value: object) -> str:
    """The value as CSV text; what a spreadsheet would take for a formula gets an apostrophe.

    None is an empty cell. Numbers stay numbers, also negative ones.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    text = str(value).replace("\0", "\ufffd")
    return "'" + text if text[_unseen(text) :].startswith(_STARTS) else text


def _unseen(text: str) -> int:
    """How many blanks and invisible marks (direction, joiners, BOM) stand before what is seen."""
    seen = (i for i, c in enumerate(text) if unicodedata.category(c) not in ("Zs", "Cf"))
    return next(seen, len(text))


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A whole CSV with a BOM, so that a spreadsheet reads Urdu as Urdu."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(h) for h in header])
    writer.writerows([safe_cell(v) for v in row] for row in rows)
    return "\ufeff" + out.getvalue()
