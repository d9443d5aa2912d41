"""Values out of one JSON item of a platform; what is not as it must be makes the item Unmappable.

Pure. A value that may be left out and is of the wrong kind reads as not told, never as a guess.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from data.model import JsonObject, JsonValue, Raw


class Unmappable(ValueError):
    """The item is no comment as the mapper knows them; the message says what is wrong with it."""


def text_of(item: JsonObject, key: str) -> str:
    """The text under the key, "" too. Raises Unmappable."""
    value = item.get(key)
    if not isinstance(value, str):
        raise Unmappable(f"The item's {key} is no text.")
    return value


def id_of(item: JsonObject, key: str = "id") -> str:
    """The id under the key. Raises Unmappable where it is empty or no text: an id that came as a
    number may have lost its last digits."""
    value = item.get(key)
    if not isinstance(value, str) or not value.strip():
        raise Unmappable(f"The item has no {key}.")
    return value


def told_text(item: JsonObject, key: str) -> str | None:
    """The text under the key; None where there is none."""
    value = item.get(key)
    return value if isinstance(value, str) and value else None


def told_count(item: JsonObject, key: str) -> int | None:
    """The whole number under the key, also where it is told as text (YouTube's statistics)."""
    value = item.get(key)
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None
    return value if isinstance(value, int) and value >= 0 else None


def told_flag(item: JsonObject, key: str) -> bool | None:
    value = item.get(key)
    return value if isinstance(value, bool) else None


def told_instant(item: JsonObject, key: str) -> datetime | None:
    """The instant under the key (UTC); None where there is none. Raises Unmappable where there is
    something else: a wrong date would put the comment into a wrong place for good."""
    value = item.get(key)
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        if at is None or at.tzinfo is None:
            raise ValueError("no offset")
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unmappable(f"The item's {key} is no date.") from error


def inner(item: JsonObject, key: str) -> JsonObject:
    """The object under the key; an empty one where there is something else or nothing."""
    value = item.get(key)
    return value if isinstance(value, dict) else {}


def items_in(item: JsonObject, key: str) -> list[JsonValue]:
    """The list under the key; an empty one where there is something else or nothing."""
    value = item.get(key)
    return value if isinstance(value, list) else []


def objects_in(item: JsonObject, key: str) -> Iterator[JsonObject]:
    """The objects in the list under the key; what is no object is left out."""
    return (i for i in items_in(item, key) if isinstance(i, dict))


def raw_of(item: JsonValue, locator: str, mapper: str) -> Raw:
    """The item just as it came."""
    return Raw(body=json_text(item), locator=locator, mapper=mapper)


def json_text(item: JsonValue) -> str:
    return json.dumps(item, ensure_ascii=False, sort_keys=True)
