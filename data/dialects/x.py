"""How the X API v2 says things: its problems, its old error codes, its windows of 15 minutes.

CONNECTORS.md 5.1, 5.4, 5.5. An answer is judged by the last part of its problem's ``type``; errors
beside data in a good answer belong to single posts and are the collector's to read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from data.dialects.base import Strain, Trouble
from data.model import ErrorClass, JsonObject, JsonValue, Liveness, Platform

WINDOW = timedelta(minutes=15)
MENTIONS_BACK = 800  # posts
SEARCH_BACK = timedelta(days=7)
LONGEST_QUERY = 512  # characters
READING: Mapping[str, str] = {
    "tweet.read": "reading posts, mentions and replies",
    "users.read": "reading who wrote them",
}
ACTING: Mapping[str, str] = {"tweet.moderate.write": "folding replies away and unfolding them"}

Meaning = tuple[ErrorClass, str]

_RATE = (ErrorClass.RATE, "asks to be called less often")
_TOKEN = (ErrorClass.AUTH, "does not take the access token. Connect the account again")
_TRANSIENT = (ErrorClass.TRANSIENT, "is out of order for the moment")
_GONE = (ErrorClass.GONE, "says that this does not exist")
_PERMISSION = (
    ErrorClass.PERMISSION,
    "does not allow this with the access given. Check the app's scopes (tweet.read, users.read, "
    "tweet.moderate.write)",
)
_INVALID = (ErrorClass.INVALID, "did not take the request")
_PLAN = (
    ErrorClass.CONFIG,
    "says that the app's plan does not hold this. Check the plan in X's developer portal",
)

PROBLEMS: Mapping[str, Meaning] = {
    "invalid-request": _INVALID,
    "resource-not-found": _GONE,
    "not-authorized-for-resource": _PERMISSION,
    "not-authorized-for-field": _PERMISSION,
    "field-unauthorized": _PERMISSION,
    "resource-unavailable": (ErrorClass.AMBIGUOUS, "does not show this post"),
    "disallowed-resource": (ErrorClass.PERMISSION, "does not let the app have this"),
    "client-forbidden": _PLAN,
    "client-disconnected": _TRANSIENT,
    "unsupported-authentication": (
        ErrorClass.PERMISSION,
        "wants the account's own access here, not the app's. Connect the account itself",
    ),
    "usage-capped": (
        ErrorClass.QUOTA_DAY,
        "gives no more posts until its month is over or the plan is raised",
    ),
    "rate-limit-exceeded": _RATE,
    "field-hydration-failure": _TRANSIENT,
    "internal-error": _TRANSIENT,
}

OLD_CODES: Mapping[int, Meaning] = {
    17: _GONE,
    32: _TOKEN,
    34: _GONE,
    50: _GONE,
    63: _PERMISSION,
    64: _TOKEN,
    87: _PLAN,
    88: _RATE,
    89: _TOKEN,
    130: _TRANSIENT,
    131: _TRANSIENT,
    144: _GONE,
    179: _PERMISSION,
    215: _TOKEN,
    326: (ErrorClass.AUTH, "has locked the account. A person must sign in to X and unlock it"),
    453: _PLAN,
}

# What a problem beside the data says of one post that was asked for by its id.
LIVENESS: Mapping[str, Liveness] = {
    "resource-not-found": Liveness.GONE,
    "not-authorized-for-resource": Liveness.NOT_VISIBLE,  # protected or suspended
    "resource-unavailable": Liveness.NOT_VISIBLE,
    "disallowed-resource": Liveness.NOT_VISIBLE,
}

_HTTP: Mapping[int, Meaning] = {
    400: _INVALID, 401: _TOKEN, 403: _PERMISSION, 404: _GONE, 429: _RATE,
}  # fmt: skip
_BUCKETS = (
    ("PUT", re.compile(r"/2/tweets/[^/]+/hidden$"), "hide"),
    ("GET", re.compile(r"/2/users/me$"), "me"),
    ("GET", re.compile(r"/2/users/[^/]+/mentions$"), "mentions"),
    ("GET", re.compile(r"/2/users/[^/]+/tweets$"), "own posts"),
    ("GET", re.compile(r"/2/tweets/search/recent$"), "search"),
    ("GET", re.compile(r"/2/tweets(/[^/]+)?$"), "posts by id"),
)
_BAD, _SERVER_ERROR = 400, 500
_QUOTED = 200
_TOKENISH = re.compile(r"[\w|%.:-]{40,}", re.ASCII)


@dataclass(frozen=True, slots=True)
class XDialect:
    """X's way of saying things."""

    @property
    def platform(self) -> Platform:
        return Platform.X

    def trouble(self, status: int, headers: Mapping[str, str], body: JsonValue) -> Trouble | None:
        """What is wrong with the answer; None when it is good, with errors of single posts too."""
        if status < _BAD:
            return None
        told = body if isinstance(body, dict) else {}
        name, (error_class, sentence) = _meaning(status, told)
        return Trouble(
            error_class=error_class,
            message=f"X {sentence} ({name}{_quoted(told)}).",
            code=name,
            retry_after=_wait(error_class, headers),
        )

    def strain(
        self, method: str, path: str, headers: Mapping[str, str], now: datetime
    ) -> tuple[Strain, ...]:
        """How many calls are left in this window; its end is told in Unix seconds."""
        limit, remaining = _number(headers, "limit"), _number(headers, "remaining")
        reset = _number(headers, "reset")
        if remaining is None:
            return ()
        return (
            Strain(
                bucket=self.bucket(method, path),
                used=None if not limit else 1 - min(remaining, limit) / limit,
                remaining=remaining,
                resets_at=None if reset is None else _instant(reset),
            ),
        )

    def bucket(self, method: str, path: str) -> str:
        """Each kind of call has a window of its own."""
        for verb, pattern, name in _BUCKETS:
            if verb == method and pattern.search(path):
                return name
        return "other"

    def cost(self, method: str, path: str) -> int:
        return 1


X = XDialect()


def problem_of(item: JsonValue) -> str:
    """The last part of a problem's type; empty when there is none."""
    told = item.get("type") if isinstance(item, dict) else None
    return told.rstrip("/").rpartition("/")[2] if isinstance(told, str) else ""


def born_at(post_id: str) -> datetime | None:
    """When a post was made, out of its id; None for ids from before November 2010."""
    if not is_id(post_id) or int(post_id) < _FIRST_WITH_TIME:
        return None
    return datetime.fromtimestamp(((int(post_id) >> 22) + _EPOCH_MS) / 1000, tz=UTC)


def is_id(text: str) -> bool:
    """Whether X could take this for a post's id: one that it cannot spoils a whole request."""
    return text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS


def whole_text(item: JsonObject) -> str | None:
    """A post's text: a long one is cut in ``text`` and stands whole in the note. X writes three
    characters as HTML does. None where there is none."""
    text = item.get("text")
    for name in ("note_tweet", "note_post"):
        note = item.get(name)
        told = note.get("text") if isinstance(note, dict) else None
        text = told if isinstance(told, str) and told else text
    if not isinstance(text, str):
        return None
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def versions(item: JsonObject) -> tuple[str, ...]:
    """The ids of a post's versions, oldest first, its own among them; empty without an id. Both
    namings of 2026 are read."""
    own = item.get("id")
    if not isinstance(own, str) or not own.strip():
        return ()
    for name in ("edit_history_tweet_ids", "edit_history_post_ids"):
        history = item.get(name)
        told = (
            tuple(i for i in history if isinstance(i, str) and i)
            if isinstance(history, list)
            else ()
        )
        if told:
            return told if own in told else (*told, own)
    return (own,)


# ------------------------------------------------------------------------------ inside

_FIRST_WITH_TIME = 30_000_000_000  # ids were counted one by one up to here
_EPOCH_MS = 1_288_834_974_657
_ID_DIGITS = 19
_LAST_SECOND = 32_503_680_000


def _meaning(status: int, told: JsonObject) -> tuple[str, Meaning]:
    """(X's name for it, what it means)."""
    errors = told.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    for item in (told, first):
        name = problem_of(item)
        if name in PROBLEMS:
            return name, PROBLEMS[name]
    code = first.get("code") if isinstance(first, dict) else None
    if isinstance(code, int) and code in OLD_CODES:
        return str(code), OLD_CODES[code]
    if status >= _SERVER_ERROR:
        return f"HTTP {status}", _TRANSIENT
    unknown = (ErrorClass.INVALID, "reports an error that Sunwai does not know; not tried again")
    return f"HTTP {status}", _HTTP.get(status, unknown)


def _wait(error_class: ErrorClass, headers: Mapping[str, str]) -> timedelta | None:
    if error_class is ErrorClass.QUOTA_DAY:
        return timedelta(days=1)  # the month's end is not told: asked again once a day
    if error_class is not ErrorClass.RATE:
        return None
    reset, now = _number(headers, "reset"), _date(headers)
    if reset is None or now is None:
        return WINDOW
    return max(_instant(reset) - now, timedelta(seconds=1))


def _number(headers: Mapping[str, str], name: str) -> int | None:
    told = headers.get(f"x-rate-limit-{name}", "")
    return min(int(told), _LAST_SECOND) if told.isascii() and told.isdigit() else None


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


def _date(headers: Mapping[str, str]) -> datetime | None:
    try:
        at = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _quoted(told: JsonObject) -> str:
    detail = told.get("detail")
    if not isinstance(detail, str) or not detail.strip():
        return ""
    words = " ".join(_TOKENISH.sub("...", detail).split())[:_QUOTED]
    return f': "{words.rstrip(".")}"'
