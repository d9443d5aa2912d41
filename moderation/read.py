"""Reading: from a text to all that is known of it before the policy speaks.

Fail closed: an engine that is missing, raises, or gives something that is no score leaves its
signals None with the reason in the note, and the comment becomes *not checked*; the signals that
need no engine are read all the same.

A text without words (emoji, numbers, a link alone) has nothing to judge: where the engine is at
work but silent on it, its toxicity is 0 with that note, so that it does not fill the queue.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from data.model import Coverage, Language, Reading, Signal
from moderation.language import LanguageReading, page_languages, read_languages
from moderation.page import Page
from moderation.policy_document import Lists
from moderation.signals.by_rule import NOTHING_FOUND, lexicon_with, signals_by_rule
from moderation.signals.by_rule_page import ByRule, page_by_rule
from moderation.signals.engine import KINDS, EngineScore, ScoresPages, ToxicityEngine
from moderation.signals.feedback import feedback_kinds
from moderation.signals.lexicon import Words, words_of
from moderation.signals.mention import SIGNS, lowered
from moderation.signals.sentiment import sentiment_of

NO_ENGINE = "no toxicity engine is loaded"
NO_WORDS = "no words to judge"
_GIVE_UP_AFTER = 3
_AT_ONCE, _CHARACTERS_AT_ONCE = 1024, 200_000
_WORST_FIRST = (Coverage.NOT_CHECKED, Coverage.NOT_COVERED, Coverage.WEAK, Coverage.COVERED)
_WORDLESS = EngineScore(toxicity=0.0, kinds=dict.fromkeys(KINDS, 0.0), note=NO_WORDS)


class Reader:
    """Reads texts with one toxicity engine and the organisation's lists."""

    def __init__(
        self, engine: ToxicityEngine | None, *, lists: Lists | None = None, absent: str = NO_ENGINE
    ) -> None:
        """``absent`` says why there is no engine, when ``engine`` is None."""
        self._engine = engine
        self._absent = absent
        self._lists = lists or Lists()
        self._lexicon = lexicon_with(self._lists.watch_words)
        self._name = engine.name if engine else "none"
        self._version = engine.version if engine else ""
        self._label = f"{self._name} {self._version}".rstrip()
        self._covered: dict[LanguageReading, tuple[Coverage, str]] = {}

    @property
    def engine_name(self) -> str:
        """The engine's name and version as each score carries it; "none" without an engine."""
        return self._label

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """One Reading for each text, in order."""
        return [reading for part in _parts(texts) for reading in self._read(part)]

    def _read(self, texts: Sequence[str]) -> list[Reading]:
        page = Page(texts)
        if page.even.all():
            return self._read_page(page)
        even, odd = np.flatnonzero(page.even).tolist(), np.flatnonzero(~page.even).tolist()
        found = self._read_page(page.part(even)) + self._read_whole([texts[i] for i in odd])
        at = {i: reading for i, reading in zip([*even, *odd], found, strict=True)}
        return [at[i] for i in range(len(texts))]

    def _read_page(self, page: Page) -> list[Reading]:
        """Readings of texts that their chunks tell all of."""
        if not page.texts:
            return []
        languages = page_languages(page)
        by_rule = page_by_rule(page, self._lexicon, self._lists)
        scores = self._scores(page.texts, [reading.language for reading in languages], page)
        return list(map(self._reading, languages, scores, by_rule))

    def _read_whole(self, texts: Sequence[str]) -> list[Reading]:
        """Readings of texts that must be looked at whole."""
        languages = read_languages(texts)
        words = words_of(texts)  # folds the batch; the engine finds it folded
        by_rule = list(map(self._by_rule, words))
        scores = self._scores(texts, [reading.language for reading in languages])
        return list(map(self._reading, languages, scores, by_rule))

    def _by_rule(self, words: Words) -> ByRule:
        cues = self._lexicon.find(words.words)
        kinds = feedback_kinds(words, cues)
        signals = signals_by_rule(words.text, words, cues, kinds, self._lists)
        told = None if SIGNS.isdisjoint(cues) else (words, cues)
        return ByRule(kinds, sentiment_of(words, cues), signals, told)

    def _reading(self, language: LanguageReading, score: EngineScore, by_rule: ByRule) -> Reading:
        if self._engine is not None and score.toxicity is None and _wordless(language):
            score = _WORDLESS
        if by_rule.told is not None:
            score = lowered(score, *by_rule.told)
        coverage, note = self._coverage(language, score)
        kinds, mood, signals, _ = by_rule
        return Reading(
            language=language.language,
            coverage=coverage,
            coverage_note=note,
            signals=(*_signals(score, self._label, signals[0]), *signals),
            feedback=kinds,
            sentiment=mood,
            engine=self._name,
            engine_version=self._version,
        )

    def _scores(
        self, texts: Sequence[str], tongues: Sequence[Language], page: Page | None = None
    ) -> list[EngineScore]:
        if self._engine is None:
            return [_unscored(self._absent)] * len(texts)
        try:
            if page is not None and isinstance(self._engine, ScoresPages):
                return _counted(self._engine.score_page(page, tongues), len(texts))
            return _counted(self._engine.score(texts, tongues), len(texts))
        except Exception as error:  # noqa: BLE001 - foreign code: what it raises becomes a note
            if len(texts) == 1:
                return [self._failed(error)]
        return self._one_by_one(self._engine, texts, tongues)

    def _one_by_one(
        self, engine: ToxicityEngine, texts: Sequence[str], tongues: Sequence[Language]
    ) -> list[EngineScore]:
        """The batch again, text by text, so that one bad text does not leave the others unread."""
        scores: list[EngineScore] = []
        in_a_row = 0
        for text, tongue in zip(texts, tongues, strict=True):
            if in_a_row >= _GIVE_UP_AFTER:
                scores.append(scores[-1])
                continue
            try:
                scores += _counted(engine.score([text], [tongue]), 1)
                in_a_row = 0
            except Exception as error:  # noqa: BLE001 - as above
                scores.append(self._failed(error))
                in_a_row += 1
        return scores

    def _failed(self, error: Exception) -> EngineScore:
        # The kind of error only: its message may hold the comment's text.
        return _unscored(f"{self.engine_name} failed with {type(error).__name__}")

    def _coverage(self, language: LanguageReading, score: EngineScore) -> tuple[Coverage, str]:
        if self._engine is None:
            return Coverage.NOT_CHECKED, self._absent
        if _wordless(language) and score.toxicity is not None:
            return Coverage.COVERED, NO_WORDS
        covered = self._covered.get(language)
        if covered is None:
            covered = self._covered[language] = self._spoken(self._engine, language)
        if covered[0] is not Coverage.NOT_COVERED and _number(score.toxicity) is None:
            return Coverage.NOT_CHECKED, score.note or f"{self.engine_name} gave no score"
        return covered

    def _spoken(self, engine: ToxicityEngine, language: LanguageReading) -> tuple[Coverage, str]:
        """How well a language is covered by the engine and by ourselves: the worse of the two."""
        worst = min(engine.covers(language.language), language.coverage, key=_WORST_FIRST.index)
        if worst is language.coverage:
            return worst, language.note
        return worst, f"{self.engine_name}: {language.language.value} is {_plain(worst)}"


def _parts(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """The texts in parts, few enough at a time to bound the memory."""
    start = size = 0
    for end, text in enumerate(texts):
        if end - start >= _AT_ONCE or size >= _CHARACTERS_AT_ONCE:
            yield texts[start:end]
            start, size = end, 0
        size += len(text)
    if start < len(texts):
        yield texts[start:]


def _wordless(language: LanguageReading) -> bool:
    return language.language is Language.UND and language.coverage is Coverage.NOT_COVERED


def _plain(coverage: Coverage) -> str:
    return coverage.value.replace("_", " ")


def _unscored(note: str) -> EngineScore:
    return EngineScore(toxicity=None, note=note)


def _counted(scores: list[EngineScore], count: int) -> list[EngineScore]:
    if len(scores) != count:
        raise ValueError(f"{len(scores)} scores for {count} texts")
    return scores


def _number(value: float | None) -> float | None:
    """A score as it may be used: a finite number from 0 to 1, else None."""
    if value is None or not 0.0 <= value <= 1.0:  # what is not finite is not between either
        return None
    return float(value)


def _signals(score: EngineScore, version: str, threat_words: Signal) -> tuple[Signal, ...]:
    toxicity, kinds, note = _number(score.toxicity), score.kinds, score.note
    if toxicity is None and score.toxicity is not None:
        note = f"not a score from 0 to 1: {score.toxicity}"
    obscene, slur, insult, threat = map(_number, map(kinds.get, KINDS))
    if toxicity is not None and "threat" not in kinds:
        # An engine that has no head for threats in this language: the words alone answer.
        quiet = threat_words is _NO_THREAT_WORDS
        last = _NO_THREAT if quiet else threat_words._replace(name="threat")
    else:
        last = Signal("threat", threat, version)
    return (
        Signal("toxicity", toxicity, version, score.spans, note),
        Signal("obscene", obscene, version),
        Signal("slur", slur, version),
        Signal("insult", insult, version),
        last,
    )


_NO_THREAT_WORDS = NOTHING_FOUND[0]
_NO_THREAT = _NO_THREAT_WORDS._replace(name="threat")
