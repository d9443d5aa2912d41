"""The working process of a soak: told the time by its parent, it does one round of all duties.

python -m tests.soak.worker SEED JOURNAL: reads {"now", "calm"} a line on standard input, answers
with {"phase"} as each duty begins and {"done", "errors"} at the end. It is killed at any of them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import stamina

from sunwai import logs
from sunwai.schedule import Scheduler
from sunwai.settings import load
from sunwai.wiring import House
from tests.soak.platform import SimulatedClock
from tests.soak.robot import Robot

PHASES = ("collect", "assess", "decide", "enforce", "themes", "report")


class SteppedScheduler(Scheduler):
    """The real scheduler with its lease and ledger; its ticks are called by hand."""

    def _start_ticks(self) -> None:
        pass


def say(**told: object) -> None:
    print(json.dumps(told), flush=True)


def main(seed: str, journal: str) -> None:
    settings = load()
    logs.set_up(settings.text("log.level"))
    stamina.set_testing(True, attempts=3)  # tries as often, without real waiting
    clock = SimulatedClock(datetime.fromisoformat(json.loads(sys.stdin.readline())["now"]))
    house = House(settings=settings, clock=clock)
    scheduler = SteppedScheduler(house)
    robot = Robot(
        db=house.ready_db,
        seed=int(seed),
        holds=house.holds,
        policy=house.policy().version,
        journal=Path(journal),
    )
    duties: dict[str, Callable[[], object]] = {
        "collect": lambda: all_lanes(scheduler),
        "assess": scheduler.assess,
        "decide": lambda: robot.work(clock()),
        "enforce": scheduler.enforce,
        "themes": scheduler.match,
        "report": scheduler.report_due,
    }
    say(done=True, errors=[])
    for line in sys.stdin:
        told = json.loads(line)
        clock.set(datetime.fromisoformat(told["now"]))
        robot.may_undo = not told["calm"]
        say(done=True, errors=one_round(scheduler, duties, house))


def all_lanes(scheduler: Scheduler) -> None:
    """Every lane one after the other, as a single thread would run them."""
    for lane in (scheduler.collect_due, scheduler.look_back, scheduler.backfill):
        lane()


def one_round(
    scheduler: Scheduler, duties: dict[str, Callable[[], object]], house: House
) -> list[str]:
    """What went wrong, as the log would tell it; empty when all duties ran to their end."""
    if not scheduler.follow_lease(house.settings.number("schedule.lease_seconds")):
        return ["another process holds the lease"]
    errors: list[str] = []
    for name in PHASES:
        say(phase=name)
        try:
            duties[name]()
        except Exception as error:  # noqa: BLE001 - outermost step of a tick: told
            errors.append(f"{name}: {type(error).__name__}: {error}")
    return errors


if __name__ == "__main__":
    main(*sys.argv[1:])
