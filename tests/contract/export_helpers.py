"""What the tests over the export readers share: contexts, collected rows, an invented workbook."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from openpyxl import Workbook

from collectors.exports import Export, NotAnExport, ReadContext, ReadPost, open_export
from data.model import CollectedComment, CollectedPost, Platform, Raw, RowError

FIXTURES = Path(__file__).parents[1] / "fixtures" / "exports"
SHARED = Path(__file__).parents[2].parent / "shared" / "connectors" / "exports"
CAPTURED = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)
CONTEXT = ReadContext(
    platform=None,
    time_zone="Asia/Karachi",
    captured_at=CAPTURED,
    own_names=frozenset({"@sample_board"}),
)


def opened(path: Path, *, platform: Platform | None = None, encoding: str | None = None) -> Export:
    return open_export(path, context=replace(CONTEXT, platform=platform, encoding=encoding))


def refused(path: Path, *, encoding: str | None = None) -> str:
    """The sentence with which the file is refused; an error when it is taken."""
    try:
        export = opened(path, encoding=encoding)
    except NotAnExport as answer:
        return str(answer)
    raise AssertionError(f"{path.name} was taken as {export.format}")


def taken(export: Export) -> list[tuple[int, Raw, CollectedComment]]:
    return [row for row in export.rows() if isinstance(row, tuple)]


def comments(export: Export) -> list[CollectedComment]:
    return [comment for _, _, comment in taken(export)]


def posts(export: Export) -> list[CollectedPost]:
    return [row.post for row in export.rows() if isinstance(row, ReadPost)]


def errors(export: Export) -> list[RowError]:
    return [row for row in export.rows() if isinstance(row, RowError)]


def a_facebook_workbook(path: Path) -> Path:
    """ExportComments' layout A: a title, the post's address, three blank rows, then the table."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "ExportComments.com"
    sheet.append(["ExportComments.com"])
    sheet.append(["Source URL", "https://www.facebook.com/100000000000009_410000000000001"])
    for column, name in enumerate(
        ["Name (click to view profile)", "Profile ID", "Date", "Likes", "Comment", "(view source)"],
        start=3,
    ):
        sheet.cell(row=6, column=column, value=name)
    texts = [
        "سڑک کی مرمت کب ہوگی؟",
        "A plain question",
        "\n[PHOTO] https://pictures.example.invalid/photo.jpg",
        None,
        '=HYPERLINK("https://example.invalid","not a formula to us")',
    ]
    for number, text in enumerate(texts, start=1):
        row = 6 + number
        nested = number == len("ab")
        sheet.cell(row=row, column=2 if nested else 1, value="1.1" if nested else number)
        name = sheet.cell(row=row, column=3, value=f"Citizen {number}")
        name.hyperlink = f"https://www.facebook.com/profile.php?id=10000000000010{number}"
        sheet.cell(row=row, column=4, value=f"ID: 10000000000010{number}")
        sheet.cell(row=row, column=5, value=datetime(2026, 1, 31, 18, 55, number))  # noqa: DTZ001 - a sheet's dates have no zone
        sheet.cell(row=row, column=6, value=number)
        cell = sheet.cell(row=row, column=7, value=text)
        cell.data_type = "s" if text else "n"
        link = sheet.cell(row=row, column=8, value="view comment")
        link.hyperlink = f"https://www.exportcomments.com/done/x/preview/41000000000020{number}"
    book.save(path)
    return path


def a_json_file(path: Path, *items: object) -> Path:
    path.write_text(json.dumps(items, ensure_ascii=False), encoding="utf-8")
    return path
