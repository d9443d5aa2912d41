"""The write side of the mock platform (its shape is described in sunwai/mock_platform.py)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import cast
from urllib.parse import quote

import httpx

from data.model import ActionKind, Comment, JsonObject, Liveness, Visibility
from moderation.platforms.base import Capabilities, RequestPlan, Seen, SendResult, SendStatus

_CAN = Capabilities(
    kinds=frozenset({ActionKind.HIDE, ActionKind.UNHIDE, ActionKind.REMOVE}),
    irreversible=frozenset({ActionKind.REMOVE}),
    reads_state=True,
)


@dataclass(frozen=True, slots=True)
class MockWriteSide:
    """Hides, shows and deletes on the mock platform. ``client`` has address and token set."""

    client: httpx.Client

    @property
    def can(self) -> Capabilities:
        return _CAN

    def build(self, kind: ActionKind, comment: Comment) -> RequestPlan:
        path = f"/v1/comments/{quote(comment.call_id, safe='')}"
        if kind is ActionKind.REMOVE:
            return RequestPlan(method="DELETE", path=path)
        # Nothing but is_hidden: a platform of this shape takes a message as an edit.
        return RequestPlan(method="POST", path=path, body={"is_hidden": kind is ActionKind.HIDE})

    def fresh(self, comment: Comment) -> Seen:
        path = f"/v1/comments/{quote(comment.call_id, safe='')}"
        try:
            response = self.client.get(path)
        except httpx.RequestError as error:
            problem = f"the platform could not be reached ({type(error).__name__})"
            return Seen(liveness=Liveness.UNDECIDED, problem=problem)
        return _seen(response)

    def observe(self, comment: Comment) -> Seen:
        return self.fresh(comment)

    def send(self, plan: RequestPlan) -> SendResult:
        try:
            response = self.client.request(plan.method, plan.path, json=plan.body or None)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            detail = f"the platform could not be reached ({type(error).__name__})"
            return SendResult(status=SendStatus.FAILED, detail=detail)
        except httpx.RequestError as error:
            # It was on its way when the line broke: it may have been done.
            detail = f"no answer came ({type(error).__name__})"
            return SendResult(status=SendStatus.UNKNOWN, detail=detail)
        return _result(response)


def _seen(response: httpx.Response) -> Seen:
    kind, message = _error(response)
    if response.is_success:
        body = _object(response)
        text, hidden = body.get("message"), body.get("is_hidden")
        if not isinstance(text, str) or not isinstance(hidden, bool):
            return Seen(liveness=Liveness.UNDECIDED, problem="the answer is not told whole")
        visibility = Visibility.HIDDEN if hidden else Visibility.PUBLIC
        return Seen(liveness=Liveness.ALIVE, text=text, visibility=visibility, raw=body)
    if response.status_code == httpx.codes.NOT_FOUND.value and kind == "gone":
        return Seen(liveness=Liveness.GONE)
    if response.status_code == httpx.codes.FORBIDDEN.value:
        return Seen(liveness=Liveness.NOT_VISIBLE, problem=message)
    return Seen(liveness=Liveness.UNDECIDED, problem=message)


def _result(response: httpx.Response) -> SendResult:
    kind, message = _error(response)
    status = response.status_code
    told: JsonObject = {"status": status, "body": _object(response)}
    if response.is_success:
        return SendResult(status=SendStatus.ACCEPTED, response=told)
    if status == httpx.codes.NOT_FOUND.value and kind == "gone":
        return SendResult(status=SendStatus.GONE, detail=message, response=told)
    if status == httpx.codes.TOO_MANY_REQUESTS.value:
        return SendResult(
            status=SendStatus.RATE,
            detail=message,
            response=told,
            retry_after=_retry_after(response),
        )
    if status == httpx.codes.UNAUTHORIZED.value:
        return SendResult(status=SendStatus.FAILED, detail=message, response=told)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR.value:
        return SendResult(status=SendStatus.UNKNOWN, detail=message, response=told)
    return SendResult(status=SendStatus.REFUSED, detail=message, response=told)


def _retry_after(response: httpx.Response) -> timedelta | None:
    told = response.headers.get("Retry-After", "")
    return timedelta(seconds=int(told)) if told.isascii() and told.isdigit() else None


def _object(response: httpx.Response) -> JsonObject:
    try:
        body: object = response.json()
    except (ValueError, RecursionError):
        return {}
    return cast(JsonObject, body) if isinstance(body, dict) else {}


def _error(response: httpx.Response) -> tuple[str, str]:
    """(type, message) of the platform's error; the bare status where it tells none."""
    error = _object(response).get("error")
    told = error if isinstance(error, dict) else {}
    kind, message = told.get("type"), told.get("message")
    sentence = message if isinstance(message, str) else f"HTTP {response.status_code}"
    return kind if isinstance(kind, str) else "", sentence[:300]
