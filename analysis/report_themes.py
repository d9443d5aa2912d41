"""What the report tells of themes: how often of late and before, in whose words, and new ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import polars as pl

from analysis.bursts import burst_terms
from analysis.day_counts import cells_of
from analysis.quotes import choose_quotes
from analysis.report import ThemeLine
from analysis.report_lines import quotes_of
from analysis.themes import ThemeRow, theme_table
from data.told import KeptText

THEME_DAYS = 7
QUOTES = 3
THEMES_TOLD = 12
Titles = Mapping[str, tuple[str, str]]  # theme key -> English and Urdu title


def theme_lines(
    recent: pl.DataFrame, day: date, titles: Titles, texts: Mapping[str, KeptText]
) -> tuple[ThemeLine, ...]:
    """The themes of the days up to ``day``, the most told first, each with quotes."""
    now, rows = _windows(recent, day)[0], _rows(recent, day, titles)
    quotes = _quotes(now, rows)
    return tuple(
        ThemeLine(
            title_en=titles[r.key][0],
            title_ur=titles[r.key][1],
            row=r,
            quotes=quotes_of(now, quotes[r.key], texts),
        )
        for r in rows
    )


def quoted(recent: pl.DataFrame, day: date, titles: Titles) -> set[str]:
    """Ids of the comments that ``theme_lines`` quotes."""
    now, rows = _windows(recent, day)[0], _rows(recent, day, titles)
    return set[str]().union(*_quotes(now, rows).values())


def candidates(untold: pl.DataFrame, day: date) -> tuple[str, ...]:
    """Words of which there was a burst in texts without a theme."""
    now, before = _windows(untold, day)
    return tuple(b.word for b in burst_terms(now, before, limit=8))


def _windows(comments: pl.DataFrame, day: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(the last THEME_DAYS days up to ``day``, the as many before)."""
    first, before = day - timedelta(days=THEME_DAYS - 1), day - timedelta(days=2 * THEME_DAYS - 1)
    return (
        comments.filter(pl.col("day").is_between(first, day)),
        comments.filter(pl.col("day").is_between(before, first, closed="left")),
    )


def _rows(recent: pl.DataFrame, day: date, titles: Titles) -> list[ThemeRow]:
    now, before = _windows(recent, day)
    return theme_table(cells_of(now), cells_of(before), sorted(titles))[:THEMES_TOLD]


def _quotes(now: pl.DataFrame, rows: Sequence[ThemeRow]) -> dict[str, list[str]]:
    """Quotes of each theme by its key; no comment speaks for two."""
    chosen: dict[str, list[str]] = {}
    told: set[str] = set()
    for row in rows:
        chosen[row.key] = choose_quotes(now, row.key, QUOTES, skip=told)
        told.update(chosen[row.key])
    return chosen
