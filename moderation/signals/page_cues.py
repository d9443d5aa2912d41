"""The cues of many texts in columns; those of one text, with their places, where somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from itertools import repeat
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from moderation.signals.bits import Bits, Bools, bits_of
from moderation.signals.cues import Cues, Place
from moderation.texts.codes import Places

# What Place(...) does, with no step of Python's for each.
_new: Callable[[type[Place], tuple[int, int]], Place] = tuple.__new__  # pyright: ignore

_MANY = 200_000  # cues of which no list of numbers is kept


MOST_PLACES = 5000
"""Of one cue in one text: hostile input must not fill the memory."""


class Said(NamedTuple):
    """Cues by the place of their first word among the words of all texts, in the order in which
    they are found: which cue, and how many words it goes on for."""

    at: Places
    cue: Places
    more: Places


class Kept:
    """Cues found part by part; of each one at most `MOST_PLACES` in a text are kept."""

    def __init__(self, cues: int, texts: int) -> None:
        self._cues = cues
        self._counts = np.zeros(cues * texts, dtype=np.intp)
        none = np.zeros(0, dtype=np.intp)
        self._parts = [Said(none, none, none)]

    def add(self, said: Said, owner: Places, start: int, size: int) -> None:
        """Adds those that begin among the first ``size`` words of a part; ``owner``: the text of
        each of its words, ``start``: where the part begins among all words."""
        said = Said(*(column[said.at < size] for column in said))
        key = owner[said.at] * self._cues + said.cue
        order = np.argsort(key, kind="stable")
        first = np.flatnonzero(np.diff(key[order], prepend=-1))
        nth = np.arange(key.size) - np.repeat(first, np.diff(first, append=key.size))
        kept = np.sort(order[self._counts[key[order]] + nth < MOST_PLACES])
        self._counts += np.bincount(key, minlength=self._counts.size)
        self._parts.append(Said(said.at[kept] + start, said.cue[kept], said.more[kept]))

    def said(self) -> Said:
        """All that was kept."""
        return Said(*map(np.concatenate, zip(*self._parts, strict=True)))


class PageCues:
    """Which cues each text holds."""

    __slots__ = ("_changed", "_held", "_places", "_says")

    def __init__(
        self,
        says: Mapping[str, Bits],
        places: PagePlaces,
        changed: Mapping[int, Cues] = MappingProxyType({}),
    ) -> None:
        """``says``: for each cue in which texts it is; ``changed``: the cues of texts that hold
        fewer than were found at those places."""
        self._says, self._places, self._changed = says, places, changed
        self._held = dict(changed)

    def __len__(self) -> int:
        """How many texts there are."""
        return self._places.count

    def has(self, *cues: str) -> Bits:
        """The texts in which any of these cues was found."""
        out, says = 0, self._says
        for cue in cues:
            out |= says.get(cue, 0)
        return out

    def of(self, i: int) -> Cues:
        """The cues of the i-th text, with their places."""
        held = self._held.get(i)
        if held is None:
            held = self._held[i] = self._places.of(i)
        return held

    def meet(self, some: Collection[str], others: Collection[str]) -> Bits:
        """The texts in which a word belongs to one of ``some`` and to one of ``others``."""
        both = self.has(*some) & self.has(*others)
        return both and both & self._places.meet(some, others)

    def apart(self, cue: str) -> Bits:
        """The texts in which the cue was found at two places that share no word."""
        out = self.has(cue) and self._places.apart(cue)
        for i, of in self._changed.items():
            places = of.of(cue)
            is_apart = bool(places) and places[-1].first > places[0].last
            out = out & ~(1 << i) | is_apart << i
        return out

    def changed(self, other: Mapping[int, Cues]) -> PageCues:
        """The same, but for some texts, by their number, fewer of their cues."""
        if not other:
            return self
        says = dict(self._says)
        for i, cues in other.items():
            for cue in self.of(i).keys() - cues.keys():
                says[cue] &= ~(1 << i)
        return PageCues(says, self._places, {**self._changed, **other})


def cues_of(names: Sequence[str], said: Said, owner: Places, begins: Places) -> PageCues:
    """Cues that were found, given the text of each word and where the words of each begin."""
    count = begins.size - 1
    says = np.zeros((len(names), count), dtype=np.bool_)
    says[said.cue, owner[said.at]] = True
    packed = np.packbits(says, axis=1, bitorder="little")
    wide, held = packed.shape[1], packed.tobytes()
    bits = {
        names[n]: int.from_bytes(held[n * wide : (n + 1) * wide], "little")
        for n in np.flatnonzero(np.bincount(said.cue, minlength=1)).tolist()
    }
    return PageCues(bits, PagePlaces(names, said, owner, begins))


class PagePlaces:
    """Where the cues of texts stand."""

    def __init__(self, names: Sequence[str], said: Said, owner: Places, begins: Places) -> None:
        self._names, self._said, self._owner, self._begins = names, said, owner, begins
        self.count = begins.size - 1

    @cached_property
    def _lists(self) -> tuple[list[int], list[int], list[int], list[int]]:
        """Where the cues of each text begin; of each cue its number, first and last word."""
        at, cue, more = self._said
        first = at - self._begins[self._owner[at]]
        cuts = np.searchsorted(at, self._begins)
        return cuts.tolist(), cue.tolist(), first.tolist(), (first + more).tolist()

    def of(self, i: int) -> Cues:
        """The cues of the i-th text, each with its places in order."""
        if self._said.at.size > _MANY:
            return self._of_many(i)
        cuts, cue, first, last = self._lists
        a, b = cuts[i], cuts[i + 1]
        names, out = self._names, Cues()
        places = map(_new, repeat(Place), zip(first[a:b], last[a:b], strict=True))
        for number, place in zip(cue[a:b], places, strict=True):
            out.setdefault(names[number], []).append(place)
        return out

    def _of_many(self, i: int) -> Cues:
        """`of`, for texts of megabytes: one place serves all cues that stand there."""
        a, b = np.searchsorted(self._said.at, self._begins[[i, i + 1]]).tolist()
        at, cue, more = (column[a:b] for column in self._said)
        new = np.ones(at.size, dtype=np.bool_)
        new[1:] = (at[1:] != at[:-1]) | (more[1:] != more[:-1])
        firsts: list[int] = (at[new] - self._begins[i]).tolist()
        lasts = firsts.copy()  # the same numbers, but where a cue goes on
        on = more[new]
        for n in np.flatnonzero(on).tolist():
            lasts[n] += int(on[n])
        places = list(map(_new, repeat(Place), zip(firsts, lasts, strict=True)))
        which, out = np.cumsum(new) - 1, Cues()
        numbers: list[int] = cue.tolist()
        for number in dict.fromkeys(numbers):
            out[self._names[number]] = [places[n] for n in which[cue == number].tolist()]
        return out

    def apart(self, cue: str) -> Bits:
        """The texts in which the cue was found at two places that share no word."""
        out = np.zeros(self.count, dtype=np.bool_)
        mine = np.flatnonzero(self._said.cue == self._names.index(cue))
        at, text = self._said.at[mine], self._owner[self._said.at[mine]]
        first = np.flatnonzero(np.diff(text, prepend=-1))
        last = np.append(first[1:], at.size)[: first.size] - 1
        out[text[first]] = at[last] > at[first] + self._said.more[mine][first]
        return bits_of(out)

    def meet(self, some: Collection[str], others: Collection[str]) -> Bits:
        """The texts in which a word belongs to one of ``some`` and to one of ``others``."""
        out = np.zeros(self.count, dtype=np.bool_)
        out[self._owner[np.flatnonzero(self._under(some) & self._under(others))]] = True
        return bits_of(out)

    def _under(self, cues: Collection[str]) -> Bools:
        """For each word whether it belongs to one of these cues."""
        wanted = np.array([name in cues for name in self._names], dtype=np.bool_)
        at, cue, more = self._said
        mine = np.flatnonzero(wanted[cue])
        room = self._owner.size + 1
        begun = np.bincount(at[mine], minlength=room)
        ended = np.bincount(at[mine] + more[mine] + 1, minlength=room)
        return np.cumsum(begun - ended)[:-1] > 0
