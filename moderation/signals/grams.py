"""Texts to hashed features, in numpy and in batches: letter sequences, words, pairs, sound keys.

Training and scoring share this module, so a feature can never mean two things. Each feature is a
number below 2**BITS; collisions are accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

BITS = 18
SIZE = 1 << BITS
Codes = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]

SPACE = np.uint32(32)
_PAD = 1  # zero after each text, so that no sequence runs into the next text
SEED, STEP, SALT = 0x9E3779B1, 0x01000193, 0x27D4EB2F
# As arrays without a dimension these are quicker than as scalars.
_MIX, _AGAIN = np.array(0x85EBCA6B, np.uint32), np.array(0xC2B2AE35, np.uint32)
_PAIR, _HALF = np.array(0x2C1B3C6D, np.uint32), np.array(15, np.uint32)
_OVER = np.array(32 - BITS, np.uint32)
_SOUND_SKIP = "aeiouhwy'"
_SOUND_SAME = {
    "q": "k",
    "c": "k",
    "x": "k",
    "z": "j",
    "g": "j",
    "v": "b",
    "p": "b",
    "f": "b",
    "d": "t",
}


def _class_table() -> Codes:
    """Letters stay, every digit is 0, marks and rare letters blanks; emoji stay."""
    table = np.full(0x20000, 32, dtype=np.uint32)
    points = np.arange(0x80, 0x20000, dtype=np.uint32)
    table[0x80:] = points
    for low, high in ((0x80, 0xBF), (0x2000, 0x2BFF), (0x3000, 0x3004), (0x600, 0x60F)):
        table[low : high + 1] = 32
    for point in (0xD7, 0xF7, 0x66A, 0x66B, 0x66C, 0x66D, 0x6D4, 0x61B, 0x61F):
        table[point] = 32
    table[0x2600:0x27C0] = np.arange(0x2600, 0x27C0)
    table[ord("a") : ord("z") + 1] = np.arange(ord("a"), ord("z") + 1)
    table[ord("0") : ord("9") + 1] = ord("0")
    table[ord("*")] = ord("*")
    table[0] = 0
    return table


CLASS = _class_table()


def _sound_table() -> Codes:
    """Roman letters to the consonant they sound like; 1 means that the letter is not heard."""
    table = np.arange(128, dtype=np.uint32)
    for letter in _SOUND_SKIP:
        table[ord(letter)] = 1
    for letter, same in _SOUND_SAME.items():
        table[ord(letter)] = ord(same)
    return table


SOUND = _sound_table()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Many texts end to end: `codes` with a blank around each word; `starts` where each begins."""

    codes: Codes
    starts: Ints
    owner: Ints  # of each code
    count: int


def _sheet(codes: Codes, starts: Ints, count: int) -> Sheet:
    owner = np.repeat(np.arange(count), np.diff(np.append(starts, codes.size)))
    return Sheet(codes, starts, owner, count)


def lay_out(texts: Sequence[str]) -> Sheet:
    """The folded texts as one sheet. Runs of blanks and marks become one blank."""
    gap = " " + "\0" * _PAD
    joined = " " + (gap + " ").join(texts) + gap
    raw = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32)
    codes = CLASS[np.minimum(raw, 0x1FFFF)]
    ends = np.cumsum([len(t) + _PAD + 2 for t in texts], dtype=np.int64)
    starts = np.concatenate([[0], ends[:-1]]).astype(np.int64)
    blank = codes == SPACE
    keep = np.ones(codes.size, dtype=bool)
    keep[1:] = ~(blank[1:] & blank[:-1])
    place = np.cumsum(keep) - 1
    return _sheet(codes[keep], place[starts], len(texts))


@dataclass(frozen=True, slots=True)
class Grams:
    """Features of a sheet: `ids[i]` is a feature of the text `owner[i]`; owners never fall."""

    ids: Codes
    owner: Ints


def _mixed(hashes: Codes, kind: int) -> Codes:
    return scrambled(hashes ^ _salt(kind))


def scrambled(salted: Codes) -> Codes:
    salted = salted * _MIX
    return ((salted ^ (salted >> _HALF)) * _AGAIN) >> _OVER


def letter_grams(sheet: Sheet, sizes: Sequence[int], *, across: bool, kind: int) -> list[Grams]:
    """Letter sequences of each size; inside words with the blank at either side, or also across."""
    codes = sheet.codes
    owner = sheet.owner
    out: list[Grams] = []
    rolled = np.full(codes.size, SEED, dtype=np.uint32)
    solid = codes != 0
    inner = codes != SPACE
    free = np.ones(codes.size, dtype=bool)  # no blank strictly inside, no text's end anywhere
    step = np.uint32(STEP)
    for size in range(1, max(sizes) + 1):
        length = codes.size - size + 1
        tail = codes[size - 1 :]
        rolled = (rolled[:length] ^ tail) * step
        free = free[:length] & solid[size - 1 :]
        if not across and size > 2:
            free &= inner[size - 2 : size - 2 + length]
        if size in sizes:
            at = np.flatnonzero(free)
            out.append(Grams(_mixed(rolled[at], kind * 16 + size), owner[at]))
    return out


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a sheet: hash, owner, and [start, end) in the sheet's codes."""

    hashes: Codes
    owner: Ints
    start: Ints
    end: Ints


def words_of(sheet: Sheet, codes: Codes | None = None) -> Words:
    """Every word of the sheet; `codes` replaces its letters one for one (1 = letter left out)."""
    base = sheet.codes
    word = (base != SPACE) & (base != 0)
    edge = np.diff(np.concatenate([[False], word, [False]]).astype(np.int8))
    start, end = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
    if not start.size:
        nothing = np.zeros(0, dtype=np.int64)
        return Words(np.zeros(0, dtype=np.uint32), nothing, nothing, nothing)
    letters = base if codes is None else codes
    kept = (letters != 1) & word
    position = np.cumsum(kept) - kept  # of the letter among kept letters
    inside = _inside(position, start)
    powers = POWERS[np.minimum(np.maximum(inside, 0), POWERS.size - 1)]
    terms = np.where(kept, (letters + np.uint32(7)) * powers, np.uint32(0))
    hashes = np.add.reduceat(terms, start, dtype=np.uint32)
    return Words(hashes, sheet.owner[start], start, end)


def _inside(position: Ints, start: Ints) -> Ints:
    marks = np.zeros(position.size, dtype=np.int64)
    marks[start] = np.diff(np.concatenate([[0], position[start]]))
    return position - np.cumsum(marks)


def _power_table() -> Codes:
    value = 1
    out: list[int] = []
    for _ in range(64):
        out.append(value)
        value = (value * 0x5BD1E995) & 0xFFFFFFFF
    return np.array(out, dtype=np.uint32)


POWERS = _power_table()


def word_grams(words: Words, *, kind: int, gaps: Sequence[int] = (1,)) -> list[Grams]:
    """The words themselves, and pairs with the word `gap` places on in the same text."""
    alone = Grams(_mixed(words.hashes, kind * 16 + 9), words.owner)
    return [alone, *_pairs(words.hashes, words.owner, kind=kind, gaps=gaps)]


def _pairs(hashes: Codes, owner: Ints, *, kind: int, gaps: Sequence[int]) -> list[Grams]:
    out: list[Grams] = []
    for gap in gaps:
        same = owner[:-gap] == owner[gap:]
        pair = hashes[:-gap] * _PAIR + hashes[gap:]
        out.append(Grams(_mixed(pair[same], kind * 16 + 9 + gap), owner[:-gap][same]))
    return out


def sounds(sheet: Sheet) -> Sheet:
    """The sheet as it sounds: vowels and h gone, letters that sound alike made one, no doubles."""
    codes = sheet.codes
    heard = np.where(codes < 128, SOUND[np.minimum(codes, 127)], codes)
    keep = heard != 1
    keep[1:] &= ~((heard[1:] == heard[:-1]) & (heard[1:] != 0))
    keep[sheet.starts] = True
    place = np.cumsum(keep) - 1
    return Sheet(heard[keep], place[sheet.starts], sheet.owner[keep], sheet.count)


def letter_features(sheet: Sheet) -> list[Grams]:
    """The letter sequences of a sheet, inside words."""
    return letter_grams(sheet, (2, 3, 4, 5, 6), across=False, kind=1)


def word_features(sheet: Sheet, *, roman: bool) -> list[Grams]:
    """Words and pairs of a sheet; `roman` adds the sound key of Roman Urdu."""
    said = words_of(sheet)
    found, heard = word_parts(sheet, said, roman=roman)
    sounding = (heard.hashes, heard.owner) if heard else None
    return [*found, *pair_features(said.hashes, said.owner, sounding)]


def word_parts(sheet: Sheet, said: Words, *, roman: bool) -> tuple[list[Grams], Words | None]:
    """What a word says by itself: itself and, with `roman`, its sound; and the words that sound."""
    found = word_grams(said, kind=2, gaps=())
    if not roman:
        return found, None
    heard = words_of(sounds(sheet))
    return found + word_grams(heard, kind=3, gaps=()), heard


def pair_features(said: Codes, owner: Ints, heard: tuple[Codes, Ints] | None) -> list[Grams]:
    """Pairs of neighbours, given each word's hash and owner, and those of the words that sound."""
    found = _pairs(said, owner, kind=2, gaps=(1, 2))
    return found + _pairs(*heard, kind=3, gaps=(1,)) if heard else found


def pair_ids(said: Codes, heard: Codes | None) -> Codes:
    """The ids of `pair_features` for one text alone, in a few steps."""
    left = said * _PAIR
    pairs = [(left[:-gap] + said[gap:]) ^ _salt(32 + 9 + gap) for gap in (1, 2)]
    if heard is not None:
        pairs.append((heard[:-1] * _PAIR + heard[1:]) ^ _salt(48 + 9 + 1))
    return scrambled(np.concatenate(pairs))


@cache
def _salt(kind: int) -> Codes:
    return np.array((kind * SALT) & 0xFFFFFFFF, dtype=np.uint32)


def features(sheet: Sheet, *, roman: bool) -> list[Grams]:
    """All features of a sheet."""
    return [*letter_features(sheet), *word_features(sheet, roman=roman)]
