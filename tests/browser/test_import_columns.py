"""A file that no reader knows, in a real browser: what each column is, said by drop-downs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from data.model import Role
from data.store import files
from tests.browser.access import axe
from tests.browser.conftest import shot
from tests.browser.network import Caught
from tests.browser.test_pages import Place, choose_file, enter, place
from tests.tables import count_comments

__all__ = ["place"]  # the fixture

URDU = (
    "تاریخ,صارف,تبصرہ,پسند,<b>odd</b>\n"
    "2 ہفتے پہلے,احمد,پانی تین دن سے بند ہے اور کوئی جواب نہیں دیتا,3,=1+1\n"
    "ایک دن پہلے,سارہ,سڑک کی مرمت کب ہوگی؟,1,<img src=x onerror='window.stolen=7'>\n"
).encode()
SIZES = {"wide": (1440, 900), "narrow": (360, 800)}


def column(page: Page, number: int) -> str:
    return page.locator(f"select#column-{number}").input_value()


@pytest.mark.parametrize("size", list(SIZES))
def test_columns_are_chosen_by_drop_downs_and_remembered(
    page: Page, place: Place, size: str
) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    watch = enter(page, place, Role.OFFICER, "/sources")
    with place.site.db.read() as tx:
        before = count_comments(tx)
    choose_file(page, "تبصرے.csv", URDU)
    page.wait_for_selector("h3:has-text('What is each column?')")
    assert [column(page, n) for n in range(5)] == [
        "created", "author_name", "text", "likes", "ignore"]  # fmt: skip
    expect(page.locator("#import")).to_contain_text("acted on only by hand")
    page.select_option("#column-4", "text")
    page.click("text=Show the first rows so")
    expect(page.locator("#import .form-answer")).to_contain_text("choose one")
    page.select_option("#column-4", "ignore")
    wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    shot(page, f"import_columns_{size}")

    page.click("text=Show the first rows so")
    page.wait_for_selector("h3:has-text('This is')")
    expect(page.locator("#import .comment-text[dir=rtl]").first).to_be_visible()
    expect(page.locator("#import")).to_contain_text("The whole file: 2 comments.")
    expect(page.locator("#import")).to_contain_text("(estimated)")
    shot(page, f"import_first_rows_{size}")
    page.click("text=Import into")
    page.wait_for_selector("h3:has-text('The file is in')")
    shot(page, f"import_result_{size}")
    with place.site.db.read() as tx:
        assert count_comments(tx) == before + 2
        (kept,) = files.list_mappings(tx)
    assert kept.source_id == place.office.feed.id

    page.click("text=Bring in another file")
    expect(page.locator("table", has_text="تبصرے.csv").first).to_be_visible()
    choose_file(page, "next.csv", URDU.replace("احمد".encode(), "اسد".encode()))
    page.wait_for_selector("h3:has-text('This is')")  # it is not asked again
    page.click("text=Change the columns")
    page.wait_for_selector("h3:has-text('What is each column?')")
    assert column(page, 2) == "text"
    page.get_by_role("button", name="Leave it").click()
    page.wait_for_selector(".import-form input[type=file]")
    assert page.evaluate("() => window.stolen") is None
    watch.nothing_odd()


def test_the_question_about_columns_can_be_answered_without_a_mouse_and_is_accessible(
    page: Page, place: Place
) -> None:
    enter(page, place, Role.OFFICER, "/sources")
    choose_file(page, "a.csv", URDU)
    page.wait_for_selector("h3:has-text('What is each column?')")
    assert axe(page) == []
    expect(page.locator("#import h3")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#column-0")).to_be_focused()
    page.focus("text=Show the first rows so")
    page.keyboard.press("Enter")
    page.wait_for_selector("h3:has-text('This is')")


def test_a_file_that_fails_while_it_is_imported_says_why(page: Page, place: Place) -> None:
    def lose(route: Route) -> None:
        for path in (place.office.reports.parent / "var" / "files" / "waiting").rglob("upload.*"):
            path.write_bytes(b"a lone line\n")
        route.continue_()

    Caught(page, re.compile(".*/confirm$"), lose).begin()
    enter(page, place, Role.OFFICER, "/sources")
    choose_file(page, "a.csv", URDU)
    page.wait_for_selector("h3:has-text('What is each column?')")
    page.click("text=Show the first rows so")
    page.wait_for_selector("h3:has-text('This is')")
    page.click("text=Import into")
    page.wait_for_selector("h3:has-text('The file was not taken')")
    expect(page.locator("#import")).to_contain_text("a.csv")
