"""Officers that are a seeded program: they decide as a browser does, with a key for each decision.

Before a decision is sent its intent is written down; after a kill the unanswered ones are sent
again with the same key. What was intended and what was recorded are compared at the end.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from data.db import Database
from data.model import ActionKind, QueueItem, ReasonCode, Role, User, Verdict
from data.store import decisions, queue, users
from data.store.comments import get_comment
from moderation.deciding.decide import (
    DecisionRequest,
    Holds,
    Refused,
    record_decision,
    undo_decision,
)

OFFICERS = (("amina", Role.OFFICER), ("bilal", Role.SENIOR), ("dana", Role.SENIOR))
MOST_A_TICK = 15


def hire(db: Database, now: datetime) -> None:
    """Adds the officers, unless they are there."""
    with db.write() as tx:
        for name, role in OFFICERS:
            if users.user_by_name(tx, name) is None:
                users.add_user(
                    tx, name=name, display=name, role=role, password_hash="none", now=now
                )


@dataclass(slots=True, kw_only=True)
class Robot:
    """The officers of one working process, with their journal."""

    db: Database
    seed: int
    holds: Holds
    policy: int
    journal: Path
    may_undo: bool = True
    most: int = MOST_A_TICK

    def work(self, now: datetime) -> None:
        """Sends again what was never answered, then decides on the next cards."""
        for intent in open_intents(self.journal):
            self._send(intent, now)
        with self.db.read() as tx:
            cards = queue.queue_items(tx, limit=self.most * 2)
        wanted = [i for i in (self._intent(card) for card in cards) if i is not None]
        for intent in wanted[: self.most]:
            self._begin(intent, now)
        if self.may_undo:
            self._undo_one(now)

    def finish(self, now: datetime) -> None:
        """Only sends again what was never answered."""
        for intent in open_intents(self.journal):
            self._send(intent, now)

    # ------------------------------------------------------------------------------ choosing

    def _intent(self, card: QueueItem) -> dict[str, Any] | None:
        with self.db.read() as tx:
            past = decisions.history(tx, card.comment.id)
        chance = random.Random(f"{self.seed} {card.comment.id} {len(past)}")
        newest = past[-1].id if past else None
        asked = card.decision is not None and (
            card.decision.awaits_second or card.decision.verdict is Verdict.ESCALATE
        )
        choice = self._second(card, chance) if asked else self._first(card, chance, len(past))
        if choice is None:
            return None
        return {
            "key": f"soak:{card.comment.id}:{len(past)}",
            "comment": card.comment.id,
            "revision": card.comment.revision.id,
            "expected": newest,
            **choice,
        }

    def _first(self, card: QueueItem, chance: random.Random, past: int) -> dict[str, Any] | None:
        by = chance.choice(("amina", "bilal"))
        dice = chance.random()
        if dice < 0.05 and past == 0:
            return {"verdict": "wait", "by": by}
        if dice < 0.12:
            return {"verdict": "escalate", "by": by, "text": "Is this still civil?"}
        if dice < 0.25:
            return {"verdict": "keep", "by": by}
        if dice < 0.30:
            return {"verdict": "complaint", "by": by}
        kind = "remove" if chance.random() < 0.12 else "hide"
        return {"verdict": "remove", "by": by, "reason": self._reason(card), "action": kind}

    def _second(self, card: QueueItem, chance: random.Random) -> dict[str, Any] | None:
        assert card.decision is not None
        with self.db.read() as tx:
            opener = users.user_by_id(tx, card.decision.by_user)
        by = "bilal" if opener is None or opener.name != "bilal" else "dana"
        if chance.random() < 0.3:
            return {"verdict": "keep", "by": by}
        return {"verdict": "remove", "by": by, "reason": self._reason(card)}

    @staticmethod
    def _reason(card: QueueItem) -> str:
        found = card.assessment.judgement.reasons if card.assessment is not None else ()
        fit = [r for r in found if r is not ReasonCode.OTHER]
        return (fit[0] if fit else ReasonCode.PERSONAL_ABUSE).value

    def _undo_one(self, now: datetime) -> None:
        chance = random.Random(f"{self.seed} undo {now.isoformat(timespec='minutes')}")
        if chance.random() > 0.3:
            return
        with self.db.read() as tx:
            user = self._user(chance.choice(("amina", "bilal")))
            mine = decisions.last_decisions_by(tx, user.id, limit=10)
        if mine:
            chosen = chance.choice(mine)
            intent = {"key": f"soak:undo:{chosen.id}", "undo": chosen.id, "by": user.name}
            self._begin(intent, now)

    # ------------------------------------------------------------------------------ sending

    def _begin(self, intent: dict[str, Any], now: datetime) -> None:
        self._write({"intent": intent})
        self._send(intent, now)

    def _send(self, intent: dict[str, Any], now: datetime) -> None:
        try:
            self._record(intent, now)
            answer = "recorded"
        except Refused as refused:
            answer = refused.code.value
        self._write({"answer": answer, "key": intent["key"]})

    def _record(self, intent: dict[str, Any], now: datetime) -> None:
        by, key = self._user(intent["by"]), intent["key"]
        with self.db.write() as tx:
            if "undo" in intent:
                undo_decision(
                    tx, decision_id=intent["undo"], by=by, key=key, holds=self.holds, now=now
                )
                return
            assert get_comment(tx, intent["comment"]) is not None
            request = DecisionRequest(
                comment_id=intent["comment"],
                revision_id=intent["revision"],
                verdict=Verdict(intent["verdict"]),
                by=by,
                key=key,
                expected=intent["expected"],
                reason=ReasonCode(intent["reason"]) if "reason" in intent else None,
                reason_text=intent.get("text", ""),
                action=ActionKind(intent.get("action", "hide")),
            )
            record_decision(tx, request, policy_version=self.policy, holds=self.holds, now=now)

    def _user(self, name: str) -> User:
        with self.db.read() as tx:
            user = users.user_by_name(tx, name)
        assert user is not None
        return user

    def _write(self, line: dict[str, Any]) -> None:
        with self.journal.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")


def journal_lines(journal: Path) -> list[dict[str, Any]]:
    """The whole lines; one that a kill cut off was never sent."""
    if not journal.exists():
        return []
    found: list[dict[str, Any]] = []
    for line in journal.read_text("utf-8").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def open_intents(journal: Path) -> list[dict[str, Any]]:
    """Intents without an answer."""
    lines = journal_lines(journal)
    answered = {line["key"] for line in lines if "answer" in line}
    return [x["intent"] for x in lines if "intent" in x and x["intent"]["key"] not in answered]
