"""The desk as an officer feels it: key to paint and save, with few and with very many comments.

`python -m tests.bench.bench_desk [COUNT]`: COUNT (1,000,000) comments are in the large store. Real
Chromium, gunicorn with two workers, SQLite. The officer presses a key every fifth of a second; then
the same with the page's processor slowed down to a sixth.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from data.db import Database, migrate
from tests.bench.big_store import fill
from tests.browser.chromium import launch_arguments
from tests.journey.processes import family_of
from tests.soak.officers import STATE, WATCH, Cleared, Seat, gunicorn
from tests.soak.officers_told import told_line

FEW, OPEN = 100, 2_000
KEYS, SLOW_KEYS = 40, 30
PAUSE = 0.2  # seconds between keys: an officer who reads nothing
SLOWDOWN = 6
POLLS = 20


@dataclass(slots=True)
class Felt:
    """Milliseconds of each kind, and megabytes of each process of the server."""

    quick: Cleared = field(default_factory=Cleared)
    slow: Cleared = field(default_factory=Cleared)
    claim: list[float] = field(default_factory=list[float])
    counts: list[float] = field(default_factory=list[float])
    memory: list[float] = field(default_factory=list[float])


def main(count: int) -> str:
    """The figures as Markdown."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_arguments())
        few = _felt(browser, Path(folder) / "few", FEW, FEW)
        many = _felt(browser, Path(folder) / "many", count, OPEN)
        browser.close()
    return "\n\n".join(
        [
            f"One officer, a key every {PAUSE:.1f} s. A decision is sent as soon as it is made; "
            '"on its way" is from the request to its answer.',
            _table(f"{FEW} comments in the store, all open", few),
            _table(f"{count:,} comments in the store, {OPEN:,} open", many),
        ]
    )


def _felt(browser: Browser, home: Path, count: int, still_open: int) -> Felt:
    home.mkdir()
    db = Database(f"sqlite:///{home}/sunwai.db")
    migrate(db)
    fill(db, count, still_open=still_open, now=datetime.now(UTC))
    with gunicorn(home, db, 2) as (address, master):
        felt = _at_the_desk(browser, address)
        felt.memory = [_megabytes(pid) for pid in family_of(master)]
    db.close()
    return felt


def _at_the_desk(browser: Browser, address: str) -> Felt:
    felt = Felt()
    context = browser.new_context()
    context.add_init_script(WATCH)
    seat = Seat(name="nadia", page=context.new_page(), address=address, told=felt.quick)
    seat.sign_in()
    _press(seat, KEYS)
    _drain(seat.page)
    seat.collect()
    seat.page.evaluate("() => { window.told = { paint: [], save: [], next: [] }; }")
    slowed: Any = context.new_cdp_session(seat.page)
    slowed.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    seat.told = felt.slow
    _press(seat, SLOW_KEYS)
    _drain(seat.page)
    seat.collect()
    slowed.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    felt.claim, felt.counts = _asked(seat.page)
    context.close()
    return felt


def _press(seat: Seat, keys: int) -> None:
    until = seat.keys + keys
    deadline = time.monotonic() + 120
    while seat.keys < until and time.monotonic() < deadline:
        seat.step()
        time.sleep(PAUSE)


def _drain(page: Page) -> None:
    while page.evaluate(STATE)["unsaved"]:
        page.wait_for_timeout(50)


def _asked(page: Page) -> tuple[list[float], list[float]]:
    """Milliseconds of renewing the claims on what lies on the desk, and of the counts."""
    timed = """async ([path, body]) => {
      const at = performance.now();
      await (body ? window.sunwai.post(path, body) : window.sunwai.get(path));
      return performance.now() - at;
    }"""
    ids = [f"mock:c{n:08}" for n in range(20)]
    claim = [page.evaluate(timed, ["/api/queue/claim", {"ids": ids}]) for _ in range(POLLS)]
    return claim, [page.evaluate(timed, ["/api/queue/counts", None]) for _ in range(POLLS)]


def _megabytes(pid: int) -> float:
    """The process's own share of memory (PSS): what is shared is divided by its sharers."""
    told = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
    line = next(x for x in told.splitlines() if x.startswith("Pss:"))
    return int(line.split()[1]) / 1024


def _table(name: str, felt: Felt) -> str:
    lines: Sequence[str] = [
        f"| {name} | p50 / p95 |",
        "|---|---:|",
        told_line("key to the next card painted", felt.quick.paint),
        told_line(f"the same, processor slowed down {SLOWDOWN} times", felt.slow.paint),
        told_line("a decision on its way", felt.quick.save),
        told_line(f"the same, processor slowed down {SLOWDOWN} times", felt.slow.save),
        told_line("the next cards fetched", [*felt.quick.next, *felt.slow.next]),
        told_line("20 claims looked at", felt.claim),
        told_line("counts of the queues", felt.counts),
        f"| memory of gunicorn's processes, PSS | {_memory(felt.memory)} |",
    ]
    return "\n".join(lines)


def _memory(megabytes: Sequence[float]) -> str:
    return " + ".join(f"{m:.0f}" for m in megabytes) + " MB"


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
