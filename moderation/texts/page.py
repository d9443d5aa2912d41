"""Many comments read as one page: each chunk between blanks is worked out once and kept.

Folding, splitting into words and telling the script never look across a blank, but for letters
that are spaced out ("f u c k"). So a chunk is worked out when it first comes, and from then on a
comment costs a look-up a chunk. Comments for which that would not give the same as reading the
whole text (spaced letters, very long ones, chunks that fold away) are told apart as not `even`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from moderation.texts.chunks import LOCK, Chunks, CodedColumn, Column
from moderation.texts.codes import BLANK, END, Codes, Places, codes_of
from moderation.texts.hashes import Hashes, first_of_each, hashes
from moderation.texts.strung import Coded, cut_out, grown
from moderation.texts.unmet import ENDS, ODD, SINGLE, STARTS

__all__ = [
    "LONGEST",
    "Chunks",
    "Coded",
    "CodedColumn",
    "Column",
    "Page",
    "added_up",
    "grown",
    "stretches",
    "summed",
]

LONGEST = 2000  # characters of a text that is read by its chunks
_LETTERS = 400_000  # characters of a page: bounds its chunks, and so what must be kept
_held: list[Chunks] = [Chunks()]


class Page:
    """Comments as numbers of chunks: ``ids`` end to end, those of text i at begins[i:i+1].

    ``at`` is where each chunk begins in its text.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        codes = codes_of(_short(texts))
        edge = _edges(BLANK.take(codes))
        starts, ends = edge[::2], edge[1::2]
        self.ids, self.chunks = _numbered(codes, starts, ends)
        first = np.concatenate([[0], np.flatnonzero(codes == END) + 1, [codes.size + 1]])
        self.begins = np.searchsorted(starts, first)
        sizes = np.diff(self.begins)
        self.owner = np.repeat(np.arange(len(texts)), sizes)
        self.at = starts - first[self.owner]
        self.even = self._even(sizes)

    def _even(self, sizes: Places) -> npt.NDArray[np.bool_]:
        """For which texts the chunks say all: those that no rule looks at across blanks."""
        flags = self.chunks.flags.take(self.ids)
        even = sizes > 0
        told = np.flatnonzero(flags)
        even[self.owner[told[(flags[told] & ODD) != 0]]] = False
        at = told[(flags[told] & SINGLE) != 0]
        at = at[(at > 0) & (at < flags.size - 1)]
        at = at[((flags[at - 1] & ENDS) != 0) & ((flags[at + 1] & STARTS) != 0)]
        owner = self.owner
        even[owner[at[(owner[at - 1] == owner[at]) & (owner[at + 1] == owner[at])]]] = False
        return even

    def part(self, wanted: Sequence[int]) -> Page:
        """A page of these texts alone."""
        if len(wanted) == len(self.texts):
            return self
        at = np.asarray(wanted, dtype=np.intp)
        out = self.cut(self.begins[at], self.begins[at + 1])
        out.texts = [self.texts[i] for i in wanted]
        out.even = self.even[at]
        return out

    def cut(self, starts: npt.ArrayLike, ends: npt.ArrayLike) -> Page:
        """A page of pieces, chunks [start, end) of this one each; the texts are not told."""
        out = Page.__new__(Page)
        starts = np.asarray(starts, dtype=np.intp)
        sizes = np.asarray(ends, dtype=np.intp) - starts
        stops = np.cumsum(sizes)
        total = int(stops[-1]) if stops.size else 0
        mine = np.repeat(starts - stops + sizes, sizes) + np.arange(total)
        out.ids, out.at, out.chunks = self.ids[mine], self.at[mine], self.chunks
        out.begins = np.concatenate([[0], stops])
        out.owner = np.repeat(np.arange(sizes.size), sizes)
        out.texts, out.even = [""] * sizes.size, np.ones(sizes.size, dtype=bool)
        return out

    def folded(self, i: int) -> str:
        """The i-th text folded, where it is even."""
        held = self.chunks.folded
        numbers: list[int] = self.ids[self.begins[i] : self.begins[i + 1]].tolist()
        return " ".join([held[n] for n in numbers])

    def words(self) -> tuple[Places, Places]:
        """Every folded word by its number, and the text that it stands in."""
        return self._words.number, self._words.owner

    def word_begins(self) -> Places:
        """Where the words of each text begin among those of all."""
        return self._words.begins

    def words_of(self, i: int) -> list[str]:
        """The folded words of the i-th text."""
        begins, held = self._words.begins, self.chunks.words
        return [held[n] for n in self._words.number[begins[i] : begins[i + 1]].tolist()]

    @cached_property
    def _words(self) -> _Words:
        held = self.chunks
        first, count = held.word_first[self.ids], held.word_count[self.ids]
        ends = np.cumsum(count)
        chunk = np.repeat(np.arange(self.ids.size), count)
        place = np.arange(chunk.size) + np.repeat(first - ends + count, count)
        begins = np.concatenate([[0], ends])[self.begins]
        return _Words(held.word_of[place], self.owner[chunk], begins, place, chunk)

    def span(self, i: int, first: int, last: int) -> tuple[int, int]:
        """The characters of the i-th text, half-open, under its words from first to last."""
        begin = int(self._words.begins[i])
        one = self._spot(begin + first)
        other = one if first == last else self._spot(begin + last)
        return one[0], other[1]

    def _spot(self, n: int) -> tuple[int, int]:
        """The characters of its text under the n-th word of all."""
        at = int(self.at[self._words.chunk[n]])
        start, end = self.chunks.spot(int(self._words.place[n]))
        return at + start, at + end


class _Words(NamedTuple):
    """The words of a page: the number and text of each, where each text begins among them, its
    place in the book of chunks, and which chunk of the page it is of."""

    number: Places
    owner: Places
    begins: Places
    place: Places
    chunk: Places


def _edges(blank: npt.NDArray[np.bool_]) -> Places:
    """Where chunks begin and end, by turns."""
    changes = np.ones(blank.size + 1, dtype=bool)
    np.not_equal(blank[1:], blank[:-1], out=changes[1:-1])
    changes[[0, -1]] = False if not blank.size else (not blank[0], not blank[-1])
    return np.flatnonzero(changes)


def stretches(texts: Sequence[str], most: int) -> Iterator[tuple[int, int]]:
    """The texts in stretches [start, end) of so many at most, each of which fits on a page."""
    start = letters = 0
    for at, text in enumerate(texts):
        letters += len(text)
        if at - start == most or (letters > _LETTERS and at > start):
            yield start, at
            start, letters = at, len(text)
    if texts:
        yield start, len(texts)


def _short(texts: Sequence[str]) -> Sequence[str]:
    """The texts, an empty one in the place of each that is too long or one too many."""
    sizes = [*map(len, texts)]
    if max(sizes, default=0) <= LONGEST and sum(sizes) <= _LETTERS:
        return texts
    out: list[str] = []
    room = _LETTERS
    for text in texts:
        room -= len(text) if len(text) <= LONGEST else 0
        out.append(text if room >= 0 and len(text) <= LONGEST else "")
    return out


def _numbered(codes: Codes, starts: Places, ends: Places) -> tuple[Places, Chunks]:
    """The number of each chunk codes[start:end], and the book that it is a number of."""
    found = hashes(codes, starts, ends)
    with LOCK:  # so that no other thread begins anew meanwhile
        held = _held[0]
        numbers = held.numbers(found)
        new = np.flatnonzero(numbers < 0)
        if not new.size:
            return numbers, held
        once, which = first_of_each(found[new])
        made = _written(codes, starts, ends, found, new[once])
        if not held.has_room(made):
            held = _held[0] = Chunks()
            new = np.arange(found.size)
            once, which = first_of_each(found)
            made = _written(codes, starts, ends, found, once)
        numbers[new] = held.count + which
        held.learn(made)
    return numbers, held


def _written(codes: Codes, starts: Places, ends: Places, found: Hashes, wanted: Places) -> Coded:
    return cut_out(codes, starts[wanted], ends[wanted], found[wanted])


def summed(rows: npt.NDArray[Any], page: Page) -> npt.NDArray[Any]:
    """Rows of a column added up over the chunks of each text."""
    return added_up(rows.take(page.ids, axis=0), page)


def added_up(held: npt.NDArray[Any], page: Page) -> npt.NDArray[Any]:
    """A row for each chunk of a page added up over those of each text."""
    out = np.zeros((len(page.texts), *held.shape[1:]), dtype=held.dtype)
    begins = page.begins[:-1][np.diff(page.begins) > 0]
    if begins.size:
        out[page.owner[begins]] = np.add.reduceat(held, begins, axis=0, dtype=held.dtype)
    return out
