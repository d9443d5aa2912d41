"""The outbox: actions that decisions asked for, and each attempt at them with its proof."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, column, func, insert, or_, select, table, update

from data import schema
from data.db import Tx
from data.model import Action, ActionKind, Enforcement, EnforcementState, JsonObject
from data.store import day_counts
from data.store.evidence import EvidenceNotKept as EvidenceNotKept
from data.store.evidence import evidence_of as evidence_of
from data.store.evidence import has_evidence as has_evidence
from data.store.evidence import keep_evidence as keep_evidence
from data.store.rows import named

_A, _E = schema.action.c, schema.enforcement.c

view = table(
    "outbox",
    column("action_id"),
    column("decision_id"),
    column("comment_id"),
    column("revision_id"),
    column("source_id"),
    column("kind"),
    column("by_hand", schema.action.c.by_hand.type),
    column("hold_until", schema.Instant()),
    column("created_at", schema.Instant()),
    column("claimed_by"),
    column("claimed_until", schema.Instant()),
    column("state"),
    column("state_at", schema.Instant()),
    column("detail"),
    column("attempts"),
)
_O = view.c


def action_of_row(row: Row[Any]) -> Action:
    m = named(row)
    return Action(
        id=m["action_id"],
        decision_id=m["decision_id"],
        comment_id=m["comment_id"],
        revision_id=m["revision_id"],
        source_id=m["source_id"],
        kind=ActionKind(m["kind"]),
        by_hand=m["by_hand"],
        hold_until=m["hold_until"],
        created_at=m["created_at"],
        state=EnforcementState(m["state"]),
        state_at=m["state_at"],
        attempts=m["attempts"],
        detail=m["detail"],
    )


def add_action(
    tx: Tx,
    *,
    decision_id: int,
    comment_id: str,
    revision_id: int,
    source_id: int,
    kind: ActionKind,
    by_hand: bool,
    hold_until: datetime,
    now: datetime,
) -> int:
    """Puts an action on hold; one decision asks for at most one action."""
    action_id = tx.execute(
        insert(schema.action)
        .values(
            decision_id=decision_id,
            comment_id=comment_id,
            revision_id=revision_id,
            source_id=source_id,
            kind=kind.value,
            by_hand=by_hand,
            hold_until=hold_until,
            created_at=now,
        )
        .returning(_A.id)
    ).scalar_one()
    append_enforcement(tx, action_id, EnforcementState.HELD, now=now)
    return action_id


def append_enforcement(
    tx: Tx,
    action_id: int,
    state: EnforcementState,
    *,
    now: datetime,
    detail: str = "",
    request: JsonObject | None = None,
    response: JsonObject | None = None,
) -> int:
    """Appends an attempt or a finding; it is the action's state from now on."""
    day_counts.note_action(tx, action_id)
    return tx.execute(
        insert(schema.enforcement)
        .values(
            action_id=action_id,
            at=now,
            state=state.value,
            detail=detail,
            request=request or {},
            response=response or {},
        )
        .returning(_E.id)
    ).scalar_one()


def claim_action(tx: Tx, action_id: int, owner: str, *, now: datetime, minutes: int = 5) -> bool:
    """Takes the action for one enforcer; False when another live one has it."""
    taken = tx.execute(
        update(schema.action)
        .where(
            _A.id == action_id,
            or_(_A.claimed_by.is_(None), _A.claimed_by == owner, _A.claimed_until <= now),
        )
        .values(claimed_by=owner, claimed_until=now + timedelta(minutes=minutes))
    )
    return taken.rowcount == 1


def release_action(tx: Tx, action_id: int, owner: str) -> None:
    tx.execute(
        update(schema.action)
        .where(_A.id == action_id, _A.claimed_by == owner)
        .values(claimed_by=None, claimed_until=None)
    )


def actions(
    tx: Tx,
    *,
    states: Sequence[EnforcementState] | None = None,
    source_id: int | None = None,
    hold_over_at: datetime | None = None,
    limit: int = 500,
) -> list[Action]:
    """Actions by their present state, the oldest first."""
    query = select(view).order_by(_O.action_id).limit(limit)
    if states is not None:
        query = query.where(_O.state.in_([s.value for s in states]))
    if source_id is not None:
        query = query.where(_O.source_id == source_id)
    if hold_over_at is not None:
        query = query.where(_O.hold_until <= hold_over_at)
    return [action_of_row(r) for r in tx.execute(query)]


def action_by_id(tx: Tx, action_id: int) -> Action | None:
    row = tx.execute(select(view).where(_O.action_id == action_id)).one_or_none()
    return None if row is None else action_of_row(row)


def action_of_decision(tx: Tx, decision_id: int) -> Action | None:
    row = tx.execute(select(view).where(_O.decision_id == decision_id)).one_or_none()
    return None if row is None else action_of_row(row)


def actions_of_comment(tx: Tx, comment_id: str) -> list[Action]:
    query = select(view).where(_O.comment_id == comment_id).order_by(_O.action_id)
    return [action_of_row(r) for r in tx.execute(query)]


def state_counts(tx: Tx, *, source_id: int | None = None) -> dict[str, int]:
    """How many actions stand in each state, of one source or of all."""
    query = select(_O.state, func.count()).group_by(_O.state)
    if source_id is not None:
        query = query.where(_O.source_id == source_id)
    return {state: count for state, count in tx.execute(query)}


def attempts_of(tx: Tx, action_id: int) -> list[Enforcement]:
    """All attempts and findings, oldest first."""
    query = select(schema.enforcement).where(_E.action_id == action_id).order_by(_E.id)
    return [
        Enforcement(
            id=r.id,
            action_id=r.action_id,
            at=r.at,
            state=EnforcementState(r.state),
            detail=r.detail,
            request=r.request,
            response=r.response,
        )
        for r in tx.execute(query)
    ]


def lock_action(tx: Tx, action_id: int) -> Action | None:
    """The action as it stands, and no other writer changes it until the transaction ends."""
    tx.execute(select(_A.id).where(_A.id == action_id).with_for_update())
    return action_by_id(tx, action_id)


def newest_actions(
    tx: Tx,
    *,
    states: Sequence[EnforcementState],
    source_id: int | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Action]:
    """Actions by their present state, the newest first, a page at a time."""
    query = select(view).where(_O.state.in_([s.value for s in states]))
    if source_id is not None:
        query = query.where(_O.source_id == source_id)
    query = query.order_by(_O.action_id.desc()).limit(limit).offset(offset)
    return [action_of_row(r) for r in tx.execute(query)]


def actions_by_decision(tx: Tx, decision_ids: Sequence[int]) -> dict[int, Action]:
    """What each decision asked of the platform; a decision that asked nothing is left out."""
    rows = tx.execute(select(view).where(_O.decision_id.in_(decision_ids)))
    return {a.decision_id: a for a in map(action_of_row, rows)}


def due_actions(tx: Tx, *, now: datetime, after: int = 0, limit: int = 200) -> list[Action]:
    """What an enforcer may take up: hold over, not finished, claimed by nobody; a page by id."""
    open_states = (EnforcementState.HELD, EnforcementState.SENT, EnforcementState.FAILED)
    query = (
        select(view)
        .where(
            _O.state.in_([s.value for s in open_states]),
            _O.hold_until <= now,
            _O.action_id > after,
            or_(_O.claimed_by.is_(None), _O.claimed_until <= now),
        )
        .order_by(_O.action_id)
        .limit(limit)
    )
    return [action_of_row(r) for r in tx.execute(query)]


def claimed_by(tx: Tx, action_id: int) -> str | None:
    """Who claimed the action last and did not give it back."""
    return tx.execute(select(_A.claimed_by).where(_A.id == action_id)).scalar_one_or_none()
