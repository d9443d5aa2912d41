"""Practice: the queue's keys on invented comments, with an explanation after each answer.

The banner stands over everything, always: whoever looks must see that nothing here is real.
"""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.drawing import components as c
from dashboard.drawing import ids
from dashboard.drawing.page import Query, add_page
from dashboard.learning import practice_api
from dashboard.words import t


def layout(_query: Query) -> Component:
    """The place where assets/learn_2_practice.js draws."""
    sign = html.Div(
        [
            html.Strong(t("Practice")),
            html.Span(t("Invented comments. Nothing here is real: nothing is decided, sent or kept "
                        "with real comments.")),
        ],
        className="practice-sign",
        role="note",
    )  # fmt: skip
    return c.page(
        t("Practice"),
        sign,
        html.Div(id=ids.PRACTICE, className="desk practice"),
        lead=t("Learn the codes and the keys on comments that were written for it."),
    )


def register(app: Dash) -> None:
    app.server.register_blueprint(practice_api.routes)
    add_page(__name__, path="/practice", title="Practice", icon="practice",
             layout=layout)  # fmt: skip
