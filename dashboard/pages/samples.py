"""Blind samples: judged again without the first verdict, what they measure, and the differences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from dash import Dash, html
from dash.development.base_component import Component

from analysis.blind import BlindMeasures, blind_measures
from dashboard.deps import Deps, deps
from dashboard.drawing import components as c
from dashboard.drawing import ids
from dashboard.drawing.fields import Field, action
from dashboard.drawing.page import Query, add_page
from dashboard.duty import samples_api
from dashboard.duty.blind_figures import measures_table
from dashboard.finding.listing import VERDICT_WORDS, history_path
from dashboard.signing_in.security import signed_in
from dashboard.words import mark, t
from data.blind import BlindAnswer, Settled, Stratum
from data.db import Tx
from data.model import Assessment, Comment, Role
from data.store import blind, comments
from data.store.assessments import current_assessment
from moderation.deciding.blind import open_differences

MEASURED = timedelta(days=90)
FIRST = {
    Stratum.REMOVED: mark("was removed"),
    Stratum.KEPT: mark("was kept"),
    Stratum.VISIBLE: mark("can still be seen"),
    Stratum.UNFLAGGED: mark("was not flagged"),
}
SHOWN = 50


def layout(_query: Query) -> Component:
    """The desk, and below it what the answers of 90 days say; differences for senior officers."""
    d, viewer = deps(), signed_in()
    now = d.clock()
    with d.db.read() as tx:
        measured = blind_measures(blind.blind_answers(tx, since=now - MEASURED))
        different = _differences(tx, d) if viewer.role is Role.SENIOR else None
    return c.page(
        t("Blind samples"),
        html.Div(id=ids.SAMPLES, className="desk samples"),
        different,
        _measured(measured),
        lead=t("Texts drawn by chance each week. Another officer decided on them; you judge again "
               "without knowing how."),
    )  # fmt: skip


def _measured(m: BlindMeasures) -> Component:
    return c.card(
        measures_table(m),
        html.P(t("Under 30 answers a share says too little and is not told."), className="quiet"),
        title=t("What the samples of 90 days say"),
    )


def _differences(tx: Tx, d: Deps) -> Component:
    found = open_differences(tx)
    title = t("Differences to look at")
    if not found:
        return c.card(html.P(t("None: every answer agrees with what was decided, or was looked "
                               "at."), className="quiet"), title=title)  # fmt: skip
    rows = [_row(tx, a, d) for a in found[:SHOWN]]
    return c.card(html.Div([r for r in rows if r is not None], className="rows"), title=title)


def _row(tx: Tx, a: BlindAnswer, d: Deps) -> Component | None:
    comment = comments.get_comment(tx, a.item.comment_id)
    if comment is None:
        return None
    own = a.by_user == signed_in().id
    return html.Div(
        [
            _text(comment, current_assessment(tx, comment.id)),
            html.P(_told(a), className="sample-told"),
            html.P(t("You judged this one yourself: another senior officer settles it."),
                   className="quiet") if own else html.Div(_buttons(a.item.id), className="tools"),
            c.link(t("History"), history_path(comment.id)),
        ],
        className="panel sample-difference",
    )  # fmt: skip


def _text(comment: Comment, seen: Assessment | None) -> Component:
    return c.comment_text(comment.revision.text, seen)


def _told(a: BlindAnswer) -> str:
    code = "" if a.reason is None else a.reason.value
    first = t(FIRST[a.item.stratum])
    said = t(VERDICT_WORDS[a.verdict][0])
    if code:
        return t("First: {first}. Judged again: {said}, {code}.", first=first, said=said, code=code)
    return t("First: {first}. Judged again: {said}.", first=first, said=said)


def _buttons(item_id: int) -> Sequence[Component]:
    def button(how: Settled, text: str, sure: str) -> Component:
        told = [
            Field(name="item", label="", kind="hidden", value=str(item_id)),
            Field(name="how", label="", kind="hidden", value=how.value),
        ]
        return action(samples_api.SETTLE, text, fields=told, confirm=sure)

    return [
        button(Settled.STANDS, t("The first decision stands"), ""),
        button(Settled.REOPENED, t("Look at it anew"),
               t("The first decision is taken back, and the comment is looked at anew. Go on?")),
    ]  # fmt: skip


def register(app: Dash) -> None:
    app.server.register_blueprint(samples_api.routes)
    add_page(__name__, path="/samples", title="Blind samples", icon="samples", layout=layout)
