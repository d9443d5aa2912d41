"""Trends over local days: volume, flags, removals; the unjudged and the unwatched stay visible.

A day on which nothing was collected is a gap (null), never a zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from analysis.service_level import ServiceLevel
from analysis.watch import all_watched, looks_of
from data.day import day_bounds
from data.model import REMOVING, Coverage, Flag, Sentiment, Source

NOT_JUDGED = [Coverage.NOT_COVERED.value, Coverage.NOT_CHECKED.value]
FLAGGED = [Flag.FLAGGED.value, Flag.SEVERE.value]
_REMOVED = sorted(v.value for v in REMOVING)
KINDS = ("complaint", "suggestion", "policy_view", "question", "praise", "other")

REMOVED = pl.col("closed") & pl.col("verdict").is_in(_REMOVED).fill_null(False)

COUNTS = {
    "comments": pl.len(),
    "flagged": pl.col("flag").is_in(FLAGGED).sum(),
    "removed": REMOVED.sum(),
    "protected": pl.col("protected").sum(),
    "not_judged": pl.col("coverage").is_in(NOT_JUDGED).sum(),
    "negative": (pl.col("sentiment") == Sentiment.NEGATIVE.value).sum(),
    "positive": (pl.col("sentiment") == Sentiment.POSITIVE.value).sum(),
}


def local_days_of(first: date, last: date) -> list[date]:
    """Every calendar day from ``first`` to ``last``, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _counts() -> list[pl.Expr]:
    return [expr.cast(pl.Int64).alias(name) for name, expr in COUNTS.items()]


def counts_by(comments: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Comments, flags, removals, protected and not judged of each group, sorted by its keys."""
    return comments.group_by(*keys).agg(_counts()).sort(*keys)


def daily(counts: pl.DataFrame, first: date, last: date, watch: pl.DataFrame) -> pl.DataFrame:
    """One row for each local day: the counts, ``watched`` (0..1 or null), and ``gap``.

    ``counts`` are COUNTS by ``day``, as counts_by() gives them, and ``watch`` is daily_watch();
    where a day was not watched at all and nothing is known of it, the counts are null: a gap, not
    a zero.
    """
    days = pl.DataFrame({"day": local_days_of(first, last)}, schema={"day": pl.Date()})
    told = days.join(counts, on="day", how="left").join(watch, on="day", how="left")
    blind = pl.col("watched").fill_null(0.0) <= 0
    empty = pl.col("comments").is_null()
    filled = [
        pl.when(empty & blind).then(None).otherwise(pl.col(n).fill_null(0)).alias(n) for n in COUNTS
    ]
    gap = (pl.col("watched").fill_null(0.0) < 1).alias("gap")
    return told.with_columns(*filled, gap).sort("day")


WATCH = {"day": pl.Date(), "watched": pl.Float64(), "gap_minutes": pl.Float64()}


def daily_watch(
    sweeps: pl.DataFrame, sources: Sequence[Source], first: date, last: date, level: ServiceLevel
) -> pl.DataFrame:
    """For each local day the share of source-minutes watched; null when no source was there."""
    rows: list[tuple[date, float | None, float]] = []
    looks = looks_of(sweeps)
    for day in local_days_of(first, last):
        seen = all_watched(looks, sources, *day_bounds(day, level.zone), level)
        due = sum(w.due_minutes for w in seen)
        got = sum(w.watched_minutes for w in seen)
        rows.append((day, got / due if due else None, due - got))
    return pl.DataFrame(rows, schema=WATCH, orient="row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What a comparison of two windows of days is worth: days that were not watched in full.

    ``dark`` are those of the window before on which nobody looked, or no page was connected yet:
    what was written then may never have been seen.
    """

    before_partly: int
    before_dark: int
    now_partly: int

    @property
    def is_even(self) -> bool:
        """Both windows were watched in full: a change is a change of what people write."""
        return not (self.before_partly or self.before_dark or self.now_partly)


def compared(watch: pl.DataFrame, first: date, today: date) -> Compared:
    """What daily_watch() says of the days before ``first`` against those from it to ``today``.

    Today itself is not over and counts for nothing.
    """
    told = watch.filter(pl.col("day") < today).with_columns(pl.col("watched").fill_null(0.0))
    before, now = told.filter(pl.col("day") < first), told.filter(pl.col("day") >= first)
    dark = before.filter(pl.col("watched") <= 0).height
    return Compared(
        before_partly=before.filter(pl.col("watched") < 1).height - dark,
        before_dark=dark,
        now_partly=now.filter(pl.col("watched") < 1).height,
    )


def kinds_of(comments: pl.DataFrame) -> dict[str, int]:
    """How many comments carry each feedback kind; a comment may carry several. Removed ones too."""
    found = comments.select(pl.col("feedback").explode()).to_series().drop_nulls()
    counted = dict(found.value_counts().iter_rows())
    return {kind: counted.get(kind, 0) for kind in KINDS}
