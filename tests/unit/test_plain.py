"""Pages described as data: what goes in, what stays Dash's, and what is never let through."""

from __future__ import annotations

import json
from typing import Any

from dash import dcc, html
from hypothesis import given
from hypothesis import strategies as st

from dashboard.drawing.plain import is_plain, plain, plainly


def described(component: Any) -> Any:
    """What the browser is given to draw for a component that is plain as a whole."""
    return json.loads(plain(component).to_plotly_json()["props"]["data-plain"])


def test_element_is_described_with_its_tag_attributes_and_children() -> None:
    told = html.Time("noon", dateTime="2026-06-01", className="x", tabIndex=0)
    assert described(told) == [
        "time",
        {"datetime": "2026-06-01", "class": "x", "tabindex": 0},
        ["noon"],
    ]


def test_link_of_ours_is_an_anchor_that_opens_without_loading_anew() -> None:
    tag, attributes, children = described(dcc.Link("all", href="/comments"))
    assert (tag, children) == ("a", ["all"])
    assert attributes["href"] == "/comments" and "data-go" in attributes


def test_nothing_and_false_are_left_out_and_numbers_become_text() -> None:
    assert described(html.Div([None, 0, html.Details(open=False)], title=None)) == [
        "div",
        {},
        ["0", ["details", {}, []]],
    ]


def test_event_handlers_and_unknown_attributes_do_not_get_in() -> None:
    hostile: dict[str, Any] = {"data-x": "1", "aria-label": "y"}
    _, attributes, _ = described(html.A("x", href="/", accessKey="k", n_clicks=3, **hostile))
    assert set(attributes) == {"href", "data-x", "aria-label"}


def test_graph_stays_dashs_and_its_neighbours_are_described() -> None:
    page = plain(html.Div([html.P("before"), dcc.Graph(id="g"), html.P("after")]))
    kinds = [type(c).__name__ for c in page.children]  # pyright: ignore
    assert kinds == ["Div", "Graph", "Div"]
    assert not is_plain(page)


def test_button_and_script_are_never_plain() -> None:
    for part in (html.Button("x"), html.Script("alert(1)"), html.Iframe(), html.ObjectEl()):
        assert not is_plain(part)
        assert not is_plain(html.Div([html.P(part)]))


def test_plainly_wraps_a_layout_with_its_arguments() -> None:
    drawn = plainly(lambda query: html.P(query["name"]))({"name": "hello"})
    assert "hello" in drawn.to_plotly_json()["props"]["data-plain"]


@given(st.text())
def test_any_text_comes_back_as_the_one_text_node_that_it_is(text: str) -> None:
    assert described(html.P(text)) == ["p", {}, [text]]
