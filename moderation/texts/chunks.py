"""The chunks between blanks that comments consist of, each worked out when it first comes.

A chunk is known by a hash of 64 bits with a secret of this process in it, so that numpy can look
up all chunks of a page at once, and nobody can write two chunks that pass for one another. All
is kept as numbers; strings are made only for those who ask.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from moderation.texts.codes import Places
from moderation.texts.hashes import Hashes, Table, numbered
from moderation.texts.strung import Coded, Strung, grown
from moderation.texts.text import fold
from moderation.texts.unmet import Cuts, worked_out

_Of = Literal["written", "folded", "words"]

MOST = 100_000  # chunks that are kept: hostile input must not fill the memory
MOST_LETTERS = 1_000_000
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
LOCK = threading.RLock()
"""Held while chunks or what is known of them grow: readers may be at work in several threads."""


class Chunks:
    """The chunks met so far, by number, and the folded words that they consist of."""

    def __init__(self) -> None:
        self._held: dict[_Of, Strung] = {"written": Strung(), "folded": Strung(), "words": Strung()}
        self.flags = np.zeros(1024, dtype=np.uint8)
        self.word_first = np.zeros(1024, dtype=np.intp)
        self.word_count = np.zeros(1024, dtype=np.intp)
        self.word_of = np.zeros(1024, dtype=np.intp)
        """Numbers of words; `word_first` and `word_count` tell which are those of each chunk."""
        self.word_spots = np.zeros((1024, 2), dtype=np.int16)
        """Where each of `word_of` begins and ends in its chunk; below zero: ask `spot`."""
        self._table, self._words = Table(), Table()
        self._places = 0
        self.count = 0
        self.size = 0  # in characters

    @property
    def written(self) -> list[str]:
        """The chunks as they were written; as strings, so ask for `coded` where that will do."""
        return self._strings("written")

    @property
    def folded(self) -> list[str]:
        """The chunks folded."""
        return self._strings("folded")

    @property
    def words(self) -> list[str]:
        """The folded words, each once."""
        return self._strings("words")

    @property
    def word_total(self) -> int:
        """How many different words there are."""
        return self._held["words"].count

    def coded(self, of: _Of, start: int = 0) -> Coded:
        """The strings from number ``start`` on, in numbers."""
        return self._held[of].coded(start)

    def numbers(self, hashes: Hashes) -> Places:
        """The number of each chunk by its hash, -1 for one not met before."""
        return self._table.find(hashes)

    def has_room(self, new: Coded) -> bool:
        """Whether so many chunks may still be learnt."""
        most = self.size + new.codes.size <= MOST_LETTERS
        return self.count + new.hashes.size <= MOST and most

    def learn(self, new: Coded) -> None:
        """Adds chunks that were not met before."""
        start, end = self.count, self.count + new.hashes.size
        found = worked_out(new)
        self.flags = grown(self.flags, end)
        self.flags[start:end] = found.flags
        self._keep_words(found.words, start, end)
        self._held["written"].add(new)
        self._held["folded"].add(found.folded)
        self.size += new.codes.size
        self.count = end
        self._table.add(new.hashes, start)

    def _keep_words(self, words: Cuts, start: int, end: int) -> None:
        numbers, new = numbered(self._words, words.hashes, self.word_total)
        self._held["words"].add(words.picked(new))
        first, self._places = self._places, self._places + numbers.size
        self.word_first = grown(self.word_first, end)
        self.word_count = grown(self.word_count, end)
        self.word_first[start:end] = first + np.cumsum(words.counts) - words.counts
        self.word_count[start:end] = words.counts
        self.word_of = grown(self.word_of, self._places)
        self.word_of[first : self._places] = numbers
        self.word_spots = grown(self.word_spots, self._places)
        self.word_spots[first : self._places] = words.spots.T

    def spot(self, place: int) -> tuple[int, int]:
        """Where the word at a place among those of all chunks begins and ends in its chunk."""
        start, end = self.word_spots[place].tolist()
        if start >= 0:
            return start, end
        number = int(np.searchsorted(self.word_first[: self.count], place, side="right")) - 1
        folded = fold(self.coded("written").string(number))
        words = list(_WORD.finditer(folded.text))
        return folded.original(*words[place - int(self.word_first[number])].span())

    def _strings(self, of: _Of) -> list[str]:
        with LOCK:
            return self._held[of].strings()


class CodedColumn:
    """A value for each chunk, as written or folded, or each word: worked out when it first comes.

    ``work_out`` gives the rows for new strings, also for none.
    The column starts anew with each new `Chunks`.
    """

    def __init__(self, work_out: Callable[[Coded], npt.NDArray[Any]], of: _Of) -> None:
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
        count = chunks.word_total if self._of == "words" else chunks.count
        if self._chunks is not chunks or count > self._size:
            start = self._size if self._chunks is chunks else 0
            new = self._work_out(chunks.coded(self._of, start))  # none at all tell the width
            held = self._rows if start else new[:0]
            self._rows = grown(held, max(count, 1024))
            self._rows[start:count] = new
            self._chunks, self._size = chunks, count
        return self._rows


class Column(CodedColumn):
    """A column whose ``work_out`` is given strings."""

    def __init__(self, work_out: Callable[[Sequence[str]], npt.NDArray[Any]], of: _Of) -> None:
        super().__init__(lambda new: work_out(new.strings()), of)
