"""What Meta tells by itself: its signature, its handshake, and what a notice says. Pure.

CONNECTORS.md 2.10, 3.4. A notice is only a reason to look: what it says of a comment is never
kept as the comment.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from data.dialects.meta import last_part
from data.model import JsonObject, JsonValue, Platform

SIGNATURE = "X-Hub-Signature-256"
MOST_BYTES = 2**20  # of one notice; a thousand changes have some 400 KB
MOST_CHALLENGE = 200
MOST_ID = 200  # characters; a longer one is no id
_PLATFORMS: Mapping[str, Platform] = {"page": Platform.FACEBOOK, "instagram": Platform.INSTAGRAM}
_INSTAGRAM_FIELDS = ("comments", "live_comments")


class NotANotice(ValueError):
    """The body is no notice of Meta's; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookApp:
    """One app that may send notices: what it signs with, and for whom it may speak.

    ``mark`` tells apps apart without giving the secret away.
    """

    secret: str = field(repr=False)
    accounts: frozenset[tuple[Platform, str]] = frozenset()

    @property
    def mark(self) -> str:
        return hashlib.sha256(b"sunwai webhook app\x1f" + self.secret.encode()).hexdigest()

    @property
    def verify_token(self) -> str:
        """What a person types into Meta's form, made from the secret: nothing more to keep."""
        told = hmac.new(self.secret.encode(), b"sunwai webhook verify token", hashlib.sha256)
        return told.hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One change that was told of. ``post`` and ``comment`` are ids as a call takes them; None =
    not told. ``readable`` is False for what is gone by now: reading it would say nothing."""

    platform: Platform
    account: str
    comment: str | None
    post: str | None
    verb: str

    @property
    def readable(self) -> bool:
        return self.comment is not None and self.verb != "remove"


def signer(apps: Sequence[WebhookApp], body: bytes, signature: str) -> WebhookApp | None:
    """The app that signed the raw body; None when none did. Takes the same time for all."""
    found = None
    for app in apps:
        due = "sha256=" + hmac.new(app.secret.encode(), body, hashlib.sha256).hexdigest()
        if hmac.compare_digest(due.encode(), signature.encode("utf-8", "replace")):
            found = app
    return found


def knows_token(apps: Sequence[WebhookApp], token: str) -> bool:
    """Whether the handshake's token is one of ours. Takes the same time for all."""
    told = token.encode("utf-8", "replace")
    return any([hmac.compare_digest(app.verify_token.encode(), told) for app in apps])


def notices_in(body: bytes) -> tuple[Notice, ...]:
    """The changes to comments that a notice tells of; other changes are left out.

    Raises NotANotice.
    """
    try:
        told: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotANotice("It is no JSON.") from error
    if not isinstance(told, dict):
        raise NotANotice("It is no JSON object.")
    whole = cast(JsonObject, told)
    platform = _PLATFORMS.get(str(whole.get("object")))
    if platform is None:
        raise NotANotice("It tells of neither a page nor an Instagram account.")
    return tuple(_notices(whole, platform))


def _notices(whole: JsonObject, platform: Platform) -> Iterator[Notice]:
    for entry in _objects(whole.get("entry")):
        account = entry.get("id")
        # Instagram's own log-in route tells a single change in the entry itself.
        changes = [*_objects(entry.get("changes")), *([entry] if "field" in entry else [])]
        for change in changes:
            value = change.get("value")
            if isinstance(account, str) and isinstance(value, dict):
                yield from _notice(platform, account, str(change.get("field")), value)


def _notice(platform: Platform, account: str, kind: str, value: JsonObject) -> Iterator[Notice]:
    if platform is Platform.INSTAGRAM:
        if kind in _INSTAGRAM_FIELDS:
            comment = _text(value, "id") or _text(value, "comment_id")
            media = value.get("media")
            post = _text(media, "id") if isinstance(media, dict) else None
            verb = _text(value, "verb") or "add"
            yield Notice(platform=platform, account=account, comment=comment, post=post, verb=verb)
        return
    if kind == "feed" and value.get("item") == "comment":
        yield Notice(
            platform=platform,
            account=account,
            comment=_text(value, "comment_id"),
            post=_own_post(account, _text(value, "post_id")),
            verb=_text(value, "verb") or "add",
        )


def _own_post(account: str, post: str | None) -> str | None:
    """The post's canonical id when it is a post of the account's own."""
    if post is None or "_" not in post:
        return None
    return last_part(post) if post.partition("_")[0] == account else None


def _objects(value: JsonValue) -> list[JsonObject]:
    return [i for i in value if isinstance(i, dict)] if isinstance(value, list) else []


def _text(value: JsonObject, name: str) -> str | None:
    told = value.get(name)
    return told if isinstance(told, str) and 0 < len(told) <= MOST_ID else None
