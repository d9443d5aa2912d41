"""Practice as it is kept: runs of invented comments and their answers. Nothing of it is real."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.model import ReasonCode, Verdict


class PracticeOutcome(StrEnum):
    """What an answer was worth by the key."""

    RIGHT = "right"
    ACCEPTABLE = "acceptable"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeAnswer:
    """The first answer on one item of a run; a second one on the same item is not kept."""

    item: str
    verdict: Verdict
    reason: ReasonCode | None
    outcome: PracticeOutcome
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeRun:
    """One user's way through some items, in their order, with the answers given so far."""

    id: int
    user_id: int
    items: tuple[str, ...]
    started_at: datetime
    ended_at: datetime | None
    answers: tuple[PracticeAnswer, ...]

    def count(self, outcome: PracticeOutcome) -> int:
        return sum(1 for a in self.answers if a.outcome is outcome)

    @property
    def left(self) -> tuple[str, ...]:
        """The items that were not answered yet, in the order of the run."""
        done = {a.item for a in self.answers}
        return tuple(i for i in self.items if i not in done)
