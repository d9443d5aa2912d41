"""Opening an export file: what it is, its rows, and a look at the first of them.

Nothing is kept here: the rows go to intake, which keeps raw and comment together.
"""

from __future__ import annotations

import json
import re
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from collectors.exports import generic, warning_texts
from collectors.exports.dates import month_comes_first
from collectors.exports.delimited import Broken
from collectors.exports.generic import UnknownTable
from collectors.exports.laying_out import LOOK, lay_out
from collectors.exports.layouts import Layout
from collectors.exports.mapping import Meaning
from collectors.exports.mojibake import repaired_fields, suspicious
from collectors.exports.recognise import READERS, Unknown, reader_named
from collectors.exports.records import (
    Item,
    Memory,
    NotAnExport,
    ReadContext,
    Reader,
    ReadPost,
    ReadRow,
    RowRefused,
)
from collectors.exports.unknown import SAY_COLUMNS, lay_out_unknown, unknown_table
from collectors.exports.unpacking import unpack
from collectors.exports.values import platform_of, text_in
from data.model import CollectedComment, CollectedPost, JsonObject, Platform, Raw, RowError

FORMATS: tuple[tuple[str, str, tuple[Platform, ...]], ...] = tuple(
    (reader.name, reader.title, (reader.platform,)) for reader in READERS
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHOWN = 2000
_ANY_PLATFORM = frozenset({None, Platform.OTHER, Platform.MOCK})


@dataclass(slots=True, weakref_slot=True, kw_only=True)
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
    signature: str = ""  # of the header, where a person named the columns
    _at_open: tuple[str, ...] = ()
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
                yield RowError(row=item.number, reason=item.reason, raw=storable_text(item.raw))
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
            raw = Raw(body=body, locator=where, mapper=self.reader.mapper)
            if isinstance(comment, CollectedPost):
                yield ReadPost(row=item.number, raw=raw, platform=self.platform, post=comment)
            elif comment is not None:
                memory.found += 1
                memory.notes["date_unread"] += comment.created_at is None
                yield item.number, raw, comment

    def _map(
        self, fields: JsonObject, body: str, memory: Memory
    ) -> CollectedComment | CollectedPost | None:
        if not suspicious(body):
            return self.reader.map_record(fields, memory)
        whole = repaired_fields(fields)
        memory.notes["repaired"] += whole != fields
        return self.reader.map_record(whole, memory)


def open_export(path: Path, *, context: ReadContext, format: str | None = None) -> Export:
    """Recognises the file by its content (or takes ``format``, one of FORMATS).

    Raises NotAnExport, whose message says what the file is, why it is refused and what to do.
    """
    unpacked = unpack(path)
    if unpacked is None:
        return _open(path, context, format)
    try:
        export = _open(unpacked.path, context, format)
    except BaseException as error:
        unpacked.forget()
        if isinstance(error, NotAnExport):  # named as the person knows it
            inner = unpacked.path.name
            error.args = (str(error).replace(inner, f"{inner} in {path.name}", 1),)
        raise
    weakref.finalize(export, unpacked.forget)
    return export


def _open(path: Path, context: ReadContext, format: str | None) -> Export:
    reader, layout = _laid_out(path, context, format)
    sample = [item for item in islice(layout.items(), LOOK) if isinstance(item, Item)]
    platform = _platform(reader, layout, sample)
    if context.platform not in _ANY_PLATFORM and context.platform is not platform:
        raise NotAnExport(
            f"{path.name} holds comments of {platform.value} ({reader.title}), and the source is a "
            f"{context.platform.value if context.platform else ''} page. Choose the right source."
        )
    dated = "Date" if context.mapping is None else context.mapping.column_of(Meaning.CREATED)
    dates = [text_in(item.fields, dated or "") or "" for item in sample]
    month_first = reader.zone_less and month_comes_first(dates)
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
        signature=_signature(path, context),
        _at_open=warning_texts.at_open(
            reader, context, encoding=layout.encoding, month_first=month_first
        ),
    )


def _laid_out(path: Path, context: ReadContext, format: str | None) -> tuple[Reader, Layout]:
    """The reader that claims the file and how it lies there; a given mapping comes first."""
    try:
        if context.mapping is not None:
            return lay_out_unknown(path, context)
        forced = reader_named(format) if format is not None else None
        readers = READERS if forced is None else (forced,)
        return lay_out(path, readers, encoding=context.encoding, forced=forced)
    except Unknown as unknown:
        table = unknown_table(path, context.encoding)
        if table is None:
            raise
        raise generic.NotMapped(f"{unknown} {SAY_COLUMNS}", table) from unknown
    except OSError as error:
        raise NotAnExport(f"{path.name} cannot be read: {error.strerror or error}.") from error


def _signature(path: Path, context: ReadContext) -> str:
    table = None if context.mapping is None else unknown_table(path, context.encoding)
    return "" if table is None else table.signature


def table_in(path: Path, *, encoding: str | None = None) -> UnknownTable | None:
    """The table of a file, whether or not a reader knows it; None when there is none.

    Raises NotAnExport for a file that cannot be read at all.
    """
    unpacked = unpack(path)
    if unpacked is None:
        return unknown_table(path, encoding)
    try:
        return unknown_table(unpacked.path, encoding)
    finally:
        unpacked.forget()


def _platform(reader: Reader, layout: Layout, sample: list[Item]) -> Platform:
    """Told by the addresses in the file where its layout serves several platforms."""
    told = [layout.source_url] if reader.addresses else []
    told += [text_in(item.fields, key) for item in sample for key in reader.addresses]
    return next((p for p in map(platform_of, told) if p is not None), reader.platform)


def _body(fields: JsonObject) -> str:
    body = json.dumps(fields, ensure_ascii=False)
    return json.dumps(fields) if _SURROGATE.search(body) else body


def storable_text(text: str) -> str:
    """Text that any database takes: no null bytes, no undecodable bytes."""
    return _SURROGATE.sub("\ufffd", text).replace("\0", "\ufffd")
