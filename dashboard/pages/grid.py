"""The grid: all open comments and, by filter, all that was decided; many decided on one ground.

Pages go on from a place in the order, never by number: the last page of a million rows costs what
the first one does. Totals are counted up to ten thousand and say so beyond.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qs

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.deps import Deps, deps
from dashboard.desk import grid_api
from dashboard.desk.grid_parts import bulk_place, choosable_table
from dashboard.drawing import components as c
from dashboard.drawing.components import attributes
from dashboard.drawing.fields import Field, action, filters
from dashboard.drawing.page import Query, add_page, first
from dashboard.drawing.plain import plainly
from dashboard.drawing.saying import woven
from dashboard.finding import listing
from dashboard.finding.found import rows_of
from dashboard.finding.list_filters import OneField, decided_fields, machine_fields, waiting_fields
from dashboard.finding.list_filters import text_and_days as words_and_days
from dashboard.finding.places import NoPlace, read_place, written
from dashboard.finding.wanted import PAGE, Asked, asked, to
from dashboard.signing_in.security import signed_in
from dashboard.words import mark, t
from data.db import Tx
from data.model import User
from data.store import saved_views
from data.store.grid import Key, Order, count_fitting, grid_page
from data.store.saved_views import SavedView
from data.store.search import stands_in_queue

PATH = "/grid"
COUNTED_TO = 10_000
LEAD = mark("All open comments and, by filter, all that was decided. Many are decided at once.")
ORDERS = {
    Order.QUEUE: mark("As in the queue"),
    Order.OLDEST: mark("Oldest first"),
    Order.NEWEST: mark("Newest first"),
    Order.SCORE: mark("Highest score first"),
    Order.DECIDED: mark("Newest decision first"),
}
SHOWN = {"open": mark("Open"), "decided": mark("Decided"), "all": mark("All")}


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What the address asks for, with the order and the place where the page begins."""

    asked: Asked
    shown: str  # open, decided or all
    order: Order
    after: Key | None

    def href(self, **changed: object) -> str:
        return self.asked.href(PATH, **changed)


def layout(query: Query) -> Component:
    """Saved views, filters, the count, one page of rows that can be chosen."""
    d, viewer = deps(), signed_in()
    with d.db.read() as tx:
        view = _view(tx, query, d)
        form = _filters(tx, view)
        views = _saved(saved_views.views_of(tx, viewer), view, viewer)
        if view.asked.problems:
            return c.page(t("Grid"), views, form, listing.problems(view.asked), lead=t(LEAD),
                          tools=_tools())  # fmt: skip
        body = _body(tx, view, d, viewer)
    return c.page(t("Grid"), views, form, *body, lead=t(LEAD), tools=_tools())


def _tools() -> list[c.Piece]:
    return [c.link(t("Queue"), "/queue", as_button=True),
            c.link(t("Copies"), "/copies", as_button=True)]  # fmt: skip


def _body(tx: Tx, view: _View, d: Deps, viewer: User) -> list[c.Piece]:
    wanted = view.asked.wanted
    total = count_fitting(tx, wanted, most=COUNTED_TO + 1)
    few = total <= COUNTED_TO
    page = grid_page(tx, wanted, order=view.order, after=view.after, limit=PAGE, few=few)
    told = listing.told(grid_api.counted(total, COUNTED_TO), view.asked, unsaid=("sort", "show"))
    if not page.found:
        return [told, c.empty(t("No comment fits these filters."))]
    rows = rows_of(tx, page.found, viewer)
    table = choosable_table(rows, page.queues, d.zone, caption=t("Comments that fit the filters"))
    return [told, bulk_place(tx, table), _pager(view, page.after)]


def _pager(view: _View, after: Key | None) -> Component | None:
    inside: list[c.Piece] = []
    if view.after is not None:
        inside.append(c.link(t("First page"), view.href(), as_button=True))
    if after is not None:
        inside.append(c.link(t("Next page"), view.href(after=written(after)), as_button=True))
    if not inside:
        return None
    return html.Nav(inside, className="pages", **attributes(aria_label=t("Pages of the list")))


# ------------------------------------------------------------------------------ what is asked


def _view(tx: Tx, query: Query, d: Deps) -> _View:
    """Open comments, as in the queue, unless the address says otherwise."""
    shown = first(query, "show") or ("all" if first(query, "verdict") else "open")
    a = asked(tx, {**query, "show": [shown]}, d, besides=("sort", "after"))
    problems = list(a.problems)
    order = _order(first(query, "sort"), a, shown, problems)
    after = _place(first(query, "after"), order, problems)
    given = {k: vs for k, vs in a.given.items() if k != "show" or first(query, "show")}
    given |= {"sort": [order.value]} if first(query, "sort") else {}
    if order is Order.DECIDED:
        a = replace(a, wanted=replace(a.wanted, decided=True))
    return _View(
        asked=replace(a, given=given, problems=tuple(problems)),
        shown=shown,
        order=order,
        after=after,
    )


def _order(told: str, a: Asked, shown: str, problems: list[str]) -> Order:
    standard = {"decided": Order.DECIDED, "all": Order.NEWEST}.get(shown, Order.QUEUE)
    if told and told not in list(Order):
        problems.append(t("“{value}” is no order of this list.", value=told[:40]))
        return standard
    order = Order(told) if told else standard
    return standard if order is Order.QUEUE and not stands_in_queue(a.wanted) else order


def _place(told: str, order: Order, problems: list[str]) -> Key | None:
    """The place that an address carries; a problem where it is none of this order."""
    try:
        return read_place(told, order) if told else None
    except NoPlace:
        problems.append(t("The page was not found. Begin at the first one."))
        return None


# ------------------------------------------------------------------------------ filters and views


def _filters(tx: Tx, view: _View) -> Component:
    one = OneField({**view.asked.given, "show": [view.shown]})
    words, since, until = words_and_days(one)
    shown = one.choice("show", t("Show"), [(k, t(v)) for k, v in SHOWN.items()], any_=False)
    orders = [(o.value, t(word)) for o, word in ORDERS.items()]
    sort = Field(name="sort", label=t("Order"), kind="choice", value=view.order.value,
                 options=orders)  # fmt: skip
    queue, source, *others = waiting_fields(tx, one)
    verdict, reason, officer, state = decided_fields(tx, one)
    more = [*others, *machine_fields(one), since, until, verdict, reason, officer, state]
    return filters(PATH, [words, shown, queue, source, sort], more=more)


def _saved(views: Sequence[SavedView], view: _View, viewer: User) -> Component:
    """The reader's views and those that others share; a form to save what stands now."""
    entries = [_saved_one(v, viewer) for v in views]
    none = html.P(t("No view is saved yet."), className="quiet")
    query = view.href().partition("?")[2]
    keep = action(
        "/api/grid/views/save",
        t("Save these filters"),
        fields=[
            Field(name="query", label="", kind="hidden", value=query),
            Field(name="name", label=t("Name of the view"), longest=60, needed=True),
            Field(name="shared", label=t("For"), kind="choice", value="no",
                  options=[("no", t("Me alone")), ("yes", t("All who decide"))]),
        ],
    )  # fmt: skip
    title = html.H2(t("Saved views"), className="sr-only")
    listed = html.Ul(entries, className="views") if views else none
    fold = html.Details([html.Summary(t("Save a view")), keep], className="views-save")
    return html.Section([title, listed, fold], className="saved-views")


def _saved_one(v: SavedView, viewer: User) -> Component:
    inside: list[c.Piece] = [c.link(html.Bdi(v.name), _safe(v.query), as_button=True)]
    if v.owner_id != viewer.id:
        by = woven(t("shared by {officer}"), officer=html.Bdi(v.owner))
        return html.Li([*inside, html.Span(by, className="quiet")])
    taken = action(
        "/api/grid/views/remove",
        t("Take away"),
        fields=[Field(name="view", label="", kind="hidden", value=str(v.id))],
        confirm=t("Take away the view “{name}”? No comment changes.", name=v.name),
    )
    inside.append(html.Span(t("shared") if v.shared else "", className="quiet"))
    return html.Li([*inside, taken])


def _safe(query: str) -> str:
    """The view's address, written anew from what it asks for."""
    return to(PATH, **{k: vs for k, vs in parse_qs(query).items() if k.isidentifier()})


def register(app: Dash) -> None:
    app.server.register_blueprint(grid_api.routes)
    add_page(
        __name__,
        path=PATH,
        title=mark("Grid"),
        icon="grid",
        layout=plainly(layout),
    )
