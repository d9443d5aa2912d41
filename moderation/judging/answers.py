"""Answers as lines of JSON, written from the columns of a sheet.

What an answer says beside its id and its numbers depends on few things: the language, the feedback
kinds, what the rules found, and on which side of the policy's points the engine's scores lie. Texts
that are alike in all of these have one form. It is made from the Reading and Judgement of the first
of them, and each of the others is written by it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from math import inf, ulp
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from data.reading import Flag, JsonValue, Judgement, Reading, Signal
from moderation.judging.explaining import around_score
from moderation.judging.policy import RULES, Policy, judge
from moderation.judging.read import Reader
from moderation.judging.rules import CLEARLY
from moderation.judging.sheet import Sheet
from moderation.signals.engine import KINDS, Floats

_FLAGGED = frozenset({Flag.FLAGGED, Flag.SEVERE})
_BY_ENGINE = ("toxicity", *KINDS)
_SHOWN = ("toxicity", "obscene", "slur", "insult", "threat", "hatred")
_BY_RULE = ("sectarian", "personal_data", "spam")
_ASKED = frozenset(rule.signal for rule in RULES)
_MOST = 4000  # forms that are kept: hostile input must not fill the memory
_PLACES = 10_000  # scores are written to four places

# Made once: json.dumps makes a new one at each call that changes a default.
encode = json.JSONEncoder(allow_nan=False).encode
_quoted: Callable[[str], str] = json.encoder.encode_basestring_ascii  # `encode` of a text


def is_flagged(judgement: Judgement) -> bool:
    """Whether a rule spoke. Not covered and not checked queue too, but are no flag of a rule."""
    return judgement.flag in _FLAGGED


class _Form(NamedTuple):
    """What stands before, between and after the numbers of an answer.

    ``scored`` names the signals whose scores stand in ``after``, one for each %.2f in it; without
    any, ``after`` is as it is written.
    """

    before: str
    flag: str
    after: str
    scored: list[str]


class Answers:
    """Writes the answers of one reader under one policy."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._points = {name: _points_of(policy, name) for name in _BY_ENGINE}
        self._forms: dict[tuple[Any, ...], _Form] = {}

    def lines(self, ids: Sequence[JsonValue], sheet: Sheet) -> list[str]:
        """One line, without its newline, for each text of a sheet, given their ids."""
        columns: dict[str, Floats] = {"toxicity": sheet.toxicity, **sheet.kinds}
        forms = self._forms_of(sheet, columns)
        told = [_quoted(id_) if type(id_) is str else encode(id_) for id_ in ids]
        # Whoever asks for threats wants to know of both sorts.
        shown = columns | {"threat": np.fmax(columns["threat"], columns["menace"])}
        written = [_written(shown[name]) for name in _SHOWN]
        return [
            f'{{"id": {id_}{before}{toxicity}{flag}"obscene": {obscene}, "slur": {slur}, '
            f'"insult": {insult}, "threat": {threat}, "hatred": {hatred}'
            f"{after % tuple([columns[name][i] for name in scored]) if scored else after}"
            for i, (id_, (before, flag, after, scored), toxicity, obscene, slur, insult, threat,
                    hatred)
            in enumerate(zip(told, forms, *written, strict=True))
        ]  # fmt: skip

    def _forms_of(self, sheet: Sheet, columns: Mapping[str, Floats]) -> list[_Form]:
        keys = self._keys(sheet, columns)
        if len(self._forms) > _MOST:
            self._forms = {}
        forms = self._forms
        first = {key: i for i, key in enumerate(keys) if key not in forms}
        readings = sheet.readings_to_judge(list(first.values()))
        for key, reading in zip(first, readings, strict=True):
            forms[key] = _form(reading, judge(reading, self.policy))
        return [forms[key] for key in keys]

    def _keys(self, sheet: Sheet, columns: Mapping[str, Floats]) -> list[tuple[Any, ...]]:
        """All that the form of each text's answer depends on."""
        cells = np.zeros(len(sheet.languages), dtype=np.int64)
        for name, points in self._points.items():
            cells = cells * (points.size + 1) + np.searchsorted(points, columns[name], "right")
        found: list[tuple[Any, ...]] = [()] * len(sheet.languages)
        for i, signals in sheet.by_rule.items():
            found[i] = tuple([_said(s) for s in signals if s.value and s.name in _ASKED])
        told = (sheet.languages, sheet.feedback, sheet.notes, cells.tolist(), found)
        return list(zip(*told, strict=True))


def answers_of(reader: Reader, policy: Policy) -> Answers:
    """What writes a reader's answers under a policy; it is kept with the forms that it made."""
    held = _kept.get(reader)
    if held is None or held.policy is not policy:
        held = _kept[reader] = Answers(policy)
    return held


_kept: WeakKeyDictionary[Reader, Answers] = WeakKeyDictionary()


def _points_of(policy: Policy, name: str) -> Floats:
    """All that a score of the engine is ever compared with; zero and no number by themselves."""
    points = {policy.queue.of(name), policy.severe.of(name), ulp(0.0), inf}
    if name == "toxicity":
        points |= {policy.weak_toxicity, *policy.by_language.values()}
        points |= set(policy.severe_by_language.values())
        points |= {point + CLEARLY for point in points}
    return np.array(sorted(points))


def _said(signal: Signal) -> tuple[Any, ...]:
    labels = sorted({span.label for span in signal.spans})
    return (signal.name, signal.value, signal.note, *labels)


def _form(reading: Reading, judgement: Judgement) -> _Form:
    values = {s.name: s.value for s in reading.signals}
    by_rule = [f', "{name}": {_number(values[name])}' for name in _BY_RULE]
    why, scored = _why(judgement)
    after = (
        f'{"".join(by_rule)}}}, "reasons": {_listed(judgement.reasons)}, '
        f'"protected": {_truth(judgement.protected)}, '
        f'"feedback": {_listed(reading.feedback)}, "why": [{", ".join(why)}]}}'
    )
    flag = _truth(is_flagged(judgement))
    return _Form(
        f', "language": "{reading.language}", "coverage": "{reading.coverage}", "toxicity": ',
        f', "flag": {flag}, "queue": "{judgement.flag}", "kinds": {{',
        after if scored else after % (),
        scored,
    )


def _why(judgement: Judgement) -> tuple[list[str], list[str]]:
    """The sentences as JSON, a %s in the place of each score of the engine's, and their signals."""
    lines: list[str] = []
    scored: list[str] = []
    for why in judgement.why:
        told = around_score(why)
        if told is None or told[0] not in _BY_ENGINE:
            lines.append(_escaped(encode(why.text)))
            continue
        signal, before, after = told
        scored.append(signal)
        lines.append(f"{_escaped(encode(before)[:-1])}%.2f{_escaped(encode(after)[1:])}")
    return lines, scored


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def _number(value: float | None) -> str:
    """A score as JSON, to four places; one that is not finite must never be written."""
    if value is None or not -1e9 < value < 1e9:
        return "null"
    return repr(round(float(value), 4))


class _Written(dict[int, str]):
    """Scores in ten thousandths as JSON, each worked out when it first comes."""

    def __missing__(self, number: int) -> str:
        text = self[number] = repr(number / _PLACES)
        return text


_WRITTEN = _Written({-1: "null"})


def _written(values: Floats) -> list[str]:
    """`_number` of each score, which are from 0 to 1 or none."""
    given = ~np.isnan(values)
    exact = np.where(given, values, 0.0) * _PLACES
    near = np.rint(exact)
    for i in np.flatnonzero(np.abs(np.abs(exact - near) - 0.5) < 1e-6).tolist():
        near[i] = round(round(float(values[i]), 4) * _PLACES)  # the product may be off by a bit
    return [_WRITTEN[n] for n in np.where(given, near, -1).astype(np.int64).tolist()]


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _listed(values: tuple[StrEnum, ...]) -> str:
    """Words of a closed set as JSON: none holds a character that must be escaped."""
    return '["' + '", "'.join(values) + '"]' if values else "[]"
