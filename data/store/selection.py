"""What many decisions at once need to know of each comment: its text as it stands, who holds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from data import schema
from data.db import Tx
from data.model import Comment
from data.store.comments import get_comments
from data.store.open_items import view

_Q, _K, _C = view.c, schema.claim.c, schema.comment.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectable:
    """An open comment: what a decision on it must name, and why it may not be in a selection."""

    comment_id: str
    revision_id: int
    expected: int | None
    queue: str
    protected: bool  # also where nothing has judged it yet
    held_by: int | None  # another officer's live claim


def selectable(tx: Tx, comment_ids: Sequence[str], *, now: datetime) -> list[Selectable]:
    """Those of the comments that are open, in the order of their ids."""
    query = (
        select(view, _K.by_user, _K.until)
        .select_from(view.outerjoin(schema.claim, _K.comment_id == _Q.comment_id))
        .where(_Q.comment_id.in_(comment_ids))
        .order_by(_Q.comment_id)
    )
    return [
        Selectable(
            comment_id=r.comment_id,
            revision_id=r.revision_id,
            expected=r.decision_id,
            queue=r.queue,
            protected=r.protected is None or bool(r.protected),
            held_by=r.by_user if r.until is not None and r.until > now else None,
        )
        for r in tx.execute(query)
    ]


def thread_of(tx: Tx, comment: Comment, *, limit: int = 20) -> list[Comment]:
    """The comments of the same thread as they stand, the oldest first, this one among them.

    A thread is a comment under a post with its replies; without a post there is none to look up.
    """
    root = comment.parent_external_id or comment.external_id
    if comment.post_id is None:
        return [comment]
    query = (
        select(_C.id)
        .where(
            _C.post_id == comment.post_id,
            or_(_C.external_id == root, _C.parent_external_id == root),
        )
        .order_by(func.coalesce(_C.created_at, _C.first_seen_at), _C.id)
        .limit(limit)
    )
    ids = list(tx.execute(query).scalars())
    known = get_comments(tx, ids)
    return [known[i] for i in ids]
