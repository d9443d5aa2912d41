"""Apify datasets: facebook-comments-scraper and instagram-comment-scraper, JSON, JSONL or CSV.

Replies come nested in their comment or as rows of their own; both become comments of their own.
An Apify CSV writes nested values as "owner/id" and "replies/0/text"; they are folded back first.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.exports.dates import exact_moment
from collectors.exports.records import Memory, Reader, RowRefused
from collectors.exports.values import (
    count_in,
    decoded_facebook_id,
    facebook_ids_in,
    instagram_ids_in,
    instagram_post,
    last_segment,
    list_in,
    native_id,
    object_in,
    post_in,
    text_in,
    whole_id,
)
from data.model import (
    CollectedAuthor,
    CollectedComment,
    CollectedPost,
    JsonObject,
    JsonValue,
    Platform,
    Visibility,
)

PARENT = "_parent_id"  # put on a nested reply by unfolding: the raw id of the comment above it
_LEFT_OUT = "left out: not needed"
_MAX_REPLY_DEPTH = 8
_INHERITED = ("facebookUrl", "facebookId", "postTitle", "inputUrl", "postUrl")


def folded_back(fields: JsonObject) -> JsonObject:
    """ "owner/id" and "replies/0/text" of a CSV as nested values again; empty cells are dropped."""
    if not any("/" in key for key in fields):
        return fields
    whole: JsonObject = {}
    for key, value in fields.items():
        if value in (None, ""):
            continue
        *path, last = key.split("/")
        node = whole
        for step in path:
            inner = node.setdefault(step, {})
            node = inner if isinstance(inner, dict) else {}
        node[last] = value
    return {key: _as_list(value) for key, value in whole.items()}


def _as_list(value: JsonValue) -> JsonValue:
    if not isinstance(value, dict):
        return value
    inner = {key: _as_list(one) for key, one in value.items()}
    if inner and all(key.isdecimal() for key in inner):
        return list(inner.values())
    return inner


def _unfold_facebook(fields: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    yield from _unfold(folded_back(fields), "comments", "", 0)


def _unfold_instagram(fields: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    yield from _unfold(folded_back(fields), "replies", "", 0)


def _unfold(
    fields: JsonObject, key: str, place: str, depth: int
) -> Iterator[tuple[str, JsonObject]]:
    yield place, fields
    if depth >= _MAX_REPLY_DEPTH:
        return
    inherited: JsonObject = {k: fields[k] for k in _INHERITED if k in fields}
    for index, reply in enumerate(list_in(fields, key)):
        if isinstance(reply, dict):
            below = {**inherited, **reply, PARENT: fields.get("id")}
            yield from _unfold(below, key, f"{place} {key}[{index}]".strip(), depth + 1)


def _is_error_row(fields: JsonObject) -> bool:
    return bool(fields.get("error")) and text_in(fields, "id", "text") is None


def _refuse_error_row(fields: JsonObject) -> None:
    if _is_error_row(fields):
        told = text_in(fields, "errorDescription") or "no description"
        where = text_in(fields, "url", "inputUrl", "facebookUrl") or "no address given"
        raise RowRefused(f"the tool reports an error: {fields['error']}: {told} ({where})")


def _facebook_ids(fields: JsonObject, memory: Memory) -> tuple[str, str | None]:
    """The id as the platform wants it (post_comment), and the parent's canonical id."""
    in_address, parent_in_address = facebook_ids_in(text_in(fields, "commentUrl"))
    call_id = decoded_facebook_id(native_id(fields.get("id"), memory)) or in_address
    if call_id is None:
        raise RowRefused("neither the id nor the comment's address can be decoded")
    written = text_in(fields, PARENT, "replyToCommentId")
    parent = decoded_facebook_id(written) or parent_in_address
    return call_id, last_segment(parent) if parent else None


def _facebook_post(fields: JsonObject, call_id: str, memory: Memory) -> CollectedPost | None:
    url, title = text_in(fields, "facebookUrl", "inputUrl"), text_in(fields, "postTitle")
    if "_" in call_id:
        own = last_segment(call_id.rsplit("_", 1)[0])
        return CollectedPost(external_id=own, text=title, permalink=url)
    found = post_in(url, Platform.FACEBOOK)
    return memory.context.post or (
        CollectedPost(external_id=found.external_id, text=title, permalink=url) if found else None
    )


def _facebook_author(fields: JsonObject, memory: Memory) -> CollectedAuthor | None:
    identifier, name = text_in(fields, "profileId"), text_in(fields, "profileName")
    if identifier is None and name is None:
        return None
    profile = (text_in(fields, "profileUrl") or "").rstrip("/")
    page = (text_in(fields, "facebookUrl") or "").split("/posts/")[0].rstrip("/")
    handle = profile.rsplit("/", 1)[-1] or None
    owner = memory.context.is_own(identifier, name, handle) or (
        identifier is not None and identifier == text_in(fields, "facebookId")
    )
    owner = owner or (page.count("/") > len("//") and profile == page)
    return CollectedAuthor(external_id=identifier, display_name=name, is_page_owner=owner)


def _map_facebook(fields: JsonObject, memory: Memory) -> CollectedComment:
    _refuse_error_row(fields)
    call_id, parent = _facebook_ids(fields, memory)
    media = ("other",) * len(list_in(fields, "attachments"))
    moment = exact_moment(text_in(fields, "date"), zone=memory.context.time_zone)
    return CollectedComment(
        platform=memory.platform,
        external_id=last_segment(call_id),
        call_id=call_id,
        text=memory.take_text(text_in(fields, "text"), media),
        media_kinds=media,
        post=_facebook_post(fields, call_id, memory),
        parent_external_id=parent,
        author=_facebook_author(fields, memory),
        created_at=moment.at,
        time_precision=moment.precision,
        time_text=moment.words,
        visibility=Visibility.PUBLIC,
        like_count=count_in(fields, "likesCount"),
        reply_count=count_in(fields, "commentsCount"),
        permalink=text_in(fields, "commentUrl"),
    )


def _map_instagram(fields: JsonObject, memory: Memory) -> CollectedComment:
    _refuse_error_row(fields)
    url = text_in(fields, "commentUrl")
    in_address, parent_in_address = instagram_ids_in(url)
    identifier = whole_id(fields.get("id"), in_address, memory)
    owner = object_in(fields, "owner")
    handle = text_in(fields, "ownerUsername") or text_in(owner, "username")
    author_id = text_in(owner, "id") or text_in(fields, "ownerId") or handle
    moment = exact_moment(text_in(fields, "timestamp"), zone=memory.context.time_zone)
    return CollectedComment(
        platform=memory.platform,
        external_id=identifier,
        call_id=identifier,
        text=memory.take_text(text_in(fields, "text")),
        post=instagram_post(text_in(fields, "postUrl") or url) or memory.context.post,
        parent_external_id=text_in(fields, PARENT) or parent_in_address,
        author=None if author_id is None else CollectedAuthor(
            external_id=author_id,
            display_name=handle,
            is_page_owner=memory.context.is_own(handle, author_id),
        ),
        created_at=moment.at,
        time_precision=moment.precision,
        time_text=moment.words,
        visibility=Visibility.PUBLIC,
        like_count=count_in(fields, "likesCount"),
        reply_count=count_in(fields, "repliesCount"),
        permalink=url,
    )  # fmt: skip


FACEBOOK = Reader(
    name="apify_facebook",
    title="Apify facebook-comments-scraper",
    platform=Platform.FACEBOOK,
    required=frozenset({"id", "feedbackId", "date", "profileName"}),
    became={
        "id": "comment id (decoded)",
        "text": "text",
        "date": "posted at",
        "commentUrl": "link, and the ids where they cannot be decoded",
        "facebookUrl": "post's link",
        "inputUrl": "post's link, where there is no facebookUrl",
        "facebookId": "whose page it is",
        "postTitle": "post's text",
        "profileId": "author's id",
        "profileName": "author's name",
        "profileUrl": "whether the author is the page",
        "likesCount": "likes",
        "commentsCount": "number of replies",
        "comments": "replies, each a comment of its own",
        "replyToCommentId": "comment above",
        "attachments": "media",
        "error": "reason of an error row",
        "errorDescription": "reason of an error row",
        "url": "reason of an error row",
        "feedbackId": _LEFT_OUT,
        "profilePicture": _LEFT_OUT,
        "threadingDepth": _LEFT_OUT,
        "pageAdLibrary": _LEFT_OUT,
    },
    map_record=_map_facebook,
    unfold=_unfold_facebook,
    nested=("comments",),
)
INSTAGRAM = Reader(
    name="apify_instagram",
    title="Apify instagram-comment-scraper",
    platform=Platform.INSTAGRAM,
    required=frozenset({"id", "text", "ownerUsername", "timestamp"}),
    became={
        "id": "comment id",
        "text": "text",
        "timestamp": "posted at",
        "postUrl": "post",
        "commentUrl": "link, and the comment above",
        "ownerUsername": "author's name",
        "owner": "author's id",
        "owner/id": "author's id",
        "owner/username": "author's name, where there is no ownerUsername",
        "owner/is_verified": _LEFT_OUT,
        "owner/profile_pic_url": _LEFT_OUT,
        "ownerId": "author's id",
        "likesCount": "likes",
        "repliesCount": "number of replies",
        "replies": "replies, each a comment of its own",
        "error": "reason of an error row",
        "errorDescription": "reason of an error row",
        "url": "reason of an error row",
        "ownerProfilePicUrl": _LEFT_OUT,
    },
    map_record=_map_instagram,
    unfold=_unfold_instagram,
    nested=("replies",),
)
