"""Which of many words may hide a target at all, told in one numpy pass; the others stay as written.

Looking a word up (`hidden`) takes microseconds, and few words hide anything. Every way in which a
word can hide leaves a form in common with its target: the word itself, the word less one letter,
its consonants, its letters without marks. The forms of all targets are kept as hashes; a word that
is known, or none of whose forms is among them, is ordinary. The sieve decides nothing, it only
spares look-ups: what passes may be ordinary all the same, and what it cannot read (stars, mentions,
addresses) passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from moderation.signals.known import LONGEST_WORD, Kept, crcs
from moderation.signals.laid import (
    BACK,
    POWER_LIST,
    POWERS,
    Codes,
    Laid,
    Places,
    hashed,
    lay,
    pick,
    written,
)
from moderation.signals.tokens import Tokens, read, tokens_of
from moderation.texts.codes import distinct

Found = npt.NDArray[np.bool_]

SHORTEST, LONGEST = 4, 30
"""Letters of a word that may be misspelt or sound like a target."""
UNHEARD, HEARD_AS = "aeiouhwy'", dict(zip("qcxzgvpfd", "kkkjjbbbt", strict=True))
"""Letters of Roman Urdu that a sound key leaves out, and those it makes one."""

_DOUBLES = re.compile(r"(.)\1+")
_ENDING = "!.,?"  # what may follow a word without being part of it
_TOO_LONG = 60  # letters of a chunk that may be part of a word written in two
_NUMBERS = (ord("2"), ord("6"))  # digits that stand for no letter
_BY_FIRST, _BY_SOUND, _MIX = 0x9E3779B1, 0x2C1B3C6D, 0x85EBCA6B
_WHOLE = 0xFFFFFFFF
_UNSAID = 0x800


def _heard_table() -> Codes:
    out = np.arange(_UNSAID + 1, dtype=np.uint32)
    for char, other in (dict.fromkeys(UNHEARD, "") | HEARD_AS).items():
        out[ord(char)] = ord(other) if other else _UNSAID
    return out


_HEARD = _heard_table()


def squeezed(word: str) -> str:
    """The word with every doubled letter made single."""
    return _DOUBLES.sub(r"\1", word) if _DOUBLES.search(word) else word


def all_squeezed(words: Iterable[str]) -> list[str]:
    """`squeezed` of each word, none of which holds a line's end."""
    return _DOUBLES.sub(r"\1", "\n".join([*words, ""])).split("\n")[:-1]


def _less_one(laid: Laid, whole: Codes, terms: Codes) -> Codes:
    """A hash of each word less each of its letters, at the place of that letter."""
    sizes = laid.ends - laid.starts + 1
    upto = np.cumsum(terms, dtype=np.uint32)
    upto -= np.repeat(upto[laid.starts] - terms[laid.starts], sizes)
    return (upto - terms) + (np.repeat(whole, sizes) - upto) * BACK


def _by_first(hashes: Codes, first: Codes) -> Codes:
    """Hashes of forms, told apart by the first letter of the word: a target begins with it."""
    return hashes + first * np.uint32(_BY_FIRST)


def _tagged(hashes: Codes, first: Codes) -> Codes:
    return _mixed(_by_first(hashes, first))


def _mixed(hashes: Codes) -> Codes:
    mixed = hashes * np.uint32(_MIX)
    return mixed ^ (mixed >> np.uint32(15))


def _single(laid: Laid, codes: Codes, unsaid: int) -> Laid:
    """The words with these codes for theirs, without those unsaid, of equal neighbours one."""
    codes = codes[codes != unsaid]
    keep = np.ones(codes.size, dtype=bool)
    keep[1:] = (codes[1:] != codes[:-1]) | (codes[1:] == 0)
    return lay(codes[keep])


def _sounds(laid: Laid) -> Codes:
    """How each word sounds, as a hash."""
    heard = _single(laid, _HEARD.take(laid.codes, mode="clip"), _UNSAID)
    return _tagged(hashed(heard)[0] + np.uint32(_BY_SOUND), laid.codes[laid.starts])


class _Forms(NamedTuple):
    """The forms of all targets as hashes, and the number of the target that each is of."""

    hashes: Codes
    owner: Places


class Sieve:
    """The forms of all targets, and of what else must always be looked up."""

    def __init__(
        self,
        targets: Iterable[str],
        joins: Iterable[str],
        blind: Iterable[str],
        known: Kept,
        *,
        by_sound: bool,
    ) -> None:
        """``blind`` words always pass, ``known`` ones never but for them; ``joins`` pass where a
        mark splits them; ``by_sound`` tells whether sound may hide a word."""
        self._targets = sorted(targets)
        self._known, self._by_sound = known, by_sound
        whole, hidden = read(written(self._targets)), read(written(blind))
        hashes, terms = hashed(whole)
        first = whole.codes[whole.starts]
        sizes = whole.ends - whole.starts
        owner = np.arange(sizes.size)
        of_each = np.repeat(owner, sizes + 1)
        letters = np.flatnonzero((whole.codes != 0) & (sizes >= SHORTEST).take(of_each))
        of_less, less = of_each.take(letters), _less_one(whole, hashes, terms).take(letters)
        self._forms = _Forms(
            _by_first(np.concatenate([hashes, less]), np.append(first, first.take(of_less))),
            np.concatenate([owner, of_less]),
        )
        near = [_mixed(self._forms.hashes), *([_sounds(whole)] if by_sound else ())]
        self._near = Kept(np.concatenate(near))
        self._blind = Kept(_tagged(hashed(hidden)[0], hidden.codes[hidden.starts]))
        self._split = Kept(_mixed(hashed(read(written([*self._targets, *joins])))[0]))
        self._singles = Kept(_mixed(hashed(_single(whole, whole.codes, _UNSAID))[0]))

    def near(self, word: str) -> set[str]:
        """Every target that may be one edit away from the word and begins with its letter."""
        first, hashes, owner = self._listed
        back, tag = int(BACK), ord(word[0]) * _BY_FIRST
        terms = [(ord(c) + 7) * p for c, p in zip(word, POWER_LIST, strict=False)]
        rest = sum(terms)
        forms, before = [rest], terms[0]
        for term in terms[1:]:  # less one letter: those behind it move up by one place
            after = before + term
            forms.append(before + (rest - after) * back)
            before = after
        found: set[str] = set()
        for form in forms:
            key = (form + tag) & _WHOLE
            at = first.get(key)
            while at is not None and at < len(hashes) and hashes[at] == key:
                found.add(self._targets[owner[at]])
                at += 1
        return found

    @cached_property
    def _listed(self) -> tuple[dict[int, int], list[int], list[int]]:
        """Where each form comes first, and all forms in order with their targets."""
        order = np.argsort(self._forms.hashes)
        hashes, owner = (of.take(order).tolist() for of in self._forms)
        count = len(hashes)
        first = dict(zip(reversed(hashes), range(count - 1, -1, -1), strict=True))
        return first, hashes, owner

    def passing(self, chunks: Laid) -> Places:
        """The places of the chunks that may hold a word which hides."""
        tokens = tokens_of(chunks)
        out = tokens.odd
        parts = tokens.parts
        whole, _ = hashed(parts)
        first = parts.codes[parts.starts]
        out[tokens.owner[self._blind.holds(_tagged(whole, first))]] = True
        left = tokens.split
        pairs = (
            whole[left]
            + POWERS.take(parts.ends[left] - parts.starts[left], mode="clip") * (whole[left + 1])
        )
        out[tokens.owner[left[self._split.holds(_mixed(pairs))]]] = True
        words, owner = tokens.words(~out.take(tokens.owner_of_tokens) & ~self._knows(tokens))
        out[owner[self._hides(words)]] = True
        return np.flatnonzero(out)

    def _knows(self, tokens: Tokens) -> Found:
        """Which of the tokens are known words."""
        starts, ends = tokens.bytes_at
        short = np.flatnonzero(ends - starts <= LONGEST_WORD)
        found = np.zeros(starts.size, dtype=bool)
        found[short] = self._known.holds(crcs(tokens.bytes, starts.take(short), ends.take(short)))
        return found

    def _hides(self, words: Laid) -> Found:
        """Which words have a form in common with a target."""
        if not words.starts.size:
            return np.zeros(0, dtype=bool)
        whole, terms = hashed(words)
        first = words.codes[words.starts]
        out = self._near.holds(_tagged(whole, first))
        sizes = words.ends - words.starts
        owner = np.repeat(np.arange(sizes.size), sizes + 1)
        free = (sizes >= SHORTEST) & (sizes <= LONGEST)
        for number in _NUMBERS:
            free[owner[words.codes == number]] = False
        inner = free.take(owner)  # not the first letter, for a target begins with it
        inner[words.starts] = inner[words.ends] = False
        at = np.flatnonzero(inner)
        of = owner.take(at)
        less = _less_one(words, whole, terms).take(at)
        out[of[self._near.holds(_tagged(less, first.take(of)))]] = True
        if self._by_sound:
            out |= free & self._near.holds(_sounds(words))
        doubled = distinct(of[words.codes.take(at) == words.codes.take(at - 1)])
        doubled = doubled[~out[doubled]]
        out[doubled[self._single(pick(words, doubled))]] = True
        return out

    def _single(self, doubled: Laid) -> Found:
        """Which words with doubled letters may be others with single ones."""
        short = _single(doubled, doubled.codes, _UNSAID)
        out = self._singles.holds(_mixed(hashed(short)[0]))
        said = np.frombuffer(_utf8(short.codes), dtype=np.uint8)
        ends = np.flatnonzero(said == 0)
        starts = np.concatenate([[0], ends + 1])[:-1]
        return out | self._known.holds(crcs(said, starts, ends))


def _utf8(codes: Codes) -> bytes:
    return codes.tobytes().decode("utf-32-le", "replace").encode("utf-8", "replace")


class Seams:
    """Which neighbours may be one word of a list that was written in two, told by numbers."""

    def __init__(self, whole: Iterable[str]) -> None:
        self._kept = Kept(_mixed(hashed(written(whole))[0]))

    def ends(self, chunks: Laid) -> Codes:
        """Three numbers for each chunk, for `joined`; a long one is never part of such a word."""
        whole, terms = hashed(chunks)
        sizes = chunks.ends - chunks.starts
        right, last = whole.copy(), chunks.ends - 1
        held = np.flatnonzero(sizes)
        while held.size:  # a mark behind a word is no part of it
            held = held[_IS_ENDING.take(chunks.codes.take(last.take(held)), mode="clip")]
            right[held] -= terms.take(last.take(held))
            last[held] -= 1
            held = held[last.take(held) >= chunks.starts.take(held)]
        long = np.flatnonzero(sizes > _TOO_LONG)
        whole[long] = right[long] = 0
        sizes[long] = 0
        return np.stack([whole, POWERS.take(sizes), right])

    def joined(self, ends: Codes) -> Places:
        """The places of chunks that may be one word with the chunk after them."""
        whole = ends[0, :-1] + ends[1, :-1] * ends[2, 1:]
        return np.flatnonzero(self._kept.holds(_mixed(whole)))


_IS_ENDING = np.array([chr(n) in _ENDING for n in range(128)] + [False])
