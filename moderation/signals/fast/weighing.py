"""Kernels: texts weighed by the words of their chunks."""

from __future__ import annotations

from moderation.signals.fast.book import add_word, make_room, meet, next_word, place, without_marks
from moderation.signals.fast.features import add, pairs_with
from moderation.signals.fast.finding import M32, POWER, crc_of, ends_as, has, mixed
from moderation.signals.fast.folded import fold, next_chunk
from moderation.signals.fast.form import entry, jit
from moderation.signals.fast.shapes import (
    AGAIN,
    DONE,
    ENDS,
    HASHES,
    HOW_MANY,
    JOINED,
    KEY,
    META,
    ODD,
    PENDING,
    POINT,
    SEAMS,
    SINGLE,
    SOUNDS,
    STARTS,
    SUMS,
    TARGET,
    WHOLE,
    Book,
    Bytes,
    Codes,
    Desk,
    Floats,
    Ints,
    Lexis,
)

_BLANK = 32
_LEAST_JOINED, _LEAST_OF_KNOWN = 4, 5  # as in `moderation.signals.hidden`


@entry
def weigh_judged(w: Ints, begins: Ints, lexis: Lexis, desk: Desk, out: Floats) -> None:
    """Adds up texts given as classes of letters, folded and repaired, blanks around each.

    A row of ``out`` is what they weigh in each table, how many features they have, and how many of
    words as a whole.
    """
    columns = lexis.said.shape[1]
    counts = desk.other
    for i in range(begins.size - 1):
        one = two = sound = -1
        counts[:2] = 0
        pairs = 0
        at = begins[i]
        while True:
            start, at = next_word(w, at, begins[i + 1])
            if start == at:
                break
            said, heard = add_word(w, start, at, lexis, desk.ids, out[i], counts)
            pairs = pairs_with(said, heard, one, two, sound, desk.pairs, pairs)
            two, one = one, said
            if heard >= 0:
                sound = heard
        add(lexis.said, lexis.curves, desk.pairs, pairs, out[i])
        out[i, columns] = counts[0] + pairs
        out[i, columns + 1] = counts[1] + pairs


@jit
def _add_chunks(
    desk: Desk, count: int, book: Book, said: Bytes, curves: Floats, out: Floats, i: int
) -> None:
    """Adds up the chunks of a text into a row of ``out``."""
    entries, ids = desk.entries, desk.pairs
    ints, floats, more = book.ints, book.floats, book.more
    one = two = sound = -1
    pairs = every = whole = 0
    for k in range(count):
        entry = entries[k]
        meta = ints[entry, META]
        every += ints[entry, HOW_MANY] & M32
        whole += ints[entry, HOW_MANY] >> 32
        words = meta >> 8 & 0xFFFF
        if words == 1:
            now = ints[entry, HASHES] & M32
            heard = ints[entry, HASHES] >> 32 & M32 if meta & SOUNDS else -1
            pairs = pairs_with(now, heard, one, two, sound, ids, pairs)
            two, one = one, now
            if heard >= 0:
                sound = heard
            continue
        first = meta >> 32
        for row in range(first, first + words):
            now, heard = more[row, 0], more[row, 1]
            pairs = pairs_with(now, heard, one, two, sound, ids, pairs)
            two, one = one, now
            if heard >= 0:
                sound = heard
    columns = said.shape[1]
    for n in range(columns):
        told = 0.0
        for k in range(count):
            told += floats[entries[k], SUMS + n]
        for k in range(pairs):
            told += curves[n, said[ids[k], n]]
        out[i, n] = told
    out[i, columns] = every + pairs
    out[i, columns + 1] = whole + pairs


@jit
def _are_joined(
    codes: Codes, before: int, middle: int, at: int, end: int, lexis: Lexis, desk: Desk
) -> bool:
    """Whether two neighbouring chunks may be a target that was written in two."""
    points, f = desk.points, desk.folded
    one, _ = fold(lexis.about, lexis.wide, codes, before, middle, f)
    for n in range(one):
        points[n] = f[n] & POINT
    other, _ = fold(lexis.about, lexis.wide, codes, at, end, f)
    if one < 0 or other < 0:
        return True
    right = desk.other
    for n in range(other):
        right[n] = f[n] & POINT
    other = without_marks(right, other)
    ascii_only = True
    for n in range(other):
        points[one + n] = right[n]
    size = one + other
    for n in range(size):
        ascii_only = ascii_only and points[n] < 128
    if other == 0 or size < _LEAST_JOINED:
        return False
    if not ends_as(lexis.words, points, size) & (TARGET | JOINED):
        return False
    known = has(lexis.known, crc_of(points, one)) and has(lexis.known, crc_of(right, other))
    points[one] = _BLANK
    for n in range(other):
        points[one + 1 + n] = right[n]
    if has(lexis.apart, crc_of(points, size + 1)):
        return False
    return not ascii_only or size >= _LEAST_OF_KNOWN or not known


@jit
def _number(
    codes: Codes, start: int, stop: int, lexis: Lexis, book: Book, desk: Desk,
    waiting: Ints, found: int, secret: Ints,
) -> tuple[int, int, int, int]:  # fmt: skip
    """The entries of a text's chunks: how many, what is told of the text, how many pairs of
    neighbours may be one word (their bounds go into ``desk.pairs``), how many chunks wait now."""
    before = earlier = count = may = 0
    left = power = last = 0
    told = DONE
    ints, spots = book.ints, desk.pairs
    end = start
    while True:
        at, after, key = next_chunk(lexis.about, codes, end, stop, secret)
        if at == after:
            return count, told if count else WHOLE, may, found
        entry = place(ints, key)
        if ints[entry, KEY] == 0 and meet(codes, at, after, entry, key, lexis, book, desk):
            waiting[found, 0], waiting[found, 1], waiting[found, 2] = at, after, key
            found += 1
        meta, seam = ints[entry, META], ints[entry, SEAMS]
        if meta & ODD or (before & SINGLE and earlier & ENDS and meta & STARTS):
            return count, WHOLE, may, found
        if meta & PENDING:
            told = AGAIN
        elif told == DONE:
            right = seam >> 32 & M32
            if count and has(lexis.seams, mixed((left + power * right) & M32)):
                spots[4 * may], spots[4 * may + 1] = last, end
                spots[4 * may + 2], spots[4 * may + 3] = at, after
                may += 1
            left, power = seam & M32, POWER[meta >> 24 & 0xFF]
        earlier, before, last, end = before, meta, at, after
        desk.entries[count] = entry
        count += 1


@jit
def _any_joined(codes: Codes, spots: Ints, may: int, lexis: Lexis, desk: Desk) -> bool:
    for n in range(may):
        one, two, three, four = spots[4 * n], spots[4 * n + 1], spots[4 * n + 2], spots[4 * n + 3]
        if _are_joined(codes, one, two, three, four, lexis, desk):
            return True
    return False


@entry
def weigh(
    codes: Codes, begins: Ints, which: Ints, lexis: Lexis, book: Book, desk: Desk,
    out: Floats, told: Bytes, waiting: Ints, secret: Ints,
) -> int:  # fmt: skip
    """Adds up these texts; ``told`` says of each whether that is all. How many chunks wait:
    ``waiting`` has where each begins and ends, and its hash."""
    found = 0
    for k in range(which.size):
        i: int = which[k]
        start: int = begins[i]
        stop: int = begins[i + 1]
        make_room(book.ints, book.sizes, stop - start)
        count, state, may, found = _number(
            codes, start, stop, lexis, book, desk, waiting, found, secret
        )
        if state == DONE and may and _any_joined(codes, desk.pairs, may, lexis, desk):
            state = WHOLE
        if state == DONE:
            _add_chunks(desk, count, book, lexis.said, lexis.curves, out, i)
        told[i] = state
    return found
