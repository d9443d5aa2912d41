"""Appending what became of an action, with its audit entry, and when it is tried again.

After a failure: 30 s, then twice as long each time, at most 15 minutes; not before the time that
the platform named. Five failures of the act itself since it was last put on hold make it a case
for a person: it stays FAILED, is not tried again by itself, and a retry puts it on hold anew.
Failures that say nothing about the act (an outage, a rate limit) are waited out for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from data.db import Tx
from data.model import Action, Enforcement, EnforcementState, JsonObject
from data.store import audit, outbox
from data.store.outbox_seen import NEEDS_A_PERSON

MOST_TRIES = 5
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
_COUNTS, _NOT_BEFORE = "counts", "not_before"

_TOLD = frozenset(
    {
        EnforcementState.ACCEPTED,
        EnforcementState.VERIFIED,
        EnforcementState.REFUSED,
        EnforcementState.GONE,
        EnforcementState.TEXT_CHANGED,
        EnforcementState.CONFIRMED,
        EnforcementState.CONFLICT,
        EnforcementState.LEFT,
    }
)


def append(
    tx: Tx,
    action: Action,
    state: EnforcementState,
    *,
    now: datetime,
    detail: str = "",
    request: JsonObject | None = None,
    response: JsonObject | None = None,
    actor: str = "sunwai",
) -> None:
    """Appends the attempt or finding; what ends or proves an action goes into the chain too."""
    outbox.append_enforcement(
        tx, action.id, state, now=now, detail=detail, request=request, response=response
    )
    if state in _TOLD:
        note(tx, action, f"enforce.{state.value}", now=now, actor=actor)


def note(
    tx: Tx,
    action: Action,
    verb: str,
    *,
    now: datetime,
    actor: str = "sunwai",
    extra: JsonObject | None = None,
) -> None:
    """One audit entry about an action: its comment and kind, no text and no author."""
    detail: JsonObject = {
        "comment": action.comment_id,
        "revision": action.revision_id,
        "decision": action.decision_id,
        "kind": action.kind.value,
        **(extra or {}),
    }
    audit.note(tx, actor=actor, verb=verb, object=f"action:{action.id}", now=now, detail=detail)


def append_failed(
    tx: Tx,
    action: Action,
    *,
    now: datetime,
    detail: str,
    counts: bool,
    retry_after: timedelta | None = None,
    until: datetime | None = None,
    response: JsonObject | None = None,
) -> bool:
    """Appends a failure; ``counts``: the act itself failed. True when it now needs a person.

    It is not tried again before ``until``, or before so long after now.
    """
    told: JsonObject = {**(response or {}), _COUNTS: counts}
    if until is None and retry_after is not None:
        until = now + retry_after
    if until is not None:
        told[_NOT_BEFORE] = until.isoformat()
    spent = counts and _tries(outbox.attempts_of(tx, action.id)) + 1 >= MOST_TRIES
    sentence = f"{NEEDS_A_PERSON}{detail}" if spent else detail
    append(tx, action, EnforcementState.FAILED, now=now, detail=sentence, response=told)
    return spent


def may_try(tx: Tx, action: Action, *, now: datetime) -> bool:
    """Whether a failed action is due again."""
    if action.state is not EnforcementState.FAILED:
        return True
    past = outbox.attempts_of(tx, action.id)
    if _tries(past) >= MOST_TRIES:
        return False
    named = past[-1].response.get(_NOT_BEFORE)
    if isinstance(named, str) and now < datetime.fromisoformat(named):
        return False
    failures = len(_since_held(past))
    wait = min(_FIRST_WAIT * 2 ** min(failures - 1, 10), _LONGEST_WAIT)
    return now >= action.state_at + wait


def _since_held(past: Sequence[Enforcement]) -> list[Enforcement]:
    """Failures since the action was last put on hold."""
    last = max(i for i, e in enumerate(past) if e.state is EnforcementState.HELD)
    return [e for e in past[last:] if e.state is EnforcementState.FAILED]


def _tries(past: Sequence[Enforcement]) -> int:
    return sum(1 for e in _since_held(past) if e.response.get(_COUNTS) is True)
