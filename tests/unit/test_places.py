"""A place in a list comes from an address, so from anybody: it is read whole or refused."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.finding.places import NoPlace, read_place, written
from data.store.grid import Key, Order

AT = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)


def packed(told: str) -> str:
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("order", "place"),
    [
        (Order.QUEUE, (True, 0.25, "mock:c1")),
        (Order.NEWEST, (AT, "facebook:é_1")),
        (Order.SCORE, (None, "mock:c1")),
        (Order.DECIDED, (AT, 7)),
    ],
)
def test_a_place_is_read_as_it_was_written(order: Order, place: Key) -> None:
    assert read_place(written(place), order) == place


@pytest.mark.parametrize(
    ("order", "told"),
    [
        (Order.NEWEST, "[" * 5000 + "]" * 5000),
        (Order.NEWEST, '["2026-06-01T09:30:00+00:00", "mock:\\ud800"]'),
        (Order.NEWEST, '["2026-06-01T09:30:00+00:00", "mock:\\u0000"]'),
        (Order.NEWEST, '["2026-06-01T09:30:00", "mock:c1"]'),
        (Order.NEWEST, '["0001-01-01T00:00:00+14:00", "mock:c1"]'),
        (Order.DECIDED, '["2026-06-01T09:30:00+00:00", 100000000000000000000]'),
        (Order.DECIDED, '["2026-06-01T09:30:00+00:00", true]'),
        (Order.SCORE, '[NaN, "mock:c1"]'),
        (Order.SCORE, '[1e999, "mock:c1"]'),
        (Order.QUEUE, '[true, 0.5]'),
        (Order.QUEUE, '{"a": 1}'),
    ],
)  # fmt: skip
def test_a_place_that_no_database_could_look_for_is_refused(order: Order, told: str) -> None:
    with pytest.raises(NoPlace):
        read_place(packed(told), order)


@given(st.text(), st.sampled_from(Order))
def test_anything_else_is_refused_and_nothing_else_happens(told: str, order: Order) -> None:
    for text in (told, packed(told.encode("utf-8", "replace").decode())):
        try:
            place = read_place(text, order)
        except NoPlace:
            continue
        assert written(place)
