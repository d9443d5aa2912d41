"""Documents that change how comments are judged: versions of the policy and of the calibration.

A document is made as a draft by one person and put in force by another. Its body never changes;
what happens to it is stamped beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.model import JsonObject, utc


class DocumentKind(StrEnum):
    POLICY = "policy"
    CALIBRATION = "calibration"


class DocumentState(StrEnum):
    DRAFT = "draft"
    IN_FORCE = "in_force"
    REPLACED = "replaced"  # was in force until a later one was approved
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # was in force until somebody went back to the one before


class _Stamped:
    __slots__ = ()

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:  # pyright: ignore
            value = getattr(self, name)  # pyright: ignore
            if isinstance(value, datetime):
                object.__setattr__(self, name, utc(value))  # pyright: ignore


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(_Stamped):
    """One version. ``base`` is the version that was in force when the draft was made.

    ``shadow_id`` is the shadow run that the approval relied on; ``reason`` are the words that were
    given with an approval without one, with a rejection or with going back.
    """

    kind: DocumentKind
    version: int
    body: str
    sha256: str
    made_by: str
    made_at: datetime
    note: str
    base: int | None
    approved_by: str | None
    approved_at: datetime | None
    rejected_by: str | None
    rejected_at: datetime | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    reason: str
    shadow_id: int | None

    @property
    def is_draft(self) -> bool:
        """Whether nobody has decided on it yet."""
        return self.approved_at is None and self.rejected_at is None

    def state(self, in_force: int | None) -> DocumentState:
        """What it is, given the version in force."""
        if self.rejected_at is not None:
            return DocumentState.REJECTED
        if self.approved_at is None:
            return DocumentState.DRAFT
        if self.withdrawn_at is not None:
            return DocumentState.WITHDRAWN
        return DocumentState.IN_FORCE if self.version == in_force else DocumentState.REPLACED


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowRun(_Stamped):
    """A draft tried on past comments against what was in force; nothing was judged by it.

    ``result`` is what ``moderation.learning.shadow`` found; it holds ids and numbers, never a text.
    """

    id: int
    kind: DocumentKind
    version: int
    against_policy: int
    against_calibration: int | None
    engine_version: str
    since: datetime
    until: datetime
    by: str
    ran_at: datetime
    result: JsonObject


class ShadowState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowJob(_Stamped):
    """A shadow run that somebody asked for: how far it is in comments, and what came of it.

    ``attempts`` counts how often it was begun; one whose process died is begun anew.
    """

    id: int
    kind: DocumentKind
    version: int
    days: int
    user_id: int
    state: ShadowState
    attempts: int
    done: int
    total: int
    created_at: datetime
    ended_at: datetime | None
    shadow_id: int | None
    error: str | None

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (ShadowState.WAITING, ShadowState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judges:
    """What judges comments just now, by version: the target of a re-assessment."""

    policy_version: int
    calibration_version: int | None
    engine_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassessment(_Stamped):
    """One judging again of all comments after a change: how far it is, in comments.

    ``ended_at`` None: it still goes on, or its process died and the next one goes on with it.
    """

    id: int
    why: str
    by: str
    judges: Judges
    total: int
    done: int
    changed: int
    started_at: datetime
    beat_at: datetime
    ended_at: datetime | None
