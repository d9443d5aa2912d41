"""Closing a source for good or for now: it is swept no more, and what was read of it stays.

An administrator does it, with a reason that stands in the log. What was not watched before the
closing stays a gap; from then on nothing is due.
"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from dashboard.deps import deps
from dashboard.drawing import components as c
from dashboard.drawing.fields import Field, action
from dashboard.drawing.saying import woven
from dashboard.finding.listing import source_name
from dashboard.signing_in.security import requires, signed_in
from dashboard.web import given
from dashboard.words import t
from data.model import Role, Source
from data.store import closing as store
from data.store import sources

CLOSE = "/api/sources/close"
routes = Blueprint("source_closing", __name__)


def closed_line(s: Source, zone: str) -> Component | None:
    """Since when it is closed, by whom and why; None for a source that is watched."""
    if s.closed is None:
        return None
    told = t("Closed {when} by {who}: {why} Nothing is read of it, and no sweep is due. Its "
             "comments stay.")  # fmt: skip
    return html.P(
        woven(
            told,
            when=c.moment(s.closed.since, zone),
            who=html.Bdi(s.closed.by),
            why=html.Bdi(s.closed.why),
        )
    )


def closing(s: Source) -> Component:
    """What an administrator may do about it."""
    number = Field(name="source", label="", kind="hidden", value=str(s.id))
    if s.closed is not None:
        fields = [number, Field(name="close", label="", kind="hidden", value="no")]
        ask = t("Watch {source} again from now on?", source=source_name(s))
        return action(CLOSE, t("Open it again"), fields=fields, confirm=ask)
    fields = [
        number,
        Field(name="close", label="", kind="hidden", value="yes"),
        Field(name="why", label=t("Why it is closed"), needed=True, longest=300, wide=True),
    ]
    ask = t("Close {source}? It is swept no more. Its comments stay, and it can be opened again.",
            source=source_name(s))  # fmt: skip
    button = action(CLOSE, t("Close this source"), fields=fields, confirm=ask, tone="danger")
    return html.Details([html.Summary(t("Close this source")), button])


@routes.post(CLOSE)
@requires(Role.ADMINISTRATOR)
def close() -> ResponseReturnValue:
    """Closes a source or opens it again; a second time changes nothing."""
    d, number = deps(), given.number("source")
    shut = given.told("close", longest=3, needed=True) == "yes"
    why = given.told("why", longest=300, needed=shut)
    with d.db.write() as tx:
        source = sources.source_by_id(tx, number)
        if source is None:
            return jsonify(error=t("There is no such source.")), 404
        by, now = signed_in().pseudonym, d.clock()
        if shut:
            store.close(tx, source, by=by, why=why, now=now)
        else:
            store.reopen(tx, source, by=by, now=now)
    name = source_name(source)
    if shut:
        return jsonify(told=t("{source} is closed.", source=name))
    return jsonify(told=t("{source} is open again.", source=name))
