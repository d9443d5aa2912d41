"""Passwords: hashed with argon2id, never kept, never logged, never given by default."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

LEAST_LENGTH = 10
MOST_LENGTH = 1024
NO_PASSWORD = "!"  # the hash of who signs in through the identity provider only
LEAST_DIFFERENT = 5  # characters
# What is tried first anywhere. Compared without digits and marks at the end, in small letters.
COMMON = frozenset(
    {
        "abcdefghij", "administrator", "asdfghjkl", "baseball", "changeme", "football", "iloveyou",
        "islamabad", "karachi", "khuda hafiz", "lahore", "letmein", "mypassword", "pakistan",
        "pakistanzindabad", "password", "passwort", "peshawar", "princess", "qwerty", "qwertyuiop",
        "qwertyuio", "rawalpindi", "sunshine", "sunwai", "superman", "trustno", "welcome",
        "zindabad", "zxcvbnm",
    }
)  # fmt: skip
_RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
_ENDS = "0123456789!@#$%^&*()-_=+.,?/ "


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """How much work one hash costs: passes, memory in KiB, lanes."""

    passes: int = 3
    memory_kib: int = 65536
    lanes: int = 2


STANDARD = Work()
LIGHT = Work(passes=1, memory_kib=64, lanes=1)  # for tests and sample data only


class WeakPassword(ValueError):
    """The password is too short or too long. Choose one of at least 10 characters."""


class Weakness(StrEnum):
    """Why a password that somebody chose is not taken."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    NAME = "name"
    SAME = "same"
    RUN = "run"


def weakness(password: str, *names: str) -> Weakness | None:
    """Why nobody should choose this password; None when it will do.

    ``names``: the user's own and the organisation's, which are guessed first.
    """
    if len(password) < LEAST_LENGTH:
        return Weakness.SHORT
    if len(password) > MOST_LENGTH:
        return Weakness.LONG
    small = password.casefold()
    core = small.strip(_ENDS)
    if core in COMMON or (not core and len(small) < 14):
        return Weakness.COMMON
    if any(len(n) >= 3 and _is_mostly(n.casefold(), small) for n in names):
        return Weakness.NAME
    if len(set(small)) < LEAST_DIFFERENT:
        return Weakness.SAME
    if any(small in run or small in run[::-1] for run in _RUNS):
        return Weakness.RUN
    return None


def _is_mostly(name: str, password: str) -> bool:
    """Whether less than eight characters are left of the password once the name is out of it."""
    return name in password and len(password.replace(name, "")) < 8


def _hasher(work: Work) -> PasswordHasher:
    return PasswordHasher(
        time_cost=work.passes, memory_cost=work.memory_kib, parallelism=work.lanes
    )


def hash_password(password: str, work: Work = STANDARD) -> str:
    """The argon2id hash with its salt and work in it. Raises WeakPassword."""
    if not LEAST_LENGTH <= len(password) <= MOST_LENGTH:
        raise WeakPassword(f"a password has {LEAST_LENGTH} to {MOST_LENGTH} characters")
    return _hasher(work).hash(password)


def verify_password(password: str, hashed: str) -> bool:
    """Whether the password is the one that was hashed; False too for a hash that is none."""
    if len(password) > MOST_LENGTH:
        return False
    try:
        return PasswordHasher().verify(hashed, password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def opens(hashed: str) -> bool:
    """Whether a password can fit this hash at all; False for who signs in elsewhere only."""
    return hashed.startswith("$argon2")


def is_stale(hashed: str, work: Work) -> bool:
    """Whether the hash was made with other work than is done today."""
    try:
        return _hasher(work).check_needs_rehash(hashed)
    except InvalidHashError:
        return False


def random_password() -> str:
    """A password for a first sign-in: 16 letters and digits, without lookalikes, in fours."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


@lru_cache(maxsize=4)
def dummy_hash(work: Work = STANDARD) -> str:
    """A hash that no password fits, so that an unknown name takes as long as a known one."""
    return _hasher(work).hash(secrets.token_hex(32))
