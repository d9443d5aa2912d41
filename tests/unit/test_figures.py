"""Figures as plain dictionaries: traces and values, gaps as gaps, and a table beside each."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from analysis.duty import StageTime, duty_row
from analysis.report import DayPoint
from dashboard.drawing import figures as f
from dashboard.report.svg import trend_svg
from tests.unit.report_helpers import DAY


def point(n: int, comments: int | None, watched: float | None = 1.0) -> DayPoint:
    return DayPoint(day=DAY + timedelta(days=n), comments=comments, flagged=comments,
                    removed=comments, not_judged=comments, watched=watched)  # fmt: skip


POINTS = [point(0, 5), point(1, None, 0.0), point(2, 3)]
ROW = duty_row("page", pl.DataFrame({"outcome": ["in_target", "late", "unproven"]}))
STAGES = [StageTime(stage="decision", since="posted", n=0, median=None, p95=None)]
ALL: list[tuple[dict[str, Any], f.TableTwin]] = [
    (f.volume_figure(POINTS), f.volume_table(POINTS)),
    (f.duty_figure([ROW]), f.duty_rows([ROW])),
]


@pytest.mark.parametrize(("figure", "table"), ALL)
def test_every_figure_is_plain_json_with_svg_traces_and_a_title(
    figure: dict[str, Any], table: f.TableTwin
) -> None:
    json.dumps(figure, allow_nan=False)
    assert {t["type"] for t in figure["data"]} <= {"scatter", "bar"}
    assert figure["layout"]["title"]["text"]
    assert all(len(row) == len(table.header) for row in table.rows)
    assert table.rows


def test_a_day_without_watch_is_a_gap_with_a_grey_band() -> None:
    figure = f.volume_figure(POINTS)
    comments = figure["data"][0]
    assert comments["y"] == [5, None, 3] and comments["connectgaps"] is False
    bands = figure["layout"]["shapes"]
    assert [(b["x0"], b["x1"]) for b in bands] == [("2026-11-18 12:00", "2026-11-19 12:00")]
    assert f.volume_table(POINTS).rows[1] == ("2026-11-19", None, None, None, None, 0.0)


def test_lines_differ_in_more_than_colour() -> None:
    lines = f.volume_figure(POINTS)["data"]
    assert len({t["line"]["dash"] for t in lines}) == len(lines)
    assert len({t["marker"]["symbol"] for t in lines}) == len(lines)


def test_bars_of_the_duty_differ_in_pattern_and_add_up_to_what_was_due() -> None:
    bars = f.duty_figure([ROW])["data"]
    assert len({b["marker"]["pattern"]["shape"] for b in bars}) == len(bars)
    assert sum(b["x"][0] for b in bars) == ROW.due == 3


def test_a_step_nobody_reached_is_empty_and_not_zero() -> None:
    assert f.latency_figure(STAGES)["data"][0]["y"] == [None]


def test_the_printed_trend_breaks_its_lines_at_a_gap() -> None:
    drawn = trend_svg(POINTS)
    assert "polyline" not in drawn  # single days on each side of the gap: marks, no line over it
    assert drawn.count(f'fill="{f.BAND}"') == 1
    assert trend_svg([point(0, 1), point(1, 2)]).count("<polyline") == 2


def test_an_empty_trend_is_still_a_picture() -> None:
    assert trend_svg([]).endswith("</svg>")
