"""Tables for a test's own database: migrated once in a process, then copied."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache

from data.db import Database, migrate


def a_database(url: str = "sqlite://") -> Database:
    """An empty SQLite database with all its tables; in memory unless the URL names a file."""
    db = Database(url)
    make_tables(db)
    return db


def make_tables(db: Database) -> None:
    """Does to an empty SQLite database what ``migrate`` does, in a hundredth of the time."""
    with (
        closing(db.engine.raw_connection()) as pooled,
        closing(sqlite3.connect(":memory:")) as made,
    ):
        target = pooled.driver_connection
        assert isinstance(target, sqlite3.Connection)
        assert target.execute("PRAGMA schema_version").fetchone() == (0,), "it is not empty"
        made.deserialize(_migrated())
        made.backup(target)


@cache
def _migrated() -> bytes:
    db = Database("sqlite://")
    migrate(db)
    with closing(db.engine.raw_connection()) as pooled:
        connection = pooled.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        image = connection.serialize()
    db.close()
    return image
