"""The arrays of a tongue, made once from what the model holds for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from moderation.signals.fast import finding, likeness, shapes
from moderation.signals.fast.shapes import Hashes, Ints, Lexis, Targets, Trie
from moderation.signals.grams import CLASS, SIZE
from moderation.signals.hidden import HiddenWords, word_hash
from moderation.signals.net import INSIDE, Net
from moderation.signals.weights import Weights
from moderation.texts.codes import (
    ALNUM,
    END,
    JOIN,
    LATIN,
    LEET,
    MANY,
    MARK,
    WORD,
    folded_codes,
    kinds_of,
)
from moderation.texts.letters import fold_char

_POINTS = 0x110000
_WIDE = 1 << 14  # letters that come of characters which fold to several
_SOON = (range(0x80), range(0xA0, 0x250), range(0x600, 0x700), range(0x2010, 0x2040))
"""The characters that most texts consist of: the others are learnt when they first come."""
_BLANKS = [n for n in range(0x3001) if chr(n).isspace()]
_KINDS = ((MARK, shapes.MARK), (JOIN, shapes.JOIN), (LEET, shapes.LEET), (LATIN, shapes.LATIN))
_TOKEN = frozenset("*#@$!.'-_")


class Letters:
    """What is told of each code point, for all tongues (`shapes.POINT` and its neighbours)."""

    def __init__(self) -> None:
        self.about: Ints = np.zeros(_POINTS, dtype=np.int64)
        self.about[_BLANKS] = shapes.BLANK
        self.wide: Ints = np.zeros(_WIDE, dtype=np.int64)
        self._wide = 0
        for points in _SOON:
            self.learn(points)

    def learn(self, points: Iterable[int]) -> None:
        """Learns characters that were not met before."""
        new = np.array([p for p in points if not self.about[p] & shapes.MET], dtype=np.uint32)
        if not new.size:
            return
        folded = folded_codes(np.where(new == END, np.uint32(END - 1), new))
        kinds = kinds_of(np.where(folded == MANY, np.uint32(0), folded))
        for point, fold, kind in zip(new.tolist(), folded.tolist(), kinds.tolist(), strict=True):
            told = self._several(fold_char(chr(point))) if fold == MANY else _told(fold, kind)
            self.about[point] |= shapes.MET | told

    def _several(self, folded: str) -> int:
        """What is told of a character that folds to several."""
        self.learn(map(ord, folded))
        first, end = self._wide, self._wide + 1 + len(folded)
        each = [int(self.about[ord(char)]) for char in folded]
        if end > _WIDE or any(told & (shapes.HARD | shapes.BLANK) for told in each):
            return shapes.HARD
        self.wide[first:end] = [len(folded), *each]
        self._wide = end
        return shapes.MANY | first


def _told(fold: int, kind: int) -> int:
    """What is told of a character that folds to this code."""
    if fold == 0:
        return 0
    char = chr(fold)
    told = fold | int(CLASS[min(fold, CLASS.size - 1)]) << shapes.CLASS
    told |= sum(bit for test, bit in _KINDS if kind & test)
    if char.isalpha():
        told |= shapes.LETTER | shapes.WORD | shapes.TOKEN
    elif char in "0123456789":
        told |= shapes.DIGIT | shapes.WORD | shapes.TOKEN
    elif char in _TOKEN:
        told |= shapes.TOKEN | shapes.WORD * (char == "_")
    elif char.isspace() or kind & (WORD | ALNUM):  # rare numerals, blanks in the place of letters
        told |= shapes.HARD
    return told


def _laid(words: Sequence[str]) -> tuple[Ints, Ints]:
    """Words end to end, and where each begins."""
    begins = np.zeros(len(words) + 1, dtype=np.int64)
    np.cumsum([*map(len, words)], out=begins[1:])
    raw = "".join(words).encode("utf-32-le", "surrogatepass")
    return np.frombuffer(raw, dtype=np.uint32).astype(np.int64), begins


def _room(numbers: int) -> Hashes:
    """A set with room for so many numbers."""
    return np.zeros(1 << (3 * numbers // 2 + 64).bit_length(), dtype=np.uint32)


def _set_of(numbers: Collection[int]) -> Hashes:
    out = _room(len(numbers))
    finding.put_all(out, np.array([*numbers], dtype=np.int64))
    return out


def _trie(words: Mapping[str, int], inside: str = "") -> Trie:
    """Words and what is told of each; those that begin with ``inside`` stand below node 1."""
    below = [int(bool(inside) and word.startswith(inside)) for word in words]
    bare = [w.removeprefix(inside) if b else w for w, b in zip(words, below, strict=True)]
    letters, begins = _laid(bare)
    trie = Trie(
        np.zeros(1 << (3 * letters.size // 2 + 64).bit_length(), dtype=np.int64),
        np.zeros(letters.size + 2, dtype=np.int32),
    )
    told = np.array([*words.values()], dtype=np.int64)
    finding.grow(trie, letters, begins, np.array(below, dtype=np.int64), told)
    return trie


def _targets(lexicon: HiddenWords) -> Targets:
    weights = lexicon.targets
    ranked = sorted(weights, key=lambda t: (weights[t], t), reverse=True)
    ranked.sort(key=lambda t: t[0])
    letters, begins = _laid(ranked)
    firsts, groups = np.unique(letters[begins[:-1]], return_index=True)
    return Targets(letters, begins, firsts, np.append(groups, len(ranked)).astype(np.int64))


def _forms(targets: Targets, *, roman: bool) -> Hashes:
    out = _room(targets.letters.size + 4 * targets.begins.size)
    likeness.put_forms(targets, out, roman, np.zeros(256, dtype=np.int64))
    return out


def _seams(lexicon: HiddenWords) -> Hashes:
    words = [*{*lexicon.targets, *lexicon.joins}]
    out = _room(len(words))
    likeness.put_words(*_laid(words), out)
    return out


def _words(lexicon: HiddenWords) -> dict[str, int]:
    told = dict.fromkeys(lexicon.targets, shapes.TARGET)
    for join in lexicon.joins:
        told[join] = told.get(join, 0) | shapes.JOINED
    for name in lexicon.blind:
        told[name] = told.get(name, 0) | shapes.BLIND
    return told


def _side_by_side(tables: Sequence[Weights]) -> shapes.Bytes:
    out = np.zeros((SIZE, len(tables)), dtype=np.uint8)
    for n, table in enumerate(tables):
        out[:, n] = table.small
    return out


def lexis_of(
    letters: Letters,
    lexicon: HiddenWords,
    tables: Sequence[Weights],
    words: Sequence[Weights],
    net: Net | None,
) -> Lexis:
    """The arrays of a tongue: ``tables`` weigh every feature, ``words`` words and pairs alone."""
    letters.learn({ord(letter) for word in lexicon.targets for letter in word})
    every = [*tables, *words]
    targets = _targets(lexicon)
    return Lexis(
        about=letters.about,
        wide=letters.wide,
        letters=_side_by_side(tables),
        said=_side_by_side(every),
        curves=np.stack([table.curve for table in every]),
        roman=lexicon.roman,
        known=_set_of(lexicon.known),
        names=_set_of([*map(word_hash, lexicon.blind)]),
        forms=_forms(targets, roman=lexicon.roman),
        seams=_seams(lexicon),
        apart=_set_of(lexicon.apart),
        words=_trie(_words(lexicon)),
        targets=targets,
        pieces=_trie({p: n + 1 for p, n in net.pieces.items()} if net else {"-": 1}, INSIDE),
        net=net.table.copy() if net else np.zeros((1, 1), dtype=np.int8),
    )
