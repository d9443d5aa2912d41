"""When a page's comments were posted, for knowing when it is unusually silent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from data import schema
from data.db import Tx

_C, _P = schema.comment.c, schema.post.c
MOST = 5000  # of the newest; what is usual shows in fewer


def arrival_times(tx: Tx, source_id: int, *, since: datetime) -> list[datetime]:
    """The newest comments' own times since then, oldest first; those without one are left out."""
    query = (
        select(_C.created_at)
        .where(_C.source_id == source_id, _C.created_at >= since)
        .order_by(_C.created_at.desc())
        .limit(MOST)
    )
    return sorted(tx.execute(query).scalars())


def counted_by_platform(tx: Tx, source_id: int) -> int | None:
    """Comments under our posts as the platform last counted them; None where it tells no count."""
    query = select(func.sum(_P.comment_count_hint)).where(_P.source_id == source_id)
    return tx.execute(query).scalar_one()
