"""Reading Facebook and Instagram: lists to their end, many comments by id, and a token's health.

What both share (CONNECTORS.md 2.4, 2.5, 2.8). Platform cursors live only inside one scan, and the
address of the next page is never used or kept: it holds the token.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from collectors.access import AccessHealth
from collectors.base import CollectError
from collectors.items import inner
from collectors.wire import Wire
from data.dialects.meta import served_version, whole
from data.model import CollectedPost, ErrorClass, JsonObject, JsonValue, Liveness

BATCH = 50  # parts that one call takes
MOST_EMPTY = 200  # empty pages in a row; a list that goes on so is going nowhere
RESTARTS = 3  # of one list whose cursor died with its item
_LIVENESS: Mapping[ErrorClass, Liveness] = {
    ErrorClass.GONE: Liveness.GONE,
    ErrorClass.AMBIGUOUS: Liveness.UNDECIDED,
    ErrorClass.PERMISSION: Liveness.NOT_VISIBLE,
    ErrorClass.INVALID: Liveness.UNDECIDED,
}


# ------------------------------------------------------------------------------ lists


def pages_of(wire: Wire, path: str, params: Mapping[str, str]) -> Iterator[JsonObject]:
    """The pages of a list until ``next`` is absent: a short or empty page is no end.

    A cursor that died because its item was deleted begins the list anew, so items may come twice.
    Raises CollectError.
    """
    place: dict[str, str] = {}
    empty, restarts = 0, 0
    while True:
        try:
            body = wire.get(path, {**params, **place})
        except CollectError as error:
            if error.error_class is not ErrorClass.INVALID or not place or restarts == RESTARTS:
                raise
            place, restarts = {}, restarts + 1
            continue
        data = listed_in(body)
        yield body
        if not goes_on(body):
            return
        following = _next_place(body)
        if not following or (data and following == place):
            raise CollectError(ErrorClass.INVALID, "The platform gave no way to its next page.")
        place = following
        empty = 0 if data else empty + 1
        if empty > MOST_EMPTY:
            raise CollectError(
                ErrorClass.INVALID, f"The platform gave {empty} empty pages in a row, and no end."
            )


def listed_in(body: JsonObject) -> list[JsonValue]:
    """The items of a page. Raises CollectError where the answer is no list."""
    data = body.get("data")
    if not isinstance(data, list):
        raise CollectError(ErrorClass.INVALID, "The platform's list is not told whole.")
    return data


def goes_on(body: JsonObject) -> bool:
    """Whether the platform says that another page follows."""
    return bool(inner(body, "paging").get("next"))


_BY_TIME = ("since", "until", "__paging_token")


def _next_place(body: JsonObject) -> dict[str, str]:
    """Where the next page begins: a cursor, or, where posts are paged by time, the instants that
    stand in its address. Nothing else of that address is looked at: it holds the token."""
    paging = inner(body, "paging")
    after = inner(paging, "cursors").get("after")
    if isinstance(after, str) and after:
        return {"after": after}
    address = paging.get("next")
    try:
        told = parse_qs(urlsplit(address).query) if isinstance(address, str) else {}
    except ValueError:
        return {}
    return {name: told[name][0] for name in _BY_TIME if name in told}


# ------------------------------------------------------------------------------ by id


def read_by_id(
    wire: Wire, call_ids: Sequence[str], fields: str
) -> Mapping[str, tuple[Liveness, JsonObject | None]]:
    """Each object as it is now, 50 in a call. A part that fails for a reason of the whole account
    (token, allowance, outage) raises CollectError: it says nothing of the object."""
    found: dict[str, tuple[Liveness, JsonObject | None]] = {}
    for start in range(0, len(call_ids), BATCH):
        some = call_ids[start : start + BATCH]
        found |= dict(zip(some, _batch(wire, some, fields), strict=True))
    return found


def _batch(
    wire: Wire, call_ids: Sequence[str], fields: str
) -> list[tuple[Liveness, JsonObject | None]]:
    query = urlencode({"fields": fields})
    parts = [{"method": "GET", "relative_url": f"{quote(i, safe='')}?{query}"} for i in call_ids]
    form = {"batch": json.dumps(parts), "include_headers": "false"}
    told = wire.post_for_list("/", form)
    if len(told) != len(call_ids):
        raise CollectError(ErrorClass.TRANSIENT, "The platform left out parts of its answer.")
    return [_part(wire, i, part, fields) for i, part in zip(call_ids, told, strict=True)]


def _part(
    wire: Wire, call_id: str, part: JsonValue, fields: str
) -> tuple[Liveness, JsonObject | None]:
    body = _body_of(part)
    code = whole(part.get("code")) if isinstance(part, dict) else None
    if code is None or body is None:  # a part that timed out is null
        return _alone(wire, call_id, fields)
    trouble = wire.dialect.trouble(code, {}, body)
    if trouble is None:
        return _alive(body)
    if trouble.error_class is ErrorClass.TRANSIENT:
        return _alone(wire, call_id, fields)
    if trouble.error_class not in _LIVENESS:
        raise CollectError(trouble.error_class, trouble.message)
    return _LIVENESS[trouble.error_class], None


def _alone(wire: Wire, call_id: str, fields: str) -> tuple[Liveness, JsonObject | None]:
    try:
        return _alive(wire.get(f"/{quote(call_id, safe='')}", {"fields": fields}))
    except CollectError as error:
        if error.error_class not in _LIVENESS:
            raise
        return _LIVENESS[error.error_class], None


def _alive(body: JsonObject) -> tuple[Liveness, JsonObject | None]:
    return Liveness.ALIVE, body


def _body_of(part: JsonValue) -> JsonObject | None:
    text = part.get("body") if isinstance(part, dict) else None
    try:
        body: object = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None
    return cast(JsonObject, body) if isinstance(body, dict) else None


# ------------------------------------------------------------------------------ access


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """The permissions that a token must have, each with what it is for. Without one of
    ``reading`` nothing works; without one of ``acting`` nothing can be hidden or deleted."""

    reading: Mapping[str, str]
    acting: Mapping[str, str]


def token_health(
    wire: Wire,
    needs_of: Callable[[Sequence[str]], Needs],
    account: str | None,
    problem: str,
    *,
    always: bool = True,
) -> AccessHealth:
    """What ``debug_token`` says of the token in use. ``account`` is whose it is; ``problem`` is a
    sentence on what was already found wrong, or empty. The client itself adds the token that is
    asked about. ``always`` False: this route may not know the question (Instagram's log-in)."""
    problems = [problem] if problem else []
    try:
        body, headers = wire.get_told("/debug_token")
    except CollectError as error:
        unknown = error.error_class in (ErrorClass.INVALID, ErrorClass.AMBIGUOUS)
        if not unknown and error.error_class not in (ErrorClass.AUTH, ErrorClass.PERMISSION):
            raise
        if not always and unknown:
            return AccessHealth(ok=not problem, account=account, problems=tuple(problems))
        told = f"What the token may do could not be asked: {error.message}"
        return AccessHealth(ok=False, account=account, problems=(*problems, told))
    token = inner(body, "data")
    old = served_version(headers, str(wire.client.base_url))
    if old is not None:
        problems.append(old)
    if token.get("is_valid") is not True:
        problems.append("The access token is not valid any more. Connect the page again.")
    scopes = _texts(token.get("scopes"))
    needs = needs_of(scopes)
    missing = [s for s in (*needs.reading, *needs.acting) if s not in scopes]
    purposes = {**needs.reading, **needs.acting}
    fatal = bool(problem) or token.get("is_valid") is not True
    fatal = fatal or any(s in needs.reading for s in missing)
    problems += [
        f"The permission {scope} is missing; it is for {purposes[scope]}. Grant it and connect "
        "the page again."
        for scope in missing
    ]
    return AccessHealth(
        ok=not fatal,
        account=account,
        expires_at=_moment(token.get("expires_at")),
        data_access_until=_moment(token.get("data_access_expires_at")),
        scopes=scopes,
        missing=tuple(missing),
        problems=tuple(problems),
    )


def _moment(value: JsonValue) -> datetime | None:
    """Seconds since 1970; 0 stands for never."""
    seconds = whole(value)
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None


def _texts(value: JsonValue) -> tuple[str, ...]:
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()


def before(post: CollectedPost, border: datetime | None) -> bool:
    """Whether a post is known to have been made before the border."""
    return border is not None and post.created_at is not None and post.created_at < border
