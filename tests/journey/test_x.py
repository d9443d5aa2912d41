"""An X account from the first sweep to a reply that is folded away and unfolded again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from collectors.base import CollectError
from collectors.x import XCollector
from collectors.x_scan import queries
from data.db import Database
from data.model import (
    ActionKind,
    EnforcementState,
    ErrorClass,
    Liveness,
    Platform,
    Source,
    SweepKind,
    SweepOutcome,
    Visibility,
    WriteBack,
)
from data.store import sources
from moderation.platforms.x import XWriteSide
from sunwai.rehearsal.world import Standing, World, WorldPost
from sunwai.rehearsal.x import XRehearsal
from tests.builders import NOW, minutes
from tests.collect_helpers import kept, new_source, sweep, texts_of
from tests.journey.test_youtube import take_down
from tests.rehearsal_helpers import RehearsalStage, add_comment
from tests.unit.decide_helpers import a_desk
from tests.unit.enforce_helpers import FakePlatform, Outbox
from tests.youtube_x_helpers import ACCOUNT, an_x_world, x_account, x_id, x_stage

S = EnforcementState
DAY = timedelta(days=1)


def an_account(db: Database) -> Source:
    return new_source(db, "account", platform=Platform.X)


def look(
    db: Database, source: Source, stage: RehearsalStage, at: datetime, **told: Any
) -> SweepOutcome:
    stage.clock.now = at
    done = sweep(db, source, x_account(stage), at, **told)
    assert done.error is None, done.error
    return done.outcome


def scanned(collector: XCollector, stop_before: datetime | None = None) -> dict[str, Any]:
    pages = collector.scan(stop_before=stop_before)
    return {c.external_id: c for page in pages for c, _ in page.items}


def test_replies_come_from_mentions_and_search_together(db: Database) -> None:
    """A bare reply deep in a conversation of ours is in no mention; the search finds it."""
    world = an_x_world(3)
    top = next(iter(world.comments))
    bare = add_comment(world, x_id(NOW, 50), NOW, parent_id=top, text="No, it was not so.")
    stage, rehearsal = x_stage(world)
    rehearsal.mentions_all = False
    source = an_account(db)
    assert look(db, source, stage, NOW + minutes(1)) is SweepOutcome.COMPLETE
    assert kept(db).keys() == world.comments.keys()
    assert kept(db)[bare.id].parent_external_id == top
    assert {c.visibility for c in kept(db).values()} == {Visibility.UNKNOWN}


def test_a_mention_elsewhere_is_kept_without_a_post_and_cannot_be_folded() -> None:
    world = an_x_world(1)
    foreign = add_comment(
        world, x_id(NOW, 9), NOW, post_id="123456", text=f"Ask @{ACCOUNT.handle}!"
    )
    stage, _ = x_stage(world)
    found = scanned(x_account(stage))
    assert (found[foreign.id].post, found[foreign.id].can_hide) == (None, False)
    ours = next(c for i, c in found.items() if i != foreign.id)
    assert ours.post is not None and ours.can_hide is True and ours.can_remove is False


def test_an_edit_is_the_same_comment_with_a_new_text_and_a_new_id_to_call(db: Database) -> None:
    world = an_x_world(2)
    first = next(iter(world.comments))
    stage, _ = x_stage(world)
    source = an_account(db)
    look(db, source, stage, NOW)
    newer = x_id(NOW + minutes(2), 3)
    world.edit(first, "What I meant to say.", NOW + minutes(2), newer)
    look(db, source, stage, NOW + minutes(5))
    comment = kept(db)[first]
    assert kept(db).keys() == world.comments.keys()
    assert comment.call_id == newer and comment.can_hide is True
    assert texts_of(db, comment.id) == ["Comment number 0.", "What I meant to say."]
    assert comment.created_at == world.comments[first].created_at


def test_the_newest_version_is_read_where_an_older_id_is_asked_for() -> None:
    world = an_x_world(1)
    first = next(iter(world.comments))
    stage, _ = x_stage(world)
    world.edit(first, "Newest.", NOW, x_id(NOW, 4))
    liveness, told = x_account(stage).read_comments([first])[first]
    assert liveness is Liveness.ALIVE and told is not None and told.text == "Newest."


def test_what_is_old_is_read_by_id_and_what_is_gone_is_marked(db: Database) -> None:
    """X lists nothing old again, and what is deleted there must not be kept as if it stood."""
    world = an_x_world(6)
    ids = list(world.comments)
    stage, _ = x_stage(world)
    source = an_account(db)
    look(db, source, stage, NOW)
    world.set_standing(ids[0], Standing.DELETED, NOW)
    world.set_standing(ids[1], Standing.HELD, NOW)  # the author's account is protected now
    world.edit(ids[2], "Changed much later.", NOW + 20 * DAY, x_id(NOW + 20 * DAY))
    look(db, source, stage, NOW + 30 * DAY, kind=SweepKind.RESCAN)
    gone = {i: c.missing_reason for i, c in kept(db).items() if c.missing_since is not None}
    assert gone == {ids[0]: Liveness.GONE.value, ids[1]: Liveness.NOT_VISIBLE.value}
    assert texts_of(db, f"x:{ids[2]}")[-1] == "Changed much later."


def test_a_first_look_says_how_far_back_x_goes() -> None:
    stage, _ = x_stage(an_x_world(2))
    (*_, last) = x_account(stage).scan(stop_before=None)
    assert last.end and last.reaches_back_to == NOW - 7 * DAY


def test_a_gap_longer_than_seven_days_is_told_and_a_short_one_is_not() -> None:
    stage, _ = x_stage(an_x_world(2))
    (*_, short) = x_account(stage).scan(stop_before=NOW - 2 * DAY)
    (*_, long) = x_account(stage).scan(stop_before=NOW - 20 * DAY)
    assert short.reaches_back_to is None and long.reaches_back_to == NOW - 7 * DAY


def test_a_window_that_is_used_up_is_waited_out_and_nothing_is_missed(db: Database) -> None:
    world = an_x_world(150)
    stage, rehearsal = x_stage(world)
    rehearsal.limits["mentions"] = 1
    source = an_account(db)
    stage.clock.now = NOW
    done = sweep(db, source, x_account(stage), NOW)
    assert (done.outcome, done.error_class) == (SweepOutcome.PARTIAL, ErrorClass.RATE)
    assert done.resume_at == NOW + minutes(15)
    rehearsal.limits["mentions"] = 450
    look(db, source, stage, NOW + minutes(15))
    assert kept(db).keys() == world.comments.keys()


def test_mentions_end_after_eight_hundred_and_the_search_brings_the_rest() -> None:
    world = an_x_world(900)
    stage, _ = x_stage(world)
    assert scanned(x_account(stage)).keys() == world.comments.keys()


@pytest.mark.parametrize("conversations", [0, 1, 12, 13, 14, 52])
def test_a_query_is_never_longer_than_x_takes_and_all_conversations_are_in_one(
    conversations: int,
) -> None:
    ids = [x_id(NOW, n) for n in range(conversations)]
    found = queries("nayashehr", ids)
    assert all(len(q) <= 512 for q in found)
    assert len(found) <= 1 + conversations // 12
    assert all(sum(f"conversation_id:{i}" in q for q in found) == 1 for i in ids)
    assert sum("to:nayashehr" in q for q in found) == 1
    assert queries("", []) == []


def test_an_app_s_own_access_reads_and_is_told_that_it_cannot_fold() -> None:
    stage, rehearsal = x_stage(an_x_world(1))
    rehearsal.app_tokens.add("app-token")
    stage.token = "app-token"
    health = x_account(stage).check(NOW)
    assert not health.ok and "tweet.moderate.write" in health.problems[0]
    assert len(scanned(x_account(stage))) == 1


def test_the_wrong_account_is_told() -> None:
    stage, _ = x_stage(an_x_world(1))
    other = XCollector(wire=stage.wire, account_id="77", handle="other")
    health = other.check(NOW)
    assert not health.ok and f"@{ACCOUNT.handle}" in health.problems[0]


# ------------------------------------------------------------------------------ folding


def an_outbox(db: Database, source: Source, stage: RehearsalStage) -> Outbox:
    desk = a_desk(db)
    desk.source = source
    with db.write() as tx:
        sources.set_write_back(tx, source.id, WriteBack.ON)
    side = XWriteSide(client=stage.client)
    return Outbox(desk=desk, platform=FakePlatform(), sides={source.id: side})


def test_a_reply_is_folded_and_unfolded_and_said_to_be_accepted_not_seen(db: Database) -> None:
    world = an_x_world(3)
    first = next(iter(world.comments))
    stage, _ = x_stage(world)
    source = an_account(db)
    box = an_outbox(db, source, stage)
    look(db, source, stage, NOW)
    decision = take_down(box, f"x:{first}")
    assert [a.kind for a in box.desk.actions(f"x:{first}")] == [ActionKind.HIDE]
    assert box.enforce().accepted == 1
    assert world.comments[first].standing is Standing.HIDDEN
    assert "X does not show whether a reply is folded" in box.past(f"x:{first}")[-1].detail
    box.desk.later(minutes=30)
    look(db, source, stage, box.desk.now)
    box.verify()
    assert box.state(f"x:{first}") is S.ACCEPTED, "a folded reply is listed like any other"
    box.desk.undo(decision, box.desk.senior)
    assert box.enforce().accepted == 1
    assert world.comments[first].standing is Standing.PUBLIC


def test_an_edited_reply_goes_back_to_a_person_before_it_is_folded(db: Database) -> None:
    world = an_x_world(1)
    first = next(iter(world.comments))
    stage, _ = x_stage(world)
    source = an_account(db)
    box = an_outbox(db, source, stage)
    look(db, source, stage, NOW)
    take_down(box, f"x:{first}")
    world.edit(first, "I am sorry.", NOW, x_id(NOW, 8))
    assert box.enforce().text_changed == 1
    assert world.comments[first].standing is Standing.PUBLIC


def test_a_reply_in_somebody_elses_conversation_is_refused() -> None:
    world = World(owner=ACCOUNT)
    world.add_posts([WorldPost(id=x_id(NOW), text="Ours.", created_at=NOW)])
    foreign = add_comment(world, x_id(NOW, 9), NOW, post_id="123456")
    rehearsal = XRehearsal(world=world)
    stage, _ = x_stage(world)
    answer = stage.client.put(f"/2/tweets/{foreign.id}/hidden", json={"hidden": True})
    assert answer.status_code == 403 and rehearsal.name == "x"


def test_a_list_that_is_cut_is_never_taken_for_an_empty_one() -> None:
    stage, _ = x_stage(an_x_world(3))
    stage.cut()
    with pytest.raises(CollectError):
        scanned(x_account(stage))
