"""Kernels: a chunk between blanks, folded; -1 where that takes more than a look-up a letter."""

from __future__ import annotations

import numpy as np

from moderation.signals.fast.form import jit
from moderation.signals.fast.shapes import (
    BLANK,
    ENDS,
    HARD,
    JOIN,
    LATIN,
    LEET,
    LETTER,
    MANY,
    MARK,
    MET,
    POINT,
    SINGLE,
    STARTS,
    WORD,
    Codes,
    Ints,
)

LONGEST = 60
_DOLLAR, _DOT = 36, 46
_SPACED, _LETTERED = 1, 2
_READ = np.zeros(128, dtype=np.int64)
for _sign, _letter in zip(
    "0134578@$!", "oieastbasi", strict=True
):  # as in `moderation.texts.folding`
    _READ[ord(_sign)] = ord(_letter)


@jit
def next_chunk(about: Ints, codes: Codes, at: int, stop: int, secret: Ints) -> tuple[int, int, int]:
    """Where the next chunk begins and ends, and its hash; begins = ends after the last.

    The hash has a secret of two numbers in it, so that nobody can write two chunks that pass for
    one another.
    """
    while at < stop and about[codes[at]] & BLANK:
        at += 1
    end = at
    told, mix = secret[0], secret[1]
    while end < stop and not about[codes[end]] & BLANK:
        told = (told ^ np.int64(codes[end])) * mix
        told ^= (told >> 32) & 0xFFFFFFFF
        end += 1
    return at, end, told | 1


@jit
def _spread(about: Ints, wide: Ints, codes: Codes, start: int, end: int, out: Ints) -> int:
    """What is told of each letter that the chunk folds to, runs and all: how many, -1 where that
    takes more than a look-up."""
    size = 0
    for n in range(start, end):
        told = about[codes[n]]
        if told & (MET | HARD) != MET:
            return -1
        if told & MANY:
            first = told & POINT
            if size + wide[first] > LONGEST:
                return -1
            for k in range(first + 1, first + 1 + wide[first]):
                if wide[k] & POINT:
                    out[size] = wide[k]
                    size += 1
        elif told & POINT:
            if size == LONGEST:
                return -1
            out[size] = told
            size += 1
    return size


@jit
def _flags(out: Ints, size: int) -> int:
    """SINGLE, ENDS and STARTS of a chunk whose letters were folded one by one."""
    flags = 0
    if out[0] & WORD and (size == 1 or not out[1] & WORD):
        flags |= STARTS
        if size == 1:
            flags |= SINGLE
    if out[size - 1] & LETTER and (size == 1 or not out[size - 2] & WORD):
        flags |= ENDS
    return flags


@jit
def _without_runs(out: Ints, size: int, kinds: int) -> int:
    """Leaves two of a run of letters of these kinds."""
    kept = run = 0
    before = np.int64(0)
    for n in range(size):
        told = out[n]
        run = run + 1 if told == before else 1
        before = told
        if run < 3 or not told & kinds:
            out[kept] = told
            kept += 1
    return kept


@jit
def fold(about: Ints, wide: Ints, codes: Codes, start: int, end: int, out: Ints) -> tuple[int, int]:
    """The chunk folded, what is told of each letter into ``out``: its size and flags.

    The size is -1 for a chunk that must be worked out in Python: letters not met before or that
    fold to a blank, letters spaced out, "$", nothing left, too long.
    """
    if end - start > LONGEST:
        return -1, 0
    size = _spread(about, wide, codes, start, end, out)
    if size < 1:
        return -1, 0
    flags = _flags(out, size)
    size = _without_runs(out, size, LETTER | MARK)
    kind = _disguised(out, size)
    if kind == _SPACED:
        return -1, 0
    if kind == _LETTERED:
        size = _undisguised(about, out, size)
    return size, flags


@jit
def _disguised(out: Ints, size: int) -> int:
    """Whether letters may be spaced out, or digits and signs stand for letters."""
    found = 0
    for n in range(size):
        told = out[n]
        if told & POINT == _DOLLAR:
            return _SPACED
        if told & LEET and 0 < n < size - 1 and out[n - 1] & out[n + 1] & LATIN:
            found = _LETTERED
        joined = n + 4 < size and out[n + 1] & JOIN and out[n + 1] == out[n + 3]
        if joined and told & LETTER and out[n + 2] & out[n + 4] & WORD:
            return _SPACED
    return found


@jit
def _undisguised(about: Ints, out: Ints, size: int) -> int:
    """Writes a letter for each digit or sign between two Latin letters, but not before what may be
    an address, and leaves two of the runs that come of it."""
    left = out[0]
    for n in range(1, size - 1):
        told = out[n]
        if told & LEET and left & out[n + 1] & LATIN and not _is_name(out, n + 1, size):
            out[n] = about[_READ[told & POINT]]
        left = told
    return _without_runs(out, size, LETTER)


@jit
def _is_name(out: Ints, at: int, size: int) -> bool:
    """Whether a word with a dot and a Latin letter after it stands here, as in an address."""
    while at < size and out[at] & WORD:
        at += 1
    return at + 1 < size and out[at] & POINT == _DOT and out[at + 1] & LATIN != 0
