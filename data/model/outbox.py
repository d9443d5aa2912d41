"""The outbox: what should happen on the platforms, each attempt at it, and its proof."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from data.model.kept import Aware
from data.reading import JsonObject


class ActionKind(StrEnum):
    HIDE = "hide"
    UNHIDE = "unhide"
    REMOVE = "remove"


class EnforcementState(StrEnum):
    """held > sent > accepted > verified | refused | gone | by hand > confirmed. PRODUCT.md 8."""

    HELD = "held"
    CANCELLED = "cancelled"  # undone inside the hold
    DRY_RUN = "dry_run"  # shown what would be sent; nothing was sent
    SENT = "sent"  # on its way; outcome not known yet
    ACCEPTED = "accepted"
    VERIFIED = "verified"
    REFUSED = "refused"
    GONE = "gone"
    FAILED = "failed"  # will be tried again
    TEXT_CHANGED = "text_changed"  # fresh read differs from what was decided on
    BY_HAND = "by_hand"
    CONFIRMED = "confirmed"
    CONFLICT = "conflict"  # somebody reversed it in the platform's own tool
    LEFT = "left"  # a conflict that a person looked at and left as the platform shows it


DONE_STATES = frozenset({EnforcementState.VERIFIED, EnforcementState.CONFIRMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Aware):
    """What should happen on the platform because of a decision; its state is its last attempt's."""

    id: int
    decision_id: int
    comment_id: str
    revision_id: int
    source_id: int
    kind: ActionKind
    by_hand: bool
    hold_until: datetime
    created_at: datetime
    state: EnforcementState
    state_at: datetime
    attempts: int
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforcement(Aware):
    """One attempt and its proof."""

    id: int
    action_id: int
    at: datetime
    state: EnforcementState
    detail: str
    request: JsonObject = field(default_factory=JsonObject)
    response: JsonObject = field(default_factory=JsonObject)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteStop(Aware):
    """Writing to a source's platform that was stopped; on until a person lifts it."""

    id: int
    source_id: int
    why: str
    stopped_at: datetime
    lifted_at: datetime | None
    lifted_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Aware):
    id: int
    action_id: int
    comment_id: str
    revision_id: int
    body: JsonObject
    sha256: str
    at: datetime
