"""Phrases of the word lists, found in all texts of a page at once, one word further at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain
from typing import Self

import numpy as np

from moderation.signals.listing import Listing
from moderation.signals.meanings import BEGINS, WORD, Meanings, Rows, found_in, table_of
from moderation.signals.page_cues import Said
from moderation.texts.codes import Places
from moderation.texts.hashes import Hashes

_MIX = np.uint64(0x9E3779B97F4A7C15)  # odd: no two steps become one
_SHIFT = 32


class Spread:
    """Lists of numbers end to end, so that numpy can take many of them at once."""

    def __init__(self, sizes: Places, flat: Places) -> None:
        """``sizes`` of the lists, and what stands in them one after the other."""
        self._size, self._flat = sizes, flat
        self._first = np.cumsum(sizes) - sizes

    @classmethod
    def of_lists(cls, lists: Collection[Sequence[int]]) -> Self:
        """These lists."""
        sizes = np.fromiter(map(len, lists), np.intp, len(lists))
        return cls(sizes, np.fromiter(chain.from_iterable(lists), np.intp, int(sizes.sum())))

    def of(self, numbers: Places) -> tuple[Places, Places]:
        """The place of each list as often as it is long, and the numbers in it beside."""
        size = self._size[numbers]
        ends = np.cumsum(size)
        begins = self._first[numbers] - ends + size
        at = np.repeat(np.arange(size.size), size)
        return at, self._flat[begins[at] + np.arange(at.size)]


class Phrases:
    """Walks the paths of a listing."""

    def __init__(self, listing: Listing, meanings: Meanings) -> None:
        parents = np.array(listing.parents, dtype=np.intp)
        steps = meanings.numbers(listing.steps)[np.array(listing.over, dtype=np.intp)]
        count = parents.size + 1
        self._edges = table_of(_keys(parents, steps))
        self._first = np.zeros(meanings.word_count + 1, dtype=np.intp)
        begin = np.flatnonzero(parents == 0)
        self._first[steps[begin]] = begin + 1
        self._cues = np.array(listing.end_cues, dtype=np.intp)
        nodes, stems = np.array([listing.end_nodes, listing.end_stems], dtype=np.intp)
        closed, is_open = np.flatnonzero(stems == 0), np.flatnonzero(stems)
        order = closed[np.argsort(nodes[closed], kind="stable")]
        self._ends = Spread(np.bincount(nodes[closed], minlength=count), order)
        self._open: dict[tuple[int, int], list[int]] = {}
        for n in is_open.tolist():
            self._open.setdefault((listing.end_nodes[n], listing.end_stems[n]), []).append(n)
        self._is_open, self._goes_on = np.zeros((2, count), dtype=np.bool_)
        self._is_open[[node for node, _ in self._open]] = True
        self._goes_on[parents] = True
        self._stems = meanings.stems
        depth = np.zeros(count, dtype=np.intp)
        while not np.array_equal(depth[1:], depth[parents] + 1):
            depth[1:] = depth[parents] + 1
        self.longest = int(depth.max()) + 1
        """Words of the longest phrase, or one more."""

    def find(self, rows: Rows, owner: Places) -> Said:
        """The phrases in words of these rows, within one text each: in order of places, and of the
        lists where several begin at one."""
        words, begins = rows[:, WORD].astype(np.intp), rows[:, BEGINS].astype(np.intp)
        parts: list[tuple[Places, Places, int]] = []  # first words, phrases, and words that follow
        at = np.flatnonzero(self._first[words])
        node, more = self._first[words[at]], 0
        while at.size:
            more += 1
            inside = owner.take(at + more, mode="clip") == owner[at]
            inside &= at + more < owner.size
            at, node = at[inside], node[inside]
            parts.append((*self._open_ends(at, node, begins[at + more]), more))
            number = words[at + more]
            on = np.flatnonzero(self._goes_on[node] & (number > 0))
            at, node = at[on], found_in(self._edges, _keys(node[on], number[on]))
            at, node = at[node > 0], node[node > 0]
            of, phrase = self._ends.of(node)
            parts.append((at[of], phrase, more))
        return self._in_order(parts)

    def _open_ends(self, at: Places, node: Places, begins: Places) -> tuple[Places, Places]:
        """The phrases that end with the stems which the next word begins with."""
        may = np.flatnonzero(self._is_open[node] & (begins > 0))
        firsts: list[int] = []
        phrases: list[int] = []
        if may.size:
            stems: list[tuple[int, ...]] = list(self._stems)
            groups: list[int] = begins[may].tolist()
            for first, there, group in zip(
                at[may].tolist(), node[may].tolist(), groups, strict=True
            ):
                for stem in stems[group]:
                    ended = self._open.get((there, stem), ())
                    firsts += [first] * len(ended)
                    phrases += ended
        return np.array(firsts, dtype=np.intp), np.array(phrases, dtype=np.intp)

    def _in_order(self, parts: Sequence[tuple[Places, Places, int]]) -> Said:
        none = np.zeros(0, dtype=np.intp)
        at = np.concatenate([none, *(first for first, _, _ in parts)])
        phrase = np.concatenate([none, *(number for _, number, _ in parts)])
        more = np.repeat([m for _, _, m in parts], [first.size for first, _, _ in parts])
        order = np.argsort(at * (self._cues.size + 1) + phrase, kind="stable")
        return Said(at[order], self._cues[phrase[order]], more[order].astype(np.intp))


def _keys(nodes: Places, words: Places) -> Hashes:
    """A number, never 0, for each step from a node over a word."""
    return ((nodes << _SHIFT) + words).astype(np.uint64) * _MIX
