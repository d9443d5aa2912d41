"""What a text is read as and what is made of it: the closed sets and records of judging.

They stand by themselves, so that a program that only judges texts need not make all the others:
those take longer to make than a hundred comments to judge.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]
JsonObject = dict[str, JsonValue]


# ------------------------------------------------------------------------------ closed sets


class Language(StrEnum):
    EN = "en"
    UR = "ur"
    UR_LATN = "ur-Latn"
    AR = "ar"
    MIXED = "mixed"
    PS = "ps"
    SD = "sd"
    PNB = "pnb"
    FA = "fa"
    HI = "hi"
    OTHER = "other"
    UND = "und"


class Coverage(StrEnum):
    COVERED = "covered"
    WEAK = "weakly_covered"
    NOT_COVERED = "not_covered"
    NOT_CHECKED = "not_checked"


class FeedbackKind(StrEnum):
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    POLICY_VIEW = "policy_view"
    QUESTION = "question"
    PRAISE = "praise"
    OTHER = "other"


PROTECTED_KINDS = frozenset(
    {FeedbackKind.COMPLAINT, FeedbackKind.SUGGESTION, FeedbackKind.POLICY_VIEW}
)


class Sentiment(StrEnum):
    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Flag(StrEnum):
    """Why an assessed comment stands in the queue, or that it does not."""

    NONE = "none"
    FLAGGED = "flagged"
    SEVERE = "severe"
    NOT_COVERED = "not_covered"
    NOT_CHECKED = "not_checked"


class ReasonCode(StrEnum):
    """PRODUCT.md 7. The only grounds on which a comment may be removed."""

    OBSCENE = "OM-5-OFF-1"
    SLUR = "OM-5-OFF-2"
    PERSONAL_ABUSE = "OM-5-OFF-3"
    THREAT = "OM-5-OBJ-1"
    PRIVATE_DATA = "OM-5-OBJ-2"
    SECTARIAN = "OM-5-OBJ-3"
    SPAM = "OM-5-INA-1"
    FLOOD = "OM-5-INA-2"
    OTHER = "OM-5-X"


class NonReason(StrEnum):
    """PRODUCT.md 7. Grounds that can never be chosen for a removal."""

    CRITICISES_POLICY = "NR-1"
    EMBARRASSES_GOVERNMENT = "NR-2"
    COMPLAINS_OF_OFFICE = "NR-3"
    POLITICAL_OPINION = "NR-4"
    HARSH_TONE = "NR-5"
    LANGUAGE_OR_SPELLING = "NR-6"
    SCORE_ONLY = "NR-7"


class Verdict(StrEnum):
    KEEP = "keep"
    REMOVE = "remove"
    SPLIT = "split"
    COMPLAINT = "complaint"
    ESCALATE = "escalate"
    WAIT = "wait"
    UNDO = "undo"


REMOVING = frozenset({Verdict.REMOVE, Verdict.SPLIT})
CLOSING = frozenset({Verdict.KEEP, Verdict.REMOVE, Verdict.SPLIT, Verdict.COMPLAINT})


# ------------------------------------------------------------------------------ records


class Span(NamedTuple):
    """Characters [start, end) of the original text that drove a signal, and what they stand for."""

    start: int
    end: int
    label: str


class Signal(NamedTuple):
    """What one model or rule says. ``value`` None means that it did not run: never a zero."""

    name: str
    value: float | None
    version: str
    spans: tuple[Span, ...] = ()
    note: str = ""


class Reading(NamedTuple):
    """All that is known of one text before the policy speaks."""

    language: Language
    coverage: Coverage
    coverage_note: str
    signals: tuple[Signal, ...]
    feedback: tuple[FeedbackKind, ...]
    sentiment: Sentiment | None
    engine: str
    engine_version: str
    calibration: int | None = None  # the office's own calibration; None: the engine's own scores

    def value(self, name: str) -> float | None:
        """The named signal's value; None when it did not run or does not exist."""
        return next((s.value for s in self.signals if s.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """One line of an explanation: the rule that fired and the sentence that a person reads."""

    rule: str
    text: str


class Judgement(NamedTuple):
    """What the policy makes of a Reading. A flag is a reason to look, never a finding of fault."""

    flag: Flag
    reasons: tuple[ReasonCode, ...]  # suggested, best first
    protected: bool
    suggested: Verdict | None
    priority: float  # 0..1, severity only; age, reach and copies are added by the queue
    why: tuple[Why, ...]
    policy_version: int
