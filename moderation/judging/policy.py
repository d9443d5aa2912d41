"""The policy: one ordered list of rules, each with its reason, and ``judge`` over a Reading.

``judge`` is pure: the same Reading and Policy give the same Judgement. Where a signal that the
policy needs did not run the comment is *not checked* and queues. A flag is a reason to look, never
a finding of fault, and a score alone is never a ground for removal (NR-7): where no kind of abuse
stands behind it, no verdict is suggested.
"""

from __future__ import annotations

from dataclasses import fields
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
    Verdict,
)
from moderation.judging.explaining import why_of
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
    "Flood",
    "Lists",
    "Points",
    "Policy",
    "PolicyError",
    "Rule",
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
        why=why_of(fired, unanswered, reading, policy, protected),
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
