"""Whether the program is up and ready, in words that tell nothing else to a stranger."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from dashboard.deps import Deps, deps
from data.db import DatabaseUnreadable, at_head
from data.model import SourceMode
from data.store import jobs, sources, sweeps

routes = Blueprint("health", __name__)
LATE_SWEEPS = 3  # a source is late after so many sweep intervals without a complete one


@routes.get("/healthz")
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@routes.get("/readyz")
def readyz() -> ResponseReturnValue:
    """503 while the database cannot be read or its schema is old; the rest is told in words."""
    d = deps()
    try:
        d.db.check()
    except DatabaseUnreadable:
        return jsonify(status="problem", database="problem"), 503
    if not at_head(d.db):
        return jsonify(status="problem", database="ok", schema="problem"), 503
    words = {"database": "ok", "schema": "ok", **_watch(d, d.clock())}
    return jsonify(status="problem" if "problem" in words.values() else "ok", **words)


def _watch(d: Deps, now: datetime) -> dict[str, str]:
    with d.db.read() as tx:
        lease = jobs.lease_until(tx, d.scheduler_lease)
        late = False
        for source in sources.list_sources(tx):
            if source.paused or source.closed or source.mode is not SourceMode.API:
                continue
            last = sweeps.last_complete(tx, source.id)
            since = source.created_at if last is None else last.started_at
            late |= now - since > timedelta(minutes=source.sweep_minutes * LATE_SWEEPS)
    scheduler = "none yet" if lease is None else "ok" if lease[1] > now else "problem"
    return {"scheduler": scheduler, "sweeps": "problem" if late else "ok"}
