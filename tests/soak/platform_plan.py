"""What a platform soak does: how many comments and posts, how bad the line, with what seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from data.model import Platform
from tests.soak.plan import START


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformPlan:
    """One platform soak. Times are simulated; ``kills`` are SIGKILLs of the working process;
    ``faults`` is the share of requests that go wrong; ``arriving`` the share of comments that come
    in while it runs."""

    platform: Platform = Platform.FACEBOOK
    comments: int = 200_000
    posts: int = 2_000
    faults: float = 0.02
    kills: int = 10
    seed: int = 1
    hours: int = 24
    tick_minutes: int = 10
    sweep_minutes: int = 30
    arriving: float = 0.12
    edited: float = 0.01
    deleted: float = 0.0015

    @property
    def tick(self) -> timedelta:
        return timedelta(minutes=self.tick_minutes)

    @property
    def faults_until(self) -> datetime:
        return START + timedelta(hours=self.hours)

    @property
    def command(self) -> str:
        return (
            f"python -m tests.soak platform --platform {self.platform.value} "
            f"--comments {self.comments} --posts {self.posts} --faults {self.faults} "
            f"--kills {self.kills} --hours {self.hours} --seed {self.seed}"
        )


SHORT = PlatformPlan(
    comments=1_200, posts=30, faults=0.05, kills=2, seed=3, hours=3, arriving=0.3, deleted=0.01
)
