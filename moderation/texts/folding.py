"""How a text is folded: the rules over its letters, alone with offsets or many in one numpy pass.

`moderation.texts.text` is the door to it; nothing else calls this module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from moderation.texts.codes import (
    END,
    JOIN,
    LATIN,
    LEET,
    LETTER,
    MANY,
    MARK,
    WORD,
    Codes,
    codes_of,
    folded_codes,
    kinds_of,
    texts_of,
)
from moderation.texts.letters import FoldTable

Offsets = npt.NDArray[np.signedinteger[Any]]
_Shape = Callable[[re.Match[str]], tuple[str, list[int]]]
_Step = tuple[re.Pattern[str], _Shape]

TABLE = FoldTable()
_BLANK, _DOLLAR = 32, 36
_LETTER = r"[^\W\d_]"
# "f u c k", "f.u.c.k": three or more single letters, each apart by one and the same mark.
# A chain of stars that ends in a mask is none, and is not tried again from each of its letters.
_SPACED = re.compile(
    rf"(?<!\w){_LETTER}(?:(?!\*)|(?<!(?<!\w){_LETTER}\*{_LETTER}))"
    r"(?:([ .\-_*·/,~+])\w)(?:\1\w)+(?![\w*#])"
)
# One digit or sign between two Latin letters stands for a letter; "covid19" and "4g" do not match.
# A part of a host's name (63 characters at most) is let be.
_LEET = re.compile(r"[0134578@$!](?<=[a-z].)(?=[a-z])(?!\w{1,63}+\.[a-z])")
_LEET_START = re.compile(r"\$(?<![\w$].)(?=[a-z]{2})")
_LEET_OF = dict(zip("0134578@$!", "oieastbasi", strict=True))
_BLANKS = re.compile(r" {2,}")
_MARK_RUN = re.compile(r"([^\w\s])\1{2,}")
_REPEAT = re.compile(rf"({_LETTER})\1{{2,}}")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `offsets[i]` is where its i-th character stood in the original.

    `offsets` has one entry more than `text`: the length of the original. It never falls.
    """

    text: str
    offsets: Offsets

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original, half-open, that folded characters [start, end) came from."""
        if end <= start:
            at = int(self.offsets[start])
            return at, at
        return int(self.offsets[start]), int(self.offsets[end - 1]) + 1


def _letters_only(match: re.Match[str]) -> tuple[str, list[int]]:
    return match[0][::2], list(range(match.start(), match.end(), 2))


def _decode(match: re.Match[str]) -> tuple[str, list[int]]:
    return _LEET_OF[match[0]], [match.start()]


def _two(match: re.Match[str]) -> tuple[str, list[int]]:
    return match[0][:2], [match.start(), match.start() + 1]


def _one(match: re.Match[str]) -> tuple[str, list[int]]:
    return match[0][:1], [match.start()]


_STEPS: tuple[_Step, ...] = (
    (_BLANKS, _one),
    (_MARK_RUN, _two),
    (_SPACED, _letters_only),
    (_LEET, _decode),
    (_LEET_START, _decode),
    (_REPEAT, _two),
)
_HIDING = _STEPS[2:]
# The others change nothing in a text that holds no character or blank run; most texts do not.
_RUN = re.compile(r"(.)\1\1|  ", re.DOTALL)
RUN_STEPS = (_STEPS[0], _STEPS[1], _STEPS[5])


class Batch:
    """Texts folded in one pass, and where their characters stood."""

    __slots__ = ("_at", "_codes", "_ends", "_hiding", "_starts", "out")

    def __init__(self, texts: Sequence[str]) -> None:
        raw = codes_of(texts)
        codes, at = plain_codes(raw)
        kept = np.flatnonzero(wanted(codes))
        self._codes, self._at = codes.take(kept), at.take(kept)
        self.out = [t.strip(" ") for t in texts_of(self._codes)]
        spaced, lettered = (_owners(self._codes, of) for of in disguised(self._codes))
        for i in spaced | lettered:
            self.out[i] = _undisguised(self.out[i], _HIDING if i in spaced else _HIDING[1:])
        self._hiding = spaced | lettered
        self._starts, self._ends = _bounds(raw), _bounds(self._codes)

    def folded(self, i: int) -> Folded:
        """The i-th text with its offsets."""
        first, size = int(self._starts[i]), int(self._starts[i + 1] - self._starts[i] - 1)
        start = int(self._ends[i])
        if i not in self._hiding:
            text = self.out[i]
            start += bool(text) and self._codes[start] == _BLANK
            return _folded(text, self._at[start : start + len(text)] - first, size)
        end = int(self._ends[i + 1] - 1)
        text, at = texts_of(self._codes[start:end])[0], self._at[start:end] - first
        for step in _HIDING:
            text, at = rewritten(text, at, step)
        return stripped(text, at, size)


def plain_codes(raw: Codes) -> tuple[Codes, Offsets]:
    """Each character folded by itself, and where it stood."""
    codes = folded_codes(raw)
    many = np.flatnonzero(codes == MANY)
    if not many.size:
        at = np.flatnonzero(codes != 0)
        return codes if at.size == codes.size else codes.take(at), at
    parts = [TABLE[point] for point in raw[many].tolist()]
    sizes = (codes != 0).astype(np.intp)
    sizes[many] = [*map(len, parts)]
    at = np.repeat(np.arange(codes.size), sizes)
    codes = codes.take(at)
    codes[codes == MANY] = codes_of(["".join(parts)])
    return codes, at


def _bounds(codes: Codes) -> Offsets:
    """Where each text begins, and after the last where one more would."""
    return np.concatenate([[0], np.flatnonzero(codes == END) + 1, [codes.size + 1]])


def _owners(codes: Codes, at: Offsets) -> set[int]:
    """The texts, by their number, that stand at these places."""
    if not at.size:
        return set()
    return set(np.searchsorted(np.flatnonzero(codes == END), at).tolist())


def wanted(codes: Codes) -> npt.NDArray[np.bool_]:
    """Which characters stay when runs are cut: of blanks one, of a mark or a letter two."""
    keep = np.ones(codes.size, dtype=bool)
    same = codes[1:] == codes[:-1]
    keep[1:] = ~(same & (codes[1:] == _BLANK))
    at = np.flatnonzero(same[1:] & same[:-1]) + 2
    keep[at[(kinds_of(codes[at]) & (LETTER | MARK)) != 0]] = False
    return keep


def disguised(codes: Codes) -> tuple[Offsets, Offsets]:
    """Where letters may be spaced out, and where a digit or sign may stand for a letter."""
    kinds = kinds_of(codes)
    spaced = ((kinds[:-4] & LETTER) != 0) & ((kinds[1:-3] & JOIN) != 0)
    at = np.flatnonzero(spaced & (codes[1:-3] == codes[3:-1]))
    at = at[(kinds[at + 2] & kinds[at + 4] & WORD) != 0]
    at = at[(at == 0) | ((kinds[at - 1] & WORD) == 0)]
    leet = np.flatnonzero((kinds[1:-1] & LEET) != 0)
    leet = leet[(kinds[leet] & kinds[leet + 2] & LATIN) != 0]
    signs = np.flatnonzero(codes[:-2] == _DOLLAR)
    signs = signs[(kinds[signs + 1] & kinds[signs + 2] & LATIN) != 0]
    return at, np.concatenate([leet + 1, signs])


def _undisguised(text: str, steps: Sequence[_Step]) -> str:
    for pattern, shape in steps:
        text = pattern.sub(lambda m, shape=shape: shape(m)[0], text)
    return text.strip(" ")


def _translate(text: str) -> tuple[str, Offsets]:
    parts = [TABLE[ord(c)] for c in text]
    sizes = list(map(len, parts))
    return "".join(parts), np.repeat(np.arange(len(parts)), sizes)


def rewritten(text: str, at: Offsets, step: tuple[re.Pattern[str], _Shape]) -> tuple[str, Offsets]:
    """A text and its offsets after one step."""
    pattern, shape = step
    words: list[str] = []
    places: list[Offsets] = []
    done = 0
    for match in pattern.finditer(text):
        new, kept = shape(match)
        words += [text[done : match.start()], new]
        places += [at[done : match.start()], at[kept]]
        done = match.end()
    if not words:
        return text, at
    return "".join([*words, text[done:]]), np.concatenate([*places, at[done:]])


def fold_alone(text: str) -> Folded:
    """One text folded with its offsets, character by character."""
    out, at = _translate(text)
    for step in _STEPS:
        out, at = rewritten(out, at, step)
    return stripped(out, at, len(text))


def fold_text_alone(text: str) -> str:
    """One text folded, without offsets."""
    out = plain = text.translate(TABLE)
    runs = _RUN.search(out) is not None
    for step in _STEPS:
        # A sign read as a letter may make a run that was not there before.
        if runs or step not in RUN_STEPS or (step is _STEPS[-1] and out != plain):
            out = step[0].sub(lambda m, shape=step[1]: shape(m)[0], out)
    return out.strip(" ")


def stripped(text: str, at: Offsets, size: int) -> Folded:
    """A text without blanks at its ends, given where its characters stood among ``size``."""
    lead = len(text) - len(text.lstrip(" "))
    text = text.strip(" ")
    return _folded(text, at[lead : lead + len(text)], size)


def _folded(text: str, at: Offsets, size: int) -> Folded:
    offsets = np.empty(len(text) + 1, dtype=np.int32)  # a text may be megabytes
    offsets[:-1] = at
    offsets[-1] = size
    return Folded(text, offsets)
