"""Sealed secrets of sources: kept as bytes that nobody can read without the key outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from data import schema
from data.db import Tx
from data.store.comments import upsert

_C = schema.credential.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """One part of a source's access. ``made_from`` is the fingerprint of the given secret that a
    renewed one came from; None = given as it is."""

    source_id: int
    part: str
    sealed: bytes
    set_at: datetime
    expires_at: datetime | None = None
    made_from: str | None = None


def keep_sealed(tx: Tx, s: Sealed) -> None:
    """Keeps a part; an earlier one of the same name is gone."""
    values = {
        "sealed": s.sealed,
        "set_at": s.set_at,
        "expires_at": s.expires_at,
        "made_from": s.made_from,
    }
    new = upsert(tx, schema.credential).values(source_id=s.source_id, part=s.part, **values)
    tx.execute(new.on_conflict_do_update(index_elements=[_C.source_id, _C.part], set_=values))


def sealed_of(tx: Tx, source_id: int) -> dict[str, Sealed]:
    """All parts of the source by name."""
    rows = tx.execute(select(schema.credential).where(_C.source_id == source_id))
    return {
        r.part: Sealed(
            source_id=r.source_id,
            part=r.part,
            sealed=r.sealed,
            set_at=r.set_at,
            expires_at=r.expires_at,
            made_from=r.made_from,
        )
        for r in rows
    }


def forget_sealed(tx: Tx, source_id: int, part: str | None = None) -> int:
    """Deletes one part, or all of the source; gives how many."""
    gone = delete(schema.credential).where(_C.source_id == source_id)
    if part is not None:
        gone = gone.where(_C.part == part)
    return tx.execute(gone).rowcount
