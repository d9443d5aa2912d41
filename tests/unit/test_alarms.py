"""When a person is called: before an access ends, and when a page falls silent."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.alarms import LEAST_SILENCE, expiry_warning, silence_warning, usual_silence
from tests.builders import NOW

HOUR = timedelta(hours=1)


def each(hours: float, count: int, last: datetime = NOW) -> list[datetime]:
    return [last - n * HOUR * hours for n in range(count)]


def test_an_access_without_an_end_warns_of_nothing() -> None:
    assert expiry_warning(None, NOW, "page") is None


@given(st.integers(1, 60 * 24 * 60))
def test_a_warning_stands_from_fourteen_days_before_the_end_on(minutes_left: int) -> None:
    ends = NOW + timedelta(minutes=minutes_left)
    assert (expiry_warning(ends, NOW, "page") is not None) == (minutes_left <= 14 * 24 * 60)


def test_a_page_with_little_history_is_never_called_silent() -> None:
    assert usual_silence(each(1, 19)) is None
    assert silence_warning(each(1, 19), None, NOW + 1000 * HOUR) is None


@pytest.mark.parametrize(("hours", "alarmed"), [(11, False), (12, False), (13, True), (99, True)])
def test_a_busy_page_is_silent_after_half_a_day(hours: int, alarmed: bool) -> None:
    told = silence_warning(each(0.5, 100), 240, NOW + hours * HOUR)
    assert (told is not None) == alarmed
    assert told is None or f"{hours} hours" in told or "days" in told


def test_a_page_that_is_often_silent_for_days_is_given_as_long_and_half_as_long_again() -> None:
    times = [*each(40, 15), *each(1, 10, last=NOW - 41 * HOUR)]
    longest = usual_silence(times)
    assert longest is not None and longest > LEAST_SILENCE
    assert silence_warning(times, 3, NOW + longest * 1.5) is None
    told = silence_warning(times, 3, NOW + longest * 1.5 + HOUR)
    assert told is not None and "the platform counts 3 under our posts" in told


def test_where_the_platform_counts_no_comment_silence_is_no_wonder() -> None:
    assert silence_warning(each(0.5, 100), 0, NOW + 99 * HOUR) is None
    assert silence_warning(each(0.5, 100), None, NOW + 99 * HOUR) is not None
