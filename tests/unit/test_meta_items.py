"""One comment of Facebook's or Instagram's as ours, field by field; no JSON breaks the mapping."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import facebook_items, instagram_items
from collectors.items import Unmappable
from data.model import JsonValue, Visibility

FACEBOOK_ITEM: dict[str, JsonValue] = {
    "id": "55_77",
    "message": "The water came for one hour.",
    "created_time": "2026-06-01T06:00:00+0000",
    "from": {"id": "9", "name": "Invented Person"},
    "parent": {"id": "55_70"},
    "is_hidden": True,
    "can_hide": False,
    "can_remove": True,
    "like_count": 2,
    "comment_count": 1,
    "permalink_url": "https://www.facebook.com/4/posts/55/?comment_id=70&reply_comment_id=77",
}


def test_a_facebook_comment_is_read_field_by_field() -> None:
    told = facebook_items.map_comment(FACEBOOK_ITEM, page_id="4", post_id=None)
    assert (told.external_id, told.call_id, told.parent_external_id) == ("77", "55_77", "70")
    assert told.post is not None and told.post.external_id == "55"
    assert told.visibility is Visibility.HIDDEN and (told.can_hide, told.can_remove) == (
        False,
        True,
    )
    assert (told.like_count, told.reply_count) == (2, 1)
    assert told.author is not None and not told.author.is_page_owner
    page: JsonValue = {"id": "4"}
    ours = facebook_items.map_comment(FACEBOOK_ITEM | {"from": page}, page_id="4", post_id="1")
    assert ours.author is not None and ours.author.is_page_owner
    assert ours.post is not None and ours.post.external_id == "1"


@pytest.mark.parametrize(
    "link",
    ["https://www.facebook.com/4/posts/pfbid0x/?comment_id=1", "https://www.facebook.com/photo?x=1",
     "https://www.facebook.com/999/posts/55/", "http://[", "", None, 5],
)  # fmt: skip
def test_a_post_that_the_address_does_not_name_for_sure_is_not_guessed(link: JsonValue) -> None:
    item = FACEBOOK_ITEM | {"permalink_url": link}
    assert facebook_items.map_comment(item, page_id="4", post_id=None).post is None


def test_a_comment_that_is_only_a_picture_has_an_empty_text() -> None:
    sticker: JsonValue = {"type": "sticker", "url": "https://cdn.invalid/x"}
    item = {k: v for k, v in FACEBOOK_ITEM.items() if k != "message"} | {"attachment": sticker}
    told = facebook_items.map_comment(item, page_id="4", post_id="1")
    assert (told.text, told.media_kinds) == ("", ("sticker",))


def test_what_is_not_told_of_an_instagram_comment_stays_unknown() -> None:
    told = instagram_items.map_comment({"id": "1", "text": ""}, account_id="4", media_id=None)
    assert told.author is None and told.post is None and told.created_at is None
    assert told.visibility is Visibility.UNKNOWN and told.text == ""


def test_the_accounts_own_comment_is_known_by_either_mark() -> None:
    for mark in ({"from": {"id": "4", "username": "us"}}, {"user": {"id": "8"}, "username": "us"}):
        item: dict[str, JsonValue] = {"id": "1", "text": "x", **mark}  # pyright: ignore
        told = instagram_items.map_comment(item, account_id="4", media_id="1")
        assert told.author is not None and told.author.is_page_owner


_NAMES = sorted({*facebook_items.FIELDS, *instagram_items.FIELDS, "data", "username", "paging"})
_json: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["2026-06-01T06:00:00+0000", "1_2_3", "_", "x_"]),
    lambda i: st.lists(i, max_size=3)
    | st.dictionaries(st.sampled_from(_NAMES) | st.text(string.ascii_letters, max_size=3), i,
                      max_size=9),
    max_leaves=25,
)  # fmt: skip


@given(_json)
def test_no_json_breaks_a_mapper(item: JsonValue) -> None:
    for read in (
        lambda: facebook_items.map_comment(item, page_id="4", post_id=None),
        lambda: instagram_items.map_comment(item, account_id="4", media_id=None),
    ):
        try:
            told = read()
        except Unmappable as error:
            assert str(error).endswith(".")
            continue
        assert told.external_id and told.call_id and isinstance(told.text, str)
        assert told.parent_external_id != ""
        assert told.author is None or told.author.external_id or told.author.display_name
    if isinstance(item, dict):
        facebook_items.map_post(item)
        instagram_items.map_media(item)
        list(instagram_items.replies_in(item))
