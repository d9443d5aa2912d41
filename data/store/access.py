"""What each check of a source's access found: kept one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from data import schema
from data.db import Tx

_K = schema.access_check.c


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessCheck:
    """``ok`` None: the platform could not be asked, and ``problems`` says why."""

    source_id: int
    at: datetime
    ok: bool | None
    account: str | None = None
    expires_at: datetime | None = None
    data_access_until: datetime | None = None
    scopes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def ends_at(self) -> datetime | None:
        """The earlier of the two ends; None where there is none, or none was told."""
        ends = [e for e in (self.expires_at, self.data_access_until) if e is not None]
        return min(ends, default=None)


def keep_check(tx: Tx, check: AccessCheck) -> None:
    values = {
        "source_id": check.source_id,
        "at": check.at,
        "ok": check.ok,
        "account": check.account,
        "expires_at": check.expires_at,
        "data_access_until": check.data_access_until,
        "scopes": list(check.scopes),
        "missing": list(check.missing),
        "problems": list(check.problems),
    }
    tx.execute(insert(schema.access_check).values(values))


def last_check(tx: Tx, source_id: int, *, answered: bool = False) -> AccessCheck | None:
    """The newest check; ``answered``: the newest in which the platform could be asked."""
    query = select(schema.access_check).where(_K.source_id == source_id)
    if answered:
        query = query.where(_K.ok.is_not(None))
    r = tx.execute(query.order_by(_K.at.desc(), _K.id.desc()).limit(1)).one_or_none()
    if r is None:
        return None
    return AccessCheck(
        source_id=r.source_id,
        at=r.at,
        ok=r.ok,
        account=r.account,
        expires_at=r.expires_at,
        data_access_until=r.data_access_until,
        scopes=tuple(r.scopes),
        missing=tuple(r.missing),
        problems=tuple(r.problems),
    )
