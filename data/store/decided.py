"""What people decided on texts, with what the machine made of them: to learn from, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, insert, select

from data import schema
from data.db import Tx
from data.model import Assessment, Flag, ReasonCode, Verdict
from data.store.assessments import assessments_by_id

d, r = schema.decision.alias(), schema.revision.alias()
m, b, c = schema.copy_member.alias(), schema.blind_sample.alias(), schema.comment.alias()
LABELLING = (Verdict.KEEP, Verdict.COMPLAINT, Verdict.REMOVE, Verdict.SPLIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One text and the decision that stands on it.

    ``flag_then`` is why it stood before the officer, None where it was not judged by then;
    ``rate`` the chance with which a blind sample drew it, None where none did; ``alike`` names
    texts that are copies of one another, which are one piece of evidence.
    """

    decision_id: int
    comment_id: str
    text: str
    verdict: Verdict
    reason: ReasonCode | None
    span: tuple[int, int] | None
    decided_at: datetime
    assessment: Assessment | None
    flag_then: Flag | None
    alike: str
    rate: float | None


def decided_page(
    tx: Tx, *, before: int | None = None, since: datetime | None = None, limit: int = 500
) -> list[Decided]:
    """The decisions that stand, the newest first; ``before`` is the last page's smallest id.

    A text has one: its last, if that keeps, files, removes or splits. A proposal that no second
    officer confirmed stands on nothing, nor does an undone decision.
    """
    last = select(func.max(schema.decision.c.id)).group_by(schema.decision.c.revision_id)
    query = (
        select(d, r.c.text, r.c.text_sha256, m.c.group_id, b.c.rate, _newest(), _then())
        .join(r, r.c.id == d.c.revision_id)
        .outerjoin(m, m.c.comment_id == d.c.comment_id)
        .outerjoin(b, b.c.revision_id == d.c.revision_id)
        .where(d.c.id.in_(last), d.c.awaits_second.is_(False))
        .where(d.c.verdict.in_([v.value for v in LABELLING]))
        .order_by(d.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(d.c.id < before)
    if since is not None:
        query = query.where(d.c.decided_at >= since)
    rows = tx.execute(query).all()
    ids = [x for row in rows for x in (row.newest_id, row.then_id) if x is not None]
    known = assessments_by_id(tx, sorted(set(ids)))
    return [_decided(row, known) for row in rows]


def _newest() -> Any:
    a = schema.assessment.alias()
    newest = select(func.max(a.c.id)).where(a.c.revision_id == d.c.revision_id)
    return newest.scalar_subquery().label("newest_id")


def _then() -> Any:
    a = schema.assessment.alias()
    in_time = and_(a.c.revision_id == d.c.revision_id, a.c.assessed_at <= d.c.decided_at)
    return select(func.max(a.c.id)).where(in_time).scalar_subquery().label("then_id")


def _decided(row: Row[Any], known: dict[int, Assessment]) -> Decided:
    then = known.get(row.then_id or 0)
    return Decided(
        decision_id=row.id,
        comment_id=row.comment_id,
        text=row.text,
        verdict=Verdict(row.verdict),
        reason=None if row.reason is None else ReasonCode(row.reason),
        span=None if row.span_start is None else (row.span_start, row.span_end),
        decided_at=row.decided_at,
        assessment=known.get(row.newest_id or 0),
        flag_then=None if then is None else then.judgement.flag,
        alike=row.group_id or row.text_sha256,
        rate=row.rate,
    )


# ------------------------------------------------------------------------------ blind samples


def unflagged(tx: Tx, *, language: str, since: datetime) -> list[tuple[int, str]]:
    """(revision id, comment id) of current texts that nobody decided on and no rule flagged."""
    a = schema.assessment.alias()
    query = (
        select(c.c.revision_id, c.c.id)
        .join(a, a.c.id == c.c.assessment_id)
        .outerjoin(b, b.c.revision_id == c.c.revision_id)
        .where(c.c.decision_id.is_(None), c.c.missing_since.is_(None), c.c.is_page_owner.is_(False))
        .where(a.c.flag == Flag.NONE.value, a.c.language == language, b.c.revision_id.is_(None))
        .where(c.c.first_seen_at >= since)
        .order_by(c.c.revision_id)
    )
    return [(row.revision_id, row.id) for row in tx.execute(query)]


def keep_sample(tx: Tx, revisions: Sequence[int], *, rate: float, now: datetime) -> None:
    """Remembers with which chance these texts were drawn."""
    if revisions:
        rows = [{"revision_id": x, "rate": rate, "drawn_at": now} for x in revisions]
        tx.execute(insert(schema.blind_sample), rows)
