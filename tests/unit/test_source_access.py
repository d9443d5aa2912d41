"""What the sources page and the first page tell of a connection that is not well."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dashboard.duty.today_figures import _alerts as alerts_of_today  # pyright: ignore
from dashboard.sources.access import alert_boxes, connection_of, facts, lane_table
from dashboard.sources.watching import state_of
from data.budgets import Allowance
from data.db import Database
from data.model import ErrorClass, Platform, Source, SourceMode, SweepKind, SweepOutcome, SweepTally
from data.store import sources, sweeps
from data.store.access import AccessCheck, keep_check
from data.store.alerts import AlertKind, raise_alert
from data.store.budgets import keep_allowance
from tests.builders import NOW, a_source, minutes
from tests.tables import a_database

ZONE = "Asia/Karachi"


@pytest.fixture
def db() -> Database:
    found = a_database()
    return found


def a_page(db: Database, **told: object) -> Source:
    with db.write() as tx:
        return a_source(tx, "page", platform=Platform.FACEBOOK, account="77", **told)


def words(db: Database, source: Source) -> str:
    with db.read() as tx:
        fresh = sources.source_by_id(tx, source.id)
        assert fresh is not None
        found = connection_of(tx, fresh)
    parts = [*alert_boxes(found), *(v for _, v in facts(found, ZONE, NOW))]
    return str(parts) + str(lane_table(found, ZONE, "page"))


def test_a_stopped_source_is_told_in_words_and_called_stopped(db: Database) -> None:
    source = a_page(db)
    with db.write() as tx:
        sources.stop_source(tx, source.id, ErrorClass.AUTH, "Expired.", now=NOW)
        raise_alert(tx, source.id, AlertKind.STOPPED, "Expired. Store a new token.", now=NOW)
        stopped = sources.source_by_id(tx, source.id)
        assert alerts_of_today(tx) == (("An invented page", (AlertKind.STOPPED,)),)
    assert stopped is not None and state_of(stopped, None, None, NOW) == ("Stopped", "bad")
    assert "Store a new token." in words(db, source)


def test_the_last_run_of_each_lane_is_told_with_what_went_wrong_and_when_it_comes_again(
    db: Database,
) -> None:
    source = a_page(db)
    with db.write() as tx:
        w = sweeps.begin_sweep(tx, source.id, SweepKind.WARM, now=NOW)
        sweeps.finish_sweep(
            tx, w, SweepOutcome.PARTIAL, SweepTally(), now=NOW, error="Slower.",
            error_class=ErrorClass.RATE, resume_at=NOW + minutes(30),
        )  # fmt: skip
    told = words(db, source)
    assert "Slower." in told and "12:30" in told and "broke off" in told
    assert told.count("not yet") == 4


def test_an_allowance_and_its_block_are_told_for_this_page_only(db: Database) -> None:
    source = a_page(db)
    with db.write() as tx:
        for account, used in (("77", 0.31), ("78", 0.99)):
            keep_allowance(
                tx,
                Allowance(
                    bucket=f"facebook:{account}:calls", used=used,
                    blocked_until=NOW + minutes(5), blocked_why="x", told_at=NOW,
                ),
            )  # fmt: skip
    told = words(db, source)
    assert "31% used" in told and "99%" not in told and "shut" in told


@pytest.mark.parametrize(
    ("ok", "problems", "word"),
    [(True, (), "works"), (True, ("x",), "reads only"), (False, ("x",), "does not work")],
)
def test_an_access_is_told_with_its_end(
    db: Database, ok: bool, problems: tuple[str, ...], word: str
) -> None:
    source = a_page(db)
    ends = NOW + timedelta(days=3)
    with db.write() as tx:
        keep_check(tx, AccessCheck(source_id=source.id, at=NOW, ok=ok, problems=problems,
                                   data_access_until=ends))  # fmt: skip
        keep_check(tx, AccessCheck(source_id=source.id, at=NOW + minutes(1), ok=None))
    told = words(db, source)
    assert word in told and "04 Jun 12:00" in told


def test_a_source_that_is_fed_by_files_has_no_lanes(db: Database) -> None:
    source = a_page(db, mode=SourceMode.EXPORT)
    with db.read() as tx:
        found = connection_of(tx, source)
    assert lane_table(found, ZONE, "page") is None and facts(found, ZONE, NOW) == []
