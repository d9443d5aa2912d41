"""Questions about an action that need no platform, and what they settle by themselves."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from data.db import Tx
from data.model import (
    Action,
    ActionKind,
    Comment,
    EnforcementState,
    Liveness,
    Visibility,
    WriteBack,
)
from data.store import comments, decisions, outbox, sources
from moderation.carrying_out.attempts import append
from moderation.carrying_out.evidence import EvidenceMissing, keep_evidence
from moderation.platforms.base import Seen, WriteSide

S = EnforcementState


def superseded(tx: Tx, action: Action) -> bool:
    """True when a newer decision took this action back."""
    if any(a.id > action.id for a in outbox.actions_of_comment(tx, action.comment_id)):
        return True
    current = decisions.current_decision(tx, action.comment_id)
    return current is not None and current.undoes == action.decision_id


def earlier_is_on_its_way(tx: Tx, action: Action) -> bool:
    """An undo must never reach the platform before what it undoes."""
    return any(
        a.id < action.id and a.state is S.SENT
        for a in outbox.actions_of_comment(tx, action.comment_id)
    )


def settle(
    tx: Tx, action: Action, comment: Comment, side: WriteSide | None, now: datetime
) -> EnforcementState | None:
    """What is settled without the platform; None when it must be asked."""
    source = sources.source_by_id(tx, action.source_id)
    assert source is not None  # a foreign key of the action
    off = source.write_back is WriteBack.OFF
    if action.by_hand or off or side is None or action.kind not in side.can.kinds:
        why = "writing back is switched off for this source" if off else _why_by_hand(action, side)
        if action.kind is not ActionKind.UNHIDE:
            with suppress(EvidenceMissing):  # what a person does by hand is not held up by it
                keep_evidence(tx, action, comment, None, now=now)
        append(tx, action, S.BY_HAND, now=now, detail=why)
        return S.BY_HAND
    if action.kind is not ActionKind.UNHIDE and comment.revision.id != action.revision_id:
        append(tx, action, S.TEXT_CHANGED, now=now, detail="the comment was edited since")
        return S.TEXT_CHANGED
    allowed = {ActionKind.HIDE: comment.can_hide, ActionKind.REMOVE: comment.can_remove}
    if allowed.get(action.kind) is False:
        detail = f"the platform allows no '{action.kind.value}' of this comment"
        append(tx, action, S.REFUSED, now=now, detail=detail)
        return S.REFUSED
    if source.write_back is WriteBack.DRY_RUN:
        request = side.build(action.kind, comment).as_json()
        append(tx, action, S.DRY_RUN, now=now, detail="dry run: nothing was sent", request=request)
        return S.DRY_RUN
    return None


def _why_by_hand(action: Action, side: WriteSide | None) -> str:
    if action.by_hand:
        return "to be done by hand in the platform's own tool"
    if side is None:
        return "no connection for writing is set up for this source"
    return f"the platform offers no '{action.kind.value}' to programs"


def decided_sha(tx: Tx, action: Action, comment: Comment) -> str | None:
    """The hash of the text that the action's decision was made on."""
    if comment.revision.id == action.revision_id:
        return comment.revision.text_sha256
    past = comments.revisions_of(tx, comment.id)
    return next((r.text_sha256 for r in past if r.id == action.revision_id), None)


def mark_seen(tx: Tx, comment: Comment, seen: Seen, now: datetime) -> None:
    """Notes that the comment was read at the platform just now, with its state where told."""
    if seen.liveness is Liveness.ALIVE:
        told = None if seen.visibility is Visibility.UNKNOWN else seen.visibility
        comments.mark_seen(tx, comment.id, told, now=now)
