"""English or Roman Urdu: a weight for each word, learnt from letter sequences and whole words.

No packaged language detector knows Roman Urdu (STACK.md 8), so a small table of our own ships
with the model.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from moderation.models.modelfile import ModelDamaged, read_model
from moderation.texts.strung import Coded

Floats = npt.NDArray[np.float64]
Hashes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.intp]

BITS = 15
LANGUAGE_FILE = "language.sunwai"
_SIZES = (1, 2, 3, 4)
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
        model = read_model((folder or Path(__file__).parents[1] / "models") / LANGUAGE_FILE)
        try:
            small = model.arrays["table"].astype(np.float64) / 127
            scale, self.bias = float(model.facts["scale"]), float(model.facts["bias"])
        except KeyError as fault:
            raise ModelDamaged(f"{LANGUAGE_FILE}: {fault} is missing") from fault
        self._table: Floats = np.sign(small) * small * small * scale

    def weight(self, word: str) -> float:
        """The weight of one word in any case."""
        ids = word_ids(word.lower())
        return sum(self._table[ids].tolist()) / len(ids) ** 0.5

    def margin(self, words: Sequence[str]) -> float:
        """Log-odds that the words are Roman Urdu and not English."""
        return sum(map(self.weight, words)) / max(len(words), 1) ** 0.5 + self.bias

    def weights(self, words: Coded) -> Floats:
        """The weight of each word: the same as `weight`, those of ASCII letters all at once."""
        far = np.add.reduceat(words.codes >= 0x80, words.begins[:-1], dtype=np.intp) > 1
        out = np.zeros(words.hashes.size)
        near = np.flatnonzero(~far)
        if near.size:
            out[near] = self._of_ascii(words.picked(near))
        for n in np.flatnonzero(far).tolist():
            out[n] = self.weight(words.string(n))
        return out

    def _of_ascii(self, words: Coded) -> Floats:
        padded = _padded(words)
        letters = np.frombuffer(padded, dtype=np.uint8)[:-1]
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
            ids.append(~crc.compress(inside))
            owners.append(owner[:length].compress(inside))
        whole = [zlib.crc32(p, zlib.crc32(p)) for p in padded.split(b"\0")[:-1]]
        ids.append(np.array(whole, dtype=np.uint32))
        owners.append(np.arange(len(whole)))
        found = np.concatenate(ids) >> np.uint32(32 - BITS)
        whose = np.concatenate(owners)
        total = np.bincount(whose, self._table[found], len(whole))
        return total / np.bincount(whose, minlength=len(whole)) ** 0.5


def _padded(words: Coded) -> bytes:
    """Words of ASCII letters in lower case, "^" before and "$" and a zero behind each; no more of
    a long one than is looked at."""
    sizes = np.minimum(np.diff(words.begins) - 1, _LONGEST)
    ends = np.cumsum(sizes + 3)
    begins = ends - sizes - 3
    at = np.repeat(words.begins[:-1] - begins - 1, sizes + 3) + np.arange(int(ends[-1]))
    out = _LOWER[words.codes.take(at, mode="clip") & 0x7F]
    out[begins], out[ends - 2], out[ends - 1] = ord("^"), ord("$"), 0
    return out.tobytes()


def _crc_table() -> Hashes:
    """The table of CRC-32 (IEEE 802.3, as zlib's): what one byte does."""
    out: list[int] = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0xEDB88320 if value & 1 else 0)
        out.append(value)
    return np.array(out, dtype=np.uint32)


_CRC = _crc_table()
_LOWER = np.frombuffer(bytes(range(0x80)).lower(), dtype=np.uint8)


@lru_cache(maxsize=1)
def shipped_tongues() -> LatinTongues:
    """The table that ships with the model, loaded once. Raises ModelDamaged."""
    return LatinTongues()
