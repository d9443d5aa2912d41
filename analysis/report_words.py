"""The report's plain words: the codes, the standard, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.duty import Waiting
from analysis.report import ActionLine
from analysis.service_level import ServiceLevel
from analysis.verdict import Ruling, many, span_words
from analysis.watch import Watched
from data.model import EnforcementState, ReasonCode

CODES = {
    ReasonCode.OBSCENE: ("offensive", "obscene or sexual abuse"),
    ReasonCode.SLUR: ("offensive", "slur on faith, sect, ethnicity, sex, disability"),
    ReasonCode.PERSONAL_ABUSE: ("offensive", "personal abuse without substance"),
    ReasonCode.THREAT: ("objectionable", "threat or incitement to violence"),
    ReasonCode.PRIVATE_DATA: ("objectionable", "private data of a person"),
    ReasonCode.SECTARIAN: ("objectionable", "sectarian incitement"),
    ReasonCode.SPAM: ("inappropriate", "spam, scam, advertising, malware link"),
    ReasonCode.FLOOD: ("inappropriate", "flood of copies"),
    ReasonCode.OTHER: ("any", "other, with a written ground and a second officer"),
}


ALERTS = {
    "stopped": "stopped: nothing was read until somebody acted",
    "expiry": "the access ends soon, or has ended",
    "access": "a permission or a role is missing",
    "trouble": "a sweep failed in a way that a person should know of",
    "absence": "so many comments were not listed that none was believed to be gone",
    "silence": "no new comment for an unusually long time",
}


def standard_words(level: ServiceLevel) -> tuple[str, ...]:
    """The organisation's own service level, in plain sentences."""
    hours = f"{level.work_from:%H:%M} to {level.work_until:%H:%M}"
    return (
        f"every page swept each {level.sweep_minutes} minutes",
        f"severe items decided within {level.severe_minutes} minutes of first sight",
        f"flagged items decided within {level.flagged_working_hours:g} working hours ({hours})",
        f"nothing open longer than {level.oldest_hours:g} hours",
        f"at least {level.least_share:.0%} of what was due in target",
    )


def to_do(actions: Sequence[ActionLine]) -> int:
    return sum(a.state == EnforcementState.BY_HAND for a in actions)


def next_steps(
    ruling: Ruling, wait: Waiting, watched: Sequence[Watched], failures: int, by_hand: int
) -> tuple[str, ...]:
    """What to do about it, most urgent first."""
    steps: list[str] = []
    if wait.severe:
        steps.append(f"Decide {many(wait.severe, 'severe item')} still open.")
    if wait.over_limit:
        steps.append(f"Clear {many(wait.over_limit, 'item')} over the age limit.")
    if wait.count and wait.oldest is not None and not steps:
        told = f"{many(wait.count, 'item')} still waiting, the oldest for {span_words(wait.oldest)}"
        steps.append(f"Decide {told}.")
    steps += [f"Look into the gap on {w.title}." for w in watched if w.gaps and not w.paused]
    held = [w for w in watched if w.paused and not w.closed]
    steps += [f"{w.title} is paused: resume it, or say why." for w in held]
    if failures:
        steps.append(f"Look at {many(failures, 'action')} that did not go through (Outbox).")
    if by_hand:
        steps.append(f"Carry out by hand, and confirm: {many(by_hand, 'action')} (work sheet).")
    if not steps and ruling.unknowns:
        steps.append("Close what is not proven; see the reasons above.")
    return tuple(steps) or ("Nothing needs doing.",)
