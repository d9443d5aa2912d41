"""The sources page in a real browser: closing a source and opening it again, in both tongues."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from data.model import Role
from data.store import alerts, sources
from data.store.alerts import AlertKind
from sunwai.importer import HouseImporter
from sunwai.settings import load
from sunwai.wiring import House
from tests.browser.access import axe
from tests.browser.conftest import Site
from tests.browser.serving import enter, read_in_urdu, served
from tests.builders import NOW
from tests.tables import a_database
from tests.unit.pages_helpers import Office, an_office

EXPORTS = Path(__file__).parents[1] / "fixtures" / "exports"


@dataclass
class Place:
    office: Office
    site: Site


@pytest.fixture
def place(tmp_path: Path) -> Generator[Place]:
    db = a_database(f"sqlite:///{tmp_path}/sunwai.db")
    house = House(settings=load({"SUNWAI_HOME": str(tmp_path)}), clock=lambda: NOW)
    house.__dict__["db"] = db  # the cached property, filled with the office's own
    office = an_office(
        tmp_path, db=db, importer=HouseImporter(house=house), files_folder=house.settings.files
    )
    with served(office) as site:
        yield Place(office=office, site=site)


def test_an_administrator_closes_a_source_with_a_reason_and_opens_it_again(
    page: Page, place: Place
) -> None:
    watch = enter(page, place.site, Role.ADMINISTRATOR, "/sources")
    card = page.locator(".panel.source", has_text="Water Agency")
    card.locator("summary", has_text="Close this source").click()
    card.get_by_label("Why it is closed").fill("The page was given up.")
    page.once("dialog", lambda d: d.accept())
    card.get_by_role("button", name="Close this source").click()
    expect(card.locator(".badge", has_text="Closed")).to_be_visible()
    expect(card).to_contain_text("The page was given up.")
    expect(page.locator("select[name=source] option", has_text="Water Agency")).to_have_count(0)
    page.once("dialog", lambda d: d.accept())
    card.get_by_role("button", name="Open it again").click()
    expect(card.locator(".badge", has_text="Watched")).to_be_visible()
    with place.site.db.read() as tx:
        found = sources.source_by_id(tx, place.office.source.id)
    assert found is not None and found.closed is None and len(found.closures) == 1
    watch.nothing_odd()


@pytest.mark.parametrize("tongue", ["en", "ur"])
def test_every_state_passes_axe_and_fits_a_narrow_window(
    page: Page, place: Place, tongue: str
) -> None:
    with place.site.db.write() as tx:
        told = "The access of page ended on 2026-05-30. Renew it and store the new one: sunwai "
        alerts.raise_alert(tx, place.office.source.id, AlertKind.EXPIRY,
                           f"{told}sources token page", now=NOW)  # fmt: skip
        sources.close_source(tx, place.office.feed.id, by="admin-1", why="given up", now=NOW)
    if tongue == "ur":
        read_in_urdu(place.office, Role.ADMINISTRATOR)
    watch = enter(page, place.site, Role.ADMINISTRATOR, "/sources")
    page.wait_for_selector(".import-form")
    page.evaluate("() => document.querySelectorAll('details').forEach((d) => (d.open = true))")
    page.wait_for_load_state("networkidle")
    assert axe(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    if tongue == "ur":
        assert "نئی محفوظ کریں" in page.inner_text(".banner.tone-bad")
    watch.nothing_odd()


def test_an_unknown_file_is_asked_about_and_taken_in_urdu(page: Page, place: Place) -> None:
    read_in_urdu(place.office, Role.OFFICER)
    watch = enter(page, place.site, Role.OFFICER, "/sources")
    page.wait_for_selector(".import-form")
    body = "when,who,what was said\n2026-05-20,احمد,پانی تین دن سے بند ہے\n".encode()
    file: Any = {"name": "odd.csv", "mimeType": "text/csv", "buffer": body}
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="فائل دیکھیں").click()
    expect(page.locator("#import h3")).to_have_text("ہر کالم کیا ہے؟")
    assert axe(page) == []
    page.get_by_label("what was said").select_option("text")
    page.get_by_role("button", name="پہلی قطاریں یوں دکھائیں").click()
    page.get_by_role("button", name="میں لائیں").click()
    expect(page.locator("#import h3")).to_have_text("فائل آ گئی ہے")
    watch.nothing_odd()
