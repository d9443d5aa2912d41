"""Strings told apart by numbers: a hash of 64 bits, and a table that numpy looks many up in.

A secret of this process goes into each hash, so that nobody can write two strings that pass for
one another. Equal strings have the same hash wherever they stand.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from moderation.texts.codes import END, Codes, Places, codes_of

Hashes = npt.NDArray[np.uint64]

_KEY, _MIX, _FACTOR = (int.from_bytes(os.urandom(8)) | 1 for _ in range(3))
_LAST = np.uint64(0x9E3779B97F4A7C15)


class _Powers:
    """The powers of the secret factor, and of its inverse, as far as they were needed."""

    def __init__(self) -> None:
        self.up = self.down = np.ones(1, dtype=np.uint64)

    def upto(self, size: int) -> None:
        if self.up.size < size:
            bases = (pow(_FACTOR, -1, 1 << 64), _FACTOR)
            self.down, self.up = (_powers(base, size + size // 4) for base in bases)


def _powers(base: int, count: int) -> Hashes:
    out = np.full(count, base, dtype=np.uint64)
    out[0] = 1
    return np.multiply.accumulate(out, out=out)


_POWERS = _Powers()


class Slices:
    """Code points of which any stretch has a hash: a sum over its mixed characters times powers
    of a secret. Takes 32 bytes a code point while at work."""

    def __init__(self, codes: Codes) -> None:
        _POWERS.upto(codes.size + 1)
        mixed = codes + np.uint64(_KEY)
        mixed *= np.uint64(_MIX)
        mixed ^= mixed >> np.uint64(29)
        mixed *= _POWERS.up[: codes.size]
        self._total = np.zeros(codes.size + 1, dtype=np.uint64)
        np.cumsum(mixed, out=self._total[1:])

    def of(self, starts: Places, ends: Places) -> Hashes:
        """A number, never 0, for each string codes[start:end]."""
        out = self._total.take(ends) - self._total.take(starts)
        out *= _POWERS.down.take(starts)
        out ^= out >> np.uint64(31)
        out *= _LAST
        return np.maximum(out, np.uint64(1))


def hashes(codes: Codes, starts: Places, ends: Places) -> Hashes:
    """A number, never 0, for each string codes[start:end]."""
    return Slices(codes).of(starts, ends)


def hashes_of(strings: Sequence[str]) -> Hashes:
    """The hash of each of these strings."""
    if not strings:
        return np.zeros(0, dtype=np.uint64)
    codes = codes_of(strings)
    cuts = np.flatnonzero(codes == END)
    return hashes(codes, np.append(0, cuts + 1), np.append(cuts, codes.size))


def first_of_each(found: Hashes) -> tuple[Places, Places]:
    """Where each hash comes first, in that order; and for every hash which of those it is."""
    by_hash = np.argsort(found)
    ranked = found.take(by_hash)
    new = np.ones(found.size, dtype=np.bool_)
    np.not_equal(ranked[1:], ranked[:-1], out=new[1:])
    first = np.minimum.reduceat(by_hash, np.flatnonzero(new))
    order = np.argsort(first)
    rank, which = np.empty_like(order), np.empty_like(by_hash)
    rank[order] = np.arange(order.size)
    which[by_hash] = rank.take(np.cumsum(new) - 1)
    return first.take(order), which


class _Slots(NamedTuple):
    keys: Hashes  # 0 is free
    numbers: npt.NDArray[np.int32]
    shift: np.uint64


def _slots(bits: int) -> _Slots:
    room = 1 << bits
    return _Slots(np.zeros(room, np.uint64), np.zeros(room, np.int32), np.uint64(64 - bits))


class Table:
    """Numbers by hash: open addressing, so that numpy looks all of a page up at once.

    It grows as it fills. One may look up while another adds; two must not add at once.
    """

    def __init__(self, bits: int = 10) -> None:
        """``bits``: room at first for half of 2**bits hashes."""
        self._slots, self._count = _slots(bits), 0

    def find(self, wanted: Hashes) -> Places:
        """The number of each hash, -1 where it has none."""
        keys, numbers, shift = self._slots
        slot = (wanted >> shift).astype(np.intp)
        held = keys.take(slot)
        same = held == wanted
        out = np.where(same, numbers.take(slot), -1)
        left = np.flatnonzero(~same & (held != 0))
        while left.size:  # another one sits there: look at the next place
            slot[left] = (slot[left] + 1) % keys.size
            held = keys[slot[left]]
            same = held == wanted[left]
            out[left[same]] = numbers[slot[left[same]]]
            left = left[~same & (held != 0)]
        return out.astype(np.intp)

    def add(self, new: Hashes, start: int) -> None:
        """Numbers these hashes, each of them new, from ``start`` on."""
        self._count += new.size
        held = self._slots
        if 2 * self._count > held.keys.size:
            wide = _slots((4 * self._count).bit_length())
            full = np.flatnonzero(held.keys)
            _place(wide, held.keys[full], held.numbers[full])
            held = wide
        _place(held, new, np.arange(start, start + new.size, dtype=np.int32))
        self._slots = held


def _place(held: _Slots, new: Hashes, given: npt.NDArray[np.int32]) -> None:
    """Gives hashes their numbers; each of both stands once."""
    keys, numbers, shift = held
    left = np.arange(new.size)
    slot = (new >> shift).astype(np.intp)
    while left.size:
        free = left[keys[slot[left]] == 0]
        at, wanted = slot[free], given[free]
        numbers[at] = wanted  # before the key: others may be looking
        sits = numbers[at] == wanted  # of those that want one place the last
        keys[at[sits]] = new[free[sits]]
        left = left[keys[slot[left]] != new[left]]
        slot[left] = (slot[left] + 1) % keys.size


def numbered(table: Table, found: Hashes, start: int) -> tuple[Places, Places]:
    """The number of each of these hashes, those that are new numbered from ``start`` on in the
    order in which they come; and where each new one comes first."""
    out = table.find(found)
    left = np.flatnonzero(out < 0)
    first, which = first_of_each(found[left])
    new = left[first]
    out[left] = start + which
    table.add(found[new], start)
    return out, new
