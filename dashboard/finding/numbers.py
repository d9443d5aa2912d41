"""Numbers that open the comments behind them, and the windows of days that they are of."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.drawing import components as c
from dashboard.drawing.page import Query, first
from dashboard.finding.wanted import Days, to
from dashboard.words import t, tn, written

WINDOWS = (7, 30, 90)
NOT_JUDGED = ["not_covered", "not_checked"]
FLAGGED = ["flagged", "severe"]
REMOVED: dict[str, object] = {"verdict": ["remove", "split"], "closed": True}


def listed(days: Days, **filters: object) -> str:
    """The list of comments of the window that fit the filters."""
    return to("/comments", since=days.first, until=days.last, **filters)


def number(n: int, href: str) -> c.Piece:
    """A number that opens the comments behind it; nothing stands behind a nought."""
    if n == 0:
        return written.number(0)
    title = t("Open these comments")
    return dcc.Link(written.number(n), href=href, className="link", title=title)


def chosen_window(query: Query) -> int:
    """7, 30 or 90 days, as the address says; 30 for anything else."""
    told = first(query, "days", "30")
    return int(told) if told in [str(n) for n in WINDOWS] else 30


def windows(path: str, chosen: int) -> Component:
    """Links to the windows; the open one is marked."""
    links = [
        html.Span(
            c.link(tn("{n} day", "{n} days", n), to(path, days=n), as_button=True),
            className="window-open" if n == chosen else "",
        )
        for n in WINDOWS
    ]
    label: dict[str, Any] = {"aria-label": t("Window, now {n} days", n=chosen)}
    return html.Nav(links, className="windows", **label)
