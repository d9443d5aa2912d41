"""The stretch of a text that explains why a sentence was heard: never a small word by itself.

A head that learnt from sentences hears much in small words: "your", "tumhein" stand in most
threats and in most civil talk too. So each word of the loudest sentence is left out in turn, the
stretch is found that lowers the score most, and a short clause that it cuts into is marked whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from moderation.signals.function_words import function_words
from moderation.signals.hidden import Token
from moderation.texts.text import Folded

Floats = npt.NDArray[np.float64]
Weigh = Callable[[Sequence[str]], Floats]
"""Raw scores of folded and repaired texts."""

_MOST = 40  # words that are taken for one sentence
_CLAUSE = 16  # words of a clause that is marked whole
_COST = 0.08  # of the strongest word's: what a word must bring to be marked for its own sake
_ENDS = re.compile(r"[.!?](?=\s|$)")


def driving(folded: Folded, tokens: Sequence[Token], weigh: Weigh) -> tuple[int, int] | None:
    """The stretch [start, end) of the folded text; None where there are small words alone."""
    sentences = _sentences(folded.text, tokens)
    if not sentences:
        return None
    loudest = sentences[int(weigh(list(map(_said, sentences))).argmax())]
    first, last = _widest(folded.text, loudest, *_strongest(_effects(loudest, weigh)))
    return loudest[first].start, loudest[last].end


def _said(tokens: Sequence[Token]) -> str:
    return " ".join([t.word for t in tokens])


def _sentences(text: str, tokens: Sequence[Token]) -> list[list[Token]]:
    """The words by sentences, those left out that have small words alone."""
    found: list[list[Token]] = [[]]
    for token in tokens:
        held = found[-1]
        if held and (len(held) == _MOST or _ENDS.search(text, held[-1].end, token.start)):
            found.append([])
        found[-1].append(token)
    return [held for held in found if any(map(_tells, held))]


def _tells(token: Token) -> bool:
    return token.word not in function_words() and any(map(str.isalpha, token.word))


def _effects(sentence: Sequence[Token], weigh: Weigh) -> Floats:
    """By how much the score falls without each word."""
    without = [_said([*sentence[:n], *sentence[n + 1 :]]) for n in range(len(sentence))]
    raw = weigh([_said(sentence), *without])
    return raw[0] - raw[1:]


def _strongest(effects: Floats) -> tuple[int, int]:
    """The first and the last word of the stretch with the greatest sum."""
    worth = np.concatenate([[0.0], np.cumsum(effects - _COST * effects.max())])
    low = np.minimum.accumulate(worth[:-1])
    last = int((worth[1:] - low).argmax())
    return int(worth[: last + 1].argmin()), last


def _widest(text: str, sentence: Sequence[Token], first: int, last: int) -> tuple[int, int]:
    """The stretch with the short clauses it begins and ends in, and a word that tells something."""
    for start, end in _clauses(text, sentence):
        if end - start < _CLAUSE and start <= first <= end:
            first = start
        if end - start < _CLAUSE and start <= last <= end:
            last = end
    tells = [n for n, token in enumerate(sentence) if _tells(token)]
    if not any(first <= n <= last for n in tells):
        near = min(tells, key=lambda n: (max(first - n, n - last), -n))
        return min(first, near), max(last, near)
    return first, last


def _clauses(text: str, sentence: Sequence[Token]) -> list[tuple[int, int]]:
    """The first and last word of each clause: between its words no mark stands."""
    ends = [
        n
        for n, (one, other) in enumerate(pairwise(sentence))
        if text[one.end : other.start].strip()
    ]
    return list(zip([0, *(n + 1 for n in ends)], [*ends, len(sentence) - 1], strict=True))
