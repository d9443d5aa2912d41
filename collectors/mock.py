"""Reading the mock platform (its shape is described in sunwai/mock_platform.py).

One list for the whole page, newest first, by cursor. The client comes with address and token.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import quote

import httpx
import stamina

from collectors.base import CollectError, Page
from data.model import (
    CollectedAuthor,
    CollectedComment,
    CollectedPost,
    ErrorClass,
    JsonObject,
    JsonValue,
    Liveness,
    Platform,
    Raw,
    RowError,
    Visibility,
    utc,
)

MAPPER = "mock/1"
PAGE_SIZE = 100
TRIES = 3  # a sweep comes again in minutes; more patience would only hold up the others
_ERRORS = {
    "token": (ErrorClass.AUTH, "The platform does not take the access token. Renew it"),
    "permission": (ErrorClass.PERMISSION, "The platform does not allow this with the token"),
    "ambiguous": (ErrorClass.AMBIGUOUS, "The platform says: gone, or not allowed"),
    "gone": (ErrorClass.GONE, "The platform says that this is gone"),
    "rate": (ErrorClass.RATE, "The platform asks to be called less often"),
    "outage": (ErrorClass.TRANSIENT, "The platform is out of order"),
    "transient": (ErrorClass.TRANSIENT, "The platform's answer was lost on its way"),
}
_LIVENESS = {
    ErrorClass.GONE: Liveness.GONE,
    ErrorClass.PERMISSION: Liveness.NOT_VISIBLE,
    ErrorClass.AMBIGUOUS: Liveness.UNDECIDED,
}


class Unmappable(ValueError):
    """The item is no comment as the mapper knows them; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class MockCollector:
    """The mock platform's page. ``client`` has its base address and bearer token set."""

    client: httpx.Client

    @property
    def platform(self) -> Platform:
        return Platform.MOCK

    def scan(
        self, *, stop_before: datetime | None, posts_after: datetime | None = None
    ) -> Iterator[Page]:
        """Pages of at most 100 comments. Ends with the list, or with the first page whose oldest
        comment is older than ``stop_before`` or than ``posts_after``: none is older than its post.
        """
        border = max((d for d in (stop_before, posts_after) if d is not None), default=None)
        after: str | None = None
        row = 0
        while True:
            params = {"limit": str(PAGE_SIZE)} | ({} if after is None else {"after": after})
            body = self._get("/v1/comments", params)
            page = _page(body, row, border)
            row += len(page.items) + len(page.unmapped)
            yield page
            if page.end:
                return
            after = _next_cursor(body, after)

    def read_comments(
        self, call_ids: Sequence[str]
    ) -> Mapping[str, tuple[Liveness, CollectedComment | None]]:
        return {call_id: self._read(call_id) for call_id in call_ids}

    def _read(self, call_id: str) -> tuple[Liveness, CollectedComment | None]:
        try:
            item = self._get(f"/v1/comments/{quote(call_id, safe='')}")
        except CollectError as error:
            liveness = _LIVENESS.get(error.error_class)
            if liveness is None:
                raise
            return liveness, None
        if item.get("id") != call_id:
            raise CollectError(ErrorClass.INVALID, "The platform answered with another comment.")
        try:
            return Liveness.ALIVE, map_comment(item)
        except Unmappable:
            return Liveness.ALIVE, None

    def _get(self, path: str, params: Mapping[str, str] | None = None) -> JsonObject:
        for attempt in stamina.retry_context(on=_worth_retrying, attempts=TRIES, wait_max=5.0):
            with attempt:
                return _object_of(self._send(path, params))
        raise AssertionError("stamina gives at least one attempt")

    def _send(self, path: str, params: Mapping[str, str] | None) -> httpx.Response:
        try:
            return self.client.get(path, params=params)
        except httpx.RequestError as error:
            raise CollectError(
                ErrorClass.TRANSIENT,
                f"The platform could not be reached ({type(error).__name__}).",
            ) from error


def map_comment(item: JsonObject) -> CollectedComment:
    """One item of the platform as a comment. Raises Unmappable, which says what is wrong."""
    external_id = _text(item, "id")
    hidden = item.get("is_hidden")
    return CollectedComment(
        platform=Platform.MOCK,
        external_id=external_id,
        call_id=external_id,
        text=_text(item, "message"),
        post=_post(_inner(item, "post")),
        parent_external_id=_maybe_text(_inner(item, "parent"), "id"),
        author=_author(item),
        created_at=_instant(item, "created_time"),
        updated_at=_instant(item, "updated_time") if "updated_time" in item else None,
        visibility=_VISIBILITY[hidden] if isinstance(hidden, bool) else Visibility.UNKNOWN,
        can_hide=_flag(item, "can_hide"),
        can_remove=_flag(item, "can_remove"),
        like_count=_count(item, "like_count"),
        permalink=_maybe_text(item, "permalink_url"),
    )


_VISIBILITY = {True: Visibility.HIDDEN, False: Visibility.PUBLIC}


def _post(post: JsonObject) -> CollectedPost | None:
    external_id = _maybe_text(post, "id")
    if external_id is None:
        return None
    return CollectedPost(
        external_id=external_id,
        text=_maybe_text(post, "message"),
        permalink=_maybe_text(post, "permalink_url"),
        created_at=_instant(post, "created_time") if "created_time" in post else None,
    )


def _author(item: JsonObject) -> CollectedAuthor | None:
    author = _inner(item, "from")
    if not author:
        return None
    return CollectedAuthor(
        external_id=_maybe_text(author, "id"),
        display_name=_maybe_text(author, "name"),
        is_page_owner=item.get("by_page") is True,
    )


# ------------------------------------------------------------------------------ pages and answers


def _page(body: JsonObject, row: int, stop_before: datetime | None) -> Page:
    data, goes_on = body.get("data"), _inner(body, "paging").get("next")
    if not isinstance(data, list) or not isinstance(goes_on, bool):
        raise CollectError(ErrorClass.INVALID, "The platform's list is not told whole.")
    items: list[tuple[CollectedComment, Raw]] = []
    unmapped: list[RowError] = []
    for number, item in enumerate(data, start=row + 1):
        raw = json.dumps(item, ensure_ascii=False, sort_keys=True)
        try:
            if not isinstance(item, dict):
                raise Unmappable("The item is no object.")
            comment = map_comment(item)
        except Unmappable as error:
            unmapped.append(RowError(row=number, reason=str(error), raw=raw))
            continue
        items.append((comment, Raw(body=raw, locator="GET /v1/comments", mapper=MAPPER)))
    dates = [c.created_at for c, _ in items if c.created_at is not None]
    past = stop_before is not None and bool(dates) and min(dates) < stop_before
    return Page(
        items=tuple(items),
        unmapped=tuple(unmapped),
        end=past or not goes_on,
        platform_total=_count(body, "total_count"),
    )


def _next_cursor(body: JsonObject, last: str | None) -> str:
    after = _maybe_text(_inner(_inner(body, "paging"), "cursors"), "after")
    if after is None or after == last:
        raise CollectError(ErrorClass.INVALID, "The platform gave no cursor to its next page.")
    return after


def _object_of(response: httpx.Response) -> JsonObject:
    if response.is_success:
        try:
            body: object = response.json()
        except (ValueError, RecursionError) as error:
            raise CollectError(
                ErrorClass.TRANSIENT, "The platform's answer broke off in the middle."
            ) from error
        if isinstance(body, dict):
            return cast(JsonObject, body)
        raise CollectError(ErrorClass.INVALID, "The platform's answer is no object.")
    raise _error_of(response)


def _error_of(response: httpx.Response) -> CollectError:
    """The platform's error in our classes; an unknown one is not tried again."""
    status = response.status_code
    error_class, sentence = _ERRORS.get(
        _error_type(response),
        (ErrorClass.TRANSIENT, "The platform is out of order")
        if status >= httpx.codes.INTERNAL_SERVER_ERROR
        else (ErrorClass.INVALID, "The platform did not understand the request"),
    )
    wait = response.headers.get("Retry-After", "")
    later = f"; again in {wait} seconds" if wait.isdecimal() else ""
    return CollectError(error_class, f"{sentence} (HTTP {status}){later}.")


def _error_type(response: httpx.Response) -> str:
    try:
        body: object = response.json()
    except (ValueError, RecursionError):
        return ""
    error = _inner(cast(JsonObject, body), "error") if isinstance(body, dict) else {}
    return _maybe_text(error, "type") or ""


def _worth_retrying(error: Exception) -> bool:
    return isinstance(error, CollectError) and error.error_class is ErrorClass.TRANSIENT


# ------------------------------------------------------------------------------ fields


def _inner(item: JsonObject, key: str) -> JsonObject:
    value = item.get(key)
    return value if isinstance(value, dict) else {}


def _maybe_text(item: JsonObject, key: str) -> str | None:
    value: JsonValue = item.get(key)
    return value if isinstance(value, str) and value else None


def _text(item: JsonObject, key: str) -> str:
    value = _maybe_text(item, key)
    if value is None:
        raise Unmappable(f"The item has no {key}.")
    return value


def _instant(item: JsonObject, key: str) -> datetime:
    text = _text(item, key)
    try:
        return utc(datetime.fromisoformat(text))
    except ValueError as error:
        raise Unmappable(f"{key} is no instant with an offset: {text[:40]}.") from error


def _flag(item: JsonObject, key: str) -> bool | None:
    value = item.get(key)
    return value if isinstance(value, bool) else None


def _count(item: JsonObject, key: str) -> int | None:
    value = item.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
