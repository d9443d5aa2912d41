"""What the machine said of a comment, what an officer decided, and what still asks for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from data.model.comments import Comment
from data.model.kept import Aware
from data.reading import Judgement, Reading, ReasonCode, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Aware):
    """A Reading and its Judgement for one revision."""

    id: int
    comment_id: str
    revision_id: int
    reading: Reading
    judgement: Judgement
    assessed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Aware):
    """Append-only. ``awaits_second`` is a removal proposed that a second officer must confirm."""

    id: int
    comment_id: str
    revision_id: int
    verdict: Verdict
    reason: ReasonCode | None
    reason_text: str
    by_user: int
    decided_at: datetime
    policy_version: int
    awaits_second: bool
    second_of: int | None
    undoes: int | None
    key: str  # idempotency key: the same key given again is the same decision
    theme: str | None = None
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueItem(Aware):
    """One card: a comment whose current revision asks for a person and has no closing decision."""

    comment: Comment
    assessment: Assessment | None
    queue: str  # severe, waiting, not_covered, not_checked, second_look
    priority: float
    copies: int
    decision: Decision | None  # an open one: a proposed removal, an escalation, a wait
    held_by: int | None  # user id of a live claim
