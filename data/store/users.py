"""Users, their sessions, and failed sign-ins. Passwords come here only as hashes."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from data import schema
from data.db import Tx
from data.model import Role, User
from data.store.rows import named

_U, _S, _F = schema.app_user.c, schema.user_session.c, schema.signin_failure.c


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


def set_role(tx: Tx, user_id: int, role: Role) -> None:
    tx.execute(update(schema.app_user).where(_U.id == user_id).values(role=role.value))


def disable_user(tx: Tx, user_id: int, *, now: datetime) -> None:
    """Bars the user and ends their sessions; the rows that name them stay."""
    tx.execute(update(schema.app_user).where(_U.id == user_id).values(disabled_at=now))
    revoke_sessions(tx, user_id, now=now)


# ------------------------------------------------------------------------------ sessions


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(tx: Tx, user_id: int, token: str, *, now: datetime, expires_at: datetime) -> None:
    """Keeps a session under the hash of its token: the database alone opens no door."""
    tx.execute(
        insert(schema.user_session).values(
            token_hash=_token_hash(token),
            user_id=user_id,
            created_at=now,
            last_seen_at=now,
            expires_at=expires_at,
        )
    )


def user_of_session(tx: Tx, token: str, *, now: datetime, idle_since: datetime) -> User | None:
    """The signed-in user; None when the session is unknown, idle, too old, revoked or barred."""
    query = (
        select(schema.app_user)
        .join(schema.user_session, _S.user_id == _U.id)
        .where(
            _S.token_hash == _token_hash(token),
            _S.revoked_at.is_(None),
            _S.expires_at > now,
            _S.last_seen_at > idle_since,
            _U.disabled_at.is_(None),
        )
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else _user(row)


def touch_session(tx: Tx, token: str, *, now: datetime) -> None:
    tx.execute(
        update(schema.user_session)
        .where(_S.token_hash == _token_hash(token))
        .values(last_seen_at=now)
    )


def revoke_session(tx: Tx, token: str, *, now: datetime) -> None:
    tx.execute(
        update(schema.user_session)
        .where(_S.token_hash == _token_hash(token), _S.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def revoke_sessions(tx: Tx, user_id: int, *, now: datetime) -> None:
    tx.execute(
        update(schema.user_session)
        .where(_S.user_id == user_id, _S.revoked_at.is_(None))
        .values(revoked_at=now)
    )


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
    """Takes back the failure noted at that instant: the try turned out right."""
    tx.execute(delete(schema.signin_failure).where(_F.subject == subject, _F.at == at))
