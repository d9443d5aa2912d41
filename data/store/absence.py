"""What was not listed where it ought to have been, before anybody calls it gone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from data import schema
from data.db import Tx
from data.model import Comment, Platform, TimePrecision
from data.store.comments import comment_of, select_comments

_C = schema.comment.c


def not_listed(
    tx: Tx,
    source_id: int,
    *,
    post_id: int,
    seen_before: datetime,
    created_from: datetime,
    created_to: datetime,
) -> list[Comment]:
    """Comments of one post that a file made at ``seen_before`` did not hold although it covered
    their place: posted in [created_from, created_to], by ids and times that can be trusted.

    Those that we hid over the platform's interface are left out (a file does not show them);
    those that a person was to take down by hand are in: their absence is the proof.
    """
    action = schema.action.c
    hidden_by_us = select(action.comment_id).where(action.kind != "unhide", ~action.by_hand)
    query = select_comments().where(
        _C.source_id == source_id,
        _C.post_id == post_id,
        _C.id_kind == "native",
        _C.time_precision.in_([TimePrecision.SECOND.value, TimePrecision.MINUTE.value]),
        _C.created_at >= created_from,
        _C.created_at <= created_to,
        _C.last_seen_at < seen_before,
        _C.missing_since.is_(None),
        _C.id.not_in(hidden_by_us),
    )
    return [comment_of(r) for r in tx.execute(query)]


def alive_by_post(tx: Tx, source_id: int) -> dict[int | None, int]:
    """How many comments that are not missing each post of the source has; None: without a post."""
    query = (
        select(_C.post_id, func.count())
        .where(_C.source_id == source_id, _C.missing_since.is_(None))
        .group_by(_C.post_id)
    )
    return {post_id: count for post_id, count in tx.execute(query)}


def post_id_by_key(tx: Tx, platform: Platform, external_id: str) -> int | None:
    """The id of the post with this native id; None when it is not known."""
    post = schema.post.c
    query = select(post.id).where(post.platform == platform.value, post.external_id == external_id)
    return tx.execute(query).scalar_one_or_none()


def kept_call_ids(tx: Tx, source_id: int, *, created_from: datetime | None) -> list[str]:
    """By which ids the platform knows the source's comments that are not missing, newest first;
    those made (or, without a date, first seen) from ``created_from`` on, or all."""
    made = func.coalesce(_C.created_at, _C.first_seen_at)
    query = (
        select(_C.call_id)
        .where(_C.source_id == source_id, _C.missing_since.is_(None), _C.id_kind == "native")
        .order_by(made.desc(), _C.id)
    )
    if created_from is not None:
        query = query.where(made >= created_from)
    return list(tx.execute(query).scalars())
