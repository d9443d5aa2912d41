"""Word lists looked up in one pass: which cues a folded text holds, and at which words.

The lists stand in ``words/*.toml``: a section is a cue, a key a language, its text the entries,
apart by ";". An entry may be several words; "*" at its end takes every ending. All texts of a page
are looked up at once, and what a word means is kept once it was found out: the time is linear in
their length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain, islice

import numpy as np

from data.reading import Span
from moderation.signals.cues import Cues, Place
from moderation.signals.listing import Listing
from moderation.signals.meanings import SAYS, Meanings, Rows
from moderation.signals.page_cues import Kept, PageCues, Said, cues_of
from moderation.signals.phrases import Phrases, Spread
from moderation.texts.chunks import LOCK, CodedColumn
from moderation.texts.codes import ALNUM, Places, split_words
from moderation.texts.page import Page
from moderation.texts.strung import Coded, coded
from moderation.texts.text import Folded, fold, fold_text, fold_texts, slices

__all__ = ["Cues", "Lexicon", "PageWords", "Place", "Words", "words_of"]

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_LONG = 1 << 16  # characters that are split in one pass
_AT_ONCE = 50_000  # words
_NO_ROWS = np.zeros((0, 3), dtype=np.int32)


class Words:
    """A text as folded words; where they stand in the original is worked out only when asked."""

    __slots__ = ("__dict__", "text", "words")  # __dict__ holds what is worked out when asked

    def __init__(self, text: str, words: list[str] | None = None) -> None:
        """``words``, where the caller has them already, are what `words_of` gives."""
        self.text = text
        self.words = _split([fold_text(text)])[0] if words is None else words

    @cached_property
    def _folded(self) -> Folded:
        return fold(self.text)

    @cached_property
    def _matches(self) -> Iterator[re.Match[str]]:
        return _WORD.finditer(self._folded.text)

    @cached_property
    def _found(self) -> list[re.Match[str]]:
        """The words found so far: a span is mostly asked for near the beginning."""
        return []

    def span(self, place: Place, label: str) -> Span:
        """The characters of the original text under these words."""
        found = self._found
        if len(found) <= place.last:
            found += islice(self._matches, place.last + 1 - len(found))
        first, last = found[place.first].start(), found[place.last].end()
        start, end = self._folded.original(first, last)
        return Span(start, end, label)


class PageWords(Words):
    """The words of the i-th text of a page, from its chunks."""

    __slots__ = ("_at", "_page")

    def __init__(self, page: Page, i: int) -> None:
        self.text = page.texts[i]
        self._page, self._at = page, i

    @cached_property
    def words(self) -> list[str]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The folded words."""
        return self._page.words_of(self._at)

    def span(self, place: Place, label: str) -> Span:
        """The characters of the original text under these words."""
        return Span(*self._page.span(self._at, *place), label)


def words_of(texts: Sequence[str]) -> list[Words]:
    """The words of each text, found in one pass over all."""
    return [Words(t, w) for t, w in zip(texts, _split(fold_texts(texts)), strict=True)]


def _split(folded: Sequence[str]) -> list[list[str]]:
    if any(len(t) > _LONG for t in folded):
        return [list(_words_of_long(t)) if len(t) > _LONG else _split([t])[0] for t in folded]
    # "nahiii" folds to "nahii"; neither English nor Roman Urdu writes a plain "ii".
    return split_words([t.replace("ii", "i") for t in folded], ALNUM, "'")


def _words_of_long(folded: str) -> Iterator[str]:
    """The words of a long text slice by slice, each spelling kept once: it may be megabytes."""
    kept: dict[str, str] = {}
    for part in slices(folded, _LONG):
        for word in _split([part])[0]:
            yield kept.setdefault(word, word)


class Lexicon:
    """Word lists, ready to be looked up. Entries are folded as texts are."""

    def __init__(self, listing: Listing) -> None:
        self._names = listing.cues
        self._meanings = Meanings(listing)
        self._phrases = Phrases(listing, self._meanings)
        self._sets = Spread.of_lists(self._meanings.sets)
        self._column = CodedColumn(self._rows, "words")

    def find_on(self, page: Page) -> PageCues:
        """The cues of each text of a page."""
        said, owner = page.words()
        # A column that never met a word does not know how wide its rows are.
        rows = self._column.rows(page.chunks)[said] if said.size else _NO_ROWS
        return cues_of(self._names, self._said(rows, owner), owner, page.word_begins())

    def find_in(self, texts: Sequence[Words]) -> PageCues:
        """The cues of texts that were split into words one by one.

        Of each cue at most `MOST_PLACES` in a text: it may be megabytes of one word.
        """
        begins = np.cumsum([0, *(len(of.words) for of in texts)])
        words = chain.from_iterable(of.words for of in texts)
        owner = np.repeat(np.arange(len(texts)), np.diff(begins))
        kept, start = Kept(len(self._names), len(texts)), 0
        behind = list(islice(words, _AT_ONCE))
        while some := behind:
            behind = list(islice(words, _AT_ONCE))
            known = [*some, *behind[: self._phrases.longest]]  # a phrase may go on there
            with LOCK:
                rows = self._rows(coded(known))
            whose = owner[start : start + len(known)]
            kept.add(self._said(rows, whose), whose, start, len(some))
            start += len(some)
        return cues_of(self._names, kept.said(), owner, begins)

    def find(self, words: list[str]) -> Cues:
        """The cues that these folded words hold."""
        return self.find_in([Words("", words)]).of(0)

    def _rows(self, new: Coded) -> Rows:
        rows = self._meanings.rows(new)
        self._sets = Spread.of_lists(self._meanings.sets)
        return rows

    def _said(self, rows: Rows, owner: Places) -> Said:
        at = np.flatnonzero(rows[:, SAYS])
        each, cue = self._sets.of(rows[at, SAYS].astype(np.intp))
        alone = Said(at[each], cue, np.zeros_like(cue))
        both = list(map(np.concatenate, zip(alone, self._phrases.find(rows, owner), strict=True)))
        # What a word says alone stays before what it begins.
        order = np.argsort(both[0], kind="stable")
        return Said(*(column[order] for column in both))
