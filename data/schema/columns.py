"""What the columns of all tables are made of: instants, text and JSON from outside, and keys."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Text,
)
from sqlalchemy.types import JSON, TypeDecorator

from data.model import storable, utc


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC. SQLite would drop the offset silently; naive is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = utc(value)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Kept(TypeDecorator[str]):
    """Text from outside: what no database can store becomes U+FFFD on its way in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


_UNSTORABLE_JSON = re.compile(r"\\u0000|[\ud800-\udfff]")


def _storable_json(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        return {storable(k): _storable_json(v) for k, v in items}
    if isinstance(value, list | tuple):
        return [_storable_json(v) for v in cast("list[Any]", value)]
    return value


class KeptJson(TypeDecorator[Any]):
    """JSON from outside, cleaned like Kept."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        # Nearly all of it is storable: one look at the whole costs a tenth of looking at each part.
        told = json.dumps(value, ensure_ascii=False)
        return _storable_json(value) if _UNSTORABLE_JSON.search(told) else value


Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite autoincrements only INTEGER keys

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key() -> Column[Any]:
    """The row's own number, given by the database."""
    return Column("id", Id, primary_key=True, autoincrement=True)


def to(table: str, *, name: str | None = None, nullable: bool = False) -> Column[Any]:
    """The number of a row of that table, ``<table>_id`` if it is not named otherwise."""
    return Column(name or f"{table}_id", Id, ForeignKey(f"{table}.id"), nullable=nullable)


def comment_id(**kw: Any) -> Column[Any]:
    """The comment that the row is about."""
    return Column("comment_id", String(200), ForeignKey("comment.id"), nullable=False, **kw)
