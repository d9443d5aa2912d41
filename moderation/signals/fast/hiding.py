"""Kernels: a folded chunk as it is judged: the words in it that hide others written out.

The rules are those of `moderation.signals.hidden`. What is rare (a starred word that may fit a
target, a name with marks, words joined over a mark) is left to it.
"""

from __future__ import annotations

import numpy as np

from moderation.signals.fast.finding import M32, POWER, crc_of, ends_as, has, mixed, word_hash
from moderation.signals.fast.form import jit
from moderation.signals.fast.likeness import ITSELF, NOTHING, SINGLE, best, group
from moderation.signals.fast.shapes import (
    BLIND,
    DIGIT,
    LETTER,
    MET,
    POINT,
    TARGET,
    TOKEN,
    WORD,
    Desk,
    Ints,
    Lexis,
    Targets,
)
from moderation.signals.names import BLIND as BLIND_WORD
from moderation.signals.sieve import LONGEST
from moderation.signals.tokens import DIGITS

_KEEP, _DROP, _ASK = -1, -2, -3  # else: so many letters in ``desk.other`` stand for it
_STAR, _AT, _DOLLAR, _BANG, _DOT, _COLON, _SLASH = (ord(c) for c in "*@$!.:/")
_WIDEST = 60  # letters of a target that are told in the bits of a number
_HTTP = np.array([ord(c) for c in "http"], dtype=np.int64)
_BLINDED = np.array([ord(c) for c in BLIND_WORD], dtype=np.int64)
_WWW = np.array([ord(c) for c in "www."], dtype=np.int64)


def _mapped(changes: dict[str, str]) -> Ints:
    out = np.arange(128, dtype=np.int64)
    for char, other in changes.items():
        out[ord(char)] = ord(other) if other else 0
    return out


_READ = _mapped(DIGITS | {"@": "a", "$": "s", "!": "i"})


@jit
def judge(f: Ints, size: int, lexis: Lexis, desk: Desk) -> int:
    """Writes the chunk as judged to ``desk.judged``: its size, -1 where a word may hide."""
    out = desk.judged
    kept = tokens = before = power = at = 0
    while at < size:
        end = _token_end(f, at, size)
        if end == at:
            out[kept] = f[at]
            kept += 1
            at += 1
            continue
        what = _looked_up(f, at, end, lexis, desk)
        if what == _ASK:
            return -1
        told = word_hash(desk.points, end - at)
        if tokens and has(lexis.seams, mixed((before + power * told) & M32)):
            return -1
        before, power = told, POWER[end - at]
        tokens += 1
        if what == _KEEP:
            for n in range(at, end):
                out[kept] = f[n]
                kept += 1
        for n in range(what):
            letter = lexis.about[desk.other[n]]
            if not letter & MET:
                return -1
            out[kept] = letter
            kept += 1
        at = end
    return kept


@jit
def _begins(f: Ints, at: int, size: int, word: Ints) -> bool:
    if at + word.size > size:
        return False
    for n in range(word.size):  # noqa: SIM110 - kernels have no generators
        if f[at + n] & POINT != word[n]:
            return False
    return True


@jit
def _is_address(f: Ints, at: int, size: int) -> bool:
    """Whether an address begins here: http://, https:// or www. and something after it."""
    if _begins(f, at, size, _WWW):
        return at + 4 < size
    if not _begins(f, at, size, _HTTP):
        return False
    at += 4
    if at < size and f[at] & POINT == 115:
        at += 1
    return (
        at + 3 < size
        and f[at] & POINT == _COLON
        and f[at + 1] & POINT == _SLASH
        and f[at + 2] & POINT == _SLASH
    )


@jit
def _token_end(f: Ints, at: int, size: int) -> int:
    """Where the token that begins here ends; ``at`` where none does."""
    told = f[at]
    point = told & POINT
    if told & (LETTER | DIGIT):
        if (point == 104 or point == 119) and _is_address(f, at, size):
            return size
        end = at + 1
        n = end
        while n < size and f[n] & TOKEN:
            n += 1
            if f[n - 1] & WORD or f[n - 1] & POINT == _STAR:
                end = n
        return end
    if point in (_STAR, _AT, _DOLLAR):
        n = at + 1
        while n < size and _masks(f[n]):
            n += 1
        return n if n > at + 1 else at
    return at


@jit
def _masks(told: int) -> bool:
    point = told & POINT
    return told & WORD != 0 or point in (_STAR, _AT, _DOLLAR)


@jit
def _looked_up(f: Ints, at: int, end: int, lexis: Lexis, desk: Desk) -> int:
    """What `hidden.lookup` does with a token, which is left in ``desk.points``."""
    points, size = desk.points, end - at
    every = LETTER | DIGIT
    marked = False
    for n in range(size):
        points[n] = f[at + n] & POINT
        every &= f[at + n]
        marked = marked or f[at + n] & (LETTER | DIGIT) == 0
    told = crc_of(points, size)
    if has(lexis.known, told) and not has(lexis.names, told):
        return _KEEP
    ending = ends_as(lexis.words, points, size)
    if ending & BLIND:
        for n in range(_BLINDED.size):
            desk.other[n] = _BLINDED[n]
        return _BLINDED.size
    if ending & TARGET:
        return _KEEP
    if every & LETTER:
        return _like(points, size, lexis, desk)
    if (_begins(f, at, end, _HTTP) or _begins(f, at, end, _WWW)) and _holds(points, size, _DOT):
        return _DROP
    if points[0] == _AT:
        _read(points, size, desk.other)
        return size if ends_as(lexis.words, desk.other, size) & TARGET else _DROP
    if marked:
        return _unmasked(f, at, size, lexis, desk)
    if _read(points, size, desk.classes):
        return _like(desk.classes, size, lexis, desk)
    return _KEEP


@jit
def _like(points: Ints, size: int, lexis: Lexis, desk: Desk) -> int:
    """The word that letters hide, into ``desk.other``: its size, or that they stay as written."""
    found = best(points, size, lexis, desk.other)
    if found == NOTHING:
        return _KEEP
    if found == ITSELF:
        for n in range(size):
            desk.other[n] = points[n]
        return size
    if found < 0:
        return -found - SINGLE
    targets = lexis.targets
    first, length = targets.begins[found], targets.begins[found + 1] - targets.begins[found]
    for n in range(length):
        desk.other[n] = targets.letters[first + n]
    return length


@jit
def _holds(points: Ints, size: int, point: int) -> bool:
    for n in range(size):  # noqa: SIM110 - as above
        if points[n] == point:
            return True
    return False


@jit
def _read(points: Ints, size: int, out: Ints) -> bool:
    """Digits and signs read as letters, into ``out``; whether letters alone come of it."""
    letters = True
    for n in range(size):
        point = points[n]
        out[n] = _READ[point] if point < 128 else point
        letters = letters and (point >= 128 or 97 <= out[n] <= 122)
    return letters


@jit
def _unmasked(f: Ints, at: int, size: int, lexis: Lexis, desk: Desk) -> int:
    """What stands for a token with marks in it."""
    points, bare = desk.points, desk.classes
    if size <= LONGEST:
        if _read(points, size, bare):
            found = _like(bare, size, lexis, desk)
            if found != _KEEP:
                return found
        kept = letters = 0
        for n in range(size):
            if f[at + n] & (LETTER | DIGIT):
                bare[kept] = points[n]
                kept += 1
                letters += f[at + n] & LETTER != 0
        if _holds(points, size, _STAR):
            if kept > 1 and letters and _may_fit(f, at, size, lexis.targets):
                return _ASK
        elif 0 < kept == letters:
            found = _like(bare, kept, lexis, desk)
            if found != _KEEP:
                return found
    start = 0
    for n in range(size + 1):
        if n == size or f[at + n] & (LETTER | DIGIT) == 0:
            for k in range(start, n):
                bare[k - start] = points[k]
            if ends_as(lexis.words, bare, n - start) & BLIND:
                return _ASK
            start = n + 1
    return _KEEP


@jit
def _may_fit(f: Ints, at: int, size: int, targets: Targets) -> bool:
    """Whether a target fits a starred word."""
    start, end = 0, targets.begins.size - 1
    if f[at] & (LETTER | DIGIT):
        start, end = group(targets, f[at] & POINT)
    for k in range(start, end):
        first, length = targets.begins[k], targets.begins[k + 1] - targets.begins[k]
        if length > _WIDEST or _fits(targets.letters, first, length, f, at, size, 1):
            return True
        if _fits(targets.letters, first, length, f, at, size, 4):
            return True
    return False


@jit
def _fits(letters: Ints, first: int, length: int, f: Ints, at: int, size: int, most: int) -> bool:
    """Whether a word fits a masked one, each mask any letter or up to ``most``; of several stars
    one counts where it may be more than one."""
    stands = 1  # bit n: the first n letters fit what was read
    star = False
    for n in range(at, at + size):
        again = star
        star = f[n] & POINT == _STAR
        now = 0
        if f[n] & (LETTER | DIGIT):
            for k in range(length):
                if stands >> k & 1 and letters[first + k] == f[n] & POINT:
                    now |= 1 << (k + 1)
        elif star and again and most > 1:
            continue
        else:
            for k in range(1, most + 1):
                now |= stands << k
        stands = now & ((1 << (length + 1)) - 1)
    return stands >> length & 1 == 1
