"""Decisions: all that was decided, searched in every script, and undone by seniors."""

from __future__ import annotations

from collections.abc import Sequence

from dash import Dash
from dash.development.base_component import Component
from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue

from dashboard.deps import deps
from dashboard.drawing import components as c
from dashboard.drawing.fields import Field, action
from dashboard.drawing.page import Query, add_page
from dashboard.drawing.plain import plainly
from dashboard.evidence import api
from dashboard.finding import listing, paging
from dashboard.finding.downloads import list_csv
from dashboard.finding.found import Row, rows_of
from dashboard.finding.list_filters import filter_form
from dashboard.finding.wanted import Asked, asked
from dashboard.pages.comments import csv_link
from dashboard.signing_in.security import requires, signed_in
from dashboard.web import given
from dashboard.words import mark, t, tn
from dashboard.words.written import number
from data.db import Tx
from data.model import Role, Verdict
from data.store.grid import FEW
from moderation.deciding.decide import Refused, RefusedCode, undo_decision

PATH, CSV = "/decisions", "/download/decisions.csv"
LEAD = mark(
    "The newest decision on each comment. Search finds every spelling of Urdu and Roman Urdu."
)
routes = Blueprint("decisions_list", __name__)


def _asked(tx: Tx, query: Query) -> Asked:
    """The list's query: always decided comments, by the instant of the decision."""
    return asked(tx, {"decided": ["yes"], "by": ["decided"], **query}, deps(), by="decided")


def layout(query: Query) -> Component:
    """The filters, the total, one page of decided comments."""
    d, viewer = deps(), signed_in()
    with d.db.read() as tx:
        a = _asked(tx, query)
        form = filter_form(tx, a, PATH, decisions=True)
        if a.problems:
            return c.page(t("Decisions"), form, listing.problems(a), lead=t(LEAD))
        page, total = paging.found_page(tx, a)
        rows = rows_of(tx, page.found, viewer)
    tools = _undo_buttons(rows) if viewer.role is Role.SENIOR else {}
    empty = c.empty(t("No decision fits these filters."))
    body = listing.rows(rows, d.zone, tools=tools) if rows else empty
    said = tn("{n} decided comment", "{n} decided comments", total)
    if total > FEW:
        said = t("more than {n} decided comments", n=number(FEW))
    told = listing.told(said, a, unsaid=("decided", "by"))
    more = [told, body, paging.pages(page, a, PATH)]
    tools_of_page = [csv_link(a.href(CSV), total)]
    return c.page(t("Decisions"), form, *more, lead=t(LEAD), tools=tools_of_page)


def _undo_buttons(rows: Sequence[Row]) -> dict[str, Component]:
    """A button for each decision that still stands; ids in the browser's hands are only numbers."""
    found: dict[str, Component] = {}
    for r in rows:
        if r.decision is None or r.decision.verdict is Verdict.UNDO:
            continue
        number = str(r.decision.id)
        word = t(listing.VERDICT_WORDS[r.decision.verdict][0]).lower()
        found[r.comment.id] = action(
            UNDO,
            t("Undo"),
            fields=[Field(name="decision", label="", kind="hidden", value=number)],
            confirm=t(
                "Undo decision {number} ({word} by {officer})? It goes back to the queue, "
                "and what was taken down is put back where the platform can.",
                number=number,
                word=word,
                officer=r.officer,
            ),
        )
    return found


UNDO = "/api/decisions/undo"


@routes.post(UNDO)
@requires(Role.SENIOR)
def undo() -> ResponseReturnValue:
    """Undoes one decision; the key is made of it, so that two clicks are one undo."""
    d, by = deps(), signed_in()
    number = given.number("decision")
    key = f"undo:{by.id}:{number}"
    try:
        with d.db.write() as tx:
            done = undo_decision(
                tx, decision_id=number, by=by, key=key, holds=d.holds, now=d.clock()
            )
    except Refused as refused:
        status = 404 if refused.code is RefusedCode.UNKNOWN_DECISION else 409
        return jsonify(error=refused.message), status
    undone = t("Decision {number} is undone.", number=number)
    return jsonify(told=f"{undone} {done.notice}".strip())


@routes.get(CSV)
@requires(Role.OFFICER, Role.SENIOR, Role.AUDITOR)
def decisions_csv() -> ResponseReturnValue:
    """The list of the same query as CSV."""
    with deps().db.read() as tx:
        a = _asked(tx, request.args.to_dict(flat=False))
    if a.problems:
        abort(400)
    return list_csv("decisions", a)


def register(app: Dash) -> None:
    app.server.register_blueprint(routes)
    app.server.register_blueprint(api.routes)
    add_page(
        __name__,
        path=PATH,
        title=mark("Decisions"),
        icon="decisions",
        layout=plainly(layout),
    )
