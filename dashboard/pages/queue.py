"""The queue: one comment at a time, drawn in the browser from cards fetched ahead.

The page is only the place; assets/desk_*.js draws in it and talks to dashboard/desk/queue_api.py,
because keys that go through callbacks get lost when they come fast.
"""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.drawing import ids
from dashboard.drawing.components import attributes
from dashboard.drawing.page import Query, add_page, first


def layout(query: Query) -> Component:
    """The place where the desk is drawn; ``?queue=severe`` opens one named queue."""
    return html.Div(
        id=ids.DESK,
        className="desk",
        **attributes(data_queue=first(query, "queue")),
    )


def register(app: Dash) -> None:
    add_page(
        __name__,
        path="/queue",
        title="Queue",
        icon="queue",
        layout=layout,
    )
