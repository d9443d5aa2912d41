"""Kernels: the book of chunks met: finding, entering, writing what one is worth."""

from __future__ import annotations

import numpy as np

from moderation.signals.fast.features import add, heard_of, letters_of, said_of, whole_words
from moderation.signals.fast.finding import M32, word_hash
from moderation.signals.fast.folded import fold
from moderation.signals.fast.form import entry, jit
from moderation.signals.fast.hiding import judge
from moderation.signals.fast.shapes import (
    CLASS,
    HASHES,
    HOW_MANY,
    KEY,
    META,
    ODD,
    PENDING,
    POINT,
    SEAMS,
    SOUNDS,
    SUMS,
    Book,
    Codes,
    Desk,
    Floats,
    Ints,
    Lexis,
)

SPACE = 32
_MARKS = (33, 46, 44, 63)  # "!.,?": may follow a word


@jit
def place(ints: Ints, key: int) -> int:
    """The entry of a chunk by its hash, or the free one where it would stand."""
    last = ints.shape[0] - 1
    at = (key >> 7) & last
    while ints[at, KEY] != key and ints[at, KEY] != 0:
        at = (at + 1) & last
    return at


@jit
def make_room(ints: Ints, sizes: Ints, chunks: int) -> None:
    """Begins the book anew where it has no room for so many chunks and twice as many words."""
    if sizes[0] + chunks > sizes[2] or sizes[1] + 2 * chunks > sizes[3]:
        ints[:, KEY] = 0
        sizes[:2] = 0


@jit
def add_word(
    w: Ints, start: int, end: int, lexis: Lexis, ids: Ints, sums: Floats, counts: Ints
) -> tuple[int, int]:
    """Adds what the word at [start, end) is worth, and its features to ``counts``; its hash and
    that of its sound."""
    letters = letters_of(w, start, end, ids)
    add(lexis.letters, lexis.curves, ids, letters, sums)
    said = said_of(w, start, end)
    heard = heard_of(w, start, end) if lexis.roman else -1
    whole = whole_words(said, heard, ids)
    add(lexis.said, lexis.curves, ids, whole, sums)
    counts[0] += letters + whole
    counts[1] += whole
    return said, heard


@jit
def next_word(w: Ints, at: int, end: int) -> tuple[int, int]:
    """Where the next word begins and ends; begins = ``end`` after the last."""
    while at < end and w[at] == SPACE:
        at += 1
    start = at
    while at < end and w[at] != SPACE:
        at += 1
    return start, at


@jit
def write(
    entry: int, flags: int, f: Ints, size: int, w: Ints, begin: int, end: int,
    lexis: Lexis, book: Book, desk: Desk,
) -> None:  # fmt: skip
    """Writes a folded chunk and its words as judged, classes of letters with blanks around it.

    It stays waiting where there is no room for its words.
    """
    ints, sums, counts = book.ints[entry], book.floats[entry, SUMS:], desk.other
    counts[:2] = 0
    sums[:] = 0.0
    first, words = book.sizes[1], 0
    said = heard = -1
    at = begin
    while True:
        start, at = next_word(w, at, end)
        if start == at:
            break
        if first + words == book.more.shape[0]:
            return
        said, heard = add_word(w, start, at, lexis, desk.ids, sums, counts)
        book.more[first + words, 0] = said
        book.more[first + words, 1] = heard
        words += 1
    if words > 1:
        book.sizes[1] += words
    if words == 1 and heard >= 0:
        flags |= SOUNDS
    ints[HASHES] = np.int64(said) & M32 | np.int64(heard) << 32
    ints[HOW_MANY] = counts[0] | counts[1] << 32
    ints[SEAMS] = _seams(f, size, desk.points)
    ints[META] = flags | words << 8 | size << 24 | first << 32


@jit
def _seams(f: Ints, size: int, points: Ints) -> int:
    """By what a folded chunk may be one word with a neighbour; marks may follow the right part."""
    for n in range(size):
        points[n] = f[n] & POINT
    left = word_hash(points, size)
    right = left
    bare = without_marks(points, size)
    if bare < size:
        right = word_hash(points, bare)
    return int(np.int64(left) | np.int64(right) << 32)


@jit
def without_marks(points: Ints, size: int) -> int:
    """How long a word is without the marks after it."""
    while size and points[size - 1] in _MARKS:
        size -= 1
    return size


@jit
def judged_here(codes: Codes, at: int, end: int, lexis: Lexis, desk: Desk) -> tuple[int, int, int]:
    """A chunk as judged in ``desk.judged`` and folded in ``desk.folded``: sizes and flags; the
    first is -1 where it must be worked out in Python."""
    size, flags = fold(lexis.about, lexis.wide, codes, at, end, desk.folded)
    if size < 0:
        return -1, size, flags
    return judge(desk.folded, size, lexis, desk), size, flags


@jit
def meet(
    codes: Codes, at: int, end: int, entry: int, key: int, lexis: Lexis, book: Book, desk: Desk
) -> int:
    """Enters a chunk that was not met; 1 where it waits to be worked out in Python."""
    book.ints[entry, KEY] = key
    book.ints[entry, META] = PENDING
    book.sizes[0] += 1
    kept, size, flags = judged_here(codes, at, end, lexis, desk)
    if kept < 0:
        return 1
    w = desk.classes
    w[0] = w[kept + 1] = SPACE
    for n in range(kept):
        w[n + 1] = desk.judged[n] >> CLASS
    write(entry, flags, desk.folded, size, w, 0, kept + 1, lexis, book, desk)
    return 0


@entry
def learn(
    waiting: Ints, flags: Ints, folded: Ints, folds: Ints, w: Ints, begins: Ints,
    lexis: Lexis, book: Book, desk: Desk,
) -> None:  # fmt: skip
    """Writes chunks that were worked out in Python: folded code points and classes as judged."""
    for n in range(waiting.shape[0]):
        entry = place(book.ints, waiting[n, 2])
        if book.ints[entry, KEY] == 0:
            continue  # the book began anew since
        if flags[n] & ODD:
            book.ints[entry, META] = ODD
            continue
        size = folds[n + 1] - folds[n]
        f = folded[folds[n] : folds[n + 1]]
        write(entry, flags[n], f, size, w, begins[n], begins[n + 1], lexis, book, desk)
