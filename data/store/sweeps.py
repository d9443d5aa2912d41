"""Sweeps: the record that somebody looked, also when there was nothing to see."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from data import schema
from data.db import Tx
from data.model import ErrorClass, RowError, Sweep, SweepKind, SweepOutcome, SweepTally
from data.store.rows import named

_W = schema.sweep.c


def _sweep(row: Row[Any]) -> Sweep:
    m = named(row)
    return Sweep(
        id=m["id"],
        source_id=m["source_id"],
        kind=SweepKind(m["kind"]),
        started_at=m["started_at"],
        ended_at=m["ended_at"],
        outcome=SweepOutcome(m["outcome"]),
        tally=SweepTally(
            read=m["read"],
            new=m["new"],
            revised=m["revised"],
            unchanged=m["unchanged"],
            rejected=m["rejected"],
        ),
        newest_at=m["newest_at"],
        error_class=None if m["error_class"] is None else ErrorClass(m["error_class"]),
        error=m["error"],
        resume_at=m["resume_at"],
        file_name=m["file_name"],
        file_sha256=m["file_sha256"],
        platform_total=m["platform_total"],
    )


def begin_sweep(
    tx: Tx,
    source_id: int,
    kind: SweepKind,
    *,
    now: datetime,
    file_name: str | None = None,
    file_sha256: str | None = None,
) -> int:
    """Opens a sweep and gives its id. It stands as *running* until it is finished."""
    values = {
        "source_id": source_id,
        "kind": kind.value,
        "started_at": now,
        "outcome": SweepOutcome.RUNNING.value,
        "file_name": file_name,
        "file_sha256": file_sha256,
    }
    return tx.execute(insert(schema.sweep).values(values).returning(_W.id)).scalar_one()


def finish_sweep(
    tx: Tx,
    sweep_id: int,
    outcome: SweepOutcome,
    tally: SweepTally,
    *,
    now: datetime,
    newest_at: datetime | None = None,
    platform_total: int | None = None,
    error_class: ErrorClass | None = None,
    error: str | None = None,
    resume_at: datetime | None = None,
) -> None:
    """Closes a running sweep with what it did; one already closed is left as it is."""
    tx.execute(
        update(schema.sweep)
        .where(_W.id == sweep_id, _W.outcome == SweepOutcome.RUNNING.value)
        .values(
            outcome=outcome.value,
            ended_at=now,
            read=tally.read,
            new=tally.new,
            revised=tally.revised,
            unchanged=tally.unchanged,
            rejected=tally.rejected,
            newest_at=newest_at,
            platform_total=platform_total,
            error_class=None if error_class is None else error_class.value,
            error=error,
            resume_at=resume_at,
        )
    )


def close_interrupted(
    tx: Tx,
    source_id: int,
    *,
    now: datetime,
    kinds: Collection[SweepKind] = tuple(SweepKind),
) -> int:
    """Closes sweeps that a dead process left running; gives how many. Call before a new one.

    Each names its own kind only, so that it does not close another lane's scan under way.
    """
    result = tx.execute(
        update(schema.sweep)
        .where(
            _W.source_id == source_id,
            _W.outcome == SweepOutcome.RUNNING.value,
            _W.kind.in_([k.value for k in kinds]),
        )
        .values(
            outcome=SweepOutcome.INTERRUPTED.value,
            ended_at=now,
            error="The process ended in the middle of this sweep; the next one covers the gap.",
        )
    )
    return result.rowcount


def keep_rejected(tx: Tx, sweep_id: int, errors: Iterable[RowError]) -> None:
    """Keeps rows that were not taken, each with its number and reason."""
    rows = [
        {
            "sweep_id": sweep_id,
            "row": e.row,
            "reason": e.reason,
            "raw": e.raw,
        }
        for e in errors
    ]
    if rows:
        tx.execute(insert(schema.rejected_row), rows)


def rejected_rows(tx: Tx, sweep_id: int, limit: int = 1000) -> list[RowError]:
    r = schema.rejected_row.c
    query = select(r.row, r.reason, r.raw).where(r.sweep_id == sweep_id).order_by(r.row, r.id)
    return [RowError(row=x.row, reason=x.reason, raw=x.raw) for x in tx.execute(query.limit(limit))]


def sweep_by_id(tx: Tx, sweep_id: int) -> Sweep | None:
    row = tx.execute(select(schema.sweep).where(_W.id == sweep_id)).one_or_none()
    return None if row is None else _sweep(row)


def list_sweeps(
    tx: Tx, *, source_id: int | None = None, since: datetime | None = None, limit: int = 200
) -> list[Sweep]:
    """The newest sweeps first."""
    query = select(schema.sweep).order_by(_W.started_at.desc(), _W.id.desc()).limit(limit)
    if source_id is not None:
        query = query.where(_W.source_id == source_id)
    if since is not None:
        query = query.where(_W.started_at >= since)
    return [_sweep(r) for r in tx.execute(query)]


# Of the others none looks at the whole page for what is new.
LOOKING = (SweepKind.LIVE, SweepKind.RESCAN, SweepKind.IMPORT)


def last_complete(tx: Tx, source_id: int, kinds: Collection[SweepKind] = LOOKING) -> Sweep | None:
    """The newest sweep of the source that reached its end, of those that look at all of it."""
    return last_sweep(tx, source_id, kinds, [SweepOutcome.COMPLETE])


def last_sweep(
    tx: Tx,
    source_id: int,
    kinds: Collection[SweepKind],
    outcomes: Collection[SweepOutcome] = tuple(SweepOutcome),
) -> Sweep | None:
    """The newest sweep of these kinds, with one of these outcomes."""
    query = (
        select(schema.sweep)
        .where(
            _W.source_id == source_id,
            _W.kind.in_([k.value for k in kinds]),
            _W.outcome.in_([o.value for o in outcomes]),
        )
        .order_by(_W.started_at.desc(), _W.id.desc())
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else _sweep(row)


def high_water(tx: Tx, source_id: int) -> datetime | None:
    """The newest comment that a complete live scan of this source has seen.

    No other lane counts: each looks at a part of the page, and a file says nothing of what the
    platform held between its rows.
    """
    query = select(func.max(_W.newest_at)).where(
        _W.source_id == source_id,
        _W.outcome == SweepOutcome.COMPLETE.value,
        _W.kind == SweepKind.LIVE.value,
    )
    return tx.execute(query).scalar_one()


def imported_before(tx: Tx, source_id: int, file_sha256: str) -> Sweep | None:
    """The complete import of the same bytes into the same source, if there was one."""
    query = (
        select(schema.sweep)
        .where(
            _W.source_id == source_id,
            _W.file_sha256 == file_sha256,
            _W.outcome == SweepOutcome.COMPLETE.value,
        )
        .order_by(_W.id.desc())
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else _sweep(row)
