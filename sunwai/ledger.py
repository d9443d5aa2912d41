"""Running a job once per slot: claimed in the database, beating while it works, ended with why.

A process that dies leaves a stale beat; the next leader claims the slot again. So every body must
bear being run twice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.db import Database
from data.store import jobs
from sunwai.logs import logger

BEAT_SECONDS = 10.0
STALE_SECONDS = 60
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)


class ComeAgain(Exception):
    """A job that could not do its work now; the message says why.

    ``at`` is when to try again: told by whoever refused, else after a pause that doubles each time.
    """

    def __init__(self, message: str, at: datetime | None = None) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The job ledger of one process."""

    db: Database
    owner: str
    clock: Callable[[], datetime]
    beat_seconds: float = BEAT_SECONDS
    stale_seconds: int = STALE_SECONDS

    def run_once(self, job: str, slot: str, body: Callable[[], object]) -> bool:
        """Runs the body if the slot is free, failed or stale; True when it ran to its end.

        What the body raises is recorded and logged, not passed on: the next slot must still run.
        """
        with self.db.write() as tx:
            mine = jobs.claim_slot(
                tx, job, slot, self.owner, now=self.clock(), stale_seconds=self.stale_seconds
            )
        if not mine:
            return False
        error: str | None = None
        retry_at: datetime | None = None
        try:
            with self._beating(job, slot):
                body()
        except ComeAgain as later:
            error, retry_at = str(later), self._again(job, slot, later)
            logger().warning("job comes again", job=job, slot=slot, why=error, at=str(retry_at))
        except Exception as failure:  # noqa: BLE001 - outermost step of a job: recorded
            error = f"{type(failure).__name__}: {failure}"
            logger().error("job failed", job=job, slot=slot, error=error)
        with self.db.write() as tx:
            jobs.end_slot(
                tx, job, slot, self.owner, now=self.clock(), error=error, retry_at=retry_at
            )
        return error is None

    def _again(self, job: str, slot: str, later: ComeAgain) -> datetime:
        """The time told (but a minute at least), else the pause of this attempt."""
        with self.db.read() as tx:
            attempt = jobs.attempt_of(tx, job, slot)
        paused = self.clock() + min(FIRST_PAUSE * 2 ** min(max(attempt, 1) - 1, 10), LONGEST_PAUSE)
        return paused if later.at is None else max(later.at, self.clock() + FIRST_PAUSE)

    def close_dead(self) -> int:
        """Ends the runs that a killed process left, as failed; gives how many.

        A slot that is still due may then be claimed again; one that is past stays as a record.
        """
        with self.db.write() as tx:
            return jobs.close_dead(tx, now=self.clock(), stale_seconds=self.stale_seconds)

    @contextmanager
    def _beating(self, job: str, slot: str) -> Generator[None]:
        stop = threading.Event()

        def beat() -> None:
            while not stop.wait(self.beat_seconds):
                with self.db.write() as tx:
                    jobs.beat(tx, job, slot, self.owner, now=self.clock())

        heart = threading.Thread(target=beat, name=f"beat {job}", daemon=True)
        heart.start()
        try:
            yield
        finally:
            stop.set()
            heart.join()
