"""The interface in Urdu in a real browser, and a net for texts that never reached the catalogue."""

from __future__ import annotations

import threading
from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from werkzeug.serving import make_server

from dashboard.signing_in.security import ROLE_PAGES
from dashboard.words import known
from data.model import Role
from data.store.choices import keep_choice
from moderation.carrying_out.enforce import carry_out_decisions
from tests.browser.access import axe
from tests.browser.conftest import (
    Site,
    Watch,
    all_saved,
    is_noticed,
    sign_in,
    window_is_filled,
)
from tests.builders import NOW
from tests.pseudo import COLLECT, WORDS_SCRIPT, Pseudo, is_unsaid
from tests.tables import a_database
from tests.unit.pages_helpers import Office, an_office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    db = a_database(f"sqlite:///{tmp_path}/sunwai.db")
    made = an_office(tmp_path, db=db)
    carry_out_decisions(db, {}, owner="test", clock=lambda: NOW)
    return made


@pytest.fixture
def place(office: Office) -> Generator[Site]:
    server = make_server("127.0.0.1", 0, office.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    yield Site(url=url, db=office.db, source=office.source)
    server.shutdown()
    thread.join()
    server.server_close()
    office.db.close()


def in_urdu(office: Office, *roles: Role) -> None:
    with office.db.write() as tx:
        for role in roles:
            keep_choice(tx, office.users[role].id, "language", "ur", now=NOW)


def signed_in(page: Page, place: Site, role: Role, to: str) -> Watch:
    return sign_in(page, place, role.value, to)


def drawn(page: Page) -> None:
    """Waits until the page has its heading and asks for nothing more."""
    page.wait_for_selector("h1, #desk > *")
    page.wait_for_load_state("networkidle")


# ------------------------------------------------------------------------------ choosing


def test_switch_in_the_corner_turns_the_page_to_urdu_and_back(
    page: Page, place: Site, office: Office
) -> None:
    watch = signed_in(page, place, Role.SENIOR, "/feedback")
    page.click("#switch-tongue")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("h1")).to_have_text("عوامی رائے")
    is_noticed(page, "آپ کا انتخاب محفوظ ہو گیا")
    expect(page.locator("#switch-tongue")).to_be_focused()
    page.click("#switch-tongue")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    expect(page.locator("h1")).to_have_text("Feedback")
    watch.nothing_odd()


def test_switch_of_colours_turns_dark_and_light_again(page: Page, place: Site) -> None:
    signed_in(page, place, Role.MANAGER, "/me")
    page.click("#switch-theme")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.click("#switch-theme")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_choice_on_the_desk_is_made_by_keyboard_and_shown_at_once(page: Page, place: Site) -> None:
    signed_in(page, place, Role.OFFICER, "/me")
    page.focus("#choose-calendar-hijri")
    page.keyboard.press("Enter")
    expect(page.locator("#choose-calendar-hijri")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("time .hijri")).to_have_text("15 Dhu al-Hijjah 1447")
    expect(page.locator("#choose-calendar-hijri")).to_be_focused()


@pytest.mark.parametrize("language", ["en", "ur"])
def test_your_desk_breaks_no_rule_of_access(
    page: Page, place: Site, office: Office, language: str
) -> None:
    with office.db.write() as tx:
        keep_choice(tx, office.users[Role.OFFICER].id, "language", language, now=NOW)
    signed_in(page, place, Role.OFFICER, "/me")
    drawn(page)
    assert axe(page) == []


# ------------------------------------------------------------------------------ dates in scripts


def test_script_writes_times_as_the_server_does(page: Page, place: Site, office: Office) -> None:
    with office.db.write() as tx:
        user = office.users[Role.OFFICER].id
        for name, value in (("language", "ur"), ("calendar", "hijri"), ("digits", "urdu")):
            keep_choice(tx, user, name, value, now=NOW)
    signed_in(page, place, Role.OFFICER, "/me")
    said = page.evaluate(
        "() => [sunwai.span(11400), sunwai.number(1234.5, 1),"
        " sunwai.instant('2026-11-22T04:05:06Z'), sunwai.ago('2026-11-22T04:00:00Z',"
        " Date.parse('2026-11-22T04:12:00Z'))]"
    )
    assert said == [
        "۳ گھنٹے ۱۰ منٹ",
        "۱,۲۳۴.۵",
        "۲۲ نومبر ۲۰۲۶ ۰۹:۰۵ · ۱۲ جمادی الثانی ۱۴۴۸",
        "\u2068۱۲ منٹ\u2069 پہلے",
    ]


# ------------------------------------------------------------------------------ the net


@pytest.mark.parametrize("role", list(Role))
def test_no_page_shows_a_text_that_did_not_go_through_the_catalogue(
    page: Page, place: Site, office: Office, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_urdu(office, role)
    monkeypatch.setitem(known, "ur", Pseudo())

    def brackets(route: Route) -> None:
        route.fulfill(body=WORDS_SCRIPT, content_type="text/javascript")

    page.route("**/words/*.js", brackets)
    paths = [p for p, roles in ROLE_PAGES.items() if role in roles and (p == "/" or p[-1] != "/")]
    names = {user.display for user in office.users.values()}
    signed_in(page, place, role, "/me")
    told: dict[str, list[str]] = {}
    for path in paths:
        page.goto(place.url + path)
        drawn(page)
        found = unsaid_in(page, KEYS.get(path, ()))
        if found - names:
            told[path] = sorted(found - names)
    assert told == {}


KEYS = {"/queue": ("?", "d", "s", "c", "e", "t", "o", "h", "p", "x", "w", "u")}
"""Keys that open something on a page; each is pressed and its panel is read too."""


def unsaid_in(page: Page, keys: tuple[str, ...]) -> set[str]:
    """What the page shows that was not said, before any key and after each."""
    if keys:
        page.wait_for_selector("#desk #card, #desk .empty-mark")
    found: set[str] = {said for said in page.evaluate(COLLECT) if is_unsaid(said)}
    for key in keys:
        page.keyboard.press(key)
        all_saved(page)
        window_is_filled(page)
        found |= {f"{key}: {said}" for said in page.evaluate(COLLECT) if is_unsaid(said)}
        page.keyboard.press("Escape")
    return found
