"""Every write side over a bad line: what it tells of a write is never more than what is so.

A new platform adds one line to SIDES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import httpx
import pytest

from data.dialects.base import HeldBack
from data.dialects.facebook import FACEBOOK
from data.model import ActionKind, Comment, ErrorClass, Liveness, Platform
from data.store.comments import get_comment
from moderation.platforms.base import RequestPlan, SendStatus, WriteSide
from moderation.platforms.facebook import FacebookWriteSide
from moderation.platforms.instagram import InstagramWriteSide
from moderation.platforms.line import WriteLine, status_of
from moderation.platforms.x import XWriteSide
from moderation.platforms.youtube import YouTubeWriteSide
from sunwai.rehearsal.faults import FaultKind, Faults, fits
from sunwai.rehearsal.rehearsing import BASE, TOKEN, make_rehearsal
from sunwai.rehearsal.sample_world import sample_world
from sunwai.rehearsal.server import Serving, serve
from sunwai.rehearsal.wire import Asked
from sunwai.rehearsal.world import Standing, World
from tests.builders import NOW, a_collected, a_source, keep
from tests.journey.processes import until
from tests.tables import a_database

SIDES: dict[Platform, Callable[[httpx.Client, str], WriteSide]] = {
    Platform.FACEBOOK: lambda client, owner: FacebookWriteSide(client=client, page_id=owner),
    Platform.INSTAGRAM: lambda client, owner: InstagramWriteSide(client=client, account_id=owner),
    Platform.YOUTUBE: lambda client, owner: YouTubeWriteSide(client=client, channel_id=owner),
    Platform.X: lambda client, owner: XWriteSide(client=client, account_id=owner),
}
POST, GET = Asked(method="POST", path="/"), Asked(method="GET", path="/")
NEVER_DONE = {
    SendStatus.FAILED,
    SendStatus.RATE,
    SendStatus.QUOTA,
    SendStatus.REFUSED,
    SendStatus.GONE,
    SendStatus.ABUSE_STOP,
}


@dataclass
class Stage:
    side: WriteSide
    serving: Serving
    world: World
    comment: Comment

    @property
    def done(self) -> bool:
        return self.world.comments[self.comment.external_id].standing is not Standing.PUBLIC


@pytest.fixture(params=list(SIDES))
def platform(request: pytest.FixtureRequest) -> Platform:
    return request.param


@pytest.fixture
def stage(platform: Platform) -> Iterator[Stage]:
    world = sample_world(platform, NOW).world
    faults = Faults(seed=7, stall_seconds=2)
    with serve(make_rehearsal(platform, world), clock=lambda: NOW, faults=faults) as serving:
        client = httpx.Client(
            base_url=serving.address + BASE[platform],
            headers={"authorization": f"Bearer {TOKEN}"},
            timeout=0.8,
        )
        with client:
            side = SIDES[platform](client, world.owner.id)
            yield Stage(side, serving, world, _kept(platform))


@cache
def _kept(platform: Platform) -> Comment:
    """A public comment by somebody else, as the store would hold it."""
    world = sample_world(platform, NOW).world
    told = next(
        c for c in world.comments.values() if c.author != world.owner and c.parent_id is None
    )
    db = a_database()
    with db.write() as tx:
        call_id = f"{told.post_id}_{told.id}" if platform is Platform.FACEBOOK else told.id
        source = a_source(tx, "page", platform=platform)
        keep(
            tx,
            source,
            a_collected(told.text, platform=platform, external_id=told.id, call_id=call_id),
        )
        comment = get_comment(tx, f"{platform.value}:{told.id}")
    db.close()
    assert comment is not None
    return comment


@pytest.mark.parametrize("kind", [k for k in FaultKind if fits(k, POST)])
def test_what_is_told_of_a_write_is_never_more_than_what_is_so(
    stage: Stage, kind: FaultKind
) -> None:
    stage.serving.faults.plan(kind)
    result = stage.side.send(stage.side.build(ActionKind.HIDE, stage.comment))
    # On a busy machine the client may give up before the server is at the request at all.
    assert until(lambda: stage.serving.faults.done[kind] == 1)
    if result.status is SendStatus.ACCEPTED:
        assert stage.done
    elif result.status in NEVER_DONE:
        assert not stage.done
    else:
        assert result.status is SendStatus.UNKNOWN
    assert result.status is SendStatus.ACCEPTED or result.detail


@pytest.mark.parametrize("kind", [FaultKind.LOST_ANSWER, FaultKind.TIME_OUT, FaultKind.TRUNCATED])
def test_a_write_that_was_done_without_a_whole_answer_is_no_failure(
    stage: Stage, kind: FaultKind
) -> None:
    stage.serving.faults.plan(kind)
    result = stage.side.send(stage.side.build(ActionKind.HIDE, stage.comment))
    assert until(lambda: stage.done)
    assert result.status in (SendStatus.UNKNOWN, SendStatus.ACCEPTED)


@pytest.mark.parametrize("kind", [k for k in FaultKind if fits(k, GET)])
def test_a_reading_over_a_bad_line_never_calls_a_comment_gone(
    stage: Stage, kind: FaultKind
) -> None:
    stage.serving.faults.plan(kind, times=3)
    seen = stage.side.fresh(stage.comment)
    assert seen.liveness is not Liveness.GONE
    assert seen.liveness is Liveness.ALIVE or seen.problem


def test_no_plan_and_no_answer_holds_the_token(stage: Stage) -> None:
    for kind in stage.side.can.kinds:
        plan = stage.side.build(kind, stage.comment)
        result = stage.side.send(plan)
        assert TOKEN not in repr(plan) + repr(result)
    assert TOKEN not in repr(stage.serving.asked)


# ------------------------------------------------------------------------------ the line's own


def answering(answer: Callable[[httpx.Request], httpx.Response]) -> WriteLine:
    client = httpx.Client(transport=httpx.MockTransport(answer), base_url="http://page.test")
    return WriteLine(client=client, dialect=FACEBOOK)


def test_a_call_that_was_held_back_waits_until_the_allowance_is_new() -> None:
    def held(request: httpx.Request) -> httpx.Response:
        raise HeldBack("calls", NOW, ErrorClass.QUOTA_DAY, "enough for today")

    line = answering(held)
    result = line.send(_plan(), lambda status, body: True)
    assert (result.status, result.until, result.detail) == (
        SendStatus.QUOTA,
        NOW,
        "enough for today",
    )
    seen = line.read("/x")
    assert (getattr(seen, "liveness", None), getattr(seen, "until", None)) == (
        Liveness.UNDECIDED,
        NOW,
    )


def test_a_redirect_is_neither_followed_nor_believed() -> None:
    line = answering(lambda r: httpx.Response(302, headers={"location": "http://evil.test"}))
    result = line.send(_plan(), lambda status, body: True)
    assert result.status is SendStatus.FAILED and "another address" in result.detail


@pytest.mark.parametrize("error_class", list(ErrorClass))
def test_every_class_of_error_has_a_meaning_and_none_means_done(error_class: ErrorClass) -> None:
    assert status_of(error_class) is not SendStatus.ACCEPTED


def _plan() -> RequestPlan:
    return RequestPlan(method="POST", path="/x")
