"""A text as it is judged, searched and drawn: folding, with the way back to the original.

Folding undoes what hides a word (letter variants, marks, zero-width characters, lookalike
letters, digits for letters, spaced letters, long repeats) and nothing else: masked letters
(`k*tta`) stay, because a lexicon must look them up; numbers stay numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from moderation.letters import FoldTable

Offsets = npt.NDArray[np.int64]
_Shape = Callable[[re.Match[str]], tuple[str, list[int]]]

_TABLE = FoldTable()
_LETTER = r"[^\W\d_]"
# "f u c k", "f.u.c.k": three or more single letters, each apart by one and the same mark.
_SPACED = re.compile(rf"(?<!\w){_LETTER}(?:([ .\-_*·/,~+])\w)(?:\1\w)+(?![\w*#])")
# One digit or sign between two Latin letters stands for a letter; "covid19" and "4g" do not match.
_LEET = re.compile(r"(?<=[a-z])[0134578@$!](?=[a-z])(?!\w+\.[a-z])")
_LEET_START = re.compile(r"(?<![\w$])\$(?=[a-z]{2})")
_LEET_OF = dict(zip("0134578@$!", "oieastbasi", strict=True))
_BLANKS = re.compile(r" {2,}")
_MARK_RUN = re.compile(r"([^\w\s])\1{2,}")
_REPEAT = re.compile(rf"({_LETTER})\1{{2,}}")
_NOT_SPOKEN = re.compile(r"(?:https?://|www\.)\S+|[@#]\w+")
_SEARCH = {
    ord(a): b
    for a, b in {
        "ي": "ی", "ى": "ی", "ك": "ک", "ه": "ہ", "ھ": "ہ", "ە": "ہ", "ۀ": "ہ", "ۂ": "ہ",
        "ة": "ہ", "ۃ": "ہ", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ئ": "ی",
        "ـ": "", "\u200c": "", "\u200d": "", "\u200b": "", "\ufeff": "",
    }.items()
}  # fmt: skip
_SEARCH_DROP = re.compile("[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u202a-\u202e"
                          "\u2066-\u2069\u200e\u200f]")  # fmt: skip


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


def _keep(match: re.Match[str], text: str, kept: list[int]) -> tuple[str, list[int]]:
    return text, [match.start() + k for k in kept]


def _letters_only(match: re.Match[str]) -> tuple[str, list[int]]:
    return _keep(match, match[0][::2], list(range(0, len(match[0]), 2)))


def _decode(match: re.Match[str]) -> tuple[str, list[int]]:
    return _keep(match, _LEET_OF[match[0]], [0])


def _two(match: re.Match[str]) -> tuple[str, list[int]]:
    return _keep(match, match[0][:2], [0, 1])


def _one(match: re.Match[str]) -> tuple[str, list[int]]:
    return _keep(match, match[0][:1], [0])


_STEPS: tuple[tuple[re.Pattern[str], _Shape], ...] = (
    (_BLANKS, _one),
    (_MARK_RUN, _two),
    (_SPACED, _letters_only),
    (_LEET, _decode),
    (_LEET_START, _decode),
    (_REPEAT, _two),
)
# These steps change nothing in a text that holds no character or blank run; most texts do not.
_RUN = re.compile(r"(.)\1\1|  ", re.DOTALL)
_RUN_STEPS = (_STEPS[0], _STEPS[1], _STEPS[5])


def fold_text(text: str) -> str:
    """The folded text without offsets: the same as `fold(text).text`, and faster."""
    out = text.translate(_TABLE)
    runs = _RUN.search(out) is not None
    for step in _STEPS:
        if runs or step not in _RUN_STEPS:
            out = step[0].sub(lambda m, shape=step[1]: shape(m)[0], out)
    return out.strip(" ")


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
    out, at = _translate(text)
    for step in _STEPS:
        out, at = _rewrite(out, at, step)
    lead = len(out) - len(out.lstrip(" "))
    out = out.strip(" ")
    at = at[lead : lead + len(out)]
    return Folded(out, np.append(at, len(text)))


def search_fold(text: str) -> str:
    """`text` as full-text search keeps and asks for it: lower case, one form for each letter."""
    wide = unicodedata.normalize("NFKC", text).translate(_SEARCH)
    return _SEARCH_DROP.sub("", wide).lower()


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
