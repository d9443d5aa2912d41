"""X's posts as our comments. Pure; CONNECTORS.md 5.1, 5.3. Both namings of 2026 are read."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from collectors.items import (
    Unmappable,
    inner,
    items_in,
    objects_in,
    told_count,
    told_instant,
    told_text,
)
from data.dialects.x import born_at, versions, whole_text
from data.model import (
    CollectedAuthor,
    CollectedComment,
    CollectedPost,
    JsonObject,
    JsonValue,
    Platform,
    Visibility,
)

MAPPER = "x_post/1"

# Fields that are told and not kept beyond the raw item, with why.
LEFT_OUT: Mapping[str, str] = {
    "in_reply_to_user_id": "the post that is answered is kept, not its author",
    "lang": "Sunwai judges the language itself",
    "reply_settings": "says who may answer the reply",
    "possibly_sensitive": "says something of links, by X's own judgement",
    "display_text_range": "which part of the text X shows",
    "entities": "stand in the text",
    "paid_partnership": "is told of advertising",
    "in_reply_to_tweet_id": "the same as the post that is answered, among the referenced ones",
    "public_metrics.retweet_count": "how often it was passed on is not kept",
    "public_metrics.repost_count": "how often it was passed on is not kept",
    "public_metrics.quote_count": "how often it was quoted is not kept",
    "public_metrics.bookmark_count": "how often it was marked is not kept",
    "public_metrics.impression_count": "how often it was seen is not kept",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What came with a post, and what is known of the account. ``own`` are the account's posts by
    id: a conversation that begins with one is ours, and only there can a reply be folded;
    ``foreign`` are conversations that are not. Of others it is not known."""

    account_id: str
    own: Mapping[str, CollectedPost] = field(default_factory=dict[str, CollectedPost])
    users: Mapping[str, JsonObject] = field(default_factory=dict[str, JsonObject])
    media: Mapping[str, str] = field(default_factory=dict[str, str])
    foreign: Set[str] = frozenset()


def map_post(item: JsonObject, around: Around) -> CollectedComment:
    """One reply or mention. Its id is that of its first version; calls want the newest's.

    X shows nowhere whether a reply is folded away, so that its visibility is never told. Raises
    Unmappable.
    """
    history = versions_of(item)
    first, newest = history[0], history[len(history) - 1]
    conversation = told_text(item, "conversation_id")
    post = around.own.get(conversation) if conversation is not None else None
    written_at = told_instant(item, "created_at")
    born = born_at(first)
    created_at = written_at if len(history) == 1 and written_at is not None else born
    author = _author(item, around)
    ours = author is not None and author.is_page_owner
    metrics = inner(item, "public_metrics")
    parent = replied_to(item)
    return CollectedComment(
        platform=Platform.X,
        external_id=first,
        call_id=newest,
        text=_text(item),
        post=post,
        parent_external_id=parent if parent != conversation else None,
        author=author,
        created_at=created_at or written_at,
        updated_at=written_at if len(history) > 1 else None,
        visibility=Visibility.UNKNOWN,
        can_hide=_can_fold(conversation, around, ours=ours),
        can_remove=False,
        like_count=told_count(metrics, "like_count"),
        reply_count=told_count(metrics, "reply_count"),
        permalink=f"https://x.com/i/web/status/{newest}",
        media_kinds=_media(item, around),
    )


def map_own(item: JsonObject) -> CollectedPost:
    """One of the account's own posts. Raises Unmappable."""
    post_id = versions_of(item)[0]
    return CollectedPost(
        external_id=post_id,
        text=_text(item),
        permalink=f"https://x.com/i/web/status/{post_id}",
        created_at=told_instant(item, "created_at") or born_at(post_id),
        comment_count_hint=told_count(inner(item, "public_metrics"), "reply_count"),
    )


def versions_of(item: JsonObject) -> tuple[str, ...]:
    """The ids of the post's versions, oldest first; its own id is among them. Raises
    Unmappable."""
    found = versions(item)
    if not found:
        raise Unmappable("The post has no id.")
    return found


def replied_to(item: JsonObject) -> str | None:
    """The id of the post that this one answers."""
    return _reference(item, "replied_to")


def is_passed_on(item: JsonObject) -> bool:
    """Whether it only passes somebody else's words on, and is no comment of its own."""
    return _reference(item, "retweeted") is not None


def users_in(body: JsonObject) -> dict[str, JsonObject]:
    users = objects_in(inner(body, "includes"), "users")
    return {i: u for u in users if (i := told_text(u, "id")) is not None}


def media_in(body: JsonObject) -> dict[str, str]:
    """Kinds of media by their keys."""
    media = objects_in(inner(body, "includes"), "media")
    named = ((told_text(m, "media_key"), told_text(m, "type")) for m in media)
    return {key: kind for key, kind in named if key is not None and kind is not None}


def _can_fold(conversation: str | None, around: Around, *, ours: bool) -> bool | None:
    if conversation in around.own:
        return not ours
    return False if conversation in around.foreign else None


def _reference(item: JsonObject, kind: str) -> str | None:
    for name in ("referenced_tweets", "referenced_posts"):
        for told in objects_in(item, name):
            if told.get("type") == kind:
                return told_text(told, "id")
    return None


def _text(item: JsonObject) -> str:
    text = whole_text(item)
    if text is None:
        raise Unmappable("The post has no text.")
    return text


def _author(item: JsonObject, around: Around) -> CollectedAuthor | None:
    author_id = told_text(item, "author_id")
    if author_id is None:
        return None
    user = around.users.get(author_id, {})
    handle, name = told_text(user, "username"), told_text(user, "name")
    return CollectedAuthor(
        external_id=author_id,
        display_name=f"{name or handle} (@{handle})" if handle else name,
        is_page_owner=author_id == around.account_id,
    )


def _media(item: JsonObject, around: Around) -> tuple[str, ...]:
    keys: list[JsonValue] = items_in(inner(item, "attachments"), "media_keys")
    kinds = (around.media.get(k, "other") for k in keys if isinstance(k, str))
    polls = items_in(inner(item, "attachments"), "poll_ids")
    return (*(_KINDS.get(k, "other") for k in kinds), *(["poll"] if polls else []))


_KINDS = {"photo": "image", "video": "video", "animated_gif": "gif"}
