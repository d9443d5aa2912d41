"""yt-dlp's info.json with comments: the video, and a comment in each element of its list.

Its times are worked out by the tool from words such as "2 weeks ago" (CONNECTORS.md 8.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from collectors.exports.dates import Moment, epoch_moment, estimated_moment, relative_moment
from collectors.exports.records import FILE, LEFT_OUT, Memory, Reader, RowRefused
from collectors.exports.values import count_in, list_in, native_id, object_in, text_in
from data.model import (
    CollectedAuthor,
    CollectedComment,
    CollectedPost,
    JsonObject,
    Platform,
    Visibility,
)

_COMMENTS = "comments"


def _unfold(fields: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """A whole info.json (one of many in a JSON Lines file) as its video and its comments."""
    if "webpage_url" not in fields:
        yield "", fields
        return
    video: JsonObject = {k: v for k, v in fields.items() if k != _COMMENTS}
    yield "", video
    for index, comment in enumerate(list_in(fields, _COMMENTS)):
        if isinstance(comment, dict):
            yield f"comments[{index}]", {**comment, FILE: video}


def _video(fields: JsonObject) -> CollectedPost | None:
    identifier = text_in(fields, "id")
    if identifier is None:
        return None
    return CollectedPost(
        external_id=identifier,
        text=text_in(fields, "title"),
        permalink=text_in(fields, "webpage_url"),
        created_at=epoch_moment(fields.get("timestamp")).at or _day(text_in(fields, "upload_date")),
        comment_count_hint=count_in(fields, "comment_count"),
    )


def _day(written: str | None) -> datetime | None:
    try:
        return datetime.strptime(written or "", "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return None


def _moment(fields: JsonObject, video: JsonObject, memory: Memory) -> Moment:
    words, epoch = text_in(fields, "_time_text"), fields.get("timestamp")
    if isinstance(epoch, int | float) and not isinstance(epoch, bool):
        found = estimated_moment(float(epoch), words)
        if found is not None:
            return found
    made = epoch_moment(video.get("epoch")).at or memory.context.captured_at
    return relative_moment(words, captured_at=made)


def _author(fields: JsonObject, memory: Memory) -> CollectedAuthor | None:
    identifier, name = text_in(fields, "author_id"), text_in(fields, "author")
    if identifier is None and name is None:
        return None
    owner = fields.get("author_is_uploader") is True or memory.context.is_own(identifier, name)
    return CollectedAuthor(external_id=identifier, display_name=name, is_page_owner=owner)


def _map(fields: JsonObject, memory: Memory) -> CollectedComment | CollectedPost | None:
    if "webpage_url" in fields:
        memory.stated += count_in(fields, "comment_count") or 0
        return _video(fields)
    identifier = native_id(fields.get("id"), memory)
    if identifier is None:
        raise RowRefused("no comment id in “id”")
    video = object_in(fields, FILE)
    post, parent = _video(video) or memory.context.post, text_in(fields, "parent")
    moment = _moment(fields, video, memory)
    return CollectedComment(
        platform=memory.platform,
        external_id=identifier,
        call_id=identifier,
        text=memory.take_text(text_in(fields, "text")),
        post=post,
        parent_external_id=None if parent in (None, "root") else parent,
        author=_author(fields, memory),
        created_at=moment.at,
        time_precision=moment.precision,
        time_text=moment.words,
        visibility=Visibility.PUBLIC,
        like_count=count_in(fields, "like_count"),
        permalink=_permalink(post, identifier, memory),
    )


def _permalink(post: CollectedPost | None, identifier: str, memory: Memory) -> str | None:
    if post is None or memory.platform is not Platform.YOUTUBE:
        return None
    return f"https://www.youtube.com/watch?v={post.external_id}&lc={identifier}"


READER = Reader(
    name="yt_dlp",
    title="yt-dlp (info.json with comments)",
    platform=Platform.YOUTUBE,
    required=frozenset({"id", "extractor", "webpage_url", _COMMENTS}),
    became={
        "id": "comment id; of the file: the post",
        "parent": "comment above",
        "text": "text",
        "like_count": "likes",
        "author": "author's name",
        "author_id": "author's id",
        "author_is_uploader": "whether the author is the page",
        "timestamp": "posted at (estimated); of the file: when the post was made",
        "_time_text": "posted at, in words",
        "title": "post's text",
        "webpage_url": "post's link, and the platform",
        "upload_date": "when the post was made",
        "comment_count": "how many comments there ought to be",
        "epoch": "when the file was made",
        _COMMENTS: "comments",
        **dict.fromkeys(
            ("author_thumbnail", "author_is_verified", "author_url", "is_favorited", "is_pinned",
             "channel", "channel_id", "extractor", "_type", "_version", "time_text"),
            LEFT_OUT,
        ),
    },
    map_record=_map,
    unfold=_unfold,
    addresses=("webpage_url",),
    nested=(_COMMENTS,),
    list_key=_COMMENTS,
    head_is_post=True,
    rest="left out: about the video",
)  # fmt: skip
