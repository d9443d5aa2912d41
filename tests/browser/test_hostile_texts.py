"""Stored script in everything that a person or a platform can name: no page runs any of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle

import pytest
from playwright.sync_api import Page

from dashboard.identity.passwords import LIGHT, hash_password
from dashboard.signing_in.security import ROLE_PAGES
from data.model import CollectedAuthor, CollectedPost, Role, ThemeState
from data.store import themes, users
from tests.browser.conftest import Site, sign_in
from tests.browser.desk_data import PASSWORD, PEOPLE, SAID, say
from tests.builders import a_source

PAYLOADS = (
    "<script>window.stolen=1</script>",
    "<img src=x onerror=window.stolen=2>",
    '"><svg onload=window.stolen=3>',
    "javascript:window.stolen=4",
    "{{7*7}}${7*7}<%=7*7%>",
    "</script><script>window.stolen=5</script>",
    "'-window.stolen=6-'",
    "<a href=javascript:window.stolen=7 autofocus onfocus=window.stolen=8>x</a>",
    "\u202e<iframe srcdoc='<script>parent.stolen=9</script>'>",
)
OF_ROLE = {"nadia": Role.OFFICER, "samina": Role.SENIOR, "manager": Role.MANAGER,
           "auditor": Role.AUDITOR, "admin": Role.ADMINISTRATOR}  # fmt: skip
OUTSIDE = ("/me/second-factor", "/me/password", "/me/sessions")


@pytest.fixture
def hostile(site: Site) -> Iterator[Site]:
    """The site, with every payload in every place that keeps a text from outside."""
    now = site.now()
    with site.db.write() as tx:
        for n, payload in enumerate(PAYLOADS):
            source = a_source(tx, f"s{n}{payload[:40]}", title=payload, now=now)
            author = CollectedAuthor(external_id=f"a{n}", display_name=payload)
            post = CollectedPost(external_id=f"p{n}{payload}", text=payload)
            said = replace(SAID[0], text=f"{payload} shameless donkey", vile=("shameless donkey",))
            say(tx, source, said, now, author=author, post=post,
                permalink="javascript:window.stolen=10")  # fmt: skip
            themes.save_theme(tx, key=f"t{n}", title_en=payload, title_ur=payload, terms=[payload],
                              state=ThemeState.SELECTED, now=now)  # fmt: skip
            users.add_user(tx, name=f"u{n}{payload}"[:80].replace(" ", "_"), display=payload,
                           role=Role.OFFICER, password_hash=hash_password(PASSWORD, LIGHT),
                           now=now)  # fmt: skip
    yield site


REPORT = """() => {
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (e) =>
    window.violations.push(e.violatedDirective + " " + e.blockedURI));
}"""


# Both tongues where most is drawn; the others read by turns, for a walk takes a while.
WALKS = [
    ("nadia", "en"),
    ("nadia", "ur"),
    *zip(list(OF_ROLE)[1:], cycle(("ur", "en")), strict=False),
]


@pytest.mark.parametrize(("name", "tongue"), WALKS)
def test_no_page_runs_what_somebody_wrote(
    page: Page, hostile: Site, name: str, tongue: str
) -> None:
    assert PEOPLE[name][1] is OF_ROLE[name]
    page.context.add_cookies([{"name": "sunwai_tongue", "value": tongue, "url": hostile.url}])
    page.add_init_script(f"({REPORT})()")
    watch = sign_in(page, hostile, name)
    role = OF_ROLE[name]
    paths = [p for p, roles in ROLE_PAGES.items() if role in roles and not p.endswith("/")]
    more = ["/settings?user=7"] if role is Role.ADMINISTRATOR else ["/help"]
    for path in ["/", *paths, *more, *OUTSIDE]:
        page.goto(f"{hostile.url}{path}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("() => window.stolen") is None, path
        assert page.evaluate("() => window.violations") == [], path
        assert page.locator("iframe").count() == 0, path
        assert page.locator("a[href^='javascript:' i]").count() == 0, path
    watch.nothing_odd()
