"""Weights of hashed features, one byte each, several tables looked up in one step.

A byte weighs its square with its sign, as a 32-bit float. Sums of fewer than 2**15 such weights of
one table are exact in 64 bits (14 bits between the smallest and the largest, 24 of their own), so
they are the same in whatever order they are added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from moderation.signals.grams import SIZE, Codes

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Bytes = npt.NDArray[np.uint8]

_WIDTH = 8  # bytes of a row: one of an odd width takes twice as long to find


@dataclass(frozen=True, slots=True)
class Weights:
    """A table of weights as one byte each, and what each byte weighs."""

    small: Bytes
    curve: Floats

    @classmethod
    def companded(cls, small: npt.NDArray[np.int8], scale: float) -> Weights:
        """A byte weighs its square, with its sign, times the scale."""
        byte = np.arange(256, dtype=np.uint8).view(np.int8).astype(np.float32) / 127
        curve = (byte * np.abs(byte) * scale).astype(np.float32)
        return cls(small.view(np.uint8), curve.astype(np.float64))

    def of(self, ids: Codes) -> Floats:
        """The weight of each feature."""
        return self.curve[self.small[ids]]


class Tables:
    """Tables side by side: the bytes of a feature in all of them stand next to one another."""

    def __init__(self, tables: Sequence[Weights]) -> None:
        self._bytes = np.zeros((SIZE, -(-len(tables) // _WIDTH) * _WIDTH), dtype=np.uint8)
        for n, table in enumerate(tables):
            self._bytes[:, n] = table.small
        self._curves = [table.curve for table in tables]
        flat = np.zeros((self._bytes.shape[1], 256))
        flat[: len(tables)] = self._curves
        self._flat, self._begin = flat.ravel(), np.arange(len(flat)) * 256

    def bytes_of(self, ids: Codes) -> Bytes:
        """A row for each feature, for `weights`."""
        return self._bytes.take(ids.astype(np.intp), axis=0)

    def weights(self, found: Bytes, n: int) -> Floats:
        """What these features weigh in the n-th table."""
        return self._curves[n].take(found[:, n])

    def sums(self, found: Bytes) -> Floats:
        """What these features weigh together, in each table: few steps for few features."""
        return self._flat.take(found + self._begin).sum(axis=0)[: len(self._curves)]


class Groups:
    """Runs of equal numbers among `owner`, so that what is theirs can be added up."""

    def __init__(self, owner: Places, count: int) -> None:
        edge = np.ones(owner.size, dtype=bool)
        np.not_equal(owner[1:], owner[:-1], out=edge[1:])
        self._begins = np.flatnonzero(edge)
        self._whose = owner[self._begins]
        self._count, self._size = count, owner.size

    def summed(self, values: Floats) -> Floats:
        """The sum of each owner's values, 0 for one that has none."""
        if not self._size:
            return np.zeros(self._count)
        parts = np.add.reduceat(values, self._begins)
        return np.bincount(self._whose, parts, self._count).astype(np.float64, copy=False)

    def sizes(self) -> Floats:
        """How many each owner has."""
        sizes = np.diff(self._begins, append=self._size)
        return np.bincount(self._whose, sizes, self._count).astype(np.float64, copy=False)
