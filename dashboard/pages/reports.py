"""Reports: every nightly report with its verdict, to read, to download, to make."""

from __future__ import annotations

import mimetypes
import re
from datetime import date, timedelta
from pathlib import Path

from dash import Dash, html
from dash.development.base_component import Component
from flask import Blueprint, Response, abort, jsonify
from flask.typing import ResponseReturnValue

from dashboard import components as c
from dashboard import given
from dashboard.deps import Deps, deps
from dashboard.fields import Field, action
from dashboard.forms import Malformed
from dashboard.pages import Query, add_page
from dashboard.plain import plainly
from dashboard.security import requires, roles_of, signed_in
from data.day import local_day
from data.model import DutyVerdict, Role
from data.store import audit, reports
from data.store.reports import KeptReport

PATH, MAKE = "/reports", "/api/reports/make"
READERS = (Role.SENIOR, Role.MANAGER, Role.AUDITOR)
MAKERS = (Role.SENIOR, Role.MANAGER)
routes = Blueprint("reports_page", __name__)
VERDICTS: dict[DutyVerdict, tuple[str, c.Tone]] = {
    DutyVerdict.MET: ("Met", "good"),
    DutyVerdict.NOT_MET: ("Not met", "bad"),
    DutyVerdict.NOT_PROVEN: ("Not proven", "warn"),
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}")
# A report is self-contained: inline styles and drawings, no script, nothing from anywhere.
REPORT_POLICY = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "img-src": "data:",
    "font-src": "data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


def layout(_query: Query) -> Component:
    """All reports, the newest day first, and the button that makes one."""
    d, viewer = deps(), signed_in()
    with d.db.read() as tx:
        kept = reports.list_reports(tx, limit=200)
    body = [_table(kept, d)] if kept else [c.empty("No report was made yet.")]
    return c.page(
        "Reports",
        *([_make(d)] if viewer.role in MAKERS else []),
        *body,
        lead="One sheet a day: met, not met, or not proven. Texts in it are masked.",
    )


def _make(d: Deps) -> Component:
    if d.make_report is None:
        told = "Reports are made by schedule, and by: sunwai report --day DAY --out FOLDER"
        return c.card(html.P(told))
    day = local_day(d.clock(), d.zone) - timedelta(days=1)
    fields = [Field(name="day", label="Day", kind="date", value=day.isoformat(), needed=True)]
    button = action(MAKE, "Make report", fields=fields, tone="primary")
    return c.card(button, title="Make the report of a day")


def _table(kept: list[KeptReport], d: Deps) -> Component:
    rows = [_row(k, d) for k in kept]
    heads = ("Day", "Verdict", "In a line", "Made", "Downloads")
    return c.card(c.table(heads, rows, caption="Nightly reports, newest day first"))


def _row(k: KeptReport, d: Deps) -> list[c.Piece]:
    made: list[c.Piece] = [c.moment(k.made_at, d.zone)]
    if k.late:
        made.append(c.badge("late", "warn"))
    return [
        _link(k, "report.html", f"{k.day:%a %d %b %Y}", new=True),
        c.badge(*VERDICTS[k.verdict]),
        k.headline,
        html.Span(made),
        html.Span(_downloads(k, d), className="choices"),
    ]


def _link(k: KeptReport, name: str, text: str, *, new: bool = False) -> Component:
    href = f"/reports/{k.id}/{name}"
    if new:
        return html.A(text, href=href, target="_blank", className="link")
    return html.A(text, href=href, download="", className="link")


def _downloads(k: KeptReport, d: Deps) -> list[Component]:
    folder = folder_of(k, d.reports_folder)
    if folder is None:
        return [html.Span("files not here", className="quiet")]
    names = sorted(p.name for p in folder.iterdir() if p.is_file() and _NAME.fullmatch(p.name))
    return [_link(k, n, n) for n in names if not n.endswith(".html")] + [
        _link(k, n, n, new=True) for n in names if n.endswith(".html") and n != "report.html"
    ]


def folder_of(k: KeptReport, root: Path) -> Path | None:
    """The report's folder, if it lies where reports lie; None for anything else."""
    folder = (root / k.folder).resolve()
    inside = folder.is_relative_to(root.resolve())
    return folder if inside and folder.is_dir() else None


@routes.get("/reports/<int:report_id>/<name>")
@requires(*READERS)
def report_file(report_id: int, name: str) -> ResponseReturnValue:
    """One file of one report. The name is looked up in the folder, no path is made of it."""
    d = deps()
    with d.db.read() as tx:
        k = reports.report_by_id(tx, report_id)
    folder = None if k is None else folder_of(k, d.reports_folder)
    names = {} if folder is None else {p.name: p for p in folder.iterdir() if p.is_file()}
    path = names.get(name)
    if path is None or path.is_symlink() or _NAME.fullmatch(name) is None:
        abort(404)
    page = path.suffix == ".html"
    kind = "text/html" if page else mimetypes.guess_type(name)[0] or "application/octet-stream"
    answer = Response(path.read_bytes(), mimetype=kind)
    if not page:
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


report_file.talisman_view_options = {"content_security_policy": REPORT_POLICY}  # pyright: ignore


@routes.errorhandler(Malformed)
def malformed(error: Malformed) -> ResponseReturnValue:
    return jsonify(error=error.sentence), 400


@routes.post(MAKE)
@requires(*MAKERS)
def make() -> ResponseReturnValue:
    """Makes the report of a day that has begun."""
    d = deps()
    told = given.told("day", longest=10, needed=True)
    try:
        day = date.fromisoformat(told)
    except ValueError:
        raise Malformed("day", "Write the day as 2026-06-30.") from None
    if day > local_day(d.clock(), d.zone):
        raise Malformed("day", "That day has not begun yet.")
    if d.make_report is None:
        raise Malformed("day", "Reports are made by schedule and command only here.")
    with d.db.write() as tx:
        audit.note(tx, actor=signed_in().pseudonym, verb="report.asked",
                   object=f"report:{day.isoformat()}", now=d.clock())  # fmt: skip
    d.make_report(day)
    return jsonify(told=f"The report of {day:%d %b %Y} is made.")


def register(app: Dash) -> None:
    assert roles_of(PATH) == frozenset(READERS)
    app.server.register_blueprint(routes)
    add_page(__name__, path=PATH, title="Reports", title_ur="رپورٹیں", icon="reports",
             layout=plainly(layout))  # fmt: skip
