"""Words that rise among comments without a theme: candidates for people to name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

import polars as pl

_WORD = re.compile(r"[^\W\d_]{3,}")
LEAST_Z = 3.0
LEAST_N = 3
# Words that carry no topic in the four languages; short ones are left out by length already.
_EMPTY = frozenset(
    " ".join(
        (
            "the and for are was you not but with this that have has from your they all can will",
            "our who what when please sir just very more been there here their them than",
            "then also only",
            "hai hain nahi nahin aur kar karo karen kya yeh woh koi bhi sab liye mein main hum",
            "aap apna apne apni tha thi kuch jab tak bohat bahut raha rahe rahi kiya kion kyun",
            "اور کیا ہیں نہیں بھی لیے میں کہ سے تھا تھی کچھ جب تک بہت رہا رہے رہی جو گیا",
            "من في على الى هذا هذه التي الذي كان عن هل مع",
        )
    ).split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """A word with how many comments hold it now, how many were to be expected, and how far off."""

    word: str
    n: int
    expected: float
    z: float


def burst_terms(now: pl.DataFrame, history: pl.DataFrame, limit: int = 20) -> list[Burst]:
    """Words of ``now`` far above their share in ``history`` (z >= 3, n >= 3), the farthest first.

    Frames have ``text_search``: folded texts in which no theme was found. Each comment counts a
    word once. With no history nothing is a burst: there is nothing to be above of.
    """
    if now.is_empty() or history.is_empty():
        return []
    fresh, old = _documents(now["text_search"]), _documents(history["text_search"])
    scale = now.height / history.height
    found = [_burst(word, n, old[word], scale) for word, n in fresh.items() if n >= LEAST_N]
    rising = [b for b in found if b.z >= LEAST_Z]
    return sorted(rising, key=lambda b: (-b.z, -b.n, b.word))[:limit]


def _documents(texts: Iterable[str]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update(set(_WORD.findall(text)) - _EMPTY)
    return counted


def _burst(word: str, n: int, before: int, scale: float) -> Burst:
    # Half a comment is added to the past, so that a word never met does not divide by nothing.
    expected = (before + 0.5) * scale
    return Burst(word=word, n=n, expected=expected, z=(n - expected) / sqrt(expected))
