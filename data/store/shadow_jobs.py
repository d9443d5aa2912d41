"""Shadow runs that were asked for: they wait, are made, and tell how far they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from data import schema
from data.db import Tx
from data.documents import DocumentKind, ShadowJob, ShadowState
from data.store.rows import named

_J = schema.shadow_job.c
_OPEN = (ShadowState.WAITING.value, ShadowState.RUNNING.value)


def _job(row: Row[Any]) -> ShadowJob:
    facts: dict[str, Any] = dict(named(row))
    facts["kind"], facts["state"] = DocumentKind(facts["kind"]), ShadowState(facts["state"])
    return ShadowJob(**facts)


def add_shadow_job(
    tx: Tx, kind: DocumentKind, version: int, days: int, *, user_id: int, now: datetime
) -> ShadowJob:
    """Asks for a run; one that waits or runs for this draft already is given instead."""
    known = newest_shadow_job(tx, kind, version)
    if known is not None and known.is_open:
        return known
    values = {
        "kind": kind.value,
        "version": version,
        "days": days,
        "user_id": user_id,
        "state": ShadowState.WAITING.value,
        "attempts": 0,
        "done": 0,
        "total": 0,
        "created_at": now,
    }
    row = tx.execute(insert(schema.shadow_job).values(values).returning(schema.shadow_job)).one()
    return _job(row)


def shadow_job_by_id(tx: Tx, job_id: int) -> ShadowJob | None:
    row = tx.execute(select(schema.shadow_job).where(_J.id == job_id)).one_or_none()
    return None if row is None else _job(row)


def newest_shadow_job(tx: Tx, kind: DocumentKind, version: int) -> ShadowJob | None:
    """The run of this draft that was asked for last; None when none ever was."""
    query = select(schema.shadow_job).where(_J.kind == kind.value, _J.version == version)
    row = tx.execute(query.order_by(_J.id.desc()).limit(1)).one_or_none()
    return None if row is None else _job(row)


def open_shadow_jobs(tx: Tx) -> list[ShadowJob]:
    """Those that wait or run, the oldest first."""
    query = select(schema.shadow_job).where(_J.state.in_(_OPEN)).order_by(_J.id)
    return [_job(row) for row in tx.execute(query)]


def begin_shadow_job(tx: Tx, job_id: int, *, total: int) -> int:
    """Begins the run from nothing; gives the how manieth time."""
    values = {"state": ShadowState.RUNNING.value, "done": 0, "total": total}
    changed = update(schema.shadow_job).where(_J.id == job_id)
    return tx.execute(
        changed.values(**values, attempts=_J.attempts + 1).returning(_J.attempts)
    ).scalar_one()


def note_shadow_progress(tx: Tx, job_id: int, done: int) -> None:
    """Notes how many comments were compared so far."""
    tx.execute(update(schema.shadow_job).where(_J.id == job_id).values(done=done))


def end_shadow_job(
    tx: Tx, job_id: int, *, now: datetime, shadow_id: int | None = None, error: str | None = None
) -> None:
    """Ends the run: done with its result, or failed with its reason."""
    state = ShadowState.DONE if error is None else ShadowState.FAILED
    values = {"state": state.value, "ended_at": now, "shadow_id": shadow_id, "error": error}
    tx.execute(update(schema.shadow_job).where(_J.id == job_id).values(values))
