"""A desk with people and one source, so that a test says only what it is about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from data.db import Database, Tx
from data.model import (
    Action,
    Comment,
    EnforcementState,
    FeedbackKind,
    Flag,
    ReasonCode,
    Role,
    Source,
    User,
    Verdict,
)
from data.store import outbox
from data.store.comments import get_comment
from moderation.deciding.decide import (
    DecisionRequest,
    Holds,
    Recorded,
    Refused,
    RefusedCode,
    record_decision,
    undo_decision,
)
from tests.builders import NOW, a_collected, a_judgement, a_source, a_user, assess, keep
from tests.tables import a_database

HOLDS = Holds()
REMOVE = {"verdict": Verdict.REMOVE, "reason": ReasonCode.PERSONAL_ABUSE}


@dataclass
class Desk:
    """Decides for the test: who, what, at which time; every call is its own transaction."""

    db: Database
    source: Source
    officer: User
    other: User
    senior: User
    senior2: User
    now: datetime = NOW
    _keys: Iterator[int] = field(default_factory=lambda: count(1))

    def comment(
        self,
        text: str = "You are a fool and your father was one.",
        *,
        protected: bool = False,
        flag: Flag | None = Flag.FLAGGED,
        source: Source | None = None,
        **told: Any,
    ) -> str:
        """A kept comment; assessed as flagged unless ``flag`` is None."""
        with self.db.write() as tx:
            comment_id = keep(tx, source or self.source, a_collected(text, **told), now=self.now)
            if flag is not None:
                kinds = (FeedbackKind.COMPLAINT,) if protected else (FeedbackKind.OTHER,)
                judgement = a_judgement(flag, protected=protected)
                assess(tx, comment_id, judgement, feedback=kinds)
        return comment_id

    def edit(self, comment_id: str, text: str, *, protected: bool = False) -> None:
        with self.db.write() as tx:
            external_id = comment_id.split(":", 1)[1]
            keep(tx, self.source, a_collected(text, external_id=external_id), now=self.now)
            assess(tx, comment_id, a_judgement(protected=protected))

    def get(self, comment_id: str) -> Comment:
        with self.db.read() as tx:
            comment = get_comment(tx, comment_id)
        assert comment is not None
        return comment

    def decide(self, comment_id: str, by: User | None = None, /, **asked: Any) -> Recorded:
        request: dict[str, Any] = {
            "comment_id": comment_id,
            "revision_id": self.get(comment_id).revision.id,
            "by": by or self.officer,
            "key": f"key-{next(self._keys)}",
            **asked,
        }
        with self.db.write() as tx:
            return record_decision(
                tx, DecisionRequest(**request), policy_version=1, holds=HOLDS, now=self.now
            )

    def refused(self, comment_id: str, by: User | None = None, /, **asked: Any) -> Refused:
        with pytest.raises(Refused) as caught:
            self.decide(comment_id, by, **asked)
        return caught.value

    def undo(self, decision_id: int, by: User | None = None, key: str | None = None) -> Recorded:
        with self.db.write() as tx:
            return undo_decision(
                tx,
                decision_id=decision_id,
                by=by or self.officer,
                key=key or f"key-{next(self._keys)}",
                holds=HOLDS,
                now=self.now,
            )

    def undo_refused(self, decision_id: int, by: User | None = None) -> RefusedCode:
        with pytest.raises(Refused) as caught:
            self.undo(decision_id, by)
        return caught.value.code

    def actions(self, comment_id: str) -> list[Action]:
        with self.db.read() as tx:
            return outbox.actions_of_comment(tx, comment_id)

    def mark(self, action_id: int, *states: EnforcementState) -> None:
        """Appends what an enforcer would have found."""
        with self.db.write() as tx:
            for state in states:
                outbox.append_enforcement(tx, action_id, state, now=self.now)

    def later(self, **passed: float) -> None:
        self.now += timedelta(**passed)


def a_desk(db: Database) -> Desk:
    with db.write() as tx:
        return Desk(
            db=db,
            source=a_source(tx),
            officer=a_user(tx, "officer"),
            other=a_user(tx, "other"),
            senior=a_user(tx, "senior", Role.SENIOR),
            senior2=a_user(tx, "senior2", Role.SENIOR),
        )


@contextmanager
def memory_desk() -> Iterator[Desk]:
    db = a_database()
    yield a_desk(db)
    db.close()


def user(tx: Tx, role: Role) -> User:
    return a_user(tx, f"a-{role.value}", role)
