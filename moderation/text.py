"""A text as it is judged, searched and drawn: folding, with the way back to the original.

Folding undoes what hides a word (letter variants, marks, zero-width characters, lookalike
letters, digits for letters, spaced letters, long repeats) and nothing else: masked letters
(`k*tta`) stay, because a lexicon must look them up; numbers stay numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from moderation.codes import (
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
from moderation.letters import FoldTable
from moderation.search import search_fold

__all__ = ["Folded", "Offsets", "direction", "fold", "fold_text", "fold_texts", "search_fold",
           "slices", "translated"]  # fmt: skip

Offsets = npt.NDArray[np.int64]
_Shape = Callable[[re.Match[str]], tuple[str, list[int]]]
_Step = tuple[re.Pattern[str], _Shape]

_TABLE = FoldTable()
_BLANK, _DOLLAR = 32, 36
_AT_ONCE = 1024  # texts folded in one pass: bounds the memory, as does
_SLICE = 1 << 16  # characters of a text; a longer one is folded slice by slice
_LETTER = r"[^\W\d_]"
# "f u c k", "f.u.c.k": three or more single letters, each apart by one and the same mark.
_SPACED = re.compile(rf"(?<!\w){_LETTER}(?:([ .\-_*·/,~+])\w)(?:\1\w)+(?![\w*#])")
# One digit or sign between two Latin letters stands for a letter; "covid19" and "4g" do not match.
_LEET = re.compile(r"[0134578@$!](?<=[a-z].)(?=[a-z])(?!\w+\.[a-z])")
_LEET_START = re.compile(r"\$(?<![\w$].)(?=[a-z]{2})")
_LEET_OF = dict(zip("0134578@$!", "oieastbasi", strict=True))
_BLANKS = re.compile(r" {2,}")
_MARK_RUN = re.compile(r"([^\w\s])\1{2,}")
_REPEAT = re.compile(rf"({_LETTER})\1{{2,}}")
_NOT_SPOKEN = re.compile(r"(?:https?://|www\.)\S+|[@#]\w+")


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
_NEAR = 2000  # characters before the end of a slice in which a good place for the cut is sought
_CUT = re.compile(r"[^\W\d_]{3}[^\S]")
_RUN_STEPS = (_STEPS[0], _STEPS[1], _STEPS[5])


def slices(text: str, size: int = _SLICE) -> list[str]:
    """The text in slices of about ``size`` characters at most, cut at blanks where there are any.

    A cut is made behind a longer word where one is near, so that spaced letters stay together.
    """
    out: list[str] = []
    at = 0
    while len(text) - at > size:
        safe = [m.end() for m in _CUT.finditer(text, at + size - _NEAR, at + size)]
        cut = safe[-1] if safe else 0
        if not cut:
            cut = text.rfind(" ", at + size // 2, at + size) + 1 or at + size
        out.append(text[at:cut])
        at = cut
    return [*out, text[at:]]


def fold_text(text: str) -> str:
    """The folded text without offsets: the same as `fold(text).text`, and faster."""
    held = _last.get(text)
    if held is not None:
        return held[0].out[held[1]]
    if len(text) > _SLICE:
        return fold_texts([text])[0]
    out = text.translate(_TABLE)
    runs = _RUN.search(out) is not None
    for step in _STEPS:
        if runs or step not in _RUN_STEPS:
            out = step[0].sub(lambda m, shape=step[1]: shape(m)[0], out)
    return out.strip(" ")


class _Batch:
    """Texts folded in one pass, and where their characters stood."""

    __slots__ = ("_at", "_codes", "_ends", "_grown", "_hiding", "_starts", "out")

    def __init__(self, texts: Sequence[str]) -> None:
        raw = codes_of(texts)
        codes = folded_codes(raw)
        many = np.flatnonzero(codes == MANY)
        grown = _owners(raw, many)
        if grown:  # the few characters that fold to several are written out first
            wide = {point: _TABLE[point] for point in np.unique(raw[many]).tolist()}
            raw = codes_of([t.translate(wide) if i in grown else t for i, t in enumerate(texts)])
            codes = folded_codes(raw)
        at = np.flatnonzero(codes)
        codes = codes[at]
        keep = _wanted(codes)
        self._codes, self._at = codes[keep], at[keep]
        self.out = [t.strip(" ") for t in texts_of(self._codes)]
        spaced, lettered = _disguised(self._codes)
        for i in spaced | lettered:
            self.out[i] = _undisguised(self.out[i], _HIDING if i in spaced else _HIDING[1:])
        self._grown, self._hiding = grown, spaced | lettered
        self._starts, self._ends = _bounds(raw), _bounds(self._codes)

    def folded(self, i: int) -> Folded | None:
        """The i-th text with its offsets; None where they must be worked out for it alone."""
        if i in self._grown:
            return None
        first, size = int(self._starts[i]), int(self._starts[i + 1] - self._starts[i] - 1)
        start = int(self._ends[i])
        if i not in self._hiding:
            text = self.out[i]
            start += bool(text) and self._codes[start] == _BLANK
            return _folded(text, self._at[start : start + len(text)] - first, size)
        end = int(self._ends[i + 1] - 1)
        text, at = texts_of(self._codes[start:end])[0], self._at[start:end] - first
        for step in _HIDING:
            text, at = _rewrite(text, at, step)
        return _stripped(text, at, size)


def fold_texts(texts: Sequence[str]) -> list[str]:
    """`fold_text` of each text, all in one numpy pass.

    Until the next batch `fold` and `fold_text` of these texts cost a look-up, so that whoever
    reads the same comment later (the word lists, the engine) does not fold it again.
    """
    global _last  # noqa: PLW0603 - the memo of one batch, replaced whole
    out: list[str] = []
    if any(len(text) > _SLICE for text in texts):
        return [_fold_long(t) if len(t) > _SLICE else fold_texts([t])[0] for t in texts]
    for start in range(0, len(texts), _AT_ONCE):
        part = texts[start : start + _AT_ONCE]
        held = [_last.get(text) for text in part]
        known = [batch.out[i] for batch, i in filter(None, held)]
        if len(known) < len(part):
            batch = _Batch(part)
            _last = {text: (batch, i) for i, text in enumerate(part)}
            known = batch.out
        out += known
    return out


_last: dict[str, tuple[_Batch, int]] = {}


@lru_cache(maxsize=1)
def _fold_long(text: str) -> str:
    """The last long text is kept: the word lists and the engine ask for it one after the other."""
    return " ".join(filter(None, (_Batch([part]).out[0] for part in slices(text))))


def _bounds(codes: Codes) -> Offsets:
    """Where each text begins, and after the last where one more would."""
    return np.concatenate([[0], np.flatnonzero(codes == END) + 1, [codes.size + 1]])


def _owners(codes: Codes, at: Offsets) -> set[int]:
    """The texts, by their number, that stand at these places."""
    if not at.size:
        return set()
    return set(np.searchsorted(np.flatnonzero(codes == END), at).tolist())


def _wanted(codes: Codes) -> npt.NDArray[np.bool_]:
    """Which characters stay when runs are cut: of blanks one, of a mark or a letter two."""
    keep = np.ones(codes.size, dtype=bool)
    same = codes[1:] == codes[:-1]
    keep[1:] = ~(same & (codes[1:] == _BLANK))
    at = np.flatnonzero(same[1:] & same[:-1]) + 2
    keep[at[(kinds_of(codes[at]) & (LETTER | MARK)) != 0]] = False
    return keep


def _disguised(codes: Codes) -> tuple[set[int], set[int]]:
    """The texts that may hold spaced letters, and those with digits or signs for letters."""
    kinds = kinds_of(codes)
    spaced = ((kinds[:-4] & LETTER) != 0) & ((kinds[1:-3] & JOIN) != 0)
    at = np.flatnonzero(spaced & (codes[1:-3] == codes[3:-1]))
    at = at[(kinds[at + 2] & kinds[at + 4] & WORD) != 0]
    leet = np.flatnonzero((kinds[1:-1] & LEET) != 0)
    leet = leet[(kinds[leet] & kinds[leet + 2] & LATIN) != 0]
    signs = np.flatnonzero(codes == _DOLLAR)
    return _owners(codes, at), _owners(codes, np.concatenate([leet, signs]))


def _undisguised(text: str, steps: Sequence[_Step]) -> str:
    for pattern, shape in steps:
        text = pattern.sub(lambda m, shape=shape: shape(m)[0], text)
    return text.strip(" ")


def translated(text: str) -> str:
    """The text with each character folded by itself: what the rules over runs start from."""
    return text.translate(_TABLE)


def _translate(text: str) -> tuple[str, Offsets]:
    parts = [_TABLE[ord(c)] for c in text]
    sizes = np.fromiter((len(p) for p in parts), dtype=np.int64, count=len(parts))
    return "".join(parts), np.repeat(np.arange(len(parts), dtype=np.int64), sizes)


def _rewrite(text: str, at: Offsets, step: tuple[re.Pattern[str], _Shape]) -> tuple[str, Offsets]:
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


def fold(text: str) -> Folded:
    """`text` as it is judged, with offsets back to the original. Any string is accepted.

    Folding a folded text changes nothing; the result is at most 18 times as long as `text`
    (one rare ligature) and in practice never longer.
    """
    if len(text) > _SLICE:
        return _joined(text)
    held = _last.get(text)
    if held is not None and (known := held[0].folded(held[1])) is not None:
        return known
    out, at = _translate(text)
    for step in _STEPS:
        out, at = _rewrite(out, at, step)
    return _stripped(out, at, len(text))


def _joined(text: str) -> Folded:
    """A long text, slice by slice: a blank stands for the cut between two."""
    words: list[str] = []
    places: list[Offsets] = []
    done = 0
    for part in slices(text):
        folded = fold(part)
        if folded.text:
            if words:
                places.append(np.array([done - 1], dtype=np.int64))
            words.append(folded.text)
            places.append(folded.offsets[:-1] + done)
        done += len(part)
    return Folded(" ".join(words), np.concatenate([*places, np.array([done], dtype=np.int64)]))


def _stripped(text: str, at: Offsets, size: int) -> Folded:
    lead = len(text) - len(text.lstrip(" "))
    text = text.strip(" ")
    return _folded(text, at[lead : lead + len(text)], size)


def _folded(text: str, at: Offsets, size: int) -> Folded:
    offsets = np.empty(len(text) + 1, dtype=np.int64)
    offsets[:-1] = at
    offsets[-1] = size
    return Folded(text, offsets)


def direction(text: str) -> Literal["rtl", "ltr"]:
    """Which way `text` runs: the script of most letters; mentions, links and hashtags not counted.

    A text of hashtags alone is judged by them; one without letters runs left to right.
    """
    for part in (_NOT_SPOKEN.sub(" ", text), text):
        sides = [unicodedata.bidirectional(c) for c in part if c.isalpha()]
        right = sum(s in ("R", "AL") for s in sides)
        if sides:
            return "rtl" if right > len(sides) - right else "ltr"
    return "ltr"
