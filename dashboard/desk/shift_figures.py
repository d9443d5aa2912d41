"""The figures of one shift: what was decided, what is left, what still runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import cast

from dashboard.deps import Deps
from dashboard.desk import telling
from data.db import Tx
from data.model import JsonObject, User
from data.store import queue, shifts


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftFigures:
    """One shift in numbers. Durations in seconds; ``oldest`` is an instant as ISO text."""

    by_verdict: Mapping[str, int]
    undone: int
    proposed: int
    waiting: int
    oldest: str | None
    median_seconds: float | None
    timed: int
    holds: int

    @property
    def decided(self) -> int:
        return sum(self.by_verdict.values())

    def as_json(self) -> JsonObject:
        """As it is kept with the signed-off shift."""
        return cast("JsonObject", {**asdict(self), "by_verdict": dict(self.by_verdict)})


def figures(tx: Tx, d: Deps, user: User, since: datetime, until: datetime) -> ShiftFigures:
    """The officer's work in [since, until], and what waits for whoever comes next."""
    done = shifts.done_between(tx, user.id, since, until)
    open_now = cast("int", telling.counts(tx, user)["total"])
    oldest = queue.oldest_open(tx)
    return ShiftFigures(
        by_verdict=done.by_verdict,
        undone=done.undone,
        proposed=done.proposed,
        waiting=open_now,
        oldest=None if oldest is None else oldest.isoformat(),
        median_seconds=done.median_seconds,
        timed=done.timed,
        holds=shifts.holds_running(tx, user.id, now=until),
    )


def figures_kept(kept: JsonObject) -> ShiftFigures:
    """The figures of a signed-off shift."""
    return ShiftFigures(**cast("dict[str, object]", kept))  # pyright: ignore[reportArgumentType]
