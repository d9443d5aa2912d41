"""The open items: one narrow, indexed row for each row of the view ``review_queue``.

The view says what asks for a person and stays the truth. To sort it means to look at all of it, so
what it says is also kept in ``open_item``, with the fixed number that orders the queue
(data/urgency.py). Whoever changes what the view looks at calls ``refresh`` in the same transaction;
these are the few functions of data/store that write to ``comment`` and to the groups of copies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Float, Row, column, delete, func, insert, select, table

from data import schema
from data.bulk import batched, insert_rows
from data.db import Tx
from data.urgency import MOST_COPIES, order_number, pull

view = table(
    "review_queue",
    column("comment_id"),
    column("source_id"),
    column("revision_id"),
    column("created_at", schema.Instant()),
    column("first_seen_at", schema.Instant()),
    column("assessment_id"),
    column("language"),
    column("coverage"),
    column("protected"),
    column("priority", Float),
    column("flag"),
    column("decision_id"),
    column("open_verdict"),
    column("open_by"),
    column("queue"),
)
_Q, _I, _M = view.c, schema.open_item.c, schema.copy_member.c
_R = schema.revision.c
_C, _A, _H = schema.comment.c, schema.assessment.c, schema.queue_change.c

UNJUDGED_PRIORITY = 0.5
"""What counts while nothing has judged the text: as much as a flag of middle weight."""
LOOKED_AT = frozenset({"revision_id", "missing_since", "created_at", "like_count", "is_page_owner"})
"""The columns of a comment whose change can change its open item."""
_AT_ONCE = 500
_CHANGES_KEPT = 1000
_NAMES = [c.name for c in schema.open_item.columns]


def refresh(tx: Tx, comment_ids: Iterable[str]) -> None:
    """Makes the comments' open items what the view says now; writes only what differs."""
    changed = False
    for ids in batched(list(dict.fromkeys(comment_ids)), _AT_ONCE):
        changed |= _put(tx, _kept(tx, ids), _said(tx, ids))
    if changed:
        _note_change(tx)


def regrouped(tx: Tx, counts: Mapping[str, tuple[int, int]]) -> None:
    """Refreshes the open members of groups of near-copies: (members before, members now) by id.

    Only where the count, rounded down to a power of two, is another: so a flood of n copies costs
    a refresh of all its members no more than log2(n) times.
    """
    moved = [g for g, (before, now) in counts.items() if rounded(before) != rounded(now)]
    for some in batched(moved, _AT_ONCE):
        query = (
            select(_I.comment_id)
            .join(schema.copy_member, _M.comment_id == _I.comment_id)
            .where(_M.group_id.in_(some))
        )
        refresh(tx, tx.execute(query).scalars().all())


def rounded(copies: int) -> int:
    """The copies that an open item counts: rounded down to a power of two, itself among them."""
    return 1 << (min(max(copies, 1), MOST_COPIES).bit_length() - 1)


def group_sizes(tx: Tx, group_ids: Iterable[str]) -> dict[str, int]:
    """How many members each group of near-copies has; a group without any is left out."""
    found: dict[str, int] = {}
    for some in batched(sorted(set(group_ids)), _AT_ONCE):
        query = select(_M.group_id, func.count()).where(_M.group_id.in_(some))
        found |= {group: n for group, n in tx.execute(query.group_by(_M.group_id))}
    return found


def version(tx: Tx) -> str:
    """A word that is another one after every change of the open items."""
    newest, count = tx.execute(select(func.max(_H.id), func.count())).one()
    return f"{newest or 0}.{count}"


# ------------------------------------------------------------------------------ as a whole


def rebuild(tx: Tx) -> int:
    """Makes the whole table anew from the view; gives how many items are open."""
    tx.execute(delete(schema.open_item))
    count, last = 0, ""
    while ids := _next_ids(tx, last):
        rows = _said(tx, ids)
        insert_rows(tx, schema.open_item, [_row(r) for r in rows.values()])
        count, last = count + len(rows), ids[-1]
    _note_change(tx)
    return count


def differences(tx: Tx) -> list[str]:
    """The comments whose open item is not what the view says. Looks at every open item."""
    kept = set(tx.execute(select(_I.comment_id)).scalars())
    found: set[str] = set()
    last = ""
    while ids := _next_ids(tx, last):
        said, there = _said(tx, ids), _kept(tx, ids)
        found |= {i for i in ids if said.get(i) != there.get(i)}
        kept -= set(ids)
        last = ids[-1]
    return sorted(found | kept)


def _next_ids(tx: Tx, after: str) -> Sequence[str]:
    query = select(_Q.comment_id).where(_Q.comment_id > after).order_by(_Q.comment_id)
    return tx.execute(query.limit(_AT_ONCE)).scalars().all()


# ------------------------------------------------------------------------------ one and the other


def _kept(tx: Tx, ids: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    query = select(schema.open_item).where(_I.comment_id.in_(ids))
    return {r.comment_id: tuple(r) for r in tx.execute(query)}


def _said(tx: Tx, ids: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """What the view says of these comments, as rows of the table."""
    query = (
        select(
            view,
            _C.platform,
            _C.like_count,
            _A.toxicity,
            _A.reasons,
            _A.feedback,
            _R.no,
            _R.seen_at,
        )
        .select_from(
            view.join(schema.comment, _C.id == _Q.comment_id)
            .join(schema.revision, _R.id == _Q.revision_id)
            .outerjoin(schema.assessment, _A.id == _Q.assessment_id)
        )
        .where(_Q.comment_id.in_(ids))
    )
    rows = tx.execute(query).all()
    copies = _copies(tx, [r.comment_id for r in rows])
    return {r.comment_id: _item(r, copies.get(r.comment_id, 1)) for r in rows}


def _copies(tx: Tx, ids: Sequence[str]) -> dict[str, int]:
    if not ids:
        return {}
    query = select(_M.comment_id, _M.group_id).where(_M.comment_id.in_(ids))
    group = {comment_id: group_id for comment_id, group_id in tx.execute(query)}
    size = group_sizes(tx, group.values())
    return {comment_id: rounded(size[group_id]) for comment_id, group_id in group.items()}


def _item(r: Row[Any], copies: int) -> tuple[Any, ...]:
    # An edited text asks since its edit was seen: nobody could judge it before.
    since = r.seen_at if r.no > 1 else r.created_at or r.first_seen_at
    priority = UNJUDGED_PRIORITY if r.priority is None else r.priority
    told = pull(severe=r.flag == "severe", priority=priority, likes=r.like_count, copies=copies)
    row: dict[str, Any] = {
        "comment_id": r.comment_id,
        "queue": r.queue,
        "postponed": r.open_verdict == "wait",
        "rank": order_number(since, told),
        "since": since,
        "source_id": r.source_id,
        "platform": r.platform,
        "language": r.language or "und",
        "coverage": r.coverage or "not_checked",
        "flag": r.flag or "not_checked",
        "protected": bool(r.protected),
        "toxicity": r.toxicity,
        "suggested": r.reasons[0] if r.reasons else None,
        "complaint": "complaint" in (r.feedback or ()),
        "copies": copies,
        "open_by": r.open_by,
    }
    return tuple(row[name] for name in _NAMES)


def _row(values: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(_NAMES, values, strict=True))


def _put(tx: Tx, kept: Mapping[str, tuple[Any, ...]], said: Mapping[str, tuple[Any, ...]]) -> bool:
    over = [i for i, row in kept.items() if said.get(i) != row]
    new = [_row(row) for i, row in said.items() if kept.get(i) != row]
    if over:
        tx.execute(delete(schema.open_item).where(_I.comment_id.in_(over)))
    insert_rows(tx, schema.open_item, new)
    return bool(over or new)


def _note_change(tx: Tx) -> None:
    noted = tx.execute(insert(schema.queue_change).values().returning(_H.id)).scalar_one()
    if noted % _CHANGES_KEPT == 0:
        tx.execute(delete(schema.queue_change).where(_H.id < noted))
