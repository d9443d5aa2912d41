"""Kernels: the features of words and pairs, as in `moderation.signals.grams`, and what they weigh.

Sums of weights are exact, so that they are the same in whatever order they are added up
(`moderation.signals.weights`).
"""

from __future__ import annotations

import numpy as np

from moderation.signals.fast.finding import M32, POWER
from moderation.signals.fast.form import jit
from moderation.signals.fast.shapes import Bytes, Floats, Ints
from moderation.signals.grams import BITS, SALT, SEED, SOUND, STEP

_MIX, _AGAIN, _PAIR, _OVER = 0x85EBCA6B, 0xC2B2AE35, 0x2C1B3C6D, 32 - BITS
_LARGEST = 6
_SALTS = np.array([((16 + size) * SALT) & M32 for size in range(_LARGEST + 1)], dtype=np.int64)
_SAID, _NEXT, _AFTER, _HEARD, _HEARD_NEXT = (
    (kind * SALT) & M32 for kind in (2 * 16 + 9, 2 * 16 + 10, 2 * 16 + 11, 3 * 16 + 9, 3 * 16 + 10)
)
_SOUNDS = SOUND.astype(np.int64)


@jit
def _id(told: int, salt: int) -> int:
    salted = ((told ^ salt) * _MIX) & M32
    return (((salted ^ (salted >> 15)) * _AGAIN) & M32) >> _OVER


@jit
def add(table: Bytes, curves: Floats, ids: Ints, count: int, sums: Floats) -> None:
    """Adds to ``sums`` what the first features of ``ids`` weigh in each table."""
    for n in range(table.shape[1]):
        whole = 0.0
        for k in range(count):
            whole += curves[n, table[ids[k], n]]
        sums[n] += whole


@jit
def letters_of(w: Ints, start: int, end: int, ids: Ints) -> int:
    """The letter sequences of the word at [start, end), blanks around it, to ``ids``: how many."""
    count = 0
    for at in range(start - 1, end):
        told = ((SEED ^ w[at]) * STEP) & M32
        for size in range(2, min(_LARGEST, end + 1 - at) + 1):
            told = ((told ^ w[at + size - 1]) * STEP) & M32
            ids[count] = _id(told, _SALTS[size])
            count += 1
    return count


@jit
def said_of(w: Ints, start: int, end: int) -> int:
    """The hash of a word."""
    told = 0
    for at in range(start, end):
        told = (told + (w[at] + 7) * POWER[min(at - start, 63)]) & M32
    return told


@jit
def heard_of(w: Ints, start: int, end: int) -> int:
    """The hash of a word as it sounds, -1 where nothing is heard."""
    told = kept = 0
    before = -1
    for at in range(start, end):
        heard = _SOUNDS[w[at]] if w[at] < 128 else w[at]
        if heard != 1 and heard != before:
            told = (told + (heard + 7) * POWER[min(kept, 63)]) & M32
            kept += 1
        before = heard
    return told if kept else -1


@jit
def whole_words(said: int, heard: int, ids: Ints) -> int:
    """The features of a word as a whole, into ``ids``: how many."""
    ids[0] = _id(said, _SAID)
    if heard < 0:
        return 1
    ids[1] = _id(heard, _HEARD)
    return 2


@jit
def pairs_with(said: int, heard: int, one: int, two: int, sound: int, ids: Ints, count: int) -> int:
    """The pairs of a word with the one before and the one before that, and of sounds; each is -1
    where there is none. After the first ``count`` of ``ids``: how many there are then."""
    if one >= 0:
        ids[count] = _id((one * _PAIR + said) & M32, _NEXT)
        count += 1
        if two >= 0:
            ids[count] = _id((two * _PAIR + said) & M32, _AFTER)
            count += 1
    if heard >= 0 and sound >= 0:
        ids[count] = _id((sound * _PAIR + heard) & M32, _HEARD_NEXT)
        count += 1
    return count
