"""The policy: one ordered list of rules, each with its reason, and ``judge`` over a Reading.

``judge`` is pure: the same Reading and Policy give the same Judgement. Where a signal that the
policy needs did not run the comment is *not checked* and queues. A flag is a reason to look, never
a finding of fault, and a score alone is never a ground for removal (NR-7): where no kind of abuse
stands behind it, no verdict is suggested.
"""

from __future__ import annotations

from dataclasses import fields
from enum import StrEnum
from math import inf, isfinite
from operator import itemgetter

from data.reading import (
    PROTECTED_KINDS,
    Coverage,
    FeedbackKind,
    Flag,
    Judgement,
    Reading,
    ReasonCode,
    Signal,
    Verdict,
    Why,
)
from moderation.judging.rules import RULES, Fired, Rule, Values, severe_toxicity, toxicity_point
from moderation.policies.policy_document import (
    DEFAULT_POLICY,
    Flood,
    Lists,
    Points,
    Policy,
    PolicyError,
    policy_from_toml,
    policy_to_toml,
)

__all__ = [
    "DEFAULT_POLICY",
    "RULES",
    "Band",
    "Flood",
    "Lists",
    "Points",
    "Policy",
    "PolicyError",
    "Rule",
    "around_score",
    "band",
    "judge",
    "policy_from_toml",
    "policy_to_toml",
    "severe_toxicity",
    "toxicity_point",
]

_NOT_CHECKED_PRIORITY = 0.2
_NOT_COVERED_PRIORITY = 0.1
_RULES_OF = {
    rule.signal: tuple((n, r) for n, r in enumerate(RULES) if r.signal == rule.signal)
    for rule in RULES
}
_GUESSED = frozenset({"menace", "hatred"})
_ABUSE = frozenset({ReasonCode.OBSCENE, ReasonCode.SLUR, ReasonCode.PERSONAL_ABUSE})


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


def judge(reading: Reading, policy: Policy) -> Judgement:
    """What the policy makes of a reading: flag, suggested codes and verdict, priority, and why."""
    known = _known_of(policy)
    values = {s.name: s.value for s in reading.signals}
    if not known.silent(values):
        return _judged(reading, policy, *_ask(values, known, reading))
    # Of most comments no rule speaks, and what is left to say of them is soon said of all.
    alike = (reading.language, reading.coverage, reading.coverage_note, reading.feedback)
    found = known.quiet.get(alike)
    if found is None:
        if len(known.quiet) >= _MOST_KEPT:
            known.quiet.clear()
        found = known.quiet[alike] = _judged(reading, policy, [], ())
    return found


def _judged(
    reading: Reading, policy: Policy, fired: list[Fired], unanswered: tuple[str, ...]
) -> Judgement:
    protected = not PROTECTED_KINDS.isdisjoint(reading.feedback)
    flag = _flag(fired, unanswered, reading)
    reasons = tuple(dict.fromkeys(f.rule.reason for f in fired if f.rule.reason is not None))
    return Judgement(
        flag=flag,
        reasons=reasons,
        protected=protected,
        suggested=None
        if unanswered or _guesses(flag, fired)
        else _suggested(flag, reasons, reading),
        priority=_priority(fired, flag),
        why=_why(fired, unanswered, reading, policy, protected),
        policy_version=policy.version,
    )


def _ask(said: Values, known: _Known, reading: Reading) -> tuple[list[Fired], tuple[str, ...]]:
    """The rules that fired, the gravest of each signal only, and the signals found missing.

    A value that is not a number counts as not run.
    """
    values = {n: v if v is not None and isfinite(v) else None for n, v in said.items()}
    fired: list[tuple[int, Fired]] = []
    for signal, value in values.items():
        if not value or value < known.floors.get(signal, inf):  # a zero never speaks
            continue
        for place, rule in _RULES_OF[signal]:
            if rule.fires(values, known.policy, reading):
                fired.append((place, Fired(rule=rule, value=value)))
                break
    fired.sort(key=itemgetter(0))
    unanswered = tuple([name for name in known.policy.needed if values.get(name) is None])
    return [speaks for _, speaks in fired], unanswered


class _Known:
    """What is worked out once of a policy: most comments need no rule asked."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        both = (policy.queue, policy.severe)
        points = {f.name: min(p.of(f.name) for p in both) for f in fields(Points)}
        moved = (
            policy.weak_toxicity,
            *policy.by_language.values(),
            *policy.severe_by_language.values(),
        )
        points["toxicity"] = min(points["toxicity"], *moved)
        self.floors = {signal: points.get(signal, 0.0) for signal in _RULES_OF}
        self.quiet: dict[tuple[object, ...], Judgement] = {}
        """Judgements of readings of which no rule speaks, by all else that they depend on."""

    def silent(self, values: Values) -> bool:
        """Whether no rule can speak over these values, and none that is needed is missing."""
        floor = self.floors.get
        for name, value in values.items():
            if value and not 0.0 <= value < floor(name, inf):
                return False
        return None not in map(values.get, self.policy.needed)


def _known_of(policy: Policy) -> _Known:
    known = _policies.get(id(policy))
    if known is None:
        if len(_policies) >= _MOST_POLICIES:
            _policies.clear()
        known = _policies[id(policy)] = _Known(policy)
    return known


_MOST_POLICIES, _MOST_KEPT = 8, 1000
_policies: dict[int, _Known] = {}
"""By identity: each holds its policy, so that no other can have its number."""


def _flag(fired: list[Fired], unanswered: tuple[str, ...], reading: Reading) -> Flag:
    flags = {f.rule.flag for f in fired}
    if Flag.SEVERE in flags:
        return Flag.SEVERE
    if Flag.FLAGGED in flags:
        return Flag.FLAGGED
    if reading.coverage is Coverage.NOT_COVERED:
        return Flag.NOT_COVERED
    if unanswered or reading.coverage is Coverage.NOT_CHECKED:
        return Flag.NOT_CHECKED
    return Flag.NONE


def _guesses(flag: Flag, fired: list[Fired]) -> bool:
    """Whether nothing speaks but heads that are right every second time: a person looks first."""
    guessing = [f.rule.signal in _GUESSED for f in fired]
    return flag is Flag.FLAGGED and all(guessing)


def _suggested(flag: Flag, reasons: tuple[ReasonCode, ...], reading: Reading) -> Verdict | None:
    """The verdict to offer; None leaves it to the person, as where rules disagree."""
    kinds = reading.feedback
    protected = not PROTECTED_KINDS.isdisjoint(kinds)
    complains = FeedbackKind.COMPLAINT in kinds
    if flag in (Flag.NOT_CHECKED, Flag.NOT_COVERED):
        return None
    if not reasons or reasons == (ReasonCode.FLOOD,):
        if protected:
            return Verdict.COMPLAINT if complains else None
        return Verdict.REMOVE if reasons else None
    if complains or FeedbackKind.SUGGESTION in kinds:
        return Verdict.SPLIT
    if protected:
        return Verdict.ESCALATE
    if reading.coverage is not Coverage.COVERED:
        return None
    if FeedbackKind.PRAISE in kinds and not _ABUSE.isdisjoint(reasons):
        return None  # praise in abusive words: likely banter, or the rules are wrong
    return Verdict.REMOVE


def _priority(fired: list[Fired], flag: Flag) -> float:
    if flag is Flag.NOT_CHECKED:
        return _NOT_CHECKED_PRIORITY
    if flag is Flag.NOT_COVERED:
        return _NOT_COVERED_PRIORITY
    return max((f.rule.weight * (0.8 + 0.2 * min(f.value, 1.0)) for f in fired), default=0.0)


# ------------------------------------------------------------------------------ explaining

_QUIET = (Coverage.COVERED, Coverage.WEAK)
_PROTECTED = {
    FeedbackKind.COMPLAINT: "a complaint",
    FeedbackKind.SUGGESTION: "a suggestion",
    FeedbackKind.POLICY_VIEW: "a view on policy",
}


def _why(
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


_SCORE, _DIGITS = ": score ", len("0.00")  # no sentence of a rule holds the first
_COUNTED = frozenset({"copies", "watch", "own_contact"})
_SCORED = {rule.id: rule.signal for rule in RULES if rule.signal not in _COUNTED}


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
