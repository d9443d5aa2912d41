"""Carrying decisions out: each due action goes one step, and every step is kept before the next.

Read the comment afresh, keep the evidence, append SENT, commit, send, append what came back. A
crash between leaves SENT, which means *outcome unknown*: the next run reads the comment back before
it does anything, so nothing is done twice with effect and nothing is lost. An action is claimed by
one enforcer; the claim ends by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex

from data.db import Database, Tx
from data.model import (
    Action,
    ActionKind,
    Comment,
    EnforcementState,
    Liveness,
    text_sha256,
)
from data.store import comments, decisions, outbox
from moderation.attempts import append, append_failed, may_try
from moderation.evidence import keep_evidence
from moderation.platforms.base import (
    RequestPlan,
    Seen,
    SendResult,
    SendStatus,
    WriteSide,
    reached,
)
from moderation.settle import decided_sha, earlier_is_on_its_way, mark_seen, settle, superseded

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
    counts, errors, after = dict.fromkeys(_COUNTED.values(), 0), list[str](), 0
    while True:
        with db.read() as tx:
            due = outbox.due_actions(tx, now=clock(), after=after, limit=page)
        for action in due:
            if action.source_id in run.down:
                continue
            try:
                left_in = run.step(action)
            except Exception as error:  # noqa: BLE001 - recorded; one bad action stops no other
                errors.append(f"action {action.id}: {type(error).__name__}")
                continue
            if left_in is not None:
                counts[_COUNTED[left_in]] += 1
        if len(due) < page:
            return EnforceTally(**counts, errors=tuple(errors))
        after = due[-1].id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """An action that is claimed, with what is needed to take its next step."""

    action: Action
    comment: Comment
    side: WriteSide


@dataclass(slots=True, kw_only=True)
class _Run:
    db: Database
    sides: Mapping[int, WriteSide]
    me: str
    clock: Callable[[], datetime]
    down: set[int] = field(default_factory=set[int])

    def step(self, due: Action) -> EnforcementState | None:
        """The state that the action was left in; None when it was not ours to take."""
        with self.db.write() as tx:
            taken = self._take(tx, due)
        if not isinstance(taken, _Task):
            return taken
        if taken.action.state is S.SENT:
            return self._read_back(taken)
        plan = self._prepare(taken)
        if not isinstance(plan, RequestPlan):
            return plan
        result = taken.side.send(plan)
        with self.db.write() as tx:
            self._lock(tx, taken.action)
            left_in = self._keep_result(tx, taken.action, result)
            outbox.release_action(tx, taken.action.id, self.me)
        return left_in

    # -------------------------------------------------------------------------- taking

    def _lock(self, tx: Tx, action: Action) -> Action | None:
        decisions.lock_comment(tx, action.comment_id)  # the comment first, as decisions do
        return outbox.lock_action(tx, action.id)

    def _take(self, tx: Tx, due: Action) -> _Task | EnforcementState | None:
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
        settled = None if action.state is S.SENT else settle(tx, action, comment, side, now)
        if settled is None and side is not None:
            return _Task(action=action, comment=comment, side=side)
        outbox.release_action(tx, action.id, self.me)
        return settled

    # -------------------------------------------------------------------------- sending

    def _prepare(self, task: _Task) -> RequestPlan | EnforcementState | None:
        """The fresh reading, then evidence and SENT in one transaction; or why it is not sent."""
        seen = task.side.fresh(task.comment)
        now = self.clock()
        with self.db.write() as tx:
            action = self._still_mine(tx, task)
            if action is None:
                return None
            found = self._judge_fresh(tx, action, task.comment, seen, now)
            if found is not None:
                outbox.release_action(tx, action.id, self.me)
                return found
            plan = task.side.build(action.kind, task.comment)
            append(tx, action, S.SENT, now=now, request=plan.as_json())
        return plan

    def _still_mine(self, tx: Tx, task: _Task) -> Action | None:
        """The action, unless it was cancelled, or taken over because our claim ran out."""
        action = self._lock(tx, task.action)
        if action is None or outbox.claimed_by(tx, action.id) != self.me:
            return None
        if action.state is not task.action.state:
            outbox.release_action(tx, action.id, self.me)
            return None
        return action

    def _judge_fresh(
        self, tx: Tx, action: Action, comment: Comment, seen: Seen, now: datetime
    ) -> EnforcementState | None:
        """What the fresh reading forbids, or has done already; None when it may be sent."""
        if seen.liveness is Liveness.GONE:
            append(tx, action, S.GONE, now=now, detail="the comment is no longer there")
            return S.GONE
        if seen.liveness is not Liveness.ALIVE or seen.text is None:
            detail = f"could not be read before acting: {seen.problem or seen.liveness.value}"
            append_failed(tx, action, now=now, detail=detail, counts=False)
            self.down.add(action.source_id)
            return S.FAILED
        taking_down = action.kind is not ActionKind.UNHIDE
        if taking_down and text_sha256(seen.text) != decided_sha(tx, action, comment):
            append(tx, action, S.TEXT_CHANGED, now=now, detail="the text is not the one decided on")
            return S.TEXT_CHANGED
        mark_seen(tx, comment, seen, now)
        if taking_down:
            keep_evidence(tx, action, comment, seen, now=now)
        if reached(action.kind, seen):
            append(tx, action, S.VERIFIED, now=now, detail="it was so already; nothing was sent")
            return S.VERIFIED
        return None

    def _keep_result(self, tx: Tx, action: Action, result: SendResult) -> EnforcementState:
        now = self.clock()
        told = result.response
        match result.status:
            case SendStatus.ACCEPTED:
                append(tx, action, S.ACCEPTED, now=now, detail=result.detail, response=told)
                return S.ACCEPTED
            case SendStatus.REFUSED:
                append(tx, action, S.REFUSED, now=now, detail=result.detail, response=told)
                return S.REFUSED
            case SendStatus.GONE:
                # A deletion that is told "gone" after an earlier try without answer was done.
                done = action.kind is ActionKind.REMOVE and action.attempts > 0
                state = S.VERIFIED if done else S.GONE
                append(tx, action, state, now=now, detail=result.detail, response=told)
                return state
            case SendStatus.UNKNOWN:
                return S.SENT  # stays as it is: the next run reads back first
            case SendStatus.RATE | SendStatus.FAILED:  # the platform's trouble, not the act's
                append_failed(
                    tx,
                    action,
                    now=now,
                    detail=result.detail or result.status.value,
                    counts=False,
                    retry_after=result.retry_after,
                    response=told,
                )
                self.down.add(action.source_id)
                return S.FAILED

    # -------------------------------------------------------------------------- reading back

    def _read_back(self, task: _Task) -> EnforcementState | None:
        """An action whose outcome is unknown: what the platform shows decides."""
        seen = task.side.observe(task.comment)
        now = self.clock()
        with self.db.write() as tx:
            action = self._still_mine(tx, task)
            if action is None:
                return None
            left_in = self._judge_read_back(tx, action, task, seen, now)
            outbox.release_action(tx, action.id, self.me)
        return left_in

    def _judge_read_back(
        self, tx: Tx, action: Action, task: _Task, seen: Seen, now: datetime
    ) -> EnforcementState:
        done = reached(action.kind, seen)
        mark_seen(tx, task.comment, seen, now)
        if done:
            append(tx, action, S.VERIFIED, now=now, detail="no answer came, but it was done")
            return S.VERIFIED
        if seen.liveness is Liveness.GONE:
            append(tx, action, S.GONE, now=now, detail="the comment is no longer there")
            return S.GONE
        if done is None and (task.side.can.reads_state or seen.liveness is not Liveness.ALIVE):
            self.down.add(action.source_id)
            return S.SENT
        if superseded(tx, action):
            append(tx, action, S.CANCELLED, now=now, detail="undone while it was on its way")
            return S.CANCELLED
        how = "it was not done" if done is False else "whether it was done cannot be read"
        append_failed(tx, action, now=now, detail=f"no answer came; {how}", counts=True)
        return S.FAILED
