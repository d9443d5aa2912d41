"""Chunks that were never met before, worked out together: folded, flagged and cut into words.

One numpy pass serves all; the few that hide letters or fold to a blank are folded one by one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from moderation.texts.codes import (
    ALNUM,
    END,
    LETTER,
    WORD,
    Codes,
    Kinds,
    Places,
    codes_of,
    distinct,
    kinds_of,
    word_edges,
)
from moderation.texts.folding import TABLE, disguised, fold_text_alone, plain_codes, wanted
from moderation.texts.hashes import Hashes, hashes
from moderation.texts.strung import Coded, cut_out

ODD, SINGLE, ENDS, STARTS = 1, 2, 4, 8
"""A chunk that must be looked at in its text; one letter or digit; ends and begins with one."""
_LONGEST_CHUNK = 60
_ONE_AT_END = re.compile(r"(?<!\w)[^\W\d_]\Z")
_ONE_AT_START = re.compile(r"\w(?!\w)")
AFTER = "!.,?"
"""May follow a word: neither a letter nor part of one."""
_BLANK, _I = 32, ord("i")
_NOWHERE = -(1 << 40)  # stands before every chunk


Spots = npt.NDArray[np.int16]


class Cuts(NamedTuple):
    """Words as slices codes[start:end] of all chunks, how many each chunk has, and where in its
    chunk as written each begins and ends: below zero where that was not worked out."""

    codes: Codes
    starts: Places
    ends: Places
    hashes: Hashes
    counts: Places
    spots: Spots

    def picked(self, wanted: Places) -> Coded:
        """The words of these numbers."""
        starts, ends = self.starts[wanted], self.ends[wanted]
        return cut_out(self.codes, starts, ends, self.hashes[wanted])


class Unmet(NamedTuple):
    """New chunks folded, their flags, and the words in them."""

    folded: Coded
    flags: Kinds
    words: Cuts


def worked_out(written: Coded) -> Unmet:
    """What is known of these chunks, none of which holds a blank."""
    plain, at = plain_codes(written.codes)
    flags = _flags(plain)
    kept = np.flatnonzero(wanted(plain))
    codes, at = plain.take(kept), at.take(kept)
    alone = _hiding(codes)
    if alone.size:
        codes, at = _folded_alone(written, codes, at, flags, alone)
    begins = _begins(codes)
    long = np.maximum(np.diff(begins), np.diff(written.begins)) > _LONGEST_CHUNK + 1
    flags[long | (np.diff(begins) == 1)] = ODD
    folded = Coded(codes, begins, hashes(codes, begins[:-1], begins[1:] - 1))
    return Unmet(folded, flags, _words(codes, at, written.begins))


def _begins(codes: Codes) -> Places:
    """Where each string begins, and after the last where one more would."""
    return np.append(0, np.flatnonzero(codes == END) + 1)


def _flags(plain: Codes) -> Kinds:
    """The bits SINGLE, ENDS and STARTS of chunks whose characters were folded by themselves."""
    begins = _begins(plain)
    kinds = kinds_of(plain)
    first, last = begins[:-1], begins[1:] - 2  # of an empty one: the `END` before it, or behind
    full = last >= first
    said = (kinds & WORD) != 0
    starts = full & said.take(first) & ~said.take(first + 1, mode="clip")
    before = np.where(last > 0, said.take(last - 1, mode="clip"), False)
    ends = full & ((kinds.take(last, mode="clip") & LETTER) != 0) & ~before
    return (SINGLE * (starts & (last == first)) | ENDS * ends | STARTS * starts).astype(np.uint8)


def _hiding(codes: Codes) -> Places:
    """The chunks that may hide letters, or that fold to a blank among others."""
    at = np.concatenate([*disguised(codes), np.flatnonzero(codes == _BLANK)])
    if not at.size:
        return at
    return distinct(np.searchsorted(np.flatnonzero(codes == END), at))


def _folded_alone(
    written: Coded, codes: Codes, at: Places, flags: Kinds, alone: Places
) -> tuple[Codes, Places]:
    """The codes, and where each stood, with these chunks folded one by one; sets their flags."""
    begins = _begins(codes)
    firsts, ends = begins[alone], begins[alone + 1] - 1
    folded: list[str] = []
    for n in alone.tolist():
        chunk = written.string(n)
        folded.append(fold_text_alone(chunk))
        flags[n] = flags_of(chunk, folded[-1])
    keep = np.ones(codes.size, dtype=bool)
    for first, end in zip(firsts.tolist(), ends.tolist(), strict=True):
        keep[first:end] = False
    sizes = [*map(len, folded)]
    to = np.repeat(np.append(0, np.cumsum(keep))[firsts], sizes)
    out = np.insert(codes[keep], to, codes_of(["".join(folded)]))
    return out, np.insert(at[keep], to, _NOWHERE)


def _words(codes: Codes, at: Places, begins: Places) -> Cuts:
    """The words of folded chunks; ``at`` tells where each character stood, ``begins`` where each
    chunk did.

    "nahiii" folds to "nahii"; neither English nor Roman Urdu writes a plain "ii".
    """
    twice = np.zeros(codes.size, dtype=bool)
    twice[1:] = (codes[1:] == _I) & (codes[:-1] == _I)
    once = np.flatnonzero(~twice)
    single = codes.take(once)
    starts, ends = word_edges(single, ALNUM, "'")
    till = np.searchsorted(starts, np.flatnonzero(single == END))
    counts = np.diff(till, prepend=0)
    spots = np.stack([at.take(once.take(starts)), at.take(once.take(ends) - 1) + 1])
    spots -= np.repeat(begins[:-1], counts)
    return Cuts(
        single,
        starts,
        ends,
        hashes(single, starts, ends),
        counts,
        np.maximum(spots, -1).astype(np.int16),
    )


def flags_of(chunk: str, folded: str) -> int:
    """The bits ODD, SINGLE, ENDS and STARTS of a chunk."""
    if not folded or " " in folded or max(len(chunk), len(folded)) > _LONGEST_CHUNK:
        return ODD
    bare, said = chunk.rstrip(AFTER), folded.rstrip(AFTER)
    if bare.isalnum() and said.isalnum() and len(said) > 1:
        return 0
    plain = chunk.translate(TABLE).strip(" ")
    if " " in plain:
        return ODD
    start = _ONE_AT_START.match(plain) is not None
    single = start and len(plain) == 1
    return SINGLE * single | ENDS * (_ONE_AT_END.search(plain) is not None) | STARTS * start
