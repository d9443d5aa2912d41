"""What the doctor says of the connections: missing accesses, stops, alerts, shut allowances; of
jobs that failed, and of reports that were changed since they were made."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from data import schema
from data.budgets import Allowance
from data.model import ErrorClass, Platform, Source
from data.store import jobs, sources
from data.store.alerts import AlertKind, raise_alert
from data.store.budgets import keep_allowance
from sunwai.credentials import Part
from sunwai.doctor import Finding, examine
from sunwai.jobs import report_day
from sunwai.setting_up import set_up
from sunwai.settings import load
from sunwai.wiring import House
from tests.builders import NOW, a_collected, a_source, keep


@pytest.fixture
def house(tmp_path: Path) -> House:
    found = House(settings=load({"SUNWAI_HOME": str(tmp_path)}), clock=lambda: NOW)
    set_up(found)
    return found


def a_page(house: House) -> Source:
    with house.db.write() as tx:
        return a_source(tx, "page", platform=Platform.FACEBOOK, account="77")


def findings(house: House, what: str) -> list[Finding]:
    return [f for f in examine(house.settings, lambda: NOW) if f.what == what]


def test_a_page_without_an_access_is_told_with_what_to_store(house: House) -> None:
    source = a_page(house)
    (absent,) = findings(house, "access page")
    assert not absent.ok and "facebook takes token" in absent.told
    with house.db.write() as tx:
        house.lines.credentials.store(tx, source, Part.TOKEN, "invented", now=NOW)
    (there,) = findings(house, "access page")
    assert there.ok and "invented" not in there.told


def test_a_sealed_access_whose_key_is_lost_is_told(house: House, tmp_path: Path) -> None:
    source = a_page(house)
    with house.db.write() as tx:
        house.lines.credentials.store(tx, source, Part.TOKEN, "invented", now=NOW)
    other = load({"SUNWAI_HOME": str(tmp_path), "SUNWAI_SEALING_KEY": "another"})
    (told,) = [f for f in examine(other, lambda: NOW) if f.what == "access page"]
    assert not told.ok and "does not open" in told.told


def test_a_stopped_page_its_alerts_and_a_shut_allowance_are_told(house: House) -> None:
    source = a_page(house)
    with house.db.write() as tx:
        sources.stop_source(tx, source.id, ErrorClass.AUTH, "Expired.", now=NOW)
        raise_alert(tx, source.id, AlertKind.STOPPED, "Expired. Store another.", now=NOW)
        until = NOW + timedelta(minutes=5)
        keep_allowance(tx, Allowance(bucket="facebook:77:calls", blocked_until=until,
                                     blocked_why="Slower.", told_at=NOW))  # fmt: skip
    told = findings(house, "source page")
    assert [f.ok for f in told] == [False, False] and told[1].told == "Expired. Store another."
    (shut,) = findings(house, "allowance facebook:77:calls")
    assert shut.ok and "07:05 UTC: Slower." in shut.told


def test_a_queue_that_is_not_what_is_recorded_is_told_and_init_mends_it(house: House) -> None:
    source = a_page(house)
    with house.db.write() as tx:
        keep(tx, source, a_collected(external_id="1"))
        tx.execute(delete(schema.open_item))
    (wrong,) = findings(house, "queue")
    assert not wrong.ok and "sunwai init" in wrong.told
    set_up(house)
    (mended,) = findings(house, "queue")
    assert mended.ok


def ran(house: House, slot: str, error: str | None, job: str = "report") -> None:
    with house.db.write() as tx:
        assert jobs.claim_slot(tx, job, slot, "me", now=NOW)
        jobs.end_slot(tx, job, slot, "me", now=NOW, error=error)


def test_a_job_whose_newest_run_failed_is_told_until_one_ends_well(house: House) -> None:
    (well,) = findings(house, "jobs")
    assert well.ok
    ran(house, "2026-05-01", "DiskFull: no room")
    (ill,) = findings(house, "jobs")
    assert not ill.ok and "report 2026-05-01" in ill.told and "DiskFull: no room" in ill.told
    house.clock = lambda: NOW
    with house.db.write() as tx:
        assert jobs.claim_slot(tx, "report", "2026-05-02", "me", now=NOW + timedelta(days=1))
        jobs.end_slot(tx, "report", "2026-05-02", "me", now=NOW + timedelta(days=1), error=None)
    assert findings(house, "jobs")[0].ok


def test_a_report_that_is_not_as_it_was_made_is_told(house: House) -> None:
    day = (NOW - timedelta(days=1)).date()
    report_day(house, day)
    (whole,) = findings(house, "reports")
    assert whole.ok and "1 " in whole.told
    (house.settings.reports / day.isoformat() / "duty.csv").write_text("changed")
    (changed,) = findings(house, "reports")
    assert not changed.ok and f"sunwai report --day {day}" in changed.told


def test_a_report_in_whose_place_another_was_put_is_told(house: House) -> None:
    day = (NOW - timedelta(days=1)).date()
    folder = report_day(house, day).folder
    listed = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**listed, "files": []}))
    (changed,) = findings(house, "reports")
    assert not changed.ok and str(day) in changed.told


def test_a_report_that_was_carried_off_is_nobody_s_fault(house: House) -> None:
    day = (NOW - timedelta(days=1)).date()
    shutil.rmtree(report_day(house, day).folder)
    assert findings(house, "reports")[0].ok
