"""E4, E5: what a first and a later visit to a page weigh and take, against stock Dash.

The sample organisation served as `sunwai serve` serves it, and beside it a page as one writes it
first (stock_page). Real Chromium, a line of 10 Mbit/s and 40 ms (set through its own protocol,
which throttles what the browser sees: a loop-back without it is quicker). A first visit has an
empty cache, a later one the cache of the first; who visits is signed in. Times are milliseconds
from the address to the page drawn; weights are what came over the line, heads of answers too.

``--tree`` measures another checkout of the project, ``--lines`` gives one line a visit.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from sunwai.network import free_port
from tests.bench.measuring import ROOT, ROUNDS, Ratio, ratio_table
from tests.bench.stock_page import DRAWN as STOCK_DRAWN
from tests.browser.chromium import launch_arguments

LINE = {
    "offline": False,
    "latency": 40,
    "downloadThroughput": 10e6 / 8,
    "uploadThroughput": 10e6 / 8,
}
KIB = 1024
WAIT = 90_000
CHART = '() => document.querySelector(".js-plotly-plot .main-svg .trace") !== null'


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page to visit: who visits it and when it counts as drawn."""

    name: str
    user: str | None
    path: str
    drawn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    ms: float
    bytes: int
    requests: int


STOCK = Place(name="stock", user=None, path="/", drawn=STOCK_DRAWN)
OURS = (
    Place(name="queue", user="officer", path="/queue",
          drawn='() => document.querySelector("#desk #card .card-text") !== null'),
    Place(name="today", user="officer", path="/",
          drawn='() => document.querySelector(".tiles .tile-value") !== null'),
    Place(name="feedback", user="manager", path="/feedback", drawn=CHART),
    Place(name="duty", user="manager", path="/duty", drawn=CHART),
)  # fmt: skip


def main(tree: Path, lines: bool) -> str:
    """Markdown: the ratios, then what a visit is, place by place."""
    visits = _measured(tree)
    if lines:
        return "\n".join(f"{n} {k} {v}" for (n, k), found in visits.items() for v in found)
    return f"{_ratios(visits)}\n\n{_table(visits)}"


def _ratios(visits: dict[tuple[str, str], list[Visit]]) -> str:
    found: list[Ratio] = []
    for place in OURS:
        for kind, number in (("first", "E4"), ("later", "E4")):
            ours, stock = visits[place.name, kind], visits[STOCK.name, kind]
            what = f"{number} {place.name}, {kind} visit / stock Dash"
            found.append(Ratio(what=what, over=[v.ms for v in ours], under=[v.ms for v in stock],
                               unit="ms"))  # fmt: skip
        ours, stock = visits[place.name, "first"], visits[STOCK.name, "first"]
        found.append(Ratio(what=f"E5 {place.name}, first visit / stock Dash",
                           over=[v.bytes / KIB for v in ours], under=[v.bytes / KIB for v in stock],
                           unit="KiB"))  # fmt: skip
    return ratio_table(found)


def _table(visits: dict[tuple[str, str], list[Visit]]) -> str:
    rows = ["| page | visit | ms, median | KiB | requests |", "|---|---|---:|---:|---:|"]
    for (name, kind), found in visits.items():
        ms, weight = median(v.ms for v in found), median(v.bytes for v in found) / KIB
        rows.append(f"| {name} | {kind} | {ms:,.0f} | {weight:,.0f} | {found[-1].requests} |")
    return "\n".join(rows)


# ------------------------------------------------------------------------------ visiting


def _measured(tree: Path) -> dict[tuple[str, str], list[Visit]]:
    found: dict[tuple[str, str], list[Visit]] = {}
    with tempfile.TemporaryDirectory() as home, _servers(tree, Path(home)) as (ours, stock):
        words = _passwords(Path(home))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**launch_arguments())
            kept = {p.user: _signed_in(browser, ours, p.user, words) for p in OURS if p.user}
            for base, place in ((stock, STOCK), *((ours, p) for p in OURS)):
                list(_visits(browser, base, place, kept.get(place.user)))  # warms the server up
            for _ in range(ROUNDS):
                for base, place in ((stock, STOCK), *((ours, p) for p in OURS)):
                    for kind, visit in _visits(browser, base, place, kept.get(place.user)):
                        found.setdefault((place.name, kind), []).append(visit)
            browser.close()
    return found


def _visits(browser: Browser, base: str, place: Place, kept: Any) -> Iterator[tuple[str, Visit]]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, storage_state=kept)
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    weights: list[float] = []
    line.on("Network.loadingFinished", lambda e: weights.append(e["encodedDataLength"]))
    for kind in ("first", "later"):
        weights.clear()
        begun = time.perf_counter()
        page.goto(base + place.path, wait_until="commit")
        page.wait_for_function(place.drawn, timeout=WAIT, polling=20)
        ms = (time.perf_counter() - begun) * 1000
        page.wait_for_load_state("networkidle")
        yield kind, Visit(ms=ms, bytes=int(sum(weights)), requests=sum(w > 0 for w in weights))
        _leave(page)
    context.close()


def _leave(page: Page) -> None:
    page.goto("about:blank")


def _signed_in(browser: Browser, base: str, user: str, words: dict[str, str]) -> Any:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{base}/sign-in")
    page.fill("input[name=name]", user)
    page.fill("input[name=password]", words[user])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}/")
    kept = context.storage_state()
    context.close()
    return kept


# ------------------------------------------------------------------------------ serving


@contextmanager
def _servers(tree: Path, home: Path) -> Iterator[tuple[str, str]]:
    """The addresses of ours over a new sample organisation, and of the stock page over it."""
    ours, stock = free_port(), free_port()
    run = {**_environment(), "SUNWAI_HOME": str(home), "SUNWAI_PORT": str(ours)}
    subprocess.run(_python("-m", "sunwai", "demo", "load"), cwd=tree, env=run, check=True,
                   stdout=subprocess.DEVNULL)  # fmt: skip
    store = {**_environment(), "STOCK_DATABASE": str(home / "var" / "sunwai.db")}
    gunicorn = ("-m", "gunicorn", "-w", "2", "-k", "gthread", "--threads", "4",
                "--no-control-socket", "-b", f"127.0.0.1:{stock}",
                "--log-level", "error")  # fmt: skip
    children = [
        subprocess.Popen(_python("-m", "sunwai", "serve"), cwd=tree, env=run),
        subprocess.Popen(_python(*gunicorn, "tests.bench.stock_page:create()"), cwd=ROOT,
                         env=store),
    ]  # fmt: skip
    try:
        bases = f"http://127.0.0.1:{ours}", f"http://127.0.0.1:{stock}"
        _up(f"{bases[0]}/healthz")
        _up(bases[1])
        yield bases
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(timeout=30)


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("SUNWAI_")}


def _python(*words: str) -> Sequence[str]:
    return [sys.executable, *words]


def _up(address: str) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            if httpx.get(address).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise SystemExit(f"{address} did not come up")


def _passwords(home: Path) -> dict[str, str]:
    lines = (home / "var" / "sample-users.txt").read_text("utf-8").splitlines()
    return {name: password for name, password in map(str.split, lines)}


if __name__ == "__main__":
    wanted = argparse.ArgumentParser()
    wanted.add_argument("--tree", type=Path, default=ROOT)
    wanted.add_argument("--lines", action="store_true")
    given = wanted.parse_args()
    print(main(given.tree, given.lines))
