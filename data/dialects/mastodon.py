"""How a Mastodon server says things: HTTP status and one sentence, and headers for the allowance.

CONNECTORS.md 6. Every server is its own platform with its own rules; what stands here is what the
software gives as it comes. A status that is gone and one that is not for us read the same: 404.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qs, urlsplit

from data.dialects.base import Strain, Trouble
from data.model import ErrorClass, JsonValue, Platform

CALLS = "calls"  # the one allowance: 300 in 5 minutes for an account, as it comes
WINDOW = timedelta(minutes=5)
READING: Mapping[str, str] = {
    "read:statuses": "reading posts and the replies to them",
    "read:notifications": "reading where the account is mentioned",
    "read:accounts": "seeing whose access it is",
}

Meaning = tuple[ErrorClass, str]

HTTP: Mapping[int, Meaning] = {
    401: (ErrorClass.AUTH, "does not take the access token. Connect the account again"),
    403: (
        ErrorClass.PERMISSION,
        "does not allow this with the access given. The app needs the scopes " + ", ".join(READING),
    ),
    404: (ErrorClass.AMBIGUOUS, "says that this is not there, or not for this account"),
    410: (ErrorClass.GONE, "says that this is gone"),
    422: (ErrorClass.INVALID, "did not take the request"),
    429: (ErrorClass.RATE, "asks to be called less often"),
}
_TRANSIENT = (ErrorClass.TRANSIENT, "is out of order for the moment")
_UNKNOWN = (ErrorClass.INVALID, "reports an error that Sunwai does not know; not tried again")
_BAD, _SERVER_ERROR = 400, 500
_NEXT = re.compile(r'<([^>]+)>\s*;\s*rel="next"')
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_PARAGRAPH = re.compile(r"</p>\s*<p[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class MastodonDialect:
    """A Mastodon server's way of saying things."""

    @property
    def platform(self) -> Platform:
        return Platform.MASTODON

    def trouble(self, status: int, headers: Mapping[str, str], body: JsonValue) -> Trouble | None:
        """What is wrong with the answer; None when it is good."""
        if status < _BAD:
            return None
        usual = _TRANSIENT if status >= _SERVER_ERROR else _UNKNOWN
        error_class, sentence = HTTP.get(status, usual)
        return Trouble(
            error_class=error_class,
            message=f"The Mastodon server {sentence} (HTTP {status}).",
            code=str(status),
            retry_after=_wait(headers) if error_class is ErrorClass.RATE else None,
        )

    def strain(
        self, method: str, path: str, headers: Mapping[str, str], now: datetime
    ) -> tuple[Strain, ...]:
        """How many calls are left in this window; its end is an instant."""
        limit, remaining = _number(headers, "limit"), _number(headers, "remaining")
        if remaining is None:
            return ()
        return (
            Strain(
                bucket=CALLS,
                used=None if not limit else 1 - min(remaining, limit) / limit,
                remaining=remaining,
                resets_at=_reset(headers),
            ),
        )

    def bucket(self, method: str, path: str) -> str:
        return CALLS

    def cost(self, method: str, path: str) -> int:
        return 1


MASTODON = MastodonDialect()


def next_max_id(headers: Mapping[str, str]) -> str | None:
    """Where a list goes on. Only the id is taken out of the address: no address is followed."""
    found = _NEXT.search(headers.get("link", ""))
    if found is None:
        return None
    told = parse_qs(urlsplit(found[1]).query).get("max_id")
    return told[0] if told else None


def plain_text(content: str) -> str:
    """A status's HTML as its author typed it."""
    text = _PARAGRAPH.sub("\n\n", _BREAK.sub("\n", content))
    return html.unescape(_TAG.sub("", text)).strip()


# ------------------------------------------------------------------------------ inside


def _wait(headers: Mapping[str, str]) -> timedelta:
    reset = _reset(headers)
    try:
        now = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return WINDOW
    if reset is None or now.tzinfo is None:
        return WINDOW
    return max(reset - now, timedelta(seconds=1))


def _reset(headers: Mapping[str, str]) -> datetime | None:
    try:
        at = datetime.fromisoformat(headers.get("x-ratelimit-reset", ""))
    except ValueError:
        return None
    return None if at.tzinfo is None else at.astimezone(UTC)


def _number(headers: Mapping[str, str], name: str) -> int | None:
    told = headers.get(f"x-ratelimit-{name}", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None
