"""A nightly tick that kills itself with SIGKILL as it syncs its n-th file, or after the last.

python -m tests.journey.report_child HOME URL NOW N
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from data.store import jobs
from sunwai.schedule import Scheduler
from sunwai.settings import load
from sunwai.wiring import House

ZONE = "Asia/Karachi"
FILES = 6  # five of the report and its manifest


def house_at(home: Path, url: str, now: datetime) -> House:
    """The wired program on this home and database, at this instant."""
    environment = {
        "SUNWAI_HOME": str(home),
        "SUNWAI_DATABASE_URL": url,
        "SUNWAI_LOG_LEVEL": "error",
    }
    return House(settings=load(environment), clock=lambda: now)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(home: str, url: str, now: str, at: str) -> None:
    scheduler = Scheduler(house_at(Path(home), url, datetime.fromisoformat(now)))
    left, real_sync = int(at), os.fsync

    def sync(file: int) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            die()
        real_sync(file)

    def end(*_told: object, **_more: object) -> None:
        die()

    os.fsync = sync
    if int(at) > FILES:  # the report lies there and is kept, but its run was never ended
        jobs.end_slot = end
    scheduler.report_due()


if __name__ == "__main__":
    main(*sys.argv[1:])
