"""Proof: whether the platform shows what was asked for, by sweep, by export or by reading it.

Nothing is put right by itself here. What was proved and is seen the other way round later becomes
a visible CONFLICT: somebody reversed it in the platform's own tool, and a person must look.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from data.db import Database, Tx
from data.model import Action, ActionKind, Comment, EnforcementState, Liveness
from data.store import comments, decisions, outbox, outbox_seen
from moderation.carrying_out.attempts import append, append_failed
from moderation.carrying_out.settle import mark_seen, superseded
from moderation.platforms.base import Seen, WriteSide, reached

S = EnforcementState
PAGE = 200
GRACE = timedelta(minutes=2)
"""How long a platform may take to show what it accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyTally:
    """What one run found, in actions. ``failed``: accepted but not done, to be tried again."""

    verified: int = 0
    failed: int = 0
    gone: int = 0
    conflicts: int = 0
    cancelled: int = 0
    waiting: int = 0


def verify_actions(
    db: Database,
    write_sides: Mapping[int, WriteSide],
    *,
    clock: Callable[[], datetime],
    grace: timedelta = GRACE,
) -> VerifyTally:
    """Looks at all accepted actions, at contradictions, and at work by hand that a list proves."""
    run = _Verification(db=db, sides=write_sides, clock=clock, grace=grace)
    found: list[EnforcementState | None] = []
    blind = [i for i, side in write_sides.items() if not side.can.reads_state]
    found += _each(db, partial(outbox_seen.accepted_to_prove, blind=blind), run.accepted)
    found += _each(db, outbox_seen.contradicted, run.contradicted)
    found += _each(db, outbox_seen.proved_by_list, run.proved_by_list)
    return VerifyTally(
        verified=found.count(S.VERIFIED),
        failed=found.count(S.FAILED),
        gone=found.count(S.GONE),
        conflicts=found.count(S.CONFLICT),
        cancelled=found.count(S.CANCELLED),
        waiting=found.count(None),
    )


class _Page(Protocol):
    def __call__(self, tx: Tx, *, after: int) -> list[Action]: ...


def _each(
    db: Database,
    page: _Page,
    look: Callable[[Action], EnforcementState | None],
) -> list[EnforcementState | None]:
    found: list[EnforcementState | None] = []
    after = 0
    while True:
        with db.read() as tx:
            actions = page(tx, after=after)
        found += [look(action) for action in actions]
        if len(actions) < PAGE:
            return found
        after = actions[-1].id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verification:
    db: Database
    sides: Mapping[int, WriteSide]
    clock: Callable[[], datetime]
    grace: timedelta

    def accepted(self, action: Action) -> EnforcementState | None:
        """Accepted is not done: proved by a sweep that saw it, or by reading the comment now."""
        comment = self._comment(action)
        by_sweep = self._as_swept(action, comment)
        seen = by_sweep if by_sweep is not None else self._observe(action, comment)
        with self.db.write() as tx:
            now = self.clock()
            if not unchanged(tx, action):
                return None
            if seen is None:
                return None
            mark_seen(tx, comment, seen, now)
            return self._judge_accepted(tx, action, seen, by_sweep is not None, now)

    def _judge_accepted(
        self, tx: Tx, action: Action, seen: Seen, swept: bool, now: datetime
    ) -> EnforcementState | None:
        done = reached(action.kind, seen)
        if done:
            detail = "seen by a sweep" if swept else "read back at the platform"
            append(tx, action, S.VERIFIED, now=now, detail=detail)
            return S.VERIFIED
        if seen.liveness is Liveness.GONE:
            append(tx, action, S.GONE, now=now, detail="the comment is no longer there")
            return S.GONE
        if done is None:
            return None
        if superseded(tx, action):
            detail = "accepted, then taken back by a newer decision"
            append(tx, action, S.CANCELLED, now=now, detail=detail)
            return S.CANCELLED
        if now - action.state_at < self.grace:
            return None
        detail = f"accepted, but the comment is still {seen.visibility.value}"
        append_failed(tx, action, now=now, detail=detail, counts=True)
        return S.FAILED

    def contradicted(self, action: Action) -> EnforcementState | None:
        """A proved action whose comment a sweep saw the other way round: read it, then say so.

        The sweep's page may be older than the act, so the platform is asked where it can answer.
        """
        comment = self._comment(action)
        seen = self._observe(action, comment)
        asked = seen is not None
        if seen is None:
            seen = Seen(liveness=Liveness.ALIVE, visibility=comment.visibility)
        with self.db.write() as tx:
            now = self.clock()
            if not unchanged(tx, action):
                return None
            if asked:
                mark_seen(tx, comment, seen, now)
                if reached(action.kind, seen) is not False:
                    return None
            append(tx, action, S.CONFLICT, now=now, detail=conflict_words(action, asked))
            return S.CONFLICT

    def proved_by_list(self, action: Action) -> EnforcementState | None:
        """Work by hand, or a conflict, that is as wanted by the newest sweep or export."""
        with self.db.write() as tx:
            now = self.clock()
            comment = comments.get_comment(tx, action.comment_id)
            if comment is None or not unchanged(tx, action):
                return None
            if action.state is S.BY_HAND and comment.missing_since is not None:
                detail = "no longer listed, and nobody confirmed doing it by hand"
                append(tx, action, S.GONE, now=now, detail=detail)
                return S.GONE
            append(tx, action, S.VERIFIED, now=now, detail="the newest list shows it done")
            return S.VERIFIED

    def _comment(self, action: Action) -> Comment:
        with self.db.read() as tx:
            comment = comments.get_comment(tx, action.comment_id)
        assert comment is not None  # a foreign key of the action
        return comment

    def _as_swept(self, action: Action, comment: Comment) -> Seen | None:
        """What a sweep saw since the act, if it saw the comment as wanted."""
        if comment.missing_since is not None or comment.last_seen_at <= action.state_at:
            return None
        seen = Seen(liveness=Liveness.ALIVE, visibility=comment.visibility)
        return seen if reached(action.kind, seen) else None

    def _observe(self, action: Action, comment: Comment) -> Seen | None:
        """The comment read now; None where there is no way to read what the action wants."""
        side = self.sides.get(action.source_id)
        if side is None or not (side.can.reads_state or action.kind is ActionKind.REMOVE):
            return None
        return side.observe(comment)


def unchanged(tx: Tx, action: Action) -> bool:
    """Locks the action; False when somebody moved it on since it was read."""
    decisions.lock_comment(tx, action.comment_id)
    current = outbox.lock_action(tx, action.id)
    return current is not None and (current.state, current.state_at) == (
        action.state,
        action.state_at,
    )


def conflict_words(action: Action, asked: bool) -> str:
    """The sentence for what was done and is seen the other way round; ``asked``: just now."""
    if action.kind is ActionKind.UNHIDE:
        return "put back by us, but hidden again in the platform's own tool"
    if asked:
        return "taken down by us, but public again: somebody put it back at the platform"
    return (
        "still in the newest list. If that list was made before the comment was taken down, import "
        "a newer one; else it was put back, or never taken down"
    )
