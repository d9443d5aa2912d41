"""Small charts of the printed report, written as SVG: light, still, the same bytes each time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from analysis.report import DayPoint
from analysis.watch import Gap
from dashboard.drawing.figures import BAND, BLUE, GRID, MUTED, ORANGE, VERMILION, not_watched

_WIDTH, _HEIGHT, _LEFT, _TOP, _FOOT = 720, 210, 40, 10, 24
_STRIP, _STRIP_HEIGHT = 480, 14


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def trend_svg(points: Sequence[DayPoint]) -> str:
    """Comments as columns, flags and removals as lines; days not fully watched in a grey band."""
    step = (_WIDTH - _LEFT) / max(1, len(points))
    top = max([p.comments or 0 for p in points] + [1])
    parts = [_open(_WIDTH, _HEIGHT, "Comments, flags and removals of each day")]
    parts += [_grid(top)]
    for i, p in enumerate(points):
        parts.append(_day(p, _LEFT + i * step, step, top))
    flagged = [p.flagged for p in points]
    removed = [p.removed for p in points]
    parts.append(_path(flagged, step, top, ORANGE, "6 3"))
    parts.append(_path(removed, step, top, VERMILION, ""))
    return "".join([*parts, "</svg>"])


def _open(width: int, height: int, title: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="11">'
        f"<title>{escape(title)}</title>"
    )


def _y(value: float, top: int) -> float:
    return _TOP + (_HEIGHT - _TOP - _FOOT) * (1 - value / top)


def _grid(top: int) -> str:
    lines: list[str] = []
    for value in sorted({0, round(top / 2), top}):
        y = _n(_y(value, top))
        lines.append(f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{y}" y2="{y}" stroke="{GRID}"/>')
        lines.append(
            f'<text x="{_LEFT - 6}" y="{y}" dy="4" text-anchor="end" fill="{MUTED}">{value}</text>'
        )
    return "".join(lines)


def _day(p: DayPoint, x: float, step: float, top: int) -> str:
    parts: list[str] = []
    if not_watched(p):
        parts.append(
            f'<rect x="{_n(x)}" y="{_TOP}" width="{_n(step)}" '
            f'height="{_HEIGHT - _TOP - _FOOT}" fill="{BAND}"/>'
        )
    if p.comments is not None:
        y, base = _y(p.comments, top), _y(0, top)
        parts.append(
            f'<rect x="{_n(x + step * 0.2)}" y="{_n(y)}" width="{_n(step * 0.6)}" '
            f'height="{_n(base - y)}" fill="{BLUE}" fill-opacity="0.75"/>'
        )
    middle = _n(x + step / 2)
    parts.append(
        f'<text x="{middle}" y="{_HEIGHT - 8}" text-anchor="middle" fill="{MUTED}">'
        f"{p.day:%d %b}</text>"
    )
    return "".join(parts)


def _path(values: Sequence[int | None], step: float, top: int, colour: str, dash: str) -> str:
    """A line that is broken where a value is missing; each value has a mark."""
    runs: list[list[tuple[float, float]]] = [[]]
    for i, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((_LEFT + (i + 0.5) * step, _y(value, top)))
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    parts: list[str] = []
    for run in runs:
        at = " ".join(f"{_n(x)},{_n(y)}" for x, y in run)
        if len(run) > 1:
            parts.append(
                f'<polyline points="{at}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'
            )
        parts += [_mark(x, y, colour, square=not dash) for x, y in run]
    return "".join(parts)


def _mark(x: float, y: float, colour: str, *, square: bool) -> str:
    if square:
        return f'<rect x="{_n(x - 3)}" y="{_n(y - 3)}" width="6" height="6" fill="{colour}"/>'
    return f'<path d="M{_n(x)} {_n(y - 4)}l4 4l-4 4l-4 -4z" fill="{colour}"/>'  # a diamond


def watch_svg(gaps: Sequence[Gap], begin: datetime, end: datetime, name: str) -> str:
    """The day as a strip: watched in green, a gap as an open grey box with a cross."""
    whole = (end - begin).total_seconds() or 1.0

    def x(at: datetime) -> float:
        return _STRIP * min(1.0, max(0.0, (at - begin).total_seconds() / whole))

    parts = [_open(_STRIP, _STRIP_HEIGHT, f"Watch of {name}")]
    parts.append(f'<rect width="{_STRIP}" height="{_STRIP_HEIGHT}" fill="#00735c"/>')
    for gap in gaps:
        left, width = x(gap.start), max(2.0, x(gap.end) - x(gap.start))
        parts.append(
            f'<rect x="{_n(left)}" y="0" width="{_n(width)}" height="{_STRIP_HEIGHT}" '
            f'fill="{BAND}" stroke="{VERMILION}"/>'
            f'<path d="M{_n(left)} 0L{_n(left + width)} {_STRIP_HEIGHT}" stroke="{VERMILION}"/>'
        )
    for hour in (6, 12, 18):
        at = _n(_STRIP * hour / 24)
        parts.append(f'<path d="M{at} 0V{_STRIP_HEIGHT}" stroke="#ffffff" stroke-opacity="0.6"/>')
    return "".join([*parts, "</svg>"])
