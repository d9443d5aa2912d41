"""The sample organisation loaded: a lived past, honest figures, and no harm in loading twice."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.model import Decision, DutyVerdict, EnforcementState, Platform, SourceMode, Verdict
from data.samples.content import PAGES, sample_comments
from data.store import audit, decisions, outbox, queue, reports, sources
from sunwai.demo import ACTOR, LOADED, Loaded, OtherSources, load_demo
from sunwai.importing import add_source
from sunwai.setting_up import set_up
from sunwai.settings import load
from sunwai.wiring import House
from tests.journey.command_line import ROOT
from tests.tables import count_comments

MOMENT = datetime(2026, 11, 20, 10, 13, 7, tzinfo=UTC)  # 15:13 in Karachi, a Friday
ROUNDS_BEFORE_THE_KILL = 12
WRITTEN = sum(len(sample_comments(page.platform)) for page in PAGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What stands in the store; two loads are the same where these are."""

    comments: int
    decisions: int
    actions: dict[str, int]
    waiting: dict[str, int]
    reports: list[tuple[str, str, str]]


def counted(house: House) -> Counted:
    with house.db.read() as tx:
        return Counted(
            comments=count_comments(tx),
            decisions=decisions.count_decisions(tx),
            actions=outbox.state_counts(tx),
            waiting=queue.queue_counts(tx),
            reports=[(r.day.isoformat(), r.verdict, r.headline) for r in reports.list_reports(tx)],
        )


@contextmanager
def a_house(home: Path, at: datetime = MOMENT) -> Generator[House]:
    house = House(settings=load({"SUNWAI_HOME": str(home)}), clock=lambda: at)
    yield house
    house.db.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    home: Path
    loaded: Loaded
    counted: Counted


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """One load that nothing interrupted."""
    home = tmp_path_factory.mktemp("whole")
    with a_house(home) as house:
        return Whole(home=home, loaded=load_demo(house), counted=counted(house))


def test_the_load_brings_in_every_comment_that_was_still_there_and_decides_many(
    whole: Whole,
) -> None:
    assert whole.loaded.users == 6
    assert whole.loaded.comments == whole.counted.comments
    # what its author deleted between two exports was never seen
    assert WRITTEN - 8 <= whole.counted.comments <= WRITTEN
    assert whole.counted.decisions == whole.loaded.decisions > 120
    with a_house(whole.home) as house, house.db.read() as tx:
        verdicts = {d.verdict for d in _all_decisions(house)}
        assert audit.verify_chain(tx).broken_at is None
    wanted = {Verdict.KEEP, Verdict.REMOVE, Verdict.SPLIT, Verdict.COMPLAINT, Verdict.ESCALATE}
    assert verdicts >= wanted | {Verdict.UNDO}


def _all_decisions(house: House) -> list[Decision]:
    with house.db.read() as tx:
        ids = range(1, decisions.count_decisions(tx) + 1)
        found = [decisions.decision_by_id(tx, n) for n in ids]
    return [d for d in found if d is not None]


def test_the_queue_is_alive_and_its_oldest_has_waited_hours(whole: Whole) -> None:
    with a_house(whole.home) as house, house.db.read() as tx:
        items = queue.queue_items(tx, limit=1000)
        oldest = queue.oldest_open(tx)
    assert 30 <= len(items) <= 120
    assert oldest is not None
    assert timedelta(hours=3) < MOMENT - oldest < timedelta(hours=24)
    assert sum(item.queue == "severe" for item in items) >= 2
    assert max(item.copies for item in items) >= 10
    assert any(item.comment.revision.no > 1 for item in items)
    assert len({i.assessment.reading.language for i in items if i.assessment is not None}) >= 4


def test_nothing_is_told_of_a_time_after_the_load(whole: Whole) -> None:
    with a_house(whole.home) as house, house.db.read() as tx:
        newest = max(entry.at for entry in audit.entries(tx, limit=5))
        last = max(d.decided_at for d in _all_decisions(house))
        opened = {s.created_at for s in sources.list_sources(tx)}
    assert newest == MOMENT.replace(microsecond=0)
    assert last < MOMENT
    assert max(opened) == newest  # the live page begins now


def test_removals_by_hand_are_confirmed_and_proved_by_the_next_export(whole: Whole) -> None:
    states = whole.counted.actions
    assert states[EnforcementState.VERIFIED] > 40
    assert states.get(EnforcementState.CONFLICT, 0) == 1  # said to be done, and still there
    assert EnforcementState.HELD not in states and EnforcementState.FAILED not in states


def test_the_last_seven_days_are_reported_and_not_all_of_them_well(whole: Whole) -> None:
    days = [day for day, _, _ in whole.counted.reports]
    first = MOMENT.date()
    assert days == [(first - timedelta(days=n)).isoformat() for n in range(1, 8)]
    verdicts = {verdict for _, verdict, _ in whole.counted.reports}
    assert DutyVerdict.MET in verdicts
    late_export = whole.counted.reports[2]
    assert late_export[1] != DutyVerdict.MET
    assert "not collected" in late_export[2]
    with a_house(whole.home) as house, house.db.read() as tx:
        assert not any(r.late for r in reports.list_reports(tx))


def test_the_log_says_that_it_is_a_sample(whole: Whole) -> None:
    with a_house(whole.home) as house, house.db.read() as tx:
        loaded = audit.first_of(tx, ACTOR, LOADED)
        chain = audit.entries(tx, limit=1000)
    assert loaded is not None and loaded.detail == {"invented": True}
    assert [e.actor for e in chain if e.verb == "sample.begun"] == [ACTOR]
    assert [e.at for e in chain] == sorted((e.at for e in chain), reverse=True)


def test_a_second_load_does_nothing(whole: Whole) -> None:
    with a_house(whole.home, MOMENT + timedelta(days=2)) as house:
        assert load_demo(house) == Loaded()
        assert counted(house) == whole.counted


CHILD = """
import sys
from datetime import datetime
from sunwai.demo import load_demo
from sunwai.settings import load
from sunwai.wiring import House
moment = datetime.fromisoformat(sys.argv[2])
load_demo(House(settings=load({"SUNWAI_HOME": sys.argv[1]}), clock=lambda: moment))
"""


def test_a_load_killed_in_the_middle_goes_on_to_the_same_end(whole: Whole, tmp_path: Path) -> None:
    words = [sys.executable, "-c", CHILD, str(tmp_path), MOMENT.isoformat()]
    with subprocess.Popen(words, cwd=ROOT) as child:
        while len(list(tmp_path.glob("var/samples/past/*.json"))) < ROUNDS_BEFORE_THE_KILL:
            assert child.poll() is None, "the load ended before it could be killed"
            time.sleep(0.01)
        child.kill()
    with a_house(tmp_path, MOMENT + timedelta(hours=5)) as house:
        load_demo(house)
        assert counted(house) == whole.counted
    with a_house(tmp_path) as house, house.db.read() as tx:
        assert audit.verify_chain(tx).broken_at is None
    passwords = (tmp_path / "var" / "sample-users.txt").read_text("utf-8")
    assert len(passwords.splitlines()) == whole.loaded.users


def test_a_database_with_an_own_source_is_refused_and_left_alone(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        set_up(house)
        add_source(
            house, name="our-page", platform=Platform.X, mode=SourceMode.EXPORT, title="Ours"
        )
        with pytest.raises(OtherSources, match="our-page"):
            load_demo(house)
        with house.db.read() as tx:
            assert [s.name for s in sources.list_sources(tx)] == ["our-page"]
            assert audit.first_of(tx, ACTOR, "sample.begun") is None
    assert not (tmp_path / "var" / "sample-users.txt").exists()


def test_an_own_source_added_later_does_not_trouble_the_next_start(whole: Whole) -> None:
    with a_house(whole.home, MOMENT + timedelta(days=1)) as house:
        add_source(
            house, name="our-page", platform=Platform.X, mode=SourceMode.EXPORT, title="Ours"
        )
        assert load_demo(house) == Loaded()
