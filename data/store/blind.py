"""Blind samples: drawn once a text and stratum, answered once, by nobody who decided on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, update

from data import schema
from data.blind import BlindAnswer, BlindItem, Settled, Stratum
from data.db import Tx
from data.model import REMOVING, ReasonCode, Verdict
from data.store.comments import upsert

i, w, d = schema.blind_item.alias(), schema.blind_answer.alias(), schema.decision.alias()
c, v = schema.comment.alias(), schema.decision.alias()
_REMOVING = sorted(x.value for x in REMOVING)


def keep_drawn(
    tx: Tx,
    drawn: Sequence[tuple[str, int, int | None]],
    *,
    stratum: Stratum,
    round: str,
    now: datetime,
) -> int:
    """Keeps what was drawn: (comment id, revision id, decision id). Gives how many were new."""
    kept = 0
    for comment_id, revision_id, decision_id in drawn:
        made = upsert(tx, schema.blind_item).values(
            comment_id=comment_id,
            revision_id=revision_id,
            stratum=stratum.value,
            decision_id=decision_id,
            round=round,
            drawn_at=now,
        )
        row = tx.execute(
            made.on_conflict_do_nothing(
                index_elements=[schema.blind_item.c.revision_id, schema.blind_item.c.stratum]
            ).returning(schema.blind_item.c.id)
        ).one_or_none()
        kept += row is not None
    return kept


def drawable(tx: Tx, stratum: Stratum, since: datetime) -> list[tuple[str, int, int | None]]:
    """What may be drawn now: (comment id, revision id, decision id), by comment id.

    Removed and kept: decisions since then that stand, on the comment's present text. Visible: any
    comment first seen since then that was not removed and is still there. Nothing twice.
    """
    drawn = select(i.c.id).where(i.c.revision_id == c.c.revision_id, i.c.stratum == stratum.value)
    query = (
        select(c.c.id, c.c.revision_id, d.c.id.label("decision"))
        .outerjoin(d, and_(d.c.id == c.c.decision_id, d.c.revision_id == c.c.revision_id))
        .where(c.c.is_page_owner.is_(False), ~exists(drawn))
        .order_by(c.c.id)
    )
    for condition in _may_be_drawn(stratum, since):
        query = query.where(condition)
    return [(row.id, row.revision_id, row.decision) for row in tx.execute(query)]


def _may_be_drawn(stratum: Stratum, since: datetime) -> list[ColumnElement[bool]]:
    stands = [d.c.awaits_second.is_(False), d.c.decided_at >= since]
    if stratum is Stratum.REMOVED:
        return [*stands, d.c.verdict.in_(_REMOVING)]
    if stratum is Stratum.KEPT:
        return [*stands, d.c.verdict.in_([Verdict.KEEP.value, Verdict.COMPLAINT.value])]
    return [
        c.c.missing_since.is_(None),
        c.c.first_seen_at >= since,
        or_(d.c.id.is_(None), d.c.awaits_second, d.c.verdict.not_in(_REMOVING)),
    ]


# ------------------------------------------------------------------------------ judging again


def _open(user_id: int) -> list[ColumnElement[bool]]:
    """Not answered, the text still the same, and this user never decided on the comment."""
    mine = select(v.c.id).where(v.c.comment_id == i.c.comment_id, v.c.by_user == user_id)
    return [w.c.item_id.is_(None), c.c.revision_id == i.c.revision_id, ~exists(mine)]


def _joined(query: Select[Any]) -> Select[Any]:
    return (
        query.join(c, c.c.id == i.c.comment_id)
        .outerjoin(w, w.c.item_id == i.c.id)
        .outerjoin(d, d.c.id == i.c.decision_id)
    )


def blind_open(tx: Tx, user_id: int) -> int:
    """How many drawn texts this user may judge now."""
    query = _joined(select(func.count(func.distinct(i.c.revision_id))).select_from(i))
    return tx.execute(query.where(*_open(user_id))).scalar_one()


def blind_next(
    tx: Tx, user_id: int, *, limit: int = 20, skip: Sequence[int] = ()
) -> list[BlindItem]:
    """The next drawn texts for this user, the oldest round first, each text once."""
    query = _joined(select(i, d.c.verdict).select_from(i)).where(*_open(user_id))
    if skip:
        query = query.where(i.c.id.not_in(skip))
    query = query.order_by(i.c.round, i.c.revision_id, i.c.id).limit(limit * 2)
    found: dict[int, BlindItem] = {}
    for row in tx.execute(query):
        found.setdefault(row.revision_id, _item(row))
    return list(found.values())[:limit]


def may_judge(tx: Tx, user_id: int, item_id: int) -> BlindItem | None:
    """The item, if this user may answer it now; None for a wrong id, an answered or own one."""
    query = _joined(select(i, d.c.verdict).select_from(i)).where(*_open(user_id))
    row = tx.execute(query.where(i.c.id == item_id)).one_or_none()
    return None if row is None else _item(row)


def answer_blind(
    tx: Tx,
    item: BlindItem,
    user_id: int,
    *,
    verdict: Verdict,
    reason: ReasonCode | None,
    reason_text: str,
    now: datetime,
) -> bool:
    """Keeps the answer for every stratum that drew this text; False where another was faster."""
    query = select(i.c.id).where(i.c.revision_id == item.revision_id)
    kept = False
    for item_id in tx.execute(query).scalars().all():
        made = upsert(tx, schema.blind_answer).values(
            item_id=item_id,
            by_user=user_id,
            verdict=verdict.value,
            reason=None if reason is None else reason.value,
            reason_text=reason_text,
            at=now,
        )
        row = tx.execute(
            made.on_conflict_do_nothing(index_elements=[schema.blind_answer.c.item_id]).returning(
                schema.blind_answer.c.item_id
            )
        ).one_or_none()
        kept = kept or (row is not None and item_id == item.id)
    return kept


def _item(row: Row[Any]) -> BlindItem:
    return BlindItem(
        id=row.id,
        comment_id=row.comment_id,
        revision_id=row.revision_id,
        stratum=Stratum(row.stratum),
        decision_id=row.decision_id,
        first=None if row.verdict is None else Verdict(row.verdict),
        round=row.round,
        drawn_at=row.drawn_at,
    )


# ------------------------------------------------------------------------------ what came of it


def blind_answers(
    tx: Tx, *, since: datetime | None = None, until: datetime | None = None
) -> list[BlindAnswer]:
    """The answers given in [since, until), the newest first."""
    query = select(i, d.c.verdict, *_answer_columns()).select_from(i)
    query = query.join(w, w.c.item_id == i.c.id).outerjoin(d, d.c.id == i.c.decision_id)
    if since is not None:
        query = query.where(w.c.at >= since)
    if until is not None:
        query = query.where(w.c.at < until)
    return [_answer(row) for row in tx.execute(query.order_by(w.c.at.desc(), i.c.id))]


def blind_answer(tx: Tx, item_id: int) -> BlindAnswer | None:
    """The answer on one item; None while there is none."""
    query = select(i, d.c.verdict, *_answer_columns()).select_from(i)
    query = query.join(w, w.c.item_id == i.c.id).outerjoin(d, d.c.id == i.c.decision_id)
    row = tx.execute(query.where(i.c.id == item_id)).one_or_none()
    return None if row is None else _answer(row)


def settle_difference(
    tx: Tx, revision_id: int, user_id: int, how: Settled, *, now: datetime
) -> bool:
    """Notes what came of the difference on this text; False where it was settled before."""
    ids = select(i.c.id).where(i.c.revision_id == revision_id)
    a = schema.blind_answer.c
    done = tx.execute(
        update(schema.blind_answer)
        .where(a.item_id.in_(ids), a.settled_at.is_(None))
        .values(settled_at=now, settled_by=user_id, settled_how=how.value)
    )
    return done.rowcount > 0


def _answer_columns() -> list[Any]:
    return [
        w.c.by_user,
        w.c.verdict.label("second"),
        w.c.reason,
        w.c.reason_text,
        w.c.at,
        w.c.settled_at,
        w.c.settled_how,
    ]


def _answer(row: Row[Any]) -> BlindAnswer:
    return BlindAnswer(
        item=_item(row),
        by_user=row.by_user,
        verdict=Verdict(row.second),
        reason=None if row.reason is None else ReasonCode(row.reason),
        reason_text=row.reason_text,
        at=row.at,
        settled_at=row.settled_at,
        settled_how=None if row.settled_how is None else Settled(row.settled_how),
    )
