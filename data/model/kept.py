"""How instants and texts are kept: in UTC, and without what no database can store."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import fields
from datetime import UTC, datetime


class NaiveInstant(ValueError):
    """An instant without a time zone was given; every instant in Sunwai is aware."""


def utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises NaiveInstant for a datetime without an offset."""
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise NaiveInstant(repr(instant))
    return instant.astimezone(UTC)


class Aware:
    """Turns every datetime of a record to UTC when it is built, and refuses naive ones."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for f in fields(self):  # pyright: ignore[reportArgumentType]
            value = getattr(self, f.name)
            if isinstance(value, datetime):
                object.__setattr__(self, f.name, utc(value))


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with null bytes (PostgreSQL keeps none) and lone surrogates (no database does)
    as U+FFFD, so that their place stays visible."""
    return _UNSTORABLE.sub("\ufffd", text)


def clean_text(text: str) -> str:
    """A comment's text as it is kept: storable, NFC, without trailing blanks."""
    return unicodedata.normalize("NFC", storable(text)).rstrip()


def text_sha256(text: str) -> str:
    """Hex sha256 of the kept text; two texts with one hash are the same revision."""
    return hashlib.sha256(clean_text(text).encode()).hexdigest()
