"""Opening an export file: what it is, its rows, and a look at the first of them.

Nothing is kept here: the rows go to intake, which keeps raw and comment together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from collectors.exports import warning_texts
from collectors.exports.dates import month_comes_first
from collectors.exports.delimited import Broken
from collectors.exports.layouts import LOOK, Layout, lay_out
from collectors.exports.mojibake import repaired_fields, suspicious
from collectors.exports.recognise import READERS, reader_named
from collectors.exports.records import (
    Item,
    Memory,
    NotAnExport,
    ReadContext,
    Reader,
    ReadRow,
    RowRefused,
)
from collectors.exports.values import platform_of, text_in
from data.model import CollectedComment, JsonObject, Platform, Raw, RowError

FORMATS: tuple[tuple[str, str, tuple[Platform, ...]], ...] = tuple(
    (reader.name, reader.title, (reader.platform,)) for reader in READERS
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHOWN = 2000
_ANY_PLATFORM = frozenset({None, Platform.OTHER, Platform.MOCK})


@dataclass(slots=True, kw_only=True)
class Export:
    """A file that a reader claimed. ``rows()`` may be asked for any number of times."""

    path: Path
    format: str
    title: str
    encoding: str
    platform: Platform
    context: ReadContext
    reader: Reader
    layout: Layout
    day_first: bool
    _at_open: tuple[str, ...]
    _after_pass: tuple[str, ...] = field(default=())

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences for the person who imports; whole once rows() was read to its end."""
        return self._at_open + self._after_pass

    def rows(self) -> Iterator[ReadRow]:
        """The comments in the file's order, each with its row and its raw, and the rows that
        were not taken. Rows of one file share a number where a tool nests replies."""
        memory = Memory(
            context=self.context,
            platform=self.platform,
            table=self.layout.table,
            day_first=self.day_first,
            source_url=self.layout.source_url,
        )
        for item in self.layout.items():
            if isinstance(item, Broken):
                yield RowError(row=item.number, reason=item.reason, raw=_storable(item.raw))
                continue
            memory.rows += 1
            yield from self._read_item(item, memory)
        self._after_pass = warning_texts.after_a_pass(memory)

    def _read_item(self, item: Item, memory: Memory) -> Iterator[ReadRow]:
        for place, fields in self.reader.unfold(item.fields):
            body = _body(fields if place else item.fields)
            where = f"{self.path.name} row {item.number} {place}".strip()
            try:
                comment = self._map(fields, body, memory)
            except RowRefused as refused:
                reason = f"{place}: {refused}" if place else str(refused)
                yield RowError(row=item.number, reason=reason, raw=body[:_SHOWN])
                continue
            if comment is not None:
                memory.notes["date_unread"] += comment.created_at is None
                raw = Raw(body=body, locator=where, mapper=self.reader.mapper)
                yield item.number, raw, comment

    def _map(self, fields: JsonObject, body: str, memory: Memory) -> CollectedComment | None:
        if not suspicious(body):
            return self.reader.map_record(fields, memory)
        whole = repaired_fields(fields)
        memory.notes["repaired"] += whole != fields
        return self.reader.map_record(whole, memory)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column or key of the file, what it became, and its first value."""

    name: str
    became: str
    sample: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The first rows of an export, before anything is kept."""

    format: str
    title: str
    encoding: str
    columns: tuple[Column, ...]
    comments: tuple[tuple[int, CollectedComment], ...]
    errors: tuple[RowError, ...]
    warnings: tuple[str, ...]

    @property
    def read(self) -> int:
        """How many rows were looked at."""
        return len(self.comments) + len(self.errors)


def open_export(path: Path, *, context: ReadContext, format: str | None = None) -> Export:
    """Recognises the file by its content (or takes ``format``, one of FORMATS).

    Raises NotAnExport, whose message says what the file is, why it is refused and what to do.
    """
    forced = reader_named(format) if format is not None else None
    readers = READERS if forced is None else (forced,)
    try:
        reader, layout = lay_out(path, readers, encoding=context.encoding, forced=forced)
    except OSError as error:
        raise NotAnExport(f"{path.name} cannot be read: {error.strerror or error}.") from error
    sample = [item for item in islice(layout.items(), LOOK) if isinstance(item, Item)]
    platform = _platform(reader, layout, sample)
    if context.platform not in _ANY_PLATFORM and context.platform is not platform:
        raise NotAnExport(
            f"{path.name} holds comments of {platform.value} ({reader.title}), and the source is a "
            f"{context.platform.value if context.platform else ''} page. Choose the right source."
        )
    dates = [text_in(item.fields, "Date") or "" for item in sample] if reader.zone_less else []
    month_first = month_comes_first(dates)
    return Export(
        path=path,
        format=reader.name,
        title=reader.title,
        encoding=layout.encoding,
        platform=platform,
        context=context,
        reader=reader,
        layout=layout,
        day_first=not month_first,
        _at_open=warning_texts.at_open(
            reader, context, encoding=layout.encoding, month_first=month_first
        ),
    )


def preview(export: Export, n: int = 10) -> Preview:
    """The first ``n`` rows, what each column became, and the errors among them."""
    rows = list(islice(export.rows(), n))
    samples: dict[str, str] = {}
    for item in islice(export.layout.items(), n):
        if isinstance(item, Item):
            for name, value in item.fields.items():
                if not samples.get(name):
                    samples[name] = "" if value is None else _storable(str(value))[:80]
    return Preview(
        format=export.format,
        title=export.title,
        encoding=export.encoding,
        columns=tuple(
            Column(name=name, became=_became(export.reader, name), sample=sample)
            for name, sample in samples.items()
        ),
        comments=tuple((r[0], r[2]) for r in rows if not isinstance(r, RowError)),
        errors=tuple(r for r in rows if isinstance(r, RowError)),
        warnings=export.warnings,
    )


def _became(reader: Reader, name: str) -> str:
    head = name.split("/", 1)[0]
    return reader.became.get(name) or reader.became.get(head) or "not known: kept raw only"


def _platform(reader: Reader, layout: Layout, sample: list[Item]) -> Platform:
    """Told by the addresses in the file where its layout serves several platforms."""
    told = [layout.source_url] if reader.addresses else []
    told += [text_in(item.fields, key) for item in sample for key in reader.addresses]
    return next((p for p in map(platform_of, told) if p is not None), reader.platform)


def _body(fields: JsonObject) -> str:
    body = json.dumps(fields, ensure_ascii=False)
    return json.dumps(fields) if _SURROGATE.search(body) else body


def _storable(text: str) -> str:
    """Text that any database takes: no null bytes, no undecodable bytes."""
    return _SURROGATE.sub("\ufffd", text).replace("\0", "\ufffd")
