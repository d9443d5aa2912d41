"""What is done with a complaint: handed over, filed elsewhere, closed with a note; its CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from dashboard.cases.complaints import AskedCases, CaseRow, asked_cases, each_case
from dashboard.deps import Deps, deps
from dashboard.finding.downloads import csv_answer, file_stamp, stamp
from dashboard.signing_in.security import requires, signed_in
from dashboard.web import given
from dashboard.web.forms import Malformed, day_or_none, json_body
from dashboard.words import t
from data.db import Tx
from data.model import CaseState, JsonObject, Role
from data.store import audit, cases
from moderation.deciding.decision_rules import told

routes = Blueprint("cases", __name__)
HAND_OVER, CLOSE, CHANGE = "/api/cases/hand_over", "/api/cases/close", "/api/cases/change"
CSV = "/download/cases.csv"
FILERS = (Role.OFFICER, Role.SENIOR)
READERS = (Role.OFFICER, Role.SENIOR, Role.MANAGER)
LEAST_NOTE = 5
HEADS = (
    "case", "state", "theme", "office", "place", "due", "days overdue", "filed", "handed over",
    "closed", "closing note", "closed by", "source", "comment", "text (masked)",
)  # fmt: skip


@routes.post(HAND_OVER)
@requires(*FILERS)
def hand_over() -> ResponseReturnValue:
    """Notes that the office has the complaint. An office must be named first."""
    d, number = deps(), given.number("case")
    with d.db.write() as tx:
        case = cases.case_by_id(tx, number)
        if case is None:
            return _unknown()
        if not case.office:
            return jsonify(error=t("Name the office first: a complaint goes to somebody.")), 409
        if not cases.hand_over(tx, number, now=d.clock()):
            return _not_so(case.state)
        _note(tx, d, "case.handed_over", number, {"office": case.office})
    return jsonify(told=t("Complaint {n} is handed over.", n=number))


@routes.post(CLOSE)
@requires(*FILERS)
def close() -> ResponseReturnValue:
    """Ends the complaint with what came of it."""
    d, number = deps(), given.number("case")
    note = told(given.told("note", longest=1000, needed=True))
    if len(note) < LEAST_NOTE:
        raise Malformed("note", t("Write what came of it, in {n} characters or more.",
                                  n=LEAST_NOTE))  # fmt: skip
    with d.db.write() as tx:
        case = cases.case_by_id(tx, number)
        if case is None:
            return _unknown()
        by = signed_in().pseudonym
        if not cases.close_case(tx, number, by=by, note=note, now=d.clock()):
            return _not_so(case.state)
        _note(tx, d, "case.closed", number, {"note_characters": len(note)})
    return jsonify(told=t("Complaint {n} is closed.", n=number))


@routes.post(CHANGE)
@requires(*FILERS)
def change() -> ResponseReturnValue:
    """Names another office, place or due day."""
    d, number = deps(), given.number("case")
    office, place = given.told("office", longest=200), given.told("place", longest=200)
    due_on = day_or_none(json_body(), "due_on")
    with d.db.write() as tx:
        case = cases.case_by_id(tx, number)
        if case is None:
            return _unknown()
        if not cases.refile_case(tx, number, office=told(office), place=told(place), due_on=due_on):
            return _not_so(case.state)
        due = None if due_on is None else due_on.isoformat()
        _note(tx, d, "case.changed", number, {"office": told(office), "due": due})
    return jsonify(told=t("Complaint {n} is changed.", n=number))


def _unknown() -> ResponseReturnValue:
    return jsonify(error=t("There is no such complaint.")), 404


def _not_so(state: CaseState) -> ResponseReturnValue:
    if state is CaseState.CLOSED:
        return jsonify(error=t("This complaint is closed already.")), 409
    return jsonify(error=t("This complaint is with its office already.")), 409


def _note(tx: Tx, d: Deps, verb: str, number: int, detail: JsonObject) -> None:
    audit.note(
        tx,
        actor=signed_in().pseudonym,
        verb=verb,
        object=f"case:{number}",
        now=d.clock(),
        detail=detail,
    )


# ------------------------------------------------------------------------------ CSV


@routes.get(CSV)
@requires(*READERS)
def as_csv() -> ResponseReturnValue:
    """The list behind a query, whole: the rows are those of the screen."""
    d = deps()
    asked = asked_cases(request.args.to_dict(flat=False), d)
    if asked.wrong:
        return jsonify(error=t("“{name}” is no filter of this list.", name=asked.wrong)), 400
    return csv_answer(f"complaints_{file_stamp(d)}.csv", HEADS, _cells(asked, d))


def _cells(asked: AskedCases, d: Deps) -> Iterator[Sequence[object]]:
    with d.db.read() as tx:
        for row in each_case(tx, asked, d):
            yield cells_of(row, d.zone)


def cells_of(row: CaseRow, zone: str) -> tuple[object, ...]:
    """The cells of one complaint, under HEADS."""
    case = row.case
    return (
        case.id,
        case.state.value,
        row.theme,
        case.office,
        case.place,
        case.due_on,
        row.late_days,
        stamp(case.created_at, zone),
        stamp(case.handed_over_at, zone),
        stamp(case.closed_at, zone),
        case.closing_note,
        case.closed_by,
        row.source,
        case.comment_id,
        row.text,
    )
