"""The second factor and the identity provider in a real browser, with no script of ours needed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pyotp.totp import TOTP
from werkzeug.serving import make_server

from dashboard.app import create_app
from dashboard.deps import Deps
from dashboard.identity.oidc import Provider
from dashboard.identity.passwords import LIGHT
from dashboard.identity.sign_in_rules import Oidc
from moderation.texts.text import search_fold
from sunwai.network import free_port, provider_client
from tests.browser.access import themed as problems
from tests.browser.conftest import Site, Watch, sign_in
from tests.browser.desk_data import PASSWORD, people
from tests.provider import CLIENT, SECRET, Idp, a_provider
from tests.tables import a_database


def code_of(page: Page, site: Site) -> str:
    """What the user's app would show, from the secret on the page."""
    page.locator("summary").click()
    secret = "".join(page.locator(".secret").inner_text().split())
    return TOTP(secret).at(int(site.now().timestamp()))


@pytest.mark.parametrize("tongue", ["en", "ur"])
def test_second_factor_is_turned_on_and_asked_for_at_the_next_sign_in(
    page: Page, site: Site, tongue: str
) -> None:
    page.context.add_cookies([{"name": "sunwai_tongue", "value": tongue, "url": site.url}])
    watch = sign_in(page, site, "nadia", "/help")
    page.goto(f"{site.url}/me/second-factor")
    assert problems(page) == []
    picture = page.locator(".qr svg").bounding_box()
    assert picture is not None and picture["width"] > 150
    page.fill("#code", code_of(page, site))
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator(".codes li")).to_have_count(10)
    assert problems(page) == []
    recovery = page.locator(".codes li").first.inner_text()
    page.context.clear_cookies()
    page.goto(f"{site.url}/sign-in?next=/queue&tongue={tongue}")
    page.fill("#name", "nadia")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/sign-in/code")
    expect(page.locator("#code")).to_be_focused()
    assert problems(page) == []
    page.keyboard.type(recovery)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/queue")
    page.goto(f"{site.url}/me/second-factor")
    assert problems(page) == []
    watch.nothing_odd()


@pytest.mark.parametrize("tongue", ["en", "ur"])
@pytest.mark.parametrize("path", ["/sign-in", "/me/password", "/me/sessions", "/me/second-factor"])
def test_page_outside_the_shell_has_no_barrier_and_fits_a_narrow_window(
    page: Page, site: Site, path: str, tongue: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.context.add_cookies([{"name": "sunwai_tongue", "value": tongue, "url": site.url}])
    if path != "/sign-in":
        sign_in(page, site, "nadia", "/help")
    page.goto(f"{site.url}{path}")
    assert page.locator("html").get_attribute("dir") == ("rtl" if tongue == "ur" else "ltr")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    assert problems(page) == []


def test_tongue_is_chosen_on_the_sign_in_page(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/sign-in?next=/queue")
    page.get_by_role("link", name="اردو").click()
    expect(page.get_by_role("heading")).to_have_text("داخل ہوں")
    assert page.locator("input[name=next]").get_attribute("value") == "/queue"
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading")).to_have_text("Sign in")


def test_user_ends_another_session_and_changes_the_password(
    page: Page, site: Site, second_page: Page
) -> None:
    sign_in(second_page, site, "nadia", "/help")
    sign_in(page, site, "nadia", "/help")
    page.goto(f"{site.url}/me/sessions")
    page.get_by_role("button", name="End it").click()
    expect(page.locator(".sessions li")).to_have_count(1)
    second_page.goto(f"{site.url}/help")
    assert "/sign-in" in second_page.url
    page.get_by_role("link", name="Password").click()
    page.fill("#old", PASSWORD)
    page.fill("#new", "four plain words here")
    page.fill("#again", "four plain words here")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("status")).to_contain_text("The password is changed.")


def test_administrator_opens_a_user_and_gives_another_role(page: Page, site: Site) -> None:
    watch = sign_in(page, site, "admin", "/settings")
    page.get_by_role("link", name="nadia").click()
    page.wait_for_url("**/settings?user=*")
    form = page.locator("form", has=page.get_by_role("button", name="Change the role"))
    form.locator("select").select_option("auditor")
    page.once("dialog", lambda d: d.accept())
    form.get_by_role("button").click()
    row = page.locator("tr", has=page.get_by_role("link", name="nadia"))
    expect(row).to_contain_text("Auditor")
    watch.nothing_odd()


# ------------------------------------------------------------------------------ the provider


@dataclass
class House:
    url: str
    idp: Idp


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A server and its provider, each on a port of its own."""
    db = a_database(f"sqlite:///{tmp_path}/sunwai.db")
    with db.write() as tx:
        people(tx, datetime.now(UTC))
    port = free_port()
    home = f"http://127.0.0.1:{port}"
    with a_provider(lambda: datetime.now(UTC)) as idp:
        oidc = Oidc(issuer=idp.url, client_id=CLIENT, client_secret=SECRET, home=home,
                    title="the office account")  # fmt: skip
        deps = Deps(
            db=db,
            clock=lambda: datetime.now(UTC),
            secret_key=b"only for tests, 32 bytes of it..",
            fold=search_fold,
            reports_folder=tmp_path,
            organisation="District Administration, Rahimabad",
            password_work=LIGHT,
            provider=Provider(oidc=oidc, line=provider_client),
        )
        server = make_server("127.0.0.1", port, create_app(deps), threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield House(url=home, idp=idp)
        server.shutdown()
        thread.join()
        server.server_close()
    db.close()


def test_person_comes_in_through_the_provider_and_leaves_by_it(page: Page, house: House) -> None:
    watch = Watch(page, "http://127.0.0.1")
    page.goto(f"{house.url}/sign-in?next=/help")
    page.get_by_role("link", name="Sign in with the office account").click()
    page.wait_for_url(f"{house.url}/help")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url(f"{house.url}/sign-in")
    assert "/end" in house.idp.asked
    page.goto(f"{house.url}/help")
    assert "/sign-in?next" in page.url
    watch.nothing_odd()


@pytest.mark.parametrize(
    ("lie", "said"),
    [({"lies": {"nonce": "x"}}, "cannot be trusted"), ({"state": "forged"}, "not begun here"),
     ({"algorithm": "none"}, "cannot be trusted"), ({"broken": "/token"}, "does not answer"),
     ({"refuses": "access_denied"}, "did not let you in"),
     ({"person": {"sub": "s", "preferred_username": "stranger"}}, "no account is open")],
)  # fmt: skip
def test_trouble_at_the_provider_ends_at_the_sign_in_page_with_a_sentence(
    page: Page, house: House, lie: dict[str, object], said: str
) -> None:
    for name, value in lie.items():
        setattr(house.idp, name, value)
    page.goto(f"{house.url}/sign-in")
    page.get_by_role("link", name="Sign in with the office account").click()
    expect(page.get_by_role("alert")).to_contain_text(said)
    expect(page.locator("#name")).to_be_visible()
    assert problems(page) == []
