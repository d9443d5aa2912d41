"""What a text says by its words: the cues that were found in it, and at which words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

NEXT = 2  # letters of a phrase's second word by which it is looked up


class Phrase(NamedTuple):
    """What must follow a first word for a cue of several words."""

    rest: tuple[str, ...]
    open_end: bool
    cue: str


class Meaning(NamedTuple):
    """What one word says by itself, and the phrases it may begin, by the next word's start."""

    cues: tuple[str, ...]
    phrases: Mapping[str, tuple[Phrase, ...]]


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


def follows(words: list[str], start: int, phrase: Phrase) -> bool:
    """Whether what must follow the phrase's first word stands in the words from ``start`` on."""
    rest = phrase.rest
    end = start + len(rest)
    if end > len(words):
        return False
    if end - start > 1 and tuple(words[start : end - 1]) != rest[:-1]:
        return False
    last = words[end - 1]
    return last.startswith(rest[-1]) if phrase.open_end else last == rest[-1]
