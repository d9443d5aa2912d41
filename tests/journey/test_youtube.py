"""A YouTube channel from the first sweep to a comment that is held back, proved and shown again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from collectors.base import CollectError
from collectors.known import KnownPosts
from collectors.youtube import YouTubeCollector
from data.db import Database
from data.dialects.youtube import quota_resets_at
from data.model import (
    ActionKind,
    EnforcementState,
    ErrorClass,
    Liveness,
    Platform,
    Source,
    SweepKind,
    SweepOutcome,
    Verdict,
    Visibility,
    WriteBack,
)
from data.store import sources
from data.store.known_posts import posts_of_source
from moderation.platforms.youtube import YouTubeWriteSide
from sunwai.rehearsal.world import Standing, World, WorldPost
from tests.builders import NOW, minutes
from tests.collect_helpers import kept, new_source, sweep, texts_of
from tests.rehearsal_helpers import OWNER, RehearsalStage, a_world, add_comment
from tests.unit.decide_helpers import REMOVE, a_desk
from tests.unit.enforce_helpers import FakePlatform, Outbox
from tests.youtube_x_helpers import youtube, youtube_stage

S = EnforcementState
DAY = timedelta(days=1)


def a_channel(db: Database) -> Source:
    return new_source(db, "channel", platform=Platform.YOUTUBE)


def knowing(db: Database, source: Source, stage: RehearsalStage, **told: Any) -> YouTubeCollector:
    """The collector as each sweep gets it, with what the store knows of the videos."""
    with db.read() as tx:
        found = posts_of_source(tx, source.id, **told)
    return youtube(stage, KnownPosts(ids=found.ids, totals=found.totals, done=found.done))


def look(
    db: Database, source: Source, stage: RehearsalStage, at: datetime, **told: Any
) -> SweepOutcome:
    stage.clock.now = at
    done = sweep(db, source, knowing(db, source, stage), at, **told)
    assert done.error is None, done.error
    return done.outcome


def as_it_is(world: World) -> dict[str, tuple[str, str | None]]:
    standings = (Standing.PUBLIC, Standing.HELD, Standing.SPAM)
    return {c.id: (c.text, c.parent_id) for c in world.comments.values() if c.standing in standings}


def as_kept(db: Database) -> dict[str, tuple[str, str | None]]:
    return {
        i: (c.revision.text, c.parent_external_id)
        for i, c in kept(db).items()
        if c.missing_since is None
    }


def a_full_world() -> World:
    """Three videos, one with comments switched off, a post that is no video, replies, a held and
    a spam comment."""
    world = a_world(30)
    world.add_posts(
        [
            WorldPost(id="video2", text="The fair.", created_at=NOW - 3 * DAY),
            WorldPost(id="video3", text="No words.", created_at=NOW - 2 * DAY, closed=True),
            WorldPost(id="UgkxPost", text="A poll.", created_at=NOW - DAY),
        ]
    )
    for n in range(12):
        add_comment(world, f"c3.r{n}", NOW - minutes(10 - n), parent_id="c3")
    add_comment(world, "f1", NOW - 2 * DAY, post_id="video2")
    add_comment(world, "p1", NOW - DAY, post_id="UgkxPost")
    add_comment(world, "h1", NOW - minutes(3), standing=Standing.HELD)
    add_comment(world, "s1", NOW - minutes(2), standing=Standing.SPAM)
    return world


def a_full_stage() -> RehearsalStage:
    stage, rehearsal = youtube_stage(a_full_world())
    rehearsal.community = ("UgkxPost",)
    return stage


def world_of(stage: RehearsalStage) -> World:
    world: Any = getattr(stage.rehearsal, "world")  # noqa: B009
    return world


def a_page_full(world: World, at: datetime) -> None:
    """So many that what is older is not on a list's first page."""
    for n in range(110):
        add_comment(world, f"new{n}", at)


def test_a_first_sweep_keeps_everything_that_the_owner_can_see(db: Database) -> None:
    stage, source = a_full_stage(), a_channel(db)
    assert look(db, source, stage, NOW) is SweepOutcome.COMPLETE
    assert as_kept(db) == as_it_is(world_of(stage))
    seen = {i: c.visibility for i, c in kept(db).items()}
    assert (seen["h1"], seen["s1"]) == (Visibility.HELD, Visibility.SPAM)
    assert {v for i, v in seen.items() if i not in ("h1", "s1")} == {Visibility.PUBLIC}


def test_what_comes_later_comes_with_the_next_sweeps(db: Database) -> None:
    """A new comment with the next live sweep, a reply to an old thread with the next re-scan."""
    stage, source = a_full_stage(), a_channel(db)
    world = world_of(stage)
    look(db, source, stage, NOW)
    later = NOW + 4 * DAY
    a_page_full(world, NOW + minutes(1))
    add_comment(world, "new", later)
    look(db, source, stage, later)
    add_comment(world, "newest", later + minutes(1))
    add_comment(world, "f1.reply", later + minutes(1), post_id="video2", parent_id="f1")
    look(db, source, stage, later + minutes(5))
    assert "newest" in kept(db) and "f1.reply" not in kept(db)
    look(db, source, stage, later + minutes(9), kind=SweepKind.RESCAN)
    assert as_kept(db) == as_it_is(world)


def test_an_edit_is_a_new_text_and_a_deletion_is_marked_once_it_is_sure(db: Database) -> None:
    stage, source = a_full_stage(), a_channel(db)
    world = world_of(stage)
    look(db, source, stage, NOW)
    world.edit("c5", "Not what it was.", NOW + minutes(1))
    world.set_standing("c6", Standing.DELETED, NOW + minutes(1))
    world.set_standing("c7", Standing.HELD, NOW + minutes(1))
    look(db, source, stage, NOW + minutes(5))
    assert kept(db)["c6"].missing_since is None, "one live list is no proof"
    look(db, source, stage, NOW + minutes(60), kind=SweepKind.RESCAN)
    assert texts_of(db, "youtube:c5") == ["Comment number 5.", "Not what it was."]
    gone = kept(db)["c6"]
    assert gone.missing_since is not None and gone.missing_reason == Liveness.GONE.value
    assert kept(db)["c7"].visibility is Visibility.HELD
    assert as_kept(db) == as_it_is(world)


def test_a_held_comment_that_is_released_late_keeps_its_date_and_is_not_missed(
    db: Database,
) -> None:
    world = a_world(3)
    stage, rehearsal = youtube_stage(world)
    rehearsal.access.lost_scope = True  # held comments were not to be seen when it was written
    source = a_channel(db)
    old = add_comment(world, "late", NOW, standing=Standing.HELD)
    stage.clock.now = NOW + minutes(1)
    blind = YouTubeCollector(wire=stage.wire, channel_id=OWNER.id, owner=False)
    assert sweep(db, source, blind, NOW + minutes(1)).outcome is SweepOutcome.COMPLETE
    assert "late" not in kept(db)
    later = NOW + 5 * DAY
    a_page_full(world, NOW + minutes(2))
    add_comment(world, "new", later)
    assert sweep(db, source, blind, later).outcome is SweepOutcome.COMPLETE
    rehearsal.access.lost_scope = False
    world.set_standing("late", Standing.PUBLIC, later)
    look(db, source, stage, later + minutes(5))
    assert "late" not in kept(db), "it is older than the overlap"
    look(db, source, stage, later + minutes(60), kind=SweepKind.RESCAN)
    assert kept(db)["late"].created_at == old.created_at
    assert as_kept(db) == as_it_is(world)


@pytest.mark.parametrize("units", [2, 4, 5, 7, 9])
def test_a_day_that_runs_out_of_units_goes_on_the_next_day_and_misses_nothing(
    db: Database, units: int
) -> None:
    stage, source = a_full_stage(), a_channel(db)
    world, rehearsal = world_of(stage), stage.rehearsal
    access: Any = getattr(rehearsal, "access")  # noqa: B009
    access.units_a_day = units
    at, sweeps, spent = NOW, 0, 0
    while sweeps < 12:
        stage.clock.now = at
        collector = knowing(db, source, stage, listed_since=NOW)
        done = sweep(db, source, collector, at, kind=SweepKind.BACKFILL)
        sweeps += 1
        if done.outcome is SweepOutcome.COMPLETE:
            break
        assert done.error_class is ErrorClass.QUOTA_DAY
        with pytest.raises(CollectError) as caught:
            collector.read_comments(["c1"])
        assert caught.value.until == quota_resets_at(at)
        at, spent = quota_resets_at(at), spent + 1
        access.units_a_day = units + 4 * spent  # the same first calls are made each day
    assert done.outcome is SweepOutcome.COMPLETE and spent >= 1
    assert as_kept(db) == as_it_is(world)


def an_outbox(db: Database, source: Source, stage: RehearsalStage) -> Outbox:
    desk = a_desk(db)
    desk.source = source
    with db.write() as tx:
        sources.set_write_back(tx, source.id, WriteBack.ON)
    side = YouTubeWriteSide(client=stage.client, channel_id=OWNER.id)
    return Outbox(desk=desk, platform=FakePlatform(), sides={source.id: side})


def take_down(box: Outbox, comment_id: str) -> int:
    """Nothing assessed it: one proposes and a senior confirms."""
    proposed = box.desk.decide(comment_id, **REMOVE)
    decided = box.desk.decide(
        comment_id, box.desk.senior, verdict=Verdict.REMOVE, expected=proposed.decision.id
    )
    box.desk.later(seconds=10)
    return decided.decision.id


def test_a_comment_is_held_back_proved_and_published_again(db: Database) -> None:
    stage, source = a_full_stage(), a_channel(db)
    world, box = world_of(stage), an_outbox(db, source, stage)
    look(db, source, stage, NOW)
    decision = take_down(box, "youtube:c1")
    assert [a.kind for a in box.desk.actions("youtube:c1")] == [ActionKind.HIDE]
    assert box.enforce().accepted == 1
    assert world.comments["c1"].standing is Standing.HELD
    assert "not observable" in box.past("youtube:c1")[-1].detail
    assert box.verify().verified == 0, "accepted is not done"
    box.desk.later(minutes=10)
    look(db, source, stage, box.desk.now)
    assert box.verify().verified == 1
    assert kept(db)["c1"].visibility is Visibility.HELD
    assert kept(db)["c1"].missing_since is None
    box.desk.undo(decision, box.desk.senior)
    assert box.enforce().accepted == 1
    box.desk.later(minutes=10)
    look(db, source, stage, box.desk.now)
    assert box.verify().verified == 1
    assert box.states("youtube:c1") == [S.VERIFIED, S.VERIFIED]
    assert world.comments["c1"].standing is Standing.PUBLIC


def test_many_comments_are_held_back_in_one_call_of_fifty_units(db: Database) -> None:
    stage, source = a_full_stage(), a_channel(db)
    box = an_outbox(db, source, stage)
    look(db, source, stage, NOW)
    for n in range(20):
        take_down(box, f"youtube:c{n}")
    before = len(stage.asked)
    assert box.enforce().accepted == 20
    calls = stage.asked[before:]
    assert [a.method for a in calls] == ["GET", "POST"]
    assert len(calls[1].query["id"].split(",")) == 20


def test_an_answer_that_is_lost_is_read_back_and_nothing_is_sent_twice(db: Database) -> None:
    stage, source = a_full_stage(), a_channel(db)
    box = an_outbox(db, source, stage)
    look(db, source, stage, NOW)
    take_down(box, "youtube:c1")
    stage.lose()
    assert box.enforce().unknown == 1
    assert box.enforce().verified == 1
    assert sum(a.method == "POST" for a in stage.asked) == 1


def test_a_text_that_changed_meanwhile_is_not_held_back(db: Database) -> None:
    stage, source = a_full_stage(), a_channel(db)
    world, box = world_of(stage), an_outbox(db, source, stage)
    look(db, source, stage, NOW)
    take_down(box, "youtube:c1")
    world.edit("c1", "I thank you for the water.", NOW)
    assert box.enforce().text_changed == 1
    assert world.comments["c1"].standing is Standing.PUBLIC


def test_a_comment_that_google_will_not_hold_again_is_refused_with_its_reason(
    db: Database,
) -> None:
    stage, source = a_full_stage(), a_channel(db)
    setattr(stage.rehearsal, "holds_published", False)  # noqa: B010
    box = an_outbox(db, source, stage)
    look(db, source, stage, NOW)
    take_down(box, "youtube:c1")
    assert box.enforce().refused == 1
    assert "operationNotSupported" in box.past("youtube:c1")[-1].detail
