"""Feedback kinds: complaint, suggestion, policy view, question, praise, other.

Rules over word cues in English, Urdu, Roman Urdu and Arabic. They lean towards protection: talk of
a service that fails or of what government does is a complaint or a view even when it is rude. An
insult with nothing of substance beside it carries none of these cues and is not protected.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from data.reading import FeedbackKind, Span
from moderation.signals.aside import without_abuse
from moderation.signals.bits import Bits, each, only
from moderation.signals.lexicon import Cues, Place, Words
from moderation.signals.page_cues import PageCues
from moderation.signals.spam import is_bait
from moderation.texts.codes import Places

VERSION = "rules 3"
_REACH = 6
_VIEW_REACH = 14
_SENTENCE = 5  # words from which a text that names a measure says something of it
_NAMED = (
    FeedbackKind.COMPLAINT,
    FeedbackKind.SUGGESTION,
    FeedbackKind.POLICY_VIEW,
    FeedbackKind.QUESTION,
    FeedbackKind.PRAISE,
)
_KINDS = [
    tuple(kind for n, kind in enumerate(_NAMED) if bits >> n & 1) or (FeedbackKind.OTHER,)
    for bits in range(1 << len(_NAMED))
]


class Texts(NamedTuple):
    """What is asked of texts beside their cues."""

    asks: Bits
    """In which of them a question mark is."""
    sizes: Places
    """How many words each has."""
    words: Callable[[int], Words]


def kinds_on(cues: PageCues, texts: Texts) -> list[tuple[FeedbackKind, ...]]:
    """The kinds that each text carries, several allowed; OTHER alone when it carries none."""
    asks = texts.asks | cues.has("question")
    bait = cues.has("lure", "lure_weak") & ~cues.has("complaint", "complaint_word")
    bait = only(bait, lambda i: is_bait(texts.words(i).text, cues.of(i)))
    less = without_abuse(cues, texts.words)
    says = (_suggests(less), _views_policy(less, texts), _praises(less))
    suggests, views, praises = (of & ~bait for of in says)  # bait may ask, and no more
    plain = (suggests | views | praises) & ~less.has("contrast")
    complains = _complains(less, texts, plain, views) & ~bait
    numbers = [0] * len(cues)
    for n, of in enumerate((complains, suggests, views, asks, praises)):
        for i in each(of):
            numbers[i] |= 1 << n
    return [_KINDS[n] for n in numbers]


def _complains(cues: PageCues, texts: Texts, plain: Bits, views: Bits) -> Bits:
    """``plain``: what proposes, weighs a measure or praises names services and their faults too;
    there a complaint must be told outright, or tell of trouble or of the writer's own. Where a
    measure is weighed ("this tax is theft"), outright is not enough."""
    has = cues.has
    problem, service, request = has("problem"), has("service"), has("request")
    asks = texts.asks | has("question")
    only_praises = has("praise") & ~has("problem", "negation")
    proposes = has("suggest", "do_it", "question")
    out = has("complaint") & (~views | has("first", "trouble"))
    out |= problem & (has("request", "first") | (service & ~plain))
    out |= has("complaint_word") & (~asks | has("problem", "trouble", "negation", "first"))
    out |= service & has("trouble") & ~only_praises
    out |= service & request & ~proposes & ~has("praise")
    out |= cues.apart("problem")
    denied = has("negation") | (has("without") & ~has("praise"))
    denied &= service & ~plain & ~out
    return out | only(denied, lambda i: _lacking(texts.words(i), cues.of(i)))


def _suggests(cues: PageCues) -> Bits:
    has = cues.has
    public = has("service", "policy")
    ought = public & has("ought")
    ought &= ~only(ought & has("harm"), lambda i: _near(cues.of(i), "ought", "harm"))
    return (has("suggest") | (public & has("do_it")) | ought) & (public | ~has("harm"))


def _views_policy(cues: PageCues, texts: Texts) -> Bits:
    has = cues.has
    policy = has("policy")
    out = policy & has("problem", "suggest", "complaint", "complaint_word")
    out |= only(has("policy_name") & ~out, lambda i: texts.sizes[i] >= _SENTENCE)
    return out | only(policy & has("view", "ought") & ~out, lambda i: _weighs(cues.of(i)))


def _weighs(cues: Cues) -> bool:
    """A measure, and near it what somebody thinks of it."""
    apart = cues.near("policy", "view", _VIEW_REACH)
    return any(one != other for one, other in apart) or _near(cues, "policy", "ought")


def _praises(cues: PageCues) -> Bits:
    praise = cues.has("praise")
    return praise & ~only(praise & cues.has("negation"), lambda i: _is_denied(cues.of(i)))


def _is_denied(cues: Cues) -> bool:
    return all(_negated(cues, place) for place in cues.of("praise"))


def _negated(cues: Cues, place: Place) -> bool:
    return any(0 < place.first - n.last <= 2 for n in cues.of("negation"))


def _lacking(words: Words, cues: Cues) -> bool:
    """A service that is denied near its name; the "no" of "House No 12" denies nothing, nor does
    the "na" that ends a plea."""
    said = words.words
    return any(
        not "".join(said[word.last + 1 : word.last + 2]).isdigit()
        for cue in ("negation", "without")
        for _, word in cues.near("service", cue, _REACH)
        if said[word.first :] != ["na"]
    )


def _near(cues: Cues, one: str, other: str) -> bool:
    return next(cues.near(one, other, _REACH), None) is not None


_SPEAK = (
    (FeedbackKind.COMPLAINT, "complaint", ("complaint", "complaint_word", "problem", "request")),
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
