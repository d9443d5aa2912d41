"""Objects of a JSON array, a JSON Lines file or one lone object, read as a stream.

An object that is broken is given back as Broken and the next one is read; where the file is cut,
all before the cut is good.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TextIO

from collectors.exports.delimited import Broken
from collectors.exports.encodings import has_bad_bytes
from collectors.exports.records import MAX_DEPTH, Item
from data.model import JsonObject, JsonValue

CHUNK = 262_144
MAX_OBJECT = 16_000_000  # characters
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|"', re.DOTALL)
_BETWEEN = re.compile(r"[\s,]*")
_SHOWN = 2000
_SMALL = 20_000  # characters of a value that is kept of a file's head


class _Window:
    """A piece of the file in which the next object is looked for."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.text = ""
        self.at = 0
        self.ended = False
        self.damaged = False  # an object's member could not be read

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


# ------------------------------------------------------------------ one object around a list


@dataclass(slots=True, kw_only=True)
class Envelope:
    """A file that is one object, with its records in the list under ``key``.

    ``head`` holds its plain values and small objects; ``names`` are all its keys.
    """

    key: str
    head: JsonObject = field(default_factory=JsonObject)
    names: list[str] = field(default_factory=list[str])


def envelope_of(stream: TextIO, keys: Collection[str]) -> Envelope | None:
    """The envelope when the file is one object with a list under one of the keys, else None.

    Passes over the whole object once, so that what stands behind the list is known too.
    """
    window = _Window(stream)
    found = Envelope(key="")
    for name, value in _members(window, keys):
        found.names.append(name)
        if isinstance(value, _List):
            found.key = name
            for _ in value.items():
                pass
        elif _is_small(value):
            found.head[name] = value
    rest = window.skip()
    return found if found.key and (window.damaged or not rest) else None


def listed(stream: TextIO, key: str) -> Iterator[Item | Broken]:
    """The objects in the list under ``key`` of the one object that the file is."""
    for _, value in _members(_Window(stream), (key,)):
        if isinstance(value, _List):
            yield from value.items()
            return


@dataclass(frozen=True, slots=True)
class _List:
    """A list in the window, to be read to its end before anything else."""

    window: _Window

    def items(self) -> Iterator[Item | Broken]:
        window, number = self.window, 0
        while (head := window.skip()) and head != "]":
            number += 1
            found = _next(window, number)
            yield found
            if isinstance(found, Broken) and window.ended and window.at >= len(window.text):
                return
        window.at += bool(head)
        if not head:
            reason = "the file ends before its list does: cut off"
            yield Broken(number=number + 1, reason=reason, raw="")


def _members(window: _Window, keys: Collection[str]) -> Iterator[tuple[str, JsonValue | _List]]:
    """The object's members in order; ends where they cannot be read any more."""
    if window.skip().removeprefix("\ufeff") != "{":
        return
    window.at += 1
    try:
        while window.skip() == '"':
            name = str(_value(window))
            if window.skip() != ":":
                raise ValueError("a name without a value")
            window.at += 1
            if window.skip() == "[" and name in keys:
                window.at += 1
                yield name, _List(window)
            else:
                yield name, _value(window)
        if window.skip() != "}":
            raise ValueError("neither a name nor the end")
        window.at += 1
    except ValueError:
        window.damaged = True


def _value(window: _Window) -> JsonValue:
    """The value at this place. Raises ValueError where there is none or it is too big."""
    while True:
        try:
            value, end = _DECODER.raw_decode(window.text, window.at)
        except (ValueError, RecursionError) as error:
            if len(window.text) - window.at < MAX_OBJECT and window.more():
                continue
            raise ValueError(str(error)) from error
        if end == len(window.text) and not window.ended and window.more():
            continue  # a number may go on in the next piece
        window.at = end
        return value


def _is_small(value: JsonValue | _List) -> bool:
    if isinstance(value, dict):
        return len(value) <= 20 and all(not isinstance(v, dict | list) for v in value.values())
    return not isinstance(value, list | _List) and len(str(value)) <= _SMALL


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
