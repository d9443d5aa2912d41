"""The cues of a whole page at once: numpy finds the words that mean something, and sorts them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from moderation.page import LONGEST, Column, Page
from moderation.signals.cues import NEXT, Cues, Meaning, Phrase, Place, follows

Places = npt.NDArray[np.intp]

_PLACES = [Place(i, i) for i in range(LONGEST)]
_NO_CUES = Cues()


class PageCues:
    """Finds cues on pages. A word is three numbers: what it means, begins and may go on with."""

    def __init__(
        self, meaning: Callable[[str], Meaning | None], phrases: Mapping[str, Sequence[Phrase]]
    ) -> None:
        """``meaning`` tells what a word says, ``phrases`` those that each first word begins."""
        self._meaning = meaning
        self._phrases: list[Sequence[Phrase]] = [(), *phrases.values()]
        self._begins: dict[str, int] = {word: n for n, word in enumerate(phrases, start=1)}
        starts = dict.fromkeys(p.rest[0][:NEXT] for of in phrases.values() for p in of)
        self._starts: dict[str, int] = {start: n for n, start in enumerate(starts, start=1)}
        self._opens = np.zeros((len(phrases) + 1, len(starts) + 1), dtype=bool)
        begun = [
            (n, self._starts[p.rest[0][:NEXT]]) for n, of in enumerate(self._phrases) for p in of
        ]
        self._opens[tuple(np.array(begun, dtype=np.intp).reshape(-1, 2).T)] = True
        self._longest = max((len(p.rest) for of in self._phrases for p in of), default=0)
        named = dict.fromkeys(p.cue for of in phrases.values() for p in of)
        self._cues: dict[str, int] = {cue: n for n, cue in enumerate(named)}
        self._sets: dict[tuple[str, ...], int] = {(): 0}
        self._listed = _Lists([[]])
        self._column = Column(self._numbered, "words")

    def _numbered(self, words: Sequence[str]) -> Places:
        """For each word its set of cues, the phrases it begins, and the start that it has."""
        meant = map(self._meaning, words)
        rows = [
            (
                0 if m is None else self._sets.setdefault(m.cues, len(self._sets)),
                self._begins.get(word, 0),
                self._starts.get(word[:NEXT], 0),
            )
            for word, m in zip(words, meant, strict=True)
        ]
        for cue in (cue for of in self._sets for cue in of):
            self._cues.setdefault(cue, len(self._cues))
        self._listed = _Lists([[self._cues[cue] for cue in of] for of in self._sets])
        return np.array(rows, dtype=np.intp).reshape(-1, 3)

    def find(self, page: Page) -> list[Cues]:
        """The cues of each text."""
        said, owner = page.words()
        held = self._column.rows(page.chunks)[said]
        word, cue = self._listed.spread(np.flatnonzero(held[:, 0]), held[:, 0])
        found = self._phrases_on(page, held)
        word = np.concatenate([word, [at for at, _, _ in found]]).astype(np.intp)
        cue = np.concatenate([cue, [c for _, c, _ in found]]).astype(np.intp)
        # By text, then by cue, then by place; a phrase behind what its first word says alone.
        text = owner[word]
        group = text * (len(self._cues) + 1) + cue
        order = np.argsort(group * said.size + word, kind="stable")
        first = (word - page.word_begins()[text])[order]
        places = list(map(_PLACES.__getitem__, first.tolist()))
        alone = word.size - len(found)
        for at in np.flatnonzero(order >= alone).tolist():
            more = found[int(order[at]) - alone][2]
            places[at] = Place(places[at].first, places[at].first + more)
        return self._sorted(places, group[order], text[order], cue[order], len(page.texts))

    def _phrases_on(self, page: Page, held: Places) -> list[tuple[int, int, int]]:
        """The phrases on a page: the first word of each, its cue, and how many words follow."""
        said, owner = page.words()
        may = self._opens[held[:-1, 1], held[1:, 2]] & (owner[1:] == owner[:-1])
        found: list[tuple[int, int, int]] = []
        for at in np.flatnonzero(may).tolist():
            numbers = said[at + 1 : at + 1 + self._longest]
            near: list[int] = numbers[owner[at + 1 : at + 1 + self._longest] == owner[at]].tolist()
            rest = [page.chunks.words[n] for n in near]
            begun = self._phrases[int(held[at, 1])]
            found += [
                (at, self._cues[phrase.cue], len(phrase.rest))
                for phrase in begun
                if follows(rest, 0, phrase)
            ]
        return found

    def _sorted(
        self, places: list[Place], group: Places, text: Places, cue: Places, count: int
    ) -> list[Cues]:
        """The places of each cue of each text; those of one group stand together."""
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        names = list(self._cues)
        numbers: list[int] = cue[starts].tolist()
        named = [names[n] for n in numbers]
        held = [places[a:b] for a, b in pairwise([*starts.tolist(), len(places)])]
        cuts = np.searchsorted(text[starts], np.arange(count + 1)).tolist()
        return [
            Cues(zip(named[a:b], held[a:b], strict=True)) if b > a else _NO_CUES
            for a, b in pairwise(cuts)
        ]


class _Lists:
    """Lists of numbers end to end, so that numpy can take many of them at once."""

    def __init__(self, lists: Sequence[Sequence[int]]) -> None:
        self._size = np.array([len(of) for of in lists], dtype=np.intp)
        self._first = np.cumsum(self._size) - self._size
        self._flat = np.array([n for of in lists for n in of], dtype=np.intp)

    def spread(self, at: Places, of: Places) -> tuple[Places, Places]:
        """Each place as often as its list is long, and the numbers of the list beside it."""
        size = self._size[of[at]]
        begins = self._first[of[at]] - np.cumsum(size) + size
        return np.repeat(at, size), self._flat[np.repeat(begins, size) + np.arange(size.sum())]
