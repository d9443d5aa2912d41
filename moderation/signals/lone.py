"""The features of one word by itself, in few steps: what `grams` gives, without a sheet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from moderation.signals.grams import (
    CLASS,
    POWERS,
    SALT,
    SEED,
    SOUND,
    SPACE,
    STEP,
    Codes,
    scrambled,
)


@dataclass(frozen=True, slots=True)
class Lone:
    """The features of one word by itself, letter sequences first, and its hashes for pairs."""

    letters: Codes
    said: Codes  # the word and, where it sounds, its sound
    hashed: np.uint32
    heard: np.uint32 | None


_LARGEST = 6
_LONGEST_LONE = 60


def lone_word(word: str, *, roman: bool) -> Lone | None:
    """What `letter_features` and `word_parts` give for one word, in a few steps.

    None where it must be laid out: no word, more than one, or a very long one.
    """
    raw = np.frombuffer(word.encode("utf-32-le", "replace"), dtype=np.uint32)
    inside = CLASS[np.minimum(raw, 0x1FFFF)]
    at = np.flatnonzero(inside != SPACE)
    if at.size:
        inside = inside[at[0] : at[-1] + 1]  # marks at either end are blanks
    if not 0 < at.size == inside.size <= _LONGEST_LONE or inside.min() < SPACE:
        return None
    codes = np.concatenate([_ONE_SPACE, inside, _ONE_SPACE])
    rolled = (codes ^ np.uint32(SEED)) * np.uint32(STEP)
    found: list[Codes] = []
    for size in range(2, min(_LARGEST, codes.size) + 1):
        rolled = (rolled[:-1] ^ codes[size - 1 :]) * np.uint32(STEP)
        found.append(rolled)
    letters = scrambled(np.concatenate(found) ^ _lone_salts(codes.size))
    hashed, heard = _hashed(inside), _sound_of(inside) if roman else None
    said = [hashed ^ _SAID] if heard is None else [hashed ^ _SAID, heard ^ _HEARD]
    return Lone(letters, scrambled(np.array(said, dtype=np.uint32)), hashed, heard)


def _hashed(codes: Codes) -> np.uint32:
    return ((codes + np.uint32(7)) * POWERS[: codes.size]).sum(dtype=np.uint32)


def _sound_of(inside: Codes) -> np.uint32 | None:
    """The hash of the word as `sounds` would leave it, None where nothing is heard."""
    heard = np.where(inside < 128, SOUND[np.minimum(inside, 127)], inside)
    keep = heard != 1
    keep[1:] &= heard[1:] != heard[:-1]
    left = heard[keep]
    return _hashed(left) if left.size else None


_ONE_SPACE = np.full(1, 32, dtype=np.uint32)
_SAID, _HEARD = (np.uint32((k * SALT) & 0xFFFFFFFF) for k in (2 * 16 + 9, 3 * 16 + 9))


@cache
def _lone_salts(size: int) -> Codes:
    """The salts of the letter sequences of a word that is so long with its blanks."""
    kinds = range(2, min(_LARGEST, size) + 1)
    return np.concatenate(
        [np.full(size - k + 1, ((16 + k) * SALT) & 0xFFFFFFFF, dtype=np.uint32) for k in kinds]
    )
