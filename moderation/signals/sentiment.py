"""Sentiment, for trends only: it never raises or lowers a flag.

A sum of word weights (``words/mood.tsv``, made by ``moderation.training.mood``) over the folded
words and the cues of praise and complaint; the largest of negative, neutral and positive wins.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from data.reading import Sentiment
from moderation.signals.bits import bools_of
from moderation.signals.lexicon import Cues, Words
from moderation.signals.meanings import found_in, table_of
from moderation.signals.page_cues import PageCues
from moderation.signals.word_lists import WORDS
from moderation.texts.chunks import CodedColumn
from moderation.texts.codes import Places
from moderation.texts.hashes import Table, hashes_of
from moderation.texts.page import Page

BIAS = "<bias>"
_CUES = ("praise", "complaint", "problem", "request", "suggest", "negation", "view", "question")
_ALSO = {"complaint": ("complaint_word",), "negation": ("without",)}  # weighed as one
_NAMED = tuple(((cue, *_ALSO.get(cue, ())), f"<{cue}>") for cue in _CUES)
_MOST_WORDS = 400  # the mood of a longer text is told by its beginning


def features(words: Words, cues: Cues) -> list[str]:
    """What the weights are looked up by: each word once, and the cues in angle brackets."""
    if not cues:
        return list(dict.fromkeys(words.words[:_MOST_WORDS]))
    named = [name for of, name in _NAMED if cues.has(*of)]
    return [*dict.fromkeys(words.words[:_MOST_WORDS]), *named]


@cache
def _weights() -> dict[str, tuple[float, float]]:
    lines = (WORDS / "mood.tsv").read_text(encoding="utf-8").splitlines()
    parts = (line.split("\t") for line in lines)
    return {word: (float(negative), float(positive)) for word, negative, positive in parts}


def sentiments_on(page: Page, cues: PageCues) -> list[Sentiment | None]:
    """`sentiment_of` for each text of a page, given the cues of each."""
    begins = page.word_begins()
    negative, positive = _word_sums(page, begins)
    for of, more, less in _cue_weights():
        found = bools_of(cues.has(*of), len(cues))
        negative += more * found
        positive += less * found
    mood = np.where(negative >= positive, 0, 2)
    mood[np.maximum(negative, positive) <= 0.0] = 1
    mood[np.diff(begins) == 0] = 3
    return [_MOODS[n] for n in mood.tolist()]


_MOODS = (Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE, None)


def _word_sums(page: Page, begins: Places) -> npt.NDArray[np.float64]:
    """The weights of the words of each text, each word once, on top of the bias.

    The bias stands before the words, and bincount adds one after the other: sums are made in one
    order always, so that a tie is no matter of chance.
    """
    said, owner = page.words()
    rows = _ROWS.rows(page.chunks)[said]
    at = np.flatnonzero(rows)
    at = at[at - begins[owner[at]] < _MOST_WORDS]
    # By text and word, then by place: the first of each is kept.
    room = np.int64(said.size + 1)
    key = np.sort((owner[at] * np.int64(_weights_by_row().shape[1]) + rows[at]) * room + at)
    once = np.sort(key[np.diff(key // room, prepend=-1) != 0] % room)
    texts = np.arange(begins.size - 1)
    whose = np.concatenate([texts, owner[once]])
    row = np.concatenate([np.zeros_like(texts), rows[once]])
    sums = [np.bincount(whose, of[row], texts.size) for of in _weights_by_row()]
    return np.array(sums, dtype=np.float64)


@cache
def _weights_by_row() -> npt.NDArray[np.float64]:
    """The weights of the bias, and of each word by its row."""
    held = _weights()
    return np.array([held[BIAS], *held.values()]).T


@cache
def _table() -> Table:
    return table_of(hashes_of(list(_weights())))


_ROWS = CodedColumn(lambda new: found_in(_table(), new.hashes).astype(np.int32), "words")


@cache
def _cue_weights() -> list[tuple[tuple[str, ...], float, float]]:
    held = _weights()
    return [(of, *held[name]) for of, name in _NAMED if name in held]


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
