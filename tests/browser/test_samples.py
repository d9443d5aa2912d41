"""Blind samples in a real browser: judged without the first verdict, differences settled."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from data.model import Verdict
from data.store import blind
from moderation.deciding.blind import BlindRequest, judge_again
from moderation.deciding.decide import Holds
from tests.browser.access import axe
from tests.browser.conftest import Site, sign_in
from tests.browser.learning_data import filled, officer
from tests.browser.network import Caught, unanswered
from tests.browser.test_learning import TONGUES, speaks


@TONGUES
def test_blind_sample_is_judged_without_its_verdict(page: Page, site: Site, tongue: str) -> None:
    filled(site.db, site.source, site.now())
    speaks(site, "bilal", tongue)
    watch = sign_in(page, site, "bilal", "/samples")
    page.wait_for_selector("#samples #card")
    assert axe(page) == []
    told = page.locator("#samples").inner_text()
    assert "Nadia" not in told and "OM-5" not in told
    before = page.locator("#samples-open").inner_text()
    page.keyboard.press("f")
    expect(page.locator("#samples-open")).not_to_have_text(before)
    watch.nothing_odd()
    with site.db.read() as tx:
        assert {a.by_user for a in blind.blind_answers(tx)} == {officer(site.db, "bilal").id}


def test_senior_settles_a_difference_on_the_page(page: Page, site: Site) -> None:
    filled(site.db, site.source, site.now())
    bilal = officer(site.db, "bilal")
    with site.db.write() as tx:
        item = next(i for i in blind.blind_next(tx, bilal.id) if i.first is Verdict.REMOVE)
        asked = BlindRequest(item_id=item.id, verdict=Verdict.KEEP, by=bilal)
        judge_again(tx, asked, holds=Holds(), policy=1, now=site.now())
    sign_in(page, site, "samina", "/samples")
    page.wait_for_selector(".sample-difference")
    assert axe(page) == []
    page.get_by_role("button", name="The first decision stands").click()
    expect(page.locator(".sample-difference")).to_have_count(0)


def test_blind_sample_is_judged_while_the_next_ones_are_on_their_way(
    page: Page, site: Site
) -> None:
    filled(site.db, site.source, site.now())
    bilal = officer(site.db, "bilal")
    with site.db.write() as tx:
        for item in blind.blind_next(tx, bilal.id)[3:]:  # of three left, each answer asks for more
            asked = BlindRequest(item_id=item.id, verdict=Verdict.KEEP, by=bilal)
            judge_again(tx, asked, holds=Holds(), policy=1, now=site.now())
        before = {a.item.revision_id for a in blind.blind_answers(tx)}
    fetching = Caught(page, "**/api/samples/next", unanswered)
    sign_in(page, site, "bilal", "/samples")
    expect(page.locator("#samples #card")).to_be_focused()
    fetching.begin()
    for judged in ("1 judged just now", "2 judged just now"):
        page.keyboard.press("f")
        expect(page.locator("#samples .practice-score")).to_have_text(judged)
    with site.db.read() as tx:
        assert len({a.item.revision_id for a in blind.blind_answers(tx)} - before) == 2
