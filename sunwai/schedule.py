"""The scheduler: its own process, one leader by a lease in the database, schedules in code.

APScheduler only ticks. What is due, what ran and what died is read from our own tables, so that
kill -9 at any moment loses nothing: the next leader claims the stale slot again.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import (  # pyright: ignore[reportMissingTypeStubs]
    BackgroundScheduler,
)
from apscheduler.triggers.interval import (  # pyright: ignore[reportMissingTypeStubs]
    IntervalTrigger,
)

from data.day import local_day
from data.model import Source, SweepKind
from data.store import jobs as ledger_rows
from sunwai import jobs
from sunwai.ledger import Ledger
from sunwai.logs import logger
from sunwai.wiring import House

LEASE = "scheduler"
COLLECT_TICK_SECONDS = 5
MISFIRE_GRACE_SECONDS = 3600


def owner_name() -> str:
    """Who this process is, unlike any other."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def last_report_day(now: datetime, nightly: time, zone: str) -> date:
    """The newest local day whose report is due: yesterday, once the nightly hour has come."""
    local = now.astimezone(ZoneInfo(zone))
    return local.date() - timedelta(days=1 if local.time() >= nightly else 2)


class Scheduler:
    """Ticks while it holds the lease; waits for it while another does."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.owner = owner_name()
        lease = house.settings.number("schedule.lease_seconds")
        self.ledger = Ledger(
            db=house.ready_db,
            owner=self.owner,
            clock=house.clock,
            beat_seconds=lease / 3,
            stale_seconds=2 * lease,
        )
        self._ticks: BackgroundScheduler | None = None

    def run(self, stop: threading.Event) -> None:
        """Until ``stop`` is set: takes and renews the lease, ticks while it has it."""
        seconds = self.house.settings.number("schedule.lease_seconds")
        try:
            while not stop.is_set():
                self.follow_lease(seconds)
                stop.wait(seconds / 3)
        finally:
            self._end_ticks()
            with self.house.ready_db.write() as tx:
                ledger_rows.drop_lease(tx, LEASE, self.owner, now=self.house.clock())

    def follow_lease(self, seconds: int) -> bool:
        """Takes or renews the lease, and starts or ends the ticks by what came of it."""
        with self.house.ready_db.write() as tx:
            leader = ledger_rows.take_lease(
                tx, LEASE, self.owner, now=self.house.clock(), seconds=seconds
            )
        if leader and self._ticks is None:
            logger().info("scheduler leads", owner=self.owner)
            self._start_ticks()
        elif not leader and self._ticks is not None:
            logger().warning("scheduler lost its lease", owner=self.owner)
            self._end_ticks()
        return leader

    def _start_ticks(self) -> None:
        s = self.house.settings
        ticks = BackgroundScheduler(timezone=ZoneInfo(s.zone))
        for name, tick, seconds in (
            ("collect", self.collect_due, COLLECT_TICK_SECONDS),
            ("assess", self.assess, s.number("schedule.assess_seconds")),
            ("enforce", self.enforce, s.number("schedule.enforce_seconds")),
            ("themes", self.match, s.number("schedule.themes_seconds")),
            ("report", self.report_due, 60),
        ):
            ticks.add_job(  # pyright: ignore[reportUnknownMemberType]
                _recorded(name, tick),
                IntervalTrigger(seconds=seconds),
                id=name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=MISFIRE_GRACE_SECONDS,
                next_run_time=self.house.clock(),
            )
        ticks.start()  # pyright: ignore[reportUnknownMemberType]
        self._ticks = ticks

    def _end_ticks(self) -> None:
        if self._ticks is not None:
            self._ticks.shutdown(wait=True)  # pyright: ignore[reportUnknownMemberType]
            self._ticks = None

    # -------------------------------------------------------------------------- one tick each

    def collect_due(self) -> None:
        """Sweeps every source whose present slot was not swept yet, once a day from end to end."""
        self.ledger.close_dead()
        today = local_day(self.house.clock(), self.house.settings.zone)
        for due in jobs.due_sources(self.house, self.house.clock()):
            for job, slot, kind in (
                ("collect", due.slot, SweepKind.LIVE),
                ("rescan", jobs.rescan_slot(due.source, today), SweepKind.RESCAN),
            ):
                self.ledger.run_once(job, slot, partial(self._sweep, due.source, kind))

    def _sweep(self, source: Source, kind: SweepKind) -> None:
        jobs.collect_source(self.house, source, kind)

    def assess(self) -> None:
        jobs.assess_new(self.house)

    def enforce(self) -> None:
        jobs.enforce(self.house, self.owner)

    def match(self) -> None:
        jobs.match_new(self.house)
        jobs.assess_stale(self.house)

    def report_due(self) -> None:
        """Makes the report of the newest finished day, once; late when it starts late."""
        s = self.house.settings
        day = last_report_day(self.house.clock(), s.nightly, s.zone)
        self.ledger.run_once("report", day.isoformat(), lambda: jobs.report_day(self.house, day))


def _recorded(name: str, tick: Callable[[], None]) -> Callable[[], None]:
    """The tick as APScheduler calls it: what it raises is logged, and it ticks on."""

    def run() -> None:
        try:
            tick()
        except Exception as failure:  # noqa: BLE001 - outermost step of a tick: logged
            logger().error("tick failed", job=name, error=f"{type(failure).__name__}: {failure}")

    return run
