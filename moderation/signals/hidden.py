"""Words that hide: misspelt, masked, split or letter-swapped words looked up in a lexicon.

Only words that the training texts never showed as ordinary are looked up, so that a known civil
word is never bent into a slur. Masked letters are looked up, not deleted. Every rewriting
keeps where the word stood.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from moderation.signals.edits import distance, within_one
from moderation.signals.known import Kept
from moderation.signals.laid import Laid, written
from moderation.signals.names import BLIND, NAMES
from moderation.signals.sieve import (
    HEARD_AS,
    LONGEST,
    SHORTEST,
    UNHEARD,
    Seams,
    Sieve,
    all_squeezed,
    squeezed,
)
from moderation.signals.tokens import DIGITS

_TOKEN = re.compile(r"(?:https?://|www\.)\S+|[^\W_](?:[\w*#@$!.'-]*[\w*])?|[*$@][\w*@$]+")
_ONE_TOKEN = re.compile(r"(?:https?://|www\.)\S+|@\w+")
_PART = re.compile(r"[^\W_]+")
_MASKS = frozenset("*#@$!.-'_")
_MASKED = re.compile(r"[*#@$!.'_-]+")
_LEET = DIGITS | {"@": "a", "$": "s", "!": "i"}
_SOUND = str.maketrans(HEARD_AS | dict.fromkeys(UNHEARD, ""))
_MEMO_LIMIT = 100_000
_LEAST_JOINED, _WIDEST_GAP = 4, 3
_LEAST_OF_KNOWN = 5  # of Latin letters, where both parts are words in their own right


def word_hash(word: str) -> int:
    """The number by which a known word is kept: the words themselves are not shipped."""
    return zlib.crc32(word.encode("utf-8", "replace"))


def pair_hash(left: str, right: str) -> int:
    """The number by which two neighbouring words are kept."""
    return word_hash(f"{left} {right}")


class Token(NamedTuple):
    """A word as judged, and the characters [start, end) of the folded text that it came from."""

    word: str
    start: int
    end: int


def sound_key(word: str) -> str:
    """The consonants of a Roman Urdu word, those that sound alike made one."""
    return squeezed(word.translate(_SOUND))


@dataclass
class HiddenWords:
    """Target words with a weight each, and the hashes of ordinary words that are left alone."""

    targets: Mapping[str, float]
    known: Collection[int]
    roman: bool = False
    blind: frozenset[str] = NAMES
    joins: frozenset[str] = frozenset()  # loud words that are only looked for where split in two
    apart: Collection[int] = frozenset()  # neighbours that ordinary talk has: not one word in two
    _memo: dict[str, str] = field(default_factory=dict[str, str])
    _page: str = ""

    def tokens(self, folded: str) -> list[Token]:
        """The words of a folded text, repaired where they hide a target word."""
        return [Token(self.lookup(word), *at) for word, *at in self._joined(folded)]

    def repair(self, folded: str) -> str:
        """The folded text with hidden words written out; marks between words become blanks."""
        words = folded.split(" ")
        if self.holds_split(words):
            return self.rewritten(folded)
        return " ".join(filter(None, map(self.rewritten, words)))

    def holds_split(self, words: Sequence[str]) -> bool:
        """Whether a target may stand written in two among these blank-separated words."""
        joined = self.is_joined
        return any(joined(left, bare) for left, right in pairwise(words)
                   if (bare := right.rstrip("!.,?")))  # fmt: skip

    def is_joined(self, left: str, right: str) -> bool:
        """Whether two neighbouring words are a loud word that was written in two."""
        whole = left + right
        if whole not in self.targets and whole not in self.joins:
            return False
        if len(whole) < _LEAST_JOINED or pair_hash(left, right) in self.apart:
            return False
        if not whole.isascii() or len(whole) >= _LEAST_OF_KNOWN:
            return True
        return not (self._is_known(left) and self._is_known(right))

    def rewritten(self, folded: str) -> str:
        """`repair` of one blank-separated chunk, or of a text that holds a target in two."""
        if folded.isalpha() or _ONE_TOKEN.fullmatch(folded):  # most chunks
            return self.lookup(folded)
        found = [*_TOKEN.finditer(folded)]
        if len(found) == 1:
            start, end = found[0].span()
            return folded[:start] + self.lookup(found[0][0]) + folded[end:]
        out: list[str] = []
        at = 0
        for word, start, end in self._joined(folded):
            out += [folded[at:start], self.lookup(word)]
            at = end
        return "".join([*out, folded[at:]])

    def all_rewritten(self, chunks: Sequence[str]) -> list[str]:
        """`rewritten` of each blank-separated chunk."""
        out = [*chunks]
        for i in self.passing(written(out)) if out else ():
            out[i] = self.rewritten(out[i])
        return out

    def passing(self, laid: Laid) -> list[int]:
        """The places of laid out chunks that `rewritten` may change."""
        return self._sieve.passing(laid).tolist()

    @cached_property
    def _sieve(self) -> Sieve:
        known = Kept.of(self.known)
        return Sieve(self.targets, self.joins, self.blind, known, by_sound=self.roman)

    @cached_property
    def seams(self) -> Seams:
        """Finds the neighbours for which `is_joined` must be asked."""
        return Seams([*self.targets, *self.joins])

    def lookup(self, word: str) -> str:
        """The target word that `word` hides, or `word` itself."""
        if (held := self._memo.get(word)) is not None:
            return held
        if len(self._memo) > _MEMO_LIMIT:
            self._memo.clear()
        self._memo[word] = found = self._find(word)
        return found

    def leave(self, chunks: Iterable[str]) -> None:
        """Told of chunks in which no word hides, so that their words are not looked up."""
        bare = [chunk.rstrip("!.,?") for chunk in chunks]
        self._memo.update({word: word for word in bare if word.isalpha()})

    def _joined(self, folded: str) -> list[tuple[str, int, int]]:
        """The words of a folded text as written, those in two made one, and where they stand."""
        out: list[tuple[str, int, int]] = []
        for match in _TOKEN.finditer(folded):
            word, (start, end) = match[0], match.span()
            if out and start - out[-1][2] <= _WIDEST_GAP and self.is_joined(out[-1][0], word):
                left, start, _ = out.pop()
                word = left + word
            out.append((word, start, end))
        return out

    def _is_known(self, word: str) -> bool:
        return word_hash(word) in self.known

    def _find(self, word: str) -> str:
        if word in self.blind:
            return BLIND
        if word in self.targets or self._is_known(word):
            return word
        if word.isalpha():
            return self._best(word) or word
        if word.startswith(("http", "www.")) and "." in word:
            return ""
        if word[0] == "@":
            return self._mention(word)
        if any(c in _MASKS for c in word):
            return self._unmasked(word)
        if any(c.isdigit() for c in word):
            plain = "".join(_LEET.get(c, c) for c in word)
            return (self._best(plain) if plain.isalpha() else None) or word
        return self._best(word) or word

    def _mention(self, word: str) -> str:
        """A mention says nothing and is dropped, unless its @ is the first letter of a target."""
        decoded = "".join(_LEET.get(c, c) for c in word)
        return decoded if decoded in self.targets else ""

    def _unmasked(self, word: str) -> str:
        """A marked word: signs read as letters, marks left out, or marks as any letter."""
        if len(word) <= LONGEST:
            decoded = "".join(_LEET.get(c, c) for c in word)
            bare = "".join(c for c in word if c not in _MASKS)
            if decoded.isalpha() and (hit := self._best(decoded)):
                return hit
            if bare.isalpha() and "*" not in word and (hit := self._best(bare)):
                return hit
            if "*" in word and (hit := self._pattern(word)):
                return hit
        if self.blind.isdisjoint(_PART.findall(word)):
            return word
        return _PART.sub(lambda m: BLIND if m[0] in self.blind else m[0], word)

    def _pattern(self, word: str) -> str | None:
        """The heaviest target that a starred word fits; a star is one letter, else up to four."""
        seen = [c for c in word if c not in _MASKS]
        if len(seen) < 2 or not any(c.isalpha() for c in seen):
            return None
        if not self._page:
            self._page = "\n".join(sorted(self.targets))
        if any(part not in self._page for part in _MASKED.split(word)):
            return None
        exact = "".join("[^\n]" if c in _MASKS else re.escape(c) for c in word)
        loose = "".join(
            "[^\n]{1,4}" if c in _MASKS else re.escape(c) for c in re.sub(r"[*]+", "*", word)
        )
        for shape in (exact, loose):
            if fits := re.findall(f"^{shape}$", self._page, re.MULTILINE):
                return self._heaviest(fits)
        return None

    def _best(self, word: str) -> str | None:
        if word in self.targets:
            return word
        if not SHORTEST <= len(word) <= LONGEST:
            return None
        short = squeezed(word)
        if short != word:
            if near := self._single.get(short):
                return self._heaviest(near)
            if self._is_known(short):
                return short
        return self._near(word) or (self._alike(word) if self.roman else None)

    def _near(self, word: str) -> str | None:
        """Targets one edit away with the same first letter; short words need their own length."""
        least = SHORTEST + (len(word) > SHORTEST and word[0].isascii())
        held = [t for t in self._sieve.near(word) if t[0] == word[0] and len(t) >= least]
        return self._heaviest([t for t in held if within_one(t, word)])

    def _alike(self, word: str) -> str | None:
        """Targets that sound the same and are at most two edits away."""
        key = sound_key(word)
        alike = self._sounds.get(key)
        if alike is None:
            return None
        held = [t for t in alike if t[0] == word[0] and len(t) > SHORTEST]
        return self._heaviest([t for t in held if len(key) > 1 and distance(t, word, 2) <= 2])

    @cached_property
    def _single(self) -> dict[str, list[str]]:
        """Targets by what they are with every doubled letter made single."""
        return _listed(self.targets, all_squeezed(self.targets))

    @cached_property
    def _sounds(self) -> dict[str, list[str]]:
        """Targets by how they sound."""
        return _listed(self.targets, all_squeezed(t.translate(_SOUND) for t in self.targets))

    def _heaviest(self, words: Sequence[str]) -> str | None:
        return max(words, key=lambda t: (self.targets[t], t)) if words else None


def _listed(words: Iterable[str], keys: Iterable[str]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for word, key in zip(words, keys, strict=True):
        out.setdefault(key, []).append(word)
    return out
