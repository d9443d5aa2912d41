"""YouTube's threads and comments as our comments. Pure; CONNECTORS.md 4.2."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.items import (
    Unmappable,
    id_of,
    inner,
    objects_in,
    told_count,
    told_instant,
    told_text,
)
from data.dialects.youtube import text_in
from data.model import (
    CollectedAuthor,
    CollectedComment,
    CollectedPost,
    JsonObject,
    Platform,
    Visibility,
)

THREAD_MAPPER = "youtube_thread/1"
COMMENT_MAPPER = "youtube_comment/1"

STATUSES: Mapping[str, Visibility] = {
    "published": Visibility.PUBLIC,
    "heldForReview": Visibility.HELD,
    "likelySpam": Visibility.SPAM,
    "rejected": Visibility.REJECTED,
}

# Fields that are told and not kept beyond the raw item, with why.
LEFT_OUT: Mapping[str, str] = {
    "kind": "says what the address says",
    "etag": "a stamp of the answer, not of the comment",
    "snippet.channelId": "the source's own channel",
    "snippet.canReply": "Sunwai writes no replies",
    "snippet.isPublic": "the comment's own status is told",
    "snippet.canRate": "Sunwai rates nothing",
    "snippet.viewerRating": "how the channel rated the comment",
    "snippet.authorProfileImageUrl": "a person's picture is not kept",
    "snippet.authorChannelUrl": "made of the author's channel id",
    "snippet.textDisplay": "the same text as it is shown, where the original is told",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is known of a comment from where it was found. ``visibility``: what the list is of;
    ``posts`` are the channel's videos that were read already."""

    channel_id: str
    owner: bool
    visibility: Visibility = Visibility.UNKNOWN
    posts: Mapping[str, CollectedPost] = field(default_factory=dict[str, CollectedPost])


def map_top(thread: JsonObject, around: Around) -> CollectedComment:
    """A thread's top-level comment: the thread and this comment are one. Raises Unmappable."""
    snippet = inner(thread, "snippet")
    top = inner(snippet, "topLevelComment")
    if id_of(thread) != id_of(top):
        raise Unmappable("The thread's id is not that of its first comment.")
    return map_comment(
        top,
        around,
        video_id=told_text(snippet, "videoId"),
        in_thread=True,
        reply_count=told_count(snippet, "totalReplyCount"),
    )


def map_comment(
    item: JsonObject,
    around: Around,
    *,
    video_id: str | None = None,
    in_thread: bool = False,
    reply_count: int | None = None,
) -> CollectedComment:
    """One comment. ``in_thread``: where it stands is known, so that no video means the channel's
    own page or a post there; else no video means not told. Raises Unmappable."""
    snippet = inner(item, "snippet")
    external_id = id_of(item)
    created_at = told_instant(snippet, "publishedAt")
    if created_at is None:
        raise Unmappable("The comment has no date (publishedAt).")
    updated_at = told_instant(snippet, "updatedAt")
    author = _author(snippet, around)
    video_id = told_text(snippet, "videoId") or video_id
    post_id = video_id or (around.channel_id if in_thread else None)
    ours = author is not None and author.is_page_owner
    return CollectedComment(
        platform=Platform.YOUTUBE,
        external_id=external_id,
        call_id=external_id,
        text=_text(snippet),
        post=None if post_id is None else post_of(post_id, around),
        parent_external_id=told_text(snippet, "parentId"),
        author=author,
        created_at=created_at,
        updated_at=updated_at if updated_at != created_at else None,
        visibility=STATUSES.get(told_text(snippet, "moderationStatus") or "", around.visibility),
        can_hide=around.owner and not ours,
        can_remove=around.owner and not ours,
        like_count=told_count(snippet, "likeCount"),
        reply_count=reply_count,
        permalink=_permalink(video_id, external_id),
        media_kinds=("image",) if told_text(snippet, "imageUrl") else (),
    )


def replies_inside(thread: JsonObject) -> list[JsonObject]:
    """Those replies that came with the thread: not all, where there are more than a few."""
    return list(objects_in(inner(thread, "replies"), "comments"))


def reply_total(thread: JsonObject) -> int:
    return told_count(inner(thread, "snippet"), "totalReplyCount") or 0


def without_replies(thread: JsonObject) -> JsonObject:
    """The thread as its first comment's raw item; each reply is an item of its own."""
    return {k: v for k, v in thread.items() if k != "replies"}


def map_video(item: JsonObject) -> CollectedPost:
    """A video of the channel's; no count where comments are switched off. Raises Unmappable."""
    snippet = inner(item, "snippet")
    video_id = id_of(item)
    return CollectedPost(
        external_id=video_id,
        text=told_text(snippet, "title"),
        permalink=f"https://www.youtube.com/watch?v={video_id}",
        created_at=told_instant(snippet, "publishedAt"),
        comment_count_hint=told_count(inner(item, "statistics"), "commentCount"),
    )


def post_of(post_id: str, around: Around) -> CollectedPost:
    known = around.posts.get(post_id)
    if known is not None:
        return known
    if post_id == around.channel_id:
        return CollectedPost(
            external_id=post_id, permalink=f"https://www.youtube.com/channel/{post_id}/community"
        )
    return CollectedPost(
        external_id=post_id, permalink=f"https://www.youtube.com/watch?v={post_id}"
    )


def _text(snippet: JsonObject) -> str:
    text = text_in(snippet)
    if text is None:
        raise Unmappable("The comment has no text (textOriginal, textDisplay).")
    return text


def _author(snippet: JsonObject, around: Around) -> CollectedAuthor | None:
    author_id = told_text(inner(snippet, "authorChannelId"), "value")
    name = told_text(snippet, "authorDisplayName")
    if author_id is None and name is None:
        return None
    return CollectedAuthor(
        external_id=author_id,
        display_name=name,
        is_page_owner=author_id == around.channel_id,
    )


def _permalink(video_id: str | None, comment_id: str) -> str | None:
    if video_id is None:
        return None
    return f"https://www.youtube.com/watch?v={video_id}&lc={comment_id}"
