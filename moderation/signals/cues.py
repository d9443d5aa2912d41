"""What a text says by its words: the cues that were found in it, and at which words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Place(NamedTuple):
    """Words [first, last] of a text."""

    first: int
    last: int


class Cues(dict[str, list[Place]]):
    """The cues of one text and the places where each was found, in order."""

    __slots__ = ()

    def has(self, *cues: str) -> bool:
        """Whether any of these cues was found."""
        return not self.keys().isdisjoint(cues)

    def of(self, cue: str) -> Sequence[Place]:
        """Where the cue was found, in order; empty when it was not."""
        return self.get(cue, ())

    def near(self, one: str, other: str, reach: int) -> Iterator[tuple[Place, Place]]:
        """Pairs of the two cues at most ``reach`` words apart, each place of one at most once."""
        others = self.get(other)
        if not others:
            return
        at = 0
        for place in self.get(one, ()):
            while at < len(others) - 1 and others[at].last < place.first - reach:
                at += 1
            for candidate in others[at : at + 4]:
                if candidate != place and _gap(place, candidate) <= reach:
                    yield place, candidate
                    break


def _gap(one: Place, other: Place) -> int:
    return max(one.first - other.last, other.first - one.last, 0)
