"""What a person does in the outbox: try again, confirm work by hand, take the work sheet along."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from analysis.masking import mask_removed
from dashboard import given
from dashboard.deps import deps
from dashboard.downloads import file_stamp
from dashboard.forms import Malformed
from dashboard.security import requires, signed_in
from data.model import Action, Role
from moderation.by_hand import confirm_by_hand, retry_action
from moderation.platforms.work_sheet import (
    SheetRow,
    work_sheet_csv,
    work_sheet_rows,
    work_sheet_xlsx,
)
from moderation.refused import Refused, RefusedCode

routes = Blueprint("outbox_page", __name__)
RETRY, CONFIRM = "/api/outbox/retry", "/api/outbox/confirm"
SHEET = "/download/work_sheet"
WORKERS = (Role.OFFICER, Role.SENIOR)


@routes.errorhandler(Malformed)
def malformed(error: Malformed) -> ResponseReturnValue:
    return jsonify(error=error.sentence), 400


@routes.errorhandler(Refused)
def refused(error: Refused) -> ResponseReturnValue:
    status = 404 if error.code is RefusedCode.UNKNOWN_ACTION else 409
    return jsonify(error=error.message), status


@routes.post(RETRY)
@requires(*WORKERS)
def retry() -> ResponseReturnValue:
    """Puts a failed, refused or only shown action on hold anew."""
    return _done(retry_action, "is tried again")


@routes.post(CONFIRM)
@requires(*WORKERS)
def confirm() -> ResponseReturnValue:
    """Notes that the officer did it by hand."""
    return _done(confirm_by_hand, "is confirmed; the next export or sweep must prove it")


def _done(act: Callable[..., Action], told: str) -> ResponseReturnValue:
    d, number, by = deps(), given.number("action"), signed_in()
    with d.db.write() as tx:
        act(tx, number, by, now=d.clock())
    return jsonify(told=f"Action {number} {told}.")


@routes.get(f"{SHEET}.csv")
@requires(*WORKERS)
def sheet_csv() -> ResponseReturnValue:
    """What waits to be done by hand, as CSV; texts are masked."""
    return _file("csv", "text/csv", work_sheet_csv(_rows()).encode())


@routes.get(f"{SHEET}.xlsx")
@requires(*WORKERS)
def sheet_xlsx() -> ResponseReturnValue:
    """The same as an Excel workbook without formulas."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file("xlsx", kind, work_sheet_xlsx(_rows()))


def _rows() -> list[SheetRow]:
    with deps().db.read() as tx:
        return work_sheet_rows(tx, mask=mask_removed)


def _file(ending: str, kind: str, body: bytes) -> Response:
    answer = Response(body, mimetype=kind)
    name = f"work_sheet_{file_stamp(deps())}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
