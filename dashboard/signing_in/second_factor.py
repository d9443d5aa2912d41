"""The second factor: six digits of an authenticator app (TOTP, RFC 6238), or a recovery code.

The secret is kept sealed and counts only once a code of it was shown. A code is taken once, and
one step of 30 seconds early or late; recovery codes are kept as marks and work once each.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime

import segno
from pyotp import random_base32
from pyotp.totp import TOTP

from dashboard.deps import Deps
from data.db import Tx
from data.model import User
from data.sealing import CannotOpen
from data.store import audit, second_factor

STEP = 30  # seconds
DRIFT = 1  # steps by which the telephone's clock may be off, either way
CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
_DIGITS = re.compile(r"[0-9]{6}")
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015]+")
_EASTERN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """What an authenticator app is given: a picture, and the same as text to type."""

    picture: str  # SVG
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a user is told of their second factor."""

    since: datetime | None
    codes_left: int

    @property
    def is_on(self) -> bool:
        return self.since is not None


def state_of(tx: Tx, user_id: int) -> State:
    factor = second_factor.factor_of(tx, user_id)
    since = None if factor is None else factor.confirmed_at
    return State(since=since, codes_left=second_factor.recovery_codes_left(tx, user_id))


def has_factor(d: Deps, user: User) -> bool:
    """Whether the user has a second factor that counts."""
    with d.db.read() as tx:
        return state_of(tx, user.id).is_on


# ------------------------------------------------------------------------------ setting it up


def begin(d: Deps, user: User, now: datetime) -> SetUp:
    """The secret to be put into the app; the same again until it is confirmed."""
    secret = _unconfirmed(d, user)
    if secret is None:
        secret = random_base32()
        with d.db.write() as tx:
            sealed = d.sealer.seal(secret, _place(user))
            second_factor.keep_factor(tx, user.id, sealed, now=now)
    uri = TOTP(secret, interval=STEP).provisioning_uri(
        name=user.name, issuer_name=f"Sunwai {d.organisation}".strip()
    )
    code = segno.make(uri, error="m", micro=False)
    picture = code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True)
    return SetUp(picture=picture, secret=secret)


def _unconfirmed(d: Deps, user: User) -> str | None:
    with d.db.read() as tx:
        factor = second_factor.factor_of(tx, user.id)
    if factor is None or factor.confirmed_at is not None:
        return None
    try:
        return d.sealer.open(factor.sealed, _place(user))
    except CannotOpen:
        return None  # sealed with an older key: a new one takes its place


def confirm(d: Deps, user: User, code: str, now: datetime) -> list[str] | None:
    """Lets the factor count if the code is right; gives the recovery codes, which are shown once.

    None: the code is wrong, or there is nothing to confirm.
    """
    with d.db.write() as tx:
        factor = second_factor.factor_of(tx, user.id)
        if factor is None or factor.confirmed_at is not None:
            return None
        if not _is_step_of(d, tx, user, factor.sealed, code, now):
            return None
        second_factor.confirm_factor(tx, user.id, now=now)
        codes = _new_codes(d, tx, user, now)
        note(tx, user.pseudonym, user, "second_factor.on", now)
    return codes


def new_codes(d: Deps, user: User, now: datetime) -> list[str]:
    """New recovery codes; the old ones work no more."""
    with d.db.write() as tx:
        codes = _new_codes(d, tx, user, now)
        note(tx, user.pseudonym, user, "second_factor.codes", now)
    return codes


def take_away(tx: Tx, by: str, user: User, now: datetime) -> bool:
    """Takes the user's factor away. ``by``: their own pseudonym or an administrator's."""
    gone = second_factor.forget_factor(tx, user.id)
    if gone:
        note(tx, by, user, "second_factor.off", now)
    return gone


def note(tx: Tx, by: str, user: User, verb: str, now: datetime) -> None:
    audit.note(tx, actor=by, verb=verb, object=f"user:{user.id}", now=now)


def _new_codes(d: Deps, tx: Tx, user: User, now: datetime) -> list[str]:
    codes = ["-".join(_four() for _ in range(3)) for _ in range(CODES)]
    marks = [d.sealer.mark(_bare(c), _place(user)) for c in codes]
    second_factor.keep_recovery_codes(tx, user.id, marks, now=now)
    return codes


def _four() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(4))


# ------------------------------------------------------------------------------ showing it


def check(tx: Tx, d: Deps, user: User, typed: str, now: datetime) -> bool:
    """Whether this is a code that the user may show now; it is used up then.

    Raises CannotOpen when the secret does not open with our key.
    """
    code = _bare(typed)
    if _DIGITS.fullmatch(code):
        factor = second_factor.factor_of(tx, user.id)
        if factor is None or factor.confirmed_at is None:
            return False
        return _is_step_of(d, tx, user, factor.sealed, code, now)
    mark = d.sealer.mark(code, _place(user))
    used = second_factor.use_recovery_code(tx, user.id, mark, now=now)
    if used:
        note(tx, user.pseudonym, user, "second_factor.recovery", now)
    return used


def _is_step_of(d: Deps, tx: Tx, user: User, sealed: bytes, typed: str, now: datetime) -> bool:
    code = _bare(typed)
    totp = TOTP(d.sealer.open(sealed, _place(user)), interval=STEP)
    here = int(now.timestamp()) // STEP
    for step in range(here - DRIFT, here + DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            return second_factor.use_step(tx, user.id, step)
    return False


def _bare(typed: str) -> str:
    """What was typed without blanks and hyphens, in Western digits and small letters."""
    return _SEPARATORS.sub("", typed).translate(_EASTERN).lower()


def _place(user: User) -> str:
    return f"second factor of user {user.id}"
