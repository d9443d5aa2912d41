"""The words that a tongue has met, each with what it adds to every head, worked out once and kept.

A text's raw score is a sum over features, and all features but the pairs of neighbours lie within
one word: letter sequences, the word itself, its sound. So each word is weighed once, and a text
costs a look-up a word and the weights of its pairs. New kinds of features are of either sort:
``grams.letter_features`` and ``grams.word_parts`` name those within a word, ``grams.pair_features``
those between words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain

import numpy as np

from moderation.page import Chunks, Page
from moderation.signals import grams
from moderation.signals.hidden import HiddenWords
from moderation.signals.lone import lone_word
from moderation.signals.weights import Floats, Groups, Places, Tables, Weights
from moderation.signals.word_rows import Entries, Rows

_MOST = 40_000  # entries that are kept: hostile input must not fill the memory
_LEARN = 4096  # entries learnt in one pass


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
        self._columns = [*((n, w, True) for n, w in tables.items()),
                         *((n, w, False) for n, w in said.items())]  # fmt: skip
        self._lexicon = lexicon
        self._roman = roman
        self.age = 0  # rows are only good within one age
        self.forget()

    @cached_property
    def _tables(self) -> Tables:
        return Tables([w for _, w, _ in self._columns])

    @cached_property
    def _of_all(self) -> Floats:
        """1 for the tables that weigh every feature, 0 for those for words alone."""
        return np.array([float(of_all) for _, _, of_all in self._columns])

    def forget(self) -> None:
        """Empties the book."""
        self._rows = Rows(len(self._columns))
        self._folded, self._judged = Entries(), Entries()
        self.age += 1
        self._chunks: Chunks | None = None

    def raw_on(self, page: Page, names: Iterable[str]) -> dict[str, Floats]:
        """As `raw`, for each text of a page."""
        at = self._entries_on(page)  # first, for learning may empty the book
        rows, owner = self._folded.spread(at, page.owner)
        return self._weighed(rows, owner, len(page.texts), frozenset(names))

    def seams_on(self, page: Page) -> Places:
        """The chunks of a page that may be one word with the chunk after them."""
        at = self._entries_on(page)
        return self._lexicon.seams.joined(self._folded.ends.take(at, axis=1))

    def _entries_on(self, page: Page) -> Places:
        """The entries of a page's chunks, all learnt."""
        at = self._entry_of(page).take(page.ids)
        new = np.flatnonzero(at < 0)
        return self._met_on(page, page.ids.take(new)) if new.size else at

    def _met_on(self, page: Page, new: Places) -> Places:
        """`_entries_on`, these chunks being new."""
        age, numbers = self.age, np.unique(new)
        wanted: list[int] = numbers.tolist()
        folded = [page.chunks.folded[n] for n in wanted]
        entries = self._learn(folded, judged=False)
        if self.age != age:  # learning emptied the book: what was known must be learnt again
            return self._met_on(page, page.ids)
        known = self._entry_of(page)
        known[numbers] = [entries.number[chunk] for chunk in folded]
        return known.take(page.ids)

    def rows_of(self, folded: Sequence[str]) -> list[list[int]]:
        """The rows of each folded chunk; those not met before are learnt one by one."""
        for chunk in folded:
            if chunk not in self._folded.number:
                self._learn_alone(chunk)
        entries = self._learn(folded, judged=False)
        return [entries.rows_of(entries.number[chunk]) for chunk in folded]

    def _learn_alone(self, folded: str) -> None:
        """Learns a chunk that is one word without a sheet; leaves any other."""
        if len(self._folded.number) + len(self._judged.number) >= _MOST:
            return
        lone = lone_word(self._lexicon.rewritten(folded), roman=self._roman)
        if lone is None:
            return
        ends = np.array([self._lexicon.seams.ends_of(folded)], dtype=np.uint32).T
        self._folded.add([folded], np.array([self._rows.size]), np.array([1]), ends)
        letters, said = (
            self._tables.sums(self._tables.bytes_of(ids)) for ids in (lone.letters, lone.said)
        )
        sums = np.empty(len(self._columns) + 2)
        sums[:-2] = said + letters * self._of_all
        sums[-2], sums[-1] = lone.letters.size + lone.said.size, lone.said.size
        self._rows.add_one(sums, lone.hashed, lone.heard)

    def raw_one(self, rows: Sequence[int]) -> dict[str, float]:
        """`raw` of one text, given the rows of its words, with as few steps as may be."""
        book, at = self._rows, np.array(rows, dtype=np.intp)
        said = book.said.take(at)
        heard = book.sound.take(at)[book.heard.take(at)] if self._roman else None
        ids = grams.pair_ids(said, heard)
        sums: list[float] = book.sums.take(at, axis=1).sum(axis=1).tolist()
        more: list[float] = self._tables.sums(self._tables.bytes_of(ids)).tolist()
        every = max(sums[-2] + ids.size, 1) ** 0.5
        said_only = max(sums[-1] + ids.size, 1) ** 0.5
        out: dict[str, float] = {}
        for n, (name, _, of_all) in enumerate(self._columns):
            whole = (sums[n] + more[n]) / (every if of_all else said_only)
            out[name] = out.get(name, 0.0) + whole
        return out

    def _entry_of(self, page: Page) -> Places:
        """The entry of each chunk of the page's book, -1 where it was not met yet."""
        size = len(page.chunks.written)
        if self._chunks is not page.chunks:
            self._chunks, self._numbers = page.chunks, np.full(1024, -1, dtype=np.intp)
        if self._numbers.size < size:
            wide = np.full(max(size, 2 * self._numbers.size), -1, dtype=np.intp)
            wide[: self._numbers.size] = self._numbers
            self._numbers = wide
        return self._numbers

    def raw(
        self, texts: Sequence[Sequence[str]], names: Iterable[str], *, judged: bool
    ) -> dict[str, Floats]:
        """Each named head's weight of each text, without bias; a text is its chunks.

        ``judged`` tells that the chunks are repaired already.
        """
        sizes = np.fromiter(map(len, texts), dtype=np.intp, count=len(texts))
        flat = list(chain.from_iterable(texts))
        entries = self._learn(flat, judged=judged)
        at = np.fromiter(map(entries.number.__getitem__, flat), np.intp, len(flat))
        rows, owner = entries.spread(at, np.repeat(np.arange(len(texts)), sizes))
        return self._weighed(rows, owner, len(texts), frozenset(names))

    def _learn(self, flat: Sequence[str], *, judged: bool) -> Entries:
        """The entries, among them now all of these chunks."""
        entries = self._judged if judged else self._folded
        new = [chunk for chunk in dict.fromkeys(flat) if chunk not in entries.number]
        if new and len(self._folded.number) + len(self._judged.number) + len(new) > _MOST:
            self.forget()
            entries = self._judged if judged else self._folded
            new = list(dict.fromkeys(flat))
        for start in range(0, len(new), _LEARN):
            part = new[start : start + _LEARN]
            self._weigh(entries, part, part if judged else self._lexicon.all_rewritten(part))
        return entries

    def _weigh(self, entries: Entries, chunks: Sequence[str], judged: Sequence[str]) -> None:
        sheet = grams.lay_out(judged)
        words = grams.words_of(sheet)
        count = np.bincount(words.owner, minlength=len(chunks))
        first = self._rows.size + np.cumsum(count) - count
        entries.add(chunks, first, count, self._lexicon.seams.ends(chunks))
        if words.start.size:
            each = replace(words, owner=np.arange(words.start.size))
            self._add_rows(grams.by_word(sheet, words), each)

    def _add_rows(self, sheet: grams.Sheet, words: grams.Words) -> None:
        said, sounds = grams.word_parts(sheet, words, roman=self._roman)
        sums = np.zeros((len(self._columns) + 2, words.start.size))
        for features, of_words in ((grams.letter_features(sheet), False), (said, True)):
            ids, groups = _together(features, words.start.size)
            found = self._tables.bytes_of(ids)
            for n, (_, _, of_all) in enumerate(self._columns):
                if of_all or of_words:
                    sums[n] += groups.summed(self._tables.weights(found, n))
            sums[-2] += groups.sizes()
            if of_words:
                sums[-1] = groups.sizes()
        self._rows.add(sums, words.hashes, sounds)

    def _weighed(
        self, rows: Places, owner: Places, count: int, names: frozenset[str]
    ) -> dict[str, Floats]:
        book, whose = self._rows, Groups(owner, count)
        heard = None
        if self._roman:
            sounding = np.flatnonzero(book.heard.take(rows))
            heard = book.sound.take(rows[sounding]), owner[sounding]
        pairs = grams.pair_features(book.said.take(rows), owner, heard)
        ids, of_pairs = _together(pairs, count)
        found, more = self._tables.bytes_of(ids), of_pairs.sizes()
        every, said = (
            np.sqrt(np.maximum(whose.summed(book.sums[n].take(rows)) + more, 1)) for n in (-2, -1)
        )
        out: dict[str, Floats] = {}
        for n, (name, _, of_all) in enumerate(self._columns):
            if name in names:
                whole = whose.summed(book.sums[n].take(rows))
                whole += of_pairs.summed(self._tables.weights(found, n))
                whole /= every if of_all else said
                out[name] = out[name] + whole if name in out else whole
        return out


def _together(features: Sequence[grams.Grams], count: int) -> tuple[grams.Codes, Groups]:
    """Features of several kinds in one, and whose they are."""
    owner = np.concatenate([f.owner for f in features])
    return np.concatenate([f.ids for f in features]), Groups(owner, count)
