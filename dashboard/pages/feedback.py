"""Feedback, for management: what people say, in numbers that each open their comments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from dash import ClientsideFunction, Dash, Input, State, dcc, html
from dash.development.base_component import Component

from dashboard.deps import deps
from dashboard.drawing import components as c
from dashboard.drawing import ids
from dashboard.drawing.figures import KIND_NAMES, volume_figure, volume_table
from dashboard.drawing.page import Query, add_page
from dashboard.drawing.plain import plainly
from dashboard.drawing.saying import woven
from dashboard.feedback.compared import unwatched_note
from dashboard.feedback.hearing import Hearing, hearing
from dashboard.feedback.parts import ends, of_words, theme_cards
from dashboard.finding.kept import kept
from dashboard.finding.numbers import (
    FLAGGED,
    NOT_JUDGED,
    REMOVED,
    chosen_window,
    listed,
    number,
    windows,
)
from dashboard.finding.wanted import to
from dashboard.signing_in.security import signed_in
from dashboard.words import mark, t, written
from data.model import Role

PATH = "/feedback"
MOODS = (
    ("negative", mark("Negative")),
    ("neutral", mark("Neutral")),
    ("positive", mark("Positive")),
)


def layout(query: Query) -> Component:
    """The window's numbers, themes, kinds and mood, coverage, and the trend."""
    d = deps()
    n = chosen_window(query)
    with d.db.read() as tx:
        h = kept(tx, d.db, ("feedback", n), d.clock(), lambda: hearing(tx, d, n))
    named = {s.theme.key: s for s in h.themes}
    desk = signed_in().role in (Role.SENIOR, Role.MANAGER)
    return c.page(
        t("Feedback"),
        _numbers(h),
        _coverage(h),
        unwatched_note(h.compared, h.days.n),
        theme_cards(h) if named else c.card(c.empty(t("No theme was spoken of in these days."))),
        html.Div([_kinds(h), _mood(h)], className="split-columns"),
        _trend(h),
        lead=t(
            "What people said from {first} to {last}, comments since removed counted too.",
            first=written.day(h.days.first),
            last=written.day(h.days.last),
        ),
        tools=[
            windows(PATH, n),
            c.link(t("Theme desk"), "/themes", as_button=True) if desk else None,
        ],
    )


# ------------------------------------------------------------------------------ numbers


def _numbers(h: Hearing) -> Component:
    of = t("of {all} in {n} days", all=written.number(h.total), n=h.days.n)
    said = t("in {n} days", n=h.days.n)

    def one(label: str, n: int, href: str, note: str) -> Component:
        return c.tile(label, written.number(n), href=href, note=note)

    return c.tiles(
        one(t("Comments"), h.total, listed(h.days), said),
        one(t("Flagged"), h.flagged, listed(h.days, flag=FLAGGED), of),
        one(t("Removed"), h.removed, listed(h.days, **REMOVED), of),
        one(t("Protected"), h.protected, listed(h.days, protected=True), of),
    )


def _coverage(h: Hearing) -> Component | None:
    """What the machine could not judge is a grey band, never counted as clean."""
    if not h.total:
        return None
    seen = [
        ("covered", t("{n} covered"), "#0c5c46"),
        ("weakly_covered", t("{n} weakly covered"), "#7fae9c"),
        ("not_covered", t("{n} not covered"), "#aeb6b0"),
        ("not_checked", t("{n} not checked"), "#cfd5d0"),
    ]
    parts = [
        html.Div(style={"width": f"{h.coverage[key] / h.total * 100:.2f}%", "background": colour})
        for key, _, colour in seen
    ]
    told: list[c.Piece] = []
    for key, name, _ in seen:
        href = listed(h.days, coverage=key)
        told.append(html.Span(woven(name, n=number(h.coverage[key], href))))
    hidden: dict[str, Any] = {"aria-hidden": "true"}
    share = h.not_judged / h.total
    return c.card(
        html.Div(parts, className="split-bar", **hidden),
        html.Div([*told, of_words(h)], className="pairs"),
        html.P(
            t(
                "{share} could not be judged by the machine (grey). People read those; the themes "
                "and kinds below may miss them.",
                share=written.percent(share),
            ),
            className="quiet",
        ),
        title=t("What the machine could read"),
    )


# ------------------------------------------------------------------------------ kinds, mood


def _kinds(h: Hearing) -> Component:
    rows: list[list[c.Piece]] = [
        [t(KIND_NAMES[k]), number(n, listed(h.days, feedback=k)), _share(n, h.total)]
        for k, n in h.kinds.items()
    ]
    heads = (t("Kind"), t("Comments"), t("Of {all}", all=written.number(h.total)))
    table = c.table(heads, rows, caption=t("Comments by kind of feedback"), numbers={1, 2})
    note = html.P(t("A comment may be of several kinds."), className="quiet")
    return c.card(table, note, title=t("Kinds, {first} to {last}", **ends(h)))


def _mood(h: Hearing) -> Component:
    told = h.total - h.moods.get("", 0)
    rows: list[list[c.Piece]] = [
        [t(name), number(h.moods[key], listed(h.days, mood=key)), _share(h.moods[key], told)]
        for key, name in MOODS
    ]
    heads = (t("Mood"), t("Comments"), t("Of {all}", all=written.number(told)))
    table = c.table(heads, rows, caption=t("Comments by mood"), numbers={1, 2})
    note = t(
        "Of {n} more the mood is not told: their language is not covered.",
        n=written.number(h.moods.get("", 0)),
    )
    title = t("Mood, {first} to {last}", **ends(h))
    return c.card(table, html.P(note, className="quiet"), title=title)


def _share(n: int, total: int) -> str:
    return written.percent(n / total) if total else t("none")


# ------------------------------------------------------------------------------ trend


def _trend(h: Hearing) -> Component:
    figure = volume_figure(h.trend, t("Comments, flags and removals, {n} days", n=h.days.n))
    graph = dcc.Graph(
        id=ids.VOLUME,
        figure=cast("Any", figure),
        config={"displayModeBar": False, "responsive": True},
        className="chart",
    )
    links = [[_day_link(p.day.isoformat(), f) for f in TRACES] for p in h.trend]
    twin = volume_table(h.trend)
    rows = [
        [_cell(value, links[y], x) for x, value in enumerate(row)]
        for y, row in enumerate(twin.rows)
    ]
    caption = t("The same numbers day by day")
    table = c.table(twin.header, rows, caption=caption, numbers={1, 2, 3, 4, 5})
    return c.card(
        graph,
        dcc.Store(id=ids.VOLUME_LINKS, data=cast("Any", links)),
        html.P(t("A grey band is a time that was not watched whole. Select a point to open its "
                 "comments."), className="quiet"),
        html.Details([html.Summary(t("The same numbers as a table")), table]),
        title=t("Day by day"),
    )  # fmt: skip


TRACES: tuple[Mapping[str, object], ...] = (
    {},
    {"coverage": NOT_JUDGED},
    {"flag": FLAGGED},
    REMOVED,
)
"""The filters behind each line of the figure, in its order."""


def _day_link(day: str, filters: Mapping[str, object]) -> str:
    return to("/comments", since=day, until=day, **filters)


def _cell(value: object, links: list[str], x: int) -> c.Piece:
    if value is None:
        return t("not collected") if x < 5 else t("not due")
    if 1 <= x <= 4:
        return number(int(cast("int", value)), links[x - 1])
    return written.percent(value) if isinstance(value, float) else str(value)


def register(app: Dash) -> None:
    add_page(__name__, path=PATH, title=mark("Feedback"), icon="feedback", layout=plainly(layout))
    app.clientside_callback(  # pyright: ignore[reportUnknownMemberType]
        ClientsideFunction(namespace="sunwai_pages", function_name="open_point"),
        Input(ids.VOLUME, "clickData"),
        State(ids.VOLUME_LINKS, "data"),
        prevent_initial_call=True,
    )
