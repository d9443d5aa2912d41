"""One short comment at a time: what a page costs to set up is more than such a comment is worth.

A comment that must be looked at whole is left to a page.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from moderation.chunks import ENDS, ODD, SINGLE, STARTS, flags_of
from moderation.signals.tongue import Tongue
from moderation.text import fold_text

_REMEMBERED = 20_000
_LONGEST = 240  # folded characters


class _Chunk(NamedTuple):
    """What is known of a chunk: its flags, its folded letters, whether it may be the left part of
    a target, what of it may be the right part, and its rows in the tongue's book."""

    flags: int
    folded: str
    begins: bool
    right: str
    rows: list[int]


class Alone:
    """Raw scores of single comments in one tongue."""

    def __init__(self, tongue: Tongue) -> None:
        self._tongue = tongue
        self._known: dict[str, _Chunk] = {}
        self._age = -1

    def raw(self, text: str) -> dict[str, float] | None:
        """Each head's raw score, None where a page must be made of the text."""
        found = self._chunks(text.split())
        if not found or self._age != self._tongue.book.age:  # learning may have emptied the book
            return None
        if sum([len(c.folded) + 1 for c in found]) - 1 > _LONGEST or self._crosses(found):
            return None
        raw = self._tongue.book.raw_one([row for c in found for row in c.rows])
        return self._tongue.settled_one(raw)

    def _chunks(self, written: list[str]) -> list[_Chunk] | None:
        """What is known of these chunks, None where that is not all of them."""
        self._keep_to_age()
        known = self._known
        new = [chunk for chunk in written if chunk not in known]
        if new and not self._meet(new):
            return None
        return [known[chunk] for chunk in written]

    def _meet(self, new: list[str]) -> bool:
        """Learns new chunks; not, where one of them must be looked at in its text."""
        folded = list(map(fold_text, new))
        flags = list(map(flags_of, new, folded))
        if any(f & ODD for f in flags):
            return False
        begins = map(self._tongue.lexicon.begins, folded)
        right = [f.rstrip("!.,?") for f in folded]
        rows = self._tongue.book.rows_of(folded)
        self._known.update(zip(new, map(_Chunk, flags, folded, begins, right, rows), strict=True))
        return True

    def _keep_to_age(self) -> None:
        book = self._tongue.book
        if self._age != book.age or len(self._known) > _REMEMBERED:
            self._known.clear()
            self._age = book.age

    def _crosses(self, found: list[_Chunk]) -> bool:
        """Whether letters may be spaced out, or a target written in two."""
        joined = self._tongue.lexicon.is_joined
        for a, b in pairwise(found):
            if a.begins and b.right and joined(a.folded, b.right):
                return True
        return any(
            b.flags & SINGLE and a.flags & ENDS and c.flags & STARTS
            for a, b, c in zip(found, found[1:], found[2:], strict=False)
        )
