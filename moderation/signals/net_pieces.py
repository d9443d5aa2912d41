"""The pieces of many words at once: what `net.pieces_of_word` gives for one, in numpy."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from moderation.signals.laid import Laid, Places, runs
from moderation.texts.codes import ALNUM, kinds_of
from moderation.texts.hashes import Hashes, Slices, Table, hashes
from moderation.texts.strung import coded

INSIDE = "##"  # begins a piece that does not begin a word
LONGEST = 20  # characters of a piece


class Finder:
    """Finds the longest known pieces of words from left to right."""

    def __init__(self, pieces: Mapping[str, int]) -> None:
        held, numbers = coded([*pieces]), np.fromiter(pieces.values(), np.intp, len(pieces))
        starts, ends = held.begins[:-1], held.begins[1:] - 1
        inside = ends - starts > len(INSIDE)
        for n, mark in enumerate(INSIDE):
            inside &= held.codes.take(starts + n, mode="clip") == ord(mark)
        bare = hashes(held.codes, starts[inside] + len(INSIDE), ends[inside])
        self._begin, self._numbers = _table(held.hashes), numbers
        self._inside, self._inner = _table(bare), numbers[inside]

    def pieces(self, chunks: Laid) -> tuple[Places, Places]:
        """The numbers of the pieces of all words of the chunks, and the chunk that each is of,
        which never falls."""
        starts, ends = _words(chunks)
        owner = np.searchsorted(chunks.ends, starts)
        slices, at, first = Slices(chunks.codes), starts, True
        found: list[tuple[Places, Places]] = []
        while at.size:
            cuts, begins = runs(at + 1, np.minimum(at + LONGEST, ends) + 1)
            told = slices.of(np.repeat(at, np.diff(begins)), cuts)
            number = self._known(told, first=first)
            known = np.where(number >= 0, np.arange(cuts.size), -1)
            longest = np.maximum.reduceat(known, begins[:-1])
            hit = longest >= 0
            found.append((number[longest[hit]], owner[hit]))
            at = np.where(hit, cuts[longest], at + 1)
            left = at < ends
            at, ends, owner, first = at[left], ends[left], owner[left], False
        if not found:
            return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
        numbers, of = (np.concatenate(parts) for parts in zip(*found, strict=True))
        order = np.argsort(of, kind="stable")
        return numbers[order], of[order]

    def _known(self, told: Hashes, *, first: bool) -> Places:
        table, numbers = (self._begin, self._numbers) if first else (self._inside, self._inner)
        at = table.find(told)
        return np.where(at >= 0, numbers.take(at, mode="clip"), -1) if numbers.size else at


def _table(pieces: Hashes) -> Table:
    table = Table(pieces.size.bit_length() + 2)
    table.add(pieces, 0)
    return table


def _words(chunks: Laid) -> tuple[Places, Places]:
    """Where the words and marks of laid out chunks begin and end."""
    codes = chunks.codes
    inside = (kinds_of(codes) & ALNUM) != 0
    begins = inside.copy()
    begins[1:] &= ~inside[:-1]
    marks = ~inside
    marks &= codes != 0
    marks[np.flatnonzero(codes == 32)] = False
    at = np.flatnonzero(begins | marks)
    stops = np.flatnonzero(~inside)
    after = stops[np.searchsorted(stops, at)]
    return at, np.where(marks[at], at + 1, after)
