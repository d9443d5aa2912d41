"""What every write side must do, whichever platform stands behind it.

A new platform adds one entry to STAGES: a page with comment "c0" on it, and ways to make it fail.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import httpx
import pytest

from data.model import ActionKind, Comment, Liveness, Platform, Visibility
from data.store.comments import get_comment
from moderation.platforms.audience import kinds_of
from moderation.platforms.base import RequestPlan, Seen, SendStatus, WriteSide, reached
from moderation.platforms.facebook import FacebookWriteSide
from moderation.platforms.instagram import InstagramWriteSide
from moderation.platforms.mock import MockWriteSide
from moderation.platforms.x import XWriteSide
from moderation.platforms.youtube import YouTubeWriteSide
from sunwai.connectors import is_pulled
from sunwai.rehearsal.world import Standing, World
from tests.builders import a_collected, a_source, keep
from tests.collect_helpers import TOKEN, a_stage
from tests.meta_helpers import OWNER, MetaStage, a_world, facebook_stage, instagram_stage
from tests.rehearsal_helpers import RehearsalStage, trouble_of
from tests.rehearsal_helpers import a_world as rehearsal_world
from tests.tables import a_database
from tests.unit.enforce_helpers import FakePlatform
from tests.youtube_x_helpers import an_x_world, x_stage, youtube_stage

TEXT = "Comment number 0."


class Page(Protocol):
    """One page of a platform: the write side, and the faults that the contract asks about."""

    @property
    def side(self) -> WriteSide: ...

    def fault(self, kind: str) -> None:
        """ "refuse", "lose" (done, no answer), "rate", "outage"; for the next request."""
        ...


@dataclass
class FakePage:
    side: FakePlatform

    def fault(self, kind: str) -> None:
        if kind == "outage":
            self.side.reading_problem = "out of order"
        else:
            self.side.answers.append(kind)


@dataclass
class MockPage:
    side: MockWriteSide
    add: Callable[..., None]

    def fault(self, kind: str) -> None:
        kinds = {
            "refuse": {"kind": "refuse_writes", "code": 200},
            "lose": {"kind": "lost_answer"},
            "rate": {"kind": "rate_limit", "seconds": 77},
            "outage": {"kind": "outage"},
        }
        self.add(**kinds[kind], times=1)


def fake_page(folder: Path) -> Page:
    return FakePage(FakePlatform(texts={"c0": TEXT}))


def mock_page(folder: Path) -> Page:
    stage = a_stage(folder)
    return MockPage(MockWriteSide(stage.client), stage.fault)


@dataclass
class MetaPage:
    side: WriteSide
    stage: MetaStage

    def fault(self, kind: str) -> None:
        line, trouble = self.stage.line, self.stage.rehearsal.trouble_answer
        if kind == "lose":
            line.lose_answer()
            return
        names = {"refuse": "permission", "rate": "rate", "outage": "transient"}
        line.always(trouble(names[kind]), times=1)


def facebook_page(folder: Path) -> Page:
    stage = facebook_stage(_one_comment())
    return MetaPage(FacebookWriteSide(client=stage.client, page_id=OWNER.id), stage)


def instagram_page(folder: Path) -> Page:
    stage = instagram_stage(_one_comment())
    return MetaPage(InstagramWriteSide(client=stage.client, account_id=OWNER.id), stage)


def _one_comment() -> World:
    world = a_world(2)
    about = world.comments["9000"]
    world.add_comments([replace(about, id="c0", text=TEXT)])
    return world


@dataclass
class RehearsedPage:
    """A platform that does not tell a comment's state by its id: the truth is in its world."""

    side: WriteSide
    stage: RehearsalStage
    world: World
    comment_id: str

    def fault(self, kind: str) -> None:
        if kind == "lose":
            self.stage.lose()
            return
        trouble = {"refuse": "permission", "rate": "rate", "outage": "transient"}[kind]
        self.stage.once(trouble_of(self.stage, trouble))

    def truth(self) -> Visibility:
        public = self.world.comments[self.comment_id].standing is Standing.PUBLIC
        return Visibility.PUBLIC if public else Visibility.HIDDEN


def youtube_page(folder: Path) -> Page:
    world = rehearsal_world(2)
    stage, _ = youtube_stage(world)
    side = YouTubeWriteSide(client=stage.client, channel_id=world.owner.id)
    return RehearsedPage(side, stage, world, "c0")


def x_page(folder: Path) -> Page:
    world = an_x_world(2)
    stage, _ = x_stage(world)
    return RehearsedPage(XWriteSide(client=stage.client), stage, world, next(iter(world.comments)))


STAGES = {
    "fake": fake_page,
    "mock": mock_page,
    "facebook": facebook_page,
    "instagram": instagram_page,
    "youtube": youtube_page,
    "x": x_page,
}


def test_every_platform_that_can_be_written_to_stands_here() -> None:
    written = {p.value for p in Platform if is_pulled(p) and kinds_of(p)}
    assert STAGES.keys() - {"fake"} == written


@pytest.fixture(params=list(STAGES))
def page(request: pytest.FixtureRequest, tmp_path: Path) -> Page:
    return STAGES[request.param](tmp_path)


@pytest.fixture
def comment(page: Page) -> Comment:
    return a_comment(page.comment_id if isinstance(page, RehearsedPage) else "c0")


def shown(page: Page, comment: Comment) -> Visibility:
    """How the comment stands at the platform, also where the write side cannot read it."""
    if isinstance(page, RehearsedPage):
        return page.truth()
    return page.side.observe(comment).visibility


def is_told(seen: Seen, visibility: Visibility, side: WriteSide) -> bool:
    """Whether the reading says so; a side that cannot read the state says nothing, no guess."""
    if seen.visibility is Visibility.UNKNOWN:
        return not side.can.reads_state
    return seen.visibility is visibility


def a_comment(call_id: str) -> Comment:
    db = a_database()
    with db.write() as tx:
        keep(tx, a_source(tx), a_collected(TEXT, external_id="c0", call_id=call_id))
        comment = get_comment(tx, "mock:c0")
    db.close()
    assert comment is not None
    return comment


def do(page: Page, comment: Comment, kind: ActionKind) -> SendStatus:
    return page.side.send(page.side.build(kind, comment)).status


def test_a_plan_is_the_same_each_time_and_json_without_secrets(
    page: Page, comment: Comment
) -> None:
    for kind in page.side.can.kinds:
        plan = page.side.build(kind, comment)
        assert plan == page.side.build(kind, comment)
        assert TOKEN not in json.dumps(plan.as_json())


def test_building_touches_nothing(page: Page, comment: Comment) -> None:
    for kind in page.side.can.kinds:
        page.side.build(kind, comment)
    assert shown(page, comment) is Visibility.PUBLIC


def test_only_what_cannot_be_taken_back_is_called_irreversible(page: Page) -> None:
    assert page.side.can.irreversible <= page.side.can.kinds
    assert page.side.can.irreversible <= {ActionKind.REMOVE}


def test_a_fresh_reading_gives_text_and_visibility(page: Page, comment: Comment) -> None:
    seen = page.side.fresh(comment)
    assert (seen.liveness, seen.text) == (Liveness.ALIVE, TEXT)
    assert is_told(seen, Visibility.PUBLIC, page.side)


def test_hide_and_unhide_are_seen_and_harmless_when_repeated(page: Page, comment: Comment) -> None:
    for kind in (ActionKind.HIDE, ActionKind.HIDE, ActionKind.UNHIDE, ActionKind.UNHIDE):
        assert do(page, comment, kind) is SendStatus.ACCEPTED
        done = Visibility.HIDDEN if kind is ActionKind.HIDE else Visibility.PUBLIC
        assert shown(page, comment) is done
        told = reached(kind, page.side.observe(comment))
        assert told is True or (told is None and not page.side.can.reads_state)


def test_hiding_leaves_the_text_as_it_was(page: Page, comment: Comment) -> None:
    do(page, comment, ActionKind.HIDE)
    assert page.side.fresh(comment).text == TEXT


def test_a_deletion_is_seen_as_gone_and_the_second_is_told_gone(
    page: Page, comment: Comment
) -> None:
    if ActionKind.REMOVE not in page.side.can.kinds:
        with pytest.raises(ValueError):
            page.side.build(ActionKind.REMOVE, comment)
        return
    assert do(page, comment, ActionKind.REMOVE) is SendStatus.ACCEPTED
    assert page.side.fresh(comment).liveness is Liveness.GONE
    assert reached(ActionKind.REMOVE, page.side.observe(comment)) is True
    again = do(page, comment, ActionKind.REMOVE)
    assert again is SendStatus.GONE or isinstance(page, RehearsedPage)


def test_a_refusal_is_told_and_has_no_effect(page: Page, comment: Comment) -> None:
    page.fault("refuse")
    result = page.side.send(page.side.build(ActionKind.HIDE, comment))
    assert result.status is SendStatus.REFUSED and result.detail
    assert shown(page, comment) is Visibility.PUBLIC


def test_a_lost_answer_is_unknown_and_never_called_failed(page: Page, comment: Comment) -> None:
    page.fault("lose")
    assert do(page, comment, ActionKind.HIDE) is SendStatus.UNKNOWN
    assert shown(page, comment) is Visibility.HIDDEN


def test_a_rate_limit_says_when_to_come_again(page: Page, comment: Comment) -> None:
    page.fault("rate")
    result = page.side.send(page.side.build(ActionKind.HIDE, comment))
    assert result.status is SendStatus.RATE and result.retry_after is not None
    assert shown(page, comment) is Visibility.PUBLIC


def test_an_outage_is_undecided_and_never_called_gone(page: Page, comment: Comment) -> None:
    page.fault("outage")
    seen = page.side.fresh(comment)
    assert (seen.liveness, seen.text) == (Liveness.UNDECIDED, None)
    assert seen.problem


def test_every_kind_a_side_offers_is_known_to_the_button(page: Page) -> None:
    assert page.side.can.kinds <= kinds_of(a_comment("c0").platform)


# ------------------------------------------------------------------------------ the mock's own


@pytest.fixture
def one() -> Comment:
    return a_comment("c0")


def answering(answer: Callable[[httpx.Request], httpx.Response]) -> MockWriteSide:
    return MockWriteSide(
        httpx.Client(transport=httpx.MockTransport(answer), base_url="http://mock.test")
    )


def test_hiding_on_the_mock_sends_nothing_but_is_hidden(one: Comment) -> None:
    plan = answering(lambda r: httpx.Response(200)).build(ActionKind.HIDE, one)
    assert plan == RequestPlan(method="POST", path="/v1/comments/c0", body={"is_hidden": True})


def test_an_id_cannot_climb_out_of_its_path() -> None:
    side = answering(lambda r: httpx.Response(200))
    plan = side.build(ActionKind.REMOVE, a_comment("../page?x=1#y"))
    assert plan.path == "/v1/comments/..%2Fpage%3Fx%3D1%23y"


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
def test_what_never_left_is_failed(error: type[httpx.RequestError], one: Comment) -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise error("x", request=request)

    side = answering(broken)
    result = side.send(side.build(ActionKind.HIDE, one))
    assert result.status is SendStatus.FAILED and error.__name__ in result.detail
    assert side.fresh(one).liveness is Liveness.UNDECIDED


@pytest.mark.parametrize(
    "error", [httpx.ReadTimeout, httpx.WriteError, httpx.RemoteProtocolError, httpx.ReadError]
)
def test_what_broke_on_the_way_is_unknown(error: type[httpx.RequestError], one: Comment) -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise error("x", request=request)

    side = answering(broken)
    assert side.send(side.build(ActionKind.HIDE, one)).status is SendStatus.UNKNOWN


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, "not json", SendStatus.ACCEPTED),
        (401, "{}", SendStatus.FAILED),
        (403, "{}", SendStatus.REFUSED),
        (404, '{"error": {"type": "ambiguous"}}', SendStatus.REFUSED),
        (404, '{"error": {"type": "gone"}}', SendStatus.GONE),
        (429, "[]", SendStatus.RATE),
        (500, "<html>", SendStatus.UNKNOWN),
        (302, "", SendStatus.REFUSED),
    ],
)
def test_each_answer_has_one_meaning(
    status: int, body: str, told: SendStatus, one: Comment
) -> None:
    side = answering(lambda r: httpx.Response(status, text=body))
    assert side.send(side.build(ActionKind.HIDE, one)).status is told


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"message": "x"}', '{"message": 1}', "{" * 9])
def test_a_reading_that_is_not_told_whole_is_undecided(body: str, one: Comment) -> None:
    side = answering(lambda r: httpx.Response(200, text=body))
    assert side.fresh(one).liveness is Liveness.UNDECIDED
