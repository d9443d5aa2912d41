"""The desk asks for no more cards, or gets none: it never says "clear" for that, and goes on."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from data.db import Database
from data.store import decisions
from tests.browser.conftest import Site, all_saved, keep_all, open_queue, shot, sign_in
from tests.browser.desk_data import plain_comments
from tests.browser.network import Answers, Caught, hears_nothing_of_others

CARD_OR_WORDS = """(before) => {
  const card = document.querySelector("#card .card-text");
  if (card) return card.textContent !== before ? card.textContent : null;
  const words = document.querySelector("#desk .empty-text");
  return words && !words.textContent.startsWith("Fetching") ? "none" : null;
}"""


def undecided(db: Database, ids: list[str]) -> int:
    with db.read() as tx:
        return sum(not decisions.history(tx, i) for i in ids)


def are_held(page: Page, held: list[Route], count: int) -> None:
    while len(held) < count:
        page.wait_for_timeout(10)


def keep_all_there_are(page: Page) -> int:
    """Keeps card after card until the desk shows none and says why; gives how many."""
    shown, kept = None, 0
    while (shown := page.wait_for_function(CARD_OR_WORDS, arg=shown).json_value()) != "none":
        page.keyboard.press("f")
        kept += 1
    return kept


def test_desk_is_not_clear_while_an_officer_is_far_ahead_of_the_saving(
    page: Page, site: Site
) -> None:
    held: list[Route] = []
    ids = plain_comments(site.db, site.source, 140, site.now())
    hears_nothing_of_others(page)
    saving = Caught(page, "**/api/queue/decide", held.append)
    open_queue(page, site)
    saving.begin()
    kept = keep_all_there_are(page)
    assert 100 < kept < len(ids)
    expect(page.locator("#desk .empty-text")).to_contain_text("Saving your decisions")
    expect(page.locator("#desk .empty-mark")).to_have_count(0)
    shot(page, "queue-backlog")
    saving.end()
    held[0].continue_()
    keep_all(page)
    all_saved(page)
    assert undecided(site.db, ids) == 0


def test_desk_is_not_clear_when_the_server_fails_to_give_cards_and_asks_again(
    page: Page, site: Site
) -> None:
    plain_comments(site.db, site.source, 1, site.now())
    hears_nothing_of_others(page)
    failing = Caught(page, "**/api/queue/next", lambda r: r.fulfill(status=503, body="busy"))
    failing.begin()
    sign_in(page, site, "nadia", "/queue")
    expect(page.locator("#desk .empty-text")).to_contain_text("could not be fetched")
    expect(page.locator("#desk .empty-mark")).to_have_count(0)
    failing.end()
    page.wait_for_selector("#desk #card")
    keep_all(page)
    all_saved(page)


def test_desk_is_not_clear_by_the_answer_for_a_queue_that_was_left(page: Page, site: Site) -> None:
    held: list[Route] = []
    plain_comments(site.db, site.source, 1, site.now())
    hears_nothing_of_others(page)
    asking = Caught(page, "**/api/queue/next", held.append)
    answers = Answers(page, "/api/queue/next")
    open_queue(page, site)
    asking.begin()
    tabs = page.get_by_role("navigation", name="Queues")
    tabs.get_by_role("button", name="Severe").click()
    are_held(page, held, 1)
    tabs.get_by_role("button", name="All").click()
    are_held(page, held, 2)
    with answers.another():
        held[0].continue_()
    expect(page.locator("#desk .empty-text")).to_contain_text("Fetching")
    held[1].continue_()
    page.wait_for_selector("#desk #card")
