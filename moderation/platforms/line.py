"""The line to a platform for writing: one place that sends once and says what came of it.

The platform's own meaning of an error comes from its dialect. Nothing is tried again here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import httpx

from data.dialects.base import Dialect, HeldBack, Trouble
from data.model import ErrorClass, JsonObject, JsonValue, Liveness
from moderation.platforms.base import RequestPlan, Seen, SendResult, SendStatus

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_QUOTA = "quota"

_STATUS: Mapping[ErrorClass, SendStatus] = {
    ErrorClass.TRANSIENT: SendStatus.UNKNOWN,  # "try again" does not say that nothing was done
    ErrorClass.UNKNOWN_OUTCOME: SendStatus.UNKNOWN,
    ErrorClass.AMBIGUOUS: SendStatus.UNKNOWN,  # gone or not allowed: reading it tells
    ErrorClass.RATE: SendStatus.RATE,
    ErrorClass.AUTH: SendStatus.FAILED,
    ErrorClass.CONFIG: SendStatus.FAILED,
    ErrorClass.GONE: SendStatus.GONE,
    ErrorClass.PERMISSION: SendStatus.REFUSED,
    ErrorClass.INVALID: SendStatus.REFUSED,
    ErrorClass.DISABLED: SendStatus.REFUSED,
    ErrorClass.ABUSE_STOP: SendStatus.ABUSE_STOP,
}
_LIVENESS: Mapping[ErrorClass, Liveness] = {
    ErrorClass.GONE: Liveness.GONE,
    ErrorClass.PERMISSION: Liveness.NOT_VISIBLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteLine:
    """A platform's address (with credentials, in the client) and its dialect."""

    client: httpx.Client
    dialect: Dialect

    def read(self, path: str, params: Mapping[str, str] | None = None) -> JsonObject | Seen:
        """The answer's JSON object; or, where there is none, a Seen that says why."""
        try:
            response = self.client.get(path, params=params)
        except HeldBack as held:
            return Seen(liveness=Liveness.UNDECIDED, problem=held.why, until=held.until)
        except httpx.RequestError as error:
            return Seen(liveness=Liveness.UNDECIDED, problem=_unreachable(error))
        body = _json_of(response)
        trouble = self._trouble(response, body)
        if trouble is not None:
            live = _LIVENESS.get(trouble.error_class, Liveness.UNDECIDED)
            return Seen(liveness=live, problem=trouble.message, error_class=trouble.error_class)
        if not isinstance(body, dict):
            return Seen(liveness=Liveness.UNDECIDED, problem="the platform's answer is cut")
        return body

    def send(self, plan: RequestPlan, says_yes: Callable[[int, JsonValue], bool]) -> SendResult:
        """Sends once. ``says_yes`` tells from HTTP status and body that it was done; an answer
        without error that does not say so leaves the outcome unknown."""
        try:
            response = self.client.request(
                plan.method,
                plan.path,
                params=cast(Any, plan.params) or None,
                json=plan.body or None,
            )
        except HeldBack as held:
            return SendResult(
                status=status_of(held.error_class),
                detail=held.why,
                until=held.until,
                error_class=held.error_class,
            )
        except _NEVER_LEFT as error:
            return SendResult(status=SendStatus.FAILED, detail=_unreachable(error))
        except httpx.RequestError as error:
            # It was on its way when the line broke: it may have been done.
            detail = f"no answer came ({type(error).__name__})"
            return SendResult(status=SendStatus.UNKNOWN, detail=detail)
        return self._result(response, says_yes)

    def _result(
        self, response: httpx.Response, says_yes: Callable[[int, JsonValue], bool]
    ) -> SendResult:
        body = _json_of(response)
        told: JsonObject = {"status": response.status_code}
        if isinstance(body, dict):
            told["body"] = body
        trouble = self._trouble(response, body)
        if trouble is not None:
            if trouble.trace:
                told["trace"] = trouble.trace
            return SendResult(
                status=status_of(trouble.error_class),
                detail=trouble.message,
                response=told,
                retry_after=trouble.retry_after,
                error_class=trouble.error_class,
            )
        if says_yes(response.status_code, body):
            return SendResult(status=SendStatus.ACCEPTED, response=told)
        detail = "the answer does not say whether it was done"
        return SendResult(status=SendStatus.UNKNOWN, detail=detail, response=told)

    def _trouble(self, response: httpx.Response, body: JsonValue) -> Trouble | None:
        if response.is_redirect:  # never followed: a platform does not move to another host
            return Trouble(
                error_class=ErrorClass.CONFIG,
                message="The platform answers from another address, which is not followed. Check "
                "the source's address.",
            )
        headers = {name.lower(): value for name, value in response.headers.items()}
        return self.dialect.trouble(response.status_code, headers, body)


def status_of(error_class: ErrorClass) -> SendStatus:
    """What a failure means for a write; an unknown one is a refusal: not tried again by itself."""
    if error_class.value.startswith(_QUOTA):
        return SendStatus.QUOTA
    return _STATUS.get(error_class, SendStatus.REFUSED)


def _unreachable(error: httpx.RequestError) -> str:
    return f"the platform could not be reached ({type(error).__name__})"


def _json_of(response: httpx.Response) -> JsonValue:
    try:
        return cast(JsonValue, response.json())
    except (ValueError, RecursionError):
        return None
