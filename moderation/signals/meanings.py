"""What words mean, in numbers: all words of a page that were never met before at once.

A word is looked up whole, then by the stems that it begins with; where neither says anything, by
how it sounds (Roman Urdu) or without the article that Arabic writes as one word with it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from moderation.signals.listing import Listing
from moderation.signals.sound import LEAST_SOUND, sounds_of
from moderation.texts.codes import Codes, Places, one_of
from moderation.texts.hashes import Hashes, Table, hashes, hashes_of
from moderation.texts.strung import Coded, coded

Rows = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
WORD, SAYS, BEGINS = range(3)
"""The columns of a row: the number of the word where it is listed whole, of the cues that it says,
and of the stems that it begins with; each 0 for none."""
_SCREEN, _BITS = 16, np.uint64(48)
_MIXED = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
_ASCII, _JOINER = 0x7F, ord("'")
_WAW, _ALIF, _LAM = map(ord, "وال")
_BEFORE_AL = tuple(map(ord, "وفبک"))


def table_of(found: Hashes) -> Table:
    """Each of these hashes by its number from 1, so that 0 is free for those not found."""
    table = Table(max(2, found.size.bit_length() + 1))
    table.add(found, 1)
    return table


def found_in(table: Table, wanted: Hashes) -> Places:
    """The numbers of `table_of`, 0 for what it does not hold."""
    return np.maximum(table.find(wanted), 0)


class Meanings:
    """Looks words up. What they say stands in `sets`, and which stems they begin with in `stems`.

    Both grow as new words come: hold `moderation.texts.chunks.LOCK` while rows are worked out.
    """

    def __init__(self, listing: Listing) -> None:
        self.sets: dict[tuple[int, ...], int] = {tuple(s): n for n, s in enumerate(listing.sets)}
        self.stems: dict[tuple[int, ...], int] = {(): 0}
        words = list(dict.fromkeys([*listing.whole, *listing.steps]))
        self._words = table_of(hashes_of(words))
        self._size = len(words)
        self._whole_says = np.zeros(len(words) + 1, dtype=np.intp)
        self._whole_says[1 : len(listing.whole) + 1] = listing.whole_sets
        self._sounds = table_of(hashes_of(listing.sounds))
        self._sound_says = np.array([0, *listing.sound_sets], dtype=np.intp)
        self._stem_table = table_of(hashes_of(listing.stems))
        self._stem_says: list[Sequence[int]] = [(), *(listing.sets[n] for n in listing.stem_sets)]
        self._stem_sizes = sorted(set(map(len, listing.stems)))
        self._screens = _screens(listing.stems)

    @property
    def word_count(self) -> int:
        """How many words are listed whole."""
        return self._size

    def numbers(self, words: Sequence[str]) -> Places:
        """The numbers of words that are listed whole."""
        return found_in(self._words, hashes_of(words))

    def rows(self, new: Coded) -> Rows:
        """A row for each of these words."""
        word = found_in(self._words, new.hashes)
        says = self._whole_says[word]
        begins = self._begun(new, says)
        still = np.flatnonzero(says == 0)
        if still.size:
            self._say_by_letters(new, still, says)
        return np.stack([word, says, begins], axis=1).astype(np.int32)

    def _begun(self, new: Coded, says: Places) -> Places:
        """The stems that each word begins with; what they say is put to what it says whole."""
        out = np.zeros(says.size, dtype=np.intp)
        at, stem = self._stems_of(new)
        held: dict[int, tuple[int, ...]] = {}
        for n, number in zip(at.tolist(), stem.tolist(), strict=True):
            held[n] = (*held.get(n, ()), number)
        sets = list(self.sets)
        for n, numbers in held.items():
            out[n] = self.stems.setdefault(numbers, len(self.stems))
            more = [cue for number in numbers for cue in self._stem_says[number]]
            if more:
                union = tuple(dict.fromkeys([*sets[int(says[n])], *more]))
                says[n] = self.sets.setdefault(union, len(self.sets))
        return out

    def _stems_of(self, new: Coded) -> tuple[Places, Places]:
        """Words, by their place, and a stem that each begins with, the shortest first."""
        starts, sizes = new.begins[:-1], np.diff(new.begins) - 1
        may = np.zeros(starts.size, dtype=np.bool_)
        for letters, screen in self._screens:
            may |= screen[_slots(new.codes, starts, letters)]
        at = np.flatnonzero(may)
        parts = [at[sizes[at] >= size] for size in self._stem_sizes]
        whose = np.concatenate([np.zeros(0, dtype=np.intp), *parts])
        lengths = np.repeat(np.array(self._stem_sizes, dtype=np.intp), list(map(len, parts)))
        first = starts[whose]
        stem = found_in(self._stem_table, hashes(new.codes, first, first + lengths))
        hit = np.flatnonzero(stem)
        return whose[hit], stem[hit]

    def _say_by_letters(self, new: Coded, still: Places, says: Places) -> None:
        """What the words say that say nothing as written: by sound, or without an article."""
        starts, ends = new.begins[still], new.begins[still + 1] - 1
        latin = np.append(0, np.cumsum((new.codes >= ord("a")) & (new.codes <= ord("z"))))
        sounding = latin[ends] - latin[starts] == ends - starts
        by_sound = still[sounding & (ends - starts >= LEAST_SOUND)]
        if by_sound.size:
            sound = found_in(self._sounds, sounds_of(new.picked(by_sound)))
            says[by_sound] = self._sound_says[sound]
        plain = np.append(0, np.cumsum(new.codes <= _ASCII))
        other = plain[ends] - plain[starts] != ends - starts
        cut = _article(new.codes, starts[other], ends[other])
        bare = np.flatnonzero(cut)
        if bare.size:
            begin = starts[other][bare] + cut[bare]
            word = found_in(self._words, hashes(new.codes, begin, ends[other][bare]))
            says[still[other][bare]] = self._whole_says[word]


def _article(codes: Codes, starts: Places, ends: Places) -> Places:
    """How many letters of each word are "and", "in", "for" and "the", as Arabic writes them."""
    sizes = ends - starts
    at = starts[:, None] + np.arange(6)
    head = np.where(np.arange(6) < sizes[:, None], codes.take(at, mode="clip"), 0)
    letter = (head != 0) & (head != _JOINER)

    def plain(first: int, count: int) -> Bools:
        return letter[:, first : first + count].all(axis=1)

    is_al = (head[:, :-1] == _ALIF) & (head[:, 1:] == _LAM)
    led = one_of(head[:, 0], _BEFORE_AL)
    return np.select(
        [
            led & is_al[:, 1] & plain(3, 3),
            is_al[:, 0] & plain(2, 3),
            (head[:, 0] == _LAM) & (head[:, 1] == _LAM) & plain(2, 3),
            (head[:, 0] == _WAW) & plain(1, 4),
        ],
        [3, 2, 2, 1],
        default=0,
    )


def _slots(codes: Codes, starts: Places, letters: int) -> Places:
    """A number below 2**16 for the first letters of each word."""
    mixed = np.zeros(starts.size, dtype=np.uint64)
    for n in range(letters):
        mixed += codes.take(starts + n, mode="clip") * np.uint64(_MIXED[n])
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(_MIXED[0])
    return (mixed >> _BITS).astype(np.intp)


def _screens(stems: Sequence[str]) -> list[tuple[int, Bools]]:
    """How stems begin: what is not here begins none of them. By the number of letters looked at."""
    out: list[tuple[int, Bools]] = []
    for letters in (2, 3):
        heads = [s[:letters] for s in stems if min(len(s), 3) == letters]
        if heads:
            found = coded(heads)
            screen = np.zeros(1 << _SCREEN, dtype=np.bool_)
            screen[_slots(found.codes, found.begins[:-1], letters)] = True
            out.append((letters, screen))
    return out
