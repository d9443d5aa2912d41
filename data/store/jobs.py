"""Leases and the ledger of job runs: who may run, and what ran for which slot."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, or_, select, update

from data import schema
from data.db import Tx
from data.model import JobRun, JobState
from data.store.comments import upsert
from data.store.rows import named

_L, _J = schema.lease.c, schema.job_run.c


def take_lease(tx: Tx, name: str, owner: str, *, now: datetime, seconds: int = 30) -> bool:
    """Takes or renews the lease; False while another owner's is still good."""
    until = now + timedelta(seconds=seconds)
    mine = upsert(tx, schema.lease).values(name=name, owner=owner, until=until)
    taken = tx.execute(
        mine.on_conflict_do_update(
            index_elements=[_L.name],
            set_={"owner": owner, "until": until},
            where=or_(_L.owner == owner, _L.until <= now),
        ).returning(_L.name)
    )
    return taken.one_or_none() is not None


def drop_lease(tx: Tx, name: str, owner: str, *, now: datetime) -> None:
    """Gives the lease back, so that the next process need not wait for its end."""
    tx.execute(update(schema.lease).where(_L.name == name, _L.owner == owner).values(until=now))


def lease_until(tx: Tx, name: str) -> tuple[str, datetime] | None:
    """(owner, until) of the lease; None when nobody ever took it."""
    row = tx.execute(select(_L.owner, _L.until).where(_L.name == name)).one_or_none()
    return None if row is None else (row.owner, row.until)


def _run(row: Row[Any]) -> JobRun:
    m = named(row)
    return JobRun(
        job=m["job"],
        slot=m["slot"],
        state=JobState(m["state"]),
        owner=m["owner"],
        attempt=m["attempt"],
        started_at=m["started_at"],
        beat_at=m["beat_at"],
        ended_at=m["ended_at"],
        error=m["error"],
        retry_at=m["retry_at"],
    )


def claim_slot(
    tx: Tx, job: str, slot: str, owner: str, *, now: datetime, stale_seconds: int = 60
) -> bool:
    """Claims the slot for one run; False when it ran, or runs in a process that still beats.

    A run whose beat is stale is taken over (attempt + 1); a failed one is tried again, but not
    before the time it named.
    """
    first = upsert(tx, schema.job_run).values(
        job=job,
        slot=slot,
        state=JobState.RUNNING.value,
        owner=owner,
        attempt=1,
        started_at=now,
        beat_at=now,
    )
    stale = now - timedelta(seconds=stale_seconds)
    taken = tx.execute(
        first.on_conflict_do_update(
            index_elements=[_J.job, _J.slot],
            set_={
                "state": JobState.RUNNING.value,
                "owner": owner,
                "attempt": _J.attempt + 1,
                "started_at": now,
                "beat_at": now,
                "ended_at": None,
                "error": None,
                "retry_at": None,
            },
            where=or_(
                (_J.state == JobState.FAILED.value)
                & or_(_J.retry_at.is_(None), _J.retry_at <= now),
                (_J.state == JobState.RUNNING.value) & (_J.beat_at <= stale),
            ),
        ).returning(_J.slot)
    )
    return taken.one_or_none() is not None


def beat(tx: Tx, job: str, slot: str, owner: str, *, now: datetime) -> bool:
    """Says that the run is alive; False when it was taken over meanwhile."""
    beaten = tx.execute(
        update(schema.job_run)
        .where(_J.job == job, _J.slot == slot, _J.owner == owner)
        .values(beat_at=now)
    )
    return beaten.rowcount == 1


def end_slot(
    tx: Tx,
    job: str,
    slot: str,
    owner: str,
    *,
    now: datetime,
    error: str | None = None,
    retry_at: datetime | None = None,
) -> None:
    """Ends a run: done, or failed with its reason and the time before which it rests."""
    state = JobState.DONE if error is None else JobState.FAILED
    tx.execute(
        update(schema.job_run)
        .where(_J.job == job, _J.slot == slot, _J.owner == owner)
        .values(state=state.value, ended_at=now, error=error, retry_at=retry_at)
    )


def attempt_of(tx: Tx, job: str, slot: str) -> int:
    """How often the slot was claimed; 0 when it never was."""
    query = select(_J.attempt).where(_J.job == job, _J.slot == slot)
    return tx.execute(query).scalar_one_or_none() or 0


def job_runs(tx: Tx, *, job: str | None = None, limit: int = 100) -> list[JobRun]:
    query = select(schema.job_run).order_by(_J.started_at.desc()).limit(limit)
    if job is not None:
        query = query.where(_J.job == job)
    return [_run(r) for r in tx.execute(query)]


DIED = "The process ended in the middle of this run."


def dead_runs(tx: Tx, *, now: datetime, stale_seconds: int = 60) -> list[JobRun]:
    """The runs whose process stopped beating."""
    query = select(schema.job_run).where(_is_dead(now, stale_seconds))
    return [_run(r) for r in tx.execute(query)]


def _is_dead(now: datetime, stale_seconds: int) -> Any:
    stale = now - timedelta(seconds=stale_seconds)
    return and_(_J.state == JobState.RUNNING.value, _J.beat_at <= stale)


def close_dead(tx: Tx, *, now: datetime, stale_seconds: int = 60) -> int:
    """Ends the runs whose process stopped beating as failed; gives how many."""
    closed = tx.execute(
        update(schema.job_run)
        .where(_is_dead(now, stale_seconds))
        .values(state=JobState.FAILED.value, ended_at=now, error=DIED)
    )
    return closed.rowcount
