"""Closing a source: swept no more, its comments stay, told with its reason, and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data.model import Closure, Role, Source, SweepKind
from data.store import alerts, audit, sources
from data.store.alerts import AlertKind
from sunwai.collecting import to_sweep
from sunwai.settings import load
from sunwai.wiring import House
from tests.builders import NOW
from tests.tables import count_comments
from tests.unit.pages_helpers import Office, an_office
from tests.unit.test_pages_lists import texts

CLOSE = "/api/sources/close"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


def close(office: Office, shut: str = "yes", why: str = "The page was given up.") -> int:
    body = {"source": str(office.source.id), "close": shut, "why": why}
    return office.post(Role.ADMINISTRATOR, CLOSE, body).status_code


def source(office: Office) -> Source:
    with office.db.read() as tx:
        found = sources.source_by_id(tx, office.source.id)
    assert found is not None
    return found


def verbs(office: Office) -> list[str]:
    with office.db.read() as tx:
        return [e.verb for e in audit.entries(tx, limit=20)]


def test_closing_needs_a_reason_and_is_noted_once(office: Office) -> None:
    assert close(office, why=" ") == 400 and source(office).closed is None
    assert close(office) == 200 and close(office) == 200
    standing = source(office).closed
    assert standing is not None and standing.why == "The page was given up."
    assert standing.by == office.users[Role.ADMINISTRATOR].pseudonym
    assert verbs(office).count("source.close") == 1


def test_a_closed_source_keeps_its_comments_and_calls_for_nobody(office: Office) -> None:
    with office.db.write() as tx:
        alerts.raise_alert(tx, office.source.id, AlertKind.EXPIRY, "ends", now=NOW)
        before = count_comments(tx)
    close(office)
    with office.db.read() as tx:
        assert alerts.open_alerts(tx) == [] and count_comments(tx) == before


def test_a_closed_source_is_told_on_the_page_with_its_reason(office: Office) -> None:
    close(office)
    told = "".join(texts(office.drawn(Role.OFFICER, "/sources")))
    assert "The page was given up." in told and "Its comments stay." in told
    drawn = office.page(Role.ADMINISTRATOR, "/sources")
    assert "Open it again" in drawn


def test_it_is_opened_again_and_both_times_stay_on_record(office: Office) -> None:
    close(office)
    assert close(office, "no") == 200 and close(office, "no") == 200
    found = source(office)
    assert found.closed is None and len(found.closures) == 1
    assert found.closures[0].until is not None
    assert verbs(office).count("source.reopen") == 1


def test_only_an_administrator_closes_and_a_closed_one_cannot_be_resumed(office: Office) -> None:
    body = {"source": str(office.source.id), "close": "yes", "why": "because"}
    for role in (Role.OFFICER, Role.SENIOR, Role.MANAGER, Role.AUDITOR):
        assert office.post(role, CLOSE, body).status_code == 403
    close(office)
    body = {"source": str(office.source.id), "paused": "no"}
    assert office.post(Role.ADMINISTRATOR, "/api/sources/pause", body).status_code == 409


def test_a_closed_source_is_not_swept(tmp_path: Path, office: Office) -> None:
    house = House(settings=load({"SUNWAI_HOME": str(tmp_path)}), clock=lambda: NOW)
    assert to_sweep(house, office.source, SweepKind.LIVE)
    shut = Closure(since=NOW - timedelta(days=1), by="admin-1", why="x")
    assert not to_sweep(house, replace(office.source, closures=(shut,)), SweepKind.LIVE)
