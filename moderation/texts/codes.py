"""Many texts as one array of code points, so that one numpy pass serves a whole batch.

The texts stand end to end with `END`, a number that no character has any use for, after each but
the last. What a character is and becomes is looked up in tables that learn it when it first comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from moderation.texts.letters import fold_char

Codes = npt.NDArray[np.uint32]
Kinds = npt.NDArray[np.uint8]
Places = npt.NDArray[np.intp]
_Number = TypeVar("_Number", bound=np.integer[Any])

END = 0x10FFFF  # never a character; where a text holds it, its twin 0x10FFFE stands for it
MANY = 0xFFFFFFFF  # folds to more than one character
LETTER, WORD, ALNUM, MARK, JOIN, LEET, LATIN = (1 << n for n in range(7))
"""What a character is, as bits: a letter; part of a word, with and without "_"; neither word nor
blank; one that may stand between spaced letters; one that may stand for a letter; a to z."""

_POINTS = 0x110000
BLANK = np.zeros(_POINTS, dtype=bool)
"""Which code points stand between chunks: blanks of all sorts, and `END`."""
BLANK[[END, *(n for n in range(0x3001) if chr(n).isspace())]] = True
_UNKNOWN = 128
_JOINS, _LEETS = frozenset(" .-_*·/,~+"), frozenset("0134578@$!")


def _kind(point: int) -> int:
    char = chr(point)
    word, under = char.isalnum(), char == "_"
    return (
        LETTER * (word and not char.isdecimal())
        | WORD * (word or under)
        | ALNUM * word
        | MARK * (not word and not under and not char.isspace())
        | JOIN * (char in _JOINS)
        | LEET * (char in _LEETS)
        | LATIN * ("a" <= char <= "z")
    )


def _becomes(point: int) -> int:
    """The code that one folds to, 0 for none, MANY for several."""
    folded = fold_char(chr(point))
    return ord(folded) if len(folded) == 1 else MANY if folded else 0


class _Tables:
    """For each code point what it is and what it becomes, as far as it was met."""

    def __init__(self) -> None:
        self.kinds: Kinds = np.full(_POINTS, _UNKNOWN, dtype=np.uint8)
        self.folds: Codes = np.zeros(_POINTS, dtype=np.uint32)
        self.kinds[END] = 0
        self.folds[END] = END
        self._learn(range(0x80))

    def kinds_of(self, codes: Codes) -> Kinds:
        found = self.kinds.take(codes)
        if found.size and found.max() >= _UNKNOWN:
            self._learn(distinct(codes[found >= _UNKNOWN]).tolist())
            found = self.kinds.take(codes)
        return found

    def _learn(self, points: Sequence[int]) -> None:
        for point in points:
            self.folds[point] = _becomes(point)
            self.kinds[point] = _kind(point)  # last: from here on the point counts as known


def distinct(numbers: npt.NDArray[_Number]) -> npt.NDArray[_Number]:
    """The numbers in order, each once. numpy's own `unique` loads its masked arrays, which takes
    a good part of the time to the first score."""
    out = np.sort(numbers)
    new = np.ones(out.size, dtype=np.bool_)
    np.not_equal(out[1:], out[:-1], out=new[1:])
    return out[new]


def one_of(numbers: npt.NDArray[_Number], few: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Which of the numbers are among a few; `np.isin` loads what `np.unique` does."""
    return np.logical_or.reduce([numbers == one for one in few])


_TABLES = _Tables()


def codes_of(texts: Sequence[str]) -> Codes:
    """The texts end to end. Lone surrogates are let in; no text is cut."""
    return codes_and_text(texts)[0]


def codes_and_text(texts: Sequence[str]) -> tuple[Codes, str]:
    """`codes_of` the texts, and the same as a string."""
    joined = chr(END).join(texts)
    if joined.count(chr(END)) != len(texts) - 1:
        joined = chr(END).join(t.replace(chr(END), chr(END - 1)) for t in texts)
    return np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4"), joined


def texts_of(codes: Codes) -> list[str]:
    """The way back from `codes_of`."""
    return codes.tobytes().decode("utf-32-le", "surrogatepass").split(chr(END))


def kinds_of(codes: Codes) -> Kinds:
    """What each character is, in bits."""
    return _TABLES.kinds_of(codes)


def folded_codes(codes: Codes) -> Codes:
    """What each character folds to: a code, 0 for nothing, MANY for more than one."""
    _TABLES.kinds_of(codes)  # learns those that are new
    return _TABLES.folds.take(codes)


def inside_words(codes: Codes, bit: int, joiners: str) -> npt.NDArray[np.bool_]:
    """Which characters are in a word: a run of one kind, one joiner allowed between two."""
    inside = (kinds_of(codes) & bit) != 0
    out = inside.copy()
    for joiner in joiners:
        at = np.flatnonzero(codes[1:-1] == ord(joiner)) + 1
        out[at[inside[at - 1] & inside[at + 1]]] = True
    return out


def word_edges(codes: Codes, bit: int, joiners: str) -> tuple[Places, Places]:
    """Where the words begin and end in texts end to end."""
    inside = np.zeros(codes.size + 2, dtype=bool)
    inside[1:-1] = inside_words(codes, bit, joiners)
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    return edges[::2], edges[1::2]


def split_words(texts: Sequence[str], bit: int, joiners: str) -> list[list[str]]:
    """The words of each text: runs of characters of one kind, one joiner allowed between two."""
    if not texts:
        return []
    codes = codes_of(texts)
    keep = inside_words(codes, bit, joiners) | (codes == END)
    return [t.split() for t in texts_of(np.where(keep, codes, np.uint32(32)))]
