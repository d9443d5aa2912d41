"""One language's rows made ready for learning: hidden copies, features, folds and weights."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from data.model import Language
from moderation.signals.hidden import HiddenWords, word_hash
from moderation.texts.text import fold_text
from moderation.training import fit, words
from moderation.training.attacks import hidden_copy
from moderation.training.corpus import Row, source_weights
from moderation.training.invented import SOURCE as INVENTED

__all__ = ["INVENTED", "Bench", "prepare"]

_FOLDS = 3
_HIDDEN_SHARE, _HIDDEN_ARABIC, _HIDDEN_CIVIL = 0.35, 0.7, 0.10  # of rows that get a hidden copy
_CIVIL_WEIGHT = {Language.UR: 2.0, Language.AR: 1.5}  # chosen on dev
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One language's rows made ready: texts as judged, features, folds and weights."""

    language: Language
    rows: Sequence[Row]
    original: Bools
    judged: Sequence[str]
    counted: Any  # every feature, names blinded: what is learnt from is what is judged
    words: Any  # words and pairs alone
    group: npt.NDArray[np.int64]
    weight: Floats
    lexicon: HiddenWords

    @property
    def roman(self) -> bool:
        return self.language is Language.UR_LATN

    def counts_of(self, texts: Sequence[str]) -> Any:
        """Every feature of texts as they were written."""
        judged = [self.lexicon.repair(fold_text(t)) for t in texts]
        return fit.counts(judged, roman=self.roman)


def _with_copies(
    rows: Sequence[Row], lexicon: HiddenWords, language: Language, seed: int
) -> tuple[list[Row], list[str]]:
    chance = random.Random(seed)
    labelled = _HIDDEN_ARABIC if language is Language.AR else _HIDDEN_SHARE
    share = {False: labelled, True: _HIDDEN_CIVIL}
    texts = [fold_text(r.text) for r in rows]
    more = [
        (row, fold_text(hidden_copy(text, lexicon.targets, chance)))
        for row, text in zip(rows, texts, strict=True)
        if chance.random() < share[row.civil]
    ]
    return [*rows, *(r for r, _ in more)], [*texts, *(t for _, t in more)]


def prepare(rows: Sequence[Row], language: Language, listed: Sequence[str], seed: int) -> Bench:
    """The rows of one language as features, hidden copies after the originals."""
    mine = [r for r in rows if r.language is language]
    real = [r for r in mine if r.source != INVENTED]
    lexicon = words.learn_lexicon(real, language, listed)
    roman = language is Language.UR_LATN
    full, texts = _with_copies(mine, lexicon, language, seed)
    judged = [lexicon.repair(t) for t in texts]
    return Bench(
        language=language,
        rows=full,
        original=np.arange(len(full)) < len(mine),
        judged=judged,
        counted=fit.counts(judged, roman=roman),
        words=fit.word_counts(judged, roman=roman),
        group=np.array([word_hash(r.id) % _FOLDS for r in full], dtype=np.int64),
        weight=_weights(full, language),
        lexicon=lexicon,
    )


def _weights(rows: list[Row], language: Language) -> Floats:
    more = _CIVIL_WEIGHT.get(language, 1.0)
    return np.array(source_weights(rows)) * np.array([more if r.civil else 1.0 for r in rows])
