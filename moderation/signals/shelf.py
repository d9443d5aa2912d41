"""What a word book keeps: a row for each word, an entry for each chunk between blanks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from moderation.signals import kernels
from moderation.signals.grams import CLASS, SPACE, Codes
from moderation.signals.laid import Laid
from moderation.signals.weights import Floats, Places, Weights

_Wide = TypeVar("_Wide", bound=npt.NDArray[Any])


class Column(NamedTuple):
    """A table of a head. Not ``of_all``: it weighs words and pairs by themselves."""

    name: str
    table: Weights
    of_all: bool


def _wide(old: _Wide, size: int) -> _Wide:
    """The array with room for ``size`` columns at least."""
    room = old.shape[-1]
    if size <= room:
        return old
    out = np.zeros((*old.shape[:-1], max(size, 2 * room)), dtype=old.dtype)
    out[..., :room] = old
    return out  # pyright: ignore[reportReturnType]


class Shelf:
    """Words weighed once: what each adds to every column, and its hashes for pairs."""

    def __init__(self, columns: Sequence[Column], *, roman: bool) -> None:
        self.columns = [*columns]
        self._roman = roman
        self.sums = [np.zeros(256) for _ in self.columns]
        self.letters = np.zeros(256)
        """How many letter sequences a word has."""
        self.said = np.zeros(256, dtype=np.uint32)
        self.sound = np.zeros(256, dtype=np.uint32)
        self.heard = np.zeros(256, dtype=bool)
        self.size = 0
        self.first = np.zeros(256, dtype=np.intp)
        self.count = np.zeros(256, dtype=np.intp)
        """The rows [first, first + count) of each entry."""
        self.entries = 0
        self.plain = True  # each entry so far is one word

    def add(self, chunks: Laid) -> int:
        """Adds an entry for each of these judged chunks; gives the number of the first."""
        letters, begins, count = _words_of(chunks)
        start, end = self.entries, self.entries + count.size
        self.first, self.count = _wide(self.first, end), _wide(self.count, end)
        self.first[start:end] = self.size + np.cumsum(count) - count
        self.count[start:end] = count
        self.plain = self.plain and bool((count == 1).all())
        self._weigh(letters, begins)
        self.entries = end
        return start

    def _weigh(self, letters: Codes, begins: Places) -> None:
        at = self._rows(begins.size - 1)
        of_all = [c.table for c in self.columns if c.of_all]
        in_letters = iter(kernels.gram_sums(letters, begins, of_all))
        self.letters[at] = kernels.gram_counts(begins)
        self.said[at] = said = kernels.word_hashes(letters, begins)
        if self._roman:
            self.sound[at], self.heard[at] = kernels.sound_hashes(letters, begins)
        heard = np.flatnonzero(self.heard[at])
        words, sounds = kernels.word_ids(said, 2), kernels.word_ids(self.sound[at][heard], 3)
        for sums, (_, table, of_whole) in zip(self.sums, self.columns, strict=True):
            found = table.of(words)
            if heard.size:
                found[heard] += table.of(sounds)
            sums[at] = found + next(in_letters) if of_whole else found

    def _rows(self, more: int) -> slice:
        """Room for so many more rows."""
        start = self.size
        self.size += more
        for name in ("letters", "said", "sound", "heard"):
            setattr(self, name, _wide(getattr(self, name), self.size))
        self.sums = [_wide(column, self.size) for column in self.sums]
        return slice(start, self.size)

    def spread(self, at: Places, begins: Places) -> tuple[Places, Places]:
        """The rows of these entries, one after the other, and where those of each text begin."""
        first = self.first.take(at)
        if self.plain:
            return first, begins
        count = self.count.take(at)
        ends = np.zeros(count.size + 1, dtype=np.intp)
        np.cumsum(count, out=ends[1:])
        rows = np.repeat(first - ends[:-1], count) + np.arange(int(ends[-1]))
        return rows, ends.take(begins)

    def weighed(self, at: Places, begins: Places, names: frozenset[str]) -> dict[str, Floats]:
        """Each named head's weight of each text, given the entries of all texts."""
        rows, begins = self.spread(at, begins)
        columns = [(n, c) for n, c in enumerate(self.columns) if c.name in names]
        tables = [c.table for _, c in columns]
        said = self.said.take(rows)
        sums = kernels.pair_sums(said, begins, (1, 2), 2, tables)
        sizes = begins[1:] - begins[:-1]
        words, pairs = sizes, np.maximum(sizes - 1, 0) + np.maximum(sizes - 2, 0)
        if self._roman:
            sounding = np.flatnonzero(self.heard.take(rows))
            starts = np.searchsorted(sounding, begins)
            heard = self.sound.take(rows.take(sounding))
            sums += kernels.pair_sums(heard, starts, (1,), 3, tables)
            sizes = starts[1:] - starts[:-1]
            words, pairs = words + sizes, pairs + np.maximum(sizes - 1, 0)
        letters = kernels.run_sums(self.letters.take(rows), begins)
        every, alone = (np.sqrt(np.maximum(n + words + pairs, 1)) for n in (letters, 0))
        out: dict[str, Floats] = {}
        for (n, column), whole in zip(columns, sums, strict=True):
            whole += kernels.run_sums(self.sums[n].take(rows), begins)
            whole /= every if column.of_all else alone
            held = out.get(column.name)
            out[column.name] = whole if held is None else held + whole
        return out


def _words_of(chunks: Laid) -> tuple[Codes, Places, Places]:
    """`letters_of` judged chunks, and how many words each chunk has."""
    letters, begins, starts = letters_of(chunks.codes)
    edge = np.searchsorted(starts, np.append(chunks.starts, chunks.codes.size))
    return letters, begins, edge[1:] - edge[:-1]


def letters_of(codes: Codes) -> tuple[Codes, Places, Places]:
    """The letters of all words of judged code points, the last of which is no letter; where each
    word begins among them and an end after the last; and where it begins among all."""
    codes = CLASS.take(codes, mode="clip")
    inside = (codes != SPACE) & (codes != 0)
    edges = (inside[1:] != inside[:-1]).nonzero()[0] + 1
    if inside.size and inside[0]:
        edges = np.concatenate([[0], edges])
    starts, ends = edges[::2], edges[1::2]
    begins = np.zeros(starts.size + 1, dtype=np.intp)
    (ends - starts).cumsum(out=begins[1:])
    return codes[inside], begins, starts
