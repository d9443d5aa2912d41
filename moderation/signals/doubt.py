"""Where the tables of a language are in doubt the net is asked, and moves their scores.

Worked out by the page, by a few texts and for one alone, with the same numbers to the last bit.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from moderation.models.modelfile import ModelFile
from moderation.signals.hidden import HiddenWords
from moderation.signals.laid import Places
from moderation.signals.net import Band, Net, Sum
from moderation.signals.tongue import Tongue
from moderation.texts.chunks import LOCK
from moderation.texts.codes import distinct
from moderation.texts.page import Chunks, Page, grown

Raw = Mapping[str, npt.NDArray[np.float64]]


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
            self._rows = np.zeros((1024, net.table.shape[1]), dtype=np.int8)
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
    """Moves the raw scores of a language's heads that are in doubt by what the net says of a text.

    `repaired` holds the rows of the folded chunks that were met, as many as the net remembers.
    """

    net: Net
    lexicon: HiddenWords
    bands: Mapping[str, Band]
    repaired: dict[str, bytes] = field(default_factory=dict[str, bytes], init=False)
    _met_on: _Met = field(default_factory=_Met, init=False)

    def asked(self, raw: Raw) -> Places:
        """The texts of which the net is asked: some head is in doubt."""
        held = [band.holds(raw[name]) for name, band in self.bands.items() if name in raw]
        return np.flatnonzero(np.any(held, axis=0)) if held else np.zeros(0, dtype=np.intp)

    def moved_by(self, raw: Raw, at: Places, most: npt.NDArray[np.int8]) -> Raw:
        """The raw scores, those of these texts moved, given their greatest numbers."""
        out = dict(raw)
        for name, band in self.bands.items():
            if name in raw:
                here = raw[name][at]
                moved = out[name] = raw[name].copy()
                moved[at] += band.by(here, self.net.sums[name].of(most))
        return out

    def moved_on(self, raw: Raw, page: Page, tongue: Tongue) -> Raw:
        """As `moved`, for the texts of a page that the tongue weighed."""
        at = self.asked(raw)
        if not at.size:
            return raw
        part = page.cut(page.begins.take(at), page.begins.take(at + 1))
        with LOCK:
            rows = self._met_on.rows(part, tongue, self.net)
        most = np.maximum.reduceat(rows, part.begins[:-1], axis=0)
        for i in tongue.split_on(part):
            most[i] = self.net.most_of(split := self._rows(part.folded(i)), [len(split)])[0]
        return self.moved_by(raw, at, most)

    def moved(self, raw: Raw, folded: Callable[[int], str]) -> Raw:
        """The raw scores, those in doubt moved; `folded` gives the text of a score."""
        at = self.asked(raw)
        if not at.size:
            return raw
        numbers: list[int] = at.tolist()
        chunks = [self._rows(folded(i)) for i in numbers]
        most = self.net.most_of([r for rows in chunks for r in rows], list(map(len, chunks)))
        return self.moved_by(raw, at, most)

    def moved_one(self, raw: Mapping[str, float], folded: str) -> Mapping[str, float]:
        """As `moved`, for one text."""
        told = [n for n, band in self.bands.items() if n in raw and band.low < raw[n] < band.high]
        if not told:
            return raw
        rows = self._rows(folded)
        most, sums = self.net.most_of(rows, [len(rows)]), self.net.sums
        return {
            **raw,
            **{n: raw[n] + self.bands[n].by_one(raw[n], float(sums[n].of(most)[0])) for n in told},
        }

    def _rows(self, folded: str) -> list[bytes]:
        chunks = folded.split(" ")
        if self.lexicon.holds_split(chunks):
            return [self.net.row(c) for c in self.lexicon.rewritten(folded).split(" ")]
        known = self.repaired
        return [known.get(chunk) or self._met(chunk) for chunk in chunks]

    def _met(self, chunk: str) -> bytes:
        if len(self.repaired) > self.net.remembers:
            self.repaired.clear()
        held = self.repaired[chunk] = self.net.row(self.lexicon.rewritten(chunk))
        return held

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """What the model file keeps of the net as arrays."""
        listed = "\n".join(sorted(self.net.pieces, key=self.net.pieces.__getitem__))
        sums = sorted(self.net.sums.values(), key=lambda of: of.begin)
        columns = [np.stack([of.scale, of.bias, of.weight]) for of in sums]
        return {
            "net": self.net.table,
            "net.pieces": np.frombuffer(zlib.compress(listed.encode(), 9), dtype=np.uint8),
            "net.columns": np.concatenate(columns, axis=1).astype("f4"),
        }

    def facts(self) -> dict[str, dict[str, float]]:
        """What the model file keeps of the net as facts, by head."""
        return {
            name: {"begin": of.begin, "columns": of.scale.size, "offset": of.offset}
            | asdict(self.bands[name])
            for name, of in self.net.sums.items()
        }


def read_net(model: ModelFile, code: str, lexicon: HiddenWords) -> Doubt | None:
    """The net of a language, None where it has none. Raises KeyError, ValueError, zlib.error."""
    told = model.facts["languages"][code].get("net")
    if told is None:
        return None
    table, columns = model.arrays[f"{code}/net"], model.arrays[f"{code}/net.columns"]
    listed = zlib.decompress(model.arrays[f"{code}/net.pieces"].tobytes()).decode().split("\n")
    wanted = (len(listed), sum(int(of["columns"]) for of in told.values()))
    if table.dtype != np.int8 or table.shape != wanted or columns.shape != (3, wanted[1]):
        raise ValueError(f"{code}/net: {table.shape} and {columns.shape} numbers for {wanted}")
    net = Net(
        pieces={piece: n for n, piece in enumerate(listed)}, table=table, sums=_sums(told, columns)
    )
    bands = {
        name: Band(**{f.name: float(of[f.name]) for f in fields(Band)}) for name, of in told.items()
    }
    return Doubt(net=net, lexicon=lexicon, bands=bands)


def _sums(told: Mapping[str, Mapping[str, float]], columns: npt.NDArray[Any]) -> dict[str, Sum]:
    """The sums of the heads, whose columns stand side by side."""
    out: dict[str, Sum] = {}
    for name, of in told.items():
        begin = int(of["begin"])
        scale, bias, weight = columns[:, begin : begin + int(of["columns"])].astype(np.float64)
        out[name] = Sum(
            begin=begin, scale=scale, bias=bias, weight=weight, offset=float(of["offset"])
        )
    return out
