"""While an answer is under way or lost: no page says what is not so, nor drops what was pressed."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from data.model import Role, Verdict
from data.store import blind
from moderation.deciding.blind import BlindRequest, judge_again
from moderation.deciding.decide import Holds
from tests.browser.conftest import Site, is_noticed, sign_in
from tests.browser.learning_data import filled, officer
from tests.browser.network import Answers, Caught, unanswered
from tests.browser.test_grid import SPAM, choose, enter, fill, flood, row, verdicts
from tests.browser.test_import_columns import URDU
from tests.browser.test_learning import begun
from tests.browser.test_pages import Place, choose_file
from tests.browser.test_pages import enter as enter_office
from tests.browser.test_pages import place as _place

place = _place


def busy(route: Route) -> None:
    route.fulfill(status=503, json={"error": "The server is busy: try again in a minute."})


# ------------------------------------------------------------------------------ practice, samples


def test_round_that_is_ended_before_its_answer_came_shows_its_end(page: Page, site: Site) -> None:
    held: list[Route] = []
    answering = Caught(page, "**/api/practice/answer", held.append)
    answers = Answers(page, "/api/practice/answer")
    begun(page, site)
    page.keyboard.press("f")
    page.wait_for_selector(".practice-told")
    page.keyboard.press("Enter")
    answering.begin()
    page.keyboard.press("f")
    page.get_by_role("button", name="End this round").click()
    expect(page.locator(".practice-result")).to_contain_text("of 1 answer")
    with answers.another():
        held[0].continue_()
    expect(page.locator(".practice-result")).to_contain_text("of 1 answer")
    expect(page.locator(".desk-bar")).to_be_hidden()


def test_round_goes_on_when_the_server_could_not_end_it(page: Page, site: Site) -> None:
    Caught(page, "**/api/practice/end", busy).begin()
    begun(page, site)
    page.get_by_role("button", name="End this round").click()
    expect(page.locator(".desk-bar")).to_contain_text("busy")
    expect(page.locator("#card")).to_be_visible()


def all_samples_but(site: Site, left: int) -> None:
    """Bilal has judged his samples, but for so many."""
    filled(site.db, site.source, site.now())
    bilal = officer(site.db, "bilal")
    with site.db.write() as tx:
        for item in blind.blind_next(tx, bilal.id)[left:]:
            asked = BlindRequest(item_id=item.id, verdict=Verdict.KEEP, by=bilal)
            judge_again(tx, asked, holds=Holds(), policy=1, now=site.now())


def test_samples_are_not_at_an_end_while_more_are_fetched(page: Page, site: Site) -> None:
    all_samples_but(site, 1)
    fetching = Caught(page, "**/api/samples/next", unanswered)
    sign_in(page, site, "bilal", "/samples")
    expect(page.locator("#samples #card")).to_be_focused()
    fetching.begin()
    page.keyboard.press("f")
    expect(page.locator("#samples .empty-text")).to_have_text("Fetching…")


def test_samples_are_not_at_an_end_because_the_server_failed_and_come_by_themselves(
    page: Page, site: Site
) -> None:
    all_samples_but(site, 1)
    failing = Caught(page, "**/api/samples/next", busy)
    failing.begin()
    sign_in(page, site, "bilal", "/samples")
    expect(page.locator("#samples .empty-text")).to_contain_text("busy")
    failing.end()
    expect(page.locator("#samples #card")).to_be_focused()


def test_sample_whose_answer_failed_stays_to_be_judged_again(page: Page, site: Site) -> None:
    all_samples_but(site, 1)
    failing = Caught(page, "**/api/samples/answer", busy)
    sign_in(page, site, "bilal", "/samples")
    expect(page.locator("#samples #card")).to_be_focused()
    failing.begin()
    page.keyboard.press("f")
    expect(page.locator("#samples .desk-bar")).to_contain_text("busy")
    failing.end()
    page.keyboard.press("f")
    expect(page.locator("#samples .empty-text")).to_have_text("No sample is open to you")


# ------------------------------------------------------------------------------ the grid


def test_copies_that_come_when_another_list_is_open_are_not_chosen_there(
    page: Page, site: Site
) -> None:
    flood(site)
    fill(site, 2)
    held: list[Route] = []
    Caught(page, "**/api/grid/copies", held.append).begin()
    answers = Answers(page, "/api/grid/copies")
    enter(page, site, "/grid?words=loans")
    choose(page, "call me today 7")
    page.get_by_role("button", name="Choose all copies").click()
    page.get_by_label("Words").fill("fools")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(row(page, f"{SPAM} 0:")).to_be_visible()
    with answers.another():
        held[0].continue_()
    expect(page.locator(".bulk-said")).to_have_text("Nothing is chosen.")


def test_no_copy_is_chosen_when_the_server_fails_on_the_way(page: Page, site: Site) -> None:
    fill(site, 2)
    seen: list[Route] = []

    def second_fails(route: Route) -> None:
        seen.append(route)
        if len(seen) == 2:
            route.abort()
        else:
            found = {"id": "another", "revision": 1, "expected": None, "protected": False}
            route.fulfill(json={"items": [found], "more": False})

    Caught(page, "**/api/grid/copies", second_fails).begin()
    enter(page, site)
    choose(page, f"{SPAM} 0:", f"{SPAM} 1:")
    page.get_by_role("button", name="Choose all copies").click()
    is_noticed(page, "Nothing was chosen")
    row(page, f"{SPAM} 1:").locator("input").uncheck()
    expect(page.locator(".bulk-said")).to_have_text("1 comment is chosen.")


def test_list_is_drawn_anew_when_nobody_knows_whether_a_bulk_was_recorded(
    page: Page, site: Site
) -> None:
    ids = fill(site)

    def lose_answer(route: Route) -> None:
        route.fetch()  # the server does it
        route.abort()  # and the browser never hears of it

    Caught(page, "**/api/grid/bulk", lose_answer).begin()
    enter(page, site)
    choose(page, f"{SPAM} 0:")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_role("button", name="Keep 1 comment").click()
    expect(page.get_by_role("alert").last).to_contain_text("could not be reached")
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(row(page, f"{SPAM} 0:")).to_have_count(0)
    assert verdicts(site, ids[0]) == [Verdict.KEEP]


# ------------------------------------------------------------------------------ elsewhere


def test_columns_that_cannot_be_asked_for_again_are_told_of(page: Page, place: Place) -> None:
    lost = Caught(page, "**/api/import/*/columns")
    enter_office(page, place, Role.OFFICER, "/sources")
    choose_file(page, "a.csv", URDU)
    page.wait_for_selector("h3:has-text('What is each column?')")
    page.click("text=Show the first rows so")
    page.wait_for_selector("h3:has-text('This is')")
    lost.begin()
    page.click("text=Change the columns")
    expect(page.locator("#import .form-answer")).to_contain_text("could not be reached")
    lost.end()
    page.click("text=Change the columns")
    page.wait_for_selector("h3:has-text('What is each column?')")


def test_sign_out_that_finds_no_server_is_told_of(page: Page, site: Site) -> None:
    lost = Caught(page, "**/sign-out")
    lost.begin()
    sign_in(page, site, "nadia", "/help")
    page.get_by_role("button", name="Sign out").click()
    is_noticed(page, "could not be reached")
    lost.end()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{site.url}/sign-in")


def test_who_reads_a_history_is_asked_again_after_the_server_failed(
    page: Page, second_page: Page, site: Site
) -> None:
    filled(site.db, site.source, site.now())
    with site.db.read() as tx:
        item = blind.blind_next(tx, officer(site.db, "bilal").id)[0]
    looking = Caught(page, "**/api/queue/viewing", busy)
    looking.begin()
    page.clock.install()
    with page.expect_response("**/api/queue/viewing"):
        sign_in(page, site, "nadia", f"/comments/{item.comment_id}")
    with second_page.expect_response("**/api/queue/viewing"):
        sign_in(second_page, site, "samina", f"/comments/{item.comment_id}")
    looking.end()
    page.clock.run_for(20_000)
    is_noticed(page, "Samina Khan")
