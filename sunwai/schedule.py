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
from data.model import Source
from data.store import jobs as ledger_rows
from data.store.sources import list_sources
from data.store.sweeps import close_interrupted
from moderation.deciding.blind import round_of
from sunwai import jobs
from sunwai.collecting import collect_source, come_again, to_sweep
from sunwai.counting import keep_counts
from sunwai.lanes import BACKFILL, LANES, LIVE, RESCANS, LanePlan, Slot, source_of
from sunwai.ledger import Ledger
from sunwai.logs import logger
from sunwai.trying import run_shadow_jobs
from sunwai.watching import check_accesses
from sunwai.webhooks import hastened_slot, work_off
from sunwai.wiring import House

LEASE = "scheduler"
COLLECT_TICK_SECONDS = 5
LOOK_BACK_TICK_SECONDS = 15
WEBHOOK_TICK_SECONDS = 5
ACCESS_TICK_SECONDS = 300
COUNTS_TICK_SECONDS = 60
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
        self._ending = threading.Event()
        self._checked = False

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
            ("webhooks", self.hear, WEBHOOK_TICK_SECONDS),
            ("look back", self.look_back, LOOK_BACK_TICK_SECONDS),
            ("backfill", self.backfill, LOOK_BACK_TICK_SECONDS),
            ("access", self.check_accesses, ACCESS_TICK_SECONDS),
            ("assess", self.assess, s.number("schedule.assess_seconds")),
            ("enforce", self.enforce, s.number("schedule.enforce_seconds")),
            ("themes", self.match, s.number("schedule.themes_seconds")),
            ("counts", self.keep_counts, COUNTS_TICK_SECONDS),
            ("again", self.judge_again, s.number("schedule.again_seconds")),
            ("imports", self.bring_in, 2),
            ("shadows", self.try_drafts, 2),
            ("drop", self.look_into_drop_folder, s.number("import.drop_seconds")),
            ("report", self.report_due, 60),
            ("compare", self.compare_due, 300),
            ("samples", self.samples_due, 300),
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
        self._ending.clear()
        ticks.start()  # pyright: ignore[reportUnknownMemberType]
        self._ticks = ticks

    def _end_ticks(self) -> None:
        if self._ticks is not None:
            self._ending.set()  # a long sweep ends after its page, and goes on another time
            self._ticks.shutdown(wait=True)  # pyright: ignore[reportUnknownMemberType]
            self._ticks = None

    # -------------------------------------------------------------------------- one tick each

    def collect_due(self) -> None:
        """Sweeps every source live whose present slot was not swept yet."""
        self._close_dead()
        self._lane(LIVE)

    def hear(self) -> None:
        """Reads at once the comments that platforms told of."""
        work_off(self.house)

    def look_back(self) -> None:
        """Looks again at young posts, at those of the month, and at the whole page, in that order:
        each source is due once an hour, a day, a week."""
        for plan in RESCANS:
            self._lane(plan)

    def backfill(self) -> None:
        """Reads once what was there before a page was watched."""
        self._lane(BACKFILL)

    def check_accesses(self) -> None:
        """Checks the accesses whose check is due, all of them as the first thing."""
        first, self._checked = not self._checked, True
        check_accesses(self.house, first=first)

    def _close_dead(self) -> None:
        """Ends what a killed process left: its sweep is told as interrupted before its run is."""
        now, stale = self.house.clock(), self.ledger.stale_seconds
        lanes = {plan.job: plan.kind for plan in LANES}
        with self.house.ready_db.write() as tx:
            for run in ledger_rows.dead_runs(tx, now=now, stale_seconds=stale):
                if run.job in lanes:
                    close_interrupted(tx, source_of(run.slot), now=now, kinds=[lanes[run.job]])
        self.ledger.close_dead()

    def _lane(self, plan: LanePlan) -> None:
        with self.house.ready_db.read() as tx:
            watched = list_sources(tx)
        for source in watched:
            if self._ending.is_set():
                return
            if to_sweep(self.house, source, plan.kind):
                slot = plan.slot_of(source, self.house.clock(), self.house.settings.zone)
                if plan is LIVE:
                    self._hastened(source, slot)
                self.ledger.run_once(plan.job, slot.name, partial(self._sweep, source, plan, slot))

    def _hastened(self, source: Source, slot: Slot) -> None:
        """A sweep before its time, where a notice asked for one."""
        name = hastened_slot(self.house, source, self.house.clock())
        if name is not None:
            body = partial(self._sweep, source, LIVE, slot)
            self.ledger.run_once(LIVE.job, name, body)

    def _sweep(self, source: Source, plan: LanePlan, slot: Slot) -> None:
        sweep = collect_source(
            self.house, source, plan.kind, slot=slot, keep_on=lambda: not self._ending.is_set()
        )
        again = come_again(sweep, self.house.clock())
        if again is not None:
            raise again

    def assess(self) -> None:
        jobs.assess_new(self.house)

    def enforce(self) -> None:
        jobs.enforce(self.house, self.owner)

    def match(self) -> None:
        jobs.match_new(self.house)

    def keep_counts(self) -> None:
        """Counts the days anew that have changed."""
        h = self.house
        keep_counts(
            h.ready_db, h.settings.zone, now=h.clock(), keep_on=lambda: not self._ending.is_set()
        )

    def judge_again(self) -> None:
        jobs.retry_not_checked(self.house)
        jobs.judge_again(self.house, self.owner)

    def bring_in(self) -> None:
        """Imports the files that wait: from the browser and from the drop folder."""
        jobs.bring_in_files(self.house, self.ledger)

    def try_drafts(self) -> None:
        """Makes the shadow runs that were asked for on the policy page."""
        run_shadow_jobs(self.house, self.ledger)

    def look_into_drop_folder(self) -> None:
        jobs.look_into_drop_folder(self.house)

    def report_due(self) -> None:
        """Makes the report of the newest finished day, once; late when it starts late."""
        s = self.house.settings
        day = last_report_day(self.house.clock(), s.nightly, s.zone)
        self.ledger.run_once("report", day.isoformat(), lambda: jobs.report_day(self.house, day))

    def samples_due(self) -> None:
        """Once a week blind samples are drawn, to be judged again by another officer."""
        if self.house.settings.number("samples.each_week"):
            week = round_of(self.house.clock().astimezone(ZoneInfo(self.house.settings.zone)))
            self.ledger.run_once("samples", week, lambda: jobs.draw_blind_samples(self.house))

    def compare_due(self) -> None:
        """Once a local day what was decided is compared with what the platforms show."""
        day = local_day(self.house.clock(), self.house.settings.zone)
        self.ledger.run_once(
            "compare", day.isoformat(), lambda: jobs.compare_with_platforms(self.house)
        )


def _recorded(name: str, tick: Callable[[], None]) -> Callable[[], None]:
    """The tick as APScheduler calls it: what it raises is logged, and it ticks on."""

    def run() -> None:
        try:
            tick()
        except Exception as failure:  # noqa: BLE001 - outermost step of a tick: logged
            logger().error("tick failed", job=name, error=f"{type(failure).__name__}: {failure}")

    return run
