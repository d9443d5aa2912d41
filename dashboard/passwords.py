"""Passwords: hashed with argon2id, never kept, never logged, never given by default."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

LEAST_LENGTH = 10
MOST_LENGTH = 1024


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


def random_password() -> str:
    """A password for a first sign-in: 16 letters and digits, without lookalikes, in fours."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


@lru_cache(maxsize=4)
def dummy_hash(work: Work = STANDARD) -> str:
    """A hash that no password fits, so that an unknown name takes as long as a known one."""
    return _hasher(work).hash(secrets.token_hex(32))
