"""What words mean: a small net over pieces of words, in numpy; doubt.py says when it is asked.

Each piece has a row of small numbers, learnt from a pretrained encoder's vectors and from labelled
rows or from what was written. Of a text the greatest number of each column counts, and a weighed
sum of these tells how abusive its words are; menace and hatred have columns of their own. So the
order of words says nothing, and a text is worth the same to the last bit alone and in a batch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from moderation.signals.laid import Laid
from moderation.signals.net_pieces import INSIDE, LONGEST, Finder

Floats = npt.NDArray[np.float64]
__all__ = ["INSIDE", "NONE", "Band", "Net", "Sum", "pieces_of_word", "words_of"]

NONE = -128  # what a text without pieces has in every column, and a piece in those that do not
# know it; no piece has so small a number of its own
_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")


def words_of(judged: str) -> list[str]:
    """The words and marks of a folded, repaired text."""
    return _WORD.findall(judged)


def pieces_of_word(word: str, known: Mapping[str, int]) -> list[int]:
    """The numbers of the longest known pieces from left to right; what is in none is left out."""
    out: list[int] = []
    at = 0
    while at < len(word):
        mark = INSIDE if at else ""
        end = min(len(word), at + LONGEST)
        while end > at and mark + word[at:end] not in known:
            end -= 1
        if end > at:
            out.append(known[mark + word[at:end]])
        at = max(end, at + 1)
    return out


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Of which columns a head is the weighed sum."""

    begin: int
    scale: Floats
    bias: Floats
    weight: Floats
    offset: float

    def of(self, most: npt.NDArray[np.int8]) -> Floats:
        """How much each text is what the head looks for, as log-odds, by its greatest numbers."""
        mine = most[:, self.begin : self.begin + self.scale.size]
        spoken = np.maximum(mine * self.scale + self.bias, 0.0)
        spoken[mine == NONE] = 0.0
        return (spoken * self.weight).sum(axis=1) + self.offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Which raw scores of a head are in doubt, and how far what the net says moves them.

    By `share` of what it says, but never by more than `share * most`. Within `edge` of either end
    the move fades out, so that no score jumps.
    """

    low: float
    high: float
    edge: float
    share: float
    most: float

    def holds(self, raw: Floats) -> npt.NDArray[np.bool_]:
        """Which of the raw scores are in doubt."""
        return (raw > self.low) & (raw < self.high)

    def by(self, raw: Floats, said: Floats) -> Floats:
        """How far each raw score is moved, given what the net says."""
        inside = np.minimum(raw - self.low, self.high - raw) / self.edge
        return self.share * np.clip(said, -self.most, self.most) * np.clip(inside, 0.0, 1.0)

    def by_one(self, raw: float, said: float) -> float:
        """As `by`, for one text."""
        inside = min(raw - self.low, self.high - raw) / self.edge
        most = max(-self.most, min(said, self.most))
        return self.share * most * max(0.0, min(inside, 1.0))


@dataclass(frozen=True, kw_only=True)
class Net:
    """A row of small numbers for each piece, and how the greatest of its columns are summed.

    `known` holds the rows of the judged chunks that were met, `remembers` of them at the most:
    hostile input must not fill the memory.
    """

    pieces: Mapping[str, int]
    table: npt.NDArray[np.int8]
    sums: Mapping[str, Sum]
    remembers: int = 40_000
    known: dict[str, bytes] = field(default_factory=dict[str, bytes], init=False)

    def most_of(self, rows: Sequence[bytes], sizes: Sequence[int]) -> npt.NDArray[np.int8]:
        """The greatest number of each column, given the rows of all chunks and how many each text
        has, at least one."""
        small = np.frombuffer(b"".join(rows), dtype=np.int8).reshape(-1, self.table.shape[1])
        counts = np.array(sizes, dtype=np.intp)
        return np.maximum.reduceat(small, np.cumsum(counts) - counts, axis=0)

    def said(self, texts: Sequence[Sequence[str]], head: str = "toxicity") -> Floats:
        """What the net says of each text, as log-odds; a text is its judged chunks, at least
        one."""
        rows = [self.row(chunk) for chunks in texts for chunk in chunks]
        return self.sums[head].of(self.most_of(rows, [len(chunks) for chunks in texts]))

    def rows(self, chunks: Laid) -> npt.NDArray[np.int8]:
        """As `row`, for judged chunks that are laid out."""
        out = np.full((chunks.starts.size, self.table.shape[1]), NONE, dtype=np.int8)
        pieces, owner = self._finder.pieces(chunks)
        begins = np.flatnonzero(np.append(True, owner[1:] != owner[:-1])[: owner.size])
        if begins.size:
            out[owner[begins]] = np.maximum.reduceat(self.table[pieces], begins, axis=0)
        return out

    @cached_property
    def _finder(self) -> Finder:
        return Finder(self.pieces)

    def row(self, judged: str) -> bytes:
        """The greatest number of each column over the pieces of a chunk."""
        held = self.known.get(judged)
        if held is None:
            if len(self.known) > self.remembers:
                self.known.clear()
            held = self.known[judged] = self._row(judged)
        return held

    def _row(self, judged: str) -> bytes:
        at = [n for word in words_of(judged) for n in pieces_of_word(word, self.pieces)]
        if not at:
            return np.full(self.table.shape[1], NONE, dtype=np.int8).tobytes()
        return self.table[at].max(axis=0).tobytes()
