"""The audit log: a chain of hashes, appended in the same transaction as what it tells.

hash = sha256(prev_hash + canonical JSON of seq, at, actor, verb, object, detail). Personal data
stays out of the chain, so that forgetting a person never breaks it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from data import schema
from data.db import Tx
from data.model import AuditEntry, JsonObject, utc

GENESIS = "0" * 64
_E, _H = schema.audit_entry.c, schema.audit_head.c


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainCheck:
    """``broken_at`` is the first entry that does not fit; None when all of the chain holds."""

    entries: int
    head: str
    broken_at: int | None
    problem: str = ""


def _digest(prev: str, seq: int, at: str, actor: str, verb: str, obj: str, detail: str) -> str:
    link = json.dumps([prev, seq, at, actor, verb, obj, detail], ensure_ascii=False)
    return hashlib.sha256(link.encode()).hexdigest()


def note(
    tx: Tx, *, actor: str, verb: str, object: str, now: datetime, detail: JsonObject | None = None
) -> str:
    """Appends one entry and gives the new head. Updating the head row first makes writers queue."""
    tx.execute(update(schema.audit_head).where(_H.id == 1).values(id=1))
    head = tx.execute(select(_H.seq, _H.hash).where(_H.id == 1)).one()
    seq, at = head.seq + 1, utc(now).isoformat()
    text = json.dumps(detail or {}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = _digest(head.hash, seq, at, actor, verb, object, text)
    tx.execute(
        insert(schema.audit_entry).values(
            seq=seq,
            at=at,
            actor=actor,
            verb=verb,
            object=object,
            detail=text,
            prev_hash=head.hash,
            hash=digest,
        )
    )
    tx.execute(update(schema.audit_head).where(_H.id == 1).values(seq=seq, hash=digest))
    return digest


def head(tx: Tx) -> tuple[int, str]:
    """(seq, hash) of the newest link; (0, zeros) for an empty chain."""
    row = tx.execute(select(_H.seq, _H.hash).where(_H.id == 1)).one()
    return row.seq, row.hash


def _problem(r: Row[Any], expected_seq: int, prev: str) -> str:
    """What is wrong with one link; empty when it fits."""
    if r.seq != expected_seq:
        return "entry missing"
    if r.prev_hash != prev:
        return "link broken"
    changed = r.hash != _digest(prev, r.seq, r.at, r.actor, r.verb, r.object, r.detail)
    return "entry changed" if changed else ""


def verify_chain(tx: Tx) -> ChainCheck:
    """Walks all of the chain and says where it breaks, if it does."""
    count, prev = 0, GENESIS
    query = select(schema.audit_entry).order_by(_E.seq).execution_options(yield_per=1000)
    with tx.execute(query) as links:
        for r in links:
            count += 1
            problem = _problem(r, count, prev)
            if problem:
                return ChainCheck(entries=count, head=prev, broken_at=count, problem=problem)
            prev = r.hash
    seq, digest = head(tx)
    if (seq, digest) != (count, prev):
        return ChainCheck(entries=count, head=prev, broken_at=count + 1, problem="end cut off")
    return ChainCheck(entries=count, head=prev, broken_at=None)


def entries(tx: Tx, *, limit: int = 200, before: int | None = None) -> list[AuditEntry]:
    """The newest entries first."""
    query = select(schema.audit_entry).order_by(_E.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(_E.seq < before)
    return [_entry(r) for r in tx.execute(query)]


def _entry(r: Row[Any]) -> AuditEntry:
    return AuditEntry(
        seq=r.seq,
        at=datetime.fromisoformat(r.at),
        actor=r.actor,
        verb=r.verb,
        object=r.object,
        detail=json.loads(r.detail),
        prev_hash=r.prev_hash,
        hash=r.hash,
    )


def entries_on(tx: Tx, objects: Sequence[str]) -> list[AuditEntry]:
    """All entries on these things ("decision:7"), oldest first."""
    query = select(schema.audit_entry).where(_E.object.in_(objects)).order_by(_E.seq)
    return [_entry(r) for r in tx.execute(query)]


def first_of(tx: Tx, actor: str, verb: str) -> AuditEntry | None:
    """The oldest entry of this actor and verb; None when there is none."""
    query = select(schema.audit_entry).where(_E.actor == actor, _E.verb == verb)
    r = tx.execute(query.order_by(_E.seq).limit(1)).one_or_none()
    return None if r is None else _entry(r)
