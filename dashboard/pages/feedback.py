"""Feedback, for management: what people say, in numbers that each open their comments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from dash import ClientsideFunction, Dash, Input, State, dcc, html
from dash.development.base_component import Component

from dashboard import components as c
from dashboard import ids
from dashboard.components import LANGUAGE_NAMES
from dashboard.deps import deps
from dashboard.figures import KIND_NAMES, volume_figure, volume_table
from dashboard.hearing import Hearing, Told, change_words, hearing
from dashboard.listing import history_path
from dashboard.pages import Query, add_page, first
from dashboard.plain import plainly
from dashboard.security import signed_in
from dashboard.wanted import Days, to
from data.model import Role, Theme

PATH = "/feedback"
WINDOWS = (7, 30, 90)
NOT_JUDGED = ["not_covered", "not_checked"]
FLAGGED = ["flagged", "severe"]
REMOVED: dict[str, object] = {"verdict": ["remove", "split"], "closed": True}
MOODS = (("negative", "Negative"), ("neutral", "Neutral"), ("positive", "Positive"))


def layout(query: Query) -> Component:
    """The window's numbers, themes, kinds and mood, coverage, and the trend."""
    d = deps()
    n = chosen_window(query)
    with d.db.read() as tx:
        h = hearing(tx, d, n)
    named = {s.theme.key: s for s in h.themes}
    desk = signed_in().role in (Role.SENIOR, Role.MANAGER)
    return c.page(
        "Feedback",
        _numbers(h),
        _coverage(h),
        _themes(h) if named else c.card(c.empty("No theme was spoken of in these days.")),
        html.Div([_kinds(h), _mood(h)], className="split-columns"),
        _trend(h),
        lead=f"What people said from {h.days.first:%d %b %Y} to {h.days.last:%d %b %Y}, comments "
        "since removed counted too.",
        tools=[windows(PATH, n), c.link("Theme desk", "/themes", as_button=True) if desk else None],
    )


def chosen_window(query: Query) -> int:
    """7, 30 or 90 days, as the address says; 30 for anything else."""
    told = first(query, "days", "30")
    return int(told) if told in [str(n) for n in WINDOWS] else 30


def windows(path: str, chosen: int) -> Component:
    """Links to the windows; the open one is marked."""
    links = [
        html.Span(
            c.link(f"{n} days", to(path, days=n), as_button=True),
            className="window-open" if n == chosen else "",
        )
        for n in WINDOWS
    ]
    label: dict[str, Any] = {"aria-label": f"Window, now {chosen} days"}
    return html.Nav(links, className="windows", **label)


def listed(days: Days, **filters: object) -> str:
    """The list of comments of the window that fit the filters."""
    return to("/comments", since=days.first, until=days.last, **filters)


def number(n: int, href: str) -> c.Piece:
    """A number that opens the comments behind it; nothing stands behind a nought."""
    if n == 0:
        return "0"
    return dcc.Link(f"{n:,}", href=href, className="link", title="Open these comments")


# ------------------------------------------------------------------------------ numbers


def _numbers(h: Hearing) -> Component:
    of = f"of {h.total:,} in {h.days.n} days"
    return c.tiles(
        c.tile("Comments", f"{h.total:,}", href=listed(h.days), note=f"in {h.days.n} days"),
        c.tile("Flagged", f"{h.flagged:,}", href=listed(h.days, flag=FLAGGED), note=of),
        c.tile("Removed", f"{h.removed:,}", href=listed(h.days, **REMOVED), note=of),
        c.tile("Protected", f"{h.protected:,}", href=listed(h.days, protected=True), note=of),
    )


def _coverage(h: Hearing) -> Component | None:
    """What the machine could not judge is a grey band, never counted as clean."""
    if not h.total:
        return None
    seen = [
        ("covered", "Covered", "#0c5c46"),
        ("weakly_covered", "Weakly covered", "#7fae9c"),
        ("not_covered", "Not covered", "#aeb6b0"),
        ("not_checked", "Not checked", "#cfd5d0"),
    ]
    parts = [
        html.Div(style={"width": f"{h.coverage[key] / h.total * 100:.2f}%", "background": colour})
        for key, _, colour in seen
    ]
    told: list[c.Piece] = []
    for key, name, _ in seen:
        href = listed(h.days, coverage=key)
        told.append(html.Span([number(h.coverage[key], href), f" {name.lower()}"]))
    hidden: dict[str, Any] = {"aria-hidden": "true"}
    share = h.not_judged / h.total
    return c.card(
        html.Div(parts, className="split-bar", **hidden),
        html.Div([*told, _of(h)], className="pairs"),
        html.P(
            f"{share:.0%} could not be judged by the machine (grey). People read those; the themes "
            "and kinds below may miss them.",
            className="quiet",
        ),
        title="What the machine could read",
    )


def _of(h: Hearing) -> str:
    return f"of {h.total:,} comments, {h.days.first:%d %b} to {h.days.last:%d %b}"


# ------------------------------------------------------------------------------ themes


def _themes(h: Hearing) -> Component:
    rest = h.theme_count - len(h.themes)
    foot = [
        f"{h.without_theme:,} of {h.total:,} comments speak of no signed-off theme.",
        f" {rest} more themes were spoken of less." if rest else "",
    ]
    return html.Section(
        [
            html.H2(f"Top {len(h.themes)} themes, {h.days.n} days"),
            html.Div([_theme(t, h) for t in h.themes], className="theme-cards"),
            html.P(foot, className="quiet"),
        ],
        className="stack",
    )


def _theme(t: Told, h: Hearing) -> Component:
    key, row = t.theme.key, t.row
    kinds: list[c.Piece] = []
    for kind, n in row.kinds.items():
        href = listed(h.days, theme=key, feedback=kind)
        kinds.append(html.Span([KIND_NAMES[kind], " ", number(n, href)], className="pair"))
    moods: list[c.Piece] = [
        html.Span(["negative ", number(row.negative, listed(h.days, theme=key, mood="negative"))]),
        html.Span(["positive ", number(row.positive, listed(h.days, theme=key, mood="positive"))]),
        html.Span(["removed ", number(row.removed, listed(h.days, theme=key, **REMOVED))]),
    ]
    return html.Article(
        [
            theme_title(t.theme),
            html.Div(
                [html.Span(number(row.count, listed(h.days, theme=key)), className="big"),
                 f" {_of(h)}"]
            ),
            html.P(_capital(change_words(row.change, h.days.n)), className="quiet"),
            html.Div(kinds, className="pairs"),
            html.Div(moods, className="pairs quiet"),
            *(_quote(q.comment_id, q.text, f"{LANGUAGE_NAMES[q.language]}, {q.posted:%d %b}")
              for q in t.quotes),
        ],
        className="panel theme-card",
    )  # fmt: skip


def theme_title(theme: Theme) -> Component:
    """A theme's title in both languages."""
    urdu = html.Span(theme.title_ur, lang="ur", dir="rtl")
    return html.H3([html.Span(theme.title_en), urdu if theme.title_ur else None])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _quote(comment_id: str, text: str, told: str) -> Component:
    return html.Blockquote(
        [
            c.comment_text(text, longest=220),
            html.Div([told, " · ", c.link("history", history_path(comment_id))], className="quiet"),
        ],
        className="quote",
    )


# ------------------------------------------------------------------------------ kinds, mood


def _kinds(h: Hearing) -> Component:
    rows: list[list[c.Piece]] = [
        [KIND_NAMES[k], number(n, listed(h.days, feedback=k)), _share(n, h.total)]
        for k, n in h.kinds.items()
    ]
    heads = ("Kind", "Comments", f"Of {h.total:,}")
    table = c.table(heads, rows, caption="Comments by kind of feedback", numbers={1, 2})
    note = html.P("A comment may be of several kinds.", className="quiet")
    return c.card(table, note, title=f"Kinds, {h.days.first:%d %b} to {h.days.last:%d %b}")


def _mood(h: Hearing) -> Component:
    told = h.total - h.moods.get("", 0)
    rows: list[list[c.Piece]] = [
        [name, number(h.moods[key], listed(h.days, mood=key)), _share(h.moods[key], told)]
        for key, name in MOODS
    ]
    heads = ("Mood", "Comments", f"Of {told:,}")
    table = c.table(heads, rows, caption="Comments by mood", numbers={1, 2})
    note = f"Of {h.moods.get('', 0):,} more the mood is not told: their language is not covered."
    return c.card(table, html.P(note, className="quiet"),
                  title=f"Mood, {h.days.first:%d %b} to {h.days.last:%d %b}")  # fmt: skip


def _share(n: int, total: int) -> str:
    return f"{n / total:.0%}" if total else "none"


# ------------------------------------------------------------------------------ trend


def _trend(h: Hearing) -> Component:
    figure = volume_figure(h.trend, f"Comments, flags and removals, {h.days.n} days")
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
    table = c.table(
        twin.header, rows, caption="The same numbers day by day", numbers={1, 2, 3, 4, 5}
    )
    return c.card(
        graph,
        dcc.Store(id=ids.VOLUME_LINKS, data=cast("Any", links)),
        html.P("A grey band is a time that was not watched whole. Select a point to open its "
               "comments.", className="quiet"),
        html.Details([html.Summary("The same numbers as a table"), table]),
        title="Day by day",
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
        return "not collected" if x < 5 else "not due"
    if 1 <= x <= 4:
        return number(int(cast("int", value)), links[x - 1])
    return f"{value:.0%}" if isinstance(value, float) else str(value)


def register(app: Dash) -> None:
    add_page(__name__, path=PATH, title="Feedback", title_ur="عوامی رائے", icon="feedback",
             layout=plainly(layout))  # fmt: skip
    app.clientside_callback(  # pyright: ignore[reportUnknownMemberType]
        ClientsideFunction(namespace="sunwai_pages", function_name="open_point"),
        Input(ids.VOLUME, "clickData"),
        State(ids.VOLUME_LINKS, "data"),
        prevent_initial_call=True,
    )
