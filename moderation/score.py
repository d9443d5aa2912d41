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
from enum import StrEnum
from itertools import islice
from math import isfinite
from typing import NamedTuple, cast

from data.model import Flag, JsonObject, JsonValue, Judgement, Reading
from moderation.policy import Policy, judge
from moderation.read import Reader
from moderation.signals.engine import KINDS

_FLAGGED = frozenset({Flag.FLAGGED, Flag.SEVERE})
_BATCH_CHARACTERS = 500_000
LONGEST_LINE = 20_000_000


class _Item(NamedTuple):
    """A line that was read, or why it was not."""

    line: int
    id: JsonValue
    text: str
    error: str = ""


def is_flagged(judgement: Judgement) -> bool:
    """Whether a rule spoke. Not covered and not checked queue too, but are no flag of a rule."""
    return judgement.flag in _FLAGGED


def score_lines(
    lines: Iterable[str], reader: Reader, policy: Policy, *, batch: int = 1024
) -> Iterator[str]:
    """One JSON line, without its newline, for each line of ``lines`` that is not blank."""
    items = (_item(n, line) for n, line in enumerate(lines, start=1) if line.strip())
    while items_now := _take(items, batch):
        yield from _answers(items_now, reader, policy)


def _take(items: Iterator[_Item], batch: int) -> list[_Item]:
    taken: list[_Item] = []
    size = 0
    for item in islice(items, batch):
        taken.append(item)
        size += len(item.text)
        if size >= _BATCH_CHARACTERS:  # very long texts: fewer at a time
            break
    return taken


def _answers(items: list[_Item], reader: Reader, policy: Policy) -> Iterator[str]:
    readings = iter(reader.read([item.text for item in items if not item.error]))
    for item in items:
        if item.error:
            yield _encode({"id": item.id, "line": item.line, "error": item.error})
        else:
            reading = next(readings)
            yield _answer(item.id, reading, judge(reading, policy))


def _answer(id_: JsonValue, reading: Reading, judgement: Judgement) -> str:
    """One line of JSON. Written out here: an encoder made three times as long of it."""
    values = {s.name: s.value for s in reading.signals}
    toxicity, *kinds = map(_rounded, map(values.get, _SHOWN))
    return (
        f'{{"id": {_encode(id_)}, "language": "{reading.language}", '
        f'"coverage": "{reading.coverage}", "toxicity": {toxicity}, '
        f'"flag": {"true" if is_flagged(judgement) else "false"}, '
        f'"queue": "{judgement.flag}", "kinds": {{{_KINDS % tuple(kinds)}}}, '
        f'"reasons": {_listed(judgement.reasons)}, '
        f'"protected": {"true" if judgement.protected else "false"}, '
        f'"feedback": {_listed(reading.feedback)}, '
        f'"why": [{", ".join([_encode(w.text) for w in judgement.why])}]}}'
    )


_SHOWN = ("toxicity", *KINDS, "sectarian", "personal_data", "spam")
_KINDS = ", ".join(f'"{name}": %s' for name in _SHOWN[1:])


def _rounded(value: float | None) -> str:
    """A score as JSON, to four places; one that is not finite must never be written."""
    if not value:
        return "null" if value is None else "0.0"
    return repr(round(value, 4)) if -1e9 < value < 1e9 else "null"


def _listed(values: tuple[StrEnum, ...]) -> str:
    """Words of a closed set as JSON: none holds a character that must be escaped."""
    return '["' + '", "'.join(values) + '"]' if values else "[]"


# ------------------------------------------------------------------------------ reading a line


# Made once: json.dumps and json.loads make a new one at each call that changes a default.
_encode = json.JSONEncoder(allow_nan=False).encode
_decode = json.JSONDecoder().decode  # NaN in a column that is not ours must not cost the row


def _item(number: int, line: str) -> _Item:
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
