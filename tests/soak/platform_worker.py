"""The working process of a platform soak: the real scheduler, its ticks called by hand.

python -m tests.soak.platform_worker SEED JOURNAL TIMEOUT: reads {"now", "calm"} a line on standard
input, answers with {"phase"} as each duty begins and {"done", "errors"} at the end. It is killed at
any of them.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import httpx
import stamina

from sunwai import jobs, logs, network
from sunwai.settings import load
from sunwai.wiring import House
from tests.soak.platform import SimulatedClock
from tests.soak.robot import Robot
from tests.soak.worker import SteppedScheduler, say

PHASES = (
    "access", "collect", "look_back", "backfill", "assess", "decide", "enforce", "compare",
)  # fmt: skip

DECISIONS_A_ROUND = 20


def main(seed: str, journal: str, timeout: str) -> None:
    settings = load()
    logs.set_up(settings.text("log.level"))
    stamina.set_testing(True, attempts=4)  # tries as often, without real waiting
    network.TIMEOUT = httpx.Timeout(float(timeout))
    clock = SimulatedClock(datetime.fromisoformat(json.loads(sys.stdin.readline())["now"]))
    house = House(settings=settings, clock=clock)
    scheduler = SteppedScheduler(house)
    robot = Robot(
        db=house.ready_db,
        seed=int(seed),
        holds=house.holds,
        policy=house.policy().version,
        journal=Path(journal),
        most=DECISIONS_A_ROUND,
    )
    calm = False
    duties: dict[str, Callable[[], object]] = {
        "access": scheduler.check_accesses,
        "collect": scheduler.collect_due,
        "look_back": scheduler.look_back,
        "backfill": scheduler.backfill,
        "assess": scheduler.assess,
        "decide": lambda: robot.finish(clock()) if calm else robot.work(clock()),
        "enforce": lambda: jobs.enforce(house, scheduler.owner),
        "compare": scheduler.compare_due,
    }
    say(done=True, errors=[])
    for line in sys.stdin:
        told = json.loads(line)
        clock.set(datetime.fromisoformat(told["now"]))
        calm = told["calm"]
        say(done=True, errors=one_round(scheduler, duties, house))


def one_round(
    scheduler: SteppedScheduler, duties: dict[str, Callable[[], object]], house: House
) -> list[str]:
    """What went wrong, as the log would tell it; empty when all duties ran to their end."""
    if not scheduler.follow_lease(house.settings.number("schedule.lease_seconds")):
        return ["another process holds the lease"]
    errors: list[str] = []
    for name in PHASES:
        say(phase=name)
        begun = time.monotonic()
        try:
            duties[name]()
        except Exception as error:  # noqa: BLE001 - outermost step of a tick: told
            errors.append(f"{name}: {type(error).__name__}: {error}")
        say(took=name, seconds=time.monotonic() - begun)
    return errors


if __name__ == "__main__":
    main(*sys.argv[1:])
