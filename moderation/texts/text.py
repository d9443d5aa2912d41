"""A text as it is judged, searched and drawn: folding, with the way back to the original.

Folding undoes what hides a word (letter variants, marks, zero-width characters, lookalike
letters, digits for letters, spaced letters, long repeats) and nothing else: masked letters
(`k*tta`) stay, because a lexicon must look them up; numbers stay numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

import numpy as np

from moderation.texts.folding import (
    RUN_STEPS,
    TABLE,
    Batch,
    Folded,
    Offsets,
    fold_alone,
    fold_text_alone,
    rewritten,
    stripped,
)
from moderation.texts.search import search_fold

__all__ = ["Folded", "Offsets", "direction", "fold", "fold_text", "fold_texts", "search_fold",
           "slices", "translated"]  # fmt: skip

_AT_ONCE = 1024  # texts folded in one pass: bounds the memory, as does
_SLICE = 1 << 16  # characters of a text; a longer one is folded slice by slice
_NEAR = 2000  # characters before the end of a slice in which a good place for the cut is sought
_CUT = re.compile(r"[^\W\d_]{3}\s")
_NOT_SPOKEN = re.compile(r"(?:https?://|www\.)\S+|[@#]\w+")


def fold_text(text: str) -> str:
    """The folded text without offsets: the same as `fold(text).text`, and faster."""
    held = _last.get(text)
    if held is not None:
        return held[0].out[held[1]]
    return _fold_long(text) if len(text) > _SLICE else fold_text_alone(text)


def fold_texts(texts: Sequence[str]) -> list[str]:
    """`fold_text` of each text, all in one numpy pass.

    Until the next batch `fold` and `fold_text` of these texts cost a look-up, so that whoever
    reads the same comment later (the word lists, the engine) does not fold it again.
    """
    global _last  # noqa: PLW0603 - the memo of one batch, replaced whole
    if max(map(len, texts), default=0) > _SLICE:
        return [_fold_long(t) if len(t) > _SLICE else fold_texts([t])[0] for t in texts]
    out: list[str] = []
    for start in range(0, len(texts), _AT_ONCE):
        part = texts[start : start + _AT_ONCE]
        held = [_last.get(text) for text in part]
        known = [batch.out[i] for batch, i in filter(None, held)]
        if len(known) < len(part):
            batch = Batch(part)
            _last = {text: (batch, i) for i, text in enumerate(part)}
            known = batch.out
        out += known
    return out


_last: dict[str, tuple[Batch, int]] = {}


def fold(text: str) -> Folded:
    """`text` as it is judged, with offsets back to the original. Any string is accepted.

    Folding a folded text changes nothing; the result is at most 18 times as long as `text`
    (one rare ligature) and in practice never longer.
    """
    if len(text) > _SLICE:
        return _fold_by_slices(text)
    held = _last.get(text)
    return fold_alone(text) if held is None else held[0].folded(held[1])


def translated(text: str) -> str:
    """The text with each character folded by itself: what the rules over runs start from."""
    return text.translate(TABLE)


# ------------------------------------------------------------------------------ very long texts


def slices(text: str, size: int = _SLICE) -> list[str]:
    """The text in slices of ``size`` characters at most, cut behind blanks where there are any.

    A cut is made behind a longer word where one is near, so that spaced letters stay together.
    """
    out: list[str] = []
    at = 0
    while len(text) - at > size:
        safe = [m.end() for m in _CUT.finditer(text, at + size - _NEAR, at + size)]
        blank = text.rfind(" ", at + size // 2, at + size) + 1
        cut = safe[-1] if safe else blank or at + size
        out.append(text[at:cut])
        at = cut
    return [*out, text[at:]]


@lru_cache(maxsize=1)
def _fold_long(text: str) -> str:
    """The last long text is kept: the word lists and the engine ask for it one after the other."""
    parts: list[str] = []
    for part in slices(text):
        parts.append(Batch([part]).out[0])
        if part[-1].isspace():
            parts.append(" ")
    out = "".join(parts)
    for pattern, shape in RUN_STEPS:  # a run that was cut in two
        out = pattern.sub(lambda m, shape=shape: shape(m)[0], out)
    return out.strip(" ")


def _fold_by_slices(text: str) -> Folded:
    words: list[str] = []
    places: list[Offsets] = []
    done = 0
    for part in slices(text):
        folded = Batch([part]).folded(0)
        words.append(folded.text)
        places.append(folded.offsets[:-1] + np.int32(done))
        done += len(part)
        if part[-1].isspace():
            words.append(" ")
            places.append(np.array([done - 1], dtype=np.int32))
    out, at = "".join(words), np.concatenate(places)
    words.clear()
    places.clear()
    for step in RUN_STEPS:
        out, at = rewritten(out, at, step)
    return stripped(out, at, done)


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
