"""What Facebook and Instagram have in common on the rehearsal platforms: tokens, errors, paging.

CONNECTORS.md 2.1, 2.5, 2.7, 2.8. A page's ``next`` address holds the token, as the real one's
does: whoever keeps it has leaked it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import RLock
from urllib.parse import parse_qsl, urlsplit

from data.model import JsonObject, JsonValue
from sunwai.rehearsal.meta_fields import NotUnderstood
from sunwai.rehearsal.wire import Answer, Asked

VERSION = "v26.0"
DAY = timedelta(hours=24)
REGAIN = 7  # minutes that a throttled caller is told to wait


class Refusal(Exception):
    """The platform's own error, as an answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a token may do. ``kind``: page, user or app. ``ids``: whether comments' ids are told
    (not under Page Public Content Access, nor without the task MODERATE)."""

    kind: str = "page"
    scopes: frozenset[str] = frozenset()
    tasks: tuple[str, ...] = ("MODERATE", "CREATE_CONTENT", "ANALYZE", "MANAGE")
    expires_at: datetime | None = None
    data_access_until: datetime | None = None
    ended: int | None = None  # the subcode of error 190 that the token now gives

    @property
    def ids(self) -> bool:
        return "MODERATE" in self.tasks


@dataclass(slots=True, kw_only=True)
class Gate:
    """Who may call, how often, and what is told of it with each answer."""

    grants: dict[str, Grant]
    family: str
    account: str
    allowed: int = 4800 * 200  # calls in 24 hours: 4,800 for each engaged person
    app_secret: str = ""  # set: appsecret_proof is asked for
    version: str = VERSION  # the one that serves, whatever is asked for
    calls: deque[datetime] = field(default_factory=deque[datetime])

    def grant_of(self, asked: Asked, now: datetime) -> Grant:
        """What the caller may do. Raises Refusal."""
        token = asked.token
        grant = self.grants.get(token)
        if grant is None:
            raise refusal(190, "Invalid OAuth access token - Cannot parse access token", None, 400)
        if grant.ended is not None:
            raise refusal(190, "Error validating access token", grant.ended, 401)
        if grant.expires_at is not None and grant.expires_at <= now:
            raise refusal(190, "Error validating access token: Session has expired", 463, 401)
        self._prove(asked, token)
        self._count(now)
        return grant

    def _prove(self, asked: Asked, token: str) -> None:
        if not self.app_secret:
            return
        due = hmac.new(self.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        told = asked.query.get("appsecret_proof", "")
        if not hmac.compare_digest(due, told):
            raise refusal(100, "(#100) Invalid appsecret_proof provided in the API argument")

    def _count(self, now: datetime) -> None:
        while self.calls and self.calls[0] <= now - DAY:
            self.calls.popleft()
        if len(self.calls) >= self.allowed:
            raise Refusal(self.throttled())
        self.calls.append(now)

    def throttled(self) -> Answer:
        code = 80002 if self.family == "instagram" else 80001
        text = f"(#{code}) There have been too many calls to this account. Wait a bit and try again"
        return replaced(error_answer(code, text), self.headers(100, REGAIN))

    def headers(self, percent: int | None = None, regain: int = 0) -> dict[str, str]:
        """The usage headers, in percent and minutes."""
        used = min(100, len(self.calls) * 100 // self.allowed) if percent is None else percent
        load: JsonObject = {"call_count": used, "total_cputime": used // 2, "total_time": used // 2}
        item: JsonObject = {"type": self.family, **load, "estimated_time_to_regain_access": regain}
        return {
            "x-app-usage": json.dumps(load),
            "x-business-use-case-usage": json.dumps({self.account: [item]}),
            "facebook-api-version": self.version,
        }


def trouble_answer(gate: Gate, kind: str) -> Answer:
    """One kind of trouble in Meta's own shape: rate, token, permission, transient or quota."""
    match kind:
        case "rate" | "quota":
            return gate.throttled()
        case "token":
            text = "Error validating access token: Session has expired"
            return error_answer(190, text, subcode=463, status=401)
        case "permission":
            return error_answer(200, "(#200) Permissions error", status=403)
        case _:
            text = "An unexpected error has occurred. Please retry your request later."
            return error_answer(2, text, status=500, passing=True)


# ------------------------------------------------------------------------------ answering

Routed = Callable[[Asked, Grant, datetime], JsonValue]


def answered(gate: Gate, lock: RLock, routed: Routed, asked: Asked, now: datetime) -> Answer:
    """The answer to a request, or to each part of a batch, with the usage headers."""
    try:
        grant = gate.grant_of(asked, now)
        if asked.method == "POST" and not path_of(asked):
            answer = _batch(gate, lock, routed, asked, grant, now)
        else:
            answer = _one(lock, routed, asked, grant, now)
    except Refusal as refused:
        answer = refused.answer
    return replaced(answer, gate.headers())


def _one(lock: RLock, routed: Routed, asked: Asked, grant: Grant, now: datetime) -> Answer:
    try:
        with lock:
            return Answer(body=routed(asked, grant, now))
    except Refusal as refused:
        return refused.answer
    except NotUnderstood as error:
        return error_answer(100, str(error))


def _batch(
    gate: Gate, lock: RLock, routed: Routed, asked: Asked, grant: Grant, now: datetime
) -> Answer:
    parts: list[JsonValue] = []
    for method, address in batch_of(form_of(asked)):
        url = urlsplit("/" + address.lstrip("/"))
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        part = Asked(method=method, path=url.path, query=query, headers=asked.headers)
        gate.calls.append(now)  # each part counts as a call
        parts.append(batch_part(_one(lock, routed, part, grant, now)))
    return Answer(body=parts)


# ------------------------------------------------------------------------------ errors


def error_answer(
    code: int,
    message: str,
    *,
    subcode: int | None = None,
    status: int = 400,
    passing: bool = False,
) -> Answer:
    told: JsonObject = {"message": message, "type": "OAuthException", "code": code}
    if subcode is not None:
        told["error_subcode"] = subcode
    if passing:
        told["is_transient"] = True
    told["fbtrace_id"] = "A" + hashlib.sha256(f"{code} {message}".encode()).hexdigest()[:22]
    return Answer(body={"error": told}, status=status)


def refusal(code: int, message: str, subcode: int | None = None, status: int = 400) -> Refusal:
    return Refusal(error_answer(code, message, subcode=subcode, status=status))


def not_there(identifier: str) -> Refusal:
    """Gone, or not allowed: the same words for both (CONNECTORS.md 2.8)."""
    text = (
        f"Unsupported request. Object with ID '{identifier}' does not exist, cannot be loaded due "
        "to missing permissions, or does not support this operation"
    )
    return refusal(100, text, 33)


def replaced(answer: Answer, headers: Mapping[str, str]) -> Answer:
    """The answer with these headers as well."""
    return Answer(body=answer.body, status=answer.status, headers={**headers, **answer.headers})


# ------------------------------------------------------------------------------ requests


def form_of(asked: Asked) -> dict[str, str]:
    """What a write says: its query, and its body as a form or as JSON; the body wins."""
    found = dict(asked.query)
    if asked.headers.get("content-type", "").startswith("application/json"):
        told: JsonValue = _json(asked.body)
        if isinstance(told, dict):
            found |= {k: v if isinstance(v, str) else json.dumps(v) for k, v in told.items()}
    else:
        found |= dict(parse_qsl(asked.body.decode("utf-8", "replace"), keep_blank_values=True))
    return found


def flag_in(told: Mapping[str, str], name: str) -> bool:
    value = told.get(name, "").lower()
    if value not in ("true", "false", "1", "0"):
        raise refusal(100, f"(#100) Param {name} must be a boolean")
    return value in ("true", "1")


def path_of(asked: Asked) -> list[str]:
    """The path's parts without the version of the interface."""
    parts = [p for p in asked.path.split("/") if p]
    versioned = bool(parts) and parts[0][:1] == "v" and parts[0][1:].replace(".", "").isdecimal()
    return parts[1:] if versioned else parts


def batch_of(told: Mapping[str, str]) -> list[tuple[str, str]]:
    """(method, relative address) of each part. Raises Refusal; 50 parts at most."""
    parts = _json(told.get("batch", "").encode())
    if not isinstance(parts, list) or len(parts) > 50:
        raise refusal(100, "(#100) Param batch must be a list of at most 50 requests")
    found: list[tuple[str, str]] = []
    for part in parts:
        address = part.get("relative_url") if isinstance(part, dict) else None
        if not isinstance(part, dict) or not isinstance(address, str):
            raise refusal(100, "(#100) Each part of a batch needs a relative_url")
        found.append((str(part.get("method", "GET")), address))
    return found


def batch_part(answer: Answer) -> JsonObject:
    """One part's answer as a batch gives it: its body is JSON in a text."""
    told: list[JsonValue] = [{"name": k, "value": v} for k, v in answer.headers.items()]
    return {"code": answer.status, "headers": told, "body": answer.as_bytes().decode()}


def _json(body: bytes) -> JsonValue:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def written(at: datetime) -> str:
    """An instant as Meta writes it: no colon in the offset."""
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")
