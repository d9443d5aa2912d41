"""The only way a decision is made: by screen, command line and bulk action alike.

One call is one decision in the caller's transaction: the rules, the append-only record, what it
asks of the platform, the complaint case, the audit entry and the end of the officer's claim. It
raises Refused and changes nothing when a rule stands against it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from data.day import DEFAULT_ZONE, local_day
from data.db import Tx
from data.model import REMOVING, Comment, Decision, Verdict
from data.store import cases, decisions, queue
from data.store.assessments import current_assessment
from data.store.comments import get_comment
from moderation.deciding.conflict import refuse_if_about
from moderation.deciding.decision_record import Holds, Recorded, by_id, keep, lock, note, repeat
from moderation.deciding.decision_rules import (
    DecisionRequest,
    Known,
    needs_second,
    refuse,
    refuse_unless_allowed,
    refuse_unless_decider,
    told,
)
from moderation.deciding.outbox import ask_for, reverse, take_back
from moderation.deciding.refused import Refused, RefusedCode
from moderation.deciding.undo import undo_decision

__all__ = [
    "DecisionRequest",
    "Filing",
    "Holds",
    "Recorded",
    "Refused",
    "RefusedCode",
    "record_decision",
    "undo_decision",
    "would_be_proposal",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """When a complaint falls due where the officer named no day."""

    due_after: timedelta = timedelta(days=14)
    zone: str = DEFAULT_ZONE


def record_decision(
    tx: Tx,
    request: DecisionRequest,
    *,
    policy_version: int,
    holds: Holds,
    now: datetime,
    filing: Filing | None = None,
) -> Recorded:
    """Records one decision with all that follows from it, in the caller's writing transaction.

    The same key with the same content gives the decision made before and no second effect.
    Raises Refused; the caller's transaction is then to be rolled back.
    """
    comment = lock(tx, request.comment_id, request.key)
    before = decisions.decision_by_key(tx, request.key)
    if before is not None:
        proposal = None if before.second_of is None else by_id(tx, before.second_of)
        return repeat(tx, before, _same(before, _with_ground_of(request, proposal)))
    refuse_unless_decider(request.by)
    refuse_if_about(tx, request.by, comment)
    known = _known(tx, comment)
    request = _with_ground_of(request, known.proposal)
    refuse_unless_allowed(request, known)
    awaits = needs_second(request, known)
    decision = _append(tx, request, known, awaits, policy_version, now)
    filing = filing or Filing()
    action_id, notice = _follow_up(tx, request, known, decision, holds, filing, now)
    note(tx, request.by, decision, now)
    queue.release(tx, comment.id, request.by.id)
    return Recorded(
        decision=decision,
        action_id=action_id,
        awaits_second=awaits,
        repeated=False,
        notice=notice,
    )


# ------------------------------------------------------------------------------ before


def would_be_proposal(tx: Tx, request: DecisionRequest) -> bool:
    """Asks every rule what it would say to this request, and writes nothing.

    True when it would be recorded as a proposal, for another officer to confirm. Raises Refused
    as ``record_decision`` would.
    """
    comment = get_comment(tx, request.comment_id)
    if comment is None:
        refuse(RefusedCode.UNKNOWN_COMMENT, f"There is no comment {request.comment_id!r}.")
    refuse_unless_decider(request.by)
    refuse_if_about(tx, request.by, comment)
    known = _known(tx, comment)
    request = _with_ground_of(request, known.proposal)
    refuse_unless_allowed(request, known)
    return needs_second(request, known)


def _known(tx: Tx, comment: Comment) -> Known:
    return Known(
        comment=comment,
        assessment=current_assessment(tx, comment.id),
        newest=decisions.current_decision(tx, comment.id),
        waits=decisions.waits_of(tx, comment.id, comment.revision.id),
    )


def _with_ground_of(request: DecisionRequest, proposal: Decision | None) -> DecisionRequest:
    """The confirming officer who names no code of their own confirms the one proposed."""
    if proposal is None or request.verdict not in REMOVING or request.reason is not None:
        return request
    return replace(
        request,
        reason=proposal.reason,
        reason_text=request.reason_text or proposal.reason_text,
        span=request.span or (proposal.span if request.verdict is Verdict.SPLIT else None),
    )


def _same(before: Decision, request: DecisionRequest) -> bool:
    asked = (
        request.comment_id,
        request.revision_id,
        request.verdict,
        request.by.id,
        request.reason,
        told(request.reason_text),
        request.theme,
        request.span,
    )
    return asked == (
        before.comment_id,
        before.revision_id,
        before.verdict,
        before.by_user,
        before.reason,
        before.reason_text,
        before.theme,
        before.span,
    )


# ------------------------------------------------------------------------------ what follows


def _append(
    tx: Tx,
    request: DecisionRequest,
    known: Known,
    awaits: bool,
    policy_version: int,
    now: datetime,
) -> Decision:
    answered = known.standing
    asked = answered is not None and (
        answered.awaits_second or answered.verdict is Verdict.ESCALATE
    )
    return keep(
        tx,
        decisions.NewDecision(
            comment_id=request.comment_id,
            revision_id=request.revision_id,
            verdict=request.verdict,
            by_user=request.by.id,
            policy_version=policy_version,
            key=request.key,
            expected=None if known.newest is None else known.newest.id,
            reason=request.reason,
            reason_text=told(request.reason_text),
            awaits_second=awaits,
            second_of=answered.id if asked and answered is not None else None,
            theme=request.theme,
            span=request.span,
        ),
        now,
    )


def _follow_up(
    tx: Tx,
    request: DecisionRequest,
    known: Known,
    decision: Decision,
    holds: Holds,
    filing: Filing,
    now: datetime,
) -> tuple[int | None, str]:
    """The action and the case that the decision asks for; a proposal asks for nothing yet."""
    if decision.awaits_second or request.verdict in (Verdict.WAIT, Verdict.ESCALATE):
        return None, ""
    if request.verdict in (Verdict.SPLIT, Verdict.COMPLAINT):
        _open_case(tx, request, decision, filing, now)
    if request.verdict not in REMOVING:  # an earlier text may have been taken down: put it back
        return reverse(tx, decision, known.comment, "superseded by a newer decision", now)
    take_back(tx, known.comment.id, why="superseded by a newer decision", now=now)
    action_id = ask_for(
        tx,
        decision_id=decision.id,
        comment=known.comment,
        kind=request.action,
        hold_until=now + holds.of(request.action),
        now=now,
    )
    return action_id, ""


def _open_case(
    tx: Tx, request: DecisionRequest, decision: Decision, filing: Filing, now: datetime
) -> None:
    cases.open_case(
        tx,
        comment_id=request.comment_id,
        decision_id=decision.id,
        theme=request.theme,
        office=told(request.office),
        place=told(request.place),
        due_on=request.due_on or local_day(now + filing.due_after, filing.zone),
        now=now,
    )
