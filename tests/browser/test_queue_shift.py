"""End of shift: figures, signing off once, the note for the next officer, the conflict page."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from data.store import audit, conflicts, shifts
from tests.browser.conftest import Site, all_saved, open_queue, shot, sign_in
from tests.browser.desk_data import plain_comments


def test_shift_is_signed_off_once_and_its_note_reaches_the_next_officer(
    page: Page, second_page: Page, site: Site
) -> None:
    plain_comments(site.db, site.source, 9, site.now())
    open_queue(page, site)
    for key in ("f", "f", "d", "3", "u", "f"):
        page.keyboard.press(key)
    all_saved(page)
    page.get_by_role("link", name="End of shift").click()
    expect(page.get_by_role("heading", name="End of shift")).to_be_visible()
    kept = page.get_by_role("row", name="Kept")
    expect(kept).to_contain_text("3")
    with site.db.read() as tx:
        seq, head = audit.head(tx)
    expect(page.locator(".chain-head")).to_have_text(head)
    page.get_by_label("Note for the next officer").fill("Ward 7 floods the page: see its copies.")
    page.get_by_role("button", name="Sign the shift off").click()
    expect(page.get_by_role("heading", name="Shift, signed off")).to_be_visible()
    with site.db.read() as tx:
        (made,) = shifts.last_shifts(tx)
    assert (made.chain_seq, made.chain_head) == (seq, head)
    assert made.figures["by_verdict"] == {"keep": 3, "remove": 1}
    assert made.figures["undone"] == 1
    open_queue(second_page, site, "bilal")
    note = second_page.get_by_role("complementary", name="Note from the last shift")
    expect(note).to_contain_text("Nadia Rehman")
    expect(note).to_contain_text("Ward 7 floods the page")
    note.get_by_role("button", name="Put away").click()
    expect(note).to_have_count(0)


def test_shift_says_so_when_nothing_was_decided(page: Page, site: Site) -> None:
    watch = sign_in(page, site, "nadia", "/shift")
    expect(page.locator(".empty")).to_contain_text("Nothing was decided")
    watch.nothing_odd()


def test_shift_prints_with_lines_to_sign_and_without_buttons(page: Page, site: Site) -> None:
    plain_comments(site.db, site.source, 2, site.now())
    open_queue(page, site)
    page.keyboard.press("f")
    all_saved(page)
    page.goto(f"{site.url}/shift")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_text("Officer's signature")).to_be_visible()
    expect(page.get_by_role("button", name="Sign the shift off")).to_be_hidden()
    shot(page, "shift-print")


def test_administrator_gives_and_takes_words_of_conflict(page: Page, site: Site) -> None:
    watch = sign_in(page, site, "admin", "/settings/conflicts")
    page.get_by_label("Officer").select_option("nadia")
    page.get_by_label("Name or unit").fill("Water Cell")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("cell", name="Water Cell")).to_be_visible()
    with site.db.read() as tx:
        assert [w.folded for w in conflicts.all_words(tx)] == ["water cell"]
    page.on("dialog", lambda d: d.accept())
    page.get_by_role("button", name="Take away").click()
    expect(page.get_by_role("cell", name="Water Cell")).to_have_count(0)
    watch.nothing_odd()
