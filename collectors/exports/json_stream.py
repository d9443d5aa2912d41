"""Objects of a JSON array, a JSON Lines file or one lone object, read as a stream.

An object that is broken is given back as Broken and the next one is read; where the file is cut,
all before the cut is good.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TextIO

from collectors.exports.delimited import Broken
from collectors.exports.encodings import has_bad_bytes
from collectors.exports.records import MAX_DEPTH, Item
from data.model import JsonValue

CHUNK = 262_144
MAX_OBJECT = 16_000_000  # characters
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|"', re.DOTALL)
_BETWEEN = re.compile(r"[\s,]*")
_SHOWN = 2000


class _Window:
    """A piece of the file in which the next object is looked for."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.text = ""
        self.at = 0
        self.ended = False

    def more(self) -> bool:
        """Adds text, at least doubling what is not yet read; False at the end of the file."""
        rest = self.text[self.at :]
        piece = self._stream.read(max(CHUNK, len(rest)))
        self.text, self.at = rest + piece, 0
        self.ended = not piece
        return bool(piece)

    def skip(self) -> str:
        """Passes blanks and commas and gives the character there, "" at the end of the file."""
        while True:
            found = _BETWEEN.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""


def objects(stream: TextIO) -> Iterator[Item | Broken]:
    """Every object of a JSON array, of objects one after another, or the one object there is."""
    window = _Window(stream)
    array = window.skip().removeprefix("\ufeff") == "["
    window.at += array
    number = 0
    while (head := window.skip()) and not (array and head == "]"):
        number += 1
        found = _next(window, number)
        yield found
        if isinstance(found, Broken) and window.ended and window.at >= len(window.text):
            return
    if array and not head:
        yield Broken(
            number=number + 1, reason="the file ends before its list does: cut off", raw=""
        )


def lines(stream: TextIO) -> Iterator[Item | Broken]:
    """Every object of a JSON Lines file; a line that is no object is Broken, the rest goes on."""
    number = 0
    while line := stream.readline(MAX_OBJECT):
        number += 1
        if len(line) >= MAX_OBJECT and line[-1] not in "\r\n":
            while (rest := stream.readline(MAX_OBJECT)) and rest[-1] not in "\r\n":
                pass
            yield Broken(number=number, reason=_too_long(), raw=line[:_SHOWN])
        elif line.strip("\ufeff \t\r\n"):
            yield _one_line(line.strip("\ufeff \t\r\n"), number, ended=line[-1] in "\r\n")


def is_lines(stream: TextIO) -> bool:
    """True when the first line is a whole JSON object and another line follows or none does."""
    first = stream.readline(MAX_OBJECT).strip("\ufeff \t\r\n")
    if not first.startswith("{"):
        return False
    try:
        return isinstance(_DECODER.decode(first), dict)
    except (ValueError, RecursionError):
        second = stream.readline(MAX_OBJECT).lstrip()
        return second.startswith("{") and first.endswith("}")


def _one_line(line: str, number: int, *, ended: bool) -> Item | Broken:
    try:
        value: JsonValue = _DECODER.decode(line)
    except (ValueError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else f"not JSON: {error}"
        if not ended:
            reason = "the file ends inside this line: cut off"
        return Broken(number=number, reason=reason, raw=line[:_SHOWN])
    return _checked(value, line, number)


def _next(window: _Window, number: int) -> Item | Broken:
    while True:
        try:
            value, end = _DECODER.raw_decode(window.text, window.at)
        except (ValueError, RecursionError) as error:
            deep = isinstance(error, RecursionError)
            place = _end_of_object(window.text, window.at)
            if place is None and len(window.text) - window.at < MAX_OBJECT and window.more():
                continue
            start = window.text[window.at : window.at + _SHOWN]
            if place is None:
                reason = _lost(cut=window.ended)
                window.at, window.ended = len(window.text), True
                return Broken(number=number, reason=reason, raw=start)
            window.at = place
            reason = "nested too deep" if deep else f"not JSON: {error}"
            return Broken(number=number, reason=reason, raw=start)
        if end == len(window.text) and not window.ended and window.more():
            continue  # a number may go on in the next piece
        piece, window.at = window.text[window.at : end], end
        return _checked(value, piece, number)


def _lost(*, cut: bool) -> str:
    if cut:
        return "the file ends inside this object: cut off; all before it was read"
    return "the end of this object was not found: nothing from here on was read"


def _too_long() -> str:
    return f"the line is longer than {MAX_OBJECT:,} characters"


def _checked(value: JsonValue, text: str, number: int) -> Item | Broken:
    if not isinstance(value, dict):
        return Broken(number=number, reason="not an object with named values", raw=text[:_SHOWN])
    if has_bad_bytes(text):
        reason = "it holds bytes that do not fit the file's encoding"
        return Broken(number=number, reason=reason, raw=text[:_SHOWN])
    if text.count("[") + text.count("{") > MAX_DEPTH and _deeper(value, MAX_DEPTH):
        return Broken(number=number, reason="nested too deep", raw=text[:_SHOWN])
    return Item(number=number, fields=value)


def _deeper(value: JsonValue, limit: int) -> bool:
    level: list[JsonValue] = [value]
    for _ in range(limit):
        inner: list[JsonValue] = []
        for one in level:
            if isinstance(one, dict):
                inner.extend(one.values())
            elif isinstance(one, list):
                inner.extend(one)
        if not inner:
            return False
        level = inner
    return True


def _end_of_object(text: str, start: int) -> int | None:
    """Where the brackets opened at ``start`` are closed; None when not within the text."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        if token[0] == '"':
            return None  # a string without an end
        if token[0] in "{[":
            depth += 1
        elif token[0] in "}]":
            depth -= 1
            if depth <= 0:
                return token.end()
    return None


def names_in(text: str) -> list[str]:
    """The names at the beginning of an object that is too big or too damaged to be read."""
    return re.findall(r'"([^"\\]{1,60})"\s*:', text)
