"""A dashboard as one writes it first: Dash as it comes, plotly express over raw rows, one grid.

Three charts and a grid of fifty comments from the sample organisation's store, nothing kept
between requests, nothing compressed. ``STOCK_DATABASE`` names the SQLite file.
"""

from __future__ import annotations

import os
import sqlite3
from typing import Any

import dash
import dash_ag_grid as dag
import plotly.express as px
import polars as pl
from dash import dcc, html

ROWS = """
select date(c.created_at) as day, c.platform, a.language, a.flag, r.text
from comment c join revision r on r.id = c.revision_id
join assessment a on a.id = c.assessment_id
"""
DRAWN = """() => document.querySelectorAll(".js-plotly-plot .main-svg .trace").length >= 3
  && document.querySelectorAll(".js-plotly-plot").length === 3
  && document.querySelectorAll(".ag-center-cols-container .ag-row").length > 5"""


def create() -> Any:
    """The WSGI application."""
    app = dash.Dash("stock")
    app.layout = _layout
    return app.server


def _layout() -> Any:
    rows = _rows()
    charts = [
        px.line(rows.group_by("day", "platform").len().sort("day"), x="day", y="len",
                color="platform", render_mode="svg"),
        px.bar(rows.group_by("flag").len().sort("flag"), x="flag", y="len"),
        px.bar(rows.group_by("day", "language").len().sort("day"), x="day", y="len",
               color="language"),
    ]  # fmt: skip
    grid = dag.AgGrid(
        id="grid",
        rowData=rows.head(50).to_dicts(),
        columnDefs=[{"field": name} for name in rows.columns],
    )
    return html.Div([*(dcc.Graph(figure=f) for f in charts), grid])


def _rows() -> pl.DataFrame:
    store = sqlite3.connect(os.environ["STOCK_DATABASE"])
    try:
        return pl.read_database(ROWS, store, infer_schema_length=None)
    finally:
        store.close()
