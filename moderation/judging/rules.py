"""The rules of the policy: one ordered list, each line with its id, its reason and its condition.

A condition answers True, False or None; None means that the signal it needs did not run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from data.reading import Coverage, Flag, Reading, ReasonCode
from moderation.policies.policy_document import Policy
from moderation.signals.insults import INSULT, OBSCENE, SLUR, abuse_kind

Values = Mapping[str, float | None]
Condition = Callable[[Values, Policy, Reading], bool | None]


class Rule(NamedTuple):
    """One line of the policy: what it asks, what it then says, and how soon a person must look."""

    id: str
    signal: str
    flag: Flag
    reason: ReasonCode | None
    weight: float  # 0..1, how severe what it found is
    sentence: str
    fires: Condition


class Fired(NamedTuple):
    """A rule that spoke, and the value that made it speak."""

    rule: Rule
    value: float


def toxicity_point(reading: Reading, policy: Policy) -> float:
    """The queue point of toxicity for this reading's language and coverage."""
    point = policy.by_language.get(reading.language, policy.queue.toxicity)
    if reading.coverage is Coverage.WEAK:
        return min(point, policy.weak_toxicity)
    return point


def severe_toxicity(reading: Reading, policy: Policy) -> float:
    """The severe point of toxicity for this reading's language."""
    return policy.severe_by_language.get(reading.language, policy.severe.toxicity)


CLEARLY = 0.1
"""So far above the queue point of toxicity a text reads clearly as abusive."""


def clear_toxicity(reading: Reading, policy: Policy) -> float:
    """From which toxicity on a kind of abuse may be severe. A text at the queue point may be
    ordinary, and the heads of the kinds are sure of single words ("chuna", elected)."""
    point = policy.by_language.get(reading.language, policy.queue.toxicity)
    return min(point + CLEARLY, severe_toxicity(reading, policy))


# ------------------------------------------------------------------------------ conditions


def _severe(signal: str) -> Condition:
    def fires(values: Values, policy: Policy, reading: Reading) -> bool | None:
        value = values.get(signal)
        return None if value is None else value >= policy.severe.of(signal)

    return fires


def _queue(signal: str) -> Condition:
    def fires(values: Values, policy: Policy, reading: Reading) -> bool | None:
        value = values.get(signal)
        return None if value is None else value >= policy.queue.of(signal)

    return fires


def _abusive_and(
    condition: Condition, point: Callable[[Reading, Policy], float] = toxicity_point
) -> Condition:
    """A kind of abuse speaks only where the text as a whole reads as abusive.

    The heads of the kinds are trained on smaller sets than toxicity: alone they would flag more
    civil comments than they find abusive ones.
    """

    def fires(values: Values, policy: Policy, reading: Reading) -> bool | None:
        toxicity = values.get("toxicity")
        if toxicity is None:
            return None
        return condition(values, policy, reading) and toxicity >= point(reading, policy)

    return fires


def _threat_in_words(values: Values, policy: Policy, reading: Reading) -> bool | None:
    """Words of a threat speak by themselves, whatever the engine says."""
    return (values.get("threat_words") or 0.0) >= policy.severe.threat


def _words_of(kind: str) -> Condition:
    """Plain words of abuse speak by themselves; of several kinds the gravest is named."""

    def fires(values: Values, policy: Policy, reading: Reading) -> bool | None:
        value = values.get("abusive_words") or 0.0
        return value >= policy.queue.abusive_words and abuse_kind(reading) == kind

    return fires


def _threat_by_head(values: Values, policy: Policy, reading: Reading) -> bool | None:
    """The engine's head is a reason to look and no more: it was trained on tweets of war news."""
    return _abusive_and(_queue("threat"))(values, policy, reading)


def _severely_toxic(values: Values, policy: Policy, reading: Reading) -> bool | None:
    toxicity = values.get("toxicity")
    return None if toxicity is None else toxicity >= severe_toxicity(reading, policy)


def _toxic(values: Values, policy: Policy, reading: Reading) -> bool | None:
    toxicity = values.get("toxicity")
    return None if toxicity is None else toxicity >= toxicity_point(reading, policy)


def _present(signal: str) -> Condition:
    """For signals that are only sometimes taken: silence is not a missing check."""

    def fires(values: Values, policy: Policy, reading: Reading) -> bool | None:
        return (values.get(signal) or 0.0) > 0.0

    return fires


def _flood(values: Values, policy: Policy, reading: Reading) -> bool | None:
    copies, minutes = values.get("copies"), values.get("copy_minutes")
    if copies is None or minutes is None:  # copies are counted only once a comment is kept
        return False
    return copies >= policy.flood.copies and minutes <= policy.flood.minutes


def _rule(
    name: str,
    signal: str,
    flag: Flag,
    reason: ReasonCode | None,
    weight: float,
    sentence: str,
    fires: Condition,
) -> Rule:
    return Rule(
        id=name,
        signal=signal,
        flag=flag,
        reason=reason,
        weight=weight,
        sentence=sentence,
        fires=fires,
    )


_THREAT, _DATA = ReasonCode.THREAT, ReasonCode.PRIVATE_DATA
_SECT, _SLUR, _OBSCENE = ReasonCode.SECTARIAN, ReasonCode.SLUR, ReasonCode.OBSCENE
_ABUSE, _SPAM, _FLOOD = ReasonCode.PERSONAL_ABUSE, ReasonCode.SPAM, ReasonCode.FLOOD
_S, _F = Flag.SEVERE, Flag.FLAGGED

RULES: tuple[Rule, ...] = (
    _rule("threat-severe", "threat_words", _S, _THREAT, 1.0, "threat or call to violence",
          _threat_in_words),
    _rule("menace-severe", "menace", _S, _THREAT, 0.95, "threat or call to violence",
          _severe("menace")),
    _rule("data-severe", "personal_data", _S, _DATA, 0.95, "an identity card number in public",
          _severe("personal_data")),
    _rule("sectarian-severe", "sectarian", _S, _SECT, 0.95, "call against a sect or faith",
          _severe("sectarian")),
    _rule("slur-severe", "slur", _S, _SLUR, 0.85, "slur on faith, sect, ethnicity, sex or "
          "disability", _abusive_and(_severe("slur"), clear_toxicity)),
    _rule("obscene-severe", "obscene", _S, _OBSCENE, 0.75, "obscene or sexual abuse",
          _abusive_and(_severe("obscene"), clear_toxicity)),
    _rule("toxicity-severe", "toxicity", _S, None, 0.6, "abusive text", _severely_toxic),
    _rule("spam-severe", "spam", _S, _SPAM, 0.5, "link that looks like malware or fraud",
          _severe("spam")),
    _rule("threat", "threat", _F, _THREAT, 0.9, "threat or call to violence",
          _threat_by_head),
    _rule("menace", "menace", _F, _THREAT, 0.85, "threat or call to violence", _queue("menace")),
    _rule("sectarian", "sectarian", _F, _SECT, 0.8, "call against a sect or faith",
          _queue("sectarian")),
    _rule("data", "personal_data", _F, _DATA, 0.8, "private data of a person",
          _queue("personal_data")),
    _rule("slur", "slur", _F, _SLUR, 0.75, "slur on faith, sect, ethnicity, sex or disability",
          _abusive_and(_queue("slur"))),
    _rule("hatred", "hatred", _F, _SLUR, 0.7, "hatred of a people", _queue("hatred")),
    _rule("slur-words", "abusive_words", _F, _SLUR, 0.7, "words that are a slur",
          _words_of(SLUR)),
    _rule("obscene", "obscene", _F, _OBSCENE, 0.65, "obscene or sexual abuse",
          _abusive_and(_queue("obscene"))),
    _rule("obscene-words", "abusive_words", _F, _OBSCENE, 0.6, "obscene words",
          _words_of(OBSCENE)),
    _rule("insult", "insult", _F, _ABUSE, 0.55, "personal abuse", _abusive_and(_queue("insult"))),
    _rule("insult-words", "abusive_words", _F, _ABUSE, 0.5, "insulting words",
          _words_of(INSULT)),
    _rule("toxicity", "toxicity", _F, None, 0.45, "abusive text", _toxic),
    _rule("watch", "watch", _F, None, 0.4, "a word on this organisation's watch list",
          _present("watch")),
    _rule("spam", "spam", _F, _SPAM, 0.35, "spam, scam or advertising", _queue("spam")),
    _rule("flood", "copies", _F, _FLOOD, 0.3, "one of a flood of near-copies", _flood),
    _rule("own-contact", "own_contact", _F, _DATA, 0.15, "the writer's own phone or address",
          _present("own_contact")),
)  # fmt: skip
"""The order is the order of reasons and of explanations: the gravest first."""

_NOT_CHECKED_PRIORITY = 0.2
_NOT_COVERED_PRIORITY = 0.1
