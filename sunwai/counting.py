"""Keeping the counts of each day: those that changed, and those that were never counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from analysis.counting import keep_day
from data.day import local_day
from data.db import Database
from data.store import day_counts


def keep_counts(
    db: Database, zone: str, *, now: datetime, keep_on: Callable[[], bool] = lambda: True
) -> int:
    """Counts every local day anew whose counts are not kept or have changed; gives how many it
    could keep. The newest first, day by day: a run that is cut off goes on where it was."""
    with db.read() as tx:
        first, last = day_counts.first_day(tx, zone), local_day(now, zone)
        days = [] if first is None else day_counts.stale_days(tx, zone, first, last)
    done = 0
    for day in reversed(days):
        if not keep_on():
            break
        done += keep_day(db, zone, day)
    return done
