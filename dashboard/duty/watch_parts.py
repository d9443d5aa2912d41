"""The part of the duty page that shows when somebody looked and when nobody did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from analysis.verdict import gap_words
from analysis.watch import Gap, Watched
from dashboard.deps import Deps
from dashboard.drawing import components as c
from dashboard.duty.serving import Serving
from dashboard.finding.listing import source_name
from dashboard.sources.watch_week import bar
from dashboard.words import t
from dashboard.words.written import day, number, percent
from data.day import local_day

GAPS_TOLD = 12


def watch(s: Serving, d: Deps) -> Component:
    """A strip for each page, and the same in numbers, gap by gap."""
    strips = [_strip(w, s) for w in s.watched]
    rows = [_line(w, source_name(s.titles[w.source]), d) for w in s.watched]
    heads = (t("Page"), t("Watched"), t("Good sweeps"), t("Failed"), t("Gaps"))
    table = c.table(heads, rows, caption=t("Coverage of watch"), numbers={1, 2, 3})
    hidden: dict[str, Any] = {"aria-hidden": "true"}
    ends = html.Div([html.Span(day(s.days.first, year=False)), html.Span(t("now"))],
                    className="strip-ends")  # fmt: skip
    return c.card(
        html.Div([*strips, ends], className="week", **hidden),
        html.P(t("Green: a good sweep stands for the minute. Red: nobody looked."),
               className="quiet"),
        html.Details([html.Summary(t("The same in numbers, gap by gap")), table]),
        title=t("Coverage of watch, {n} days", n=s.days.n),
    )  # fmt: skip


def _strip(w: Watched, s: Serving) -> Component:
    whole = (s.until - s.days.since).total_seconds()
    begin = s.until.timestamp() - w.due_minutes * 60
    left = max(begin - s.days.since.timestamp(), 0)
    bars = [bar("good", left / whole * 100, 100 - left / whole * 100)] if w.due_minutes else []
    for g in w.gaps:
        start = (g.start - s.days.since).total_seconds() / whole * 100
        bars.append(bar("gap", start, g.minutes * 60 / whole * 100))
    label = t("not connected") if w.share is None else percent(w.share, 1)
    return html.Div(
        [
            html.Span(source_name(s.titles[w.source])),
            html.Div(bars, className="strip"),
            html.Span(label),
        ],
        className="week-day watch-page",
    )


def _line(w: Watched, name: str, d: Deps) -> list[c.Piece]:
    share = t("not connected")
    if w.share is not None:
        share = t("{share} of {n} min", share=percent(w.share, 1), n=number(w.due_minutes))
    return [html.Bdi(name), share, number(w.good_sweeps), number(w.bad_sweeps), _gaps(w.gaps, d)]


def _gaps(gaps: Sequence[Gap], d: Deps) -> c.Piece:
    if not gaps:
        return t("none")
    told = [
        f"{day(local_day(g.start, d.zone), year=False)} {gap_words(g, d.zone)}"
        for g in gaps[:GAPS_TOLD]
    ]
    listed: list[c.Piece] = [html.Bdi(x) for x in told]
    apart: list[c.Piece] = [p for x in listed for p in (x, t(", "))][:-1]
    more = len(gaps) - GAPS_TOLD
    return html.Span([*apart, t(" and {n} more", n=more)] if more > 0 else apart)
