"""The duty measured: what was due, what was in target, how long each step took, what waits.

An item is due at the instant its target runs out (analysis.service_level), so each item counts on
one day only. Open and overdue count as missed. A removal counts when it is verified, not before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import polars as pl

from analysis.ranges import Share, share_of
from analysis.service_level import ServiceLevel, deadline
from data.model import DONE_STATES, REMOVING, EnforcementState, Flag, utc


class Outcome(StrEnum):
    """How a due item ended, seen from the end of the report."""

    IN_TARGET = "in_target"
    LATE = "late"  # decided or verified, but after its target
    OVERDUE = "overdue"  # still open, or removed in word only, past its target
    FAILED = "failed"  # decided in time; the platform refused, or somebody reversed it
    UNPROVEN = "unproven"  # decided in time; the removal is not verified yet
    GONE = "gone"  # left the platform by itself before it was due: no longer due


MISSED = frozenset({Outcome.LATE, Outcome.OVERDUE, Outcome.FAILED})
_REFUSED = [
    EnforcementState.REFUSED.value,
    EnforcementState.CONFLICT.value,
    EnforcementState.LEFT.value,
    EnforcementState.TEXT_CHANGED.value,
]
# A removal whose comment was gone already has nothing left to verify.
_DONE = [*sorted(s.value for s in DONE_STATES), EnforcementState.GONE.value]
_REMOVING = sorted(v.value for v in REMOVING)
DUE_AT = pl.Datetime("us", "UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRow:
    """One line of the duty table: a page, a class of items, or all."""

    name: str
    due: int
    in_target: int
    late: int
    overdue: int
    failed: int
    unproven: int
    share: Share

    @property
    def missed(self) -> int:
        return self.late + self.overdue + self.failed

    def called(self, name: str) -> DutyRow:
        """The same line under another name."""
        return replace(self, name=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTime:
    """Minutes from ``since`` (posted, first seen) to ``stage``; None when no item got there."""

    stage: str
    since: str
    n: int
    median: float | None
    p95: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What was open at the end. Age runs from posting, never from before the page was connected,
    and for an edited text from when its edit was seen."""

    count: int
    severe: int
    over_limit: int
    oldest: timedelta | None
    oldest_id: str | None
    oldest_source: str | None
    second_look: int = 0  # of the count: a senior officer is asked


def due_items(
    comments: pl.DataFrame,
    start: datetime,
    end: datetime,
    level: ServiceLevel,
    *,
    as_of: datetime,
) -> pl.DataFrame:
    """The asking comments whose target ran out in [start, end), with ``due_at`` and ``outcome``."""
    asking = comments.filter(pl.col("flag") != Flag.NONE.value)
    seen = asking.select("revised_at", "flag").iter_rows()
    due = pl.Series("due_at", [deadline(at, flag, level) for at, flag in seen], dtype=DUE_AT)
    inside = asking.with_columns(due).filter(
        pl.col("due_at").is_between(utc(start), utc(end), closed="left")
    )
    return inside.with_columns(_outcome(level, utc(as_of)).alias("outcome"))


def _outcome(level: ServiceLevel, as_of: datetime) -> pl.Expr:
    def told(outcome: Outcome) -> pl.Expr:
        return pl.lit(outcome.value)

    limit = pl.col("revised_at") + pl.duration(minutes=int(level.oldest_hours * 60))
    done = pl.col("state").is_in(_DONE).fill_null(False)
    late = pl.col("decided_at") > pl.col("due_at")
    removal = pl.col("verdict").is_in(_REMOVING)
    left = pl.col("missing_since").is_not_null() & (pl.col("missing_since") <= pl.col("due_at"))
    return (
        pl.when(~pl.col("closed"))
        .then(pl.when(left).then(told(Outcome.GONE)).otherwise(told(Outcome.OVERDUE)))
        .when(late)
        .then(told(Outcome.LATE))
        .when(~removal)
        .then(told(Outcome.IN_TARGET))
        .when(done & (pl.col("verified_at") > limit).fill_null(False))
        .then(told(Outcome.LATE))
        .when(done)
        .then(told(Outcome.IN_TARGET))
        .when(pl.col("state").is_in(_REFUSED).fill_null(False))
        .then(told(Outcome.FAILED))
        .when(limit < pl.lit(as_of, dtype=DUE_AT))
        .then(told(Outcome.OVERDUE))
        .otherwise(told(Outcome.UNPROVEN))
    )


def duty_row(name: str, items: pl.DataFrame) -> DutyRow:
    """Counts of one group of due items; what left by itself is no longer due."""
    outcomes = items["outcome"].to_list()
    count = {o: outcomes.count(o.value) for o in Outcome}
    due = len(outcomes) - count[Outcome.GONE]
    return DutyRow(
        name=name,
        due=due,
        in_target=count[Outcome.IN_TARGET],
        late=count[Outcome.LATE],
        overdue=count[Outcome.OVERDUE],
        failed=count[Outcome.FAILED],
        unproven=count[Outcome.UNPROVEN],
        share=share_of(count[Outcome.IN_TARGET], due),
    )


def duty_table(items: pl.DataFrame, names: Sequence[str], by: str = "source") -> list[DutyRow]:
    """A line for each name of the column ``by``, also when nothing was due there."""
    return [duty_row(name, items.filter(pl.col(by) == name)) for name in names]


STAGES = (
    ("first look", "looked_at"),
    ("decision", "decided_at"),
    ("verified action", "verified_at"),
)


def stage_times(items: pl.DataFrame) -> tuple[StageTime, ...]:
    """Median and 95th percentile of minutes to each step, from posted and from first seen.

    Only what got there is counted: read it beside the numbers of open and overdue items.
    """
    decided = pl.when(pl.col("closed")).then(pl.col("decided_at"))
    steps = items.with_columns(
        decided.alias("decided_at"),
        pl.min_horizontal("opened_at", decided).alias("looked_at"),
    )
    return tuple(
        _stage_time(steps, stage, column, since, start)
        for stage, column in STAGES
        for since, start in (("posted", "posted_at"), ("first seen", "revised_at"))
    )


def _stage_time(frame: pl.DataFrame, stage: str, column: str, since: str, start: str) -> StageTime:
    minutes = frame.select(
        ((pl.col(column) - pl.col(start)).dt.total_seconds(fractional=True) / 60).alias("m")
    )["m"].drop_nulls()
    return StageTime(
        stage=stage,
        since=since,
        n=minutes.len(),
        median=minutes.quantile(0.5, "linear"),
        p95=minutes.quantile(0.95, "linear"),
    )


def waiting(comments: pl.DataFrame, level: ServiceLevel, *, as_of: datetime) -> Waiting:
    """What asked for a person at ``as_of`` and had no closing decision, and the oldest of it.

    ``comments`` are those of a window with ``asking``: the same that the queue holds.
    """
    edited = pl.when(pl.col("revision_no") > 1).then("revised_at").otherwise("posted_at")
    since = pl.max_horizontal(edited, "watched_from").alias("since")
    still = comments.filter(~pl.col("closed") & pl.col("missing_since").is_null())
    still = still.with_columns(since).sort("since", "comment_id")
    if still.is_empty():
        return Waiting(
            count=0, severe=0, over_limit=0, oldest=None, oldest_id=None, oldest_source=None
        )
    first = still.row(0, named=True)
    limit = utc(as_of) - timedelta(hours=level.oldest_hours)
    return Waiting(
        count=still.height,
        severe=still.filter(~pl.col("second_look") & (pl.col("flag") == Flag.SEVERE.value)).height,
        over_limit=still.filter(pl.col("since") < limit).height,
        oldest=utc(as_of) - first["since"],
        oldest_id=first["comment_id"],
        oldest_source=first["source"],
        second_look=still.filter(pl.col("second_look")).height,
    )
