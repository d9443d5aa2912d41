"""A yes or no for each of many texts, as one whole number: bit i is that of text i.

Python joins such numbers at once, however many texts there are, with less ado than numpy: what is
said by cues is asked of a page by some hundred ands and ors.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Bits = int
Bools = npt.NDArray[np.bool_]


def bits_of(found: Bools) -> Bits:
    """The bits of an array."""
    return int.from_bytes(np.packbits(found, bitorder="little").tobytes(), "little")


def bools_of(bits: Bits, count: int) -> Bools:
    """An array of ``count`` bits."""
    held = np.frombuffer(bits.to_bytes(count // 8 + 1, "little"), dtype=np.uint8)
    return np.unpackbits(held, count=count, bitorder="little").view(np.bool_)


def any_of(*many: Bits) -> Bits:
    """The texts for which one of these is so."""
    out = 0
    for bits in many:
        out |= bits
    return out


def each(bits: Bits) -> list[int]:
    """The numbers of the texts for which it is so, in order."""
    return np.flatnonzero(bools_of(bits, bits.bit_length())).tolist() if bits else []


def only(bits: Bits, test: Callable[[int], bool]) -> Bits:
    """Those of the texts for which a test of the text by its number is met."""
    return sum(1 << i for i in each(bits) if test(i))
