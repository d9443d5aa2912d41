"""Sources: is each page watched, what each sweep did, and bringing in an export file."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dash import Dash, html
from dash.development.base_component import Component
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from analysis.verdict import gap_words
from dashboard import components as c
from dashboard import given, import_api
from dashboard.bringing_in import importing
from dashboard.deps import Deps, deps
from dashboard.fields import Field, action
from dashboard.forms import Malformed
from dashboard.import_shown import rejected_path
from dashboard.listing import source_name
from dashboard.pages import Query, add_page, first
from dashboard.pages.history import definitions
from dashboard.plain import plainly
from dashboard.rejudging import rejudging
from dashboard.security import requires, roles_of, signed_in
from dashboard.source_access import alert_boxes, facts, lane_table
from dashboard.wanted import to
from dashboard.watching import Health, WatchedDay, all_health
from data.model import (
    Role,
    Source,
    SourceMode,
    Sweep,
    SweepKind,
    SweepOutcome,
    User,
    WriteBack,
)
from data.store import audit, sources, sweeps
from data.store.alerts import AlertKind, close_alert

PATH, PAUSE = "/sources", "/api/sources/pause"
SWEEPS_SHOWN = 40
routes = Blueprint("sources_page", __name__)
OUTCOMES: dict[SweepOutcome, tuple[str, c.Tone]] = {
    SweepOutcome.RUNNING: ("running", "info"),
    SweepOutcome.COMPLETE: ("complete", "good"),
    SweepOutcome.PARTIAL: ("broke off", "warn"),
    SweepOutcome.FAILED: ("failed", "bad"),
    SweepOutcome.INTERRUPTED: ("interrupted", "warn"),
}
KINDS = {
    SweepKind.LIVE: "live",
    SweepKind.HOT: "look back, two days",
    SweepKind.WARM: "look back, thirty days",
    SweepKind.RESCAN: "look back, all",
    SweepKind.BACKFILL: "backfill",
    SweepKind.IMPORT: "file",
    SweepKind.TOLD: "told by the platform",
}
WRITES = {
    WriteBack.OFF: "off: nothing is prepared",
    WriteBack.DRY_RUN: "dry run: shown, never sent",
    WriteBack.ON: "on: decisions are carried out",
}


def layout(query: Query) -> Component:
    """Each source's health, the place to drop a file, the sweeps."""
    d, viewer = deps(), signed_in()
    wanted = first(query, "source")
    with d.db.read() as tx:
        health = all_health(tx, d, d.clock())
        chosen = next((h.source for h in health if str(h.source.id) == wanted), None)
        done = sweeps.list_sweeps(
            tx, source_id=None if chosen is None else chosen.id, limit=SWEEPS_SHOWN
        )
        notice = rejudging(tx)
        brought = importing([h.source for h in health], viewer, d, tx)
    return c.page(
        "Sources",
        notice,
        *brought,
        *([_card(h, d, viewer) for h in health] or [c.empty("No source is connected yet.")]),
        _sweeps(done, {h.source.id: h.source for h in health}, chosen, d, viewer),
        lead="Is every page of ours watched, without a gap?",
    )


# ------------------------------------------------------------------------------ health


def _card(h: Health, d: Deps, viewer: User) -> Component:
    s = h.source
    head = html.Div(
        [html.H2(source_name(s)), c.badge(h.word, h.tone),
         _pause(s) if viewer.role is Role.ADMINISTRATOR else None],
        className="row-head",
    )  # fmt: skip
    lanes = lane_table(h.connection, d.zone, source_name(s))
    parts = [head, *alert_boxes(h.connection), _facts(h, d, viewer), _week(h, d), lanes]
    return html.Section([p for p in parts if p is not None], className="panel source")


def _facts(h: Health, d: Deps, viewer: User) -> Component:
    s = h.source
    brought = "pulled over the platform's interface" if s.mode is SourceMode.API else "export files"
    pairs: list[tuple[str, c.Piece]] = [
        ("How", f"{brought}, due each {s.sweep_minutes:,} min"),
        ("Last sweep", _last(h.last, d)),
        ("Last complete", c.moment(h.good_at, d.zone, missing="never")),
        ("Newest comment", _newest(h, d, viewer)),
        ("Write-back", WRITES[s.write_back]),
        *facts(h.connection, d.zone, d.clock()),
    ]
    return definitions(pairs)


def _last(sweep: Sweep | None, d: Deps) -> c.Piece:
    if sweep is None:
        return "never"
    t = sweep.tally
    tally = f": {t.read:,} read, {t.new:,} new, {t.revised:,} revised, {t.rejected:,} rejected"
    word, tone = OUTCOMES[sweep.outcome]
    when = c.moment(sweep.started_at, d.zone)
    said: list[c.Piece] = [when, " ", c.badge(word, tone), tally]
    if sweep.error:
        said.append(html.Div(sweep.error, className="quiet"))
    return html.Span(said)


def _newest(h: Health, d: Deps, viewer: User) -> c.Piece:
    when = c.moment(h.newest_comment, d.zone, missing="none yet")
    if h.newest_comment is None or viewer.role not in (roles_of("/comments") or ()):
        return when
    return c.link(when, to("/comments", source=h.source.id))


def _pause(s: Source) -> Component:
    still = s.paused or s.stopped_at is not None
    if still:
        word, ask = "Resume", f"Resume sweeps of {source_name(s)}?"
    else:
        word, ask = (
            "Pause",
            f"Pause {source_name(s)}? Until it is resumed the duty is not proven.",
        )
    fields = [
        Field(name="source", label="", kind="hidden", value=str(s.id)),
        Field(name="paused", label="", kind="hidden", value="no" if still else "yes"),
    ]
    return action(PAUSE, word, fields=fields, confirm=ask)


def _week(h: Health, d: Deps) -> Component:
    strips = [_strip(day, d) for day in h.week]
    count, words = len(h.gaps), _gap_list(h, d)
    told = "no gap" if count == 0 else f"{count} gap{'' if count == 1 else 's'}"
    return html.Div(
        [
            html.H3(f"Watched in the last 7 days: {told}"),
            html.Div(strips, className="week", **_hidden()),
            html.Details([html.Summary("The same in words"), words], open=False),
        ],
        className="watch",
    )


def _hidden() -> dict[str, Any]:
    return {"aria-hidden": "true"}  # the same is told in words right below


def _strip(day: WatchedDay, d: Deps) -> Component:
    """One day from left to right: green where a good sweep stands for the minute, red in a gap."""
    whole = (day.end - day.start).total_seconds()
    seen = min(max(d.clock(), day.start), day.end)
    bars = [_bar("ahead", seen, day.end, day.start, whole)]
    if day.watched.due_minutes:
        begin = seen - timedelta(minutes=day.watched.due_minutes)
        bars.append(_bar("good", begin, seen, day.start, whole))
    bars += [_bar("gap", g.start, g.end, day.start, whole) for g in day.watched.gaps]
    share = day.watched.share
    label = "not connected" if share is None else f"{share:.0%}"
    return html.Div(
        [html.Span(f"{day.day:%a %d %b}"), html.Div(bars, className="strip"), html.Span(label)],
        className="week-day",
    )


def _bar(kind: str, start: datetime, end: datetime, day: datetime, whole: float) -> Component:
    left = (start - day).total_seconds() / whole * 100
    return bar(kind, left, (end - start).total_seconds() / whole * 100)


def bar(kind: str, left: float, width: float) -> Component:
    """A part of a strip, in per cent of it; a gap is never too short to be seen."""
    seen = max(width, 0.4 if kind == "gap" else 0)
    place = {"insetInlineStart": f"{left:.3f}%", "width": f"{seen:.3f}%"}
    return html.Div(className=f"bar bar-{kind}", style=place)


def _gap_list(h: Health, d: Deps) -> Component:
    rows: list[list[c.Piece]] = []
    for day in reversed(h.week):
        gaps = ", ".join(gap_words(g, d.zone) for g in day.watched.gaps)
        share = day.watched.share
        due = day.watched.due_minutes
        told = "not connected" if share is None else f"{share:.1%} of {due:,.0f} min"
        rows.append([f"{day.day:%Y-%m-%d}", told, gaps or "none"])
    return c.table(("Day", "Watched", "Gaps"), rows, caption=f"Watch of {source_name(h.source)}")


@routes.errorhandler(Malformed)
def malformed(error: Malformed) -> ResponseReturnValue:
    return jsonify(error=error.sentence), 400


@routes.post(PAUSE)
@requires(Role.ADMINISTRATOR)
def pause() -> ResponseReturnValue:
    """Pauses or resumes the sweeps of a source, and notes it in the log."""
    d, number, paused = deps(), given.number("source"), given.told("paused") == "yes"
    with d.db.write() as tx:
        source = sources.source_by_id(tx, number)
        if source is None:
            return jsonify(error="There is no such source."), 404
        sources.set_paused(tx, source.id, paused)
        if not paused and sources.let_go_on(tx, source.id):
            close_alert(tx, source.id, AlertKind.STOPPED, now=d.clock())
        verb = "pause source" if paused else "resume source"
        audit.note(tx, actor=signed_in().pseudonym, verb=verb, object=f"source:{source.name}",
                   now=d.clock())  # fmt: skip
    return jsonify(told=f"{source_name(source)} is {'paused' if paused else 'resumed'}.")


# ------------------------------------------------------------------------------ sweeps


def _sweeps(
    done: list[Sweep], known: dict[int, Source], chosen: Source | None, d: Deps, viewer: User
) -> Component:
    links = [c.link("All", PATH)]
    links += [c.link(source_name(s), to(PATH, source=s.id)) for s in known.values()]
    of = "all sources" if chosen is None else source_name(chosen)
    heads = ("Began", "Source", "Kind", "Outcome", "Read", "New", "Revised", "Unchanged",
             "Rejected", "What went wrong")  # fmt: skip
    rows = [_sweep(w, known, d, viewer) for w in done]
    table = c.table(heads, rows, caption=f"Sweeps of {of}", numbers={4, 5, 6, 7, 8})
    body = table if rows else c.empty("No sweep yet.")
    limit = f"The newest {SWEEPS_SHOWN}." if len(done) == SWEEPS_SHOWN else ""
    choice = html.Div(links, className="choices")
    return c.card(choice, body, html.P(limit, className="quiet"), title=f"Sweeps of {of}")


def _sweep(w: Sweep, known: dict[int, Source], d: Deps, viewer: User) -> list[c.Piece]:
    t = w.tally
    s = known[w.source_id]
    rejected: c.Piece = f"{t.rejected:,}"
    if t.rejected and viewer.role is not Role.MANAGER:
        rejected = html.A(rejected, href=rejected_path(w.id), download="",
                          title="Download these rows with the reasons")  # fmt: skip
    kind: list[c.Piece] = [KINDS[w.kind]]
    if w.file_name:
        kind.append(html.Bdi(w.file_name, className="file-name"))
    return [
        c.moment(w.started_at, d.zone),
        source_name(s),
        html.Span(kind),
        c.badge(*OUTCOMES[w.outcome]),
        f"{t.read:,}",
        f"{t.new:,}",
        f"{t.revised:,}",
        f"{t.unchanged:,}",
        rejected,
        w.error or "",
    ]


def register(app: Dash) -> None:
    app.server.register_blueprint(routes)
    app.server.register_blueprint(import_api.routes)
    add_page(
        __name__,
        path=PATH,
        title="Sources",
        title_ur="ذرائع",
        icon="sources",
        layout=plainly(layout),
    )
