"""Judging again: what another policy, calibration or engine judged, resumable, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from data.model import Flag, Language, ReasonCode, Verdict
from data.store import assessments, audit, jobs, queue, reassessments
from data.store.comments import get_comment
from moderation.deciding.decide import DecisionRequest, Holds, record_decision
from moderation.judging.assess import AssessTally
from moderation.judging.calibration import Calibration, Curve
from moderation.judging.rereading import Side
from moderation.learning.reassess import (
    LEASE,
    AgainTally,
    AlreadyRuns,
    assess_again,
    progress_words,
)
from moderation.policies.policy_document import Lists
from tests.builders import NOW, a_user
from tests.unit.assess_helpers import COPY, POLICY, FakeReader, House, a_house

SECOND = replace(POLICY, version=2)
STRICT = replace(SECOND, queue=replace(POLICY.queue, toxicity=0.05))


@pytest.fixture
def house() -> Iterator[House]:
    with a_house() as made:
        yield made


def said(house: House, count: int, words: str = "a civil text") -> list[str]:
    """Comments seen a minute after one another, the last one the newest."""
    ids: list[str] = []
    for n in range(count):
        house.now += timedelta(minutes=1)
        ids.append(house.keep(f"{words} number {n}", f"said-{words[2]}{n}", house.now))
    return ids


def decide(house: House, comment_id: str, verdict: Verdict) -> None:
    with house.db.write() as tx:
        comment = get_comment(tx, comment_id)
        assert comment is not None
        request = DecisionRequest(
            comment_id=comment_id, revision_id=comment.revision.id, verdict=verdict,
            by=a_user(tx, f"officer-{comment_id}"), key=f"k-{comment_id}",
            reason=ReasonCode.PERSONAL_ABUSE if verdict is Verdict.REMOVE else None,
        )  # fmt: skip
        record_decision(tx, request, policy_version=1, holds=Holds(), now=house.now)


# ------------------------------------------------------------------------------ what is judged


@pytest.mark.parametrize(
    ("reader", "policy"),
    [(FakeReader(version="2"), POLICY), (FakeReader(), SECOND), (FakeReader(version="2"), SECOND)],
    ids=["engine", "policy", "both"],
)
def test_another_engine_or_policy_version_judges_all_again(
    house: House, reader: FakeReader, policy: object
) -> None:
    ids = said(house, 5)
    house.assess(FakeReader())
    tally = house.again(reader, policy, batch=2)  # type: ignore[arg-type]
    assert (tally.assessed, tally.total, tally.ended) == (5, 5, True)
    assert house.again(reader, policy) == AgainTally()  # type: ignore[arg-type]
    assert all(len(history(house, i)) == 2 for i in ids)


def history(house: House, comment_id: str) -> list[int]:
    with house.db.read() as tx:
        return [a.id for a in assessments.assessments_of(tx, comment_id)]


def test_a_new_policy_is_judged_from_what_is_stored_without_the_engine(house: House) -> None:
    (one,) = said(house, 1)
    house.assess(FakeReader())
    reader = FakeReader()
    tally = house.again(reader, STRICT)
    assert (tally.assessed, tally.changed, tally.read) == (1, 1, 0)
    assert reader.seen == []
    assert house.of(one).judgement.flag is Flag.FLAGGED


def test_a_new_list_of_the_policy_is_read_by_rule_without_the_engine(house: House) -> None:
    one = house.keep("the tanker mafia is at work again")
    house.assess(FakeReader())
    reader = FakeReader()
    watching = replace(SECOND, lists=Lists(watch_words=("tanker",)))
    assert house.again(reader, watching).changed == 1
    assert reader.seen == []
    assert house.of(one).judgement.why[0].rule == "watch"
    without = replace(POLICY, version=3)
    lists = {1: POLICY.lists, 2: watching.lists, 3: POLICY.lists}
    assert house.again(reader, without, lists_of=lists).changed == 1
    assert house.of(one).judgement.flag is Flag.NONE


def test_a_new_calibration_is_put_on_and_taken_off_without_the_engine(house: House) -> None:
    (one,) = said(house, 1, "a vile text")
    house.assess(FakeReader())
    curve = Curve(slope=1.0, shift=-3.0, point=0.5, raises_below=False)
    made = Calibration(version=4, engine="test", engine_version="1", curves={Language.EN: curve})
    reader = FakeReader()
    assert house.again(reader, calibration=made).changed == 1
    judged = house.of(one)
    assert judged.reading.calibration == 4 and judged.judgement.flag is Flag.NONE
    assert judged.reading.value("toxicity_raw") == 0.9
    assert house.again(reader).changed == 1
    judged = house.of(one)
    assert judged.reading.calibration is None and judged.reading.value("toxicity") == 0.9
    assert judged.reading.value("toxicity_raw") is None
    assert reader.seen == []


def test_what_waits_comes_first_then_the_newest_and_the_decided_last(house: House) -> None:
    civil = said(house, 3)
    vile = said(house, 3, "a vile text")
    house.assess(FakeReader())
    decide(house, vile[2], Verdict.KEEP)
    house.again(FakeReader(version="2"), batch=1)
    order = sorted([*civil, *vile], key=lambda i: history(house, i)[-1])
    assert order == [vile[1], vile[0], *reversed(civil), vile[2]]


@pytest.mark.parametrize("verdict", [Verdict.KEEP, Verdict.REMOVE])
def test_a_decided_text_is_judged_for_the_record_and_stays_out_of_the_queue(
    house: House, verdict: Verdict
) -> None:
    (one,) = said(house, 1, "a vile text")
    house.assess(FakeReader())
    decide(house, one, verdict)
    assert house.again(FakeReader(), STRICT).assessed == 1
    assert house.of(one).judgement.policy_version == 2
    with house.db.read() as tx:
        assert queue.queue_items(tx) == []


def test_copies_are_still_known_after_judging_again(house: House) -> None:
    ids = [house.keep(COPY.format("one"), f"copy{n}", NOW + timedelta(minutes=n)) for n in range(4)]
    house.assess(FakeReader())
    house.again(FakeReader(), SECOND)
    assert all(ReasonCode.FLOOD in house.of(i).judgement.reasons for i in ids)


def test_judging_again_counts_copies_that_came_later(house: House) -> None:
    first = house.keep(COPY.format("one"), "copy0", NOW)
    house.assess(FakeReader())
    house.keep(COPY.format("one"), "copy1", NOW + timedelta(minutes=5))
    house.assess(FakeReader())
    assert house.of(first).reading.value("copies") == 1
    house.again(FakeReader(), SECOND)
    assert house.of(first).reading.value("copies") == 2


def test_judging_again_asks_the_store_no_oftener_for_more_copies(house: House) -> None:
    asked = [statements(house, count) for count in (4, 40)]
    assert asked[0] == asked[1]


def statements(house: House, count: int) -> int:
    """How many statements judging this many copies again sends, new ones of a text of their own."""
    for n in range(count):
        house.now += timedelta(minutes=1)
        house.keep(COPY.format(f"of {count} " * 9), f"copy{count}-{n}", house.now)
    calm = replace(POLICY, version=2 * count, flood=replace(POLICY.flood, copies=900))
    house.assess(FakeReader(), calm)
    said: list[str] = []

    def note(_c: object, _k: object, statement: str, *_more: object) -> None:
        said.append(statement)

    event.listen(house.db.engine, "before_cursor_execute", note)
    assert house.again(FakeReader(), replace(calm, version=2 * count + 1)).assessed >= count
    event.remove(house.db.engine, "before_cursor_execute", note)
    return len([s for s in said if not s.startswith("BEGIN")])


# ------------------------------------------------------------------------------ going on


def test_judging_again_goes_on_where_it_was_cut_off(house: House) -> None:
    said(house, 5)
    house.assess(FakeReader())
    tally = house.again(FakeReader(version="2"), limit=2)
    assert (tally.assessed, tally.ended) == (2, False)
    assert told(house) == "judging again: 2 of 5 (policy 1, engine 2)"
    assert house.again(FakeReader(version="2")).assessed == 3
    assert told(house) == "judging again: 5 of 5 (policy 1, engine 2)"
    with house.db.read() as tx:
        run = reassessments.newest(tx)
        verbs = [e.verb for e in audit.entries(tx)]
    assert run is not None and run.id == 1 and run.ended_at is not None
    assert verbs == ["assess_again.end", "assess_again.begin"]


def told(house: House) -> str:
    with house.db.read() as tx:
        return progress_words(reassessments.newest(tx))


def test_a_policy_that_changes_on_the_way_begins_a_run_of_its_own(house: House) -> None:
    said(house, 4)
    house.assess(FakeReader())
    house.again(FakeReader(), SECOND, limit=1)
    tally = house.again(FakeReader(), replace(POLICY, version=3))
    assert (tally.assessed, tally.total) == (4, 4)


def test_going_back_to_the_old_policy_on_the_way_leaves_little_to_do(house: House) -> None:
    said(house, 4)
    house.assess(FakeReader())
    house.again(FakeReader(), SECOND, limit=1)
    tally = house.again(FakeReader(), POLICY)
    assert (tally.assessed, tally.total) == (1, 1)
    with house.db.read() as tx:
        run = reassessments.newest(tx)
    assert run is not None and run.ended_at is not None


def test_it_gives_way_to_new_comments_and_goes_on_later(house: House) -> None:
    said(house, 4)
    house.assess(FakeReader())
    house.keep("a new text")
    waits = {"give_way": lambda tx: assessments.count_to_assess(tx) > 0}
    assert house.again(FakeReader(), SECOND, **waits) == AgainTally(total=4, ended=False)
    house.assess(FakeReader(), SECOND)
    assert house.again(FakeReader(), SECOND, **waits).assessed == 4


def test_a_second_process_is_told_how_far_the_first_one_is(house: House) -> None:
    said(house, 2)
    house.assess(FakeReader())
    with house.db.write() as tx:
        jobs.take_lease(tx, LEASE, "another", now=house.now, seconds=3600)
    with pytest.raises(AlreadyRuns, match=r"judging again.*in 120 seconds"):
        house.again(FakeReader(), SECOND)


def test_the_lease_is_given_back_at_the_end(house: House) -> None:
    said(house, 1)
    house.assess(FakeReader())
    house.again(FakeReader(), SECOND)
    with house.db.write() as tx:
        assert jobs.take_lease(tx, LEASE, "another", now=house.now)


def test_an_edit_and_a_judgement_in_between_are_left_alone(house: House) -> None:
    ids = said(house, 2)
    house.assess(FakeReader())
    reader = FakeReader(version="2")

    def others_work() -> None:
        reader.between = None
        house.keep("a vile text instead", ids[0].split(":")[1])
        house.assess(FakeReader(), SECOND)

    reader.between = others_work
    assess_again(house.rejudging(reader, Side(policy=POLICY)))
    assert house.of(ids[0]).judgement.flag is Flag.SEVERE
    assert house.of(ids[0]).judgement.policy_version == 2


# ------------------------------------------------------------------------------ dead engines


def test_an_engine_that_dies_on_the_way_spoils_nothing(house: House) -> None:
    ids = said(house, 3)
    house.assess(FakeReader())
    tally = house.again(FakeReader(version="2", dead=True))
    assert (tally.assessed, tally.ended) == (0, False)
    assert all(len(history(house, i)) == 1 for i in ids)
    assert house.again(FakeReader(version="2")).assessed == 3


def test_one_text_that_the_new_engine_cannot_read_becomes_not_checked(house: House) -> None:
    bad, good = house.keep("a poison text"), house.keep("a civil text")
    house.assess(FakeReader())
    assert house.again(FakeReader(version="2", chokes_on=("poison",))).ended
    assert house.of(bad).judgement.flag is Flag.NOT_CHECKED
    assert house.of(good).judgement.flag is Flag.NONE
    assert house.again(FakeReader(version="2", chokes_on=("poison",))) == AgainTally()


def test_what_was_not_checked_is_tried_again_once_the_engine_lives(house: House) -> None:
    comment_id = house.keep("a vile text")
    house.assess(FakeReader(dead=True))
    assert house.retry(FakeReader(dead=True)) == AssessTally()
    assert house.retry(FakeReader()).assessed == 1
    assert house.of(comment_id).judgement.flag is Flag.SEVERE
    assert house.retry(FakeReader()) == AssessTally()


def test_a_text_that_still_cannot_be_checked_is_counted_and_not_appended(house: House) -> None:
    bad, good = house.keep("a poison text"), house.keep("a civil text")
    house.assess(FakeReader(dead=True))
    first = house.of(bad).id
    tally = house.retry(FakeReader(chokes_on=("poison",)))
    assert (tally.assessed, tally.not_checked) == (1, 1)
    assert house.of(bad).id == first
    assert house.of(good).judgement.flag is Flag.NONE
