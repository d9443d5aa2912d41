"""People who may sign in: added, barred, given new passwords, each with an audit entry."""

from __future__ import annotations

import sys

from dashboard.identity.passwords import (
    STANDARD,
    WeakPassword,
    Work,
    hash_password,
    random_password,
)
from dashboard.signing_in.second_factor import take_away
from data.db import Tx
from data.model import JsonObject, Role, User
from data.store import audit, users
from sunwai.cli import BadUsage
from sunwai.wiring import House

ACTOR = "command line"


def add_person(house: House, *, name: str, role: str, display: str = "") -> str:
    """Adds a user and gives the password that was made (or read from standard input)."""
    try:
        kind = Role(role)
    except ValueError:
        raise BadUsage(f"--role {role}: it is one of {', '.join(Role)}.") from None
    if not name or len(name) > 80 or not name.isprintable() or " " in name:
        raise BadUsage(f"{name!r} cannot be a user's name: 1 to 80 characters without blanks.")
    password = _typed() or random_password()
    with house.ready_db.write() as tx:
        if users.user_by_name(tx, name) is not None:
            raise BadUsage(f"there is a user {name} already; another password: sunwai user passwd")
        keep_person(tx, house, name=name, role=kind, display=display, password=password)
    return password


def keep_person(
    tx: Tx,
    house: House,
    *,
    name: str,
    role: Role,
    display: str,
    password: str,
    work: Work = STANDARD,
) -> User:
    """Keeps the user with a hash of the password, and notes it in the log."""
    now = house.clock()
    made = users.add_user(
        tx,
        name=name,
        display=display or name,
        role=role,
        password_hash=_hashed(password, work),
        now=now,
    )
    detail: JsonObject = {"role": role.value}
    audit.note(tx, actor=ACTOR, verb="user.add", object=f"user:{made.id}", now=now, detail=detail)
    return made


def disable_person(house: House, name: str) -> None:
    """Bars the user and ends their sessions."""
    now = house.clock()
    with house.ready_db.write() as tx:
        user = _known(tx, name)
        users.disable_user(tx, user.id, now=now)
        audit.note(tx, actor=ACTOR, verb="user.disable", object=f"user:{user.id}", now=now)


def new_password(house: House, name: str) -> str:
    """Gives the user a new password and ends their sessions; gives the password."""
    password = _typed() or random_password()
    now = house.clock()
    with house.ready_db.write() as tx:
        user = _known(tx, name)
        users.set_password(tx, user.id, _hashed(password, STANDARD), now=now)
        audit.note(tx, actor=ACTOR, verb="user.password", object=f"user:{user.id}", now=now)
    return password


def reset_factor(house: House, name: str) -> bool:
    """Takes the user's second factor away and ends their sessions; False when there was none."""
    now = house.clock()
    with house.ready_db.write() as tx:
        user = _known(tx, name)
        users.clear_failures(tx, f"user:{user.name}")
        users.revoke_sessions(tx, user.id, now=now)
        return take_away(tx, ACTOR, user, now)


def _known(tx: Tx, name: str) -> User:
    user = users.user_by_name(tx, name)
    if user is None:
        raise BadUsage(f"there is no user {name}.")
    return user


def _typed() -> str:
    """A password piped in; empty when nobody pipes."""
    if sys.stdin is None or sys.stdin.isatty():  # pyright: ignore[reportUnnecessaryComparison]
        return ""
    return sys.stdin.readline().rstrip("\n")


def _hashed(password: str, work: Work) -> str:
    try:
        return hash_password(password, work)
    except WeakPassword as error:
        raise BadUsage(str(error)) from error
