"""Readings and engines for the tests of reading and judging."""

from __future__ import annotations

from collections.abc import Sequence

from data.model import Coverage, FeedbackKind, Language, Reading, Sentiment, Signal
from moderation.signals.engine import KINDS, EngineScore

CLEAN: dict[str, float | None] = {
    "toxicity": 0.02,
    "obscene": 0.0,
    "slur": 0.0,
    "insult": 0.01,
    "threat": 0.0,
    "threat_words": 0.0,
    "sectarian": 0.0,
    "personal_data": 0.0,
    "own_contact": 0.0,
    "spam": 0.0,
}


def a_reading(
    *,
    language: Language = Language.EN,
    coverage: Coverage = Coverage.COVERED,
    feedback: tuple[FeedbackKind, ...] = (FeedbackKind.OTHER,),
    **values: float | None,
) -> Reading:
    """A clean, covered reading, with the named signals changed."""
    all_values = CLEAN | values
    return Reading(
        language=language,
        coverage=coverage,
        coverage_note="",
        signals=tuple(Signal(name=n, value=v, version="fake 1") for n, v in all_values.items()),
        feedback=feedback,
        sentiment=Sentiment.NEUTRAL,
        engine="fake",
        engine_version="1",
    )


class WordEngine:
    """Scores 0.9 where a listed word stands, else 0.05; covers what it is told to cover."""

    name = "fake"
    version = "1"

    def __init__(self, *words: str, covered: Sequence[Language] | None = None) -> None:
        self.words = words
        self.covered = tuple(Language) if covered is None else tuple(covered)
        self.asked: list[int] = []

    def covers(self, language: Language) -> Coverage:
        return Coverage.COVERED if language in self.covered else Coverage.NOT_COVERED

    def score(self, texts: Sequence[str], languages: Sequence[Language]) -> list[EngineScore]:
        self.asked.append(len(texts))
        return [self.one(t, x) for t, x in zip(texts, languages, strict=True)]

    def one(self, text: str, language: Language) -> EngineScore:
        if language not in self.covered:
            return EngineScore(toxicity=None, note="not covered")
        bad = any(word in text for word in self.words)
        kinds = dict.fromkeys(KINDS, 0.0) | {"insult": 0.9 if bad else 0.0}
        return EngineScore(toxicity=0.9 if bad else 0.05, kinds=kinds)


class DeadEngine(WordEngine):
    """Raises for every call."""

    def score(self, texts: Sequence[str], languages: Sequence[Language]) -> list[EngineScore]:
        self.asked.append(len(texts))
        raise RuntimeError("weights are gone")


class PickyEngine(WordEngine):
    """Raises where a batch holds the text "poison"."""

    def score(self, texts: Sequence[str], languages: Sequence[Language]) -> list[EngineScore]:
        if "poison" in texts:
            raise ValueError("cannot read this one")
        return super().score(texts, languages)
