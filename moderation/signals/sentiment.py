"""Sentiment, for trends only: it never raises or lowers a flag.

A sum of word weights (``words/mood.tsv``, made by ``moderation.training.mood``) over the folded
words and the cues of praise and complaint; the largest of negative, neutral and positive wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from data.model import Sentiment
from moderation.page import Column, Page
from moderation.signals.lexicon import Cues, PageWords, Words
from moderation.signals.word_lists import WORDS

VERSION = "words 1"
BIAS = "<bias>"
_CUES = ("praise", "complaint", "problem", "request", "suggest", "negation", "view", "question")
_NAMED = tuple((cue, f"<{cue}>") for cue in _CUES)
_MOST_WORDS = 400  # the mood of a longer text is told by its beginning


def features(words: Words, cues: Cues) -> list[str]:
    """What the weights are looked up by: each word once, and the cues in angle brackets."""
    if not cues:
        return list(dict.fromkeys(words.words[:_MOST_WORDS]))
    named = [name for cue, name in _NAMED if cue in cues]
    return [*dict.fromkeys(words.words[:_MOST_WORDS]), *named]


@cache
def _weights() -> dict[str, tuple[float, float]]:
    lines = (WORDS / "mood.tsv").read_text(encoding="utf-8").splitlines()
    parts = (line.split("\t") for line in lines)
    return {word: (float(negative), float(positive)) for word, negative, positive in parts}


def sentiments_on(page: Page, cues: Sequence[Cues]) -> list[Sentiment | None]:
    """`sentiment_of` for each text of a page, given the cues of each."""
    said, owner = page.words()
    rows = _MOODS.rows(page.chunks)
    counts = np.bincount(owner, minlength=len(page.texts))
    if counts.max(initial=0) > _MOST_WORDS:
        return [sentiment_of(PageWords(page, i), of) for i, of in enumerate(cues)]
    heavy = rows[said, 2] != 0
    said, owner = said[heavy], owner[heavy]
    _, once = np.unique(owner * (len(page.chunks.words) + 1) + said, return_index=True)
    once.sort()
    # The bias stands before the words of each text, and bincount adds one after the other: sums
    # are made in one order always, so that a tie is no matter of chance.
    texts = np.arange(len(page.texts))
    begins = np.searchsorted(owner[once], texts)
    weights = np.insert(rows[said[once], :2], begins, _weights()[BIAS], axis=0)
    whose = np.insert(owner[once], begins, texts)
    sums = zip(
        *(np.bincount(whose, column, len(texts)).tolist() for column in weights.T), strict=True
    )
    return [
        _told(negative, positive, of) if n else None
        for (negative, positive), of, n in zip(sums, cues, counts.tolist(), strict=True)
    ]


def _told(negative: float, positive: float, cues: Cues) -> Sentiment:
    if cues:
        for cue, more, less in _cue_weights():
            if cue in cues:
                negative += more
                positive += less
    if max(negative, positive) <= 0.0:
        return Sentiment.NEUTRAL
    return Sentiment.NEGATIVE if negative >= positive else Sentiment.POSITIVE


@cache
def _cue_weights() -> list[tuple[str, float, float]]:
    held = _weights()
    return [(cue, *held[name]) for cue, name in _NAMED if name in held]


def _moods(words: Sequence[str]) -> npt.NDArray[np.float64]:
    """The weights of each word, and whether it has any."""
    held = _weights()
    return np.array(
        [(*held[w], 1.0) if w in held else (0.0, 0.0, 0.0) for w in words], dtype=np.float64
    ).reshape(len(words), 3)


_MOODS = Column(_moods, "words")


def sentiment_of(words: Words, cues: Cues) -> Sentiment | None:
    """Negative, neutral or positive; None for a text without words."""
    if not words.words:
        return None
    weights = _weights()
    negative, positive = weights[BIAS]
    for pair in map(weights.get, features(words, cues)):
        if pair is not None:
            negative += pair[0]
            positive += pair[1]
    if max(negative, positive) <= 0.0:
        return Sentiment.NEUTRAL
    return Sentiment.NEGATIVE if negative >= positive else Sentiment.POSITIVE
