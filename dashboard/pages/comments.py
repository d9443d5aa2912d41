"""The list of comments behind a number: every number elsewhere links here with its query."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component
from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from dashboard.deps import deps
from dashboard.drawing import components as c
from dashboard.drawing.page import Query, add_page
from dashboard.drawing.plain import plainly
from dashboard.finding import listing, paging
from dashboard.finding.downloads import list_csv
from dashboard.finding.found import rows_of
from dashboard.finding.list_filters import filter_form
from dashboard.finding.wanted import asked
from dashboard.signing_in.security import requires, signed_in
from dashboard.words import mark, t, tn
from dashboard.words.written import number
from data.model import Role
from data.store.grid import FEW

PATH = "/comments"
routes = Blueprint("comments_list", __name__)
READERS = (Role.OFFICER, Role.SENIOR, Role.MANAGER, Role.AUDITOR)


def layout(query: Query) -> Component:
    """The filters, the total, one page of the list."""
    d = deps()
    with d.db.read() as tx:
        a = asked(tx, query, d)
        form = filter_form(tx, a, PATH)
        if a.problems:
            return c.page(t("Comments"), form, listing.problems(a), lead=t(LEAD))
        page, total = paging.found_page(tx, a)
        rows = rows_of(tx, page.found, signed_in())
    body = listing.rows(rows, d.zone) if rows else c.empty(t("No comment fits these filters."))
    said = tn("{n} comment", "{n} comments", total)
    if total > FEW:
        said = t("more than {n} comments", n=number(FEW))
    more = [listing.told(said, a), body, paging.pages(page, a, PATH)]
    return c.page(t("Comments"), form, *more, lead=t(LEAD), tools=[csv_link(a.href(CSV), total)])


CSV = "/download/comments.csv"
LEAD = mark("Every comment of our own pages, as the public wrote it. Words that hurt are masked.")


def csv_link(href: str, total: int) -> Component:
    """The download of the whole list; a plain link, because a browser saves it itself."""
    said = t("CSV of all {n}", n=paging.counted(total))
    return html.A(said, href=href, className="button button-plain", download="")


@routes.get(CSV)
@requires(*READERS)
def comments_csv() -> ResponseReturnValue:
    """The list of the same query as CSV."""
    d = deps()
    with d.db.read() as tx:
        a = asked(tx, request.args.to_dict(flat=False), d)
    if a.problems:
        abort(400)
    return list_csv("comments", a)


def register(app: Dash) -> None:
    app.server.register_blueprint(routes)
    add_page(
        __name__,
        path=PATH,
        title=mark("Comments"),
        icon="comments",
        layout=plainly(layout),
    )
