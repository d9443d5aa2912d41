"""The outbox against what was seen: proved, contradicted, to be compared, and what lies dead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from data import schema
from data.db import Tx
from data.model import Action, ActionKind, EnforcementState, Platform
from data.store.outbox import action_of_row, view

_A, _O = schema.action.c, view.c
_HIDDEN = ("hidden", "held", "spam", "rejected")
_DONE = (EnforcementState.VERIFIED.value, EnforcementState.CONFIRMED.value)
_LISTS_FOLDED = (Platform.X.value,)  # its lists name what was folded, and do not say so
NEEDS_A_PERSON = "needs a person: "


def contradicted(tx: Tx, *, after: int = 0, limit: int = 200) -> list[Action]:
    """Actions proved or confirmed whose comment was seen the other way round since.

    A list that tells no visibility (an export) contradicts by naming the comment. Only a comment's
    newest action: what a later one took back contradicts nothing.
    """
    c = schema.comment.c
    by_hand = and_(
        or_(_O.by_hand, _O.state == EnforcementState.CONFIRMED.value),
        c.platform.not_in(_LISTS_FOLDED),
    )
    shown = or_(c.visibility == "public", and_(by_hand, c.visibility == "unknown"))
    query = (
        select(view)
        .join(schema.comment, c.id == _O.comment_id)
        .where(
            _O.state.in_(_DONE),
            c.missing_since.is_(None),
            c.last_seen_at > _O.state_at,
            or_(
                and_(_O.kind != ActionKind.UNHIDE.value, shown),
                and_(_O.kind == ActionKind.UNHIDE.value, c.visibility.in_(_HIDDEN)),
            ),
            _is_newest(),
            _O.action_id > after,
        )
        .order_by(_O.action_id)
        .limit(limit)
    )
    return [action_of_row(r) for r in tx.execute(query)]


def proved_by_list(tx: Tx, *, after: int = 0, limit: int = 200) -> list[Action]:
    """Work by hand, and conflicts, that the newest sweep or export shows to be as wanted now."""
    c = schema.comment.c
    since = c.last_seen_at > _O.state_at
    down = or_(c.missing_since.is_not(None), and_(since, c.visibility.in_(_HIDDEN)))
    up = and_(c.missing_since.is_(None), since, c.visibility.not_in(_HIDDEN))
    wanted = (
        EnforcementState.BY_HAND.value,
        EnforcementState.CONFIRMED.value,
        EnforcementState.CONFLICT.value,
    )
    query = (
        select(view)
        .join(schema.comment, c.id == _O.comment_id)
        .where(
            _O.state.in_(wanted),
            or_(
                and_(_O.kind != ActionKind.UNHIDE.value, down),
                and_(_O.kind == ActionKind.UNHIDE.value, up),
            ),
            _O.action_id > after,
        )
        .order_by(_O.action_id)
        .limit(limit)
    )
    return [action_of_row(r) for r in tx.execute(query)]


def _is_newest() -> ColumnElement[bool]:
    """Whether no later action of the same comment stands behind this one."""
    later = schema.action.alias()
    return (
        ~select(later.c.id)
        .where(later.c.comment_id == _O.comment_id, later.c.id > _O.action_id)
        .exists()
    )


def accepted_to_prove(
    tx: Tx, blind: Collection[int], *, after: int = 0, limit: int = 200
) -> list[Action]:
    """What was accepted and not proved. Of ``blind`` sources, whose platform tells no state by id,
    only what a list has shown since."""
    c = schema.comment.c
    query = (
        select(view)
        .join(schema.comment, c.id == _O.comment_id)
        .where(
            _O.state == EnforcementState.ACCEPTED.value,
            or_(
                _O.source_id.not_in(blind),
                _O.kind == ActionKind.REMOVE.value,  # that it is gone can be read anywhere
                c.missing_since.is_not(None),
                and_(c.last_seen_at > _O.state_at, c.visibility != "unknown"),
            ),
            _O.action_id > after,
        )
        .order_by(_O.action_id)
        .limit(limit)
    )
    return [action_of_row(r) for r in tx.execute(query)]


# ------------------------------------------------------------------------------ comparing


def to_compare(
    tx: Tx, sources: Collection[int], *, not_since: datetime, after: int = 0, limit: int = 200
) -> list[Action]:
    """What is done on these sources and was not compared with the platform since the instant.

    Only a comment's newest action counts: what was decided last is what ought to be seen.
    """
    query = (
        select(view)
        .join(schema.action, _A.id == _O.action_id)
        .where(
            _O.state.in_(_DONE),
            _O.source_id.in_(sources),
            _O.state_at < not_since,
            or_(_A.compared_at.is_(None), _A.compared_at < not_since),
            _is_newest(),
            _O.action_id > after,
        )
        .order_by(_O.action_id)
        .limit(limit)
    )
    return [action_of_row(r) for r in tx.execute(query)]


def note_compared(tx: Tx, action_id: int, *, now: datetime) -> None:
    tx.execute(update(schema.action).where(_A.id == action_id).values(compared_at=now))


def count_done(tx: Tx, sources: Collection[int]) -> int:
    """How many actions on these sources are done: proved, or confirmed by a person."""
    query = select(func.count()).where(_O.state.in_(_DONE), _O.source_id.in_(sources))
    return tx.execute(query.select_from(view)).scalar_one()


# ------------------------------------------------------------------------------ dead letters


def _dead() -> ColumnElement[bool]:
    spent = and_(_O.state == EnforcementState.FAILED.value, _O.detail.startswith(NEEDS_A_PERSON))
    ended = _O.state.in_([EnforcementState.REFUSED.value, EnforcementState.CONFLICT.value])
    return or_(ended, spent)


def dead_actions(
    tx: Tx, *, source_id: int | None = None, limit: int = 500, offset: int = 0
) -> list[Action]:
    """What came to nothing and waits for a person, the newest first: refused, reversed at the
    platform, or failed so often that it is not tried again by itself."""
    query = select(view).where(_dead())
    if source_id is not None:
        query = query.where(_O.source_id == source_id)
    query = query.order_by(_O.action_id.desc()).limit(limit).offset(offset)
    return [action_of_row(r) for r in tx.execute(query)]


def count_dead(tx: Tx, *, source_id: int | None = None) -> int:
    """How many came to nothing and wait for a person, of one source or of all."""
    query = select(func.count()).select_from(view).where(_dead())
    if source_id is not None:
        query = query.where(_O.source_id == source_id)
    return tx.execute(query).scalar_one()
