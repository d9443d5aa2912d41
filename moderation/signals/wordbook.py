"""The words that a tongue has met, each with what it adds to every head, worked out once and kept.

A text's raw score is a sum over features, and all features but the pairs of neighbours lie within
one word: letter sequences, the word itself, its sound. So each word is weighed once, and a text
costs a look-up a word and the weights of its pairs. New kinds of features are of either sort:
``grams.letter_features`` and ``grams.word_parts`` name those within a word, ``grams.pair_features``
those between words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain

import numpy as np
import numpy.typing as npt

from moderation.page import Chunks, Page
from moderation.signals import grams

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.intp]

_MOST = 40_000  # entries that are kept: hostile input must not fill the memory
_CURVE = np.arange(64, dtype=np.intp)[:, None] * 256  # where each table's curve begins
_LEARN = 4096  # entries learnt in one pass


@dataclass(frozen=True, slots=True)
class Weights:
    """A table of weights as one byte each, and what each byte weighs."""

    small: npt.NDArray[np.uint8]
    curve: Floats

    @classmethod
    def companded(cls, small: npt.NDArray[np.int8], scale: float) -> Weights:
        """A byte weighs its square, with its sign, times the scale."""
        byte = np.arange(256, dtype=np.uint8).view(np.int8).astype(np.float32) / 127
        curve = (byte * np.abs(byte) * scale).astype(np.float32)
        return cls(small.view(np.uint8), curve.astype(np.float64))

    def of(self, ids: grams.Codes) -> Floats:
        """The weight of each feature."""
        return self.curve[self.small[ids]]


class _Rows:
    """One row a word: sums of weights by head, how many features, and the hashes for pairs."""

    def __init__(self, columns: int) -> None:
        self.sums = np.zeros((256, columns))
        self.hashes = np.zeros((256, 2), dtype=np.uint32)
        self.heard = np.zeros(256, dtype=bool)
        self.size = 0

    def add(self, sums: Floats, hashes: grams.Codes, heard: npt.NDArray[np.bool_]) -> None:
        end = self.size + len(sums)
        if end > len(self.sums):
            room = max(end, 2 * len(self.sums))
            for name in ("sums", "hashes", "heard"):
                old = getattr(self, name)
                wide = np.zeros((room, *old.shape[1:]), dtype=old.dtype)
                wide[: self.size] = old[: self.size]
                setattr(self, name, wide)
        self.sums[self.size : end] = sums
        self.hashes[self.size : end] = hashes
        self.heard[self.size : end] = heard
        self.size = end


@dataclass(slots=True)
class _Entries:
    """What chunks of text between blanks consist of: rows [first, first + count) for each."""

    number: dict[str, int] = field(default_factory=dict[str, int])
    first: Places = field(default_factory=lambda: np.zeros(256, dtype=np.intp))
    count: Places = field(default_factory=lambda: np.zeros(256, dtype=np.intp))
    plain: bool = True  # each entry so far is one word

    def add(self, chunks: Sequence[str], first: Places, count: Places) -> None:
        start, end = len(self.number), len(self.number) + len(chunks)
        if end > self.first.size:
            room = max(end, 2 * self.first.size)
            self.first, self.count = np.resize(self.first, room), np.resize(self.count, room)
        self.first[start:end], self.count[start:end] = first, count
        self.plain = self.plain and bool((count == 1).all())
        self.number.update(zip(chunks, range(start, end), strict=True))


class WordBook:
    """Weighs texts given as chunks. ``tables`` name the heads; ``said`` those for words alone."""

    def __init__(
        self,
        tables: Mapping[str, Weights],
        said: Mapping[str, Weights],
        repair: Callable[[str], str],
        *,
        roman: bool,
    ) -> None:
        """``repair`` gives a folded chunk as it is judged."""
        self._columns = [*((n, w, True) for n, w in tables.items()),
                         *((n, w, False) for n, w in said.items())]  # fmt: skip
        self._repair = repair
        self._roman = roman
        self.age = 0  # rows are only good within one age
        self.forget()

    @cached_property
    def _small(self) -> npt.NDArray[np.uint8]:
        """All tables in one, so that the pairs of one text are weighed in one step."""
        return np.stack([w.small for _, w, _ in self._columns])

    @cached_property
    def _curves(self) -> Floats:
        return np.concatenate([w.curve for _, w, _ in self._columns])

    def forget(self) -> None:
        """Empties the book."""
        self._rows = _Rows(len(self._columns) + 2)
        self._folded, self._judged = _Entries(), _Entries()
        self.age += 1
        self._chunks: Chunks | None = None

    def raw_on(self, page: Page, names: Iterable[str]) -> dict[str, Floats]:
        """As `raw`, for each text of a page."""
        at = self._entry_of(page)[page.ids]
        new = at < 0
        if new.any():
            # All of them, for learning may empty the book first.
            numbers: list[int] = np.unique(page.ids).tolist()
            folded = [page.chunks.folded[n] for n in numbers]
            entries = self._learn(folded, judged=False)
            known = self._entry_of(page)
            known[numbers] = [entries.number[chunk] for chunk in folded]
            at = known[page.ids]
        rows, owner = _spread(self._folded, at, page.owner)
        return self._weighed(rows, owner, len(page.texts), frozenset(names))

    def rows_of_word(self, folded: str) -> list[int]:
        """The rows of one folded chunk, learnt by itself where it was not met before."""
        if folded not in self._folded.number and not self._learnt_alone(folded):
            self._learn([folded], judged=False)
        at = self._folded.number[folded]
        first = int(self._folded.first[at])
        return list(range(first, first + int(self._folded.count[at])))

    def _learnt_alone(self, folded: str) -> bool:
        """Whether the chunk was one word, and could be weighed without a sheet."""
        if len(self._folded.number) + len(self._judged.number) >= _MOST:
            return False
        lone = grams.lone_word(self._repair(folded), roman=self._roman)
        if lone is None:
            return False
        self._folded.add([folded], np.array([self._rows.size]), np.array([1]))
        hashes = np.array([[lone.hashed, lone.heard or 0]], dtype=np.uint32)
        self._rows.add(self._sums_of(lone), hashes, np.array([lone.heard is not None]))
        return True

    def _sums_of(self, lone: grams.Lone) -> Floats:
        ids = np.concatenate([lone.letters, lone.said])
        weights = self._curves[self._small[:, ids] + _CURVE[: len(self._columns)]]
        sums = np.empty((1, len(self._columns) + 2))
        # Added up one by one, as bincount does: to the last bit the same as in a batch.
        sums[0, :-2] = np.ascontiguousarray(weights.T).sum(axis=0)
        for n in self._said_only:
            sums[0, n] = weights[n, lone.letters.size :].sum()
        sums[0, -2], sums[0, -1] = ids.size, lone.said.size
        return sums

    @cached_property
    def _said_only(self) -> list[int]:
        return [n for n, (_, _, of_all) in enumerate(self._columns) if not of_all]

    def raw_one(self, rows: Sequence[int]) -> dict[str, float]:
        """`raw` of one text, given the rows of its words, with as few steps as may be."""
        book, at = self._rows, np.array(rows, dtype=np.intp)
        hashes = book.hashes[at]
        heard = hashes[book.heard[at], 1] if self._roman else None
        ids = grams.pair_ids(hashes[:, 0], heard)
        sums: list[float] = book.sums[at].sum(axis=0).tolist()
        more: list[float] = (
            self._curves[self._small[:, ids] + _CURVE[: len(self._columns)]].sum(axis=1).tolist()
        )
        every = max(sums[-2] + ids.size, 1) ** 0.5
        said = max(sums[-1] + ids.size, 1) ** 0.5
        out: dict[str, float] = {}
        for (name, _, of_all), one, other in zip(self._columns, sums, more, strict=False):
            out[name] = out.get(name, 0.0) + (one + other) / (every if of_all else said)
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
        entries = self._judged if judged else self._folded
        try:
            at = np.fromiter(map(entries.number.get, flat), np.intp, len(flat))  # pyright: ignore
        except TypeError:  # one is new, and None is no number
            entries = self._learn(flat, judged=judged)
            at = np.fromiter(map(entries.number.__getitem__, flat), np.intp, len(flat))
        rows, owner = _spread(entries, at, np.repeat(np.arange(len(texts)), sizes))
        return self._weighed(rows, owner, len(texts), frozenset(names))

    def _learn(self, flat: Iterable[str], *, judged: bool) -> _Entries:
        entries = self._judged if judged else self._folded
        wanted = dict.fromkeys(flat)
        if len(self._folded.number) + len(self._judged.number) + len(wanted) > _MOST:
            self.forget()
            entries = self._judged if judged else self._folded
        new = [chunk for chunk in wanted if chunk not in entries.number]
        for start in range(0, len(new), _LEARN):
            part = new[start : start + _LEARN]
            self._weigh(entries, part, part if judged else list(map(self._repair, part)))
        return entries

    def _weigh(self, entries: _Entries, chunks: Sequence[str], judged: Sequence[str]) -> None:
        sheet = grams.lay_out(judged)
        words = grams.words_of(sheet)
        count = np.bincount(words.owner, minlength=len(chunks))
        first = self._rows.size + np.cumsum(count) - count
        entries.add(chunks, first, count)
        if words.start.size:
            each = replace(words, owner=np.arange(words.start.size))
            self._rows.add(*self._parts(grams.by_word(sheet, words), each))

    def _parts(
        self, sheet: grams.Sheet, words: grams.Words
    ) -> tuple[Floats, grams.Codes, npt.NDArray[np.bool_]]:
        size = words.start.size
        said, sounds = grams.word_parts(sheet, words, roman=self._roman)
        every = [*grams.letter_features(sheet), *said]
        sums = np.zeros((size, len(self._columns) + 2))
        for features, whole, last in ((every, True, -2), (said, False, -1)):
            ids = np.concatenate([g.ids for g in features])
            owner = np.concatenate([g.owner for g in features])
            sums[:, last] = np.bincount(owner, minlength=size)
            for n, (_, table, of_all) in enumerate(self._columns):
                if of_all is whole:
                    sums[:, n] = np.bincount(owner, table.of(ids), size)
        hashes = np.zeros((size, 2), dtype=np.uint32)
        heard = np.zeros(size, dtype=bool)
        hashes[:, 0] = words.hashes
        if sounds is not None:
            hashes[sounds.owner, 1] = sounds.hashes
            heard[sounds.owner] = True
        return sums, hashes, heard

    def _weighed(
        self, rows: Places, owner: Places, count: int, names: frozenset[str]
    ) -> dict[str, Floats]:
        book = self._rows
        sums = np.zeros((count, len(self._columns) + 2))
        if rows.size:
            begins = np.flatnonzero(np.diff(owner, prepend=-1))
            sums[owner[begins]] = np.add.reduceat(book.sums[rows], begins, axis=0)
        sounds = np.flatnonzero(book.heard[rows]) if self._roman else None
        hashes = book.hashes[rows]
        pairs = grams.pair_features(
            hashes[:, 0], owner, None if sounds is None else (hashes[sounds, 1], owner[sounds])
        )
        ids = np.concatenate([g.ids for g in pairs])
        whose = np.concatenate([g.owner for g in pairs])
        more = np.bincount(whose, minlength=count)
        every = np.sqrt(np.maximum(sums[:, -2] + more, 1))
        said = np.sqrt(np.maximum(sums[:, -1] + more, 1))
        out: dict[str, Floats] = {}
        for n, (name, table, of_all) in enumerate(self._columns):
            if name in names:
                both = sums[:, n] + np.bincount(whose, table.of(ids), count)
                both /= every if of_all else said
                out[name] = out[name] + both if name in out else both
        return out


def _spread(entries: _Entries, at: Places, owner: Places) -> tuple[Places, Places]:
    """The rows of these entries, one after the other, and whose each is."""
    first = entries.first[at]
    if entries.plain:
        return first, owner
    count = entries.count[at]
    ends = np.cumsum(count)
    total = int(ends[-1]) if ends.size else 0
    rows = np.repeat(first - ends + count, count) + np.arange(total)
    return rows, np.repeat(owner, count)
