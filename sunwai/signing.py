"""Putting a source's secrets on each request, and fetching short-lived tokens when they end.

CONNECTORS.md 2.1, 4.1, 5.2. Tokens go into headers, never into an address that is logged; Meta's
proof must go into the address and is hidden in every log (sunwai/network.py).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol, cast

import httpx

from data.dialects.base import Dialect, HeldBack
from data.model import ErrorClass, JsonObject, JsonValue, Platform, Source
from data.store import jobs
from sunwai.credentials import CannotOpen, Credentials, Given, Part, fingerprint

_EARLY = timedelta(minutes=2)  # before its end a token is renewed
_RENEWING_SECONDS = 60
_ASK_AGAIN = timedelta(minutes=15)
_UNAUTHORIZED = 401


class Tokens(Protocol):
    """Where a request's token comes from. Both raise HeldBack when there is none to be had."""

    def current(self) -> str: ...

    def renewed(self, refused: str) -> str | None:
        """Another token once the platform took this one no more; None when there is none."""
        ...


class Signed(httpx.Auth):
    """Signs each request with the current token; once renewed where the platform says 401."""

    def __init__(self, tokens: Tokens, sign: Callable[[httpx.Request, str], None]) -> None:
        self._tokens = tokens
        self._sign = sign

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        token = self._tokens.current()
        self._sign(request, token)
        response = yield request
        if response.status_code != _UNAUTHORIZED:
            return
        fresh = self._tokens.renewed(token)
        if fresh is not None and fresh != token:
            self._sign(request, fresh)
            yield request


# ------------------------------------------------------------------------------ how it is put on


def bearer(request: httpx.Request, token: str) -> None:
    request.headers["authorization"] = f"Bearer {token}"


def api_key(request: httpx.Request, key: str) -> None:
    """Google takes an API key in a header too, where no log of addresses shows it."""
    request.headers["x-goog-api-key"] = key


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaSigning:
    """Bearer and proof. A call of /debug_token, by which a collector asks what its token is good
    for, is given that token to look at, and signed by the app where its id and secret are known.
    """

    app_secret: str = field(default="", repr=False)
    app_id: str = ""

    def __call__(self, request: httpx.Request, token: str) -> None:
        signer = token
        if request.url.path.rstrip("/").endswith("/debug_token"):
            request.url = request.url.copy_set_param("input_token", token)
            signer = (
                f"{self.app_id}|{self.app_secret}" if self.app_id and self.app_secret else token
            )
        bearer(request, signer)
        if self.app_secret:
            proof = hmac.new(self.app_secret.encode(), signer.encode(), hashlib.sha256).hexdigest()
            request.url = request.url.copy_set_param("appsecret_proof", proof)


# ------------------------------------------------------------------------------ where it is from


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenToken:
    """A token that a person gave. Read at each call, so that a new one works at once."""

    credentials: Credentials
    source: Source
    part: Part
    clock: Callable[[], datetime]

    def current(self) -> str:
        found = parts_of(self.credentials, self.source, self.clock()).get(self.part)
        if found is None:
            raise no_access(self.source, self.clock())
        return found.value

    def renewed(self, refused: str) -> str | None:
        now_given = self.current()
        return None if now_given == refused else now_given


@dataclass(slots=True, kw_only=True)
class FetchedTokens:
    """Short-lived access tokens, fetched with a refresh token and kept sealed until they end.

    One process at a time fetches: X gives a new refresh token with each, and the old one is dead.
    ``form`` makes the request's fields and basic authorisation of the parts.
    """

    credentials: Credentials
    source: Source
    dialect: Dialect
    endpoint: str
    client: Callable[[], httpx.Client]
    clock: Callable[[], datetime]
    owner: str
    _lock: Lock = field(default_factory=Lock)
    _held: tuple[str, datetime] | None = None

    def current(self) -> str:
        with self._lock:
            if self._held is not None and self._held[1] - _EARLY > self.clock():
                return self._held[0]
            return self._stored() or self._fetch()

    def renewed(self, refused: str) -> str | None:
        with self._lock:
            self._held = None
            other = self._stored()
            return other if other is not None and other != refused else self._fetch()

    def _stored(self) -> str | None:
        parts = parts_of(self.credentials, self.source, self.clock())
        access, refresh = parts.get(Part.ACCESS_TOKEN), parts.get(Part.REFRESH_TOKEN)
        if access is None or refresh is None or access.expires_at is None:
            return None
        good = access.made_from == fingerprint(refresh.value)
        if not good or access.expires_at - _EARLY <= self.clock():
            return None
        self._held = (access.value, access.expires_at)
        return access.value

    def _fetch(self) -> str:
        now, lease = self.clock(), f"access:{self.source.id}"
        db = self.credentials.db
        with db.write() as tx:
            mine = jobs.take_lease(tx, lease, self.owner, now=now, seconds=_RENEWING_SECONDS)
        if not mine:
            raise HeldBack(
                "access",
                now + timedelta(seconds=5),
                ErrorClass.TRANSIENT,
                f"The access of {self.source.name} is being renewed by another process.",
            )
        try:
            return self._asked(parts_of(self.credentials, self.source, now), now)
        finally:
            with db.write() as tx:
                jobs.drop_lease(tx, lease, self.owner, now=now)

    def _asked(self, parts: Mapping[Part, Given], now: datetime) -> str:
        refresh = parts.get(Part.REFRESH_TOKEN)
        if refresh is None:
            raise no_access(self.source, now)
        form, basic = _form(self.source.platform, parts)
        body = self._answer(form, basic, now)
        token, seconds, rotated = body.get("access_token"), body.get("expires_in"), None
        if not isinstance(token, str) or not token:
            raise self._refused(ErrorClass.TRANSIENT, "The answer to a renewal has no token.", now)
        if isinstance(told := body.get("refresh_token"), str) and told:
            rotated = told
        life = seconds if isinstance(seconds, int) and seconds > 0 else 3600
        expires_at = now + timedelta(seconds=life)
        self._keep(token, expires_at, rotated, refresh.value, now)
        self._held = (token, expires_at)
        return token

    def _answer(
        self, form: Mapping[str, str], basic: tuple[str, str] | None, now: datetime
    ) -> JsonObject:
        try:
            with self.client() as client:
                signed = httpx.BasicAuth(*basic) if basic else httpx.Auth()
                response = client.post(self.endpoint, data=dict(form), auth=signed)
        except httpx.RequestError as error:
            what = f"The access could not be renewed ({type(error).__name__})."
            raise self._refused(ErrorClass.TRANSIENT, what, now) from error
        body = _json_of(response)
        headers = {k.lower(): v for k, v in response.headers.items()}
        trouble = self.dialect.trouble(response.status_code, headers, body)
        if trouble is not None:
            raise self._refused(_lasting(trouble.error_class), trouble.message, now)
        return body if isinstance(body, dict) else {}

    def _keep(
        self, token: str, expires_at: datetime, rotated: str | None, refresh: str, now: datetime
    ) -> None:
        """The new refresh token and the access token that came with it, in one transaction."""
        c, newest = self.credentials, rotated or refresh
        with c.db.write() as tx:
            if rotated is not None and rotated != refresh:
                first = c.given(self.source, Part.REFRESH_TOKEN)
                c.store(tx, self.source, Part.REFRESH_TOKEN, rotated, now=now, made_from=first)
            c.store(
                tx,
                self.source,
                Part.ACCESS_TOKEN,
                token,
                now=now,
                expires_at=expires_at,
                made_from=newest,
            )

    def _refused(self, error_class: ErrorClass, why: str, now: datetime) -> HeldBack:
        return HeldBack("access", now + _ASK_AGAIN, error_class, why)


def parts_of(credentials: Credentials, source: Source, now: datetime) -> Mapping[Part, Given]:
    """The source's access. Raises HeldBack where a stored secret does not open."""
    try:
        return credentials.of(source)
    except CannotOpen as error:
        raise HeldBack("access", now + _ASK_AGAIN, ErrorClass.CONFIG, str(error)) from error


def no_access(source: Source, now: datetime) -> HeldBack:
    """There is nothing to sign with."""
    return HeldBack(
        "access",
        now + _ASK_AGAIN,
        ErrorClass.AUTH,
        f"No access is stored for {source.name}. Store it: sunwai sources token {source.name}",
    )


def _form(
    platform: Platform, parts: Mapping[Part, Given]
) -> tuple[dict[str, str], tuple[str, str] | None]:
    """The fields of a renewal, and basic authorisation where the platform wants it so."""
    client_id = parts[Part.CLIENT_ID].value if Part.CLIENT_ID in parts else ""
    secret = parts[Part.CLIENT_SECRET].value if Part.CLIENT_SECRET in parts else ""
    form = {
        "grant_type": "refresh_token",
        "refresh_token": parts[Part.REFRESH_TOKEN].value,
        "client_id": client_id,
    }
    if platform is Platform.X and secret:
        return form, (client_id, secret)
    return form | ({"client_secret": secret} if secret else {}), None


def _lasting(error_class: ErrorClass) -> ErrorClass:
    """A renewal that is refused as a bad request will be refused again: a person must act."""
    passing = (ErrorClass.TRANSIENT, ErrorClass.RATE, ErrorClass.CONFIG, ErrorClass.QUOTA_DAY)
    return error_class if error_class in passing else ErrorClass.AUTH


def _json_of(response: httpx.Response) -> JsonValue:
    try:
        return cast(JsonValue, response.json())
    except (ValueError, RecursionError):
        return None
