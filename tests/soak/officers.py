"""Officers who clear the queue by keyboard: real Chromium, gunicorn with workers, one database.

Every officer has a browser context of its own and presses a key as soon as the next card is
painted. On the way a web worker may be killed and an officer signed out by the server. What must
come of it: each comment decided once, by whoever saw it, and the log whole.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select, update

from dashboard.identity.passwords import LIGHT, hash_password
from data import schema
from data.db import Database, Tx
from data.model import Role
from data.store import audit, open_items, users
from sunwai.network import free_port
from tests.browser.desk_data import PASSWORD, a_page, plain_comments
from tests.journey.command_line import CommandLine, kill_now
from tests.journey.processes import children_of, until

# Told to the page before its own scripts: how long from a key to the next card painted, and how
# long each decision was on its way. A card is known by its text, which holds a number.
WATCH = """
(() => {
  window.told = { paint: [], save: [], next: [] };
  const shown = () => {
    const box = document.querySelector("#card .card-text");
    return box ? box.textContent : null;
  };
  window.cardShown = shown;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "f") return;
    const at = event.timeStamp, before = shown();
    const look = () => {
      if (shown() === before && document.querySelector("#card")) return requestAnimationFrame(look);
      const after = new MessageChannel();
      after.port1.onmessage = () => window.told.paint.push(performance.now() - at);
      after.port2.postMessage(0);
    };
    requestAnimationFrame(look);
  }, true);
  const asked = window.fetch;
  window.fetch = async (...told) => {
    const at = performance.now();
    const answer = await asked(...told);
    const kind = { "/api/queue/decide": "save", "/api/queue/next": "next" }[String(told[0])];
    if (kind) window.told[kind].push(performance.now() - at);
    return answer;
  };
})();
"""
STATE = """() => ({
  card: window.cardShown ? window.cardShown() : null,
  unsaved: window.sunwai && window.sunwai.unsaved ? window.sunwai.unsaved() : -1,
  ended: Boolean(document.activeElement && document.activeElement.closest(".window-body")),
  rest: Boolean(document.querySelector("#card.card-rest")),
  clear: Boolean(document.querySelector("#desk .empty-mark")),
})"""
STUCK = 240.0  # seconds without a card gone
PATIENCE = 120_000  # milliseconds for one page, where ten browsers share two cores


class Stuck(Exception):
    """No card went for so long; tells what each officer's page shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many officers and cards; after which share of the cards something goes wrong."""

    officers: int = 10
    cards: int = 2_000
    kill_at: tuple[float, ...] = ()  # shares of the cards at which a web worker is killed
    sign_out_at: float | None = None  # the share at which the first officer's session is ended
    workers: int = 2


@dataclass(slots=True, kw_only=True)
class Cleared:
    """What came of it. Times in milliseconds, of all officers together."""

    seconds: float = 0.0
    keys: int = 0
    killed: int = 0
    signed_in_again: int = 0
    paint: list[float] = field(default_factory=list[float])
    save: list[float] = field(default_factory=list[float])
    next: list[float] = field(default_factory=list[float])
    by_officer: list[int] = field(default_factory=list[int])
    undecided: int = 0
    twice: int = 0
    wrong: list[str] = field(default_factory=list[str])


@dataclass(slots=True, kw_only=True)
class Seat:
    """One officer at a browser of their own."""

    name: str
    page: Page
    address: str
    last: str | None = None
    keys: int = 0
    signed_in: int = 0
    told: Cleared

    def sign_in(self) -> None:
        self.page.goto(f"{self.address}/sign-in?next=/queue")
        self._fill_form()

    def _fill_form(self) -> None:
        self.page.fill("#name", self.name)
        self.page.fill("#password", PASSWORD)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector("#desk #card, #desk .empty-mark")
        self.signed_in += 1
        self.last = None  # a key may have met the window that says the session has ended

    def step(self) -> bool:
        """Decides on the card if a new one is painted; False once nothing is left to do."""
        if "/sign-in" in self.page.url:
            self._fill_form()
        state = self.page.evaluate(STATE)
        if state["ended"]:  # the window that asks to sign in again; its button has the focus
            self.page.keyboard.press("Enter")
            self.page.wait_for_url("**/sign-in*")
            return True
        if state["rest"]:  # the card that offers a break: any key goes on and decides nothing
            self.page.keyboard.press("j")
            return True
        if state["card"] is not None and state["card"] != self.last:
            self.last = state["card"]
            self.page.keyboard.press("f")
            self.keys += 1
            return True
        return not (state["clear"] and state["unsaved"] == 0)

    def collect(self) -> None:
        with suppress(Exception):  # a page that went to sign in has told nothing since
            found = self.page.evaluate("() => window.told")
            for name in ("paint", "save", "next"):
                getattr(self.told, name).extend(found[name])


def officers_names(count: int) -> list[str]:
    return [f"officer{n}" for n in range(count)]


def fill(db: Database, plan: Plan) -> list[str]:
    """The officers, a page, and the comments that wait; gives their ids."""
    now = datetime.now(UTC)
    hashed = hash_password(PASSWORD, LIGHT)
    with db.write() as tx:
        for name in officers_names(plan.officers):
            users.add_user(
                tx, name=name, display=name.title(), role=Role.OFFICER, password_hash=hashed,
                now=now,
            )  # fmt: skip
        source = a_page(tx, now)
    return plain_comments(db, source, plan.cards, now)


@contextmanager
def gunicorn(home: Path, db: Database, workers: int) -> Generator[tuple[str, int]]:
    """The server as `sunwai serve` starts it; yields its address and the pid of its master."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    run = CommandLine(
        home=home,
        settings={
            "SUNWAI_DATABASE_URL": db.engine.url.render_as_string(hide_password=False),
            "SUNWAI_PORT": str(port),
            "SUNWAI_WEB_WORKERS": str(workers),
            "SUNWAI_LOG_LEVEL": "error",
        },
    )
    run.done("init")
    server = run.start("serve")
    try:
        assert until(lambda: _answers(address)), "the server did not come up"
        yield address, server.pid
    finally:
        kill_now(server)


def _answers(address: str) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"{address}/healthz", timeout=5).is_success
    return False


def clear(browser: Browser, address: str, master: int, db: Database, plan: Plan) -> Cleared:
    """Lets the officers clear the queue, with what goes wrong on the way."""
    told = Cleared()
    seats: list[Seat] = []
    for name in officers_names(plan.officers):
        context = browser.new_context()
        context.set_default_timeout(PATIENCE)
        context.add_init_script(WATCH)
        seats.append(Seat(name=name, page=context.new_page(), address=address, told=told))
        seats[-1].sign_in()
    start = time.monotonic()
    _work(seats, _mishaps(master, db, plan, told))
    told.seconds = time.monotonic() - start
    for seat in seats:
        seat.collect()
        seat.page.context.close()
    told.keys = sum(s.keys for s in seats)
    told.signed_in_again = sum(s.signed_in - 1 for s in seats)
    return told


def _work(seats: Sequence[Seat], mishap: Callable[[int], None]) -> None:
    """Turn by turn, each presses a key if a new card is painted, until nobody has any."""
    moved = time.monotonic()
    while True:
        before = sum(s.keys for s in seats)
        busy = [seat.step() for seat in seats]
        done = sum(s.keys for s in seats)
        mishap(done)
        if not any(busy):
            return
        if done > before:
            moved = time.monotonic()
        else:
            seats[0].page.wait_for_timeout(20)
        if time.monotonic() - moved > STUCK:
            raise Stuck([(s.name, s.page.url, s.page.evaluate(STATE)) for s in seats])


def _mishaps(master: int, db: Database, plan: Plan, told: Cleared) -> Callable[[int], None]:
    kills = sorted(plan.kill_at)
    outs = [] if plan.sign_out_at is None else [plan.sign_out_at]

    def at(done: int) -> None:
        if kills and done >= kills[0] * plan.cards:
            kills.pop(0)
            os.kill(children_of(master)[0], signal.SIGKILL)
            told.killed += 1
        if outs and done >= outs[0] * plan.cards:
            outs.pop(0)
            with db.write() as tx:
                _end_session(tx, officers_names(1)[0])

    return at


def _end_session(tx: Tx, name: str) -> None:
    """The server no longer knows the officer: as an administrator's revocation does."""
    s, u = schema.user_session.c, schema.app_user.c
    whose = select(u.id).where(u.name == name).scalar_subquery()
    tx.execute(update(schema.user_session).where(s.user_id == whose).values(revoked_at=func.now()))


def examine(db: Database, ids: Sequence[str], told: Cleared) -> Cleared:
    """Counts what is lost or doubled, and looks at the log and at the open items."""
    d, c = schema.decision.c, schema.comment.c
    with db.read() as tx:
        made = tx.execute(select(d.comment_id, d.by_user)).all()
        standing = set(tx.execute(select(c.id).where(c.decision_id.is_not(None))).scalars())
        chain = audit.verify_chain(tx)
        odd = open_items.differences(tx)
        left = tx.execute(select(func.count()).select_from(schema.open_item)).scalar_one()
    counted = Counter(comment_id for comment_id, _ in made)
    told.undecided = len(set(ids) - set(counted))
    told.twice = sum(1 for n in counted.values() if n > 1)
    told.by_officer = sorted(Counter(by for _, by in made).values(), reverse=True)
    for what, wrong in (
        ("comments without a standing decision", len(set(ids) - standing)),
        ("comments decided twice", told.twice),
        ("open items left", left),
        ("open items that the view does not say", len(odd)),
        ("breaks in the log", int(chain.broken_at is not None)),
    ):
        if wrong:
            told.wrong.append(f"{what}: {wrong}")
    return told
