"""Why a comment was flagged, in sentences, and its score in a word; no word of it is repeated."""

from __future__ import annotations

from enum import StrEnum
from math import isfinite

from data.reading import Coverage, FeedbackKind, Reading, Signal, Why
from moderation.judging.rules import RULES, Fired, severe_toxicity, toxicity_point
from moderation.policies.policy_document import Policy

_QUIET = (Coverage.COVERED, Coverage.WEAK)
_PROTECTED = {
    FeedbackKind.COMPLAINT: "a complaint",
    FeedbackKind.SUGGESTION: "a suggestion",
    FeedbackKind.POLICY_VIEW: "a view on policy",
}
_SCORE, _DIGITS = ": score ", len("0.00")  # no sentence of a rule holds the first
_COUNTED = frozenset({"copies", "watch", "own_contact"})
_SCORED = {rule.id: rule.signal for rule in RULES if rule.signal not in _COUNTED}


class Band(StrEnum):
    """A score in words, as the card shows it."""

    LIKELY = "likely"
    POSSIBLE = "possible"
    WEAK = "weak"
    NOT_COVERED = "not covered"
    NOT_CHECKED = "not checked"


def band(reading: Reading, policy: Policy) -> Band:
    """The toxicity score in words: likely from the severe point, possible from the queue point."""
    toxicity = reading.value("toxicity")
    if reading.coverage is Coverage.NOT_COVERED:
        return Band.NOT_COVERED
    if toxicity is None or not isfinite(toxicity):
        return Band.NOT_CHECKED
    if toxicity >= severe_toxicity(reading, policy):
        return Band.LIKELY
    return Band.POSSIBLE if toxicity >= toxicity_point(reading, policy) else Band.WEAK


def why_of(
    fired: list[Fired],
    unanswered: tuple[str, ...],
    reading: Reading,
    policy: Policy,
    protected: bool,
) -> tuple[Why, ...]:
    """One sentence for each rule that spoke. Words of the comment are never repeated here."""
    if not fired and not unanswered and not protected and reading.coverage in _QUIET:
        return ()
    signals = {s.name: s for s in reading.signals}
    lines = [_sentence(f, signals[f.rule.signal], policy, reading) for f in fired]
    if reading.coverage is Coverage.NOT_COVERED:
        note = reading.coverage_note or f"no engine covers {reading.language.value}"
        lines.append(Why(rule="not-covered", text=f"not covered: {note}"))
    elif unanswered or reading.coverage is Coverage.NOT_CHECKED:
        lines.append(Why(rule="not-checked", text=_missing(unanswered, signals, reading)))
    elif reading.coverage is Coverage.WEAK and fired:
        note = reading.coverage_note or f"the engine is weak in {reading.language.value}"
        lines.append(Why(rule="weakly-covered", text=f"weakly covered: {note}"))
    if fired and all(f.rule.signal in ("toxicity", "watch") for f in fired):
        lines.append(Why(rule="score-only", text="a score alone is no ground for removal (NR-7)"))
    if protected:
        kinds = " and ".join(t for k, t in _PROTECTED.items() if k in reading.feedback)
        text = f"carries {kinds}: never in a bulk action, a second look is needed to remove"
        lines.append(Why(rule="protected", text=text))
    return tuple(lines)


def _sentence(fired: Fired, signal: Signal, policy: Policy, reading: Reading) -> Why:
    rule = fired.rule
    if rule.signal in _COUNTED:
        detail = f": {signal.note}" if signal.note else ""
        return Why(rule=rule.id, text=f"{rule.sentence}{detail}")
    if rule.signal == "toxicity":
        point = severe_toxicity(reading, policy)
    else:
        point = policy.severe.of("threat" if rule.signal == "threat_words" else rule.signal)
    word = Band.LIKELY if fired.value >= point else Band.POSSIBLE
    detail = f"; {signal.note}" if signal.note else ""
    told = f"{word.value} {rule.sentence}"
    text = f"{told}{_SCORE}{fired.value:.2f} ({signal.version}{detail})"
    return Why(rule=rule.id, text=text)


def around_score(why: Why) -> tuple[str, str, str] | None:
    """The signal whose score a sentence tells, to two places, and what it says before and after
    the number; None where it tells of no score."""
    if why.rule not in _SCORED:
        return None
    before, mark, told = why.text.partition(_SCORE)
    return _SCORED[why.rule], before + mark, told[_DIGITS:]


def _missing(unanswered: tuple[str, ...], signals: dict[str, Signal], reading: Reading) -> str:
    note = next((signals[n].note for n in unanswered if n in signals and signals[n].note), "")
    names = ", ".join(unanswered) or "nothing"
    return f"not checked ({names} missing): {note or reading.coverage_note or 'no reason given'}"
