"""Many decisions at once, on one ground: each comment keeps its own record, key and refusal.

A bulk never touches what is protected or not assessed (``DecisionRequest.in_bulk``), never splits
and never goes through a one-way door. What is refused is told with its sentence and leaves the
others standing: every request runs in a savepoint of its own inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from data.db import Tx
from data.model import User
from data.store import decisions
from moderation.deciding.decide import DecisionRequest, Filing, Holds, Recorded, record_decision
from moderation.deciding.refused import Refused, RefusedCode
from moderation.deciding.undo import undo_decision

MOST_AT_ONCE = 500
"""The most requests of one call: a writing transaction that others wait for stays short."""


class TooMany(ValueError):
    """More than MOST_AT_ONCE decisions in one call. Send them in several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDone:
    """One that was refused: which comment, by which rule, and the sentence for the officer."""

    comment_id: str
    code: RefusedCode
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """What came of a bulk: one record for each that was done, one reason for each that was not."""

    done: tuple[Recorded, ...]
    not_done: tuple[NotDone, ...]


def record_many(
    tx: Tx,
    requests: Sequence[DecisionRequest],
    *,
    policy_version: int,
    holds: Holds,
    now: datetime,
    filing: Filing | None = None,
) -> Bulk:
    """Records each request as a bulk decision in the caller's writing transaction.

    One record, one action and one audit entry for each comment, in the order of their ids, so that
    two bulks at once never wait for one another in a ring. Each request carries a key of its own
    (``bulk_key``); the same call again gives the same records and no second effect. Protected and
    unassessed comments stand in ``not_done``, always. Raises TooMany, and changes nothing then.
    """
    if len(requests) > MOST_AT_ONCE:
        raise TooMany(f"{len(requests)} at once; at most {MOST_AT_ONCE}.")
    done: list[Recorded] = []
    not_done: list[NotDone] = []
    requests = sorted(requests, key=lambda r: r.comment_id)
    _lock_all(tx, [r.comment_id for r in requests])
    for request in requests:
        try:
            with tx.begin_nested():
                recorded = record_decision(
                    tx,
                    replace(request, in_bulk=True),
                    policy_version=policy_version,
                    holds=holds,
                    now=now,
                    filing=filing,
                )
        except Refused as refused:
            not_done.append(_told(request.comment_id, refused))
        else:
            done.append(recorded)
    return Bulk(done=tuple(done), not_done=tuple(not_done))


def undo_many(
    tx: Tx, decision_ids: Sequence[int], *, by: User, key: str, holds: Holds, now: datetime
) -> Bulk:
    """Undoes each decision by a record of its own; ``key`` is the bulk's, one for the call.

    ``comment_id`` of what was not undone names the decision ("decision:7"), for its comment may be
    unknown. Undo reaches as far for a bulk as for one decision (``Holds.undo_last``), but a bulk
    undone whole counts as one step: give the newest first. Raises TooMany.
    """
    if len(decision_ids) > MOST_AT_ONCE:
        raise TooMany(f"{len(decision_ids)} at once; at most {MOST_AT_ONCE}.")
    done: list[Recorded] = []
    not_done: list[NotDone] = []
    known = [decisions.decision_by_id(tx, n) for n in decision_ids]
    _lock_all(tx, sorted({d.comment_id for d in known if d is not None}))
    for decision_id in decision_ids:
        own = bulk_key(key, str(decision_id))
        try:
            with tx.begin_nested():
                undone = undo_decision(
                    tx, decision_id=decision_id, by=by, key=own, holds=holds, now=now
                )
        except Refused as refused:
            not_done.append(_told(f"decision:{decision_id}", refused))
        else:
            done.append(undone)
    return Bulk(done=tuple(done), not_done=tuple(not_done))


def bulk_key(key: str, part: str) -> str:
    """The key of one member of a bulk, which has at most 87 characters of its own."""
    return f"{key}:{sha256(part.encode()).hexdigest()[:32]}"


def _lock_all(tx: Tx, comment_ids: Sequence[str]) -> None:
    """All comments before the first record: the log's head, which each record takes, comes last."""
    for comment_id in comment_ids:
        decisions.lock_comment(tx, comment_id)


def _told(comment_id: str, refused: Refused) -> NotDone:
    return NotDone(comment_id=comment_id, code=refused.code, message=refused.message)
