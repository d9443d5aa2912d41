"""Duty and fairness: was it done in time, were we watching, and was it fair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from zoneinfo import ZoneInfo

from dash import Dash, dcc, html
from dash.development.base_component import Component

from analysis.duty import DutyRow, StageTime
from analysis.fairness import Rate
from analysis.ranges import Share, in_words
from analysis.report_words import standard_words
from analysis.verdict import gap_words, span_words
from analysis.watch import Gap, Watched
from dashboard import components as c
from dashboard import ids
from dashboard.components import LANGUAGE_NAMES
from dashboard.deps import Deps, deps
from dashboard.figures import latency_figure
from dashboard.listing import source_name
from dashboard.pages import Query, add_page
from dashboard.pages.feedback import FLAGGED, REMOVED, chosen_window, number, windows
from dashboard.pages.sources import bar
from dashboard.plain import plainly
from dashboard.security import roles_of, signed_in
from dashboard.serving import Serving, serving
from dashboard.wanted import to
from data.model import Language, ReasonCode
from moderation.reasons import REASONS

PATH = "/duty"
GAPS_TOLD = 12


def layout(query: Query) -> Component:
    """The window's duty table, the time to each step, the watch, the fairness measures."""
    d = deps()
    n = chosen_window(query)
    with d.db.read() as tx:
        s = serving(tx, d, n)
    return c.page(
        "Duty and fairness",
        _tiles(s),
        _standard(d),
        _duty(s),
        _stages(s),
        _watch(s, d),
        _removals(s),
        _measures(s),
        lead=f"From {s.days.first:%d %b %Y} to {s.days.last:%d %b %Y}, as it stands now. Open and "
        "overdue counts as missed; only what is verified counts as done.",
        tools=[windows(PATH, n)],
    )


def _due(s: Serving, outcome: str, **filters: object) -> str:
    return to("/comments", outcome=outcome, since=s.days.since, until=s.days.until, **filters)


def _seen(s: Serving, **filters: object) -> str:
    return to("/comments", by="first_seen", since=s.days.since, until=s.days.until, **filters)


# ------------------------------------------------------------------------------ duty


def _tiles(s: Serving) -> Component:
    w = s.waiting
    share = s.all.share
    told = "none due" if share.value is None else f"{share.value:.1%}"
    if share.value is not None and share.too_few:
        told = f"{share.hits} of {share.n}"
    oldest = "none" if w.oldest is None else span_words(w.oldest)
    window = f"{s.days.n} days"
    queue = "/queue" if signed_in().role in (roles_of("/queue") or ()) else None
    return c.tiles(
        c.tile("In target", told, href=_due(s, "in_target"),
               note=f"{share.hits:,} of {share.n:,} due, {window}"
               + (": too few to say" if share.n and share.too_few else "")),
        c.tile("Missed", f"{s.all.missed:,}", href=_due(s, "missed"),
               note=f"of {s.all.due:,} due, {window}", tone="bad" if s.all.missed else "good"),
        c.tile("Waiting now", f"{w.count:,}", href=queue, note=f"{w.severe:,} severe"),
        c.tile("Oldest waiting", oldest, note=f"{w.over_limit:,} over the limit",
               tone="bad" if w.over_limit else "plain"),
    )  # fmt: skip


def _standard(d: Deps) -> Component:
    words = html.Ul([html.Li(w) for w in standard_words(d.service_level)])
    return html.Details([html.Summary("The service level that this is measured by"), words])


OUTCOMES = (
    ("In target", "in_target"),
    ("Not verified yet", "unproven"),
    ("Late", "late"),
    ("Overdue", "overdue"),
    ("Failed", "failed"),
)


def _duty(s: Serving) -> Component:
    heads = ("Of", "Due", *(name for name, _ in OUTCOMES), "Share in target (95% range)")
    rows = [_duty_line(s, s.all, "All pages")]
    for row in s.pages:
        source = s.titles[row.name]
        rows.append(_duty_line(s, row, source_name(source), source=source.id))
    for flags, row in s.classes:
        rows.append(_duty_line(s, row, row.name.capitalize(), flag=list(flags)))
    table = c.table(
        heads, rows, caption="What was due, and how it ended", numbers={1, 2, 3, 4, 5, 6}
    )
    return c.card(table, title=f"What was due, and how it ended, {s.days.n} days")


def _duty_line(s: Serving, row: DutyRow, name: str, **filters: object) -> list[c.Piece]:
    counts = [number(getattr(row, f), _due(s, f, **filters)) for _, f in OUTCOMES]
    return [name, number(row.due, _due(s, "due", **filters)), *counts, in_words(row.share)]


def _stages(s: Serving) -> Component:
    heads = ("Step", "Counted from", "n", "Median", "95th percentile")
    rows = [_stage(x) for x in s.stages]
    table = c.table(heads, rows, caption="Time to each step", numbers={2, 3, 4})
    told = [x for x in s.stages if x.n]
    graph = dcc.Graph(
        id=ids.LATENCY,
        figure=cast("Any", latency_figure(told)),
        config={"displayModeBar": False, "responsive": True},
        className="chart",
    )
    twin = html.Details([html.Summary("The same numbers as a table"), table], open=not told)
    note = html.P("Only what got there is counted: read it beside the overdue items above.",
                  className="quiet")  # fmt: skip
    return c.card(
        *([graph] if told else []), twin, note, title=f"Time to each step, {s.days.n} days"
    )


def _stage(x: StageTime) -> list[c.Piece]:
    few = f"too few to say (n {x.n})" if 0 < x.n < 5 else None
    return [x.stage.capitalize(), x.since, f"{x.n:,}", few or _minutes(x.median),
            few or _minutes(x.p95)]  # fmt: skip


def _minutes(value: float | None) -> str:
    return "none" if value is None else c.duration(value * 60)


# ------------------------------------------------------------------------------ the watch


def _watch(s: Serving, d: Deps) -> Component:
    strips = [_strip(w, s) for w in s.watched]
    rows = [_watch_line(w, source_name(s.titles[w.source]), d) for w in s.watched]
    heads = ("Page", "Watched", "Good sweeps", "Failed", "Gaps")
    table = c.table(heads, rows, caption="Coverage of watch", numbers={1, 2, 3})
    hidden: dict[str, Any] = {"aria-hidden": "true"}
    ends = html.Div([html.Span(f"{s.days.first:%d %b}"), html.Span("now")], className="strip-ends")
    return c.card(
        html.Div([*strips, ends], className="week", **hidden),
        html.P("Green: a good sweep stands for the minute. Red: nobody looked.", className="quiet"),
        html.Details([html.Summary("The same in numbers, gap by gap"), table]),
        title=f"Coverage of watch, {s.days.n} days",
    )


def _strip(w: Watched, s: Serving) -> Component:
    whole = (s.until - s.days.since).total_seconds()
    begin = s.until.timestamp() - w.due_minutes * 60
    left = max(begin - s.days.since.timestamp(), 0)
    bars = [bar("good", left / whole * 100, 100 - left / whole * 100)] if w.due_minutes else []
    for g in w.gaps:
        start = (g.start - s.days.since).total_seconds() / whole * 100
        bars.append(bar("gap", start, g.minutes * 60 / whole * 100))
    label = "not connected" if w.share is None else f"{w.share:.1%}"
    return html.Div(
        [
            html.Span(source_name(s.titles[w.source])),
            html.Div(bars, className="strip"),
            html.Span(label),
        ],
        className="week-day watch-page",
    )


def _watch_line(w: Watched, name: str, d: Deps) -> list[c.Piece]:
    share = "not connected" if w.share is None else f"{w.share:.1%} of {w.due_minutes:,.0f} min"
    return [name, share, f"{w.good_sweeps:,}", f"{w.bad_sweeps:,}", _gaps(w.gaps, d)]


def _gaps(gaps: Sequence[Gap], d: Deps) -> str:
    if not gaps:
        return "none"
    zone = ZoneInfo(d.zone)
    told = [f"{g.start.astimezone(zone):%d %b} {gap_words(g, d.zone)}" for g in gaps[:GAPS_TOLD]]
    more = len(gaps) - GAPS_TOLD
    return ", ".join(told) + (f" and {more} more" if more > 0 else "")


# ------------------------------------------------------------------------------ fairness


def _removals(s: Serving) -> Component:
    f = s.fairness
    by_code = [_code(r, s) for r in f.by_reason if r.removed]
    by_page = [_rate(r, source_name(s.titles[r.name]), _seen(s, source=s.titles[r.name].id), s,
                     source=s.titles[r.name].id) for r in f.by_source]  # fmt: skip
    by_language = [
        _rate(r, LANGUAGE_NAMES[Language(r.name)], _seen(s, language=r.name), s, language=r.name)
        for r in f.by_language
    ]
    heads = ("Removed", "Of", "Per 1,000 (95% range)")
    tables = [
        ("By code", "Code", by_code),
        ("By page", "Page", by_page),
        ("By language", "Language", by_language),
    ]
    parts = [_rates(title, first, heads, rows) for title, first, rows in tables]
    return c.card(*parts, title=f"Removals per 1,000 comments first seen in {s.days.n} days")


def _rates(title: str, first: str, heads: tuple[str, ...], rows: list[list[c.Piece]]) -> Component:
    caption = f"Removals {title.lower()}"
    table = c.table((first, *heads), rows, caption=caption, numbers={1, 2})
    return html.Div([html.H3(title), table if rows else html.P("None removed.")])


def _code(r: Rate, s: Serving) -> list[c.Piece]:
    title = f"{r.name} {REASONS[ReasonCode(r.name)].title_en}"
    return _rate(r, title, _seen(s), s, reason=r.name)


def _rate(r: Rate, name: str, seen: str, s: Serving, **filters: object) -> list[c.Piece]:
    removed = number(r.removed, _seen(s, **REMOVED, **filters))
    return [name, removed, number(r.seen, seen), per_1000(r.share)]


def per_1000(share: Share) -> str:
    """A rate with its range, or that there are too few to say one."""
    if share.value is None or share.low is None or share.high is None:
        return "none seen"
    if share.too_few:
        return f"too few to say (n {share.n})"
    return f"{share.value * 1000:.1f} ({share.low * 1000:.1f} to {share.high * 1000:.1f})"


def _measures(s: Serving) -> Component:
    f, u = s.fairness, s.undoings
    flagged = _seen(s, flag=FLAGGED, closed=True)
    shielded = _seen(s, flag=FLAGGED, closed=True, protected=True)
    rows: list[list[c.Piece]] = [
        ["Precision of flags", "removed after a flag, of flagged and decided",
         c.link(in_words(f.precision), flagged)],
        ["Protected kept", "of protected comments flagged and decided",
         c.link(in_words(f.protected_kept), shielded)],
        ["Reversals", "decisions taken back, of decisions", in_words(f.reversals)],
        ["Removals taken back", "in these days", f"{u.removals_undone:,}"],
        ["Second looks", "decisions that answered one", f"{u.second_looks:,}"],
        ["Verified", "removals proven at the platform, of removals due", in_words(f.verified)],
        ["Model coverage", "comments in a language that the model covers",
         c.link(in_words(f.coverage), _seen(s, coverage="covered"))],
    ]  # fmt: skip
    heads = ("Measure", "Of what", "Value (95% range)")
    table = c.table(heads, rows, caption="Measures of fairness")
    told = f"Of {s.seen:,} comments first seen and decisions made in {s.days.n} days."
    return c.card(table, html.P(told, className="quiet"), title="Is it fair?")


def register(app: Dash) -> None:
    add_page(__name__, path=PATH, title="Duty", title_ur="فرض", icon="duty", layout=plainly(layout))
