"""The outbox in a real browser: counting down, trying again, conflicts, work by hand, the sheet."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Download, Page, expect

from data.model import Action, EnforcementState, ReasonCode, Role, Verdict
from data.store import outbox
from tests.browser.access import axe
from tests.browser.conftest import Site
from tests.browser.serving import enter, read_in_urdu, served
from tests.builders import NOW
from tests.tables import a_database
from tests.unit.pages_helpers import Office, an_office, decide

S = EnforcementState


@dataclass
class Place:
    office: Office
    site: Site


@pytest.fixture
def place(tmp_path: Path) -> Generator[Place]:
    db = a_database(f"sqlite:///{tmp_path}/sunwai.db")
    office = an_office(tmp_path, db=db)
    with served(office) as site:
        yield Place(office=office, site=site)


def an_action(
    place: Place, which: str, state: S, *, at: datetime = NOW, detail: str = ""
) -> Action:
    """A removal of the office's page that was left in the state."""
    number = decide(place.office, which, Verdict.REMOVE, reason=ReasonCode.SPAM, at=at)
    with place.site.db.write() as tx:
        action = outbox.action_of_decision(tx, number)
        assert action is not None
        if state is not S.HELD:
            outbox.append_enforcement(tx, action.id, state, now=at, detail=detail)
    return action


def state_of(place: Place, action: Action) -> S:
    with place.site.db.read() as tx:
        found = outbox.action_by_id(tx, action.id)
    assert found is not None
    return found.state


def card(page: Page, words: str) -> Any:
    return page.locator("article.row", has_text=words)


def test_a_hold_counts_down_and_the_page_shows_by_itself_how_it_went_on(
    page: Page, place: Place
) -> None:
    now = datetime.now(UTC)
    # The page's clock is behind the server's: the hold lasts longer than any machine takes.
    page.clock.install(time=now - timedelta(minutes=30))
    action = an_action(place, "roman", S.HELD, at=now)
    watch = enter(page, place.site, Role.OFFICER, "/outbox?state=held&state=verified")
    timer = card(page, "Pani kab").locator(".countdown")
    expect(timer).to_have_text(re.compile(r"\d+ min \d+ s left"))
    with place.site.db.write() as tx:
        outbox.append_enforcement(tx, action.id, S.VERIFIED, now=datetime.now(UTC))
    page.clock.fast_forward("40:00")
    page.clock.run_for(15_000)
    expect(card(page, "Pani kab").locator(".badge", has_text="Verified")).to_be_visible()
    watch.nothing_odd()


def test_a_refused_action_is_tried_again(page: Page, place: Place) -> None:
    action = an_action(place, "roman", S.REFUSED, detail="the platform says no")
    watch = enter(page, place.site, Role.OFFICER, "/outbox?list=dead")
    expect(card(page, "Pani kab")).to_contain_text("the platform says no")
    card(page, "Pani kab").get_by_role("button", name="Try again").click()
    expect(page.locator(".empty")).to_contain_text("no action needs a person")
    assert state_of(place, action) is S.HELD
    watch.nothing_odd()


def test_a_conflict_is_told_and_left_with_a_reason(page: Page, place: Place) -> None:
    told = "taken down by us, but public again: somebody put it back at the platform"
    action = an_action(place, "roman", S.CONFLICT, detail=told)
    watch = enter(page, place.site, Role.OFFICER, "/outbox?state=conflict")
    expect(card(page, "Pani kab")).to_contain_text(told)
    expect(card(page, "Pani kab").get_by_role("button", name="Do it again")).to_have_count(0)
    card(page, "Pani kab").get_by_label("Why it is left").fill("Mild after all")
    card(page, "Pani kab").get_by_role("button", name="Leave it").click()
    expect(page.locator(".empty")).to_be_visible()
    assert state_of(place, action) is S.LEFT
    watch.nothing_odd()


def test_a_senior_has_a_conflict_done_again(page: Page, place: Place) -> None:
    action = an_action(place, "roman", S.CONFLICT, detail="public again")
    watch = enter(page, place.site, Role.SENIOR, "/outbox?state=conflict")
    card(page, "Pani kab").get_by_role("button", name="Do it again").click()
    expect(page.locator(".empty")).to_be_visible()
    assert state_of(place, action) is S.HELD
    watch.nothing_odd()


def test_work_by_hand_is_confirmed_only_after_a_yes(page: Page, place: Place) -> None:
    action = an_action(place, "roman", S.BY_HAND)
    watch = enter(page, place.site, Role.OFFICER, "/outbox?state=by_hand")
    done = card(page, "Pani kab").get_by_role("button", name="Done by hand")
    page.once("dialog", lambda d: d.dismiss())
    done.click()
    assert state_of(place, action) is S.BY_HAND
    page.once("dialog", lambda d: d.accept())
    done.click()
    expect(page.locator(".empty")).to_be_visible()
    assert state_of(place, action) is S.CONFIRMED
    watch.nothing_odd()


def test_the_work_sheet_is_taken_along_in_each_shape(page: Page, place: Place) -> None:
    an_action(place, "roman", S.BY_HAND)
    enter(page, place.site, Role.OFFICER, "/outbox?state=by_hand")
    begins = {"Work sheet, PDF": (".pdf", b"%PDF-"), "Excel": (".xlsx", b"PK"),
              "CSV": (".csv", b"\xef\xbb\xbf")}  # fmt: skip
    for name, (ending, first) in begins.items():
        with page.expect_download() as waited:
            page.get_by_role("link", name=name, exact=True).click()
        got: Download = waited.value
        assert got.suggested_filename.endswith(ending)
        assert Path(got.path()).read_bytes().startswith(first), name


def test_one_source_is_chosen_and_stays_chosen_from_tab_to_tab(page: Page, place: Place) -> None:
    watch = enter(page, place.site, Role.OFFICER, "/outbox?state=held")
    expect(page.locator("#list-total")).to_have_text("2 actions")
    page.select_option("select[name=source]", label="Water on Instagram (Instagram)")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#list-total")).to_have_text("1 action")
    expect(page.locator("article.row")).to_contain_text("Such")
    page.locator(".state-tab", has_text="Verified").locator("a").click()
    expect(page.locator(".empty")).to_be_visible()
    assert f"source={place.office.feed.id}" in page.url
    watch.nothing_odd()


@pytest.mark.parametrize("tongue", ["en", "ur"])
def test_every_state_passes_axe_and_fits_a_narrow_window(
    page: Page, place: Place, tongue: str
) -> None:
    for which, state in (("roman", S.CONFLICT), ("formula", S.BY_HAND), ("old", S.REFUSED),
                         ("script", S.DRY_RUN)):  # fmt: skip
        an_action(place, which, state, detail="the comment is no longer there")
    if tongue == "ur":
        read_in_urdu(place.office, Role.SENIOR)
    every = "&".join(f"state={s.value}" for s in S)
    watch = enter(page, place.site, Role.SENIOR, f"/outbox?{every}")
    expect(page.locator("article.row")).to_have_count(6)
    page.evaluate("() => document.querySelectorAll('details').forEach((d) => (d.open = true))")
    page.wait_for_load_state("networkidle")
    assert axe(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    if tongue == "ur":
        assert "کارروائیاں" in page.inner_text("#list-total")
    watch.nothing_odd()
