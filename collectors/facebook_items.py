"""Facebook's posts and comments as ours: pure, and raising nothing but Unmappable.

Field by field after CONNECTORS.md 2.3 and 2.4. What is asked for is used here or named in
``LEFT_OUT``.
"""

from __future__ import annotations

import re

from collectors.items import Unmappable, inner, told_count, told_flag, told_instant, told_text
from data.dialects.meta import last_part
from data.model import (
    CollectedAuthor,
    CollectedComment,
    CollectedPost,
    JsonObject,
    JsonValue,
    Platform,
    Visibility,
)

FIELDS = {
    "id": "its last part is the comment's id; whole for calls",
    "message": "text",
    "created_time": "created_at",
    "from": "author; ours when it is the page",
    "parent": "parent_external_id",
    "is_hidden": "visibility",
    "can_hide": "can_hide",
    "can_remove": "can_remove",
    "like_count": "like_count",
    "comment_count": "reply_count",
    "attachment": "media_kinds: its type",
    "permalink_url": "permalink, and the post where a comment is read by its id",
}
LEFT_OUT = {
    "attachment.media": "signed addresses that expire; kept in the raw item",
    "attachment.target": "kept in the raw item",
    "attachment.url": "kept in the raw item",
    "attachment.title": "kept in the raw item",
    "attachment.description": "kept in the raw item",
    "parent.created_time": "the parent comes as an item of its own",
    "parent.message": "the parent comes as an item of its own",
    "parent.from": "the parent comes as an item of its own",
    "is_private": "says who sees it, not whether it stands; kept in the raw item",
    "message_tags": "the names stand in the text; kept in the raw item",
    "can_comment": "Sunwai does not answer comments",
    "can_like": "Sunwai does not like comments",
    "can_reply_privately": "Sunwai does not write to people",
    "user_likes": "Sunwai does not like comments",
    "object": "told for photos and videos only; the post is known from the list",
}
_PAGE_POST = re.compile(r"/(\d+)/posts/(?:[^/?#]*?[-_])?(\d+)/?$")


def map_post(item: JsonObject) -> CollectedPost | None:
    """One post of the list; None when it has no id."""
    identifier = told_text(item, "id")
    if identifier is None:
        return None
    try:
        made = told_instant(item, "created_time")
    except Unmappable:
        made = None
    summary = inner(inner(item, "comments"), "summary")
    return CollectedPost(
        external_id=last_part(identifier),
        text=told_text(item, "message"),
        permalink=told_text(item, "permalink_url"),
        created_at=made,
        comment_count_hint=told_count(summary, "total_count"),
    )


def map_comment(item: JsonValue, *, page_id: str, post_id: str | None) -> CollectedComment:
    """One comment of Facebook's. ``post_id`` None: read by its id, the post is in the permalink.

    Raises Unmappable, which says what is wrong, and nothing else.
    """
    if not isinstance(item, dict):
        raise Unmappable("The item is no object.")
    call_id = told_text(item, "id")
    if call_id is None or not last_part(call_id):
        raise Unmappable("The comment has no id; the token may not moderate this page.")
    message = item.get("message", "")
    if not isinstance(message, str) or ("message" not in item and not inner(item, "attachment")):
        raise Unmappable("The comment has no text.")
    parent = told_text(inner(item, "parent"), "id")
    permalink = told_text(item, "permalink_url")
    kind = told_text(inner(item, "attachment"), "type")
    hidden = told_flag(item, "is_hidden")
    post = post_id if post_id is not None else _post_in(permalink, page_id)
    return CollectedComment(
        platform=Platform.FACEBOOK,
        external_id=last_part(call_id),
        call_id=call_id,
        text=message,
        post=None if post is None else CollectedPost(external_id=post),
        parent_external_id=(last_part(parent) or None) if parent else None,
        author=_author(inner(item, "from"), page_id),
        created_at=told_instant(item, "created_time"),
        visibility=Visibility.UNKNOWN if hidden is None else _VISIBILITY[hidden],
        can_hide=told_flag(item, "can_hide"),
        can_remove=told_flag(item, "can_remove"),
        like_count=told_count(item, "like_count"),
        reply_count=told_count(item, "comment_count"),
        permalink=permalink,
        media_kinds=() if kind is None else (kind,),
    )


_VISIBILITY = {True: Visibility.HIDDEN, False: Visibility.PUBLIC}


def _author(told: JsonObject, page_id: str) -> CollectedAuthor | None:
    identifier, name = told_text(told, "id"), told_text(told, "name")
    if identifier is None and name is None:
        return None
    return CollectedAuthor(
        external_id=identifier, display_name=name, is_page_owner=identifier == page_id
    )


def _post_in(permalink: str | None, page_id: str) -> str | None:
    """The post that an address of the page's own names in numbers."""
    found = _PAGE_POST.search(permalink.partition("?")[0]) if permalink else None
    return found[2] if found is not None and found[1] == page_id else None
