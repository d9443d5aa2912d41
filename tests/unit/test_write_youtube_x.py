"""The way back to YouTube and X: the exact requests, and what is never concluded from a silence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from data.model import ActionKind, Comment, Liveness, Visibility
from moderation.platforms.base import BatchSide, RequestPlan, SendStatus, reached
from moderation.platforms.x import XWriteSide
from moderation.platforms.youtube import MOST_IDS, YouTubeWriteSide
from sunwai.rehearsal.wire import Answer
from sunwai.rehearsal.world import Standing, World
from tests.builders import NOW, minutes
from tests.contract.test_write_sides import a_comment
from tests.rehearsal_helpers import OWNER, RehearsalStage, a_world, add_comment
from tests.youtube_x_helpers import an_x_world, x_id, x_stage, youtube_stage


def youtube_side(world: World) -> tuple[YouTubeWriteSide, RehearsalStage]:
    stage, _ = youtube_stage(world)
    return YouTubeWriteSide(client=stage.client, channel_id=OWNER.id), stage


def x_side(world: World) -> tuple[XWriteSide, RehearsalStage]:
    stage, _ = x_stage(world)
    return XWriteSide(client=stage.client), stage


# ------------------------------------------------------------------------------ YouTube


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (ActionKind.HIDE, "heldForReview"),
        (ActionKind.UNHIDE, "published"),
        (ActionKind.REMOVE, "rejected"),
    ],
)
def test_a_plan_for_youtube_names_the_comment_and_its_state_and_nothing_else(
    kind: ActionKind, status: str
) -> None:
    side, _ = youtube_side(a_world(1))
    assert side.build(kind, a_comment("c0")) == RequestPlan(
        method="POST",
        path="/comments/setModerationStatus",
        params={"id": "c0", "moderationStatus": status},
    )


def test_fifty_comments_go_in_one_call_and_stay_in_their_order() -> None:
    side, stage = youtube_side(a_world(60))
    assert isinstance(side, BatchSide) and side.can.batch == MOST_IDS == 50
    comments = [a_call(f"c{n}") for n in range(50)]
    seen = side.fresh_many(comments)
    assert [s.text for s in seen] == [f"Comment number {n}." for n in range(50)]
    plan = side.join([side.build(ActionKind.HIDE, c) for c in comments])
    assert side.send(plan).status is SendStatus.ACCEPTED
    assert [a.method for a in stage.asked] == ["GET", "POST"]
    assert plan.params["id"] == ",".join(f"c{n}" for n in range(50))


ONE = a_comment("c0")


def a_call(call_id: str) -> Comment:
    return replace(ONE, call_id=call_id)


def test_each_comment_of_a_batch_is_told_for_itself() -> None:
    world = a_world(4)
    world.set_standing("c0", Standing.HELD, NOW)
    world.set_standing("c1", Standing.SPAM, NOW)
    world.set_standing("c2", Standing.DELETED, NOW)
    side, _ = youtube_side(world)
    seen = side.fresh_many([a_call(f"c{n}") for n in range(4)])
    assert [(s.liveness, s.visibility) for s in seen] == [
        (Liveness.ALIVE, Visibility.HELD),
        (Liveness.ALIVE, Visibility.SPAM),
        (Liveness.GONE, Visibility.UNKNOWN),
        (Liveness.ALIVE, Visibility.UNKNOWN),
    ]


def test_a_held_comment_is_seen_as_hidden_and_a_published_one_is_not_guessed_at() -> None:
    world = a_world(2)
    side, _ = youtube_side(world)
    assert reached(ActionKind.HIDE, side.observe(a_call("c0"))) is None
    world.set_standing("c0", Standing.HELD, NOW)
    assert reached(ActionKind.HIDE, side.observe(a_call("c0"))) is True
    assert reached(ActionKind.UNHIDE, side.observe(a_call("c0"))) is False


def test_a_reply_whose_thread_is_held_is_not_called_gone() -> None:
    world = a_world(1)
    add_comment(world, "c0.r", NOW, parent_id="c0")
    world.set_standing("c0", Standing.HELD, NOW)
    side, _ = youtube_side(world)
    seen = side.fresh(a_call("c0.r"))
    assert seen.liveness is Liveness.UNDECIDED and "thread is held" in seen.problem


def test_nothing_is_called_gone_where_held_comments_may_not_be_read() -> None:
    world = a_world(1)
    world.set_standing("c0", Standing.HELD, NOW)
    stage, rehearsal = youtube_stage(world)
    rehearsal.access.lost_scope = True
    side = YouTubeWriteSide(client=stage.client, channel_id=OWNER.id)
    assert side.fresh(a_call("c0")).liveness is Liveness.UNDECIDED
    assert side.send(side.build(ActionKind.UNHIDE, ONE)).status is SendStatus.REFUSED


def test_a_held_list_too_long_to_look_through_leaves_it_undecided() -> None:
    world = a_world(0)
    for n in range(2100):
        add_comment(world, f"h{n}", NOW - minutes(n), standing=Standing.HELD)
    side, _ = youtube_side(world)
    assert side.fresh(a_call("h3")).visibility is Visibility.HELD
    seen = side.fresh(a_call("never"))
    assert seen.liveness is Liveness.UNDECIDED and "too long" in seen.problem


@pytest.mark.parametrize("body", [{}, {"items": None}, {"items": {}}, {"kind": 5}, [], None])
def test_an_answer_that_is_no_list_leaves_it_undecided(body: Any) -> None:
    side, stage = youtube_side(a_world(1))
    stage.always(Answer(body=body))
    assert side.fresh(ONE).liveness is Liveness.UNDECIDED


@pytest.mark.parametrize("answer", [Answer(body={}), Answer(body=b"<html>"), Answer(status=202)])
def test_only_youtubes_own_yes_is_taken_for_one(answer: Answer) -> None:
    side, stage = youtube_side(a_world(1))
    stage.always(answer)
    assert side.send(side.build(ActionKind.HIDE, ONE)).status is SendStatus.UNKNOWN


def test_a_spent_day_is_told_with_its_end() -> None:
    side, stage = youtube_side(a_world(1))
    date = {"date": "Mon, 01 Jun 2026 07:00:00 GMT"}
    error = {"error": {"errors": [{"reason": "quotaExceeded"}]}}
    stage.once(Answer(status=403, body=error, headers=date))  # type: ignore[arg-type]
    result = side.send(side.build(ActionKind.HIDE, ONE))
    assert result.status is SendStatus.QUOTA
    assert result.retry_after is not None and result.retry_after == minutes(24 * 60)


# ------------------------------------------------------------------------------ X


@pytest.mark.parametrize(("kind", "hidden"), [(ActionKind.HIDE, True), (ActionKind.UNHIDE, False)])
def test_a_plan_for_x_says_hidden_and_nothing_else(kind: ActionKind, hidden: bool) -> None:
    side, _ = x_side(an_x_world(1))
    assert side.build(kind, a_call("77")) == RequestPlan(
        method="PUT", path="/2/tweets/77/hidden", body={"hidden": hidden}
    )
    assert side.build(kind, a_call("../me?x")).path == "/2/tweets/..%2Fme%3Fx/hidden"


def test_x_says_that_it_removes_nothing_and_shows_no_state() -> None:
    side, _ = x_side(an_x_world(1))
    assert side.can.kinds == {ActionKind.HIDE, ActionKind.UNHIDE}
    assert not side.can.irreversible and not side.can.reads_state
    assert "folded" in side.can.why_weak


def test_what_is_read_before_folding_is_the_newest_wording() -> None:
    world = an_x_world(1)
    first = next(iter(world.comments))
    world.edit(first, "Newest.", NOW, x_id(NOW, 9))
    side, _ = x_side(world)
    assert side.fresh(a_call(first)).text == "Newest."


@pytest.mark.parametrize(
    ("standing", "told"),
    [(Standing.DELETED, Liveness.GONE), (Standing.HELD, Liveness.NOT_VISIBLE)],
)
def test_x_tells_gone_from_not_for_us(standing: Standing, told: Liveness) -> None:
    world = an_x_world(1)
    first = next(iter(world.comments))
    world.set_standing(first, standing, NOW)
    side, _ = x_side(world)
    assert side.fresh(a_call(first)).liveness is told
    assert side.fresh(a_call("no id of X's")).liveness is Liveness.GONE


@pytest.mark.parametrize("body", [{}, {"data": []}, {"data": [5]}, {"errors": [{}]}, [], None])
def test_an_answer_of_xs_that_says_nothing_leaves_it_undecided(body: Any) -> None:
    side, stage = x_side(an_x_world(1))
    stage.always(Answer(body=body))
    assert side.fresh(a_call("77")).liveness is Liveness.UNDECIDED


@pytest.mark.parametrize("body", [{}, {"data": {"hidden": False}}, {"data": True}, [], None])
def test_an_answer_that_does_not_say_it_was_folded_leaves_it_unknown(body: Any) -> None:
    side, stage = x_side(an_x_world(1))
    stage.always(Answer(body=body))
    assert side.send(side.build(ActionKind.HIDE, a_call("77"))).status is SendStatus.UNKNOWN


def test_a_reply_in_a_strangers_conversation_is_refused_and_stays_as_it_is() -> None:
    world = an_x_world(1)
    foreign = add_comment(world, x_id(NOW, 70), NOW, post_id="123")
    side, _ = x_side(world)
    result = side.send(side.build(ActionKind.HIDE, a_call(foreign.id)))
    assert result.status is SendStatus.REFUSED and result.detail
    assert world.comments[foreign.id].standing is Standing.PUBLIC
