"""What becomes of an action by what the platform shows and answers: judged and kept, never sent.

Each function appends what it finds in the caller's transaction and gives the state that the action
was left in, and whether the platform is to be left alone for the rest of the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from data.db import Tx
from data.model import Action, ActionKind, Comment, EnforcementState, Liveness, text_sha256
from data.store.write_stops import stop_writing
from moderation.carrying_out.attempts import append, append_failed, note
from moderation.carrying_out.evidence import EvidenceMissing, keep_evidence
from moderation.carrying_out.settle import decided_sha, mark_seen, superseded
from moderation.platforms.base import Seen, SendResult, SendStatus, WriteSide, reached

S = EnforcementState


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """An action that is claimed, with what is needed to take its next step."""

    action: Action
    comment: Comment
    side: WriteSide


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """The state that an action was left in. ``alone``: do not call the platform again now."""

    state: EnforcementState
    alone: bool = False


# ------------------------------------------------------------------------------ before sending


def judge_fresh(tx: Tx, task: Task, action: Action, seen: Seen, now: datetime) -> Left | str:
    """What the fresh reading forbids, or has done already; else a remark to keep with SENT."""
    if seen.liveness is Liveness.GONE:
        append(tx, action, S.GONE, now=now, detail="the comment is no longer there")
        return Left(state=S.GONE)
    if seen.liveness is not Liveness.ALIVE or seen.text is None:
        detail = f"could not be read before acting: {seen.problem or seen.liveness.value}"
        append_failed(tx, action, now=now, detail=detail, counts=False, until=seen.until)
        return Left(state=S.FAILED, alone=True)
    taking_down = action.kind is not ActionKind.UNHIDE
    if taking_down and text_sha256(seen.text) != decided_sha(tx, action, task.comment):
        append(tx, action, S.TEXT_CHANGED, now=now, detail="the text is not the one decided on")
        return Left(state=S.TEXT_CHANGED)
    mark_seen(tx, task.comment, seen, now)
    remark = ""
    if taking_down:
        kept = _keep_evidence(tx, task, action, seen, now)
        if isinstance(kept, Left):
            return kept
        remark = kept
    if reached(action.kind, seen):
        append(tx, action, S.VERIFIED, now=now, detail="it was so already; nothing was sent")
        return Left(state=S.VERIFIED)
    if _forbidden(action.kind, seen):
        append(tx, action, S.REFUSED, now=now, detail=not_allowed(action.kind))
        return Left(state=S.REFUSED)
    return remark


def _keep_evidence(tx: Tx, task: Task, action: Action, seen: Seen, now: datetime) -> Left | str:
    """Before what cannot be taken back evidence is a must; before a hide its lack is a remark."""
    try:
        keep_evidence(
            tx, action, task.comment, seen, now=now, whole=action.kind is ActionKind.REMOVE
        )
    except EvidenceMissing as missing:
        if action.kind is not ActionKind.REMOVE:
            return f"without evidence: {missing}"
        detail = f"nothing was sent, for lack of evidence: {missing}"
        append_failed(tx, action, now=now, detail=detail, counts=True)
        return Left(state=S.FAILED)
    return ""


def _forbidden(kind: ActionKind, seen: Seen) -> bool:
    """What the platform itself says, just now, that it will not do."""
    allowed = {ActionKind.HIDE: seen.can_hide, ActionKind.REMOVE: seen.can_remove}
    return allowed.get(kind) is False


def not_allowed(kind: ActionKind) -> str:
    """The sentence for a capability flag that says no."""
    return f"the platform allows no '{kind.value}' of this comment"


# ------------------------------------------------------------------------------ after sending


def keep_result(tx: Tx, task: Task, action: Action, result: SendResult, now: datetime) -> Left:
    """What came back, in our words."""
    told = result.response
    match result.status:
        case SendStatus.ACCEPTED:
            detail = result.detail or _accepted(task.side)
            append(tx, action, S.ACCEPTED, now=now, detail=detail, response=told)
            return Left(state=S.ACCEPTED)
        case SendStatus.REFUSED:
            append(tx, action, S.REFUSED, now=now, detail=result.detail, response=told)
            return Left(state=S.REFUSED)
        case SendStatus.GONE:
            # A deletion that is told "gone" after an earlier try without answer was done.
            done = action.kind is ActionKind.REMOVE and action.attempts > 0
            state = S.VERIFIED if done else S.GONE
            append(tx, action, state, now=now, detail=result.detail, response=told)
            return Left(state=state)
        case SendStatus.UNKNOWN:
            return Left(state=S.SENT)  # stays as it is: the next run reads back first
        case SendStatus.ABUSE_STOP:
            return _stopped(tx, action, result, now)
        case SendStatus.RATE | SendStatus.QUOTA | SendStatus.FAILED:
            return _not_done(tx, action, result, now)  # the platform's trouble, not the act's


def _accepted(side: WriteSide) -> str:
    return "" if side.can.reads_state else f"accepted, not observable: {side.can.why_weak}"


def _not_done(tx: Tx, action: Action, result: SendResult, now: datetime) -> Left:
    append_failed(
        tx,
        action,
        now=now,
        detail=result.detail or result.status.value,
        counts=False,
        retry_after=result.retry_after,
        until=result.until,
        response=result.response,
    )
    return Left(state=S.FAILED, alone=True)


def _stopped(tx: Tx, action: Action, result: SendResult, now: datetime) -> Left:
    """The platform calls our writing abuse: nothing more is sent until a person says so."""
    if stop_writing(tx, action.source_id, result.detail, now=now):
        note(tx, action, "writing.stopped", now=now, extra={"source": action.source_id})
    return _not_done(tx, action, result, now)


# ------------------------------------------------------------------------------ reading back


def judge_read_back(tx: Tx, task: Task, action: Action, seen: Seen, now: datetime) -> Left:
    """An action whose outcome is unknown: what the platform shows decides."""
    done = reached(action.kind, seen)
    mark_seen(tx, task.comment, seen, now)
    if done:
        append(tx, action, S.VERIFIED, now=now, detail="no answer came, but it was done")
        return Left(state=S.VERIFIED)
    if seen.liveness is Liveness.GONE:
        append(tx, action, S.GONE, now=now, detail="the comment is no longer there")
        return Left(state=S.GONE)
    if done is None and (task.side.can.reads_state or seen.liveness is not Liveness.ALIVE):
        return Left(state=S.SENT, alone=True)
    if superseded(tx, action):
        append(tx, action, S.CANCELLED, now=now, detail="undone while it was on its way")
        return Left(state=S.CANCELLED)
    how = "it was not done" if done is False else "whether it was done cannot be read"
    append_failed(tx, action, now=now, detail=f"no answer came; {how}", counts=True)
    return Left(state=S.FAILED)
