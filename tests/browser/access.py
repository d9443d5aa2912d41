"""What stands in somebody's way on a page: axe, widths, spacing, targets, focus, forced colours.

All of it is asked of one load of a page, the cheap way: the theme is changed on the page itself,
the window made narrow, the spacing widened by a style.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCRIPT = (Path(__file__).parent / "access.js").read_text("utf-8")
EVERYTHING = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
CONTRAST = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast"]},
}
WIDE = {"width": 1280, "height": 800}
NARROW = (640, 360, 320)  # 200 %, a small telephone, 400 % of 1280
# WCAG 1.4.12. Letters that join are not set apart: the criterion lets their script off.
SPACED = """
:root[lang="en"] * { letter-spacing: 0.12em !important; }
* { line-height: 1.5 !important; word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }
"""
CUT_OFF = """() =>
  [...document.querySelectorAll("button, .button, .badge, .tile, th, label, h1, h2")]
  .filter((e) => e.checkVisibility() && !e.closest(".sr-only")
    && getComputedStyle(e).overflowX !== "visible"
    && (e.scrollWidth > e.clientWidth + 2 || e.scrollHeight > e.clientHeight + 2))
  .map((e) => `cut off when spaced: ${e.outerHTML.slice(0, 120)}`)"""
SIDEWAYS = "() => document.documentElement.scrollWidth - window.innerWidth"
WIDEST = """() => [...document.querySelectorAll("body *")]
  .filter((e) => { const b = e.getBoundingClientRect();
    return (b.right > innerWidth + 1 || b.left < -1) && b.width > 1
      && !e.closest(".table-wrap, .side, .sr-only, .skip"); })
  .slice(0, 3).map((e) => e.outerHTML.replace(/\\s+/g, " ").slice(0, 140))"""
EDGELESS = """() =>
  [...document.querySelectorAll(".button, select, textarea, input:not([type=hidden])")]
  .filter((e) => e.checkVisibility() && !e.closest(".sr-only")
    && (parseFloat(getComputedStyle(e).borderBlockStartWidth) || 0) < 1
    && !["checkbox", "radio"].includes(e.type))
  .map((e) => `no edge in forced colours: ${e.outerHTML.slice(0, 120)}`)"""


def axe(page: Page, options: dict[str, Any] = EVERYTHING) -> list[str]:
    """What axe finds, one line a node. The page is given axe once."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("(options) => axe.run(options).then((told) => told.violations)", options)
    return [f"{v['id']}: {n['html'][:160]} {_why(n)}" for v in found for n in v["nodes"]]


def _why(node: dict[str, Any]) -> str:
    return str(node.get("failureSummary", "")).replace("\n", " ")[:200]


def themed(page: Page) -> list[str]:
    """What axe finds in the light theme, and of contrast in the dark one."""
    found: list[str] = []
    page.evaluate("() => { document.documentElement.dataset.theme = 'light' }")
    found += [f"light: {x}" for x in axe(page)]
    page.evaluate("() => { document.documentElement.dataset.theme = 'dark' }")
    found += [f"dark: {x}" for x in axe(page, CONTRAST)]
    page.evaluate("() => { document.documentElement.dataset.theme = 'light' }")
    return found


def barriers(page: Page) -> list[str]:
    """Everything that stands in the way on this page, as it is drawn now."""
    found = [*themed(page), *page.evaluate(SCRIPT), *_narrow(page), *_spaced(page)]
    page.emulate_media(forced_colors="active")
    found += page.evaluate(EDGELESS)
    page.emulate_media(forced_colors="none")
    return found


def _narrow(page: Page) -> list[str]:
    found: list[str] = []
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 780})
        found += sideways(page)
    page.set_viewport_size(WIDE)
    return found


def sideways(page: Page) -> list[str]:
    """That the page scrolls sideways, and what makes it."""
    over: int = page.evaluate(SIDEWAYS)
    if over <= 0:
        return []
    width = page.viewport_size
    return [f"{over} px too wide at {width}: {page.evaluate(WIDEST)}"]


def _spaced(page: Page) -> list[str]:
    style = page.add_style_tag(content=SPACED)
    found = [*page.evaluate(CUT_OFF), *sideways(page)]
    style.evaluate("(e) => e.remove()")
    return found
