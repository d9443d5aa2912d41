"""A Mastodon server on loopback, with one account of ours on it (CONNECTORS.md 6)."""

from __future__ import annotations

import html
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

from data.dialects.mastodon import WINDOW
from data.model import JsonObject, JsonValue
from sunwai.rehearsal.wire import Answer, Asked
from sunwai.rehearsal.world import Person, Standing, World, WorldComment, WorldPost

TOKEN = "rehearsal-token"
LIMIT = 300
_SHOWN = (Standing.PUBLIC, Standing.HIDDEN)


class _Refusal(Exception):
    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.answer = Answer(status=status, body={"error": error})


@dataclass(slots=True, kw_only=True)
class MastodonRehearsal:
    """One account. ``scopes`` are what its tokens may do; ``direct`` are comments that were sent
    to the account alone."""

    world: World
    tokens: Collection[str] = (TOKEN,)
    scopes: set[str] = field(default_factory=lambda: {"read:statuses", "read:notifications"})
    direct: set[str] = field(default_factory=set[str])
    limit: int = LIMIT
    _calls: tuple[int, int] = (0, 0)

    @property
    def name(self) -> str:
        return "mastodon"

    def trouble_answer(self, kind: str) -> Answer:
        """One kind of trouble: rate, token, permission, transient or quota (the same as rate)."""
        match kind:
            case "rate" | "quota":
                return Answer(status=429, body={"error": "Too many requests"})
            case "token":
                return Answer(status=401, body={"error": "The access token is invalid"})
            case "permission":
                text = "This action is outside the authorized scopes"
                return Answer(status=403, body={"error": text})
            case _:
                return Answer(status=503, body={"error": "Service unavailable"})

    def answer(self, asked: Asked, now: datetime) -> Answer:
        headers = {"date": format_datetime(now, usegmt=True)}
        try:
            with self.world.lock:
                if asked.token not in self.tokens:
                    raise _Refusal(401, "The access token is invalid")
                headers |= self._count(now)
                body, link = self._routed(asked)
        except _Refusal as refused:
            found = refused.answer
            return Answer(body=found.body, status=found.status, headers=headers)
        return Answer(body=body, headers=headers | ({"link": link} if link else {}))

    def _count(self, now: datetime) -> dict[str, str]:
        seconds = int(WINDOW.total_seconds())
        window = int(now.timestamp()) // seconds
        was, count = self._calls
        self._calls = (window, count + 1 if was == window else 1)
        if self._calls[1] > self.limit:
            raise _Refusal(429, "Too many requests")
        reset = datetime.fromtimestamp((window + 1) * seconds, tz=UTC)
        return {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(self.limit - self._calls[1]),
            "x-ratelimit-reset": reset.isoformat().replace("+00:00", "Z"),
        }

    def _routed(self, asked: Asked) -> tuple[JsonValue, str]:
        owner = self.world.owner
        match (asked.method, asked.path.strip("/").split("/")[2:]):
            case ("GET", ["accounts", "verify_credentials"]):
                return _account(owner), ""
            case ("GET", ["accounts", account, "statuses"]) if account == owner.id:
                self._needs("read:statuses")
                posts = [self._own(p) for p in self._posts()]
                return _page(asked, posts, 40)
            case ("GET", ["notifications"]):
                self._needs("read:notifications")
                told = [_notification(self._status(c)) for c in self._mentions()]
                return _page(asked, told, 80)
            case ("GET", ["statuses", status]):
                self._needs("read:statuses")
                return self._one(status), ""
            case ("GET", ["statuses", status, "context"]):
                self._needs("read:statuses")
                self._one(status)
                under = sorted(self._under(status), key=lambda c: (c.created_at, c.id))
                return {"ancestors": [], "descendants": [self._status(c) for c in under]}, ""
            case _:
                raise _Refusal(404, "Record not found")

    def _needs(self, scope: str) -> None:
        if scope not in self.scopes:
            raise _Refusal(403, "This action is outside the authorized scopes")

    def _posts(self) -> list[WorldPost]:
        standing = [p for p in self.world.posts.values() if not p.deleted]
        return sorted(standing, key=lambda p: (p.created_at, p.id), reverse=True)

    def _under(self, post_id: str) -> list[WorldComment]:
        return [
            c
            for c in self.world.comments_of(post_id)
            if c.standing in _SHOWN and c.id not in self.direct
        ]

    def _mentions(self) -> list[WorldComment]:
        """Replies to the account, and what names it; newest first."""
        found = [
            c
            for c in self.world.comments.values()
            if c.standing in _SHOWN
            and c.author.id != self.world.owner.id
            and (c.parent_id is None or f"@{self.world.owner.handle}" in c.text)
        ]
        return sorted(found, key=lambda c: (c.created_at, c.id), reverse=True)

    def _one(self, status: str) -> JsonObject:
        post = self.world.posts.get(status)
        if post is not None and not post.deleted:
            return self._own(post)
        comment = self.world.comments.get(status)
        if comment is None or comment.standing not in _SHOWN:
            raise _Refusal(404, "Record not found")
        return self._status(comment)

    def _own(self, post: WorldPost) -> JsonObject:
        count = len(self._under(post.id))
        return _told(post.id, post.text, self.world.owner, post.created_at) | {
            "replies_count": count
        }

    def _status(self, c: WorldComment) -> JsonObject:
        above = self.world.comments.get(c.parent_id) if c.parent_id is not None else None
        to = above.author.id if above is not None else self.world.owner.id
        return _told(c.id, c.text, c.author, c.created_at) | {
            "in_reply_to_id": c.parent_id or c.post_id,
            "in_reply_to_account_id": to,
            "edited_at": None if c.edited_at is None else _instant(c.edited_at),
            "visibility": "direct" if c.id in self.direct else "public",
            "favourites_count": c.like_count,
            "replies_count": len(self.world.replies_to(c.id)),
        }


def _told(status_id: str, text: str, author: Person, at: datetime) -> JsonObject:
    paragraphs = html.escape(text, quote=False).split("\n\n")
    content = "".join(f"<p>{p.replace(chr(10), '<br />')}</p>" for p in paragraphs)
    return {
        "id": status_id,
        "created_at": _instant(at),
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": None,
        "uri": f"https://server.invalid/statuses/{status_id}",
        "url": f"https://server.invalid/@{author.handle}/{status_id}",
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": 0,
        "edited_at": None,
        "content": content,
        "account": _account(author),
        "media_attachments": [],
        "poll": None,
    }


def _account(person: Person) -> JsonObject:
    return {
        "id": person.id,
        "username": person.handle,
        "acct": person.handle,
        "display_name": person.name,
    }


def _notification(status: JsonObject) -> JsonObject:
    return {
        "id": f"n{status['id']}",
        "type": "mention",
        "created_at": status["created_at"],
        "account": status["account"],
        "status": status,
    }


def _page(asked: Asked, items: Sequence[JsonObject], most: int) -> tuple[JsonValue, str]:
    """A page and its Link header; ``max_id`` names the last item of the page before."""
    told = asked.query.get("limit", str(most))
    size = min(int(told), most) if told.isdigit() else most
    last = asked.query.get("max_id")
    ids = [item["id"] for item in items]
    start = ids.index(last) + 1 if last in ids else 0
    page = list(items[start : start + size])
    if start + size >= len(items):
        return [*page], ""
    return [*page], f'<https://server.invalid{asked.path}?max_id={page[-1]["id"]}>; rel="next"'


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
