"""Recorded answers, field by field: which fields are there, and one of them changed.

A field that changes nothing when it is changed is not used; then it must be named as left out.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any, cast

Path = tuple[str, ...]


def places(item: Any, at: Path = ()) -> Iterator[tuple[dict[str, Any], str, Path]]:
    """(what holds the field, its name, its path) of each field that is no object and no list of
    objects; lists add nothing to a path."""
    if isinstance(item, list):
        for value in cast(list[Any], item):
            yield from places(value, at)
    elif isinstance(item, dict):
        holder = cast(dict[str, Any], item)
        for key, value in holder.items():
            if _holds_more(value):
                yield from places(value, (*at, key))
            else:
                yield holder, key, (*at, key)


def changed(item: Any, name: str, short: Callable[[Path], str]) -> Any:
    """A copy in which every field of that short name has another value."""
    told = copy.deepcopy(item)
    for holder, key, path in places(told):
        if short(path) == name:
            holder[key] = _other(holder[key], key)
    return told


def _holds_more(value: Any) -> bool:
    if isinstance(value, dict):
        return True
    return isinstance(value, list) and any(isinstance(v, dict) for v in cast(list[Any], value))


def _other(value: Any, key: str) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, list):
        return [*cast(list[Any], value), "1"]
    if key.endswith("At") or key.endswith("_at"):
        return "2011-02-03T04:05:06Z"
    return "retweeted" if value == "replied_to" else f"{value}1"
