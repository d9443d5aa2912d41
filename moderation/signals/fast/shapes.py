"""The arrays that the kernels work on, by name."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.int8]
Hashes = npt.NDArray[np.uint32]
"""A set of hashes in open addressing; 0 is free."""

POINT = (1 << 21) - 1
MET, HARD, BLANK, LETTER, DIGIT, WORD, MARK, JOIN, LEET, LATIN, TOKEN = (
    1 << n for n in range(21, 32)
)
MANY = 1 << 62
"""What is told of a character in one number: what it folds to (0: nothing), whether that is known,
whether it needs more than a look-up, whether it is a blank as written, whether it folds to several
(`MANY`); then of what it folds to: a letter; 0 to 9; part of a word; neither word nor blank; may
stand between spaced letters, for a letter; a to z; may be part of a token of the lexicon. From bit
`CLASS` on, its class as a letter of features."""
CLASS = 32

ODD, SINGLE, ENDS, STARTS, PENDING, SOUNDS, NETTED = (1 << n for n in range(7))
"""Of a chunk, as in `moderation.texts.unmet`; then that it waits to be worked out in Python; that
its one word sounds; that its row of the net is known."""
KEY, META, SEAMS, HASHES, HOW_MANY, SUMS = range(6)
"""Of an entry: the hash of the chunk (0 is free); flags, how many words (from bit 8), letters (from
24) and where its words begin in `more` if they are several (from 32); by what it may be one word
with a neighbour, as the left and the right part; the hash of its one word and of its sound; how
many features it has, and how many of the word as a whole; what they weigh in each table."""
DONE, AGAIN, WHOLE = 0, 1, 2
"""Of a text: weighed; holds chunks that wait; must be read whole."""
TARGET, BLIND, JOINED = 1, 2, 4
"""Of a word in the lexicon: looked for; a name; looked for where it is written in two."""


NODE = 20
"""Bits of a node."""


class Trie(NamedTuple):
    """Words letter by letter: the steps from a node with a letter to another, as one number
    `(node << 21 | letter) << NODE | node` in open addressing (0 is free), and what ends in a node
    (0: nothing)."""

    steps: Ints
    ends: npt.NDArray[np.int32]


class Targets(NamedTuple):
    """The words that are looked for, by their first letters and from the heaviest down.

    Their letters end to end; where each begins; each first letter, and where those that begin with
    it begin.
    """

    letters: Ints
    begins: Ints
    firsts: Ints
    groups: Ints


class Lexis(NamedTuple):
    """All that is fixed for one tongue and the heads asked for.

    `about` is told of each character; where one folds to several, it says where in `wide` these
    begin, after how many they are. `letters` and `said` hold the bytes of a feature in each table
    side by side, `curves` what a byte weighs; the first `letters.shape[1]` tables of `said` weigh
    every feature. `known`, `names`, `forms`, `seams` and `apart` are sets of hashes. `words` has
    targets and names, `pieces` those of the net, which begin a word at node 0 and go on within one
    at node 1.
    """

    about: Ints
    wide: Ints
    letters: Bytes
    said: Bytes
    curves: Floats
    roman: bool
    known: Hashes
    names: Hashes
    forms: Hashes
    seams: Hashes
    apart: Hashes
    words: Trie
    targets: Targets
    pieces: Trie
    net: Rows


class Book(NamedTuple):
    """The chunks met, by hash in open addressing, so that one costs one line of memory.

    `ints` and `floats` are the same memory; `more` has the hashes of words of chunks that are
    several words (-1: not heard). `sizes` holds how many entries and how many rows of `more` there
    are, and how many there may be.
    """

    ints: Ints
    floats: Floats
    more: Ints
    nets: Rows
    sizes: Ints


class Desk(NamedTuple):
    """Room to work in: a chunk folded and as judged, its letters for features and for look-ups; the
    entries of a text; features of a word and of a text."""

    folded: Ints
    judged: Ints
    classes: Ints
    points: Ints
    other: Ints
    entries: Ints
    ids: Ints
    pairs: Ints


LONGEST = 2000
"""Characters of a text that is read by its chunks."""
LONGEST_JUDGED = 3000
"""Characters of a folded text: the sum of so many features is exact."""


def new_book(columns: int, bits: int, net: int) -> Book:
    """An empty book of at most 0.7 * 2**bits chunks. Memory is only taken as it fills."""
    width = -(-(SUMS + columns) // 8) * 8  # whole lines of the cache
    ints = np.zeros((1 << bits, width), dtype=np.int64)
    most = [int(0.7 * (1 << bits)), 1 << bits]
    return Book(
        ints=ints,
        floats=ints.view(np.float64),
        more=np.zeros((1 << bits, 2), dtype=np.int64),
        nets=np.zeros((1 << bits, net), dtype=np.int8),
        sizes=np.array([0, 0, *most], dtype=np.int64),
    )


def new_desk() -> Desk:
    """Room for one chunk, for the entries of one text and its features."""
    chunk = [np.zeros(256, dtype=np.int64) for _ in range(5)]
    return Desk(
        *chunk,
        entries=np.zeros(LONGEST, dtype=np.int64),
        ids=np.zeros(12 * LONGEST_JUDGED, dtype=np.int64),
        pairs=np.zeros(8 * LONGEST_JUDGED, dtype=np.int64),
    )
