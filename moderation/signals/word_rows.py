"""What a word book keeps: a row for each word, an entry for each chunk between blanks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from moderation.signals.grams import Codes
from moderation.signals.grams import Words as Heard
from moderation.signals.weights import Floats, Places

_Wide = TypeVar("_Wide", bound=npt.NDArray[Any])


def _wide(old: _Wide, size: int) -> _Wide:
    """The array with room for ``size`` columns at least."""
    room = old.shape[-1]
    if size <= room:
        return old
    out = np.zeros((*old.shape[:-1], max(size, 2 * room)), dtype=old.dtype)
    out[..., :room] = old
    return out  # pyright: ignore[reportReturnType]


class Rows:
    """One row a word: sums of weights by head, how many features, and the hashes for pairs."""

    def __init__(self, columns: int) -> None:
        self.sums = np.zeros((columns + 2, 256))
        """A line for each head, then how many features a word has, and how many of them are of
        the word as a whole."""
        self.said = np.zeros(256, dtype=np.uint32)
        self.sound = np.zeros(256, dtype=np.uint32)
        self.heard = np.zeros(256, dtype=bool)
        self.size = 0

    def add_one(self, sums: Floats, said: np.uint32, sound: np.uint32 | None) -> None:
        """`add` of one word."""
        at = self._grow(1)
        self.sums[:, at], self.said[at] = sums, said
        self.sound[at], self.heard[at] = sound or 0, sound is not None

    def _grow(self, more: int) -> int:
        """Where so many more rows begin."""
        start = self.size
        self.size += more
        for name in ("sums", "said", "sound", "heard"):
            setattr(self, name, _wide(getattr(self, name), self.size))
        return start

    def add(self, sums: Floats, said: Codes, sounds: Heard | None) -> None:
        start = self._grow(said.size)
        end = self.size
        self.sums[:, start:end] = sums
        self.said[start:end] = said
        if sounds is not None:
            self.sound[start + sounds.owner] = sounds.hashes
            self.heard[start + sounds.owner] = True


@dataclass(slots=True)
class Entries:
    """What chunks of text between blanks consist of: rows [first, first + count) for each."""

    number: dict[str, int] = field(default_factory=dict[str, int])
    first: Places = field(default_factory=lambda: np.zeros(256, dtype=np.intp))
    count: Places = field(default_factory=lambda: np.zeros(256, dtype=np.intp))
    ends: Codes = field(default_factory=lambda: np.zeros((3, 256), dtype=np.uint32))
    """By these a chunk and its neighbour are seen to be one word written in two."""
    plain: bool = True  # each entry so far is one word

    def add(self, chunks: Sequence[str], first: Places, count: Places, ends: Codes) -> None:
        start, end = len(self.number), len(self.number) + len(chunks)
        for name in ("first", "count", "ends"):
            setattr(self, name, _wide(getattr(self, name), end))
        self.first[start:end], self.count[start:end] = first, count
        self.ends[:, start:end] = ends
        self.plain = self.plain and bool((count == 1).all())
        self.number.update(zip(chunks, range(start, end), strict=True))

    def rows_of(self, at: int) -> list[int]:
        """The rows of one entry."""
        first = int(self.first[at])
        return list(range(first, first + int(self.count[at])))

    def spread(self, at: Places, owner: Places) -> tuple[Places, Places]:
        """The rows of these entries, one after the other, and whose each is."""
        first = self.first.take(at)
        if self.plain:
            return first, owner
        count = self.count.take(at)
        ends = np.cumsum(count)
        total = int(ends[-1]) if ends.size else 0
        rows = np.repeat(first - ends + count, count) + np.arange(total)
        return rows, np.repeat(owner, count)
