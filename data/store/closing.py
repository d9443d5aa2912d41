"""Closing a source on purpose and opening it again: with its alerts, and noted in the log."""

from __future__ import annotations

from datetime import datetime

from data.db import Tx
from data.model import Source
from data.store import audit, sources
from data.store.alerts import AlertKind, close_alert


def close(tx: Tx, source: Source, *, by: str, why: str, now: datetime) -> bool:
    """Closes the source: no sweep is due from ``now`` on, and nothing of it calls for a person. Its
    comments stay. False when it was closed already; nothing is noted then."""
    if not sources.close_source(tx, source.id, by=by, why=why, now=now):
        return False
    for kind in AlertKind:
        close_alert(tx, source.id, kind, now=now)
    audit.note(tx, actor=by, verb="source.close", object=f"source:{source.name}", now=now,
               detail={"why": why})  # fmt: skip
    return True


def reopen(tx: Tx, source: Source, *, by: str, now: datetime) -> bool:
    """Watches the source again from ``now`` on; False when it was not closed."""
    if not sources.reopen_source(tx, source.id, now=now):
        return False
    audit.note(tx, actor=by, verb="source.reopen", object=f"source:{source.name}", now=now)
    return True
