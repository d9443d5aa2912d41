"""A user's own choices are kept, one by one, and nothing that the interface does not know."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.db import Database
from data.model import Role, User
from data.store import users
from data.store.choices import (
    Choices,
    NotAChoice,
    choices_of,
    keep_choice,
)
from tests.builders import NOW


@pytest.fixture
def amina(db: Database) -> User:
    with db.write() as tx:
        return users.add_user(tx, name="amina", display="Amina", role=Role.OFFICER,
                              password_hash="x", now=NOW)  # fmt: skip


def test_user_who_chose_nothing_has_the_standing_choices(db: Database, amina: User) -> None:
    with db.read() as tx:
        assert choices_of(tx, amina.id) == Choices()


def test_choice_takes_the_place_of_the_one_before(db: Database, amina: User) -> None:
    with db.write() as tx:
        keep_choice(tx, amina.id, "language", "ur", now=NOW)
        keep_choice(tx, amina.id, "theme", "dark", now=NOW)
        keep_choice(tx, amina.id, "theme", "light", now=NOW + timedelta(minutes=1))
        keep_choice(tx, amina.id, "single_keys", "off", now=NOW)
        keep_choice(tx, amina.id, "keys", {"keep": "k"}, now=NOW)
    with db.read() as tx:
        found = choices_of(tx, amina.id)
    assert (found.language, found.theme, found.single_keys) == ("ur", "light", False)
    assert found.keys == {"keep": "k"}


def test_choices_of_one_user_do_not_reach_another(db: Database, amina: User) -> None:
    with db.write() as tx:
        other = users.add_user(tx, name="bilal", display="Bilal", role=Role.OFFICER,
                               password_hash="x", now=NOW)  # fmt: skip
        keep_choice(tx, amina.id, "language", "ur", now=NOW)
        assert choices_of(tx, other.id).language is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("language", "fr"),
        ("theme", None),
        ("theme", ["dark"]),
        ("theme", {"a": 1}),
        ("password", "x"),
        ("keys", "f"),
        ("keys", {"keep": "k" * 5000}),
        ("single_keys", True),
    ],
)
def test_what_the_interface_does_not_know_is_refused(
    db: Database, amina: User, name: str, value: object
) -> None:
    with db.write() as tx:
        with pytest.raises(NotAChoice):
            keep_choice(tx, amina.id, name, value, now=NOW)
        assert choices_of(tx, amina.id) == Choices()
