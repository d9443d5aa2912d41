"""The chunks between blanks that comments consist of, each worked out when it first comes.

A chunk is known by a hash of 64 bits with a secret of this process in it, so that numpy can look
up all chunks of a page at once, and nobody can write two chunks that pass for one another.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt

from moderation.codes import ALNUM, split_words
from moderation.text import fold, fold_texts, translated

Places = npt.NDArray[np.intp]
Hashes = npt.NDArray[np.uint64]
_Of = Literal["written", "folded", "words"]
_Wide = TypeVar("_Wide", bound=npt.NDArray[Any])

MOST = 40_000  # chunks that are kept: hostile input must not fill the memory
MOST_LETTERS = 1_000_000
_ROOM, _SHIFT = 1 << 18, np.uint64(64 - 18)
_LONGEST_CHUNK = 60
ODD, SINGLE, ENDS, STARTS = 1, 2, 4, 8
"""A chunk that must be looked at in its text; one letter or digit; ends and begins with one."""
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_ONE_AT_END = re.compile(r"(?<!\w)[^\W\d_]\Z")
_ONE_AT_START = re.compile(r"\w(?!\w)")
_AFTER = "!.,?"  # may follow a word: neither a letter nor part of one
LOCK = threading.RLock()
"""Held while chunks or what is known of them grow: readers may be at work in several threads."""


def grown(old: _Wide, size: int) -> _Wide:
    """The array with room for ``size`` rows at least; what is new is zero."""
    if size <= len(old):
        return old
    wide = np.zeros((max(size, 2 * len(old)), *old.shape[1:]), dtype=old.dtype)
    wide[: len(old)] = old
    return wide  # pyright: ignore[reportReturnType]


class _Table:
    """Numbers by hash: open addressing, so that numpy looks all of a page up at once."""

    def __init__(self) -> None:
        self._keys = np.zeros(_ROOM, dtype=np.uint64)  # 0 is free
        self._numbers = np.zeros(_ROOM, dtype=np.intp)

    def find(self, hashes: Hashes) -> Places:
        slot = (hashes >> _SHIFT).astype(np.intp)
        keys = self._keys[slot]
        out = np.where(keys == hashes, self._numbers[slot], -1)
        left = np.flatnonzero((keys != hashes) & (keys != 0))
        while left.size:  # another one sits there: look at the next place
            slot[left] = (slot[left] + 1) % _ROOM
            keys = self._keys[slot[left]]
            same = keys == hashes[left]
            out[left[same]] = self._numbers[slot[left[same]]]
            left = left[~same & (keys != 0)]
        return out

    def add(self, hashes: Hashes, start: int) -> None:
        """Numbers these hashes, each of them new, from ``start`` on."""
        left = np.arange(hashes.size)
        slot = (hashes >> _SHIFT).astype(np.intp)
        while left.size:
            _, first = np.unique(slot[left], return_index=True)  # one to a place
            sits = np.zeros(left.size, dtype=np.bool_)
            sits[first] = self._keys[slot[left[first]]] == 0
            new = left[sits]
            self._numbers[slot[new]] = new + start  # before the key: others may be looking
            self._keys[slot[new]] = hashes[new]
            left = left[~sits]
            slot[left] = (slot[left] + 1) % _ROOM


class Chunks:
    """The chunks met so far, by number, and the folded words that they consist of."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.folded: list[str] = []
        self.words: list[str] = []
        """Folded words by number; `word_first` and `word_count` give those of each chunk."""
        self._word_number: dict[str, int] = {}
        self.flags = np.zeros(1024, dtype=np.uint8)
        self.word_first = np.zeros(1024, dtype=np.intp)
        self.word_count = np.zeros(1024, dtype=np.intp)
        self.word_of = np.zeros(1024, dtype=np.intp)
        self._table = _Table()
        self._spots: dict[int, tuple[int, int]] = {}
        self._places = 0
        self.size = 0  # in characters

    def numbers(self, hashes: Hashes) -> Places:
        """The number of each chunk by its hash, -1 for one not met before."""
        return self._table.find(hashes)

    def learn(self, new: Sequence[str], hashes: Hashes) -> None:
        """Adds chunks that were not met before."""
        start, end = len(self.written), len(self.written) + len(new)
        self.size += sum(map(len, new))
        folded = fold_texts(new)
        words = split_words([f.replace("ii", "i") for f in folded], ALNUM, "'")
        self.flags = grown(self.flags, end)
        self.flags[start:end] = list(map(flags_of, new, folded))
        self._keep_words(words, start, end)
        self.written += new
        self.folded += folded
        self._table.add(hashes, start)

    def _keep_words(self, words: Sequence[Sequence[str]], start: int, end: int) -> None:
        known = self._word_number
        for word in chain.from_iterable(words):
            if word not in known:
                known[word] = len(self.words)
                self.words.append(word)
        numbers = [known[word] for word in chain.from_iterable(words)]
        count = np.fromiter(map(len, words), np.intp, end - start)
        self.word_first, self.word_count = (
            grown(self.word_first, end),
            grown(self.word_count, end),
        )
        self.word_first[start:end] = self._places + np.cumsum(count) - count
        self.word_count[start:end] = count
        self.word_of = grown(self.word_of, self._places + len(numbers))
        self.word_of[self._places : self._places + len(numbers)] = numbers
        self._places += len(numbers)

    def spot(self, place: int) -> tuple[int, int]:
        """Where the word at a place among those of all chunks begins and ends in its chunk."""
        held = self._spots.get(place)
        if held is None:
            firsts = self.word_first[: len(self.written)]
            number = int(np.searchsorted(firsts, place, side="right")) - 1
            folded = fold(self.written[number])
            first = int(self.word_first[number])
            for at, found in enumerate(_WORD.finditer(folded.text), first):
                self._spots[at] = folded.original(*found.span())
            held = self._spots[place]
        return held


def flags_of(chunk: str, folded: str) -> int:
    """The bits ODD, SINGLE, ENDS and STARTS of a chunk."""
    if not folded or " " in folded or max(len(chunk), len(folded)) > _LONGEST_CHUNK:
        return ODD
    bare, said = chunk.rstrip(_AFTER), folded.rstrip(_AFTER)
    if bare.isalnum() and said.isalnum() and len(said) > 1:
        return 0
    plain = translated(chunk).strip(" ")
    if " " in plain:
        return ODD
    start = _ONE_AT_START.match(plain) is not None
    single = start and len(plain) == 1
    return SINGLE * single | ENDS * (_ONE_AT_END.search(plain) is not None) | STARTS * start


def _strings(chunks: Chunks, of: _Of) -> list[str]:
    return {"written": chunks.written, "folded": chunks.folded, "words": chunks.words}[of]


class Column:
    """A value for each chunk, as written or folded, or each word: worked out when it first comes.

    ``work_out`` gives the rows for new strings; the column starts anew with each new `Chunks`.
    """

    def __init__(self, work_out: Callable[[Sequence[str]], npt.NDArray[Any]], of: _Of) -> None:
        self._work_out = work_out
        self._of: _Of = of
        self._chunks: Chunks | None = None
        self._size = 0
        self._rows: npt.NDArray[Any] = np.zeros(0)

    def rows(self, chunks: Chunks) -> npt.NDArray[Any]:
        """One row for each chunk, or word, so far."""
        with LOCK:
            return self._grown(chunks)

    def _grown(self, chunks: Chunks) -> npt.NDArray[Any]:
        if self._chunks is not chunks:
            self._chunks, self._size = chunks, 0
        of = _strings(chunks, self._of)
        if len(of) > self._size:
            new = self._work_out(of[self._size :])
            if not self._size:
                self._rows = np.zeros((1024, *new.shape[1:]), dtype=new.dtype)
            self._rows = grown(self._rows, len(of))
            self._rows[self._size : len(of)] = new
            self._size = len(of)
        return self._rows
