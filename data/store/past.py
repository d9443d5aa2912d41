"""Past comments page by page, each with what the machine and the people made of its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from data import schema
from data.db import Tx
from data.model import CLOSING, Assessment, Comment, Verdict
from data.store.assessments import assessments_by_id
from data.store.comments import comment_of, select_comments

_C, _D = schema.comment.c, schema.decision.c
_posted = func.coalesce(_C.created_at, _C.first_seen_at, type_=schema.Instant())
_ASSESSED = _C.assessment_id.label("a_id")
_CLOSED = sorted(v.value for v in CLOSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A comment's current text, its assessment, and the closing decision on that text, if any."""

    comment: Comment
    assessment: Assessment | None
    verdict: Verdict | None


def past_page(
    tx: Tx, *, since: datetime, until: datetime, after: str = "", limit: int = 500
) -> list[Past]:
    """The next comments posted in [since, until) by id; the page's own account left out."""
    query = (
        select_comments()
        .add_columns(_ASSESSED)
        .where(_C.is_page_owner.is_(False), _C.id > after)
        .where(_posted >= since, _posted < until)
        .order_by(_C.id)
        .limit(limit)
    )
    rows = tx.execute(query).all()
    judged = assessments_by_id(tx, [r.a_id for r in rows if r.a_id is not None])
    found = [(comment_of(r), judged.get(r.a_id)) for r in rows]
    closed = _verdicts(tx, [comment.revision.id for comment, _ in found])
    return [
        Past(
            comment=comment,
            assessment=a if a is not None and a.revision_id == comment.revision.id else None,
            verdict=closed.get(comment.revision.id),
        )
        for comment, a in found
    ]


def count_past(tx: Tx, *, since: datetime, until: datetime) -> int:
    """How many comments the pages of this time hold."""
    query = select(func.count()).select_from(schema.comment).where(_C.is_page_owner.is_(False))
    return tx.execute(query.where(_posted >= since, _posted < until)).scalar_one()


def _verdicts(tx: Tx, revisions: Sequence[int]) -> dict[int, Verdict]:
    """The closing verdict that stands on each text; a proposed or undone one stands on none."""
    query = (
        select(_D.revision_id, _D.verdict)
        .join(schema.comment, _C.decision_id == _D.id)
        .where(_D.revision_id.in_(revisions), _D.awaits_second.is_(False), _D.verdict.in_(_CLOSED))
    )
    return {r.revision_id: Verdict(r.verdict) for r in tx.execute(query)}
