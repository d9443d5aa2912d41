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
        """A byte weighs its square, with its sign, times the scale.

        A short table, of a power of two, is looked up by the last bits of a feature: it is laid
        end to end until it has the size of the others.
        """
        small = np.tile(small, SIZE // small.size)
        byte = np.arange(256, dtype=np.uint8).view(np.int8).astype(np.float32) / 127
        curve = (byte * np.abs(byte) * scale).astype(np.float32)
        return cls(small.view(np.uint8), curve.astype(np.float64))

    def of(self, ids: Codes | Places) -> Floats:
        """The weight of each feature."""
        return self.curve.take(self.small.take(ids))


class Tables:
    """Tables side by side: the bytes of a feature in all of them stand next to one another."""

    def __init__(self, tables: Sequence[Weights]) -> None:
        self._bytes = np.zeros((SIZE, -(-len(tables) // _WIDTH) * _WIDTH), dtype=np.uint8)
        for n, table in enumerate(tables):
            self._bytes[:, n] = table.small
        flat = np.zeros((self._bytes.shape[1], 256))
        flat[: len(tables)] = [table.curve for table in tables]
        self._flat, self._begin = flat.ravel(), np.arange(len(flat)) * 256

    def found(self, ids: Codes) -> Floats:
        """What each feature weighs: a row for each, a column for each table and some more."""
        return self._flat.take(self._bytes.take(ids.astype(np.intp), axis=0) + self._begin)
