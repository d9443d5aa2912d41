"""Notices that a platform sent by itself: kept as they came, worked off, replayed, and forgotten.

Each body is kept once, by its hash: platforms deliver more than once and in any order.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, func, or_, select, update

from data import schema
from data.db import Tx
from data.store.comments import upsert
from data.store.rows import named

_W, _D = schema.webhook.c, schema.webhook_due.c


class NoticeState(StrEnum):
    """Where a notice stands."""

    WAITING = "waiting"
    DONE = "done"
    IGNORED = "ignored"  # it tells of no page of ours, or of nothing that we look at
    FAILED = "failed"  # given up; the sweep covers it


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptNotice:
    """A notice as it is kept. ``signed_by`` is the mark of the app that signed it; ``times`` is how
    often it was delivered."""

    id: int
    sha256: str
    signed_by: str
    received_at: datetime
    times: int
    state: NoticeState
    attempts: int
    retry_at: datetime | None
    done_at: datetime | None
    detail: str
    body: bytes


def keep_notice(tx: Tx, body: bytes, signed_by: str, *, now: datetime) -> bool:
    """Keeps the raw body; False when it was there already, which is only counted."""
    sha256 = hashlib.sha256(body).hexdigest()
    known = update(schema.webhook).where(_W.sha256 == sha256).values(times=_W.times + 1)
    if tx.execute(known).rowcount:
        return False
    made = upsert(tx, schema.webhook).values(
        sha256=sha256,
        signed_by=signed_by,
        body=zlib.compress(body),
        received_at=now,
        times=1,
        state=NoticeState.WAITING.value,
        attempts=0,
        detail="",
    )
    return tx.execute(made.on_conflict_do_nothing(index_elements=[_W.sha256])).rowcount == 1


def waiting_notices(tx: Tx, *, now: datetime, limit: int = 100) -> list[KeptNotice]:
    """Those that may be worked off now, the oldest first."""
    query = (
        select(schema.webhook)
        .where(
            _W.state == NoticeState.WAITING.value, or_(_W.retry_at.is_(None), _W.retry_at <= now)
        )
        .order_by(_W.id)
        .limit(limit)
    )
    return [_notice(row) for row in tx.execute(query)]


def count_waiting(tx: Tx) -> int:
    query = select(func.count()).where(_W.state == NoticeState.WAITING.value)
    return tx.execute(query).scalar_one()


def list_notices(tx: Tx, state: NoticeState | None = None, limit: int = 50) -> list[KeptNotice]:
    """The newest first."""
    query = select(schema.webhook).order_by(_W.id.desc()).limit(limit)
    if state is not None:
        query = query.where(_W.state == state.value)
    return [_notice(row) for row in tx.execute(query)]


def finish_notices(
    tx: Tx, ids: Collection[int], state: NoticeState, detail: str, *, now: datetime
) -> None:
    tx.execute(
        update(schema.webhook)
        .where(_W.id.in_(list(ids)))
        .values(state=state.value, detail=detail, done_at=now, retry_at=None)
    )


def postpone_notices(tx: Tx, ids: Collection[int], detail: str, *, retry_at: datetime) -> None:
    """They are tried again, not before ``retry_at``."""
    tx.execute(
        update(schema.webhook)
        .where(_W.id.in_(list(ids)))
        .values(attempts=_W.attempts + 1, detail=detail, retry_at=retry_at)
    )


def replay_notices(
    tx: Tx, ids: Collection[int] | None = None, *, since: datetime | None = None
) -> int:
    """Lets notices be worked off once more; gives how many. None and no date: all there are."""
    query = update(schema.webhook).where(_W.state != NoticeState.WAITING.value)
    if ids is not None:
        query = query.where(_W.id.in_(list(ids)))
    if since is not None:
        query = query.where(_W.received_at >= since)
    fresh = {"state": NoticeState.WAITING.value, "attempts": 0, "retry_at": None, "done_at": None}
    return tx.execute(query.values(**fresh)).rowcount


def forget_notices(tx: Tx, *, before: datetime) -> int:
    """Forgets what was worked off and came before the instant: a notice holds names and texts."""
    old = delete(schema.webhook).where(
        _W.received_at < before, _W.state != NoticeState.WAITING.value
    )
    return tx.execute(old).rowcount


# ------------------------------------------------------------------------------ hastened sweeps


def hasten(tx: Tx, source_id: int, *, now: datetime) -> None:
    """Notes that something was told of this source which only a sweep finds."""
    made = upsert(tx, schema.webhook_due).values(source_id=source_id, told_at=now)
    told = {"told_at": now}
    tx.execute(made.on_conflict_do_update(index_elements=[_D.source_id], set_=told))


def hastened_at(tx: Tx, source_id: int) -> datetime | None:
    """When a sweep of the source was last asked for; None: never."""
    return tx.execute(select(_D.told_at).where(_D.source_id == source_id)).scalar_one_or_none()


def _notice(row: Row[Any]) -> KeptNotice:
    facts: dict[str, Any] = dict(named(row))
    facts["state"] = NoticeState(facts["state"])
    facts["body"] = zlib.decompress(facts["body"])
    return KeptNotice(**facts)
