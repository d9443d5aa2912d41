"""The numbers of ordinary words, looked up for many words at once.

A known word is kept as the CRC-32 of its UTF-8 bytes. A CRC is linear: each byte adds a number
that hangs on the byte and on how many follow it, so that the CRCs of many words are one look-up a
byte and one exclusive or a word.
"""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.intp]
Found = npt.NDArray[np.bool_]

LONGEST_WORD = 128  # bytes of a word that is looked up; a longer one counts as not known
_LEAST_BITS, _SPARE_BITS = 12, 2  # so many slots to a number that few others share its slot

_ELSEWHERE = 0xFFFFFFFF  # a number of the last slot


@cache
def _added() -> tuple[Codes, Codes]:
    """What each byte adds that so many others follow, and what so many bytes add by themselves."""
    last = np.array([zlib.crc32(bytes([n])) ^ zlib.crc32(b"\0") for n in range(256)], "u4")
    rows = [last]
    for _ in range(LONGEST_WORD - 1):
        rows.append((rows[-1] >> np.uint32(8)) ^ last[rows[-1] & np.uint32(255)])
    sizes = [zlib.crc32(bytes(n)) for n in range(LONGEST_WORD + 1)]
    return np.concatenate(rows), np.array(sizes, "u4")


def crcs(written: npt.NDArray[np.uint8], starts: Places, ends: Places) -> Codes:
    """`zlib.crc32` of the bytes [start, end), none of them empty or longer than LONGEST_WORD."""
    if not starts.size:
        return np.zeros(0, dtype=np.uint32)
    byte, alone = _added()
    sizes = ends - starts
    stops = np.cumsum(sizes)
    begins = stops - sizes
    place = np.arange(int(stops[-1]))
    after = np.repeat(stops - 1, sizes) - place
    read = written.take(place + np.repeat(starts - begins, sizes))
    added = byte.take((after << 8) + read)
    return np.bitwise_xor.reduceat(added, begins) ^ alone.take(sizes)


class Kept(Collection[int]):
    """A set of numbers of 32 bits that many can be looked up in at once."""

    def __init__(self, numbers: Codes) -> None:
        self._sorted = np.sort(numbers)
        bits = max(_LEAST_BITS, int(numbers.size).bit_length() + _SPARE_BITS)
        self._over = np.uint32(32 - bits)
        self._one = np.zeros(1 << bits, dtype=np.uint32)
        """Of each slot one number that is kept there, 0 for none."""
        self._one[0] = _ELSEWHERE  # else 0 would seem to be kept
        self._one[self._sorted >> self._over] = self._sorted

    @classmethod
    def of(cls, numbers: Collection[int]) -> Kept:
        """The set of these numbers; itself where it is one."""
        return numbers if isinstance(numbers, Kept) else cls(np.fromiter(numbers, dtype=np.uint32))

    def __len__(self) -> int:
        return len(self._sorted)

    def __iter__(self) -> Iterator[int]:
        return iter(self._sorted.tolist())

    def __contains__(self, number: object) -> bool:
        at = bisect_left(self._listed, number)  # pyright: ignore
        return at < len(self._listed) and self._listed[at] == number

    @cached_property
    def _listed(self) -> array[int]:
        return array("I", self._sorted.tobytes())

    def holds(self, numbers: Codes) -> Found:
        held = self._one.take(numbers >> self._over)
        found = held == numbers
        at = np.flatnonzero(~found & (held != 0))
        if at.size and self._sorted.size:
            likely = numbers.take(at)
            near = np.searchsorted(self._sorted, likely)
            found[at] = self._sorted.take(near, mode="clip") == likely
        return found
