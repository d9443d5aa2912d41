"""The theme desk: what the machine proposes, people sign off, rename, merge or refuse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import polars as pl
from dash import Dash, html
from dash.development.base_component import Component

from analysis.bursts import Burst, burst_terms
from dashboard import components as c
from dashboard import themes_api
from dashboard.deps import Deps, deps
from dashboard.fields import Field, action
from dashboard.pages import Query, add_page
from dashboard.plain import plainly
from dashboard.wanted import last_days, to
from data.day import day_bounds, local_day
from data.db import Tx
from data.frames import Window, untold_frame
from data.model import Theme, ThemeState
from data.store import themes

PATH = "/themes"
DAYS, HISTORY = 7, 30
NAMES = {
    ThemeState.CANDIDATE: "Candidate",
    ThemeState.SELECTED: "Signed off",
    ThemeState.MERGED: "Merged",
    ThemeState.REFUSED: "Refused",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rising:
    """Words that rise among comments without a theme, and of how many comments that is told."""

    bursts: list[Burst]
    n: int


def layout(_query: Query) -> Component:
    """Rising words, candidates, the signed-off taxonomy, what was put away."""
    d = deps()
    with d.db.read() as tx:
        known = themes.list_themes(tx)
        rising = _rising(tx, d, known)
    signed = [t for t in known if t.state is ThemeState.SELECTED]
    waiting = [t for t in known if t.state is ThemeState.CANDIDATE]
    away = [t for t in known if t.state in (ThemeState.MERGED, ThemeState.REFUSED)]
    return c.page(
        "Theme desk",
        _bursts(rising),
        _group("Candidates", waiting, signed, "No candidate waits."),
        _group(f"Signed off ({len(signed)})", signed, signed, "No theme is signed off yet."),
        _away(away),
        lead="The machine proposes; a theme counts only once a person has signed it off. After a "
        "change every comment is matched anew, within minutes.",
        tools=[c.link("Feedback", "/feedback", as_button=True)],
    )


def _rising(tx: Tx, d: Deps, known: Sequence[Theme]) -> Rising:
    now = d.clock()
    today = local_day(now, d.zone)
    days = last_days(DAYS, today, d.zone)
    first = today - timedelta(days=HISTORY - 1)
    window = Window(since=day_bounds(first, d.zone)[0], until=days.until, as_of=now, by="posted")
    frame = untold_frame(tx, window, d.zone)
    fresh = frame.filter(pl.col("day") >= days.first)
    taken = {term for t in known for term in t.terms}
    found = burst_terms(fresh, frame.filter(pl.col("day") < days.first), limit=20)
    return Rising(bursts=[b for b in found if b.word not in taken], n=fresh.height)


# ------------------------------------------------------------------------------ rising words


def _bursts(rising: Rising) -> Component:
    told = (
        f"Among {rising.n:,} comments of the last {DAYS} days that speak of no theme, against the "
        f"{HISTORY - DAYS} days before."
    )
    body = [_burst(b) for b in rising.bursts]
    inside = html.Div(body, className="word-cards") if body else c.empty("No word stands out.")
    return c.card(html.P(told, className="quiet"), inside, title="Rising words")


def _burst(b: Burst) -> Component:
    word = Field(name="word", label="", kind="hidden", value=b.word)
    refuse = f"Never propose “{b.word}” again?"
    return html.Article(
        [
            html.H3(html.Bdi(b.word)),
            html.P(
                f"In {b.n:,} comments; {b.expected:.1f} were to be expected.", className="quiet"
            ),
            html.Details([html.Summary("Make it a theme"), _new(b.word)]),
            html.Div(
                [
                    c.link("All comments with it", to("/comments", words=b.word)),
                    action(themes_api.REFUSE_WORD, "Refuse", fields=[word], confirm=refuse),
                ],
                className="row-foot",
            ),
        ],
        className="panel theme-card",
    )


def _new(word: str) -> Component:
    fields = [
        Field(name="title_en", label="Title, English", longest=80, needed=True),
        Field(name="title_ur", label="Title, Urdu", longest=80),
        Field(name="terms", label="Terms, one a line", kind="area", value=word, longest=4000,
              needed=True, wide=True),
    ]  # fmt: skip
    return action(themes_api.ACCEPT, "Sign off as a theme", fields=fields, tone="primary")


# ------------------------------------------------------------------------------ themes


def _group(title: str, shown: Sequence[Theme], signed: Sequence[Theme], none: str) -> Component:
    body = [_theme(t, signed) for t in shown]
    inside = html.Div(body, className="theme-cards") if body else c.empty(none)
    return html.Section([html.H2(title), inside], className="stack")


def _theme(t: Theme, signed: Sequence[Theme]) -> Component:
    few = ", ".join(t.terms[:8]) + (f" and {len(t.terms) - 8} more" if len(t.terms) > 8 else "")
    key = Field(name="key", label="", kind="hidden", value=t.key)
    into = [(o.key, o.title_en) for o in signed if o.key != t.key]
    merge = Field(name="into", label="Merge into", kind="choice", options=into)
    edit = [
        key,
        Field(name="title_en", label="Title, English", value=t.title_en, longest=80, needed=True),
        Field(name="title_ur", label="Title, Urdu", value=t.title_ur, longest=80),
        Field(name="terms", label="Terms, one a line; * takes every ending", kind="area",
              value="\n".join(t.terms), longest=4000, needed=True, wide=True),
    ]  # fmt: skip
    word = "Save" if t.state is ThemeState.SELECTED else "Sign off"
    refuse = f"Refuse “{t.title_en}”? Its comments stay; they no longer count under it."
    return html.Article(
        [
            html.H3([html.Span(t.title_en), html.Span(t.title_ur, lang="ur", dir="rtl")]),
            html.P(html.Bdi(few), className="quiet"),
            html.P(f"Version {t.version}, {len(t.terms)} terms", className="quiet"),
            html.Details([html.Summary("Rename or edit terms"),
                          action(themes_api.SAVE, word, fields=edit, tone="primary")]),
            html.Details([html.Summary("Merge or refuse"),
                          action(themes_api.MERGE, "Merge", fields=[key, merge],
                                 confirm=f"Merge “{t.title_en}” into the chosen theme?")
                          if into else None,
                          action(themes_api.REFUSE, "Refuse", fields=[key], confirm=refuse,
                                 tone="danger")]),
        ],
        className="panel theme-card",
    )  # fmt: skip


def _away(away: Sequence[Theme]) -> Component | None:
    if not away:
        return None
    rows: list[list[c.Piece]] = [
        [html.Bdi(t.title_en), NAMES[t.state], html.Bdi(", ".join(t.terms[:5])), t.version]
        for t in away
    ]
    heads = ("Theme", "State", "Terms", "Version")
    return c.card(c.table(heads, rows, caption="Themes merged or refused"), title="Put away")


def register(app: Dash) -> None:
    app.server.register_blueprint(themes_api.routes)
    add_page(
        __name__,
        path=PATH,
        title="Themes",
        title_ur="موضوعات",
        icon="themes",
        layout=plainly(layout),
    )
