"""Where the records of a file are: a delimited table, a sheet of a workbook, or JSON.

Each layout gives the file's items anew whenever asked, as a stream; what cannot be read is Broken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Protocol

from collectors.exports import json_stream, workbook
from collectors.exports.delimited import DELIMITERS, Broken, Cells, records
from collectors.exports.encodings import encoding_of, is_zip, open_text
from collectors.exports.recognise import reader_for, refusal
from collectors.exports.records import Item, NotAnExport, Reader
from data.model import JsonObject, JsonValue

HEADER_WITHIN = 20  # rows; titles and addresses may stand above it
LOOK = 200  # items by which a file is recognised
_SHEETS = 20


class Layout(Protocol):
    """A file whose reader is known."""

    @property
    def encoding(self) -> str: ...
    @property
    def source_url(self) -> str | None: ...
    @property
    def table(self) -> bool: ...
    def items(self) -> Iterator[Item | Broken]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DelimitedTable:
    """A CSV, semicolon or tab file; ``header_row`` counts from 1."""

    path: Path
    encoding: str
    delimiter: str
    escape: str | None
    header_row: int
    columns: tuple[str, ...]
    source_url: str | None
    table: bool = True

    def items(self) -> Iterator[Item | Broken]:
        width = len(self.columns)
        with open_text(self.path, self.encoding) as stream:
            for row in records(
                stream,
                delimiter=self.delimiter,
                escape=self.escape,
                header_row=self.header_row,
                width=width,
            ):
                if row.number <= self.header_row:
                    continue
                if isinstance(row, Broken):
                    yield row
                elif any(value.strip() for value in row.values):
                    fields: JsonObject = dict(zip(self.columns, row.values, strict=False))
                    yield Item(number=row.number, fields=fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet of an XLSX workbook. A damaged part costs only the rows that need it."""

    path: Path
    sheet: str
    header_row: int
    columns: tuple[str, ...]
    source_url: str | None
    ids_in_links: bool
    encoding: str = "XLSX"
    table: bool = True
    _links: list[Mapping[tuple[int, int], str]] = field(
        default_factory=list[Mapping[tuple[int, int], str]], compare=False
    )

    def items(self) -> Iterator[Item | Broken]:
        number = self.header_row
        try:
            self._read_links()
            for row in workbook.sheet_rows(self.path, self.sheet, self._links[0]):
                number = row.number
                if number > self.header_row and not _blank(row.values):
                    yield self._item(row)
        except workbook.FAULTS as error:
            reason = f"the sheet is damaged and cannot be read from here on ({error})"
            yield Broken(number=number + 1, reason=reason, raw="")

    def _read_links(self) -> None:
        """Once; they are the same for every pass."""
        if self._links:
            return
        try:
            self._links.append(workbook.hyperlinks(self.path, self.sheet))
        except workbook.FAULTS:
            if self.ids_in_links:  # without them every row would get an id of our own
                raise
            self._links.append({})

    def _item(self, row: workbook.SheetRow) -> Item | Broken:
        width = len(self.columns)
        if not _blank(row.values[width:]):
            reason = f"the row has {len(row.values)} cells and the header {width}"
            return Broken(number=row.number, reason=reason, raw=str(row.values)[:2000])
        fields: JsonObject = dict(zip(self.columns, row.values, strict=False))
        for column, target in row.links.items():
            if column < width:
                fields[f"{self.columns[column]} [link]"] = target
        return Item(number=row.number, fields=fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonFile:
    """A JSON array, JSON Lines, or one object."""

    path: Path
    encoding: str
    lines: bool
    source_url: str | None = None
    table: bool = False

    def items(self) -> Iterator[Item | Broken]:
        with open_text(self.path, self.encoding) as stream:
            yield from (json_stream.lines if self.lines else json_stream.objects)(stream)


def lay_out(
    path: Path, readers: tuple[Reader, ...], *, encoding: str | None, forced: Reader | None
) -> tuple[Reader, Layout]:
    """The file's reader and layout. Raises NotAnExport with a sentence when there is none."""
    if is_zip(path):
        workbook.check_container(path)
        return _workbook(path, readers, forced)
    name = encoding_of(path, encoding)
    with open_text(path, name) as stream:
        start = stream.read(4096).lstrip("\ufeff \t\r\n,")
    if start[:1] in ("[", "{"):
        return _json(path, name, readers, forced)
    return _delimited(path, name, readers, forced)


def _json(
    path: Path, encoding: str, readers: tuple[Reader, ...], forced: Reader | None
) -> tuple[Reader, Layout]:
    with open_text(path, encoding) as stream:
        layout = JsonFile(path=path, encoding=encoding, lines=json_stream.is_lines(stream))
    sample = list(islice(layout.items(), LOOK))
    found = [item for item in sample if isinstance(item, Item)]
    for item in found:
        reader = reader_for(item.fields, readers)
        if reader is not None:
            return reader, layout
    if found and all("error" in item.fields for item in found):
        told = found[0].fields.get("errorDescription") or found[0].fields["error"]
        raise NotAnExport(
            f"{path.name} holds only error rows of the tool and no comment ({told}). "
            "Check the addresses and whether the posts are public, and run the tool again."
        )
    if not sample:
        raise NotAnExport(f"{path.name} is an empty list: it holds no comment. Export again.")
    names = [list(item.fields) for item in found] or [
        json_stream.names_in(item.raw) for item in sample if isinstance(item, Broken)
    ]
    raise NotAnExport(refusal(path.name, names, forced))


def _delimited(
    path: Path, encoding: str, readers: tuple[Reader, ...], forced: Reader | None
) -> tuple[Reader, Layout]:
    seen: list[list[str]] = []
    for delimiter in DELIMITERS:
        rows = _first_records(path, encoding, delimiter)
        header = _header(rows, readers)
        if header is None:
            seen.extend([str(v) for v in values] for _, values in rows)
            continue
        reader, number, columns = header
        return reader, DelimitedTable(
            path=path,
            encoding=encoding,
            delimiter=delimiter,
            escape=reader.escape,
            header_row=number,
            columns=columns,
            source_url=_source_url(rows, number),
        )
    raise NotAnExport(refusal(path.name, seen, forced))


def _first_records(
    path: Path, encoding: str, delimiter: str
) -> list[tuple[int, Sequence[JsonValue]]]:
    with open_text(path, encoding) as stream:
        rows = records(stream, delimiter=delimiter, escape=None, header_row=0, width=0)
        first = list(islice(rows, HEADER_WITHIN))
    return [(row.number, row.values) for row in first if isinstance(row, Cells)]


def _workbook(
    path: Path, readers: tuple[Reader, ...], forced: Reader | None
) -> tuple[Reader, Layout]:
    seen: list[list[str]] = []
    for sheet in workbook.sheet_names(path)[:_SHEETS]:
        rows = _first_rows(path, sheet)
        header = _header(rows, readers)
        if header is None:
            seen.extend(["" if v is None else str(v) for v in values] for _, values in rows)
            continue
        reader, number, columns = header
        url = _source_url(rows, number)
        return reader, Sheet(
            path=path,
            sheet=sheet,
            header_row=number,
            columns=columns,
            source_url=url,
            ids_in_links=reader.ids_in_links,
        )
    raise NotAnExport(refusal(path.name, seen, forced))


def _first_rows(path: Path, sheet: str) -> list[tuple[int, Sequence[JsonValue]]]:
    """Enough rows to find a header in. Raises NotAnExport when not even one can be read."""
    rows: list[tuple[int, Sequence[JsonValue]]] = []
    try:
        for row in islice(workbook.sheet_rows(path, sheet, {}), HEADER_WITHIN):
            rows.append((row.number, row.values))  # those before a fault count
    except workbook.FAULTS as error:
        if not rows:
            raise NotAnExport(
                f"{path.name} is a damaged workbook: its sheet “{sheet}” cannot be read ({error}). "
                "Download or copy it again, or export as CSV."
            ) from error
    return rows


def _header(
    rows: list[tuple[int, Sequence[JsonValue]]], readers: tuple[Reader, ...]
) -> tuple[Reader, int, tuple[str, ...]] | None:
    for number, values in rows:
        names = ["" if v is None else str(v).strip().lstrip("\ufeff") for v in values]
        reader = reader_for(names, readers)
        if reader is not None:
            return reader, number, _columns(names, reader)
    return None


def _columns(names: list[str], reader: Reader) -> tuple[str, ...]:
    """The header in the reader's own spelling; empty and doubled names are numbered."""
    while names and not names[-1]:
        names.pop()
    spelled = {name.casefold(): name for name in reader.became}
    columns: list[str] = []
    for position, name in enumerate(names, start=1):
        whole = spelled.get(name.casefold(), name) or f"column {position}"
        columns.append(f"{whole} ({position})" if whole in columns else whole)
    return tuple(columns)


def _source_url(rows: list[tuple[int, Sequence[JsonValue]]], header_row: int) -> str | None:
    """The address of the post that stands above the header."""
    for number, values in rows:
        if number >= header_row:
            return None
        for value in values:
            if isinstance(value, str) and value.strip().startswith(("http://", "https://")):
                return value.strip()
    return None


def _blank(values: Sequence[JsonValue]) -> bool:
    return all(v is None or (isinstance(v, str) and not v.strip()) for v in values)
