"""What a person does in the outbox: confirm work by hand, and have a failed action tried again."""

from __future__ import annotations

from datetime import datetime

from data.db import Tx
from data.model import Action, EnforcementState, Role, User
from data.store import decisions, outbox
from moderation.attempts import append, note
from moderation.decision_rules import refuse, refuse_unless_decider
from moderation.refused import RefusedCode
from moderation.settle import superseded

S = EnforcementState
RETRIABLE = frozenset({S.FAILED, S.REFUSED, S.DRY_RUN, S.CONFLICT})


def confirm_by_hand(tx: Tx, action_id: int, by: User, *, now: datetime) -> Action:
    """Notes that the officer did it by hand; the next export or sweep proves or contradicts it.

    Also for one that was found gone meanwhile. A second confirmation changes nothing. Raises
    Refused.
    """
    refuse_unless_decider(by)
    action = _locked(tx, action_id)
    if action.state is S.CONFIRMED:
        return action
    gone_by_hand = action.state is S.GONE and action.by_hand
    if action.state is not S.BY_HAND and not gone_by_hand:
        refuse(
            RefusedCode.ACTION_STATE,
            f"Action {action_id} is '{action.state.value}', not work by hand: there is nothing to "
            "confirm.",
        )
    detail = f"done by hand, says {by.pseudonym}"
    append(tx, action, S.CONFIRMED, now=now, detail=detail, actor=by.pseudonym)
    return _locked(tx, action_id)


def retry_action(tx: Tx, action_id: int, by: User, *, now: datetime) -> Action:
    """Puts a failed, refused or only shown action on hold anew, to be taken up at once.

    A conflict is retried by a senior officer only: somebody reversed it on purpose. Raises Refused.
    """
    refuse_unless_decider(by)
    action = _locked(tx, action_id)
    if action.state not in RETRIABLE:
        refuse(
            RefusedCode.ACTION_STATE,
            f"Action {action_id} is '{action.state.value}' and cannot be tried again.",
        )
    if action.state is S.CONFLICT and by.role is not Role.SENIOR:
        refuse(
            RefusedCode.SENIOR_NEEDED,
            "Somebody reversed this at the platform. A senior officer decides whether to do it "
            "again.",
        )
    if superseded(tx, action):
        refuse(
            RefusedCode.ACTION_STATE,
            f"Action {action_id} was taken back by a newer decision and is not tried again.",
        )
    outbox.append_enforcement(
        tx, action.id, S.HELD, now=now, detail=f"tried again by {by.pseudonym}"
    )
    note(tx, action, "enforce.retry", now=now, actor=by.pseudonym)
    return _locked(tx, action_id)


def _locked(tx: Tx, action_id: int) -> Action:
    known = outbox.action_by_id(tx, action_id)
    if known is None:
        refuse(RefusedCode.UNKNOWN_ACTION, f"There is no action {action_id}.")
    decisions.lock_comment(tx, known.comment_id)
    action = outbox.lock_action(tx, action_id)
    assert action is not None  # actions are never deleted
    return action
