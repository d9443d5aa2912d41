"""Assessing: each text once, a dead engine fails closed, floods are found, edits come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from data.model import Coverage, Flag, Reading, ReasonCode
from data.store import queue
from data.store.comments import get_comment
from moderation.judging.assess import AssessTally, read_all
from moderation.judging.read import Reader
from tests.builders import NOW
from tests.unit.assess_helpers import COPY, FakeReader, House, a_house


@pytest.fixture
def house() -> Iterator[House]:
    with a_house() as made:
        yield made


def test_every_text_is_assessed_once(house: House) -> None:
    vile, civil = house.keep("a vile text"), house.keep("a civil text")
    reader = FakeReader()
    tally = house.assess(reader)
    assert (tally.assessed, tally.flagged, tally.not_checked) == (2, 1, 0)
    assert house.of(vile).judgement.flag is Flag.SEVERE
    assert house.of(civil).judgement.flag is Flag.NONE
    assert house.assess(reader) == AssessTally()
    assert len(reader.seen) == 2


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 8])
def test_batches_of_any_size_assess_all(house: House, batch: int) -> None:
    for n in range(7):
        house.keep(f"text number {n}")
    assert house.assess(FakeReader(), batch=batch).assessed == 7
    assert house.left() == 0


@pytest.mark.parametrize("limit", [0, 1, 3, 5, 6])
def test_a_limit_is_kept(house: House, limit: int) -> None:
    for n in range(5):
        house.keep(f"text number {n}")
    assert house.assess(FakeReader(), limit=limit, batch=2).assessed == min(limit, 5)


def test_an_empty_store_is_assessed_in_no_time(house: House) -> None:
    assert house.assess(FakeReader()) == AssessTally()


def test_a_killed_run_is_gone_on_with(house: House) -> None:
    for n in range(5):
        house.keep(f"text number {n}")
    reader = FakeReader()

    def killed_at_the_second_batch() -> None:
        if reader.seen:
            raise KeyboardInterrupt

    reader.between = killed_at_the_second_batch
    with pytest.raises(KeyboardInterrupt):
        house.assess(reader, batch=2)
    assert house.left() == 3
    assert house.assess(FakeReader(), batch=2).assessed == 3


def test_a_text_edited_while_it_was_read_is_assessed_by_its_new_text(house: House) -> None:
    comment_id = house.keep("a civil text", "c")
    reader = FakeReader()

    def edit_once() -> None:
        reader.between = None
        house.keep("a vile text", "c")

    reader.between = edit_once
    house.assess(reader)
    house.assess(reader)
    assert house.of(comment_id).judgement.flag is Flag.SEVERE


def test_two_runs_at_once_keep_one_assessment(house: House) -> None:
    comment_id = house.keep("a civil text")
    reader = FakeReader()

    def other_run() -> None:
        reader.between = None
        assert house.assess(FakeReader(version="other")).assessed == 1

    reader.between = other_run
    assert house.assess(reader).assessed == 0
    assert house.of(comment_id).reading.engine_version == "other"


def test_an_edited_text_is_assessed_anew(house: House) -> None:
    comment_id = house.keep("a civil text", "c")
    house.assess(FakeReader())
    house.keep("a vile text", "c")
    assert house.assess(FakeReader()).assessed == 1
    assert house.of(comment_id).judgement.flag is Flag.SEVERE


# ------------------------------------------------------------------------------ fail closed


def test_a_dead_engine_leaves_everything_in_the_queue_as_not_checked(house: House) -> None:
    for n in range(3):
        house.keep(f"The water came for an hour only, number {n}.")
    tally = house.assess(Reader(None))
    assert (tally.assessed, tally.not_checked) == (3, 3)
    with house.db.read() as tx:
        assert queue.queue_counts(tx) == {"not_checked": 3}


def test_a_text_on_which_the_reader_fails_is_not_checked_and_the_others_go_on(house: House) -> None:
    bad, good = house.keep("a poison text"), house.keep("a vile text")
    tally = house.assess(FakeReader(chokes_on=("poison",)))
    assert (tally.assessed, tally.not_checked) == (2, 1)
    assert house.of(bad).reading.coverage_note == "reading failed with RuntimeError"
    assert house.of(bad).reading.value("toxicity") is None
    assert house.of(good).judgement.flag is Flag.SEVERE


def test_a_reader_that_gives_too_few_readings_is_not_believed() -> None:
    class Short:
        def read(self, texts: Sequence[str]) -> list[Reading]:
            return []

    readings = read_all(Short(), ["a", "b"])
    assert [r.coverage for r in readings] == [Coverage.NOT_CHECKED] * 2


# ------------------------------------------------------------------------------ again


# ------------------------------------------------------------------------------ copies


def flood(house: House, count: int, *, gap: timedelta = timedelta(minutes=1)) -> list[str]:
    return [house.keep(COPY.format("one"), f"copy{n}", NOW + n * gap) for n in range(count)]


def flags(house: House, ids: Sequence[str]) -> list[Flag]:
    return [house.of(i).judgement.flag for i in ids]


def test_copies_under_the_threshold_are_counted_and_not_flagged(house: House) -> None:
    ids = flood(house, 3)
    assert house.assess(FakeReader()).flagged == 0
    assert flags(house, ids) == [Flag.NONE] * 3
    assert house.of(ids[2]).reading.value("copies") == 3.0


def test_the_copy_that_completes_a_flood_flags_the_earlier_ones_too(house: House) -> None:
    ids = flood(house, 4)
    tally = house.assess(FakeReader())
    assert (tally.assessed, tally.flagged, tally.floods) == (4, 1, 3)
    assert flags(house, ids) == [Flag.FLAGGED] * 4
    for comment_id in ids:
        assert ReasonCode.FLOOD in house.of(comment_id).judgement.reasons
        assert house.of(comment_id).reading.value("copies") == 4.0


def test_later_copies_are_flagged_as_they_come(house: House) -> None:
    ids = flood(house, 12)
    house.assess(FakeReader(), batch=5)
    assert flags(house, ids) == [Flag.FLAGGED] * 12
    counts = [house.of(i).reading.value("copy_accounts") or 0.0 for i in ids]
    assert max(counts) == 12.0


@pytest.mark.parametrize(("minutes", "flag"), [(20, Flag.FLAGGED), (21, Flag.NONE)])
def test_copies_far_apart_are_no_flood(house: House, minutes: int, flag: Flag) -> None:
    ids = flood(house, 4, gap=timedelta(minutes=minutes))  # 60 or 63 minutes in all
    house.assess(FakeReader())
    assert flags(house, ids) == [flag] * 4


def test_a_stray_copy_long_before_does_not_hide_a_flood(house: House) -> None:
    house.keep(COPY.format("one"), "stray", NOW - timedelta(hours=30))
    ids = flood(house, 4)
    house.assess(FakeReader())
    assert flags(house, ids) == [Flag.FLAGGED] * 4
    assert house.of("mock:stray").judgement.flag is Flag.NONE


def test_copies_that_come_in_out_of_order_are_a_flood_all_the_same(house: House) -> None:
    order = [3, 0, 2, 1]
    ids = [house.keep(COPY.format("one"), f"copy{n}", NOW + timedelta(minutes=n)) for n in order]
    for _ in ids:
        house.assess(FakeReader(), limit=1)
    assert flags(house, ids) == [Flag.FLAGGED] * 4


def test_near_copies_count_and_short_greetings_do_not(house: House) -> None:
    near = [house.keep(COPY.format(n), f"near{n}") for n in ("one", "ten", "six", "two")]
    short = [house.keep("Very good", f"short{n}") for n in range(6)]
    house.assess(FakeReader())
    assert flags(house, near) == [Flag.FLAGGED] * 4
    assert flags(house, short) == [Flag.NONE] * 6


def test_an_edited_copy_leaves_its_group(house: House) -> None:
    ids = flood(house, 3)
    house.assess(FakeReader())
    house.keep("Now I write of something else: thank you for the clean park", "copy0")
    house.assess(FakeReader())
    house.keep(COPY.format("one"), "copy9", NOW + timedelta(minutes=9))
    house.assess(FakeReader())
    assert house.of("mock:copy9").reading.value("copies") == 3.0
    assert flags(house, ids) == [Flag.NONE] * 3


def test_a_flood_over_two_runs_flags_the_copies_of_the_first_run(house: House) -> None:
    ids = flood(house, 3)
    house.assess(FakeReader())
    with house.db.read() as tx:
        comment = get_comment(tx, ids[0])
    assert comment is not None
    flood_of_four = house.keep(COPY.format("one"), "copy3", NOW + timedelta(minutes=3))
    assert house.assess(FakeReader()).floods == 3
    assert house.of(flood_of_four).judgement.flag is Flag.FLAGGED
    assert house.of(ids[0]).revision_id == comment.revision.id
