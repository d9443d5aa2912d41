"""Complaints handed to offices: what is due and overdue, and the hand-over sheet of each."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.cases import api
from dashboard.cases.complaints import (
    NO_THEME,
    PAGE,
    PATH,
    AskedCases,
    CaseRow,
    asked_cases,
    case_rows,
)
from dashboard.cases.sheet import sheet, written_by
from dashboard.deps import Deps, deps
from dashboard.drawing import components as c
from dashboard.drawing.fields import Field, action, filters
from dashboard.drawing.page import Query, add_page, first
from dashboard.drawing.plain import plainly
from dashboard.finding.listing import history_path, theme_title
from dashboard.signing_in.security import signed_in
from dashboard.words import mark, t, tn
from dashboard.words.written import day, number
from data.day import local_day
from data.db import Tx
from data.model import CaseState, ThemeState
from data.store import cases, themes

STATE_WORDS: dict[CaseState, tuple[str, c.Tone]] = {
    CaseState.OPEN: (mark("Not handed over yet"), "warn"),
    CaseState.HANDED_OVER: (mark("With the office"), "info"),
    CaseState.CLOSED: (mark("Closed"), "good"),
}
FILTER_WORDS = {
    "not_closed": mark("Not closed"),
    "open": mark("Not handed over yet"),
    "handed_over": mark("With the office"),
    "closed": mark("Closed"),
}


def layout(query: Query) -> Component:
    """The list, what is due first on top, with filters and the CSV of the same rows."""
    d = deps()
    asked = asked_cases(query, d)
    if asked.wrong:
        told = t("“{name}” is no filter of this list. Nothing is listed, so that no wrong number "
                 "is read off this page.", name=asked.wrong)  # fmt: skip
        return c.page(t("Complaints"), c.banner(told, tone="bad"))
    with d.db.read() as tx:
        total = cases.count_cases(tx, **asked.filters)
        today = local_day(d.clock(), d.zone)
        late = cases.count_cases(tx, overdue_on=today)
        offset = (asked.page - 1) * PAGE
        rows = case_rows(tx, cases.find_cases(tx, **asked.filters, limit=PAGE, offset=offset), d)
        form = _filters(tx, asked)
    empty = t("No complaint was filed yet.") if not asked.given else t("No complaint fits.")
    return c.page(
        t("Complaints"),
        _late(late),
        form,
        html.Div(html.Strong(tn("{n} complaint", "{n} complaints", total), id="list-total"),
                 className="list-told", role="status"),
        html.Div([_row(r) for r in rows], className="rows") if rows else c.empty(empty),
        _pages(total, asked),
        lead=t("What citizens complain of, where it goes, and until when. Nothing is posted by "
               "itself."),
        tools=[html.A("CSV", href=asked.href(api.CSV), className="button button-plain",
                      download="")],
    )  # fmt: skip


def _late(count: int) -> Component | None:
    if not count:
        return None
    told = tn("{n} complaint is overdue.", "{n} complaints are overdue.", count)
    return c.banner(told, " ", c.link(t("Show them"), f"{PATH}?overdue=yes"), tone="bad")


def _filters(tx: Tx, asked: AskedCases) -> Component:
    def one(name: str, label: str, kind: str = "text") -> Field:
        return Field(name=name, label=label, kind=kind, value=asked.given.get(name, ""))  # pyright: ignore[reportArgumentType]

    def choice(name: str, label: str, options: list[tuple[str, str]]) -> Field:
        return Field(name=name, label=label, kind="choice", value=asked.given.get(name, ""),
                     options=[("", t("Any")), *options])  # fmt: skip

    known = [(k.key, theme_title(k)) for k in themes.list_themes(tx)
             if k.state is ThemeState.SELECTED]  # fmt: skip
    return filters(
        PATH,
        [
            choice("state", t("State"), [(k, t(v)) for k, v in FILTER_WORDS.items()]),
            choice("theme", t("Category"), [(NO_THEME, t("No category")), *known]),
            one("office", t("Office")),
            choice("overdue", t("Overdue"), [("yes", t("Only overdue"))]),
            one("since", t("Filed from day"), "date"),
            one("until", t("Filed to day"), "date"),
        ],
    )


# ------------------------------------------------------------------------------ one row


def _row(r: CaseRow) -> Component:
    return html.Article(
        [
            html.Div(
                [
                    html.H2(c.link(t("Complaint {n}", n=r.case.id), f"{PATH}/{r.case.id}")),
                    c.badge(t(STATE_WORDS[r.case.state][0]), STATE_WORDS[r.case.state][1]),
                    _overdue(r),
                ],
                className="case-head",
            ),
            c.comment_text(r.text),
            _facts(r),
            _steps(r),
        ],
        className="panel case",
    )


def _overdue(r: CaseRow) -> Component | None:
    if not r.late_days:
        return None
    return c.badge(tn("{n} day overdue", "{n} days overdue", r.late_days), "bad")


def _facts(r: CaseRow) -> Component:
    zone = deps().zone
    pairs: list[tuple[str, c.Piece]] = [
        (t("Category"), r.theme or t("none")),
        (t("Office"), written_by(r.case.office) if r.case.office else t("not named yet")),
        (t("Place"), written_by(r.case.place) if r.case.place else t("not told")),
        (t("Due"), t("no day set") if r.case.due_on is None else day(r.case.due_on)),
        (t("Filed"), c.moment(r.case.created_at, zone)),
        (t("Page"), r.source),
    ]
    if r.case.handed_over_at is not None:
        pairs.append((t("Handed over"), c.moment(r.case.handed_over_at, zone)))
    if r.case.state is CaseState.CLOSED:
        came = r.case.closing_note or t("The decision that filed it was taken back.")
        pairs.append((t("What came of it"), written_by(came)))
    inside = [html.Div([html.Dt(name), html.Dd(value)]) for name, value in pairs]
    return html.Dl(inside, className="case-facts")


def _steps(r: CaseRow) -> Component:
    links: list[c.Piece] = [
        c.link(t("Hand-over sheet"), f"{PATH}/{r.case.id}"),
        c.link(t("History"), history_path(r.case.comment_id)),
    ]
    may = signed_in().role in api.FILERS and r.case.state is not CaseState.CLOSED
    return html.Div([*links, *(_forms(r) if may else [])], className="case-steps")


def _forms(r: CaseRow) -> list[Component]:
    me = Field(name="case", label="", kind="hidden", value=str(r.case.id))
    found: list[Component] = []
    if r.case.state is CaseState.OPEN:
        found.append(action(api.HAND_OVER, t("Hand over"), fields=[me], tone="primary"))
    due = "" if r.case.due_on is None else r.case.due_on.isoformat()
    changed = [
        me,
        Field(name="office", label=t("Office"), value=r.case.office, longest=200),
        Field(name="place", label=t("Place"), value=r.case.place, longest=200),
        Field(name="due_on", label=t("Due"), kind="date", value=due),
    ]
    note = Field(name="note", label=t("What came of it"), kind="area", longest=1000, needed=True)
    found += [
        html.Details([html.Summary(t("Change office, place or due day")),
                      action(api.CHANGE, t("Change"), fields=changed)]),
        html.Details([html.Summary(t("Close with a note")),
                      action(api.CLOSE, t("Close"), fields=[me, note])]),
    ]  # fmt: skip
    return found


def _pages(total: int, asked: AskedCases) -> Component | None:
    if total <= PAGE:
        return None
    first_, last = (asked.page - 1) * PAGE + 1, min(asked.page * PAGE, total)
    told = t("{first} to {last} of {all}", first=number(first_), last=number(last),
             all=number(total))  # fmt: skip
    inside: list[c.Piece] = [html.Span(told)]
    if asked.page > 1:
        inside.insert(0, c.link(t("← Sooner"), asked.href(PATH, page=asked.page - 1),
                                as_button=True))  # fmt: skip
    if last < total:
        inside.append(c.link(t("Later →"), asked.href(PATH, page=asked.page + 1), as_button=True))
    return html.Nav(inside, className="pages", **c.attributes(aria_label=t("Pages of the list")))


# ------------------------------------------------------------------------------ its sheet


def one_case(query: Query) -> Component:
    """The hand-over sheet of one complaint, to be printed."""
    d, told = deps(), first(query, "case_id")
    known = told.isascii() and told.isdigit() and len(told) < 15
    with d.db.read() as tx:
        case = cases.case_by_id(tx, int(told)) if known else None
        if case is None:
            return c.empty(t("There is no such complaint."), c.link(t("All complaints"), PATH))
        row = case_rows(tx, [case], d)[0]
    return _sheet_page(row, d, full=first(query, "text") == "full")


def _sheet_page(row: CaseRow, d: Deps, *, full: bool) -> Component:
    may_read = signed_in().role in api.FILERS
    here = f"{PATH}/{row.case.id}"
    other = (
        c.link(t("Text masked"), here)
        if full
        else c.link(t("Text as it was written"), f"{here}?text=full")
    )
    return c.page(
        t("Complaint {n}", n=row.case.id),
        sheet(row, d, full=full and may_read, state=t(STATE_WORDS[row.case.state][0])),
        html.Div(_steps(row), className="sheet-tools"),
        lead=t("Hand-over sheet. Print it from the browser; it holds nothing that is not shown."),
        tools=[other if may_read else None, c.link(t("All complaints"), PATH, as_button=True)],
    )


def register(app: Dash) -> None:
    app.server.register_blueprint(api.routes)
    add_page(__name__, path=PATH, title="Complaints", icon="cases",
             layout=plainly(layout))  # fmt: skip
    add_page(
        f"{__name__}:sheet",
        path="/cases/",
        path_template="/cases/<case_id>",
        title="Complaint",
        layout=plainly(one_case),
        in_nav=False,
    )
