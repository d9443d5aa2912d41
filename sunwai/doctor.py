"""The doctor: looks at everything the program needs and says what is wrong and what to do."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from analysis.counting import differences
from data.day import local_day
from data.db import Database, DatabaseUnreadable, Tx, at_head, schema_version
from data.model import JobRun, JobState, Source, SourceMode
from data.store import alerts, audit, budgets, jobs, open_items, policies, sources, sweeps, users
from data.store.reports import KeptReport, list_reports
from moderation.signals.fast.installed import told_of_fast
from sunwai import clock
from sunwai.credentials import CannotOpen, Credentials, Sealer, is_enough, wanted_words
from sunwai.engines import build_engine
from sunwai.network import port_is_free
from sunwai.settings import Settings

LEAST_FREE_MB = 500
COUNTED_DAYS = 90  # the longest window of the pages
RUNS = 1_000  # of all jobs: more than a day of the most frequent one


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
    yield Finding(what="fast", ok=True, told=told_of_fast())


def _database(settings: Settings, now: Callable[[], datetime]) -> Iterator[Finding]:
    if not settings.database_url.startswith("sqlite:///") or settings.var.exists():
        db = Database(settings.database_url)
        try:
            db.check()
        except DatabaseUnreadable as error:
            yield Finding(what="database", ok=False, told=str(error))
            return
        yield from _contents(db, settings.zone, now())
        yield from _accesses(db, settings)
        db.close()
    else:
        yield Finding(what="database", ok=False, told="not made yet; run: sunwai init")


def _contents(db: Database, zone: str, now: datetime) -> Iterator[Finding]:
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
            yield from _source(tx, source)
        yield from _shut(tx, now)
        odd = open_items.differences(tx)
        told = "as what is recorded says"
        if odd:
            told = f"{len(odd)} comments stand otherwise than recorded ({odd[0]}); run: sunwai init"
        yield Finding(what="queue", ok=not odd, told=told)
        yield _counts(tx, zone, now)
        yield _jobs(tx)
        yield _reports(tx)
        check = audit.verify_chain(tx)
        told = f"{check.entries} entries, whole"
        if check.broken_at is not None:
            told = f"broken at entry {check.broken_at}: {check.problem}"
        yield Finding(what="log", ok=check.broken_at is None, told=told)


def _counts(tx: Tx, zone: str, now: datetime) -> Finding:
    """Whether the counts kept of the last days are what their comments say."""
    last = local_day(now, zone)
    odd = differences(tx, zone, last - timedelta(days=COUNTED_DAYS - 1), last)
    told = f"those kept of the last {COUNTED_DAYS} days are as the comments say"
    if odd:
        told = (
            f"those of {len(odd)} days are not what the comments say ({odd[0]}); run: sunwai init"
        )
    return Finding(what="counts by day", ok=not odd, told=told)


def _jobs(tx: Tx) -> Finding:
    """Each job's newest run: one that failed says why."""
    newest: dict[str, JobRun] = {}
    for run in jobs.job_runs(tx, limit=RUNS):
        newest.setdefault(run.job, run)
    failed = [run for run in newest.values() if run.state is JobState.FAILED]
    told = "; ".join(f"{run.job} {run.slot} failed: {run.error}" for run in failed)
    return Finding(what="jobs", ok=not failed, told=told or "none failed in its newest run")


def _reports(tx: Tx) -> Finding:
    """Whether the reports that stand where they were put are as they were made."""
    from dashboard.report.files import is_whole  # loads what draws a report: only the doctor waits

    kept: dict[str, KeptReport] = {}
    for report in list_reports(tx):
        kept.setdefault(report.folder, report)
    standing = [r for r in kept.values() if Path(r.folder).is_dir()]
    odd = [r for r in standing if not is_whole(Path(r.folder), r.manifest_sha256)]
    told = f"{len(standing)} stand, as they were made"
    if odd:
        told = "; ".join(f"{r.folder} is not as it was made" for r in odd)
        told += f"; make it again: sunwai report --day {odd[0].day} --out {odd[0].folder}"
    return Finding(what="reports", ok=not odd, told=told)


def _source(tx: Tx, source: Source) -> Iterator[Finding]:
    """When it was last read, and each alert that stands: these say what to do."""
    last = sweeps.last_complete(tx, source.id)
    told = "never swept" if last is None else f"last complete sweep {last.started_at}"
    if source.history_from is not None:
        told += f"; history incomplete before {source.history_from:%Y-%m-%d}"
    yield Finding(what=f"source {source.name}", ok=source.stopped_at is None, told=told)
    for alert in alerts.open_alerts(tx, source.id):
        yield Finding(what=f"source {source.name}", ok=False, told=alert.message)


def _shut(tx: Tx, now: datetime) -> Iterator[Finding]:
    """Allowances that a platform has shut for a while: nothing is broken, but it explains much."""
    for a in budgets.allowances(tx):
        if a.blocked_until is not None and a.blocked_until > now:
            told = f"shut until {a.blocked_until:%Y-%m-%d %H:%M} UTC: {a.blocked_why or 'not told'}"
            yield Finding(what=f"allowance {a.bucket}", ok=True, told=told)


def _accesses(db: Database, settings: Settings) -> Iterator[Finding]:
    """Whether each page that is pulled has an access, and whether it opens. Asks no platform."""
    if not at_head(db):
        return
    credentials = Credentials(
        db=db,
        sealer=Sealer(settings.secrets["sealing_key"]),
        from_environment=settings.of_sources,
    )
    with db.read() as tx:
        pulled = [s for s in sources.list_sources(tx) if s.mode is SourceMode.API]
    for source in pulled:
        what = f"access {source.name}"
        try:
            parts = credentials.of(source)
        except CannotOpen as error:
            yield Finding(what=what, ok=False, told=str(error))
            continue
        whole = is_enough(source.platform, parts)
        told = "there; ask the platform by: sunwai sources test " + source.name
        if not whole:
            told = (
                f"not whole: {source.platform.value} takes {wanted_words(source.platform)}; "
                f"store it: sunwai sources token {source.name}"
            )
        yield Finding(what=what, ok=whole, told=told)
