"""ExportComments.com: its three layouts, as XLSX or CSV (CONNECTORS.md 8.2).

A: Facebook workbook of 2021, ids only behind "(view source)". B: YouTube of 2025, no ids at all.
C: Instagram of 2026, ids in a column and in the comment's address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from collectors.exports.dates import Moment, exact_moment
from collectors.exports.records import Memory, Reader, RowRefused
from collectors.exports.values import (
    count_in,
    facebook_ids_in,
    instagram_ids_in,
    last_segment,
    native_id,
    post_in,
    synthetic_id,
    text_in,
    whole_id,
)
from data.model import CollectedAuthor, CollectedComment, CollectedPost, JsonObject, Platform

_PREVIEW = re.compile(r"/preview/(?:\d+_)*(\d+)/?$")
_PROFILE = re.compile(r"[?&]id=(\d+)")
_PHOTO = re.compile(r"\s*\[(PHOTO|VIDEO|STICKER|GIF)\]\s*https?://\S+\s*", re.IGNORECASE)
_MEDIA = {"PHOTO": "image", "VIDEO": "video", "STICKER": "sticker", "GIF": "gif"}
_LEFT_OUT = "left out: not needed"

_REMEMBERED = 5_000  # numbers of comments whose replies may still come
_NESTING = {
    "column 1": "running number",
    "id": "running number",
    "column 2": "number of a nested reply",
}
_COMMON = {
    "Profile ID": "author's id",
    "Date": "posted at",
    "Likes": "likes",
    "Comment": "text",
    "(view source) [link]": "comment id",
    "(view source)": _LEFT_OUT,
}


def _moment(fields: JsonObject, memory: Memory) -> Moment:
    return exact_moment(
        text_in(fields, "Date"), zone=memory.context.time_zone, day_first=memory.day_first
    )


def _post(memory: Memory) -> CollectedPost | None:
    return memory.context.post or post_in(memory.source_url, memory.platform)


def _text_and_media(fields: JsonObject) -> tuple[str | None, tuple[str, ...]]:
    """The text without the tool's own "[PHOTO] address" marks, and what those stood for."""
    text = text_in(fields, "Comment")
    if text is None:
        return None, ()
    marks: Iterable[str] = _PHOTO.findall(text)
    media = tuple(_MEDIA[mark.upper()] for mark in marks)
    return (_PHOTO.sub(" ", text).strip() if media else text), media


def _number(fields: JsonObject, *keys: str) -> str | None:
    text = text_in(fields, *keys)
    return re.sub(r"\.0$", "", text.strip()) if text else None


def _parent(fields: JsonObject, memory: Memory, external_id: str) -> str | None:
    """Rows are numbered 1, 2, 3; a nested reply has 2.1 in the second column."""
    own = _number(fields, "id", "column 1")
    nested = text_in(fields, "column 2")
    if nested is not None and "." in nested:
        return memory.numbers.get(nested.strip().split(".", 1)[0])
    if own is not None:
        memory.numbers[own] = external_id
        if len(memory.numbers) > _REMEMBERED:  # replies stand right below what they answer
            del memory.numbers[next(iter(memory.numbers))]
    return None


def _author(fields: JsonObject, memory: Memory, name: str | None) -> CollectedAuthor | None:
    handle = text_in(fields, "Username")
    identifier = _profile_id(fields, memory) or handle
    if identifier is None and name is not None and name.startswith("@"):
        identifier = name.strip()
    if identifier is None and name is None:
        return None
    owner = memory.context.is_own(name, handle, identifier)
    return CollectedAuthor(external_id=identifier, display_name=name or handle, is_page_owner=owner)


def _profile_id(fields: JsonObject, memory: Memory) -> str | None:
    value = fields.get("Profile ID")
    if isinstance(value, str):
        value = value.strip().removeprefix("ID:").strip()
    try:
        found = native_id(value, memory)
    except RowRefused:
        memory.notes["author_id_lost"] += 1
        found = None
    link = _PROFILE.search(text_in(fields, "Name (click to view profile) [link]") or "")
    return found or (link[1] if link else None)


def _map_numbered(fields: JsonObject, memory: Memory) -> CollectedComment:
    """Layouts A and B: the id is behind a link or nowhere, replies are told by number."""
    text, media = _text_and_media(fields)
    taken = memory.take_text(text, media)
    moment = _moment(fields, memory)
    name = text_in(fields, "Name (click to view profile)", "Name")
    author, post = _author(fields, memory, name), _post(memory)
    found = _PREVIEW.search(text_in(fields, "(view source) [link]") or "")
    external_id = found[1] if found else synthetic_id(
        memory,
        post=post.external_id if post else None,
        author=(author.external_id or author.display_name) if author else None,
        moment=moment,
        text=taken,
    )  # fmt: skip
    if not found:
        memory.notes["synthetic"] += 1
    return CollectedComment(
        platform=memory.platform,
        external_id=external_id,
        call_id=external_id,
        id_kind="native" if found else "synthetic",
        text=taken,
        media_kinds=media,
        post=post,
        parent_external_id=_parent(fields, memory, external_id),
        author=author,
        created_at=moment.at,
        time_precision=moment.precision,
        time_text=moment.words,
        like_count=count_in(fields, "Likes"),
        permalink=_address(memory, external_id) if found else None,
    )


def _address(memory: Memory, external_id: str) -> str | None:
    if memory.source_url is None or memory.platform is not Platform.FACEBOOK:
        return None
    joint = "&" if "?" in memory.source_url else "?"
    return f"{memory.source_url}{joint}comment_id={external_id}"


def _ids_from_address(url: str | None, memory: Memory) -> tuple[str | None, str | None]:
    if memory.platform is Platform.FACEBOOK:
        return facebook_ids_in(url)
    return instagram_ids_in(url)


def _map_instagram(fields: JsonObject, memory: Memory) -> CollectedComment:
    """Layout C: an id column and an address; replies are not marked but in the address."""
    text, media = _text_and_media(fields)
    url = text_in(fields, "Comment URL", "Comment URL [link]")
    in_address, parent = _ids_from_address(url, memory)
    taken = memory.take_text(text, media)
    call_id = whole_id(fields.get("Comment ID"), in_address, memory)
    moment = _moment(fields, memory)
    return CollectedComment(
        platform=memory.platform,
        external_id=last_segment(call_id),
        call_id=call_id,
        text=taken,
        media_kinds=media,
        post=post_in(url, memory.platform) or _post(memory),
        parent_external_id=parent,
        author=_author(fields, memory, text_in(fields, "Name")),
        created_at=moment.at,
        time_precision=moment.precision,
        time_text=moment.words,
        like_count=count_in(fields, "Likes"),
        permalink=url,
    )


FACEBOOK = Reader(
    name="exportcomments_facebook",
    title="ExportComments.com, Facebook layout of 2021",
    platform=Platform.FACEBOOK,
    required=frozenset(
        {"Name (click to view profile)", "Profile ID", "Date", "Comment", "(view source)"}
    ),
    became={
        **_NESTING,
        **_COMMON,
        "Name (click to view profile)": "author's name",
        "Name (click to view profile) [link]": "author's id, where the column has none",
    },
    map_record=_map_numbered,
    zone_less=True,
    ids_in_links=True,
    addresses=("Name (click to view profile) [link]",),
)
YOUTUBE = Reader(
    name="exportcomments_youtube",
    title="ExportComments.com, YouTube layout of 2025",
    platform=Platform.YOUTUBE,
    required=frozenset({"Name", "Date", "Likes", "isHearted", "isPinned", "Comment"}),
    became={
        **_NESTING,
        **_COMMON,
        "Name": "author's name and handle",
        "isHearted": _LEFT_OUT,
        "isPinned": _LEFT_OUT,
    },
    map_record=_map_numbered,
    zone_less=True,
    ids_in_links=True,
)
INSTAGRAM = Reader(
    name="exportcomments_instagram",
    title="ExportComments.com, Instagram layout of 2026",
    platform=Platform.INSTAGRAM,
    required=frozenset({"Name", "Username", "Date", "Likes", "Comment", "Comment ID"}),
    became={
        **_COMMON,
        "Name": "author's name",
        "Username": "author's id, where there is no Profile ID",
        "User Verified": _LEFT_OUT,
        "Thumbnail": _LEFT_OUT,
        "Comment ID": "comment id",
        "Profile URL": _LEFT_OUT,
        "Profile URL [link]": _LEFT_OUT,
        "Comment URL": "link, post, and the comment id where its column was destroyed",
        "Comment URL [link]": "link, where the column has none",
    },
    map_record=_map_instagram,
    zone_less=True,
    addresses=("Comment URL", "Comment URL [link]", "Profile URL"),
)
