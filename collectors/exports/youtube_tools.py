"""Two tools for YouTube: YouTube Data Tools (CSV) and youtube-comment-downloader (JSON Lines).

Neither names the video in its rows; it comes from the context, where a person gave it.
"""

from __future__ import annotations

from collectors.exports.dates import Moment, estimated_moment, exact_moment, relative_moment
from collectors.exports.records import Memory, Reader, RowRefused
from collectors.exports.values import count_in, native_id, text_in
from data.model import (
    CollectedAuthor,
    CollectedComment,
    JsonObject,
    Platform,
    Visibility,
)

_LEFT_OUT = "left out: not needed"
_TRUE = frozenset({"1", "true", "yes"})


def _identifier(fields: JsonObject, key: str, memory: Memory) -> str:
    found = native_id(fields.get(key), memory)
    if found is None:
        raise RowRefused(f"no comment id in “{key}”")
    return found


def _author(identifier: str | None, name: str | None, memory: Memory) -> CollectedAuthor | None:
    if identifier is None and name is None:
        return None
    owner = memory.context.is_own(identifier, name)
    return CollectedAuthor(external_id=identifier, display_name=name, is_page_owner=owner)


def _permalink(identifier: str, memory: Memory) -> str | None:
    post = memory.context.post
    if post is None:
        return None
    return f"https://www.youtube.com/watch?v={post.external_id}&lc={identifier}"


def _comment(
    memory: Memory, identifier: str, *, text: str, parent: str | None, moment: Moment,
    author: CollectedAuthor | None, likes: int | None, replies: int | None,
) -> CollectedComment:  # fmt: skip
    return CollectedComment(
        platform=memory.platform,
        external_id=identifier,
        call_id=identifier,
        text=text,
        post=memory.context.post,
        parent_external_id=parent,
        author=author,
        created_at=moment.at,
        time_precision=moment.precision,
        time_text=moment.words,
        visibility=Visibility.PUBLIC,
        like_count=likes,
        reply_count=replies,
        permalink=_permalink(identifier, memory),
    )


def _map_data_tools(fields: JsonObject, memory: Memory) -> CollectedComment:
    identifier = _identifier(fields, "id", memory)
    is_reply = (text_in(fields, "isReply") or "").strip().casefold() in _TRUE
    return _comment(
        memory,
        identifier,
        text=memory.take_text(text_in(fields, "text")),
        parent=(text_in(fields, "isReplyTo") or _thread(identifier)) if is_reply else None,
        moment=exact_moment(text_in(fields, "publishedAt"), zone="UTC"),
        author=_author(text_in(fields, "authorChannelId"), text_in(fields, "authorName"), memory),
        likes=count_in(fields, "likeCount"),
        replies=count_in(fields, "replyCount"),
    )


def _thread(identifier: str) -> str | None:
    """The comment above: YouTube writes a reply's id as <comment>.<reply>."""
    head, dot, _ = identifier.partition(".")
    return head if dot else None


def _estimated(fields: JsonObject, memory: Memory) -> Moment:
    """The tool's own estimate, made when it ran; without one, its words against the capture."""
    words, epoch = text_in(fields, "time"), fields.get("time_parsed")
    if isinstance(epoch, int | float) and not isinstance(epoch, bool):
        found = estimated_moment(float(epoch), words)
        if found is not None:
            return found
    return relative_moment(words, captured_at=memory.context.captured_at)


def _map_downloader(fields: JsonObject, memory: Memory) -> CollectedComment:
    identifier = _identifier(fields, "cid", memory)
    return _comment(
        memory,
        identifier,
        text=memory.take_text(text_in(fields, "text")),
        parent=_thread(identifier),
        moment=_estimated(fields, memory),
        author=_author(text_in(fields, "channel"), text_in(fields, "author"), memory),
        likes=count_in(fields, "votes"),
        replies=count_in(fields, "replies"),
    )


DATA_TOOLS = Reader(
    name="youtube_data_tools",
    title="YouTube Data Tools",
    platform=Platform.YOUTUBE,
    required=frozenset({"id", "publishedAt", "authorName", "text", "isReply"}),
    became={
        "id": "comment id",
        "replyCount": "number of replies",
        "likeCount": "likes",
        "publishedAt": "posted at (UTC)",
        "authorName": "author's name",
        "text": "text",
        "authorChannelId": "author's id",
        "authorChannelUrl": _LEFT_OUT,
        "isReply": "whether there is a comment above",
        "isReplyTo": "comment above",
        "isReplyToName": _LEFT_OUT,
    },
    map_record=_map_data_tools,
    escape="\\",
)
COMMENT_DOWNLOADER = Reader(
    name="youtube_comment_downloader",
    title="youtube-comment-downloader",
    platform=Platform.YOUTUBE,
    required=frozenset({"cid", "text", "time", "author", "channel", "votes"}),
    became={
        "cid": "comment id, and the comment above",
        "text": "text",
        "time": "posted at (in words, estimated)",
        "time_parsed": "posted at (estimated)",
        "author": "author's name",
        "channel": "author's id",
        "votes": "likes",
        "replies": "number of replies",
        "reply": "left out: the id says it",
        "photo": _LEFT_OUT,
        "heart": _LEFT_OUT,
        "paid": _LEFT_OUT,
    },
    map_record=_map_downloader,
)
