"""The parent of a platform soak: serves the page with its faults, moves the clock, kills.

The page lives here, so that it goes on when the working process is killed in the middle of a
request. What the sources page shows is read after every round and before every new start.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from data.db import Database
from data.model import SourceMode, WriteBack
from data.store import sources
from sunwai.rehearsal.faults import FaultKind, Faults
from sunwai.rehearsal.rehearsing import BASE, TOKEN, make_rehearsal
from sunwai.rehearsal.server import Serving, serve
from sunwai.setting_up import set_up
from sunwai.settings import load
from sunwai.wiring import House
from tests.soak.plan import START
from tests.soak.platform import SimulatedClock
from tests.soak.platform_look import look
from tests.soak.platform_plan import PlatformPlan
from tests.soak.platform_worker import PHASES
from tests.soak.platform_world import SoakWorld, soak_world
from tests.soak.robot import hire

ROOT = Path(__file__).parents[2]
DOWN = (5, 9)  # ticks, at least and at most
TIME_OUT = 1.5  # seconds that the worker waits for an answer
SETTLING = (timedelta(minutes=30), timedelta(minutes=30), timedelta(days=8), timedelta(hours=1),
            timedelta(hours=1), timedelta(hours=1), timedelta(hours=1))  # fmt: skip
# What stops the page for a while is a quarter as frequent as what breaks one request.
STOPPING = (FaultKind.RATE, FaultKind.QUOTA, FaultKind.TOKEN, FaultKind.PERMISSION)
KINDS = (*(k for k in FaultKind if k not in STOPPING for _ in range(4)), *STOPPING)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformKill:
    """One SIGKILL: not before ``at``, in which duty, so long after it began, down for so many
    ticks."""

    at: datetime
    phase: str
    delay: float
    down: int


@dataclass(slots=True, kw_only=True)
class PlatformSoak:
    """A platform soak that has run: what the examiner looks at."""

    plan: PlatformPlan
    db: Database
    house: House
    page: SoakWorld
    serving: Serving
    journal: Path
    killed: Counter[str] = field(default_factory=Counter[str])
    errors: list[str] = field(default_factory=list[str])
    took: Counter[str] = field(default_factory=Counter[str])
    looks: int = 0  # at the sources page
    gaps_seen: int = 0
    gaps_hidden: list[str] = field(default_factory=list[str])
    rounds: int = 0
    seconds: float = 0.0


def run_platform_soak(plan: PlatformPlan, url: str, home: Path) -> PlatformSoak:
    """Runs the plan on an empty database; everything it writes besides lies under ``home``."""
    began = time.monotonic()
    clock = SimulatedClock(START)
    page = soak_world(plan)
    faults = Faults(rate=plan.faults, seed=plan.seed, kinds=KINDS, stall_seconds=4 * TIME_OUT)
    with serve(make_rehearsal(plan.platform, page.world), clock=clock, faults=faults) as serving:
        environment = {
            "SUNWAI_HOME": str(home),
            "SUNWAI_DATABASE_URL": url,
            "SUNWAI_SOURCE_LIVE_TOKEN": TOKEN,
            "SUNWAI_LOG_LEVEL": "error",
        }
        house = House(settings=load(environment), clock=clock)
        _connect(house, plan, page, serving)
        soak = PlatformSoak(
            plan=plan, db=house.db, house=house, page=page, serving=serving,
            journal=home / "robot.jsonl",
        )  # fmt: skip
        worker = _Worker({**os.environ, **environment}, soak)
        try:
            _live(soak, worker, clock)
        finally:
            worker.end(signal.SIGKILL)
    soak.seconds = time.monotonic() - began
    return soak


def _connect(house: House, plan: PlatformPlan, page: SoakWorld, serving: Serving) -> None:
    set_up(house)
    hire(house.ready_db, house.clock())
    owner = page.world.owner
    with house.ready_db.write() as tx:
        source = sources.add_source(
            tx,
            name="live",
            platform=plan.platform,
            mode=SourceMode.API,
            title="The page of the soak",
            address=serving.address + BASE[plan.platform],
            account=owner.id,
            sweep_minutes=plan.sweep_minutes,
            write_back=WriteBack.ON,
            now=house.clock(),
        )
        sources.set_own_names(tx, source.id, [owner.handle, owner.id])


# ------------------------------------------------------------------------------ the worker


@dataclass(slots=True)
class _Worker:
    environment: dict[str, str]
    soak: PlatformSoak
    process: subprocess.Popen[str] | None = None

    def start(self, now: datetime) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.platform_worker", str(self.soak.plan.seed),
             str(self.soak.journal), str(TIME_OUT)],
            cwd=ROOT, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        self._send(now=now.isoformat())
        next(self._told())

    def round(self, now: datetime, *, calm: bool, kill: PlatformKill | None) -> bool:
        """One round of all duties; False when it was killed in it, as planned."""
        self._send(now=now.isoformat(), calm=calm)
        for told in self._told():
            if "done" in told:
                self.soak.errors += [f"{now:%d %H:%M} {e}" for e in told["errors"]]
                return True
            if "took" in told:
                self.soak.took[told["took"]] += told["seconds"]
            elif kill is not None and told["phase"] == kill.phase:
                time.sleep(kill.delay)
                self.end(signal.SIGKILL)
                return False
        raise AssertionError("unreachable: _told ends with an error")

    def end(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(number)
        self.process.wait(timeout=60)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.process = None

    def _send(self, **told: Any) -> None:
        assert self.process is not None and self.process.stdin is not None
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()

    def _told(self) -> Iterator[dict[str, Any]]:
        assert self.process is not None and self.process.stdout is not None
        for line in self.process.stdout:
            yield json.loads(line)
        raise RuntimeError(f"the worker ended by itself with status {self.process.wait()}")


# ------------------------------------------------------------------------------ hours go by


def kills_of(plan: PlatformPlan) -> list[PlatformKill]:
    """The kills of the plan, in order of time; where and when is drawn by its seed."""
    chance = random.Random(f"kills {plan.seed}")
    gap = timedelta(hours=plan.hours) / (plan.kills + 1)
    made: list[PlatformKill] = []
    for number in range(plan.kills):
        made.append(
            PlatformKill(
                at=START + gap * (number + 0.3 + 0.6 * chance.random()),
                phase=chance.choice((*PHASES, "collect", "look_back", "backfill", "enforce")),
                delay=chance.choice((0.0, 0.02, 0.1, 0.5, 2.0)) * chance.random(),
                down=chance.randint(*DOWN),
            )
        )
    return made


def _live(soak: PlatformSoak, worker: _Worker, clock: SimulatedClock) -> None:
    plan, chance = soak.plan, random.Random(f"colleagues {soak.plan.seed}")
    kills, now = kills_of(plan), START
    worker.start(now)
    while now < plan.faults_until:
        soak.rounds += 1
        _turn_to(soak, clock, now)
        soak.page.reverse_one(now, chance)
        kill = kills[0] if kills and now >= kills[0].at else None
        if worker.round(now, calm=False, kill=kill):
            now += plan.tick
        else:
            assert kill is not None
            kills.pop(0)
            soak.killed[kill.phase] += 1
            now += plan.tick * kill.down
            _turn_to(soak, clock, now)
            look(soak, now)
            worker.start(now)
        _progress(soak, now)
        look(soak, clock())
    _settle(soak, worker, clock, now)
    worker.end(signal.SIGTERM)


def _settle(soak: PlatformSoak, worker: _Worker, clock: SimulatedClock, now: datetime) -> None:
    """No faults, no new decisions; a week passes, so that the whole page is read once more."""
    soak.serving.faults.calm()
    for step in SETTLING:
        now += step
        soak.rounds += 1
        _turn_to(soak, clock, now)
        look(soak, now)
        worker.round(now, calm=True, kill=None)
        _progress(soak, now)
        look(soak, clock())


def _turn_to(soak: PlatformSoak, clock: SimulatedClock, now: datetime) -> None:
    clock.set(now)
    soak.page.pass_until(now)


def _progress(soak: PlatformSoak, now: datetime) -> None:
    if os.environ.get("SOAK_TELLS"):
        with soak.db.read() as tx:
            kept = tx.exec_driver_sql("SELECT count(*) FROM comment").scalar_one()
        took = {k: round(v) for k, v in soak.took.items()}
        asked = len(soak.serving.asked)
        print(f"{now:%d %H:%M} kept {kept} asked {asked} {took}", file=sys.stderr, flush=True)
