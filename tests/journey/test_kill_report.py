"""The nightly report killed in the middle of its writing is made by the next run, byte for byte."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.report.files import is_whole
from data.day import local_day
from data.db import Database
from data.model import Flag, JobState
from data.store import audit, jobs
from data.store.reports import list_reports
from tests.builders import NOW, a_collected, a_judgement, a_source, assess, keep
from tests.journey.command_line import ROOT
from tests.journey.report_child import ZONE, house_at

DAY = local_day(NOW, ZONE)
NIGHT = NOW.replace(hour=21, minute=0) + timedelta(minutes=1)  # 02:01 of the next day in Karachi


@pytest.fixture
def home(file_db: Database, tmp_path: Path) -> Path:
    """A home whose database holds a day with comments, some flagged."""
    house = house_at(tmp_path, file_db.url, NOW - timedelta(days=1))
    from sunwai.setting_up import set_up

    set_up(house)
    house.db.close()
    with file_db.write() as tx:
        source = a_source(tx)
        for n in range(12):
            comment = keep(tx, source, a_collected(f"The water came {n} hours late."))
            assess(tx, comment, a_judgement(Flag.FLAGGED if n % 4 == 0 else Flag.NONE))
    return tmp_path


def make(home: Path, url: str, killed_at: int) -> int:
    """One nightly tick in a process of its own; killed at its n-th file, if there is one."""
    command = [sys.executable, "-m", "tests.journey.report_child", str(home), url]
    done = subprocess.run(
        [*command, NIGHT.isoformat(), str(killed_at)], cwd=ROOT, check=False, capture_output=True
    )
    assert killed_at or done.returncode == 0, done.stderr.decode()
    return done.returncode


@pytest.mark.parametrize("at", [1, 4, 6, 7])
def test_a_report_killed_while_it_is_written_comes_out_the_same_at_the_next_run(
    file_db: Database, home: Path, at: int
) -> None:
    folder = home / "var" / "reports" / DAY.isoformat()
    assert make(home, file_db.url, at) == -9
    assert not folder.exists() or is_whole(folder)
    before = read(folder)
    later = house_at(home, file_db.url, NIGHT + timedelta(minutes=5))
    from sunwai.schedule import Scheduler

    Scheduler(later).report_due()
    later.db.close()
    assert is_whole(folder)
    after = read(folder)
    assert not before or before == after
    with file_db.read() as tx:
        kept = [r for r in list_reports(tx) if r.day == DAY]
        (run,) = jobs.job_runs(tx, job="report")
        chain = audit.verify_chain(tx)
    assert len(kept) == 1
    assert (run.state, run.attempt) == (JobState.DONE, 2)
    assert chain.broken_at is None
    # What nobody ever cut off has the same bytes.
    whole = house_at(home, file_db.url, NIGHT + timedelta(minutes=10))
    from sunwai.jobs import report_day

    report_day(whole, DAY, home / "again")
    whole.db.close()
    assert read(home / "again") == after


def read(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()} if folder.exists() else {}
