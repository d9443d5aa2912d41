"""Many texts as one array of code points, so that one numpy pass serves a whole batch.

The texts stand end to end with `END`, a number that no character has any use for, after each but
the last. What a character is and becomes is looked up in tables that learn it when it first comes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from moderation.letters import fold_char

Codes = npt.NDArray[np.uint32]
Kinds = npt.NDArray[np.uint8]
Places = npt.NDArray[np.intp]

END = 0x10FFFF  # never a character; where a text holds it, its twin 0x10FFFE stands for it
MANY = 0xFFFFFFFF  # folds to more than one character
LETTER, WORD, ALNUM, MARK, JOIN, LEET, LATIN = (1 << n for n in range(7))
"""What a character is, as bits: a letter; part of a word, with and without "_"; neither word nor
blank; one that may stand between spaced letters; one that may stand for a letter; a to z."""

_POINTS = 0x110000
_UNKNOWN = 128
_TESTS = (
    (LETTER, re.compile(r"[^\W\d_]")),
    (WORD, re.compile(r"\w")),
    (ALNUM, re.compile(r"[^\W_]")),
    (MARK, re.compile(r"[^\w\s]")),
    (JOIN, re.compile(r"[ .\-_*·/,~+]")),
    (LEET, re.compile(r"[0134578@$!]")),
    (LATIN, re.compile(r"[a-z]")),
)


def _kind(point: int) -> int:
    char = chr(point)
    return sum(bit for bit, test in _TESTS if test.fullmatch(char))


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
        found = self.kinds[codes]
        if found.size and found.max() >= _UNKNOWN:
            self._learn(np.unique(codes[found >= _UNKNOWN]).tolist())
            found = self.kinds[codes]
        return found

    def _learn(self, points: Sequence[int]) -> None:
        for point in points:
            self.folds[point] = _becomes(point)
            self.kinds[point] = _kind(point)  # last: from here on the point counts as known


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
    return _TABLES.folds[codes]


def split_words(texts: Sequence[str], bit: int, joiners: str) -> list[list[str]]:
    """The words of each text: runs of characters of one kind, one joiner allowed between two."""
    if not texts:
        return []
    codes = codes_of(texts)
    inside = (kinds_of(codes) & bit) != 0
    keep = inside | (codes == END)
    for joiner in joiners:
        at = np.flatnonzero(codes[1:-1] == ord(joiner)) + 1
        keep[at[inside[at - 1] & inside[at + 1]]] = True
    return [t.split() for t in texts_of(np.where(keep, codes, np.uint32(32)))]
