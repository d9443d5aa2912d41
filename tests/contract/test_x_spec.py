"""X against material that we did not write: its OpenAPI documents and recorded answers.

Read where they are; nothing of them is kept here. Version 2.159 has the old names, 2.167 the new.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collectors.base import CollectError
from collectors.items import Unmappable
from collectors.x import XCollector
from collectors.x_items import LEFT_OUT, Around, is_passed_on, map_post
from collectors.x_lists import NEW_NAMES, OLD_NAMES, Names
from data.dialects.x import X, born_at
from data.model import ActionKind, CollectedPost
from moderation.platforms.x import XWriteSide
from sunwai.rehearsal.wire import Asked
from sunwai.rehearsal.world import Standing
from sunwai.rehearsal.x import XRehearsal
from sunwai.rehearsal.x_shape import NEW, OLD
from sunwai.rehearsal.x_shape import Names as RehearsedNames
from tests.builders import NOW, minutes
from tests.contract.spec_helpers import changed, places
from tests.contract.test_write_sides import a_comment
from tests.rehearsal_helpers import RehearsalStage, add_comment
from tests.youtube_x_helpers import ACCOUNT, an_x_world, x_id

FOLDER = Path(__file__).parents[2].parent / "shared" / "connectors" / "x"
needs_folder = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the material about X is not here: did not run"
)
LISTS = [
    FOLDER / f"cassette_{name}.json"
    for name in ("get_users_mentions", "search_recent_tweets", "get_users_tweets", "get_tweets")
]


@dataclass(frozen=True)
class Spec:
    """One of the two documents, and a rehearsal on which all was asked in its naming."""

    document: dict[str, Any]
    post: str
    stage: RehearsalStage

    def parameters(self, asked: Asked) -> dict[str, Any]:
        for path, methods in self.document["paths"].items():
            told = methods.get(asked.method.lower())
            if told is not None and _same(path, asked.path):
                found = [self._resolved(p) for p in told["parameters"]]
                return {p["name"]: p for p in found}
        raise AssertionError(f"the document knows no {asked.method} {asked.path}")

    def _resolved(self, parameter: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in parameter:
            return parameter
        return self.document["components"]["parameters"][parameter["$ref"].split("/")[-1]]

    def properties(self, schema: str) -> dict[str, Any]:
        return self.document["components"]["schemas"][schema]["properties"]


def _same(pattern: str, path: str) -> bool:
    wanted, told = pattern.split("/"), path.split("/")
    return len(wanted) == len(told) and all(
        w == t or w.startswith("{") for w, t in zip(wanted, told, strict=True)
    )


@pytest.fixture(
    scope="module",
    params=[
        ("openapi_subset_2.159.json", "Tweet", OLD_NAMES, OLD),
        ("openapi_subset_2.167.json", "Post", NEW_NAMES, NEW),
    ],
    ids=["old names", "new names"],
)
def spec(request: pytest.FixtureRequest) -> Spec:
    if not FOLDER.is_dir():
        pytest.skip("the material about X is not here: did not run")
    name, post, names, rehearsed = request.param
    document = json.loads((FOLDER / name).read_text("utf-8"))
    return Spec(document, post, _used(names, rehearsed))


def _used(names: Names, rehearsed: RehearsedNames) -> RehearsalStage:
    world = an_x_world(3)
    ids = list(world.comments)
    add_comment(world, x_id(NOW, 77), NOW, post_id="123", text=f"@{ACCOUNT.handle} elsewhere")
    add_comment(world, x_id(NOW, 78), NOW, parent_id=ids[0], text="long " * 90)
    world.edit(ids[1], "edited", NOW + minutes(1), x_id(NOW + minutes(1)))
    world.set_standing(ids[2], Standing.DELETED, NOW)
    rehearsal = XRehearsal(world=world, accepts=(rehearsed,))
    stage = RehearsalStage(rehearsal=rehearsal, dialect=X)
    stage.clock.now = NOW + minutes(2)
    collector = XCollector(
        wire=stage.wire, account_id=ACCOUNT.id, handle=ACCOUNT.handle, names=names
    )
    for stop_before in (None, NOW - minutes(60)):
        list(collector.scan(stop_before=stop_before))
    collector.read_comments(ids)
    assert collector.check(NOW).ok
    side = XWriteSide(client=stage.client)
    for kind in (ActionKind.HIDE, ActionKind.UNHIDE):
        side.send(side.build(kind, a_comment(ids[0])))
    assert side.fresh(a_comment(ids[0])).text
    return stage


def test_every_request_that_we_send_is_one_that_x_describes(spec: Spec) -> None:
    taken = [a for a in spec.stage.asked if _is_taken(spec, a)]
    assert len({_kind_of_path(a.path) for a in taken}) == 6
    for asked in taken:
        told = spec.parameters(asked)
        for name, value in asked.query.items():
            assert name in told, f"{asked.path} takes no {name}"
            _fits(told[name]["schema"], value)
        if asked.method == "PUT":
            assert json.loads(asked.body).keys() == {"hidden"}


def _is_taken(spec: Spec, asked: Asked) -> bool:
    """The write side asks in the old naming first, and again where X does not take it."""
    return spec.stage.rehearsal.answer(asked, spec.stage.clock()).status < 400


def _kind_of_path(path: str) -> str:
    return "/".join("id" if part.isdigit() and part != "2" else part for part in path.split("/"))


def _fits(schema: dict[str, Any], value: str) -> None:
    if schema.get("type") == "array":
        allowed = schema["items"].get("enum")
        assert allowed is None or set(value.split(",")) <= set(allowed), value
    elif schema.get("type") == "integer":
        assert schema["minimum"] <= int(value) <= schema["maximum"]
    elif "enum" in schema:
        assert value in schema["enum"]
    if "maxLength" in schema:
        assert len(value) <= min(512, schema["maxLength"])


def test_every_field_that_the_rehearsal_answers_is_one_that_x_describes(spec: Spec) -> None:
    seen: set[str] = set()
    for asked in [a for a in spec.stage.asked if a.method == "GET"]:
        body = spec.stage.rehearsal.answer(asked, spec.stage.clock()).body
        assert isinstance(body, dict)
        if asked.path.endswith("/me") or "data" not in body:
            continue
        posts: Any = body["data"]
        for post in posts:
            seen |= post.keys()
            assert post.keys() <= spec.properties(spec.post).keys()
        includes: Any = body.get("includes", {})
        for user in includes.get("users", []):
            assert user.keys() <= spec.properties("User").keys()
        for error in body.get("errors", []):  # type: ignore[union-attr]
            _is_problem(spec, error)
    assert len(seen) >= 9


def _is_problem(spec: Spec, error: Any) -> None:
    schemas = spec.document["components"]["schemas"]
    about = schemas.get("ResourceNotFoundProblem") or schemas["Problem"]
    assert set(about.get("required", [])) <= error.keys()
    allowed = about["properties"].keys() | {"resource_id", "resource_type", "value", "parameter"}
    assert error.keys() <= allowed


def test_the_other_naming_is_found_by_itself() -> None:
    world = an_x_world(3)
    stage = RehearsalStage(rehearsal=XRehearsal(world=world, accepts=(NEW,)), dialect=X)
    collector = XCollector(wire=stage.wire, account_id=ACCOUNT.id, handle=ACCOUNT.handle)
    found = [c for page in collector.scan(stop_before=None) for c, _ in page.items]
    assert {c.external_id for c in found} == world.comments.keys()
    assert all(c.author is not None and c.can_hide for c in found)


def test_a_request_that_no_naming_helps_is_told_as_it_was_first_refused() -> None:
    stage = RehearsalStage(rehearsal=XRehearsal(world=an_x_world(1), accepts=()), dialect=X)
    collector = XCollector(wire=stage.wire, account_id=ACCOUNT.id, handle=ACCOUNT.handle)
    with pytest.raises(CollectError, match=r"tweet\.fields"):
        list(collector.scan(stop_before=None))


# ------------------------------------------------------------------------------ recorded answers


def _around(item: Any) -> Around:
    conversation = item.get("conversation_id")
    own = {} if conversation is None else {conversation: CollectedPost(external_id=conversation)}
    return Around(account_id="1", own=own)


def _mapped(item: Any, around: Around) -> Any:
    try:
        return is_passed_on(item), map_post(item, around)
    except Unmappable as error:
        return str(error)


def _posts() -> list[Any]:
    if not FOLDER.is_dir():
        return []
    found: list[Any] = []
    for path in LISTS:
        for exchange in json.loads(path.read_text("utf-8")):
            found += exchange["response"]["body"]["data"]
    event = json.loads((FOLDER / "activity_event_post.reply.create.json").read_text("utf-8"))
    return [*found, event["data"]["payload"]]


@needs_folder
def test_every_recorded_field_is_used_or_named_as_left_out() -> None:
    """Used: changing it changes the comment."""
    posts = _posts()
    assert len(posts) > 20
    for item in posts:
        around = _around(item)
        before = _mapped(item, around)
        assert not isinstance(before, str)
        for name in {".".join(path) for _, _, path in places(item)}:
            other = _mapped(changed(item, name, ".".join), around)
            assert (other == before) is _is_left_out(name), name


def _is_left_out(name: str) -> bool:
    if name.endswith("_str"):  # the number beside it, as text
        return True
    return name in LEFT_OUT or name.split(".")[0] in LEFT_OUT


@needs_folder
def test_recorded_ids_hold_the_instant_that_their_posts_tell() -> None:
    """The recorded search found posts that are nothing but the time at which they were sent."""
    recorded = json.loads((FOLDER / "cassette_search_recent_tweets.json").read_text("utf-8"))
    for post in recorded[0]["response"]["body"]["data"]:
        sent = datetime.fromisoformat(post["text"].removesuffix(" tweepy")).replace(tzinfo=UTC)
        born = born_at(post["id"])
        assert born is not None and timedelta(0) <= born - sent < timedelta(seconds=2)


@needs_folder
def test_recorded_allowances_are_read_from_the_headers() -> None:
    paths = [*LISTS, FOLDER / "cassette_hide_and_unhide_reply.json"]
    for path in paths:
        for exchange in json.loads(path.read_text("utf-8")):
            asked, told = exchange["request"], exchange["response"]
            where = asked["uri"].removeprefix("https://api.twitter.com").split("?")[0]
            (strain,) = X.strain(asked["method"], where, told["headers"], NOW)
            assert strain.bucket != "other" and strain.remaining and strain.resets_at
            assert strain.used is not None and 0 < strain.used < 1
            assert X.trouble(told["status"], told["headers"], told["body"]) is None


@needs_folder
def test_a_recorded_folding_is_taken_for_done() -> None:
    recorded = json.loads((FOLDER / "cassette_hide_and_unhide_reply.json").read_text("utf-8"))
    comment = replace(a_comment("1344794616005066752"), call_id="1344794616005066752")
    for exchange, kind in zip(recorded, (ActionKind.HIDE, ActionKind.UNHIDE), strict=True):
        stage = RehearsalStage(rehearsal=XRehearsal(world=an_x_world(1)), dialect=X)
        plan = XWriteSide(client=stage.client).build(kind, comment)
        assert exchange["request"]["uri"].endswith(plan.path)
        assert json.loads(exchange["request"]["body"]) == plan.body
        assert exchange["response"]["body"] == {"data": plan.body}
