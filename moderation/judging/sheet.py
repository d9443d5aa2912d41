"""Texts that are read, by columns: whole Readings are made only of those that are asked for.

Most comments need no Reading of their own to be answered: numbers from the engine, a language,
feedback kinds, and nothing that a rule found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from data.reading import Coverage, FeedbackKind, Reading, Sentiment, Signal, Span
from moderation.judging.heard import heard
from moderation.signals.by_rule import NOTHING_FOUND
from moderation.signals.engine import KINDS, Floats, Scores
from moderation.signals.judged import QUEUE_POINT
from moderation.signals.lexicon import Cues, Words
from moderation.signals.mention import LOUD, lowered, mentioned
from moderation.texts.language import LanguageReading
from moderation.texts.sentences import sentences_around

CoverageOf = Callable[[LanguageReading, "float | None", str], tuple[Coverage, str]]


class Rules(Protocol):
    """What the rules say of many texts; signals are worked out when they are asked for.

    ``speaks`` tells where a signal other than feedback may be above zero, ``mentions`` where
    `told` may tell that abuse is only mentioned, ``peopled`` where a people may be named, ``sells``
    where something is offered or a link leads out.
    """

    kinds: list[tuple[FeedbackKind, ...]]
    moods: list[Sentiment | None]
    speaks: npt.NDArray[np.bool_]
    mentions: npt.NDArray[np.bool_]
    peopled: npt.NDArray[np.bool_]
    sells: npt.NDArray[np.bool_]

    def signals(self, i: int) -> tuple[Signal, ...]: ...

    def told(self, i: int) -> tuple[Words, Cues] | None: ...

    def names_a_people(self, i: int, around: tuple[int, int] | None) -> bool: ...

    def stays_lawful(self, i: int) -> bool: ...


class Signed(NamedTuple):
    """Who read: the engine's name, version and both as a signal carries them, and how well it
    covers a language given the toxicity and note of a text in it."""

    engine: str
    version: str
    label: str
    coverage: CoverageOf


class Sheet:
    """Texts that were read together. ``toxicity`` and ``kinds`` are what counts: NaN for none."""

    def __init__(
        self,
        signed: Signed,
        languages: list[LanguageReading],
        rules: Rules,
        scores: Scores,
        texts: Sequence[str],
    ) -> None:
        self._signed, self.languages, self._rules, self._scores = signed, languages, rules, scores
        self._texts = texts
        self._lower()
        self.notes, self.toxicity = scores.notes, scores.toxicity
        rules.kinds = self.feedback = self._heard()
        self.by_rule = {i: rules.signals(i) for i in np.flatnonzero(rules.speaks).tolist()}
        """The signals by rule of the texts of which a rule may speak."""
        self._unsay()
        self.kinds: Mapping[str, Floats] = {**scores.kinds, "threat": self._threats()}

    def _lower(self) -> None:
        """Where every word that drove a score is only mentioned, the score is lower."""
        scores = self._scores
        loud: list[int] = np.flatnonzero(self._rules.mentions & (scores.toxicity >= LOUD)).tolist()
        found = {i: mentioned(*told) for i in loud if (told := self._rules.told(i))}
        allowed = {i: places for i, places in found.items() if places}
        scores.spans(list(allowed))  # looked for at once
        for i, places in allowed.items():
            scores.put(i, lowered(scores.one(i), places))

    def _heard(self) -> list[tuple[FeedbackKind, ...]]:
        """The kinds of feedback; where something may be bait, what the rules make of it."""
        rules = self._rules
        foul = (self.toxicity >= LOUD) | rules.speaks
        kinds = heard(rules.kinds, self._scores.feedback, foul)
        for i in np.flatnonzero(rules.sells).tolist():
            kinds[i] = rules.kinds[i]
        return kinds

    def _threats(self) -> Floats:
        """Scores for threats; the words alone answer where the engine has no head for them."""
        threat, threatless = self._scores.kinds["threat"], self._scores.threatless
        by_words = np.zeros(threat.size)
        for i, signals in self.by_rule.items():
            by_words[i] = signals[0].value or 0.0
        return np.where(threatless, by_words, threat)

    def _unsay(self) -> None:
        """Where no people is named that hatred could be for, there is none; nor a threat where
        somebody announces a vote, a court or a protest."""
        scores, rules = self._scores, self._rules
        for i in np.flatnonzero(scores.kinds["hatred"] >= LOUD).tolist():
            if not (rules.peopled[i] and self._is_of_a_people(i)):
                scores.silence(i, "hatred")
        for i in np.flatnonzero(scores.kinds["menace"] >= LOUD).tolist():
            if rules.stays_lawful(i):
                scores.silence(i, "menace")

    def _is_of_a_people(self, i: int) -> bool:
        """Whether one is named in the sentences in and next to which hatred was heard; anywhere,
        where all sentences are next to one another or other words are louder."""
        text, rules = self._texts[i], self._rules
        if not rules.names_a_people(i, None):
            return False
        if self._scores.toxicity[i] >= QUEUE_POINT or sentences_around(text, 0, 0)[1] == len(text):
            return True
        marked = [s for s in self._scores.spans([i])[0] if s.label == "hatred"]
        if not marked:
            return True
        return rules.names_a_people(i, sentences_around(text, marked[0].start, marked[-1].end))

    def readings(self) -> list[Reading]:
        """A Reading of each text."""
        everyone = list(range(len(self.languages)))
        return self._readings(everyone, self._scores.spans(everyone))

    def readings_to_judge(self, wanted: list[int]) -> list[Reading]:
        """Readings of these texts without the words that drove the engine's scores: no rule asks
        for them."""
        return self._readings(wanted, repeat((), len(wanted)))

    def _readings(self, at: list[int], spans: Iterable[tuple[Span, ...]]) -> list[Reading]:
        by_engine = zip(*self._by_engine(at, spans), strict=True)
        return [self._reading(i, signals) for i, signals in zip(at, by_engine, strict=True)]

    def _by_engine(self, at: list[int], spans: Iterable[tuple[Span, ...]]) -> list[list[Signal]]:
        label, scores = self._signed.label, self._scores
        notes = [scores.notes[i] for i in at]
        toxicity = _signals("toxicity", scores.toxicity[at], label, spans, notes)
        kinds = [_signals(kind, self.kinds[kind][at], label) for kind in KINDS]
        for n, i in enumerate(at):
            if scores.threatless[i]:
                words = self.by_rule.get(i, NOTHING_FOUND)[0]
                quiet = words is NOTHING_FOUND[0]
                kinds[_THREAT][n] = _NO_THREAT if quiet else words._replace(name="threat")
        return [toxicity, *kinds]

    def _reading(self, i: int, by_engine: tuple[Signal, ...]) -> Reading:
        language, signed = self.languages[i], self._signed
        toxicity = by_engine[0].value
        coverage, note = signed.coverage(language, toxicity, self.notes[i])
        return Reading(
            language.language,
            coverage,
            note,
            by_engine + (self.by_rule.get(i) or self._rules.signals(i)),
            self.feedback[i],
            self._rules.moods[i],
            signed.engine,
            signed.version,
        )


def _signals(
    name: str,
    values: Floats,
    version: str,
    spans: Iterable[tuple[Span, ...]] = repeat(()),
    notes: Iterable[str] = repeat(""),
) -> list[Signal]:
    given = [None if value != value else value for value in values.tolist()]
    return list(map(Signal._make, zip(repeat(name), given, repeat(version), spans, notes)))


_THREAT = KINDS.index("threat")
_NO_THREAT = NOTHING_FOUND[0]._replace(name="threat")
