"""Practice runs: a user's own, apart from everything that is real."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from data import schema
from data.db import Tx
from data.model import ReasonCode, Verdict
from data.practice import PracticeAnswer, PracticeOutcome, PracticeRun
from data.store.comments import upsert
from data.store.rows import named

_R, _A = schema.practice_run.c, schema.practice_answer.c


def begin_run(tx: Tx, user_id: int, items: Sequence[str], *, now: datetime) -> int:
    """Begins a run; one that the user left open is ended. Gives its id."""
    tx.execute(
        update(schema.practice_run)
        .where(_R.user_id == user_id, _R.ended_at.is_(None))
        .values(ended_at=now)
    )
    return tx.execute(
        insert(schema.practice_run)
        .values(user_id=user_id, items=list(items), started_at=now)
        .returning(_R.id)
    ).scalar_one()


def open_run(tx: Tx, user_id: int) -> PracticeRun | None:
    """The user's run that is not at its end; None when there is none."""
    query = (
        select(schema.practice_run)
        .where(_R.user_id == user_id, _R.ended_at.is_(None))
        .order_by(_R.id.desc())
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else _run(tx, row)


def run_of(tx: Tx, user_id: int, run_id: int) -> PracticeRun | None:
    """The user's own run by its id; another's is not found."""
    query = select(schema.practice_run).where(_R.user_id == user_id, _R.id == run_id)
    row = tx.execute(query).one_or_none()
    return None if row is None else _run(tx, row)


def past_runs(tx: Tx, user_id: int, limit: int = 10) -> list[PracticeRun]:
    """The user's ended runs in which something was answered, the newest first."""
    answered = select(_A.run_id)
    query = (
        select(schema.practice_run)
        .where(_R.user_id == user_id, _R.ended_at.is_not(None), _R.id.in_(answered))
        .order_by(_R.id.desc())
        .limit(limit)
    )
    return [_run(tx, row) for row in tx.execute(query).all()]


def keep_answer(tx: Tx, run_id: int, answer: PracticeAnswer) -> bool:
    """Keeps the answer; False, and nothing is changed, where the item has one already."""
    made = upsert(tx, schema.practice_answer).values(
        run_id=run_id,
        item=answer.item,
        verdict=answer.verdict.value,
        reason=None if answer.reason is None else answer.reason.value,
        outcome=answer.outcome.value,
        at=answer.at,
    )
    kept = tx.execute(
        made.on_conflict_do_nothing(index_elements=[_A.run_id, _A.item]).returning(_A.item)
    )
    return kept.one_or_none() is not None


def end_run(tx: Tx, run_id: int, *, now: datetime) -> None:
    """Ends the run; a run that has ended keeps its end."""
    tx.execute(
        update(schema.practice_run)
        .where(_R.id == run_id, _R.ended_at.is_(None))
        .values(ended_at=now)
    )


def _run(tx: Tx, row: Row[Any]) -> PracticeRun:
    query = select(schema.practice_answer).where(_A.run_id == row.id).order_by(_A.at, _A.item)
    return PracticeRun(
        id=row.id,
        user_id=row.user_id,
        items=tuple(named(row)["items"]),
        started_at=row.started_at,
        ended_at=row.ended_at,
        answers=tuple(
            PracticeAnswer(
                item=a.item,
                verdict=Verdict(a.verdict),
                reason=None if a.reason is None else ReasonCode(a.reason),
                outcome=PracticeOutcome(a.outcome),
                at=a.at,
            )
            for a in tx.execute(query)
        ),
    )
