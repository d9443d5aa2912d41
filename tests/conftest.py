"""Fixtures that every level of tests may use. Databases here are real ones."""

from __future__ import annotations

import itertools
import os
from collections.abc import Generator
from pathlib import Path

import pytest
import stamina
from hypothesis import settings

from data.db import Database, migrate
from tests.postgres import create_database, drop_database, running_server
from tests.secret_search import traces
from tests.tables import a_database

_numbers = itertools.count(1)
_LONG = {"test_short_soak", "test_officers", "test_words", "test_access", "test_hostile_texts"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take minutes go first, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: item.path.stem not in _LONG)


# No test is timed. CI tries the same examples each time, so that a change is blamed for what it
# did; elsewhere new ones are tried at each run.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def no_waiting() -> Generator[None]:
    """What is tried again is tried as often as ever, without the waiting between."""
    with stamina.set_testing(True, attempts=100, cap=True):
        yield


FAKE_TOKENS = ("rehearsal-token", "fake-token-of-the-mock-platform")


@pytest.fixture(scope="session", autouse=True)
def no_token_in_any_file(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    """Once all has run, no file that the program wrote holds a token that it was given: no
    database, no log, no report. A test that writes one on purpose names the file ``given-...``."""
    yield
    found = traces(FAKE_TOKENS, home=tmp_path_factory.getbasetemp())
    assert [f for f in found if "/given-" not in f] == []


@pytest.fixture(scope="session")
def postgres_url() -> Generator[str]:
    """A running PostgreSQL with a migrated template database, one server per test process."""
    with running_server() as url:
        template = f"sunwai_template_{os.getpid()}"
        db = Database(create_database(url, template))
        migrate(db)
        db.close()
        yield url
        drop_database(url, template)


@pytest.fixture(params=["sqlite_memory", "sqlite_file", "postgres"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Database]:
    """An empty migrated database; the test runs on each of the three kinds."""
    yield from open_database(request.param, request, tmp_path)


@pytest.fixture(params=["sqlite_file", "postgres"])
def file_db(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Database]:
    """An empty migrated database that other processes can open too."""
    yield from open_database(request.param, request, tmp_path)


def open_database(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Database]:
    if kind == "postgres":
        server: str = request.getfixturevalue("postgres_url")
        name = f"sunwai_{os.getpid()}_{next(_numbers)}"
        url = create_database(server, name, template=f"sunwai_template_{os.getpid()}")
        db = Database(url)
        yield db
        db.close()
        drop_database(server, name)
        return
    db = a_database("sqlite://" if kind == "sqlite_memory" else f"sqlite:///{tmp_path}/sunwai.db")
    yield db
    db.close()
