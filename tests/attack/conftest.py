"""The wired dashboard with comments of every kind, once for each module and kind of database."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from data.db import Database
from data.model import Role
from tests.postgres import create_database, drop_database
from tests.unit.pages_helpers import Office, an_office, token_of

_numbers = itertools.count(1)
Clients = dict[Role, tuple[FlaskClient, str]]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    if request.param == "sqlite":
        yield an_office(folder)
        return
    server: str = request.getfixturevalue("postgres_url")
    name = f"sunwai_attack_{os.getpid()}_{next(_numbers)}"
    template = f"sunwai_template_{os.getpid()}"
    db = Database(create_database(server, name, template=template))
    yield an_office(folder, db=db)
    db.close()
    drop_database(server, name)


@pytest.fixture(scope="module")
def clients(office: Office) -> Clients:
    """A signed-in browser of each role, and the token that its requests must carry."""
    made = {role: office.client(role) for role in Role}
    return {role: (client, token_of(client)) for role, client in made.items()}
