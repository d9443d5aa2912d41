"""Instagram's own token of sixty days is renewed on the fiftieth, and no sooner."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from data.model import Platform, Source
from sunwai import network
from sunwai.clock import now as wall_clock
from sunwai.credentials import Part
from sunwai.rehearsal.server import Serving, serve
from sunwai.rehearsal.wire import Answer, Asked
from sunwai.renewal import is_due, renew_instagram
from sunwai.settings import load
from sunwai.wiring import House
from tests.builders import NOW, a_source
from tests.collect_helpers import Clock
from tests.secret_search import traces
from tests.tables import make_tables

TOKEN, FRESH = "invented-instagram-token-of-old", "invented-instagram-token-anew"
DAY = timedelta(days=1)


class InstagramsOwn:
    """What graph.instagram.com answers to a renewal."""

    name = "instagram"
    refuses = False
    babbles = False

    def answer(self, asked: Asked, now: object) -> Answer:
        if self.babbles:
            return Answer(body=b"[" * 200_000)
        good = asked.path == "/refresh_access_token" and asked.query == {
            "grant_type": "ig_refresh_token",
            "access_token": TOKEN,
        }
        if self.refuses or not good:
            return Answer(status=400, body={"error": {"code": 190}})
        return Answer(body={"access_token": FRESH, "expires_in": 60 * 86400})


@contextmanager
def serving() -> Generator[Serving]:
    with serve(InstagramsOwn(), clock=wall_clock) as platform:
        yield platform


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(network, "INSTAGRAM_HOST", "127.0.0.1")
    found = House(settings=load({"SUNWAI_HOME": str(tmp_path)}), clock=Clock())
    make_tables(found.db)
    return found


def a_page(house: House, address: str = "http://127.0.0.1:1/v26.0") -> Source:
    with house.db.write() as tx:
        source = a_source(tx, platform=Platform.INSTAGRAM, account="1", address=address)
        house.lines.credentials.store(tx, source, Part.TOKEN, TOKEN, now=NOW)
    return source


@pytest.mark.parametrize(("days", "due"), [(0, False), (49.9, False), (50, True), (80, True)])
def test_a_stored_token_is_due_on_its_fiftieth_day(house: House, days: float, due: bool) -> None:
    source = a_page(house)
    house.clock = lambda: NOW + days * DAY
    assert is_due(house, source) == due


def test_a_token_by_facebooks_log_in_is_never_renewed_so(house: House) -> None:
    source = a_page(house, "https://graph.facebook.com/v26.0")
    house.clock = lambda: NOW + 55 * DAY
    assert not renew_instagram(house, source)


def test_the_new_token_is_sealed_and_due_again_fifty_days_later(house: House) -> None:
    with serving() as platform:
        source = a_page(house, platform.address + "/v26.0")
        assert not renew_instagram(house, source), "too young"
        house.clock = lambda: NOW + 50 * DAY
        assert renew_instagram(house, source)
        assert not renew_instagram(house, source)
        asked = len(platform.asked)
    kept = house.lines.credentials.of(source)[Part.TOKEN]
    assert (kept.value, kept.expires_at, asked) == (FRESH, NOW + 110 * DAY, 1)
    house.clock = lambda: NOW + 99.9 * DAY
    assert not is_due(house, source)
    house.clock = lambda: NOW + 100 * DAY
    assert is_due(house, source)
    assert traces([TOKEN, FRESH], db=house.db) == []


def test_a_renewal_that_is_refused_leaves_the_token_as_it_was(house: House) -> None:
    with serving() as platform:
        platform.rehearsal.refuses = True  # type: ignore[attr-defined]
        source = a_page(house, platform.address + "/v26.0")
        house.clock = lambda: NOW + 51 * DAY
        assert not renew_instagram(house, source)
    assert house.lines.credentials.of(source)[Part.TOKEN].value == TOKEN


def test_an_answer_of_nested_babble_leaves_the_token_as_it_was(house: House) -> None:
    with serving() as platform:
        platform.rehearsal.babbles = True  # type: ignore[attr-defined]
        source = a_page(house, platform.address + "/v26.0")
        house.clock = lambda: NOW + 51 * DAY
        assert not renew_instagram(house, source)
    assert house.lines.credentials.of(source)[Part.TOKEN].value == TOKEN
