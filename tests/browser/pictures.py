"""`make screenshots`: starts the sample organisation in an empty home and takes its pictures.

Pictures go to docs/pictures: every page as the role that it is made for, wide and narrow.
"""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from sunwai.network import free_port
from tests.browser.chromium import launch_arguments
from tests.journey.command_line import CommandLine

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "pictures"
SIZES = {"wide": (1440, 900), "narrow": (360, 780)}
PAGES = {
    "officer": ("/", "/queue", "/outbox", "/decisions", "/comments", "/sources", "/help"),
    "manager": ("/feedback", "/themes", "/duty", "/reports"),
    "auditor": ("/log",),
    "administrator": ("/settings",),
    "senior": ("/policy",),
}
COMMITTED = ("queue_wide", "feedback_wide")  # the two that the README shows


def main() -> None:
    """Takes all pictures; with --readme only the two that the README shows."""
    only = set(COMMITTED) if "--readme" in sys.argv[1:] else None
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        port = free_port()
        run = CommandLine(home=Path(home), settings={"SUNWAI_PORT": str(port)})
        loaded = run("demo", "load", timeout=600)
        assert loaded.code == 0, loaded.err
        server = run.start("run")
        try:
            _wait_until_up(f"http://127.0.0.1:{port}")
            _take(f"http://127.0.0.1:{port}", _passwords(Path(home)), only)
        finally:
            server.send_signal(signal.SIGINT)
            server.communicate(timeout=60)


def _passwords(home: Path) -> dict[str, str]:
    lines = (home / "var" / "sample-users.txt").read_text("utf-8").splitlines()
    return {name: password for name, password in map(str.split, lines)}


def _wait_until_up(base: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{base}/healthz").is_success:
                time.sleep(8)  # one sweep, one report
                return
        except httpx.TransportError:
            time.sleep(0.5)
    raise SystemExit("the dashboard did not come up")


def _take(base: str, passwords: dict[str, str], only: set[str] | None) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_arguments())
        for name, page in _pages(browser, base, passwords, only):
            page.screenshot(path=FOLDER / f"{name}.png", full_page="queue" not in name)
            print(FOLDER / f"{name}.png")
        browser.close()


def _pages(
    browser: Browser, base: str, passwords: dict[str, str], only: set[str] | None
) -> Iterator[tuple[str, Page]]:
    for size, (width, height) in SIZES.items():
        for user, paths in PAGES.items():
            wanted = [(_name(p, size), p) for p in paths if only is None or _name(p, size) in only]
            if not wanted:
                continue
            context = browser.new_context(viewport={"width": width, "height": height})
            page = context.new_page()
            page.goto(f"{base}/sign-in")
            page.fill("input[name=name]", user)
            page.fill("input[name=password]", passwords[user])
            page.keyboard.press("Enter")
            page.wait_for_url(f"{base}/")
            for name, path in wanted:
                page.goto(base + path)
                page.wait_for_load_state("networkidle")
                page.wait_for_timeout(1500)
                yield name, page
            context.close()


def _name(path: str, size: str) -> str:
    return f"{path.strip('/') or 'today'}_{size}"


if __name__ == "__main__":
    main()
