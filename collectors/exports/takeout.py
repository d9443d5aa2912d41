"""Google Takeout's comments.csv: what the exporting account itself wrote, never the public's.

Five to nine columns by year and content, mapped by name; the text is JSON in three shapes.
"""

from __future__ import annotations

import json

from collectors.exports.dates import exact_moment
from collectors.exports.records import LEFT_OUT, Memory, Reader, RowRefused
from collectors.exports.values import list_in, native_id, text_in
from data.model import (
    CollectedAuthor,
    CollectedComment,
    CollectedPost,
    JsonObject,
    JsonValue,
    Platform,
)

OWN_ONLY = (
    "This file holds only the account's own comments, not the public's. They are taken as the "
    "page's own replies and are not judged; if the account is not the page's own, leave the file. "
    "To get the public's comments, connect the page, or use a tool such as ExportComments.com, "
    "Apify or YouTube Data Tools."
)


def plain_text(written: str) -> str:
    """The words out of {"takeoutSegments":[…]}, of {"text":"a"},{"text":"b"}, or as they stand."""
    if not written.lstrip().startswith("{"):
        return written
    try:
        parts: JsonValue = json.loads(f"[{written}]")
    except (ValueError, RecursionError):
        return written
    segments: list[JsonValue] = []
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, dict):
            segments += list_in(part, "takeoutSegments") or [part]
    texts = [s["text"] for s in segments if isinstance(s, dict) and "text" in s]
    return "".join(t for t in texts if isinstance(t, str)) if texts else written


def _post(fields: JsonObject) -> CollectedPost | None:
    video, post = text_in(fields, "Video ID"), text_in(fields, "Post ID")
    if video is not None:
        return CollectedPost(
            external_id=video, permalink=f"https://www.youtube.com/watch?v={video}"
        )
    if post is not None:
        return CollectedPost(external_id=post, permalink=f"https://www.youtube.com/post/{post}")
    return None


def _map(fields: JsonObject, memory: Memory) -> CollectedComment:
    identifier = native_id(fields.get("Comment ID"), memory)
    if identifier is None:
        raise RowRefused("no comment id in “Comment ID”")
    moment = exact_moment(text_in(fields, "Comment Create Timestamp"), zone="UTC")
    head, dot, _ = identifier.partition(".")
    above = text_in(fields, "Top-Level Comment ID", "Parent Comment ID")
    post = _post(fields)
    link = None
    if post is not None and text_in(fields, "Video ID"):
        link = f"{post.permalink}&lc={identifier}"
    return CollectedComment(
        platform=memory.platform,
        external_id=identifier,
        call_id=identifier,
        text=memory.take_text(plain_text(text_in(fields, "Comment Text") or "")),
        post=post or memory.context.post,
        parent_external_id=above or (head if dot else None),
        author=CollectedAuthor(external_id=text_in(fields, "Channel ID"), is_page_owner=True),
        created_at=moment.at,
        time_precision=moment.precision,
        time_text=moment.words,
        permalink=link,
    )


READER = Reader(
    name="google_takeout",
    title="Google Takeout (the account's own comments)",
    platform=Platform.YOUTUBE,
    required=frozenset({"Comment ID", "Channel ID", "Comment Create Timestamp", "Comment Text"}),
    became={
        "Comment ID": "comment id",
        "Channel ID": "author's id: the page itself",
        "Comment Create Timestamp": "posted at",
        "Parent Comment ID": "comment above, where there is no Top-Level Comment ID",
        "Top-Level Comment ID": "comment above",
        "Post ID": "post, where there is no Video ID",
        "Video ID": "post",
        "Comment Text": "text",
        "Price": LEFT_OUT,
    },
    map_record=_map,
    caution=OWN_ONLY,
    complete=False,
)
