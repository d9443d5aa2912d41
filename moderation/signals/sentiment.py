"""Sentiment, for trends only: it never raises or lowers a flag.

A sum of word weights (``words/mood.tsv``, made by ``moderation.training.mood``) over the folded
words and the cues of praise and complaint; the largest of negative, neutral and positive wins.
"""

from __future__ import annotations

from functools import cache

from data.model import Sentiment
from moderation.signals.lexicon import WORDS, Cues, Words

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
