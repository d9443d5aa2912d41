"""Fairness: ranges that are honest about small numbers, and shares that count the right things."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.fairness import fairness, rates, seen_cells, undoings
from analysis.ranges import change_of, in_words, share_of
from data.frames import COMMENTS, DECISIONS

NO_DECISIONS = pl.DataFrame(schema=DECISIONS)


def rows(*told: dict[str, object]) -> pl.DataFrame:
    usual = {"source": "page", "language": "en", "flag": "none", "coverage": "covered",
             "closed": False, "protected": False, "feedback": [], "themes": []}  # fmt: skip
    return pl.DataFrame([usual | r for r in told], schema=COMMENTS)


REMOVED = {"closed": True, "verdict": "remove", "reason": "OM-5-OFF-3", "flag": "flagged"}
KEPT = {"closed": True, "verdict": "keep", "flag": "flagged"}


def test_the_range_is_wilsons() -> None:
    share = share_of(81, 263)  # worked by hand from the formula
    assert share.value == pytest.approx(0.30798, abs=1e-5)
    assert (share.low, share.high) == pytest.approx((0.25527, 0.36618), abs=1e-4)


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_a_share_lies_inside_its_range_and_that_inside_none_and_all(a: int, b: int) -> None:
    share = share_of(min(a, b), max(a, b))
    if share.n == 0:
        assert (share.value, share.low, share.high) == (None, None, None)
        return
    assert share.value is not None and share.low is not None and share.high is not None
    assert 0 <= share.low <= share.value + 1e-12
    assert share.value - 1e-12 <= share.high <= 1


def test_more_hits_than_cases_is_refused() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        share_of(3, 2)


def test_under_thirty_it_says_too_few_and_at_thirty_it_speaks() -> None:
    assert in_words(share_of(3, 29)) == "3 of 29: too few to say"
    assert in_words(share_of(3, 30)).startswith("10.0% of 30 (")
    assert in_words(share_of(0, 0)) == "none"


def test_a_change_is_told_only_with_enough_on_both_sides() -> None:
    assert change_of(4, 100, 1000, 1000).ratio is None
    clear = change_of(200, 100, 1000, 1000)
    assert clear.ratio == pytest.approx(2.0)
    assert clear.sure
    assert not change_of(11, 10, 1000, 1000).sure


@given(st.integers(5, 500), st.integers(5, 500))
def test_a_change_lies_inside_its_range(now: int, before: int) -> None:
    change = change_of(now, before, 1000, 1000)
    assert change.ratio is not None and change.low is not None and change.high is not None
    assert change.low <= change.ratio <= change.high


def test_removal_rates_are_per_thousand_of_each_group() -> None:
    frame = rows(*[{}] * 99, REMOVED, REMOVED | {"source": "other"})
    told = {r.name: (r.removed, r.seen, r.per_1000) for r in rates(seen_cells(frame), "source")}
    assert told == {"page": (1, 100, 10.0), "other": (1, 1, 1000.0)}


def test_precision_counts_flagged_and_decided_only() -> None:
    frame = rows(REMOVED, KEPT, KEPT, {"flag": "flagged"}, {"closed": True, "verdict": "remove"})
    told = fairness(seen_cells(frame), NO_DECISIONS).precision
    assert (told.hits, told.n) == (1, 3)


def test_an_undone_removal_is_no_removal() -> None:
    frame = rows(REMOVED | {"closed": False, "verdict": "undo"})
    assert fairness(seen_cells(frame), NO_DECISIONS).precision.n == 0


def test_protected_kept_counts_the_flagged_and_decided_among_the_protected() -> None:
    shield = {"protected": True}
    frame = rows(REMOVED | shield, KEPT | shield, KEPT | shield, KEPT, shield)
    told = fairness(seen_cells(frame), NO_DECISIONS).protected_kept
    assert (told.hits, told.n) == (2, 3)


def test_only_verified_and_confirmed_removals_are_verified() -> None:
    states = ("verified", "confirmed", "accepted", "dry_run", None, "gone", "cancelled")
    told = fairness(
        seen_cells(rows(*[REMOVED | {"state": s} for s in states])), NO_DECISIONS
    ).verified
    assert (told.hits, told.n) == (2, 5)


def test_coverage_counts_covered_comments_only() -> None:
    values = ("covered", "weakly_covered", "not_covered", "not_checked")
    told = fairness(seen_cells(rows(*[{"coverage": v} for v in values])), NO_DECISIONS).coverage
    assert (told.hits, told.n) == (1, 4)


def test_reversals_count_what_was_undone_of_what_was_decided() -> None:
    made = [
        {"verdict": "remove", "undone": True},
        {"verdict": "keep", "undone": False, "second_of": 7},
        {"verdict": "undo", "undone": False},
        {"verdict": "remove", "undone": False, "awaits_second": True},
    ]
    usual = {"awaits_second": False}
    decisions = pl.DataFrame([usual | m for m in made], schema=DECISIONS)
    told = fairness(seen_cells(rows()), decisions).reversals
    assert (told.hits, told.n) == (1, 2)
    back = undoings(decisions)
    assert (back.undone, back.removals_undone, back.second_looks) == (1, 1, 1)


def test_an_empty_window_gives_shares_of_nothing() -> None:
    told = fairness(seen_cells(rows()), NO_DECISIONS)
    assert {told.precision.value, told.verified.value, told.coverage.value} == {None}
    assert all(r.removed == 0 and r.per_1000 is None for r in told.by_reason)
