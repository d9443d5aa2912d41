"""What the feedback page tells: themes, kinds, mood, coverage and volume of a window of days.

Every figure is computed by analysis/, as in the report, and comes with the query that lists
exactly the comments that were counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from analysis.ranges import Change
from analysis.report import DayPoint
from analysis.themes import ThemeRow, choose_quotes, theme_table
from analysis.trends import (
    FLAGGED,
    NOT_JUDGED,
    REMOVED,
    Compared,
    compared,
    daily,
    daily_watch,
    kinds_of,
)
from dashboard import written
from dashboard.deps import Deps
from dashboard.found import masked_for_all
from dashboard.wanted import Days, last_days
from dashboard.words import t
from data.day import day_bounds, local_day
from data.db import Tx
from data.frames import Window, comments_frame, sweeps_frame
from data.model import Assessment, Coverage, Language, Sentiment, Theme, ThemeState
from data.store import sources, themes
from data.store.search import Wanted, find_comments

TOP = 6
QUOTES = 3
LEAD_IN = timedelta(days=8)  # a file feed's interval can be a week
COLUMNS = (
    "comment_id", "source", "language", "coverage", "flag", "protected", "feedback", "sentiment",
    "posted_at", "verdict", "closed", "group_id", "themes", "day",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A masked text that stands for a theme."""

    comment_id: str
    text: str
    language: Language
    posted: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One signed-off theme of the window."""

    theme: Theme
    row: ThemeRow
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What people said in ``days``; counts are of comments posted in them, removed ones too."""

    days: Days
    total: int
    flagged: int
    removed: int
    protected: int
    coverage: dict[str, int]
    moods: dict[str, int]  # "" is: not told
    kinds: dict[str, int]
    themes: tuple[Told, ...]
    theme_count: int  # signed-off themes that were spoken of
    without_theme: int
    trend: tuple[DayPoint, ...]
    compared: Compared  # what a change against the days before is worth

    @property
    def not_judged(self) -> int:
        return sum(self.coverage.get(c, 0) for c in NOT_JUDGED)


def hearing(tx: Tx, d: Deps, n: int) -> Hearing:
    """The window of the last ``n`` local days, against as many days before."""
    now = d.clock()
    days = last_days(n, local_day(now, d.zone), d.zone)
    before_first = days.first - timedelta(days=n)
    since = day_bounds(before_first, d.zone)[0]
    window = Window(since=since, until=days.until, as_of=now, by="posted")
    frame = comments_frame(tx, window, d.zone, columns=COLUMNS)
    mine = frame.filter(pl.col("day") >= days.first)
    before = frame.filter(pl.col("day") < days.first)
    known = {t.key: t for t in themes.list_themes(tx) if t.state is ThemeState.SELECTED}
    rows = theme_table(mine, before, sorted(known))
    return Hearing(
        days=days,
        total=mine.height,
        flagged=mine.filter(pl.col("flag").is_in(FLAGGED)).height,
        removed=mine.filter(REMOVED).height,
        protected=mine.filter(pl.col("protected")).height,
        coverage=_counts(mine, "coverage", [c.value for c in Coverage]),
        moods=_counts(mine, "sentiment", [m.value for m in Sentiment]),
        kinds=kinds_of(mine),
        themes=_themes(tx, known, rows, mine),
        theme_count=sum(1 for r in rows if r.count),
        without_theme=mine.filter(~pl.col("themes").list.set_intersection(list(known)).list.len()
                                  .cast(pl.Boolean)).height,
        trend=_trend(tx, d, mine, days),
        compared=_compared(tx, d, before_first, days),
    )  # fmt: skip


def _counts(frame: pl.DataFrame, column: str, names: list[str]) -> dict[str, int]:
    values = frame[column].to_list()
    return {name: values.count(name) for name in names} | {"": values.count(None)}


def _themes(
    tx: Tx, known: Mapping[str, Theme], rows: Sequence[ThemeRow], frame: pl.DataFrame
) -> tuple[Told, ...]:
    """The most spoken of; no comment speaks for two."""
    found: list[Told] = []
    said: set[str] = set()
    for row in (r for r in rows[:TOP] if r.count):
        found.append(_told(tx, known[row.key], row, frame, said))
        said.update(q.comment_id for q in found[-1].quotes)
    return tuple(found)


def _told(tx: Tx, theme: Theme, row: ThemeRow, frame: pl.DataFrame, said: set[str]) -> Told:
    ids = tuple(choose_quotes(frame, theme.key, QUOTES, skip=said))
    found = {f.comment.id: f for f in find_comments(tx, Wanted(comment_ids=ids))} if ids else {}
    day = dict(
        frame.filter(pl.col("comment_id").is_in(ids)).select("comment_id", "day").iter_rows()
    )
    quotes = [
        Quote(
            comment_id=i,
            text=masked_for_all(
                found[i].comment.revision.text, found[i].assessment, found[i].decision
            ),
            language=_language(found[i].assessment),
            posted=day[i],
        )
        for i in ids
        if i in found
    ]
    return Told(theme=theme, row=row, quotes=tuple(quotes))


def _language(a: Assessment | None) -> Language:
    return Language.UND if a is None else a.reading.language


def _trend(tx: Tx, d: Deps, mine: pl.DataFrame, days: Days) -> tuple[DayPoint, ...]:
    sweeps = sweeps_frame(tx, days.since - LEAD_IN, days.until)
    watch = daily_watch(sweeps, sources.list_sources(tx), days.first, days.last, d.service_level)
    names = ("day", "comments", "flagged", "removed", "not_judged", "watched")
    rows = daily(mine, days.first, days.last, watch).iter_rows(named=True)
    return tuple(DayPoint(**{n: r[n] for n in names}) for r in rows)


def _compared(tx: Tx, d: Deps, first: date, days: Days) -> Compared:
    since = day_bounds(first, d.zone)[0]
    sweeps = sweeps_frame(tx, since - LEAD_IN, days.until)
    watch = daily_watch(sweeps, sources.list_sources(tx), first, days.last, d.service_level)
    return compared(watch, days.first, days.last)


def change_words(change: Change, n: int) -> str:
    """How a theme's share moved against the days before, with its range, or why it is not told."""
    before = written.number(change.before)
    if change.ratio is None or change.low is None or change.high is None:
        return t("{before} in the {n} days before: too few to compare", before=before, n=n)
    values = {
        "ratio": written.number(change.ratio, 1),
        "low": written.number(change.low, 1),
        "high": written.number(change.high, 1),
        "before": before,
        "n": n,
    }
    if change.sure:
        return t(
            "{ratio} times its share of the {n} days before ({low} to {high}; {before} then)",
            **values,
        )
    return t(
        "No sure change: {ratio} times its share of the {n} days before ({low} to {high}; "
        "{before} then)",
        **values,
    )
