"""Passwords: what is kept of them."""

from __future__ import annotations

import re

import pytest

from dashboard.identity.passwords import (
    LIGHT,
    WeakPassword,
    dummy_hash,
    hash_password,
    random_password,
    verify_password,
)


def test_password_fits_its_own_hash_only() -> None:
    hashed = hash_password("پاس ورڈ ۱۲۳۴", LIGHT)
    assert verify_password("پاس ورڈ ۱۲۳۴", hashed)
    assert not verify_password("پاس ورڈ ۱۲۳۵", hashed)


def test_hash_is_argon2id_with_a_salt_of_its_own() -> None:
    one, other = hash_password("the same words", LIGHT), hash_password("the same words", LIGHT)
    assert one.startswith("$argon2id$") and one != other


@pytest.mark.parametrize("password", ["", "short", "x" * 1025])
def test_password_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        hash_password(password, LIGHT)


def test_no_password_fits_something_that_is_no_hash() -> None:
    assert not verify_password("anything at all", "not a hash")


def test_dummy_hash_costs_as_much_as_a_real_one_and_fits_nothing() -> None:
    parameters = re.compile(r"\$m=\d+,t=\d+,p=\d+\$")
    real, dummy = hash_password("a real password", LIGHT), dummy_hash(LIGHT)
    assert parameters.findall(real) == parameters.findall(dummy)
    assert not verify_password("a real password", dummy)


def test_random_password_is_long_and_never_twice_the_same() -> None:
    made = {random_password() for _ in range(50)}
    assert len(made) == 50 and all(len(p) == 19 for p in made)
