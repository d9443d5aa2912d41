"""The signals that need no engine, taken together: one pass over the words, one over the letters.

A signal that found nothing is one shared record, so most comments cost no new ones.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256

from data.reading import FeedbackKind, Signal, Span
from moderation.policies.policy_document import Lists
from moderation.signals import feedback, insults, personal_data, sectarian, spam, threat
from moderation.signals.lexicon import Cues, Lexicon, Words
from moderation.signals.listing import digest, listing_of, recorded, shipped

NAMED = {FeedbackKind.COMPLAINT, FeedbackKind.SUGGESTION, FeedbackKind.POLICY_VIEW}
_CAPS_LEAST, _CAPS_SHARE = 12, 0.7
_EMOJI = re.compile("[\u2600-\u27bf\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]")
_EMOJI_LEAST = 8
_WEAK_VERSION = "count 1"
_CAPS = re.compile("[A-Z]")
_SMALL = re.compile("[a-z]")


@cache
def lexicon_with(watch: tuple[str, ...]) -> Lexicon:
    """All shipped word lists and the organisation's watch words, read once."""
    listing = shipped()
    return Lexicon(listing_of([("watch", "", watch)], listing) if watch else listing)


@cache
def rules_version() -> str:
    """Tells one state of all that judges, rules, word lists and code, from another, in eight
    letters: what another state judged is judged again (`moderation.signals.made_of`)."""
    return sha256("|".join((digest(), recorded()[1])).encode()).hexdigest()[:8]


def judged_by(engine_version: str, rules: str) -> str:
    """What judged a text, as its reading keeps it: the engine's version and that of the rules."""
    return f"{engine_version} words {rules}" if rules else engine_version


def _none(name: str, version: str) -> Signal:
    return Signal(name=name, value=0.0, version=version)


_NO_SECTARIAN = _none("sectarian", sectarian.VERSION)
_NO_THREAT = _none("threat_words", threat.VERSION)
_NO_INSULT = _none("abusive_words", insults.VERSION)
_NO_DATA = _none("personal_data", personal_data.VERSION)
_NO_CONTACT = _none("own_contact", personal_data.VERSION)
_NO_SPAM = _none("spam", spam.VERSION)
_NO_CAPS = _none("all_caps", _WEAK_VERSION)
_NO_EMOJI = _none("emoji_flood", _WEAK_VERSION)
_NO_FEEDBACK = _none("feedback", feedback.VERSION)
NOTHING_FOUND = (
    _NO_THREAT,
    _NO_SECTARIAN,
    _NO_INSULT,
    _NO_DATA,
    _NO_CONTACT,
    _NO_SPAM,
    _NO_CAPS,
    _NO_EMOJI,
    _NO_FEEDBACK,
)
"""What the rules say, in their order, where none of them found anything."""


def threat_signal(words: Words, cues: Cues) -> Signal:
    """Threats by their words."""
    value, spans = threat.find_threat(words, cues)
    if not value:
        return _NO_THREAT
    return Signal(name="threat_words", value=value, version=threat.VERSION, spans=spans)


def sectarian_signal(words: Words, cues: Cues) -> Signal:
    """Incitement by its words."""
    value, spans = sectarian.find_sectarian(words, cues)
    if not value:
        return _NO_SECTARIAN
    return Signal(name="sectarian", value=value, version=sectarian.VERSION, spans=spans)


def insult_signal(words: Words, cues: Cues) -> Signal:
    """Plain abuse by its words."""
    value, spans = insults.find_insults(words, cues)
    if not value:
        return _NO_INSULT
    return Signal(name="abusive_words", value=value, version=insults.VERSION, spans=spans)


def personal_signals(text: str, lists: Lists) -> tuple[Signal, Signal]:
    """Private data of others, and the writer's own."""
    data = personal_data.find_personal_data(text, lists.official_numbers, lists.official_domains)
    if data is personal_data.NOTHING:
        return _NO_DATA, _NO_CONTACT
    version = personal_data.VERSION
    own = 1.0 if data.own else 0.0
    return (
        Signal(
            name="personal_data",
            value=data.value,
            version=version,
            spans=data.others,
            note=_labels(data.others),
        ),
        Signal(
            name="own_contact", value=own, version=version, spans=data.own, note=_labels(data.own)
        ),
    )


def _labels(spans: tuple[Span, ...]) -> str:
    return ", ".join(dict.fromkeys(span.label for span in spans))


def spam_signal(text: str, words: Words, cues: Cues, lists: Lists) -> Signal:
    """Links, scams and advertising."""
    found = spam.find_spam(text, words, cues, lists.official_domains)
    if found is spam.NOTHING:
        return _NO_SPAM
    return Signal(
        name="spam", value=found.value, version=spam.VERSION, spans=found.spans, note=found.note
    )


def caps_signal(text: str) -> Signal:
    """Share of capitals where most Latin letters are capitals; a weak signal, never a flag."""
    if text.islower() or len(text) < _CAPS_LEAST:
        return _NO_CAPS
    capitals = len(_CAPS.findall(text))
    if capitals < _CAPS_LEAST:
        return _NO_CAPS
    share = capitals / (capitals + len(_SMALL.findall(text)))
    if share < _CAPS_SHARE:
        return _NO_CAPS
    return Signal(name="all_caps", value=round(share, 3), version=_WEAK_VERSION)


def emoji_signal(text: str) -> Signal:
    """Share of emoji where there are many; a weak signal, never a flag."""
    if text.isascii():
        return _NO_EMOJI
    count = len(_EMOJI.findall(text))
    if count < _EMOJI_LEAST:
        return _NO_EMOJI
    return Signal(name="emoji_flood", value=round(count / len(text), 3), version=_WEAK_VERSION)


def feedback_signal(words: Words, cues: Cues, kinds: tuple[FeedbackKind, ...]) -> Signal:
    """Whether a protected kind was found, with the words that say so."""
    if NAMED.isdisjoint(kinds):
        return _NO_FEEDBACK
    spans = feedback.feedback_spans(words, cues, kinds)
    return Signal("feedback", 1.0, feedback.VERSION, spans)


def watch_signal(words: Words, cues: Cues) -> Signal:
    """The organisation's watch words."""
    spans = tuple(words.span(place, "watch") for place in cues.of("watch")[:8])
    return Signal(name="watch", value=1.0, version="list 1", spans=spans)
