"""Our posts as a collector needs them, and how far each one's comments were listed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from data import schema
from data.db import Tx

_P = schema.post.c


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsOfSource:
    """``ids`` newest first; ``totals`` the platform's count when a post was last listed to its
    end; ``done`` those listed to their end since the instant that was asked about."""

    ids: tuple[str, ...]
    totals: Mapping[str, int]
    done: frozenset[str]


def posts_of_source(
    tx: Tx, source_id: int, *, listed_since: datetime | None = None
) -> PostsOfSource:
    """All posts of the source that were ever seen, by native id."""
    rows = tx.execute(
        select(_P.external_id, _P.listed_at, _P.listed_total)
        .where(_P.source_id == source_id)
        .order_by(_P.created_at.desc().nulls_last(), _P.id.desc())
    ).all()
    return PostsOfSource(
        ids=tuple(r.external_id for r in rows),
        totals={r.external_id: r.listed_total for r in rows if r.listed_total is not None},
        done=frozenset(
            r.external_id
            for r in rows
            if listed_since is not None and r.listed_at is not None and r.listed_at >= listed_since
        ),
    )


def mark_listed(
    tx: Tx, source_id: int, totals: Mapping[str, int | None], *, whole: bool, now: datetime
) -> None:
    """Notes that the comments of these posts were listed to their end; ``whole``: from their first.

    The count by native id is the platform's own, from before they were listed; None = not told.
    """
    for external_id, total in totals.items():
        values: dict[str, object] = {"listed_at": now} if whole else {}
        if total is not None:
            values["listed_total"] = total
        if values:
            tx.execute(
                update(schema.post)
                .where(_P.source_id == source_id, _P.external_id == external_id)
                .values(values)
            )


def post_ids(tx: Tx, source_id: int, external_ids: Collection[str]) -> dict[str, int]:
    """The store's ids of the source's posts by native id; an unknown one is left out."""
    query = select(_P.external_id, _P.id).where(
        _P.source_id == source_id, _P.external_id.in_(list(external_ids))
    )
    return {external_id: post_id for external_id, post_id in tx.execute(query)}
