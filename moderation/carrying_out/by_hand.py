"""What a person does in the outbox: confirm work by hand, have a dead action tried again, leave a
conflict as the platform shows it, let stopped writing go on."""

from __future__ import annotations

from datetime import datetime

from data.db import Tx
from data.model import Action, EnforcementState, Platform, Role, User
from data.store import audit, decisions, outbox, sources
from data.store.write_stops import lift_stop
from moderation.carrying_out.attempts import append, note
from moderation.carrying_out.settle import superseded
from moderation.deciding.decision_rules import refuse, refuse_unless_decider, told
from moderation.deciding.refused import RefusedCode
from moderation.platforms.audience import tells_state

S = EnforcementState
RETRIABLE = frozenset({S.FAILED, S.REFUSED, S.DRY_RUN, S.CONFLICT})
MAY_RESUME = frozenset({Role.SENIOR, Role.ADMINISTRATOR})


def confirm_by_hand(tx: Tx, action_id: int, by: User, *, now: datetime) -> Action:
    """Notes that the officer did it by hand; the next export or sweep proves or contradicts it.

    Also for one that was found gone meanwhile, and for one that was accepted by a platform which
    tells no state: somebody has looked there. A second confirmation changes nothing. Raises
    Refused.
    """
    refuse_unless_decider(by)
    action = _locked(tx, action_id)
    if action.state is S.CONFIRMED:
        return action
    gone_by_hand = action.state is S.GONE and action.by_hand
    looked = action.state is S.ACCEPTED and not tells_state(_platform(tx, action))
    if action.state is not S.BY_HAND and not gone_by_hand and not looked:
        refuse(
            RefusedCode.ACTION_STATE,
            f"Action {action_id} is '{action.state.value}', not work by hand: there is nothing to "
            "confirm.",
        )
    what = "seen so at the platform" if looked else "done by hand"
    detail = f"{what}, says {by.pseudonym}"
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


def leave_conflict(tx: Tx, action_id: int, by: User, why: str, *, now: datetime) -> Action:
    """Notes that a person looked at a conflict and leaves it as the platform shows it.

    The decision stands in the record; nothing is sent. A second time changes nothing. Raises
    Refused.
    """
    refuse_unless_decider(by)
    action = _locked(tx, action_id)
    if action.state is S.LEFT:
        return action
    if action.state is not S.CONFLICT:
        refuse(
            RefusedCode.ACTION_STATE,
            f"Action {action_id} is '{action.state.value}': only a conflict is left as it is.",
        )
    reason = told(why)
    if not reason:
        refuse(RefusedCode.REASON_TEXT, "Say in a few words why it is left as the platform has it.")
    detail = f"left as it is by {by.pseudonym}: {reason}"
    append(tx, action, S.LEFT, now=now, detail=detail[:500], actor=by.pseudonym)
    return _locked(tx, action_id)


def resume_writing(tx: Tx, source_id: int, by: User, *, now: datetime) -> None:
    """Lets writing to a source's platform go on after the platform had called it abuse.

    A senior officer's or an administrator's to do. Raises Refused.
    """
    if by.disabled_at is not None or by.role not in MAY_RESUME:
        refuse(
            RefusedCode.SENIOR_NEEDED,
            "Only a senior officer or an administrator lets stopped writing go on.",
        )
    if not lift_stop(tx, source_id, by.pseudonym, now=now):
        refuse(RefusedCode.ACTION_STATE, "Writing to this source is not stopped.")
    audit.note(
        tx, actor=by.pseudonym, verb="writing.resumed", object=f"source:{source_id}", now=now,
        detail={},
    )  # fmt: skip


def _platform(tx: Tx, action: Action) -> Platform:
    source = sources.source_by_id(tx, action.source_id)
    assert source is not None  # a foreign key of the action
    return source.platform


def _locked(tx: Tx, action_id: int) -> Action:
    known = outbox.action_by_id(tx, action_id)
    if known is None:
        refuse(RefusedCode.UNKNOWN_ACTION, f"There is no action {action_id}.")
    decisions.lock_comment(tx, known.comment_id)
    action = outbox.lock_action(tx, action_id)
    assert action is not None  # actions are never deleted
    return action
