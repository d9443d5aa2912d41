"""The officer's desk by keyboard alone, against a real server: nothing lost, nothing twice."""

from __future__ import annotations

from collections import Counter

from playwright.sync_api import Page, expect

from data.model import ReasonCode, Verdict
from data.store import cases, decisions, queue
from tests.browser.conftest import Site, all_saved, keep_all, open_queue
from tests.browser.desk_data import SAID, plain_comments, say


def verdicts(site: Site, ids: list[str]) -> list[list[Verdict]]:
    with site.db.read() as tx:
        return [[d.verdict for d in decisions.history(tx, i)] for i in ids]


def open_items(site: Site) -> int:
    with site.db.read() as tx:
        return sum(queue.queue_counts(tx).values())


def test_desk_keeps_thirty_cards_once_each_in_a_burst_of_sixty_keys(page: Page, site: Site) -> None:
    ids = plain_comments(site.db, site.source, 30, site.now())
    watch = open_queue(page, site)
    for _ in range(60):
        page.keyboard.press("f")
    # Keys that came while the next cards were on their way had nothing to decide.
    keep_all(page)
    all_saved(page)
    assert verdicts(site, ids) == [[Verdict.KEEP]] * 30
    expect(page.locator("#desk")).to_contain_text("Queue is clear")
    watch.nothing_odd()


def test_desk_removes_by_code_with_two_keys_and_mixes_it_with_keeping(
    page: Page, site: Site
) -> None:
    ids = plain_comments(site.db, site.source, 45, site.now())  # so that 20 lie on the desk
    open_queue(page, site)
    for _ in range(6):
        for key in ("d", "3", "f"):
            page.keyboard.press(key)
    all_saved(page)
    counted = Counter(v for found in verdicts(site, ids) for v in found)
    assert counted == {Verdict.REMOVE: 6, Verdict.KEEP: 6}
    with site.db.read() as tx:
        found = [d for i in ids for d in decisions.history(tx, i) if d.verdict is Verdict.REMOVE]
    assert {d.reason for d in found} == {ReasonCode.PERSONAL_ABUSE}


def test_desk_takes_back_what_was_decided_last_and_decides_it_anew(page: Page, site: Site) -> None:
    ids = plain_comments(site.db, site.source, 3, site.now())
    open_queue(page, site)
    first = page.locator(".card-text").text_content()
    for key in ("f", "u"):
        page.keyboard.press(key)
    expect(page.locator(".card-text")).to_have_text(first or "")
    for key in ("d", "2"):
        page.keyboard.press(key)
    all_saved(page)
    told = sorted(verdicts(site, ids), key=len)
    assert told == [[], [], [Verdict.KEEP, Verdict.UNDO, Verdict.REMOVE]]


def test_desk_takes_a_reason_though_the_undo_was_answered_meanwhile(page: Page, site: Site) -> None:
    ids = plain_comments(site.db, site.source, 1, site.now())
    open_queue(page, site)
    for key in ("f", "u", "d"):
        page.keyboard.press(key)
    all_saved(page)
    page.keyboard.press("2")
    all_saved(page)
    assert verdicts(site, ids) == [[Verdict.KEEP, Verdict.UNDO, Verdict.REMOVE]]


def test_desk_takes_back_a_decision_made_before_the_page_was_loaded(page: Page, site: Site) -> None:
    ids = plain_comments(site.db, site.source, 1, site.now())
    open_queue(page, site)
    page.keyboard.press("f")
    all_saved(page)
    page.reload()
    page.wait_for_selector(".empty-mark")
    page.keyboard.press("u")
    expect(page.locator("#card")).to_be_visible()
    all_saved(page)
    assert verdicts(site, ids) == [[Verdict.KEEP, Verdict.UNDO]]


def test_desk_moves_without_deciding(page: Page, site: Site) -> None:
    ids = plain_comments(site.db, site.source, 5, site.now())
    open_queue(page, site)
    expect(page.locator(".desk-place")).to_have_text("1 of 5")
    first = page.locator(".card-text").text_content()
    for key in ("j", "j", "k", "k", "k"):
        page.keyboard.press(key)
    expect(page.locator(".card-text")).to_have_text(first or "")
    assert verdicts(site, ids) == [[]] * 5


def test_desk_unmasks_only_while_space_is_held(page: Page, site: Site) -> None:
    plain_comments(site.db, site.source, 1, site.now())
    open_queue(page, site)
    text = page.locator(".card-text")
    expect(text).to_contain_text("f••••")
    page.keyboard.down("Space")
    expect(text).to_contain_text("fools")
    page.keyboard.up("Space")
    expect(text).not_to_contain_text("fools")


def test_desk_ignores_keys_with_ctrl_or_shift_and_keys_in_a_field(page: Page, site: Site) -> None:
    ids = plain_comments(site.db, site.source, 2, site.now())
    open_queue(page, site)
    for key in ("Control+f", "Shift+f", "Alt+f"):
        page.keyboard.press(key)
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.get_by_role("dialog").get_by_role("textbox")).to_be_focused()
    page.keyboard.type("fff is this one ours")
    page.keyboard.press("Enter")
    all_saved(page)
    counted = Counter(v for found in verdicts(site, ids) for v in found)
    assert counted == {Verdict.ESCALATE: 1}


def test_desk_hears_no_single_key_once_they_are_switched_off(page: Page, site: Site) -> None:
    ids = plain_comments(site.db, site.source, 2, site.now())
    open_queue(page, site)
    page.keyboard.press("?")
    page.get_by_label("Single keys are on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.get_by_role("button", name="Keep").click()
    all_saved(page)
    assert sorted(verdicts(site, ids)) == [[], [Verdict.KEEP]]


def test_desk_holds_a_protected_removal_for_a_senior_officer(
    page: Page, second_page: Page, site: Site
) -> None:
    with site.db.write() as tx:
        comment_id = say(tx, site.source, SAID[0], site.now())
    open_queue(page, site)
    expect(page.locator(".card-shield")).to_contain_text("complaint")
    for key in ("d", "3"):
        page.keyboard.press(key)
    all_saved(page)
    with site.db.read() as tx:
        proposed = decisions.history(tx, comment_id)
    assert [d.awaits_second for d in proposed] == [True]
    open_queue(second_page, site, "samina")
    expect(second_page.locator(".card-second")).to_contain_text("Nadia Rehman")
    for key in ("d", "3"):
        second_page.keyboard.press(key)
    all_saved(second_page)
    with site.db.read() as tx:
        confirmed = decisions.history(tx, comment_id)
    assert [(d.verdict, d.awaits_second) for d in confirmed] == [
        (Verdict.REMOVE, True),
        (Verdict.REMOVE, False),
    ]


def test_desk_splits_a_remark_from_its_complaint(page: Page, site: Site) -> None:
    with site.db.write() as tx:
        comment_id = say(tx, site.source, SAID[1], site.now())
    open_queue(page, site)
    page.keyboard.press("s")
    expect(page.locator(".split-word[aria-pressed=true]")).to_have_count(3)
    page.keyboard.press("3")
    all_saved(page)
    with site.db.read() as tx:
        found = decisions.history(tx, comment_id)[0]
    start = SAID[1].text.index("بے غیرت گدھے")
    assert found.verdict is Verdict.SPLIT
    assert found.span == (start, start + len("بے غیرت گدھے"))


def test_desk_files_a_complaint_with_office_and_place(page: Page, site: Site) -> None:
    with site.db.write() as tx:
        comment_id = say(tx, site.source, SAID[0], site.now())
    open_queue(page, site)
    page.keyboard.press("c")
    page.get_by_label("Office it goes to").fill("Water board")
    page.get_by_label("Place").fill("Ward 7")
    page.keyboard.press("Enter")
    all_saved(page)
    with site.db.read() as tx:
        filed = cases.find_cases(tx)
    assert [(c.comment_id, c.office, c.place) for c in filed] == [
        (comment_id, "Water board", "Ward 7")
    ]


def test_desk_asks_why_when_a_comment_is_put_off_again(page: Page, site: Site) -> None:
    ids = plain_comments(site.db, site.source, 1, site.now())
    open_queue(page, site)
    page.keyboard.press("w")
    all_saved(page)
    page.reload()
    page.wait_for_selector("#card")
    page.keyboard.press("w")
    page.get_by_label("Why does it wait?").fill("The office is asked for the facts")
    page.keyboard.press("Enter")
    all_saved(page)
    assert verdicts(site, ids) == [[Verdict.WAIT, Verdict.WAIT]]
    assert open_items(site) == 1


def test_desk_wants_a_written_reason_for_the_open_code(page: Page, site: Site) -> None:
    ids = plain_comments(site.db, site.source, 1, site.now())
    open_queue(page, site)
    for key in ("d", "9"):
        page.keyboard.press(key)
    box = page.get_by_label("Reason (a senior officer confirms it)")
    box.fill("too short")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("At least 15 characters")
    box.fill("names a child of the officer and her school")
    page.keyboard.press("Enter")
    all_saved(page)
    with site.db.read() as tx:
        found = decisions.history(tx, ids[0])
    assert [(d.reason, d.awaits_second) for d in found] == [(ReasonCode.OTHER, True)]
