"""The policy page in a real browser: a draft, its shadow run, the second person, both tongues."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from data.documents import DocumentKind
from data.model import FeedbackKind, Flag, Role
from data.store import policies, shadow_jobs
from moderation.learning.drafts import make_draft
from moderation.policies.policy_document import DEFAULT_POLICY, policy_to_toml
from tests.browser.access import axe
from tests.browser.conftest import Site, patient
from tests.browser.serving import enter, read_in_urdu, served
from tests.builders import NOW
from tests.tables import a_database
from tests.unit.pages_helpers import Office, an_office, say
from tests.unit.test_pages_policy import try_waiting

FOUND = "Protected comments newly flagged"


@dataclass
class Place:
    """An office with a policy in force; ``gate`` holds a shadow run back until it is opened."""

    office: Office
    site: Site
    gate: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def place(tmp_path: Path) -> Generator[Place]:
    db = a_database(f"sqlite:///{tmp_path}/sunwai.db")
    gate, lock = threading.Event(), threading.Lock()

    def hasten() -> None:
        with lock:
            if gate.is_set():
                try_waiting(db)

    office = an_office(tmp_path, db=db, hasten_shadows=hasten)
    with db.write() as tx:
        body = policy_to_toml(DEFAULT_POLICY)
        policies.keep_policy(tx, body, made_by="sunwai", approved_by="sunwai", now=NOW)
    say(office, "tanker", "No tanker came for a week.", feedback=(FeedbackKind.COMPLAINT,),
        flag=Flag.NONE, toxicity=0.1)  # fmt: skip
    with served(office) as site:
        yield Place(office=office, site=site, gate=gate)


def draft(page: Page, place: Place, role: Role = Role.ADMINISTRATOR) -> None:
    """Drafts a change that flags earlier, through the form."""
    page.click("summary:has-text('Draft a change')")
    page.fill("input[name='queue.toxicity']", "0.05")
    page.locator("form", has=page.locator("input[name='queue.toxicity']")).locator(
        "input[name=note]"
    ).fill("Flag earlier")
    page.locator("details[open]").get_by_role("button", name="Keep as a draft").click()
    expect(page.locator("h2", has_text="Draft 2 of the policy")).to_be_visible()


def begin(page: Page) -> None:
    page.get_by_role("button", name="Run a shadow").click()


def no_violation(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    assert axe(page) == []


def test_a_change_is_drafted_tried_and_put_in_force_by_a_second_person(
    page: Page, place: Place, browser: Browser
) -> None:
    place.gate.set()
    watch = enter(page, place.site, Role.ADMINISTRATOR, "/policy")
    draft(page, place)
    expect(page.locator("text=a second person approves it")).to_be_visible()
    expect(page.get_by_role("button", name="Approve draft 2")).to_have_count(0)
    begin(page)
    expect(page.locator(f"li:has-text('{FOUND}')")).to_be_visible()
    other = patient(browser.new_context())
    second = other.new_page()
    second_watch = enter(second, place.site, Role.SENIOR, "/policy")
    second.once("dialog", lambda d: d.accept())
    second.get_by_role("button", name="Approve draft 2").click()
    expect(second.locator("h2", has_text="In force: version 2")).to_be_visible()
    with place.site.db.read() as tx:
        found = policies.policy_in_force(tx)
    assert found is not None and found[0] == 2
    watch.nothing_odd()
    second_watch.nothing_odd()
    other.close()


def test_a_shadow_run_goes_on_while_the_page_is_left_and_tells_how_far_it_is(
    page: Page, place: Place
) -> None:
    watch = enter(page, place.site, Role.SENIOR, "/policy")
    draft(page, place)
    begin(page)
    told = page.locator(".shadow-progress [role=status]")
    expect(told).to_contain_text("waits for its turn")
    page.goto(f"{place.site.url}/help")
    page.goto(f"{place.site.url}/policy")
    expect(told).to_be_visible()
    with place.site.db.write() as tx:
        job = shadow_jobs.open_shadow_jobs(tx)[0]
        shadow_jobs.begin_shadow_job(tx, job.id, total=4000)
        shadow_jobs.note_shadow_progress(tx, job.id, 1500)
    expect(told).to_have_text("Shadow run: 1,500 of 4,000 comments compared.")
    no_violation(page)
    place.gate.set()
    expect(page.locator(f"li:has-text('{FOUND}')")).to_be_visible()
    watch.nothing_odd()


def test_a_draft_is_rejected_with_a_reason(page: Page, place: Place) -> None:
    watch = enter(page, place.site, Role.SENIOR, "/policy")
    draft(page, place)
    page.click("summary:has-text('Reject')")
    page.fill("details[open] input[name=reason]", "Too early for this")
    page.get_by_role("button", name="Reject draft 2").click()
    expect(page.locator("h2", has_text="Draft 2")).to_have_count(0)
    expect(page.locator("tr", has_text="Too early for this")).to_contain_text("rejected")
    watch.nothing_odd()


def test_a_number_that_is_none_is_told_beside_the_button(page: Page, place: Place) -> None:
    watch = enter(page, place.site, Role.SENIOR, "/policy")
    page.click("summary:has-text('Draft a change')")
    page.fill("input[name='queue.spam']", "often")
    page.fill("details[open] input[name=note]", "x")
    page.locator("details[open]").get_by_role("button", name="Keep as a draft").click()
    expect(page.locator("details[open] .form-answer")).to_contain_text("queue.spam: found 'often'")
    watch.nothing_odd(but="400")


@pytest.mark.parametrize("tongue", ["en", "ur"])
@pytest.mark.parametrize("role", [Role.SENIOR, Role.AUDITOR, Role.ADMINISTRATOR])
def test_every_state_passes_axe_and_fits_a_narrow_window(
    page: Page, place: Place, role: Role, tongue: str
) -> None:
    place.gate.set()
    with place.site.db.write() as tx:
        make_draft(tx, DocumentKind.POLICY, "[queue]\ntoxicity = 0.05\n",
                   by=place.office.users[Role.SENIOR], now=NOW, note="Flag earlier")  # fmt: skip
        shadow_jobs.add_shadow_job(tx, DocumentKind.POLICY, 2, 30,
                                   user_id=place.office.users[Role.SENIOR].id, now=NOW)  # fmt: skip
    try_waiting(place.site.db)
    if tongue == "ur":
        read_in_urdu(place.office, role)
    watch = enter(page, place.site, role, "/policy")
    page.evaluate("() => document.querySelectorAll('details').forEach((d) => (d.open = true))")
    no_violation(page)
    page.set_viewport_size({"width": 360, "height": 800})
    wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    watch.nothing_odd()
