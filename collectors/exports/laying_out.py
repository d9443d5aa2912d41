"""Which reader claims a file, and where its records are: found by columns and keys alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from collectors.exports import json_stream, workbook
from collectors.exports.delimited import DELIMITERS, Broken, Cells, records
from collectors.exports.encodings import encoding_of, is_zip, open_text
from collectors.exports.layouts import (
    DelimitedTable,
    JsonEnvelope,
    Layout,
    Sheet,
    json_file,
)
from collectors.exports.recognise import reader_for, refusal
from collectors.exports.records import LEFT_OUT, Item, NotAnExport, Reader
from data.model import JsonObject, JsonValue

HEADER_WITHIN = 20  # rows; titles and addresses may stand above it
LOOK = 200  # items by which a file is recognised
MAX_COLUMNS = workbook.MAX_COLUMNS
_SHEETS = 20


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
    around = _envelope(path, encoding, readers)
    if around is not None:
        return around
    layout = json_file(path, encoding)
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
    raise refusal(path.name, names, forced)


def _envelope(
    path: Path, encoding: str, readers: tuple[Reader, ...]
) -> tuple[Reader, Layout] | None:
    """The one object that the file is, where a reader knows the list in it."""
    listing = tuple(r for r in readers if r.list_key is not None)
    with open_text(path, encoding) as stream:
        found = json_stream.envelope_of(stream, {r.list_key or "" for r in listing})
    if found is None:
        return None
    reader = reader_for(found.names, tuple(r for r in listing if r.list_key == found.key))
    if reader is None:
        return None
    about: JsonObject = {
        name: value
        for name, value in found.head.items()
        if reader.became.get(name, LEFT_OUT) != LEFT_OUT
    }
    return reader, JsonEnvelope(
        path=path,
        encoding=encoding,
        key=found.key,
        head=found.head,
        about=about if reader.head_is_post else None,
    )


def _delimited(
    path: Path, encoding: str, readers: tuple[Reader, ...], forced: Reader | None
) -> tuple[Reader, Layout]:
    seen: list[list[str]] = []
    for delimiter in DELIMITERS:
        rows = first_records(path, encoding, delimiter)
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
    raise refusal(path.name, seen, forced)


def first_records(
    path: Path, encoding: str, delimiter: str
) -> list[tuple[int, Sequence[JsonValue]]]:
    """The rows in which a header may be, each with its number."""
    with open_text(path, encoding) as stream:
        rows = records(stream, delimiter=delimiter, escape=None, header_row=0, width=0)
        first = list(islice(rows, HEADER_WITHIN))
    return [(row.number, row.values) for row in first if isinstance(row, Cells)]


def _workbook(
    path: Path, readers: tuple[Reader, ...], forced: Reader | None
) -> tuple[Reader, Layout]:
    seen: list[list[str]] = []
    for sheet in workbook.sheet_names(path)[:_SHEETS]:
        rows = first_rows(path, sheet)
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
    raise refusal(path.name, seen, forced)


def first_rows(path: Path, sheet: str) -> list[tuple[int, Sequence[JsonValue]]]:
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
        if len(values) > MAX_COLUMNS:
            continue
        names = names_of(values)
        reader = reader_for(names, readers)
        if reader is not None:
            return reader, number, columns_of(names, reader.became)
    return None


def names_of(values: Sequence[JsonValue]) -> list[str]:
    """The cells of a header as names, without the empty ones on the right."""
    names = ["" if v is None else str(v).strip().lstrip("\ufeff") for v in values]
    while names and not names[-1]:
        names.pop()
    return names


def columns_of(names: Sequence[str], known: Iterable[str] = ()) -> tuple[str, ...]:
    """The header in the known spelling; empty and doubled names are numbered."""
    spelled = {name.casefold(): name for name in known}
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
