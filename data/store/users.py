"""Users, their sessions, and failed sign-ins. Passwords come here only as hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, or_, select, update

from data import schema
from data.db import Tx
from data.model import Role, User
from data.store.rows import named

_U, _S, _F = schema.app_user.c, schema.user_session.c, schema.signin_failure.c
MARK = 16  # of the hash's 64 digits: enough to name a session, too little to find one
LONGEST_AGENT = 200


def _user(row: Row[Any]) -> User:
    m = named(row)
    return User(
        id=m["id"],
        name=m["name"],
        display=m["display"],
        role=Role(m["role"]),
        pseudonym=m["pseudonym"],
        created_at=m["created_at"],
        disabled_at=m["disabled_at"],
    )


def add_user(
    tx: Tx, *, name: str, display: str, role: Role, password_hash: str, now: datetime
) -> User:
    """Keeps a new user; the pseudonym under which exports show them is given here."""
    count = tx.execute(select(func.count()).select_from(schema.app_user)).scalar_one()
    row = tx.execute(
        insert(schema.app_user)
        .values(
            name=name,
            display=display,
            role=role.value,
            pseudonym=f"{role.value}-{count + 1}",
            password_hash=password_hash,
            created_at=now,
        )
        .returning(schema.app_user)
    ).one()
    return _user(row)


def user_by_name(tx: Tx, name: str) -> User | None:
    row = tx.execute(select(schema.app_user).where(_U.name == name)).one_or_none()
    return None if row is None else _user(row)


def user_by_id(tx: Tx, user_id: int) -> User | None:
    row = tx.execute(select(schema.app_user).where(_U.id == user_id)).one_or_none()
    return None if row is None else _user(row)


def list_users(tx: Tx) -> list[User]:
    return [_user(r) for r in tx.execute(select(schema.app_user).order_by(_U.id))]


def password_hash(tx: Tx, user_id: int) -> str:
    return tx.execute(select(_U.password_hash).where(_U.id == user_id)).scalar_one()


def set_password(tx: Tx, user_id: int, hashed: str, *, now: datetime) -> None:
    """Changes the password and ends every session that the old one opened."""
    tx.execute(update(schema.app_user).where(_U.id == user_id).values(password_hash=hashed))
    revoke_sessions(tx, user_id, now=now)


def renew_hash(tx: Tx, user_id: int, hashed: str) -> None:
    """Keeps another hash of the same password; sessions go on."""
    tx.execute(update(schema.app_user).where(_U.id == user_id).values(password_hash=hashed))


def set_role(tx: Tx, user_id: int, role: Role, *, now: datetime) -> None:
    """Gives the user another role and ends the sessions that the old one opened."""
    tx.execute(update(schema.app_user).where(_U.id == user_id).values(role=role.value))
    revoke_sessions(tx, user_id, now=now)


def set_display(tx: Tx, user_id: int, display: str) -> None:
    tx.execute(update(schema.app_user).where(_U.id == user_id).values(display=display))


def enable_user(tx: Tx, user_id: int) -> None:
    """Lets a barred user in again."""
    tx.execute(update(schema.app_user).where(_U.id == user_id).values(disabled_at=None))


def disable_user(tx: Tx, user_id: int, *, now: datetime) -> None:
    """Bars the user and ends their sessions; the rows that name them stay."""
    tx.execute(update(schema.app_user).where(_U.id == user_id).values(disabled_at=now))
    revoke_sessions(tx, user_id, now=now)


# ------------------------------------------------------------------------------ sessions


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _is(token: str) -> ColumnElement[bool]:
    return _S.token_hash == _token_hash(token)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """What is known when a session begins. ``waits_for``: it opens nothing until that is done."""

    token: str
    expires_at: datetime
    how: str = "password"
    strong: bool = False
    waits_for: str | None = None
    agent: str = ""
    sealed_proof: bytes | None = None


def open_session(tx: Tx, user_id: int, token: str, *, now: datetime, expires_at: datetime) -> None:
    """Keeps a session under the hash of its token: the database alone opens no door."""
    begin_session(tx, user_id, NewSession(token=token, expires_at=expires_at), now=now)


def begin_session(tx: Tx, user_id: int, new: NewSession, *, now: datetime) -> None:
    """Keeps a session with all that is known of it, under the hash of its token."""
    tx.execute(
        insert(schema.user_session).values(
            token_hash=_token_hash(new.token),
            user_id=user_id,
            created_at=now,
            last_seen_at=now,
            expires_at=new.expires_at,
            how=new.how,
            strong=new.strong,
            waits_for=new.waits_for,
            agent=new.agent[:LONGEST_AGENT],
            sealed_proof=new.sealed_proof,
        )
    )


def user_of_session(
    tx: Tx,
    token: str,
    *,
    now: datetime,
    idle_since: datetime,
    strong_only: Collection[Role] = (),
    waits_for: str | None = None,
) -> User | None:
    """The signed-in user; None when the session is unknown, idle, too old, revoked or barred.

    A role in ``strong_only`` needs a session that a second factor was shown for. A session that
    still waits for something is found only by what it waits for.
    """
    weak = [r.value for r in strong_only] if waits_for is None else []
    query = (
        select(schema.app_user)
        .join(schema.user_session, _S.user_id == _U.id)
        .where(
            _is(token),
            _S.waits_for.is_(None) if waits_for is None else _S.waits_for == waits_for,
            or_(_U.role.not_in(weak), _S.strong.is_(True)),
            *_lives(now, idle_since),
            _U.disabled_at.is_(None),
        )
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else _user(row)


def _lives(now: datetime, idle_since: datetime) -> tuple[ColumnElement[bool], ...]:
    return _S.revoked_at.is_(None), _S.expires_at > now, _S.last_seen_at > idle_since


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSeen:
    """A session as its user sees it. ``mark`` names it and opens nothing."""

    mark: str
    created_at: datetime
    last_seen_at: datetime
    how: str
    strong: bool
    agent: str


def sessions_of(tx: Tx, user_id: int, *, now: datetime, idle_since: datetime) -> list[SessionSeen]:
    """The user's live sessions, the one used last first."""
    query = (
        select(schema.user_session)
        .where(_S.user_id == user_id, _S.waits_for.is_(None), *_lives(now, idle_since))
        .order_by(_S.last_seen_at.desc(), _S.token_hash)
    )
    return [
        SessionSeen(
            mark=r.token_hash[:MARK],
            created_at=r.created_at,
            last_seen_at=r.last_seen_at,
            how=r.how or "password",
            strong=bool(r.strong),
            agent=r.agent or "",
        )
        for r in tx.execute(query)
    ]


def session_mark(token: str) -> str:
    """The mark under which sessions_of() lists the session of this token."""
    return _token_hash(token)[:MARK]


def proof_of_session(tx: Tx, token: str) -> bytes | None:
    """The sealed ID token that the session began with; None where a password opened it."""
    query = select(_S.sealed_proof).where(_is(token))
    return tx.execute(query).scalar_one_or_none()


def end_session(tx: Tx, user_id: int, mark: str, *, now: datetime) -> bool:
    """Ends one session of this user; False when the user has none of this mark."""
    done = tx.execute(
        update(schema.user_session)
        .where(
            _S.user_id == user_id,
            func.substr(_S.token_hash, 1, MARK) == mark,
            _S.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    return done.rowcount > 0


def last_sign_ins(tx: Tx) -> dict[int, datetime]:
    """When each user signed in last, by user id."""
    query = select(_S.user_id, func.max(_S.created_at)).where(_S.waits_for.is_(None))
    return {r[0]: r[1] for r in tx.execute(query.group_by(_S.user_id))}


def touch_session(tx: Tx, token: str, *, now: datetime) -> None:
    tx.execute(update(schema.user_session).where(_is(token)).values(last_seen_at=now))


def revoke_session(tx: Tx, token: str, *, now: datetime) -> None:
    tx.execute(
        update(schema.user_session)
        .where(_is(token), _S.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def revoke_sessions(tx: Tx, user_id: int, *, now: datetime, but: str | None = None) -> None:
    """Ends all sessions of the user, ``but`` the one of this token."""
    kept = () if but is None else (_S.token_hash != _token_hash(but),)
    tx.execute(
        update(schema.user_session)
        .where(_S.user_id == user_id, _S.revoked_at.is_(None), *kept)
        .values(revoked_at=now)
    )


def strengthen_session(tx: Tx, token: str) -> None:
    """Notes that a second factor was shown in this session."""
    tx.execute(update(schema.user_session).where(_is(token)).values(strong=True))


# ------------------------------------------------------------------------------ failed sign-ins


def note_failure(tx: Tx, subject: str, *, now: datetime) -> None:
    tx.execute(insert(schema.signin_failure).values(subject=subject, at=now))


def failures_since(tx: Tx, subject: str, since: datetime) -> tuple[int, datetime | None]:
    """How many failures since then, and the newest."""
    row = tx.execute(
        select(func.count(), func.max(_F.at)).where(_F.subject == subject, _F.at >= since)
    ).one()
    return row[0], row[1]


def clear_failures(tx: Tx, subject: str) -> None:
    tx.execute(delete(schema.signin_failure).where(_F.subject == subject))


def forget_failure(tx: Tx, subject: str, *, at: datetime) -> None:
    """Takes back one failure noted at that instant: the try turned out right."""
    one = select(func.max(_F.id)).where(_F.subject == subject, _F.at == at).scalar_subquery()
    tx.execute(delete(schema.signin_failure).where(_F.id == one))
