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

from data.reading import Coverage, Language, Reading
from moderation.judging.sheet import Rules, Sheet, Signed
from moderation.policies.policy_document import Lists
from moderation.signals.by_rule import judged_by, lexicon_with, rules_version
from moderation.signals.by_rule_page import page_by_rule, whole_by_rule
from moderation.signals.engine import (
    KINDS,
    NO_SCORE,
    EngineScore,
    Scores,
    ScoresPages,
    ToxicityEngine,
)
from moderation.signals.lexicon import words_of
from moderation.texts.language import LanguageReading, page_languages, read_languages
from moderation.texts.page import Page, stretches

NO_ENGINE = "no toxicity engine is loaded"
NO_WORDS = "no words to judge"
_GIVE_UP_AFTER = 3
_AT_ONCE = 4096  # texts
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
        signed = judged_by(self._version, rules_version()) if engine else ""
        self._signed = Signed(self._name, signed, self._label, self._coverage)
        self._covered: dict[LanguageReading, tuple[Coverage, str]] = {}

    @property
    def engine_name(self) -> str:
        """The engine's name and version as each score carries it; "none" without an engine."""
        return self._label

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """One Reading for each text, in order."""
        found: dict[int, Reading] = {}
        for places, sheet in self.sheets(texts):
            found.update(zip(places, sheet.readings(), strict=True))
        return [found[i] for i in range(len(texts))]

    def sheets(self, texts: Sequence[str]) -> Iterator[tuple[Sequence[int], Sheet]]:
        """The texts read by columns, a part at a time: their places among all, and their sheet."""
        odd: list[int] = []
        for start, end in stretches(texts, _AT_ONCE):
            page = Page(texts[start:end])
            even: list[int] = np.flatnonzero(page.even).tolist()
            odd += (np.flatnonzero(~page.even) + start).tolist()
            if even:
                yield [start + i for i in even], self._read_page(page.part(even))
        whole = [texts[i] for i in odd]
        for start, end in stretches(whole, _AT_ONCE):
            yield odd[start:end], self._read_whole(whole[start:end])

    def _read_page(self, page: Page) -> Sheet:
        """Texts that their chunks tell all of."""
        languages = page_languages(page)
        rules = page_by_rule(page, self._lexicon, self._lists)
        return self._sheet(page.texts, languages, rules, self._scores(page.texts, languages, page))

    def _read_whole(self, texts: Sequence[str]) -> Sheet:
        """Texts that must be looked at whole."""
        languages = read_languages(texts)
        words = words_of(texts)  # folds the batch; the engine finds it folded
        rules = whole_by_rule(words, self._lexicon, self._lists)
        return self._sheet(texts, languages, rules, self._scores(texts, languages))

    def _sheet(
        self, texts: Sequence[str], languages: list[LanguageReading], rules: Rules, scores: Scores
    ) -> Sheet:
        return Sheet(self._signed, languages, rules, scores, texts)

    def _scores(
        self, texts: Sequence[str], languages: Sequence[LanguageReading], page: Page | None = None
    ) -> Scores:
        """What the engine says; where it is at work but silent, a text without words is clean."""
        if self._engine is None:
            return Scores.of([_unscored(self._absent)] * len(texts))
        scores = self._asked(self._engine, texts, [reading.language for reading in languages], page)
        for i in np.flatnonzero(np.isnan(scores.toxicity)).tolist():
            if _wordless(languages[i]) and not scores.notes[i].startswith(NO_SCORE):
                scores.put(i, _WORDLESS)
        return scores

    def _asked(
        self,
        engine: ToxicityEngine,
        texts: Sequence[str],
        tongues: Sequence[Language],
        page: Page | None,
    ) -> Scores:
        try:
            if isinstance(engine, ScoresPages):
                if page is None:
                    return engine.score_whole(texts, tongues)
                return engine.score_page(page, tongues)
            return Scores.of(_counted(engine.score(texts, tongues), len(texts)))
        except Exception as error:  # noqa: BLE001 - foreign code: what it raises becomes a note
            if len(texts) == 1:
                return Scores.of([self._failed(error)])
        return Scores.of(self._one_by_one(engine, texts, tongues))

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

    def _coverage(
        self, language: LanguageReading, toxicity: float | None, told: str
    ) -> tuple[Coverage, str]:
        """How far a text was checked, given its toxicity and what the engine told of it."""
        if self._engine is None:
            return Coverage.NOT_CHECKED, self._absent
        if _wordless(language) and toxicity is not None:
            return Coverage.COVERED, NO_WORDS
        covered = self._covered.get(language)
        if covered is None:
            covered = self._covered[language] = self._spoken(self._engine, language)
        if covered[0] is not Coverage.NOT_COVERED and toxicity is None:
            return Coverage.NOT_CHECKED, told or f"{self.engine_name} gave no score"
        return covered

    def _spoken(self, engine: ToxicityEngine, language: LanguageReading) -> tuple[Coverage, str]:
        """How well a language is covered by the engine and by ourselves: the worse of the two."""
        worst = min(engine.covers(language.language), language.coverage, key=_WORST_FIRST.index)
        if worst is language.coverage:
            return worst, language.note
        return worst, f"{self.engine_name}: {language.language.value} is {_plain(worst)}"


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
