"""Running a job once per slot: claimed in the database, beating while it works, ended with why.

A process that dies leaves a stale beat; the next leader claims the slot again. So every body must
bear being run twice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from data.db import Database
from data.store import jobs
from sunwai.logs import logger

BEAT_SECONDS = 10.0
STALE_SECONDS = 60


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
        try:
            with self._beating(job, slot):
                body()
        except Exception as failure:  # noqa: BLE001 - outermost step of a job: recorded
            error = f"{type(failure).__name__}: {failure}"
            logger().error("job failed", job=job, slot=slot, error=error)
        with self.db.write() as tx:
            jobs.end_slot(tx, job, slot, self.owner, now=self.clock(), error=error)
        return error is None

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
