"""`make screenshots`: starts the sample organisation in an empty home and takes its pictures.

Pictures go to docs/pictures: every page of ``security.ROLE_PAGES`` as a role that it is made for,
in both languages, light and dark, on a wide screen and on a telephone; the desk's windows and what
stands before the sign-in besides. They are kept small: the two that the README shows as PNG of few
colours, all others as WebP.

``python -m tests.browser.pictures queue feedback`` takes only those pages, into ``--to`` if told.
"""

from __future__ import annotations

import argparse
import io
import signal
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from dashboard.signing_in.security import ROLE_PAGES
from data.model import Role
from sunwai.network import free_port
from tests.browser.chromium import launch_arguments
from tests.journey.command_line import CommandLine

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "pictures"
SIZES = {"wide": (1440, 900), "narrow": (360, 780)}
LOOKS = (("en", "light"), ("en", "dark"), ("ur", "light"), ("ur", "dark"))
TALLEST = 2400  # px: a long list is not shown to its end
FIRST_CHOICE = (Role.OFFICER, Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR, Role.SENIOR)
README = {"queue_wide", "feedback_wide"}
OF_ONE = {"/comments/": ("/decisions", "comment"), "/cases/": ("/cases", "case")}
WINDOWS = {"queue-reasons": "d", "queue-split": "s", "queue-keys": "?"}
AS_SEEN = {"queue", "practice", "queue-reasons", "queue-split", "queue-keys", "sign-in"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One page to be photographed: its file's name, who looks, where, and a key pressed there."""

    name: str
    role: Role | None
    path: str
    key: str = ""
    link: str = ""  # the page behind the first link that begins so


def shots() -> list[Shot]:
    """Every page that there is, the desk's windows, the sign-in and a refusal."""
    found: list[Shot] = []
    for path, roles in ROLE_PAGES.items():
        role = next(r for r in FIRST_CHOICE if r in roles)
        name = path.strip("/").replace("/", "-") or "today"
        if path in OF_ONE:
            at, name = OF_ONE[path]
            found.append(Shot(name=name, role=role, path=at, link=path))
        elif path == "/" or not path.endswith("/"):
            found.append(Shot(name=name, role=role, path=path))
    found += [Shot(name=n, role=Role.OFFICER, path="/queue", key=k) for n, k in WINDOWS.items()]
    found.append(Shot(name="not-found", role=Role.OFFICER, path="/nowhere"))
    found.append(Shot(name="second-factor", role=Role.OFFICER, path="/me/second-factor"))
    found.append(Shot(name="sign-in", role=None, path="/sign-in"))
    return found


def main(names: Sequence[str], to: Path) -> None:
    """Takes the pictures of these names, all of them when none is told."""
    wanted = [s for s in shots() if not names or s.name in names]
    to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        port = free_port()
        run = CommandLine(home=Path(home), settings={"SUNWAI_PORT": str(port)})
        loaded = run("demo", "load", timeout=600)
        assert loaded.code == 0, loaded.err
        server = run.start("run")
        try:
            base = f"http://127.0.0.1:{port}"
            _wait_until_up(base)
            _take(base, _passwords(Path(home)), wanted, to)
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


def _take(base: str, passwords: dict[str, str], wanted: list[Shot], to: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_arguments())
        for role in dict.fromkeys(s.role for s in wanted):
            context = _context(browser, base, role, passwords)
            for tongue, theme in LOOKS:
                page = _looking(context, base, role, tongue, theme)
                for shot in [s for s in wanted if s.role is role]:
                    for name, made in _pictures(page, base, shot):
                        _keep(to, name, tongue, theme, made)
                page.close()
            context.close()
        browser.close()


def _context(
    browser: Browser, base: str, role: Role | None, passwords: dict[str, str]
) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    if role is not None:
        page = context.new_page()
        page.goto(f"{base}/sign-in")
        page.fill("input[name=name]", role.value)
        page.fill("input[name=password]", passwords[role.value])
        page.keyboard.press("Enter")
        page.wait_for_url(f"{base}/")
        page.close()
    return context


def _looking(
    context: BrowserContext, base: str, role: Role | None, tongue: str, theme: str
) -> Page:
    page = context.new_page()
    if role is None:
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page.goto(f"{base}/sign-in?tongue={tongue}")
        return page
    page.goto(f"{base}/help")
    page.wait_for_selector(".page h1")
    for name, value in (("language", tongue), ("theme", theme), ("tour", "done")):
        page.evaluate("(said) => window.sunwai.post('/api/me/choices', said)",
                      {"name": name, "value": value})  # fmt: skip
    return page


def _pictures(page: Page, base: str, shot: Shot) -> Iterator[tuple[str, bytes]]:
    """The page at each size; it is fetched once and then made narrow."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(base + shot.path)
    page.wait_for_load_state("networkidle")
    if shot.link:
        behind = page.locator(f'main a[href^="{shot.link}"]').first
        page.goto(base + str(behind.get_attribute("href")))
        page.wait_for_load_state("networkidle")
    if shot.key:
        page.keyboard.press(shot.key)
        page.wait_for_load_state("networkidle")
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(300)
        if shot.name not in AS_SEEN:  # as tall as the page: what stands beside it stands so too
            tall = page.evaluate("() => document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": max(height, min(tall, TALLEST))})
            page.wait_for_timeout(150)
        yield f"{shot.name}_{size}", page.screenshot()


def _keep(to: Path, name: str, tongue: str, theme: str, made: bytes) -> None:
    """Few colours, or little loss: a page is flat ground and letters."""
    picture = Image.open(io.BytesIO(made)).convert("RGB")
    if name in README and (tongue, theme) == LOOKS[0]:
        few = picture.quantize(128, dither=Image.Dither.NONE)
        few.save(to / f"{name}.png", optimize=True)
    else:
        look = "" if (tongue, theme) == LOOKS[0] else f"_{tongue}_{theme}"
        picture.save(to / f"{name}{look}.webp", quality=45, method=4)


if __name__ == "__main__":
    told = argparse.ArgumentParser()
    told.add_argument("names", nargs="*")
    told.add_argument("--to", type=Path, default=FOLDER)
    given = told.parse_args()
    main(given.names, given.to)
