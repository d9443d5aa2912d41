"""The shares of an allowance: who may still call, who waits, and until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.budgets import (
    META_PLAN,
    Allowance,
    Use,
    after_call,
    after_strain,
    after_trouble,
    monthly_plan,
    plan_of,
    refused,
    span_end,
    span_start,
    spent_in_span,
)
from data.budgets import Span as S
from data.dialects.base import Strain, Trouble
from data.model import ErrorClass, Platform
from tests.builders import NOW, minutes

YOUTUBE = plan_of(Platform.YOUTUBE)
READS = [u for u in Use if u not in (Use.ACTION, Use.CHECK)]


def told(used: float, *, resets_in: float | None = None) -> Allowance:
    resets = None if resets_in is None else NOW + minutes(resets_in)
    return after_strain(None, Strain(bucket="b", used=used, resets_at=resets), "b", NOW)


def spent(units: int, at: datetime = NOW) -> Allowance:
    return after_call(YOUTUBE, None, "b", units, at)


def may(plan_use: Use, known: Allowance | None, cost: int = 1, at: datetime = NOW) -> bool:
    plan = META_PLAN if known is not None and known.used is not None else YOUTUBE
    return refused(plan, known, plan_use, cost, at) is None


def test_nothing_known_lets_everybody_call() -> None:
    assert all(refused(META_PLAN, None, use, 1, NOW) is None for use in Use)


@pytest.mark.parametrize(
    ("used", "allowed"),
    [
        (0.49, set(Use)),
        (0.50, set(Use) - {Use.BACKFILL}),
        (0.74, set(Use) - {Use.BACKFILL}),
        (0.75, {Use.ACTION, Use.CHECK, Use.LIVE}),
        (0.94, {Use.ACTION, Use.CHECK, Use.LIVE}),
        (0.95, set()),
    ],
)
def test_meta_slows_down_at_75_per_cent_and_stops_at_95(used: float, allowed: set[Use]) -> None:
    assert {use for use in Use if may(use, told(used))} == allowed


def test_a_stopped_caller_waits_the_minutes_that_the_platform_tells() -> None:
    no = refused(META_PLAN, told(0.97, resets_in=34), Use.LIVE, 1, NOW)
    assert no is not None and (no.until, no.error_class) == (NOW + minutes(34), ErrorClass.RATE)
    assert may(Use.LIVE, told(0.97, resets_in=34), at=NOW + minutes(34))


def test_a_share_that_was_told_long_ago_lets_one_call_find_out_the_new_one() -> None:
    assert not may(Use.HOT, told(0.8), at=NOW + minutes(14))
    assert may(Use.HOT, told(0.8), at=NOW + minutes(15))


def test_a_fifth_of_youtubes_units_is_kept_for_actions() -> None:
    assert may(Use.LIVE, spent(7_999)) and not may(Use.LIVE, spent(8_000))
    assert may(Use.ACTION, spent(8_000), cost=50)
    assert may(Use.ACTION, spent(9_950), cost=50) and not may(Use.ACTION, spent(9_951), cost=50)


@given(units=st.integers(0, 10_000))
def test_live_sweeps_never_wait_for_looking_back_and_that_never_for_backfill(units: int) -> None:
    known = spent(units)
    order = (Use.LIVE, Use.HOT, Use.WARM, Use.RESCAN, Use.BACKFILL)
    allowed = [may(use, known) for use in order]
    assert allowed == sorted(allowed, reverse=True)


def test_units_are_counted_anew_at_midnight_in_california() -> None:
    before = datetime(2026, 6, 2, 6, 59, tzinfo=UTC)  # 23:59 of 1 June there
    known = spent(8_000, before)
    no = refused(YOUTUBE, known, Use.LIVE, 1, before)
    assert no is not None and no.until == datetime(2026, 6, 2, 7, 0, tzinfo=UTC)
    assert no.error_class is ErrorClass.QUOTA_DAY and "8,000 of 10,000" in no.why
    after = before + minutes(1)
    assert spent_in_span(YOUTUBE, known, after) == 0 and may(Use.LIVE, known, at=after)
    assert spent_in_span(YOUTUBE, after_call(YOUTUBE, known, "b", 50, after), after) == 50


@given(st.integers(0, 5 * 365 * 24 * 60).map(lambda n: NOW + minutes(n)))
def test_every_instant_lies_in_its_span(now: datetime) -> None:
    for span in S:
        assert span_start(span, now) <= now < span_end(span, now)
        assert span_start(span, span_end(span, now)) == span_end(span, now)


def test_a_month_of_calls_ends_with_the_month() -> None:
    plan = monthly_plan(100)
    known = after_call(plan, None, "b", 80, NOW)
    no = refused(plan, known, Use.LIVE, 1, NOW)
    assert no is not None and no.until == datetime(2026, 7, 1, tzinfo=UTC)
    assert refused(plan, known, Use.ACTION, 1, NOW) is None


def test_what_the_platform_shut_is_shut_for_all_also_for_actions() -> None:
    trouble = Trouble(
        error_class=ErrorClass.RATE, message="Slower.", retry_after=timedelta(minutes=7)
    )
    known = after_trouble(META_PLAN, None, trouble, "b", NOW)
    assert known is not None and known.blocked_until == NOW + minutes(7)
    assert not any(may(use, known) for use in Use)
    assert all(may(use, known, at=NOW + minutes(7)) for use in Use)


def test_a_quota_that_is_spent_without_a_time_told_rests_until_its_span_ends() -> None:
    trouble = Trouble(error_class=ErrorClass.QUOTA_DAY, message="Enough.")
    known = after_trouble(YOUTUBE, None, trouble, "b", NOW)
    assert known is not None and known.blocked_until == span_end(S.PACIFIC_DAY, NOW)


def test_a_second_refusal_never_shortens_the_block() -> None:
    first = Trouble(error_class=ErrorClass.RATE, message="a", retry_after=timedelta(hours=2))
    second = Trouble(error_class=ErrorClass.RATE, message="b", retry_after=timedelta(minutes=1))
    known = after_trouble(META_PLAN, None, first, "b", NOW)
    assert known is not None
    later = after_trouble(META_PLAN, known, second, "b", NOW + minutes(1))
    assert later is not None and later.blocked_until == NOW + minutes(120)


@pytest.mark.parametrize("kind", [ErrorClass.TRANSIENT, ErrorClass.AUTH, ErrorClass.INVALID])
def test_other_troubles_say_nothing_of_the_allowance(kind: ErrorClass) -> None:
    assert after_trouble(META_PLAN, None, Trouble(error_class=kind, message=""), "b", NOW) is None
