"""What a Meta request asks to be told: ``fields=id,from{id,name},comments.limit(0).summary(x)``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from data.model import JsonObject, JsonValue

SPECIAL = "{}(),."


class NotUnderstood(ValueError):
    """The request cannot be read; the message is the platform's own way of saying so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One field that is asked for, with what is said of it."""

    name: str
    said: Mapping[str, str] = field(default_factory=dict[str, str])
    inner: tuple[Wanted, ...] = ()


def wanted_in(text: str) -> tuple[Wanted, ...]:
    """The fields of a request. Raises NotUnderstood."""
    parts = list(_parts(text))
    found, end = _list(parts, 0)
    if end != len(parts):
        raise NotUnderstood(f"Syntax error at {parts[end]!r}")
    return found


def chosen(
    wanted: tuple[Wanted, ...],
    told: Mapping[str, JsonValue],
    node: str,
    edges: Mapping[str, Callable[[Wanted], JsonValue]] | None = None,
) -> JsonObject:
    """Only what was asked for, and the id. A name that does not exist is an error, as it is there;
    a value of None is left out, as it is there."""
    found: JsonObject = {}
    for want in wanted:
        if edges is not None and want.name in edges:
            found[want.name] = edges[want.name](want)
        elif want.name not in told:
            raise NotUnderstood(
                f"(#100) Tried accessing nonexisting field ({want.name}) on node type ({node})"
            )
        else:
            value = told[want.name]
            if value is not None:
                found[want.name] = _narrowed(value, want)
    if told.get("id") is not None:
        found["id"] = told["id"]
    return found


def _narrowed(value: JsonValue, want: Wanted) -> JsonValue:
    if not want.inner or not isinstance(value, dict):
        return value
    names = {w.name for w in want.inner} | {"id"}
    return {k: v for k, v in value.items() if k in names}


def _parts(text: str) -> Iterator[str]:
    word = ""
    for c in text:
        if c in SPECIAL:
            if word:
                yield word
                word = ""
            yield c
        elif not c.isspace():
            word += c
    if word:
        yield word


def _list(parts: list[str], at: int) -> tuple[tuple[Wanted, ...], int]:
    found: list[Wanted] = []
    while at < len(parts) and parts[at] != "}":
        want, at = _one(parts, at)
        found.append(want)
        if at < len(parts) and parts[at] == ",":
            at += 1
    return tuple(found), at


def _one(parts: list[str], at: int) -> tuple[Wanted, int]:
    name = parts[at]
    if name in SPECIAL:
        raise NotUnderstood(f"Syntax error at {name!r}")
    at, said, inner = at + 1, dict[str, str](), ()
    while at + 3 < len(parts) and parts[at] == "." and parts[at + 2] == "(":
        key, at, value = parts[at + 1], at + 3, ""
        while at < len(parts) and parts[at] != ")":
            value, at = value + parts[at], at + 1
        said[key], at = value, at + 1
    if at < len(parts) and parts[at] == "{":
        inner, at = _list(parts, at + 1)
        if at >= len(parts):
            raise NotUnderstood("Syntax error: a brace is not closed")
        at += 1
    return Wanted(name=name, said=said, inner=inner), at
