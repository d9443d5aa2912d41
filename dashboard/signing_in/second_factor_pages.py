"""The second factor's pages: the code at sign-in, setting it up, and one's own at /me."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, make_response, redirect, request, session
from flask.typing import ResponseReturnValue

from dashboard.deps import Deps, deps
from dashboard.identity.passwords import opens, verify_password
from dashboard.signing_in import second_factor as factor
from dashboard.signing_in.auth import CODE, SET_UP, safe_next, too_many, waiting_sentence
from dashboard.signing_in.back_off import start_try, was_right
from dashboard.signing_in.first_page import first_page
from dashboard.signing_in.security import requires, signed_in
from dashboard.signing_in.sessions import (
    WaitsFor,
    half_of_request,
    open_session,
    shown_in_half,
    token_of_request,
)
from dashboard.words import mark, t
from data.model import Role, User
from data.sealing import CannotOpen
from data.store import users

routes = Blueprint("second_factor", __name__)

PAGE = "/me/second-factor"
LONGEST_CODE = 40
WRONG = mark("This code is not right, or was used before. Wait for the next one.")
CANNOT_READ = mark(
    "Your second factor cannot be read on this server. An administrator can reset it."
)
WRONG_PASSWORD = mark("The password is not right.")


def _typed() -> str:
    return request.form.get("code", "")[:LONGEST_CODE]


def _went_on() -> str:
    kept: object = session.get("next")
    return safe_next(kept if isinstance(kept, str) else None)


# ------------------------------------------------------------------------------ at sign-in


def _code_page(error: str = "", status: int = 200) -> Response:
    return make_response(first_page("second_factor.html", error=error), status)


@routes.get(CODE)
def code_page() -> ResponseReturnValue:
    """Asks for the code; who has not shown the password goes back."""
    if half_of_request(WaitsFor.CODE) is None:
        return redirect("/sign-in")
    return _code_page()


@routes.post(CODE)
def code() -> ResponseReturnValue:
    """Opens the session for the right code."""
    d, user = deps(), half_of_request(WaitsFor.CODE)
    if user is None:
        return redirect("/sign-in", code=303)
    now = d.clock()
    wait = start_try(d, user.name, now)
    if wait > timedelta(0):
        return too_many(_code_page(waiting_sentence(wait), 429), wait)
    try:
        shown, right = shown_in_half(d, user), _is_right(d, user, now)
    except CannotOpen:
        return _code_page(t(CANNOT_READ), 409)
    if not right:
        return _code_page(t(WRONG), 401)
    next_ = _went_on()
    open_session(d, user, now, shown)
    return redirect(next_, code=303)


def _is_right(d: Deps, user: User, now: datetime) -> bool:
    with d.db.write() as tx:
        right = factor.check(tx, d, user, _typed(), now)
        if right:
            was_right(tx, user.name, at=now, whole=True)
    return right


def _set_up_page(d: Deps, user: User, error: str = "", status: int = 200) -> Response:
    made = factor.begin(d, user, d.clock())
    return make_response(first_page("set_up.html", made=made, error=error), status)


@routes.get(SET_UP)
def set_up_page() -> ResponseReturnValue:
    """Shows the secret to whoever must have a second factor and has none."""
    user = half_of_request(WaitsFor.SET_UP)
    return redirect("/sign-in") if user is None else _set_up_page(deps(), user)


@routes.post(SET_UP)
def set_up() -> ResponseReturnValue:
    """Lets the factor count, opens the session and shows the recovery codes, once."""
    d, user = deps(), half_of_request(WaitsFor.SET_UP)
    if user is None:
        return redirect("/sign-in", code=303)
    now = d.clock()
    wait = start_try(d, user.name, now)
    if wait > timedelta(0):
        return too_many(_set_up_page(d, user, waiting_sentence(wait), 429), wait)
    codes = factor.confirm(d, user, _typed(), now)
    if codes is None:
        return _set_up_page(d, user, t(WRONG), 401)
    shown, next_ = shown_in_half(d, user), _went_on()
    with d.db.write() as tx:
        was_right(tx, user.name, at=now, whole=True)
    open_session(d, user, now, shown)
    return _codes_page(codes, next_)


def _codes_page(codes: list[str], next_: str) -> Response:
    return make_response(first_page("recovery_codes.html", codes=codes, next=next_))


# ------------------------------------------------------------------------------ one's own


def _page(d: Deps, user: User, *, error: str = "", status: int = 200) -> Response:
    with d.db.read() as tx:
        state = factor.state_of(tx, user.id)
        has_password = opens(users.password_hash(tx, user.id))
    told: dict[str, Any] = {
        "state": state,
        "made": None if state.is_on else factor.begin(d, user, d.clock()),
        "must": d.sign_in.needs_second_factor(user.role),
        "asks_password": has_password,
        "here": PAGE,
        "error": error,
    }
    return make_response(first_page("my_second_factor.html", **told), status)


@routes.get(PAGE)
@requires(*Role)
def mine() -> ResponseReturnValue:
    """Whether a second factor is on; where it is not, how to set it up."""
    return _page(deps(), signed_in())


def _password_is_right(d: Deps, user: User) -> bool:
    with d.db.read() as tx:
        hashed = users.password_hash(tx, user.id)
    return not opens(hashed) or verify_password(request.form.get("password", ""), hashed)


@routes.post(PAGE)
@requires(*Role)
def turn_on() -> ResponseReturnValue:
    """Lets the factor count for password and code; all other sessions of the user end."""
    d, user = deps(), signed_in()
    now = d.clock()
    wait = start_try(d, user.name, now)
    if wait > timedelta(0):
        return too_many(_page(d, user, error=waiting_sentence(wait), status=429), wait)
    if not _password_is_right(d, user):
        return _page(d, user, error=t(WRONG_PASSWORD), status=401)
    codes = factor.confirm(d, user, _typed(), now)
    if codes is None:
        return _page(d, user, error=t(WRONG), status=401)
    token = token_of_request() or ""
    with d.db.write() as tx:
        was_right(tx, user.name, at=now, whole=False)
        users.strengthen_session(tx, token)
        users.revoke_sessions(tx, user.id, now=now, but=token)
    return _codes_page(codes, PAGE)


def _refusal_of_code(d: Deps, user: User, now: datetime) -> Response | None:
    """The page with a sentence when the code of the form is not right; it is used up otherwise."""
    wait = start_try(d, user.name, now)
    if wait > timedelta(0):
        return too_many(_page(d, user, error=waiting_sentence(wait), status=429), wait)
    try:
        with d.db.write() as tx:
            right = factor.check(tx, d, user, _typed(), now)
            if right:
                was_right(tx, user.name, at=now, whole=False)
    except CannotOpen:
        return _page(d, user, error=t(CANNOT_READ), status=409)
    return None if right else _page(d, user, error=t(WRONG), status=401)


@routes.post(f"{PAGE}/codes")
@requires(*Role)
def codes_anew() -> ResponseReturnValue:
    """New recovery codes, for a code of the app."""
    d, user = deps(), signed_in()
    now = d.clock()
    refusal = _refusal_of_code(d, user, now)
    return refusal or _codes_page(factor.new_codes(d, user, now), PAGE)


@routes.post(f"{PAGE}/off")
@requires(*Role)
def turn_off() -> ResponseReturnValue:
    """Takes the factor away, for a code of it; not from a role that must have one."""
    d, user = deps(), signed_in()
    now = d.clock()
    if d.sign_in.needs_second_factor(user.role):
        return _page(d, user, error=t("Your role must have a second factor."), status=403)
    refusal = _refusal_of_code(d, user, now)
    if refusal is not None:
        return refusal
    with d.db.write() as tx:
        factor.take_away(tx, user.pseudonym, user, now)
        users.revoke_sessions(tx, user.id, now=now, but=token_of_request())
    return redirect(PAGE, code=303)
