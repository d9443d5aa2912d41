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
from urllib.parse import urlsplit

from analysis.masking import personal_spans
from dashboard.words import mark, t
from data.model import Assessment, Language
from moderation.texts.text import direction

HANDLE = re.compile(r"https?://\S+|www\.\S+|[@#]\w[\w.]*")
CONTROLS = {
    "\u200e": "LRM", "\u200f": "RLM", "\u061c": "ALM", "\u202a": "LRE", "\u202b": "RLE",
    "\u202c": "PDF", "\u202d": "LRO", "\u202e": "RLO", "\u2066": "LRI", "\u2067": "RLI",
    "\u2068": "FSI", "\u2069": "PDI",
}  # fmt: skip
_HARMLESS = frozenset("\u200e\u200f\u061c")  # marks that many Urdu keyboards write by themselves
_WORD = re.compile(r"\w+")

# Signals whose words drive a removal: what a split suggests to take off.
DRIVING_SIGNALS = frozenset(
    {"toxicity", "obscene", "slur", "insult", "threat", "menace", "hatred", "sectarian"}
)
# Words of these kinds are drawn as first letter and dots until they are asked for. A threat is not:
# it must be read to be judged.
VILE = frozenset({"toxicity", "obscene", "slur", "insult"})
LABELS = {
    "toxicity": mark("abusive text"),
    "obscene": mark("obscene or sexual abuse"),
    "slur": mark("slur"),
    "insult": mark("personal abuse"),
    "threat": mark("threat"),
    "menace": mark("reads like a threat"),
    "hatred": mark("hatred of a people"),
    "sectarian": mark("sectarian incitement"),
    "personal_data": mark("private data"),
    "spam": mark("spam or scam"),
    "watch": mark("watch list"),
    "own_contact": mark("the writer's own contact"),
    "complaint": mark("speaks for a complaint"),
    "suggestion": mark("speaks for a suggestion"),
    "policy_view": mark("speaks for a view on policy"),
    "question": mark("speaks for a question"),
    "praise": mark("speaks for praise"),
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


def segments_of(
    text: str, assessment: Assessment | None, *, longest: int | None, personal: bool = False
) -> Drawn:
    """The text cut at driving words, handles and control characters, in order, nothing lost.

    With ``personal`` a person's numbers and addresses have a masked form too, as in lists: on the
    queue's card they are read as they stand, because they are what is judged there.
    """
    shown = text if longest is None else text[:longest]
    labels = _labels(len(shown), assessment)
    if personal:
        _mark_personal(text, labels)
    cuts = {0, len(shown)}
    cuts |= {i for i in range(1, len(shown)) if labels[i] != labels[i - 1]}
    handles: dict[int, int] = {m.start(): m.end() for m in HANDLE.finditer(shown)}
    cuts |= {i for span in handles.items() for i in span}
    for i, ch in enumerate(shown):
        if ch in CONTROLS:
            cuts |= {i, i + 1}
    ends = sorted(cuts)
    starts = [(a, b) for a, b in pairwise(ends) if a < b]
    hidden = VILE | {"personal_data"} if personal else VILE
    segments = tuple(_segment(shown, a, b, labels[a], handles, hidden) for a, b in starts)
    return Drawn(
        segments=tuple(s for s in segments if s.text),
        direction=direction(text),
        lang=lang_of(text, assessment),
        more=len(text) - len(shown),
    )


def _mark_personal(text: str, labels: list[str]) -> None:
    """Over all of the text, so that a number is known that the cut runs through."""
    for start, end in personal_spans(text):
        for i in range(start, min(end, len(labels))):
            labels[i] = labels[i] if labels[i] in VILE else "personal_data"


def _labels(length: int, assessment: Assessment | None) -> list[str]:
    """For each character what its word stands for: the first signal that marks it wins, but a
    vile word inside a stretch that must be read stays vile."""
    found = [""] * length
    if assessment is None:
        return found
    for signal in assessment.reading.signals:
        for span in signal.spans:
            kind = span.label if span.label in LABELS else signal.name
            for i in range(max(span.start, 0), min(span.end, length)):
                if not found[i] or (kind in VILE and found[i] not in VILE):
                    found[i] = kind if kind in LABELS else ""
    return found


def _segment(
    text: str, start: int, end: int, word: str, handles: dict[int, int], hidden: frozenset[str]
) -> Segment:
    part = text[start:end]
    if part in CONTROLS:
        name = "" if part in _HARMLESS else "⇄"
        note = t("invisible direction character {name}", name=CONTROLS[part])
        return Segment(start=start, text=name, kind="control", label=note)
    inside = any(a <= start and end <= b for a, b in handles.items())
    return Segment(
        start=start,
        text=part,
        kind="handle" if inside else "plain",
        label=t(LABELS[word]) if word in LABELS else "",
        said=word in SAID,
        masked=masked_word(part) if word in hidden else None,
    )


def safe_link(url: str | None) -> str | None:
    """The address if it is a web address; None for anything else (javascript:, data:, ...)."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None
