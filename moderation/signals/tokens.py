"""Chunks between blanks as tokens, which `hidden` looks up as one word each, in one numpy pass.

Within a chunk, letters and digits that only dots, hyphens and the like stand between are one token;
other marks part tokens. A chunk with stars, mentions or addresses in it is odd: it is read alone.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from moderation.signals.laid import Codes, Laid, Places, lay, pick, runs
from moderation.texts.codes import ALNUM, kinds_of

DIGITS = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g"}
"""Digits that may stand for a letter."""
_ODD, _WITHIN = 1, 2  # reads the whole chunk alone; may stand within a token
_ADDRESSES = (b"http", b"www")


def _sorts() -> npt.NDArray[np.uint8]:
    out = np.zeros(129, dtype=np.uint8)
    out[[ord(c) for c in "*@$_"]] = _ODD
    out[[ord(c) for c in "#!.'-"]] = _WITHIN
    return out


_SORT = _sorts()
_ZERO = np.uint32(ord("0"))
_READ = np.array([ord(DIGITS.get(c, c)) for c in "0123456789"], dtype=np.uint32)
_AS_LETTER = ord("!")  # within a token it may stand for a letter


def read(laid: Laid) -> Laid:
    """The words with digits read as the letters that they may stand for."""
    digits = np.flatnonzero(laid.codes - _ZERO < _READ.size)
    if not digits.size:
        return laid
    codes = laid.codes.copy()
    codes[digits] = _READ.take(codes.take(digits) - _ZERO)
    return laid._replace(codes=codes)


def _addresses(codes: Codes) -> Places:
    """Where an address may begin."""
    found: list[Places] = []
    for letters in _ADDRESSES:
        at = np.flatnonzero(codes[: 1 - len(letters)] == letters[0])
        for n, letter in enumerate(letters[1:], start=1):
            at = at[codes.take(at + n) == letter]
        found.append(at)
    return np.concatenate(found)


class Tokens:
    """The tokens of laid out chunks: runs of letters and digits (`parts`) and what joins them.

    ``owner`` tells the chunk of each part; ``odd`` the chunks that must be read alone; ``split``
    the parts that belong to another token than the next part of the same chunk.
    """

    def __init__(self, chunks: Laid) -> None:
        self._chunks = chunks
        codes = chunks.codes
        inside = (kinds_of(codes) & ALNUM) != 0
        edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
        if inside.size and inside[0]:
            edges = np.concatenate([[0], edges])
        self._starts, self._ends = edges[::2], edges[1::2]
        of = np.repeat(np.arange(chunks.starts.size), chunks.ends - chunks.starts + 1)
        self.owner: Places = of.take(self._starts)
        sorts = _SORT.take(codes, mode="clip")
        self.odd = np.zeros(chunks.starts.size, dtype=bool)
        self.odd[of.take(np.flatnonzero(sorts == _ODD))] = True
        self.odd[of.take(_addresses(codes))] = True
        self.split, self._goes_on = self._gaps(sorts)
        self._first = np.flatnonzero(~self._goes_on)

    def _gaps(self, sorts: npt.NDArray[np.uint8]) -> tuple[Places, npt.NDArray[np.bool_]]:
        """The parts that end a token before another of their chunk; which parts go on one."""
        goes_on = np.zeros(self.owner.size, dtype=bool)
        left = np.flatnonzero(self.owner[1:] == self.owner[:-1])
        if not left.size:
            return left, goes_on
        at, begins = runs(self._ends.take(left), self._starts.take(left + 1))
        one = np.logical_and.reduceat(sorts.take(at) == _WITHIN, begins[:-1])
        goes_on[left[one] + 1] = True
        signs = at[self._chunks.codes.take(at) == _AS_LETTER]
        self.odd[np.searchsorted(self._chunks.ends, signs)] = True
        return left[~one], goes_on

    @cached_property
    def parts(self) -> Laid:
        """The letters of all parts, digits read as letters, a 0 after each part."""
        at, begins = runs(self._starts, self._ends + 1)
        codes = self._chunks.codes.take(at)
        codes[begins[1:] - 1] = 0
        return read(Laid(codes, begins[:-1], begins[1:] - 1))

    @cached_property
    def owner_of_tokens(self) -> Places:
        """The chunk of each token."""
        return self.owner.take(self._first)

    @cached_property
    def _last(self) -> Places:
        """The last part of each token."""
        return np.append(self._first[1:], self.owner.size)[: self._first.size] - 1

    @cached_property
    def bytes(self) -> npt.NDArray[np.uint8]:
        """The chunks in UTF-8."""
        text = self._chunks.codes.tobytes().decode("utf-32-le", "replace")
        return np.frombuffer(text.encode("utf-8", "replace"), dtype=np.uint8)

    @cached_property
    def bytes_at(self) -> tuple[Places, Places]:
        """Where each token begins and ends among `bytes`."""
        starts, ends = self._starts.take(self._first), self._ends.take(self._last)
        if self.bytes.size == self._chunks.codes.size:
            return starts, ends
        at = np.flatnonzero((self.bytes & 0xC0) != 0x80)
        return at.take(starts), at.take(ends)

    def words(self, wanted: npt.NDArray[np.bool_]) -> tuple[Laid, Places]:
        """The letters of each wanted token, without marks; and the chunk that each is of."""
        several = self._last > self._first
        alone = self._first[wanted & ~several]
        words, owner = pick(self.parts, alone), self.owner.take(alone)
        mixed = wanted & several
        if not mixed.any():
            return words, owner
        first, last = self._first[mixed], self._last[mixed]
        at, begins = runs(self.parts.starts.take(first), self.parts.ends.take(last) + 1)
        codes = self.parts.codes.take(at)
        keep = codes != 0
        keep[begins[1:] - 1] = True
        codes = np.concatenate([words.codes, codes[keep]])
        return lay(codes), np.concatenate([owner, self.owner.take(first)])


def tokens_of(chunks: Laid) -> Tokens:
    """The tokens of laid out chunks."""
    return Tokens(chunks)
