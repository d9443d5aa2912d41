"""One short comment at a time: what a page costs to set up is more than such a comment is worth.

Chunks are remembered from pages that were read; a comment that holds a new one, or that must be
looked at whole, is left to a page.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from moderation.chunks import ENDS, ODD, SINGLE, STARTS
from moderation.page import Page
from moderation.signals.tongue import LEFT, RIGHT, Tongue

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
        if self._age != self._tongue.book.age:
            return None
        held = list(map(self._known.get, text.split()))
        found = [chunk for chunk in held if chunk is not None]
        if not found or len(found) < len(held):
            return None
        if sum([len(c.folded) + 1 for c in found]) - 1 > _LONGEST or self._crosses(found):
            return None
        raw = self._tongue.book.raw_one([row for c in found for row in c.rows])
        return self._tongue.settled_one(raw)

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

    def remember(self, page: Page) -> None:
        """Keeps the chunks of a page of one text, judged before."""
        book = self._tongue.book
        if self._age != book.age or len(self._known) > _REMEMBERED:
            self._known.clear()
            self._age = book.age
        parts: list[int] = self._tongue.parts_on(page).tolist()
        numbers: list[int] = page.ids.tolist()
        for n, (chunk, number) in enumerate(zip(page.texts[0].split(), numbers, strict=True)):
            flags, rows = int(page.chunks.flags[number]), book.rows_of(page, n)
            if rows is not None and not flags & ODD:
                folded = page.chunks.folded[number]
                self._known[chunk] = _Chunk(flags, parts[n], folded, rows)
