"""A real server over a SQLite file, and the system's own Chromium, for each browser test."""

from __future__ import annotations

import re
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.serving import make_server

from dashboard.app import create_app
from dashboard.deps import Deps, SessionLimits
from dashboard.identity.passwords import LIGHT
from data.db import Database
from data.model import Source
from moderation.deciding.decide import Holds
from moderation.texts.text import search_fold
from tests.browser.chromium import launch_arguments
from tests.browser.desk_data import PASSWORD, a_page, people
from tests.tables import a_database

PATIENCE = 90_000  # milliseconds: two cores with ten browsers on them are slow, not wrong
expect.set_options(timeout=PATIENCE)
RESULTS = Path(__file__).parents[2] / "test-results"
# Both in one look: between two looks the one may have taken the other's place.
CARD_OR_CLEAR = """(before) => {
  if (document.querySelector("#desk .empty-mark")) return "clear";
  const text = document.querySelector("#card .card-text");
  return text && text.textContent !== before ? text.textContent : null;
}"""
# A notice stands for some seconds only; which ones came is remembered as long as the page is open.
NOTICES = """(() => {
  window.noticed = [];
  const isNotice = (node) => node.nodeType === 1 && node.classList.contains("toast");
  new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach(
    (node) => isNotice(node) && window.noticed.push(node.textContent))))
    .observe(document, { childList: true, subtree: true });
})()"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """pytest-base-url, which pytest-playwright brings, still writes its fixture the old way."""
    quiet = pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods")
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(quiet)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, **launch_arguments()}


def patient(context: BrowserContext) -> BrowserContext:
    """Waits as long as all else here, and remembers the notices of its pages."""
    context.set_default_timeout(PATIENCE)
    context.add_init_script(NOTICES)
    return context


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    return patient(context)


@dataclass
class Site:
    """A running server; ``passed`` moves its clock."""

    url: str
    db: Database
    source: Source
    passed: timedelta = timedelta(0)
    requests: list[str] = field(default_factory=list[str])

    def now(self) -> datetime:
        return datetime.now(UTC) + self.passed


@pytest.fixture
def site(tmp_path: Path) -> Generator[Site]:
    """A server with people and one page and no comments yet."""
    db = a_database(f"sqlite:///{tmp_path}/sunwai.db")
    now = datetime.now(UTC)
    with db.write() as tx:
        people(tx, now)
        source = a_page(tx, now)
    made = Site(url="", db=db, source=source)
    deps = Deps(
        db=db,
        clock=made.now,
        secret_key=b"only for tests, 32 bytes of it..",
        fold=search_fold,
        reports_folder=tmp_path,
        organisation="District Administration, Rahimabad",
        password_work=LIGHT,
        session=SessionLimits(),
        holds=Holds(ordinary=timedelta(minutes=9)),  # none is over before a slow test has seen it
    )
    server = make_server("127.0.0.1", 0, create_app(deps), threaded=True)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()
    db.close()


class Watch:
    """What a page asked for and what it complained of."""

    def __init__(self, page: Page, url: str) -> None:
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda r: None if _is_ours(r.url, url) else self.foreign.append(r.url))
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.complaints.append(str(e)))

    def nothing_odd(self, *, but: str = "no such words") -> None:
        """No request to another host, no error and no policy violation in the console."""
        assert self.foreign == []
        assert [c for c in self.complaints if but not in c] == []


def _is_ours(url: str, ours: str) -> bool:
    return url.startswith((ours, "data:", "blob:"))


def sign_in(page: Page, site: Site, name: str, to: str = "/") -> Watch:
    """Sends what the form would send, undrawn, and opens the page; test_signin fills the form."""
    watch = Watch(page, site.url)
    line = page.context.request
    token = re.search(r'name="csrf_token" value="([^"]+)"', line.get(f"{site.url}/sign-in").text())
    assert token is not None
    filled = {"csrf_token": token[1], "next": to, "name": name, "password": PASSWORD}
    answer = line.post(f"{site.url}/sign-in", form=filled, max_redirects=0)
    assert answer.status == 303, answer.text()
    page.goto(f"{site.url}{to}")
    return watch


def fill_sign_in(page: Page, name: str) -> None:
    """Fills the form that is open and sends it."""
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")


def open_queue(page: Page, site: Site, name: str = "nadia") -> Watch:
    """Signs in, opens the queue and waits for its first card or its empty state."""
    watch = sign_in(page, site, name, "/queue")
    page.wait_for_selector("#desk #card, #desk .empty-mark")
    return watch


def all_saved(page: Page) -> None:
    """Waits until every key has met its card and every decision has reached the server."""
    page.wait_for_function("() => window.sunwai.unsaved && window.sunwai.unsaved() === 0")


def is_noticed(page: Page, words: str) -> None:
    """Waits until a notice with these words has come on the open page; it may be gone again."""
    has = "(words) => window.noticed.some((notice) => notice.includes(words))"
    page.wait_for_function(has, arg=words)


def window_is_filled(page: Page) -> None:
    """Waits until the window of the history, where it is open, shows what the server told."""
    expect(page.locator(".window .history:not(:has(h3))")).to_have_count(0)


def keep_all(page: Page) -> None:
    """Keeps card after card, each once it is there, until the queue is clear."""
    shown = None
    while (shown := page.wait_for_function(CARD_OR_CLEAR, arg=shown).json_value()) != "clear":
        page.keyboard.press("f")


def shot(page: Page, name: str) -> None:
    RESULTS.mkdir(exist_ok=True)
    page.screenshot(path=RESULTS / f"{name}.png")


@pytest.fixture
def second_page(context: BrowserContext, browser: Any) -> Generator[Page]:
    """A page of another person: its own cookies."""
    other = patient(browser.new_context())
    yield other.new_page()
    other.close()
