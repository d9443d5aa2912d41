"""facebook-scraper, dead since 2022: posts with ``comments_full``, or comments row by row.

Its times are rounded to the day where Facebook told only "3 d"; they name no zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from collectors.exports.dates import Moment, epoch_moment, exact_moment
from collectors.exports.records import FILE, LEFT_OUT, Memory, Reader, RowRefused
from collectors.exports.values import (
    count_in,
    last_segment,
    list_in,
    native_id,
    object_in,
    text_in,
)
from data.model import (
    CollectedAuthor,
    CollectedComment,
    CollectedPost,
    JsonObject,
    Platform,
    TimePrecision,
    Visibility,
)

_PARENT, _POST = "_parent_id", ("post_id", "text", "post_text", "time", "timestamp", "post_url",
                                "comments", "user_id", "username", "page_id")  # fmt: skip
_PROFILE = re.compile(r"facebook\.com/(?:profile\.php\?id=(\d+)|([A-Za-z0-9.]+))")


def _unfold(fields: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """The post, its comments, and their replies."""
    if "post_id" not in fields:
        yield from _with_replies(fields, "")
        return
    post: JsonObject = {key: fields[key] for key in _POST if key in fields}
    yield "", post
    for index, comment in enumerate(list_in(fields, "comments_full")):
        if isinstance(comment, dict):
            yield from _with_replies({**comment, FILE: post}, f"comments_full[{index}]")


def _with_replies(comment: JsonObject, place: str) -> Iterator[tuple[str, JsonObject]]:
    yield place, comment
    for index, reply in enumerate(list_in(comment, "replies")):
        if isinstance(reply, dict):
            above: JsonObject = {_PARENT: comment.get("comment_id"), FILE: comment.get(FILE)}
            yield f"{place} replies[{index}]".strip(), {**reply, **above}


def _our_post(fields: JsonObject, memory: Memory) -> CollectedPost | None:
    identifier = text_in(fields, "post_id")
    if identifier is None:
        return None
    made = epoch_moment(fields.get("timestamp")).at
    written = exact_moment(text_in(fields, "time"), zone=memory.context.time_zone).at
    return CollectedPost(
        external_id=last_segment(identifier),
        text=text_in(fields, "text", "post_text"),
        permalink=text_in(fields, "post_url"),
        created_at=made or written,
        comment_count_hint=count_in(fields, "comments"),
    )


def _moment(fields: JsonObject, memory: Memory) -> Moment:
    """A time of nought is the tool's way to say that it knows the day only."""
    words = text_in(fields, "comment_time")
    moment = exact_moment(words, zone=memory.context.time_zone)
    if moment.precision is TimePrecision.SECOND and (words or "").endswith("00:00:00"):
        return replace(moment, precision=TimePrecision.DAY, words=words)
    return moment


def _author(fields: JsonObject, post: JsonObject, memory: Memory) -> CollectedAuthor | None:
    name = text_in(fields, "commenter_name")
    found = _PROFILE.search(text_in(fields, "commenter_url") or "")
    in_address = (found[1] or found[2]) if found else None
    identifier = text_in(fields, "commenter_id") or in_address
    if identifier is None and name is None:
        return None
    page = {text_in(post, "user_id"), text_in(post, "page_id")} - {None}
    badge = (text_in(fields, "commenter_meta") or "").strip().casefold() == "author"
    owner = badge or identifier in page or memory.context.is_own(name, identifier, in_address)
    return CollectedAuthor(external_id=identifier, display_name=name, is_page_owner=owner)


def _map(fields: JsonObject, memory: Memory) -> CollectedComment | CollectedPost | None:
    if "comment_id" not in fields:
        return _our_post(fields, memory)
    identifier = native_id(fields.get("comment_id"), memory)
    if identifier is None:
        raise RowRefused("no comment id in “comment_id”")
    about = object_in(fields, FILE)
    post = _our_post(about, memory) or memory.context.post
    own, parent = last_segment(identifier), native_id(fields.get(_PARENT), memory)
    media = ("image",) if text_in(fields, "comment_image") else ()
    moment = _moment(fields, memory)
    return CollectedComment(
        platform=memory.platform,
        external_id=own,
        call_id=f"{post.external_id}_{own}" if post is not None else identifier,
        text=memory.take_text(text_in(fields, "comment_text"), media),
        media_kinds=media,
        post=post,
        parent_external_id=last_segment(parent) if parent else None,
        author=_author(fields, about, memory),
        created_at=moment.at,
        time_precision=moment.precision,
        time_text=moment.words,
        visibility=Visibility.PUBLIC,
        like_count=count_in(fields, "comment_reaction_count"),
        reply_count=len(list_in(fields, "replies")) if "replies" in fields else None,
        permalink=text_in(fields, "comment_url"),
    )


_COMMENT = {
    "comment_id": "comment id",
    "comment_url": "link",
    "commenter_id": "author's id",
    "commenter_url": "author's id, where there is no commenter_id",
    "commenter_name": "author's name",
    "commenter_meta": "whether the author is the page",
    "comment_text": "text",
    "comment_time": "posted at",
    "comment_image": "media",
    "comment_reaction_count": "likes",
    "replies": "replies, each a comment of its own, and their number",
    "comment_reactors": LEFT_OUT,
    "comment_reactions": LEFT_OUT,
}
POSTS = Reader(
    name="facebook_scraper",
    title="facebook-scraper (posts with comments)",
    platform=Platform.FACEBOOK,
    required=frozenset({"post_id", "comments_full"}),
    became={
        **_COMMENT,
        "post_id": "post",
        "text": "post's text",
        "post_text": "post's text, where there is no text",
        "time": "when the post was made, where there is no timestamp",
        "timestamp": "when the post was made",
        "comments": "how many comments the post has",
        "post_url": "post's link",
        "user_id": "whose page it is",
        "page_id": "whose page it is",
        "comments_full": "comments",
        "username": LEFT_OUT,
    },
    map_record=_map,
    unfold=_unfold,
    zone_less=True,
    nested=("comments_full", "replies"),
)
COMMENTS = Reader(
    name="facebook_scraper_comments",
    title="facebook-scraper (comments)",
    platform=Platform.FACEBOOK,
    required=frozenset({"comment_id", "commenter_name", "comment_text"}),
    became=_COMMENT,
    map_record=_map,
    unfold=_unfold,
    zone_less=True,
    nested=("replies",),
    names_post=False,
)
