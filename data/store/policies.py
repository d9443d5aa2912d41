"""Versions of the policy document; the highest approved one is in force."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select

from data import schema
from data.db import Tx

_P = schema.policy_version.c


def keep_policy(tx: Tx, body: str, *, made_by: str, approved_by: str | None, now: datetime) -> int:
    """Keeps a new version of the document (TOML) and gives its number, from 1."""
    newest = tx.execute(select(func.max(_P.version))).scalar_one()
    version = 1 if newest is None else newest + 1
    tx.execute(
        insert(schema.policy_version).values(
            version=version,
            body=body,
            made_by=made_by,
            made_at=now,
            approved_by=approved_by,
            approved_at=None if approved_by is None else now,
        )
    )
    return version


def policy_in_force(tx: Tx) -> tuple[int, str] | None:
    """(version, body) of the newest approved policy."""
    row = tx.execute(
        select(_P.version, _P.body)
        .where(_P.approved_by.is_not(None))
        .order_by(_P.version.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row.version, row.body)
