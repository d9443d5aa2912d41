"""How Meta's Graph API says things; Facebook Pages and Instagram share it.

CONNECTORS.md 2.7, 2.8, 3.4. An answer is judged by ``code`` and ``error_subcode``, never by HTTP
status or message: messages are translated and change. A code that is in no table is not tried
again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from data.dialects.base import Strain, Trouble
from data.model import ErrorClass, JsonObject, JsonValue, Platform

CALLS = "calls"  # the one allowance: whichever of the app's and the page's is nearer to its end
UNTOLD_WAIT = timedelta(minutes=15)  # throttled and no time told; calling on lengthens the block

Meaning = tuple[ErrorClass, str]

_RATE = (ErrorClass.RATE, "asks to be called less often")
_PERMISSION = (
    ErrorClass.PERMISSION,
    "does not allow this with the token: a permission is missing or was withdrawn, or the person "
    "behind the token lost the role on the page",
)
_TRANSIENT = (ErrorClass.TRANSIENT, "is out of order for the moment")
_DOUBT = (ErrorClass.AMBIGUOUS, "says: gone, or not allowed with this token")
_TOKEN = (ErrorClass.AUTH, "does not take the access token. Connect the page again")

CODES: Mapping[int, Meaning] = {
    1: _TRANSIENT,
    2: _TRANSIENT,
    3: (ErrorClass.PERMISSION, "does not give this ability to the app"),
    4: _RATE,
    10: _PERMISSION,
    17: _RATE,
    32: _RATE,
    33: _DOUBT,
    100: (
        ErrorClass.INVALID,
        "did not take the request: a part of it is wrong, the app's secret is asked for, or a "
        "permission is missing",
    ),
    102: _TOKEN,
    190: _TOKEN,
    341: _RATE,
    368: (
        ErrorClass.ABUSE_STOP,
        "has blocked actions of this page as abusive. All actions stop until a person has looked",
    ),
    506: (ErrorClass.INVALID, "says that the same was posted just before"),
    613: _RATE,
    803: (ErrorClass.GONE, "says that this does not exist"),
    1705: (ErrorClass.AUTH, "was called as a person. The token must be the page's own"),
    80001: _RATE,
    80002: _RATE,
}

_RECONNECT = "Connect the page again"
SUBCODES: Mapping[tuple[int, int], Meaning] = {
    (100, 33): _DOUBT,
    (190, 458): (ErrorClass.AUTH, f"says that the app was removed from the account. {_RECONNECT}"),
    (190, 459): (
        ErrorClass.AUTH,
        f"asks the person behind the token to sign in and pass a security check. {_RECONNECT}",
    ),
    (190, 460): (
        ErrorClass.AUTH,
        f"ended the token because the password was changed. {_RECONNECT}",
    ),
    (190, 463): (ErrorClass.AUTH, f"says that the access token has expired. {_RECONNECT}"),
    (190, 464): (
        ErrorClass.AUTH,
        f"says that the account behind the token is not confirmed. {_RECONNECT}",
    ),
    (190, 467): (ErrorClass.AUTH, f"says that the access token is not valid. {_RECONNECT}"),
    (190, 492): (
        ErrorClass.AUTH,
        f"says that the person behind the token lost the role on the page. {_RECONNECT}",
    ),
}

_PERMISSION_CODES = range(200, 300)
_SERVER_ERROR, _TOO_MANY, _BAD = 500, 429, 400
_TOKENISH = re.compile(r"(?:EAA|IGQ|IGA|access_token=)\S+|[\w|%.-]{40,}", re.ASCII)
_QUOTED = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaDialect:
    """Facebook's or Instagram's way of saying things. ``family`` is its type in the headers."""

    platform: Platform
    title: str
    family: str

    def trouble(self, status: int, headers: Mapping[str, str], body: JsonValue) -> Trouble | None:
        """What is wrong with the answer; None when it is good."""
        told = body.get("error") if isinstance(body, dict) else None
        if isinstance(told, dict):
            return self._told(told, headers)
        if status < _BAD:
            return None
        return Trouble(
            error_class=_class_of_status(status),
            message=f"{self.title} answered with HTTP {status} and no word of why.",
            code=str(status),
            retry_after=_wait(headers) if status == _TOO_MANY else None,
        )

    def _told(self, told: JsonObject, headers: Mapping[str, str]) -> Trouble:
        code, subcode = whole(told.get("code")), whole(told.get("error_subcode"))
        error_class, sentence = _meaning(code, subcode, told.get("is_transient") is True)
        trace = told.get("fbtrace_id")
        name = str(code) if subcode is None else f"{code}/{subcode}"
        return Trouble(
            error_class=error_class,
            message=f"{self.title} {sentence} (code {name}{_quoted(told.get('message'))}).",
            code=name,
            retry_after=_wait(headers) if error_class is ErrorClass.RATE else None,
            trace=trace if isinstance(trace, str) else None,
        )

    def strain(
        self, method: str, path: str, headers: Mapping[str, str], now: datetime
    ) -> tuple[Strain, ...]:
        """How far the calls are used up: the worst of what the headers say. Values there are
        percent, the time to wait is in minutes (CONNECTORS.md 2.7)."""
        shares = [share for share, _ in _usages(headers, self.family)]
        if not shares:
            return ()
        wait = max((wait for _, wait in _usages(headers, self.family)), default=timedelta(0))
        return (
            Strain(
                bucket=CALLS,
                used=max(shares),
                resets_at=now + wait if wait > timedelta(0) else None,
            ),
        )

    def bucket(self, method: str, path: str) -> str:
        return CALLS

    def cost(self, method: str, path: str) -> int:
        return 1


def served_version(headers: Mapping[str, str], asked: str) -> str | None:
    """A sentence when another version served the call than the address ``asked`` names: an old
    version is replaced in silence (CONNECTORS.md 2.2). None when they are the same or untold."""
    wanted = re.search(r"/(v\d+\.\d+)(?:/|$)", asked)
    served = headers.get("facebook-api-version")
    if wanted is None or served is None or served == wanted[1]:
        return None
    return (
        f"Version {wanted[1]} of the interface was asked for and {served} answered. Set the "
        "source's address to a version that is still served."
    )


def last_part(identifier: str) -> str:
    """The canonical form of an id: ``page_post``, ``post_comment`` and ``comment`` all end so."""
    return identifier.rpartition("_")[2]


def instant(text: str) -> datetime:
    """An instant as Meta writes it, ``2026-06-01T07:00:00+0000``. Raises ValueError."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("no offset")
    return at.astimezone(UTC)


def whole(value: JsonValue) -> int | None:
    """The value when it is a whole number."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


# ------------------------------------------------------------------------------ inside


def _meaning(code: int | None, subcode: int | None, passing: bool) -> Meaning:
    if code is None:
        return ErrorClass.INVALID, "reports an error without a code"
    found = SUBCODES.get((code, subcode)) if subcode is not None else None
    found = found or CODES.get(code)
    if found is not None:
        return found
    if code in _PERMISSION_CODES:
        return _PERMISSION
    if passing:
        return _TRANSIENT
    return ErrorClass.INVALID, "reports an error that Sunwai does not know; it is not tried again"


def _class_of_status(status: int) -> ErrorClass:
    if status == _TOO_MANY:
        return ErrorClass.RATE
    return ErrorClass.TRANSIENT if status >= _SERVER_ERROR else ErrorClass.INVALID


def _quoted(message: JsonValue) -> str:
    """The platform's own words, without anything that may be a token: it repeats a broken one."""
    if not isinstance(message, str) or not message.strip():
        return ""
    words = " ".join(_TOKENISH.sub("...", message).split())[:_QUOTED]
    return f': "{words.rstrip(".")}"'


def _wait(headers: Mapping[str, str]) -> timedelta:
    told = [wait for _, wait in _usages(headers, None)]
    return max(told, default=timedelta(0)) or UNTOLD_WAIT


def _usages(headers: Mapping[str, str], family: str | None) -> Iterator[tuple[float, timedelta]]:
    """(share used, time to wait) of each allowance that the headers tell of."""
    app = _json(headers.get("x-app-usage"))
    if isinstance(app, dict) and app:
        yield _share(app), timedelta(0)
    business = _json(headers.get("x-business-use-case-usage"))
    for told in business.values() if isinstance(business, dict) else ():
        for item in told if isinstance(told, list) else ():
            if isinstance(item, dict) and family in (None, item.get("type")):
                minutes = whole(item.get("estimated_time_to_regain_access")) or 0
                yield _share(item), timedelta(minutes=min(max(minutes, 0), 60 * 24 * 7))


def _share(told: JsonObject) -> float:
    names = ("call_count", "total_cputime", "total_time")
    numbers = [v for v in (told.get(n) for n in names) if isinstance(v, int | float)]
    return max((float(n) for n in numbers), default=0.0) / 100


def _json(text: str | None) -> JsonValue:
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None
