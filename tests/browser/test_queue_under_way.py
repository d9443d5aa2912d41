"""The desk while its server speaks: a click and the focus stay, and only one outbox sends."""

from __future__ import annotations

import json
from collections import Counter

from playwright.sync_api import Page, Route, expect

from data.model import Verdict
from data.store import decisions
from data.store.choices import choices_of
from tests.browser.conftest import Site, all_saved, keep_all, open_queue
from tests.browser.desk_data import SAID, plain_comments, say
from tests.browser.learning_data import officer
from tests.browser.network import Answers, Caught, hears_nothing_of_others


def counted(site: Site, ids: list[str]) -> Counter[Verdict]:
    with site.db.read() as tx:
        return Counter(d.verdict for i in ids for d in decisions.history(tx, i))


def test_click_and_focus_on_the_empty_desk_outlive_the_news_that_nothing_changed(
    page: Page, site: Site
) -> None:
    told = Answers(page, "/api/queue/pulse")
    open_queue(page, site)
    link = page.locator(".empty-ways a", has_text="Grid")
    link.focus()
    with told.another():
        pass
    expect(link).to_be_focused()
    link.hover()
    with told.another():
        page.mouse.down()
    page.mouse.up()
    page.wait_for_url("**/grid")


def test_click_on_a_queue_outlives_the_news_of_another_comment(page: Page, site: Site) -> None:
    plain_comments(site.db, site.source, 2, site.now())
    told = Answers(page, "/api/queue/pulse")
    open_queue(page, site)
    with told.another():
        pass
    severe = page.locator(".desk-tabs button", has_text="Severe")
    severe.hover()
    page.mouse.down()
    with site.db.write() as tx:
        say(tx, site.source, SAID[0], site.now())
    expect(severe).to_have_text("Severe1")
    page.mouse.up()
    expect(severe).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".card-text")).to_contain_text("@WaterBoard")


def test_decision_that_was_answered_by_somebody_elses_page_is_sent_again(
    page: Page, site: Site
) -> None:
    ids = plain_comments(site.db, site.source, 1, site.now())
    seen: list[str] = []

    def between(route: Route) -> None:
        seen.append(route.request.post_data or "")
        if len(seen) == 1:  # a hotel's, a firewall's: it says "OK" and means itself
            route.fulfill(status=200, content_type="text/html", body="<h1>Pay here</h1>")
        else:
            route.continue_()

    Caught(page, "**/api/queue/decide", between).begin()
    open_queue(page, site)
    page.keyboard.press("f")
    all_saved(page)
    assert len(seen) == 2 and seen[0] == seen[1]
    assert counted(site, ids) == {Verdict.KEEP: 1}


def test_desk_that_is_opened_again_sends_what_the_one_before_left_and_sends_it_once(
    page: Page, site: Site
) -> None:
    ids = plain_comments(site.db, site.source, 3, site.now())
    hears_nothing_of_others(page)
    page.clock.install()
    saving = Caught(page, "**/api/queue/decide")
    open_queue(page, site)
    saving.begin()
    page.keyboard.press("f")
    expect(page.locator("#save-state")).to_have_text("not saved yet (1)")
    page.locator("#nav a[href='/help']").click()
    page.wait_for_selector("#help-keys")
    page.locator("#nav a[href='/queue']").click()
    page.wait_for_selector("#desk #card")
    expect(page.locator("#save-state")).to_have_text("not saved yet (1)")
    page.keyboard.press("f")
    expect(page.locator("#save-state")).to_have_text("not saved yet (2)")
    kept = "() => JSON.parse(sessionStorage.getItem('sunwai-unsent')).list.length"
    assert page.evaluate(kept) == 2
    through: list[str] = []
    page.on("request", lambda r: through.append(r.post_data or "") if "decide" in r.url else None)
    saving.end()
    keep_all(page)
    all_saved(page)
    page.clock.run_for(20_000)  # longer than either would wait before it tries again
    page.evaluate("() => fetch('/assets/base.js')")
    assert counted(site, ids) == {Verdict.KEEP: 3}
    keys = [json.loads(body)["key"] for body in through]
    assert len(keys) == len(set(keys)) == 3


def test_single_keys_are_left_as_they_were_set_last(page: Page, site: Site) -> None:
    plain_comments(site.db, site.source, 1, site.now())
    held: list[Route] = []
    keeping = Caught(page, "**/api/queue/keys", held.append)
    answers = Answers(page, "/api/queue/keys")
    open_queue(page, site)
    keeping.begin()
    page.keyboard.press("?")
    on = page.get_by_label("Single keys are on")
    on.uncheck()
    expect(on).not_to_be_checked()
    keeping.end()
    on.check()
    page.evaluate("() => fetch('/assets/base.js')")  # what is sent at once has left by now
    with answers.another():
        held[0].continue_()
    page.wait_for_function("() => (window.answersRead['/api/queue/keys'] || 0) === 2")
    with site.db.read() as tx:
        assert choices_of(tx, officer(site.db, "nadia").id).single_keys
    expect(on).to_be_checked()
