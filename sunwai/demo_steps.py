"""The steps of the sample organisation's past: written down when planned, then taken in order.

Each step bears being taken twice: a decision by its key, the rest because nothing asks for it any
more. So a load that was cut off takes all steps of its day again and none has a second effect.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import cast

from data.db import Tx
from data.model import (
    Comment,
    Decision,
    EnforcementState,
    JsonObject,
    ReasonCode,
    User,
    Verdict,
    utc,
)
from data.store import comments, decisions, jobs, outbox, queue, reports, users
from moderation.carrying_out.by_hand import confirm_by_hand, retry_action
from moderation.carrying_out.enforce import carry_out_decisions
from moderation.deciding.decide import DecisionRequest, Refused, record_decision, undo_decision
from sunwai.jobs import report_day
from sunwai.logs import logger
from sunwai.wiring import House

OWNER = "sample"
GLANCE = timedelta(seconds=25)  # how long before deciding the card was opened


class Act(StrEnum):
    """One step of a plan."""

    DECIDE = "decide"
    SECOND = "second"  # the senior officer answers a proposed removal or a question
    UNDO = "undo"
    CARRY_OUT = "carry_out"  # what is due goes onto the work sheet
    CONFIRM = "confirm"  # the officer says that it was done by hand
    RETRY = "retry"
    REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What somebody does at an instant; without effect where nothing asks for it any more."""

    at: datetime
    act: Act
    comment: str = ""
    revision: int = 0
    by: str = ""
    key: str = ""
    verdict: Verdict = Verdict.KEEP
    reason: ReasonCode | None = None
    text: str = ""
    theme: str | None = None
    office: str = ""
    place: str = ""
    span: tuple[int, int] | None = None

    def as_object(self) -> JsonObject:
        return {
            "at": self.at.isoformat(),
            "act": self.act.value,
            "comment": self.comment,
            "revision": self.revision,
            "by": self.by,
            "key": self.key,
            "verdict": self.verdict.value,
            "reason": None if self.reason is None else self.reason.value,
            "text": self.text,
            "theme": self.theme,
            "office": self.office,
            "place": self.place,
            "span": None if self.span is None else list(self.span),
        }


def step_of(told: JsonObject) -> Step:
    """The step as ``as_object`` wrote it. Raises KeyError or ValueError for anything else."""
    span = told["span"]
    return Step(
        at=datetime.fromisoformat(str(told["at"])),
        act=Act(str(told["act"])),
        comment=str(told["comment"]),
        revision=int(str(told["revision"])),
        by=str(told["by"]),
        key=str(told["key"]),
        verdict=Verdict(str(told["verdict"])),
        reason=None if told["reason"] is None else ReasonCode(str(told["reason"])),
        text=str(told["text"]),
        theme=None if told["theme"] is None else str(told["theme"]),
        office=str(told["office"]),
        place=str(told["place"]),
        span=(int(str(span[0])), int(str(span[1]))) if isinstance(span, list) else None,
    )


def in_order(steps: Sequence[Step]) -> list[Step]:
    """By instant; of one instant as they were planned."""
    return sorted(steps, key=lambda step: utc(step.at))


def write_plan(path: Path, steps: Sequence[Step]) -> None:
    """Writes the plan whole or not at all."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps([step.as_object() for step in steps], ensure_ascii=False), "utf-8")
    draft.replace(path)


def read_plan(path: Path) -> list[Step]:
    """The steps of a written plan. Raises ValueError for a file that is none."""
    return [step_of(told) for told in cast(list[JsonObject], json.loads(path.read_text("utf-8")))]


# ------------------------------------------------------------------------------ taking them


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """The sample people at work in the house, whose clock is set to each step's instant."""

    house: House
    set_clock: Callable[[datetime], None]
    policy_version: int

    def take(self, step: Step) -> None:
        """Takes the step at its instant. What a rule refuses is logged and stays undone."""
        self.set_clock(step.at)
        try:
            self._taken_by(step.act)(step)
        except Refused as refused:
            logger().warning("sample step refused", comment=step.comment, why=str(refused))

    def _taken_by(self, act: Act) -> Callable[[Step], None]:
        ways = {
            Act.DECIDE: self._decide,
            Act.SECOND: self._answer,
            Act.UNDO: self._undo,
            Act.CARRY_OUT: self._carry_out,
            Act.CONFIRM: self._confirm,
            Act.RETRY: self._retry,
            Act.REPORT: self._report,
        }
        return ways[act]

    def _decide(self, step: Step) -> None:
        with self.house.db.write() as tx:
            comment, _ = _known(tx, step)
            if comment.revision.no == step.revision and comment.missing_since is None:
                self._record(tx, step, comment)

    def _answer(self, step: Step) -> None:
        with self.house.db.write() as tx:
            comment, standing = _known(tx, step)
            if standing is None or standing.revision_id != comment.revision.id:
                return
            if standing.awaits_second or standing.verdict is Verdict.ESCALATE:
                self._record(tx, step, comment)

    def _record(self, tx: Tx, step: Step, comment: Comment) -> None:
        standing = decisions.current_decision(tx, step.comment)
        by = _person(tx, step.by)
        queue.note_glance(tx, comment.revision.id, by.id, now=step.at - GLANCE)
        request = DecisionRequest(
            comment_id=step.comment,
            revision_id=comment.revision.id,
            verdict=step.verdict,
            by=by,
            key=step.key,
            expected=None if standing is None else standing.id,
            reason=step.reason,
            reason_text=step.text,
            theme=step.theme,
            office=step.office,
            place=step.place,
            span=step.span,
        )
        holds = self.house.holds
        record_decision(tx, request, policy_version=self.policy_version, holds=holds, now=step.at)

    def _undo(self, step: Step) -> None:
        with self.house.db.write() as tx:
            _, standing = _known(tx, step)
            if standing is None or decisions.decision_by_key(tx, step.key) is not None:
                return
            undo_decision(
                tx,
                decision_id=standing.id,
                by=_person(tx, step.by),
                key=step.key,
                holds=self.house.holds,
                now=step.at,
            )

    def _carry_out(self, _step: Step) -> None:
        carry_out_decisions(self.house.db, {}, owner=OWNER, clock=self.house.clock)

    def _confirm(self, step: Step) -> None:
        with self.house.db.write() as tx:
            for action in outbox.actions_of_comment(tx, step.comment):
                if action.state is EnforcementState.BY_HAND:
                    confirm_by_hand(tx, action.id, _person(tx, step.by), now=step.at)

    def _retry(self, step: Step) -> None:
        with self.house.db.write() as tx:
            for action in outbox.actions_of_comment(tx, step.comment):
                if action.state is EnforcementState.CONFLICT:
                    retry_action(tx, action.id, _person(tx, step.by), now=step.at)

    def _report(self, step: Step) -> None:
        """The report of the day that ended two hours before, noted as the scheduler would."""
        day = date.fromisoformat(step.key)
        with self.house.db.read() as tx:
            known = reports.newest_of_day(tx, day)
        if known is None:
            report_day(self.house, day)
        with self.house.db.write() as tx:
            if jobs.claim_slot(tx, "report", day.isoformat(), OWNER, now=step.at):
                jobs.end_slot(tx, "report", day.isoformat(), OWNER, now=step.at)


def _known(tx: Tx, step: Step) -> tuple[Comment, Decision | None]:
    comment = comments.get_comment(tx, step.comment)
    assert comment is not None, "planned for a comment that is gone from the store"
    return comment, decisions.current_decision(tx, step.comment)


def _person(tx: Tx, name: str) -> User:
    found = users.user_by_name(tx, name)
    assert found is not None, f"the sample user {name} is gone"
    return found
