"""A place in the order of a list, as an address carries it: where the next page goes on."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import cast

from data.store.grid import Key, Order, kinds_of


class NoPlace(ValueError):
    """What an address carries is no place of this order."""


def written(place: Key) -> str:
    """The place as text of letters, digits, "-" and "_"."""
    told = [v.isoformat() if isinstance(v, datetime) else v for v in place]
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_place(told: str, order: Order) -> Key:
    """The place that an address carries. Raises NoPlace."""
    try:
        raw = base64.b64decode(told + "=" * (-len(told) % 4), altchars=b"-_", validate=True)
        values: object = json.loads(raw)
        return _read(values, kinds_of(order), falls=order is Order.SCORE)
    except (ValueError, TypeError, OverflowError, RecursionError):  # binascii.Error is a ValueError
        raise NoPlace(told[:40]) from None


def asked_place(query: Mapping[str, list[str]], order: Order) -> tuple[Key | None, bool]:
    """Where the page that an address asks for stands, and whether it goes before that place. None
    asks for the first page. Raises NoPlace."""
    told = {name: (query.get(name) or [""])[0] for name in ("after", "before")}
    text = told["before"] or told["after"]
    return (read_place(text, order) if text else None), bool(told["before"])


def _read(values: object, kinds: tuple[type, ...], *, falls: bool) -> Key:
    if not isinstance(values, list) or len(cast("list[object]", values)) != len(kinds):
        raise ValueError("another order's place")
    return tuple(
        None if value is None and falls and kind is float else _value(value, kind)
        for value, kind in zip(cast("list[object]", values), kinds, strict=True)
    )


def _value(value: object, kind: type) -> bool | int | float | str | datetime:
    """A value of the kind, such as any database can look for. Raises TypeError, ValueError."""
    if kind is datetime and isinstance(value, str):
        at = datetime.fromisoformat(value)
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    elif kind is str and isinstance(value, str) and "\0" not in value:
        return value.encode().decode()  # half a character is a ValueError
    elif kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        if isfinite(value):
            return value
    elif type(value) is kind and isinstance(value, int) and abs(value) < 1 << 63:
        return value
    raise ValueError("another kind of value")
