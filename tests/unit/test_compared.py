"""A comparison with days that were not watched says so."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl

from analysis.trends import WATCH, compared
from data.model import Role
from tests.unit.pages_helpers import an_office

FIRST, TODAY = date(2026, 5, 8), date(2026, 5, 14)


def watch(*shares: float | None) -> pl.DataFrame:
    """Fourteen days that end today, with the share of each that was watched."""
    days = [TODAY - timedelta(days=13 - n) for n in range(14)]
    rows = [(day, share, 0.0) for day, share in zip(days, shares, strict=True)]
    return pl.DataFrame(rows, schema=WATCH, orient="row")


def test_windows_that_were_watched_in_full_compare_evenly() -> None:
    told = compared(watch(*[1.0] * 14), FIRST, TODAY)
    assert told.is_even


def test_day_before_that_nobody_watched_is_told_apart_from_one_watched_in_part() -> None:
    told = compared(watch(0.0, None, 0.5, *[1.0] * 11), FIRST, TODAY)
    assert (told.before_dark, told.before_partly, told.now_partly) == (2, 1, 0)


def test_today_is_not_over_and_counts_for_nothing() -> None:
    assert compared(watch(*[1.0] * 13, 0.4), FIRST, TODAY).is_even
    assert compared(watch(*[1.0] * 12, 0.4, 0.4), FIRST, TODAY).now_partly == 1


def test_feedback_page_says_with_which_days_it_compares(tmp_path: Path) -> None:
    office = an_office(tmp_path)  # swept for sixty hours only
    page = office.page(Role.MANAGER, "/feedback", days="7")
    assert "of the 7 days before nobody looked" in page
    assert "may come from watching, not from what people write" in page
    office.db.close()
