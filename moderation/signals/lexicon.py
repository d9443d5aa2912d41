"""Word lists looked up in one pass: which cues a folded text holds, and at which words.

The lists stand in ``words/*.toml``: a section is a cue, a key a language, its text the entries,
apart by ";". An entry may be several words; "*" at its end takes every ending. What a word means
is kept once it was found out, so a text costs one dictionary look-up a word and the time is linear
in its length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice

from data.model import Span
from moderation.codes import ALNUM, split_words
from moderation.page import Page
from moderation.signals.cues import NEXT, Cues, Meaning, Phrase, Place, follows
from moderation.signals.page_cues import PageCues
from moderation.signals.sound import sound_of
from moderation.text import Folded, fold, fold_text, fold_texts, slices

__all__ = ["Cues", "Lexicon", "PageWords", "Place", "Words", "words_of"]

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_REMEMBERED = 100_000
_LONG = 1 << 16  # characters that are split in one pass
_LEAST_STEM = 3


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


# Arabic writes "and", "in", "for" and "the" as one word with what follows.
_ARTICLE = re.compile(r"^[وفبک]?ال(?=\w{3})|^لل(?=\w{3})|^و(?=\w{4})")


class Lexicon:
    """Word lists, ready to be looked up. Entries are folded as texts are."""

    def __init__(self, lists: Iterable[tuple[str, str, Iterable[str]]]) -> None:
        """``lists`` gives (cue, language, entries)."""
        self._whole: dict[str, list[str]] = {}
        self._stems: dict[str, list[str]] = {}
        self._sounds: dict[str, list[str]] = {}
        self._phrases: dict[str, list[Phrase]] = {}
        self._known = _Known(self._meaning)
        rows = [(cue, entry, of == "ur-Latn") for cue, of, entries in lists for entry in entries]
        folded = fold_texts([entry.rstrip("*") for _, entry, _ in rows])
        for (cue, entry, by_sound), told in zip(rows, folded, strict=True):
            words = [told] if told.isalpha() else _WORD.findall(told)
            if words:
                self._add(cue, words, open_end=entry.endswith("*"), by_sound=by_sound)
        self._on_page = PageCues(self._meaning, self._phrases)
        self._longest_stem = max(map(len, self._stems), default=0)
        self._stem_starts = {stem[:_LEAST_STEM] for stem in self._stems}

    def _add(self, cue: str, words: list[str], *, open_end: bool, by_sound: bool) -> None:
        if len(words) > 1:
            open_end = open_end and len(words[-1]) >= NEXT  # a stem of one letter says nothing
            phrase = Phrase(tuple(words[1:]), open_end, cue)
            self._phrases.setdefault(words[0], []).append(phrase)
            return
        word = words[0]
        (self._stems if open_end else self._whole).setdefault(word, []).append(cue)
        if by_sound and (sound := sound_of(word)):
            self._sounds.setdefault(sound, []).append(cue)

    def _meaning(self, word: str) -> Meaning | None:
        cues = list(self._whole.get(word, ()))
        if word[:_LEAST_STEM] in self._stem_starts:
            for size in range(_LEAST_STEM, min(len(word), self._longest_stem) + 1):
                cues += self._stems.get(word[:size], ())
        if not cues and (sound := sound_of(word)):
            cues += self._sounds.get(sound, ())
        if not cues and not word.isascii() and (bare := _ARTICLE.sub("", word)) != word:
            cues += self._whole.get(bare, ())
        if not cues and word not in self._phrases:
            return None
        phrases: dict[str, tuple[Phrase, ...]] = {}
        for phrase in self._phrases.get(word, ()):
            start = phrase.rest[0][:NEXT]
            phrases[start] = (*phrases.get(start, ()), phrase)
        return Meaning(tuple(dict.fromkeys(cues)), phrases)

    def find(self, words: list[str]) -> Cues:
        """The cues that these folded words hold."""
        places = Cues()
        for i, meaning in enumerate(map(self._known.__getitem__, words)):
            if meaning is None:
                continue
            cues, phrases = meaning
            place = Place(i, i)
            for cue in cues:
                places.setdefault(cue, []).append(place)
            if phrases and i + 1 < len(words):
                for phrase in phrases.get(words[i + 1][:NEXT], ()):
                    if follows(words, i + 1, phrase):
                        places.setdefault(phrase.cue, []).append(Place(i, i + len(phrase.rest)))
        return places

    def find_on(self, page: Page) -> list[Cues]:
        """`find` for each text of a page."""
        return self._on_page.find(page)


class _Known(dict[str, Meaning | None]):
    """What each word met so far means; a new one is looked up once."""

    def __init__(self, meaning: Callable[[str], Meaning | None]) -> None:
        super().__init__()
        self._meaning = meaning

    def __missing__(self, word: str) -> Meaning | None:
        if len(self) >= _REMEMBERED:  # hostile input must not fill the memory
            self.clear()
        found = self[word] = self._meaning(word)
        return found
