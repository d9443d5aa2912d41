"""Slots come from the schedule and not from the moment; a slot runs once, also after a kill."""

from __future__ import annotations

import io
import sys
import threading
from datetime import UTC, date, datetime, time, timedelta

import pytest

from data.db import Database
from data.model import JobState
from data.store import jobs as rows
from sunwai import logs
from sunwai.lanes import live_slot
from sunwai.ledger import Ledger
from sunwai.schedule import last_report_day
from tests.builders import NOW, a_source, minutes
from tests.tables import a_database


class Clock:
    """A clock that moves only when it is told to."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.mark.parametrize(
    ("at", "minute", "slot"),
    [
        ("07:00:00", 30, "07:00"),
        ("07:29:59", 30, "07:00"),
        ("07:30:00", 30, "07:30"),
        ("07:31:00", 1, "07:31"),
        ("23:59:59", 45, "23:15"),
    ],
)
def test_the_slot_of_a_sweep_is_the_interval_that_now_falls_into(
    at: str, minute: int, slot: str
) -> None:
    db = a_database()
    with db.write() as tx:
        source = a_source(tx, sweep_minutes=minute)
    now = datetime.combine(date(2026, 6, 1), time.fromisoformat(at), UTC)
    assert live_slot(source, now).name == f"{source.id}@2026-06-01T{slot}+00:00"


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-06-01T20:59:59+00:00", date(2026, 5, 31)),  # 01:59:59 of 2 June in Karachi
        ("2026-06-01T21:00:00+00:00", date(2026, 6, 1)),  # 02:00:00: yesterday is due
        ("2026-06-01T18:59:59+00:00", date(2026, 5, 31)),
        ("2026-06-01T19:00:00+00:00", date(2026, 5, 31)),  # midnight, but not yet two
    ],
)
def test_yesterdays_report_is_due_once_the_nightly_hour_has_come(now: str, day: date) -> None:
    at = datetime.fromisoformat(now)
    assert last_report_day(at, time(2), "Asia/Karachi") == day


def test_logging_goes_on_when_standard_error_was_replaced_and_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", first)
    logs.set_up("info")
    first.close()
    monkeypatch.setattr(sys, "stderr", second)
    logs.logger().error("job failed", text="never shown")
    assert "job failed" in second.getvalue() and "never shown" not in second.getvalue()


def ledger(db: Database, clock: Clock, owner: str = "a") -> Ledger:
    return Ledger(db=db, owner=owner, clock=clock, beat_seconds=0.01)


def test_a_slot_runs_once(db: Database) -> None:
    ran: list[str] = []
    for owner in ("a", "b"):
        ledger(db, Clock(), owner).run_once("collect", "s1", lambda: ran.append("x"))
    assert ran == ["x"]


def test_what_a_job_raises_is_recorded_and_the_slot_may_run_again(db: Database) -> None:
    def fails() -> None:
        raise ValueError("platform is away")

    assert not ledger(db, Clock()).run_once("collect", "s1", fails)
    with db.read() as tx:
        (run,) = rows.job_runs(tx)
    assert (run.state, run.error) == (JobState.FAILED, "ValueError: platform is away")
    assert ledger(db, Clock()).run_once("collect", "s1", lambda: None)


def test_a_killed_run_is_taken_over_once_its_beat_is_stale(db: Database) -> None:
    with db.write() as tx:
        rows.claim_slot(tx, "report", "2026-06-01", "dead", now=NOW)
    ran: list[str] = []
    for at, expected in ((30, 0), (59, 0), (60, 1), (61, 1)):
        clock = Clock(NOW + timedelta(seconds=at))
        ledger(db, clock).run_once("report", "2026-06-01", lambda: ran.append("x"))
        assert len(ran) == expected


def test_a_long_run_beats_so_that_nobody_takes_it_over(file_db: Database) -> None:
    clock, beaten, done = Clock(), threading.Event(), threading.Event()

    def body() -> None:
        clock.at = NOW + minutes(5)
        with file_db.read() as tx:
            pass
        for _ in range(500):
            with file_db.read() as tx:
                if rows.job_runs(tx)[0].beat_at == NOW + minutes(5):
                    beaten.set()
                    return
            done.wait(0.01)

    assert ledger(file_db, clock).run_once("report", "d", body)
    assert beaten.is_set()
