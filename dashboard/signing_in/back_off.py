"""Back-off: what failed at the sign-in is counted in the database, and makes further tries wait.

Passwords and second factors share the count: a right password does not buy new tries at the code.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import request

from dashboard.deps import BackOff, Deps
from data.db import Tx
from data.store import users


def wait_after(failures: int, newest: datetime | None, rule: BackOff, now: datetime) -> timedelta:
    """How long a further try must still wait: none below ``free`` failures, then doubling."""
    if failures < rule.free or newest is None:
        return timedelta(0)
    doubled = rule.first_wait * 2 ** min(failures - rule.free, 10)
    return max(newest + min(doubled, rule.window) - now, timedelta(0))


def _subjects(name: str) -> tuple[str, str]:
    return f"user:{name}", f"address:{(request.remote_addr or 'unknown')[:80]}"


def start_try(d: Deps, name: str, now: datetime) -> timedelta:
    """The wait that still runs; when there is none the try is counted, before it is judged.

    Counting first means that many tries at once cannot slip through between look and count.
    """
    with d.db.write() as tx:
        return _start(tx, name, d.back_off, now)


def _start(tx: Tx, name: str, rule: BackOff, now: datetime) -> timedelta:
    waits: list[timedelta] = []
    for subject in _subjects(name):
        failures, newest = users.failures_since(tx, subject, now - rule.window)
        waits.append(wait_after(failures, newest, rule, now))
    if max(waits) == timedelta(0):
        for subject in _subjects(name):
            users.note_failure(tx, subject, now=now)
    return max(waits)


def was_right(tx: Tx, name: str, *, at: datetime, whole: bool) -> None:
    """Takes the try of that instant back. ``whole``: all that was to be shown is shown, so that
    the user's earlier failures are forgiven too."""
    by_user, by_address = _subjects(name)
    if whole:
        users.clear_failures(tx, by_user)
    else:
        users.forget_failure(tx, by_user, at=at)
    users.forget_failure(tx, by_address, at=at)
