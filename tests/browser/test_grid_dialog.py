"""The dialog of a bulk in a real browser, when the answer is lost or comes late."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from data.model import Verdict
from tests.browser.conftest import Site
from tests.browser.network import Answers, Caught, find_connection, lose_connection
from tests.browser.test_grid import SPAM, choose, enter, fill, row, verdicts


def test_lost_connection_is_told_and_trying_again_decides_once(page: Page, site: Site) -> None:
    ids = fill(site)
    enter(page, site)
    choose(page, f"{SPAM} 0:")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_role("button", name="Keep 1 comment").wait_for()
    lose_connection(page)
    page.get_by_role("button", name="Keep 1 comment").click()
    expect(page.get_by_role("alert").last).to_contain_text("nothing is done twice")
    find_connection(page)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("dialog")).to_contain_text("1 comment is kept.")
    assert verdicts(site, ids[0]) == [Verdict.KEEP]


@pytest.mark.parametrize("asked", ["check", "bulk"])
def test_dialog_that_is_shut_before_the_answer_leaves_the_list_as_it_then_stands(
    page: Page, site: Site, asked: str
) -> None:
    fill(site)
    on_its_way: list[Route] = []
    caught = Caught(page, f"**/api/grid/{asked}", on_its_way.append)
    answers = Answers(page, f"/api/grid/{asked}")
    watch = enter(page, site)
    choose(page, f"{SPAM} 0:")
    caught.begin()
    page.get_by_role("button", name="Keep", exact=True).click()
    if asked == "bulk":
        page.get_by_role("button", name="Keep 1 comment").click()
        expect(page.get_by_role("status").filter(has_text="is recorded")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    with answers.another():
        on_its_way[0].continue_()
    expect(row(page, f"{SPAM} 0:")).to_have_count(1 if asked == "check" else 0)
    said = "1 comment is chosen." if asked == "check" else "Nothing is chosen."
    expect(page.locator(".bulk-said")).to_have_text(said)
    watch.nothing_odd()
