"""What words mean, asked where the tables are in doubt: a small net over pieces of words, in numpy.

Each piece has a row of small numbers, learnt from a pretrained encoder's vectors and from the
labelled rows. Of a text the greatest number of each column counts, and a weighed sum of these
tells how abusive its words are. So the order of words says nothing, and a text is worth the same
to the last bit alone and in a batch.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from moderation.models.modelfile import ModelFile
from moderation.signals.hidden import HiddenWords
from moderation.signals.laid import Laid, Places
from moderation.signals.net_pieces import INSIDE, LONGEST, Finder
from moderation.signals.tongue import Tongue
from moderation.texts.chunks import LOCK
from moderation.texts.codes import distinct
from moderation.texts.page import Chunks, Page, grown

Floats = npt.NDArray[np.float64]
__all__ = ["INSIDE", "Doubt", "Net", "pieces_of_word", "read_net", "words_of"]

_NONE = -128  # what a text without pieces has in every column; no piece has so small a number
_MOST = 40_000  # chunks that are remembered: hostile input must not fill the memory
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


@dataclass(frozen=True, kw_only=True)
class Net:
    """A row of small numbers for each piece, and how the greatest of each column are summed.

    `known` holds the rows of the judged chunks that were met.
    """

    pieces: Mapping[str, int]
    table: npt.NDArray[np.int8]
    scale: Floats
    bias: Floats
    weight: Floats
    offset: float
    known: dict[str, bytes] = field(default_factory=dict[str, bytes], init=False)

    def said(self, texts: Sequence[Sequence[str]]) -> Floats:
        """How abusive each text is, as log-odds; a text is its judged chunks, at least one."""
        rows = [self.row(chunk) for chunks in texts for chunk in chunks]
        return self.of_rows(rows, [len(chunks) for chunks in texts])

    def of_rows(self, rows: Sequence[bytes], sizes: Sequence[int]) -> Floats:
        """As `said`, given the rows of all chunks and how many each text has, at least one."""
        small = np.frombuffer(b"".join(rows), dtype=np.int8).reshape(-1, self.scale.size)
        counts = np.array(sizes, dtype=np.intp)
        return self.said_by(small, np.cumsum(counts) - counts)

    def said_by(self, rows: npt.NDArray[np.int8], begins: Places) -> Floats:
        """As `of_rows`, given where the rows of each text begin."""
        most = np.maximum.reduceat(rows, begins, axis=0)
        spoken = np.maximum(most * self.scale + self.bias, 0.0)
        spoken[most == _NONE] = 0.0
        return (spoken * self.weight).sum(axis=1) + self.offset

    def rows(self, chunks: Laid) -> npt.NDArray[np.int8]:
        """As `row`, for judged chunks that are laid out."""
        out = np.full((chunks.starts.size, self.scale.size), _NONE, dtype=np.int8)
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
            if len(self.known) > _MOST:
                self.known.clear()
            held = self.known[judged] = self._row(judged)
        return held

    def _row(self, judged: str) -> bytes:
        at = [n for word in words_of(judged) for n in pieces_of_word(word, self.pieces)]
        if not at:
            return np.full(self.scale.size, _NONE, dtype=np.int8).tobytes()
        return self.table[at].max(axis=0).tobytes()


class _Met:
    """The rows of the chunks of one book of chunks, by number, as far as they were asked for."""

    def __init__(self) -> None:
        self._chunks: Chunks | None = None
        self._rows = np.zeros((0, 0), dtype=np.int8)
        self._held = np.zeros(1024, dtype=bool)

    def rows(self, page: Page, tongue: Tongue, net: Net) -> npt.NDArray[np.int8]:
        """The row of each chunk of a page."""
        if self._chunks is not page.chunks:
            self._chunks, self._held = page.chunks, np.zeros(1024, dtype=bool)
            self._rows = np.zeros((1024, net.scale.size), dtype=np.int8)
        self._held = grown(self._held, page.chunks.count)
        self._rows = grown(self._rows, page.chunks.count)
        new = distinct(page.ids[~self._held.take(page.ids)])
        if new.size:
            order, judged = tongue.book.judged_on(page, new)
            self._rows[order] = net.rows(judged)
            self._held[order] = True
        return self._rows.take(page.ids, axis=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Moves raw scores between `low` and `high` by what the net says of the text.

    By `share` of what it says, but never by more than `share * most`. Within `edge` of either end
    the move fades out, so that no score jumps. `repaired` holds the rows of the folded chunks that
    were met.
    """

    net: Net
    lexicon: HiddenWords
    low: float
    high: float
    edge: float
    share: float
    most: float
    repaired: dict[str, bytes] = field(default_factory=dict[str, bytes], init=False)
    _met_on: _Met = field(default_factory=_Met, init=False)

    def moved_on(self, raw: Floats, page: Page, tongue: Tongue) -> Floats:
        """As `moved`, for the texts of a page that the tongue weighed."""
        at = np.flatnonzero((raw > self.low) & (raw < self.high))
        if not at.size:
            return raw
        part = page.cut(page.begins.take(at), page.begins.take(at + 1))
        with LOCK:
            rows = self._met_on.rows(part, tongue, self.net)
        said = self.net.said_by(rows, part.begins[:-1])
        for i in tongue.split_on(part):
            said[i] = self.net.of_rows(split := self._rows(part.folded(i)), [len(split)])[0]
        out = raw.copy()
        out[at] += self.by(raw[at], said)
        return out

    def moved(self, raw: Floats, folded: Callable[[int], str]) -> Floats:
        """The raw scores, those in doubt moved; `folded` gives the text of a score."""
        at: list[int] = np.flatnonzero((raw > self.low) & (raw < self.high)).tolist()
        if not at:
            return raw
        chunks = [self._rows(folded(i)) for i in at]
        said = self.net.of_rows([r for rows in chunks for r in rows], list(map(len, chunks)))
        out = raw.copy()
        out[at] += self.by(raw[at], said)
        return out

    def by(self, raw: Floats, said: Floats) -> Floats:
        """How far each raw score is moved, given what the net says."""
        inside = np.minimum(raw - self.low, self.high - raw) / self.edge
        return self.share * np.clip(said, -self.most, self.most) * np.clip(inside, 0.0, 1.0)

    def _rows(self, folded: str) -> list[bytes]:
        chunks = folded.split(" ")
        if self.lexicon.holds_split(chunks):
            return [self.net.row(c) for c in self.lexicon.rewritten(folded).split(" ")]
        known = self.repaired
        return [known.get(chunk) or self._met(chunk) for chunk in chunks]

    def _met(self, chunk: str) -> bytes:
        if len(self.repaired) > _MOST:
            self.repaired.clear()
        held = self.repaired[chunk] = self.net.row(self.lexicon.rewritten(chunk))
        return held

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """What the model file keeps of the net as arrays."""
        listed = "\n".join(sorted(self.net.pieces, key=self.net.pieces.__getitem__))
        return {
            "net": self.net.table,
            "net.pieces": np.frombuffer(zlib.compress(listed.encode(), 9), dtype=np.uint8),
            "net.columns": np.stack([self.net.scale, self.net.bias, self.net.weight]).astype("f4"),
        }

    def facts(self) -> dict[str, float]:
        """What the model file keeps of the net as facts."""
        return {"offset": self.net.offset, "low": self.low, "high": self.high, "edge": self.edge,
                "share": self.share, "most": self.most}  # fmt: skip

    @classmethod
    def of(cls, net: Net, lexicon: HiddenWords, told: Mapping[str, float]) -> Self:
        """A net with the facts that say where and how far it moves a score."""
        names = ("low", "high", "edge", "share", "most")
        return cls(net=net, lexicon=lexicon, **{n: float(told[n]) for n in names})


def read_net(model: ModelFile, code: str, lexicon: HiddenWords) -> Doubt | None:
    """The net of a language, None where it has none. Raises KeyError, ValueError, zlib.error."""
    told = model.facts["languages"][code].get("net")
    if told is None:
        return None
    table, columns = model.arrays[f"{code}/net"], model.arrays[f"{code}/net.columns"]
    listed = zlib.decompress(model.arrays[f"{code}/net.pieces"].tobytes()).decode().split("\n")
    if table.dtype != np.int8 or table.shape != (len(listed), columns.shape[-1]):
        raise ValueError(f"{code}/net: {table.shape} numbers for {len(listed)} pieces")
    scale, bias, weight = columns.astype(np.float64)
    net = Net(
        pieces={piece: n for n, piece in enumerate(listed)},
        table=table, scale=scale, bias=bias, weight=weight, offset=float(told["offset"]),
    )  # fmt: skip
    return Doubt.of(net, lexicon, told)
