"""One text by itself, in few steps: each of its words is weighed once, then its pairs looked up."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import accumulate
from math import sqrt
from typing import NamedTuple

import numpy as np

from moderation.signals import kernels
from moderation.signals.grams import CLASS, SOUND, Codes, pair_ids
from moderation.signals.shelf import Column
from moderation.signals.weights import Floats, Places, Tables

_SIZES = np.arange(2, 7)  # of letter sequences


class Word(NamedTuple):
    """A word weighed once: its hash for pairs, that of its sound if it has one, how many letter
    sequences it has, and what it adds to the sum for each table."""

    said: int
    sound: int | None
    letters: int
    adds: list[float]


class Classes(dict[int, str]):
    """What each character is in a feature, for `str.translate`; learnt as characters come."""

    def __missing__(self, point: int) -> str:
        code = ord(" ") if 0xD800 <= point <= 0xDFFF else int(CLASS[min(point, CLASS.size - 1)])
        char = chr(code) if code else " "
        if len(self) < _LEARNT:
            self[point] = char
        return char


_LEARNT = 10_000  # characters: hostile input must not fill the memory
_REMEMBERED = 200_000  # letters of words, as above
_CLASSES = Classes()
_UNHEARD = chr(1)
_HEARD = dict(enumerate(map(chr, SOUND.tolist())))
_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=64)
def _inside(letters: int) -> bytes:
    """Which of the sequences that begin at each letter of a word, and at the blanks around it,
    lie within these."""
    left = np.arange(letters + 2, 0, -1)[:, None]
    return (left >= _SIZES).tobytes()


def _sequences(words: Sequence[str], masks: Sequence[bytes]) -> Codes:
    """The letter sequences of each word, given which lie within it."""
    inside = np.frombuffer(b"".join(masks), dtype=np.bool_).reshape(-1, _SIZES.size)
    return kernels.sequences(f" {'  '.join(words)} ").T[inside]


def _hashes(words: Sequence[str]) -> Codes:
    letters = np.frombuffer("".join(words).encode("utf-32-le"), dtype="<u4")
    return kernels.word_hashes(letters, np.array([0, *accumulate(map(len, words))]))


def _sounds(words: Sequence[str]) -> list[str]:
    """How each Roman Urdu word sounds: `kernels.sound_hashes` in letters."""
    heard = _TWICE.sub(r"\1", " ".join(words).translate(_HEARD))
    return heard.replace(_UNHEARD, "").split(" ")


class Lone:
    """Weighs words, each once, and texts made of words that were weighed."""

    def __init__(self, columns: Sequence[Column], *, roman: bool) -> None:
        self._known: dict[str, Word] = {}
        self.letters = 0
        """How many letters the words have that are remembered."""
        self._columns, self._roman = columns, roman
        self._tables = Tables([c.table for c in columns])
        self._by_words = [n for n, c in enumerate(columns) if not c.of_all]

    def words(self, judged: Sequence[str]) -> list[list[Word]]:
        """The words of each of these folded, repaired texts."""
        split = [[*filter(None, text.translate(_CLASSES).split(" "))] for text in judged]
        if self.letters > _REMEMBERED:
            self._known, self.letters = {}, 0  # a new one: another thread may be reading it
        known = self._known
        new = list({word: None for words in split for word in words if word not in known})
        known.update(zip(new, self._weighed(new) if new else (), strict=True))
        self.letters += sum(map(len, new))
        return [[known[word] for word in words] for words in split]

    def _weighed(self, words: Sequence[str]) -> list[Word]:
        heard = _sounds(words) if self._roman else [""] * len(words)
        sounding = [n for n, sound in enumerate(heard) if sound]
        hashes = _hashes([*words, *filter(None, heard)])
        said, sounds = hashes[: len(words)], hashes[len(words) :]
        masks = [*map(_inside, map(len, words))]
        counts = [mask.count(1) for mask in masks]
        grams = _sequences(words, masks)
        ids = [grams, kernels.word_ids(said, 2)]
        found = self._tables.found(np.concatenate([*ids, kernels.word_ids(sounds, 3)]))
        adds = self._summed(found[: grams.size], counts)
        adds += found[grams.size : grams.size + len(words)]
        if sounding:
            adds[sounding] += found[grams.size + len(words) :]
        sound: list[int | None] = [None] * len(words)
        for n, number in zip(sounding, sounds.tolist(), strict=True):
            sound[n] = number
        return [*map(Word, said.tolist(), sound, counts, adds[:, : len(self._columns)].tolist())]

    def _summed(self, found: Floats, counts: Sequence[int]) -> Floats:
        """What the letter sequences of each word weigh, given how many each has."""
        if self._by_words:
            found[:, self._by_words] = 0
        starts: Places = np.array([0, *accumulate(counts[:-1])])
        return np.add.reduceat(found, starts, axis=0)

    def raw(self, words: Sequence[Word], names: Collection[str]) -> dict[str, float]:
        """What a text of these words weighs, for each named head."""
        heard = [w.sound for w in words if w.sound is not None] if self._roman else []
        letters, said, pairs = sum([w.letters for w in words]), len(words) + len(heard), None
        if len(words) > 1:
            ids = self._pairs([w.said for w in words], heard)
            pairs, said = self._tables.found(ids).sum(axis=0).tolist(), said + ids.size
        every, alone = sqrt(max(letters + said, 1)), sqrt(max(said, 1))
        adds = [w.adds for w in words]
        out: dict[str, float] = {}
        for n, (name, _, of_all) in enumerate(self._columns):
            if name in names:
                weight = sum([add[n] for add in adds], pairs[n] if pairs else 0.0)
                out[name] = out.get(name, 0.0) + weight / (every if of_all else alone)
        return out

    def _pairs(self, said: Sequence[int], heard: Sequence[int]) -> Codes:
        said_ids = np.array(said, dtype=np.uint32)
        return pair_ids(said_ids, np.array(heard, dtype=np.uint32) if self._roman else None)
