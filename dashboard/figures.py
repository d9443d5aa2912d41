"""Figures as plain plotly dictionaries, each with the table of the same numbers beside it.

No plotly import: a dictionary is what the browser gets. Colours are Okabe and Ito's, told apart by
colour-blind eyes, and never alone: lines differ in dash and mark, bars carry their number. A time
without watch is drawn as a gap with a grey band.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from analysis.duty import DutyRow, StageTime
from analysis.report import CodeCount, DayPoint, ThemeLine

Figure = dict[str, Any]

INK, MUTED, GRID, BAND = "#1f2933", "#52606d", "#e4e7eb", "#d9dde2"
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY = (
    "#0072b2", "#b45f06", "#00735c", "#b83b00", "#8a3a72", "#3a7ca5",
)  # fmt: skip
FONTS = '"Noto Sans", "Segoe UI", "Noto Naskh Arabic", "DejaVu Sans", sans-serif'
KIND_NAMES = {
    "complaint": "Complaint",
    "suggestion": "Suggestion",
    "policy_view": "View on policy",
    "question": "Question",
    "praise": "Praise",
    "other": "Other",
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
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
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


def volume_figure(
    points: Sequence[DayPoint], title: str = "Comments, flags and removals"
) -> Figure:
    """Comments, flags and removals a day; days not fully watched lie in a grey band."""
    days = [p.day.isoformat() for p in points]
    traces = [
        _line(days, [p.comments for p in points], "Comments", BLUE, "solid", "circle"),
        _line(days, [p.not_judged for p in points], "Not judged", MUTED, "dot", "x"),
        _line(days, [p.flagged for p in points], "Flagged", ORANGE, "dash", "diamond"),
        _line(days, [p.removed for p in points], "Removed", VERMILION, "dashdot", "square"),
    ]
    shapes = [_band(p.day) for p in points if not_watched(p)]
    return {"data": traces, "layout": _layout(title, shapes=shapes)}


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
        header=("Day", "Comments", "Not judged", "Flagged", "Removed", "Watched"),
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

_DUTY = (
    ("In target", "in_target", GREEN, ""),
    ("Not verified yet", "unproven", SKY, "."),
    ("Late", "late", ORANGE, "/"),
    ("Overdue", "overdue", VERMILION, "x"),
    ("Failed", "failed", PURPLE, "\\"),
)


def duty_figure(rows: Sequence[DutyRow], title: str = "What was due, and how it ended") -> Figure:
    """Stacked bars a page: how what was due ended; each outcome has its own pattern too."""
    names = [r.name for r in rows]
    traces = [
        _bars(
            [getattr(r, field) for r in rows],
            names,
            label,
            colour,
            orientation="h",
            text=[str(getattr(r, field) or "") for r in rows],
        )
        | {"marker": {"color": colour, "pattern": {"shape": shape}}}
        for label, field, colour, shape in _DUTY
    ]
    return {"data": traces, "layout": _layout(title, barmode="stack", hovermode="closest")}


def duty_rows(rows: Sequence[DutyRow]) -> TableTwin:
    """A row a page, with the share in target and its n."""
    return TableTwin(
        header=("Page", "Due", *(label for label, *_ in _DUTY), "Share in target"),
        rows=tuple(
            (r.name, r.due, *(getattr(r, f) for _, f, *_ in _DUTY), _round(r.share.value))
            for r in rows
        ),
    )


def latency_figure(stages: Sequence[StageTime], title: str = "Minutes to each step") -> Figure:
    """Median and 95th percentile of minutes to first look, decision and verified action."""
    names = [f"{s.stage}<br>from {s.since}" for s in stages]
    traces = [
        _bars(names, [_round(s.median) for s in stages], "Median", BLUE),
        _bars(names, [_round(s.p95) for s in stages], "95th percentile", ORANGE)
        | {"marker": {"color": ORANGE, "pattern": {"shape": "/"}}},
    ]
    return {"data": traces, "layout": _layout(title, barmode="group", hovermode="closest")}


def latency_table(stages: Sequence[StageTime]) -> TableTwin:
    """A row a step, with n; an empty cell where no item got there."""
    return TableTwin(
        header=("Step", "From", "n", "Median, minutes", "95th percentile, minutes"),
        rows=tuple((s.stage, s.since, s.n, _round(s.median), _round(s.p95)) for s in stages),
    )


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


# ------------------------------------------------------------------------------ feedback


def theme_bars(themes: Sequence[ThemeLine], title: str = "What people write about") -> Figure:
    """Comments by theme, most spoken of on top, removed ones counted too."""
    shown = list(reversed(themes))
    trace = _bars(
        [t.row.count for t in shown],
        [t.title_en for t in shown],
        "Comments",
        BLUE,
        orientation="h",
        text=[str(t.row.count) for t in shown],
        customdata=[t.row.key for t in shown],
    )
    return {"data": [trace], "layout": _layout(title, showlegend=False, hovermode="closest")}


def theme_rows(themes: Sequence[ThemeLine]) -> TableTwin:
    """A row a theme: now, the window before, the change with its range where it can be told."""
    return TableTwin(
        header=("Theme", "Comments", "Window before", "Change", "Low", "High", "Of"),
        rows=tuple(
            (
                t.title_en,
                t.row.count,
                t.row.change.before,
                _round(t.row.change.ratio),
                _round(t.row.change.low),
                _round(t.row.change.high),
                t.row.sample,
            )
            for t in themes
        ),
    )


def kinds_split(kinds: dict[str, int], title: str = "Kinds of feedback") -> Figure:
    """Comments by kind; a comment may carry several, so the bars do not add up to all."""
    names = [KIND_NAMES.get(k, k) for k in kinds]
    trace = _bars(
        names, list(kinds.values()), "Comments", GREEN, text=[str(n) for n in kinds.values()],
        customdata=list(kinds),
    )  # fmt: skip
    return {"data": [trace], "layout": _layout(title, showlegend=False, hovermode="closest")}


def kinds_table(kinds: dict[str, int]) -> TableTwin:
    """A row a kind."""
    return TableTwin(
        header=("Kind", "Comments"),
        rows=tuple((KIND_NAMES.get(k, k), n) for k, n in kinds.items()),
    )


def removals_by_code(codes: Sequence[CodeCount], title: str = "Removals by reason code") -> Figure:
    """Removals under each code: verified, and not verified yet."""
    names = [f"{c.code} {c.sub_code}" for c in reversed(codes)]
    verified = [c.verified for c in reversed(codes)]
    rest = [c.removed - c.verified for c in reversed(codes)]
    traces = [
        _bars(verified, names, "Verified", GREEN, orientation="h",
              text=[str(n or "") for n in verified]),
        _bars(rest, names, "Not verified yet", SKY, orientation="h",
              text=[str(n or "") for n in rest])
        | {"marker": {"color": SKY, "pattern": {"shape": "."}}},
    ]  # fmt: skip
    return {"data": traces, "layout": _layout(title, barmode="stack", hovermode="closest")}


def codes_table(codes: Sequence[CodeCount]) -> TableTwin:
    """A row a code, with the head of para 5 that it stands under."""
    return TableTwin(
        header=("Code", "Head", "Sub-code", "Removed", "Verified", "Undone"),
        rows=tuple((c.code, c.head, c.sub_code, c.removed, c.verified, c.undone) for c in codes),
    )
