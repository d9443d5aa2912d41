"""One sweep under way: what it looks at, what it has done, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from collectors.base import Collector
from collectors.keeping import Keeping, Progress
from data.db import Database
from data.model import ErrorClass, Source, SweepKind, SweepOutcome, utc

OVERLAP = timedelta(hours=48)  # late approvals, released comments, clocks that differ


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a scan ended. ``resume_at``: before which the platform wants no other try."""

    outcome: SweepOutcome
    error_class: ErrorClass | None = None
    error: str | None = None
    resume_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """What a sweep looks at.

    ``posts_after``: only under posts made since (hot, warm). ``first_look``: how far back the
    first live sweep goes, where the backfill lane reads the rest; None = as far as there is.
    ``keep_on`` is asked after each page: False ends the sweep, and the next one goes on.
    """

    kind: SweepKind = SweepKind.LIVE
    posts_after: datetime | None = None
    first_look: timedelta | None = None
    overlap: timedelta = OVERLAP
    keep_on: Callable[[], bool] = _always


@dataclass(slots=True, kw_only=True)
class Run:
    """One sweep under way. ``listed``: posts listed to their end, by native id, with the
    platform's count of their comments; None while the collector does not go post by post."""

    collector: Collector
    source: Source
    db: Database
    keeping: Keeping
    clock: Callable[[], datetime]
    started_at: datetime
    lane: Lane
    stop_before: datetime | None
    sweep_id: int
    progress: Progress
    platform_total: int | None = None
    totals: dict[str, int] = field(default_factory=dict[str, int])
    listed: set[str] | None = None
    reaches_back_to: datetime | None = None
    whole: bool = False

    def now(self) -> datetime:
        """The clock's instant, never before the start: a clock set back hides nothing."""
        return max(self.started_at, utc(self.clock()))
