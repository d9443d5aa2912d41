"""Whom an identity provider means: its subjects tied to our users, and users' e-mail addresses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select

from data import schema
from data.db import Tx
from data.model import User
from data.store import users
from data.store.comments import upsert

_I, _E = schema.outside_identity.c, schema.user_email.c


def user_of_identity(tx: Tx, issuer: str, subject: str) -> User | None:
    """The user whom this subject of this issuer was tied to at their first sign-in."""
    query = select(_I.user_id).where(_I.issuer == issuer, _I.subject == subject)
    found = tx.execute(query).scalar_one_or_none()
    return None if found is None else users.user_by_id(tx, found)


def subject_of_user(tx: Tx, issuer: str, user_id: int) -> str | None:
    """The subject that this user is tied to; None where there is none yet."""
    query = select(_I.subject).where(_I.issuer == issuer, _I.user_id == user_id)
    return tx.execute(query).scalar_one_or_none()


def tie(tx: Tx, issuer: str, subject: str, user_id: int, *, now: datetime) -> None:
    """Ties a subject to a user, for good: another subject does not become this user."""
    tx.execute(
        insert(schema.outside_identity).values(
            issuer=issuer, subject=subject, user_id=user_id, linked_at=now
        )
    )


def untie(tx: Tx, user_id: int) -> int:
    """Takes all ties of the user away; gives how many."""
    gone = delete(schema.outside_identity).where(_I.user_id == user_id)
    return tx.execute(gone).rowcount


def tied_users(tx: Tx) -> frozenset[int]:
    """The ids of all users who are tied to a provider's subject."""
    return frozenset(tx.execute(select(_I.user_id)).scalars())


# ------------------------------------------------------------------------------ e-mail addresses


def user_by_email(tx: Tx, email: str) -> User | None:
    query = select(_E.user_id).where(_E.email == email.strip().lower())
    found = tx.execute(query).scalar_one_or_none()
    return None if found is None else users.user_by_id(tx, found)


def emails(tx: Tx) -> dict[int, str]:
    """Each user's e-mail address by user id."""
    return {r.user_id: r.email for r in tx.execute(select(schema.user_email))}


def set_email(tx: Tx, user_id: int, email: str) -> None:
    """Keeps the address in small letters; an empty one takes it away.

    Raises IntegrityError (of the database) when another user has it: ask user_by_email() first.
    """
    if not email.strip():
        tx.execute(delete(schema.user_email).where(_E.user_id == user_id))
        return
    values = {"email": email.strip().lower()}
    new = upsert(tx, schema.user_email).values(user_id=user_id, **values)
    tx.execute(new.on_conflict_do_update(index_elements=[_E.user_id], set_=values))
