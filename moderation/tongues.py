"""English or Roman Urdu: a weight for each word, learnt from letter sequences and whole words.

No packaged language detector knows Roman Urdu (STACK.md 8), so a small table of our own ships
with the model. A word's weight is found once and kept; a text then costs one look-up a word.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from moderation.models.modelfile import ModelDamaged, read_model

Floats = npt.NDArray[np.float64]
Hashes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.intp]

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
        self._weights = _Weights(np.sign(small) * small * small * scale)

    def weight(self, word: str) -> float:
        """The weight of one word in any case."""
        return self._weights[word]

    def learn(self, words: Iterable[str]) -> None:
        """Weighs those of the words that are new, all at once: far cheaper than one by one."""
        self._weights.learn(words)

    def margin(self, words: Sequence[str]) -> float:
        """Log-odds that the words are Roman Urdu and not English."""
        total = sum(map(self._weights.__getitem__, words))
        return total / max(len(words), 1) ** 0.5 + self.bias


class _Weights(dict[str, float]):
    """The weight of each word met so far; a new one is worked out once."""

    def __init__(self, table: Floats) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, word: str) -> float:
        if len(self) >= _MEMO_LIMIT:  # hostile input must not fill the memory
            self.clear()
        ids = word_ids(word.lower())
        self[word] = found = sum(self._table[ids].tolist()) / len(ids) ** 0.5
        return found

    def learn(self, words: Iterable[str]) -> None:
        """Adds the new ones of these words, as long as there is room."""
        new = [w for w in words if w not in self and w.isascii()]
        if new and len(self) + len(new) < _MEMO_LIMIT:
            self.update(zip(new, self._weighed(new), strict=True))

    def _weighed(self, words: Sequence[str]) -> list[float]:
        padded = [f"^{w[:_LONGEST].lower()}$".encode() for w in words]
        letters = np.frombuffer(b"\0".join(padded), dtype=np.uint8)
        owner = np.cumsum(letters == 0)
        ids: list[Hashes] = []
        owners: list[Places] = []
        crc = np.full(letters.size, 0xFFFFFFFF, dtype=np.uint32)
        inside = np.ones(letters.size, dtype=bool)
        for size in _SIZES:  # each checksum goes on from that of one letter fewer
            length = max(letters.size - size + 1, 0)
            last = letters[size - 1 :]
            crc, inside = crc[:length], inside[:length] & (last != 0)
            crc = _CRC[(crc ^ last) & 0xFF] ^ (crc >> np.uint32(8))
            ids.append(~crc[inside])
            owners.append(owner[:length][inside])
        ids.append(np.array([zlib.crc32(p * 2) for p in padded], dtype=np.uint32))
        owners.append(np.arange(len(words)))
        found = np.concatenate(ids) >> np.uint32(32 - BITS)
        whose = np.concatenate(owners)
        total = np.bincount(whose, self._table[found], len(words))
        return (total / np.bincount(whose, minlength=len(words)) ** 0.5).tolist()


def _crc_table() -> Hashes:
    """The table of CRC-32 (IEEE 802.3, as zlib's): what one byte does."""
    out: list[int] = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0xEDB88320 if value & 1 else 0)
        out.append(value)
    return np.array(out, dtype=np.uint32)


_CRC = _crc_table()


@lru_cache(maxsize=1)
def shipped_tongues() -> LatinTongues:
    """The table that ships with the model, loaded once. Raises ModelDamaged."""
    return LatinTongues()
