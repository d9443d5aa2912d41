"""What a user chose for themselves: tongue, theme, calendar, digits, keys, breaks.

One row per user and name; a name that has no row stands at its default. Values are validated here,
so that nothing but what the interface knows is ever kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import cast

from sqlalchemy import select

from data import schema
from data.db import Tx
from data.model import JsonObject, JsonValue
from data.store.comments import upsert

_C = schema.user_choice.c
LARGEST = 4000  # characters of a choice that is kept as JSON


class ChoiceName(StrEnum):
    """What a user may choose."""

    LANGUAGE = "language"
    THEME = "theme"
    CALENDAR = "calendar"
    DIGITS = "digits"
    SINGLE_KEYS = "single_keys"  # whether a letter alone acts on the queue
    KEYS = "keys"  # remapped keys as JSON: action -> key
    BREAKS = "breaks"  # whether the desk offers a break
    TOUR = "tour"  # whether the first tour was seen or skipped


ALLOWED: Mapping[ChoiceName, tuple[str, ...]] = {
    ChoiceName.LANGUAGE: ("en", "ur"),
    ChoiceName.THEME: ("system", "light", "dark"),
    ChoiceName.CALENDAR: ("gregorian", "hijri"),
    ChoiceName.DIGITS: ("latin", "urdu"),
    ChoiceName.SINGLE_KEYS: ("on", "off"),
    ChoiceName.BREAKS: ("on", "off"),
    ChoiceName.TOUR: ("due", "done"),
}


class NotAChoice(ValueError):
    """A value that the name does not know; the message says which it knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """All choices of one user. ``language`` is None where none was made: the browser's stands.

    ``calendar`` "hijri" shows the Hijri date beside the Gregorian one, never instead of it.
    """

    language: str | None = None
    theme: str = "system"
    calendar: str = "gregorian"
    digits: str = "latin"
    single_keys: bool = True
    keys: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    breaks: bool = True
    tour: str = "due"


def checked(name: str, value: object) -> tuple[ChoiceName, str]:
    """The name and the value as they are kept. Raises NotAChoice for what is unknown."""
    try:
        known = ChoiceName(name)
    except ValueError:
        raise NotAChoice("There is no such choice.") from None
    if known is ChoiceName.KEYS:
        return known, _checked_object(value)
    if value not in ALLOWED[known]:
        raise NotAChoice(f"{known} must be one of: {', '.join(ALLOWED[known])}.")
    return known, cast("str", value)


def _checked_object(value: object) -> str:
    if not isinstance(value, dict):
        raise NotAChoice("keys must be a JSON object.")
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if len(text) > LARGEST:
        raise NotAChoice(f"keys is longer than {LARGEST} characters.")
    return text


def choices_of(tx: Tx, user_id: int) -> Choices:
    """What the user chose; a value that this version no longer knows stands at its default."""
    rows = tx.execute(select(_C.name, _C.value).where(_C.user_id == user_id))
    kept = {r.name: r.value for r in rows}
    plain = {n: v for n, allowed in ALLOWED.items() if (v := kept.get(n.value)) in allowed}
    standing = Choices()
    return Choices(
        language=plain.get(ChoiceName.LANGUAGE),
        theme=plain.get(ChoiceName.THEME, standing.theme),
        calendar=plain.get(ChoiceName.CALENDAR, standing.calendar),
        digits=plain.get(ChoiceName.DIGITS, standing.digits),
        single_keys=plain.get(ChoiceName.SINGLE_KEYS, "on") == "on",
        keys=_object(kept.get(ChoiceName.KEYS.value)),
        breaks=plain.get(ChoiceName.BREAKS, "on") == "on",
        tour=plain.get(ChoiceName.TOUR, standing.tour),
    )


def _object(kept: str | None) -> JsonObject:
    return {} if kept is None else cast("JsonObject", json.loads(kept))


def keep_choice(tx: Tx, user_id: int, name: str, value: object, *, now: datetime) -> ChoiceName:
    """Keeps one choice in the place of the one before. Raises NotAChoice; then nothing is kept."""
    known, text = checked(name, value)
    values = {"value": text, "set_at": now}
    new = upsert(tx, schema.user_choice).values(user_id=user_id, name=known.value, **values)
    tx.execute(new.on_conflict_do_update(index_elements=[_C.user_id, _C.name], set_=values))
    return known
