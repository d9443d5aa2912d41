"""The words that a tongue has met, each with what it adds to every head, worked out once and kept.

A text's raw score is a sum over features, and all features but the pairs of neighbours lie within
one word: letter sequences, the word itself, its sound. So each word is weighed once, and a text
costs a look-up a word and the weights of its pairs. What a word weighs is in `shelf` and `kernels`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain, count
from typing import NamedTuple

import numpy as np

from moderation.signals.hidden import HiddenWords
from moderation.signals.laid import Laid, laid_of, pick, written
from moderation.signals.lone import Lone
from moderation.signals.shelf import Column, Shelf
from moderation.signals.weights import Floats, Places, Weights
from moderation.texts.chunks import LOCK
from moderation.texts.codes import distinct
from moderation.texts.page import Chunks, Page

_MOST = 40_000  # chunks kept by their letters: hostile input must not fill the memory
_LEARN = 8192  # chunks learnt in one pass: bounds the memory
_FEW = 24  # chunks that are looked up faster one by one


class _OnPage:
    """The chunks of a book of chunks: their entries on a shelf by number, -1 where not met."""

    def __init__(self, chunks: Chunks | None, shelf: Shelf) -> None:
        self.chunks, self.shelf = chunks, shelf
        self._entries = np.full(1024, -1, dtype=np.intp)
        self.ends = np.zeros((3, 1024), dtype=np.uint32)
        """By these a chunk and its neighbour are seen to be one word written in two."""
        self.rewritten: dict[int, str] = {}
        """As which chunks are judged that hide a word."""
        self.joined: dict[tuple[int, int], bool] = {}
        """Whether two chunks after one another are one word in two, where that may be."""
        self.judged: dict[str, int] = {}
        """The entries of chunks as they are judged, where texts were rewritten whole."""

    def entries(self, size: int) -> Places:
        """The entry of each of so many chunks."""
        if self._entries.size < size:
            wide = np.full(max(size, 2 * self._entries.size), -1, dtype=np.intp)
            wide[: self._entries.size] = self._entries
            self._entries = wide
            ends = np.zeros((3, wide.size), dtype=np.uint32)
            ends[:, : self.ends.shape[1]] = self.ends
            self.ends = ends
        return self._entries


class Met(NamedTuple):
    """The chunks of a page as entries of the shelf for its book of chunks."""

    on: _OnPage
    at: Places


class WordBook:
    """Weighs texts given as chunks. ``tables`` name the heads; ``said`` those for words alone."""

    def __init__(
        self,
        tables: Mapping[str, Weights],
        said: Mapping[str, Weights],
        lexicon: HiddenWords,
        *,
        roman: bool,
    ) -> None:
        self._columns = [*(Column(n, w, True) for n, w in tables.items()),
                         *(Column(n, w, False) for n, w in said.items())]  # fmt: skip
        self._lexicon = lexicon
        self._roman = roman
        self.age = 0  # rows are only good within one age
        self.forget()

    @cached_property
    def lone(self) -> Lone:
        """Weighs single texts."""
        return Lone(self._columns, roman=self._roman)

    def _shelf(self, columns: Sequence[Column]) -> Shelf:
        return Shelf(columns, roman=self._roman)

    def forget(self) -> None:
        """Empties the book."""
        self._rows = self._shelf(self._columns)
        self._folded: dict[str, int] = {}
        self._judged: dict[str, int] = {}
        self.age += 1
        self._on = _OnPage(None, self._shelf([]))

    def raw_on(self, page: Page, names: Iterable[str]) -> dict[str, Floats]:
        """As `raw`, for each text of a page."""
        wanted = frozenset(names)
        met = self.met_on(page, wanted)
        return met.on.shelf.weighed(met.at, page.begins, wanted)

    def raw_met(self, met: Met, page: Page, names: Iterable[str]) -> dict[str, Floats]:
        """`raw_on` of a page whose chunks were met for these names."""
        return met.on.shelf.weighed(met.at, page.begins, frozenset(names))

    def raw_rewritten(
        self, met: Met, page: Page, texts: Sequence[int], names: Iterable[str]
    ) -> dict[str, Floats]:
        """`raw_met` of these texts of a page, each rewritten as a whole."""
        with LOCK:
            judged = [self._judged_whole(met, page, i) for i in texts]
            known = met.on.judged
            new = [c for c in dict.fromkeys(chain.from_iterable(judged)) if c not in known]
            known.update(zip(new, count(met.on.shelf.add(written(new))), strict=False))
            at = np.array([known[c] for chunks in judged for c in chunks], dtype=np.intp)
        begins = np.cumsum([0, *map(len, judged)])
        return met.on.shelf.weighed(at, begins, frozenset(names))

    def _judged_whole(self, met: Met, page: Page, i: int) -> list[str]:
        """The chunks of a text rewritten as a whole; most are as they are judged alone."""
        start, end = page.begins[i : i + 2].tolist()
        numbers: list[int] = page.ids[start:end].tolist()
        chunks = [page.chunks.folded[n] for n in numbers]
        alone = [met.on.rewritten.get(n, c) for n, c in zip(numbers, chunks, strict=True)]
        met.on.judged.update(zip(alone, met.at[start:end].tolist(), strict=True))
        self._lexicon.leave([c for c, judged in zip(chunks, alone, strict=True) if c == judged])
        return self._lexicon.rewritten(" ".join(chunks)).split(" ")

    def seams(self, met: Met, page: Page) -> Places:
        """The chunks of a page that may be one word with the chunk after them."""
        return self._lexicon.seams.joined(met.on.ends.take(page.ids, axis=1))

    def met_on(self, page: Page, names: Iterable[str]) -> Met:
        """The entries of a page's chunks, all learnt with the columns of these names."""
        with LOCK:
            return self._met(page, frozenset(names))

    def _met(self, page: Page, wanted: frozenset[str]) -> Met:
        on = self._on
        held = frozenset(c.name for c in on.shelf.columns)
        if on.chunks is not page.chunks or not wanted <= held:
            keep = wanted | held
            shelf = self._shelf([c for c in self._columns if c.name in keep])
            on = self._on = _OnPage(page.chunks, shelf)
        entries = on.entries(page.chunks.count)
        at = entries.take(page.ids)
        new = np.flatnonzero(at < 0)
        if new.size:
            numbers = distinct(page.ids.take(new))
            for start in range(0, numbers.size, _LEARN):
                self._learn_on(on, entries, numbers[start : start + _LEARN])
            at = entries.take(page.ids)
        return Met(on, at)

    def _learn_on(self, on: _OnPage, entries: Places, numbers: Places) -> None:
        assert on.chunks is not None
        laid = laid_of(on.chunks.coded("folded"), numbers)
        for i in self._lexicon.passing(laid):
            folded = laid.string(i)
            if (judged := self._lexicon.rewritten(folded)) != folded:
                on.rewritten[int(numbers[i])] = judged
        order, judged = _judged_of(on, numbers, laid)
        on.ends[:, numbers] = self._lexicon.seams.ends(laid)
        first = on.shelf.add(judged)
        entries[numbers[order]] = np.arange(first, first + order.size)

    def judged_on(self, page: Page, numbers: Places) -> tuple[Places, Laid]:
        """Chunks of a page by their numbers as they are judged, in an order of their own."""
        on = self.met_on(page, ()).on
        laid = laid_of(page.chunks.coded("folded"), numbers)
        order, judged = _judged_of(on, numbers, laid)
        return numbers[order], judged

    def raw(
        self, texts: Sequence[Sequence[str]], names: Iterable[str], *, judged: bool
    ) -> dict[str, Floats]:
        """Each named head's weight of each text, without bias; a text is its chunks.

        ``judged`` tells that the chunks are repaired already.
        """
        begins = np.zeros(len(texts) + 1, dtype=np.intp)
        np.cumsum([len(chunks) for chunks in texts], out=begins[1:])
        flat = list(chain.from_iterable(texts))
        number = self._learn(flat, judged=judged)
        at = np.fromiter(map(number.__getitem__, flat), np.intp, len(flat))
        return self._rows.weighed(at, begins, frozenset(names))

    def _learn(self, flat: Sequence[str], *, judged: bool) -> dict[str, int]:
        """The entries by chunk, among them now all of these."""
        number = self._judged if judged else self._folded
        new = [chunk for chunk in dict.fromkeys(flat) if chunk not in number]
        if new and len(self._folded) + len(self._judged) + len(new) > _MOST:
            self.forget()
            number = self._judged if judged else self._folded
            new = list(dict.fromkeys(flat))
        for start in range(0, len(new), _LEARN):
            part = new[start : start + _LEARN]
            first = self._rows.add(written(part if judged else self._rewritten(part)))
            number.update(zip(part, range(first, first + len(part)), strict=True))
        return number

    def _rewritten(self, folded: Sequence[str]) -> list[str]:
        if len(folded) > _FEW:
            return self._lexicon.all_rewritten(folded)
        return [*map(self._lexicon.rewritten, folded)]


def _judged_of(on: _OnPage, numbers: Places, laid: Laid) -> tuple[Places, Laid]:
    """Chunks that are met as they are judged, those last that were rewritten; and the order."""
    every = np.arange(numbers.size)
    changed = {i: on.rewritten[n] for i, n in enumerate(numbers.tolist()) if n in on.rewritten}
    if not changed:
        return every, laid
    last = np.fromiter(changed, dtype=np.intp)
    kept = np.delete(every, last)
    return np.append(kept, last), pick(laid, kept).then(written(changed.values()))
