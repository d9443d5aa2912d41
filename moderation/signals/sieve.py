"""Which of many words may hide a target at all, told in one numpy pass; the others stay as written.

Looking a word up (`hidden`) takes microseconds, and few words hide anything. Every way in which a
word can hide leaves a form in common with its target: the word itself, the word less one letter,
its consonants. The forms of all targets are kept as hashes; a word none of whose forms is among
them is ordinary. The sieve decides nothing, it only spares look-ups: what passes may be ordinary
all the same, and what it cannot read (marks inside a word, rare letters, long words) passes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.intp]
Found = npt.NDArray[np.bool_]

SHORTEST, LONGEST = 4, 30
"""Letters of a word that may be misspelt or sound like a target."""
DIGITS = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g"}
"""Digits that may stand for a letter."""
UNHEARD, HEARD_AS = "aeiouhwy'", dict(zip("qcxzgvpfd", "kkkjjbbbt", strict=True))
"""Letters of Roman Urdu that a sound key leaves out, and those it makes one."""

_DOUBLES = re.compile(r"(.)\1+")
_ENDING = "!.,?"  # what may follow a word without being part of it
_TOO_LONG = 60  # letters of a chunk that is read here: bounds the memory of a pass
_POINTS = 0x800  # beyond it stands no letter that a covered language is written in
_LETTER, _DIGIT, _OTHER = range(3)
_UNREAD = chr(_POINTS)
_BITS = 18
_FACTOR = 0x5BD1E995
_BACK = np.uint32(pow(_FACTOR, -1, 1 << 32))
_POWERS = np.array([pow(_FACTOR, n, 1 << 32) for n in range(_TOO_LONG + 1)], dtype=np.uint32)
_POWER_LIST: list[int] = _POWERS.tolist()
_BY_FIRST, _BY_SOUND = np.uint32(0x9E3779B1), np.uint32(0x2C1B3C6D)
_MIX, _HALF, _OVER = np.uint32(0x85EBCA6B), np.uint32(15), np.uint32(32 - _BITS)


def _kinds() -> npt.NDArray[np.uint8]:
    out = np.full(_POINTS + 1, _OTHER, dtype=np.uint8)
    out[:_POINTS] = [_LETTER if chr(n).isalpha() else _OTHER for n in range(_POINTS)]
    out[[ord(c) for c in "0123456789"]] = _DIGIT
    out[[0, *(ord(digit) for digit in DIGITS)]] = _LETTER
    return out


def _mapped(changes: dict[str, str]) -> Codes:
    out = np.arange(_POINTS + 1, dtype=np.uint32)
    for char, other in changes.items():
        out[ord(char)] = ord(other) if other else _POINTS
    return out


_KIND = _kinds()
_READ = _mapped(DIGITS)
_HEARD = _mapped(dict.fromkeys(UNHEARD, "") | HEARD_AS)


class _Laid(NamedTuple):
    """Words end to end, a 0 after each: its letters, where each begins and ends, whose each is."""

    codes: Codes
    starts: Places
    ends: Places
    owner: Places


def _lay(codes: Codes) -> _Laid:
    ends = np.flatnonzero(codes == 0)
    starts = np.concatenate([[0], ends + 1])[:-1]
    return _Laid(codes, starts, ends, np.repeat(np.arange(ends.size), ends - starts + 1))


def squeezed(word: str) -> str:
    """The word with every doubled letter made single."""
    return _DOUBLES.sub(r"\1", word)


def _written(words: Iterable[str]) -> Codes:
    joined = "".join([w + "\0" for w in words])
    return np.frombuffer(joined.encode("utf-32-le", "replace"), dtype="<u4")


def _read(words: Iterable[str]) -> _Laid:
    return _lay(_READ.take(_written(words), mode="clip"))


def _hashed(laid: _Laid) -> tuple[Codes, Codes]:
    """A hash of each word, and what each letter adds to it."""
    at = np.arange(laid.codes.size) - laid.starts.take(laid.owner)
    terms = (laid.codes + np.uint32(7)) * _POWERS.take(at, mode="clip")
    terms[laid.ends] = 0
    return np.add.reduceat(terms, laid.starts, dtype=np.uint32), terms


def _whole_of(word: str) -> int:
    """`_hashed` of one word."""
    return sum([(ord(c) + 7) * p for c, p in zip(word, _POWER_LIST, strict=False)]) & 0xFFFFFFFF


def _less_one(laid: _Laid, whole: Codes, terms: Codes) -> Codes:
    """A hash of each word less each of its letters, at the place of that letter."""
    upto = np.cumsum(terms, dtype=np.uint32)
    upto -= (upto[laid.starts] - terms[laid.starts]).take(laid.owner)
    return (upto - terms) + (whole.take(laid.owner) - upto) * _BACK


def _tagged(laid: _Laid, hashes: Codes, owner: Places | None = None) -> Codes:
    """Hashes of forms, told apart by the first letter of the word: a target begins with it."""
    tags = laid.codes[laid.starts] * _BY_FIRST
    return _mixed(hashes + (tags if owner is None else tags.take(owner)))


def _mixed(hashes: Codes) -> Codes:
    mixed = hashes * _MIX
    return mixed ^ (mixed >> _HALF)


def _sounds(laid: _Laid) -> Codes:
    """How each word sounds, as a hash."""
    heard = _HEARD.take(laid.codes, mode="clip")
    heard = heard[heard != _POINTS]
    keep = np.ones(heard.size, dtype=bool)
    keep[1:] = (heard[1:] != heard[:-1]) | (heard[1:] == 0)
    return _tagged(laid, _hashed(_lay(heard[keep]))[0] + _BY_SOUND)


class _Kept:
    """A set of hashes that many can be looked up in at once."""

    def __init__(self, hashes: Codes) -> None:
        self._sorted = np.unique(hashes)
        self._may = np.zeros(1 << _BITS, dtype=bool)
        self._may[self._sorted >> _OVER] = True

    def holds(self, hashes: Codes) -> Found:
        found = self._may.take(hashes >> _OVER)
        at = np.flatnonzero(found)
        if at.size:
            likely = hashes.take(at)
            near = np.searchsorted(self._sorted, likely)
            found[at] = self._sorted.take(near, mode="clip") == likely
        return found


class Sieve:
    """The forms of all targets, and of what else must always be looked up."""

    def __init__(
        self,
        targets: Iterable[str],
        always: Iterable[str],
        is_known: Callable[[str], bool],
        *,
        by_sound: bool,
    ) -> None:
        """``always`` are whole words that pass; ``by_sound`` tells whether sound may hide a word.

        A word with a doubled letter passes where it ``is_known`` with that letter single.
        """
        targets = [*targets]
        whole = _read([*targets, *always])
        near = _read([t for t in targets if len(t) >= SHORTEST])
        kept = [
            _tagged(whole, _hashed(whole)[0]),
            _tagged(near, _less_one(near, *_hashed(near)), near.owner),
        ]
        if by_sound:
            kept.append(_sounds(near))
        self._by_sound, self._is_known = by_sound, is_known
        self._singles = set(map(squeezed, targets))
        self._kept = _Kept(np.concatenate(kept))

    def passing(self, chunks: Sequence[str]) -> list[int]:
        """The places of the chunks that may hold a word which hides."""
        words = [c.rstrip(_ENDING) if len(c) <= _TOO_LONG else _UNREAD for c in chunks]
        raw = _written(words)
        laid = _lay(_READ.take(raw, mode="clip"))
        if laid.starts.size != len(words):
            return list(range(len(words)))
        kinds = _KIND.take(raw, mode="clip")
        digits = laid.owner.take(np.flatnonzero(kinds == _DIGIT))
        out, doubled = self._hides(laid, digits)
        out[laid.owner.take(np.flatnonzero(kinds == _OTHER))] = True
        held: list[int] = np.flatnonzero(out).tolist()
        left: list[int] = np.flatnonzero(doubled & ~out).tolist()
        return held + [i for i in left if self._single(words[i])]

    def _single(self, word: str) -> bool:
        """Whether a word with doubled letters may be another with single ones."""
        short = squeezed(word)
        return short in self._singles or not word.isalpha() or self._is_known(short)

    def _hides(self, laid: _Laid, numbers: Places) -> tuple[Found, Found]:
        """Which words have a form in common with a target, and which have a doubled letter.

        Those in ``numbers`` hold digits that stand for nothing: they can be a target only whole.
        """
        whole, terms = _hashed(laid)
        less = _less_one(laid, whole, terms)
        out = self._kept.holds(_tagged(laid, whole))
        doubled = np.zeros(out.size, dtype=bool)
        sizes = laid.ends - laid.starts
        free = (sizes >= SHORTEST) & (sizes <= LONGEST) & ~out
        free[numbers] = False
        inner = free.take(laid.owner)  # not the first letter, for a target begins with it
        inner[laid.starts] = inner[laid.ends] = False
        at = np.flatnonzero(inner)
        owner = laid.owner.take(at)
        doubled[owner[laid.codes.take(at) == laid.codes.take(at - 1)]] = True
        out[owner[self._kept.holds(_tagged(laid, less.take(at), owner))]] = True
        if self._by_sound:
            out |= free & self._kept.holds(_sounds(laid))
        return out, doubled


class Seams:
    """Which neighbours may be one word of a list that was written in two, told by numbers."""

    def __init__(self, whole: Iterable[str]) -> None:
        laid = _lay(_written(whole))
        self._kept = _Kept(_mixed(_hashed(laid)[0]))

    def ends(self, chunks: Sequence[str]) -> Codes:
        """Three numbers for each chunk, for `joined`; a long one is never part of such a word."""
        short = [c if len(c) <= _TOO_LONG else "" for c in chunks]
        bare = [c.rstrip(_ENDING) for c in short]
        right = _lay(_written(bare))
        whole = _hashed(right)[0]
        marked = [i for i, (a, b) in enumerate(zip(short, bare, strict=True)) if len(a) > len(b)]
        left = whole
        if marked:
            left = whole.copy()
            left[marked] = _hashed(_lay(_written([short[i] for i in marked])))[0]
        sizes = [*map(len, short)]
        return np.stack([left, _POWERS.take(sizes), whole])

    def ends_of(self, chunk: str) -> list[int]:
        """`ends` of one chunk, without numpy's start-up."""
        short = chunk if len(chunk) <= _TOO_LONG else ""
        left = _whole_of(short)
        bare = short.rstrip(_ENDING)
        return [left, int(_POWERS[len(short)]), left if bare == short else _whole_of(bare)]

    def joined(self, ends: Codes) -> Places:
        """The places of chunks that may be one word with the chunk after them."""
        whole = ends[0, :-1] + ends[1, :-1] * ends[2, 1:]
        return np.flatnonzero(self._kept.holds(_mixed(whole)))
