"""Rows and hyperlinks of an XLSX file, as a stream, after its container was found harmless.

openpyxl reads hyperlinks only with the whole sheet in memory (fifty times the file), so they are
taken from the sheet's XML in a pass of their own. No formula is evaluated, no address fetched.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat

from defusedxml.ElementTree import fromstring, iterparse
from openpyxl import load_workbook

from collectors.exports.records import NotAnExport
from data.model import JsonValue

MAX_PACKED = 200 * 1024**2
MAX_UNPACKED = 512 * 1024**2
MAX_MEMBERS = 2_000
MAX_RATIO = 200
MAX_COLUMNS = 2_000  # a format of 16,384 columns in every row would take hours and hold nothing
MAX_ROWS = 1_048_576  # of a sheet, by the format
_SMALL = 5 * 1024**2  # a member under this may be packed as tightly as it likes
FAULTS = (
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ParseError,
    zipfile.BadZipFile,
    zlib.error,
)  # what openpyxl and zipfile raise for a damaged file; they promise no narrower set
_R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(r"([A-Z]{1,3})(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A row: cell values (dates as ISO text) and, by column from 0, the addresses behind them."""

    number: int
    values: list[JsonValue]
    links: Mapping[int, str]


class _Stop(Exception):
    """The XML's first element was reached; no document type can follow."""


def check_container(path: Path) -> None:
    """Raises NotAnExport unless the file is a whole, harmless XLSX."""
    if path.stat().st_size > MAX_PACKED:
        raise NotAnExport(f"{path.name} is too big for an XLSX ({MAX_PACKED:,} bytes): use CSV.")
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = {m.filename for m in members}
            if "xl/workbook.xml" not in names:
                raise NotAnExport(_other_archive(path, names))
            _check_members(path, members)
            _check_no_entities(path, archive, members)
    except FAULTS as error:
        raise NotAnExport(
            f"{path.name} is a damaged XLSX or ZIP file ({type(error).__name__}), probably cut off "
            "on its way. Download or copy it again."
        ) from error


def sheet_names(path: Path) -> list[str]:
    """The names of the sheets, in order. Raises NotAnExport when the workbook is damaged."""
    try:
        with path.open("rb") as file, closing(load_workbook(file, read_only=True)) as book:
            return list(book.sheetnames)
    except FAULTS as error:
        raise NotAnExport(
            f"{path.name} cannot be read as XLSX ({error}). Open it in Excel or LibreOffice and "
            "save it again, or export as CSV."
        ) from error


def sheet_rows(path: Path, sheet: str, links: Mapping[tuple[int, int], str]) -> Iterator[SheetRow]:
    """Every row of the sheet; raises one of FAULTS where the file is damaged."""
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), target in links.items():
        by_row.setdefault(row, {})[column] = target
    # A stream, not a path: openpyxl judges a path by its ending, we by content.
    with path.open("rb") as file, closing(load_workbook(file, read_only=True)) as book:
        worksheet = book[sheet]
        if hasattr(worksheet, "reset_dimensions"):
            worksheet.reset_dimensions()  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue]
        for number, cells in enumerate(worksheet.iter_rows(values_only=True), start=1):
            if number > MAX_ROWS:
                return
            if len(cells) > MAX_COLUMNS:
                raise ValueError(f"a row has {len(cells):,} cells; {MAX_COLUMNS:,} at most")
            values = [_plain(value) for value in cells]
            yield SheetRow(number=number, values=values, links=by_row.get(number, {}))


def hyperlinks(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """(row from 1, column from 0) > address, for one sheet; empty when it has none."""
    with zipfile.ZipFile(path) as archive:
        book = fromstring(archive.read("xl/workbook.xml"))
        relation = next((_r_id(e) for e in _all(book, "sheet") if e.get("name") == sheet), None)
        member = _targets(archive, "xl/_rels/workbook.xml.rels").get(relation or "")
        if member is None:
            return {}
        part = member.removeprefix("/") if member.startswith("/") else f"xl/{member}"
        folder, _, name = part.rpartition("/")
        targets = _targets(archive, f"{folder}/_rels/{name}.rels")
        return dict(_links(archive, part, targets)) if targets else {}


def _links(
    archive: zipfile.ZipFile, part: str, targets: Mapping[str, str]
) -> Iterator[tuple[tuple[int, int], str]]:
    with archive.open(part) as file:
        for element in _elements(file):
            tag = element.tag.rpartition("}")[2]
            if tag == "hyperlink":
                place = _place(element.get("ref") or "")
                target = targets.get(_r_id(element) or "")
                if place is not None and target:
                    yield place, target
            if tag in ("row", "hyperlink"):
                element.clear()


def _elements(file: IO[bytes]) -> Iterator[Element]:
    for _, element in iterparse(file, forbid_dtd=True):
        yield element


def _targets(archive: zipfile.ZipFile, member: str) -> dict[str, str]:
    if member not in archive.namelist():
        return {}
    found: dict[str, str] = {}
    with archive.open(member) as file:
        for element in _elements(file):  # there may be one for each row of the sheet
            if element.tag.rpartition("}")[2] == "Relationship":
                found[element.get("Id", "")] = element.get("Target", "")
            element.clear()
    return found


def _all(root: Element, tag: str) -> list[Element]:
    return [e for e in root.iter() if e.tag.rpartition("}")[2] == tag]


def _r_id(element: Element) -> str | None:
    return element.get(_R_ID)


def _place(reference: str) -> tuple[int, int] | None:
    found = _CELL.match(reference)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column - 1


def _plain(value: object) -> JsonValue:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return str(value.total_seconds() if isinstance(value, timedelta) else value)


def _check_members(path: Path, members: list[zipfile.ZipInfo]) -> None:
    total = sum(m.file_size for m in members)
    tight = any(
        m.file_size > _SMALL and m.file_size > MAX_RATIO * max(m.compress_size, 1) for m in members
    )
    if len(members) > MAX_MEMBERS or total > MAX_UNPACKED or tight:
        raise NotAnExport(
            f"{path.name} would unpack to {total:,} bytes in {len(members):,} parts: it looks like "
            "a ZIP bomb and was not opened. Export again as CSV."
        )
    if any(m.filename.startswith(("/", "\\")) or ".." in m.filename for m in members):
        raise NotAnExport(f"{path.name} holds parts that point outside it and was not opened.")


def _check_no_entities(
    path: Path, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]
) -> None:
    for member in members:
        if member.filename.endswith((".xml", ".rels")) and _has_document_type(archive, member):
            raise NotAnExport(
                f"{path.name} declares XML entities, which no export tool does: it was not opened."
            )


def _has_document_type(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    declared: list[str] = []

    def found(*names: object) -> None:
        declared.append(str(names[0]))
        raise _Stop

    def reached(*_: object) -> None:
        raise _Stop

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = found
    parser.StartElementHandler = reached
    try:
        with archive.open(member) as file:
            while piece := file.read(65_536):
                parser.Parse(piece)
    except _Stop:
        pass
    except expat.ExpatError:
        return False  # not XML at all: openpyxl says so if it needs the part
    return bool(declared)


def _other_archive(path: Path, names: set[str]) -> str:
    inside = ", ".join(sorted(n for n in names if not n.endswith("/"))[:3])
    if "content.xml" in names:
        return f"{path.name} is an OpenDocument file. Open it and save it as .xlsx or CSV UTF-8."
    return (
        f"{path.name} is a ZIP archive (it holds {inside or 'nothing'}), not an export file. "
        "Unpack it and give the file with the comments."
    )
