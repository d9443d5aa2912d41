"""twscrape, and snscrape which wrote the same names: posts of X, one JSON object a line.

A conversation's opening post by the page's own account is our post, not a comment: it gives no
row, and its text goes to its replies. An opening post by somebody else is a mention, which has no
post of ours above it.
"""

from __future__ import annotations

from dataclasses import replace

from collectors.exports.dates import exact_moment
from collectors.exports.records import Memory, Reader, RowRefused
from collectors.exports.values import count_in, list_in, native_id, object_in, text_in
from data.model import (
    CollectedAuthor,
    CollectedComment,
    CollectedPost,
    JsonObject,
    Platform,
    Visibility,
)

_LEFT_OUT = "left out: not needed"
_KINDS = {"photos": "image", "videos": "video", "animated": "gif"}
_USED = {
    "id": "comment id, where there is no id_str",
    "id_str": "comment id",
    "url": "link",
    "date": "posted at",
    "user": "author",
    "rawContent": "text",
    "replyCount": "number of replies",
    "likeCount": "likes",
    "conversationId": "post",
    "conversationIdStr": "post",
    "inReplyToTweetId": "comment above",
    "inReplyToTweetIdStr": "comment above",
    "media": "media",
    "retweetedTweet": "whether it is a repost (refused)",
    "editControl": "comment id before an edit",
    "editControl/edit_tweet_ids": "comment id before an edit",
    "user/id": "author's id, where there is no id_str",
    "user/id_str": "author's id",
    "user/username": "author's name",
    "user/displayname": "author's name, where there is no username",
}
_UNUSED = (
    "lang", "renderedContent", "content", "username", "outlinks", "outlinksss", "tcooutlinks",
    "tcooutlinksss", "retweetCount", "quoteCount", "bookmarkCount", "bookmarkedCount",
    "viewCount", "hashtags", "cashtags", "mentionedUsers", "links", "quotedTweet", "place",
    "coordinates", "inReplyToUser", "source", "sourceUrl", "sourceLabel", "card",
    "possibly_sensitive", "isQuoteStatus", "isTranslatable", "displayTextRange",
    "inReplyToScreenName", "voiceInfo", "vibe", "pinned", "editState",
    "conversationControlPolicy", "_type", "_snscrape",
    "editControl/editable_until_msecs", "editControl/edits_remaining",
    "editControl/is_edit_eligible",
    *(f"user/{key}" for key in (
        "_type", "url", "rawDescription", "renderedDescription", "description", "descriptionUrls",
        "descriptionLinks", "verified", "created", "followersCount", "friendsCount",
        "statusesCount", "favouritesCount", "listedCount", "mediaCount", "location", "protected",
        "link", "linkUrl", "linkTcourl", "profileImageUrl", "profileBannerUrl",
        "profileImageShape", "label", "blue", "blueType", "pinnedIds",
    )),
)  # fmt: skip


def _author(user: JsonObject, memory: Memory) -> CollectedAuthor | None:
    handle = text_in(user, "username")
    identifier = text_in(user, "id_str") or text_in(user, "id")
    if handle is None and identifier is None:
        return None
    owner = memory.context.is_own(handle, identifier)
    name = f"@{handle}" if handle else text_in(user, "displayname")
    return CollectedAuthor(external_id=identifier, display_name=name, is_page_owner=owner)


def _first_id(fields: JsonObject, call_id: str) -> str:
    """The first id of the edit history: the key that stays (CONNECTORS.md 9.2)."""
    history = list_in(object_in(fields, "editControl"), "edit_tweet_ids")
    first = history[0] if history else None
    return first if isinstance(first, str) and first else call_id


def _media(fields: JsonObject) -> tuple[str, ...]:
    told = fields.get("media")
    if isinstance(told, dict):
        return tuple(kind for key, kind in _KINDS.items() for _ in list_in(told, key))
    return ("other",) * len(list_in(fields, "media"))


def _keep_post(fields: JsonObject, memory: Memory, identifier: str) -> None:
    memory.posts[identifier] = CollectedPost(
        external_id=identifier,
        text=text_in(fields, "rawContent"),
        permalink=text_in(fields, "url"),
        created_at=exact_moment(text_in(fields, "date"), zone="UTC").at,
        comment_count_hint=count_in(fields, "replyCount"),
    )


def _post(conversation: str | None, memory: Memory) -> CollectedPost | None:
    if conversation is None:
        return memory.context.post
    return memory.posts.get(conversation) or CollectedPost(
        external_id=conversation, permalink=f"https://x.com/i/status/{conversation}"
    )


def _map_tweet(fields: JsonObject, memory: Memory) -> CollectedComment | None:
    if object_in(fields, "retweetedTweet"):
        raise RowRefused("a repost without words of its own")
    call_id = native_id(fields.get("id_str") or fields.get("id"), memory)
    if call_id is None:
        raise RowRefused("no id in “id_str” or “id”")
    identifier = _first_id(fields, call_id)
    conversation = text_in(fields, "conversationIdStr", "conversationId")
    author = _author(object_in(fields, "user"), memory)
    opening = conversation in (identifier, call_id)
    if opening and author is not None and author.is_page_owner:
        _keep_post(fields, memory, identifier)
        return None
    if opening and not memory.context.own_names:
        memory.notes["whose_post"] += 1
    parent = text_in(fields, "inReplyToTweetIdStr", "inReplyToTweetId")
    comment = _comment(fields, memory, identifier, call_id)
    return replace(
        comment,
        author=author,
        post=None if opening else _post(conversation, memory),
        parent_external_id=None if parent == conversation else parent,
    )


def _comment(fields: JsonObject, memory: Memory, identifier: str, call_id: str) -> CollectedComment:
    media = _media(fields)
    moment = exact_moment(text_in(fields, "date"), zone="UTC")
    return CollectedComment(
        platform=memory.platform,
        external_id=identifier,
        call_id=call_id,
        text=memory.take_text(text_in(fields, "rawContent"), media),
        media_kinds=media,
        created_at=moment.at,
        time_precision=moment.precision,
        time_text=moment.words,
        visibility=Visibility.PUBLIC,
        like_count=count_in(fields, "likeCount"),
        reply_count=count_in(fields, "replyCount"),
        permalink=text_in(fields, "url"),
    )


TWSCRAPE = Reader(
    name="twscrape",
    title="twscrape",
    platform=Platform.X,
    required=frozenset({"id_str", "rawContent", "conversationId", "user", "date"}),
    became={**dict.fromkeys(_UNUSED, _LEFT_OUT), **_USED},
    map_record=_map_tweet,
)
SNSCRAPE = Reader(
    name="snscrape",
    title="snscrape (Twitter)",
    platform=Platform.X,
    required=frozenset({"id", "rawContent", "conversationId", "user", "date"}),
    became={**dict.fromkeys(_UNUSED, _LEFT_OUT), **_USED},
    map_record=_map_tweet,
)
