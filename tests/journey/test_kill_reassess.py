"""Judging again, killed in any page: what was committed stays, the next run does the rest."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from data.db import Database
from data.documents import DocumentKind
from data.model import Role
from data.store import audit, reassessments
from moderation.learning.drafts import approve, make_draft
from sunwai import jobs
from sunwai.setting_up import set_up
from tests.builders import NOW, a_collected, a_source, a_user, keep
from tests.journey.again_child import BATCH
from tests.journey.command_line import ROOT
from tests.journey.report_child import house_at

COUNT = 45
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def home(file_db: Database, tmp_path: Path) -> Path:
    """A home with judged comments and a newer policy that nothing was judged by yet."""
    house = house_at(tmp_path, file_db.url, NOW)
    set_up(house)
    with file_db.write() as tx:
        source = a_source(tx)
        for n in range(COUNT):
            keep(tx, source, a_collected(f"Lamp {n} dark"))
    assert jobs.assess_new(house).assessed == COUNT
    with file_db.write() as tx:
        drafter, approver = a_user(tx, "a", Role.ADMINISTRATOR), a_user(tx, "b", Role.SENIOR)
        policy = DocumentKind.POLICY
        version = make_draft(tx, policy, "[queue]\nspam = 0.7\n", by=drafter, now=NOW)
        approve(tx, policy, version, by=approver, now=NOW, reason="An invented reason.")
    house.db.close()
    return tmp_path


def child(home: Path, url: str, minutes: int, killed_at: int) -> tuple[int, str]:
    now = (LATER + timedelta(minutes=minutes)).isoformat()
    command = [sys.executable, "-m", "tests.journey.again_child", str(home), url, now]
    done = subprocess.run(
        [*command, str(killed_at)], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode in (0, -9), done.stderr
    return done.returncode, done.stdout.strip()


def state(db: Database) -> tuple[int, int, int, bool]:
    """Comments judged by the new policy, all assessments, progress, whether the run has ended."""
    with db.read() as tx:
        new = tx.execute(
            text(
                "SELECT count(*) FROM comment c JOIN assessment a ON a.id = c.assessment_id "
                "WHERE a.policy_version = 2"
            )
        ).scalar_one()
        every = tx.execute(text("SELECT count(*) FROM assessment")).scalar_one()
        run = reassessments.newest(tx)
    assert run is not None and run.total == COUNT
    return new, every, run.done, run.ended_at is not None


@pytest.mark.parametrize("at", [1, 3, 5])
def test_killed_in_any_page_it_is_gone_on_with_and_each_is_judged_once(
    file_db: Database, home: Path, at: int
) -> None:
    code, _ = child(home, file_db.url, 0, at)
    assert code == -9
    whole_pages = (at - 1) * BATCH
    assert state(file_db) == (whole_pages, COUNT + whole_pages, whole_pages, False)
    code, told = child(home, file_db.url, 5, 0)
    assert (code, told) == (0, f"{COUNT - whole_pages} 0")
    assert state(file_db) == (COUNT, 2 * COUNT, COUNT, True)
    code, told = child(home, file_db.url, 10, 0)
    assert (code, told) == (0, "0 0")
    with file_db.read() as tx:
        assert audit.verify_chain(tx).broken_at is None
        verbs = [e.verb for e in audit.entries(tx) if e.verb.startswith("assess_again")]
    assert verbs == ["assess_again.end", "assess_again.begin"]
