"""Meta's "Download your information": what the account itself wrote, without ids.

Its JSON holds UTF-8 bytes as single characters, repaired string by string (CONNECTORS.md 8.2).
Facebook: ``comments_v2``. Instagram: rows of ``string_map_data``, whose names are localised.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.exports.dates import Moment, epoch_moment
from collectors.exports.records import LEFT_OUT, Memory, Reader, RowRefused
from collectors.exports.takeout import OWN_ONLY
from collectors.exports.values import list_in, object_in, synthetic_id, text_in
from data.model import CollectedAuthor, CollectedComment, JsonObject, JsonValue, Platform

_LISTS = ("comments_v2", "comments_media_comments", "comments_reels_comments")
_KINDS = {"jpg": "image", "jpeg": "image", "png": "image", "webp": "image", "gif": "gif",
          "mp4": "video", "mov": "video"}  # fmt: skip


def fix_mojibake(text: str) -> str:
    """The text with bytes that were written as characters put together again; else as it is."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def _fixed(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return fix_mojibake(value)
    if isinstance(value, list):
        return [_fixed(one) for one in value]
    return _fixed_object(value) if isinstance(value, dict) else value


def _fixed_object(fields: JsonObject) -> JsonObject:
    return {fix_mojibake(key): _fixed(one) for key, one in fields.items()}


def _unfold(fields: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    for key in _LISTS:
        if key in fields:  # the whole file is one row among others
            for index, one in enumerate(list_in(fields, key)):
                if isinstance(one, dict):
                    yield f"{key}[{index}]", _fixed_object(one)
            return
    yield "", _fixed_object(fields)


def _media(fields: JsonObject) -> tuple[str, ...]:
    kinds: list[str] = []
    for attachment in list_in(fields, "attachments"):
        for part in list_in(attachment, "data") if isinstance(attachment, dict) else []:
            if not isinstance(part, dict):
                continue
            if "external_context" in part:
                kinds.append("link")
            elif "media" in part:
                uri = text_in(object_in(part, "media"), "uri") or ""
                kinds.append(_KINDS.get(uri.rsplit(".", 1)[-1].lower(), "other"))
    return tuple(kinds)


def _inner(fields: JsonObject, key: str) -> JsonObject:
    """The first object under ``data`` that has the key."""
    for one in list_in(fields, "data"):
        if isinstance(one, dict) and key in one:
            return object_in(one, key)
    return {}


def _made(
    memory: Memory, text: str, media: tuple[str, ...], moment: Moment, name: str | None, about: str
) -> CollectedComment:
    taken = memory.take_text(text, media)
    memory.notes["synthetic"] += 1
    own = synthetic_id(memory, post=about, author=name, moment=moment, text=taken)
    return CollectedComment(
        platform=memory.platform,
        external_id=own,
        call_id=own,
        id_kind="synthetic",
        text=taken,
        media_kinds=media,
        post=memory.context.post,
        author=CollectedAuthor(display_name=name, is_page_owner=True),
        created_at=moment.at,
        time_precision=moment.precision,
        time_text=moment.words,
    )


def _map_facebook(fields: JsonObject, memory: Memory) -> CollectedComment:
    comment = _inner(fields, "comment")
    moment = epoch_moment(comment.get("timestamp") or fields.get("timestamp"))
    return _made(
        memory,
        text_in(comment, "comment") or "",
        _media(fields),
        moment,
        text_in(comment, "author"),
        text_in(fields, "title") or "",
    )


def _map_instagram(fields: JsonObject, memory: Memory) -> CollectedComment:
    """Comment, owner and time, told apart by their English names or else by their order."""
    told = object_in(fields, "string_map_data")
    parts = {key: one for key, one in told.items() if isinstance(one, dict)}
    values = [one for one in parts.values() if text_in(one, "value")]
    comment = parts.get("Comment") or (values[0] if values else {})
    owner = parts.get("Media Owner") or (values[1] if len(values) > 1 else {})
    stamps = [one["timestamp"] for one in parts.values() if one.get("timestamp")]
    if not parts:
        raise RowRefused("no comment in “string_map_data”")
    moment = epoch_moment(stamps[0] if stamps else None)
    return _made(
        memory,
        text_in(comment, "value") or "",
        ("other",) * _attached(fields),
        moment,
        None,
        text_in(owner, "value") or "",
    )


def _attached(fields: JsonObject) -> int:
    media = list_in(fields, "media_list_data")
    return sum(1 for one in media if isinstance(one, dict) and text_in(one, "uri"))


_INSTAGRAM = {
    "string_map_data": "text, posted at",
    "string_map_data/Comment": "text",
    "string_map_data/Media Owner": "part of our own id for it",
    "string_map_data/Time": "posted at",
    "string_map_data/Comment/value": "text",
    "string_map_data/Media Owner/value": "part of our own id for it",
    "string_map_data/Time/timestamp": "posted at",
    "media_list_data": "media",
    "title": LEFT_OUT,
}


def _instagram(name: str, required: str, list_key: str | None) -> Reader:
    return Reader(
        name=name,
        title="Meta “Download your information” (Instagram, the account's own comments)",
        platform=Platform.INSTAGRAM,
        required=frozenset({required, *({} if list_key else {"media_list_data"})}),
        became={**_INSTAGRAM, **({list_key: "comments"} if list_key else {})},
        map_record=_map_instagram,
        unfold=_unfold,
        nested=(list_key,) if list_key else (),
        list_key=list_key,
        caution=OWN_ONLY,
        names_post=False,
        complete=False,
    )


FACEBOOK = Reader(
    name="meta_download_facebook",
    title="Meta “Download your information” (Facebook, the account's own comments)",
    platform=Platform.FACEBOOK,
    required=frozenset({"comments_v2"}),
    became={
        "comments_v2": "comments",
        "timestamp": "posted at, where the comment has no time of its own",
        "title": "part of our own id for it",
        "data": "comment",
        "data/comment": "comment",
        "data/comment/timestamp": "posted at",
        "data/comment/comment": "text",
        "data/comment/author": "author's name",
        "data/comment/group": LEFT_OUT,
        "attachments": "media",
    },
    map_record=_map_facebook,
    unfold=_unfold,
    nested=("comments_v2",),
    list_key="comments_v2",
    caution=OWN_ONLY,
    names_post=False,
    complete=False,
)
POSTS = _instagram("meta_download_instagram", "string_map_data", None)
MEDIA = _instagram(
    "meta_download_instagram_posts", "comments_media_comments", "comments_media_comments"
)
REELS = _instagram(
    "meta_download_instagram_reels", "comments_reels_comments", "comments_reels_comments"
)
