"""The write side of a platform: what an enforcer needs of it, and nothing else.

A write side never decides: it builds the one request that an action stands for, reads one comment
as it is now, sends, and says in our words what came back. It raises nothing for what a platform or
a network may do; every such thing has a status here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from data.model import (
    ActionKind,
    Comment,
    ErrorClass,
    JsonObject,
    JsonValue,
    Liveness,
    Visibility,
)

HIDDEN_STATES = frozenset(
    {Visibility.HIDDEN, Visibility.HELD, Visibility.SPAM, Visibility.REJECTED}
)


class SendStatus(StrEnum):
    """What is known once a request was sent."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # the platform says no, and will again
    GONE = "gone"  # there is no such comment any more
    UNKNOWN = "unknown"  # it may have been done: read back before anything else
    RATE = "rate"  # not done; come again later
    QUOTA = "quota"  # not done; the allowance of the day or the month is used up
    FAILED = "failed"  # certainly not done; may be tried again
    ABUSE_STOP = "abuse_stop"  # not done; the platform blocks this page's writing as abuse


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What the platform can do. ``reads_state``: whether a comment's visibility can be read by id.

    Where it cannot, an action stays ACCEPTED until a sweep shows the comment as wanted, or a person
    looks; ``why_weak`` is the sentence that says so. ``batch``: how many comments one call takes.
    """

    kinds: frozenset[ActionKind]
    irreversible: frozenset[ActionKind]
    reads_state: bool
    why_weak: str = ""
    batch: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPlan:
    """The exact request, without secrets: what is sent, and what a dry run shows.

    ``params`` are the query's; a list there is a name given often. ``body`` is sent as JSON.
    """

    method: str
    path: str
    params: JsonObject = field(default_factory=dict[str, JsonValue])
    body: JsonObject = field(default_factory=dict[str, JsonValue])

    def as_json(self) -> JsonObject:
        told: JsonObject = {"method": self.method, "path": self.path, "body": dict(self.body)}
        if self.params:
            told["params"] = dict(self.params)
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One comment read at the platform just now. ``problem`` says why it could not be read, and
    ``until`` before when it is no use to ask again. ``can_hide`` and ``can_remove`` are what the
    platform told with this reading; None = not told."""

    liveness: Liveness
    text: str | None = None
    visibility: Visibility = Visibility.UNKNOWN
    can_hide: bool | None = None
    can_remove: bool | None = None
    problem: str = ""
    error_class: ErrorClass | None = None
    until: datetime | None = None
    raw: JsonObject = field(default_factory=dict[str, JsonValue])


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """What came back, and for RATE and QUOTA how long the platform asks to be left alone: for so
    long from now, or until an instant."""

    status: SendStatus
    detail: str = ""
    response: JsonObject = field(default_factory=dict[str, JsonValue])
    retry_after: timedelta | None = None
    until: datetime | None = None
    error_class: ErrorClass | None = None


class WriteSide(Protocol):
    """One source's way back to its platform."""

    @property
    def can(self) -> Capabilities: ...

    def build(self, kind: ActionKind, comment: Comment) -> RequestPlan:
        """The request that this action stands for. Pure."""
        ...

    def fresh(self, comment: Comment) -> Seen:
        """The comment as it is now: text and visibility, before it is acted on."""
        ...

    def send(self, plan: RequestPlan) -> SendResult:
        """Sends it once. Never tries again by itself: that is the enforcer's to decide."""
        ...

    def observe(self, comment: Comment) -> Seen:
        """The comment's visibility after an action; UNKNOWN where the platform does not show it."""
        ...


@runtime_checkable
class BatchSide(WriteSide, Protocol):
    """A write side whose platform takes many comments of one kind of action in one call.

    All plans of a call are done, or none: a refusal of a call with many is asked again one by one.
    """

    def join(self, plans: Sequence[RequestPlan]) -> RequestPlan:
        """The one request for all of them; they are of one kind. Pure."""
        ...

    def fresh_many(self, comments: Sequence[Comment]) -> Sequence[Seen]:
        """Each comment as it is now, in the same order: what ``fresh`` says, in fewer calls."""
        ...


def reached(kind: ActionKind, seen: Seen) -> bool | None:
    """Whether the comment is as the action wants it; None when the reading does not say.

    A deletion has come about when the comment is gone, or rejected for good.
    """
    if seen.liveness is Liveness.GONE:
        return True if kind is ActionKind.REMOVE else None
    if seen.liveness is not Liveness.ALIVE:
        return None
    if kind is ActionKind.REMOVE:
        return seen.visibility is Visibility.REJECTED
    if seen.visibility is Visibility.UNKNOWN:
        return None
    hidden = seen.visibility in HIDDEN_STATES
    return hidden if kind is ActionKind.HIDE else not hidden
