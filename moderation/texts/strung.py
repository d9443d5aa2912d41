"""Strings kept as code points end to end: numpy reads them all at once, and few bytes hold them.

They become Python strings only when somebody asks, all that were not yet made in one go.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from moderation.texts.codes import END, Codes, Places, codes_of, texts_of
from moderation.texts.hashes import Hashes, hashes

_Wide = TypeVar("_Wide", bound=npt.NDArray[Any])


class Coded(NamedTuple):
    """Strings in numbers: n is codes[begins[n] : begins[n + 1] - 1], with `END` behind it."""

    codes: Codes
    begins: Places  # one more than there are strings
    hashes: Hashes

    def string(self, n: int) -> str:
        """The n-th string."""
        return texts_of(self.codes[self.begins[n] : self.begins[n + 1] - 1])[0]

    def strings(self) -> list[str]:
        """All of them."""
        return texts_of(self.codes[:-1]) if self.hashes.size else []

    def part(self, start: int, stop: int) -> Coded:
        """The strings from number ``start`` up to ``stop``."""
        a, b = int(self.begins[start]), int(self.begins[stop])
        begins = self.begins[start : stop + 1] - a
        return Coded(self.codes[a:b], begins, self.hashes[start:stop])

    def picked(self, wanted: Places) -> Coded:
        """The strings of these numbers."""
        starts, ends = self.begins[wanted], self.begins[wanted + 1] - 1
        return cut_out(self.codes, starts, ends, self.hashes.take(wanted))


def cut_out(codes: Codes, starts: Places, ends: Places, hashed: Hashes) -> Coded:
    """The strings codes[start:end], of which the hashes are known."""
    sizes = ends - starts + 1
    begins = np.append(0, np.cumsum(sizes))
    at = np.repeat(starts - begins[:-1], sizes) + np.arange(int(begins[-1]))
    out = codes.take(at, mode="clip")  # what stands behind a string becomes an `END`
    out[begins[1:] - 1] = END
    return Coded(out, begins, hashed)


def end_to_end(strings: Sequence[str]) -> tuple[Codes, Places]:
    """The code points of these strings with `END` after each, and where each begins."""
    codes = np.append(codes_of(strings), np.uint32(END)) if strings else codes_of(strings)
    return codes, np.append(0, np.flatnonzero(codes == END) + 1)


def coded(strings: Sequence[str]) -> Coded:
    """These strings in numbers."""
    codes, begins = end_to_end(strings)
    return Coded(codes, begins, hashes(codes, begins[:-1], begins[1:] - 1))


def grown(old: _Wide, size: int) -> _Wide:
    """The array with room for ``size`` rows at least; what is new is zero."""
    if size <= len(old):
        return old
    wide = np.zeros((max(size, 2 * len(old)), *old.shape[1:]), dtype=old.dtype)
    wide[: len(old)] = old
    return wide  # pyright: ignore[reportReturnType]


class Strung:
    """A growing number of strings."""

    def __init__(self) -> None:
        self._codes: Codes = np.zeros(1 << 13, dtype=np.uint32)
        self._begins: Places = np.zeros(1 << 10, dtype=np.intp)
        self._hashes: Hashes = np.zeros(1 << 10, dtype=np.uint64)
        self._made: list[str] = []
        self.count = 0

    def add(self, new: Coded) -> None:
        """Adds strings behind those that are here."""
        start, count = self.count, self.count + new.hashes.size
        at = int(self._begins[start])
        self._codes = grown(self._codes, at + new.codes.size)
        self._codes[at : at + new.codes.size] = new.codes
        self._begins = grown(self._begins, count + 1)
        self._begins[start + 1 : count + 1] = new.begins[1:] + at
        self._hashes = grown(self._hashes, count)
        self._hashes[start:count] = new.hashes
        self.count = count

    def coded(self, start: int) -> Coded:
        """The strings from number ``start`` on."""
        stop = self.count  # first: another thread may be adding, and sets it last
        return Coded(self._codes, self._begins, self._hashes).part(start, stop)

    def strings(self) -> list[str]:
        """All strings so far, always in the same list."""
        if len(self._made) < self.count:
            self._made += self.coded(len(self._made)).strings()
        return self._made
