"""Where the records of a file are: a delimited table, a sheet of a workbook, or JSON.

Each layout gives the file's items anew whenever asked, as a stream; what cannot be read is Broken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from collectors.exports import json_stream, workbook
from collectors.exports.delimited import Broken, records
from collectors.exports.encodings import open_text
from collectors.exports.records import FILE, Item
from data.model import JsonObject, JsonValue


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
                if number > self.header_row and not blank(row.values):
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
        if not blank(row.values[width:]):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonEnvelope:
    """One JSON object with the records in a list; what stands around it is row 0."""

    path: Path
    encoding: str
    key: str
    head: JsonObject
    about: JsonObject | None  # what of the head every record carries
    source_url: str | None = None
    table: bool = False

    def items(self) -> Iterator[Item | Broken]:
        if self.about is not None:
            yield Item(number=0, fields=self.head)
        with open_text(self.path, self.encoding) as stream:
            for item in json_stream.listed(stream, self.key):
                if self.about is None or isinstance(item, Broken):
                    yield item
                else:
                    yield Item(number=item.number, fields={**item.fields, FILE: self.about})


def json_file(path: Path, encoding: str) -> JsonFile:
    """A file of JSON objects, in a list, line by line, or alone."""
    with open_text(path, encoding) as stream:
        return JsonFile(path=path, encoding=encoding, lines=json_stream.is_lines(stream))


def blank(values: Sequence[JsonValue]) -> bool:
    return all(v is None or (isinstance(v, str) and not v.strip()) for v in values)
