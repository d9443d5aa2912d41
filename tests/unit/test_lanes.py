"""The lanes of a page: what each covers, when it comes again, what stops it and what frees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from collectors.access import AccessHealth
from collectors.base import CollectError, Collector, Page
from collectors.consequences import CONSEQUENCES, Again, todo_of
from data.budgets import Use
from data.model import (
    CollectedComment,
    CollectedPost,
    ErrorClass,
    JobState,
    Liveness,
    Platform,
    Source,
    SourceMode,
    Sweep,
    SweepKind,
    SweepOutcome,
)
from data.store import jobs, sources, sweeps
from data.store.access import last_check
from data.store.alerts import AlertKind, open_alerts
from data.store.known_posts import posts_of_source
from sunwai.collecting import collect_source
from sunwai.lanes import PLAN_OF, RESCANS
from sunwai.schedule import Scheduler
from sunwai.settings import load
from sunwai.watching import check_access, check_accesses, watch_silence
from sunwai.wiring import House
from tests.builders import NOW, a_collected, a_source, minutes
from tests.collect_helpers import Clock, ScriptedCollector, a_page, kept, raw_of
from tests.tables import make_tables

OUTAGE = CollectError(ErrorClass.TRANSIENT, "The platform is out of order.")
REFUSED = CollectError(ErrorClass.AUTH, "The token has expired.")


@dataclass(slots=True)
class CheckedCollector(ScriptedCollector):
    """A scripted page whose access can be asked about."""

    health: AccessHealth | CollectError = field(default_factory=lambda: AccessHealth(ok=True))

    def check(self, now: datetime) -> AccessHealth:
        if isinstance(self.health, CollectError):
            raise self.health
        return self.health


@dataclass(kw_only=True)
class ScriptedHouse(House):
    """A house whose one page is played. ``asked`` are the lanes that were read, in order."""

    page: ScriptedCollector
    asked: list[Use] = field(default_factory=list[Use])

    def collector(
        self, source: Source, use: Use = Use.LIVE, *, listed_since: datetime | None = None
    ) -> Collector:
        self.asked.append(use)
        return self.page


@dataclass(slots=True)
class Stage:
    house: ScriptedHouse
    clock: Clock
    source_id: int

    @property
    def source(self) -> Source:
        with self.house.db.read() as tx:
            found = sources.source_by_id(tx, self.source_id)
        assert found is not None
        return found

    def alerts(self) -> dict[AlertKind, str]:
        with self.house.db.read() as tx:
            return {a.kind: a.message for a in open_alerts(tx, self.source_id)}

    def sweeps(self, kind: SweepKind) -> list[Sweep]:
        with self.house.db.read() as tx:
            return [s for s in sweeps.list_sweeps(tx) if s.kind is kind]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return a_stage(tmp_path, ScriptedCollector([a_page()]))


def a_stage(folder: Path, page: ScriptedCollector) -> Stage:
    clock = Clock()
    house = ScriptedHouse(settings=load({"SUNWAI_HOME": str(folder)}), clock=clock, page=page)
    make_tables(house.db)
    with house.db.write() as tx:
        source = a_source(tx, mode=SourceMode.API, platform=Platform.MOCK)
    return Stage(house, clock, source.id)


# ------------------------------------------------------------------------------ coming again


def test_a_failed_look_back_is_tried_again_the_same_day_until_it_succeeds(stage: Stage) -> None:
    scheduler, page = Scheduler(stage.house), stage.house.page
    page.pages = [OUTAGE]
    scheduler.look_back()
    assert [s.outcome for s in stage.sweeps(SweepKind.WARM)] == [SweepOutcome.FAILED]
    stage.clock.at(0.5)
    scheduler.look_back()
    assert len(stage.sweeps(SweepKind.WARM)) == 1, "it rests a minute first"
    stage.clock.at(1)
    scheduler.look_back()
    stage.clock.at(2)
    scheduler.look_back()
    assert len(stage.sweeps(SweepKind.WARM)) == 2, "and then two"
    page.pages = [a_page()]
    stage.clock.at(3)
    scheduler.look_back()
    stage.clock.at(30)
    scheduler.look_back()
    assert [s.outcome for s in stage.sweeps(SweepKind.WARM)] == [
        SweepOutcome.COMPLETE, SweepOutcome.FAILED, SweepOutcome.FAILED,
    ]  # fmt: skip
    stage.clock.now = NOW + timedelta(days=1)
    scheduler.look_back()
    assert len(stage.sweeps(SweepKind.WARM)) == 4


def test_a_lane_that_is_held_back_comes_when_the_platform_lets_it(stage: Stage) -> None:
    scheduler, page = Scheduler(stage.house), stage.house.page
    page.pages = [CollectError(ErrorClass.RATE, "Slower.", until=NOW + minutes(37))]
    scheduler.look_back()
    (held,) = stage.sweeps(SweepKind.WARM)
    assert held.resume_at == NOW + minutes(37)
    page.pages = [a_page()]
    for minute, count in ((36, 1), (37, 2)):
        stage.clock.at(minute)
        scheduler.look_back()
        assert len(stage.sweeps(SweepKind.WARM)) == count


def test_the_whole_page_is_looked_through_only_once_its_past_was_read(stage: Stage) -> None:
    scheduler = Scheduler(stage.house)
    scheduler.look_back()
    assert stage.sweeps(SweepKind.RESCAN) == []
    scheduler.backfill()
    scheduler.look_back()
    assert [s.outcome for s in stage.sweeps(SweepKind.RESCAN)] == [SweepOutcome.COMPLETE]
    scheduler.backfill()
    assert len(stage.sweeps(SweepKind.BACKFILL)) == 1


def test_each_look_back_takes_its_own_share_and_its_own_posts(stage: Stage) -> None:
    scheduler, page = Scheduler(stage.house), stage.house.page
    scheduler.backfill()
    scheduler.look_back()
    assert [u for u in stage.house.asked] == [Use.BACKFILL, Use.HOT, Use.WARM, Use.RESCAN]
    ages = [None if p is None else NOW - p for p in page.posts_after]
    assert ages == [None, timedelta(hours=48), timedelta(days=30), None]


def test_the_first_live_sweep_looks_a_week_back_and_leaves_the_rest_to_backfill(
    stage: Stage,
) -> None:
    Scheduler(stage.house).collect_due()
    assert stage.house.page.stops == [NOW - timedelta(days=7)]


def test_slots_come_from_the_organisations_own_days(stage: Stage) -> None:
    late = datetime.fromisoformat("2026-05-31T19:30:00+00:00")  # 1 June, half past midnight there
    warm = PLAN_OF[SweepKind.WARM].slot_of(stage.source, late, "Asia/Karachi")
    assert warm.name.endswith("@2026-06-01") and warm.since == late - minutes(30)
    cold = PLAN_OF[SweepKind.RESCAN].slot_of(stage.source, late, "Asia/Karachi")
    assert cold.name.endswith("@week 2026-06-01")
    assert [p.often for p in RESCANS] == ["hourly", "daily", "weekly"]


def test_a_killed_look_back_is_told_as_interrupted_by_the_next_leader(stage: Stage) -> None:
    slot = PLAN_OF[SweepKind.WARM].slot_of(stage.source, NOW, "Asia/Karachi")
    with stage.house.db.write() as tx:
        jobs.claim_slot(tx, "warm", slot.name, "dead", now=NOW)
        sweeps.begin_sweep(tx, stage.source_id, SweepKind.WARM, now=NOW)
    stage.clock.at(30)
    Scheduler(stage.house).collect_due()
    assert [s.outcome for s in stage.sweeps(SweepKind.WARM)] == [SweepOutcome.INTERRUPTED]
    with stage.house.db.read() as tx:
        (run,) = jobs.job_runs(tx, job="warm")
    assert run.state is JobState.FAILED


# ------------------------------------------------------------------------------ the mark


def test_only_a_complete_live_sweep_moves_the_mark(stage: Stage) -> None:
    stage.house.page.pages = [a_page(a_collected(created_at=NOW - minutes(5)))]
    for kind in (SweepKind.HOT, SweepKind.WARM, SweepKind.RESCAN, SweepKind.BACKFILL):
        collect_source(stage.house, stage.source, kind)
    with stage.house.db.read() as tx:
        assert sweeps.high_water(tx, stage.source_id) is None
    collect_source(stage.house, stage.source)
    with stage.house.db.read() as tx:
        assert sweeps.high_water(tx, stage.source_id) == NOW - minutes(5)


def test_a_lane_does_not_close_another_ones_sweep_that_is_under_way(stage: Stage) -> None:
    with stage.house.db.write() as tx:
        sweeps.begin_sweep(tx, stage.source_id, SweepKind.WARM, now=NOW)
    collect_source(stage.house, stage.source)
    assert [s.outcome for s in stage.sweeps(SweepKind.WARM)] == [SweepOutcome.RUNNING]


# ------------------------------------------------------------------------------ what it covers


def _post(key: str, age: timedelta, total: int | None = None) -> CollectedPost:
    return CollectedPost(external_id=key, created_at=NOW - age, comment_count_hint=total)


def _under(post: CollectedPost, *ids: str) -> list[CollectedComment]:
    at = (post.created_at or NOW) + minutes(1)
    return [a_collected(f"Text {i}", external_id=i, post=post, created_at=at) for i in ids]


def test_nothing_is_concluded_of_posts_that_a_lane_does_not_look_at(stage: Stage) -> None:
    young, old = _post("young", timedelta(hours=3)), _post("old", timedelta(days=90))
    page = stage.house.page
    page.pages = [a_page(*_under(young, "y1", "y2"), *_under(old, "o1"))]
    collect_source(stage.house, stage.source, SweepKind.BACKFILL)
    page.pages = [a_page(*_under(young, "y1"))]
    stage.clock.at(60)
    collect_source(stage.house, stage.source, SweepKind.HOT)
    assert page.asked == ["y2"]
    gone = {i for i, c in kept(stage.house.db).items() if c.missing_since is not None}
    assert gone == {"y2"}


def test_a_page_read_post_by_post_concludes_of_listed_posts_only_also_when_it_breaks_off(
    stage: Stage,
) -> None:
    one, two = _post("p1", timedelta(days=9), 2), _post("p2", timedelta(days=9), 1)
    page = stage.house.page
    page.pages = [a_page(*_under(one, "a1", "a2"), *_under(two, "b1"))]
    collect_source(stage.house, stage.source, SweepKind.BACKFILL)
    listed = Page(
        items=tuple((c, raw_of(c)) for c in _under(one, "a1")), posts=(one,), end=False,
        listed=("p1",),
    )  # fmt: skip
    page.pages = [listed, OUTAGE]
    stage.clock.at(60)
    broken = collect_source(stage.house, stage.source, SweepKind.RESCAN)
    assert broken.outcome is SweepOutcome.PARTIAL and page.asked == ["a2"]
    gone = {i for i, c in kept(stage.house.db).items() if c.missing_since is not None}
    assert gone == {"a2"}


def test_a_broken_off_lane_goes_on_behind_the_posts_it_had_listed(stage: Stage) -> None:
    posts = [_post(f"p{n}", timedelta(days=n), n) for n in (1, 2, 3)]
    pages: list[Page | CollectError] = [
        Page(items=tuple((c, raw_of(c)) for c in _under(p, f"c{p.external_id}")), posts=(p,),
             end=False, listed=(p.external_id,))
        for p in posts[:2]
    ]  # fmt: skip
    stage.house.page.pages = [*pages, OUTAGE]
    collect_source(stage.house, stage.source, SweepKind.BACKFILL)
    with stage.house.db.read() as tx:
        known = posts_of_source(tx, stage.source_id, listed_since=stage.source.created_at)
        later = posts_of_source(tx, stage.source_id, listed_since=NOW + minutes(1))
    assert known.ids == ("p1", "p2") and known.done == {"p1", "p2"} and later.done == set()
    assert known.totals == {"p1": 1, "p2": 2}


def test_a_live_sweep_takes_account_of_a_posts_count_but_does_not_call_it_read_whole(
    stage: Stage,
) -> None:
    post = _post("p1", timedelta(days=1), 7)
    stage.house.page.pages = [Page(items=(), posts=(post,), end=True, listed=("p1",))]
    collect_source(stage.house, stage.source)
    with stage.house.db.read() as tx:
        known = posts_of_source(tx, stage.source_id, listed_since=NOW - timedelta(days=99))
    assert known.totals == {"p1": 7} and known.done == set()


def test_a_sweep_that_is_asked_to_stop_ends_after_its_page_and_keeps_it(stage: Stage) -> None:
    stage.house.page.pages = [
        a_page(a_collected(external_id="c1"), end=False),
        a_page(a_collected(external_id="c2")),
    ]
    swept = collect_source(stage.house, stage.source, SweepKind.BACKFILL, keep_on=lambda: False)
    assert swept.outcome is SweepOutcome.PARTIAL and "asked to stop" in (swept.error or "")
    assert set(kept(stage.house.db)) == {"c1"}


def test_what_the_platform_does_not_reach_is_kept_as_incomplete_history(stage: Stage) -> None:
    border = NOW - timedelta(days=7)
    stage.house.page.pages = [Page(items=(), end=True, reaches_back_to=border)]
    collect_source(stage.house, stage.source)
    assert stage.source.history_from is None, "a live sweep does not reach back at all"
    collect_source(stage.house, stage.source, SweepKind.BACKFILL)
    assert stage.source.history_from == border


@dataclass(slots=True)
class Rereading(ScriptedCollector):
    """A page whose platform lists nothing old: it is read again by ids, two at a time."""

    reread_size: int = 2
    calls: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])

    def read_comments(
        self, call_ids: Sequence[str]
    ) -> Mapping[str, tuple[Liveness, CollectedComment | None]]:
        self.calls.append(tuple(call_ids))
        return ScriptedCollector.read_comments(self, call_ids)


def test_a_platform_that_lists_nothing_old_is_read_again_by_ids(tmp_path: Path) -> None:
    old = [a_collected(f"T {n}", external_id=f"c{n}", created_at=NOW - minutes(n))
           for n in range(5)]  # fmt: skip
    page = Rereading([a_page(*old)])
    stage = a_stage(tmp_path, page)
    collect_source(stage.house, stage.source, SweepKind.BACKFILL)
    edited = a_collected("Changed", external_id="c1", created_at=NOW - minutes(1))
    page.alive = {"c0": old[0], "c1": edited, "c2": old[2], "c3": old[3]}
    stage.clock.at(60)
    swept = collect_source(stage.house, stage.source, SweepKind.WARM)
    assert page.calls[:3] == [("c0", "c1"), ("c2", "c3"), ("c4",)]
    assert (swept.outcome, swept.tally.revised) == (SweepOutcome.COMPLETE, 1)
    found = kept(stage.house.db)
    assert {i for i, c in found.items() if c.missing_since is not None} == {"c4"}
    assert found["c1"].revision.text == "Changed"


# ------------------------------------------------------------------------------ stops


def test_a_lost_access_stops_the_source_until_a_check_of_it_succeeds(tmp_path: Path) -> None:
    page = CheckedCollector([REFUSED], health=AccessHealth(ok=False, problems=("Expired.",)))
    stage = a_stage(tmp_path, page)
    scheduler = Scheduler(stage.house)
    scheduler.collect_due()
    assert stage.source.stopped_class is ErrorClass.AUTH
    assert "sunwai sources token page" in stage.alerts()[AlertKind.STOPPED]
    stage.clock.at(120)
    scheduler.collect_due()
    scheduler.look_back()
    assert len(stage.sweeps(SweepKind.LIVE)) == 1 and stage.sweeps(SweepKind.HOT) == []
    check_accesses(stage.house, first=False)
    assert stage.source.stopped_at is not None
    page.health, page.pages = AccessHealth(ok=True, account="Our page"), [a_page()]
    stage.clock.at(140)
    check_accesses(stage.house, first=False)
    assert stage.source.stopped_at is None and stage.alerts() == {}
    scheduler.collect_due()
    assert stage.sweeps(SweepKind.LIVE)[0].outcome is SweepOutcome.COMPLETE


def test_where_no_access_can_be_asked_about_the_live_sweep_goes_on_as_the_check(
    stage: Stage,
) -> None:
    scheduler, page = Scheduler(stage.house), stage.house.page
    page.pages = [REFUSED]
    scheduler.collect_due()
    assert stage.source.stopped_at is not None
    page.pages = [a_page()]
    stage.clock.at(60)
    scheduler.look_back()
    assert stage.sweeps(SweepKind.HOT) == []
    scheduler.collect_due()
    assert stage.source.stopped_at is None and stage.alerts() == {}


def test_a_block_for_abuse_ends_by_no_check(tmp_path: Path) -> None:
    page = CheckedCollector([CollectError(ErrorClass.ABUSE_STOP, "Blocked as abusive.")])
    stage = a_stage(tmp_path, page)
    collect_source(stage.house, stage.source)
    assert check_access(stage.house, stage.source) is not None
    assert stage.source.stopped_class is ErrorClass.ABUSE_STOP
    assert AlertKind.STOPPED in stage.alerts()


def test_an_outage_alarms_nobody_and_an_answer_not_understood_does(stage: Stage) -> None:
    stage.house.page.pages = [OUTAGE]
    collect_source(stage.house, stage.source)
    assert stage.alerts() == {} and stage.source.stopped_at is None
    stage.house.page.pages = [CollectError(ErrorClass.INVALID, "Nobody knows code 4711.")]
    collect_source(stage.house, stage.source)
    assert "4711" in stage.alerts()[AlertKind.TROUBLE]
    stage.house.page.pages = [a_page()]
    collect_source(stage.house, stage.source)
    assert stage.alerts() == {}


def test_too_many_absent_at_once_are_told_and_none_is_marked(stage: Stage) -> None:
    many = [a_collected(f"T {n}", external_id=f"c{n}") for n in range(30)]
    page = stage.house.page
    page.pages = [a_page(*many)]
    collect_source(stage.house, stage.source, SweepKind.BACKFILL)
    page.pages = [a_page(*many[:3])]
    stage.clock.at(60)
    swept = collect_source(stage.house, stage.source, SweepKind.RESCAN)
    assert swept.outcome is SweepOutcome.COMPLETE
    assert "Nothing was marked as gone" in stage.alerts()[AlertKind.ABSENCE]
    assert all(c.missing_since is None for c in kept(stage.house.db).values())
    page.pages = [a_page(*many)]
    stage.clock.at(120)
    collect_source(stage.house, stage.source, SweepKind.RESCAN)
    assert stage.alerts() == {}


def test_every_class_of_failure_has_its_consequence() -> None:
    assert set(CONSEQUENCES) == set(ErrorClass)
    stopping = {e for e, c in CONSEQUENCES.items() if c.stops}
    assert stopping == {ErrorClass.AUTH, ErrorClass.PERMISSION, ErrorClass.CONFIG,
                        ErrorClass.ABUSE_STOP}  # fmt: skip
    assert all(CONSEQUENCES[e].alerts and todo_of(e, "page") for e in stopping)
    waiting = {e for e, c in CONSEQUENCES.items() if c.again is Again.WHEN_TOLD}
    assert waiting == {ErrorClass.RATE, ErrorClass.QUOTA_DAY}


# ------------------------------------------------------------------------------ checks


def test_accesses_are_checked_at_the_start_and_every_six_hours(tmp_path: Path) -> None:
    page = CheckedCollector([a_page()])
    stage = a_stage(tmp_path, page)
    for minute, first, count in ((0, True, 1), (1, True, 1), (300, False, 0), (361, False, 1)):
        stage.clock.at(minute)
        assert check_accesses(stage.house, first=first) == count, minute


def test_a_missing_permission_is_an_alert_in_words_and_no_stop(tmp_path: Path) -> None:
    words = "pages_manage_engagement is missing: without it nothing can be hidden."
    health = AccessHealth(ok=False, missing=("pages_manage_engagement",), problems=(words,))
    stage = a_stage(tmp_path, CheckedCollector([a_page()], health=health))
    check_access(stage.house, stage.source)
    assert stage.alerts() == {AlertKind.ACCESS: words} and stage.source.stopped_at is None


def test_a_platform_that_is_away_says_nothing_of_the_access(tmp_path: Path) -> None:
    page = CheckedCollector([a_page()], health=AccessHealth(ok=False, problems=("Lost.",)))
    stage = a_stage(tmp_path, page)
    check_access(stage.house, stage.source)
    page.health = OUTAGE
    check_access(stage.house, stage.source)
    assert stage.alerts() == {AlertKind.ACCESS: "Lost."}
    with stage.house.db.read() as tx:
        newest, answered = (
            last_check(tx, stage.source_id),
            last_check(tx, stage.source_id, answered=True),
        )
    assert newest is not None and newest.ok is None
    assert answered is not None and answered.ok is False


def test_an_access_that_ends_soon_is_told_at_14_7_3_and_1_days(tmp_path: Path) -> None:
    ends = NOW + timedelta(days=20)
    page = CheckedCollector([a_page()], health=AccessHealth(ok=True, expires_at=ends))
    stage = a_stage(tmp_path, page)
    told: list[str | None] = []
    for left in (20, 15, 14, 10, 7, 3, 2, 1, 0):
        stage.clock.now = ends - timedelta(days=left)
        check_access(stage.house, stage.source)
        words = stage.alerts().get(AlertKind.EXPIRY)
        told.append(None if words is None else words.split(", on ")[0].split(" on 2")[0])
    within = "The access of page ends within"
    assert told == [None, None, f"{within} 14 days", f"{within} 14 days", f"{within} 7 days",
                    f"{within} 3 days", f"{within} 3 days", f"{within} a day",
                    "The access of page ended"]  # fmt: skip


# ------------------------------------------------------------------------------ silence


def test_a_page_that_falls_silent_is_told_until_a_comment_comes(stage: Stage) -> None:
    page, clock = stage.house.page, stage.clock
    lively = [a_collected(external_id=f"c{n}", created_at=NOW - minutes(20 * n))
              for n in range(30)]  # fmt: skip
    page.pages = [a_page(*lively)]
    collect_source(stage.house, stage.source)
    clock.at(20 * 60)
    assert watch_silence(stage.house, stage.source) is None, "nobody has looked since"
    collect_source(stage.house, stage.source)
    told = watch_silence(stage.house, stage.source)
    assert told is not None and "20 hours" in told and stage.alerts() == {AlertKind.SILENCE: told}
    page.pages = [a_page(*lively, a_collected(external_id="late", created_at=clock.now))]
    clock.at(20 * 60 + 5)
    collect_source(stage.house, stage.source)
    assert watch_silence(stage.house, stage.source) is None and stage.alerts() == {}
