"""The rehearsals of YouTube and X refuse, page and count as the platforms do."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.dialects.x import X
from data.dialects.youtube import YOUTUBE
from data.model import ErrorClass
from sunwai.rehearsal.wire import Asked
from sunwai.rehearsal.world import Person, Standing
from sunwai.rehearsal.x_query import Unread, matches, parsed
from sunwai.rehearsal.x_shape import Tweet
from sunwai.rehearsal.youtube import YouTubeRehearsal
from tests.builders import NOW, minutes
from tests.rehearsal_helpers import RehearsalStage, a_world, add_comment
from tests.youtube_x_helpers import ACCOUNT, an_x_world, x_id, x_stage, youtube, youtube_stage


def test_a_refresh_token_gives_a_new_token_until_consent_ends() -> None:
    stage, rehearsal = youtube_stage(a_world(1))
    rehearsal.access.refresh_tokens.add("refresh")
    form = {"grant_type": "refresh_token", "refresh_token": "refresh"}
    token = stage.client.post("/token", data=form).json()["access_token"]
    stage.token = token
    assert youtube(stage).check(NOW).ok
    rehearsal.access.refresh_tokens.clear()
    refused = stage.client.post("/token", data=form)
    trouble = YOUTUBE.trouble(refused.status_code, {}, refused.json())
    assert trouble is not None and trouble.error_class is ErrorClass.AUTH
    assert "A person must connect" in trouble.message


@pytest.mark.parametrize(
    ("path", "params", "reason"),
    [
        ("/commentThreads", {"part": "id"}, "missingRequiredParameter"),
        ("/commentThreads", {"part": "id", "videoId": "none"}, "videoNotFound"),
        ("/commentThreads", {"part": "id", "videoId": "video1", "maxResults": "101"},
         "processingFailure"),
        ("/commentThreads", {"part": "id", "videoId": "video1", "pageToken": "x"},
         "invalidPageToken"),
        ("/commentThreads", {"part": "id", "id": "c0", "moderationStatus": "published"},
         "processingFailure"),
        ("/comments", {"part": "id", "parentId": "none"}, "commentNotFound"),
    ],
)  # fmt: skip
def test_the_rehearsal_refuses_as_the_platform_does(
    path: str, params: dict[str, str], reason: str
) -> None:
    stage, _ = youtube_stage(a_world(2))
    answer = stage.client.get(path, params=params)
    assert answer.json()["error"]["errors"][0]["reason"] == reason


def test_moderation_on_the_rehearsal_is_all_or_nothing_and_rejection_is_for_good() -> None:
    world = a_world(3)
    stage, rehearsal = youtube_stage(world)

    def moderate(ids: str, status: str, **more: str) -> int:
        params = {"id": ids, "moderationStatus": status, **more}
        return stage.client.post("/comments/setModerationStatus", params=params).status_code

    assert moderate("c0,none", "heldForReview") == 404
    assert world.effects == []
    assert moderate("c0", "heldForReview", banAuthor="true") == 400
    assert moderate("c0,c1", "rejected", banAuthor="true") == 204
    assert moderate("c0", "published") == 400
    assert rehearsal.banned == {"UCperson0", "UCperson1"}
    assert moderate(",".join(f"c{n}" for n in range(51)), "published") == 400
    assert stage.client.get("/comments", params={"part": "id", "id": "c2"}).json()["items"]


def test_text_is_shown_as_html_unless_plain_text_is_asked_for() -> None:
    world = a_world(0)
    add_comment(world, "c", NOW, text="a <b>\nc & d")
    stage, rehearsal = youtube_stage(world)
    rehearsal.originals = False
    params = {"part": "snippet", "id": "c"}
    html, plain = (
        stage.client.get("/comments", params=params | more).json()["items"][0]["snippet"]
        for more in ({}, {"textFormat": "plainText"})
    )
    assert html["textDisplay"] == "a &lt;b&gt;<br>c &amp; d" and "textOriginal" not in html
    assert plain["textDisplay"] == "a <b>\nc & d"
    (page, *_) = youtube(stage).scan(stop_before=None)
    assert page.items[0][0].text == "a <b>\nc & d"


def test_two_rehearsals_do_not_share_their_units() -> None:
    first, second = YouTubeRehearsal(world=a_world(1)), YouTubeRehearsal(world=a_world(1))
    asked = Asked(
        method="GET", path="/videos", query={"part": "id", "id": "v"},
        headers={"authorization": "Bearer rehearsal-token"},
    )  # fmt: skip
    first.answer(asked, NOW)
    assert sum(first.access.spent.values()) == 1 and not second.access.spent


# ------------------------------------------------------------------------------ X


def got(stage: RehearsalStage, path: str, **params: str) -> Any:
    return stage.client.get(path, params=params)


def test_a_refresh_token_of_xs_is_good_once() -> None:
    stage, rehearsal = x_stage(an_x_world(1))
    rehearsal.refresh_tokens.add("refresh")
    form = {"grant_type": "refresh_token", "refresh_token": "refresh"}
    told = stage.client.post("/2/oauth2/token", data=form).json()
    assert stage.client.post("/2/oauth2/token", data=form).status_code == 400
    stage.token = told["access_token"]
    assert got(stage, "/2/users/me").json()["data"]["id"] == ACCOUNT.id
    again = form | {"refresh_token": told["refresh_token"]}
    assert stage.client.post("/2/oauth2/token", data=again).status_code == 200


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/2/tweets", {"ids": "12,no"}),
        ("/2/tweets", {"ids": ""}),
        ("/2/tweets", {"ids": ",".join(str(n) for n in range(101))}),
        (f"/2/users/{ACCOUNT.id}/mentions", {"max_results": "4"}),
        (f"/2/users/{ACCOUNT.id}/mentions", {"max_results": "101"}),
        (f"/2/users/{ACCOUNT.id}/mentions", {"pagination_token": "x"}),
        ("/2/tweets/search/recent", {"query": "to:a" + "a" * 512}),
        ("/2/tweets/search/recent", {"query": "to:a", "start_time": "2026-05-01T00:00:00Z"}),
        ("/2/tweets/search/recent", {"query": "((("}),
    ],
)
def test_a_wrong_request_is_refused_as_x_does(path: str, params: dict[str, str]) -> None:
    stage, _ = x_stage(an_x_world(1))
    answer = got(stage, path, **params)
    trouble = X.trouble(answer.status_code, {}, answer.json())
    assert trouble is not None and trouble.error_class is ErrorClass.INVALID
    assert trouble.code == "invalid-request"


def test_search_ends_after_seven_days_and_leaves_out_what_x_takes_for_spam() -> None:
    world = an_x_world(2)
    old = add_comment(world, x_id(NOW - minutes(9 * 24 * 60)), NOW - minutes(9 * 24 * 60))
    ids = list(world.comments)
    world.set_standing(ids[0], Standing.SPAM, NOW)
    stage, _ = x_stage(world)
    told = got(stage, "/2/tweets/search/recent", query=f"to:{ACCOUNT.handle}").json()
    assert [t["id"] for t in told["data"]] == [ids[1]] and old.id not in str(told)
    assert "data" in got(stage, "/2/tweets", ids=ids[0]).json(), "by its id it is there"


def test_what_is_asked_for_comes_and_nothing_else() -> None:
    stage, _ = x_stage(an_x_world(1))
    plain = got(stage, f"/2/users/{ACCOUNT.id}/mentions").json()
    assert plain["data"][0].keys() == {"id", "text", "edit_history_tweet_ids"}
    assert "includes" not in plain


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("to:nayashehr", True),
        ("-to:nayashehr", False),
        ("from:person", True),
        ("to:nayashehr -from:person", False),
        ("(to:other OR conversation_id:10)", True),
        ("to:other OR from:person", True),
        ("is:reply water", True),
        ("is:reply fire", False),
    ],
)
def test_a_query_finds_what_it_says(query: str, found: bool) -> None:
    tweet = Tweet(
        id="12",
        versions=("12",),
        text="The water came.",
        author=Person(id="5", name="P", handle="person"),
        created_at=NOW,
        conversation_id="10",
        replied_to="10",
        in_reply_to="1",
    )
    assert matches(parsed(query), tweet, {"1": "nayashehr"}) is found


@given(st.text(max_size=30))
def test_any_query_is_understood_or_refused(query: str) -> None:
    try:
        assert parsed(query)
    except Unread as error:
        assert str(error)
