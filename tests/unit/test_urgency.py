"""The order of the queue: severity x age x reach x copies as one number that never changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from data.urgency import DOUBLING, order_number, pull
from tests.builders import NOW


def number(hours_ago: float = 1, **told: Any) -> float:
    facts: dict[str, Any] = {"severe": False, "priority": 0.5, "likes": None, "copies": 1}
    return order_number(NOW - timedelta(hours=hours_ago), pull(**(facts | told)))


@pytest.mark.parametrize(
    "graver",
    [{"severe": True}, {"priority": 0.9}, {"likes": 50}, {"copies": 40}, {"hours_ago": 2}],
)
def test_each_factor_moves_a_comment_forward(graver: dict[str, Any]) -> None:
    assert number(**graver) < number()


def test_a_severe_comment_stands_before_an_ordinary_one_of_half_a_day() -> None:
    assert number(0, severe=True) < number(11.9)
    assert number(0, severe=True) > number(13)  # but nothing waits for ever


def test_a_comment_that_waits_a_doubling_longer_counts_as_four_times_its_copies() -> None:
    hours = DOUBLING.total_seconds() / 3600
    assert number(1 + hours) == pytest.approx(number(1, copies=4))


@pytest.mark.parametrize("odd", [{"priority": -3}, {"likes": -1}, {"copies": 0}])
def test_odd_numbers_of_a_platform_move_nothing(odd: dict[str, Any]) -> None:
    assert number(**odd) >= number(**({"priority": 0.0} if "priority" in odd else {}))
    assert number(likes=10**12) == number(likes=100_000)
