"""Reads the fields of a JSON request one by one; a malformed one is refused by its name."""

from __future__ import annotations

import json
import re
from datetime import date
from enum import StrEnum
from typing import TypeVar, cast

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from dashboard.words import t
from data.model import JsonObject

E = TypeVar("E", bound=StrEnum)
_UNSTORABLE = re.compile(r"\\u0000|[\ud800-\udfff]")
_KEY = re.compile(r"[A-Za-z0-9-]{1,80}")


class Malformed(ValueError):
    """A field of the request that cannot be used; the message says what it must be."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


def malformed(error: Malformed) -> ResponseReturnValue:
    """What every route answers to a field that cannot be used."""
    return jsonify(error=error.sentence, field=error.field), 400


def json_body() -> JsonObject:
    """The request's JSON object. Raises Malformed when it is none."""
    try:
        body: object = request.get_json(silent=True)
    except RecursionError:  # nested thousands deep, by no page of ours
        body = None
    if not isinstance(body, dict):
        raise Malformed("body", t("The request must be a JSON object."))
    if _holds_unstorable(cast("JsonObject", body)):
        raise Malformed("body", t("The request holds characters that cannot be kept."))
    return cast("JsonObject", body)


def _holds_unstorable(body: JsonObject) -> bool:
    """Whether a text in it holds what no database takes: NUL, or half of a character."""
    if b"\\u" not in request.get_data():
        return False
    return _UNSTORABLE.search(json.dumps(body, ensure_ascii=False)) is not None


def text(body: JsonObject, name: str, *, longest: int, needed: bool = False) -> str:
    """A text of at most ``longest`` characters, stripped; empty where it was left out."""
    value = body.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str):
        raise Malformed(name, t("{field} must be a text.", field=name))
    if len(value) > longest:
        raise Malformed(name, t("{field} is longer than {n} characters.", field=name, n=longest))
    if needed and not value.strip():
        raise Malformed(name, t("{field} is missing.", field=name))
    return value.strip()


def whole(body: JsonObject, name: str) -> int:
    """A whole number from 0 on, as ids are."""
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise Malformed(name, t("{field} must be a whole number.", field=name))
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
        raise Malformed(
            name, t("{field} must be one of: {known}.", field=name, known=known)
        ) from None


def choice_or_none(body: JsonObject, name: str, of: type[E]) -> E | None:
    return None if body.get(name) in (None, "") else choice(body, name, of)


def key(body: JsonObject, name: str) -> str:
    """A key that the browser made: letters, digits and hyphens, at most 80."""
    value = body.get(name)
    if not isinstance(value, str) or _KEY.fullmatch(value) is None:
        raise Malformed(name, t("{field} must be 1 to 80 letters, digits and hyphens.", field=name))
    return value


def ids(body: JsonObject, name: str, *, most: int) -> list[str]:
    """A list of comment ids; empty where it was left out."""
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > most:
        raise Malformed(name, t("{field} must be a list of at most {n} ids.", field=name, n=most))
    if not all(isinstance(v, str) and 0 < len(v) <= 200 for v in value):
        raise Malformed(name, t("{field} must hold ids of comments.", field=name))
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
        raise Malformed(name, t("{field} must be two whole numbers, start and end.", field=name))
    return cast("int", numbers[0]), cast("int", numbers[1])


def day_or_none(body: JsonObject, name: str) -> date | None:
    """A day as YYYY-MM-DD; None where it was left out."""
    value = body.get(name)
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(cast("str", value))
    except (ValueError, TypeError):
        raise Malformed(name, t("{field} must be a day as YYYY-MM-DD.", field=name)) from None
