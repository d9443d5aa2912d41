"""What the columns of a file that no reader knows are: chosen by a person, kept per source.

A mapping is made of a header's columns, so that a file with the same header is read again the same
way without asking.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data.model import JsonObject

MOST_COLUMNS = 500


class Meaning(StrEnum):
    """What a column can be. Each but IGNORE is given to one column at most."""

    TEXT = "text"
    ID = "id"
    AUTHOR_ID = "author_id"
    AUTHOR_NAME = "author_name"
    CREATED = "created"
    EDITED = "edited"
    PARENT_ID = "parent_id"
    POST_ID = "post_id"
    POST_TEXT = "post_text"
    PERMALINK = "permalink"
    LIKES = "likes"
    IGNORE = "ignore"


class DateFormat(StrEnum):
    """How the dates are written. AUTO reads ISO dates, slashed ones day first unless that cannot
    be, seconds since 1970, and words such as "2 weeks ago"."""

    AUTO = "auto"
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    EPOCH = "epoch"
    RELATIVE = "relative"


class BadMapping(ValueError):
    """The mapping cannot be; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """Column name > meaning; columns that are not named are ignored.

    ``zone`` (IANA) is for dates that name none; None means the source's own.
    Raises BadMapping where a person must choose again.
    """

    columns: Mapping[str, Meaning]
    date_format: DateFormat = DateFormat.AUTO
    zone: str | None = None

    def __post_init__(self) -> None:
        used = [m for m in self.columns.values() if m is not Meaning.IGNORE]
        if Meaning.TEXT not in used:
            raise BadMapping("No column is the text. Say which one holds the comments' words.")
        twice = sorted({m.value for m in used if used.count(m) > 1})
        if twice:
            raise BadMapping(f"Two columns are {', '.join(twice)}: choose one.")
        if len(self.columns) > MOST_COLUMNS:
            raise BadMapping(f"{len(self.columns):,} columns; {MOST_COLUMNS} are taken at most.")
        if self.zone is not None:
            _check_zone(self.zone)

    def column_of(self, meaning: Meaning) -> str | None:
        """The column with this meaning; None when there is none."""
        return next((name for name, m in self.columns.items() if m is meaning), None)

    def lacking(self, columns: Iterable[str]) -> list[str]:
        """Columns that the mapping uses and the file does not have."""
        there = set(columns)
        used = (name for name, m in self.columns.items() if m is not Meaning.IGNORE)
        return [name for name in used if name not in there]

    def as_object(self) -> JsonObject:
        """As it is kept."""
        columns: JsonObject = {name: m.value for name, m in self.columns.items()}
        return {"columns": columns, "date_format": self.date_format.value, "zone": self.zone}


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise BadMapping(
            f"There is no time zone “{zone[:60]}”. Write it as Asia/Karachi."
        ) from None


def mapping_from(told: Mapping[str, object]) -> ColumnMapping:
    """The mapping out of what as_object() made, or a person's TOML or JSON of the same shape.

    Raises BadMapping.
    """
    columns, zone = told.get("columns"), told.get("zone")
    if not isinstance(columns, Mapping):
        raise BadMapping("The mapping names no columns. Write [columns] with column = meaning.")
    if zone is not None and not isinstance(zone, str):
        raise BadMapping("The zone is a text such as Asia/Karachi.")
    try:
        date_format = DateFormat(str(told.get("date_format") or DateFormat.AUTO.value))
    except ValueError:
        known = ", ".join(DateFormat)
        raise BadMapping(f"There is no such date format. It is one of: {known}.") from None
    pairs: Mapping[object, object] = columns  # pyright: ignore[reportUnknownVariableType]
    return ColumnMapping(
        columns={str(name): meaning_of(str(m)) for name, m in pairs.items()},
        date_format=date_format,
        zone=zone or None,
    )


def meaning_of(word: str) -> Meaning:
    """The meaning by its word. Raises BadMapping with the words there are."""
    try:
        return Meaning(word.strip().lower().replace(" ", "_").replace("-", "_"))
    except ValueError:
        raise BadMapping(
            f"“{word[:60]}” is nothing that a column can be. It is one of: {', '.join(Meaning)}."
        ) from None


def header_signature(columns: Iterable[str]) -> str:
    """Which header it is (hex): the same names in the same order, letter case and blanks aside."""
    folded = "\x1f".join(name.strip().casefold() for name in columns)
    return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()
