"""The desk while others work: arrivals, decisions of others, who looks, lost lines, conflicts."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from data.model import Verdict
from data.store import conflicts, decisions, users
from moderation.deciding.conflict import folded_word
from tests.browser.conftest import (
    Site,
    all_saved,
    fill_sign_in,
    is_noticed,
    open_queue,
    sign_in,
)
from tests.browser.desk_data import SAID, Said, plain_comments, say
from tests.browser.network import Answers, Caught
from tests.browser.test_queue_trouble import decide_elsewhere
from tests.builders import a_collected, keep


def verdicts(site: Site, comment_id: str) -> list[Verdict]:
    with site.db.read() as tx:
        return [d.verdict for d in decisions.history(tx, comment_id)]


def test_desk_shows_a_new_comment_without_a_reload(page: Page, site: Site) -> None:
    open_queue(page, site)
    expect(page.locator(".empty-mark")).to_be_visible()
    plain_comments(site.db, site.source, 1, site.now())
    expect(page.locator(".card-text")).to_contain_text("Comment number 0")
    expect(page.locator(".desk-place")).to_have_text("1 of 1")


def test_desk_puts_a_new_severe_comment_next(page: Page, site: Site) -> None:
    plain_comments(site.db, site.source, 45, site.now())
    fetched = Answers(page, "/api/queue/next")
    open_queue(page, site)
    with fetched.another(), site.db.write() as tx:
        say(tx, site.source, SAID[0], site.now())
    expect(page.get_by_role("button", name="Severe 1")).to_be_visible()
    page.keyboard.press("f")
    expect(page.locator(".card-text")).to_contain_text("@WaterBoard")


def test_desk_lets_a_card_go_that_another_officer_decided(page: Page, site: Site) -> None:
    ids = plain_comments(site.db, site.source, 3, site.now())
    open_queue(page, site)
    shown = page.locator(".card-text").text_content() or ""
    taken = next(i for n, i in enumerate(ids) if f"number {n}:" in shown)
    decide_elsewhere(site, taken)
    is_noticed(page, "Bilal Ahmed decided this one meanwhile")
    expect(page.locator(".card-text")).not_to_have_text(shown)
    expect(page.locator("#card")).to_be_focused()
    assert verdicts(site, taken) == [Verdict.KEEP]


def test_desk_shows_the_new_text_of_a_comment_that_was_edited_under_it(
    page: Page, site: Site
) -> None:
    plain_comments(site.db, site.source, 1, site.now())
    open_queue(page, site)
    with site.db.write() as tx:
        edited = a_collected("A wholly new text now.", external_id="plain-0000")
        keep(tx, site.source, edited, now=site.now())
    expect(page.locator(".card-text")).to_contain_text("A wholly new text")
    expect(page.locator(".card-meta")).to_contain_text("edited: t shows the old text")
    page.keyboard.press("t")
    expect(page.locator(".card-old")).to_contain_text("Comment number 0")
    page.keyboard.press("t")
    expect(page.locator(".card-old")).to_have_count(0)


def test_desk_says_who_else_has_the_comment_open(page: Page, second_page: Page, site: Site) -> None:
    (comment_id,) = plain_comments(site.db, site.source, 1, site.now())
    open_queue(page, site)
    sign_in(second_page, site, "samina", f"/comments/{comment_id}")
    is_noticed(second_page, "Nadia Rehman has it on the desk")
    expect(page.locator(".card-also")).to_contain_text("Samina Khan reads its history")
    second_page.goto(f"{site.url}/help")
    expect(page.locator(".card-also")).to_have_count(0)


def test_desk_sends_what_was_kept_across_a_reload_and_a_new_sign_in_once(
    page: Page, site: Site
) -> None:
    ids = plain_comments(site.db, site.source, 3, site.now())
    lost = Caught(page, "**/api/queue/decide")
    open_queue(page, site)
    lost.begin()
    page.keyboard.press("f")
    page.keyboard.press("f")
    expect(page.locator("#save-state")).to_have_text("not saved yet (2)")
    page.on("dialog", lambda d: d.accept())
    site.passed = timedelta(minutes=45)
    page.reload()
    page.wait_for_url("**/sign-in**")
    lost.end()
    fill_sign_in(page, "nadia")
    page.wait_for_selector("#card")
    all_saved(page)
    assert sorted(len(verdicts(site, i)) for i in ids) == [0, 1, 1]


def test_desk_gives_no_officer_a_remark_about_themselves(
    page: Page, second_page: Page, site: Site
) -> None:
    with site.db.write() as tx:
        nadia = users.user_by_name(tx, "nadia")
        assert nadia is not None
        conflicts.add_word(
            tx,
            nadia.id,
            word="پانی سیل",
            folded=folded_word("پانی سیل"),
            made_by="admin",
            now=site.now(),
        )
        own = say(tx, site.source, Said(text="Nadia Rehman kuch nahi karti"), site.now())
        unit = say(tx, site.source, Said(text="پانی سیل سو رہا ہے"), site.now())
    open_queue(page, site)
    expect(page.locator(".empty-mark")).to_be_visible()
    expect(page.locator(".desk-tab-kept")).to_have_text("Held for another officer2")
    open_queue(second_page, site, "bilal")
    seen = {second_page.locator(".card-text").text_content()}
    second_page.keyboard.press("j")
    expect(second_page.locator(".desk-place")).to_have_text("2 of 2")
    seen.add(second_page.locator(".card-text").text_content())
    assert len(seen) == 2
    for key in ("f", "f"):
        second_page.keyboard.press(key)
    all_saved(second_page)
    assert verdicts(site, own) == verdicts(site, unit) == [Verdict.KEEP]


def test_desk_puts_a_calmer_card_after_ten_harsh_ones(page: Page, site: Site) -> None:
    plain_comments(site.db, site.source, 14, site.now())
    with site.db.write() as tx:
        say(
            tx,
            site.source,
            Said(text="Is the office open on Friday?", priority=0.0, minutes=1, toxicity=0.3),
            site.now(),
        )
    fetched = Answers(page, "/api/queue/next")
    open_queue(page, site)
    for _ in range(2):  # each answer gives half of what is left: now the calmer one lies here too
        with fetched.another():
            page.keyboard.press("j")
    for key in ("k", "k"):
        page.keyboard.press(key)
    for n in range(10):
        expect(page.locator(".card-text")).to_contain_text("you lot are")
        page.keyboard.press("f")
        expect(page.locator(".desk-place")).to_have_text(f"{n + 2} of 15")
    expect(page.locator(".card-text")).to_contain_text("open on Friday")
    expect(page.locator(".card-meta")).to_contain_text("a calmer one")
    all_saved(page)


def test_desk_offers_a_break_that_one_key_passes_and_that_decides_nothing(
    page: Page, site: Site
) -> None:
    ids = plain_comments(site.db, site.source, 4, site.now())
    open_queue(page, site)
    long_ago = "{ since: Date.now() - 26 * 60000, last: Date.now(), cards: 7 }"
    page.evaluate(f"() => sessionStorage.setItem('sunwai-pause', JSON.stringify({long_ago}))")
    page.reload()
    page.wait_for_selector("#card")
    page.keyboard.press("f")
    expect(page.get_by_role("heading", name="A short break?")).to_be_visible()
    expect(page.locator(".card-rest")).to_contain_text("8 comments decided in 26 min")
    page.keyboard.press("f")
    expect(page.locator(".card-text")).to_be_visible()
    all_saved(page)
    assert sorted(len(verdicts(site, i)) for i in ids) == [0, 0, 0, 1]


def test_desk_explains_why_this_comment_comes_now(page: Page, site: Site) -> None:
    with site.db.write() as tx:
        say(tx, site.source, SAID[0], site.now(), like_count=300)
    open_queue(page, site)
    told = page.locator(".why-now")
    expect(told).to_contain_text("Severe")
    expect(told).to_contain_text("target in")
    expect(told).to_contain_text("300 likes count as 8 h of waiting")


def test_desk_in_urdu_runs_from_right_to_left_with_all_words_in_urdu(
    page: Page, site: Site
) -> None:
    from data.store.choices import keep_choice

    plain_comments(site.db, site.source, 2, site.now())
    with site.db.write() as tx:
        nadia = users.user_by_name(tx, "nadia")
        assert nadia is not None
        keep_choice(tx, nadia.id, "language", "ur", now=site.now())
    watch = open_queue(page, site)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("button", name="رکھیں").first).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("ابھی یہی کیوں")
    page.keyboard.press("f")
    all_saved(page)
    expect(page.locator("#save-state")).to_have_text("سب محفوظ")
    watch.nothing_odd()
