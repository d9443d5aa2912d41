"""What rules must see in a text before they can find anything, seen in all texts of a page at once.

Each column says in which texts its rule may speak; in all others it is silent for certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from moderation.signals.bits import Bits, Bools, bits_of
from moderation.signals.personal_data import mail_is_written, may_name
from moderation.texts.codes import (
    ALNUM,
    END,
    LETTER,
    WORD,
    Codes,
    Kinds,
    Places,
    codes_and_text,
    kinds_of,
    one_of,
)

_OPENING, _CLOSING = tuple(map(ord, "[({")), tuple(map(ord, "])}"))
_RUN, _APART = 9, 4  # digits of a private number, and how far each may be from the next
_IN_NUMBERS = tuple(map(ord, " -.()/_oO٫٬–—‐−"))  # what may stand between them, O for a zero
_PHONE_DIGITS = 7
FEW = 8
"""So many texts are sooner looked at one by one."""
_LONG = 1 << 16  # characters: as numbers they take ten times as many bytes
_CAPS_LEAST, _CAPS_SHARE, _EMOJI_LEAST = 12, 0.7, 8
_EMOJI_FROM, _EMOJI = 0x2600, ((0x2600, 0x27BF), (0x1F1E6, 0x1F1FF), (0x1F300, 0x1FAFF))
_AS_LATIN = tuple(map(ord, "\u0130\u0131\u017f\u212a"))  # what [a-z] fits where case is ignored


class Looks(NamedTuple):
    """The texts in which there may be private data, a link, a number to call, a starred word, many
    capitals, many emoji; and those that hold a question mark."""

    data: Bits
    link: Bits
    number: Bits
    star: Bits
    caps: Bits
    emoji: Bits
    asks: Bits


def looks_on(texts: Sequence[str]) -> Looks:
    """The looks of texts. Of long ones and of a few all may be so: the rules find out."""
    few = len(texts) <= FEW
    if not few and max(map(len, texts)) <= _LONG:
        return _looks(texts)
    unknown = sum((few or len(text) > _LONG) << i for i, text in enumerate(texts))
    asks = sum(("?" in text or "؟" in text) << i for i, text in enumerate(texts))
    if few:
        return Looks(unknown, unknown, unknown, unknown, unknown, unknown, asks)
    known = _looks(["" if len(text) > _LONG else text for text in texts])
    return Looks._make(of | unknown for of in known)._replace(asks=asks)


def _looks(texts: Sequence[str]) -> Looks:
    codes, joined = codes_and_text(texts)
    kinds, ends = kinds_of(codes), np.flatnonzero(codes == END)

    def count(at: Places) -> Places:
        return np.bincount(np.searchsorted(ends, at), minlength=len(texts))

    digits = np.flatnonzero((kinds & (ALNUM | LETTER)) == ALNUM)
    many = count(digits)
    numbers = _long_numbers(codes, digits)
    data = count(np.concatenate([numbers, _mails(codes, kinds, joined)])) > 0
    for i in np.flatnonzero((many > 0) & ~data).tolist():
        data[i] = may_name(texts[i])
    capitals = count(np.flatnonzero(codes - np.uint32(ord("A")) < 26))
    caps = capitals >= _CAPS_LEAST
    if caps.any():
        small = _counts(codes - np.uint32(ord("a")) < 26, ends)
        caps &= capitals / np.maximum(capitals + small, 1) >= _CAPS_SHARE
    return Looks(
        data=bits_of(data),
        link=bits_of(count(_link_signs(codes, kinds)) > 0),
        number=bits_of(many >= _PHONE_DIGITS),
        star=bits_of(count(np.flatnonzero(codes == ord("*"))) > 0),
        caps=bits_of(caps),
        emoji=bits_of(count(_emoji(codes)) >= _EMOJI_LEAST),
        asks=bits_of(count(np.flatnonzero((codes == ord("?")) | (codes == ord("؟")))) > 0),
    )


def _counts(found: Bools, ends: Places) -> Places:
    """How many characters of each text were found, where those are many."""
    total = np.append(0, np.cumsum(found, dtype=np.int32))
    cuts = total[np.append(ends, found.size)]
    return np.diff(cuts, prepend=0)


def _long_numbers(codes: Codes, digits: Places) -> Places:
    """The first digit of each run that is long enough for a card or a phone."""
    gap = np.diff(digits)
    broken = gap > _APART
    for n in range(1, _APART):
        between = codes.take(digits[:-1] + n, mode="clip")
        broken |= (gap > n) & ~one_of(between, _IN_NUMBERS)
    first = np.flatnonzero(np.append(True, broken)[: digits.size])
    return digits[first[np.diff(first, append=digits.size) >= _RUN]]


def _mails(codes: Codes, kinds: Kinds, joined: str) -> Places:
    """Where an address of mail may be, with its sign or with "at" in words."""
    signs = np.flatnonzero(codes == ord("@"))
    before, after = (kinds.take(signs + n, mode="clip") & WORD for n in (-1, 1))
    joins = one_of(codes.take(signs - 1, mode="clip"), (ord("+"), ord("-")))
    lower = codes | np.uint32(32)
    said = np.flatnonzero((lower[:-1] == ord("a")) & (lower[1:] == ord("t")))
    said = said[kinds.take(said - 1, mode="clip") & WORD == 0]
    said = said[kinds.take(said + 2, mode="clip") & WORD == 0]
    said = [at for at in said.tolist() if mail_is_written(joined, at)]
    return np.concatenate([signs[((before > 0) | joins) & (after > 0)], np.array(said, np.intp)])


def _link_signs(codes: Codes, kinds: Kinds) -> Places:
    """Where a link may be: "www.", "://", and a dot, bare or in brackets, between two letters."""
    dots = np.flatnonzero(codes == ord("."))
    last, before, after = (codes.take(dots + n, mode="clip") for n in (-2, -1, 1))
    www = (before | 32) == ord("w")
    named = _of_host(last, kinds.take(dots - 2, mode="clip"))
    named &= _of_host(before, kinds.take(dots - 1, mode="clip"))
    latin = ((after | 32) - np.uint32(ord("a")) < 26) | one_of(after, _AS_LATIN)
    hidden = one_of(before, _OPENING) | one_of(after, _CLOSING)  # "abc(.)com"
    slashes = np.flatnonzero(codes == ord(":"))
    for n in (1, 2):
        slashes = slashes[codes.take(slashes + n, mode="clip") == ord("/")]
    return np.concatenate([dots[www | hidden | (named & latin)], slashes])


def _of_host(codes: Codes, kinds: Kinds) -> Bools:
    """Which characters may stand in the name of a site."""
    return ((kinds & ALNUM) > 0) | (codes == ord("-"))


def _emoji(codes: Codes) -> Places:
    high = np.flatnonzero(codes >= _EMOJI_FROM)
    of = codes[high]
    return high[np.logical_or.reduce([(of >= a) & (of <= b) for a, b in _EMOJI])]
