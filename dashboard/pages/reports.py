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

from dashboard.deps import Deps, deps
from dashboard.drawing import components as c
from dashboard.drawing.fields import Field, action
from dashboard.drawing.page import Query, add_page
from dashboard.drawing.plain import plainly
from dashboard.drawing.saying import woven
from dashboard.signing_in.security import requires, roles_of, signed_in
from dashboard.web import given
from dashboard.web.forms import Malformed
from dashboard.words import mark, speaking, t
from dashboard.words.written import day as written_day
from dashboard.words.written import weekday
from data.day import local_day
from data.model import DutyVerdict, Role
from data.store import audit, reports
from data.store.reports import KeptReport

PATH, MAKE = "/reports", "/api/reports/make"
READERS = (Role.SENIOR, Role.MANAGER, Role.AUDITOR)
MAKERS = (Role.SENIOR, Role.MANAGER)
routes = Blueprint("reports_page", __name__)
VERDICTS: dict[DutyVerdict, tuple[str, c.Tone]] = {
    DutyVerdict.MET: (mark("Met"), "good"),
    DutyVerdict.NOT_MET: (mark("Not met"), "bad"),
    DutyVerdict.NOT_PROVEN: (mark("Not proven"), "warn"),
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
    body = [_table(kept, d)] if kept else [c.empty(t("No report was made yet."))]
    return c.page(
        t("Reports"),
        *([_make(d)] if viewer.role in MAKERS else []),
        *body,
        lead=t("One sheet a day: met, not met, or not proven. Texts in it are masked."),
    )


def _make(d: Deps) -> Component:
    if d.make_report is None:
        told = t("Reports are made by schedule, and by: {command}")
        command = html.Bdi("sunwai report --day DAY --out FOLDER")
        return c.card(html.P(woven(told, command=command)))
    day = local_day(d.clock(), d.zone) - timedelta(days=1)
    fields = [Field(name="day", label=t("Day"), kind="date", value=day.isoformat(), needed=True)]
    button = action(MAKE, t("Make report"), fields=fields, tone="primary")
    return c.card(button, title=t("Make the report of a day"))


def _table(kept: list[KeptReport], d: Deps) -> Component:
    rows = [_row(k, d) for k in kept]
    heads = (t("Day"), t("Verdict"), t("In a line"), t("Made"), t("Downloads"))
    return c.card(c.table(heads, rows, caption=t("Nightly reports, newest day first")))


def _row(k: KeptReport, d: Deps) -> list[c.Piece]:
    made: list[c.Piece] = [c.moment(k.made_at, d.zone)]
    if k.late:
        made.append(c.badge(t("late"), "warn"))
    return [
        _link(k, "report.html", weekday(k.day, year=True), new=True),
        verdict_badge(k.verdict),
        html.Span(k.headline, lang="en", dir="ltr"),
        html.Span(made),
        html.Span(_downloads(k, d), className="choices"),
    ]


def verdict_badge(verdict: DutyVerdict) -> Component:
    """The verdict in a word."""
    word, tone = VERDICTS[verdict]
    return c.badge(t(word), tone)


def _link(k: KeptReport, name: str, text: str, *, new: bool = False) -> Component:
    href = f"/reports/{k.id}/{name}"
    if new:
        return html.A(text, href=href, target="_blank", className="link")
    return html.A(text, href=href, download="", className="link")


def _downloads(k: KeptReport, d: Deps) -> list[Component]:
    folder = folder_of(k, d.reports_folder)
    if folder is None:
        return [html.Span(t("files not here"), className="quiet")]
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


@routes.post(MAKE)
@requires(*MAKERS)
def make() -> ResponseReturnValue:
    """Makes the report of a day that has begun."""
    d = deps()
    told = given.told("day", longest=10, needed=True)
    try:
        day = date.fromisoformat(told)
    except ValueError:
        raise Malformed("day", t("Write the day as 2026-06-30.")) from None
    if day > local_day(d.clock(), d.zone):
        raise Malformed("day", t("That day has not begun yet."))
    if d.make_report is None:
        raise Malformed("day", t("Reports are made by schedule and command only here."))
    with d.db.write() as tx:
        audit.note(tx, actor=signed_in().pseudonym, verb="report.asked",
                   object=f"report:{day.isoformat()}", now=d.clock())  # fmt: skip
    with speaking("en"):  # a report goes to others: one tongue, whoever asks for it
        d.make_report(day)
    return jsonify(told=t("The report of {day} is made.", day=written_day(day)))


def register(app: Dash) -> None:
    assert roles_of(PATH) == frozenset(READERS)
    app.server.register_blueprint(routes)
    add_page(__name__, path=PATH, title=mark("Reports"), icon="reports",
             layout=plainly(layout))  # fmt: skip
