"""The shapes of the YouTube Data API's answers: resources, pages, page tokens, errors."""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from data.model import JsonObject, JsonValue
from sunwai.rehearsal.wire import Answer, Asked
from sunwai.rehearsal.world import Person, Standing, WorldComment, WorldPost

INLINE_REPLIES = 5
HOLDING = frozenset({Standing.HELD, Standing.HIDDEN})
_STATUS = {
    Standing.PUBLIC: "published",
    Standing.HELD: "heldForReview",
    Standing.HIDDEN: "heldForReview",
    Standing.SPAM: "likelySpam",
    Standing.REJECTED: "rejected",
}
_PLACES = ("pageToken", "maxResults", "key")  # of a query, those that do not choose the list
T = TypeVar("T")


class Refusal(Exception):
    """The platform's own error, as an answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How this request wants its resources. ``statuses``: the owner lists, not by id."""

    parts: frozenset[str]
    html: bool
    channel_id: str
    community: frozenset[str]
    statuses: bool
    originals: bool
    placed: bool = True  # comments tell their video; not where they are listed without threads

    @property
    def uploads(self) -> str:
        """The playlist of the channel's videos."""
        return f"UU{self.channel_id.removeprefix('UC')}"

    def page(
        self,
        kind: str,
        items: Sequence[JsonValue],
        size: int | None,
        after: str | None = None,
    ) -> JsonObject:
        body: JsonObject = {"kind": f"youtube#{kind}", "etag": etag(items)}
        if after is not None:
            body["nextPageToken"] = after
        if size is not None:
            body["pageInfo"] = {"totalResults": len(items), "resultsPerPage": size}
        body["items"] = [*items]
        return body

    def thread(
        self, top: WorldComment, replies: Sequence[WorldComment], reply_count: int
    ) -> JsonObject:
        snippet: JsonObject = {
            "channelId": self.channel_id,
            "videoId": top.post_id,
            "topLevelComment": self.comment(top),
            "canReply": True,
            "totalReplyCount": reply_count,
            "isPublic": top.standing is Standing.PUBLIC,
        }
        if top.post_id in self.community:
            del snippet["videoId"]
        parts: JsonObject = {"snippet": snippet}
        if replies:
            parts["replies"] = {"comments": [self.comment(c) for c in replies[:INLINE_REPLIES]]}
        return self._resource("commentThread", top.id, parts)

    def comment(self, c: WorldComment) -> JsonObject:
        snippet: JsonObject = {
            "authorDisplayName": c.author.handle or c.author.name,
            "authorProfileImageUrl": "https://yt3.ggpht.invalid/a=s48",
            "authorChannelUrl": f"http://www.youtube.com/channel/{c.author.id}",
            "authorChannelId": {"value": c.author.id},
            "channelId": self.channel_id,
            "videoId": c.post_id,
            "textDisplay": self._displayed(c.text),
            "textOriginal": c.text,
            "canRate": True,
            "viewerRating": "none",
            "likeCount": c.like_count,
            "publishedAt": instant(c.created_at),
            "updatedAt": instant(c.edited_at or c.created_at),
        }
        if c.post_id in self.community or not self.placed:
            del snippet["videoId"]
        if not self.placed:
            del snippet["channelId"]
        if not self.originals and c.author.id != self.channel_id:
            del snippet["textOriginal"]
        if c.parent_id is not None:
            snippet["parentId"] = c.parent_id
        if self.statuses:
            snippet["moderationStatus"] = _STATUS[c.standing]
        return {
            "kind": "youtube#comment",
            "etag": etag(snippet),
            "id": c.id,
            "snippet": snippet,
        }

    def channel(self, owner: Person) -> JsonObject:
        return self._resource(
            "channel",
            owner.id,
            {
                "snippet": {
                    "title": owner.name,
                    "description": "An invented channel.",
                    "customUrl": f"@{owner.handle}",
                    "publishedAt": "2020-01-01T00:00:00Z",
                },
                "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": self.uploads}},
            },
        )

    def upload(self, post: WorldPost, position: int) -> JsonObject:
        return self._resource(
            "playlistItem",
            f"item-{post.id}",
            {
                "snippet": {
                    "publishedAt": instant(post.created_at),
                    "channelId": self.channel_id,
                    "title": post.text,
                    "description": "",
                    "playlistId": self.uploads,
                    "position": position,
                    "resourceId": {"kind": "youtube#video", "videoId": post.id},
                },
                "contentDetails": {
                    "videoId": post.id,
                    "videoPublishedAt": instant(post.created_at),
                },
                "status": {"privacyStatus": "public"},
            },
        )

    def video(self, post: WorldPost, comment_count: int | None) -> JsonObject:
        statistics: JsonObject = {"viewCount": "1000", "likeCount": "10", "favoriteCount": "0"}
        if comment_count is not None:  # left out where comments are switched off
            statistics["commentCount"] = str(comment_count)
        return self._resource(
            "video",
            post.id,
            {
                "snippet": {
                    "publishedAt": instant(post.created_at),
                    "channelId": self.channel_id,
                    "title": post.text,
                    "description": "",
                },
                "statistics": statistics,
            },
        )

    def _resource(self, kind: str, key: str, parts: JsonObject) -> JsonObject:
        wanted = {name: part for name, part in parts.items() if name in self.parts}
        body: JsonObject = {"kind": f"youtube#{kind}", "etag": etag(wanted), "id": key}
        return body | wanted

    def _displayed(self, text: str) -> str:
        if not self.html:
            return text
        return html.escape(text, quote=True).replace("\n", "<br>")


def cut(
    asked: Asked, items: Sequence[T], key: Callable[[T], tuple[str, str]], size: int
) -> tuple[list[T], str | None]:
    """The page that is asked for out of a list that falls by ``key``, and the next one's token.

    A token is good for its own list only, and stays good when items come or go.
    """
    stamp = etag({k: v for k, v in asked.query.items() if k not in _PLACES})
    token = asked.query.get("pageToken")
    wanted = list(items)
    if token is not None:
        last = _last_of(token, stamp)
        wanted = [item for item in items if key(item) < last]
    page = wanted[:size]
    if len(wanted) <= size:
        return page, None
    told = json.dumps([stamp, *key(page[-1])]).encode()
    return page, base64.urlsafe_b64encode(told).decode()


def _last_of(token: str, stamp: str) -> tuple[str, str]:
    try:
        told: object = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, binascii.Error):
        told = None
    match told:
        case [str(own), str(at), str(key)] if own == stamp:
            return at, key
        case _:
            raise refusal(400, "invalidPageToken", "The page token is not valid.")


def whole(query: Mapping[str, str], usual: int, most: int) -> int:
    """``maxResults``. Raises Refusal where the platform would not take it."""
    told = query.get("maxResults", str(usual))
    if not (told.isascii() and told.isdigit()) or not 1 <= int(told) <= most:
        raise refusal(400, "processingFailure", f"Values must be within the range: [1, {most}]")
    return int(told)


def instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def etag(told: object) -> str:
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


# ------------------------------------------------------------------------------ errors


def refusal(
    status: int, reason: str, message: str, domain: str = "youtube.commentThread"
) -> Refusal:
    return Refusal(error_answer(status, reason, message, domain))


def error_answer(
    status: int, reason: str, message: str, domain: str, *, name: str | None = None
) -> Answer:
    error: JsonObject = {
        "code": status,
        "message": message,
        "errors": [{"message": message, "domain": domain, "reason": reason}],
    }
    if name is not None:
        error["status"] = name
    return Answer(status=status, body={"error": error})


def trouble_answer(kind: str) -> Answer:
    """One kind of trouble in Google's shape: rate, token, permission, transient or quota."""
    match kind:
        case "rate":
            return error_answer(403, "rateLimitExceeded", "Too many requests.", "usageLimits")
        case "quota":
            text = "The request cannot be completed because you have exceeded your quota."
            return error_answer(403, "quotaExceeded", text, "youtube.quota")
        case "token":
            text = "Request had invalid authentication credentials."
            return error_answer(401, "authError", text, "global", name="UNAUTHENTICATED")
        case "permission":
            text = "The caller does not have permission"
            domain = "youtube.CoreErrorDomain"
            return error_answer(403, "SERVICE_UNAVAILABLE", text, domain, name="PERMISSION_DENIED")
        case _:
            return error_answer(503, "backendError", "Backend Error", "global")
