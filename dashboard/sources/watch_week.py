"""The last seven days of a source as strips: where it was watched and where not, and in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dash import html
from dash.development.base_component import Component

from analysis.verdict import gap_words
from dashboard.deps import Deps
from dashboard.drawing import components as c
from dashboard.finding.listing import source_name
from dashboard.sources.watching import Health, WatchedDay
from dashboard.words import t, tn
from dashboard.words.written import weekday


def week(h: Health, d: Deps) -> Component:
    """The source's last seven days, each from left to right, and the same in words."""
    strips = [_strip(day, d) for day in h.week]
    count, words = len(h.gaps), _gap_list(h, d)
    none = t("Watched in the last 7 days: no gap")
    told = tn("Watched in the last 7 days: {n} gap", "Watched in the last 7 days: {n} gaps", count)
    return html.Div(
        [
            html.H3(told if count else none),
            html.Div(strips, className="week", **_hidden()),
            html.Details([html.Summary(t("The same in words")), words], open=False),
        ],
        className="watch",
    )


def _hidden() -> dict[str, Any]:
    return {"aria-hidden": "true"}  # the same is told in words right below


def _strip(day: WatchedDay, d: Deps) -> Component:
    """One day from left to right: green where a good sweep stands for the minute, red in a gap."""
    whole = (day.end - day.start).total_seconds()
    seen = min(max(d.clock(), day.start), day.end)
    bars = [_bar("ahead", seen, day.end, day.start, whole)]
    if day.watched.due_minutes:
        begin = seen - timedelta(minutes=day.watched.due_minutes)
        bars.append(_bar("good", begin, seen, day.start, whole))
    bars += [_bar("gap", g.start, g.end, day.start, whole) for g in day.watched.gaps]
    share = day.watched.share
    label = _not_due(day) if share is None else f"{share:.0%}"
    return html.Div(
        [html.Span(weekday(day.day)), html.Div(bars, className="strip"), html.Span(label)],
        className="week-day",
    )


def _bar(kind: str, start: datetime, end: datetime, day: datetime, whole: float) -> Component:
    left = (start - day).total_seconds() / whole * 100
    return bar(kind, left, (end - start).total_seconds() / whole * 100)


def bar(kind: str, left: float, width: float) -> Component:
    """A part of a strip, in per cent of it; a gap is never too short to be seen."""
    seen = max(width, 0.4 if kind == "gap" else 0)
    place = {"insetInlineStart": f"{left:.3f}%", "width": f"{seen:.3f}%"}
    return html.Div(className=f"bar bar-{kind}", style=place)


def _gap_list(h: Health, d: Deps) -> Component:
    rows: list[list[c.Piece]] = []
    for day in reversed(h.week):
        gaps = ", ".join(gap_words(g, d.zone) for g in day.watched.gaps)
        share = day.watched.share
        due = day.watched.due_minutes
        told = t("{share} of {n} min", share=f"{share or 0:.1%}", n=f"{due:,.0f}")
        watched = _not_due(day) if share is None else told
        rows.append([f"{day.day:%Y-%m-%d}", watched, gaps or t("none")])
    caption = t("Watch of {source}", source=source_name(h.source))
    return c.table((t("Day"), t("Watched"), t("Gaps")), rows, caption=caption)


def _not_due(day: WatchedDay) -> str:
    return t("closed") if day.watched.closed else t("not connected")
