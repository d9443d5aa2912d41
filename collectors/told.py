"""Reading at once the comments that a platform told of, by their ids.

A Sweep of its own kind says what was done. It moves no mark and proves no absence: the sweep of
the whole page stays the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from collectors.base import CollectError, Collector
from collectors.keeping import Keeping, Progress, save_reread
from data.db import Database
from data.model import (
    CollectedComment,
    CollectedPost,
    ErrorClass,
    Liveness,
    Source,
    SweepKind,
    SweepOutcome,
    utc,
)
from data.store.sweeps import begin_sweep, close_interrupted, finish_sweep


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRead:
    """What came of it. ``unread`` are ids that gave no comment; ``error`` says why nothing more
    could be read, and ``until`` before when it is no use to come again."""

    read: int = 0
    unread: tuple[str, ...] = ()
    error_class: ErrorClass | None = None
    error: str | None = None
    until: datetime | None = None


def read_told(
    collector: Collector,
    source: Source,
    db: Database,
    wanted: Mapping[str, str | None],
    *,
    keeping: Keeping,
    clock: Callable[[], datetime],
) -> ToldRead:
    """Reads and keeps the comments of these ids, each with the post that it was told under."""
    now = utc(clock())
    with db.write() as tx:
        close_interrupted(tx, source.id, now=now, kinds=[SweepKind.TOLD])
        sweep_id = begin_sweep(tx, source.id, SweepKind.TOLD, now=now)
    progress = Progress()
    found = ToldRead()
    read: Mapping[str, tuple[Liveness, CollectedComment | None]] = {}
    try:
        read = collector.read_comments(list(wanted))
    except CollectError as error:
        found = ToldRead(error_class=error.error_class, error=error.message, until=error.until)
    unread: list[str] = []
    with db.write() as tx:
        for call_id, (liveness, told) in read.items():
            if liveness is not Liveness.ALIVE or told is None:
                unread.append(call_id)
                continue
            post = wanted.get(call_id)
            if told.post is None and post is not None:
                told = replace(told, post=CollectedPost(external_id=post))
            if not save_reread(tx, source, sweep_id, told, keeping, progress, now=now):
                unread.append(call_id)
        finish_sweep(
            tx,
            sweep_id,
            SweepOutcome.COMPLETE if found.error is None else SweepOutcome.FAILED,
            progress.tally,
            now=max(now, utc(clock())),
            error_class=found.error_class,
            error=found.error,
        )
    return replace(found, read=progress.tally.read, unread=tuple(unread))
