"""Finding the table in a file that no reader knows: its delimiter, sheet, header and first rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from collectors.exports import workbook
from collectors.exports.delimited import DELIMITERS, Broken
from collectors.exports.encodings import encoding_of, is_zip, open_text
from collectors.exports.generic import UnknownTable, check_ids, mapped_reader
from collectors.exports.guessing import is_text_name
from collectors.exports.laying_out import columns_of, first_records, first_rows, names_of
from collectors.exports.layouts import (
    DelimitedTable,
    JsonFile,
    Layout,
    Sheet,
    blank,
    json_file,
)
from collectors.exports.mapping import MOST_COLUMNS
from collectors.exports.records import Item, NotAnExport, ReadContext, Reader
from data.model import JsonObject, JsonValue, Platform

SAY_COLUMNS = (
    "Say what its columns are: in the browser by the lists, on the command line with "
    "--map text=COLUMN,created=COLUMN."
)
SAMPLES = 50
_SHEETS = 5
_LONGEST_NAME = 80
_DEEPEST = 4
_Rows = Sequence[tuple[int, Sequence[JsonValue]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatJson:
    """JSON objects with what is nested as "key/inner", so that each value has a column."""

    inner: JsonFile
    encoding: str
    source_url: str | None = None
    table: bool = False

    def items(self) -> Iterator[Item | Broken]:
        for item in self.inner.items():
            if isinstance(item, Broken):
                yield item
            else:
                yield Item(number=item.number, fields=_flat(item.fields, "", _DEEPEST))


def _flat(fields: JsonObject, above: str, deeper: int) -> JsonObject:
    flat: JsonObject = {}
    for key, value in fields.items():
        if isinstance(value, dict) and deeper:
            flat |= _flat(value, f"{above}{key}/", deeper - 1)
        else:
            flat[f"{above}{key}"] = value
    return flat


def unknown_table(path: Path, encoding: str | None) -> UnknownTable | None:
    """The table that the file holds, for a person to map; None when it holds none."""
    layout = _layout(path, encoding)
    if layout is None:
        return None
    items = [item for item in islice(layout.items(), SAMPLES) if isinstance(item, Item)]
    columns = _columns(layout, items)
    if not items or not 0 < len(columns) <= MOST_COLUMNS:
        return None
    return UnknownTable(
        columns=columns,
        samples=tuple(item.fields for item in items),
        encoding=layout.encoding,
    )


def lay_out_unknown(path: Path, context: ReadContext) -> tuple[Reader, Layout]:
    """The file by the mapping of the context. Raises NotAnExport where they do not fit."""
    mapping = context.mapping
    table = unknown_table(path, context.encoding)
    layout = _layout(path, context.encoding)
    if mapping is None or table is None or layout is None:
        raise NotAnExport(f"{path.name} holds no table whose columns could be named.")
    lacking = mapping.lacking(table.columns)
    if lacking:
        there = ", ".join(f"“{c[:40]}”" for c in table.columns[:12])
        raise NotAnExport(
            f"{path.name} has no column {', '.join(f'“{c[:60]}”' for c in lacking)}; it has "
            f"{there}. Write the names as the file has them."
        )
    check_ids(mapping, table.samples)
    platform = context.platform or Platform.OTHER
    return mapped_reader(mapping, platform), layout


def _layout(path: Path, encoding: str | None) -> Layout | None:
    if is_zip(path):
        workbook.check_container(path)
        return _sheet(path)
    name = encoding_of(path, encoding)
    with open_text(path, name) as stream:
        start = stream.read(4096).lstrip("\ufeff \t\r\n,")
    if start[:1] in ("[", "{"):
        return FlatJson(inner=json_file(path, name), encoding=name)
    return _delimited(path, name)


def _columns(layout: Layout, items: Sequence[Item]) -> tuple[str, ...]:
    if isinstance(layout, DelimitedTable | Sheet):
        links = {name for item in items for name in item.fields} - set(layout.columns)
        return (*layout.columns, *sorted(links))
    names: dict[str, None] = {}
    for item in items:
        names |= dict.fromkeys(item.fields)
    return tuple(sorted(names))  # one object may lack what the next has, in any order


def _delimited(path: Path, encoding: str) -> DelimitedTable | None:
    """By the delimiter that gives most rows one and the same width."""
    found: list[tuple[int, DelimitedTable]] = []
    for delimiter in DELIMITERS:
        rows = first_records(path, encoding, delimiter)
        header = _header(rows)
        if header is None:
            continue
        number, columns = header
        alike = sum(len(names_of(v)) <= len(columns) for n, v in rows if n > number)
        if len(columns) > 1 or is_text_name("".join(columns)):
            table = DelimitedTable(
                path=path,
                encoding=encoding,
                delimiter=delimiter,
                escape=None,
                header_row=number,
                columns=columns,
                source_url=None,
            )
            found.append((alike * min(len(columns), 50), table))
    return max(found, key=lambda one: one[0])[1] if found else None


def _sheet(path: Path) -> Sheet | None:
    for sheet in workbook.sheet_names(path)[:_SHEETS]:
        header = _header(first_rows(path, sheet))
        if header is None:
            continue
        number, columns = header
        return Sheet(
            path=path,
            sheet=sheet,
            header_row=number,
            columns=columns,
            source_url=None,
            ids_in_links=False,
        )
    return None


def _header(rows: _Rows) -> tuple[int, tuple[str, ...]] | None:
    """The first row as wide as most are, if its cells read like names; else no header at all."""
    widths = Counter(len(names_of(values)) for _, values in rows if not blank(values))
    if not widths:
        return None
    width = max(widths, key=lambda w: (widths[w], w))
    for number, values in rows:
        names = names_of(values)
        if len(values) >= width > len(names):  # the last columns have no name
            names += [""] * (width - len(names))
        if len(names) < width or len(names) > MOST_COLUMNS or width == 0:
            continue
        if all(_is_name(name) for name in names):
            return number, columns_of(names)
        return number - 1, columns_of([""] * len(names))
    return None


def _is_name(cell: str) -> bool:
    bare = cell.strip()
    return len(bare) <= _LONGEST_NAME and "\n" not in bare and not bare[:1].isdecimal()
