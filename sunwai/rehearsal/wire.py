"""One request to a rehearsal platform, and its answer: what a platform's shape is written in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from data.model import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What came in. Header names are lower case; ``query`` holds each name's value;
    of a name given often all of them, with commas between."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""

    @property
    def token(self) -> str:
        """The bearer token, or the one in the query as Meta takes it; empty when there is none."""
        bearer = self.headers.get("authorization", "").removeprefix("Bearer ")
        return bearer or self.query.get("access_token", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back: JSON, or bytes as they are."""

    body: JsonValue | bytes = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def as_bytes(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.body is None else json.dumps(self.body, ensure_ascii=False).encode()


class Rehearsal(Protocol):
    """One stand-in platform: the shape of the real one over a world of invented people."""

    @property
    def name(self) -> str: ...

    def answer(self, asked: Asked, now: datetime) -> Answer:
        """Reads or changes the world as the real platform would. Raises nothing."""
        ...
