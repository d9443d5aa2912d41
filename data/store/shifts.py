"""Shifts of officers: what was done in one, signed off once, with a note for whoever comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, insert, or_, select

from data import schema
from data.db import Tx
from data.model import EnforcementState, JsonObject, Verdict
from data.store.outbox import view as outbox

_S, _D, _G, _O, _U = (
    schema.shift.c,
    schema.decision.c,
    schema.glance.c,
    outbox.c,
    schema.app_user.c,
)
LONGEST = timedelta(hours=16)
"""A shift that was never signed off ends its claim on decisions after so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A signed-off shift. ``figures`` as the page showed them; the chain's head at that time."""

    id: int
    user_id: int
    by: str  # the officer's name as it is shown
    started_at: datetime
    ended_at: datetime
    note: str
    figures: JsonObject
    chain_seq: int
    chain_head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShift:
    """A shift about to be kept; ``key`` makes a repeat harmless."""

    user_id: int
    started_at: datetime
    ended_at: datetime
    note: str
    figures: JsonObject
    chain_seq: int
    chain_head: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What an officer did in a stretch of time; durations in seconds."""

    by_verdict: dict[str, int]
    undone: int
    proposed: int
    median_seconds: float | None
    timed: int  # decisions whose card's time is known


class SignedAlready(Exception):
    """This shift was signed off before."""


def shift_start(tx: Tx, user_id: int, *, now: datetime) -> datetime | None:
    """When the running shift began: the first card seen or decision made since the last sign-off.

    None when nothing was done since, or nothing within LONGEST.
    """
    last = tx.execute(select(func.max(_S.ended_at)).where(_S.user_id == user_id)).scalar_one()
    since = now - LONGEST if last is None else max(last, now - LONGEST)
    decided = select(func.min(_D.decided_at)).where(_D.by_user == user_id, _D.decided_at > since)
    seen = select(func.min(_G.at)).where(_G.by_user == user_id, _G.at > since)
    starts = [tx.execute(q).scalar_one() for q in (decided, seen)]
    return min((s for s in starts if s is not None), default=None)


def done_between(tx: Tx, user_id: int, since: datetime, until: datetime) -> Done:
    """What the officer decided in [since, until]; the median runs from a card's first sight on."""
    mine = and_(_D.by_user == user_id, _D.decided_at >= since, _D.decided_at <= until)
    counted = select(_D.verdict, func.count()).where(mine).group_by(_D.verdict)
    by_verdict = {verdict: n for verdict, n in tx.execute(counted)}
    proposed = select(func.count()).where(mine, _D.awaits_second.is_(True))
    seconds = _seconds_a_card(tx, user_id, mine)
    return Done(
        by_verdict={v: n for v, n in by_verdict.items() if v != Verdict.UNDO.value},
        undone=by_verdict.get(Verdict.UNDO.value, 0),
        proposed=tx.execute(proposed).scalar_one(),
        median_seconds=_median(seconds),
        timed=len(seconds),
    )


def _seconds_a_card(tx: Tx, user_id: int, mine: Any) -> list[float]:
    seen = and_(_G.revision_id == _D.revision_id, _G.by_user == user_id)
    query = select(_D.decided_at, _G.at).join(schema.glance, seen).where(mine)
    query = query.where(_D.verdict != Verdict.UNDO.value, _G.at <= _D.decided_at)
    return sorted((r.decided_at - r.at).total_seconds() for r in tx.execute(query))


def _median(values: list[float]) -> float | None:
    half = len(values) // 2
    if not values:
        return None
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


def holds_running(tx: Tx, user_id: int, *, now: datetime) -> int:
    """How many actions of this officer's decisions are still held and not yet sent."""
    query = (
        select(func.count())
        .select_from(outbox.join(schema.decision, _D.id == _O.decision_id))
        .where(_D.by_user == user_id, _O.state == EnforcementState.HELD.value, _O.hold_until > now)
    )
    return tx.execute(query).scalar_one()


# ------------------------------------------------------------------------------ signing off


def sign_off(tx: Tx, new: NewShift) -> int:
    """Keeps the shift; gives its id. Raises SignedAlready for one that overlaps a kept one."""
    again = or_(_S.key == new.key, and_(_S.user_id == new.user_id, _S.ended_at > new.started_at))
    if tx.execute(select(_S.id).where(again)).first() is not None:
        raise SignedAlready
    made = insert(schema.shift).values(
        user_id=new.user_id,
        started_at=new.started_at,
        ended_at=new.ended_at,
        note=new.note,
        figures=new.figures,
        chain_seq=new.chain_seq,
        chain_head=new.chain_head,
        key=new.key,
    )
    return tx.execute(made.returning(_S.id)).scalar_one()


def shift_by_id(tx: Tx, shift_id: int) -> Shift | None:
    row = tx.execute(_shifts().where(_S.id == shift_id)).one_or_none()
    return None if row is None else _shift(row)


def last_shifts(tx: Tx, *, user_id: int | None = None, limit: int = 10) -> list[Shift]:
    """The newest first; with ``user_id`` one officer's only."""
    query = _shifts().order_by(_S.ended_at.desc(), _S.id.desc()).limit(limit)
    if user_id is not None:
        query = query.where(_S.user_id == user_id)
    return [_shift(r) for r in tx.execute(query)]


def note_left(tx: Tx, *, since: datetime) -> Shift | None:
    """The newest signed-off shift with a note for the next officer, if it ended since then."""
    query = _shifts().where(_S.note != "", _S.ended_at >= since)
    row = tx.execute(query.order_by(_S.ended_at.desc(), _S.id.desc()).limit(1)).one_or_none()
    return None if row is None else _shift(row)


def _shifts() -> Any:
    return select(schema.shift, _U.display).join(schema.app_user, _U.id == _S.user_id)


def _shift(r: Row[Any]) -> Shift:
    return Shift(
        id=r.id,
        user_id=r.user_id,
        by=r.display,
        started_at=r.started_at,
        ended_at=r.ended_at,
        note=r.note,
        figures=r.figures,
        chain_seq=r.chain_seq,
        chain_head=r.chain_head,
    )
