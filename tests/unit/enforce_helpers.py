"""A small platform that can refuse, delay, forget and lose answers, and an outbox to work on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from data.db import Database
from data.model import (
    ActionKind,
    Comment,
    Enforcement,
    EnforcementState,
    Liveness,
    Platform,
    Visibility,
    WriteBack,
)
from data.store import outbox, sources
from moderation.carrying_out.enforce import EnforceTally, carry_out_decisions
from moderation.carrying_out.verify import VerifyTally, verify_actions
from moderation.platforms.base import (
    Capabilities,
    RequestPlan,
    Seen,
    SendResult,
    SendStatus,
    WriteSide,
)
from tests.tables import a_database
from tests.unit.decide_helpers import REMOVE, Desk, a_desk

ALL = frozenset(ActionKind)


class PlatformDied(Exception):
    """The process that sent the request is killed; what the platform did stays done."""


@dataclass
class FakePlatform:
    """Comments by native id. ``answers`` are used up one per write; none left: all goes well.

    "lose": done, but no answer. "drop": not done, no answer. "forget": accepted, not done.
    "refuse", "rate", "quota", "abuse", "unreachable": as they say. "die": done, and the sender is
    killed.
    ``effects`` tells each change of a comment's state, in order.
    """

    texts: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    answers: list[str] = field(default_factory=list)
    reading_problem: str = ""
    reading_until: datetime | None = None
    quota_until: datetime | None = None
    flags: dict[str, bool] = field(default_factory=dict)  # can_hide, can_remove as just told
    raw: bool = True  # whether a reading brings the platform's own answer
    sent: list[RequestPlan] = field(default_factory=list)
    effects: list[tuple[str, str]] = field(default_factory=list)
    reads: int = 0
    lock: Lock = field(default_factory=Lock)
    can: Capabilities = field(
        default_factory=lambda: Capabilities(
            kinds=ALL, irreversible=frozenset({ActionKind.REMOVE}), reads_state=True
        )
    )

    def build(self, kind: ActionKind, comment: Comment) -> RequestPlan:
        return RequestPlan(method="POST", path=comment.call_id, body={"do": kind.value})

    def fresh(self, comment: Comment) -> Seen:
        with self.lock:
            self.reads += 1
            if self.reading_problem:
                return Seen(
                    liveness=Liveness.UNDECIDED,
                    problem=self.reading_problem,
                    until=self.reading_until,
                )
            if comment.call_id in self.deleted:
                return Seen(liveness=Liveness.GONE)
            shown = Visibility.HIDDEN if comment.call_id in self.hidden else Visibility.PUBLIC
            text = self.texts.get(comment.call_id, comment.revision.text)
            return Seen(
                liveness=Liveness.ALIVE,
                text=text,
                visibility=shown,
                raw={"seen": text} if self.raw else {},
                **self.flags,
            )

    def observe(self, comment: Comment) -> Seen:
        seen = self.fresh(comment)
        if self.can.reads_state or seen.liveness is not Liveness.ALIVE:
            return seen
        return Seen(liveness=seen.liveness, text=seen.text)

    def send(self, plan: RequestPlan) -> SendResult:
        with self.lock:
            self.sent.append(plan)
            how = self.answers.pop(0) if self.answers else "do"
            if how == "refuse":
                return SendResult(status=SendStatus.REFUSED, detail="the platform says no")
            if how == "rate":
                wait = timedelta(seconds=90)
                return SendResult(status=SendStatus.RATE, detail="slower", retry_after=wait)
            if how == "quota":
                until = self.quota_until
                return SendResult(status=SendStatus.QUOTA, detail="enough for today", until=until)
            if how == "abuse":
                return SendResult(status=SendStatus.ABUSE_STOP, detail="blocked as abuse.")
            if how == "unreachable":
                return SendResult(status=SendStatus.FAILED, detail="nobody there")
            if how == "drop":
                return SendResult(status=SendStatus.UNKNOWN)
            if plan.path in self.deleted:
                return SendResult(status=SendStatus.GONE)
            if how != "forget":
                self._do(plan)
        if how == "die":
            raise PlatformDied
        return SendResult(status=SendStatus.UNKNOWN if how == "lose" else SendStatus.ACCEPTED)

    def _do(self, plan: RequestPlan) -> None:
        before = (plan.path in self.hidden, plan.path in self.deleted)
        what = plan.body["do"]
        if what == "remove":
            self.deleted.add(plan.path)
        elif what == "hide":
            self.hidden.add(plan.path)
        else:
            self.hidden.discard(plan.path)
        if (plan.path in self.hidden, plan.path in self.deleted) != before:
            self.effects.append((plan.path, str(what)))


@dataclass
class Outbox:
    """A desk whose source writes back to the fake platform."""

    desk: Desk
    platform: FakePlatform
    sides: dict[int, WriteSide]

    @property
    def db(self) -> Database:
        return self.desk.db

    def removed(self, text: str = "You are a fool and your father was one.") -> str:
        """A comment decided on, with its hold over."""
        comment_id = self.desk.comment(text)
        self.desk.decide(comment_id, **REMOVE)
        self.desk.later(seconds=10)
        return comment_id

    def enforce(self, owner: str = "test", page: int = 200) -> EnforceTally:
        return carry_out_decisions(
            self.db, self.sides, owner=owner, clock=lambda: self.desk.now, page=page
        )

    def verify(self) -> VerifyTally:
        return verify_actions(self.db, self.sides, clock=lambda: self.desk.now)

    def states(self, comment_id: str) -> list[EnforcementState]:
        """The present state of each action of the comment, oldest first."""
        return [a.state for a in self.desk.actions(comment_id)]

    def state(self, comment_id: str) -> EnforcementState:
        return self.states(comment_id)[-1]

    def past(self, comment_id: str) -> list[Enforcement]:
        """All attempts and findings of the comment's newest action."""
        with self.db.read() as tx:
            return outbox.attempts_of(tx, self.desk.actions(comment_id)[-1].id)

    def native(self, comment_id: str) -> str:
        return comment_id.removeprefix(f"{Platform.MOCK.value}:")

    def write_back(self, write_back: WriteBack) -> None:
        with self.db.write() as tx:
            sources.set_write_back(tx, self.desk.source.id, write_back)


def an_outbox(db: Database) -> Outbox:
    desk, platform = a_desk(db), FakePlatform()
    box = Outbox(desk=desk, platform=platform, sides={desk.source.id: platform})
    box.write_back(WriteBack.ON)
    return box


@contextmanager
def memory_outbox() -> Iterator[Outbox]:
    db = a_database()
    yield an_outbox(db)
    db.close()
