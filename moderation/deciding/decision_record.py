"""How a decision is kept: the lock, the key that makes a repeat harmless, the row, the chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from data.db import Tx
from data.model import ActionKind, Comment, Decision, JsonObject, User
from data.store import audit, decisions
from data.store.comments import get_comment
from data.store.outbox import action_of_decision
from moderation.deciding.decision_rules import refuse
from moderation.deciding.refused import Refused, RefusedCode
from moderation.platforms.audience import is_one_way


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """How long an action is held back so that undo costs nothing, and how far undo reaches."""

    ordinary: timedelta = timedelta(seconds=10)
    one_way: timedelta = timedelta(minutes=10)
    undo_last: int = 20

    def of(self, kind: ActionKind) -> timedelta:
        """The hold before an action of this kind."""
        return self.one_way if is_one_way(kind) else self.ordinary


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was kept. ``notice`` is a sentence for the officer where something cannot be done."""

    decision: Decision
    action_id: int | None
    awaits_second: bool
    repeated: bool
    notice: str = ""


def lock(tx: Tx, comment_id: str, key: str) -> Comment:
    """The comment, held still until the transaction ends. Raises Refused for an unknown one."""
    if not key.strip() or len(key) > 120:
        refuse(RefusedCode.KEY_MISSING, "A decision needs a key of 1 to 120 characters.")
    comment = get_comment(tx, comment_id) if decisions.lock_comment(tx, comment_id) else None
    if comment is None:
        refuse(RefusedCode.UNKNOWN_COMMENT, f"There is no comment {comment_id!r}.")
    return comment


def by_id(tx: Tx, decision_id: int) -> Decision:
    """The decision; raises Refused where there is none."""
    decision = decisions.decision_by_id(tx, decision_id)
    if decision is None:
        refuse(RefusedCode.UNKNOWN_DECISION, f"There is no decision {decision_id}.")
    return decision


def repeat(tx: Tx, before: Decision, same: bool) -> Recorded:
    """What the same key gave before; raises Refused when it asked for something else then."""
    if not same:
        refuse(
            RefusedCode.KEY_USED,
            "This key was used for another decision. Load the page anew and decide again.",
        )
    action = action_of_decision(tx, before.id)
    return Recorded(
        decision=before,
        action_id=None if action is None else action.id,
        awaits_second=before.awaits_second,
        repeated=True,
    )


def keep(tx: Tx, new: decisions.NewDecision, now: datetime) -> Decision:
    """Appends the decision; raises Refused when somebody was faster."""
    try:
        return by_id(tx, decisions.append_decision(tx, new, now=now))
    except decisions.DecidedMeanwhile as error:
        raise Refused(
            RefusedCode.DECIDED_MEANWHILE,
            f"{new.comment_id} was decided meanwhile, or its text changed. Look at it again.",
        ) from error


def note(tx: Tx, by: User, decision: Decision, now: datetime) -> None:
    """Into the chain: what was decided and on which ground, never a text and never an author."""
    detail: JsonObject = {
        "comment": decision.comment_id,
        "revision": decision.revision_id,
        "reason": None if decision.reason is None else decision.reason.value,
        "awaits_second": decision.awaits_second,
        "second_of": decision.second_of,
        "undoes": decision.undoes,
        "policy_version": decision.policy_version,
    }
    audit.note(
        tx,
        actor=by.pseudonym,
        verb=f"decide.{decision.verdict.value}",
        object=f"decision:{decision.id}",
        now=now,
        detail=detail,
    )
