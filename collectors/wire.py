"""Asking a platform for JSON: one place that reads its errors and tries again what may be.

Only what the dialect calls TRANSIENT is tried again here; what is held back for its allowance, and
every other failure, ends as a CollectError whose sentence a person can act on.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar, cast

import httpx
import stamina

from collectors.base import CollectError
from data.dialects.base import Dialect, HeldBack, Trouble
from data.model import ErrorClass, JsonObject, JsonValue

TRIES = 5
LONGEST_WAIT = 20.0  # seconds between two tries; a sweep comes again in minutes
LONGEST_ANSWER = 60.0  # seconds for one answer, however slowly it drips
T = TypeVar("T", JsonObject, list[JsonValue])
MOST_BYTES = 32 * 2**20  # of one answer; a page of 100 comments has some 70 KB


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A platform's address (with credentials, in the client) and its dialect.

    ``clock`` turns "again in so many seconds" into an instant; without it none is told.
    ``seconds`` is a clock that only ever goes forward, for the time that an answer may take.
    """

    client: httpx.Client
    dialect: Dialect
    tries: int = TRIES
    clock: Callable[[], datetime] | None = None
    seconds: Callable[[], float] = time.monotonic

    def get(self, path: str, params: Mapping[str, str] | None = None) -> JsonObject:
        """The answer's JSON object. ``path`` is below the client's address. Raises CollectError."""
        return self.get_told(path, params)[0]

    def get_told(
        self, path: str, params: Mapping[str, str] | None = None
    ) -> tuple[JsonObject, Mapping[str, str]]:
        """get(), and the answer's headers by their names in lower case."""
        return self._tried(dict, "GET", path, params=params)

    def list_told(
        self, path: str, params: Mapping[str, str] | None = None
    ) -> tuple[list[JsonValue], Mapping[str, str]]:
        """A list (Mastodon's answers), and the headers, which say where it goes on."""
        return self._tried(list, "GET", path, params=params)

    def post_for_list(self, path: str, form: Mapping[str, str]) -> list[JsonValue]:
        """The list that answers a form which only reads (Meta's batch). Raises CollectError."""
        return self._tried(list, "POST", path, form=form)[0]

    def _tried(
        self,
        kind: type[T],
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> tuple[T, Mapping[str, str]]:
        if "://" in path or path.startswith("//"):
            raise CollectError(
                ErrorClass.INVALID, "A path led to another address; nothing was sent."
            )
        for attempt in stamina.retry_context(
            on=_worth_retrying, attempts=self.tries, wait_max=LONGEST_WAIT
        ):
            with attempt:
                return self._told(kind, self._sent(method, path, params, form))
        raise AssertionError("stamina gives at least one attempt")

    def _told(self, kind: type[T], answer: _Answer) -> tuple[T, Mapping[str, str]]:
        body = _json_of(answer.body)
        trouble = self.dialect.trouble(answer.status, answer.headers, body)
        if trouble is not None:
            raise self._error(trouble)
        if not isinstance(body, kind):
            raise CollectError(ErrorClass.TRANSIENT, _no_object(answer))
        return body, answer.headers

    def _error(self, trouble: Trouble) -> CollectError:
        until = None
        if trouble.retry_after is not None and self.clock is not None:
            until = self.clock() + max(trouble.retry_after, timedelta(0))
        trace = f" The platform's trace: {trouble.trace}." if trouble.trace else ""
        return CollectError(trouble.error_class, trouble.message + trace, until=until)

    def _sent(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        form: Mapping[str, str] | None,
    ) -> _Answer:
        try:
            with self.client.stream(method, path, params=params, data=form) as response:
                _refuse_redirect(response)
                return _Answer(
                    status=response.status_code,
                    headers={k.lower(): v for k, v in response.headers.items()},
                    body=_read_at_most(response, self.seconds),
                )
        except HeldBack as held:
            raise CollectError(held.error_class, held.why, until=held.until) from held
        except httpx.RequestError as error:
            raise _unreachable(error) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What came back. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def _refuse_redirect(response: httpx.Response) -> None:
    if not response.is_redirect:
        return
    host = _host_of(response.headers.get("location", ""))
    raise CollectError(
        ErrorClass.CONFIG,
        f"The platform sends us on to {host or 'another address'}, which is not followed: a token "
        "belongs to one host. Check the source's address.",
    )


def _host_of(location: str) -> str:
    try:
        return httpx.URL(location).host[:120]
    except httpx.InvalidURL:
        return ""


def _read_at_most(response: httpx.Response, seconds: Callable[[], float]) -> bytes:
    begun, parts, size = seconds(), list[bytes](), 0
    for part in response.iter_bytes():
        size += len(part)
        if size > MOST_BYTES:
            raise CollectError(
                ErrorClass.INVALID,
                f"The platform's answer is over {MOST_BYTES >> 20} MB; no page of comments is. "
                "Check the source's address.",
            )
        if seconds() - begun > LONGEST_ANSWER:
            raise CollectError(
                ErrorClass.TRANSIENT,
                f"The platform's answer was still not whole after {LONGEST_ANSWER:.0f} seconds.",
            )
        parts.append(part)
    return b"".join(parts)


_TLS = ("CERTIFICATE", "SSL", "TLS")


def _unreachable(error: httpx.RequestError) -> CollectError:
    if isinstance(error, httpx.ConnectError) and any(w in str(error).upper() for w in _TLS):
        return CollectError(
            ErrorClass.CONFIG,
            "The platform's certificate could not be trusted; nothing was sent. Check the "
            "machine's clock, its certificates and the source's address.",
        )
    if isinstance(error, httpx.TimeoutException):
        said = "The platform did not answer in time"
    elif isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.DecodingError):
        said = "The platform's answer broke off in the middle"
    else:
        said = "The platform could not be reached"
    return CollectError(ErrorClass.TRANSIENT, f"{said} ({type(error).__name__}).")


def _json_of(body: bytes) -> JsonValue:
    try:
        return cast(JsonValue, json.loads(body))
    except (ValueError, RecursionError):
        return None


def _no_object(answer: _Answer) -> str:
    if "html" in answer.headers.get("content-type", ""):
        return "A web page came instead of data: something on the way answered for the platform."
    return "The platform's answer broke off or is cut."


def _worth_retrying(error: Exception) -> bool:
    return isinstance(error, CollectError) and error.error_class is ErrorClass.TRANSIENT
