"""How Meta cuts a list into pages: opaque cursors that die with their item, and empty pages.

CONNECTORS.md 2.5. A page's ``next`` address holds the token, as the real one's does.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from data.model import JsonObject
from sunwai.rehearsal.meta import refusal
from sunwai.rehearsal.wire import Asked

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """How a list is cut into pages. ``sparse``: some pages are short and some empty, and go on."""

    most: int = 100
    sparse: bool = False

    def cut(
        self, asked: Asked, everything: Sequence[T], key: Callable[[T], str]
    ) -> tuple[Sequence[T], JsonObject]:
        """(this page, its ``paging``). Raises Refusal for a cursor whose item was deleted."""
        size, start, number = self._size(asked), 0, 0
        if "after" in asked.query:
            start, number = _place(asked.query["after"], everything, key)
        if self.sparse and number % 3:
            size = 0 if number % 3 == 1 else max(1, size // 2)
        page = everything[start : start + size]
        goes_on = start + len(page) < len(everything)
        last = key(everything[start + len(page) - 1]) if start + len(page) else ""
        after = _cursor(last, number + 1)
        paging: JsonObject = {"cursors": {"before": _cursor("", 0), "after": after}}
        if goes_on:
            paging["next"] = _next(asked, after)
        return page, paging if everything else {}

    def _size(self, asked: Asked) -> int:
        told = asked.query.get("limit", "25")
        if not told.isdecimal():
            raise refusal(100, "(#100) Param limit must be a number")
        return min(int(told), self.most)


def _cursor(last: str, number: int) -> str:
    return base64.urlsafe_b64encode(f"{last}|{number}".encode()).decode()


def _place(cursor: str, everything: Sequence[T], key: Callable[[T], str]) -> tuple[int, int]:
    try:
        last, _, number = base64.urlsafe_b64decode(cursor.encode()).decode().rpartition("|")
        page = int(number)
    except (ValueError, binascii.Error) as error:
        raise refusal(100, "(#100) Invalid cursor") from error
    if not last:
        return 0, page
    for place, item in enumerate(everything):
        if key(item) == last:
            return place + 1, page
    raise refusal(100, "(#100) The cursor points at an item that is not there any more")


def _next(asked: Asked, after: str) -> str:
    query = {k: v for k, v in asked.query.items() if k not in ("access_token", "after")}
    host = asked.headers.get("host", "graph.invalid")
    told = urlencode({"access_token": asked.token, **query, "after": after})
    return f"https://{host}{asked.path}?{told}"
