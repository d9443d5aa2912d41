"""Signing in, in a real browser: with and without JavaScript, wrong, slow, expired, signed out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, Watch, fill_sign_in, open_queue, patient, shot, sign_in


def test_sign_in_opens_today_for_the_right_password(page: Page, site: Site) -> None:
    watch = Watch(page, site.url)
    page.goto(f"{site.url}/sign-in")
    fill_sign_in(page, "nadia")
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    expect(page.locator(".who-name")).to_have_text("Nadia Rehman")
    page.wait_for_load_state("networkidle")
    watch.nothing_odd()


def test_sign_in_refuses_a_wrong_password_with_a_sentence(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/sign-in")
    page.fill("#name", "nadia")
    page.fill("#password", "not the password")
    page.click("button[type=submit]")
    expect(page.get_by_role("alert")).to_have_text("The name or the password is not right.")
    expect(page.locator("#name")).to_have_value("nadia")
    expect(page.locator("#password")).to_have_value("")


def test_sign_in_works_without_javascript(browser: Browser, site: Site) -> None:
    context = patient(browser.new_context(java_script_enabled=False))
    page = context.new_page()
    page.goto(f"{site.url}/sign-in?next=/queue")
    fill_sign_in(page, "nadia")
    page.wait_for_url(f"{site.url}/queue")
    context.close()


def test_sign_in_page_asks_no_other_host_and_breaks_no_policy(page: Page, site: Site) -> None:
    watch = Watch(page, site.url)
    page.goto(f"{site.url}/sign-in")
    expect(page.locator(".sign-in-ur")).to_have_text("سنوائی")
    page.wait_for_load_state("networkidle")
    shot(page, "sign-in")
    watch.nothing_odd()


def test_sign_out_ends_the_session(page: Page, site: Site) -> None:
    sign_in(page, site, "nadia")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{site.url}/sign-in")
    page.goto(f"{site.url}/queue")
    assert page.url == f"{site.url}/sign-in?next=%2Fqueue"


def test_idle_session_leads_back_to_the_page_after_signing_in(page: Page, site: Site) -> None:
    sign_in(page, site, "nadia")
    site.passed = timedelta(minutes=45)
    page.goto(f"{site.url}/help")
    assert "next=%2Fhelp" in page.url
    fill_sign_in(page, "nadia")
    page.wait_for_url(f"{site.url}/help")


@pytest.mark.parametrize("name", ["manager", "auditor", "admin"])
def test_queue_is_closed_to_a_role_that_decides_nothing(page: Page, site: Site, name: str) -> None:
    sign_in(page, site, name)
    expect(page.locator("#nav a")).not_to_have_count(0)
    expect(page.locator("#nav a", has_text="Queue")).to_have_count(0)
    answer = page.goto(f"{site.url}/queue")
    assert answer is not None and answer.status == 403
    expect(page.get_by_role("heading")).to_have_text("Your role does not allow this.")


def test_empty_queue_says_that_it_is_clear_and_when_it_was_swept(page: Page, site: Site) -> None:
    watch = open_queue(page, site)
    expect(page.locator("#desk")).to_contain_text("Queue is clear")
    expect(page.locator("#desk")).to_contain_text("Last sweep ended")
    watch.nothing_odd()
