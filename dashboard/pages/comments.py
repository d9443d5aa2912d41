"""The list of comments behind a number: every number elsewhere links here with its query."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component
from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from dashboard import components as c
from dashboard import listing
from dashboard.deps import deps
from dashboard.downloads import list_csv
from dashboard.found import rows_of
from dashboard.list_filters import filter_form
from dashboard.pages import Query, add_page
from dashboard.plain import plainly
from dashboard.security import requires, signed_in
from dashboard.wanted import PAGE, asked
from dashboard.words import mark, t, tn
from dashboard.written import number
from data.model import Role
from data.store.search import count_found, find_comments

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
        total = count_found(tx, a.wanted)
        found = find_comments(tx, a.wanted, limit=PAGE, offset=(a.page - 1) * PAGE)
        rows = rows_of(tx, found, signed_in())
    body = listing.rows(rows, d.zone) if rows else c.empty(t("No comment fits these filters."))
    counted = listing.told(tn("{n} comment", "{n} comments", total), a)
    more = [counted, body, listing.pages(total, a, PATH)]
    return c.page(t("Comments"), form, *more, lead=t(LEAD), tools=[csv_link(a.href(CSV), total)])


CSV = "/download/comments.csv"
LEAD = mark("Every comment of our own pages, as the public wrote it. Words that hurt are masked.")


def csv_link(href: str, total: int) -> Component:
    """The download of the whole list; a plain link, because a browser saves it itself."""
    said = t("CSV of all {n}", n=number(total))
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
