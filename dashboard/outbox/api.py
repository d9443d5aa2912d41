"""What a person does in the outbox: try again, confirm work by hand, leave a conflict as it is, let
stopped writing go on, take the work sheet along."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from analysis.masking import mask_removed
from dashboard.deps import deps
from dashboard.finding.downloads import file_stamp
from dashboard.outbox.work_sheet import work_sheet_pdf
from dashboard.signing_in.security import requires, signed_in
from dashboard.web import given
from dashboard.words import mark, t
from dashboard.words.below import from_below
from data.model import Action, Role
from moderation.carrying_out.by_hand import (
    confirm_by_hand,
    leave_conflict,
    resume_writing,
    retry_action,
)
from moderation.deciding.refused import Refused, RefusedCode
from moderation.platforms.work_sheet import (
    SheetRow,
    work_sheet_csv,
    work_sheet_rows,
    work_sheet_xlsx,
)

routes = Blueprint("outbox_page", __name__)
RETRY, CONFIRM = "/api/outbox/retry", "/api/outbox/confirm"
LEAVE, RESUME = "/api/outbox/leave", "/api/outbox/resume"
SHEET = "/download/work_sheet"
WORKERS = (Role.OFFICER, Role.SENIOR)


@routes.errorhandler(Refused)
def refused(error: Refused) -> ResponseReturnValue:
    status = 404 if error.code is RefusedCode.UNKNOWN_ACTION else 409
    return jsonify(error=from_below(error.message)), status


@routes.post(RETRY)
@requires(*WORKERS)
def retry() -> ResponseReturnValue:
    """Puts a failed, refused or only shown action on hold anew."""
    return _done(retry_action, mark("Action {n} is tried again."))


@routes.post(CONFIRM)
@requires(*WORKERS)
def confirm() -> ResponseReturnValue:
    """Notes that the officer did it by hand."""
    return _done(
        confirm_by_hand,
        mark("Action {n} is confirmed; the next export or sweep must prove it."),
    )


def _done(act: Callable[..., Action], told: str) -> ResponseReturnValue:
    d, number, by = deps(), given.number("action"), signed_in()
    with d.db.write() as tx:
        act(tx, number, by, now=d.clock())
    return jsonify(told=t(told, n=number))


@routes.post(LEAVE)
@requires(*WORKERS)
def leave() -> ResponseReturnValue:
    """Notes that a conflict is left as the platform shows it, and why."""
    d, number, by = deps(), given.number("action"), signed_in()
    why = given.told("why", longest=300, needed=True)
    with d.db.write() as tx:
        leave_conflict(tx, number, by, why, now=d.clock())
    return jsonify(told=t("Action {n} is left as the platform shows it.", n=number))


@routes.post(RESUME)
@requires(Role.SENIOR)
def resume() -> ResponseReturnValue:
    """Lets writing to a source go on after the platform had called it abuse."""
    d, number, by = deps(), given.number("source"), signed_in()
    with d.db.write() as tx:
        resume_writing(tx, number, by, now=d.clock())
    return jsonify(told=t("Writing goes on: what waits is sent with the next run."))


@routes.get(f"{SHEET}.pdf")
@requires(*WORKERS)
def sheet_pdf() -> ResponseReturnValue:
    """What waits to be done by hand, to print; texts are masked unless ?text=full."""
    d = deps()
    body = work_sheet_pdf(
        _rows(), organisation=d.organisation, zone=d.zone, masked=_masked(), now=d.clock()
    )
    return _file("pdf", "application/pdf", body)


@routes.get(f"{SHEET}.csv")
@requires(*WORKERS)
def sheet_csv() -> ResponseReturnValue:
    """The same as CSV."""
    return _file("csv", "text/csv", work_sheet_csv(_rows()).encode())


@routes.get(f"{SHEET}.xlsx")
@requires(*WORKERS)
def sheet_xlsx() -> ResponseReturnValue:
    """The same as an Excel workbook without formulas."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file("xlsx", kind, work_sheet_xlsx(_rows()))


def _masked() -> bool:
    return request.args.get("text") != "full"


def _rows() -> list[SheetRow]:
    with deps().db.read() as tx:
        return work_sheet_rows(tx, mask=mask_removed if _masked() else None)


def _file(ending: str, kind: str, body: bytes) -> Response:
    answer = Response(body, mimetype=kind)
    name = f"work_sheet_{file_stamp(deps())}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
