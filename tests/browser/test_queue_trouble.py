"""The desk in trouble: refusals, a lost line, an ended session, two officers, hostile text."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, Route, expect

from data.model import Verdict
from data.store import comments, decisions, users
from moderation.deciding.decide import DecisionRequest, Holds, record_decision
from tests.browser.conftest import Site, all_saved, fill_sign_in, is_noticed, open_queue, shot
from tests.browser.desk_data import SAID, plain_comments, say
from tests.browser.network import (
    Caught,
    find_connection,
    hears_nothing_of_others,
    lose_connection,
)
from tests.builders import a_collected, keep


def verdicts(site: Site, comment_id: str) -> list[Verdict]:
    with site.db.read() as tx:
        return [d.verdict for d in decisions.history(tx, comment_id)]


def decide_elsewhere(site: Site, comment_id: str) -> None:
    with site.db.write() as tx:
        comment, by = comments.get_comment(tx, comment_id), users.user_by_name(tx, "bilal")
        assert comment is not None and by is not None
        request = DecisionRequest(
            comment_id=comment_id,
            revision_id=comment.revision.id,
            verdict=Verdict.KEEP,
            by=by,
            key="elsewhere-1",
        )
        record_decision(tx, request, policy_version=1, holds=Holds(), now=site.now())


def test_desk_says_so_when_another_officer_was_faster(page: Page, site: Site) -> None:
    (comment_id,) = plain_comments(site.db, site.source, 1, site.now())
    hears_nothing_of_others(page)
    open_queue(page, site)
    decide_elsewhere(site, comment_id)
    page.keyboard.press("f")
    expect(page.get_by_role("alert").filter(has_text="Not decided")).to_contain_text("decided")
    assert verdicts(site, comment_id) == [Verdict.KEEP]


def test_desk_brings_the_card_back_when_its_text_changed_meanwhile(page: Page, site: Site) -> None:
    (comment_id,) = plain_comments(site.db, site.source, 1, site.now())
    hears_nothing_of_others(page)
    open_queue(page, site)
    with site.db.write() as tx:
        edited = a_collected("An edited text, still without any sense.", external_id="plain-0000")
        keep(tx, site.source, edited, now=site.now())
    page.keyboard.press("d")
    page.keyboard.press("3")
    expect(page.locator(".desk-bar")).to_contain_text("edited")
    expect(page.locator(".card-text")).to_contain_text("An edited text")
    assert verdicts(site, comment_id) == []
    page.keyboard.press("f")
    all_saved(page)
    assert verdicts(site, comment_id) == [Verdict.KEEP]


def test_desk_keeps_decisions_while_the_connection_is_lost(page: Page, site: Site) -> None:
    ids = plain_comments(site.db, site.source, 4, site.now())
    open_queue(page, site)
    lose_connection(page)
    for _ in range(3):
        page.keyboard.press("f")
    expect(page.locator("#save-state")).to_have_text("not saved yet (3)")
    find_connection(page)
    all_saved(page)
    assert sum(verdicts(site, i) == [Verdict.KEEP] for i in ids) == 3


def test_desk_sends_once_though_the_answer_was_lost(page: Page, site: Site) -> None:
    (comment_id,) = plain_comments(site.db, site.source, 1, site.now())
    seen: list[str] = []

    def lose_first_answer(route: Route) -> None:
        seen.append(route.request.post_data or "")
        answer = route.fetch()  # the server does it
        if len(seen) == 1:
            route.abort()  # and the browser never hears of it
        else:
            route.fulfill(response=answer)

    Caught(page, "**/api/queue/decide", lose_first_answer).begin()
    open_queue(page, site)
    page.keyboard.press("f")
    all_saved(page)
    assert len(seen) == 2 and seen[0] == seen[1]
    assert verdicts(site, comment_id) == [Verdict.KEEP]


def test_desk_sends_unsent_decisions_after_signing_in_again(page: Page, site: Site) -> None:
    (comment_id,) = plain_comments(site.db, site.source, 1, site.now())
    hears_nothing_of_others(page)
    open_queue(page, site)
    site.passed = timedelta(minutes=45)
    page.keyboard.press("f")
    window = page.get_by_role("dialog", name="Your session has ended")
    expect(window).to_contain_text("1 decision is kept")
    window.get_by_role("button", name="Sign in").click()
    fill_sign_in(page, "nadia")
    page.wait_for_selector(".empty-mark")
    all_saved(page)
    assert verdicts(site, comment_id) == [Verdict.KEEP]


def test_desk_never_sends_one_officers_decisions_under_anothers_name(
    page: Page, site: Site
) -> None:
    (comment_id,) = plain_comments(site.db, site.source, 1, site.now())
    hears_nothing_of_others(page)
    open_queue(page, site)
    site.passed = timedelta(minutes=45)
    page.keyboard.press("f")
    page.get_by_role("dialog").get_by_role("button", name="Sign in").click()
    fill_sign_in(page, "bilal")
    expect(page.locator(".desk-bar")).to_contain_text("another user")
    assert verdicts(site, comment_id) == []


def test_desk_warns_before_leaving_with_unsaved_decisions(page: Page, site: Site) -> None:
    plain_comments(site.db, site.source, 1, site.now())
    Caught(page, "**/api/queue/decide").begin()
    open_queue(page, site)
    asked: list[str] = []
    page.on("dialog", lambda d: (asked.append(d.type), d.accept()))
    page.keyboard.press("f")
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    assert asked == ["beforeunload"]


def test_two_officers_never_have_the_same_card(page: Page, second_page: Page, site: Site) -> None:
    plain_comments(site.db, site.source, 9, site.now())
    open_queue(page, site, "nadia")
    open_queue(second_page, site, "bilal")
    first, second = page.locator(".card-text"), second_page.locator(".card-text")
    seen = [{first.text_content()}, {second.text_content()}]
    for _ in range(12):
        page.keyboard.press("j")
        second_page.keyboard.press("j")
        seen[0].add(first.text_content())
        seen[1].add(second.text_content())
    assert seen[0] and seen[1]
    assert seen[0].isdisjoint(seen[1])


def test_desk_draws_hostile_text_as_text(page: Page, site: Site) -> None:
    hostile = SAID[5]
    with site.db.write() as tx:
        say(tx, site.source, hostile, site.now())
    watch = open_queue(page, site)
    expect(page.locator(".card-text")).to_contain_text("<script>window.stolen = 1</script>")
    expect(page.locator(".card-post")).to_contain_text("<img src=x")
    page.keyboard.press("o")
    is_noticed(page, "no address")
    page.keyboard.press("h")
    expect(page.locator(".history-text")).to_contain_text("<script>")
    assert page.evaluate("() => window.stolen") is None
    assert page.locator("#desk script, #desk img").count() == 0
    watch.nothing_odd()


def test_desk_shows_direction_characters_and_takes_their_effect(page: Page, site: Site) -> None:
    with site.db.write() as tx:
        say(tx, site.source, SAID[3], site.now())
    open_queue(page, site)
    drawn = page.locator(".card-text").text_content() or ""
    assert "\u202e" not in drawn and "\u202c" not in drawn
    expect(page.locator(".control-mark")).to_have_count(2)


def test_desk_sets_urdu_in_nastaliq_from_right_to_left(page: Page, site: Site) -> None:
    with site.db.write() as tx:
        say(tx, site.source, SAID[1], site.now())
    watch = open_queue(page, site)
    text = page.locator(".card-text")
    expect(text).to_have_attribute("dir", "rtl")
    expect(text).to_have_attribute("lang", "ur")
    expect(text.locator("bdi").first).to_have_text("@DCOffice")
    ratio = text.evaluate(
        "(e) => { const s = getComputedStyle(e);"
        " return parseFloat(s.lineHeight) / parseFloat(s.fontSize); }"
    )
    assert ratio >= 2.1
    page.wait_for_function("() => document.fonts.check('20px \"Noto Nastaliq Urdu\"', 'پانی')")
    page.wait_for_load_state("networkidle")
    shot(page, "card-urdu")
    watch.nothing_odd()


def test_desk_sets_roman_urdu_in_latin_from_left_to_right(page: Page, site: Site) -> None:
    with site.db.write() as tx:
        say(tx, site.source, SAID[2], site.now())
    open_queue(page, site)
    text = page.locator(".card-text")
    expect(text).to_have_attribute("lang", "ur-Latn")
    expect(text).to_have_attribute("dir", "ltr")
    family = text.evaluate("(e) => getComputedStyle(e).fontFamily")
    assert "Nastaliq" not in family
    shot(page, "card-roman-urdu")
