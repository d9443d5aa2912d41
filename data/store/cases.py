"""Cases: complaints handed to an office, with a due date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, insert, select, update

from data import schema
from data.db import Tx
from data.model import Case, CaseState
from data.store.rows import named

_C = schema.complaint_case.c


def _case(row: Row[Any]) -> Case:
    m = named(row)
    return Case(
        id=m["id"],
        comment_id=m["comment_id"],
        decision_id=m["decision_id"],
        theme=m["theme"],
        office=m["office"],
        place=m["place"],
        due_on=m["due_on"],
        state=CaseState(m["state"]),
        created_at=m["created_at"],
        handed_over_at=m["handed_over_at"],
        closed_at=m["closed_at"],
        closed_by=m["closed_by"],
        closing_note=m["closing_note"] or "",
    )


def open_case(
    tx: Tx,
    *,
    comment_id: str,
    decision_id: int,
    theme: str | None,
    office: str,
    place: str,
    due_on: date | None,
    now: datetime,
) -> int:
    return tx.execute(
        insert(schema.complaint_case)
        .values(
            comment_id=comment_id,
            decision_id=decision_id,
            theme=theme,
            office=office,
            place=place,
            due_on=due_on,
            state=CaseState.OPEN.value,
            created_at=now,
        )
        .returning(_C.id)
    ).scalar_one()


def set_case_state(tx: Tx, decision_id: int, state: CaseState) -> None:
    tx.execute(
        update(schema.complaint_case).where(_C.decision_id == decision_id).values(state=state.value)
    )


def case_by_id(tx: Tx, case_id: int) -> Case | None:
    row = tx.execute(select(schema.complaint_case).where(_C.id == case_id)).one_or_none()
    return None if row is None else _case(row)


def hand_over(tx: Tx, case_id: int, *, now: datetime) -> bool:
    """Notes that the office has it; False unless the case was open."""
    done = tx.execute(
        update(schema.complaint_case)
        .where(_C.id == case_id, _C.state == CaseState.OPEN.value)
        .values(state=CaseState.HANDED_OVER.value, handed_over_at=now)
    )
    return done.rowcount == 1


def close_case(tx: Tx, case_id: int, *, by: str, note: str, now: datetime) -> bool:
    """Ends the case with what came of it; False where it was closed before."""
    done = tx.execute(
        update(schema.complaint_case)
        .where(_C.id == case_id, _C.state != CaseState.CLOSED.value)
        .values(state=CaseState.CLOSED.value, closed_at=now, closed_by=by, closing_note=note)
    )
    return done.rowcount == 1


def refile_case(tx: Tx, case_id: int, *, office: str, place: str, due_on: date | None) -> bool:
    """Changes where the complaint goes and until when; False where the case is closed."""
    done = tx.execute(
        update(schema.complaint_case)
        .where(_C.id == case_id, _C.state != CaseState.CLOSED.value)
        .values(office=office, place=place, due_on=due_on)
    )
    return done.rowcount == 1


def find_cases(
    tx: Tx,
    *,
    states: Sequence[CaseState] = (),
    theme: str | None = None,
    office: str | None = None,
    overdue_on: date | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Case]:
    """The cases that meet every condition, what is due first on top; closed ones stand last.

    ``overdue_on``: only those not closed whose due day lies before that day.
    """
    query = select(schema.complaint_case)
    for condition in _conditions(states, theme, office, overdue_on, since, until):
        query = query.where(condition)
    closed = case((_C.state == CaseState.CLOSED.value, 1), else_=0)
    undated = case((_C.due_on.is_(None), 1), else_=0)
    query = query.order_by(closed, undated, _C.due_on, _C.id).limit(limit).offset(offset)
    return [_case(r) for r in tx.execute(query)]


def count_cases(
    tx: Tx,
    *,
    states: Sequence[CaseState] = (),
    theme: str | None = None,
    office: str | None = None,
    overdue_on: date | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> int:
    """How many cases meet every condition of find_cases."""
    query = select(func.count()).select_from(schema.complaint_case)
    for condition in _conditions(states, theme, office, overdue_on, since, until):
        query = query.where(condition)
    return tx.execute(query).scalar_one()


def _conditions(
    states: Sequence[CaseState],
    theme: str | None,
    office: str | None,
    overdue_on: date | None,
    since: datetime | None,
    until: datetime | None,
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if states:
        found.append(_C.state.in_([s.value for s in states]))
    if theme is not None:
        found.append(_C.theme.is_(None) if theme == "" else _C.theme == theme)
    if office is not None:
        found.append(func.lower(_C.office).contains(office.lower(), autoescape=True))
    if overdue_on is not None:
        found += [_C.state != CaseState.CLOSED.value, _C.due_on < overdue_on]
    if since is not None:
        found.append(_C.created_at >= since)
    if until is not None:
        found.append(_C.created_at < until)
    return found
