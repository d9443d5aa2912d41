"""An enforcing process that kills itself with SIGKILL at one step of an action's way.

python -m tests.journey.enforce_child URL SOURCE ADDRESS OWNER NOW STEP, where STEP is one of STEPS.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx

from data.db import Database
from data.model import ActionKind, Comment
from moderation.carrying_out.enforce import carry_out_decisions
from moderation.carrying_out.verify import verify_actions
from moderation.platforms.base import Capabilities, RequestPlan, Seen, SendResult, WriteSide
from moderation.platforms.facebook import FacebookWriteSide
from sunwai.rehearsal.rehearsing import TOKEN

REPOSITORY = Path(__file__).parents[2]
STEPS = ("before reading", "after reading", "before sending", "after sending", "while proving")


@dataclass
class DyingSide:
    """A write side whose process dies at a step; ``step`` empty: it lives."""

    inner: WriteSide
    step: str
    sent: bool = False

    @property
    def can(self) -> Capabilities:
        return self.inner.can

    def build(self, kind: ActionKind, comment: Comment) -> RequestPlan:
        return self.inner.build(kind, comment)

    def fresh(self, comment: Comment) -> Seen:
        self._die("before reading")
        seen = self.inner.fresh(comment)
        self._die("after reading")
        return seen

    def send(self, plan: RequestPlan) -> SendResult:
        self._die("before sending")
        result = self.inner.send(plan)
        self._die("after sending")
        return result

    def observe(self, comment: Comment) -> Seen:
        self._die("while proving")
        return self.inner.observe(comment)

    def _die(self, step: str) -> None:
        if step == self.step:
            os.kill(os.getpid(), signal.SIGKILL)


def a_client(address: str) -> httpx.Client:
    return httpx.Client(base_url=address, headers={"authorization": f"Bearer {TOKEN}"}, timeout=5.0)


def work(db: Database, sides: Mapping[int, WriteSide], clock: Callable[[], datetime]) -> None:
    """What the scheduler's tick does."""
    carry_out_decisions(db, sides, owner="journey", clock=clock)
    verify_actions(db, sides, clock=clock)


def killed(db: Database, source: int, address: str, owner: str, now: datetime, step: str) -> int:
    """Runs this module until it dies; gives its exit status, -9 for SIGKILL."""
    url = db.engine.url.render_as_string(hide_password=False)
    command = [
        sys.executable, "-m", __name__, url, str(source), address, owner, now.isoformat(), step,
    ]  # fmt: skip
    return subprocess.run(command, cwd=REPOSITORY, check=False).returncode


def main(url: str, source: str, address: str, owner: str, now: str, step: str) -> None:
    side = FacebookWriteSide(client=a_client(address), page_id=owner)
    at = datetime.fromisoformat(now)
    work(Database(url), {int(source): DyingSide(side, step)}, lambda: at)


if __name__ == "__main__":
    main(*sys.argv[1:])
