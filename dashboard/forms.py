"""Reads the fields of a JSON request one by one; a malformed one is refused by its name."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import TypeVar, cast

from flask import request

from data.model import JsonObject

E = TypeVar("E", bound=StrEnum)
_KEY = re.compile(r"[A-Za-z0-9-]{1,80}")


class Malformed(ValueError):
    """A field of the request that cannot be used; the message says what it must be."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


def json_body() -> JsonObject:
    """The request's JSON object. Raises Malformed when it is none."""
    body: object = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Malformed("body", "The request must be a JSON object.")
    return cast("JsonObject", body)


def text(body: JsonObject, name: str, *, longest: int, needed: bool = False) -> str:
    """A text of at most ``longest`` characters, stripped; empty where it was left out."""
    value = body.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str):
        raise Malformed(name, f"{name} must be a text.")
    if len(value) > longest:
        raise Malformed(name, f"{name} is longer than {longest} characters.")
    if needed and not value.strip():
        raise Malformed(name, f"{name} is missing.")
    return value.strip()


def whole(body: JsonObject, name: str) -> int:
    """A whole number from 0 on, as ids are."""
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise Malformed(name, f"{name} must be a whole number.")
    return value


def whole_or_none(body: JsonObject, name: str) -> int | None:
    return None if body.get(name) is None else whole(body, name)


def choice(body: JsonObject, name: str, of: type[E]) -> E:
    """A member of a closed set by its value."""
    value = body.get(name)
    try:
        return of(cast("str", value))
    except ValueError:
        known = ", ".join(m.value for m in of)
        raise Malformed(name, f"{name} must be one of: {known}.") from None


def choice_or_none(body: JsonObject, name: str, of: type[E]) -> E | None:
    return None if body.get(name) in (None, "") else choice(body, name, of)


def key(body: JsonObject, name: str) -> str:
    """A key that the browser made: letters, digits and hyphens, at most 80."""
    value = body.get(name)
    if not isinstance(value, str) or _KEY.fullmatch(value) is None:
        raise Malformed(name, f"{name} must be 1 to 80 letters, digits and hyphens.")
    return value


def ids(body: JsonObject, name: str, *, most: int) -> list[str]:
    """A list of comment ids; empty where it was left out."""
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > most:
        raise Malformed(name, f"{name} must be a list of at most {most} ids.")
    if not all(isinstance(v, str) and 0 < len(v) <= 200 for v in value):
        raise Malformed(name, f"{name} must hold ids of comments.")
    return cast("list[str]", value)


def span(body: JsonObject, name: str) -> tuple[int, int] | None:
    """Two whole numbers [start, end); None where it was left out."""
    value = body.get(name)
    if value is None:
        return None
    numbers = value if isinstance(value, list) else []
    if len(numbers) != 2 or not all(
        isinstance(v, int) and not isinstance(v, bool) and 0 <= v < 2**31 for v in numbers
    ):
        raise Malformed(name, f"{name} must be two whole numbers, start and end.")
    return cast("int", numbers[0]), cast("int", numbers[1])


def day_or_none(body: JsonObject, name: str) -> date | None:
    """A day as YYYY-MM-DD; None where it was left out."""
    value = body.get(name)
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(cast("str", value))
    except (ValueError, TypeError):
        raise Malformed(name, f"{name} must be a day as YYYY-MM-DD.") from None
