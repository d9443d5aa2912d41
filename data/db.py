"""The database: one engine, a reading and a writing transaction, and migrations.

Everything that is kept goes through ``Database.write``: one transaction, committed at the end or
rolled back whole. On SQLite a writer takes the lock at its first statement (BEGIN IMMEDIATE), so
that what it read is still true when it writes; the measured alternative lost claims.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

Tx = Connection

MEMORY_URL = "sqlite://"


class DatabaseUnreadable(Exception):
    """The database cannot be opened. Check SUNWAI_DATABASE_URL, the file's rights and that the
    server is up."""


def _set_up_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _(dbapi: Any, _record: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        dbapi.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "busy_timeout=15000",
            "foreign_keys=ON",
        ):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _(conn: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        writing = conn.get_execution_options().get("sunwai_write", False)
        conn.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


class Database:
    """One database by URL: ``sqlite:///file``, ``sqlite://`` (memory, for tests) or PostgreSQL."""

    def __init__(self, url: str) -> None:
        self.url = with_driver(url)
        options: dict[str, Any] = {}
        if self.url == MEMORY_URL:
            options = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
        elif self.url.startswith("sqlite"):
            options = {"connect_args": {"check_same_thread": False, "timeout": 15}}
        else:
            options = {"pool_pre_ping": True}
        self.engine = create_engine(self.url, **options)
        if self.is_sqlite:
            _set_up_sqlite(self.engine)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Generator[Tx]:
        """A transaction that sees one state of the database and is rolled back at its end."""
        with self.engine.connect() as conn:
            yield conn
            conn.rollback()

    @contextmanager
    def write(self) -> Generator[Tx]:
        """A transaction that is committed when the block ends and rolled back when it raises."""
        writer = self.engine.connect().execution_options(sunwai_write=True)
        with writer as conn, conn.begin():
            yield conn

    def check(self) -> None:
        """Does one trivial read. Raises DatabaseUnreadable with the driver's own words."""
        try:
            with self.read() as tx:
                tx.execute(text("SELECT 1"))
        except (OperationalError, SQLAlchemyError, OSError) as error:
            cause = getattr(error, "orig", None) or error
            raise DatabaseUnreadable(f"{self.safe_url}: {cause}") from error

    @property
    def safe_url(self) -> str:
        """The URL with its password masked, for messages and logs."""
        return make_url(self.url).render_as_string(hide_password=True)

    def close(self) -> None:
        self.engine.dispose()


def with_driver(url: str) -> str:
    """The URL with the PostgreSQL driver that Sunwai ships with (psycopg 3)."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def migrate(db: Database) -> None:
    """Brings the schema to its newest version; a schema already there is left as it is."""
    from alembic import command  # here alone: loading it takes longer than to ask for a policy
    from alembic.config import Config

    db.check()
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["engine"] = db.engine
    command.upgrade(config, "head")


def schema_version(db: Database) -> str | None:
    """The migration that the database stands at; None when it has none yet."""
    with db.engine.connect() as conn:
        if not inspect(conn).has_table("alembic_version"):
            return None
        return conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def at_head(db: Database) -> bool:
    """True when no migration is waiting."""
    return schema_version(db) == newest_version()


def newest_version() -> str:
    """The last migration there is: each is in a file whose name begins with its number."""
    return max(path.name for path in (_MIGRATIONS / "versions").glob("[0-9]*.py")).split("_")[0]


_MIGRATIONS = Path(__file__).parent / "migrations"
