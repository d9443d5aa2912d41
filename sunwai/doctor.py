"""The doctor: looks at everything the program needs and says what is wrong and what to do."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from data.db import Database, DatabaseUnreadable, at_head, schema_version
from data.store import audit, jobs, policies, sources, sweeps, users
from sunwai import clock
from sunwai.engines import build_engine
from sunwai.network import port_is_free
from sunwai.settings import Settings

LEAST_FREE_MB = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at; ``told`` says what is so, and what to do where it is not well."""

    what: str
    ok: bool
    told: str


def examine(settings: Settings, now: Callable[[], datetime] = clock.now) -> list[Finding]:
    """All findings, the most basic first. A finding that fails does not stop the others."""
    return [*_machine(settings), *_engines(settings), *_database(settings, now)]


def _machine(settings: Settings) -> Iterator[Finding]:
    version = sys.version.split()[0]
    fits = sys.version_info >= (3, 11)
    yield Finding(
        what="python", ok=fits, told=version if fits else f"{version}; needs 3.11 or newer"
    )
    home = settings.home
    writable = os.access(home if home.exists() else home.parent, os.W_OK)
    told = f"{settings.var}" if writable else f"{home} cannot be written; set SUNWAI_HOME"
    yield Finding(what="home", ok=writable, told=told)
    free = shutil.disk_usage(home if home.exists() else home.parent).free // 2**20
    enough = free >= LEAST_FREE_MB
    told = f"{free} MB free" + ("" if enough else f"; less than {LEAST_FREE_MB} MB is too little")
    yield Finding(what="disk", ok=enough, told=told)
    host, port = settings.text("web.host"), settings.number("web.port")
    idle = port_is_free(host, port)
    told = f"{host}:{port} is " + ("free" if idle else "in use (by a running Sunwai, or another)")
    yield Finding(what="port", ok=True, told=told)
    pdf = importlib.util.find_spec("weasyprint") is not None
    yield Finding(what="pdf", ok=True, told="installed" if pdf else "not installed; HTML only")


def _engines(settings: Settings) -> Iterator[Finding]:
    name = settings.text("judgement.engine")
    engine, absent = build_engine(name, settings.models)
    told = f"{name}: {absent}; comments stay not checked" if engine is None else f"{name} loads"
    yield Finding(what="engine", ok=engine is not None, told=told)


def _database(settings: Settings, now: Callable[[], datetime]) -> Iterator[Finding]:
    if not settings.database_url.startswith("sqlite:///") or settings.var.exists():
        db = Database(settings.database_url)
        try:
            db.check()
        except DatabaseUnreadable as error:
            yield Finding(what="database", ok=False, told=str(error))
            return
        yield from _contents(db, now())
        db.close()
    else:
        yield Finding(what="database", ok=False, told="not made yet; run: sunwai init")


def _contents(db: Database, now: datetime) -> Iterator[Finding]:
    version = schema_version(db)
    if not at_head(db):
        told = f"{db.safe_url}: schema {version or 'none'}; run: sunwai init"
        yield Finding(what="database", ok=False, told=told)
        return
    yield Finding(what="database", ok=True, told=f"{db.safe_url}: schema {version}")
    with db.read() as tx:
        policy = policies.policy_in_force(tx)
        told = "none is in force; run: sunwai init" if policy is None else f"version {policy[0]}"
        yield Finding(what="policy", ok=policy is not None, told=told)
        people = [u for u in users.list_users(tx) if u.disabled_at is None]
        told = f"{len(people)} may sign in" if people else "nobody; run: sunwai user add"
        yield Finding(what="users", ok=bool(people), told=told)
        lease = jobs.lease_until(tx, "scheduler")
        leads = lease is not None and lease[1] > now
        told = f"leads until {lease[1]:%H:%M:%S} UTC" if lease and leads else "none runs"
        yield Finding(what="scheduler", ok=True, told=told)
        for source in sources.list_sources(tx):
            last = sweeps.last_complete(tx, source.id)
            told = "never swept" if last is None else f"last complete sweep {last.started_at}"
            yield Finding(what=f"source {source.name}", ok=True, told=told)
        check = audit.verify_chain(tx)
        told = f"{check.entries} entries, whole"
        if check.broken_at is not None:
            told = f"broken at entry {check.broken_at}: {check.problem}"
        yield Finding(what="log", ok=check.broken_at is None, told=told)
