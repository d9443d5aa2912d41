"""What an administrator does with users: add, role, shown name, bar, let in again, reset.

Each act is told in the log. Nobody acts on their own account here, and the last administrator who
may come in stays one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from dashboard.deps import deps
from dashboard.identity.passwords import hash_password, random_password
from dashboard.signing_in import second_factor as factor
from dashboard.signing_in.security import requires, signed_in
from dashboard.web import given
from dashboard.web.forms import Malformed
from dashboard.words import t
from data.db import Tx
from data.model import JsonObject, Role, User
from data.store import audit, identities, users

routes = Blueprint("users_api", __name__)

ADD, ROLE, DISPLAY = "/api/users/add", "/api/users/role", "/api/users/display"
DISABLE, ENABLE, PASSWORD = "/api/users/disable", "/api/users/enable", "/api/users/password"
SESSIONS, FACTOR = "/api/users/sessions", "/api/users/second-factor"
EMAIL, UNTIE = "/api/users/email", "/api/users/untie"
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,180}")
_NAME = re.compile(r"\S{1,80}")


class Refusal(Exception):
    """The act is not done; the sentence says why."""

    def __init__(self, sentence: str, status: int = 409) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


@routes.errorhandler(Refusal)
def refused(error: Refusal) -> ResponseReturnValue:
    return jsonify(error=error.sentence), error.status


# ------------------------------------------------------------------------------ new users


@routes.post(ADD)
@requires(Role.ADMINISTRATOR)
def add() -> ResponseReturnValue:
    """Adds a user; the answer holds the password, which is shown only there."""
    d, by = deps(), signed_in()
    name = given.told("name", longest=80, needed=True)
    shown = given.told("display", longest=120) or name
    role = _role()
    if not _NAME.fullmatch(name) or not name.isprintable() or not shown.isprintable():
        raise Refusal(t("A user's name has 1 to 80 characters without blanks."), 400)
    password, now = random_password(), d.clock()
    hashed = hash_password(password, d.password_work)
    with d.db.write() as tx:
        if users.user_by_name(tx, name) is not None:
            raise Refusal(t("There is a user {name} already.", name=name))
        made = users.add_user(
            tx, name=name, display=shown, role=role, password_hash=hashed, now=now
        )
        _note(tx, by, made, "user.add", now, {"role": role.value})
    return jsonify(told=_password_told(name, password))


def _password_told(name: str, password: str) -> str:
    return t(
        "Password of {name}: {password} (shown only now; it should be changed after signing in)",
        name=name,
        password=password,
    )


def _role() -> Role:
    try:
        return Role(given.told("role", longest=20, needed=True))
    except ValueError:
        raise Malformed("role", t("There is no such role.")) from None


# ------------------------------------------------------------------------------ one user


def _acted(
    verb: str, act: Callable[[Tx, User, datetime], JsonObject | None], told: str
) -> ResponseReturnValue:
    """Does the act on the user of the request and notes it. ``told`` has the place {name}."""
    d, by, number = deps(), signed_in(), given.number("user")
    now = d.clock()
    with d.db.write() as tx:
        user = users.user_by_id(tx, number)
        if user is None:
            raise Refusal(t("There is no such user."), 404)
        detail = act(tx, user, now)
        if verb:
            _note(tx, by, user, verb, now, detail)
    return jsonify(told=told.replace("{name}", user.name))


def _note(
    tx: Tx, by: User, user: User, verb: str, now: datetime, detail: JsonObject | None = None
) -> None:
    audit.note(
        tx, actor=by.pseudonym, verb=verb, object=f"user:{user.id}", now=now, detail=detail or {}
    )


def _not_own(user: User) -> None:
    if user.id == signed_in().id:
        raise Refusal(t("You cannot do this to your own account. Ask another administrator."))


def _not_last(tx: Tx, user: User) -> None:
    others = [
        u
        for u in users.list_users(tx)
        if u.role is Role.ADMINISTRATOR and u.disabled_at is None and u.id != user.id
    ]
    if user.role is Role.ADMINISTRATOR and not others:
        raise Refusal(t("This is the last administrator who may come in."))


@routes.post(ROLE)
@requires(Role.ADMINISTRATOR)
def role() -> ResponseReturnValue:
    """Gives another role; the user's sessions end."""
    new = _role()

    def act(tx: Tx, user: User, now: datetime) -> JsonObject:
        _not_own(user)
        if new is not Role.ADMINISTRATOR:
            _not_last(tx, user)
        users.set_role(tx, user.id, new, now=now)
        return {"from": user.role.value, "to": new.value}

    return _acted("user.role", act, t("{name} has the new role; their sessions have ended."))


@routes.post(DISPLAY)
@requires(Role.ADMINISTRATOR)
def display() -> ResponseReturnValue:
    """Changes the name that pages show."""
    shown = given.told("display", longest=120, needed=True)
    if not shown.isprintable():
        raise Malformed("display", t("The name holds characters that cannot be shown."))

    def act(tx: Tx, user: User, now: datetime) -> None:
        users.set_display(tx, user.id, shown)

    return _acted("user.display", act, t("{name} is shown by the new name."))


@routes.post(DISABLE)
@requires(Role.ADMINISTRATOR)
def disable() -> ResponseReturnValue:
    """Bars the user and ends their sessions."""

    def act(tx: Tx, user: User, now: datetime) -> None:
        _not_own(user)
        _not_last(tx, user)
        users.disable_user(tx, user.id, now=now)

    return _acted("user.disable", act, t("{name} cannot come in any more."))


@routes.post(ENABLE)
@requires(Role.ADMINISTRATOR)
def enable() -> ResponseReturnValue:
    """Lets a barred user in again."""

    def act(tx: Tx, user: User, now: datetime) -> None:
        users.enable_user(tx, user.id)

    return _acted("user.enable", act, t("{name} may come in again."))


@routes.post(PASSWORD)
@requires(Role.ADMINISTRATOR)
def password() -> ResponseReturnValue:
    """Gives a new password, shown only in the answer; sessions and waiting times end."""
    d, new = deps(), random_password()
    hashed = hash_password(new, d.password_work)

    def act(tx: Tx, user: User, now: datetime) -> None:
        _not_own(user)
        users.set_password(tx, user.id, hashed, now=now)
        users.clear_failures(tx, f"user:{user.name}")

    return _acted("user.password", act, _password_told("{name}", new))


@routes.post(SESSIONS)
@requires(Role.ADMINISTRATOR)
def sessions() -> ResponseReturnValue:
    """Ends all sessions of the user."""

    def act(tx: Tx, user: User, now: datetime) -> None:
        users.revoke_sessions(tx, user.id, now=now)

    return _acted("session.end", act, t("All sessions of {name} have ended."))


@routes.post(FACTOR)
@requires(Role.ADMINISTRATOR)
def second_factor() -> ResponseReturnValue:
    """Takes the user's second factor away, as after a lost telephone; their sessions end."""
    pseudonym = signed_in().pseudonym

    def act(tx: Tx, user: User, now: datetime) -> None:
        _not_own(user)
        if not factor.take_away(tx, pseudonym, user, now):
            raise Refusal(t("{name} has no second factor.", name=user.name))
        users.revoke_sessions(tx, user.id, now=now)
        users.clear_failures(tx, f"user:{user.name}")

    told = t("The second factor of {name} is gone; their sessions have ended.")
    return _acted("", act, told)


# ------------------------------------------------------------------------------ from outside


@routes.post(EMAIL)
@requires(Role.ADMINISTRATOR)
def email() -> ResponseReturnValue:
    """Keeps the e-mail address by which an identity provider's claim finds the user."""
    address = given.told("email", longest=254)
    if address and not (_EMAIL.fullmatch(address) and address.isprintable()):
        raise Malformed("email", t("This is no e-mail address."))

    def act(tx: Tx, user: User, now: datetime) -> None:
        other = identities.user_by_email(tx, address) if address else None
        if other is not None and other.id != user.id:
            raise Refusal(t("Another user has this e-mail address."))
        identities.set_email(tx, user.id, address)

    return _acted("user.email", act, t("The e-mail address of {name} is kept."))


@routes.post(UNTIE)
@requires(Role.ADMINISTRATOR)
def untie() -> ResponseReturnValue:
    """Forgets whom the identity provider means by this user; their next sign-in ties it anew."""

    def act(tx: Tx, user: User, now: datetime) -> None:
        if not identities.untie(tx, user.id):
            raise Refusal(t("{name} is not tied to an outside account.", name=user.name))
        users.revoke_sessions(tx, user.id, now=now)

    return _acted("user.untie", act, t("{name} is no longer tied to an outside account."))
