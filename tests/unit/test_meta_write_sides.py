"""Facebook's and Instagram's write sides: the exact request, and gone told from not allowed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import httpx
import pytest

from data.dialects.meta import UNTOLD_WAIT
from data.model import ActionKind, Comment, ErrorClass, Liveness, Visibility
from moderation.platforms.base import RequestPlan, SendStatus, WriteSide
from moderation.platforms.facebook import FacebookWriteSide
from moderation.platforms.instagram import InstagramWriteSide
from sunwai.rehearsal.meta import error_answer
from sunwai.rehearsal.world import Standing
from tests.builders import NOW
from tests.contract import test_write_sides as contract
from tests.meta_helpers import OWNER, TOKEN, MetaStage, a_world, facebook_stage, instagram_stage

_any_comment = cache(contract.a_comment)


def a_comment(call_id: str) -> Comment:
    return replace(_any_comment("any"), call_id=call_id)


HIDE, UNHIDE, REMOVE = ActionKind.HIDE, ActionKind.UNHIDE, ActionKind.REMOVE


@pytest.fixture(params=["facebook", "instagram"])
def stage(request: pytest.FixtureRequest) -> MetaStage:
    return (facebook_stage if request.param == "facebook" else instagram_stage)(a_world(5))


def side_of(stage: MetaStage) -> WriteSide:
    if stage.rehearsal.name == "facebook":
        return FacebookWriteSide(client=stage.client, page_id=OWNER.id)
    return InstagramWriteSide(client=stage.client, account_id=OWNER.id)


def test_each_action_is_one_request_and_nothing_more(stage: MetaStage) -> None:
    side, comment = side_of(stage), a_comment("1_9001")
    name = "is_hidden" if stage.rehearsal.name == "facebook" else "hide"
    plans = {kind: side.build(kind, comment) for kind in (HIDE, UNHIDE, REMOVE)}
    path = "/1_9001"
    assert plans == {
        HIDE: RequestPlan(method="POST", path=path, params={name: "true"}),
        UNHIDE: RequestPlan(method="POST", path=path, params={name: "false"}),
        REMOVE: RequestPlan(method="DELETE", path=path),
    }
    assert stage.line.asked == []


def test_what_goes_out_is_what_the_dry_run_shows(stage: MetaStage) -> None:
    side = side_of(stage)
    plan = side.build(HIDE, a_comment("9001"))
    assert side.send(plan).status is SendStatus.ACCEPTED
    (asked,) = stage.line.asked
    assert (asked.method, asked.path) == ("POST", "/v26.0/9001")
    assert asked.query == plan.params and asked.body == b""
    assert "message" not in asked.query  # with it the call would edit the comment


@pytest.mark.parametrize("call_id", ["../me", "1?message=x", "a/b", "x#y", "1_2&is_hidden=false"])
def test_an_id_cannot_climb_out_of_its_path(stage: MetaStage, call_id: str) -> None:
    path = side_of(stage).build(HIDE, a_comment(call_id)).path
    assert path.count("/") == 1 and not set("?#&") & set(path)


def test_gone_is_said_only_when_another_comment_can_be_read(stage: MetaStage) -> None:
    stage.world.set_standing("9001", Standing.DELETED, NOW)
    side, comment = side_of(stage), a_comment("9001")
    assert side.fresh(comment).liveness is Liveness.GONE
    assert side.send(side.build(REMOVE, comment)).status is SendStatus.GONE


def test_the_last_comment_of_all_can_be_gone_too(stage: MetaStage) -> None:
    for native in list(stage.world.comments):
        stage.world.set_standing(native, Standing.DELETED, NOW)
    assert side_of(stage).fresh(a_comment("9001")).liveness is Liveness.GONE


def test_a_persons_token_never_makes_a_comment_gone() -> None:
    stage = facebook_stage(a_world(5))
    stage.rehearsal.grants[TOKEN] = replace(stage.rehearsal.grants[TOKEN], kind="user")
    side, comment = side_of(stage), a_comment("9001")
    seen = side.fresh(comment)
    assert seen.liveness is Liveness.UNDECIDED and seen.problem
    assert side.send(side.build(REMOVE, comment)).status is SendStatus.UNKNOWN


def test_gone_or_not_allowed_is_left_open_when_nothing_can_be_read(stage: MetaStage) -> None:
    stage.line.always(error_answer(100, "Unsupported request.", subcode=33))
    side, comment = side_of(stage), a_comment("9001")
    assert side.fresh(comment).liveness is Liveness.UNDECIDED
    assert side.send(side.build(REMOVE, comment)).status is SendStatus.UNKNOWN


def test_a_deletion_whose_answer_was_lost_is_done_when_it_is_gone(stage: MetaStage) -> None:
    side, comment = side_of(stage), a_comment("9001")
    stage.line.lose_answer()
    assert side.send(side.build(REMOVE, comment)).status is SendStatus.UNKNOWN
    assert side.observe(comment).liveness is Liveness.GONE
    assert side.send(side.build(REMOVE, comment)).status is SendStatus.GONE
    assert len(stage.world.effects) == 1


@pytest.mark.parametrize(
    ("code", "subcode", "status"),
    [
        (1, None, SendStatus.UNKNOWN),
        (4, None, SendStatus.RATE),
        (10, None, SendStatus.REFUSED),
        (100, None, SendStatus.REFUSED),
        (190, 463, SendStatus.FAILED),
        (200, None, SendStatus.REFUSED),
        (368, None, SendStatus.ABUSE_STOP),
        (803, None, SendStatus.GONE),
        (9999, None, SendStatus.REFUSED),
    ],
)
def test_each_error_has_one_meaning_for_a_write(
    stage: MetaStage, code: int, subcode: int | None, status: SendStatus
) -> None:
    stage.line.always(error_answer(code, "Some words.", subcode=subcode), times=1)
    side = side_of(stage)
    result = side.send(side.build(HIDE, a_comment("9001")))
    assert result.status is status and result.detail.endswith(".")
    assert (result.retry_after == UNTOLD_WAIT) is (status is SendStatus.RATE)
    assert result.response.get("trace")


def test_an_abuse_block_is_told_as_its_own_class(stage: MetaStage) -> None:
    stage.line.always(error_answer(368, "Blocked."), times=1)
    side = side_of(stage)
    assert side.send(side.build(HIDE, a_comment("9001"))).error_class is ErrorClass.ABUSE_STOP


@pytest.mark.parametrize(
    "body", ["", "[]", "null", "{}", '{"success": false}', '{"success": "true"}', '{"id": "1"}']
)
def test_an_answer_that_does_not_say_yes_is_unknown(stage: MetaStage, body: str) -> None:
    client = httpx.Client(
        transport=httpx.MockTransport(lambda r: httpx.Response(200, text=body)),
        base_url="https://graph.test/v26.0",
    )
    side = side_of(replace(stage, client=client))
    assert side.send(side.build(HIDE, a_comment("9001"))).status is SendStatus.UNKNOWN
    assert side.fresh(a_comment("9001")).liveness is Liveness.UNDECIDED


def test_an_answer_about_another_comment_is_not_taken(stage: MetaStage) -> None:
    told: dict[str, Any] = {"id": "7", "message": "x", "text": "x", "is_hidden": True}
    client = httpx.Client(
        transport=httpx.MockTransport(lambda r: httpx.Response(200, json=told | {"hidden": True})),
        base_url="https://graph.test/v26.0",
    )
    seen = side_of(replace(stage, client=client)).fresh(a_comment("9001"))
    assert (seen.liveness, seen.visibility) == (Liveness.UNDECIDED, Visibility.UNKNOWN)


def test_what_may_be_done_is_read_before_it_is_done() -> None:
    stage = facebook_stage(a_world(5))
    stage.world.add_comments([replace(stage.world.comments["9002"], author=OWNER)])
    side = side_of(stage)
    own, other = side.fresh(a_comment("9002")), side.fresh(a_comment("9001"))
    assert (own.can_hide, own.can_remove) == (False, True)
    assert (other.can_hide, other.can_remove) == (True, True)


def test_an_accounts_own_comment_is_not_offered_for_hiding() -> None:
    stage = instagram_stage(a_world(5))
    stage.world.add_comments([replace(stage.world.comments["9002"], author=OWNER)])
    side = side_of(stage)
    assert side.fresh(a_comment("9002")).can_hide is False
    assert side.fresh(a_comment("9001")).can_hide is None
    assert side.send(side.build(HIDE, a_comment("9002"))).status is SendStatus.ACCEPTED
    assert side.observe(a_comment("9002")).visibility is Visibility.PUBLIC  # and so it is not done


def test_a_redirect_is_not_followed(stage: MetaStage) -> None:
    seen: list[str] = []

    def elsewhere(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.host)
        return httpx.Response(302, headers={"location": "https://elsewhere.test/v26.0/9001"})

    client = httpx.Client(
        transport=httpx.MockTransport(elsewhere), base_url="https://graph.test/v26.0"
    )
    side = side_of(replace(stage, client=client))
    assert side.send(side.build(HIDE, a_comment("9001"))).status is SendStatus.FAILED
    assert side.fresh(a_comment("9001")).liveness is Liveness.UNDECIDED
    assert set(seen) == {"graph.test"}
