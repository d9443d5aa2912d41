"""Instagram's media and comments as ours: pure, and raising nothing but Unmappable.

Field by field after CONNECTORS.md 3.2. What is asked for is used here or named in ``LEFT_OUT``.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.items import Unmappable, inner, told_count, told_flag, told_instant, told_text
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
    "id": "external_id and call_id",
    "text": "text; empty where the comment is a GIF",
    "timestamp": "created_at",
    "username": "author, where from is not told",
    "from": "author",
    "user": "told only where the account itself wrote it: is_page_owner",
    "hidden": "visibility",
    "like_count": "like_count",
    "parent_id": "parent_external_id",
    "media": "the post, where a comment is read by its id",
    "replies": "each an item of its own, with this comment as its parent",
}
LEFT_OUT = {
    "from.self_ig_scoped_id": "a second id of the same person",
    "media.media_product_type": "told with the media itself",
    "legacy_instagram_comment_id": "an id that no call takes any more",
}


def map_media(item: JsonObject) -> CollectedPost | None:
    """One media of the list; None when it has no id."""
    identifier = told_text(item, "id")
    if identifier is None:
        return None
    try:
        made = told_instant(item, "timestamp")
    except Unmappable:
        made = None
    return CollectedPost(
        external_id=identifier,
        text=told_text(item, "caption"),
        permalink=told_text(item, "permalink"),
        created_at=made,
        comment_count_hint=told_count(item, "comments_count"),
    )


def map_comment(
    item: JsonValue, *, account_id: str, media_id: str | None, parent_id: str | None = None
) -> CollectedComment:
    """One comment or answer. ``media_id`` None: read by its id, the item says which media;
    ``parent_id`` is the comment under which an answer was listed.

    Raises Unmappable, which says what is wrong, and nothing else.
    """
    if not isinstance(item, dict):
        raise Unmappable("The item is no object.")
    identifier = told_text(item, "id")
    if identifier is None:
        raise Unmappable("The comment has no id.")
    text = item.get("text")
    if not isinstance(text, str):
        raise Unmappable("The comment has no text.")
    media = media_id if media_id is not None else told_text(inner(item, "media"), "id")
    hidden = told_flag(item, "hidden")
    return CollectedComment(
        platform=Platform.INSTAGRAM,
        external_id=identifier,
        call_id=identifier,
        text=text,
        post=None if media is None else CollectedPost(external_id=media),
        parent_external_id=told_text(item, "parent_id") or parent_id,
        author=_author(item, account_id),
        created_at=told_instant(item, "timestamp"),
        visibility=Visibility.UNKNOWN if hidden is None else _VISIBILITY[hidden],
        like_count=told_count(item, "like_count"),
        reply_count=_reply_count(item),
    )


def replies_in(item: JsonValue) -> Iterator[JsonValue]:
    """The answers that were told with a comment."""
    data = inner(item, "replies").get("data") if isinstance(item, dict) else None
    yield from data if isinstance(data, list) else ()


_VISIBILITY = {True: Visibility.HIDDEN, False: Visibility.PUBLIC}


def _author(item: JsonObject, account_id: str) -> CollectedAuthor | None:
    told = inner(item, "from")
    identifier = told_text(told, "id") or told_text(inner(item, "user"), "id")
    name = told_text(told, "username") or told_text(item, "username")
    if identifier is None and name is None:
        return None
    # "user" is filled only where the account itself is the author (CONNECTORS.md 3.2).
    own = identifier == account_id or bool(inner(item, "user"))
    return CollectedAuthor(external_id=identifier, display_name=name, is_page_owner=own)


def _reply_count(item: JsonObject) -> int | None:
    """How many answers there are, where all of them were told."""
    replies = inner(item, "replies")
    data = replies.get("data")
    more = inner(replies, "paging").get("next")
    return len(data) if isinstance(data, list) and not more else None
