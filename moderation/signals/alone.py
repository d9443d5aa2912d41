"""One short comment at a time: what a page costs to set up is more than such a comment is worth.

A comment that must be looked at whole is left to a page.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from moderation.chunks import ENDS, ODD, SINGLE, STARTS, flags_of
from moderation.signals.tongue import LEFT, RIGHT, Tongue
from moderation.text import fold_text

_REMEMBERED = 20_000
_LONGEST = 240  # folded characters


class _Chunk(NamedTuple):
    """What is known of a chunk: its flags, which part of a target it may be, its folded letters,
    its rows in the tongue's book."""

    flags: int
    part: int
    folded: str
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
        found: list[_Chunk] = []
        for chunk in written:
            held = known.get(chunk) or self._met(chunk)
            if held is None:
                return None
            found.append(held)
        return found

    def _met(self, chunk: str) -> _Chunk | None:
        """A new chunk, learnt; None for one that must be looked at in its text."""
        folded = fold_text(chunk)
        flags = flags_of(chunk, folded)
        if flags & ODD:
            return None
        part = int(self._tongue.lexicon.parts([folded])[0])
        rows = self._tongue.book.rows_of_word(folded)
        held = self._known[chunk] = _Chunk(flags, part, folded, rows)
        return held

    def _keep_to_age(self) -> None:
        book = self._tongue.book
        if self._age != book.age or len(self._known) > _REMEMBERED:
            self._known.clear()
            self._age = book.age

    def _crosses(self, found: list[_Chunk]) -> bool:
        """Whether letters may be spaced out, or a target written in two."""
        joined = self._tongue.lexicon.is_joined
        for a, b in pairwise(found):
            if a.part & LEFT and b.part & RIGHT and joined(a.folded, b.folded.rstrip("!.,?")):
                return True
        return any(
            b.flags & SINGLE and a.flags & ENDS and c.flags & STARTS
            for a, b, c in zip(found, found[1:], found[2:], strict=False)
        )
