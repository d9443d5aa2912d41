"""The line between a page and its server, put in trouble at the moment that a test means.

Chromium gives a page that is already loaded its interception, and the loss of its connection, by
and by: a request that goes out right after `page.route` or `set_offline` came back may still meet
neither. So requests are caught from before the page is loaded, and a test switches only what
becomes of them; and a connection counts as lost once a request of the page was seen to fail.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from re import Pattern

from playwright.sync_api import Page, Route

REACHED = """async (wanted) => navigator.onLine === wanted
  && (await fetch("/assets/base.js", { method: "HEAD", cache: "no-store" })
    .then(() => true, () => false)) === wanted"""

# Counted in the same turn in which the page's own script goes on with the answer.
COUNT = """(() => {
  if (window.answersRead) return;
  const asked = Response.prototype.text;
  window.answersRead = {};
  Response.prototype.text = async function () {
    const said = await asked.call(this);
    const path = new URL(this.url).pathname;
    window.answersRead[path] = (window.answersRead[path] || 0) + 1;
    return said;
  };
})()"""


def unreachable(route: Route) -> None:
    """The request finds no server."""
    route.abort()


def unanswered(_: Route) -> None:
    """The request stays on its way for as long as the page is there."""


class Caught:
    """Requests that match ``pattern``: they meet ``meets`` from ``begin()`` to ``end()``, and go on
    to the server otherwise. Made before the page is loaded.

    Playwright runs ``meets`` only while the test itself waits in a call of Playwright's.
    """

    def __init__(
        self, page: Page, pattern: str | Pattern[str], meets: Callable[[Route], None] = unreachable
    ) -> None:
        self._meets = meets
        self._begun = False
        page.route(pattern, self._catch)

    def _catch(self, route: Route) -> None:
        if self._begun:
            self._meets(route)
        else:
            route.continue_()

    def begin(self) -> None:
        self._begun = True

    def end(self) -> None:
        self._begun = False


def hears_nothing_of_others(page: Page) -> None:
    """The desk's question what others did stays unanswered, so that a test can be ahead of it.
    Said before the page is loaded."""
    Caught(page, "**/api/queue/pulse", unanswered).begin()


def lose_connection(page: Page) -> None:
    """Takes the connection of the page's browser away; comes back once a request has failed."""
    page.context.set_offline(True)
    page.wait_for_function(REACHED, arg=False)


def find_connection(page: Page) -> None:
    """Gives the connection back; comes back once a request has reached the server."""
    page.context.set_offline(False)
    page.wait_for_function(REACHED, arg=True)


class Answers:
    """The answers to one path that the page's scripts have read. Made before it is loaded."""

    def __init__(self, page: Page, path: str) -> None:
        self._page = page
        self._path = path
        page.add_init_script(COUNT)

    @contextmanager
    def another(self, more: int = 1) -> Generator[None]:
        """Waits at the end of the block until so many more than before were read and taken in."""
        count = "(path) => window.answersRead[path] || 0"
        before = self._page.evaluate(count, self._path)
        yield
        come = "([path, wanted]) => (window.answersRead[path] || 0) >= wanted"
        self._page.wait_for_function(come, arg=[self._path, before + more])
