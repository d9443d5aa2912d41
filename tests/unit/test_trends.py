"""Trends: counts by local day; what nobody watched is a gap, what nobody judged stays in sight."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from polars.testing import assert_frame_equal

from analysis.service_level import ServiceLevel
from analysis.trends import WATCH, counts_by, daily, daily_watch, kinds_of
from data.frames import COMMENTS, SWEEPS
from data.model import Platform, Source, SourceMode, WriteBack
from tests.unit.report_helpers import DAY, at

LATER = DAY + timedelta(days=1)


def rows(*told: dict[str, object]) -> pl.DataFrame:
    usual = {"day": DAY, "platform": "x", "language": "en", "flag": "none", "coverage": "covered",
             "closed": False, "protected": False, "feedback": []}  # fmt: skip
    return pl.DataFrame([usual | r for r in told], schema=COMMENTS)


def watch(**share: float | None) -> pl.DataFrame:
    days = [date.fromisoformat(d[1:].replace("_", "-")) for d in share]
    return pl.DataFrame(
        {"day": days, "watched": list(share.values()), "gap_minutes": [0.0] * len(days)},
        schema=WATCH,
    )


def test_counts_are_kept_by_day_platform_and_language() -> None:
    frame = rows(
        {}, {"flag": "severe"}, {"language": "ur", "coverage": "not_covered"},
        {"language": "ur", "closed": True, "verdict": "split", "flag": "flagged"},
    )  # fmt: skip
    told = counts_by(frame, "platform", "language").select(
        "platform", "language", "comments", "flagged", "removed", "not_judged"
    )
    wanted = pl.DataFrame(
        {
            "platform": ["x", "x"],
            "language": ["en", "ur"],
            "comments": [2, 2],
            "flagged": [1, 1],
            "removed": [0, 1],
            "not_judged": [0, 1],
        }
    )
    assert_frame_equal(told, wanted)


def test_a_quiet_day_that_was_watched_is_a_zero_and_an_unwatched_one_a_gap() -> None:
    days = watch(d2026_11_18=1.0, d2026_11_19=0.0)
    told = daily(counts_by(rows(), "day"), DAY, LATER, days).select("day", "comments", "gap").rows()
    assert told == [(DAY, 0, False), (LATER, None, True)]


def test_a_day_half_watched_shows_what_came_in_and_is_marked() -> None:
    told = daily(counts_by(rows({}), "day"), DAY, DAY, watch(d2026_11_18=0.5)).row(0, named=True)
    assert (told["comments"], told["gap"]) == (1, True)


def test_a_day_before_any_source_was_connected_is_a_gap() -> None:
    told = daily(counts_by(rows(), "day"), DAY, DAY, watch(d2026_11_18=None)).row(0, named=True)
    assert (told["comments"], told["gap"]) == (None, True)


def test_the_watch_of_each_day_is_the_share_of_source_minutes() -> None:
    sources = [
        Source(
            id=n, name=f"s{n}", platform=Platform.X, mode=SourceMode.API, title="", paused=False,
            sweep_minutes=30, write_back=WriteBack.OFF, created_at=at(0),
        )
        for n in (1, 2)
    ]  # fmt: skip
    good = {"source_id": 1, "kind": "live", "outcome": "complete"}
    sweeps = pl.DataFrame([{**good, "started_at": at(n / 2)} for n in range(48)], schema=SWEEPS)
    told = daily_watch(sweeps, sources, DAY - timedelta(days=1), DAY, ServiceLevel())
    assert told["watched"].to_list() == [None, 0.5]
    assert told["gap_minutes"].to_list() == [0.0, 1440.0]


def test_a_comment_may_carry_several_kinds_and_removed_ones_count_too() -> None:
    frame = rows(
        {"feedback": ["complaint", "question"]},
        {"feedback": ["complaint"], "closed": True, "verdict": "remove"},
    )
    told = kinds_of(frame)
    assert (told["complaint"], told["question"], told["praise"]) == (2, 1, 0)
