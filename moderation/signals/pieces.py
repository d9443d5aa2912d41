"""Texts in pieces: long ones cut at a blank where one is near, and all of them by their sentences.

The worst piece of a text counts. A sentence counts by itself too, so that abuse between civil
sentences is not thinned out by them, and so do words in the letters of another language.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from moderation.texts.codes import distinct, one_of
from moderation.texts.page import CodedColumn, Page
from moderation.texts.strung import Coded

Places = npt.NDArray[np.intp]


def pieces_of(folded: str, most: int) -> list[str]:
    """A folded text in pieces of at most so many characters."""
    if len(folded) <= most:
        return [folded]
    out: list[str] = []
    at = 0
    while at < len(folded):
        end = at + most
        cut = folded.rfind(" ", at + most // 2, end) if end < len(folded) else -1
        stop = cut if cut > 0 else end
        out.append(folded[at:stop])
        at = stop
    return out


class Pieces(NamedTuple):
    """Pieces of a page's texts, in order: chunks [start, end), and the text that each is of."""

    starts: Places
    ends: Places
    owner: Places


def pieces_on(page: Page, most: int) -> Pieces:
    """`pieces_of` the texts of a page.

    A word that is long enough to be cut has at least half of a piece: such a text stays whole,
    for a chunk is never that long.
    """
    blanks = np.cumsum(_SIZES.rows(page.chunks)[page.ids])
    total = np.concatenate([[0], blanks])[page.begins]
    whole = Pieces(page.begins[:-1], page.begins[1:], np.arange(len(page.texts)))
    long: list[int] = np.flatnonzero(np.diff(total) - 1 > most).tolist()
    if not long:
        return whole
    begins: list[int] = page.begins.tolist()
    inside = [cuts((blanks[begins[i] : begins[i + 1]] - total[i] - 1).tolist(), most) for i in long]
    count = np.ones(len(page.texts), dtype=np.intp)
    count[long] = [len(of) + 1 for of in inside]
    inner = [begins[i] + cut for i, of in zip(long, inside, strict=True) for cut in of]
    starts = np.sort(np.concatenate([whole.starts, np.array(inner, dtype=np.intp)]))
    return Pieces(starts, np.append(starts[1:], page.begins[-1:]), np.repeat(whole.owner, count))


def sentences_of(folded: str) -> list[str]:
    """The sentences of a folded text; none where it is but one."""
    found = _AFTER_SENTENCE.split(folded)
    return found if len(found) > 1 else []


def sentences_on(page: Page, wanted: npt.NDArray[np.bool_]) -> Pieces:
    """The sentences of those texts of a page that are wanted and have more than one.

    A sentence ends behind a chunk that ends with a full stop or a mark, and at the end of a line.
    """
    ends = _ENDS_SENTENCE.rows(page.chunks)[page.ids]
    cuts = np.flatnonzero(ends[:-1] & (page.owner[1:] == page.owner[:-1])) + 1
    cuts = np.concatenate([cuts, _line_begins(page, wanted)])
    cuts = np.sort(cuts[wanted[page.owner[cuts]]])
    texts = distinct(page.owner[cuts])
    starts = distinct(np.concatenate([page.begins[texts], cuts]))
    owner = page.owner[starts]
    stops = np.minimum(np.append(starts[1:], page.ids.size), page.begins[owner + 1])
    return Pieces(starts, stops, owner)


def _line_begins(page: Page, wanted: npt.NDArray[np.bool_]) -> Places:
    """Before which chunks a new line begins within a text."""
    out: list[int] = []
    for i in np.flatnonzero(wanted).tolist():
        if "\n" in page.texts[i]:
            first, last = page.begins[i], page.begins[i + 1]
            ends = [m.start() for m in _LINE.finditer(page.texts[i])]
            found = np.searchsorted(page.at[first:last], ends) + first
            out += found[(found > first) & (found < last)].tolist()
    return np.array(out, dtype=np.intp)


def runs_of(folded: str, script: int) -> list[str]:
    """The runs of words of a folded text that hold letters of a script."""
    found: list[str] = []
    if not _LETTERS[script].search(folded):
        return found
    for held, run in groupby(folded.split(" "), lambda w: bool(_LETTERS[script].search(w))):
        if held:
            found.append(" ".join(run))
    return found


def runs_on(page: Page, scripts: npt.NDArray[np.uint8]) -> Pieces:
    """`runs_of` the texts of a page; ``scripts`` tells for each which is looked for, 0 for none."""
    inside = _SCRIPT.rows(page.chunks)[page.ids] & scripts[page.owner] != 0
    apart = np.append(page.owner[1:] != page.owner[:-1], True)
    last = inside & (apart | ~np.append(inside[1:], False))
    first = inside & (np.append(True, apart[:-1]) | ~np.append(False, inside[:-1]))
    starts = np.flatnonzero(first)
    return Pieces(starts, np.flatnonzero(last) + 1, page.owner[starts])


def spelled(page: Page, pieces: Pieces, wanted: Places) -> list[str]:
    """These pieces as they were written, of texts that are even."""
    starts, ends, owner = pieces.starts[wanted], pieces.ends[wanted], pieces.owner[wanted]
    whole = (starts == page.begins[owner]) & (ends == page.begins[owner + 1])
    of: list[int] = owner.tolist()
    cut: list[int] = np.flatnonzero(~whole).tolist()
    out = [page.texts[i] for i in of]
    for n in cut:
        last = ends[n] == page.begins[owner[n] + 1]
        out[n] = out[n][int(page.at[starts[n]]) : None if last else int(page.at[ends[n]])]
    return out


def chunks_of(page: Page, pieces: Pieces, wanted: Places, n: int) -> Iterator[str]:
    """The folded chunks of the n-th of these pieces."""
    held, piece = page.chunks.folded, wanted[n]
    numbers: list[int] = page.ids[pieces.starts[piece] : pieces.ends[piece]].tolist()
    return map(held.__getitem__, numbers)


def cuts(blanks: list[int], most: int) -> list[int]:
    """Before which chunks a text is cut whose chunks are followed by blanks at these places."""
    out: list[int] = []
    at = 0
    while at + most < blanks[-1]:
        chunk = bisect_left(blanks, at + most) - 1
        out.append(chunk + 1)
        at = blanks[chunk]
    return out


def _scripts_of(folded: Coded) -> npt.NDArray[np.uint8]:
    """Of which scripts each chunk holds letters, as bits."""
    out = np.zeros(folded.hashes.size, dtype=np.uint8)
    for script, (low, high) in _RANGES.items():
        at = np.flatnonzero((folded.codes >= low) & (folded.codes <= high))
        out[np.searchsorted(folded.begins, at, side="right") - 1] |= script
    return out


def _ends_sentence(folded: Coded) -> npt.NDArray[np.bool_]:
    """Which chunks end a sentence; folding made of other scripts' marks these three."""
    return one_of(folded.codes[folded.begins[1:] - 2], _MARKS)


LATIN, ARABIC = 1, 2
_RANGES = {LATIN: (ord("a"), ord("z")), ARABIC: (0x620, 0x6D3)}
_LETTERS = {script: re.compile(f"[{chr(a)}-{chr(b)}]") for script, (a, b) in _RANGES.items()}
_SCRIPT = CodedColumn(_scripts_of, "folded")
_LINE = re.compile("\n")
_AFTER_SENTENCE = re.compile(r"(?<=[.!?]) ")
ENDS_SENTENCE = ".!?"
_MARKS = [*map(ord, ENDS_SENTENCE)]
_ENDS_SENTENCE = CodedColumn(_ends_sentence, "folded")
_SIZES = CodedColumn(lambda folded: np.diff(folded.begins), "folded")
