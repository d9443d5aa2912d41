"""What is counted of a day's comments, in numbers that may be added up over days.

One definition for the feedback page and the report, for what is kept by day
(data/store/day_counts.py) and for what is counted on the spot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl

from analysis.trends import COUNTS, REMOVED
from data.model import Sentiment
from data.store.day_counts import Cells

NO_THEME = ""


def cells_of(comments: pl.DataFrame) -> Cells:
    """What is counted of these comments; removed ones too. Nothing stands for none.

    ``all`` are the counts of analysis.trends. ``coverage``, ``mood`` ("" is: not told) and ``kind``
    (a comment may be of several) name their values; ``theme`` and what follows it the theme,
    NO_THEME for the comments that speak of none.
    """
    if comments.is_empty():
        return {}
    totals = {name: int(comments.select(expr).item()) for name, expr in COUNTS.items()}
    found: Cells = {("all", name): n for name, n in totals.items() if n}
    mood = pl.col("sentiment").fill_null("")
    kinds = comments.select(pl.col("feedback").explode().alias("kind")).drop_nulls()
    found |= _by(comments, "coverage", "coverage")
    found |= _by(comments.with_columns(mood), "mood", "sentiment")
    found |= _by(kinds, "kind", "kind")
    return found | _of_themes(comments)


def _of_themes(comments: pl.DataFrame) -> Cells:
    told = comments.explode("themes").rename({"themes": "theme"})
    told = told.with_columns(pl.col("theme").fill_null(NO_THEME))
    moods = {mood: told.filter(pl.col("sentiment") == mood) for mood in Sentiment}
    kinds = told.explode("feedback").drop_nulls("feedback")
    return {
        **_by(told, "theme", "theme"),
        **_by(told.filter(REMOVED), "theme removed", "theme"),
        **_by(moods[Sentiment.NEGATIVE], "theme negative", "theme"),
        **_by(moods[Sentiment.POSITIVE], "theme positive", "theme"),
        **_by(kinds, "theme kind", "theme", "feedback"),
        **_by(told, "theme language", "theme", "language"),
    }


def _by(frame: pl.DataFrame, about: str, *columns: str) -> Cells:
    counted = frame.group_by(*columns).len()
    return {(about, " ".join(row[:-1])): row[-1] for row in counted.iter_rows()}


def added(cells: Iterable[Cells]) -> Cells:
    """The counts of several days together."""
    total: Counter[tuple[str, str]] = Counter()
    for some in cells:
        total.update(some)
    return dict(total)


def of(cells: Cells, about: str) -> dict[str, int]:
    """The counts of one kind, by name."""
    return {name: n for (kind, name), n in cells.items() if kind == about}


def day_totals(days: Mapping[date, Cells]) -> pl.DataFrame:
    """COUNTS of each of these days as trends.daily() takes them; a day without comments is left
    out, so that the sweeps say what it is."""
    rows = [
        {"day": day} | {name: cells.get(("all", name), 0) for name in COUNTS}
        for day, cells in days.items()
        if cells
    ]
    schema = {"day": pl.Date()} | dict.fromkeys(COUNTS, pl.Int64())
    return pl.DataFrame(rows, schema=schema)
