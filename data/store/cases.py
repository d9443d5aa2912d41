"""Cases: complaints handed to an office, with a due date."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

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


def list_cases(tx: Tx, *, state: CaseState | None = None, limit: int = 500) -> list[Case]:
    query = select(schema.complaint_case).order_by(_C.id.desc()).limit(limit)
    if state is not None:
        query = query.where(_C.state == state.value)
    return [_case(r) for r in tx.execute(query)]
