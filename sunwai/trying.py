"""Shadow runs outside a web request: those asked for are made one by one, each once.

The scheduler makes them. Where none runs, the web process does it in a thread of its own; the
ledger sees to it that nobody makes what another makes already, and that a run whose process was
killed is begun anew. A run writes nothing but its result, so beginning it again loses nothing.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from data.documents import ShadowJob
from data.store import past, shadow_jobs, users
from moderation.judging.calibration import CalibrationDamaged
from moderation.learning.drafts import DraftRefused
from moderation.policies.policy_document import PolicyError
from sunwai.changing import Asked, run_shadow
from sunwai.ledger import Ledger
from sunwai.wiring import House

JOB = "shadow"
MOST_ATTEMPTS = 3
BROKE_OFF = "The shadow run broke off several times. The program's own log has the details."


def run_shadow_jobs(house: House, ledger: Ledger) -> int:
    """Makes every shadow run that waits; gives how many were taken in hand."""
    with house.ready_db.read() as tx:
        waiting = shadow_jobs.open_shadow_jobs(tx)
    done = 0
    for one in waiting:
        done += ledger.run_once(JOB, str(one.id), partial(run_shadow_job, house, one.id))
    return done


def run_shadow_job(house: House, job_id: int) -> None:
    """Makes one run and says what came of it. A refusal is a result too; any other error is raised,
    and the run is tried again, MOST_ATTEMPTS times at most."""
    with house.ready_db.write() as tx:
        one = shadow_jobs.shadow_job_by_id(tx, job_id)
        if one is None or not one.is_open:
            return
        until = house.clock()
        total = past.count_past(tx, since=until - timedelta(days=one.days), until=until)
        attempt = shadow_jobs.begin_shadow_job(tx, job_id, total=total)
    if attempt > MOST_ATTEMPTS:
        return _end(house, one, error=BROKE_OFF)
    try:
        _end(house, one, shadow_id=_made(house, one))
    except (DraftRefused, CalibrationDamaged, PolicyError) as refused:
        _end(house, one, error=str(refused))


def _made(house: House, one: ShadowJob) -> int:
    with house.ready_db.read() as tx:
        by = users.user_by_id(tx, one.user_id)
    if by is None or by.disabled_at is not None:
        raise DraftRefused("Who asked for this run can no longer sign in.")

    def progress(done: int) -> None:
        with house.ready_db.write() as tx:
            shadow_jobs.note_shadow_progress(tx, one.id, done)

    asked = Asked(kind=one.kind, version=one.version, days=one.days)
    return run_shadow(house, asked, by, told=progress).id


def _end(
    house: House, one: ShadowJob, *, shadow_id: int | None = None, error: str | None = None
) -> None:
    with house.ready_db.write() as tx:
        shadow_jobs.end_shadow_job(tx, one.id, now=house.clock(), shadow_id=shadow_id, error=error)
