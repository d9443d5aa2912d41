"""The duty measured: deadlines, outcomes of due items, steps, what waits, the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.duty import Outcome, Waiting, due_items, duty_row, stage_times, waiting
from analysis.service_level import (
    NoWorkingTime,
    ServiceLevel,
    after_working_hours,
    deadline,
)
from analysis.verdict import Evidence, rule
from analysis.watch import Gap, Watched
from data.db import Tx
from data.frames import COMMENTS, Window, comments_frame
from data.model import DutyVerdict, EnforcementState, Flag, Verdict
from data.store import comments
from tests.tables import a_database
from tests.unit.report_helpers import DAY, Town, at

LEVEL = ServiceLevel()
ZONE = LEVEL.zone
MINUTE = timedelta(minutes=1)
FREEZE = at(26)


@pytest.fixture
def tx() -> Iterator[Tx]:
    db = a_database()
    with db.write() as open_tx:
        yield open_tx
    db.close()


@pytest.fixture
def town(tx: Tx) -> Town:
    made = Town(tx)
    made.begin(at(-48))
    made.page("page", at(-48))
    return made


def frame(tx: Tx, as_of: datetime) -> pl.DataFrame:
    window = Window(since=at(-100), until=as_of + MINUTE, as_of=as_of, by="revised", asking=True)
    return comments_frame(tx, window, ZONE)


def due(tx: Tx, as_of: datetime = FREEZE) -> pl.DataFrame:
    return due_items(frame(tx, as_of), at(0), at(24), LEVEL, as_of=as_of)


def outcomes(tx: Tx, as_of: datetime = FREEZE) -> list[str]:
    return due(tx, as_of)["outcome"].to_list()


# ------------------------------------------------------------------------------ deadlines


def test_a_severe_item_is_due_in_thirty_minutes_at_any_hour() -> None:
    assert deadline(at(3), "severe", LEVEL) == at(3.5)


@pytest.mark.parametrize(
    ("seen", "due_at"),
    [
        (at(9), at(11)),
        (at(15), at(17)),  # exactly at closing time is still the same day
        (at(16), at(24 + 10)),
        (at(3), at(11)),
        (at(20), at(24 + 11)),
    ],
)
def test_a_flagged_item_is_due_after_two_working_hours(seen: datetime, due_at: datetime) -> None:
    assert deadline(seen, "flagged", LEVEL) == due_at


def test_working_hours_pass_over_the_weekend_and_holidays() -> None:
    friday = DAY + timedelta(days=2)
    assert after_working_hours(at(16, friday), 2, LEVEL) == at(10, friday + timedelta(days=3))
    level = replace(LEVEL, holidays=frozenset({friday + timedelta(days=3)}))
    assert after_working_hours(at(16, friday), 2, level) == at(10, friday + timedelta(days=4))


def test_working_hours_follow_the_wall_clock_where_clocks_change() -> None:
    level = replace(LEVEL, zone="Europe/Berlin", work_days=frozenset(range(7)))
    evening = datetime(2026, 3, 28, 15, 30, tzinfo=UTC)  # 16:30, the night clocks go forward
    assert after_working_hours(evening, 1, level) == datetime(2026, 3, 29, 7, 30, tzinfo=UTC)


def test_a_standard_without_working_time_is_refused() -> None:
    with pytest.raises(NoWorkingTime):
        after_working_hours(at(9), 2, replace(LEVEL, work_days=frozenset()))
    with pytest.raises(NoWorkingTime):
        after_working_hours(at(9), 2, replace(LEVEL, work_from=time(9), work_until=time(9)))


@given(
    st.integers(0, 330 * 24 * 60),
    st.floats(0.01, 40),
)
def test_a_deadline_is_never_sooner_than_the_hours_it_gives(minute: int, hours: float) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + minute * MINUTE
    given_hours = timedelta(hours=hours)
    assert after_working_hours(start, hours, LEVEL) - start >= given_hours - timedelta(seconds=1)


# ------------------------------------------------------------------------------ outcomes


def test_a_decision_exactly_at_the_target_is_in_target_and_one_after_is_late(town: Town) -> None:
    for wait in (timedelta(minutes=30), timedelta(minutes=30, microseconds=1)):
        found = town.comment(town.pages[0], "a", at(10), flag=Flag.SEVERE)
        town.decide(found, Verdict.KEEP, at(10) + wait)
    assert outcomes(town.tx) == [Outcome.IN_TARGET, Outcome.LATE]


def test_an_open_item_past_its_target_counts_as_missed(town: Town) -> None:
    town.comment(town.pages[0], "a", at(10), flag=Flag.FLAGGED)
    row = duty_row("all", due(town.tx))
    assert (row.due, row.overdue, row.missed, row.share.value) == (1, 1, 1, 0.0)


def test_an_item_is_due_on_the_day_its_target_runs_out(town: Town) -> None:
    town.comment(town.pages[0], "yesterday evening", at(-2), flag=Flag.FLAGGED)
    town.comment(town.pages[0], "tonight", at(23.75), flag=Flag.SEVERE)
    town.comment(town.pages[0], "this evening", at(20), flag=Flag.FLAGGED)
    assert due(town.tx, at(48))["first_seen_at"].to_list() == [at(-2)]


def test_a_clean_comment_is_never_due(town: Town) -> None:
    town.comment(town.pages[0], "a", at(10))
    assert outcomes(town.tx) == []


def test_an_item_not_checked_is_due_like_a_flagged_one(town: Town) -> None:
    town.comment(town.pages[0], "a", at(10), assessed=False)
    assert outcomes(town.tx) == [Outcome.OVERDUE]


@pytest.mark.parametrize(
    ("ends", "outcome"),
    [
        (EnforcementState.VERIFIED, Outcome.IN_TARGET),
        (EnforcementState.CONFIRMED, Outcome.IN_TARGET),
        (EnforcementState.GONE, Outcome.IN_TARGET),
        (EnforcementState.ACCEPTED, Outcome.UNPROVEN),
        (EnforcementState.DRY_RUN, Outcome.UNPROVEN),
        (EnforcementState.FAILED, Outcome.UNPROVEN),
        (None, Outcome.UNPROVEN),
        (EnforcementState.REFUSED, Outcome.FAILED),
        (EnforcementState.CONFLICT, Outcome.FAILED),
        (EnforcementState.TEXT_CHANGED, Outcome.FAILED),
    ],
)
def test_a_removal_counts_only_when_it_is_verified(
    town: Town, ends: EnforcementState | None, outcome: Outcome
) -> None:
    found = town.comment(town.pages[0], "a", at(10), flag=Flag.FLAGGED)
    town.remove(found, at(10.5), ends=ends)
    assert outcomes(town.tx) == [outcome]


def test_a_removal_not_verified_within_the_age_limit_is_overdue(town: Town) -> None:
    found = town.comment(town.pages[0], "a", at(1), flag=Flag.SEVERE)
    town.remove(found, at(1.2), ends=EnforcementState.ACCEPTED)
    assert outcomes(town.tx, at(25)) == [Outcome.UNPROVEN]
    assert outcomes(town.tx, at(26)) == [Outcome.OVERDUE]


def test_a_comment_that_left_by_itself_before_it_was_due_is_not_due(town: Town) -> None:
    found = town.comment(town.pages[0], "a", at(10), flag=Flag.FLAGGED)
    comments.mark_missing(town.tx, [found], "gone", now=at(11))
    row = duty_row("all", due(town.tx))
    assert (row.due, row.share.value) == (0, None)


OUTCOMES = st.lists(st.sampled_from([o.value for o in Outcome]))


@given(OUTCOMES)
def test_a_share_lies_between_none_and_all_and_the_parts_add_up(values: list[str]) -> None:
    row = duty_row("all", pl.DataFrame({"outcome": values}, schema={"outcome": pl.String}))
    assert row.in_target + row.missed + row.unproven == row.due
    assert row.share.value is None or 0 <= row.share.value <= 1
    assert (row.share.value is None) == (row.due == 0)


def test_steps_are_timed_from_posting_and_from_first_sight(town: Town) -> None:
    for wait in (10, 20, 90):
        found = town.comment(town.pages[0], "a", at(9), posted=at(8), flag=Flag.FLAGGED)
        town.remove(found, at(9) + wait * MINUTE)
    town.comment(town.pages[0], "open", at(9), flag=Flag.FLAGGED)
    told = {(s.stage, s.since): (s.n, s.median) for s in stage_times(due(town.tx))}
    assert told[("decision", "first seen")] == (3, 20)
    assert told[("decision", "posted")] == (3, 80)
    assert told[("first look", "first seen")] == (3, 18)
    assert told[("verified action", "first seen")] == (3, 60)


def test_steps_of_nothing_are_none_and_not_zero() -> None:
    empty = pl.DataFrame(schema=COMMENTS)
    assert {(s.n, s.median, s.p95) for s in stage_times(empty)} == {(0, None, None)}


def test_the_oldest_waiting_is_counted_from_posting_but_not_before_the_page_was_there(
    town: Town,
) -> None:
    old = town.comment(town.pages[0], "a", at(10), posted=at(-400), flag=Flag.FLAGGED)
    town.comment(town.pages[0], "b", at(10), flag=Flag.SEVERE)
    wait = waiting(frame(town.tx, at(12)), LEVEL, as_of=at(12))
    assert (wait.count, wait.severe, wait.over_limit) == (2, 1, 1)
    assert (wait.oldest_id, wait.oldest) == (old, timedelta(hours=60))


# ------------------------------------------------------------------------------ the verdict

NOTHING_WAITS = Waiting(
    count=0, severe=0, over_limit=0, oldest=None, oldest_id=None, oldest_source=None
)
PAGE = Watched(
    source_id=1, source="insta", title="Instagram", interval_minutes=30, due_minutes=1440,
    watched_minutes=1440, share=1.0, good_sweeps=48, bad_sweeps=0, paused=False, closed=False,
    gaps=(),
)  # fmt: skip
BLIND = replace(PAGE, gaps=(Gap(start=at(1 + 1 / 6), end=at(6 + 2 / 3)),))


def evidence(good: int = 0, missed: int = 0, unproven: int = 0, **told: object) -> Evidence:
    values = ["in_target"] * good + ["overdue"] * missed + ["unproven"] * unproven
    row = duty_row("all", pl.DataFrame({"outcome": values}, schema={"outcome": pl.String}))
    facts = {
        "duty": row, "waiting": NOTHING_WAITS, "watched": (PAGE,), "unread_rows": 0,
        "unlooked": 0, "ended": True, "as_of": at(26),
    }  # fmt: skip
    return Evidence(**(facts | told))  # type: ignore[arg-type]


def test_the_standard_is_met_exactly_at_its_share_and_missed_under_it() -> None:
    assert rule(evidence(95, 5), LEVEL).verdict is DutyVerdict.MET
    ruling = rule(evidence(94, 6), LEVEL)
    assert ruling.verdict is DutyVerdict.NOT_MET
    assert ruling.headline == "NOT MET: 94.0% of 100 in target (standard 95%)"


def test_the_headline_of_a_met_day_tells_share_oldest_and_gaps() -> None:
    waits = replace(NOTHING_WAITS, count=1, oldest=timedelta(hours=3, minutes=10))
    line = rule(evidence(304, 8, waiting=waits), LEVEL).headline
    assert line == "Standard met: 97.4% of 312 in target; oldest 3 h 10 m; no gaps"


def test_a_gap_makes_the_day_not_proven_and_is_named() -> None:
    ruling = rule(evidence(10, watched=(BLIND,)), LEVEL)
    assert ruling.verdict is DutyVerdict.NOT_PROVEN
    assert ruling.headline == "NOT PROVEN: Instagram not collected 01:10-06:40"


def test_proven_misses_outweigh_missing_data() -> None:
    ruling = rule(evidence(1, 9, watched=(BLIND,)), LEVEL)
    assert ruling.verdict is DutyVerdict.NOT_MET
    assert "also not proven: Instagram" in ruling.headline


@pytest.mark.parametrize(
    "told",
    [
        {"watched": ()},
        {"unread_rows": 1},
        {"unlooked": 2},
        {"ended": False},
        {"good": 1, "unproven": 9},
    ],
)
def test_missing_data_alone_gives_not_proven(told: dict[str, int]) -> None:
    assert rule(evidence(**told), LEVEL).verdict is DutyVerdict.NOT_PROVEN


def test_removals_not_verified_do_not_spoil_a_share_that_stands_without_them() -> None:
    assert rule(evidence(99, 0, 1), LEVEL).verdict is DutyVerdict.MET


def test_an_item_over_the_age_limit_is_a_miss() -> None:
    waits = replace(NOTHING_WAITS, count=1, over_limit=1, oldest=timedelta(hours=25))
    assert rule(evidence(100, waiting=waits), LEVEL).verdict is DutyVerdict.NOT_MET


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.booleans())
def test_a_day_with_a_gap_is_never_called_met(g: int, m: int, u: int, blind: bool) -> None:
    ruling = rule(evidence(g, m, u, watched=(BLIND if blind else PAGE,)), LEVEL)
    assert not (blind and ruling.verdict is DutyVerdict.MET)
    assert (ruling.verdict is DutyVerdict.MET) == (not ruling.misses and not ruling.unknowns)


def test_a_share_just_under_the_standard_is_not_rounded_up_in_words() -> None:
    assert "94.9%" in rule(evidence(949_99, 50_01), LEVEL).headline
