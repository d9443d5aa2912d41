"""Four export tools' file formats, as CONNECTORS.md 8.2 gives them: happenings in, bytes out.

Replies are written as each tool writes them: Apify nests them, YouTube Data Tools points to them,
twscrape names the tweet above, and ExportComments leaves only an "@name" in the text.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from data.model import CollectedPost, JsonObject, JsonValue, Platform
from data.samples.content import (
    PAGE_AUTHOR,
    ZONE,
    SampleComment,
    SamplePost,
    hash_number,
    page_of,
)
from data.samples.native import (
    channel_id,
    comment_native_id,
    facebook_opaque,
    person_number,
    pfbid,
    post_id,
)

_INSTAGRAM_COLUMNS = (
    "Name,Username,Profile ID,Date,Likes,Comment,User Verified,Thumbnail,Comment ID,"
    "Profile URL,Comment URL"
)
_YOUTUBE_COLUMNS = (
    "id,replyCount,likeCount,publishedAt,authorName,text,authorChannelId,authorChannelUrl,"
    "isReply,isReplyTo,isReplyToName"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One comment as an export sees it at one time: its text then, when it was written, where."""

    comment: SampleComment
    native_id: str
    at: datetime
    text: str
    likes: int
    parent: SampleComment | None


def post_link(post: SamplePost) -> str:
    """The address of one of our posts on its platform."""
    handle, native = page_of(post.platform).handle, post_id(post.platform, post.key)
    match post.platform:
        case Platform.FACEBOOK:
            return f"https://www.facebook.com/{handle}/posts/{pfbid(post.key)}"
        case Platform.INSTAGRAM:
            return f"https://www.instagram.com/p/{native}/"
        case Platform.YOUTUBE:
            return f"https://www.youtube.com/watch?v={native}"
        case _:
            return f"https://x.com/{handle}/status/{native}"


def collected_post(post: SamplePost, at: datetime) -> CollectedPost:
    """One of our posts, keyed as the readers of the four formats key it."""
    return CollectedPost(
        external_id=post_id(post.platform, post.key),
        text=post.text,
        permalink=post_link(post),
        created_at=at,
    )


# ------------------------------------------------------------------------------ Facebook, Apify


def apify_facebook(
    posts: Sequence[SamplePost], seen: Sequence[Seen], *, dead_link: bool = True
) -> bytes:
    """A dataset of Apify's facebook-comments-scraper as JSON.

    ``dead_link`` adds the error row that the tool writes for a post that is gone.
    """
    by_post = {post.key: post for post in posts}
    rows: list[JsonValue] = [
        _apify_row(by_post[one.comment.post], one, _replies(one, seen))
        for one in seen
        if one.comment.reply_to is None
    ]
    if dead_link:
        rows.append(_error_row())
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()


def _error_row() -> JsonObject:
    link = f"https://www.facebook.com/{page_of(Platform.FACEBOOK).handle}/posts/"
    return {
        "url": link + pfbid("a post that was taken down"),
        "error": "no_items",
        "errorDescription": "Empty or private data for provided input",
    }


def _replies(one: Seen, seen: Iterable[Seen]) -> list[Seen]:
    return [other for other in seen if other.comment.reply_to == one.comment.key]


def _apify_row(post: SamplePost, one: Seen, replies: Sequence[Seen]) -> JsonObject:
    link, native = post_link(post), post_id(Platform.FACEBOOK, post.key)
    page = person_number(Platform.FACEBOOK, PAGE_AUTHOR)
    at = one.at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {
        "facebookUrl": link,
        "commentUrl": _facebook_comment_link(link, one),
        "id": facebook_opaque("comment", native, one.native_id),
        "feedbackId": facebook_opaque("feedback", native, one.native_id),
        "date": at,
        "text": one.text,
        **_facebook_person(one.comment),
        "likesCount": str(one.likes),
        "commentsCount": len(replies),
        "comments": [_apify_row(post, reply, ()) for reply in replies],
        "threadingDepth": 0 if one.parent is None else 1,
        "facebookId": page,
        "postTitle": post.text,
        "pageAdLibrary": {"is_business_page_active": False, "id": page},
        "inputUrl": link,
    }


def _facebook_comment_link(link: str, one: Seen) -> str:
    if one.parent is None:
        return f"{link}?comment_id={one.native_id}"
    above = comment_native_id(Platform.FACEBOOK, one.parent)
    return f"{link}?comment_id={above}&reply_comment_id={one.native_id}"


def _facebook_person(comment: SampleComment) -> JsonObject:
    page, opaque = page_of(Platform.FACEBOOK), pfbid(comment.author)
    name, link = comment.author, f"https://www.facebook.com/people/{opaque}/"
    if comment.by_page:
        name, link = page.title, f"https://www.facebook.com/{page.handle}"
    return {
        "profileUrl": link,
        "profilePicture": "https://pictures.example.invalid/face.jpg",
        "profileId": opaque,
        "profileName": name,
    }


# ------------------------------------------------------------------------------ Instagram, CSV


def exportcomments_instagram(posts: Sequence[SamplePost], seen: Sequence[Seen]) -> bytes:
    """ExportComments.com's Instagram layout of 2026; dates are local and name no zone."""
    links = {post.key: post_link(post) for post in posts}
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(_INSTAGRAM_COLUMNS.split(","))
    for one in seen:
        name = author_name(Platform.INSTAGRAM, one.comment)
        mention = "" if one.parent is None else f"@{author_name(Platform.INSTAGRAM, one.parent)} "
        rows.writerow(
            (
                name.replace("_", " "),
                name,
                person_number(Platform.INSTAGRAM, one.comment.author),
                one.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S"),
                one.likes,
                mention + one.text,
                "yes" if one.comment.by_page else "no",
                "https://pictures.example.invalid/face.jpg",
                one.native_id,
                f"https://www.instagram.com/{name}",
                f"{links[one.comment.post]}c/{one.native_id}",
            )
        )
    return out.getvalue().encode()


def author_name(platform: Platform, comment: SampleComment) -> str:
    """The handle under which a comment stands, without "@"."""
    return page_of(platform).handle if comment.by_page else comment.author


# ------------------------------------------------------------------------------ YouTube, CSV


def youtube_data_tools(seen: Sequence[Seen]) -> bytes:
    """The comments of one video as YouTube Data Tools writes them; dates are UTC."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n", doublequote=True, escapechar="\\")
    rows.writerow(_YOUTUBE_COLUMNS.split(","))
    for one in seen:
        name = "@" + author_name(Platform.YOUTUBE, one.comment)
        above = one.parent
        rows.writerow(
            (
                one.native_id,
                len(_replies(one, seen)) if above is None else "",
                one.likes,
                one.at.strftime("%Y-%m-%d %H:%M:%S"),
                name,
                one.text,
                channel_id(one.comment.author),
                f"http://www.youtube.com/{name}",
                0 if above is None else 1,
                "" if above is None else comment_native_id(Platform.YOUTUBE, above),
                "" if above is None else "@" + author_name(Platform.YOUTUBE, above),
            )
        )
    return out.getvalue().encode()


# ------------------------------------------------------------------------------ X, JSON Lines


def twscrape(posts: Sequence[tuple[SamplePost, datetime]], seen: Sequence[Seen]) -> bytes:
    """twscrape's JSON Lines: each of our own posts, followed by the replies of its conversation."""
    lines: list[str] = []
    for post, at in posts:
        below = [one for one in seen if one.comment.post == post.key]
        lines.append(_line(_own_tweet(post, at, len(below))))
        lines += [_line(_reply_tweet(post, one)) for one in below]
    return ("\n".join(lines) + "\n").encode()


def _line(tweet: JsonObject) -> str:
    return json.dumps(tweet, ensure_ascii=False)


def _own_tweet(post: SamplePost, at: datetime, replies: int) -> JsonObject:
    native = post_id(Platform.X, post.key)
    tweet = _tweet(native, native, PAGE_AUTHOR, at, post.text)
    return tweet | {"lang": post.language.value, "replyCount": replies}


def _reply_tweet(post: SamplePost, one: Seen) -> JsonObject:
    conversation = post_id(Platform.X, post.key)
    above = conversation if one.parent is None else comment_native_id(Platform.X, one.parent)
    whom = PAGE_AUTHOR if one.parent is None else one.parent.author
    mention = f"@{_handle(whom)} "
    tweet = _tweet(one.native_id, conversation, one.comment.author, one.at, mention + one.text)
    reply: JsonObject = {
        "lang": one.comment.language.value.split("-")[0],
        "likeCount": one.likes,
        "inReplyToTweetId": int(above),
        "inReplyToTweetIdStr": above,
        "inReplyToUser": _person(whom) | {"_type": "snscrape.modules.twitter.UserRef"},
        "inReplyToScreenName": _handle(whom),
        "displayTextRange": [len(mention), len(mention) + len(one.text)],
    }
    return tweet | reply


def _tweet(native: str, conversation: str, author: str, at: datetime, text: str) -> JsonObject:
    person = _person(author)
    return {
        "id": int(native),
        "id_str": native,
        "url": f"https://x.com/{_handle(author)}/status/{native}",
        "date": at.strftime("%Y-%m-%d %H:%M:%S+00:00"),
        "user": person | {"_type": "snscrape.modules.twitter.User"},
        "lang": "und",
        "rawContent": text,
        "replyCount": 0,
        "retweetCount": 0,
        "likeCount": hash_number(native, "likes") % 40,
        "quoteCount": 0,
        "conversationId": int(conversation),
        "conversationIdStr": conversation,
        "inReplyToTweetId": None,
        "inReplyToTweetIdStr": None,
        "inReplyToUser": None,
        "media": {"photos": [], "videos": [], "animated": []},
        "editControl": None,
        "_type": "snscrape.modules.twitter.Tweet",
    }


def _handle(author: str) -> str:
    return page_of(Platform.X).handle if author == PAGE_AUTHOR else author


def _person(author: str) -> JsonObject:
    native = person_number(Platform.X, author)
    return {
        "id": int(native),
        "id_str": native,
        "username": _handle(author),
        "displayname": _handle(author).replace("_", " "),
    }
