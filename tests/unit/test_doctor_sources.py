"""What the doctor says of the connections: missing accesses, stops, alerts, shut allowances."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from data import schema
from data.budgets import Allowance
from data.model import ErrorClass, Platform, Source
from data.store import sources
from data.store.alerts import AlertKind, raise_alert
from data.store.budgets import keep_allowance
from sunwai.credentials import Part
from sunwai.doctor import Finding, examine
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
