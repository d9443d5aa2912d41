"""A place in the order of a list, as an address carries it: where the next page goes on."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
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
    except (ValueError, TypeError, binascii.Error, UnicodeDecodeError):
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
    found: list[bool | int | float | str | datetime | None] = []
    for value, kind in zip(cast("list[object]", values), kinds, strict=True):
        if value is None and falls and kind is float:
            found.append(None)
        elif kind is datetime:
            at = datetime.fromisoformat(cast("str", value))
            if at.tzinfo is None:
                raise ValueError("an instant without its zone")
            found.append(at)
        elif type(value) is kind or (kind is float and type(value) is int):
            found.append(cast("str | float", value))
        else:
            raise ValueError("another kind of value")
    return tuple(found)
