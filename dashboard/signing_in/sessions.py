"""Sessions of a browser: opened, found again with each request, ended.

The cookie is signed and holds a random token; the database holds only the token's hash, so that a
session can be ended from the server and a copy of the database opens no door.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast

from flask import request, session

from dashboard.deps import Deps, deps
from data.model import JsonObject, User
from data.store import audit, users
from data.store.users import NewSession

TOUCH_EVERY = timedelta(seconds=60)
HALF_LIFE = timedelta(minutes=10)  # between a right password and the code that must follow
# Polled by a page that lies open: they must not keep an idle session alive.
QUIET_PATHS = frozenset(
    {"/api/queue/counts", "/api/queue/pulse", "/api/queue/claim", "/api/queue/viewing"}
)
DRAWN_FOR = "X-Drawn-For"  # a page of ours says with each request whose it is
TOKEN, HALF, TOUCHED = "token", "half", "touched"


class WaitsFor(StrEnum):
    """What a half session must still show."""

    CODE = "code"
    SET_UP = "set-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How somebody signed in. ``strong``: a second factor was shown, here or at the provider."""

    how: str = "password"
    strong: bool = False
    proof: str | None = None  # the provider's ID token


def _text(name: str) -> str | None:
    value: object = session.get(name)
    return value if isinstance(value, str) else None


def token_of_request() -> str | None:
    """The token of the request's cookie; it may open nothing any more."""
    return _text(TOKEN)


def user_of_request() -> User | None:
    """The user whose live session the request's cookie names; marks the session as in use."""
    token = token_of_request()
    if token is None:
        return None
    d = deps()
    now = d.clock()
    with d.db.read() as tx:
        user = users.user_of_session(
            tx,
            token,
            now=now,
            idle_since=now - d.session.idle,
            strong_only=d.sign_in.second_factor_roles,
        )
    if user is not None and request.path not in QUIET_PATHS and _is_due(now):
        with d.db.write() as tx:
            users.touch_session(tx, token, now=now)
        session[TOUCHED] = now.timestamp()
    return user


def drawn_for_another(user: User) -> bool:
    """Whether the page that asks was drawn for somebody else, who used this browser before: what
    that person decided is never recorded under this user's name."""
    drawn_for = request.headers.get(DRAWN_FOR, "")
    return drawn_for not in ("", str(user.id))


def _is_due(now: datetime) -> bool:
    touched = session.get(TOUCHED)
    if not isinstance(touched, int | float):
        return True
    return now.timestamp() - touched >= TOUCH_EVERY.total_seconds()


# ------------------------------------------------------------------------------ whole sessions


def open_session(d: Deps, user: User, now: datetime, shown: Shown) -> None:
    """Opens a session in this browser, and tells it in the log."""
    old = _text(HALF)
    session.clear()  # nothing that was set before signing in survives it
    token = secrets.token_urlsafe(32)
    new = NewSession(
        token=token,
        expires_at=now + d.session.absolute,
        how=shown.how,
        strong=shown.strong,
        agent=request.user_agent.string,
        sealed_proof=_sealed(d, user, shown.proof),
    )
    with d.db.write() as tx:
        if old is not None:
            users.revoke_session(tx, old, now=now)
        users.begin_session(tx, user.id, new, now=now)
        told = _told(shown)
        audit.note(
            tx, actor=user.pseudonym, verb="sign_in", object=f"user:{user.id}", now=now, detail=told
        )
    session[TOKEN] = token
    session[TOUCHED] = now.timestamp()


def _told(shown: Shown) -> JsonObject:
    told: JsonObject = {} if shown.how == "password" else {"by": shown.how}
    return {**told, "second_factor": True} if shown.strong else told


def _sealed(d: Deps, user: User, proof: str | None) -> bytes | None:
    return None if proof is None else d.sealer.seal(proof, f"proof of user {user.id}")


def end_session(d: Deps, user: User, now: datetime) -> None:
    """Ends this browser's session on the server and empties the cookie."""
    token = token_of_request()
    if token is not None:
        with d.db.write() as tx:
            users.revoke_session(tx, token, now=now)
            audit.note(tx, actor=user.pseudonym, verb="sign_out", object=f"user:{user.id}", now=now)
    session.clear()


# ------------------------------------------------------------------------------ half sessions


def open_half(d: Deps, user: User, now: datetime, shown: Shown, waits: WaitsFor) -> None:
    """Notes that the first factor was right. It opens nothing but the page of the second."""
    session.clear()
    token = secrets.token_urlsafe(32)
    new = NewSession(
        token=token,
        expires_at=now + HALF_LIFE,
        how=shown.how,
        waits_for=waits.value,
        agent=request.user_agent.string,
        sealed_proof=_sealed(d, user, shown.proof),
    )
    with d.db.write() as tx:
        users.begin_session(tx, user.id, new, now=now)
    session[HALF] = token
    session["how"] = shown.how


def half_of_request(waits: WaitsFor) -> User | None:
    """The user who showed the first factor in this browser, and must still do this."""
    token = _text(HALF)
    if token is None:
        return None
    d = deps()
    now = d.clock()
    with d.db.read() as tx:
        return users.user_of_session(
            tx, token, now=now, idle_since=now - HALF_LIFE, waits_for=waits.value
        )


def shown_in_half(d: Deps, user: User) -> Shown:
    """How the first factor of the half session was shown, now with the second."""
    token = cast("str", _text(HALF))
    with d.db.read() as tx:
        sealed = users.proof_of_session(tx, token)
    proof = None if sealed is None else d.sealer.open(sealed, f"proof of user {user.id}")
    return Shown(how=_text("how") or "password", strong=True, proof=proof)
