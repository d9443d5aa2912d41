"""What the duty page tells of a window: how due items ended, the watch, and whether it is fair."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from analysis.blind import BlindMeasures, blind_measures
from analysis.counting import SEEN, counted
from analysis.duty import DutyRow, StageTime, Waiting, duty_row, duty_table, stage_times, waiting
from analysis.fairness import Fairness, Undoing, fairness, undoings
from analysis.report_build import CLASSES
from analysis.watch import Watched, all_watched, looks_of
from dashboard.deps import Deps
from dashboard.finding.outcomes import due_frame
from dashboard.finding.wanted import Days, last_days
from data.day import local_day
from data.db import Tx
from data.frames import Window, comments_frame, decisions_frame, sweeps_frame
from data.model import Source
from data.store import blind, sources

LEAD_IN = timedelta(days=8)  # a file feed's interval can be a week
OPEN_COLUMNS = (
    "comment_id", "revision_no", "source", "flag", "posted_at", "watched_from", "revised_at",
    "closed", "second_look", "missing_since",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """The duty in ``days``, up to ``until`` (now, while the last day runs)."""

    days: Days
    until: datetime
    all: DutyRow
    pages: list[DutyRow]
    classes: list[tuple[tuple[str, ...], DutyRow]]  # with the flags of the class
    stages: tuple[StageTime, ...]
    waiting: Waiting
    watched: tuple[Watched, ...]
    seen: int
    fairness: Fairness
    undoings: Undoing
    titles: dict[str, Source]
    blind: BlindMeasures


def serving(tx: Tx, d: Deps, n: int) -> Serving:
    """The window of the last ``n`` local days."""
    now = d.clock()
    days = last_days(n, local_day(now, d.zone), d.zone)
    until = min(days.until, now)
    items = due_frame(tx, d, days.since, days.until)
    known = sources.list_sources(tx)
    seen = counted(tx, d.zone, days.first, days.last, SEEN).total
    open_now = Window(until=now + timedelta(seconds=1), asking=True, open=True)
    made = decisions_frame(tx, days.since, days.until, as_of=now)
    sweeps = sweeps_frame(tx, days.since - LEAD_IN, days.until)
    return Serving(
        days=days,
        until=until,
        all=duty_row("All pages", items),
        pages=duty_table(items, [s.name for s in known]),
        classes=[
            (flags, duty_row(name, items.filter(pl.col("flag").is_in(flags))))
            for name, flags in CLASSES.items()
        ],
        stages=stage_times(items),
        waiting=waiting(comments_frame(tx, open_now, d.zone, columns=OPEN_COLUMNS),
                        d.service_level, as_of=now),
        watched=all_watched(looks_of(sweeps), known, days.since, until, d.service_level),
        seen=seen.get(("seen", "comments"), 0),
        fairness=fairness(seen, made),
        undoings=undoings(made),
        titles={s.name: s for s in known},
        blind=blind_measures(blind.blind_answers(tx, since=days.since, until=days.until)),
    )  # fmt: skip
