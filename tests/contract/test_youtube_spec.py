"""YouTube against material that we did not write: Google's discovery document and recorded answers.

Read where they are; nothing of them is kept here.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collectors.items import Unmappable
from collectors.youtube_items import (
    LEFT_OUT,
    STATUSES,
    Around,
    map_comment,
    map_top,
    replies_inside,
)
from data.dialects.youtube import YOUTUBE
from data.model import ActionKind, ErrorClass, Visibility
from moderation.platforms.youtube import YouTubeWriteSide
from sunwai.rehearsal.wire import Answer, Asked
from sunwai.rehearsal.world import Standing
from tests.builders import NOW, minutes
from tests.contract.spec_helpers import changed, places
from tests.contract.test_write_sides import a_comment
from tests.rehearsal_helpers import OWNER, RehearsalStage, a_world, add_comment
from tests.youtube_x_helpers import youtube, youtube_stage

FOLDER = Path(__file__).parents[2].parent / "shared" / "connectors" / "youtube"
needs_folder = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the material about YouTube is not here: did not run"
)
PART_OF_PAGES = {"kind", "etag", "pageInfo", "nextPageToken", "items"}
RECORDED = sorted(FOLDER.glob("comment*.json"))


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    if not FOLDER.is_dir():
        pytest.skip("the material about YouTube is not here: did not run")
    return json.loads((FOLDER / "discovery_youtube_v3_comments_subset.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def used() -> RehearsalStage:
    """A rehearsal on which everything that we can ask was asked."""
    world = a_world(7)
    for n in range(9):
        add_comment(world, f"c6.r{n}", NOW + minutes(n), parent_id="c6")
    world.set_standing("c1", Standing.HELD, NOW)
    world.set_standing("c2", Standing.SPAM, NOW)
    stage, _ = youtube_stage(world)
    collector = youtube(stage)
    for stop_before, posts_after in ((None, None), (NOW, None), (None, NOW - minutes(999))):
        list(collector.scan(stop_before=stop_before, posts_after=posts_after))
    collector.read_comments(["c0", "c1", "c9", "c6.r1"])
    assert collector.check(NOW).ok
    side = YouTubeWriteSide(client=stage.client, channel_id=OWNER.id)
    comment = a_comment("c0")
    for kind in (ActionKind.HIDE, ActionKind.UNHIDE, ActionKind.REMOVE):
        side.fresh_many([comment, a_comment("c1")])
        side.send(side.join([side.build(kind, comment), side.build(kind, a_comment("c3"))]))
    return stage


def _method(spec: dict[str, Any], asked: Asked) -> dict[str, Any]:
    for resource in spec["resources"].values():
        for method in resource["methods"].values():
            if (method["httpMethod"], "/" + method["path"]) == (asked.method, asked.path):
                return method
    raise AssertionError(f"the specification knows no {asked.method} {asked.path}")


def test_every_request_that_we_send_is_one_that_google_describes(
    spec: dict[str, Any], used: RehearsalStage
) -> None:
    assert len({(a.method, a.path) for a in used.asked}) == 6
    for asked in used.asked:
        told = _method(spec, asked)["parameters"]
        assert {n for n, p in told.items() if p.get("required")} <= asked.query.keys()
        for name, value in asked.query.items():
            assert name in told, f"{asked.path} takes no {name}"
            assert value in told[name].get("enum", [value])
            if told[name]["type"] == "integer":
                limits = int(told[name]["minimum"]), int(told[name]["maximum"])
                assert limits[0] <= int(value) <= limits[1]
        assert not asked.body


def test_no_token_is_in_an_address_that_we_ask(used: RehearsalStage) -> None:
    for asked in used.asked:
        assert used.token not in str(asked.query) and used.token not in asked.path


SCHEMAS = {
    "/youtube/v3/commentThreads": "CommentThreadListResponse",
    "/youtube/v3/comments": "CommentListResponse",
    "/youtube/v3/playlistItems": "PlaylistItemListResponse",
}  # the subset that is here holds no schema of channels and videos, only their parameters


def test_every_field_that_the_rehearsal_answers_is_one_that_google_describes(
    spec: dict[str, Any], used: RehearsalStage
) -> None:
    for asked in list(used.asked):
        if asked.method == "GET" and asked.path in SCHEMAS:
            answer = used.rehearsal.answer(asked, NOW)
            assert isinstance(answer.body, dict)
            _fits(spec, SCHEMAS[asked.path], answer.body)
    parts = {
        p for a in used.asked for p in a.query.get("part", "").split(",") if "Threads" in a.path
    }
    assert parts <= spec["schemas"]["CommentThread"]["properties"].keys()


def _fits(spec: dict[str, Any], schema: str, told: Any) -> None:
    properties = spec["schemas"][schema]["properties"]
    for name, value in told.items():
        assert name in properties, f"{schema} has no {name}"
        about = properties[name]
        if "$ref" in about:
            _fits(spec, about["$ref"], value)
        elif about["type"] == "array":
            for item in value:
                _fits(spec, about["items"]["$ref"], item)
        else:
            kinds = {"string": str, "integer": int, "boolean": bool}
            assert isinstance(value, kinds[about["type"]]), f"{schema}.{name}"
            assert value in about.get("enum", [value])


@needs_folder
def test_every_state_that_google_names_has_a_word_of_ours(spec: dict[str, Any]) -> None:
    told = spec["schemas"]["CommentSnippet"]["properties"]["moderationStatus"]["enum"]
    assert set(told) == STATUSES.keys()


# ------------------------------------------------------------------------------ recorded answers


@needs_folder
def test_there_are_recorded_answers() -> None:
    assert len(RECORDED) == 9


AROUND = Around(channel_id="UCowner", owner=True, visibility=Visibility.PUBLIC)


def _mapped(item: dict[str, Any]) -> Any:
    try:
        if "topLevelComment" not in item["snippet"]:
            return map_comment(item, AROUND)
        return map_top(item, AROUND), [map_comment(r, AROUND) for r in replies_inside(item)]
    except Unmappable as error:
        return str(error)


@pytest.mark.parametrize("path", RECORDED, ids=lambda p: p.stem)
def test_recorded_comments_are_all_mapped(path: Path) -> None:
    body = json.loads(path.read_text("utf-8"))
    assert body["items"]
    for item in body["items"]:
        assert not isinstance(_mapped(item), str)


@pytest.mark.parametrize("path", RECORDED, ids=lambda p: p.stem)
def test_every_recorded_field_is_used_or_named_as_left_out(path: Path) -> None:
    """Used: changing it changes the comment. A field that is told twice is changed in both."""
    body = json.loads(path.read_text("utf-8"))
    assert body.keys() <= PART_OF_PAGES
    for item in body["items"]:
        for name in {_short(path) for _, _, path in places(item)}:
            other = _mapped(changed(item, name, _short))
            left_out = name in LEFT_OUT or name.split(".")[-1] in ("kind", "etag")
            assert (other == _mapped(item)) is left_out, name


def _short(path: tuple[str, ...]) -> str:
    """The path below the innermost thread or comment."""
    inside = [n for n, name in enumerate(path) if name in ("topLevelComment", "comments")]
    return ".".join(path[inside[-1] + 1 :] if inside else path)


class Recorded:
    """Answers as they were recorded: two pages of published threads (the second repeats the
    first), nothing held."""

    name = "youtube"

    def answer(self, asked: Asked, now: datetime) -> Answer:
        empty: Any = {"kind": "youtube#commentThreadListResponse", "items": []}
        if not asked.path.endswith("/commentThreads") or "moderationStatus" in asked.query:
            return Answer(body=empty)
        number = 2 if "pageToken" in asked.query else 1
        body = json.loads((FOLDER / f"comment_threads_by_video_page{number}.json").read_text())
        if number == 2:
            body.pop("nextPageToken", None)  # what came after it was not recorded
        return Answer(body=body)


@needs_folder
def test_recorded_pages_go_through_a_whole_sweep() -> None:
    stage = RehearsalStage(rehearsal=Recorded(), dialect=YOUTUBE, below="/youtube/v3")
    pages = list(youtube(stage).scan(stop_before=NOW - timedelta(days=9999)))
    comments = [c for page in pages for c, _ in page.items]
    assert len(comments) == 5 and not any(p.unmapped for p in pages)
    assert sum("pageToken" in a.query for a in stage.asked) == 1
    assert all(c.post is not None and c.author is not None and c.text for c in comments)
    assert all(c.visibility is Visibility.PUBLIC for c in comments)


@needs_folder
@pytest.mark.parametrize(
    ("name", "status", "told"),
    [
        ("error_400_key_invalid", 400, ErrorClass.CONFIG),
        ("error_403_comments_disabled", 403, ErrorClass.DISABLED),
        ("error_403_permission", 403, ErrorClass.PERMISSION),
        ("error_403_quota_exceeded", 403, ErrorClass.QUOTA_DAY),
    ],
)
def test_recorded_errors_are_understood(name: str, status: int, told: ErrorClass) -> None:
    body = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    trouble = YOUTUBE.trouble(status, {}, body)
    assert trouble is not None and trouble.error_class is told
    assert trouble.message.startswith("YouTube ") and trouble.message.endswith(".")
