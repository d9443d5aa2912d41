"""Masked reading: a word that hurts or tells on a person stands as its first letter and dots."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from data.model import FeedbackKind, Span

DOT = "•"
# What speaks for a complaint is marked on the card too, and what a threat, or hatred without a hard
# word, was heard by: those are ordinary words, and never hidden.
_SAID = frozenset({*(k.value for k in FeedbackKind), "threat", "menace", "hatred"})
_WORD = re.compile(r"[^\W_]+")
_PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.]+"  # e-mail
    r"|\b[A-Z]{2}\d{2}[A-Z0-9 ]{11,30}\b"  # IBAN
    r"|(?<!\w)@[\w.]+"  # a handle
    r"|\+?\d(?:[\s.-]{0,2}\d){6,}"  # CNIC, phone, card: seven digits or more
)


def _shadow(text: str) -> str:
    """First letter of each word and dots; marks go with their letter; blanks and stops stay."""
    return _WORD.sub(lambda w: w[0][0] + DOT * max(1, len(w[0]) - 1), _without_marks(text))


def _without_marks(text: str) -> str:
    return "".join(c for c in text if not unicodedata.combining(c))


def _merged(spans: Iterable[tuple[int, int]], size: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted((max(0, a), min(size, b)) for a, b in spans):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def personal_spans(text: str) -> list[tuple[int, int]]:
    """Where numbers and addresses of a person stand: CNIC, phone, card, IBAN, e-mail.

    Without handles: they address a page as often as a person, and the page's own must be read.
    """
    found = [m.span() for m in _PERSONAL.finditer(text)]
    return [(start, end) for start, end in found if text[start] != "@"]


def mask_personal(text: str) -> str:
    """``text`` with only a person's numbers and addresses masked, as an officer's own words are."""
    parts: list[str] = []
    done = 0
    for start, end in personal_spans(text):
        parts += [text[done:start], _shadow(text[start:end])]
        done = end
    return "".join([*parts, text[done:]])


def mask_words(text: str, spans: Iterable[Span]) -> str:
    """``text`` with the words of ``spans`` and all personal data as first letter and dots.

    Spans that speak for feedback (complaint, suggestion ...) stay readable; spans beyond the
    text are cut to it.
    """
    hurting = [(s.start, s.end) for s in spans if s.label not in _SAID]
    personal = [m.span() for m in _PERSONAL.finditer(text)]
    parts: list[str] = []
    done = 0
    for start, end in _merged([*hurting, *personal], len(text)):
        parts += [text[done:start], _shadow(text[start:end])]
        done = end
    return "".join([*parts, text[done:]])


def mask_removed(text: str, spans: Iterable[Span], remark: tuple[int, int] | None = None) -> str:
    """A removed comment for a reader: as mask_words; whole when nobody marked what hurt in it."""
    marked = [s for s in spans if s.label not in _SAID]
    if remark is not None:
        marked.append(Span(start=remark[0], end=remark[1], label="remark"))
    if not marked:
        marked = [Span(start=0, end=len(text), label="all")]
    return mask_words(text, marked)
