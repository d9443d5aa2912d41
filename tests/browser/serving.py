"""An office's dashboard behind a real server, for browser tests that need its people and past."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Page
from werkzeug.serving import make_server

from data.model import Role
from data.store.choices import keep_choice
from tests.browser.conftest import Site, Watch, sign_in
from tests.builders import NOW
from tests.unit.pages_helpers import Office


@contextmanager
def served(office: Office) -> Generator[Site]:
    """The office's pages at an address of this machine, until the block ends."""
    server = make_server("127.0.0.1", 0, office.server, threaded=True)
    site = Site(url=f"http://127.0.0.1:{server.server_port}", db=office.db, source=office.source)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        office.db.close()


def enter(page: Page, site: Site, role: Role, to: str) -> Watch:
    """Signs in as a role, goes to the page and waits for its heading."""
    bare = to.partition("?")[0]
    watch = sign_in(page, site, role.value, bare)
    if bare != to:
        page.goto(site.url + to)
    page.wait_for_selector(".page h1")
    return watch


def read_in_urdu(office: Office, role: Role) -> None:
    """The role's person has chosen Urdu."""
    with office.db.write() as tx:
        keep_choice(tx, office.users[role].id, "language", "ur", now=NOW)
