"""The parent of a soak: moves the clock, makes the weather, kills and starts the worker."""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from data.db import Database
from data.model import Platform, SourceMode, WriteBack
from data.store import sources
from sunwai.mock_platform import create_mock_app, mock_server
from sunwai.setting_up import set_up
from sunwai.settings import load
from sunwai.wiring import House
from tests.soak.plan import START, TOKEN, ZONE, Plan
from tests.soak.platform import SimulatedClock, WatchedPlatform
from tests.soak.robot import hire
from tests.soak.script import soak_script
from tests.soak.worker import PHASES

ROOT = Path(__file__).parents[2]
LONGEST_DOWN = timedelta(minutes=120)
NIGHTLY = time_of_day(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """One SIGKILL: not before ``at``, so long after a duty began, and how long nobody works."""

    at: datetime
    phase: str
    delay: float
    down: timedelta


@dataclass(slots=True, kw_only=True)
class Soak:
    """A soak that has run: what the examiner looks at."""

    plan: Plan
    db: Database
    house: House
    platform: WatchedPlatform
    journal: Path
    killed: Counter[str] = field(default_factory=Counter[str])
    down: list[tuple[datetime, datetime]] = field(default_factory=list[tuple[datetime, datetime]])
    errors: list[str] = field(default_factory=list[str])
    seconds: float = 0.0


@dataclass(slots=True)
class Worker:
    """The working process."""

    environment: dict[str, str]
    seed: int
    journal: Path
    process: subprocess.Popen[str] | None = None

    def start(self, now: datetime) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.worker", str(self.seed), str(self.journal)],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.send(now=now.isoformat())
        self.answer(None)

    def send(self, **told: Any) -> None:
        assert self.process is not None and self.process.stdin is not None
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()

    def answer(self, kill: Kill | None) -> list[str] | None:
        """The errors of the round; None when it was killed in it, as planned."""
        assert self.process is not None and self.process.stdout is not None
        for line in self.process.stdout:
            told = json.loads(line)
            if "done" in told:
                return told["errors"]
            if kill is not None and told["phase"] == kill.phase:
                time.sleep(kill.delay)
                self.end(signal.SIGKILL)
                return None
        raise RuntimeError(f"the worker ended by itself with status {self.process.wait()}")

    def end(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)
        self.process.wait(timeout=60)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.process = None


def run_soak(plan: Plan, url: str, home: Path) -> Soak:
    """Runs the plan on an empty database; everything it writes besides lies under ``home``."""
    began = time.monotonic()
    clock = SimulatedClock(START)
    with _platform(plan, home, clock) as (platform, address):
        environment = _environment(url, home)
        house = House(settings=load(environment), clock=clock)
        _set_up(house, plan, address)
        soak = Soak(
            plan=plan,
            db=house.db,
            house=house,
            platform=platform,
            journal=home / "robot.jsonl",
        )
        worker = Worker({**os.environ, **environment}, plan.seed, soak.journal)
        try:
            _live(soak, worker, clock)
        finally:
            if worker.process is not None:
                worker.end(signal.SIGKILL)
    soak.seconds = time.monotonic() - began
    return soak


def _environment(url: str, home: Path) -> dict[str, str]:
    return {
        "SUNWAI_HOME": str(home),
        "SUNWAI_DATABASE_URL": url,
        "SUNWAI_MOCK_TOKEN": TOKEN,
        "SUNWAI_LOG_LEVEL": "error",
    }


def _set_up(house: House, plan: Plan, address: str) -> None:
    set_up(house)
    hire(house.ready_db, house.clock())
    with house.ready_db.write() as tx:
        sources.add_source(
            tx,
            name="live",
            platform=Platform.MOCK,
            mode=SourceMode.API,
            title="The page of the soak",
            address=address,
            sweep_minutes=plan.sweep_minutes,
            write_back=WriteBack.ON,
            now=house.clock(),
        )


@contextmanager
def _platform(
    plan: Plan, home: Path, clock: SimulatedClock
) -> Generator[tuple[WatchedPlatform, str]]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = create_mock_app(home / "platform.json", soak_script(plan), clock, TOKEN)
    platform = WatchedPlatform(app)
    server = mock_server("127.0.0.1", 0, platform)  # pyright: ignore[reportArgumentType]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield platform, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# ------------------------------------------------------------------------------ days go by


def _live(soak: Soak, worker: Worker, clock: SimulatedClock) -> None:
    plan, chance = soak.plan, random.Random(f"weather {soak.plan.seed}")
    kills = kills_of(plan)
    now = START
    worker.start(now)
    while now < plan.end:
        calm = now >= plan.faults_until
        clock.set(now)
        soak.platform.calm() if calm else soak.platform.blow(chance)
        kill = kills[0] if kills and now >= kills[0].at else None
        worker.send(now=now.isoformat(), calm=calm)
        errors = worker.answer(kill)
        if errors is not None:
            soak.errors += [f"{now:%d %H:%M} {e}" for e in errors]
            now += plan.tick
            continue
        assert kill is not None
        kills.pop(0)
        soak.killed[kill.phase] += 1
        soak.down.append((now, now + kill.down))
        now += kill.down
        clock.set(now)
        worker.start(now)
    worker.end(signal.SIGTERM)


def kills_of(plan: Plan) -> list[Kill]:
    """The kills of the plan, in order: every duty in its turn, the report at its hour."""
    chance = random.Random(f"kills {plan.seed}")
    span = plan.faults_until - START
    made: list[Kill] = []
    for number in range(plan.kills):
        phase = PHASES[(number + 3) % len(PHASES)]
        at = START + span * ((number + 1) / (plan.kills + 1))
        if phase == "report":
            at = _nightly_after(at, plan)
        ticks = chance.randrange(1, int(LONGEST_DOWN / plan.tick) + 1)
        made.append(
            Kill(at=at, phase=phase, delay=chance.choice((0.0, 0.01, 0.05, 0.2)),
                 down=plan.tick * ticks)
        )  # fmt: skip
    return sorted(made, key=lambda k: k.at)


def _nightly_after(at: datetime, plan: Plan) -> datetime:
    local = at.astimezone(ZoneInfo(ZONE))
    nightly = datetime.combine(local.date(), NIGHTLY, local.tzinfo)
    if nightly < local:
        nightly += timedelta(days=1)
    if nightly >= plan.faults_until:
        nightly -= timedelta(days=1)
    return nightly
