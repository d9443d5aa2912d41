"""Facebook and Instagram against material that we did not write: Meta's own field lists and
recorded answers. Read where they are; nothing of them is kept here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from collectors import facebook_items, instagram_items
from collectors.base import CollectError, Page
from collectors.facebook import FacebookCollector
from collectors.instagram import InstagramCollector
from collectors.items import Unmappable
from collectors.wire import Wire
from data.dialects.facebook import FACEBOOK
from data.dialects.instagram import INSTAGRAM
from data.model import ActionKind, ErrorClass
from moderation.platforms.facebook import FacebookWriteSide
from moderation.platforms.instagram import InstagramWriteSide
from sunwai.rehearsal.facebook_shapes import comment_shape, post_shape
from sunwai.rehearsal.meta import Grant, error_answer
from sunwai.rehearsal.meta_fields import Wanted, wanted_in
from sunwai.rehearsal.wire import Asked
from tests.builders import NOW, minutes
from tests.contract.spec_helpers import Path as FieldPath
from tests.contract.spec_helpers import changed, places
from tests.contract.test_write_sides import a_comment
from tests.meta_helpers import OWNER, MetaStage, a_world, facebook_stage, instagram_stage

SHARED = Path(__file__).parents[2].parent / "shared" / "connectors"
ABSENT = "Meta's field lists and recorded answers are not here: did not run"
pytestmark = pytest.mark.skipif(not (SHARED / "facebook").is_dir(), reason=ABSENT)

# Of every list and node, and in no field list: how much, which part, whose.
GENERAL = {"fields", "limit", "after", "summary"}
SIGNED = {"appsecret_proof", "input_token"}
DOCUMENTED = {"/me", "/debug_token"}  # read in the documentation; no node of theirs is in a list
PEOPLE = {"id", "name"}


def spec(name: str) -> dict[str, Any]:
    return json.loads((SHARED / name).read_text("utf-8"))


def fields_of(name: str) -> set[str]:
    return {f["name"] for f in spec(name)["fields"]}


def params_of(name: str, method: str, endpoint: str) -> dict[str, str]:
    """The parameters of an edge, or of the node itself (``#update``), with their types."""
    for api in spec(name)["apis"]:
        if api["method"] == method and endpoint in (api.get("endpoint"), api.get("name")):
            return {p["name"]: p["type"] for p in api["params"]}
    raise AssertionError(f"{name} has no {method} {endpoint}")


def recorded(name: str) -> Any:
    return json.loads((SHARED / name).read_text("utf-8"))


# ------------------------------------------------------------------------------ what we ask


def use(stage: MetaStage) -> list[Asked]:
    """Everything that can be asked of a platform, asked once."""
    if stage.rehearsal.name == "facebook":
        collector = stage.facebook()
        side = FacebookWriteSide(client=stage.client, page_id=OWNER.id)
    else:
        collector = stage.instagram()
        side = InstagramWriteSide(client=stage.client, account_id=OWNER.id)
    for stop_before, posts_after in ((None, None), (NOW, None), (None, NOW - minutes(9999))):
        list(collector.scan(stop_before=stop_before, posts_after=posts_after))
    collector.read_comments(["9001", "8888"])
    collector.check(NOW)
    comment = a_comment("9002")
    side.fresh(comment)
    side.observe(comment)
    for kind in (ActionKind.HIDE, ActionKind.UNHIDE, ActionKind.REMOVE, ActionKind.REMOVE):
        side.send(side.build(kind, comment))
    return list(_parts_too(stage.line.asked))


def _parts_too(asked: list[Asked]) -> Iterator[Asked]:
    """The requests, each part of a batch as one of its own."""
    for one in asked:
        parts: Any = dict(parse_qsl(one.body.decode())).get("batch")
        if parts is None:
            yield one
            continue
        for part in json.loads(parts):
            url = urlsplit("/v26.0/" + str(part["relative_url"]))
            yield Asked(method=part["method"], path=url.path, query=dict(parse_qsl(url.query)))


def edges(wanted: tuple[Wanted, ...], known: set[str], inside: Mapping[str, set[str]]) -> None:
    """Every field is of the node; what is asked for inside of it is of the inner node."""
    for want in wanted:
        assert want.name in known | set(inside), want.name
        if want.inner:
            edges(want.inner, inside[want.name], inside)


def where(asked: Asked) -> tuple[str, str]:
    """(the node's id, the edge or nothing)."""
    path = asked.path.removeprefix("/v26.0")
    node, _, edge = path.strip("/").partition("/")
    return node, edge


def test_every_request_to_facebook_is_in_metas_lists() -> None:
    comment = fields_of("facebook/spec_Comment.json")
    inside = {"from": PEOPLE, "parent": comment, "comments": comment}
    seen: set[tuple[str, str]] = set()
    for asked in use(facebook_stage(a_world(7, answers=2))):
        node, edge = where(asked)
        seen.add((asked.method, edge or "node"))
        params = set(asked.query) - GENERAL - SIGNED
        if f"/{node}" in DOCUMENTED:
            assert not params
        elif edge == "published_posts":
            allowed = params_of("facebook/spec_Page_subset.json", "GET", edge)
            assert params <= set(allowed)
            post = fields_of("facebook/spec_PagePost_subset.json")
            edges(wanted_in(asked.query["fields"]), post, inside)
        elif edge == "comments":
            assert params <= set(params_of("facebook/spec_PagePost_subset.json", "GET", edge))
            edges(wanted_in(asked.query["fields"]), comment, inside)
        else:
            call = {"GET": "#get", "POST": "#update", "DELETE": "#delete"}[asked.method]
            assert edge == ""
            allowed = params_of("facebook/spec_Comment.json", asked.method, call)
            assert params <= set(allowed)
            edges(wanted_in(asked.query.get("fields", "")), comment, inside)
    assert {("GET", "published_posts"), ("GET", "comments"), ("GET", "node"), ("POST", "node"),
            ("DELETE", "node")} <= seen  # fmt: skip


def test_every_choice_that_facebook_is_asked_for_is_one_of_its_own() -> None:
    choices = {
        e["field_or_param"]: set(e["values"])
        for e in recorded("facebook/spec_enums_subset.json")
        if e["name"].startswith("pagepostcomments_")
    }
    asked = [a for a in use(facebook_stage()) if where(a)[1] == "comments"]
    assert asked
    for one in asked:
        for name in ("filter", "order", "live_filter"):
            assert one.query[name] in choices[name]


def test_every_request_to_instagram_is_in_metas_lists() -> None:
    comment = fields_of("instagram/spec_IGComment.json")
    people = fields_of("instagram/spec_IGCommentFromUser.json")
    media = fields_of("instagram/spec_IGMedia_subset.json")
    inside = {"from": people, "media": media, "replies": comment, "comments": comment}
    seen: set[tuple[str, str]] = set()
    for asked in use(instagram_stage(a_world(70, answers=60))):
        node, edge = where(asked)
        seen.add((asked.method, edge or "node"))
        params = set(asked.query) - GENERAL - SIGNED
        if f"/{node}" in DOCUMENTED:
            assert not params
        elif node == OWNER.id:
            fields = fields_of("instagram/spec_IGUser_subset.json") if not edge else media
            edges(wanted_in(asked.query["fields"]), fields, inside)
            assert not params
        elif edge:
            listed = {"comments": "IGMedia_subset", "replies": "IGComment"}[edge]
            assert params <= set(params_of(f"instagram/spec_{listed}.json", "GET", edge))
            edges(wanted_in(asked.query["fields"]), comment, inside)
        else:
            call = {"GET": "#get", "POST": "#update", "DELETE": "#delete"}[asked.method]
            assert params <= set(params_of("instagram/spec_IGComment.json", asked.method, call))
            edges(wanted_in(asked.query.get("fields", "")), comment, inside)
    assert {("GET", "media"), ("GET", "comments"), ("GET", "replies"), ("POST", "node"),
            ("DELETE", "node")} <= seen  # fmt: skip


# ------------------------------------------------------------------------------ what is rehearsed


def test_the_rehearsal_tells_no_field_that_the_platform_has_not() -> None:
    stage = facebook_stage()
    one = next(iter(stage.world.comments.values()))
    shape = comment_shape(stage.world, one, Grant())
    assert set(shape) == fields_of("facebook/spec_Comment.json")
    post = post_shape(stage.world, stage.world.posts["1"])
    assert set(post) <= fields_of("facebook/spec_PagePost_subset.json")


def test_the_instagram_rehearsal_answers_each_field_of_the_list() -> None:
    stage = instagram_stage(a_world(3, answers=1))
    fields = sorted(fields_of("instagram/spec_IGComment.json"))
    told = stage.client.get("/9000", params={"fields": ",".join(fields)}).json()
    assert set(told) <= set(fields) and {"id", "text", "hidden", "from", "media"} <= set(told)
    refused = stage.client.get("/9000", params={"fields": "is_hidden"}).json()
    assert refused["error"]["code"] == 100


def test_a_field_that_facebook_has_not_is_refused_as_there() -> None:
    told = facebook_stage().client.get("/1_9000", params={"fields": "updated_time"}).json()
    assert told["error"]["code"] == 100 and "nonexisting field" in told["error"]["message"]


def test_the_rehearsals_lists_and_errors_look_like_the_recorded_ones() -> None:
    real = recorded("facebook/comments_page1_without_ids_ppca.json")
    stage = facebook_stage(a_world(7))
    query = {"limit": "3", "summary": "1", "filter": "stream"}
    told = stage.client.get(f"/{OWNER.id}_1/comments", params=query).json()
    assert set(told) == set(real) and set(told["paging"]) == set(real["paging"])
    assert set(told["summary"]) == set(real["summary"])
    assert set(told["paging"]["cursors"]) == set(real["paging"]["cursors"])
    assert "access_token=" in told["paging"]["next"]  # the trap is played
    failed = recorded("facebook/error_100_missing_permission.json")["error"]
    body = json.loads(error_answer(100, "x").as_bytes())["error"]
    assert set(body) == set(failed)


def test_the_rehearsals_token_and_pages_look_like_the_recorded_ones() -> None:
    stage = facebook_stage()
    real = recorded("facebook/debug_token.json")["data"]
    told = stage.client.get("/debug_token").json()["data"]
    assert set(told) - {"profile_id"} == set(real)
    person = Grant(kind="user", scopes=frozenset())
    stage.rehearsal.grants["person"] = person
    headers = {"authorization": "Bearer person"}
    with httpx.Client(transport=stage.line, base_url="https://graph.test") as client:
        accounts = client.get("/me/accounts", headers=headers).json()
    assert set(accounts["data"][0]) == set(recorded("facebook/me_accounts.json")["data"][0])


# ------------------------------------------------------------------------------ recorded answers


def _facebook_items() -> list[dict[str, Any]]:
    single = ("comment_full_with_photo_attachment", "comment_no_author", "comment_create_response")
    found = [recorded(f"facebook/{name}.json") for name in single]
    found += recorded("facebook/comments_by_ids.json").values()
    for page in (1, 2):
        data = recorded(f"facebook/comments_page{page}_without_ids_ppca.json")["data"]
        found += [{"id": f"1_{n}", **item} for n, item in enumerate(data)]
    return found


def _instagram_items() -> list[dict[str, Any]]:
    found = [recorded(f"instagram/{n}.json") for n in ("comment", "comment_with_replies_expansion")]
    found += recorded("instagram/comments_by_ids.json").values()
    for name in ("media_comments_page1", "media_comments_page2", "comment_replies"):
        found += recorded(f"instagram/{name}.json")["data"]
    return found


def _short(left_out: Mapping[str, str], path: FieldPath) -> str:
    """The field's name, or the name under which its whole branch is left out."""
    names = [".".join(path[: n + 1]) for n in range(len(path))]
    return next((n for n in names if n in left_out), names[-1])


def test_every_field_of_a_recorded_facebook_comment_is_used_or_left_out_on_purpose() -> None:
    def read(item: dict[str, Any]) -> object:
        try:
            return facebook_items.map_comment(item, page_id="2121008874780932", post_id=None)
        except Unmappable as error:
            return str(error)

    _all_used(_facebook_items(), read, facebook_items.LEFT_OUT)


def test_every_field_of_a_recorded_instagram_comment_is_used_or_left_out_on_purpose() -> None:
    def read(item: dict[str, Any]) -> object:
        try:
            whole = [instagram_items.map_comment(item, account_id="1", media_id=None)]
            whole += [
                instagram_items.map_comment(reply, account_id="1", media_id="1", parent_id="p")
                for reply in instagram_items.replies_in(item)
            ]
        except Unmappable as error:
            return str(error)
        return whole

    _all_used(_instagram_items(), read, instagram_items.LEFT_OUT)


def _all_used(items: list[dict[str, Any]], read: Any, left_out: Mapping[str, str]) -> None:
    assert items
    for item in items:
        first = read(item)
        assert not isinstance(first, str), first
        for _, _, path in list(places(item)):
            name = _short(left_out, path)
            other = changed(item, name, lambda p: _short(left_out, p))
            assert (read(other) != first) is (name not in left_out), name


@pytest.mark.parametrize("name", ["facebook", "instagram"])
def test_what_is_asked_for_is_used_or_left_out_on_purpose(name: str) -> None:
    items = facebook_items if name == "facebook" else instagram_items
    stage = facebook_stage() if name == "facebook" else instagram_stage(a_world(3, answers=1))
    listed = [a for a in use(stage) if where(a)[1] == "comments"]
    for asked in listed:
        for want in wanted_in(asked.query["fields"]):
            assert want.name in items.FIELDS or want.name in items.LEFT_OUT, want.name
    node = "facebook/spec_Comment.json" if name == "facebook" else "instagram/spec_IGComment.json"
    tops = {n.partition(".")[0] for n in (*items.FIELDS, *items.LEFT_OUT)} - {"replies"}
    assert tops <= fields_of(node)


def over(*bodies: Any) -> httpx.Client:
    """A client that answers with these, one after the other, the last for ever."""
    left = list(bodies)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/me"):
            return httpx.Response(200, json={"id": "4", "name": "An invented page"})
        body = left.pop(0) if len(left) > 1 else left[0]
        return httpx.Response(400 if "error" in body else 200, json=body)

    return httpx.Client(transport=httpx.MockTransport(answer), base_url="https://graph.test/v11.0")


def test_recorded_pages_without_ids_are_a_lost_permission_and_no_data() -> None:
    page = recorded("facebook/comments_page1_without_ids_ppca.json")
    post: dict[str, Any] = {"data": [{"id": "4_1", "comments": {"summary": {"total_count": 18}}}]}
    wire = Wire(client=over(post, page), dialect=FACEBOOK, tries=1)
    with pytest.raises(CollectError) as caught:
        list(FacebookCollector(wire=wire, page_id="4").scan(stop_before=None))
    assert caught.value.error_class is ErrorClass.PERMISSION
    assert "MODERATE" in caught.value.message and "access_token" not in caught.value.message


def test_recorded_posts_that_are_paged_by_time_are_all_listed() -> None:
    first = recorded("facebook/page_posts_page1_time_paging.json")
    second = recorded("facebook/page_posts_page2_time_paging.json")
    second["data"] = [{**p, "id": f"{p['id']}9"} for p in second["data"]]
    wire = Wire(client=over(first, second), dialect=FACEBOOK, tries=1)
    found = FacebookCollector(wire=wire, page_id="4").posts(None)
    assert len(found) == len(first["data"]) + len(second["data"])
    assert found[0].external_id == first["data"][0]["id"].partition("_")[2]
    assert found[0].text == first["data"][0]["message"] and found[0].created_at is not None


def test_recorded_instagram_pages_are_read_to_their_end() -> None:
    pages = [recorded(f"instagram/media_comments_page{n}.json") for n in (1, 2)]
    media: dict[str, Any] = {"data": [{"id": "17846368219941692", "comments_count": 4}]}
    wire = Wire(client=over(media, *pages), dialect=INSTAGRAM, tries=1)
    scan: list[Page] = list(InstagramCollector(wire=wire, account_id="4").scan(stop_before=None))
    assert [len(p.items) for p in scan] == [2, 2, 0]
    assert all("access_token" not in raw.body for p in scan for _, raw in p.items)


@pytest.mark.parametrize("name", ["error_100_appsecret", "error_100_missing_permission"])
def test_recorded_errors_are_told_with_their_trace(name: str) -> None:
    body = recorded(f"facebook/{name}.json")
    found = FACEBOOK.trouble(400, {}, body)
    assert found is not None and found.trace == body["error"]["fbtrace_id"]
    assert found.error_class is ErrorClass.INVALID  # without a subcode only words tell them apart
    assert body["error"]["message"][7:40] in found.message


def test_the_recorded_token_is_read_whole() -> None:
    token = recorded("facebook/debug_token.json")
    wire = Wire(client=over(token), dialect=FACEBOOK, tries=1)
    health = FacebookCollector(wire=wire, page_id="4").check(NOW)
    data = token["data"]
    assert health.expires_at is not None and health.data_access_until is not None
    assert int(health.expires_at.timestamp()) == data["expires_at"]
    assert int(health.data_access_until.timestamp()) == data["data_access_expires_at"]
    assert list(health.scopes) == data["scopes"]
    assert "pages_read_user_content" in health.missing and not health.ok
    left_out = {"app_id", "type", "application", "granular_scopes", "user_id"}
    used = {"is_valid", "scopes", "expires_at", "data_access_expires_at"}
    assert set(data) == used | left_out
