"""English or Roman Urdu: a weight for each word, learnt from letter sequences and whole words.

No packaged language detector knows Roman Urdu (STACK.md 8), so a small table of our own ships
with the model. A word's weight is found once and kept; a text then costs one look-up a word.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np

from moderation.models.modelfile import ModelDamaged, read_model

BITS = 15
LANGUAGE_FILE = "language.sunwai"
_SIZES = (1, 2, 3, 4)
_MEMO_LIMIT = 200_000
_LONGEST = 24  # letters of a word that are looked at


def word_ids(word: str) -> list[int]:
    """The features of one lower-case word: its letter sequences with both ends, and itself."""
    padded = f"^{word[:_LONGEST]}$"
    parts = [padded[i : i + n] for n in _SIZES for i in range(len(padded) - n + 1)]
    return [zlib.crc32(p.encode("utf-8", "replace")) >> (32 - BITS) for p in [*parts, padded * 2]]


class LatinTongues:
    """Weighs words: above zero speaks for Roman Urdu, below for English."""

    def __init__(self, folder: Path | None = None) -> None:
        """Raises ModelDamaged when the table is missing or altered."""
        model = read_model((folder or Path(__file__).parent / "models") / LANGUAGE_FILE)
        try:
            small = model.arrays["table"].astype(np.float64) / 127
            scale, self.bias = float(model.facts["scale"]), float(model.facts["bias"])
        except KeyError as fault:
            raise ModelDamaged(f"{LANGUAGE_FILE}: {fault} is missing") from fault
        self._table: list[float] = (np.sign(small) * small * small * scale).tolist()
        self._memo: dict[str, float] = {}

    def weight(self, word: str) -> float:
        """The weight of one word in any case."""
        held = self._memo.get(word)
        if held is None:
            if len(self._memo) > _MEMO_LIMIT:
                self._memo.clear()
            ids = word_ids(word.lower())
            held = self._memo[word] = sum(self._table[i] for i in ids) / len(ids) ** 0.5
        return held

    def margin(self, words: Iterable[str]) -> float:
        """Log-odds that the words are Roman Urdu and not English."""
        total, count = 0.0, 0
        for word in words:
            total += self.weight(word)
            count += 1
        return total / max(count, 1) ** 0.5 + self.bias


@lru_cache(maxsize=1)
def shipped_tongues() -> LatinTongues:
    """The table that ships with the model, loaded once. Raises ModelDamaged."""
    return LatinTongues()
