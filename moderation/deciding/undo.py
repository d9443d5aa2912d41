"""Undo: a new decision that takes the one before it back, with its action and its case."""

from __future__ import annotations

from datetime import datetime

from data.db import Tx
from data.model import REMOVING, CaseState, Comment, Decision, Role, User, Verdict
from data.store import cases, decisions, queue
from data.store.outbox import action_of_decision
from moderation.deciding.conflict import refuse_if_about
from moderation.deciding.decision_record import (
    Holds,
    Recorded,
    by_id,
    keep,
    lock,
    note,
    repeat,
)
from moderation.deciding.decision_rules import refuse, refuse_unless_decider
from moderation.deciding.outbox import cancel, reverse
from moderation.deciding.refused import RefusedCode


def undo_decision(
    tx: Tx, *, decision_id: int, by: User, key: str, holds: Holds, now: datetime
) -> Recorded:
    """Undoes a decision by a new one; its action is cancelled in the hold or reversed after it.

    An officer undoes their own among the last ``holds.undo_last``; a senior officer undoes any.
    """
    undone = by_id(tx, decision_id)
    comment = lock(tx, undone.comment_id, key)
    before = decisions.decision_by_key(tx, key)
    if before is not None:
        same = (before.undoes, before.by_user) == (decision_id, by.id)
        return repeat(tx, before, same)
    refuse_unless_decider(by)
    refuse_if_about(tx, by, comment)
    _refuse_undo(tx, undone, by, holds)
    decision = keep(
        tx,
        decisions.NewDecision(
            comment_id=comment.id,
            revision_id=comment.revision.id,
            verdict=Verdict.UNDO,
            by_user=by.id,
            policy_version=undone.policy_version,
            key=key,
            expected=undone.id,
            undoes=undone.id,
        ),
        now,
    )
    action_id, notice = _take_back(tx, undone, decision, comment, now)
    cases.set_case_state(tx, undone.id, CaseState.CLOSED)
    note(tx, by, decision, now)
    queue.release(tx, comment.id, by.id)
    return Recorded(
        decision=decision,
        action_id=action_id,
        awaits_second=False,
        repeated=False,
        notice=notice,
    )


def _take_back(
    tx: Tx, undone: Decision, undo: Decision, comment: Comment, now: datetime
) -> tuple[int | None, str]:
    """Only what the undone decision asked for: a comment kept hidden before stays as it was."""
    if undone.verdict in REMOVING and not undone.awaits_second:
        return reverse(tx, undo, comment, "undone", now)
    cancel(tx, action_of_decision(tx, undone.id), why="undone", now=now)
    return None, ""


def _refuse_undo(tx: Tx, undone: Decision, by: User, holds: Holds) -> None:
    own = undone.by_user == by.id
    if not own and by.role is not Role.SENIOR:
        refuse(
            RefusedCode.UNDO_NOT_YOURS,
            "Only the officer who decided, or a senior officer, undoes a decision.",
        )
    current = decisions.current_decision(tx, undone.comment_id)
    if undone.verdict is Verdict.UNDO or current is None or current.id != undone.id:
        refuse(
            RefusedCode.UNDO_NOT_CURRENT,
            f"Decision {undone.id} no longer stands: it was undone or decided anew. Look at the "
            "comment's history.",
        )
    last = [d.id for d in decisions.last_decisions_by(tx, by.id, holds.undo_last)]
    if by.role is not Role.SENIOR and undone.id not in last:
        refuse(
            RefusedCode.UNDO_TOO_OLD,
            f"You can undo your last {holds.undo_last} decisions; this one is older. Ask a senior "
            "officer.",
        )
