"""Access before the sign-in and in every state of the desk, in both languages and both themes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from data.model import Role
from data.store import users
from data.store.choices import ChoiceName, keep_choice
from tests.browser.access import WIDE, barriers, sideways, themed
from tests.browser.conftest import Site, all_saved, keep_all, open_queue, sign_in, window_is_filled
from tests.browser.desk_data import SAID, plain_comments, say
from tests.browser.network import Caught, find_connection, lose_connection

TONGUES = ("en", "ur")
WINDOWS = ("d", "s", "c", "e", "h", "p", "?", "/")
WHAT_A_CARD_SHOWS = (0, 1, 3, 4, 6)


def speaks(site: Site, name: str, tongue: str) -> None:
    with site.db.write() as tx:
        user = users.user_by_name(tx, name)
        assert user is not None
        keep_choice(tx, user.id, ChoiceName.LANGUAGE, tongue, now=site.now())
        keep_choice(tx, user.id, ChoiceName.TOUR, "done", now=site.now())


def desk(page: Page, site: Site, tongue: str, *numbers: int) -> None:
    """The queue in this language with these comments, or an empty one."""
    with site.db.write() as tx:
        for number in numbers:
            say(tx, site.source, SAID[number], site.now())
    speaks(site, "nadia", tongue)
    page.set_viewport_size(WIDE)
    open_queue(page, site)
    assert page.get_attribute("html", "lang") == tongue


@pytest.mark.parametrize("tongue", TONGUES)
def test_nobody_is_kept_out_before_the_sign_in(page: Page, site: Site, tongue: str) -> None:
    page.set_viewport_size(WIDE)
    page.goto(f"{site.url}/sign-in?tongue={tongue}")
    assert page.get_attribute("html", "lang") == tongue
    found = {"sign-in": barriers(page)}
    page.fill("#name", "nadia")
    page.fill("#password", "not the password at all")
    page.click("button[type=submit]")
    page.wait_for_selector(".form-error")
    found["refused"] = barriers(page)
    speaks(site, "nadia", tongue)
    sign_in(page, site, "nadia", "/help")
    for path, name in (("/nowhere", "not found"), ("/settings", "not for this role")):
        page.goto(site.url + path)
        found[name] = barriers(page)
    assert {name: told for name, told in found.items() if told} == {}


@pytest.mark.parametrize("tongue", TONGUES)
def test_no_card_and_no_window_of_the_desk_keeps_anybody_out(
    page: Page, site: Site, tongue: str
) -> None:
    desk(page, site, tongue, *WHAT_A_CARD_SHOWS)
    found: dict[str, list[str]] = {}
    for place in range(len(WHAT_A_CARD_SHOWS)):
        found[f"card {place}"] = themed(page) + sideways(page)
        page.keyboard.press("j")
        all_saved(page)
    page.keyboard.press("k")
    for key in WINDOWS:
        page.keyboard.press(key)
        window = page.locator("dialog[open]")
        expect(window).to_be_visible()
        window_is_filled(page)
        found[f"window {key}"] = themed(page)
        page.keyboard.press("Escape")
        expect(window).to_have_count(0)
    assert {name: told for name, told in found.items() if told} == {}


@pytest.mark.parametrize("tongue", TONGUES)
def test_empty_toasting_failing_and_cut_off_desk_keeps_nobody_out(
    page: Page, site: Site, tongue: str
) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=409, json={"error": "Somebody else has decided this comment."})

    refused = Caught(page, "**/api/queue/decide*", refuse)
    plain_comments(site.db, site.source, 3, site.now())
    desk(page, site, tongue)
    found: dict[str, list[str]] = {}
    page.evaluate("() => window.sunwai.toast('Saved.', 'good')")
    page.evaluate("() => window.sunwai.toast('Not saved.', 'bad')")
    found["notices"] = themed(page)
    refused.begin()
    page.keyboard.press("f")
    expect(page.locator(".desk-bar")).to_be_visible()
    found["a save that failed"] = themed(page)
    refused.end()
    lose_connection(page)
    page.keyboard.press("f")
    page.wait_for_function("() => window.sunwai.unsaved() > 0")
    found["no connection"] = themed(page)
    find_connection(page)
    keep_all(page)
    found["nothing waits"] = barriers(page)
    assert {name: told for name, told in found.items() if told} == {}


@pytest.mark.parametrize("tongue", TONGUES)
def test_desk_is_read_out_in_order(page: Page, site: Site, tongue: str) -> None:
    """The tree that a screen reader goes through: headings, the comment, named buttons."""
    desk(page, site, tongue, 0)
    tree = page.locator("body").aria_snapshot()
    assert "- banner:" in tree and "- navigation" in tree and "- main:" in tree
    text = SAID[0].text.split()[-1].strip(".")
    assert tree.index("- banner:") < tree.index("- main:") < tree.index(text)
    buttons = page.locator(".desk-foot button").all()
    assert len(buttons) >= 7
    assert all(b.inner_text().strip() or b.get_attribute("aria-label") for b in buttons)
    assert [b for b in page.get_by_role("button").all() if not _named(b)] == []
    assert [a for a in page.get_by_role("link").all() if not _named(a)] == []


def _named(control: object) -> bool:
    told = control.aria_snapshot()  # pyright: ignore
    return '"' in str(told)


def test_officer_does_a_whole_stretch_of_work_without_a_pointer(page: Page, site: Site) -> None:
    """Signs in, opens the queue, removes, keeps, undoes and signs out by keyboard alone."""
    plain_comments(site.db, site.source, 4, site.now())
    speaks(site, "nadia", "en")
    page.goto(f"{site.url}/sign-in")
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.type("nadia")
    page.keyboard.press("Tab")
    expect(page.locator("#password")).to_be_focused()
    page.keyboard.type("a-long-password-1")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/")
    page.wait_for_selector(".page h1")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    _tab_to(page, "#nav a[href='/queue']")
    page.keyboard.press("Enter")
    page.wait_for_selector("#card")
    for key in ("d", "3", "f", "u"):
        page.keyboard.press(key)
    all_saved(page)
    _tab_to(page, "#sign-out", most=80)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/sign-in")


def _tab_to(page: Page, selector: str, most: int = 40) -> None:
    for _ in range(most):
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {selector} by Tab")


def test_desk_fits_a_narrow_window_without_sideways_scrolling(page: Page, site: Site) -> None:
    plain_comments(site.db, site.source, 1, site.now())
    page.set_viewport_size({"width": 360, "height": 740})
    open_queue(page, site)
    assert sideways(page) == []


def test_colours_of_the_system_are_followed_where_none_were_chosen(page: Page, site: Site) -> None:
    with site.db.write() as tx:
        user = users.user_by_name(tx, "nadia")
        assert user is not None and user.role is Role.OFFICER
        keep_choice(tx, user.id, ChoiceName.THEME, "system", now=site.now())
    ground = "() => getComputedStyle(document.documentElement).backgroundColor"
    page.emulate_media(color_scheme="light")
    sign_in(page, site, "nadia", "/help")
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(ground) != light
