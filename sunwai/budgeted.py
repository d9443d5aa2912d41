"""The line to a platform with its allowances kept: no call is made that they do not bear.

Collectors and write sides use it alike. What the platform tells in its headers and refusals is
kept in the database, so that a restart forgets no block and no process outdoes another.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import httpx

from data.budgets import Plan, Refused, Use, refused
from data.db import Database
from data.dialects.base import Dialect, HeldBack, Strain
from data.model import JsonValue
from data.store.budgets import allowance, take, tell_strain, tell_trouble

_FIRST_BAD = 400
_MOST_BAD_BYTES = 2**20  # of an error's answer
_FINE = 0.01  # a share that changed by less is not kept anew
_TOLD_LATELY = 60.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """One source's part in the allowances. ``scope`` is who they are counted for: the page, the
    project at Google, the account. ``monthly``: the office's own limit of calls, if it set one."""

    scope: str
    plan: Plan
    use: Use
    monthly: Plan | None = None


class Budgeted(httpx.BaseTransport):
    """Asks the allowances before each call and tells them what came back. Raises HeldBack."""

    def __init__(
        self,
        inner: httpx.BaseTransport,
        *,
        db: Database,
        dialect: Dialect,
        shares: Shares,
        clock: Callable[[], datetime],
    ) -> None:
        self._inner = inner
        self._db = db
        self._dialect = dialect
        self._shares = shares
        self._clock = clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        method, path = request.method, request.url.path
        self._ask(method, path)
        response = self._inner.handle_request(request)
        headers = {k.lower(): v for k, v in response.headers.items()}
        self._tell(self._dialect.strain(method, path, headers, self._clock()))
        if response.status_code < _FIRST_BAD:
            return response
        return self._refusal(method, path, headers, response)

    def close(self) -> None:
        self._inner.close()

    # ------------------------------------------------------------------------ before the call

    def _ask(self, method: str, path: str) -> None:
        bucket = self._bucket(self._dialect.bucket(method, path))
        self._take(bucket, self._shares.plan, self._dialect.cost(method, path))
        if self._shares.monthly is not None:
            self._take(self._bucket("month"), self._shares.monthly, 1)

    def _take(self, bucket: str, plan: Plan, cost: int) -> None:
        use, now = self._shares.use, self._clock()
        if plan.units is None:  # the platform counts: looking is enough
            with self._db.read() as tx:
                no = refused(plan, allowance(tx, bucket), use, cost, now)
        else:
            with self._db.write() as tx:
                no = take(tx, plan, bucket, use, cost, now=now)
        if no is not None:
            raise _held(bucket, no)

    def _bucket(self, name: str) -> str:
        return f"{self._dialect.platform.value}:{self._shares.scope}:{name}"

    # ------------------------------------------------------------------------ after the call

    def _tell(self, told: tuple[Strain, ...]) -> None:
        now = self._clock()
        for strain in told:
            bucket = self._bucket(strain.bucket)
            with self._db.read() as tx:
                known = allowance(tx, bucket)
            if known is not None and known.resets_at == strain.resets_at:
                same = abs((known.used or 0.0) - (strain.used or 0.0)) < _FINE
                if same and (now - known.told_at).total_seconds() < _TOLD_LATELY:
                    continue
            with self._db.write() as tx:
                tell_strain(tx, bucket, strain, now=now)

    def _refusal(
        self, method: str, path: str, headers: Mapping[str, str], response: httpx.Response
    ) -> httpx.Response:
        """The same answer, read, once the allowance knows of what it says."""
        body = _read(response)
        trouble = self._dialect.trouble(
            response.status_code, headers, _json_of(body, headers.get("content-encoding", ""))
        )
        if trouble is not None:
            bucket = self._bucket(self._dialect.bucket(method, path))
            with self._db.write() as tx:
                tell_trouble(tx, self._shares.plan, bucket, trouble, now=self._clock())
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=httpx.ByteStream(body),
            extensions=response.extensions,
        )


def _held(bucket: str, no: Refused) -> HeldBack:
    return HeldBack(bucket, no.until, no.error_class, no.why)


def _read(response: httpx.Response) -> bytes:
    """The raw bytes of an error's answer, as many as are looked at."""
    parts, size = list[bytes](), 0
    try:
        for part in cast(httpx.SyncByteStream, response.stream):
            parts.append(part)
            size += len(part)
            if size > _MOST_BAD_BYTES:
                break
    finally:
        response.close()
    return b"".join(parts)


def _json_of(body: bytes, encoding: str) -> JsonValue:
    try:
        if encoding in ("gzip", "deflate"):
            body = zlib.decompressobj(wbits=47).decompress(body, _MOST_BAD_BYTES)
        return cast(JsonValue, json.loads(body))
    except (ValueError, RecursionError, zlib.error):
        return None
