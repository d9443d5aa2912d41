"""kill -9 of the scheduler at any moment: the next one goes on, nothing is lost or doubled."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from data.db import Database
from data.model import SweepOutcome
from data.samples.content import Label
from data.samples.script import MOCK_PAGE, MockScript, ScriptComment, ScriptPost
from data.store import assessments, comments, jobs, sweeps
from tests.journey.command_line import TOKEN, CommandLine, kill_now, mock_platform

COMMENTS = 900
SCRIPT = MockScript(
    page=MOCK_PAGE,
    loop_minutes=100_000,
    posts=(ScriptPost(external_id="p1", at_minute=0, text="A post"),),
    comments=tuple(
        ScriptComment(
            external_id=f"c{n}",
            post_id="p1",
            at_minute=0,
            text=f"Invented comment number {n}: the street light near house {n} is out.",
            author=f"author {n % 70}",
            parent=None,
            label=Label.COMPLAINT,
            code=None,
            language="en",  # type: ignore[arg-type]
        )
        for n in range(COMMENTS)
    ),
    edits=(),
    deletions=(),
    outages=(),
)


def wait_for(true: Callable[[], bool], seconds: float = 90) -> bool:
    """Waits for something that another process brings about."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.1)
    return False


def count(db: Database, sql: str) -> int:
    with db.read() as tx:
        return tx.execute(text(sql)).scalar_one()


def test_a_scheduler_killed_again_and_again_leaves_nothing_lost_or_doubled(
    file_db: Database, tmp_path: Path
) -> None:
    with mock_platform(tmp_path, SCRIPT) as address:
        url = file_db.engine.url.render_as_string(hide_password=False)
        run = CommandLine(
            home=tmp_path,
            settings={
                "SUNWAI_DATABASE_URL": url,
                "SUNWAI_MOCK_TOKEN": TOKEN,
                "SUNWAI_SCHEDULE_LEASE_SECONDS": "3",
                "SUNWAI_SCHEDULE_ASSESS_SECONDS": "1",
                "SUNWAI_SERVICE_LEVEL_SWEEP_MINUTES": "1",
                "SUNWAI_LOG_LEVEL": "error",
            },
        )
        run.done("init")
        words = ("sources", "add", "live", "--platform", "mock", "--mode", "api")
        assert run(*words, "--address", address).code == 0

        # The first is killed in the middle of its sweep, the second in the middle of judging.
        first = run.start("schedule")
        assert wait_for(lambda: count(file_db, "SELECT count(*) FROM comment") > 0)
        kill_now(first)
        kept = count(file_db, "SELECT count(*) FROM comment")
        second = run.start("schedule")
        assert wait_for(lambda: count(file_db, "SELECT count(*) FROM assessment") > 0)
        kill_now(second)
        judged = count(file_db, "SELECT count(*) FROM assessment")
        third = run.start("schedule")
        try:
            whole = wait_for(
                lambda: (
                    count(file_db, "SELECT count(*) FROM assessment") >= COMMENTS
                    and count(file_db, "SELECT count(*) FROM job_run WHERE state = 'running'") == 0
                ),
                seconds=150,
            )
        finally:
            third.terminate()
            printed, _ = third.communicate(timeout=60)
        assert whole, (kept, judged, printed)

    assert kept < COMMENTS or judged < COMMENTS, "nothing was killed in its middle"
    assert third.returncode == 0, printed
    with file_db.read() as tx:
        assert comments.count_comments(tx) == COMMENTS
        assert assessments.count_to_assess(tx) == 0
        assert tx.execute(text("SELECT count(*) FROM revision")).scalar_one() == COMMENTS
        done = sweeps.list_sweeps(tx)
        assert any(s.outcome is SweepOutcome.COMPLETE and s.tally.read >= COMMENTS for s in done)
        assert all(s.outcome is not SweepOutcome.RUNNING for s in done)
        lease = jobs.lease_until(tx, "scheduler")
    double = "SELECT count(*) FROM (SELECT revision_id FROM assessment GROUP BY revision_id "
    assert count(file_db, double + "HAVING count(*) > 1) twice") == 0
    assert lease is not None


def test_only_one_of_two_schedulers_works(file_db: Database, tmp_path: Path) -> None:
    url = file_db.engine.url.render_as_string(hide_password=False)
    settings = {"SUNWAI_DATABASE_URL": url, "SUNWAI_SCHEDULE_LEASE_SECONDS": "3"}
    run = CommandLine(home=tmp_path, settings=settings)
    run.done("init")
    both = [run.start("schedule"), run.start("schedule")]
    try:
        lease = "SELECT count(*) FROM lease WHERE name = 'scheduler'"
        assert wait_for(lambda: count(file_db, lease) == 1)
        time.sleep(5)  # more than a lease: the second has asked for it by now
    finally:
        for process in both:
            process.terminate()
        told = [process.communicate(timeout=60)[0] for process in both]
    assert sum("scheduler leads" in out for out in told) == 1, told
    assert sum("scheduler lost" in out for out in told) == 0, told
