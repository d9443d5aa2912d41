"""Duty and fairness: was it done in time, were we watching, and was it fair."""

from __future__ import annotations

from typing import Any, cast

from dash import Dash, dcc, html
from dash.development.base_component import Component

from analysis.duty import DutyRow, StageTime
from dashboard.deps import Deps, deps
from dashboard.drawing import components as c
from dashboard.drawing import ids
from dashboard.drawing.figures import duty_figure, latency_figure, since_word, stage_word
from dashboard.drawing.page import Query, add_page
from dashboard.drawing.plain import plainly
from dashboard.duty.fair_parts import measures, removals
from dashboard.duty.serving import Serving, serving
from dashboard.duty.standard import standard_lines
from dashboard.duty.watch_parts import watch
from dashboard.finding.kept import kept
from dashboard.finding.listing import source_name
from dashboard.finding.numbers import chosen_window, number, windows
from dashboard.finding.wanted import to
from dashboard.signing_in.security import roles_of, signed_in
from dashboard.words import mark, t, tn
from dashboard.words.shares import share_words
from dashboard.words.written import day, percent
from dashboard.words.written import number as written

PATH = "/duty"
OUTCOMES = (
    (mark("In target"), "in_target"),
    (mark("Not verified yet"), "unproven"),
    (mark("Late"), "late"),
    (mark("Overdue"), "overdue"),
    (mark("Failed"), "failed"),
)
CLASS_NAMES = {
    "severe": mark("Severe"),
    "flagged": mark("Flagged"),
    "not covered or not checked": mark("Not covered or not checked"),
}
STEPS = {
    "first look": mark("First look"),
    "decision": mark("Decision"),
    "verified action": mark("Verified action"),
}


def layout(query: Query) -> Component:
    """The window's duty table, the time to each step, the watch, the fairness measures."""
    d = deps()
    n = chosen_window(query)
    with d.db.read() as tx:
        s = kept(tx, d.db, ("duty", n), d.clock(), lambda: serving(tx, d, n))
    return c.page(
        t("Duty and fairness"),
        _tiles(s),
        _standard(d),
        _duty(s),
        _stages(s),
        watch(s, d),
        removals(s),
        measures(s),
        lead=t("From {first} to {last}, as it stands now. Open and overdue counts as missed; only "
               "what is verified counts as done.", first=day(s.days.first), last=day(s.days.last)),
        tools=[windows(PATH, n)],
    )  # fmt: skip


def _due(s: Serving, outcome: str, **filters: object) -> str:
    return to("/comments", outcome=outcome, since=s.days.since, until=s.days.until, **filters)


def _tiles(s: Serving) -> Component:
    share, window = s.all.share, tn("{n} day", "{n} days", s.days.n)
    told = t("none due") if share.value is None else percent(share.value, 1)
    of = t("{hits} of {n} due, {window}", hits=written(share.hits), n=written(share.n),
           window=window)  # fmt: skip
    if share.value is not None and share.too_few:
        told = t("{hits} of {n}", hits=written(share.hits), n=written(share.n))
        of = t("{hits} of {n} due, {window}: too few to say", hits=written(share.hits),
               n=written(share.n), window=window)  # fmt: skip
    return c.tiles(
        c.tile(t("In target"), told, href=_due(s, "in_target"), note=of),
        c.tile(t("Missed"), written(s.all.missed), href=_due(s, "missed"),
               note=t("of {n} due, {window}", n=written(s.all.due), window=window),
               tone="bad" if s.all.missed else "good"),
        *_waiting_tiles(s),
    )  # fmt: skip


def _waiting_tiles(s: Serving) -> list[Component]:
    """What waits now: the same items, and the same words for them, as on Today."""
    w = s.waiting
    queue = "/queue" if signed_in().role in (roles_of("/queue") or ()) else None
    oldest = t("none") if w.oldest is None else c.duration(w.oldest.total_seconds())
    return [
        c.tile(t("Waiting now"), written(w.count), href=queue,
               note=t("{severe} severe, {second} for a second look", severe=written(w.severe),
                      second=written(w.second_look))),
        c.tile(t("Oldest waiting"), oldest,
               note=t("{n} over the limit", n=written(w.over_limit)),
               tone="bad" if w.over_limit else "plain"),
    ]  # fmt: skip


def _standard(d: Deps) -> Component:
    words = html.Ul([html.Li(w) for w in standard_lines(d.service_level)])
    return html.Details([html.Summary(t("The service level that this is measured by")), words])


# ------------------------------------------------------------------------------ duty


def _duty(s: Serving) -> Component:
    heads = (t("Of"), t("Due"), *(t(name) for name, _ in OUTCOMES),
             t("Share in target (95% range)"))  # fmt: skip
    rows = [_duty_line(s, s.all, t("All pages"))]
    for row in s.pages:
        source = s.titles[row.name]
        rows.append(_duty_line(s, row, html.Bdi(source_name(source)), source=source.id))
    for flags, row in s.classes:
        rows.append(_duty_line(s, row, t(CLASS_NAMES[row.name]), flag=list(flags)))
    title = t("What was due, and how it ended, {n} days", n=s.days.n)
    caption = t("What was due, and how it ended")
    table = c.table(heads, rows, caption=caption, numbers={1, 2, 3, 4, 5, 6})
    return c.card(*_duty_chart(s), table, title=title)


def _duty_chart(s: Serving) -> list[Component]:
    """Bars for each page where there is more than one; the table below holds the same numbers."""
    due = [r for r in s.pages if r.due]
    if len(due) < 2:
        return []
    names = {r.name: source_name(s.titles[r.name]) for r in due}
    figure = duty_figure([r.called(names[r.name]) for r in reversed(due)])
    return [_graph(ids.DUTY, figure, t("The table below holds the same numbers."))]


def _graph(name: str, figure: dict[str, Any], said: str) -> Component:
    chart = dcc.Graph(
        id=name,
        figure=cast("Any", figure),
        config={"displayModeBar": False, "responsive": True},
        className="chart",
    )
    return html.Div(chart, role="img", **c.attributes(aria_label=said))


def _duty_line(s: Serving, row: DutyRow, name: c.Piece, **filters: object) -> list[c.Piece]:
    counts = [number(getattr(row, f), _due(s, f, **filters)) for _, f in OUTCOMES]
    return [name, number(row.due, _due(s, "due", **filters)), *counts, share_words(row.share)]


# ------------------------------------------------------------------------------ steps


def _stages(s: Serving) -> Component:
    heads = (t("Step"), t("Counted from"), t("n"), t("Median"), t("95th percentile"))
    rows = [_stage(x) for x in s.stages]
    table = c.table(heads, rows, caption=t("Time to each step"), numbers={2, 3, 4})
    told = [x for x in s.stages if x.n]
    graph = _graph(ids.LATENCY, latency_figure(told), t("The table below holds the same numbers."))
    twin = html.Details([html.Summary(t("The same numbers as a table")), table], open=not told)
    note = html.P(t("Only what got there is counted: read it beside the overdue items above."),
                  className="quiet")  # fmt: skip
    title = t("Time to each step, {n} days", n=s.days.n)
    return c.card(*([graph] if told else []), twin, note, title=title)


def _stage(x: StageTime) -> list[c.Piece]:
    few = t("too few to say (n {n})", n=x.n) if 0 < x.n < 5 else None
    name = t(STEPS[x.stage]) if x.stage in STEPS else stage_word(x.stage)
    return [name, since_word(x.since), written(x.n), few or _minutes(x.median),
            few or _minutes(x.p95)]  # fmt: skip


def _minutes(value: float | None) -> str:
    return t("none") if value is None else c.duration(value * 60)


def register(app: Dash) -> None:
    add_page(__name__, path=PATH, title="Duty", icon="duty", layout=plainly(layout))
