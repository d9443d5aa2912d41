"""What a soak does: how long, how fast, with what seed. Small enough to be printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

START = datetime(2026, 5, 31, 19, 0, tzinfo=UTC)  # midnight of 1 June in Karachi
QUIET = timedelta(hours=2)  # before the last midnight: no new faults from here on
SETTLING = timedelta(hours=3)  # after it: one full rescan, and the last day's report
ZONE = "Asia/Karachi"
TOKEN = "token-of-the-soak"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One soak. Times are simulated; ``kills`` are SIGKILLs of the working process."""

    days: int = 7
    seed: int = 1
    kills: int = 10
    tick_minutes: int = 15
    sweep_minutes: int = 30
    comments_a_day: int = 100

    @property
    def tick(self) -> timedelta:
        return timedelta(minutes=self.tick_minutes)

    @property
    def midnight(self) -> datetime:
        """The end of the last day."""
        return START + timedelta(days=self.days)

    @property
    def faults_until(self) -> datetime:
        return self.midnight - QUIET

    @property
    def end(self) -> datetime:
        return self.midnight + SETTLING

    @property
    def faulty_minutes(self) -> int:
        return self.days * 24 * 60 - int(QUIET.total_seconds() // 60)


SHORT = Plan(days=2, kills=3, tick_minutes=30, sweep_minutes=60, comments_a_day=30)
