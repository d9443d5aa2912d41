"""What every toxicity engine gives, whichever model stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isnan, nan
from types import MappingProxyType
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from data.reading import Coverage, Language, Span
from moderation.models.modelfile import ModelDamaged
from moderation.texts.page import Page

__all__ = ["KINDS", "EngineScore", "ModelDamaged", "Scores", "ScoresPages", "ToxicityEngine"]

Floats = npt.NDArray[np.float64]

KINDS = ("obscene", "slur", "insult", "threat", "menace", "hatred")
"""`threat` as the sets with labels mark it, `menace` as it is said to an office; `hatred` of a
people, which counts only where one is named."""
NO_SCORE = "not a score from 0 to 1"

_NO_KINDS: Mapping[str, float] = MappingProxyType({})
_NO_FEEDBACK: Mapping[str, Floats] = MappingProxyType({})


class EngineScore(NamedTuple):
    """One text's judgement. ``toxicity`` None means that the engine did not judge it: never zero.

    Scores are 0..1; 0.5 is the default operating point and 0.8 the severe one. ``spans`` are the
    characters of the original text that drove the score. ``feedback`` has the chance of each kind
    of feedback that the engine can tell.
    """

    toxicity: float | None
    kinds: Mapping[str, float] = _NO_KINDS
    spans: tuple[Span, ...] = ()
    note: str = ""
    feedback: Mapping[str, float] = _NO_KINDS


class ToxicityEngine(Protocol):
    """A model that judges texts. Same length and order always, also for none, one or long texts."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def covers(self, language: Language) -> Coverage:
        """Whether this engine was made and measured for `language`."""
        ...

    def score(self, texts: Sequence[str], languages: Sequence[Language]) -> list[EngineScore]:
        """One score for each text, in order; a language not covered gives toxicity None."""
        ...


class Scores:
    """What an engine says of many texts, by columns: numbers from 0 to 1, NaN where there is none.

    ``threatless`` tells of which judged texts it has no head for threats. ``look`` gives the spans
    of texts by their numbers; they are looked for once, and only where they are asked for.
    """

    __slots__ = (
        "_look",
        "_silent",
        "_spans",
        "feedback",
        "kinds",
        "notes",
        "threatless",
        "toxicity",
    )

    def __init__(
        self,
        toxicity: Floats,
        kinds: Mapping[str, Floats],
        notes: list[str],
        look: Callable[[Sequence[int]], Sequence[tuple[Span, ...]]],
        feedback: Mapping[str, Floats] = _NO_FEEDBACK,
    ) -> None:
        self.toxicity, self.kinds, self.notes, self.feedback = toxicity, kinds, notes, feedback
        self.threatless = np.isnan(kinds["threat"]) & ~np.isnan(toxicity)
        self._look = look
        self._spans: dict[int, tuple[Span, ...]] = {}
        self._silent: set[tuple[int, str]] = set()

    @classmethod
    def of(cls, scores: Sequence[EngineScore]) -> Scores:
        """The columns of scores; what is no number from 0 to 1 counts as not given."""
        toxicity = _column([s.toxicity for s in scores])
        kinds = {kind: _column([s.kinds.get(kind) for s in scores]) for kind in KINDS}
        notes = [s.note if s.toxicity is None else _told(s, s.toxicity) for s in scores]
        told = dict.fromkeys(kind for s in scores for kind in s.feedback)
        feedback = {kind: _column([s.feedback.get(kind) for s in scores]) for kind in told}
        out = cls(toxicity, kinds, notes, lambda at: [scores[i].spans for i in at], feedback)
        out.threatless &= np.array(["threat" not in s.kinds for s in scores], dtype=np.bool_)
        return out

    def spans(self, wanted: Sequence[int]) -> list[tuple[Span, ...]]:
        """The characters that drove the scores of these texts."""
        held = self._spans
        new = [i for i in wanted if i not in held]
        held.update(zip(new, self._look(new), strict=True))
        if not self._silent:
            return [held[i] for i in wanted]
        return [tuple(s for s in held[i] if (i, s.label) not in self._silent) for i in wanted]

    def silence(self, i: int, kind: str) -> None:
        """Takes back what is said of a kind in the i-th text, with the characters that drove it."""
        self.kinds[kind][i] = 0.0
        self._silent.add((i, kind))

    def all(self) -> list[EngineScore]:
        """What is said of each text."""
        everyone = range(len(self.notes))
        self.spans(everyone)  # looked for at once
        return [self.one(i) for i in everyone]

    def one(self, i: int) -> EngineScore:
        """What is said of the i-th text."""
        toxicity = float(self.toxicity[i])
        return EngineScore(
            toxicity=None if isnan(toxicity) else toxicity,
            kinds=_given(self.kinds, i),
            spans=self.spans([i])[0],
            note=self.notes[i],
            feedback=_given(self.feedback, i),
        )

    def put(self, i: int, score: EngineScore) -> None:
        """Says something else of the i-th text."""
        self.toxicity[i] = nan if score.toxicity is None else score.toxicity
        for kind, values in self.kinds.items():
            values[i] = score.kinds.get(kind, nan)
        self.notes[i], self._spans[i] = score.note, score.spans


def _given(columns: Mapping[str, Floats], i: int) -> Mapping[str, float]:
    """The numbers that the columns have for the i-th text."""
    found = {name: float(values[i]) for name, values in columns.items()}
    return {name: value for name, value in found.items() if not isnan(value)} or _NO_KINDS


def _column(values: Sequence[float | None]) -> Floats:
    out = np.array([nan if value is None else value for value in values], dtype=np.float64)
    out[~((out >= 0.0) & (out <= 1.0))] = nan
    return out


def _told(score: EngineScore, toxicity: float) -> str:
    given = 0.0 <= toxicity <= 1.0  # what is not finite is not between either
    return score.note if given else f"{NO_SCORE}: {toxicity}"


@runtime_checkable
class ScoresPages(Protocol):
    """An engine that gives columns, and can judge a page: texts whose chunks were looked up."""

    def score_page(self, page: Page, languages: Sequence[Language]) -> Scores:
        """`ToxicityEngine.score` of the page's texts, by columns."""
        ...

    def score_whole(self, texts: Sequence[str], languages: Sequence[Language]) -> Scores:
        """`ToxicityEngine.score` of texts that must be looked at whole, by columns."""
        ...
