"""The counts of a window of local days: what is kept of them, and what must be counted anew.

What is told here is right at the moment at which it is asked for, whatever is kept: a day in which
something has changed, or that was never counted, is counted on the spot (data/store/day_counts.py).
A day on which nothing was collected has no counts here; that it is a gap and no zero is told by the
sweeps (analysis.trends.daily).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from analysis.day_counts import added, cells_of, of
from analysis.fairness import seen_cells
from analysis.quotes import choose_quotes
from data.day import day_bounds
from data.db import Database, Tx
from data.frames import Window, comments_frame, local_days
from data.store import day_counts
from data.store.day_counts import Cells

POSTED_COLUMNS = (
    "comment_id", "language", "coverage", "flag", "protected", "feedback", "sentiment",
    "posted_at", "verdict", "closed", "group_id", "themes", "day",
)  # fmt: skip
SEEN_COLUMNS = (
    "source", "language", "coverage", "flag", "protected", "verdict", "closed", "reason", "state",
    "first_seen_at",
)  # fmt: skip
POSTED = (
    "all", "coverage", "mood", "kind", "theme", "theme removed", "theme negative",
    "theme positive", "theme kind", "theme language",
)  # fmt: skip
SEEN = ("seen", "seen source", "removed source", "seen language", "removed language",
        "removed reason")  # fmt: skip
QUOTE = "quote"
DAY_QUOTES = 6
"""So many of a day's comments stand for each theme; a window's quotes are chosen among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The counts of the days of a window: of all together, and of each."""

    total: Cells
    days: dict[date, Cells]


def counted(
    tx: Tx, zone: str, first: date, last: date, about: Sequence[str], *, each: Sequence[str] = ()
) -> Counted:
    """The counts of [first, last]: those in ``about`` of all days together, those in ``each`` day
    by day. A day without comments may stand in neither."""
    stale = day_counts.stale_days(tx, zone, first, last)
    asked = {*about, *each}
    posted, seen = not asked <= {*SEEN}, not asked.isdisjoint(SEEN)
    anew: dict[date, Cells] = {}
    for run in _runs(stale):
        anew |= count(tx, zone, *run, posted=posted, seen=seen)
    kept = day_counts.totals(tx, zone, first, last, about, without=stale)
    days = day_counts.by_day(tx, zone, first, last, each, without=stale) if each else {}
    days |= {day: _only(cells, each) for day, cells in anew.items()}
    return Counted(total=added([kept, *(_only(c, about) for c in anew.values())]), days=days)


def _only(cells: Cells, about: Sequence[str]) -> Cells:
    return {key: n for key, n in cells.items() if key[0] in about}


def _runs(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    """Days in order, as stretches without a hole: (first, last)."""
    start = 0
    for n, day in enumerate(days):
        if n + 1 == len(days) or days[n + 1] - day > timedelta(days=1):
            yield days[start], day
            start = n + 1


def count(
    tx: Tx, zone: str, first: date, last: date, *, posted: bool = True, seen: bool = True
) -> dict[date, Cells]:
    """Counts the days of [first, last] from their comments as they stand now: those ``posted`` on a
    day, and those first ``seen`` on it. A day without either is left out."""
    since, until = day_bounds(first, zone)[0], day_bounds(last, zone)[1]
    found: dict[date, Cells] = {}
    if posted:
        window = Window(since=since, until=until, by="posted")
        written = comments_frame(tx, window, zone, columns=POSTED_COLUMNS)
        found = {day: _day_cells(part) for day, part in _by_day(written)}
    if seen:
        window = Window(since=since, until=until, by="first_seen")
        arrived = comments_frame(tx, window, zone, columns=SEEN_COLUMNS)
        for day, part in _by_day(local_days(arrived, "first_seen_at", zone)):
            found.setdefault(day, {}).update(seen_cells(part))
    return found


def _by_day(frame: pl.DataFrame) -> Iterator[tuple[date, pl.DataFrame]]:
    for (day,), part in frame.partition_by("day", as_dict=True).items():
        yield day, part


def _day_cells(comments: pl.DataFrame) -> Cells:
    """The counts of one day's comments, and its own quotes of each theme; a quote's number is its
    place, from 1."""
    found = cells_of(comments)
    for theme in filter(None, of(found, "theme")):
        chosen = choose_quotes(comments, theme, DAY_QUOTES)
        found |= {(QUOTE, f"{theme} {i}"): n for n, i in enumerate(chosen, start=1)}
    return found


def spoken_for(cells: Cells, theme: str) -> list[str]:
    """Ids of the comments that stand for the theme on the days of these counts."""
    told = (name.partition(" ") for name in of(cells, QUOTE))
    return sorted(comment_id for key, _, comment_id in told if key == theme)


# ------------------------------------------------------------------------------ keeping them


def keep_day(db: Database, zone: str, day: date) -> bool:
    """Counts the day and keeps what came of it; False where something changed meanwhile."""
    with db.write() as tx:
        begun = day_counts.begin_day(tx, zone, day)
    with db.read() as tx:
        cells = count(tx, zone, day, day).get(day, {})
    with db.write() as tx:
        return day_counts.keep_day(tx, begun, cells)


def differences(tx: Tx, zone: str, first: date, last: date) -> list[date]:
    """The days whose kept counts are not what their comments say, though none is noted as changed.
    Counts every day anew."""
    stale = set(day_counts.stale_days(tx, zone, first, last))
    kept = day_counts.by_day(tx, zone, first, last, (*POSTED, *SEEN, QUOTE), without=stale)
    return [day for day, cells in kept.items() if cells != count(tx, zone, day, day).get(day, {})]
