"""Feedback kinds: complaint, suggestion, policy view, question, praise, other.

Rules over word cues in English, Urdu, Roman Urdu and Arabic. They lean towards protection: talk of
a service that fails or of what government does is a complaint or a view even when it is rude. An
insult with nothing of substance beside it carries none of these cues and is not protected.
"""

from __future__ import annotations

from collections.abc import Sequence

from data.model import FeedbackKind, Span
from moderation.signals.aside import without_abuse
from moderation.signals.lexicon import Cues, Place, Words
from moderation.signals.spam import is_bait

VERSION = "rules 2"
_REACH = 6
_VIEW_REACH = 14
_OTHER, _QUESTION = (FeedbackKind.OTHER,), (FeedbackKind.QUESTION,)
_SENTENCE = 5  # words from which a text that names a measure says something of it


def feedback_kinds(words: Words, cues: Cues) -> tuple[FeedbackKind, ...]:
    """The kinds that a text carries, several allowed; OTHER alone when it carries none."""
    if not cues:
        return _QUESTION if _asks(words, cues) else _OTHER
    if is_bait(words.text, cues):
        return _QUESTION if _asks(words, cues) else _OTHER
    cues = without_abuse(words, cues)
    kinds: list[FeedbackKind] = []
    if _complains(words, cues):
        kinds.append(FeedbackKind.COMPLAINT)
    if _suggests(cues):
        kinds.append(FeedbackKind.SUGGESTION)
    if _views_policy(words, cues):
        kinds.append(FeedbackKind.POLICY_VIEW)
    if _asks(words, cues):
        kinds.append(FeedbackKind.QUESTION)
    if _praises(cues):
        kinds.append(FeedbackKind.PRAISE)
    return tuple(kinds) or _OTHER


def _complains(words: Words, cues: Cues) -> bool:
    if "complaint" in cues:
        return True
    problem, service = "problem" in cues, "service" in cues
    if problem and (service or cues.has("request", "first")):
        return True
    if service and "trouble" in cues and not _only_praises(cues):
        return True
    proposes = cues.has("suggest", "do_it", "question")
    if service and (("request" in cues and not proposes) or _lacking(words, cues)):
        return True
    return _distinct(cues.of("problem")) >= 2


def _only_praises(cues: Cues) -> bool:
    return "praise" in cues and not cues.has("problem", "negation")


def _suggests(cues: Cues) -> bool:
    if "harm" in cues and not cues.has("service", "policy"):
        return False
    if "suggest" in cues:
        return True
    if "do_it" in cues and cues.has("service", "policy"):
        return True
    if not cues.has("service", "policy") or "ought" not in cues:
        return False
    return not _near(cues, "ought", "harm")


def _views_policy(words: Words, cues: Cues) -> bool:
    if "policy_name" in cues and len(words.words) >= _SENTENCE:
        return True
    if "policy" not in cues:
        return False
    apart = cues.near("policy", "view", _VIEW_REACH)
    if any(one != other for one, other in apart):
        return True
    return cues.has("problem", "suggest", "complaint") or _near(cues, "policy", "ought")


def _asks(words: Words, cues: Cues) -> bool:
    text = words.text
    return "question" in cues or "?" in text or "؟" in text


def _praises(cues: Cues) -> bool:
    return "praise" in cues and any(not _negated(cues, place) for place in cues.of("praise"))


def _negated(cues: Cues, place: Place) -> bool:
    return any(0 < place.first - n.last <= 2 for n in cues.of("negation"))


def _lacking(words: Words, cues: Cues) -> bool:
    """A service that is denied near its name; the "no" of "House No 12" denies nothing."""
    return any(
        not (word.last + 1 < len(words.words) and words.words[word.last + 1].isdigit())
        for _, word in cues.near("service", "negation", _REACH)
    )


def _near(cues: Cues, one: str, other: str) -> bool:
    return next(cues.near(one, other, _REACH), None) is not None


def _distinct(places: Sequence[Place]) -> int:
    """How many of the places do not overlap."""
    count, end = 0, -1
    for place in places:
        if place.first > end:
            count, end = count + 1, place.last
    return count


_SPEAK = (
    (FeedbackKind.COMPLAINT, "complaint", ("complaint", "problem", "request")),
    (FeedbackKind.SUGGESTION, "suggestion", ("suggest", "ought")),
    (FeedbackKind.POLICY_VIEW, "policy_view", ("policy", "view")),
)
_MOST_SPANS = 6


def feedback_spans(words: Words, cues: Cues, kinds: tuple[FeedbackKind, ...]) -> tuple[Span, ...]:
    """The words that speak for a protected kind, for the card to underline; at most six."""
    found: list[tuple[Place, str]] = []
    for kind, label, names in _SPEAK:
        if kind in kinds:
            for name in names:
                found += [(place, label) for place in cues.get(name, ())[:2]]
    return tuple([words.span(place, label) for place, label in found[:_MOST_SPANS]])
