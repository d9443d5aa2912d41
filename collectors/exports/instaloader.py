"""instaloader's ``<date>_comments.json``: a list of comments, each with its answers.

The post's id is in the sibling file only, so a person names the post.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.exports.dates import epoch_moment
from collectors.exports.records import LEFT_OUT, Memory, Reader, RowRefused
from collectors.exports.values import count_in, list_in, native_id, object_in, text_in
from data.model import CollectedAuthor, CollectedComment, JsonObject, Platform, Visibility

_PARENT = "_parent_id"


def _unfold(fields: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    yield "", fields
    for index, answer in enumerate(list_in(fields, "answers")):
        if isinstance(answer, dict):
            yield f"answers[{index}]", {**answer, _PARENT: fields.get("id")}


def _author(owner: JsonObject, memory: Memory) -> CollectedAuthor | None:
    identifier, name = text_in(owner, "id"), text_in(owner, "username")
    if identifier is None and name is None:
        return None
    own = memory.context.is_own(identifier, name)
    return CollectedAuthor(external_id=identifier or name, display_name=name, is_page_owner=own)


def _map(fields: JsonObject, memory: Memory) -> CollectedComment:
    identifier = native_id(fields.get("id"), memory)
    if identifier is None:
        raise RowRefused("no comment id in “id”")
    moment, post = epoch_moment(fields.get("created_at")), memory.context.post
    address = None
    if post is not None:
        address = f"https://www.instagram.com/p/{post.external_id}/c/{identifier}"
    return CollectedComment(
        platform=memory.platform,
        external_id=identifier,
        call_id=identifier,
        text=memory.take_text(text_in(fields, "text")),
        post=post,
        parent_external_id=native_id(fields.get(_PARENT), memory),
        author=_author(object_in(fields, "owner"), memory),
        created_at=moment.at,
        time_precision=moment.precision,
        time_text=moment.words,
        visibility=Visibility.PUBLIC,
        like_count=count_in(fields, "likes_count"),
        reply_count=len(list_in(fields, "answers")),
        permalink=address,
    )


READER = Reader(
    name="instaloader",
    title="instaloader (comments)",
    platform=Platform.INSTAGRAM,
    required=frozenset({"id", "created_at", "text", "owner", "likes_count"}),
    became={
        "id": "comment id",
        "created_at": "posted at",
        "text": "text",
        "owner": "author",
        "owner/id": "author's id",
        "owner/username": "author's name",
        "owner/is_verified": LEFT_OUT,
        "owner/profile_pic_url": LEFT_OUT,
        "likes_count": "likes",
        "answers": "replies, each a comment of its own, and their number",
    },
    map_record=_map,
    unfold=_unfold,
    nested=("answers",),
    names_post=False,
)
