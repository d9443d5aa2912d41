"""Carrying decisions out: each due action goes one step, and every step is kept before the next.

Read the comment afresh, keep the evidence, append SENT, commit, send, append what came back. A
crash between leaves SENT, which means *outcome unknown*: the next run reads the comment back before
it does anything, so nothing is done twice with effect and nothing is lost. An action is claimed by
one enforcer; the claim ends by itself. Where a platform takes many comments in one call, what is
due of one kind goes together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from types import TracebackType

from data.db import Database, Tx
from data.model import Action, EnforcementState
from data.store import comments, decisions, outbox
from data.store.write_stops import stop_of
from moderation.carrying_out.attempts import append, may_try
from moderation.carrying_out.outcomes import Left, Task, judge_fresh, judge_read_back, keep_result
from moderation.carrying_out.settle import earlier_is_on_its_way, settle
from moderation.platforms.base import (
    BatchSide,
    RequestPlan,
    Seen,
    SendResult,
    SendStatus,
    WriteSide,
)

S = EnforcementState


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforceTally:
    """What one run did, in actions by the state each was left in. ``unknown``: sent, no answer."""

    accepted: int = 0
    verified: int = 0
    refused: int = 0
    gone: int = 0
    failed: int = 0
    unknown: int = 0
    text_changed: int = 0
    by_hand: int = 0
    dry_run: int = 0
    cancelled: int = 0
    errors: tuple[str, ...] = ()


_COUNTED: Mapping[EnforcementState, str] = {
    S.ACCEPTED: "accepted",
    S.VERIFIED: "verified",
    S.REFUSED: "refused",
    S.GONE: "gone",
    S.FAILED: "failed",
    S.SENT: "unknown",
    S.TEXT_CHANGED: "text_changed",
    S.BY_HAND: "by_hand",
    S.DRY_RUN: "dry_run",
    S.CANCELLED: "cancelled",
}


def carry_out_decisions(
    db: Database,
    write_sides: Mapping[int, WriteSide],
    *,
    owner: str,
    clock: Callable[[], datetime],
    page: int = 200,
) -> EnforceTally:
    """Takes every due action one step, ``page`` at a time. Two enforcers at once act once.

    A source that cannot be reached, or asks to be left alone, is not called again in this run.
    """
    run = _Run(db=db, sides=write_sides, me=f"{owner[:60]}/{token_hex(4)}", clock=clock)
    counts, after = dict.fromkeys(_COUNTED.values(), 0), 0
    while True:
        with db.read() as tx:
            due = outbox.due_actions(tx, now=clock(), after=after, limit=page)
        for together in run.grouped(due):
            for left_in in run.step(together):
                counts[_COUNTED[left_in]] += 1
        if len(due) < page:
            return EnforceTally(**counts, errors=tuple(run.errors))
        after = due[-1].id


@dataclass(slots=True, kw_only=True)
class _Run:
    db: Database
    sides: Mapping[int, WriteSide]
    me: str
    clock: Callable[[], datetime]
    down: set[int] = field(default_factory=set[int])
    errors: list[str] = field(default_factory=list[str])

    def grouped(self, due: Sequence[Action]) -> Iterator[list[Action]]:
        """What goes in one call: as many of one kind as the platform takes; else one by one."""
        waiting: dict[tuple[int, str], list[Action]] = {}
        for action in due:
            side = self.sides.get(action.source_id)
            if not isinstance(side, BatchSide):
                yield [action]
                continue
            key = (action.source_id, action.kind.value)
            waiting.setdefault(key, []).append(action)
            if len(waiting[key]) >= side.can.batch:
                yield waiting.pop(key)
        yield from waiting.values()

    def step(self, together: Sequence[Action]) -> list[EnforcementState]:
        """The states that the actions were left in, without those that were not ours to take."""
        if together[0].source_id in self.down:
            return []
        tasks: list[Task] = []
        left: list[EnforcementState | None] = []
        for due in together:
            with self._recorded(due):
                taken = self._taken(due)
                tasks.append(taken) if isinstance(taken, Task) else left.append(taken)
        if tasks:
            with self._recorded(tasks[0].action):
                left += self._send(tasks)
        return [state for state in left if state is not None]

    def _recorded(self, action: Action) -> _Recorded:
        return _Recorded(self.errors, action)

    # -------------------------------------------------------------------------- taking

    def _lock(self, tx: Tx, action: Action) -> Action | None:
        decisions.lock_comment(tx, action.comment_id)  # the comment first, as decisions do
        return outbox.lock_action(tx, action.id)

    def _taken(self, due: Action) -> Task | EnforcementState | None:
        """The action with its claim, to be sent; or what became of it without."""
        with self.db.write() as tx:
            taken = self._take(tx, due)
        if isinstance(taken, Task) and taken.action.state is S.SENT:
            return self._read_back(taken)
        return taken

    def _take(self, tx: Tx, due: Action) -> Task | EnforcementState | None:
        """Claims the action; settles at once what needs no platform."""
        now = self.clock()
        action = self._lock(tx, due)
        if action is None or action.state not in (S.HELD, S.SENT, S.FAILED):
            return None
        if not may_try(tx, action, now=now) or earlier_is_on_its_way(tx, action):
            return None
        if not outbox.claim_action(tx, action.id, self.me, now=now):
            return None
        comment = comments.get_comment(tx, action.comment_id)
        assert comment is not None  # a foreign key of the action
        side = self.sides.get(action.source_id)
        on_its_way = action.state is S.SENT
        settled = None if on_its_way else settle(tx, action, comment, side, now)
        stopped = not on_its_way and stop_of(tx, action.source_id) is not None
        if settled is None and side is not None and not stopped:
            return Task(action=action, comment=comment, side=side)
        outbox.release_action(tx, action.id, self.me)
        return settled

    # -------------------------------------------------------------------------- sending

    def _send(self, tasks: Sequence[Task]) -> list[EnforcementState | None]:
        left: list[EnforcementState | None] = []
        ready: list[tuple[Task, RequestPlan]] = []
        for task, seen in zip(tasks, _fresh(tasks), strict=True):
            plan = self._prepare(task, seen)
            ready.append((task, plan)) if isinstance(plan, RequestPlan) else left.append(plan)
        if ready:
            results = _sent(tasks[0].side, [plan for _, plan in ready])
            for (task, _), result in zip(ready, results, strict=True):
                left.append(self._keep(task, result))
        return left

    def _keep(self, task: Task, result: SendResult) -> EnforcementState:
        with self.db.write() as tx:
            self._lock(tx, task.action)
            left = keep_result(tx, task, task.action, result, self.clock())
            outbox.release_action(tx, task.action.id, self.me)
        return self._noted(task.action, left)

    def _prepare(self, task: Task, seen: Seen) -> RequestPlan | EnforcementState | None:
        """By the fresh reading: evidence and SENT in one transaction; or why it is not sent."""
        now = self.clock()
        with self.db.write() as tx:
            action = self._still_mine(tx, task)
            if action is None:
                return None
            found = judge_fresh(tx, task, action, seen, now)
            if isinstance(found, Left):
                outbox.release_action(tx, action.id, self.me)
                return self._noted(action, found)
            plan = task.side.build(action.kind, task.comment)
            append(tx, action, S.SENT, now=now, detail=found, request=plan.as_json())
        return plan

    def _still_mine(self, tx: Tx, task: Task) -> Action | None:
        """The action, unless it was cancelled, or taken over because our claim ran out."""
        action = self._lock(tx, task.action)
        if action is None or outbox.claimed_by(tx, action.id) != self.me:
            return None
        if action.state is not task.action.state:
            outbox.release_action(tx, action.id, self.me)
            return None
        return action

    def _noted(self, action: Action, left: Left) -> EnforcementState:
        if left.alone:
            self.down.add(action.source_id)
        return left.state

    # -------------------------------------------------------------------------- reading back

    def _read_back(self, task: Task) -> EnforcementState | None:
        """An action whose outcome is unknown: what the platform shows decides."""
        if task.action.source_id in self.down:
            with self.db.write() as tx:
                outbox.release_action(tx, task.action.id, self.me)
            return None
        seen = task.side.observe(task.comment)
        now = self.clock()
        with self.db.write() as tx:
            action = self._still_mine(tx, task)
            if action is None:
                return None
            left = judge_read_back(tx, task, action, seen, now)
            outbox.release_action(tx, action.id, self.me)
        return self._noted(task.action, left)


@dataclass(slots=True)
class _Recorded:
    """What breaks with one action is written down; it stops no other."""

    errors: list[str]
    action: Action

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.errors.append(f"action {self.action.id}: {type(error).__name__}")
        return True


def _fresh(tasks: Sequence[Task]) -> Sequence[Seen]:
    side, about = tasks[0].side, [task.comment for task in tasks]
    if isinstance(side, BatchSide) and len(about) > 1:
        return side.fresh_many(about)
    return [side.fresh(comment) for comment in about]


def _sent(side: WriteSide, plans: Sequence[RequestPlan]) -> list[SendResult]:
    """One call for all. A refusal of many says nothing of each: they are asked one by one."""
    if len(plans) == 1 or not isinstance(side, BatchSide):
        return [side.send(plan) for plan in plans]
    result = side.send(side.join(plans))
    if result.status in (SendStatus.REFUSED, SendStatus.GONE):
        return [side.send(plan) for plan in plans]
    return [result] * len(plans)
