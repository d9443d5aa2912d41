"""Download of one comment's evidence sheet, as PDF or HTML; every download stands in the log.

Officers get it masked. Senior officers and auditors may ask for the texts as written; where
settings keep authors' names, such a sheet shows the name, and that view is a line of its own.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from dash import html
from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from dashboard.deps import Deps, deps
from dashboard.drawing import components as c
from dashboard.evidence.life import life_of
from dashboard.evidence.sheet import Sheet, sheet_of, sheet_page, thing_of
from dashboard.finding.downloads import file_stamp
from dashboard.report.pdf import report_pdf
from dashboard.signing_in.security import requires, signed_in
from dashboard.words import t
from data.db import Tx
from data.model import Role, User
from data.store import audit

READERS = (Role.OFFICER, Role.SENIOR, Role.AUDITOR)
READ_PLAIN = frozenset({Role.SENIOR, Role.AUDITOR})
PATH = "/download/evidence"
routes = Blueprint("evidence_sheet", __name__)


def sheet_path(comment_id: str, kind: str, *, plain: bool = False) -> str:
    """Where the sheet of this comment is downloaded."""
    return f"{PATH}/{quote(comment_id, safe='')}.{kind}" + ("?text=plain" if plain else "")


def sheet_links(comment_id: str, viewer: User) -> list[c.Piece]:
    """Links to the sheets that the viewer may have."""
    if viewer.role not in READERS:
        return []
    told = [(t("Evidence sheet (PDF)"), "pdf", False), (t("Evidence sheet (HTML)"), "html", False)]
    if viewer.role in READ_PLAIN:
        told.append((t("Evidence sheet, texts as written (PDF)"), "pdf", True))
    return [
        html.A(text, href=sheet_path(comment_id, kind, plain=plain), download="",
               className="button button-plain")
        for text, kind, plain in told
    ]  # fmt: skip


@routes.get(f"{PATH}/<path:name>.pdf")
@requires(*READERS)
def evidence_pdf(name: str) -> ResponseReturnValue:
    """The sheet on A4."""
    page = _page(name, "pdf")
    return _file(report_pdf(page), "application/pdf", name, "pdf")


@routes.get(f"{PATH}/<path:name>.html")
@requires(*READERS)
def evidence_html(name: str) -> ResponseReturnValue:
    """The sheet as one self-contained page."""
    return _file(_page(name, "html").encode(), "text/html", name, "html")


def _page(comment_id: str, kind: str) -> str:
    d, viewer = deps(), signed_in()
    asked = request.args.get("text", "masked")
    if asked not in ("masked", "plain"):
        abort(400)
    if asked == "plain" and viewer.role not in READ_PLAIN:
        abort(403)
    with d.db.write() as tx:
        life = life_of(tx, comment_id)
        if life is None:
            abort(404)
        sheet = sheet_of(
            tx,
            life,
            masked=asked == "masked",
            organisation=d.organisation,
            zone=d.zone,
            made_for=viewer.pseudonym,
            now=d.clock(),
        )
        _note(tx, d, viewer, sheet, kind)
    return sheet_page(sheet)


def _note(tx: Tx, d: Deps, viewer: User, sheet: Sheet, kind: str) -> None:
    """Who took which sheet; and, where an author's name stands on it, who saw that."""
    told = "masked" if sheet.masked else "plain"
    thing = thing_of(sheet.life.comment.id)
    audit.note(
        tx,
        actor=viewer.pseudonym,
        verb="evidence.download",
        object=thing,
        now=d.clock(),
        detail={"text": told, "kind": kind},
    )
    if sheet.author:
        audit.note(tx, actor=viewer.pseudonym, verb="author.view", object=thing, now=d.clock())


def _file(body: bytes, kind: str, comment_id: str, ending: str) -> Response:
    answer = Response(body, mimetype=kind)
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", comment_id)[:80].strip("-")
    name = f"evidence_{safe}_{file_stamp(deps())}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
