"""Assessments: what the machine made of each revision; appended, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from data import schema
from data.bulk import insert_rows, next_ids
from data.db import Tx
from data.model import (
    Assessment,
    Comment,
    Coverage,
    FeedbackKind,
    Flag,
    Judgement,
    Language,
    Reading,
    ReasonCode,
    Sentiment,
    Signal,
    Span,
    Verdict,
    Why,
)
from data.store import day_counts, open_items
from data.store.comments import comment_of, select_comments
from data.store.rows import named

_A, _C = schema.assessment.c, schema.comment.c


def _signal_row(s: Signal) -> dict[str, Any]:
    return {
        "name": s.name,
        "value": s.value,
        "version": s.version,
        "note": s.note,
        "spans": [[p.start, p.end, p.label] for p in s.spans],
    }


def _signal(row: dict[str, Any]) -> Signal:
    return Signal(
        name=row["name"],
        value=row["value"],
        version=row["version"],
        note=row["note"],
        spans=tuple(Span(start=a, end=b, label=label) for a, b, label in row["spans"]),
    )


def assessment_of(row: Row[Any]) -> Assessment:
    m = named(row)
    reading = Reading(
        language=Language(m["language"]),
        coverage=Coverage(m["coverage"]),
        coverage_note=m["coverage_note"],
        signals=tuple(_signal(s) for s in m["signals"]),
        feedback=tuple(FeedbackKind(k) for k in m["feedback"]),
        sentiment=None if m["sentiment"] is None else Sentiment(m["sentiment"]),
        engine=m["engine"],
        engine_version=m["engine_version"],
        calibration=m["calibration_version"],
    )
    judgement = Judgement(
        flag=Flag(m["flag"]),
        reasons=tuple(ReasonCode(c) for c in m["reasons"]),
        protected=m["protected"],
        suggested=None if m["suggested"] is None else Verdict(m["suggested"]),
        priority=m["priority"],
        why=tuple(Why(rule=w["rule"], text=w["text"]) for w in m["why"]),
        policy_version=m["policy_version"],
    )
    return Assessment(
        id=m["id"],
        comment_id=m["comment_id"],
        revision_id=m["revision_id"],
        reading=reading,
        judgement=judgement,
        assessed_at=m["assessed_at"],
    )


def _values(
    comment_id: str, revision_id: int, r: Reading, j: Judgement, now: datetime
) -> dict[str, Any]:
    return {
        "comment_id": comment_id,
        "revision_id": revision_id,
        "language": r.language.value,
        "coverage": r.coverage.value,
        "coverage_note": r.coverage_note,
        "toxicity": r.value("toxicity"),
        "sentiment": None if r.sentiment is None else r.sentiment.value,
        "signals": [_signal_row(s) for s in r.signals],
        "feedback": [k.value for k in r.feedback],
        "engine": r.engine,
        "engine_version": r.engine_version,
        "flag": j.flag.value,
        "reasons": [c.value for c in j.reasons],
        "protected": j.protected,
        "suggested": None if j.suggested is None else j.suggested.value,
        "priority": j.priority,
        "why": [{"rule": w.rule, "text": w.text} for w in j.why],
        "policy_version": j.policy_version,
        "calibration_version": r.calibration,
        "assessed_at": now,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """What the machine made of one revision, before it is kept."""

    comment_id: str
    revision_id: int
    reading: Reading
    judgement: Judgement


def save_assessments(tx: Tx, assessed: Sequence[Assessed], *, now: datetime) -> list[int]:
    """Appends assessments; each becomes its comment's current one if its revision still is."""
    ids = next_ids(tx, schema.assessment, len(assessed))
    rows = [
        {"id": new_id, **_values(a.comment_id, a.revision_id, a.reading, a.judgement, now)}
        for new_id, a in zip(ids, assessed, strict=True)
    ]
    insert_rows(tx, schema.assessment, rows)
    if rows:
        point = (
            update(schema.comment)
            .where(_C.id == bindparam("of"), _C.revision_id == bindparam("revision"))
            .values(assessment_id=bindparam("new"))
        )
        told = zip(ids, assessed, strict=True)
        tx.execute(
            point, [{"of": a.comment_id, "revision": a.revision_id, "new": i} for i, a in told]
        )
        open_items.refresh(tx, [a.comment_id for a in assessed])
        day_counts.note_comments(tx, [a.comment_id for a in assessed])
    return ids


def save_assessment(
    tx: Tx,
    comment_id: str,
    revision_id: int,
    reading: Reading,
    judgement: Judgement,
    *,
    now: datetime,
) -> int:
    """Appends one assessment and gives its id."""
    one = Assessed(
        comment_id=comment_id, revision_id=revision_id, reading=reading, judgement=judgement
    )
    return save_assessments(tx, [one], now=now)[0]


def to_assess(tx: Tx, limit: int = 500) -> list[Comment]:
    """Comments whose current revision has no assessment, the oldest first."""
    query = (
        select_comments()
        .where(_C.assessment_id.is_(None), _C.is_page_owner.is_(False))
        .order_by(_C.first_seen_at, _C.id)
        .limit(limit)
    )
    return [comment_of(r) for r in tx.execute(query)]


def current_assessment(tx: Tx, comment_id: str) -> Assessment | None:
    """The newest assessment of the comment's current revision."""
    query = (
        select(schema.assessment)
        .join(schema.comment, _C.assessment_id == _A.id)
        .where(_C.id == comment_id)
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else assessment_of(row)


def assessments_by_id(tx: Tx, ids: Sequence[int]) -> dict[int, Assessment]:
    rows = tx.execute(select(schema.assessment).where(_A.id.in_(ids)))
    return {a.id: a for a in map(assessment_of, rows)}


def count_to_assess(tx: Tx) -> int:
    query = select(func.count()).where(_C.assessment_id.is_(None), _C.is_page_owner.is_(False))
    return tx.execute(query).scalar_one()


def current_flags(tx: Tx, comment_ids: Sequence[str]) -> dict[str, Flag]:
    """The flag of each comment's current assessment; one without any is left out."""
    query = select(_C.id, _A.flag).join(schema.assessment, _A.id == _C.assessment_id)
    return {r.id: Flag(r.flag) for r in tx.execute(query.where(_C.id.in_(comment_ids)))}


def standing(tx: Tx, comment_ids: Sequence[str]) -> dict[str, tuple[int, int | None]]:
    """Each comment's current revision id and assessment id; an unknown id is left out."""
    query = select(_C.id, _C.revision_id, _C.assessment_id).where(_C.id.in_(comment_ids))
    return {r.id: (r.revision_id, r.assessment_id) for r in tx.execute(query)}


def assessments_of(tx: Tx, comment_id: str) -> list[Assessment]:
    """All that was ever made of the comment's texts, oldest first."""
    query = select(schema.assessment).where(_A.comment_id == comment_id).order_by(_A.id)
    return [assessment_of(r) for r in tx.execute(query)]
