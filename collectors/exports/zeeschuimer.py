"""Zeeschuimer: what a person's own browser was shown, one JSON object a line.

Of its kinds the comments of TikTok are taken. It holds what was scrolled to and no more, so a
comment that it lacks is not gone.
"""

from __future__ import annotations

import re

from collectors.exports.dates import epoch_moment
from collectors.exports.records import LEFT_OUT, Memory, Reader, RowRefused
from collectors.exports.values import count_in, native_id, object_in, text_in
from data.model import (
    CollectedAuthor,
    CollectedComment,
    CollectedPost,
    JsonObject,
    Platform,
    Visibility,
)

_HANDLE = re.compile(r"tiktok\.com/@([\w.]+)")
_NONE = (None, "0")


def _author(user: JsonObject, address: str | None, memory: Memory) -> CollectedAuthor | None:
    handle = text_in(user, "unique_id")
    identifier = text_in(user, "uid") or handle
    if identifier is None:
        return None
    page = _HANDLE.search(address or "")
    owner = memory.context.is_own(handle, identifier, text_in(user, "nickname"))
    owner = owner or (page is not None and handle == page[1])
    name = f"@{handle}" if handle else text_in(user, "nickname")
    return CollectedAuthor(external_id=identifier, display_name=name, is_page_owner=owner)


def _map(fields: JsonObject, memory: Memory) -> CollectedComment:
    told = object_in(fields, "data")
    identifier = native_id(told.get("cid"), memory)
    if identifier is None:
        what = text_in(fields, "source_platform") or "a platform that is not named"
        raise RowRefused(f"an item of {what} that is no TikTok comment")
    video, address = text_in(told, "aweme_id"), text_in(fields, "source_platform_url")
    parent = text_in(told, "reply_id")
    moment = epoch_moment(told.get("create_time"))
    return CollectedComment(
        platform=memory.platform,
        external_id=identifier,
        call_id=identifier,
        text=memory.take_text(text_in(told, "text")),
        post=memory.context.post if video is None else CollectedPost(
            external_id=video, permalink=address if video in (address or "") else None
        ),
        parent_external_id=None if parent in _NONE else parent,
        author=_author(object_in(told, "user"), address, memory),
        created_at=moment.at,
        time_precision=moment.precision,
        time_text=moment.words,
        visibility=Visibility.PUBLIC,
        like_count=count_in(told, "digg_count"),
        reply_count=count_in(told, "reply_comment_total"),
    )  # fmt: skip


READER = Reader(
    name="zeeschuimer_tiktok",
    title="Zeeschuimer (TikTok comments)",
    platform=Platform.TIKTOK,
    required=frozenset({"nav", "item_id", "source_platform", "data"}),
    became={
        "source_platform": "reason of a row that is not taken",
        "source_platform_url": "post's link, and whether the author is the page",
        "data": "comment",
        "data/cid": "comment id",
        "data/aweme_id": "post",
        "data/reply_id": "comment above",
        "data/text": "text",
        "data/create_time": "posted at",
        "data/digg_count": "likes",
        "data/reply_comment_total": "number of replies",
        "data/user": "author",
        "data/user/uid": "author's id",
        "data/user/unique_id": "author's handle",
        "data/user/nickname": "author's name, where there is no handle",
        **dict.fromkeys(
            ("nav", "item_id", "timestamp_collected", "source_url", "user_agent",
             "data/reply_to_reply_id", "data/comment_language", "data/stick_position",
             "data/author_pin", "data/status", "data/share_info"),
            LEFT_OUT,
        ),
    },
    map_record=_map,
    complete=False,
)  # fmt: skip
