"""One short comment at a time: what a page costs to set up is more than such a comment is worth.

A comment that must be looked at whole is left to a page.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from typing import NamedTuple

from moderation.signals.lone import Word
from moderation.signals.pieces import ENDS_SENTENCE, cuts
from moderation.signals.tongue import Tongue
from moderation.texts.text import fold_text, translated
from moderation.texts.unmet import AFTER, ENDS, ODD, SINGLE, STARTS, flags_of

_REMEMBERED = 20_000  # words: hostile input must not fill the memory
_LONG = 60  # characters; so long a chunk is looked at by itself
_LEFT = 16  # the flag of a chunk that some word written in two may begin with
_RUN = re.compile(r"(.)\1\1")


class _Chunk(NamedTuple):
    """What is known of a chunk: its flags, its folded letters, and its words as it is judged."""

    flags: int
    folded: str
    words: list[Word]


class Part(NamedTuple):
    """Of a part of a text the raw scores of the heads that may speak for it, and the part
    folded."""

    raw: Mapping[str, float]
    folded: str


class Alone:
    """Raw scores of single comments in one tongue."""

    def __init__(self, tongue: Tongue) -> None:
        self._tongue = tongue
        self._known: dict[str, _Chunk] = {}
        self.remembered = 0
        """How many words."""

    def raw(self, text: str, most: int) -> list[tuple[dict[str, float], str]]:
        """Each head's raw score of each piece of at most so many characters, and the piece folded;
        none where a page must be made of the text."""
        found = self._chunks(text)
        if not found:
            return []
        blanks = [end - 1 for end in accumulate([len(c.folded) + 1 for c in found])]
        parts = _parts(found, cuts(blanks, most)) if blanks[-1] > most else [found]
        return [(self._tongue.raw_one(_words(part)), _said(part)) for part in parts]

    def toxicity(self, text: str) -> tuple[float, str]:
        """The raw toxicity, as of a page with this text alone, and the text folded."""
        words, folded = self._laid_out(text)
        return self._tongue.toxicity_one(words), folded

    def part(self, text: str) -> Part:
        """A part of a text that may speak for it."""
        return self._part(*self._laid_out(text))

    def _laid_out(self, text: str) -> tuple[Sequence[Word], str]:
        """The words of a text as they are judged, and the text folded."""
        if found := self._chunks(text):
            return _words(found), _said(found)
        folded = fold_text(text)
        return self._tongue.book.lone.words([self._tongue.lexicon.repair(folded)])[0], folded

    def _part(self, words: Sequence[Word], folded: str) -> Part:
        return Part(
            {"toxicity": self._tongue.toxicity_one(words), **self._tongue.by_sentence(words)},
            folded,
        )

    def sentences(self, text: str) -> list[Part]:
        """Each sentence of a text whose raw scores were told; none where the text is but one."""
        found = self._chunks(text) or []
        lines = accumulate([len(line.split()) for line in text.split("\n")]) if "\n" in text else ()
        marks = [n for n, c in enumerate(found[:-1], start=1) if c.folded[-1] in ENDS_SENTENCE]
        inner = sorted({*marks, *lines} - {0, len(found)})
        parts = _parts(found, inner) if inner else []
        return [self._part(_words(part), _said(part)) for part in parts]

    def _chunks(self, text: str) -> list[_Chunk] | None:
        """What is known of the chunks of a text, None where it must be looked at whole."""
        known, written = self._known, text.split()
        new = [chunk for chunk in written if chunk not in known]
        if new and not self._meet(new):
            return None
        found = [known[chunk] for chunk in written]
        return None if self._crosses(found) else found

    def _meet(self, new: Sequence[str]) -> bool:
        """Learns new chunks; not, where one of them must be looked at in its text."""
        if self.remembered > _REMEMBERED:
            self._known.clear()
            self.remembered = 0
            return False
        folded, flags = _folded(new)
        if any([f & ODD for f in flags]):
            return False
        left = map(self._begins, folded)
        flags = [f | _LEFT if begins else f for f, begins in zip(flags, left, strict=True)]
        words = self._tongue.book.lone.words([*map(self._tongue.lexicon.rewritten, folded)])
        self.remembered += sum([max(len(of), 1) for of in words])
        self._known.update(zip(new, map(_Chunk, flags, folded, words), strict=True))
        return True

    def _begins(self, folded: str) -> bool:
        """Whether some word that may be written in two begins like this."""
        at = bisect_left(self._in_two, folded)
        return at < len(self._in_two) and self._in_two[at].startswith(folded)

    @cached_property
    def _in_two(self) -> list[str]:
        lexicon = self._tongue.lexicon
        return sorted({*lexicon.targets, *lexicon.joins})

    def _crosses(self, found: Sequence[_Chunk]) -> bool:
        """Whether letters may be spaced out, or a target written in two."""
        flags = [c.flags for c in found]
        for n, held in enumerate(flags[:-1]):
            if held & _LEFT:
                right = found[n + 1].folded.rstrip(AFTER)
                if right and self._tongue.lexicon.is_joined(found[n].folded, right):
                    return True
            if held & SINGLE and n and flags[n - 1] & ENDS and flags[n + 1] & STARTS:
                return True
        return False


def _parts(found: Sequence[_Chunk], inner: Sequence[int]) -> list[Sequence[_Chunk]]:
    """The chunks cut before these."""
    return [found[a:b] for a, b in pairwise([0, *inner, len(found)])]


def _words(found: Sequence[_Chunk]) -> list[Word]:
    return [word for c in found for word in c.words]


def _said(found: Sequence[_Chunk]) -> str:
    return " ".join([c.folded for c in found])


def _folded(chunks: Sequence[str]) -> tuple[list[str], list[int]]:
    """Chunks folded, and their flags; plain words are folded at once."""
    plain = translated(" ".join(chunks))
    folded = plain.split(" ")
    if len(folded) != len(chunks):  # some chunk holds a blank in disguise
        folded = [""] * len(chunks)
    runs, flags = _RUN.search(plain) is not None, [0] * len(folded)
    for n, (chunk, word) in enumerate(zip(chunks, folded, strict=True)):
        bare, said = chunk.rstrip(AFTER), word.rstrip(AFTER)
        simple = said.isalpha() and bare.isalnum() and len(said) > 1 and len(word) < _LONG
        if not (simple and len(chunk) < _LONG) or (runs and _RUN.search(word)):
            folded[n] = fold_text(chunk)
            flags[n] = flags_of(chunk, folded[n])
    return folded, flags
