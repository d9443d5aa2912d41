"""The innermost sums of the shipped engine: pure functions over arrays, without state or strings.

Words stand end to end without blanks, word n in [begins[n], begins[n + 1]); so do the words of
texts. Every sum is of fewer than 2**15 weights and so exact in whatever order (see `weights`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from moderation.signals.grams import POWERS, SALT, SEED, SIZE, SOUND, SPACE, STEP, Codes, scrambled
from moderation.signals.weights import Floats, Places, Weights

_SIZES = (2, 3, 4, 5, 6)  # of letter sequences
_FEW = 2  # tables that are sooner asked for each sequence as often as it comes
_PAIR = np.uint32(0x2C1B3C6D)
_SEED, _STEP = np.array(SEED, np.uint32), np.array(STEP, np.uint32)  # quicker than scalars
_UNHEARD = 1


def _salt(kind: int, size: int) -> np.uint32:
    return np.uint32(((kind * 16 + size) * SALT) & 0xFFFFFFFF)


_SALTS = np.array([[_salt(1, size)] for size in _SIZES], dtype=np.uint32)
_BLANKS = " " * len(_SIZES)
_REACH = np.array([[size] for size in _SIZES], dtype=np.intp)


def gram_ids(letters: Codes, begins: Places) -> tuple[Codes, npt.NDArray[np.bool_]]:
    """The letter sequences of each word, the blanks around it among its letters: a line for each
    size, and which of them lie within their word. Word n stands at [begins[n] + 2 * n, ...)."""
    sizes = begins[1:] - begins[:-1] + 2
    count = letters.size + 2 * sizes.size
    codes = np.full(count + len(_SIZES), SPACE)
    place = np.arange(letters.size) + (2 * np.arange(sizes.size) + 1).repeat(sizes - 2)
    codes[place] = letters
    left = sizes.cumsum().repeat(sizes) - np.arange(count)
    return _rolled(codes, count), left >= _REACH


def _rolled(codes: Codes, count: int) -> Codes:
    """The letter sequences that begin at each of the first so many codes: a line for each size."""
    rolled = (codes[:count] ^ _SEED) * _STEP
    ids = np.empty((len(_SIZES), count), dtype=np.uint32)
    for n in range(len(_SIZES)):
        rolled = (rolled ^ codes[n + 1 : count + n + 1]) * _STEP
        ids[n] = rolled
    return scrambled(ids ^ _SALTS)


def sequences(text: str) -> Codes:
    """The letter sequences that begin at each character of a text: a line for each size. Those
    that reach over its end are of blanks."""
    codes = np.frombuffer((text + _BLANKS).encode("utf-32-le"), dtype="<u4")
    return _rolled(codes, codes.size - len(_BLANKS))


def gram_sums(letters: Codes, begins: Places, tables: Sequence[Weights]) -> Floats:
    """What the letter sequences of each word weigh together: a line for each table."""
    sums = np.zeros((len(tables), begins.size - 1))
    if not sums.size:
        return sums
    ids, inside = gram_ids(letters, begins)
    ids = ids.T[inside.T]
    counts = gram_counts(begins)
    starts = counts.cumsum() - counts
    once, which = _each_once(ids) if len(tables) > _FEW else (ids, None)
    for line, table in zip(sums, tables, strict=True):
        found = table.of(once)
        np.add.reduceat(found if which is None else found.take(which), starts, out=line)
    return sums


def _each_once(ids: Codes) -> tuple[Places, Places]:
    """The features, each once, and which of these each is: words share most of their sequences."""
    met = np.zeros(SIZE, dtype=bool)
    met[ids] = True
    once = np.flatnonzero(met)
    number = np.empty(SIZE, dtype=np.int32)
    number[once] = np.arange(once.size, dtype=np.int32)
    return once, number.take(ids).astype(np.intp)


def gram_counts(begins: Places) -> Places:
    """How many letter sequences each word has: five begin at a letter, but for the last ones."""
    sizes = begins[1:] - begins[:-1]
    return 5 * sizes - 5 + 3 * (sizes == 1) + (sizes == 2)


def word_hashes(letters: Codes, begins: Places) -> Codes:
    """A hash of each word, none of them empty."""
    if begins.size < 2:
        return np.zeros(0, dtype=np.uint32)
    inside = np.arange(letters.size) - begins[:-1].repeat(begins[1:] - begins[:-1])
    terms = (letters + np.uint32(7)) * POWERS.take(inside, mode="clip")
    return np.add.reduceat(terms, begins[:-1], dtype=np.uint32)


def sound_hashes(letters: Codes, begins: Places) -> tuple[Codes, npt.NDArray[np.bool_]]:
    """A hash of how each Roman Urdu word sounds, and whether it is heard at all."""
    heard = letters.copy()
    low = np.flatnonzero(letters < SOUND.size)
    heard[low] = SOUND.take(letters.take(low))
    keep = heard != _UNHEARD
    same = heard[1:] == heard[:-1]
    same[begins[1:-1] - 1] = False
    keep[1:] &= ~same
    upto = np.zeros(letters.size + 1, dtype=np.intp)
    np.cumsum(keep, out=upto[1:])
    marks = upto.take(begins)
    sounding = marks[1:] > marks[:-1]
    out = np.zeros(sounding.size, dtype=np.uint32)
    out[sounding] = word_hashes(heard[keep], np.append(marks[:-1][sounding], marks[-1]))
    return out, sounding


def word_ids(hashes: Codes, kind: int) -> Codes:
    """The feature that each word, or its sound, is by itself."""
    return scrambled(hashes ^ _salt(kind, 9))


def pair_sums(
    hashes: Codes, begins: Places, gaps: Sequence[int], kind: int, tables: Sequence[Weights]
) -> Floats:
    """What the pairs of words that stand so far apart weigh together: a line for each table, a
    column for each text."""
    sums = np.zeros((len(tables), hashes.size))
    for gap in gaps:
        pairs = hashes[:-gap] * _PAIR + hashes[gap:]
        at = scrambled(pairs ^ _salt(kind, 9 + gap)).astype(np.intp)
        over = np.concatenate([begins[1:] - n for n in range(1, gap + 1)])
        over = over[(over >= 0) & (over < at.size)]  # would reach into the next text
        for line, table in zip(sums, tables, strict=True):
            found = table.small.take(at)
            found[over] = 0
            line[: at.size] += table.curve.take(found)
    return np.stack([run_sums(line, begins) for line in sums]) if tables else sums[:, :0]


def run_sums(values: Floats, begins: Places) -> Floats:
    """The sum of the values of each run, 0 for an empty one."""
    held = np.flatnonzero(begins[1:] > begins[:-1])
    out = np.zeros(begins.size - 1)
    if held.size:
        out[held] = np.add.reduceat(values, begins.take(held))
    return out
