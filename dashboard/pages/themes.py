"""The theme desk: what the machine proposes, people sign off, rename, merge or refuse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import polars as pl
from dash import Dash, html
from dash.development.base_component import Component

from analysis.bursts import Burst, burst_terms
from dashboard.deps import Deps, deps
from dashboard.drawing import components as c
from dashboard.drawing.fields import Field, action
from dashboard.drawing.page import Query, add_page
from dashboard.drawing.plain import plainly
from dashboard.feedback import themes_api
from dashboard.finding.wanted import last_days, to
from dashboard.words import mark, t, written
from data.day import day_bounds, local_day
from data.db import Tx
from data.frames import Window, untold_frame
from data.model import Theme, ThemeState
from data.store import themes

PATH = "/themes"
DAYS, HISTORY = 7, 30
NAMES = {
    ThemeState.CANDIDATE: mark("Candidate"),
    ThemeState.SELECTED: mark("Signed off"),
    ThemeState.MERGED: mark("Merged"),
    ThemeState.REFUSED: mark("Refused"),
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
    signed = [k for k in known if k.state is ThemeState.SELECTED]
    waiting = [k for k in known if k.state is ThemeState.CANDIDATE]
    away = [k for k in known if k.state in (ThemeState.MERGED, ThemeState.REFUSED)]
    return c.page(
        t("Theme desk"),
        _bursts(rising),
        _group(t("Candidates"), waiting, signed, t("No candidate waits.")),
        _group(
            t("Signed off ({n})", n=len(signed)), signed, signed, t("No theme is signed off yet.")
        ),
        _away(away),
        lead=t(
            "The machine proposes; a theme counts only once a person has signed it off. After a "
            "change every comment is matched anew, within minutes."
        ),
        tools=[c.link(t("Feedback"), "/feedback", as_button=True)],
    )


def _rising(tx: Tx, d: Deps, known: Sequence[Theme]) -> Rising:
    now = d.clock()
    today = local_day(now, d.zone)
    days = last_days(DAYS, today, d.zone)
    first = today - timedelta(days=HISTORY - 1)
    window = Window(since=day_bounds(first, d.zone)[0], until=days.until, as_of=now, by="posted")
    frame = untold_frame(tx, window, d.zone)
    fresh = frame.filter(pl.col("day") >= days.first)
    taken = {term for k in known for term in k.terms}
    found = burst_terms(fresh, frame.filter(pl.col("day") < days.first), limit=20)
    return Rising(bursts=[b for b in found if b.word not in taken], n=fresh.height)


# ------------------------------------------------------------------------------ rising words


def _bursts(rising: Rising) -> Component:
    told = t(
        "Among {n} comments of the last {days} days that speak of no theme, against the {before} "
        "days before.",
        n=written.number(rising.n),
        days=DAYS,
        before=HISTORY - DAYS,
    )
    body = [_burst(b) for b in rising.bursts]
    inside = html.Div(body, className="word-cards") if body else c.empty(t("No word stands out."))
    return c.card(html.P(told, className="quiet"), inside, title=t("Rising words"))


def _burst(b: Burst) -> Component:
    word = Field(name="word", label="", kind="hidden", value=b.word)
    refuse = t("Never propose “{word}” again?", word=b.word)
    seen = t(
        "In {n} comments; {expected} were to be expected.",
        n=written.number(b.n),
        expected=written.number(b.expected, 1),
    )
    return html.Article(
        [
            html.H3(html.Bdi(b.word)),
            html.P(seen, className="quiet"),
            html.Details([html.Summary(t("Make it a theme")), _new(b.word)]),
            html.Div(
                [
                    c.link(t("All comments with it"), to("/comments", words=b.word)),
                    action(themes_api.REFUSE_WORD, t("Refuse"), fields=[word], confirm=refuse),
                ],
                className="row-foot",
            ),
        ],
        className="panel theme-card",
    )


def _new(word: str) -> Component:
    fields = [
        Field(name="title_en", label=t("Title, English"), longest=80, needed=True),
        Field(name="title_ur", label=t("Title, Urdu"), longest=80),
        Field(name="terms", label=t("Terms, one a line"), kind="area", value=word, longest=4000,
              needed=True, wide=True),
    ]  # fmt: skip
    return action(themes_api.ACCEPT, t("Sign off as a theme"), fields=fields, tone="primary")


# ------------------------------------------------------------------------------ themes


def _group(title: str, shown: Sequence[Theme], signed: Sequence[Theme], none: str) -> Component:
    body = [_theme(k, signed) for k in shown]
    inside = html.Div(body, className="theme-cards") if body else c.empty(none)
    return html.Section([html.H2(title), inside], className="stack")


def _theme(theme: Theme, signed: Sequence[Theme]) -> Component:
    urdu = html.Span(theme.title_ur, lang="ur", dir="rtl")
    details = t(
        "Version {version}, {n} terms", version=theme.version, n=written.number(len(theme.terms))
    )
    return html.Article(
        [
            html.H3([html.Span(theme.title_en, lang="en", dir="ltr"), urdu]),
            html.P(_few(theme.terms), className="quiet"),
            html.P(details, className="quiet"),
            html.Details([html.Summary(t("Rename or edit terms")), _edit(theme)]),
            html.Details([html.Summary(t("Merge or refuse")), *_put_away(theme, signed)]),
        ],
        className="panel theme-card",
    )


def _few(terms: Sequence[str]) -> list[c.Piece]:
    shown: list[c.Piece] = [html.Bdi(", ".join(terms[:8]))]
    if len(terms) > 8:
        shown += [" ", t("and {n} more", n=len(terms) - 8)]
    return shown


def _key(theme: Theme) -> Field:
    return Field(name="key", label="", kind="hidden", value=theme.key)


def _edit(theme: Theme) -> Component:
    english, urdu, terms = theme.title_en, theme.title_ur, "\n".join(theme.terms)
    fields = [
        _key(theme),
        Field(name="title_en", label=t("Title, English"), value=english, longest=80, needed=True),
        Field(name="title_ur", label=t("Title, Urdu"), value=urdu, longest=80),
        Field(name="terms", label=t("Terms, one a line; * takes every ending"), kind="area",
              value=terms, longest=4000, needed=True, wide=True),
    ]  # fmt: skip
    word = t("Save") if theme.state is ThemeState.SELECTED else t("Sign off")
    return action(themes_api.SAVE, word, fields=fields, tone="primary")


def _put_away(theme: Theme, signed: Sequence[Theme]) -> list[Component | None]:
    into = [(o.key, o.title_en) for o in signed if o.key != theme.key]
    merge = Field(name="into", label=t("Merge into"), kind="choice", options=into)
    merging = t("Merge “{title}” into the chosen theme?", title=theme.title_en)
    refusing = t(
        "Refuse “{title}”? Its comments stay; they no longer count under it.", title=theme.title_en
    )
    key = _key(theme)
    return [
        action(themes_api.MERGE, t("Merge"), fields=[key, merge], confirm=merging)
        if into
        else None,
        action(themes_api.REFUSE, t("Refuse"), fields=[key], confirm=refusing, tone="danger"),
    ]


def _away(away: Sequence[Theme]) -> Component | None:
    if not away:
        return None
    rows: list[list[c.Piece]] = [
        [html.Bdi(k.title_en), t(NAMES[k.state]), html.Bdi(", ".join(k.terms[:5])), k.version]
        for k in away
    ]
    heads = (t("Theme"), t("State"), t("Terms"), t("Version"))
    table = c.table(heads, rows, caption=t("Themes merged or refused"))
    return c.card(table, title=t("Put away"))


def register(app: Dash) -> None:
    app.server.register_blueprint(themes_api.routes)
    add_page(
        __name__,
        path=PATH,
        title=mark("Themes"),
        icon="themes",
        layout=plainly(layout),
    )
