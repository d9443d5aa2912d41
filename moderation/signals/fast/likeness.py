"""Kernels: which target a word is like, by the rules of `moderation.signals.hidden`.

These have an index; here every target with the same first letter is looked at, the heaviest first:
that finds the same, and only words that have a form in common with one come so far.
"""

from __future__ import annotations

import numpy as np

from moderation.signals.fast.finding import (
    BACK,
    M32,
    POWER,
    crc_of,
    ends_as,
    has,
    mixed,
    put,
    word_hash,
)
from moderation.signals.fast.form import entry, jit
from moderation.signals.fast.shapes import TARGET, Hashes, Ints, Lexis, Targets
from moderation.signals.sieve import HEARD_AS, LONGEST, SHORTEST, UNHEARD

NOTHING, ITSELF, SINGLE = -1, -2, 100
"""No target; the word is one; the word with its doubled letters single, which is left in the room:
less how many letters these are."""
_FIRST, _NEAR, _SINGLE, _SOUND = 0x9E3779B1, 0x3C6EF372, 0x7F4A7C15, 0x2C1B3C6D
_FAR = 3
_HEARD = np.arange(128, dtype=np.int64)
for _letter in UNHEARD:
    _HEARD[ord(_letter)] = 0
for _letter, _other in HEARD_AS.items():
    _HEARD[ord(_letter)] = ord(_other)


@jit
def best(points: Ints, size: int, lexis: Lexis, room: Ints) -> int:
    """The target that a word of letters alone hides, by its number."""
    if ends_as(lexis.words, points, size) & TARGET:
        return ITSELF
    if size < SHORTEST or size > LONGEST:
        return NOTHING
    tag = points[0] * _FIRST & M32
    single = squeezed(points, size, room)
    if single < size:
        if has(lexis.forms, mixed((word_hash(room, single) + _SINGLE) & M32)):
            found = _squeezed_alike(room, single, lexis.targets)
            if found >= 0:
                return found
        if has(lexis.known, crc_of(room, single)):
            return -SINGLE - single
    if _may_be_near(points, size, tag, lexis.forms):
        found = _near(points, size, lexis.targets)
        if found >= 0:
            return found
    if lexis.roman and has(lexis.forms, _sound(points, size, tag, room)):
        return _alike(points, size, lexis.targets, room)
    return NOTHING


@jit
def squeezed(points: Ints, size: int, out: Ints) -> int:
    """The word with every doubled letter single, into ``out``: its size."""
    kept = 0
    for n in range(size):
        if n == 0 or points[n] != points[n - 1]:
            out[kept] = points[n]
            kept += 1
    return kept


@jit
def _may_be_near(points: Ints, size: int, tag: int, forms: Hashes) -> bool:
    """Whether the word, or the word less one letter, is a form of a target."""
    whole = word_hash(points, size)
    if has(forms, mixed((whole + tag + _NEAR) & M32)):
        return True
    upto = 0
    for n in range(size):
        term = (points[n] + 7) * POWER[n] & M32
        less = upto + ((whole - upto - term) & M32) * BACK
        if n and has(forms, mixed(((less & M32) + tag + _NEAR) & M32)):
            return True
        upto = (upto + term) & M32
    return False


@jit
def _key(points: Ints, size: int, out: Ints) -> int:
    """The sound key of a word, into ``out``: its size."""
    kept = 0
    for n in range(size):
        heard = _HEARD[points[n]] if points[n] < 128 else points[n]
        if heard and (kept == 0 or heard != out[kept - 1]):
            out[kept] = heard
            kept += 1
    return kept


@jit
def _sound(points: Ints, size: int, tag: int, out: Ints) -> int:
    kept = _key(points, size, out)
    return mixed((word_hash(out, kept) + tag + _SOUND) & M32)


@jit
def group(targets: Targets, first: int) -> tuple[int, int]:
    """The targets that begin with a letter."""
    for n in range(targets.firsts.size):
        if targets.firsts[n] == first:
            return targets.groups[n], targets.groups[n + 1]
    return 0, 0


@jit
def _squeezed_alike(single: Ints, size: int, targets: Targets) -> int:
    """The heaviest target that is this word with its doubled letters single."""
    start, end = group(targets, single[0])
    letters = targets.letters
    for k in range(start, end):
        kept = 0
        same = True
        for n in range(targets.begins[k], targets.begins[k + 1]):
            if n > targets.begins[k] and letters[n] == letters[n - 1]:
                continue
            same = same and kept < size and letters[n] == single[kept]
            kept += 1
        if same and kept == size:
            return k
    return NOTHING


@jit
def _near(points: Ints, size: int, targets: Targets) -> int:
    """The heaviest target at one edit; short words need their own length."""
    least = SHORTEST + (size > SHORTEST and points[0] < 128)
    start, end = group(targets, points[0])
    for k in range(start, end):
        first, length = targets.begins[k], targets.begins[k + 1] - targets.begins[k]
        may = length >= least and abs(length - size) < 2
        if may and _one_edit(targets.letters, first, length, points, size):
            return k
    return NOTHING


@jit
def _one_edit(letters: Ints, first: int, length: int, points: Ints, size: int) -> bool:
    """Whether two words are the same but for one letter more, less or other, or two swapped."""
    at = 0
    while at < size and at < length and letters[first + at] == points[at]:
        at += 1
    back = 0
    while (
        back < size - at
        and back < length - at
        and letters[first + length - 1 - back] == points[size - 1 - back]
    ):
        back += 1
    one, other = length - at - back, size - at - back
    if one < 2 and other < 2:
        return True
    swapped = letters[first + at] == points[at + 1] and letters[first + at + 1] == points[at]
    return one == 2 and other == 2 and swapped


@jit
def _alike(points: Ints, size: int, targets: Targets, room: Ints) -> int:
    """The heaviest target that sounds the same, at two edits at most."""
    kept = _key(points, size, room)
    if kept < 2:
        return NOTHING
    start, end = group(targets, points[0])
    key, rows = room[:64], room[64:]
    for k in range(start, end):
        first, length = targets.begins[k], targets.begins[k + 1] - targets.begins[k]
        if length <= SHORTEST or not _sounds_as(targets.letters, first, length, key, kept):
            continue
        if _distance(targets.letters, first, length, points, size, rows) < _FAR:
            return k
    return NOTHING


@jit
def _sounds_as(letters: Ints, first: int, length: int, key: Ints, size: int) -> bool:
    kept = 0
    before = np.int64(0)
    for n in range(first, first + length):
        heard = _HEARD[letters[n]] if letters[n] < 128 else letters[n]
        if heard and heard != before:
            if kept == size or heard != key[kept]:
                return False
            kept += 1
            before = heard
    return kept == size


@jit
def _distance(letters: Ints, first: int, length: int, points: Ints, size: int, rows: Ints) -> int:
    """Edits between two words: letters more, less or other, and neighbours swapped."""
    if abs(length - size) >= _FAR:
        return _FAR
    one, two = 64, 128  # the row of the letter before, and of the one before that
    row = 0
    for j in range(size + 1):
        rows[one + j] = j
    for i in range(1, length + 1):
        letter = letters[first + i - 1]
        rows[row] = i
        for j in range(1, size + 1):
            cost = rows[one + j - 1] + (letter != points[j - 1])
            cost = min(cost, rows[one + j] + 1, rows[row + j - 1] + 1)
            swapped = i > 1 and j > 1 and letter == points[j - 2]
            if swapped and letters[first + i - 2] == points[j - 1]:
                cost = min(cost, rows[two + j - 2] + 1)
            rows[row + j] = cost
        row, one, two = two, row, one
    return rows[one + size]


@entry
def put_forms(targets: Targets, forms: Hashes, roman: bool, room: Ints) -> None:
    """Adds the forms of all targets by which `best` sees that a word may be like one."""
    for k in range(targets.begins.size - 1):
        points = targets.letters[targets.begins[k] : targets.begins[k + 1]]
        size = points.size
        tag = points[0] * _FIRST & M32
        told = word_hash(room, squeezed(points, size, room))
        put(forms, mixed((told + _SINGLE) & M32))
        if size < SHORTEST:
            continue
        put(forms, mixed((told + tag + _NEAR) & M32))
        put(forms, mixed((word_hash(points, size) + tag + _NEAR) & M32))
        for gone in range(size):
            kept = 0
            for n in range(size):
                if n != gone:
                    room[kept] = points[n]
                    kept += 1
            put(forms, mixed((word_hash(room, kept) + tag + _NEAR) & M32))
        if roman:
            put(forms, _sound(points, size, tag, room))


@entry
def put_words(letters: Ints, begins: Ints, kept: Hashes) -> None:
    """Adds the hash of each word to a set."""
    for k in range(begins.size - 1):
        word = letters[begins[k] : begins[k + 1]]
        put(kept, mixed(word_hash(word, word.size)))
