"""One's own account: sessions that are open, and a new password. Drawn by the server."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Blueprint, Response, abort, make_response, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.deps import Deps, deps
from dashboard.identity.passwords import (
    LEAST_LENGTH,
    MOST_LENGTH,
    Weakness,
    hash_password,
    opens,
    verify_password,
    weakness,
)
from dashboard.signing_in.auth import too_many, waiting_sentence
from dashboard.signing_in.back_off import start_try, was_right
from dashboard.signing_in.browsers import browser_name
from dashboard.signing_in.first_page import first_page
from dashboard.signing_in.second_factor_pages import WRONG_PASSWORD
from dashboard.signing_in.security import requires, signed_in
from dashboard.signing_in.sessions import token_of_request
from dashboard.words import mark, t
from data.model import Role, User
from data.store import audit, users

routes = Blueprint("account", __name__)

SESSIONS, PASSWORD = "/me/sessions", "/me/password"
_MARK = re.compile(r"[0-9a-f]{16}")
WEAK = {
    Weakness.SHORT: mark("A password has at least {least} characters."),
    Weakness.LONG: mark("A password has at most {most} characters."),
    Weakness.COMMON: mark("This password is one of those that are tried first. Choose another."),
    Weakness.NAME: mark("This password is little more than a name. Choose another."),
    Weakness.SAME: mark("This password uses too few different characters. Choose another."),
    Weakness.RUN: mark("This password is a run of neighbouring keys. Choose another."),
}


# ------------------------------------------------------------------------------ sessions


@routes.get(SESSIONS)
@requires(*Role)
def sessions() -> ResponseReturnValue:
    """The sessions that are open, this one first of all marked."""
    d, user = deps(), signed_in()
    now = d.clock()
    with d.db.read() as tx:
        found = users.sessions_of(tx, user.id, now=now, idle_since=now - d.session.idle)
    here = users.session_mark(token_of_request() or "")
    shown = [{"seen": s, "browser": browser_name(s.agent), "here": s.mark == here} for s in found]
    return make_response(first_page("sessions.html", sessions=shown, here=SESSIONS, error=""))


@routes.post(SESSIONS)
@requires(*Role)
def end_sessions() -> ResponseReturnValue:
    """Ends one of the user's own sessions by its mark, or all but this one."""
    d, user, mark_ = deps(), signed_in(), request.form.get("session", "")
    now = d.clock()
    with d.db.write() as tx:
        if mark_ == "others":
            users.revoke_sessions(tx, user.id, now=now, but=token_of_request())
        elif not _MARK.fullmatch(mark_) or not users.end_session(tx, user.id, mark_, now=now):
            abort(404)
        audit.note(tx, actor=user.pseudonym, verb="session.end", object=f"user:{user.id}",
                   now=now, detail={"all_others": mark_ == "others"})  # fmt: skip
    return redirect(SESSIONS, code=303)


# ------------------------------------------------------------------------------ password


def _page(
    d: Deps, user: User, *, error: str = "", done: bool = False, status: int = 200
) -> Response:
    with d.db.read() as tx:
        has_password = opens(users.password_hash(tx, user.id))
    told = {"has_password": has_password, "least": LEAST_LENGTH, "most": MOST_LENGTH,
            "here": PASSWORD, "error": error, "done": done}  # fmt: skip
    return make_response(first_page("password.html", **told), status)


@routes.get(PASSWORD)
@requires(*Role)
def password_page() -> ResponseReturnValue:
    """The form for a new password."""
    return _page(deps(), signed_in())


@routes.post(PASSWORD)
@requires(*Role)
def new_password() -> ResponseReturnValue:
    """Changes the password for the old one; all other sessions of the user end."""
    d, user = deps(), signed_in()
    now = d.clock()
    wait = start_try(d, user.name, now)
    if wait > timedelta(0):
        return too_many(_page(d, user, error=waiting_sentence(wait), status=429), wait)
    if not _old_is_right(d, user):
        return _page(d, user, error=t(WRONG_PASSWORD), status=401)
    with d.db.write() as tx:
        was_right(tx, user.name, at=now, whole=False)
    new = request.form.get("new", "")
    problem = _problem(d, user, new)
    if problem:
        return _page(d, user, error=problem, status=400)
    hashed = hash_password(new, d.password_work)
    with d.db.write() as tx:
        users.renew_hash(tx, user.id, hashed)
        users.revoke_sessions(tx, user.id, now=now, but=token_of_request())
        audit.note(
            tx, actor=user.pseudonym, verb="user.password", object=f"user:{user.id}", now=now
        )
    return _page(d, user, done=True)


def _old_is_right(d: Deps, user: User) -> bool:
    with d.db.read() as tx:
        hashed = users.password_hash(tx, user.id)
    return opens(hashed) and verify_password(request.form.get("old", ""), hashed)


def _problem(d: Deps, user: User, new: str) -> str:
    """Why the new password is not taken; empty when it is."""
    if new != request.form.get("again", ""):
        return t("The new password was not typed the same way twice.")
    if new == request.form.get("old", ""):
        return t("The new password is the old one.")
    weak = weakness(new, user.name, user.display, d.organisation)
    return "" if weak is None else t(WEAK[weak], least=LEAST_LENGTH, most=MOST_LENGTH)
