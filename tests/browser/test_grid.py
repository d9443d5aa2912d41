"""The grid and the copies in a real browser: choosing, a bulk on one ground, undo, views, keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from data.model import Flag, Verdict
from data.store import copies, decisions
from tests.browser.access import axe
from tests.browser.conftest import Site, Watch, sign_in
from tests.browser.desk_data import SAID, Said, plain_comments, say

SPAM = "Comment number"


def enter(page: Page, site: Site, to: str = "/grid", name: str = "nadia") -> Watch:
    watch = sign_in(page, site, name, to)
    page.wait_for_selector(".bulk-bar, .empty")
    return watch


def fill(site: Site, count: int = 6) -> list[str]:
    """Flagged comments, and one of each kind that a card can show (some are protected)."""
    ids = plain_comments(site.db, site.source, count, site.now())
    with site.db.write() as tx:
        for said in SAID:
            say(tx, site.source, said, site.now())
    return ids


def verdicts(site: Site, comment_id: str) -> list[Verdict]:
    with site.db.read() as tx:
        return [d.verdict for d in decisions.history(tx, comment_id)]


def row(page: Page, text: str) -> Any:
    return page.locator(".grid-table tbody tr", has_text=text)


def choose(page: Page, *texts: str) -> None:
    for text in texts:
        row(page, text).locator("input[type=checkbox]").check()


def test_bulk_says_what_it_will_do_does_it_and_is_taken_back(page: Page, site: Site) -> None:
    ids = fill(site)
    watch = enter(page, site)
    choose(page, f"{SPAM} 0:", f"{SPAM} 1:", "Three weeks and no water")
    expect(page.locator(".bulk-said")).to_contain_text("3 comments are chosen. 1 is protected")
    page.get_by_role("button", name="Remove…").click()
    page.get_by_label("Reason code").select_option("OM-5-INA-1")
    page.get_by_role("button", name="Check").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 of 3 chosen will be decided.")
    expect(dialog).to_contain_text("1 · Protected: each is decided alone.")
    assert verdicts(site, ids[0]) == []
    page.get_by_role("button", name="Remove 2 comments").click()
    expect(dialog).to_contain_text("2 comments are removed.")
    assert verdicts(site, ids[0]) == verdicts(site, ids[1]) == [Verdict.REMOVE]
    dialog.get_by_role("button", name="Undo").click()
    expect(dialog).to_contain_text("2 decisions are taken back.")
    assert verdicts(site, ids[0]) == [Verdict.REMOVE, Verdict.UNDO]
    dialog.get_by_role("button", name="Close").click()
    expect(row(page, f"{SPAM} 0:")).to_be_visible()
    watch.nothing_odd()


def test_decided_rows_leave_the_list_and_the_choice(page: Page, site: Site) -> None:
    fill(site)
    enter(page, site)
    choose(page, f"{SPAM} 2:", f"{SPAM} 3:")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_role("button", name="Keep 2 comments").click()
    page.get_by_role("button", name="Close").click()
    expect(row(page, f"{SPAM} 2:")).to_have_count(0)
    expect(page.locator(".bulk-said")).to_have_text("Nothing is chosen.")


def test_what_another_officer_decided_meanwhile_is_left_out_and_told(
    page: Page, second_page: Page, site: Site
) -> None:
    ids = fill(site)
    enter(page, site)
    choose(page, f"{SPAM} 0:", f"{SPAM} 1:")
    enter(second_page, site, name="bilal")
    choose(second_page, f"{SPAM} 0:")
    second_page.get_by_role("button", name="Keep", exact=True).click()
    second_page.get_by_role("button", name="Keep 1 comment").click()
    expect(second_page.get_by_role("dialog")).to_contain_text("1 comment is kept.")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("1 · Another officer decided meanwhile.")
    page.get_by_role("button", name="Keep 1 comment").click()
    expect(page.get_by_role("dialog")).to_contain_text("1 comment is kept.")
    assert verdicts(site, ids[0]) == verdicts(site, ids[1]) == [Verdict.KEEP]


def test_choice_goes_on_over_pages_and_ends_with_the_list(page: Page, site: Site) -> None:
    plain_comments(site.db, site.source, 60, site.now())
    enter(page, site)
    page.get_by_label("Choose all on this page").check()
    expect(page.locator(".bulk-said")).to_have_text("50 comments are chosen.")
    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".grid-table tbody tr")).to_have_count(10)
    expect(page.locator(".bulk-said")).to_have_text("50 comments are chosen.")
    page.get_by_label("Order").select_option("newest")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".grid-table tbody tr")).to_have_count(50)
    expect(page.locator(".bulk-said")).to_have_text("Nothing is chosen.")


def test_grid_is_worked_by_keys_alone(page: Page, site: Site) -> None:
    fill(site)
    enter(page, site)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    second = page.locator(".grid-table tbody tr").nth(1)
    expect(second.locator("input")).to_be_checked()
    expect(second.locator("input")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.locator(".grid-table tbody input:checked")).to_have_count(2)
    page.keyboard.press("Escape")
    page.get_by_label("Words").focus()
    page.keyboard.type("jxk")
    expect(page.locator(".grid-table tbody input:checked")).to_have_count(2)
    page.get_by_role("button", name="Keep", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Keep", exact=True)).to_be_focused()


def test_view_is_saved_opened_and_taken_away(page: Page, site: Site) -> None:
    fill(site)
    watch = enter(page, site)
    page.goto(f"{site.url}/grid?queue=severe&sort=oldest")
    page.get_by_text("Save a view").click()
    page.get_by_label("Name of the view").fill("سنگین پہلے")
    page.get_by_role("button", name="Save these filters").click()
    link = page.get_by_role("link", name="سنگین پہلے")
    link.wait_for()
    page.goto(f"{site.url}/grid")
    link.click()
    expect(page.get_by_label("Queue", exact=True)).to_have_value("severe")
    expect(page.get_by_label("Order")).to_have_value("oldest")
    page.once("dialog", lambda d: d.accept())
    page.get_by_role("button", name="Take away").click()
    expect(link).to_have_count(0)
    watch.nothing_odd()


def test_filters_of_the_grid_narrow_it(page: Page, site: Site) -> None:
    fill(site)
    enter(page, site)
    page.get_by_label("Words").fill("fools")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#list-total")).to_have_text("7 comments")
    page.get_by_text("More filters").click()
    page.get_by_label("Score from").fill("0.65")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#list-total")).to_have_text("6 comments")


# ------------------------------------------------------------------------------ copies


def flood(site: Site, count: int = 12) -> list[str]:
    """Near-copies of which the third is protected."""
    ids: list[str] = []
    with site.db.write() as tx:
        for n in range(count):
            said = Said(
                text=f"Cheap loans, call me today {n}",
                flag=Flag.FLAGGED,
                minutes=count - n,
                protected=n == 2,
            )
            ids.append(say(tx, site.source, said, site.now(), external_id=f"flood-{n:03}"))
        at = site.now()
        copies.add_members(
            tx,
            [
                copies.Member(comment_id=i, group_id=ids[0], author_key=f"k{n % 5}",
                              signature=b"x", at=at - timedelta(minutes=count - n))
                for n, i in enumerate(ids)
            ],
        )  # fmt: skip
    return ids


def test_flood_is_one_row_and_one_decision_with_a_record_each(page: Page, site: Site) -> None:
    ids = flood(site)
    watch = sign_in(page, site, "nadia", "/copies")
    one = page.locator("article.row")
    expect(one).to_have_count(1)
    for words in ("12 copies", "5 accounts", "within 11 min", "12 not decided", "1 is protected"):
        expect(one).to_contain_text(words)
    page.get_by_role("link", name="Open the members").click()
    page.get_by_role("button", name="Choose all copies").click()
    expect(page.locator(".bulk-said")).to_contain_text("12 comments are chosen.")
    row(page, "call me today 5").locator("input").uncheck()
    page.get_by_role("button", name="Remove…").click()
    page.get_by_label("Reason code").select_option("OM-5-INA-2")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("dialog")).to_contain_text("10 of 11 chosen will be decided.")
    page.get_by_role("button", name="Remove 10 comments").click()
    expect(page.get_by_role("dialog")).to_contain_text("10 comments are removed.")
    page.get_by_role("button", name="Close").click()
    decided = [i for i in ids if verdicts(site, i) == [Verdict.REMOVE]]
    assert decided == [i for n, i in enumerate(ids) if n not in (2, 5)]
    expect(page.locator(".panel")).to_contain_text("2 not decided")
    watch.nothing_odd()


def test_all_copies_of_a_chosen_comment_are_chosen_in_the_grid(page: Page, site: Site) -> None:
    flood(site)
    fill(site, 2)
    enter(page, site, "/grid?words=loans")
    choose(page, "call me today 7")
    page.get_by_role("button", name="Choose all copies").click()
    expect(page.locator(".bulk-said")).to_contain_text("12 comments are chosen.")


# ------------------------------------------------------------------------------ access


@pytest.mark.parametrize("tongue", ["en", "ur"])
@pytest.mark.parametrize("width", [1440, 360])
def test_grid_copies_and_dialog_pass_axe_and_fit(
    page: Page, site: Site, tongue: str, width: int
) -> None:
    ids = flood(site)
    fill(site)
    page.set_viewport_size({"width": width, "height": 800})
    page.context.add_cookies([{"name": "sunwai_tongue", "value": tongue, "url": site.url}])
    watch = enter(page, site)
    for path in ("/grid", "/copies", f"/copies?group={quote(ids[0])}"):
        page.goto(site.url + path)
        page.wait_for_selector(".page h1")
        page.wait_for_selector(".bulk-bar, article.row")
        assert page.locator("html").get_attribute("lang") == tongue
        _accessible(page, path)
    page.locator(".choose-all").check()
    page.locator(".bulk-bar .button-danger").click()
    page.locator("dialog select").wait_for()
    _accessible(page, "dialog")
    page.locator("dialog select").select_option("OM-5-INA-2")
    page.locator("dialog button[type=submit]").click()
    page.locator("dialog .bulk-left").wait_for()
    _accessible(page, "check")
    watch.nothing_odd()


def _accessible(page: Page, what: str) -> None:
    wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, what
    assert axe(page) == [], what


def test_screen_reader_hears_a_table_with_named_boxes(page: Page, site: Site) -> None:
    fill(site, 2)
    page.set_viewport_size({"width": 360, "height": 800})  # where rows are laid out as blocks
    enter(page, site)
    told = page.locator(".bulk").aria_snapshot()
    assert "- table" in told and "columnheader" in told and "cell" in told
    assert 'checkbox "Choose: Comment number 0: you lot are f••••."' in told
