"""What the feedback page tells: themes, kinds, mood, coverage and volume of a window of days.

Every figure is computed by analysis/, as in the report, and comes with the query that lists
exactly the comments that were counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from analysis.counting import POSTED, POSTED_COLUMNS, QUOTE, counted, spoken_for
from analysis.day_counts import NO_THEME, day_totals, of
from analysis.quotes import choose_quotes
from analysis.ranges import Change
from analysis.report import DayPoint
from analysis.themes import ThemeRow, theme_table
from analysis.trends import KINDS, NOT_JUDGED, Compared, compared, daily, daily_watch
from dashboard.deps import Deps
from dashboard.finding.found import masked_for_all
from dashboard.finding.wanted import Days, last_days
from dashboard.words import t, written
from data.day import day_bounds, local_day
from data.db import Tx
from data.frames import Window, comments_frame, sweeps_frame
from data.model import Assessment, Coverage, Language, Sentiment, Theme, ThemeState
from data.store import sources, themes
from data.store.day_counts import Cells
from data.store.search import Wanted, find_comments

TOP = 6
QUOTES = 3
LEAD_IN = timedelta(days=8)  # a file feed's interval can be a week


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
    days = last_days(n, local_day(d.clock(), d.zone), d.zone)
    first = days.first - timedelta(days=n)
    told = counted(tx, d.zone, days.first, days.last, (*POSTED, QUOTE), each=("all",))
    before = counted(tx, d.zone, first, days.first - timedelta(days=1), ("all", "theme")).total
    now = told.total
    known = {t.key: t for t in themes.list_themes(tx) if t.state is ThemeState.SELECTED}
    rows = theme_table(now, before, sorted(known))
    watch = _watch(tx, d, first, days)
    kinds = of(now, "kind")
    all_of = of(now, "all")
    return Hearing(
        days=days,
        total=all_of.get("comments", 0),
        flagged=all_of.get("flagged", 0),
        removed=all_of.get("removed", 0),
        protected=all_of.get("protected", 0),
        coverage=_named(now, "coverage", [c.value for c in Coverage]),
        moods=_named(now, "mood", [m.value for m in Sentiment]),
        kinds={kind: kinds.get(kind, 0) for kind in KINDS},
        themes=_themes(tx, d, known, rows, now, days),
        theme_count=sum(1 for r in rows if r.count),
        without_theme=now.get(("theme", NO_THEME), 0),
        trend=_trend(told.days, days, watch),
        compared=compared(watch, days.first, days.last),
    )


def _named(cells: Cells, about: str, names: list[str]) -> dict[str, int]:
    return {name: cells.get((about, name), 0) for name in [*names, ""]}


def _themes(
    tx: Tx, d: Deps, known: Mapping[str, Theme], rows: Sequence[ThemeRow], now: Cells, days: Days
) -> tuple[Told, ...]:
    """The most spoken of; no comment speaks for two."""
    most = [r for r in rows[:TOP] if r.count]
    speaking = {r.key: spoken_for(now, r.key) for r in most}
    frame = _speaking(tx, d, [i for ids in speaking.values() for i in ids], days)
    found: list[Told] = []
    said: set[str] = set()
    for row in most:
        mine = frame.filter(pl.col("comment_id").is_in(speaking[row.key]))
        found.append(_told(tx, known[row.key], row, mine, said))
        said.update(q.comment_id for q in found[-1].quotes)
    return tuple(found)


def _speaking(tx: Tx, d: Deps, ids: Sequence[str], days: Days) -> pl.DataFrame:
    """The comments that may be quoted: those that each day's themes are told by."""
    told = Window(until=days.until, by="posted", ids=tuple(dict.fromkeys(ids)))
    return comments_frame(tx, told, d.zone, columns=POSTED_COLUMNS)


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


def _watch(tx: Tx, d: Deps, first: date, days: Days) -> pl.DataFrame:
    """The watch of each day from ``first`` to the end of the window."""
    sweeps = sweeps_frame(tx, day_bounds(first, d.zone)[0] - LEAD_IN, days.until)
    return daily_watch(sweeps, sources.list_sources(tx), first, days.last, d.service_level)


def _trend(counts: Mapping[date, Cells], days: Days, watch: pl.DataFrame) -> tuple[DayPoint, ...]:
    names = ("day", "comments", "flagged", "removed", "not_judged", "watched")
    rows = daily(day_totals(counts), days.first, days.last, watch).iter_rows(named=True)
    return tuple(DayPoint(**{n: r[n] for n in names}) for r in rows)


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
