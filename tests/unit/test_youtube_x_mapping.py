"""Odd answers of YouTube and X: mapped, or refused with a sentence; never a crash or a guess."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.items import (
    Unmappable,
    id_of,
    told_count,
    told_instant,
)
from collectors.x_items import Around as XAround
from collectors.x_items import map_own, map_post
from collectors.youtube_items import Around, map_comment, map_top, map_video
from data.model import CollectedComment, CollectedPost, Visibility
from tests.builders import NOW

AROUND = Around(channel_id="UCowner", owner=True, visibility=Visibility.PUBLIC)
X_AROUND = XAround(account_id="1", own={"10": CollectedPost(external_id="10")})
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=2) | st.dictionaries(st.text(max_size=4), inside),
    max_leaves=4,
)


def a_comment() -> dict[str, Any]:
    return {
        "id": "Ugx",
        "snippet": {
            "authorDisplayName": "@invented",
            "authorChannelId": {"value": "UCp"},
            "textDisplay": "Shown.",
            "textOriginal": "Written.",
            "likeCount": 2,
            "publishedAt": "2026-06-01T07:00:00Z",
            "updatedAt": "2026-06-01T08:00:00Z",
            "moderationStatus": "heldForReview",
            "videoId": "v1",
        },
    }


def a_thread() -> dict[str, Any]:
    snippet = {"videoId": "v1", "totalReplyCount": 0, "topLevelComment": a_comment()}
    return {"id": "Ugx", "snippet": snippet}


def a_post() -> dict[str, Any]:
    return {
        "id": "12",
        "edit_history_tweet_ids": ["11", "12"],
        "text": "Words.",
        "author_id": "5",
        "conversation_id": "10",
        "created_at": "2026-06-01T07:00:00.000Z",
        "referenced_tweets": [{"type": "replied_to", "id": "10"}],
        "public_metrics": {"like_count": 1, "reply_count": 0},
        "attachments": {"media_keys": ["3_1"], "poll_ids": ["9"]},
    }


def test_a_whole_thread_is_one_comment() -> None:
    told = map_top(a_thread(), AROUND)
    assert (told.external_id, told.text, told.visibility) == ("Ugx", "Written.", Visibility.HELD)
    assert told.created_at == NOW and told.updated_at is not None and told.reply_count == 0
    assert told.permalink == "https://www.youtube.com/watch?v=v1&lc=Ugx"
    assert told.post is not None and told.post.external_id == "v1"


def test_an_image_without_words_is_a_comment() -> None:
    comment = a_comment()
    comment["snippet"] |= {"textOriginal": "", "textDisplay": "", "imageUrl": "https://i.invalid"}
    told = map_comment(comment, AROUND)
    assert (told.text, told.media_kinds) == ("", ("image",))


def test_the_shown_text_is_taken_where_the_written_one_is_kept_from_us() -> None:
    comment = a_comment()
    del comment["snippet"]["textOriginal"]
    assert map_comment(comment, AROUND).text == "Shown."


def test_an_unknown_state_is_that_of_the_list() -> None:
    comment = a_comment()
    comment["snippet"]["moderationStatus"] = "somethingNew"
    assert map_comment(comment, AROUND).visibility is Visibility.PUBLIC


def test_a_comment_that_was_not_changed_has_no_second_date() -> None:
    comment = a_comment()
    comment["snippet"]["updatedAt"] = comment["snippet"]["publishedAt"]
    assert map_comment(comment, AROUND).updated_at is None


def test_the_channels_own_comment_cannot_be_hidden() -> None:
    comment = a_comment()
    comment["snippet"]["authorChannelId"] = {"value": "UCowner"}
    told = map_comment(comment, AROUND)
    assert told.author is not None and told.author.is_page_owner
    assert (told.can_hide, told.can_remove) == (False, False)


def test_an_edited_post_has_its_first_id_and_is_called_by_its_newest() -> None:
    told = map_post(a_post(), X_AROUND)
    assert (told.external_id, told.call_id, told.updated_at) == ("11", "12", NOW)
    assert told.parent_external_id is None, "it answers the post itself"
    assert told.media_kinds == ("other", "poll") and told.can_hide is True


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda c: c.pop("id"), "id"),
        (lambda c: c.update(id=12), "id"),
        (lambda c: c["snippet"].pop("publishedAt"), "date"),
        (lambda c: c["snippet"].update(publishedAt="yesterday"), "date"),
        (lambda c: c["snippet"].update(publishedAt="2026-06-01T07:00:00"), "date"),
        (lambda c: c["snippet"].update(textOriginal=None, textDisplay=5), "text"),
    ],
)
def test_what_is_missing_is_said(change: Any, why: str) -> None:
    comment = a_comment()
    change(comment)
    with pytest.raises(Unmappable, match=why):
        map_comment(comment, AROUND)


def test_a_thread_whose_id_is_not_its_first_comments_is_refused() -> None:
    with pytest.raises(Unmappable, match="first comment"):
        map_top(a_thread() | {"id": "other"}, AROUND)


@given(st.data())
def test_whatever_stands_in_a_field_is_mapped_or_refused_with_a_sentence(data: Any) -> None:
    for whole, read in (
        (a_thread(), lambda i: map_top(i, AROUND)),
        (a_comment(), lambda i: map_comment(i, AROUND)),
        (a_comment(), map_video),
        (a_post(), lambda i: map_post(i, X_AROUND)),
        (a_post(), map_own),
    ):
        item = copy.deepcopy(whole)
        holder: Any = item
        while True:
            key = data.draw(st.sampled_from(sorted(holder)))
            if not isinstance(holder[key], dict) or not holder[key] or data.draw(st.booleans()):
                break
            holder = holder[key]
        holder[key] = data.draw(ODD)
        try:
            told = read(item)
        except Unmappable as error:
            assert str(error).endswith(".")
        else:
            assert isinstance(told, CollectedComment | CollectedPost) and told.external_id


@given(ODD)
def test_a_single_value_is_read_or_not_told(value: Any) -> None:
    item = {"a": value}
    count = told_count(item, "a")
    assert count is None or (count >= 0 and not isinstance(value, bool | float))
    for read in (id_of, told_instant):
        try:
            read(item, "a")
        except Unmappable as error:
            assert str(error).endswith(".")
