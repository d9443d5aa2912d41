"""Practice, the first tour, help and complaints, in a real browser with axe."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from dashboard.learning.practice import items
from data.model import Verdict
from data.store import decisions, practice
from data.store.choices import choices_of, keep_choice
from tests.browser.access import axe
from tests.browser.conftest import Site, sign_in
from tests.browser.learning_data import filled, officer
from tests.browser.network import Caught

TONGUES = pytest.mark.parametrize("tongue", ["en", "ur"])


def speaks(site: Site, name: str, tongue: str) -> None:
    with site.db.write() as tx:
        keep_choice(tx, officer(site.db, name).id, "language", tongue, now=datetime.now(UTC))


def begun(page: Page, site: Site, name: str = "bilal", nth: int = 0) -> None:
    """Signs in, opens practice and begins a round: the shortest, or the nth length offered."""
    sign_in(page, site, name, "/practice")
    page.locator(".practice-lengths button").nth(nth).click()
    page.wait_for_selector("#card")


def shown_item(page: Page) -> str:
    """The id of the practice comment on the desk, by its text."""
    masked = re.sub(r"\s+", " ", page.locator("#card .card-text").text_content() or "")
    found = [i.id for i in items().values() if fits(i.text, masked)]
    assert found, masked
    return found[0]


def fits(text: str, masked: str) -> bool:
    """Whether a masked text can be this one: letters that are not dots stand at their place."""
    plain = re.sub(r"\s+", " ", text)
    pattern = re.escape(masked)
    pattern = re.sub("•+", lambda _: r"\w*", pattern)
    return re.fullmatch(pattern, plain) is not None


# ------------------------------------------------------------------------------ practice


@TONGUES
def test_round_of_practice_is_worked_by_the_keys_of_the_queue(
    page: Page, site: Site, tongue: str
) -> None:
    speaks(site, "bilal", tongue)
    watch = sign_in(page, site, "bilal", "/practice")
    page.wait_for_selector(".practice-lengths button")
    assert axe(page) == []
    page.locator(".practice-lengths button").first.click()
    expect(page.locator("#card")).to_be_focused()
    assert axe(page) == []
    page.keyboard.press("d")
    page.wait_for_selector("dialog.window")
    page.keyboard.press("3")
    expect(page.locator(".practice-told h2")).to_be_focused()
    assert axe(page) == []
    page.keyboard.press("Enter")
    expect(page.locator(".practice-told")).to_have_count(0)
    expect(page.locator(".desk-place")).to_contain_text("2")
    page.keyboard.press("f")
    page.wait_for_selector(".practice-told")
    watch.nothing_odd()
    with site.db.read() as tx:
        run = practice.open_run(tx, officer(site.db, "bilal").id)
        assert decisions.count_decisions(tx) == 0
    assert run is not None and len(run.answers) == 2


def test_practice_is_marked_as_such_in_every_state(page: Page, site: Site) -> None:
    sign_in(page, site, "bilal", "/practice")
    sign = page.locator(".practice-sign")
    expect(sign).to_be_in_viewport()
    page.locator(".practice-lengths button").first.click()
    page.wait_for_selector("#card")
    expect(sign).to_contain_text("Nothing here is real")
    page.keyboard.press("f")
    page.wait_for_selector(".practice-told")
    page.evaluate("() => window.scrollTo(0, document.body.scrollHeight)")
    expect(sign).to_be_in_viewport()


def test_answer_is_explained_in_both_languages_with_para_5(page: Page, site: Site) -> None:
    begun(page, site)
    item = items()[shown_item(page)]
    page.keyboard.press("d")
    page.wait_for_selector("dialog.window")
    page.keyboard.press("1")
    told = page.locator(".practice-told")
    expect(told).to_contain_text(item.why_en)
    expect(told.locator("[lang=ur]", has_text=item.why_ur)).to_be_visible()
    if item.right.verdict is Verdict.REMOVE:
        told.locator("summary").click()
        expect(told).to_contain_text("offensive, inappropriate and objectionable remarks")


def test_round_of_practice_goes_on_after_a_reload(page: Page, site: Site) -> None:
    begun(page, site)
    page.keyboard.press("f")
    page.wait_for_selector(".practice-told")
    page.reload()
    page.wait_for_selector("#card")
    expect(page.locator(".desk-place")).to_have_text("2 of 12")


def test_comment_that_is_put_off_in_practice_comes_back_at_the_end(page: Page, site: Site) -> None:
    begun(page, site)
    text = page.locator("#card .card-text")
    first = text.inner_text()
    page.keyboard.press("w")
    expect(text).not_to_have_text(first)
    expect(page.locator(".desk-place")).to_have_text("1 of 12")


def test_round_that_is_ended_shows_its_score(page: Page, site: Site) -> None:
    begun(page, site)
    page.keyboard.press("f")
    page.wait_for_selector(".practice-told")
    page.get_by_role("button", name="End this round").click()
    expect(page.locator(".practice-result")).to_contain_text("of 1 answer")
    assert axe(page) == []
    page.get_by_role("button", name="Another round").click()
    expect(page.locator(".practice-lengths button")).to_have_count(3)


def test_practice_reads_the_officers_own_keys(page: Page, site: Site) -> None:
    with site.db.write() as tx:
        user = officer(site.db, "bilal").id
        keep_choice(tx, user, "keys", {"keep": "g"}, now=datetime.now(UTC))
    begun(page, site)
    page.keyboard.press("f")
    expect(page.locator(".practice-told")).to_have_count(0)
    page.keyboard.press("g")
    page.wait_for_selector(".practice-told")


def test_practice_answer_that_finds_no_server_is_not_lost_silently(page: Page, site: Site) -> None:
    lost = Caught(page, "**/practice/answer")
    begun(page, site)
    lost.begin()
    page.keyboard.press("f")
    expect(page.locator(".desk-bar")).to_contain_text("not taken")
    lost.end()
    page.keyboard.press("f")
    page.wait_for_selector(".practice-told")


# ------------------------------------------------------------------------------ the first tour


@TONGUES
def test_tour_is_a_dialog_that_holds_the_focus_and_ends_with_escape(
    page: Page, site: Site, tongue: str
) -> None:
    speaks(site, "nadia", tongue)
    sign_in(page, site, "nadia", "/")
    page.locator(".tour-card .button-primary").click()
    box = page.locator("dialog.tour")
    expect(box.locator("h2")).to_be_focused()
    assert axe(page) == []
    for _ in range(8):
        page.keyboard.press("Tab")
        inside = "() => !document.activeElement.closest('.shell')"
        assert page.evaluate(inside), "the focus left the dialog for the page behind it"
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(page.locator(".tour-card")).to_have_count(0)


def test_tour_is_walked_by_keys_and_remembered(page: Page, site: Site) -> None:
    sign_in(page, site, "nadia", "/")
    page.locator(".tour-card .button-primary").press("Enter")
    expect(page.locator(".tour-count")).to_have_text("Step 1 of 7")
    for n in range(2, 8):
        page.keyboard.press("Enter")
        expect(page.locator(".tour-count")).to_have_text(f"Step {n} of 7")
    with page.expect_response("**/api/me/choices"):
        page.keyboard.press("Enter")
    expect(page.locator("dialog.tour")).to_have_count(0)
    with site.db.read() as tx:
        assert choices_of(tx, officer(site.db, "nadia").id).tour == "done"
    page.reload()
    page.wait_for_selector(".tiles")
    expect(page.locator(".tour-card")).to_have_count(0)


def test_tour_that_is_skipped_leaves_the_page_to_work(page: Page, site: Site) -> None:
    sign_in(page, site, "nadia", "/")
    with page.expect_response("**/api/me/choices"):
        page.get_by_role("button", name="Skip it").click()
    expect(page.locator(".tour-card")).to_have_count(0)
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue")


def test_tour_on_offer_does_not_stop_enter_from_starting_the_queue(page: Page, site: Site) -> None:
    sign_in(page, site, "nadia", "/")
    page.wait_for_selector(".tour-card")
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue")


def test_tour_is_opened_again_from_help(page: Page, site: Site) -> None:
    sign_in(page, site, "manager", "/help")
    again = page.get_by_role("button", name="Show the first tour again")
    again.click()
    expect(page.locator("dialog.tour h2")).to_have_text("Today")
    page.keyboard.press("Escape")
    expect(again).to_be_focused()


@TONGUES
def test_help_names_the_officers_own_keys_and_the_policy(
    page: Page, site: Site, tongue: str
) -> None:
    speaks(site, "nadia", tongue)
    with site.db.write() as tx:
        user = officer(site.db, "nadia").id
        keep_choice(tx, user, "keys", {"keep": "g"}, now=datetime.now(UTC))
    sign_in(page, site, "nadia", "/help")
    page.wait_for_selector("#help-keys")
    assert axe(page) == []
    expect(page.locator("#help-keys kbd").first).to_have_text("g")
    expect(page.locator("#help-duty [lang=en]")).to_contain_text("objectionable remarks")
    expect(page.locator("#help-duty [lang=ur]")).to_be_visible()


@TONGUES
def test_complaint_is_closed_with_a_note_on_the_page(page: Page, site: Site, tongue: str) -> None:
    filled(site.db, site.source, site.now())
    speaks(site, "nadia", tongue)
    watch = sign_in(page, site, "nadia", "/cases")
    page.wait_for_selector("#list-total")
    page.wait_for_selector(".case form", state="attached")
    assert axe(page) == []
    first = page.locator(".case").first
    first.locator("details").last.locator("summary").click()
    assert axe(page) == []
    first.locator("textarea").fill("The pipe was mended.")
    first.locator("details").last.locator("button[type=submit]").click()
    expect(page.locator(".case", has_text="The pipe was mended.")).to_have_count(1)
    watch.nothing_odd()


@TONGUES
def test_sheet_of_a_complaint_prints_without_its_tools(page: Page, site: Site, tongue: str) -> None:
    filled(site.db, site.source, site.now())
    speaks(site, "nadia", tongue)
    sign_in(page, site, "nadia", "/cases/2")
    page.wait_for_selector(".sheet")
    assert axe(page) == []
    page.emulate_media(media="print")
    expect(page.locator(".sheet-tools")).to_be_hidden()
    expect(page.locator(".sheet")).to_be_visible()
