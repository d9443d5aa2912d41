"""The pages besides the queue, in a real browser: lists, import, outbox, undo, stored scripts."""

from __future__ import annotations

import re
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from data.model import EnforcementState, Role
from data.store import outbox
from moderation.carrying_out.enforce import carry_out_decisions
from sunwai.importer import HouseImporter
from sunwai.settings import load
from sunwai.wiring import House
from tests.browser.access import WIDE, axe, sideways
from tests.browser.conftest import Site, Watch, sign_in
from tests.builders import NOW
from tests.tables import a_database
from tests.unit.pages_helpers import Office, an_office

EXPORTS = Path(__file__).parents[1] / "fixtures" / "exports"
HOSTILE = "<img src=x onerror='window.stolen=7'>.csv"
PAGES = {
    Role.OFFICER: ("/comments", "/decisions", "/outbox", "/feedback", "/sources"),
    Role.SENIOR: ("/themes", "/duty", "/reports"),
    Role.AUDITOR: ("/log",),
    Role.ADMINISTRATOR: ("/settings",),
}


@dataclass
class Place:
    """A running server over an office; the clock stands still at NOW."""

    office: Office
    site: Site
    seen: list[str] = field(default_factory=list[str])


@pytest.fixture
def place(tmp_path: Path) -> Generator[Place]:
    db = a_database(f"sqlite:///{tmp_path}/sunwai.db")
    house = House(settings=load({"SUNWAI_HOME": str(tmp_path)}), clock=lambda: NOW)
    house.__dict__["db"] = db  # the cached property, filled with the office's own
    office = an_office(
        tmp_path, db=db, importer=HouseImporter(house=house), files_folder=house.settings.files
    )
    carry_out_decisions(db, {}, owner="test", clock=lambda: NOW)
    server = make_server("127.0.0.1", 0, office.server, threaded=True)
    site = Site(url=f"http://127.0.0.1:{server.server_port}", db=db, source=office.source)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Place(office=office, site=site)
    server.shutdown()
    thread.join()
    server.server_close()
    db.close()


def enter(page: Page, place: Place, role: Role, to: str) -> Watch:
    watch = sign_in(page, place.site, role.value, to)
    page.wait_for_selector(".page h1")
    return watch


def go(page: Page, place: Place, to: str) -> None:
    page.goto(place.site.url + to)
    page.wait_for_selector(".page h1")


def total(page: Page) -> int:
    text = page.inner_text("#list-total")
    return int(re.sub(r"\D", "", text))


@pytest.mark.parametrize("role", list(PAGES))
def test_every_page_draws_for_its_role_passes_axe_and_fits_a_narrow_window(
    page: Page, place: Place, role: Role
) -> None:
    watch = enter(page, place, role, PAGES[role][0])
    for path in PAGES[role]:
        page.set_viewport_size(WIDE)
        if path != PAGES[role][0]:
            go(page, place, path)
        page.wait_for_load_state("networkidle")
        assert axe(page) == [], path
        page.set_viewport_size({"width": 360, "height": 800})
        assert sideways(page) == [], path
    assert page.evaluate("() => window.stolen") is None
    watch.nothing_odd()


def test_number_on_the_feedback_page_opens_as_many_comments(page: Page, place: Place) -> None:
    enter(page, place, Role.MANAGER, "/feedback")
    link = page.locator("a.tile", has_text="Flagged")
    number = int(link.locator(".tile-value").inner_text())
    link.click()
    page.wait_for_url("**/comments?**")
    expect(page.locator("#list-total")).to_have_text(f"{number} comments")
    expect(page.locator("article.row")).to_have_count(number)


def test_point_of_the_chart_opens_its_day(page: Page, place: Place) -> None:
    enter(page, place, Role.MANAGER, "/feedback")
    page.wait_for_selector("#volume .point")
    href = page.evaluate(
        """() => {
          const links = [];
          window.sunwai.goTo = (to) => links.push(to);
          const points = [{ pointIndex: 28, curveNumber: 2 }];
          const all = JSON.parse(JSON.stringify(Array(30).fill(["a", "b", "c", "d"])));
          window.dash_clientside.sunwai_pages.open_point({ points }, all);
          return links[0];
        }"""
    )
    assert href == "c"


def test_officer_filters_and_searches_in_urdu(page: Page, place: Place) -> None:
    watch = enter(page, place, Role.OFFICER, "/comments")
    everything = total(page)
    page.fill("input[name=words]", "پاني")  # with the Arabic yeh
    page.click("text=Show")
    expect(page.locator("#list-total")).to_have_text("1 comment")
    expect(page.locator("article .comment-text").first).to_have_attribute("dir", "rtl")
    page.click("text=Clear")
    expect(page.locator("#list-total")).to_have_text(f"{everything} comments")
    watch.nothing_odd()


def test_filter_chosen_twice_in_an_address_stays_chosen(page: Page, place: Place) -> None:
    enter(page, place, Role.OFFICER, "/comments")
    go(page, place, "/comments?flag=flagged&flag=severe")
    before = total(page)
    page.click("text=Show")
    asked = page.evaluate("() => window.location.search")  # the form wrote it as it was pressed
    assert asked == "?flag=flagged&flag=severe" and total(page) == before


def test_vile_words_are_unmasked_only_in_the_history(page: Page, place: Place) -> None:
    enter(page, place, Role.OFFICER, "/comments")
    assert "donkeys" not in page.inner_text(".page")
    page.locator("article", has_text="nobody answers").get_by_text("History").click()
    page.wait_for_selector("h1:has-text('One comment')")
    assert "donkeys" not in page.inner_text(".page")
    page.click("text=Show as written")
    expect(page.locator("text=You donkeys").first).to_be_visible()


def test_senior_undoes_after_a_question_and_the_page_shows_it(page: Page, place: Place) -> None:
    watch = enter(page, place, Role.SENIOR, "/decisions")
    card = page.locator("article", has_text="No water in Ward 7")
    page.once("dialog", lambda d: d.dismiss())
    card.get_by_role("button", name="Undo").click()
    expect(card.get_by_text("Kept")).to_be_visible()
    page.once("dialog", lambda d: d.accept())
    card.get_by_role("button", name="Undo").click()
    expect(card.get_by_text("Undone")).to_be_visible()
    expect(card.get_by_role("button", name="Undo")).to_have_count(0)
    watch.nothing_odd()


def test_work_by_hand_is_confirmed_in_the_outbox(page: Page, place: Place) -> None:
    watch = enter(page, place, Role.OFFICER, "/outbox")
    expect(page.locator("#list-total")).to_have_text("2 actions")
    page.on("dialog", lambda d: d.accept())
    page.get_by_role("button", name="Done by hand").first.click()
    expect(page.locator("#list-total")).to_have_text("1 action")
    with place.site.db.read() as tx:
        assert outbox.state_counts(tx)[EnforcementState.CONFIRMED.value] == 1
    watch.nothing_odd()


def test_held_action_counts_down(page: Page, place: Place) -> None:
    enter(page, place, Role.OFFICER, "/outbox")
    page.evaluate(
        """() => {
          const made = document.createElement("span");
          made.id = "probe";
          made.append(document.createElement("span"));
          made.setAttribute("data-until", new Date(Date.now() + 119000).toISOString());
          document.body.append(made);
        }"""
    )
    expect(page.locator("#probe")).to_have_text(re.compile(r"1 min \d+ s left"))


def choose_file(page: Page, name: str, body: bytes) -> None:
    page.wait_for_selector(".import-form")
    file: Any = {"name": name, "mimeType": "text/csv", "buffer": body}
    page.set_input_files("input[type=file]", file)
    page.select_option("select[name=source]", label="Water on Instagram (Instagram)")
    page.fill("input[name=captured]", "2026-06-20T10:00")
    page.click("text=Look at the file")


def test_file_is_looked_at_then_taken(page: Page, place: Place) -> None:
    watch = enter(page, place, Role.ADMINISTRATOR, "/sources")
    choose_file(page, HOSTILE, (EXPORTS / "exportcomments_instagram.csv").read_bytes())
    page.wait_for_selector("h3:has-text('This is')")
    assert HOSTILE in page.inner_text("#import")
    expect(page.locator("#import .comment-text[dir=rtl]").first).to_be_visible()
    page.click("text=Import into")
    page.wait_for_selector("h3:has-text('The file is in')")
    page.click("text=Bring in another file")
    expect(page.locator("table", has_text=HOSTILE).first).to_be_visible()
    assert page.evaluate("() => window.stolen") is None
    watch.nothing_odd()


def test_file_that_is_no_export_is_refused_with_a_sentence(page: Page, place: Place) -> None:
    watch = enter(page, place, Role.OFFICER, "/sources")
    choose_file(page, "odd.csv", b"a lone line\n")
    expect(page.locator("#import .form-answer")).to_contain_text("odd.csv is not an export")
    watch.nothing_odd(but="422")


def test_auditor_checks_the_chain(page: Page, place: Place) -> None:
    watch = enter(page, place, Role.AUDITOR, "/log")
    page.click("text=Check the whole chain")
    expect(page.locator(".form-answer")).to_contain_text("The chain holds")
    watch.nothing_odd()


def test_theme_is_renamed_on_the_desk(page: Page, place: Place) -> None:
    watch = enter(page, place, Role.MANAGER, "/themes")
    page.click("text=Rename or edit terms")
    page.fill("input[name=title_en]", "Drinking water")
    page.click("text=Save")
    expect(page.locator("h3", has_text="Drinking water")).to_be_visible()
    watch.nothing_odd()


def test_session_that_ended_leads_to_the_sign_in(page: Page, place: Place) -> None:
    enter(page, place, Role.SENIOR, "/decisions")
    page.context.clear_cookies(name="sunwai")
    page.on("dialog", lambda d: d.accept())
    page.get_by_role("button", name="Undo").first.click()
    page.wait_for_url("**/sign-in?next=**")
