"""Keys of one's own: remapped and kept on the server, other keyboards, switched off, the list."""

from __future__ import annotations

from collections import Counter
from typing import Any

from playwright.sync_api import Page, Route, expect

from data.model import Verdict
from data.store import decisions
from tests.browser.conftest import Site, all_saved, open_queue
from tests.browser.desk_data import plain_comments
from tests.browser.network import Answers, Caught

OF_A_LAYOUT = """([key, code, shift]) => {
  for (const type of ["keydown", "keyup"]) {
    document.activeElement.dispatchEvent(new KeyboardEvent(
      type, { key, code, shiftKey: shift, bubbles: true, cancelable: true }));
  }
}"""


def press_on_urdu_keyboard(page: Page, key: str, code: str, *, shift: bool = False) -> None:
    """The key as a browser tells it when the layout is Urdu: its letter, and its place."""
    page.evaluate(OF_A_LAYOUT, [key, code, shift])


def counted(site: Site, ids: list[str]) -> Counter[Verdict]:
    with site.db.read() as tx:
        return Counter(d.verdict for i in ids for d in decisions.history(tx, i))


def painted(page: Page, text: str) -> None:
    expect(page.locator(".card-text")).not_to_have_text(text)


def test_desk_hears_the_same_places_on_an_urdu_keyboard(page: Page, site: Site) -> None:
    ids = plain_comments(site.db, site.source, 4, site.now())
    open_queue(page, site)
    shown = page.locator(".card-text").text_content() or ""
    press_on_urdu_keyboard(page, "ف", "KeyF")
    painted(page, shown)
    press_on_urdu_keyboard(page, "د", "KeyD")
    expect(page.get_by_role("dialog", name="Remove: on which ground?")).to_be_visible()
    press_on_urdu_keyboard(page, "۳", "Digit3")
    all_saved(page)
    assert counted(site, ids) == {Verdict.KEEP: 1, Verdict.REMOVE: 1}
    press_on_urdu_keyboard(page, "؟", "Slash", shift=True)
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_desk_keeps_own_keys_on_the_server_and_names_them_everywhere(
    page: Page, second_page: Page, site: Site
) -> None:
    ids = plain_comments(site.db, site.source, 6, site.now())
    open_queue(page, site)
    page.keyboard.press("?")
    page.get_by_role("button", name="Change the keys").click()
    page.locator("input[data-act=keep]").fill("g")
    page.get_by_role("button", name="Save the keys").click()
    expect(page.get_by_role("dialog")).to_contain_text("Kept for you on the server")
    expect(page.locator(".key-list kbd", has_text="g").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Keep")).to_contain_text("g")
    page.keyboard.press("f")
    page.keyboard.press("g")
    all_saved(page)
    assert counted(site, ids) == {Verdict.KEEP: 1}
    page.keyboard.press("j")
    open_queue(second_page, site)  # another machine of the same officer
    expect(second_page.get_by_role("button", name="Keep")).to_contain_text("g")
    second_page.keyboard.press("g")
    all_saved(second_page)
    assert counted(site, ids) == {Verdict.KEEP: 2}


def test_desk_refuses_one_key_for_two_acts_and_digits(page: Page, site: Site) -> None:
    plain_comments(site.db, site.source, 1, site.now())
    open_queue(page, site)
    page.keyboard.press("?")
    page.get_by_role("button", name="Change the keys").click()
    page.locator("input[data-act=keep]").fill("d")
    page.get_by_role("button", name="Save the keys").click()
    expect(page.get_by_role("dialog")).to_contain_text("given to two acts")
    page.locator("input[data-act=keep]").fill("1")
    page.get_by_role("button", name="Save the keys").click()
    expect(page.get_by_role("dialog")).to_contain_text("digits keep their place")
    page.get_by_role("button", name="Standard keys").click()
    page.get_by_role("button", name="Save the keys").click()
    expect(page.get_by_role("dialog")).to_contain_text("Kept for you")


def test_desk_with_keys_switched_off_hears_none_after_a_reload_either(
    page: Page, site: Site
) -> None:
    ids = plain_comments(site.db, site.source, 2, site.now())
    open_queue(page, site)
    page.keyboard.press("?")
    page.get_by_label("Single keys are on").uncheck()
    expect(page.get_by_role("dialog")).to_contain_text("Kept for you on the server")
    page.reload()
    page.wait_for_selector("#card")
    page.keyboard.press("f")
    page.keyboard.press("?")
    page.get_by_label("Single keys are on").check()
    expect(page.get_by_role("dialog")).to_contain_text("Kept for you on the server")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    all_saved(page)
    assert counted(site, ids) == {Verdict.KEEP: 1}


def test_desk_takes_a_click_during_which_the_server_says_that_the_keys_are_kept(
    page: Page, site: Site
) -> None:
    ids = plain_comments(site.db, site.source, 2, site.now())
    on_their_way: list[Route] = []
    caught = Caught(page, "**/api/queue/keys", on_their_way.append)
    kept = Answers(page, "/api/queue/keys")
    open_queue(page, site)
    caught.begin()
    page.keyboard.press("?")
    page.get_by_label("Single keys are on").uncheck()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Keep").hover()
    with kept.another():
        page.mouse.down()
        on_their_way[0].continue_()
    page.mouse.up()
    expect(page.locator(".desk-place")).to_have_text("2 of 2")
    all_saved(page)
    assert counted(site, ids) == {Verdict.KEEP: 1}


def test_desk_opens_policy_history_and_search_by_key(page: Page, site: Site) -> None:
    plain_comments(site.db, site.source, 1, site.now())
    watch = open_queue(page, site)
    for key, name in (("p", "Policy"), ("h", "History"), ("/", "Search"), ("?", "Keys")):
        page.keyboard.press(key)
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    watch.nothing_odd()


def test_desk_drops_no_key_of_a_burst_on_a_slow_machine(page: Page, site: Site) -> None:
    ids = plain_comments(site.db, site.source, 60, site.now())
    fetched = Answers(page, "/api/queue/next")
    open_queue(page, site)
    # Walking on has the next twenty fetched: more cards lie here than the burst decides on.
    with fetched.another():
        for _ in range(8):
            page.keyboard.press("j")
    for _ in range(8):
        page.keyboard.press("k")
    all_saved(page)
    expect(page.locator(".desk-place")).to_have_text("1 of 60")
    slow: Any = page.context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    for _ in range(20):
        for key in ("f", "d", "3"):
            page.keyboard.press(key)
    page.wait_for_function("() => !document.querySelector('dialog')")
    all_saved(page)
    found = counted(site, ids)
    assert found[Verdict.KEEP] == found[Verdict.REMOVE] == 20
