"""Help: the duty, the codes and the non-reasons, the keys, and what the words mean."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component

from dashboard import components as c
from dashboard.pages import Query, add_page
from moderation.reasons import NON_REASONS, PARA_5_EN, PARA_5_UR, REASONS

KEYS = (
    ("f", "keep"),
    ("d, then 1-8", "remove with that code (the second key confirms)"),
    ("d, then 9 or x", "remove with OM-5-X: a written reason, and a second officer"),
    ("s", "split: remove the remark, file the complaint"),
    ("c", "send to complaints"),
    ("e", "escalate: ask for a second look"),
    ("w", "wait (a reason from the second time on)"),
    ("u", "undo, up to your last 20"),
    ("j  k", "next, previous without deciding"),
    ("o", "open on the platform"),
    ("h", "history: old texts, decisions, actions"),
    ("p", "policy text"),
    ("Space, held", "show masked words"),
    ("/", "search"),
    ("?", "all keys"),
)


def layout(_query: Query) -> Component:
    """One page, no state."""
    return c.page(
        "Help",
        html.Div([_duty(), _keys()], className="split-columns"),
        _codes(),
        _non_reasons(),
        lead="What is asked of us, on which ground a remark may go, and which keys do it.",
    )


def _duty() -> Component:
    return c.card(
        html.Div(
            [
                html.P(PARA_5_EN),
                html.P(PARA_5_UR, lang="ur", dir="rtl"),
                html.P(
                    "O.M. F. No. 14/3/2022-D-II, Establishment Division, 2 September 2024, para 5. "
                    "The English wording binds; the Urdu is a working translation.",
                    className="quiet",
                ),
            ],
            className="help-text",
        ),
        title="The duty",
    )


def _keys() -> Component:
    pairs: list[Component] = []
    for keys, does in KEYS:
        pairs += [html.Dt(html.Kbd(keys)), html.Dd(does)]
    return c.card(html.Div(html.Dl(pairs), className="help-text"), title="Keys of the queue")


def _codes() -> Component:
    rows: list[list[c.Piece]] = [
        [
            html.Kbd(r.key or "x"),
            html.Span(r.code.value, className="nowrap"),
            r.head.value if r.head else "any",
            r.title_en,
            html.Span(r.title_ur, lang="ur", dir="rtl"),
        ]
        for r in REASONS.values()
    ]
    heads = ("Key", "Code", "Head in para 5", "Ground", "In Urdu")
    return c.card(c.table(heads, rows, caption="Reason codes"), title="Grounds for a removal")


def _non_reasons() -> Component:
    rows: list[list[c.Piece]] = [
        [n.code.value, n.title_en, html.Span(n.title_ur, lang="ur", dir="rtl")]
        for n in NON_REASONS.values()
    ]
    return c.card(
        html.P("These can never be chosen, by anybody, on any screen."),
        c.table(("Code", "What it is", "In Urdu"), rows, caption="Non-reasons"),
        title="What is never a ground",
    )


def register(app: Dash) -> None:
    add_page(__name__, path="/help", title="Help", title_ur="مدد", icon="help", layout=layout)
