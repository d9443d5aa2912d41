"""Requests and answers of the mock platform: what was asked, read strictly, and how it says no."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from werkzeug.wrappers import Request, Response

from data.model import NaiveInstant, utc
from data.samples.content import SamplePage
from data.samples.script import ScriptPost
from sunwai.mock_world import Shown, author_id

MAX_PAGE = 100
ABOUT = "A stand-in platform that Sunwai brings along. Its page, people and comments are invented."


class Answer(Exception):
    """An error answer, raised from anywhere below the routes."""

    def __init__(
        self, status: int, code: int, kind: str, message: str, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.response = json_response(
            {"error": {"code": code, "type": kind, "message": message}}, status=status
        )
        if retry_after is not None:
            self.response.headers["Retry-After"] = str(retry_after)


def bearer(request: Request) -> str:
    """The token of the request; empty when it brings none."""
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def json_object(request: Request) -> dict[str, Any]:
    """The body as a JSON object. Raises Answer 400 for anything else."""
    try:
        body = json.loads(request.get_data(as_text=True) or "{}")
    except ValueError as error:
        raise Answer(400, 100, "invalid", "The body is no JSON.") from error
    if not isinstance(body, dict):
        raise Answer(400, 100, "invalid", "The body is no JSON object.")
    return body  # pyright: ignore[reportUnknownVariableType]


def is_hidden_in(request: Request) -> bool:
    """What the body asks ``is_hidden`` to be. Raises Answer 400."""
    value = json_object(request).get("is_hidden")
    if not isinstance(value, bool):
        raise Answer(400, 100, "invalid", "is_hidden must be true or false.")
    return value


def limit_in(request: Request) -> int:
    """How many items a page may hold, 25 untold. Raises Answer 400."""
    text = request.args.get("limit", "25")
    if not text.isdecimal() or not 1 <= int(text) <= MAX_PAGE:
        raise Answer(400, 100, "invalid", f"limit is a number from 1 to {MAX_PAGE}.")
    return int(text)


def since_in(request: Request) -> datetime | None:
    """The instant before which nothing is wanted. Raises Answer 400."""
    text = request.args.get("since")
    try:
        return None if text is None else utc(datetime.fromisoformat(text))
    except (ValueError, NaiveInstant) as error:
        raise Answer(400, 100, "invalid", "since is an ISO instant with its offset.") from error


def order_key(c: Shown) -> tuple[str, int]:
    """What orders comments, and what a cursor remembers: it stands still when new ones arrive."""
    return c.created_at.isoformat(timespec="microseconds"), c.place


def cursor_of(c: Shown) -> str:
    """The cursor that continues after this comment."""
    at, place = order_key(c)
    return base64.urlsafe_b64encode(f"{at}|{place}".encode()).decode()


def after_in(request: Request) -> tuple[str, int] | None:
    """The key in the request's cursor. Raises Answer 400 for one that is not ours."""
    cursor = request.args.get("after")
    if cursor is None:
        return None
    try:
        at, place = base64.urlsafe_b64decode(cursor).decode().split("|")
        return at, int(place)
    except ValueError as error:
        raise Answer(400, 100, "invalid", "after is no cursor of this platform.") from error


def json_response(body: dict[str, Any], status: int = 200) -> Response:
    """An answer in JSON."""
    return Response(json.dumps(body, ensure_ascii=False), status, content_type="application/json")


def page_body(page: SamplePage) -> dict[str, Any]:
    """The page as the platform tells it; it says that it is a stand-in."""
    return {"id": page.handle, "name": page.title, "stand_in": True, "about": ABOUT}


def list_body(
    items: list[dict[str, Any]], end: Shown | None, *, more: bool, total: int
) -> dict[str, Any]:
    """A page of comments: ``end`` is its last one, ``more`` whether others follow."""
    paging = {"cursors": {"after": None if end is None else cursor_of(end)}, "next": more}
    return {"data": items, "paging": paging, "total_count": total}


def item_body(
    c: Shown, post: tuple[ScriptPost, datetime], *, page_id: str, hidden: bool
) -> dict[str, Any]:
    """One comment as the platform tells it."""
    about, posted_at = post
    item: dict[str, Any] = {
        "id": c.external_id,
        "message": c.text,
        "created_time": c.created_at.isoformat(),
        "from": {"id": page_id if c.by_page else author_id(c.author), "name": c.author},
        "by_page": c.by_page,
        "post": {
            "id": c.post_id,
            "message": about.text,
            "created_time": posted_at.isoformat(),
            "permalink_url": f"/posts/{c.post_id}",
        },
        "is_hidden": hidden,
        "can_hide": not c.by_page,
        "can_remove": True,
        "like_count": c.place % 7,
        "permalink_url": f"/posts/{c.post_id}?comment={c.external_id}",
    }
    if c.edited_at is not None:
        item["updated_time"] = c.edited_at.isoformat()
    if c.parent is not None:
        item["parent"] = {"id": c.parent}
    return item
