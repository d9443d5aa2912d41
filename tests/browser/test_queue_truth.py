"""What the desk says stays true, whatever is answered late, twice, or in another window."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import APIResponse, Page, Route, expect

from data.model import Verdict
from data.store import decisions
from tests.browser.conftest import (
    Site,
    all_saved,
    fill_sign_in,
    is_noticed,
    open_queue,
    sign_in,
)
from tests.browser.desk_data import SAID, Said, plain_comments, say
from tests.browser.network import Answers, Caught, hears_nothing_of_others
from tests.browser.test_queue_backlog import are_held
from tests.browser.test_queue_trouble import decide_elsewhere
from tests.builders import a_collected, keep

VISIBLE_AGAIN = "() => document.dispatchEvent(new Event('visibilitychange'))"
ALL_SENT = "() => fetch('/assets/base.js', { cache: 'no-store' }).then(() => null)"


class Late:
    """Answers that the server has given and the page has not got yet."""

    def __init__(self) -> None:
        self._kept: list[tuple[Route, APIResponse]] = []

    def __call__(self, route: Route) -> None:
        self._kept.append((route, route.fetch()))

    def are(self, page: Page, count: int) -> None:
        while len(self._kept) < count:
            page.wait_for_timeout(10)

    def come(self) -> None:
        for route, answer in self._kept:
            route.fulfill(response=answer)
        self._kept.clear()


def test_desk_counts_right_when_it_heard_of_a_decision_before_the_decisions_own_answer(
    page: Page, site: Site
) -> None:
    plain_comments(site.db, site.source, 3, site.now())
    late = Late()
    saving = Caught(page, "**/api/queue/decide", late)
    told = Answers(page, "/api/queue/pulse")
    open_queue(page, site)
    with told.another():
        pass
    expect(page.locator(".desk-place")).to_have_text("1 of 3")
    saving.begin()
    page.keyboard.press("f")
    late.are(page, 1)
    with told.another():
        pass
    late.come()
    all_saved(page)
    with told.another():
        pass
    expect(page.locator(".desk-place")).to_have_text("2 of 3")
    expect(page.locator(".desk-tabs button").first).to_have_text("All2")


def test_desk_shows_a_comment_that_came_back_after_it_was_decided_here(
    page: Page, site: Site
) -> None:
    plain_comments(site.db, site.source, 1, site.now())
    open_queue(page, site)
    page.keyboard.press("f")
    all_saved(page)
    expect(page.locator(".empty-mark")).to_be_visible()
    with site.db.write() as tx:
        edited = a_collected("A wholly new text now.", external_id="plain-0000")
        keep(tx, site.source, edited, now=site.now())
    expect(page.locator(".card-text")).to_contain_text("A wholly new text")


def test_desk_asks_one_thing_at_a_time_though_its_window_comes_back(page: Page, site: Site) -> None:
    held: list[Route] = []
    Caught(page, "**/api/queue/pulse", held.append).begin()
    open_queue(page, site)
    while not held:
        page.wait_for_timeout(10)
    for _ in range(2):
        page.evaluate(VISIBLE_AGAIN)
        page.evaluate(ALL_SENT)
    assert len(held) == 1
    held[0].continue_()
    while len(held) < 2:
        page.wait_for_timeout(10)
    page.evaluate(ALL_SENT)
    assert len(held) == 2


def test_desk_puts_a_severe_comment_next_that_came_while_others_were_fetched(
    page: Page, site: Site
) -> None:
    plain_comments(site.db, site.source, 60, site.now())
    late = Late()
    fetching = Caught(page, "**/api/queue/next", late)
    told = Answers(page, "/api/queue/pulse")
    fetched = Answers(page, "/api/queue/next")
    open_queue(page, site)
    with told.another():
        pass
    fetching.begin()
    for _ in range(8):
        page.keyboard.press("j")
    late.are(page, 1)
    fetching.end()
    with site.db.write() as tx:
        say(tx, site.source, SAID[0], site.now())
    expect(page.get_by_role("button", name="Severe 1")).to_be_visible()
    with fetched.another(2):  # the late one, and what was asked for again after it
        late.come()
    page.keyboard.press("f")
    expect(page.locator(".card-text")).to_contain_text("@WaterBoard")


def test_desk_sends_what_it_kept_once_its_officer_signed_in_in_another_window(
    page: Page, site: Site
) -> None:
    (comment_id,) = plain_comments(site.db, site.source, 1, site.now())
    first = Caught(page, "**/api/queue/decide", lambda r: r.fulfill(status=401, json={}))
    hears = Caught(page, "**/api/queue/pulse")
    hears.begin()
    open_queue(page, site)
    first.begin()
    page.keyboard.press("f")
    window = page.get_by_role("dialog", name="Your session has ended")
    expect(window).to_contain_text("1 decision is kept")
    expect(page.locator("#save-state")).to_have_text("not saved yet (1)")
    first.end()
    hears.end()
    expect(window).to_have_count(0)
    all_saved(page)
    with site.db.read() as tx:
        assert [d.verdict for d in decisions.history(tx, comment_id)] == [Verdict.KEEP]


def test_desk_fetches_cards_once_its_officer_signed_in_in_another_window(
    page: Page, site: Site
) -> None:
    plain_comments(site.db, site.source, 1, site.now())
    ended = Caught(page, "**/api/queue/next", lambda r: r.fulfill(status=401, json={}))
    hears = Caught(page, "**/api/queue/pulse")
    hears.begin()
    ended.begin()
    sign_in(page, site, "nadia", "/queue")
    window = page.get_by_role("dialog", name="Your session has ended")
    expect(window).to_be_visible()
    expect(page.locator("#desk .empty-text")).to_contain_text("Sign in again")
    ended.end()
    hears.end()
    expect(window).to_have_count(0)
    page.wait_for_selector("#desk #card")


def test_desk_keeps_what_it_kept_when_another_officer_signed_in_in_another_window(
    page: Page, site: Site
) -> None:
    (comment_id,) = plain_comments(site.db, site.source, 1, site.now())
    told = Answers(page, "/api/queue/pulse")
    hears = Caught(page, "**/api/queue/pulse")
    hears.begin()
    open_queue(page, site)
    site.passed = timedelta(minutes=45)
    page.keyboard.press("f")
    window = page.get_by_role("dialog", name="Your session has ended")
    expect(window).to_contain_text("1 decision is kept")
    other = page.context.new_page()
    other.goto(f"{site.url}/sign-in")
    fill_sign_in(other, "bilal")
    other.wait_for_url(f"{site.url}/")
    with told.another():
        hears.end()
    expect(page.locator("#save-state")).to_have_text("not saved yet (1)")
    with site.db.read() as tx:
        assert decisions.history(tx, comment_id) == []


def test_desk_that_was_left_asks_for_no_more_cards(page: Page, site: Site) -> None:
    plain_comments(site.db, site.source, 3, site.now())
    hears_nothing_of_others(page)
    page.clock.install()
    seen: list[str] = []

    def fails(route: Route) -> None:
        seen.append(route.request.url)
        route.fulfill(status=503, json={"error": "busy"})

    Caught(page, "**/api/queue/next", fails).begin()
    sign_in(page, site, "nadia", "/queue")
    expect(page.locator("#desk .empty-text")).to_contain_text("could not be fetched")
    page.locator("#nav a[href='/help']").click()
    page.wait_for_selector("#help-keys")
    before = len(seen)
    page.clock.run_for(10_000)
    page.evaluate(ALL_SENT)
    assert len(seen) == before


def test_refusal_that_comes_when_the_desk_was_left_is_told_on_the_next_page(
    page: Page, site: Site
) -> None:
    (comment_id,) = plain_comments(site.db, site.source, 1, site.now())
    hears_nothing_of_others(page)
    held: list[Route] = []
    Caught(page, "**/api/queue/decide", held.append).begin()
    open_queue(page, site)
    page.keyboard.press("f")
    are_held(page, held, 1)
    page.locator("#nav a[href='/help']").click()
    page.wait_for_selector("#help-keys")
    decide_elsewhere(site, comment_id)
    held[0].continue_()
    is_noticed(page, "Not decided.")


def test_cards_of_a_queue_are_asked_for_once_those_of_all_queues_left_were_given_back(
    page: Page, site: Site
) -> None:
    plain_comments(site.db, site.source, 1, site.now())
    hears_nothing_of_others(page)
    held: list[Route] = []
    asked: list[str] = []
    Caught(page, "**/api/queue/release", held.append).begin()
    answers = Answers(page, "/api/queue/release")
    open_queue(page, site)
    page.on("request", lambda r: asked.append(r.url) if r.url.endswith("/next") else None)
    tabs = page.get_by_role("navigation", name="Queues")
    tabs.get_by_role("button", name="Severe").click()
    tabs.get_by_role("button", name="All").click()
    are_held(page, held, 2)
    with answers.another():
        held[0].continue_()
    page.evaluate(ALL_SENT)
    assert asked == []
    held[1].continue_()
    page.wait_for_selector("#desk #card")


def test_desk_asks_again_for_a_calmer_comment_that_the_server_failed_to_give(
    page: Page, site: Site
) -> None:
    plain_comments(site.db, site.source, 45, site.now())
    with site.db.write() as tx:
        calm = Said(text="Is the office open?", priority=0.0, minutes=1, toxicity=0.3)
        say(tx, site.source, calm, site.now())
    failed: list[Route] = []

    def first_fails(route: Route) -> None:
        if '"calmer":true' in (route.request.post_data or "") and not failed:
            failed.append(route)
            route.fulfill(status=503, json={"error": "busy"})
        else:
            route.continue_()

    Caught(page, "**/api/queue/next", first_fails).begin()
    failing = Answers(page, "/api/queue/next")
    open_queue(page, site)
    for _ in range(5):
        page.keyboard.press("f")
    all_saved(page)
    with failing.another():
        page.keyboard.press("f")
    are_held(page, failed, 1)
    with page.expect_response(lambda r: '"calmer":true' in (r.request.post_data or "")):
        page.keyboard.press("f")
    for _ in range(3):
        all_saved(page)
        page.keyboard.press("f")
    expect(page.locator(".card-text")).to_contain_text("Is the office open?")


def test_decision_is_never_recorded_under_the_name_of_who_signed_in_in_another_window(
    page: Page, site: Site
) -> None:
    (comment_id,) = plain_comments(site.db, site.source, 1, site.now())
    hears_nothing_of_others(page)
    open_queue(page, site)
    page.context.clear_cookies()
    sign_in(page.context.new_page(), site, "bilal")
    page.keyboard.press("f")
    window = page.get_by_role("dialog", name="Your session has ended")
    expect(window).to_contain_text("1 decision is kept")
    with site.db.read() as tx:
        assert decisions.history(tx, comment_id) == []
