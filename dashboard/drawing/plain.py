"""A page as plain elements: one description in JSON that assets/pages_plain.js draws.

Dash gives every element a subscription of its own to the whole page's state: a list of 2,000
elements took it seconds to draw anew, and the browser some ten milliseconds. So what has no
callback is described once and drawn by the browser; graphs and stores stay Dash's. Text goes in as
text nodes, and only the attributes named here go in at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from dash import dcc, html
from dash.development.base_component import Component

from data.model import JsonValue

Layout = Callable[..., Component]
ATTRIBUTES = {
    "className": "class",
    "dateTime": "datetime",
    "tabIndex": "tabindex",
    **{n: n for n in ("id", "href", "title", "lang", "dir", "role", "scope", "target", "rel",
                      "download", "open", "style")},
}  # fmt: skip
TAGS = frozenset(
    {
        "a", "article", "bdi", "blockquote", "caption", "code", "dd", "details", "div", "dl", "dt",
        "em", "h1", "h2", "h3", "li", "mark", "nav", "ol", "p", "pre", "q", "section", "span",
        "strong", "summary", "table", "tbody", "td", "th", "thead", "time", "tr", "ul",
    }
)  # fmt: skip


def plainly(layout: Layout) -> Layout:
    """The layout with all that can be plain described as plain."""

    @wraps(layout)
    def drawn(*args: Any) -> Component:
        return plain(layout(*args))

    return drawn


def plain(component: Component) -> Component:
    """The component; its largest parts without anything of Dash's own are described as data."""
    if is_plain(component):
        text = json.dumps(_described(component), ensure_ascii=False, separators=(",", ":"))
        data: dict[str, Any] = {"data-plain": text}
        return html.Div(className="plain", **data)
    children: Any = getattr(component, "children", None)
    if isinstance(children, Component):
        component.children = plain(children)  # pyright: ignore[reportAttributeAccessIssue]
    elif isinstance(children, list):
        parts = cast("list[object]", children)
        made = [plain(p) if isinstance(p, Component) else p for p in parts]
        component.children = made  # pyright: ignore[reportAttributeAccessIssue]
    return component


def is_plain(part: object) -> bool:
    """Whether the browser can draw it without Dash."""
    if isinstance(part, list | tuple):
        return all(is_plain(p) for p in cast("list[object]", part))
    if isinstance(part, Component):
        drawn = isinstance(part, dcc.Link) or _tag(part) in TAGS
        return drawn and is_plain(getattr(part, "children", None))
    return part is None or isinstance(part, str | int | float)


def _tag(component: Component) -> str:
    told = cast("dict[str, str]", component.to_plotly_json())
    ours = told["namespace"] == "dash_html_components"
    return told["type"].lower() if ours else ""


def _described(part: object) -> JsonValue:
    """[tag, attributes, children] of an element; a text as it is."""
    if not isinstance(part, Component):
        return part if isinstance(part, str) else str(part)
    goes = isinstance(part, dcc.Link)
    tag = "a" if goes else _tag(part)
    props = cast("dict[str, Any]", part.to_plotly_json()["props"])
    attributes = {ATTRIBUTES.get(k, k): v for k, v in props.items() if _is_drawn(k, v)}
    if goes:
        attributes["data-go"] = ""  # a page of ours: opened without loading the program anew
    return [tag, cast("JsonValue", attributes), _children(props.get("children"))]


def _is_drawn(name: str, value: object) -> bool:
    known = name in ATTRIBUTES or name.startswith(("aria-", "data-"))
    return known and value is not None and value is not False


def _children(children: object) -> list[JsonValue]:
    parts = cast("list[object]", children) if isinstance(children, list | tuple) else [children]
    return [_described(p) for p in parts if p is not None]
