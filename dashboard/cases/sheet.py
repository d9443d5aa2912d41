"""The hand-over sheet of one complaint, in the order in which focal persons of Pakistan Citizen's
Portal read a complaint: number, dates, category, level and office, place, details, remarks, result.

It is filled in by hand at the office; nothing is posted anywhere by itself.
"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.cases.complaints import CaseRow
from dashboard.deps import Deps
from dashboard.drawing import components as c
from dashboard.words import t, tn
from dashboard.words.texts import lang_of, safe_link
from dashboard.words.written import day
from data.day import local_day
from moderation.texts.text import direction


def sheet(row: CaseRow, d: Deps, *, full: bool, state: str) -> Component:
    """The sheet as a table of names and values; ``full`` shows the text without masks."""
    lines = [
        *_what(row, d, state),
        *_text(row, full),
        *_for_the_office(),
    ]
    head = html.Div([html.Strong(d.organisation), html.P(t("Complaint received on social media"))])
    return html.Div([head, html.Table(html.Tbody(lines)), html.P(_made(d), className="quiet")],
                    className="panel sheet")  # fmt: skip


def written_by(text: str) -> Component:
    """What a person wrote, in its own direction and letters."""
    return html.Span(text, dir=direction(text), lang=lang_of(text, None), className="said-by")


def _line(name: str, value: c.Piece | list[c.Piece]) -> Component:
    return html.Tr([html.Th(name, scope="row"), html.Td(value)])


def _what(row: CaseRow, d: Deps, state: str) -> list[Component]:
    case = row.case
    due: c.Piece = t("no day set") if case.due_on is None else day(case.due_on)
    late = tn("{n} day overdue", "{n} days overdue", row.late_days) if row.late_days else None
    return [
        _line(t("Complaint number"), html.Bdi(str(case.id))),
        _line(t("Date of receipt"), day(local_day(case.created_at, d.zone))),
        _line(t("Received through"), [row.source, " · ", _link(row)]),
        _line(t("Category"), row.theme or t("none")),
        _line(t("Forwarded to (office)"), written_by(case.office) if case.office else "\u00a0"),
        _line(t("Place"), written_by(case.place) if case.place else "\u00a0"),
        _line(t("Due date"), [due, " ", None if late is None else c.badge(late, "bad")]),
        _line(t("Status"), state),
    ]


def _link(row: CaseRow) -> c.Piece:
    link = None if row.comment is None else safe_link(row.comment.permalink)
    if link is None:
        return t("no link is known: comment {id}", id=row.case.comment_id)
    return html.A(link, href=link, target="_blank", rel="noopener noreferrer", dir="ltr")


def _text(row: CaseRow, full: bool) -> list[Component]:
    told = (
        c.comment_text(row.full, masked=False, longest=None)
        if full
        else c.comment_text(row.text, longest=None)
    )
    who = t("Not recorded: the answer goes under the comment on the page.")
    return [_line(t("Details of the complaint"), told), _line(t("Complainant"), who)]


def _for_the_office() -> list[Component]:
    result = html.Ul([html.Li(f"☐ {x}") for x in (
        t("relief granted"), t("relief granted in part"), t("relief cannot be granted, because:"),
    )], className="sheet-choices")  # fmt: skip
    blank = "\u00a0"
    return [
        html.Tr([html.Th(t("Remarks of the office"), scope="row"), html.Td(blank)],
                className="sheet-blank"),
        _line(t("Result"), result),
        html.Tr([html.Th(t("Name, designation and signature of the focal person"), scope="row"),
                 html.Td(blank)], className="sheet-blank"),
        _line(t("Date"), blank),
    ]  # fmt: skip


def _made(d: Deps) -> str:
    return t("Made on {day}.", day=day(local_day(d.clock(), d.zone)))
