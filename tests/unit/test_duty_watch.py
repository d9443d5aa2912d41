"""Coverage of watch: good sweeps stand for an interval; the rest of the day is a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from analysis.service_level import ServiceLevel
from analysis.watch import all_watched, interval_of, looks_of, watch_of
from data.day import day_bounds
from data.frames import SWEEPS
from data.model import Closure, Platform, Source, SourceMode, SweepKind, SweepOutcome, WriteBack
from tests.unit.report_helpers import at

LEVEL = ServiceLevel()
PAGE = Source(
    id=1, name="insta", platform=Platform.INSTAGRAM, mode=SourceMode.API, title="Instagram",
    sweep_minutes=30, write_back=WriteBack.OFF, paused=False, created_at=at(-100),
)  # fmt: skip


def swept(
    starts: Sequence[datetime],
    outcome: SweepOutcome = SweepOutcome.COMPLETE,
    kind: SweepKind = SweepKind.LIVE,
) -> pl.DataFrame:
    facts = {"source_id": 1, "source": "insta", "kind": kind.value, "outcome": outcome.value}
    rows = [{**facts, "started_at": s, "ended_at": s} for s in starts]
    return pl.DataFrame(rows, schema=SWEEPS)


def each_half_hour(start: float, end: float) -> list[datetime]:
    return [at(start) + timedelta(minutes=30 * n) for n in range(round((end - start) * 2 + 0.49))]


def watched(sweeps: pl.DataFrame, source: Source = PAGE):
    return watch_of(looks_of(sweeps), source, at(0), at(24), LEVEL)


def test_a_day_swept_each_half_hour_has_no_gap() -> None:
    told = watched(swept(each_half_hour(-1, 24)))
    assert (told.gaps, told.share, told.good_sweeps) == ((), 1.0, 48)


def test_a_day_without_a_sweep_is_one_gap_and_not_zero_minutes_due() -> None:
    told = watched(swept([]))
    assert [(g.start, g.end) for g in told.gaps] == [(at(0), at(24))]
    assert (told.share, told.due_minutes) == (0.0, 1440)


def test_a_gap_begins_when_the_next_sweep_was_due_and_ends_with_the_next_good_one() -> None:
    told = watched(swept([*each_half_hour(-1, 1), *each_half_hour(6, 24)]))
    assert [(g.start, g.end) for g in told.gaps] == [(at(1), at(6))]
    assert told.watched_minutes == 1440 - 300


def test_a_sweep_before_midnight_stands_for_the_first_minutes_of_the_day() -> None:
    told = watched(swept([at(-0.25), *each_half_hour(0.25, 24)]))
    assert told.gaps == ()


def test_failed_partial_and_backfill_sweeps_watch_nothing() -> None:
    for outcome in (SweepOutcome.FAILED, SweepOutcome.PARTIAL, SweepOutcome.INTERRUPTED):
        assert watched(swept(each_half_hour(-1, 24), outcome)).share == 0
    assert watched(swept(each_half_hour(-1, 24), kind=SweepKind.BACKFILL)).share == 0


def test_a_sweep_a_little_late_is_no_gap_but_one_past_the_grace_is() -> None:
    late = [at(n * 35 / 60) for n in range(43)]  # each 35 minutes: exactly the grace
    assert watched(swept(late)).gaps == ()
    later = [at(n * 36 / 60) for n in range(41)]
    assert len(watched(swept(later)).gaps) == 40


def test_a_page_connected_at_noon_is_due_from_noon() -> None:
    told = watched(swept(each_half_hour(12, 24)), replace(PAGE, created_at=at(12)))
    assert (told.due_minutes, told.share) == (720, 1.0)
    assert all_watched({}, [replace(PAGE, created_at=at(24))], at(0), at(24), LEVEL) == ()


def test_a_file_feed_may_have_a_longer_interval_and_a_pulled_page_may_not() -> None:
    slow = replace(PAGE, sweep_minutes=1440)
    assert interval_of(slow, LEVEL) == 30
    assert interval_of(replace(slow, mode=SourceMode.EXPORT), LEVEL) == 1440
    fed = replace(slow, mode=SourceMode.EXPORT)
    assert watched(swept([at(-1), at(22)], kind=SweepKind.IMPORT), fed).gaps == ()


def test_a_day_of_23_hours_is_due_for_23_hours() -> None:
    zone = "Europe/Berlin"
    start, end = day_bounds(datetime(2026, 3, 29, tzinfo=UTC).date(), zone)
    told = watch_of({}, replace(PAGE, created_at=start), start, end,
                    replace(LEVEL, zone=zone))  # fmt: skip
    assert told.due_minutes == 23 * 60


@given(st.lists(st.floats(-2, 25), max_size=60))
def test_watched_and_gaps_always_make_up_the_whole_day(hours: list[float]) -> None:
    told = watched(swept(sorted(at(h) for h in hours)))
    assert told.share is not None and 0 <= told.share <= 1
    assert abs(told.watched_minutes + sum(g.minutes for g in told.gaps) - 1440) < 1e-6
    assert all(at(0) <= g.start < g.end <= at(24) for g in told.gaps)


# ------------------------------------------------------------------------------ closed on purpose


def closed(since: float, until: float | None = None) -> Source:
    end = None if until is None else at(until)
    return replace(PAGE, closures=(Closure(since=at(since), by="admin-1", why="x", until=end),))


def test_a_page_closed_at_noon_is_due_until_noon_and_no_gap_is_told_after() -> None:
    told = watched(swept(each_half_hour(-1, 12)), closed(12))
    assert (told.gaps, told.share, told.due_minutes) == ((), 1.0, 720)
    assert told.closed


def test_a_gap_before_the_closing_stays_a_gap() -> None:
    told = watched(swept(each_half_hour(-1, 8)), closed(12))
    assert [(g.start, g.end) for g in told.gaps] == [(at(8), at(12))]


def test_a_page_opened_again_is_due_again_and_the_time_between_is_no_gap() -> None:
    told = watched(swept(each_half_hour(-1, 6)), closed(6, 18))
    assert [(g.start, g.end) for g in told.gaps] == [(at(18), at(24))]
    assert (told.due_minutes, told.watched_minutes, told.closed) == (720, 360, False)


def test_a_page_closed_all_day_is_left_out_and_does_not_unprove_the_day() -> None:
    assert all_watched({}, [closed(-5)], at(0), at(24), LEVEL) == ()
    assert len(all_watched({}, [closed(23)], at(0), at(24), LEVEL)) == 1
