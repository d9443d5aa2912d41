"""Judging again after a change: what is left to judge, in which order, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from data import schema
from data.db import Tx
from data.documents import Judges, Reassessment
from data.model import Comment, Flag
from data.store.comments import comment_of, select_comments
from data.store.rows import named

_A, _C, _R = schema.assessment.c, schema.comment.c, schema.reassessment.c


class Stage(IntEnum):
    """The order of judging again: what waits for a person, the rest, what people decided on."""

    WAITING = 0
    UNDECIDED = 1
    DECIDED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a pass came: newest first inside each stage."""

    stage: Stage = Stage.WAITING
    before: tuple[datetime, str] | None = None


def _stale(judges: Judges) -> ColumnElement[bool]:
    """Judged by something else. What no engine could read is only stale by its policy: trying it
    again is another matter (``unchecked_page``)."""
    return or_(
        _A.policy_version != judges.policy_version,
        and_(
            _A.flag != Flag.NOT_CHECKED.value,
            or_(
                _A.engine_version != judges.engine_version,
                _A.calibration_version.is_distinct_from(judges.calibration_version),
            ),
        ),
    )


def _of_stage(stage: Stage) -> ColumnElement[bool]:
    if stage is Stage.WAITING:
        return and_(_C.decision_id.is_(None), _A.flag != Flag.NONE.value)
    if stage is Stage.UNDECIDED:
        return and_(_C.decision_id.is_(None), _A.flag == Flag.NONE.value)
    return _C.decision_id.is_not(None)


def _from_current(query: Select[Any], judges: Judges) -> Select[Any]:
    return query.join(schema.assessment, _A.id == _C.assessment_id).where(
        _stale(judges), _C.is_page_owner.is_(False)
    )


def count_stale(tx: Tx, judges: Judges) -> int:
    """How many current comments were judged by something else."""
    query = select(func.count()).select_from(schema.comment)
    return tx.execute(_from_current(query, judges)).scalar_one()


def stale_page(tx: Tx, judges: Judges, place: Place, limit: int) -> list[Comment]:
    """The next comments to judge again, inside the place's stage, the newest first."""
    query = _from_current(select_comments(), judges).where(_of_stage(place.stage))
    if place.before is not None:
        query = query.where(tuple_(_C.first_seen_at, _C.id) < tuple_(*_bound(place.before)))
    query = query.order_by(_C.first_seen_at.desc(), _C.id.desc()).limit(limit)
    return [comment_of(r) for r in tx.execute(query)]


def unchecked_page(tx: Tx, policy_version: int, *, after: int, limit: int) -> list[Comment]:
    """Comments that could not be checked under this policy, by the id of their assessment."""
    query = (
        select_comments()
        .join(schema.assessment, _A.id == _C.assessment_id)
        .where(_A.flag == Flag.NOT_CHECKED.value, _A.policy_version == policy_version)
        .where(_A.id > after, _C.is_page_owner.is_(False))
        .order_by(_A.id)
        .limit(limit)
    )
    return [comment_of(r) for r in tx.execute(query)]


def _bound(before: tuple[datetime, str]) -> tuple[Any, Any]:
    return literal(before[0], schema.Instant()), literal(before[1])


# ------------------------------------------------------------------------------ progress


def _of(row: Row[Any]) -> Reassessment:
    m = named(row)
    judges = Judges(
        policy_version=m["policy_version"],
        calibration_version=m["calibration_version"],
        engine_version=m["engine_version"],
    )
    known = {n: m[n] for n in ("id", "why", "by", "total", "done", "changed", "started_at",
                               "beat_at", "ended_at")}  # fmt: skip
    return Reassessment(judges=judges, **known)


def newest(tx: Tx) -> Reassessment | None:
    """The last judging again, ended or not; None when there never was one."""
    row = tx.execute(select(schema.reassessment).order_by(_R.id.desc()).limit(1)).one_or_none()
    return None if row is None else _of(row)


def begin(tx: Tx, judges: Judges, *, why: str, by: str, total: int, now: datetime) -> int:
    """A new row of progress; one that still stood open for other judges is ended as it is."""
    tx.execute(update(schema.reassessment).where(_R.ended_at.is_(None)).values(ended_at=now))
    return tx.execute(
        insert(schema.reassessment)
        .values(
            why=why,
            by=by,
            policy_version=judges.policy_version,
            calibration_version=judges.calibration_version,
            engine_version=judges.engine_version,
            total=total,
            done=0,
            changed=0,
            started_at=now,
            beat_at=now,
        )
        .returning(_R.id)
    ).scalar_one()


def advance(tx: Tx, run_id: int, *, done: int, changed: int, now: datetime) -> None:
    """Adds one page to the run, in the transaction that keeps the page's assessments."""
    tx.execute(
        update(schema.reassessment)
        .where(_R.id == run_id)
        .values(done=_R.done + done, changed=_R.changed + changed, beat_at=now)
    )


def end(tx: Tx, run_id: int, *, now: datetime) -> None:
    tx.execute(update(schema.reassessment).where(_R.id == run_id).values(ended_at=now, beat_at=now))
