"""Sign-in and sign-out: a server-rendered form, sessions in our own table, back-off on failures.

The cookie is signed and holds a random token; the database holds only the token's hash, so that a
session can be ended from the server and a copy of the database opens no door.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue

from dashboard.deps import BackOff, Deps, deps
from dashboard.passwords import dummy_hash, verify_password
from dashboard.security import current_user
from data.db import Tx
from data.model import User
from data.store import audit, users

routes = Blueprint("auth", __name__)

TOUCH_EVERY = timedelta(seconds=60)
LONGEST_NAME = 80
# Polled by a page that lies open: they must not keep an idle session alive.
QUIET_PATHS = frozenset({"/api/queue/counts"})

WRONG = "The name or the password is not right."


# ------------------------------------------------------------------------------ sessions


def user_of_request() -> User | None:
    """The user whose live session the request's cookie names; marks the session as in use."""
    token = session.get("token")
    if not isinstance(token, str):
        return None
    d = deps()
    now = d.clock()
    with d.db.read() as tx:
        user = users.user_of_session(tx, token, now=now, idle_since=now - d.session.idle)
    if user is not None and request.path not in QUIET_PATHS and _is_due(now):
        with d.db.write() as tx:
            users.touch_session(tx, token, now=now)
        session["touched"] = now.timestamp()
    return user


def _is_due(now: datetime) -> bool:
    touched = session.get("touched")
    if not isinstance(touched, int | float):
        return True
    return now.timestamp() - touched >= TOUCH_EVERY.total_seconds()


def _open(d: Deps, user: User, now: datetime) -> None:
    session.clear()  # nothing that was set before signing in survives it
    token = secrets.token_urlsafe(32)
    with d.db.write() as tx:
        users.open_session(tx, user.id, token, now=now, expires_at=now + d.session.absolute)
        audit.note(tx, actor=user.pseudonym, verb="sign_in", object=f"user:{user.id}", now=now)
    session["token"] = token
    session["touched"] = now.timestamp()


# ------------------------------------------------------------------------------ back-off


def wait_after(failures: int, newest: datetime | None, rule: BackOff, now: datetime) -> timedelta:
    """How long a further try must still wait: none below ``free`` failures, then doubling."""
    if failures < rule.free or newest is None:
        return timedelta(0)
    doubled = rule.first_wait * 2 ** min(failures - rule.free, 10)
    return max(newest + min(doubled, rule.window) - now, timedelta(0))


def _subjects(name: str) -> tuple[str, str]:
    return f"user:{name}", f"address:{request.remote_addr or 'unknown'}"


def _start_try(tx: Tx, name: str, rule: BackOff, now: datetime) -> timedelta:
    """The wait that still runs; when there is none the try is counted, before it is judged.

    Counting first means that many tries at once cannot slip through between look and count.
    """
    waits: list[timedelta] = []
    for subject in _subjects(name):
        failures, newest = users.failures_since(tx, subject, now - rule.window)
        waits.append(wait_after(failures, newest, rule, now))
    if max(waits) == timedelta(0):
        for subject in _subjects(name):
            users.note_failure(tx, subject, now=now)
    return max(waits)


def _check(d: Deps, name: str, password: str, now: datetime) -> User | None:
    with d.db.read() as tx:
        user = users.user_by_name(tx, name)
        hashed = dummy_hash(d.password_work) if user is None else users.password_hash(tx, user.id)
    right = verify_password(password, hashed)
    if not right or user is None or user.disabled_at is not None:
        return None
    by_user, by_address = _subjects(name)
    with d.db.write() as tx:
        users.clear_failures(tx, by_user)
        users.forget_failure(tx, by_address, at=now)
    return user


# ------------------------------------------------------------------------------ routes


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
    return target if is_here and parts.path not in ("/sign-in", "/sign-out") else "/"


def _page(*, error: str = "", name: str = "", status: int = 200) -> Response:
    page = render_template(
        "sign_in.html",
        organisation=deps().organisation,
        error=error,
        name=name,
        next=safe_next(request.values.get("next")),
    )
    return make_response(page, status)


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
    name = request.form.get("name", "").strip()[:LONGEST_NAME]
    password = request.form.get("password", "")
    if not name or not password:
        return _page(error="Give your name and your password.", name=name, status=400)
    with d.db.write() as tx:
        wait = _start_try(tx, name, d.back_off, now)
    if wait > timedelta(0):
        return _too_many(name, wait)
    user = _check(d, name, password, now)
    if user is None:
        return _page(error=WRONG, name=name, status=401)
    _open(d, user, now)
    return redirect(safe_next(request.form.get("next")), code=303)


def _too_many(name: str, wait: timedelta) -> Response:
    seconds = int(wait.total_seconds()) + 1
    told = f"{seconds} seconds" if seconds < 120 else f"{seconds // 60 + 1} minutes"
    error = f"Too many tries that failed. Wait {told}, then try again."
    answer = _page(error=error, name=name, status=429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


@routes.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Ends the session on the server and empties the cookie."""
    token = session.get("token")
    user = current_user()
    if isinstance(token, str) and user is not None:
        d = deps()
        now = d.clock()
        with d.db.write() as tx:
            users.revoke_session(tx, token, now=now)
            audit.note(tx, actor=user.pseudonym, verb="sign_out", object=f"user:{user.id}", now=now)
    session.clear()
    return jsonify(ok=True)
