"""A comment's text cut into segments that can be drawn safely: plain, driving words, handles.

Nothing here is markup: a browser or a page puts each segment in as text. Characters that would
turn the direction of what stands around them are drawn as a mark, so that they have no effect and
the officer sees that they are there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from data.model import Assessment, Language
from moderation.text import direction

HANDLE = re.compile(r"https?://\S+|www\.\S+|[@#]\w[\w.]*")
CONTROLS = {
    "\u200e": "LRM", "\u200f": "RLM", "\u061c": "ALM", "\u202a": "LRE", "\u202b": "RLE",
    "\u202c": "PDF", "\u202d": "LRO", "\u202e": "RLO", "\u2066": "LRI", "\u2067": "RLI",
    "\u2068": "FSI", "\u2069": "PDI",
}  # fmt: skip
_HARMLESS = frozenset("\u200e\u200f\u061c")  # marks that many Urdu keyboards write by themselves
_WORD = re.compile(r"\w+")

# Signals whose words drive a removal: what a split suggests to take off.
DRIVING_SIGNALS = frozenset({"toxicity", "obscene", "slur", "insult", "threat", "sectarian"})
# Words of these kinds are drawn as first letter and dots until they are asked for. A threat is not:
# it must be read to be judged.
VILE = frozenset({"toxicity", "obscene", "slur", "insult"})
LABELS = {
    "toxicity": "abusive text",
    "obscene": "obscene or sexual abuse",
    "slur": "slur",
    "insult": "personal abuse",
    "threat": "threat",
    "sectarian": "sectarian incitement",
    "personal_data": "private data",
    "spam": "spam or scam",
    "watch": "watch list",
    "own_contact": "the writer's own contact",
    "complaint": "speaks for a complaint",
    "suggestion": "speaks for a suggestion",
    "policy_view": "speaks for a view on policy",
    "question": "speaks for a question",
    "praise": "speaks for praise",
}

SAID = frozenset({"complaint", "suggestion", "policy_view", "question", "praise"})

Kind = Literal["plain", "handle", "control"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Characters [start, start + len) of the original, and how they are drawn."""

    start: int
    text: str
    kind: Kind = "plain"
    label: str = ""  # why these words drove the flag; empty for others
    said: bool = False  # the words speak for feedback, not against the comment
    masked: str | None = None  # what is drawn until unmasking; None when there is nothing vile


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A text ready to be drawn; ``more`` characters were cut off its end."""

    segments: tuple[Segment, ...]
    direction: Literal["rtl", "ltr"]
    lang: str
    more: int


def masked_word(text: str) -> str:
    """Each word as its first letter and dots: "c•••••"."""
    return _WORD.sub(lambda m: m[0][0] + "•" * min(max(len(m[0]) - 1, 2), 12), text)


def lang_of(text: str, assessment: Assessment | None) -> str:
    """The lang attribute: what the assessment found; by direction where it found nothing."""
    if assessment is not None:
        language = assessment.reading.language
        if language not in (Language.UND, Language.OTHER, Language.MIXED):
            return language.value
    return "ur" if direction(text) == "rtl" else "en"


def segments_of(text: str, assessment: Assessment | None, *, longest: int | None) -> Drawn:
    """The text cut at driving words, handles and control characters, in order, nothing lost."""
    shown = text if longest is None else text[:longest]
    labels = _labels(len(shown), assessment)
    cuts = {0, len(shown)}
    cuts |= {i for i in range(1, len(shown)) if labels[i] != labels[i - 1]}
    handles: dict[int, int] = {m.start(): m.end() for m in HANDLE.finditer(shown)}
    cuts |= {i for span in handles.items() for i in span}
    for i, ch in enumerate(shown):
        if ch in CONTROLS:
            cuts |= {i, i + 1}
    ends = sorted(cuts)
    starts = [(a, b) for a, b in pairwise(ends) if a < b]
    segments = tuple(_segment(shown, a, b, labels[a], handles) for a, b in starts)
    return Drawn(
        segments=tuple(s for s in segments if s.text),
        direction=direction(text),
        lang=lang_of(text, assessment),
        more=len(text) - len(shown),
    )


def _labels(length: int, assessment: Assessment | None) -> list[str]:
    """For each character what its word stands for: the first signal that marks it wins."""
    found = [""] * length
    if assessment is None:
        return found
    for signal in assessment.reading.signals:
        for span in signal.spans:
            kind = span.label if span.label in LABELS else signal.name
            for i in range(max(span.start, 0), min(span.end, length)):
                found[i] = found[i] or (kind if kind in LABELS else "")
    return found


def _segment(text: str, start: int, end: int, word: str, handles: dict[int, int]) -> Segment:
    part = text[start:end]
    if part in CONTROLS:
        name = "" if part in _HARMLESS else "⇄"
        note = f"invisible direction character {CONTROLS[part]}"
        return Segment(start=start, text=name, kind="control", label=note)
    inside = any(a <= start and end <= b for a, b in handles.items())
    return Segment(
        start=start,
        text=part,
        kind="handle" if inside else "plain",
        label=LABELS.get(word, ""),
        said=word in SAID,
        masked=masked_word(part) if word in VILE else None,
    )
