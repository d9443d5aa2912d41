"""Kernels: the greatest number of each column of the net over the pieces of a text's words."""

from __future__ import annotations

from moderation.signals.fast.book import judged_here, place
from moderation.signals.fast.finding import step
from moderation.signals.fast.folded import next_chunk
from moderation.signals.fast.form import entry, jit
from moderation.signals.fast.shapes import (
    KEY,
    MARK,
    META,
    NETTED,
    POINT,
    WORD,
    Book,
    Bytes,
    Codes,
    Desk,
    Ints,
    Lexis,
    Rows,
    Trie,
)

_LONGEST = 20  # characters of a piece
_BAR = 95  # "_" is a word by itself


@jit
def _piece(trie: Trie, f: Ints, at: int, end: int, inside: bool) -> tuple[int, int]:
    """The longest known piece that begins here, and where it ends; -1 where there is none."""
    node = 1 if inside else 0
    piece, stop = -1, at
    for n in range(at, min(end, at + _LONGEST)):
        node = step(trie, node, f[n] & POINT)
        if node < 0:
            break
        if trie.ends[node]:
            piece, stop = trie.ends[node] - 1, n + 1
    return piece, stop


@jit
def _greatest(row: Rows, i: int, net: Rows, piece: int) -> None:
    for n in range(net.shape[1]):
        row[i, n] = max(row[i, n], net[piece, n])


@jit
def _spoken(told: int) -> bool:
    return told & WORD != 0 and told & POINT != _BAR


@jit
def add_pieces(f: Ints, size: int, lexis: Lexis, out: Rows, i: int) -> None:
    """Adds the pieces of a judged chunk to a row."""
    at = 0
    while at < size:
        start = at
        at += 1
        if _spoken(f[start]):
            while at < size and _spoken(f[at]):
                at += 1
        elif not f[start] & (MARK | WORD):
            continue
        here = start
        while here < at:
            piece, stop = _piece(lexis.pieces, f, here, at, here > start)
            if piece >= 0:
                _greatest(out, i, lexis.net, piece)
            here = max(stop, here + 1)


@entry
def ask(
    codes: Codes, begins: Ints, which: Ints, lexis: Lexis, book: Book, desk: Desk,
    out: Rows, missed: Bytes, secret: Ints,
) -> None:  # fmt: skip
    """The greatest numbers of these texts, one row each; a text with a chunk that must be worked
    out in Python is ``missed``."""
    about, ints, nets = lexis.about, book.ints, book.nets
    for k in range(which.size):
        i: int = which[k]
        end: int = begins[i]
        stop: int = begins[i + 1]
        while True:
            at, end, key = next_chunk(about, codes, end, stop, secret)
            if at == end:
                break
            entry = place(ints, key)
            if not ints[entry, META] & NETTED or ints[entry, KEY] == 0:
                kept, _, _ = judged_here(codes, at, end, lexis, desk)
                if kept < 0:
                    missed[k] = 1
                    break
                if ints[entry, KEY] == 0:
                    add_pieces(desk.judged, kept, lexis, out, k)
                    continue
                nets[entry, :] = -128
                add_pieces(desk.judged, kept, lexis, nets, entry)
                ints[entry, META] |= NETTED
            _greatest(out, k, nets, entry)


@entry
def learn_pieces(waiting: Ints, rows: Rows, book: Book) -> None:
    """Keeps the rows of chunks that were worked out in Python."""
    for n in range(waiting.shape[0]):
        entry = place(book.ints, waiting[n, 2])
        if book.ints[entry, KEY] != 0:
            for k in range(rows.shape[1]):
                book.nets[entry, k] = rows[n, k]
            book.ints[entry, META] |= NETTED
