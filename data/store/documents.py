"""Versions of the policy and of the calibration: drafted, decided on, put in force, gone back from.

The body of a version never changes. In force is what was approved last and not withdrawn.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update

from data import schema
from data.db import Tx
from data.documents import Document, DocumentKind, ShadowRun
from data.model import JsonObject
from data.store.rows import named

_TABLES = {
    DocumentKind.POLICY: schema.policy_version,
    DocumentKind.CALIBRATION: schema.calibration_version,
}
_S, _H = schema.shadow_run.c, schema.audit_head.c
_A_MOMENT = timedelta(microseconds=1)


def line_up(tx: Tx) -> None:
    """Makes all who change documents wait for one another until the transaction ends."""
    tx.execute(update(schema.audit_head).where(_H.id == 1).values(id=1))


def body_sha256(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def keep_document(
    tx: Tx, kind: DocumentKind, body: str, *, made_by: str, now: datetime, note: str = ""
) -> int:
    """Keeps a draft and gives its version, from 1."""
    line_up(tx)
    table, standing = _TABLES[kind], document_in_force(tx, kind)
    newest = tx.execute(select(func.max(table.c.version))).scalar_one()
    version = 1 if newest is None else newest + 1
    tx.execute(
        insert(table).values(
            version=version,
            body=body,
            sha256=body_sha256(body),
            made_by=made_by,
            made_at=now,
            note=note,
            base=None if standing is None else standing.version,
        )
    )
    return version


def _document(kind: DocumentKind, row: Row[Any]) -> Document:
    m = named(row)
    known = {name: m[name] for name in _AS_THEY_ARE}
    return Document(
        kind=kind,
        sha256=m["sha256"] or body_sha256(m["body"]),
        note=m["note"] or "",
        reason=m["reason"] or "",
        **known,
    )


_AS_THEY_ARE = (
    "version",
    "body",
    "made_by",
    "made_at",
    "base",
    "approved_by",
    "approved_at",
    "rejected_by",
    "rejected_at",
    "withdrawn_by",
    "withdrawn_at",
    "shadow_id",
)


def _in_force(kind: DocumentKind) -> Select[Any]:
    c = _TABLES[kind].c
    return (
        select(_TABLES[kind])
        .where(c.approved_at.is_not(None), c.withdrawn_at.is_(None))
        .order_by(c.approved_at.desc(), c.version.desc())
    )


def document_in_force(tx: Tx, kind: DocumentKind) -> Document | None:
    """What was approved last and not withdrawn; None where nothing is."""
    row = tx.execute(_in_force(kind).limit(1)).one_or_none()
    return None if row is None else _document(kind, row)


def document_before(tx: Tx, kind: DocumentKind) -> Document | None:
    """What would be in force if the present one were withdrawn."""
    row = tx.execute(_in_force(kind).offset(1).limit(1)).one_or_none()
    return None if row is None else _document(kind, row)


def document(tx: Tx, kind: DocumentKind, version: int) -> Document | None:
    table = _TABLES[kind]
    row = tx.execute(select(table).where(table.c.version == version)).one_or_none()
    return None if row is None else _document(kind, row)


def documents(tx: Tx, kind: DocumentKind, *, drafts: bool = False) -> list[Document]:
    """All versions, the newest first; with ``drafts`` only those that nobody decided on yet."""
    table = _TABLES[kind]
    query = select(table).order_by(table.c.version.desc())
    if drafts:
        query = query.where(table.c.approved_at.is_(None), table.c.rejected_at.is_(None))
    return [_document(kind, row) for row in tx.execute(query)]


def approve_document(
    tx: Tx,
    kind: DocumentKind,
    version: int,
    *,
    by: str,
    now: datetime,
    reason: str = "",
    shadow_id: int | None = None,
) -> bool:
    """Puts the draft in force; False when somebody decided on it before."""
    line_up(tx)
    standing, c = document_in_force(tx, kind), _TABLES[kind].c
    if standing is not None and standing.approved_at is not None:
        now = max(now, standing.approved_at + _A_MOMENT)  # two approvals never share an instant
    changed = tx.execute(
        update(_TABLES[kind])
        .where(c.version == version, c.approved_at.is_(None), c.rejected_at.is_(None))
        .values(approved_by=by, approved_at=now, reason=reason, shadow_id=shadow_id)
    )
    return changed.rowcount == 1


def reject_document(
    tx: Tx, kind: DocumentKind, version: int, *, by: str, now: datetime, reason: str
) -> bool:
    """Puts the draft away; False when somebody decided on it before."""
    c = _TABLES[kind].c
    changed = tx.execute(
        update(_TABLES[kind])
        .where(c.version == version, c.approved_at.is_(None), c.rejected_at.is_(None))
        .values(rejected_by=by, rejected_at=now, reason=reason)
    )
    return changed.rowcount == 1


def withdraw_document(
    tx: Tx, kind: DocumentKind, version: int, *, by: str, now: datetime, reason: str
) -> bool:
    """Takes an approved version out of force; what was approved before it comes back."""
    c = _TABLES[kind].c
    changed = tx.execute(
        update(_TABLES[kind])
        .where(c.version == version, c.approved_at.is_not(None), c.withdrawn_at.is_(None))
        .values(withdrawn_by=by, withdrawn_at=now, reason=reason)
    )
    return changed.rowcount == 1


# ------------------------------------------------------------------------------ shadow runs


def keep_shadow(
    tx: Tx,
    *,
    kind: DocumentKind,
    version: int,
    against_policy: int,
    against_calibration: int | None,
    engine_version: str,
    since: datetime,
    until: datetime,
    by: str,
    ran_at: datetime,
    result: JsonObject,
) -> int:
    """Keeps what a draft would have changed; gives the run's id."""
    return tx.execute(
        insert(schema.shadow_run)
        .values(
            kind=kind.value,
            version=version,
            against_policy=against_policy,
            against_calibration=against_calibration,
            engine_version=engine_version,
            since=since,
            until=until,
            by=by,
            ran_at=ran_at,
            result=result,
        )
        .returning(_S.id)
    ).scalar_one()


def newest_shadow(tx: Tx, kind: DocumentKind, version: int) -> ShadowRun | None:
    """The last run of this draft; None when it was never tried."""
    query = (
        select(schema.shadow_run)
        .where(_S.kind == kind.value, _S.version == version)
        .order_by(_S.id.desc())
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else _shadow(row)


def shadow_by_id(tx: Tx, shadow_id: int) -> ShadowRun | None:
    row = tx.execute(select(schema.shadow_run).where(_S.id == shadow_id)).one_or_none()
    return None if row is None else _shadow(row)


def _shadow(row: Row[Any]) -> ShadowRun:
    known: dict[str, Any] = dict(named(row))
    known["kind"] = DocumentKind(known["kind"])
    return ShadowRun(**known)
