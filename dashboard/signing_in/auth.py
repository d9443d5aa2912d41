"""Sign-in and sign-out: a server-rendered form that works without JavaScript.

Beside it: ``sessions`` is what the browser holds, ``back_off`` what failed, ``second_factor`` and
``provider`` what else may be asked.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, make_response, redirect, request, session
from flask.typing import ResponseReturnValue

from dashboard.deps import Deps, deps
from dashboard.identity.passwords import dummy_hash, hash_password, is_stale, opens, verify_password
from dashboard.signing_in.back_off import start_try, wait_after, was_right
from dashboard.signing_in.first_page import first_page
from dashboard.signing_in.second_factor import has_factor
from dashboard.signing_in.security import current_user
from dashboard.signing_in.sessions import Shown, WaitsFor, end_session, open_half, open_session
from dashboard.signing_in.sessions import token_of_request as token_of_request
from dashboard.signing_in.sessions import user_of_request as user_of_request
from dashboard.words import t
from data.model import User, storable
from data.sealing import CannotOpen
from data.store import users

__all__ = ["routes", "safe_next", "too_many", "user_of_request", "wait_after", "went_well"]

routes = Blueprint("auth", __name__)

LONGEST_NAME = 80
CODE, SET_UP = "/sign-in/code", "/sign-in/set-up"


# ------------------------------------------------------------------------------ the first factor


def _check(d: Deps, name: str, password: str, now: datetime) -> User | None:
    with d.db.read() as tx:
        user = users.user_by_name(tx, name)
        hashed = "" if user is None else users.password_hash(tx, user.id)
    # Who has no password takes as long as who has one: the time tells nothing.
    right = verify_password(password, hashed if opens(hashed) else dummy_hash(d.password_work))
    if not right or user is None or user.disabled_at is not None:
        return None
    if not d.sign_in.takes_password_of(user.role):
        return None
    if is_stale(hashed, d.password_work):
        _renew(d, user, password)
    return user


def _renew(d: Deps, user: User, password: str) -> None:
    """Hashes the password anew with the work of today: this is the only time when it is known."""
    fresh = hash_password(password, d.password_work)
    with d.db.write() as tx:
        users.renew_hash(tx, user.id, fresh)


def went_well(
    d: Deps, user: User, shown: Shown, *, next_: str, now: datetime
) -> ResponseReturnValue:
    """The first factor was right: opens the session, or asks for the second factor.

    ``now``: the instant that the try was counted at.
    """
    waits = _still_to_show(d, user, shown)
    with d.db.write() as tx:
        was_right(tx, user.name, at=now, whole=waits is None)
    if waits is None:
        open_session(d, user, now, shown)
        return redirect(next_, code=303)
    open_half(d, user, now, shown, waits)
    session["next"] = next_
    return redirect(CODE if waits is WaitsFor.CODE else SET_UP, code=303)


def _still_to_show(d: Deps, user: User, shown: Shown) -> WaitsFor | None:
    if shown.strong:
        return None
    if has_factor(d, user):
        return WaitsFor.CODE
    return WaitsFor.SET_UP if d.sign_in.needs_second_factor(user.role) else None


# ------------------------------------------------------------------------------ where to go


def safe_next(target: str | None) -> str:
    """The path to go to after signing in: a path on this host, or the first page."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return "/"
    if "\\" in target or any(ord(c) < 32 or ord(c) == 127 for c in target):
        return "/"
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    is_here = not parts.scheme and not parts.netloc
    leads_back = parts.path.startswith(("/sign-in", "/sign-out", "/api/", "/_dash"))
    return target if is_here and not leads_back else "/"


# ------------------------------------------------------------------------------ routes


def _page(*, error: str = "", name: str = "", status: int = 200) -> Response:
    next_ = safe_next(request.values.get("next"))
    return make_response(first_page("sign_in.html", error=error, name=name, next=next_), status)


@routes.get("/sign-in")
def sign_in_page() -> ResponseReturnValue:
    """The form; whoever is signed in already goes on."""
    if current_user() is not None:
        return redirect(safe_next(request.args.get("next")))
    return _page()


@routes.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Opens a session for the right name and password; counts the try when they are not."""
    d = deps()
    now = d.clock()
    name = storable(request.form.get("name", "")).strip()[:LONGEST_NAME]
    password = request.form.get("password", "")
    if not name or not password:
        return _page(error=t("Give your name and your password."), name=name, status=400)
    wait = start_try(d, name, now)
    if wait > timedelta(0):
        return too_many(_page(error=waiting_sentence(wait), name=name, status=429), wait)
    user = _check(d, name, password, now)
    if user is None:
        wrong = t("The name or the password is not right.")
        return _page(error=wrong, name=name, status=401)
    return went_well(d, user, Shown(), next_=safe_next(request.form.get("next")), now=now)


def waiting_sentence(wait: timedelta) -> str:
    """What is said to whoever tried too often."""
    seconds = _whole_seconds(wait)
    if seconds < 120:
        return t("Too many tries that failed. Wait {n} seconds, then try again.", n=seconds)
    minutes = seconds // 60 + 1
    return t("Too many tries that failed. Wait {n} minutes, then try again.", n=minutes)


def _whole_seconds(wait: timedelta) -> int:
    return int(wait.total_seconds()) + 1


def too_many(answer: Response, wait: timedelta) -> Response:
    """The answer with the header that tells a machine how long to wait."""
    answer.headers["Retry-After"] = str(_whole_seconds(wait))
    return answer


@routes.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Ends the session on the server and empties the cookie; tells where to go then."""
    d, user = deps(), current_user()
    go = "/sign-in"
    if user is not None:
        go = _end_at_provider(d, user) or go
        end_session(d, user, d.clock())
    session.clear()
    return jsonify(ok=True, go=go)


def _end_at_provider(d: Deps, user: User) -> str | None:
    """Where the provider ends its own session; None where there is nothing to end."""
    token = token_of_request()
    if d.provider is None or token is None:
        return None
    with d.db.read() as tx:
        sealed = users.proof_of_session(tx, token)
    if sealed is None:
        return None
    try:
        proof = d.sealer.open(sealed, f"proof of user {user.id}")
    except CannotOpen:
        return None
    return d.provider.end_address(proof, d.clock())
