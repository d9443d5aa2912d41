"""Rows of a CSV, semicolon or tab file, where one damaged row spoils no other.

The csv module alone reads on to the end of the file after one unclosed quote. Here a record that
has the wrong width, grows without end or is cut is given back as Broken, and reading goes on with
the next line that is a whole row.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

from collectors.exports.encodings import has_bad_bytes

MAX_RECORD = 4_000_000  # characters of one row
DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A row that could not be read: its number from 1, why, and how it begins."""

    number: int
    reason: str
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """A row as it stands. ``number`` counts rows from 1 as a spreadsheet does."""

    number: int
    values: list[str]


class _Lines:
    """Feeds lines to the csv module and remembers those of the record being read."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._again: deque[str] = deque()
        self.record: list[str] = []
        self._size = 0
        self.cut = False  # the file ended inside a quoted cell
        self.too_long = False

    def begin(self) -> None:
        self.record, self._size, self.cut, self.too_long = [], 0, False, False

    def give_back(self) -> None:
        """The lines after the record's first are read again, as rows of their own."""
        self._again.extendleft(reversed(self.record[1:]))

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self._size >= MAX_RECORD:
            self.too_long = True
            raise StopIteration
        line = self._again.popleft() if self._again else self._stream.readline(MAX_RECORD)
        if not line:
            self.cut = bool(self.record)
            raise StopIteration
        self.record.append(line)
        self._size += len(line)
        if len(line) >= MAX_RECORD and line[-1] not in "\r\n":
            self._skip_rest_of_line()
            return "\n"
        return line

    def _skip_rest_of_line(self) -> None:
        self.too_long = True
        while piece := self._stream.readline(MAX_RECORD):
            if piece[-1] in "\r\n":
                return


def records(
    stream: TextIO, *, delimiter: str, escape: str | None, header_row: int, width: int
) -> Iterator[Cells | Broken]:
    """Every row of the file. Rows after ``header_row`` must be ``width`` cells wide (0: any)."""
    csv.field_size_limit(3 * MAX_RECORD)  # so that only our own limit, which we report, bites
    lines = _Lines(stream)
    dialect = _Dialect(delimiter=delimiter, escape=escape)
    rows = dialect.reader(lines, strict=True)
    number, seeking = 0, False
    while True:
        lines.begin()
        wanted = width if number >= header_row else 0
        try:
            values = next(rows)
        except StopIteration:
            return
        except csv.Error:
            values = dialect.leniently(lines, wanted)
        number += 1
        values = _trimmed(values or [], wanted)
        fault = _fault(lines, values, wanted)
        if fault is None:
            seeking = False
            yield Cells(number=number, values=values)
            continue
        if not seeking:
            yield Broken(number=number, reason=fault, raw=_start(lines))
        seeking = len(lines.record) > 1 or seeking
        lines.give_back()


def _trimmed(values: list[str], width: int) -> list[str]:
    """Without the empty cells that a spreadsheet adds on the right."""
    while len(values) > width > 0 and not values[-1].strip():
        values = values[:-1]
    return values


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dialect:
    delimiter: str
    escape: str | None

    def reader(
        self, lines: Iterable[str], *, strict: bool = False, quoted: bool = True
    ) -> Iterator[list[str]]:
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            doublequote=True,
            escapechar=self.escape,
            strict=strict,
            quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        )

    def leniently(self, lines: _Lines, width: int) -> list[str]:
        """A line with quotes that follow no rule: first with its quotes as plain letters, as
        "Unicode text" of some tools has them, then as the csv module guesses. Never more than one
        line, for a guess over several swallows the rows between two stray quotes."""
        if lines.cut or lines.too_long or len(lines.record) != 1:
            return []
        for quoted in (False, True):
            guess = list(self.reader(lines.record, quoted=quoted))
            if len(guess) == 1 and len(guess[0]) == (width or len(guess[0])):
                return guess[0]
        return []


def _start(lines: _Lines) -> str:
    return "".join(lines.record[:5])[:2000]


def _fault(lines: _Lines, values: list[str], width: int) -> str | None:
    if lines.too_long:
        return f"the row is longer than {MAX_RECORD:,} characters: skipped up to the next whole row"
    if lines.cut:
        return "the file ends inside a quoted cell: it was cut off, or a quote is not closed"
    if not values and any(line.strip() for line in lines.record):
        return "the row is wrongly quoted"
    if width and any(values) and len(values) != width:
        return f"the row has {len(values)} cells and the header {width}: cut off or wrongly quoted"
    if any(has_bad_bytes(value) for value in values):
        return "the row holds bytes that do not fit the file's encoding"
    return None
