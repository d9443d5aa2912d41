"""Parts of the feedback page: numbers that open their comments, and the themes with quotes."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.drawing import components as c
from dashboard.drawing.figures import KIND_NAMES
from dashboard.drawing.saying import woven
from dashboard.feedback.hearing import Hearing, Quote, Told, change_words
from dashboard.finding.listing import history_path
from dashboard.finding.numbers import REMOVED, listed, number
from dashboard.words import t, tn, written
from dashboard.words.titles import LANGUAGE_NAMES
from data.model import Theme


def of_words(h: Hearing) -> str:
    """Of how many, and of which days: "of 12 comments, 1 May to 30 May"."""
    return t(
        "of {all} comments, {first} to {last}",
        all=written.number(h.total),
        first=written.day(h.days.first, year=False),
        last=written.day(h.days.last, year=False),
    )


def ends(h: Hearing) -> dict[str, str]:
    """First and last day of the window, as a heading says them."""
    return {
        "first": written.day(h.days.first, year=False),
        "last": written.day(h.days.last, year=False),
    }


def theme_cards(h: Hearing) -> Component:
    """The most spoken of, each with its numbers and quotes."""
    rest = h.theme_count - len(h.themes)
    foot = [
        t(
            "{n} of {all} comments speak of no signed-off theme.",
            n=written.number(h.without_theme),
            all=written.number(h.total),
        ),
        " ",
        tn(
            "{n} more theme was spoken of less.",
            "{n} more themes were spoken of less.",
            rest,
        )
        if rest
        else "",
    ]
    return html.Section(
        [
            html.H2(t("Top {n} themes, {days} days", n=len(h.themes), days=h.days.n)),
            html.Div([_theme(s, h) for s in h.themes], className="theme-cards"),
            html.P(foot, className="quiet"),
        ],
        className="stack",
    )


def _theme(s: Told, h: Hearing) -> Component:
    key, row = s.theme.key, s.row
    kinds: list[c.Piece] = []
    for kind, n in row.kinds.items():
        href = listed(h.days, theme=key, feedback=kind)
        kinds.append(html.Span([t(KIND_NAMES[kind]), " ", number(n, href)], className="pair"))
    moods: list[c.Piece] = [
        _counted(t("negative {n}"), row.negative, listed(h.days, theme=key, mood="negative")),
        _counted(t("positive {n}"), row.positive, listed(h.days, theme=key, mood="positive")),
        _counted(t("removed {n}"), row.removed, listed(h.days, theme=key, **REMOVED)),
    ]
    return html.Article(
        [
            theme_title(s.theme),
            html.Div(
                [html.Span(number(row.count, listed(h.days, theme=key)), className="big"),
                 f" {of_words(h)}"]
            ),
            html.P(change_words(row.change, h.days.n), className="quiet"),
            html.Div(kinds, className="pairs"),
            html.Div(moods, className="pairs quiet"),
            *(_quote(q) for q in s.quotes),
        ],
        className="panel theme-card",
    )  # fmt: skip


def _counted(text: str, n: int, href: str) -> Component:
    """A line about a number that opens its comments: "removed 3"."""
    return html.Span(woven(text, n=number(n, href)))


def theme_title(theme: Theme) -> Component:
    """A theme's title in both languages."""
    urdu = html.Span(theme.title_ur, lang="ur", dir="rtl")
    english = html.Span(theme.title_en, lang="en", dir="ltr")
    return html.H3([english, urdu if theme.title_ur else None])


def _quote(q: Quote) -> Component:
    said = [t(LANGUAGE_NAMES[q.language]), written.day(q.posted, year=False)]
    link = c.link(t("history"), history_path(q.comment_id))
    return html.Blockquote(
        [
            c.comment_text(q.text, longest=220),
            html.Div([" · ".join(said), " · ", link], className="quiet"),
        ],
        className="quote",
    )
