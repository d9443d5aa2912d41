"""Copies: near-copies as one row, their members, and one decision for those that are chosen.

Each member keeps a record of its own; a protected one is left for a decision alone, and the page
says so. That texts are alike says nothing about who wrote them, and nothing here claims it.
"""

from __future__ import annotations

from datetime import timedelta

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.deps import Deps, deps
from dashboard.desk.grid_parts import bulk_place, choosable_table
from dashboard.drawing import components as c
from dashboard.drawing.components import attributes
from dashboard.drawing.fields import Field, filters
from dashboard.drawing.page import Query, add_page, first
from dashboard.drawing.plain import plainly
from dashboard.drawing.saying import woven
from dashboard.finding.found import rows_of
from dashboard.finding.wanted import PAGE, to
from dashboard.signing_in.security import signed_in
from dashboard.words import mark, t, tn
from dashboard.words.written import number
from data.db import Tx
from data.model import User
from data.store import floods
from data.store.floods import Flood
from data.store.grid import queues_of
from data.store.search import Found, Wanted, find_comments

PATH = "/copies"
LEAD = mark(
    "Comments that are nearly alike, decided together. That texts are alike does not say that "
    "their accounts belong together."
)
DAYS = {"1": mark("Today"), "7": mark("7 days"), "30": mark("30 days"), "365": mark("A year")}
LEAST = {"2": mark("2 or more"), "5": mark("5 or more"), "20": mark("20 or more"),
         "100": mark("100 or more")}  # fmt: skip
GROUPS = 50


def layout(query: Query) -> Component:
    """The groups, the largest first; with ``group`` the members of one."""
    d, viewer = deps(), signed_in()
    group = first(query, "group")
    with d.db.read() as tx:
        if group:
            return _one(tx, d, viewer, group, _page(query))
        return _all(tx, d, query)


def _page(query: Query) -> int:
    told = first(query, "page", "1")
    known = told.isascii() and told.isdigit() and 1 <= int(told[:7]) <= 100_000
    return int(told[:7]) if known else 1


def _known(query: Query, name: str, known: dict[str, str], standard: str) -> str:
    told = first(query, name, standard)
    return told if told in known else standard


# ------------------------------------------------------------------------------ all groups


def _all(tx: Tx, d: Deps, query: Query) -> Component:
    days, least = _known(query, "days", DAYS, "30"), _known(query, "least", LEAST, "5")
    page = _page(query)
    since = d.clock() - timedelta(days=int(days))
    found = floods.floods(tx, least=int(least), since=since, limit=GROUPS + 1,
                          offset=(page - 1) * GROUPS)  # fmt: skip
    form = filters(
        PATH,
        [
            Field(name="days", label=t("Posted within"), kind="choice", value=days,
                  options=[(k, t(v)) for k, v in DAYS.items()]),
            Field(name="least", label=t("Copies"), kind="choice", value=least,
                  options=[(k, t(v)) for k, v in LEAST.items()]),
        ],
    )  # fmt: skip
    if not found:
        return _framed(form, c.empty(t("No comments were this much alike in this time.")))
    firsts = Wanted(comment_ids=tuple(f.group_id for f in found))
    samples = {s.comment.id: s for s in find_comments(tx, firsts, limit=len(found))}
    rows = [_group(f, samples.get(f.group_id), d) for f in found[:GROUPS]]
    return _framed(
        form, html.Div(rows, className="rows"), _pager(page, len(found) > GROUPS, days, least)
    )


def _framed(*body: c.Piece) -> Component:
    tools: list[c.Piece] = [c.link(t("Queue"), "/queue", as_button=True),
                            c.link(t("Grid"), "/grid", as_button=True)]  # fmt: skip
    return c.page(t("Copies"), *body, lead=t(LEAD), tools=tools)


def _pager(page: int, more: bool, days: str, least: str) -> Component | None:
    inside: list[c.Piece] = []
    if page > 1:
        back = to(PATH, days=days, least=least, page=page - 1)
        inside.append(c.link(t("Larger groups"), back, as_button=True))
    if more:
        on = to(PATH, days=days, least=least, page=page + 1)
        inside.append(c.link(t("Smaller groups"), on, as_button=True))
    if not inside:
        return None
    return html.Nav(inside, className="pages", **attributes(aria_label=t("Pages of the list")))


def _group(f: Flood, sample: Found | None, d: Deps) -> Component:
    return html.Article(
        [
            html.Div(facts(f, d.zone), className="row-head flood-facts"),
            _sample(sample),
            html.Div(_waiting(f), className="row-said"),
            html.Div(
                c.link(t("Open the members"), to(PATH, group=f.group_id), as_button=True),
                className="row-foot",
            ),
        ],
        className="row",
    )


def _sample(sample: Found | None) -> c.Piece:
    """The text of the first of them, what hurts masked."""
    if sample is None:
        return None
    text = sample.comment.revision.text
    return c.comment_text(text, sample.assessment, longest=300, personal=True)


def facts(f: Flood, zone: str) -> list[c.Piece]:
    """How many, from how many accounts, within what time."""
    minutes = (f.last_at - f.first_at).total_seconds()
    when = woven(t("first {first}, last {last}"), first=c.moment(f.first_at, zone),
                 last=c.moment(f.last_at, zone))  # fmt: skip
    return [
        html.Strong(tn("{n} copy", "{n} copies", f.count)),
        html.Span(tn("{n} account", "{n} accounts", f.accounts)),
        html.Span(t("within {time}", time=c.duration(minutes))),
        html.Span(when, className="quiet"),
    ]


def _waiting(f: Flood) -> list[c.Piece]:
    if f.undecided == 0:
        return [c.badge(t("All are decided"), "good")]
    said: list[c.Piece] = [
        c.badge(tn("{n} not decided", "{n} not decided", f.undecided), "warn"),
    ]
    if f.protected:
        alone = tn("{n} is protected and is decided alone.",
                   "{n} are protected and are decided alone.", f.protected)  # fmt: skip
        said.append(html.Span(alone))
    return said


# ------------------------------------------------------------------------------ one group


def _one(tx: Tx, d: Deps, viewer: User, group: str, page: int) -> Component:
    found = floods.floods_by_id(tx, [group[:200]])
    back = c.link(t("All copies"), PATH, as_button=True)
    if not found:
        return c.page(t("Copies"), c.empty(t("There is no such group of copies.")), tools=[back])
    flood = found[0]
    members = floods.members_page(tx, flood.group_id, limit=PAGE, offset=(page - 1) * PAGE)
    rows = rows_of(tx, members, viewer)
    queues = queues_of(tx, [m.comment.id for m in members])
    table = choosable_table(rows, queues, d.zone, caption=t("Members of this group of copies"))
    guide = html.P(
        t("Choose all copies, take out of the choice what is not like the others, then decide. "
          "Each keeps a record of its own."),
    )  # fmt: skip
    return c.page(
        t("One group of copies"),
        c.card(html.Div(facts(flood, d.zone), className="row-head flood-facts"),
               html.Div(_waiting(flood), className="row-said"), guide),
        bulk_place(tx, table, group=flood.group_id),
        _member_pages(flood, page),
        lead=t(LEAD),
        tools=[back],
    )  # fmt: skip


def _member_pages(flood: Flood, page: int) -> Component | None:
    count = (flood.count + PAGE - 1) // PAGE
    if count <= 1:
        return None
    last = min(page * PAGE, flood.count)
    place = t("{first} to {last} of {total}", first=number((page - 1) * PAGE + 1),
              last=number(last), total=number(flood.count))  # fmt: skip
    inside: list[c.Piece] = [html.Span(place)]
    if page > 1:
        earlier = to(PATH, group=flood.group_id, page=page - 1)
        inside.insert(0, c.link(t("Earlier copies"), earlier, as_button=True))
    if page < count:
        later = to(PATH, group=flood.group_id, page=page + 1)
        inside.append(c.link(t("Later copies"), later, as_button=True))
    return html.Nav(inside, className="pages", **attributes(aria_label=t("Pages of the list")))


def register(app: Dash) -> None:
    add_page(
        __name__,
        path=PATH,
        title=mark("Copies"),
        icon="copies",
        layout=plainly(layout),
    )
