"""kill -9 of the scheduler at any moment: the next one goes on, nothing is lost or doubled."""

from __future__ import annotations

import logging
import os
import random
import signal
import subprocess
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from data.db import Database
from data.model import JobState, Language, SweepOutcome
from data.samples.content import Label
from data.samples.script import MOCK_PAGE, MockScript, ScriptComment, ScriptPost
from data.store import assessments, jobs, sweeps
from tests.builders import NOW, minutes
from tests.journey.command_line import TOKEN, CommandLine, kill_now, mock_platform
from tests.journey.processes import PATIENCE, until
from tests.tables import count_comments

COMMENTS = 400


def _unlike_any_other(n: int) -> str:
    """Near-copies would be a flood, whose earlier members are judged a second time."""
    words = random.Random(n)
    return " ".join("".join(words.choices("aeioknrst", k=7)) for _ in range(9))


SCRIPT = MockScript(
    page=MOCK_PAGE,
    loop_minutes=100_000,
    posts=(ScriptPost(external_id="p1", at_minute=0, text="A post"),),
    comments=tuple(
        ScriptComment(
            external_id=f"c{n}",
            post_id="p1",
            at_minute=0,
            text=_unlike_any_other(n),
            author=f"author {n % 70}",
            parent=None,
            label=Label.COMPLAINT,
            code=None,
            language=Language.EN,
        )
        for n in range(COMMENTS)
    ),
    edits=(),
    deletions=(),
    outages=(),
)


@pytest.fixture(autouse=True)
def quiet_server() -> Generator[None]:
    """The stand-in platform's server tells of every request otherwise."""
    log = logging.getLogger("werkzeug")
    before = log.level
    log.setLevel(logging.ERROR)
    yield
    log.setLevel(before)


def count(db: Database, sql: str) -> int:
    with db.read() as tx:
        return tx.execute(text(sql)).scalar_one()


def url_of(db: Database) -> str:
    return db.engine.url.render_as_string(hide_password=False)


def test_a_scheduler_killed_again_and_again_leaves_nothing_lost_or_doubled(
    file_db: Database, tmp_path: Path
) -> None:
    with mock_platform(tmp_path, SCRIPT) as address:
        run = CommandLine(
            home=tmp_path,
            settings={
                "SUNWAI_DATABASE_URL": url_of(file_db),
                "SUNWAI_MOCK_TOKEN": TOKEN,
                "SUNWAI_SCHEDULE_LEASE_SECONDS": "3",
                "SUNWAI_SCHEDULE_ASSESS_SECONDS": "1",
                "SUNWAI_SERVICE_LEVEL_SWEEP_MINUTES": "1",
                "SUNWAI_LOG_LEVEL": "info",
            },
        )
        run.done("init")
        words = ("sources", "add", "live", "--platform", "mock", "--mode", "api")
        assert run(*words, "--address", address).code == 0

        # The first is killed in the middle of its sweep, the second in the middle of judging.
        killed_once(run, lambda: count(file_db, "SELECT count(*) FROM comment") > 0)
        kept = count(file_db, "SELECT count(*) FROM comment")
        killed_once(run, lambda: count(file_db, "SELECT count(*) FROM assessment") > 0)
        judged = count(file_db, "SELECT count(*) FROM assessment")
        third = run.start("schedule")
        try:
            whole = until(lambda: is_whole(file_db))
        finally:
            third.terminate()
            printed, _ = third.communicate(timeout=PATIENCE)
        assert whole, (kept, judged, printed)

    assert kept < COMMENTS or judged < COMMENTS, "nothing was killed in its middle"
    assert third.returncode == 0, printed
    check(file_db)


def killed_once(run: CommandLine, begun: Callable[[], bool]) -> None:
    """Starts a scheduler and kills it as soon as it has begun with what is named."""
    process = run.start("schedule")
    in_time = until(begun)
    kill_group(process)
    printed, _ = process.communicate(timeout=30)
    assert in_time, f"it did not begin: {printed}"


def is_whole(db: Database) -> bool:
    running = "SELECT count(*) FROM job_run WHERE state = 'running'"
    complete = "SELECT count(*) FROM sweep WHERE outcome = 'complete'"
    judged = count(db, "SELECT count(*) FROM assessment") >= COMMENTS
    return judged and count(db, complete) > 0 and count(db, running) == 0


def check(db: Database) -> None:
    with db.read() as tx:
        assert count_comments(tx) == COMMENTS
        assert assessments.count_to_assess(tx) == 0
        done = sweeps.list_sweeps(tx)
        lease = jobs.lease_until(tx, "scheduler")
    assert count(db, "SELECT count(*) FROM revision") == COMMENTS
    assert any(s.outcome is SweepOutcome.COMPLETE and s.tally.read >= COMMENTS for s in done)
    assert any(s.outcome is SweepOutcome.INTERRUPTED for s in done)
    assert all(s.outcome is not SweepOutcome.RUNNING for s in done)
    assert judged_twice(db) == []
    assert lease is not None


def kill_group(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGKILL)


def judged_twice(db: Database) -> list[tuple[object, ...]]:
    sql = "SELECT revision_id, engine_version, flag, assessed_at FROM assessment WHERE revision_id "
    sql += "IN (SELECT revision_id FROM assessment GROUP BY revision_id, engine_version "
    sql += "HAVING count(*) > 1) "
    with db.read() as tx:
        return [tuple(r) for r in tx.execute(text(sql + "ORDER BY revision_id, id LIMIT 10"))]


def test_only_one_of_two_schedulers_works_and_the_other_takes_over_when_it_is_killed(
    file_db: Database, tmp_path: Path
) -> None:
    settings = {"SUNWAI_DATABASE_URL": url_of(file_db), "SUNWAI_SCHEDULE_LEASE_SECONDS": "9"}
    run = CommandLine(home=tmp_path, settings=settings)
    run.done("init")
    lease = "SELECT count(*) FROM lease WHERE name = 'scheduler'"
    first = run.start("schedule")
    assert until(lambda: count(file_db, lease) == 1)
    owner, first_end = lease_of(file_db)
    second = run.start("schedule")
    try:
        # It asks as often as the first renews: while that one lives the lease stays where it is.
        two_leases_on = first_end + timedelta(seconds=9)
        assert until(lambda: lease_of(file_db)[1] >= two_leases_on)
        assert lease_of(file_db)[0] == owner
        kill_now(first)
        assert until(lambda: lease_of(file_db)[0] != owner)
    finally:
        second.terminate()
        told, _ = second.communicate(timeout=PATIENCE)
    assert told.count("scheduler leads") == 1, told
    assert second.returncode == 0, told


def lease_of(db: Database) -> tuple[str, datetime]:
    """Who leads, and until when it is theirs if they do not renew it."""
    with db.read() as tx:
        lease = jobs.lease_until(tx, "scheduler")
    assert lease is not None
    return lease


def test_a_run_that_a_killed_process_left_is_ended_as_failed(db: Database) -> None:
    with db.write() as tx:
        jobs.claim_slot(tx, "collect", "past", "dead", now=NOW)
        jobs.claim_slot(tx, "collect", "present", "alive", now=NOW + minutes(5))
        closed = jobs.close_dead(tx, now=NOW + minutes(5))
        states = {r.slot: (r.state, r.error) for r in jobs.job_runs(tx)}
    assert closed == 1
    assert states == {"past": (JobState.FAILED, jobs.DIED), "present": (JobState.RUNNING, None)}
