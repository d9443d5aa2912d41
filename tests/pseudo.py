"""A tongue in which every message stands in brackets: what stands outside them was never wrapped.

``⟦Comments⟧`` went through the catalogue; ``Comments`` did not. A text that is data and no message
(a comment, a name, a code) says so by where it stands: in bdi, code, time, in an element of a
language of its own, or under ``data-said``.
"""

from __future__ import annotations

import re
from gettext import NullTranslations
from typing import Any, cast

from tests.wording import KEPT_IN_ENGLISH

OPEN, CLOSE = "⟦", "⟧"
DATA_TAGS = frozenset({"bdi", "code", "time", "pre", "script", "style", "textarea"})
DATA_CLASSES = frozenset({"comment-text"})
SAID_IN = ("title", "aria-label", "placeholder", "alt")
LETTERS = re.compile(r"[A-Za-z]{2,}")


class Pseudo(NullTranslations):
    """Says every message in brackets."""

    def gettext(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"{OPEN}{msgid1 if n == 1 else msgid2}{CLOSE}"


def outside(text: str) -> str:
    """What of a text stands outside all brackets, without codes and names that stay English."""
    depth, left = 0, ""
    for ch in text:
        depth += ch == OPEN
        if depth <= 0 and ch != CLOSE:
            left += ch
        depth -= ch == CLOSE
    return KEPT_IN_ENGLISH.sub("", left)


def is_unsaid(text: str) -> bool:
    """Whether words of ours stand in it that never went through the catalogue."""
    return LETTERS.search(outside(text)) is not None


# ------------------------------------------------------------------------------ drawn by the server


def unsaid(part: Any) -> list[str]:
    """Every text of a drawn page (dashboard components as JSON) that was not said with t."""
    if isinstance(part, list):
        return [f for p in cast("list[Any]", part) for f in unsaid(p)]
    if not isinstance(part, dict) or "props" not in part:
        return [part] if isinstance(part, str) and is_unsaid(part) else []
    drawn = cast("dict[str, Any]", part)
    props: dict[str, Any] = drawn["props"]
    if _is_data(drawn["type"], props):
        return []
    told = [str(props[a]) for a in SAID_IN if props.get(a)]
    found = [f"{drawn['type']}: {said}" for said in told if is_unsaid(said)]
    return found + _children(props.get("children")) + _figure(props.get("figure"))


def _is_data(kind: str, props: dict[str, Any]) -> bool:
    classes = set((props.get("className") or "").split())
    marked = "data-said" in props or props.get("lang") is not None
    return marked or kind.lower() in DATA_TAGS or bool(classes & DATA_CLASSES)


def _children(children: Any) -> list[str]:
    """A sentence may be cut by the elements in it: its pieces are read together."""
    parts = cast("list[Any]", children) if isinstance(children, list) else [children]
    own = "\0".join(p if isinstance(p, str) else "" for p in parts)
    found = [own.replace("\0", "|")] if is_unsaid(own) else []
    return found + [f for p in parts if isinstance(p, dict | list) for f in unsaid(p)]


def _figure(figure: dict[str, Any] | None) -> list[str]:
    if figure is None:
        return []
    title: str = figure.get("layout", {}).get("title", {}).get("text", "")
    names: list[str] = [trace.get("name", "") for trace in figure.get("data", [])]
    return [f"figure: {said}" for said in (title, *names) if is_unsaid(said)]


# ------------------------------------------------------------------------------ drawn by a browser

WORDS_SCRIPT = """
window.sunwai = window.sunwai || {};
window.sunwai.words = new Proxy({}, {
  get: (_, message) => [`⟦${String(message)}⟧`, `⟦${String(message)}⟧`],
});
"""
"""In place of the browser's catalogue: every message of a script in brackets."""

COLLECT = """
() => {
  const data = "bdi, code, time, pre, script, style, textarea, svg, noscript, [data-said], " +
    "[lang]:not(html), .comment-text, .js-plotly-plot, [data-plain]:empty";
  const found = [];
  const seen = (e) => e.checkVisibility && e.checkVisibility();
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest(data) || !seen(e)) continue;
    for (const name of ["title", "aria-label", "placeholder", "alt"]) {
      const said = e.getAttribute(name);
      if (said) found.push(said);
    }
    const own = [...e.childNodes].map((n) => (n.nodeType === 3 ? n.data : "\\0")).join("");
    if (own.replace(/\\0/g, "").trim()) found.push(own);
  }
  return found;
}
"""
"""Every text, title, label and hint that a page shows, but for what is marked as data."""
