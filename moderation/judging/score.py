"""Scoring a stream of JSON lines: what ``sunwai score`` writes for each line it reads.

An answer has ``id`` (as given, else null), ``language``, ``coverage``, ``toxicity`` (0 to 1, or
null where it was not judged), ``flag`` (whether a rule speaks at the default operating point),
``kinds``, ``reasons``, ``protected``, ``feedback`` and ``why``. A line that cannot be read is
answered by its number from 1 and an ``error``, and the rest goes on. Answers come in order; no more
than a batch is held in memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from math import isfinite
from typing import NamedTuple, cast

from data.reading import JsonObject, JsonValue
from moderation.judging.answers import Answers, answers_of, encode
from moderation.judging.answers import is_flagged as is_flagged
from moderation.judging.policy import Policy
from moderation.judging.read import Reader

_BATCH_CHARACTERS = 500_000
LONGEST_LINE = 20_000_000


class _Item(NamedTuple):
    """A line that was read, or why it was not."""

    line: int
    id: JsonValue
    text: str
    error: str = ""


def score_lines(
    lines: Iterable[str], reader: Reader, policy: Policy, *, batch: int = 4096
) -> Iterator[str]:
    """One JSON line, without its newline, for each line of ``lines`` that is not blank."""
    items = (_item(n, line) for n, line in enumerate(lines, start=1) if line.strip())
    answers = answers_of(reader, policy)
    while items_now := _take(items, batch):
        yield from _answers(items_now, reader, answers)


def _take(items: Iterator[_Item], batch: int) -> list[_Item]:
    taken: list[_Item] = []
    size = 0
    for item in islice(items, batch):
        taken.append(item)
        size += len(item.text)
        if size >= _BATCH_CHARACTERS:  # very long texts: fewer at a time
            break
    return taken


def _answers(items: list[_Item], reader: Reader, answers: Answers) -> Iterator[str]:
    good = [n for n, item in enumerate(items) if not item.error]
    found = {
        n: encode({"id": item.id, "line": item.line, "error": item.error})
        for n, item in enumerate(items)
        if item.error
    }
    for places, sheet in reader.sheets([items[n].text for n in good]):
        mine = [good[i] for i in places]
        lines = answers.lines([items[n].id for n in mine], sheet)
        found.update(zip(mine, lines, strict=True))
    yield from map(found.__getitem__, range(len(items)))


# ------------------------------------------------------------------------------ reading a line


_decode = json.JSONDecoder().decode  # NaN in a column that is not ours must not cost the row
_begin_decoding = json.JSONDecoder().raw_decode
_PLAIN_IDS, _JSON_BLANKS = frozenset((str, int, type(None))), " \t\n\r"


def _item(number: int, line: str) -> _Item:
    """What a line holds. Most are an object and no more: told without what others need."""
    if not line.startswith("{") or len(line) > LONGEST_LINE:
        return _checked(number, line)
    try:
        row, end = _begin_decoding(line)
    except (ValueError, RecursionError):
        return _checked(number, line)
    id_, text = row.get("id"), row.get("text")
    alone = end == len(line) or not line[end:].strip(_JSON_BLANKS)
    if alone and type(text) is str and type(id_) in _PLAIN_IDS:
        return _Item(number, id_, text)
    return _checked(number, line)


def _checked(number: int, line: str) -> _Item:
    """`_item`, or what is wrong with the line."""
    if len(line) > LONGEST_LINE:
        return _bad(number, None, f"the line is longer than {LONGEST_LINE} characters")
    try:
        row: object = _decode(line.lstrip("\ufeff"))
    except RecursionError:
        return _bad(number, None, "not readable: nested too deeply")
    except ValueError as error:
        return _bad(number, None, f"not JSON: {error}")
    return _row(number, row)


def _row(number: int, row: object) -> _Item:
    if not isinstance(row, dict):
        return _bad(number, None, f'not an object but {_kind(row)}: write {{"text": ...}}')
    given = cast(JsonObject, row)
    id_ = given.get("id")
    if isinstance(id_, dict | list | bool) or (isinstance(id_, float) and not isfinite(id_)):
        return _bad(number, None, f"id must be text or a finite number, not {_kind(id_)}")
    if "text" not in given:
        return _bad(number, id_, "no text: each line needs a text")
    text = given["text"]
    if not isinstance(text, str):
        return _bad(number, id_, f"text must be text, not {_kind(text)}")
    return _Item(number, id_, text)


def _bad(number: int, id_: JsonValue, error: str) -> _Item:
    return _Item(number, id_, "", error)


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, float) and not isfinite(value):
        return "NaN or Infinity"
    return "text" if isinstance(value, str) else "a number"
