"""One sweep: its record, its mark, its failures, and what it says of comments no longer listed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.absence import exceeds
from collectors.base import CollectError
from data.db import Database
from data.model import (
    CollectedComment,
    ErrorClass,
    Liveness,
    RowError,
    SweepKind,
    SweepOutcome,
)
from data.store import sweeps
from tests.builders import NOW, a_collected, minutes
from tests.collect_helpers import (
    ScriptedCollector,
    a_page,
    kept,
    new_source,
    sweep,
    take_down,
    texts_of,
)
from tests.tables import a_database

OUTAGE = CollectError(ErrorClass.TRANSIENT, "The platform is out of order.")


@pytest.fixture
def memory() -> Database:
    return _memory()


def _memory() -> Database:
    db = a_database()
    return db


def _comments(count: int, **told: object) -> list[CollectedComment]:
    return [a_collected(f"Text {n}", external_id=f"c{n}", **told) for n in range(count)]


# ------------------------------------------------------------------------------ the record


def test_an_empty_sweep_is_a_record(memory: Database) -> None:
    result = sweep(memory, new_source(memory), ScriptedCollector([a_page(total=0)]), NOW)
    assert (result.outcome, result.tally.read, result.error) == (SweepOutcome.COMPLETE, 0, None)
    assert (result.started_at, result.ended_at) == (NOW, NOW)


def test_a_sweep_that_fails_at_once_is_a_record_with_class_and_sentence(memory: Database) -> None:
    result = sweep(memory, new_source(memory), ScriptedCollector([OUTAGE]), NOW)
    assert result.outcome is SweepOutcome.FAILED
    assert result.error_class is ErrorClass.TRANSIENT
    assert result.error == "The platform is out of order."


def test_a_sweep_that_fails_on_its_way_is_partial_and_keeps_its_good_pages(
    memory: Database,
) -> None:
    pages = [a_page(*_comments(3), end=False), OUTAGE]
    result = sweep(memory, new_source(memory), ScriptedCollector(pages), NOW)
    assert (result.outcome, result.tally.new) == (SweepOutcome.PARTIAL, 3)
    assert len(kept(memory)) == 3


def test_a_list_that_stops_without_its_end_is_not_complete(memory: Database) -> None:
    pages = [a_page(*_comments(2), end=False)]
    result = sweep(memory, new_source(memory), ScriptedCollector(pages), NOW)
    assert result.outcome is SweepOutcome.PARTIAL
    assert result.error is not None and "before its end" in result.error


def test_an_error_inside_sunwai_is_recorded_and_raised_again(memory: Database) -> None:
    source = new_source(memory)
    pages = [a_page(*_comments(2), end=False), ZeroDivisionError()]
    with pytest.raises(ZeroDivisionError):
        sweep(memory, source, ScriptedCollector(pages), NOW)
    with memory.read() as tx:
        (recorded,) = sweeps.list_sweeps(tx)
    assert (recorded.outcome, recorded.tally.new) == (SweepOutcome.PARTIAL, 2)
    assert recorded.error is not None and "ZeroDivisionError" in recorded.error


def test_items_that_cannot_be_mapped_are_kept_with_why(memory: Database) -> None:
    page = a_page(*_comments(1), unmapped=(RowError(row=2, reason="no message", raw="{}"),))
    result = sweep(memory, new_source(memory), ScriptedCollector([page]), NOW)
    assert (result.tally.read, result.tally.rejected) == (2, 1)
    with memory.read() as tx:
        assert [r.reason for r in sweeps.rejected_rows(tx, result.id)] == ["no message"]


def test_a_list_that_is_empty_where_the_platform_counts_comments_is_not_believed(
    memory: Database,
) -> None:
    source = new_source(memory)
    sweep(memory, source, ScriptedCollector([a_page(*_comments(2), total=2)]), NOW)
    silent = ScriptedCollector([a_page(total=2)])
    result = sweep(memory, source, silent, NOW + minutes(5), kind=SweepKind.RESCAN)
    assert (result.outcome, result.platform_total) == (SweepOutcome.PARTIAL, 2)
    assert result.error is not None and "counts 2 comments and listed none" in result.error
    assert silent.asked == [] and all(c.missing_since is None for c in kept(memory).values())


# ------------------------------------------------------------------------------ the mark


def test_the_next_sweep_goes_back_to_the_newest_comment_less_the_overlap(memory: Database) -> None:
    source = new_source(memory)
    collector = ScriptedCollector([a_page(a_collected(created_at=NOW - minutes(7)))])
    sweep(memory, source, collector, NOW)
    sweep(memory, source, collector, NOW + minutes(5), overlap=timedelta(hours=1))
    assert collector.stops == [None, NOW - minutes(67)]


def test_a_partial_sweep_does_not_move_the_mark(memory: Database) -> None:
    source = new_source(memory)
    sweep(memory, source, ScriptedCollector([a_page(*_comments(1), end=False), OUTAGE]), NOW)
    collector = ScriptedCollector([a_page()])
    sweep(memory, source, collector, NOW + minutes(5))
    assert collector.stops == [None]


def test_a_comment_dated_in_the_future_does_not_lift_the_mark_over_the_present(
    memory: Database,
) -> None:
    source = new_source(memory)
    future = a_collected(created_at=NOW + timedelta(days=30))
    collector = ScriptedCollector([a_page(future)])
    sweep(memory, source, collector, NOW)
    sweep(memory, source, collector, NOW + minutes(5), overlap=timedelta(0))
    assert collector.stops == [None, NOW]


def test_a_rescan_lists_everything(memory: Database) -> None:
    source = new_source(memory)
    collector = ScriptedCollector([a_page(*_comments(1))])
    sweep(memory, source, collector, NOW)
    sweep(memory, source, collector, NOW + minutes(5), kind=SweepKind.RESCAN)
    assert collector.stops == [None, None]


# ------------------------------------------------------------------------------ edits


def test_an_edit_makes_a_revision_and_a_changed_count_does_not(memory: Database) -> None:
    source = new_source(memory)
    first = a_collected("Before", external_id="c", like_count=1)
    liked = a_collected("Before  ", external_id="c", like_count=9)
    edited = a_collected("After", external_id="c", like_count=9)
    tallies = [
        sweep(memory, source, ScriptedCollector([a_page(c)]), NOW + minutes(n)).tally
        for n, c in enumerate((first, liked, edited))
    ]
    assert [(t.new, t.unchanged, t.revised) for t in tallies] == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
    assert texts_of(memory, "mock:c") == ["Before", "After"]
    assert kept(memory)["c"].like_count == 9


# ------------------------------------------------------------------------------ absence


def _swept_twice(
    db: Database, count: int, second: ScriptedCollector, **told: object
) -> tuple[object, dict[str, str | None]]:
    source = new_source(db)
    sweep(db, source, ScriptedCollector([a_page(*_comments(count))]), NOW)
    result = sweep(db, source, second, NOW + minutes(30), **told)
    return result, {i: c.missing_reason for i, c in kept(db).items()}


def test_a_comment_that_is_gone_by_id_is_marked_missing(memory: Database) -> None:
    _, missing = _swept_twice(memory, 3, ScriptedCollector([a_page(*_comments(3)[:2])]))
    assert missing == {"c0": None, "c1": None, "c2": "gone"}


def test_a_comment_that_was_merely_not_listed_stays_and_its_edit_is_taken(
    memory: Database,
) -> None:
    now_edited = a_collected("Edited", external_id="c2")
    second = ScriptedCollector([a_page(*_comments(3)[:2])], alive={"c2": now_edited})
    _, missing = _swept_twice(memory, 3, second)
    assert missing["c2"] is None
    assert texts_of(memory, "mock:c2") == ["Text 2", "Edited"]
    assert kept(memory)["c2"].last_seen_at == NOW + minutes(30)


@pytest.mark.parametrize("answer", [Liveness.NOT_VISIBLE, Liveness.UNDECIDED])
def test_a_doubtful_absence_is_marked_when_the_canary_sings(
    memory: Database, answer: Liveness
) -> None:
    second = ScriptedCollector([a_page(*_comments(3)[:2])], answer=answer, alive={"c0": None})
    _, missing = _swept_twice(memory, 3, second)
    assert missing["c2"] == answer.value
    assert second.asked == ["c2", "c0"]


@pytest.mark.parametrize("answer", [Liveness.NOT_VISIBLE, Liveness.UNDECIDED])
def test_nothing_is_marked_and_the_problem_is_told_when_the_canary_fails_too(
    memory: Database, answer: Liveness
) -> None:
    second = ScriptedCollector([a_page(*_comments(3)[:2])], answer=answer)
    source = new_source(memory)
    sweep(memory, source, ScriptedCollector([a_page(*_comments(3))]), NOW)
    result = sweep(memory, source, second, NOW + minutes(30))
    assert all(c.missing_since is None for c in kept(memory).values())
    assert result.error_class is ErrorClass.AMBIGUOUS
    assert result.error is not None and "a permission is probably lost" in result.error


def test_nothing_is_marked_when_reading_by_id_fails(memory: Database) -> None:
    second = ScriptedCollector([a_page(*_comments(3)[:2])], read_error=OUTAGE)
    source = new_source(memory)
    sweep(memory, source, ScriptedCollector([a_page(*_comments(3))]), NOW)
    result = sweep(memory, source, second, NOW + minutes(30))
    assert kept(memory)["c2"].missing_since is None
    assert result.error is not None and "reading them by id failed" in result.error


@pytest.mark.parametrize(("gone", "marked"), [(20, 20), (21, 0)])
def test_more_than_twenty_at_once_are_not_marked(memory: Database, gone: int, marked: int) -> None:
    second = ScriptedCollector([a_page(*_comments(100)[gone:])])
    source = new_source(memory)
    sweep(memory, source, ScriptedCollector([a_page(*_comments(100))]), NOW)
    result = sweep(memory, source, second, NOW + minutes(30))
    assert sum(c.missing_since is not None for c in kept(memory).values()) == marked
    assert (result.error is not None) == (marked == 0)


def test_a_person_who_looked_can_let_many_go_at_once(memory: Database) -> None:
    _, missing = _swept_twice(
        memory, 30, ScriptedCollector([a_page(*_comments(1))]), trust_absence=True
    )
    assert sum(reason == "gone" for reason in missing.values()) == 29


@pytest.mark.parametrize(
    ("lost", "of", "too_many"),
    [(20, 20, False), (21, 21, True), (21, 210, False), (22, 219, True), (22, 220, False)],
)
def test_the_guard_is_twenty_or_a_tenth(lost: int, of: int, too_many: bool) -> None:
    assert exceeds(lost, of) is too_many


def test_nothing_is_missing_after_a_scan_that_was_not_complete(memory: Database) -> None:
    second = ScriptedCollector([a_page(*_comments(1), end=False), OUTAGE])
    _, missing = _swept_twice(memory, 3, second)
    assert set(missing.values()) == {None} and second.asked == []


def test_nothing_is_missing_where_the_scan_did_not_reach(memory: Database) -> None:
    source = new_source(memory)
    old = a_collected(external_id="old", created_at=NOW - timedelta(days=3))
    border = a_collected(external_id="border", created_at=NOW - timedelta(hours=48))
    new = a_collected(external_id="new", created_at=NOW)
    sweep(memory, source, ScriptedCollector([a_page(new, border, old)]), NOW)
    second = ScriptedCollector([a_page(new)])
    sweep(memory, source, second, NOW + minutes(30))
    assert second.asked == ["border"]
    assert kept(memory)["old"].missing_since is None


def test_a_comment_that_comes_back_is_no_longer_missing(memory: Database) -> None:
    source = new_source(memory)
    for n, listed in enumerate((2, 1, 2)):
        sweep(memory, source, ScriptedCollector([a_page(*_comments(listed))]), NOW + minutes(n))
    assert kept(memory)["c1"].missing_since is None


def test_comments_that_we_took_down_are_exempt(memory: Database) -> None:
    source = new_source(memory)
    sweep(memory, source, ScriptedCollector([a_page(*_comments(2))]), NOW)
    take_down(memory, kept(memory)["c1"], by_hand=False)
    second = ScriptedCollector([a_page(*_comments(1))])
    sweep(memory, source, second, NOW + minutes(30))
    assert second.asked == [] and kept(memory)["c1"].missing_since is None


# ------------------------------------------------------------------------------ any order

_STATES = st.dictionaries(
    st.integers(0, 8).map(lambda n: f"c{n}"),
    st.tuples(st.sampled_from(["one", "two", "three"]), st.integers(0, 100)),
    max_size=9,
)


@settings(max_examples=40, deadline=None)
@given(truths=st.lists(_STATES, min_size=1, max_size=4), data=st.data())
def test_the_store_equals_the_platform_after_any_run_of_sweeps(
    truths: list[dict[str, tuple[str, int]]], data: st.DataObject
) -> None:
    """Any order of items, pages of any size, items listed twice, edits and deletions between."""
    db = _memory()
    source = new_source(db)
    for n, truth in enumerate(truths):
        listed = [
            a_collected(text, external_id=i, created_at=NOW - minutes(age))
            for i, (text, age) in truth.items()
        ]
        twice = data.draw(st.lists(st.sampled_from(listed), max_size=4)) if listed else []
        order = data.draw(st.permutations(listed + twice))
        size = data.draw(st.integers(1, 5))
        pages = [order[i : i + size] for i in range(0, len(order), size)] or [[]]
        collector = ScriptedCollector(
            [a_page(*p, end=p is pages[-1], total=len(truth)) for p in pages]
        )
        result = sweep(db, source, collector, NOW + minutes(n + 1), kind=SweepKind.RESCAN)
        assert result.outcome is SweepOutcome.COMPLETE
        assert result.tally.read == len(order)
    alive = {i: c.revision.text for i, c in kept(db).items() if c.missing_since is None}
    assert alive == {i: text for i, (text, _) in truths[-1].items()}
    ever = {i for truth in truths for i in truth}
    assert set(kept(db)) == ever
    db.close()
