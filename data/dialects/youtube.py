"""How the YouTube Data API says things: its errors and its units.

CONNECTORS.md 4.3, 4.6. An answer is judged by ``errors[0].reason`` and ``details[].reason``; where
these speak of an outage, ``status`` goes before them: a real "permission denied" comes with the
reason SERVICE_UNAVAILABLE. No header tells how many units are left: they are counted by us, per
project of Google's and Pacific day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from data.dialects.base import Strain, Trouble
from data.model import ErrorClass, JsonObject, JsonValue, Platform

UNITS = "units"  # the one allowance
UNITS_A_DAY = 10_000  # of one project, unless Google granted more
READ_UNITS, WRITE_UNITS = 1, 50
PACIFIC = ZoneInfo("America/Los_Angeles")
UNTOLD_WAIT = timedelta(minutes=1)

SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"
SCOPES: Mapping[str, str] = {
    SCOPE: "reading comments that are held or taken for spam, and holding comments back"
}

Meaning = tuple[ErrorClass, str]

_GONE = (ErrorClass.GONE, "says that this does not exist")
_QUOTA = (
    ErrorClass.QUOTA_DAY,
    "gives no more units today; they are counted anew at midnight Pacific time",
)
_RATE = (ErrorClass.RATE, "asks to be called less often")
_PERMISSION = (
    ErrorClass.PERMISSION,
    "does not allow this with the access given. The channel's owner must connect it anew and "
    "allow managing comments (youtube.force-ssl)",
)
_TOKEN = (ErrorClass.AUTH, "does not take the access token. Connect the channel again")
_TRANSIENT = (ErrorClass.TRANSIENT, "is out of order for the moment")
_NOT_SWITCHED_ON = (
    ErrorClass.CONFIG,
    "says that the YouTube Data API is not switched on for the project. Switch it on in Google's "
    "console",
)

REASONS: Mapping[str, Meaning] = {
    "commentsDisabled": (ErrorClass.DISABLED, "says that comments are switched off here"),
    "videoNotFound": _GONE,
    "channelNotFound": _GONE,
    "playlistNotFound": _GONE,
    "commentThreadNotFound": _GONE,
    "commentNotFound": _GONE,
    "notFound": _GONE,
    "quotaExceeded": _QUOTA,
    "dailyLimitExceeded": _QUOTA,
    "rateLimitExceeded": _RATE,
    "userRateLimitExceeded": _RATE,
    "RATE_LIMIT_EXCEEDED": _RATE,
    # Mostly a bad request, sometimes a passing fault; it is asked again and then given up.
    "processingFailure": (ErrorClass.TRANSIENT, "could not do what was asked"),
    "banWithoutReject": (ErrorClass.INVALID, "bans an author only where a comment is rejected"),
    "operationNotSupported": (ErrorClass.INVALID, "cannot do this with the comment"),
    "invalidPageToken": (ErrorClass.INVALID, "does not know the next page any more"),
    "missingRequiredParameter": (ErrorClass.INVALID, "misses a part of the request"),
    "forbidden": _PERMISSION,
    "insufficientPermissions": _PERMISSION,
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": _PERMISSION,
    "authError": _TOKEN,
    "required": _TOKEN,
    "ACCESS_TOKEN_EXPIRED": _TOKEN,
    "keyInvalid": (ErrorClass.CONFIG, "does not know the API key. Check the source's key"),
    "API_KEY_INVALID": (ErrorClass.CONFIG, "does not know the API key. Check the source's key"),
    "accessNotConfigured": _NOT_SWITCHED_ON,
    "SERVICE_DISABLED": _NOT_SWITCHED_ON,
    "youtubeSignupRequired": (
        ErrorClass.CONFIG,
        "wants a person's account with a channel; a service account has none",
    ),
    "backendError": _TRANSIENT,
    "internalError": _TRANSIENT,
}

STATUSES: Mapping[str, Meaning] = {
    "PERMISSION_DENIED": _PERMISSION,
    "UNAUTHENTICATED": _TOKEN,
    "RESOURCE_EXHAUSTED": _RATE,
    "NOT_FOUND": _GONE,
    "UNAVAILABLE": _TRANSIENT,
    "INTERNAL": _TRANSIENT,
}

TOKEN_ERRORS: Mapping[str, Meaning] = {
    "invalid_grant": (
        ErrorClass.AUTH,
        "has ended the channel's consent (revoked, unused for six months, or seven days old "
        "while the app is only being tested). A person must connect the channel again",
    ),
    "invalid_client": (ErrorClass.CONFIG, "does not know the app. Check its id and secret"),
    "unauthorized_client": (ErrorClass.CONFIG, "does not let this app ask for access"),
}

_HTTP: Mapping[int, Meaning] = {401: _TOKEN, 403: _PERMISSION, 404: _GONE, 429: _RATE}
_STRONG = frozenset({ErrorClass.PERMISSION, ErrorClass.AUTH})
_BAD, _SERVER_ERROR = 400, 500


@dataclass(frozen=True, slots=True)
class YouTubeDialect:
    """YouTube's way of saying things."""

    @property
    def platform(self) -> Platform:
        return Platform.YOUTUBE

    def trouble(self, status: int, headers: Mapping[str, str], body: JsonValue) -> Trouble | None:
        """What is wrong with the answer; None when it is good."""
        told = body.get("error") if isinstance(body, dict) else None
        if told is None and status < _BAD:
            return None
        name, (error_class, sentence) = _meaning(status, told)
        return Trouble(
            error_class=error_class,
            message=f"YouTube {sentence} ({name}).",
            code=name,
            retry_after=_wait(error_class, headers),
        )

    def strain(
        self, method: str, path: str, headers: Mapping[str, str], now: datetime
    ) -> tuple[Strain, ...]:
        """Nothing: YouTube's headers tell no allowance."""
        return ()

    def bucket(self, method: str, path: str) -> str:
        return UNITS

    def cost(self, method: str, path: str) -> int:
        """Units; an invalid request costs as much as a valid one."""
        return READ_UNITS if method == "GET" else WRITE_UNITS


YOUTUBE = YouTubeDialect()


def quota_resets_at(now: datetime) -> datetime:
    """The next midnight in California, when the units of the day are counted anew (UTC)."""
    tomorrow = now.astimezone(PACIFIC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), tzinfo=PACIFIC).astimezone(UTC)


def quota_day(now: datetime) -> str:
    """The Pacific day that units spent now are counted against, as YYYY-MM-DD."""
    return now.astimezone(PACIFIC).date().isoformat()


def thread_of(comment_id: str) -> str:
    """The thread of a comment: its own id, or that before the dot of a reply's."""
    return comment_id.split(".", 1)[0]


def text_in(snippet: JsonObject) -> str | None:
    """A comment's text as it was written; where YouTube keeps that from us, as it is shown (asked
    for as plain text). A comment may be an image and no text: "". None where nothing is told."""
    for key in ("textOriginal", "textDisplay"):
        value = snippet.get(key)
        if isinstance(value, str):
            return value
    return None


# ------------------------------------------------------------------------------ inside


def _meaning(status: int, told: JsonValue) -> tuple[str, Meaning]:
    """(the platform's name for it, what it means)."""
    if isinstance(told, str):  # the token endpoint's shape
        unknown = (ErrorClass.AUTH, "refuses to give a new access token")
        return _safe_name(told), TOKEN_ERRORS.get(told, unknown)
    error = told if isinstance(told, dict) else {}
    by_status = STATUSES.get(str(error.get("status")))
    for reason in _reasons(error):
        meaning = REASONS.get(reason)
        if meaning is None:
            continue
        if meaning[0] is ErrorClass.RATE and _per_day(error):
            meaning = _QUOTA
        if meaning[0] is ErrorClass.TRANSIENT and by_status and by_status[0] in _STRONG:
            return str(error["status"]), by_status
        return reason, meaning
    if by_status is not None:
        return str(error["status"]), by_status
    return f"HTTP {status}", _by_http(status)


def _by_http(status: int) -> Meaning:
    if status >= _SERVER_ERROR:
        return _TRANSIENT
    unknown = (ErrorClass.INVALID, "reports an error that Sunwai does not know; not tried again")
    return _HTTP.get(status, unknown)


def _reasons(error: JsonObject) -> Iterator[str]:
    for key in ("errors", "details"):
        told = error.get(key)
        for item in told if isinstance(told, list) else ():
            reason = item.get("reason") if isinstance(item, dict) else None
            if isinstance(reason, str):
                yield reason


def _per_day(error: JsonObject) -> bool:
    """Google's newer errors tell a spent day as a rate limit, named in the details."""
    details = error.get("details")
    for item in details if isinstance(details, list) else ():
        facts = item.get("metadata") if isinstance(item, dict) else None
        limit = facts.get("quota_limit") if isinstance(facts, dict) else None
        if isinstance(limit, str) and "PerDay" in limit:
            return True
    return False


def _wait(error_class: ErrorClass, headers: Mapping[str, str]) -> timedelta | None:
    if error_class is ErrorClass.RATE:
        told = headers.get("retry-after", "")
        return timedelta(seconds=int(told)) if told.isascii() and told.isdigit() else UNTOLD_WAIT
    if error_class is not ErrorClass.QUOTA_DAY:
        return None
    now = _date(headers)
    return None if now is None else quota_resets_at(now) - now


def _date(headers: Mapping[str, str]) -> datetime | None:
    try:
        at = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _safe_name(text: str) -> str:
    return text if text.replace("_", "").isalnum() and len(text) < 60 else "unknown"
