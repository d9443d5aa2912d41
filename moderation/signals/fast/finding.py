"""Kernels: sets of hashes, words letter by letter, hashes of words."""

from __future__ import annotations

import zlib

import numpy as np

from moderation.signals.fast.form import entry, jit
from moderation.signals.fast.shapes import NODE, Hashes, Ints, Trie
from moderation.signals.grams import POWERS

M32 = 0xFFFFFFFF
_MIX = 0x85EBCA6B
_STEPS = 0x9E3779B1
POWER = POWERS.astype(np.int64)
FACTOR = int(POWERS[1])
BACK = pow(FACTOR, -1, 1 << 32)


def _crc_table() -> Ints:
    """What zlib's checksum does with one byte."""
    start = zlib.crc32(b"\x00")
    out: list[int] = []
    for byte in range(256):
        told = byte
        for _ in range(8):
            told = (told >> 1) ^ (0xEDB88320 if told & 1 else 0)
        out.append(told)
    assert (out[0xFF] ^ 0xFFFFFF) ^ M32 == start
    return np.array(out, dtype=np.int64)


_CRC = _crc_table()


@jit
def mixed(number: int) -> int:
    """A number of 32 bits well mixed."""
    told = (number * _MIX) & M32
    return told ^ (told >> 15)


@jit
def has(kept: Hashes, told: int) -> bool:
    """Whether a set holds a mixed number."""
    last = kept.size - 1
    told = max(told, 1)
    at = told & last
    while kept[at] != 0:
        if kept[at] == told:
            return True
        at = (at + 1) & last
    return False


@jit
def put(kept: Hashes, told: int) -> None:
    """Adds a mixed number to a set that has room."""
    last = kept.size - 1
    told = max(told, 1)
    at = told & last
    while kept[at] != 0 and kept[at] != told:
        at = (at + 1) & last
    kept[at] = told


@jit
def _slot(steps: Ints, key: int) -> int:
    """Where a step stands by its key, or would."""
    last = steps.size - 1
    at = ((key * _STEPS) >> 12) & last
    while steps[at] != 0 and steps[at] >> NODE != key:
        at = (at + 1) & last
    return at


@jit
def step(trie: Trie, node: int, point: int) -> int:
    """The node after this one with a letter, -1 where there is none."""
    told = trie.steps[_slot(trie.steps, node << 21 | point)]
    return told & (1 << NODE) - 1 if told else -1


@entry
def grow(trie: Trie, letters: Ints, begins: Ints, roots: Ints, endings: Ints) -> None:
    """Adds words, end to end, each below a node, 0 or 1."""
    size = 2
    for k in range(roots.size):
        node = roots[k]
        for n in range(begins[k], begins[k + 1]):
            to = step(trie, node, letters[n])
            if to < 0:
                key = node << 21 | letters[n]
                trie.steps[_slot(trie.steps, key)] = key << NODE | size
                to = size
                size += 1
            node = to
        trie.ends[node] |= endings[k]


@entry
def put_all(kept: Hashes, numbers: Ints) -> None:
    """Adds numbers to a set."""
    for n in range(numbers.size):
        put(kept, numbers[n])


@jit
def ends_as(trie: Trie, points: Ints, size: int) -> int:
    """What is told of a whole word, 0 where it is not in the trie."""
    node = 0
    for n in range(size):
        node = step(trie, node, points[n])
        if node < 0:
            return 0
    return trie.ends[node]


@jit
def _crc_byte(crc: int, byte: int) -> int:
    return _CRC[(crc ^ byte) & 0xFF] ^ (crc >> 8)


@jit
def crc_of(points: Ints, size: int) -> int:
    """`hidden.word_hash`: the checksum of a word in UTF-8."""
    crc = M32
    for n in range(size):
        point = points[n]
        if point < 0x80:
            crc = _crc_byte(crc, point)
        elif point < 0x800:
            crc = _crc_byte(_crc_byte(crc, 0xC0 | point >> 6), 0x80 | point & 0x3F)
        else:
            if point < 0x10000:
                crc = _crc_byte(crc, 0xE0 | point >> 12)
            else:
                crc = _crc_byte(crc, 0xF0 | point >> 18)
                crc = _crc_byte(crc, 0x80 | point >> 12 & 0x3F)
            crc = _crc_byte(_crc_byte(crc, 0x80 | point >> 6 & 0x3F), 0x80 | point & 0x3F)
    return crc ^ M32


@jit
def word_hash(points: Ints, size: int) -> int:
    """A sum over letters times powers, so that the hash of two words in one is known of theirs."""
    told = 0
    for n in range(size):
        told += (points[n] + 7) * POWER[min(n, 63)]
    return told & M32
