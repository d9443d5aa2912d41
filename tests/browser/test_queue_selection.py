"""Many at once: selecting by key, copies, one decision each, undo of all; never protected ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from playwright.sync_api import Page, expect

from data.model import ReasonCode, Verdict
from data.store import copies, decisions
from data.store.copies import Member
from tests.browser.conftest import Site, all_saved, is_noticed, open_queue
from tests.browser.desk_data import SAID, plain_comments, say
from tests.browser.network import hears_nothing_of_others


def of(site: Site, ids: list[str]) -> Counter[Verdict]:
    with site.db.read() as tx:
        return Counter(d.verdict for i in ids for d in decisions.history(tx, i))


def make_copies(site: Site, ids: Sequence[str]) -> None:
    with site.db.write() as tx:
        members = [
            Member(comment_id=i, group_id=ids[0], author_key=None, signature=b"-", at=site.now())
            for i in ids
        ]
        copies.add_members(tx, members)


def test_desk_removes_a_selection_on_one_ground_and_takes_all_back(page: Page, site: Site) -> None:
    ids = plain_comments(site.db, site.source, 8, site.now())
    watch = open_queue(page, site)
    for key in ("x", "j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator(".desk-selection")).to_contain_text("3 comments selected")
    expect(page.locator(".card-picked")).to_have_text("selected")
    page.keyboard.press("d")
    expect(page.get_by_role("dialog", name="Remove 3 comments")).to_be_visible()
    page.keyboard.press("3")
    all_saved(page)
    with site.db.read() as tx:
        made = [d for i in ids for d in decisions.history(tx, i)]
    assert [d.reason for d in made] == [ReasonCode.PERSONAL_ABUSE] * 3
    assert len({d.comment_id for d in made}) == len({d.key for d in made}) == 3
    expect(page.locator(".desk-picked")).to_be_hidden()
    page.keyboard.press("u")
    all_saved(page)
    assert of(site, ids) == {Verdict.REMOVE: 3, Verdict.UNDO: 3}
    expect(page.locator(".desk-place")).to_have_text("1 of 8")
    watch.nothing_odd()


def test_desk_never_takes_a_protected_comment_into_a_selection(page: Page, site: Site) -> None:
    with site.db.write() as tx:
        say(tx, site.source, SAID[0], site.now())
    open_queue(page, site)
    page.keyboard.press("x")
    is_noticed(page, "never in a selection")
    expect(page.locator(".desk-picked")).to_be_hidden()


def test_desk_selects_all_copies_and_leaves_protected_ones_out(page: Page, site: Site) -> None:
    ids = plain_comments(site.db, site.source, 30, site.now())
    with site.db.write() as tx:
        late = replace(SAID[6], minutes=1, priority=0.0)
        protected = say(tx, site.source, late, site.now())
    make_copies(site, [*ids, protected])
    open_queue(page, site)
    page.keyboard.press("Shift+X")
    expect(page.locator(".desk-selection")).to_contain_text("30 comments selected")
    is_noticed(page, "1 protected copy left out")
    page.keyboard.press("f")
    all_saved(page)
    assert of(site, ids) == {Verdict.KEEP: 30}
    assert of(site, [protected]) == {}


def test_desk_says_which_of_a_selection_was_not_decided(page: Page, site: Site) -> None:
    from tests.browser.test_queue_trouble import decide_elsewhere

    ids = plain_comments(site.db, site.source, 3, site.now())
    hears_nothing_of_others(page)
    open_queue(page, site)
    for key in ("x", "j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator(".desk-selection")).to_contain_text("3 comments selected")
    decide_elsewhere(site, ids[1])
    page.keyboard.press("f")
    all_saved(page)
    expect(page.locator(".desk-bar")).to_contain_text("1 of 3 were not decided")
    assert of(site, ids) == {Verdict.KEEP: 3}


def test_desk_lets_a_selection_go_by_escape(page: Page, site: Site) -> None:
    ids = plain_comments(site.db, site.source, 2, site.now())
    open_queue(page, site)
    page.keyboard.press("x")
    expect(page.locator(".desk-selection")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".desk-picked")).to_be_hidden()
    page.keyboard.press("f")
    all_saved(page)
    assert of(site, ids) == {Verdict.KEEP: 1}


def test_desk_undoes_any_of_the_last_decisions_by_a_click(page: Page, site: Site) -> None:
    ids = plain_comments(site.db, site.source, 5, site.now())
    open_queue(page, site)
    first = page.locator(".card-text").text_content() or ""
    page.keyboard.press("d")
    page.keyboard.press("3")
    page.keyboard.press("f")
    page.keyboard.press("f")
    all_saved(page)
    page.locator(".recent summary").click()
    rows = page.locator(".recent-list li")
    expect(rows).to_have_count(3)
    expect(rows.nth(2)).to_contain_text("OM-5-OFF-3")
    expect(rows.nth(2)).to_contain_text("held,")
    rows.nth(2).get_by_role("button", name="Undo").click()
    expect(page.locator(".card-text")).to_have_text(first)
    expect(rows).to_have_count(2)
    all_saved(page)
    assert of(site, ids) == {Verdict.REMOVE: 1, Verdict.KEEP: 2, Verdict.UNDO: 1}


def test_desk_splits_by_keyboard_in_a_right_to_left_text(page: Page, site: Site) -> None:
    with site.db.write() as tx:
        comment_id = say(tx, site.source, SAID[1], site.now())
    open_queue(page, site)
    page.keyboard.press("s")
    marked = page.locator(".split-word[aria-pressed=true]")
    expect(marked).to_have_count(3)
    expect(marked.nth(0)).to_have_text("ب••")
    page.keyboard.press("m")
    expect(marked.nth(0)).to_have_text("بے")
    page.keyboard.press("Shift+ArrowLeft")  # left is onward in this text
    expect(marked).to_have_count(4)
    page.keyboard.press("ArrowLeft")
    expect(marked).to_have_count(3)
    page.keyboard.press("3")
    all_saved(page)
    with site.db.read() as tx:
        (made,) = decisions.history(tx, comment_id)
    start = SAID[1].text.index("غیرت گدھے کب")
    assert made.span == (start, start + len("غیرت گدھے کب"))


def test_desk_splits_by_the_first_and_the_last_word_clicked(page: Page, site: Site) -> None:
    with site.db.write() as tx:
        comment_id = say(tx, site.source, SAID[0], site.now())
    open_queue(page, site)
    page.keyboard.press("s")
    words = page.locator(".split-word")
    words.filter(has_text="chief").click()
    words.filter(has_text="engineer").click()
    expect(page.locator(".split-word[aria-pressed=true]")).to_have_count(2)
    page.keyboard.press("3")
    all_saved(page)
    with site.db.read() as tx:
        (made,) = decisions.history(tx, comment_id)
    start = SAID[0].text.index("chief engineer")
    assert made.span == (start, start + len("chief engineer"))
