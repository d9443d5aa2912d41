"""Figures as plain plotly dictionaries, each with the table of the same numbers beside it.

No plotly import: a dictionary is what the browser gets. Colours are near Okabe and Ito's, told
apart by colour-blind eyes, and never alone: lines differ in dash and mark, bars carry their number.
Each stands 3:1 and more off a light and a dark ground, so that one figure serves both themes; its
letters, lines and bands take their colours from assets/charts.css. A time without watch is drawn
as a gap with a grey band.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from analysis.duty import DutyRow, StageTime
from analysis.report import DayPoint
from dashboard.words import mark, t, tongue, written

Figure = dict[str, Any]

INK, MUTED, GRID, BAND = "#1f2933", "#6b7a88", "#e4e7eb", "#d9dde2"
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY = (
    "#0072b2", "#b45f06", "#0d8468", "#c84b14", "#a5528d", "#3a7ca5",
)  # fmt: skip
CLEAR = "rgba(0,0,0,0)"
FONTS = '"Noto Sans", "Segoe UI", "Noto Naskh Arabic", "DejaVu Sans", sans-serif'
KIND_NAMES = {
    "complaint": mark("Complaint"),
    "suggestion": mark("Suggestion"),
    "policy_view": mark("View on policy"),
    "question": mark("Question"),
    "praise": mark("Praise"),
    "other": mark("Other"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableTwin:
    """The numbers of a figure as rows: what a screen reader reads and a click exports."""

    header: tuple[str, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]


def _layout(title: str, **more: Any) -> dict[str, Any]:
    axis = {"gridcolor": GRID, "linecolor": MUTED, "zeroline": False, "automargin": True}
    base: dict[str, Any] = {
        "title": {
            "text": title,
            "x": 0,
            "xanchor": "left",
            "y": 0.98,
            "yanchor": "top",
            "font": {"size": 15},
        },
        "font": {"family": FONTS, "size": 13, "color": INK},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "margin": {"l": 48, "r": 16, "t": 68, "b": 40},  # title, then legend
        "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.0, "yanchor": "bottom"},
        "hovermode": "x unified",
        "xaxis": dict(axis),
        "yaxis": {**axis, "rangemode": "tozero"},
    }
    return base | more


def _line(
    x: Sequence[Any], y: Sequence[Any], name: str, colour: str, dash: str, mark: str
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": list(x),
        "y": list(y),
        "connectgaps": False,
        "line": {"color": colour, "dash": dash, "width": 2},
        "marker": {"symbol": mark, "size": 7, "color": colour},
    }


def _bars(x: Sequence[Any], y: Sequence[Any], name: str, colour: str, **more: Any) -> Figure:
    return {
        "type": "bar",
        "name": name,
        "x": list(x),
        "y": list(y),
        "marker": {"color": colour},
        "textposition": "auto",
        **more,
    }


# ------------------------------------------------------------------------------ volume over days


def volume_figure(points: Sequence[DayPoint], title: str | None = None) -> Figure:
    """Comments, flags and removals a day; days not fully watched lie in a grey band."""
    days = [p.day.isoformat() for p in points]
    traces = [
        _line(days, [p.comments for p in points], t("Comments"), BLUE, "solid", "circle"),
        _line(days, [p.not_judged for p in points], t("Not judged"), MUTED, "dot", "x"),
        _line(days, [p.flagged for p in points], t("Flagged"), ORANGE, "dash", "diamond"),
        _line(days, [p.removed for p in points], t("Removed"), VERMILION, "dashdot", "square"),
    ]
    shapes = [_band(p.day) for p in points if not_watched(p)]
    layout = _layout(title or t("Comments, flags and removals"), shapes=shapes)
    layout["xaxis"] |= _named_days([p.day for p in points])
    return {"data": traces, "layout": layout}


def _named_days(days: Sequence[date]) -> dict[str, Any]:
    """Days named as the reader writes them; plotly by itself names them in English only."""
    if tongue() == "en":
        return {}
    shown = days[:: max(1, -(-len(days) // 8))]
    return {
        "tickvals": [d.isoformat() for d in shown],
        "ticktext": [written.day(d, year=False) for d in shown],
        "hoverformat": "%d/%m/%Y",
    }


def not_watched(point: DayPoint) -> bool:
    """True when some minute of the day was not watched, or none was due."""
    return point.watched is None or point.watched < 1


def _band(day: date) -> dict[str, Any]:
    start = f"{(day - timedelta(days=1)).isoformat()} 12:00"
    end = f"{day.isoformat()} 12:00"
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": start,
        "x1": end,
        "y0": 0,
        "y1": 1,
        "fillcolor": BAND,
        "opacity": 0.6,
        "line": {"width": 0},
        "layer": "below",
    }


def volume_table(points: Sequence[DayPoint]) -> TableTwin:
    """A row a day; an empty cell where nothing was collected."""
    return TableTwin(
        header=(
            t("Day"),
            t("Comments"),
            t("Not judged"),
            t("Flagged"),
            t("Removed"),
            t("Watched"),
        ),
        rows=tuple(
            (
                p.day.isoformat(),
                p.comments,
                p.not_judged,
                p.flagged,
                p.removed,
                None if p.watched is None else round(p.watched, 4),
            )
            for p in points
        ),
    )


# ------------------------------------------------------------------------------ duty and latency

STAGES = {
    "first look": mark("first look"),
    "decision": mark("decision"),
    "verified action": mark("verified action"),
}
SINCE = {"posted": mark("posted"), "first seen": mark("first seen")}

_DUTY = (
    (mark("In target"), "in_target", GREEN, ""),
    (mark("Not verified yet"), "unproven", SKY, "."),
    (mark("Late"), "late", ORANGE, "/"),
    (mark("Overdue"), "overdue", VERMILION, "x"),
    (mark("Failed"), "failed", PURPLE, "\\"),
)


def duty_figure(rows: Sequence[DutyRow], title: str | None = None) -> Figure:
    """Stacked bars a page: how what was due ended; each outcome has its own pattern too."""
    names = [r.name.replace(" (", "<br>(") for r in rows]  # two lines leave a telephone its bars
    traces = [
        _bars(
            [getattr(r, field) for r in rows],
            names,
            t(label),
            colour,
            orientation="h",
            text=[str(getattr(r, field) or "") for r in rows],
        )
        | {"marker": {"color": colour, "pattern": {"shape": shape}}}
        for label, field, colour, shape in _DUTY
    ]
    return {
        "data": traces,
        "layout": _layout(
            title or t("What was due, and how it ended"), barmode="stack", hovermode="closest"
        ),
    }


def duty_rows(rows: Sequence[DutyRow]) -> TableTwin:
    """A row a page, with the share in target and its n."""
    return TableTwin(
        header=(t("Page"), t("Due"), *(t(label) for label, *_ in _DUTY), t("Share in target")),
        rows=tuple(
            (r.name, r.due, *(getattr(r, f) for _, f, *_ in _DUTY), _round(r.share.value))
            for r in rows
        ),
    )


def latency_figure(stages: Sequence[StageTime], title: str | None = None) -> Figure:
    """Median and 95th percentile of minutes to first look, decision and verified action."""
    names = [f"{stage_word(s.stage)}<br>{_since_word(s.since)}" for s in stages]
    traces = [
        _bars(names, [_round(s.median) for s in stages], t("Median"), BLUE),
        _bars(names, [_round(s.p95) for s in stages], t("95th percentile"), ORANGE)
        | {"marker": {"color": ORANGE, "pattern": {"shape": "/"}}},
    ]
    return {
        "data": traces,
        "layout": _layout(title or t("Minutes to each step"), barmode="group", hovermode="closest"),
    }


def stage_word(stage: str) -> str:
    """A step on a comment's way, as analysis/duty.py names it."""
    return t(STAGES.get(stage, stage))


def since_word(since: str) -> str:
    """From when a step is counted, as analysis/duty.py names it."""
    return t(SINCE.get(since, since))


def _since_word(since: str) -> str:
    return t("from {instant}", instant=since_word(since))


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
