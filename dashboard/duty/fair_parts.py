"""The parts of the duty page that ask whether it is fair: rates, measures, blind samples."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from analysis.fairness import Rate
from dashboard.drawing import components as c
from dashboard.duty.blind_figures import measures_table
from dashboard.duty.serving import Serving
from dashboard.finding.listing import reason_title, source_name
from dashboard.finding.numbers import FLAGGED, REMOVED, number
from dashboard.finding.wanted import to
from dashboard.words import t
from dashboard.words.shares import per_1000, share_words
from dashboard.words.titles import LANGUAGE_NAMES
from dashboard.words.written import number as written
from data.model import Language, ReasonCode


def seen_list(s: Serving, **filters: object) -> str:
    """The list of comments first seen in the window that fit the filters."""
    return to("/comments", by="first_seen", since=s.days.since, until=s.days.until, **filters)


def removals(s: Serving) -> Component:
    """Removals per 1,000 by code, page and language."""
    f = s.fairness
    by_code = [_code(r, s) for r in f.by_reason if r.removed]
    by_page = [
        _rate(r, html.Bdi(source_name(s.titles[r.name])),
              seen_list(s, source=s.titles[r.name].id), s, source=s.titles[r.name].id)
        for r in f.by_source
    ]  # fmt: skip
    by_language = [
        _rate(r, t(LANGUAGE_NAMES[Language(r.name)]), seen_list(s, language=r.name), s,
              language=r.name)
        for r in f.by_language
    ]  # fmt: skip
    return c.card(
        _rates(t("By code"), t("Code"), t("Removals by code"), by_code),
        _rates(t("By page"), t("Page"), t("Removals by page"), by_page),
        _rates(t("By language"), t("Language"), t("Removals by language"), by_language),
        title=t("Removals per 1,000 comments first seen in {n} days", n=s.days.n),
    )


def _rates(title: str, first: str, caption: str, rows: list[list[c.Piece]]) -> Component:
    heads = (first, t("Removed"), t("Of"), t("Per 1,000 (95% range)"))
    table = c.table(heads, rows, caption=caption, numbers={1, 2})
    return html.Div([html.H3(title), table if rows else html.P(t("None removed."))])


def _code(r: Rate, s: Serving) -> list[c.Piece]:
    name = html.Span([html.Bdi(r.name), " ", reason_title(ReasonCode(r.name))])
    return _rate(r, name, seen_list(s), s, reason=r.name)


def _rate(r: Rate, name: c.Piece, seen: str, s: Serving, **filters: object) -> list[c.Piece]:
    removed = number(r.removed, seen_list(s, **REMOVED, **filters))
    return [name, removed, number(r.seen, seen), per_1000(r.share)]


def measures(s: Serving) -> Component:
    """The measures of fairness, and what a second officer said without knowing the first."""
    heads = (t("Measure"), t("Of what"), t("Value (95% range)"))
    table = c.table(heads, _rows(s), caption=t("Measures of fairness"))
    told = t("Of {seen} comments first seen and decisions made in {n} days.",
             seen=written(s.seen), n=s.days.n)  # fmt: skip
    return c.card(
        table,
        html.P(told, className="quiet"),
        html.H3(t("Judged again by another officer, without knowing the first decision")),
        measures_table(s.blind),
        html.P(t("Answers of {n} days on samples drawn by chance each week.", n=s.days.n),
               className="quiet"),
        title=t("Is it fair?"),
    )  # fmt: skip


def _rows(s: Serving) -> list[list[c.Piece]]:
    f, u = s.fairness, s.undoings
    flagged = seen_list(s, flag=FLAGGED, closed=True)
    shielded = seen_list(s, flag=FLAGGED, closed=True, protected=True)
    return [
        [t("Precision of flags"), t("removed after a flag, of flagged and decided"),
         c.link(share_words(f.precision), flagged)],
        [t("Protected kept"), t("of protected comments flagged and decided"),
         c.link(share_words(f.protected_kept), shielded)],
        [t("Reversals"), t("decisions taken back, of decisions"), share_words(f.reversals)],
        [t("Removals taken back"), t("in these days"), written(u.removals_undone)],
        [t("Second looks answered"), t("decisions in these days that answered one"),
         written(u.second_looks)],
        [t("Verified"), t("removals proven at the platform, of removals due"),
         share_words(f.verified)],
        [t("Model coverage"), t("comments in a language that the model covers"),
         c.link(share_words(f.coverage), seen_list(s, coverage="covered"))],
    ]  # fmt: skip
