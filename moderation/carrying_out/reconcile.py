"""Once a day: what was decided and done, compared with what each platform shows now.

A sweep shows much of it; this asks the platform by id for the rest, the longest unasked first.
What is seen the other way round becomes a CONFLICT for a person. Nothing is put right by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.db import Database
from data.model import Action, EnforcementState, Liveness
from data.store import comments, outbox_seen
from moderation.carrying_out.attempts import append
from moderation.carrying_out.settle import mark_seen
from moderation.carrying_out.verify import conflict_words, unchanged
from moderation.platforms.base import Seen, WriteSide, reached

S = EnforcementState
PAGE = 200
EVERY = timedelta(hours=20)  # a day, less what a late run shifts


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileTally:
    """What one run found, in actions that are done. ``unreadable``: the platform could not be
    asked; ``not_observable``: it tells no state by id."""

    as_decided: int = 0
    conflicts: int = 0
    gone: int = 0
    unreadable: int = 0
    not_observable: int = 0


def reconcile(
    db: Database, write_sides: Mapping[int, WriteSide], *, clock: Callable[[], datetime]
) -> ReconcileTally:
    """Compares what is done and was not compared for a day. A platform that cannot be read is
    left alone for the rest of the run; the next run goes on where this one stopped."""
    seeing = {i: side for i, side in write_sides.items() if side.can.reads_state}
    blind = [i for i in write_sides if i not in seeing]
    found: list[EnforcementState | None] = []
    for source_id, side in seeing.items():
        found += _of_source(db, source_id, side, clock)
    with db.read() as tx:
        not_observable = outbox_seen.count_done(tx, blind)
    return ReconcileTally(
        as_decided=found.count(S.VERIFIED),
        conflicts=found.count(S.CONFLICT),
        gone=found.count(S.GONE),
        unreadable=found.count(None),
        not_observable=not_observable,
    )


def _of_source(
    db: Database, source_id: int, side: WriteSide, clock: Callable[[], datetime]
) -> list[EnforcementState | None]:
    found: list[EnforcementState | None] = []
    not_since, after = clock() - EVERY, 0
    while True:
        with db.read() as tx:
            due = outbox_seen.to_compare(
                tx, [source_id], not_since=not_since, after=after, limit=PAGE
            )
        for action in due:
            found.append(_compare(db, action, side, clock))
            if found[-1] is None:
                return found
        if len(due) < PAGE:
            return found
        after = due[-1].id


def _compare(
    db: Database, action: Action, side: WriteSide, clock: Callable[[], datetime]
) -> EnforcementState | None:
    """What is seen of one action: VERIFIED as decided, CONFLICT or GONE; None: nothing is seen."""
    with db.read() as tx:
        comment = comments.get_comment(tx, action.comment_id)
    assert comment is not None  # a foreign key of the action
    seen = side.observe(comment)
    if seen.liveness in (Liveness.UNDECIDED, Liveness.NOT_VISIBLE):
        return None
    with db.write() as tx:
        now = clock()
        if not unchanged(tx, action):
            return S.VERIFIED  # somebody moved it on meanwhile: that is looked at by its own rules
        mark_seen(tx, comment, seen, now)
        outbox_seen.note_compared(tx, action.id, now=now)
        state = _state_by(action, seen)
        if state is S.CONFLICT:
            append(tx, action, S.CONFLICT, now=now, detail=conflict_words(action, True))
        return state


def _state_by(action: Action, seen: Seen) -> EnforcementState:
    if seen.liveness is Liveness.GONE:
        return S.GONE  # taken away since, by its author or the page: the absence rules mark it
    return S.CONFLICT if reached(action.kind, seen) is False else S.VERIFIED
