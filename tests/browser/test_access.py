"""No page keeps anybody out: every page that a role opens, in both languages and both themes.

The pages are those of ``security.ROLE_PAGES``: a new one is walked from the day it is named there.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest
from playwright.sync_api import Page

from dashboard.signing_in.security import ROLE_PAGES
from dashboard.web.delivery import CHART_PAGES
from data.model import Role
from data.store.choices import ChoiceName, keep_choice
from tests.browser.access import WIDE, barriers
from tests.browser.conftest import sign_in
from tests.browser.test_pages import Place
from tests.browser.test_pages import place as _place
from tests.builders import NOW

place = _place
ORDER = (Role.SENIOR, Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR, Role.OFFICER)
# A page of one thing: which of the office's ids.
WALKERS = tuple(
    w
    for w in ORDER
    if any(next(r for r in ORDER if r in roles) is w for roles in ROLE_PAGES.values())
)
OF_ONE = {"/comments/": "complaint", "/cases/": None}
BY_FORM = ("/me/password", "/me/second-factor", "/me/sessions")  # not drawn by Dash
READY = ".page h1, #desk #card, #desk .empty-mark, .own-main h1, .samples, .practice"


def walk(role: Role, place: Place) -> Generator[str]:
    """The pages that this role is walked through: each page once, by the first that may open it."""
    for path, roles in ROLE_PAGES.items():
        if role is not next(r for r in ORDER if r in roles):
            continue
        if path == "/" or not path.endswith("/"):
            yield path
        elif OF_ONE.get(path):
            yield path + place.office.ids[str(OF_ONE[path])]
    if role is Role.SENIOR:
        yield from BY_FORM


def speaks(place: Place, role: Role, tongue: str) -> None:
    with place.office.db.write() as tx:
        keep_choice(tx, place.office.users[role].id, ChoiceName.LANGUAGE, tongue, now=NOW)


def ready(page: Page) -> None:
    page.wait_for_selector(READY)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("tongue", ["en", "ur"])
@pytest.mark.parametrize("role", WALKERS)
def test_no_page_keeps_anybody_out(page: Page, place: Place, role: Role, tongue: str) -> None:
    speaks(place, role, tongue)
    page.set_viewport_size(WIDE)
    page.emulate_media(reduced_motion="reduce")
    watch = sign_in(page, place.site, role.value, "/help")
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    found: dict[str, list[str]] = {}
    for path in walk(role, place):
        page.goto(place.site.url + path)
        ready(page)
        assert page.get_attribute("html", "lang") == tongue, path
        if path in CHART_PAGES:
            page.wait_for_selector(".js-plotly-plot .main-svg .trace", state="attached")
        if told := barriers(page):
            found[path] = told
    assert found == {}
    assert [a for a in asked if "package_data/plotly" in a] == []  # the whole of it: never
    watch.nothing_odd()
