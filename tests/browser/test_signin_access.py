"""Access: axe finds nothing on the shell's pages and on every state of the desk."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, open_queue, sign_in
from tests.browser.desk_data import SAID, plain_comments, say


def problems(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {n['html'][:160]}" for v in found for n in v["nodes"]]


def test_sign_in_page_has_no_barrier(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/sign-in")
    assert problems(page) == []


@pytest.mark.parametrize("path", ["/", "/help"])
def test_page_has_no_barrier(page: Page, site: Site, path: str) -> None:
    with site.db.write() as tx:
        say(tx, site.source, SAID[0], site.now())
    sign_in(page, site, "nadia", path)
    page.wait_for_selector(".page")
    assert problems(page) == []


@pytest.mark.parametrize("number", [0, 1, 3, 4, 6])
def test_card_has_no_barrier(page: Page, site: Site, number: int) -> None:
    with site.db.write() as tx:
        say(tx, site.source, SAID[number], site.now())
    open_queue(page, site)
    assert problems(page) == []


@pytest.mark.parametrize("key", ["d", "s", "c", "e", "h", "p", "?", "/"])
def test_window_of_the_desk_has_no_barrier(page: Page, site: Site, key: str) -> None:
    with site.db.write() as tx:
        say(tx, site.source, SAID[1], site.now())
    open_queue(page, site)
    page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert problems(page) == []


def test_empty_queue_has_no_barrier(page: Page, site: Site) -> None:
    open_queue(page, site)
    assert problems(page) == []


def test_desk_fits_a_narrow_window_without_sideways_scrolling(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    plain_comments(site.db, site.source, 1, site.now())
    open_queue(page, site)
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= 360
