"""What decisions ask of the platform, and how an undo takes it back before or after the act.

Nothing here talks to a platform: actions are put on hold, cancelled, or answered by a new action
the other way round. ``moderation.carrying_out.enforce`` carries them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from data.db import Tx
from data.model import (
    DONE_STATES,
    Action,
    ActionKind,
    Comment,
    Decision,
    EnforcementState,
    Source,
    SourceMode,
)
from data.store.outbox import actions_of_comment, add_action, append_enforcement, lock_action
from data.store.sources import source_by_id
from moderation.platforms.audience import kinds_of

_NOT_BEGUN = frozenset({EnforcementState.HELD, EnforcementState.BY_HAND, EnforcementState.FAILED})
_IN_EFFECT = frozenset(
    {
        EnforcementState.SENT,
        EnforcementState.ACCEPTED,
        EnforcementState.VERIFIED,
        EnforcementState.CONFIRMED,
    }
)
_NO_EFFECT = frozenset(
    {EnforcementState.REFUSED, EnforcementState.GONE, EnforcementState.TEXT_CHANGED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """What became of earlier actions: ``reverse`` is the one to answer with an UNHIDE, if any."""

    cancelled: tuple[int, ...]
    reverse: Action | None
    notice: str = ""


def must_be_by_hand(source: Source, comment: Comment, kind: ActionKind) -> bool:
    """True where no program can do it: a file feed, an id that is not the platform's, no right."""
    return (
        source.mode is SourceMode.EXPORT
        or comment.id_kind != "native"
        or kind not in kinds_of(source.platform)
    )


def ask_for(
    tx: Tx,
    *,
    decision_id: int,
    comment: Comment,
    kind: ActionKind,
    hold_until: datetime,
    now: datetime,
) -> int:
    """Puts the action on hold and gives its id."""
    return add_action(
        tx,
        decision_id=decision_id,
        comment_id=comment.id,
        revision_id=comment.revision.id,
        source_id=comment.source_id,
        kind=kind,
        by_hand=must_be_by_hand(_source(tx, comment), comment, kind),
        hold_until=hold_until,
        now=now,
    )


def take_back(tx: Tx, comment_id: str, *, why: str, now: datetime) -> TakenBack:
    """Cancels what has not begun and finds the take-down that is, or may be, in effect."""
    cancelled: list[int] = []
    reverse: Action | None = None
    notices: list[str] = []
    for seen in actions_of_comment(tx, comment_id):
        action = lock_action(tx, seen.id)
        if action is None:
            continue
        if cancel(tx, action, why=why, now=now):
            cancelled.append(action.id)
            if action.state is EnforcementState.BY_HAND:
                notices.append(_by_hand_notice(action))
        reverse = _in_effect_after(action, reverse)
    if reverse is not None and reverse.kind is ActionKind.REMOVE:
        notices.append(
            "The comment was deleted for good at the platform and cannot be brought back there; "
            "the record of it stays."
        )
        reverse = None
    return TakenBack(cancelled=tuple(cancelled), reverse=reverse, notice=" ".join(notices))


def cancel(tx: Tx, action: Action | None, *, why: str, now: datetime) -> bool:
    """Cancels an action that has not begun; False when it has, or when there is none."""
    current = None if action is None else lock_action(tx, action.id)
    if current is None or current.state not in _NOT_BEGUN:
        return False
    append_enforcement(tx, current.id, EnforcementState.CANCELLED, now=now, detail=why)
    return True


def _by_hand_notice(action: Action) -> str:
    done, back = (
        ("put back", "hide it again")
        if action.kind is ActionKind.UNHIDE
        else ("taken down", "put it back")
    )
    return f"If the comment was {done} by hand already, {back} by hand."


def _in_effect_after(action: Action, before: Action | None) -> Action | None:
    """The take-down that is, or may be, in effect once this action is counted too.

    A take-down that was ever sent may have its effect, also when it was cancelled afterwards; only
    an UNHIDE that was proved takes it away. So doubt ends in one UNHIDE too many, never in a
    comment that stays hidden although its removal was undone.
    """
    if action.state in (EnforcementState.CONFLICT, EnforcementState.LEFT):
        return None  # somebody settled it by hand at the platform: not ours to turn again
    if action.kind is ActionKind.UNHIDE:
        return None if action.state in DONE_STATES else before
    if action.state in _NO_EFFECT:
        return before
    return action if action.attempts > 0 or action.state in _IN_EFFECT else before


def reverse(
    tx: Tx, decision: Decision, comment: Comment, why: str, now: datetime
) -> tuple[int | None, str]:
    """Cancels what has not begun; answers what is in effect with an UNHIDE, at once.

    Gives the UNHIDE's id, and a sentence where something cannot be taken back.
    """
    taken = take_back(tx, comment.id, why=why, now=now)
    if taken.reverse is None:
        return None, taken.notice
    action_id = ask_for(
        tx,
        decision_id=decision.id,
        comment=comment,
        kind=ActionKind.UNHIDE,
        hold_until=now,
        now=now,
    )
    return action_id, taken.notice


def _source(tx: Tx, comment: Comment) -> Source:
    source = source_by_id(tx, comment.source_id)
    assert source is not None  # a foreign key of the comment
    return source
