"""Sources: is each page watched, what each sweep did, and bringing in an export file."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from dashboard.deps import Deps, deps
from dashboard.drawing import components as c
from dashboard.drawing.fields import Field, action
from dashboard.drawing.page import Query, add_page, first
from dashboard.drawing.plain import plainly
from dashboard.drawing.saying import woven
from dashboard.finding.listing import source_name
from dashboard.finding.wanted import to
from dashboard.policy.rejudging import rejudging
from dashboard.signing_in.security import requires, roles_of, signed_in
from dashboard.sources import import_api
from dashboard.sources.access import alert_boxes, facts, lane_table, outcome_badge
from dashboard.sources.bringing_in import importing
from dashboard.sources.closing import closed_line, closing
from dashboard.sources.closing import routes as closing_routes
from dashboard.sources.import_shown import rejected_path
from dashboard.sources.watch_week import week
from dashboard.sources.watching import Health, all_health
from dashboard.web import given
from dashboard.words import mark, t
from dashboard.words.below import below
from data.model import (
    Role,
    Source,
    SourceMode,
    Sweep,
    SweepKind,
    User,
    WriteBack,
)
from data.store import audit, sources, sweeps
from data.store.alerts import AlertKind, close_alert

PATH, PAUSE = "/sources", "/api/sources/pause"
SWEEPS_SHOWN = 40
routes = Blueprint("sources_page", __name__)
KINDS = {
    SweepKind.LIVE: mark("live"),
    SweepKind.HOT: mark("look back, two days"),
    SweepKind.WARM: mark("look back, thirty days"),
    SweepKind.RESCAN: mark("look back, all"),
    SweepKind.BACKFILL: mark("backfill"),
    SweepKind.IMPORT: mark("file"),
    SweepKind.TOLD: mark("told by the platform"),
}
WRITES = {
    WriteBack.OFF: mark("off: nothing is prepared"),
    WriteBack.DRY_RUN: mark("dry run: shown, never sent"),
    WriteBack.ON: mark("on: decisions are carried out"),
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
    health.sort(key=lambda h: h.source.closed is not None)  # those that are watched come first
    return c.page(
        t("Sources"),
        notice,
        *brought,
        *([_card(h, d, viewer) for h in health] or [c.empty(t("No source is connected yet."))]),
        _sweeps(done, {h.source.id: h.source for h in health}, chosen, d, viewer),
        lead=t("Is every page of ours watched, without a gap?"),
    )


# ------------------------------------------------------------------------------ health


def _card(h: Health, d: Deps, viewer: User) -> Component:
    s = h.source
    head = html.Div(
        [html.H2(html.Bdi(source_name(s))), c.badge(t(h.word), h.tone),
         _pause(s) if viewer.role is Role.ADMINISTRATOR and s.closed is None else None],
        className="row-head",
    )  # fmt: skip
    lanes = lane_table(h.connection, d.zone, source_name(s))
    parts = [
        head,
        closed_line(s, d.zone),
        *alert_boxes(h.connection),
        _facts(h, d, viewer),
        week(h, d),
        lanes,
    ]
    if viewer.role is Role.ADMINISTRATOR:
        parts.append(closing(s))
    return html.Section([p for p in parts if p is not None], className="panel source")


def _facts(h: Health, d: Deps, viewer: User) -> Component:
    s = h.source
    minutes = f"{s.sweep_minutes:,}"
    pulled = t("pulled over the platform's interface, due each {n} min", n=minutes)
    fed = t("export files, due each {n} min", n=minutes)
    pairs: list[tuple[str, c.Piece]] = [
        (t("How"), pulled if s.mode is SourceMode.API else fed),
        (t("Last sweep"), _last(h.last, d)),
        (t("Last complete"), c.moment(h.good_at, d.zone, missing=t("never"))),
        (t("Newest comment"), _newest(h, d, viewer)),
        (t("Write-back"), t(WRITES[s.write_back])),
        *facts(h.connection, d.zone, d.clock()),
    ]
    return c.definitions(pairs)


def _last(sweep: Sweep | None, d: Deps) -> c.Piece:
    if sweep is None:
        return t("never")
    done = sweep.tally
    said = woven(
        t("{when} {outcome}: {read} read, {new} new, {revised} revised, {rejected} rejected"),
        when=c.moment(sweep.started_at, d.zone),
        outcome=outcome_badge(sweep.outcome),
        read=f"{done.read:,}",
        new=f"{done.new:,}",
        revised=f"{done.revised:,}",
        rejected=f"{done.rejected:,}",
    )
    if sweep.error:
        said.append(html.Div(below(sweep.error), className="quiet"))
    return html.Span(said)


def _newest(h: Health, d: Deps, viewer: User) -> c.Piece:
    when = c.moment(h.newest_comment, d.zone, missing=t("none yet"))
    if h.newest_comment is None or viewer.role not in (roles_of("/comments") or ()):
        return when
    return c.link(when, to("/comments", source=h.source.id))


def _pause(s: Source) -> Component:
    still = s.paused or s.stopped_at is not None
    if still:
        word = t("Resume")
        ask = t("Resume sweeps of {source}?", source=source_name(s))
    else:
        word = t("Pause")
        ask = t(
            "Pause {source}? Until it is resumed the duty is not proven.", source=source_name(s)
        )
    fields = [
        Field(name="source", label="", kind="hidden", value=str(s.id)),
        Field(name="paused", label="", kind="hidden", value="no" if still else "yes"),
    ]
    return action(PAUSE, word, fields=fields, confirm=ask)


@routes.post(PAUSE)
@requires(Role.ADMINISTRATOR)
def pause() -> ResponseReturnValue:
    """Pauses or resumes the sweeps of a source, and notes it in the log."""
    d, number, paused = deps(), given.number("source"), given.told("paused") == "yes"
    with d.db.write() as tx:
        source = sources.source_by_id(tx, number)
        if source is None:
            return jsonify(error=t("There is no such source.")), 404
        if source.closed is not None:
            error = t("{source} is closed: open it again first.", source=source_name(source))
            return jsonify(error=error), 409
        sources.set_paused(tx, source.id, paused)
        if not paused and sources.let_go_on(tx, source.id):
            close_alert(tx, source.id, AlertKind.STOPPED, now=d.clock())
        verb = "pause source" if paused else "resume source"
        audit.note(tx, actor=signed_in().pseudonym, verb=verb, object=f"source:{source.name}",
                   now=d.clock())  # fmt: skip
    name = source_name(source)
    return jsonify(
        told=t("{source} is paused.", source=name) if paused
        else t("{source} is resumed.", source=name)
    )  # fmt: skip


# ------------------------------------------------------------------------------ sweeps


def _sweeps(
    done: list[Sweep], known: dict[int, Source], chosen: Source | None, d: Deps, viewer: User
) -> Component:
    links = [c.link(t("All"), PATH)]
    links += [c.link(html.Bdi(source_name(s)), to(PATH, source=s.id)) for s in known.values()]
    title = t("Sweeps of all sources")
    if chosen is not None:
        title = t("Sweeps of {source}", source=source_name(chosen))
    heads = (t("Began"), t("Source"), t("Kind"), t("Outcome"), t("Read"), t("New"), t("Revised"),
             t("Unchanged"), t("Rejected"), t("What went wrong"))  # fmt: skip
    rows = [_sweep(w, known, d, viewer) for w in done]
    table = c.table(heads, rows, caption=title, numbers={4, 5, 6, 7, 8})
    body = table if rows else c.empty(t("No sweep yet."))
    limit = t("The newest {n}.", n=SWEEPS_SHOWN) if len(done) == SWEEPS_SHOWN else ""
    choice = html.Div(links, className="choices")
    return c.card(choice, body, html.P(limit, className="quiet"), title=title)


def _sweep(w: Sweep, known: dict[int, Source], d: Deps, viewer: User) -> list[c.Piece]:
    done = w.tally
    s = known[w.source_id]
    rejected: c.Piece = f"{done.rejected:,}"
    if done.rejected and viewer.role is not Role.MANAGER:
        rejected = html.A(rejected, href=rejected_path(w.id), download="",
                          title=t("Download these rows with the reasons"))  # fmt: skip
    kind: list[c.Piece] = [t(KINDS[w.kind])]
    if w.file_name:
        kind.append(html.Bdi(w.file_name, className="file-name"))
    return [
        c.moment(w.started_at, d.zone),
        html.Bdi(source_name(s)),
        html.Span(kind),
        outcome_badge(w.outcome),
        f"{done.read:,}",
        f"{done.new:,}",
        f"{done.revised:,}",
        f"{done.unchanged:,}",
        rejected,
        below(w.error or ""),
    ]


def register(app: Dash) -> None:
    app.server.register_blueprint(routes)
    app.server.register_blueprint(closing_routes)
    app.server.register_blueprint(import_api.routes)
    add_page(
        __name__,
        path=PATH,
        title=mark("Sources"),
        icon="sources",
        layout=plainly(layout),
    )
