"""Judges again in a process that kills itself with SIGKILL in the middle of its n-th page.

python -m tests.journey.again_child HOME URL NOW N
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from data.store import reassessments
from moderation.learning.reassess import AgainTally, assess_again
from sunwai.changing import again
from tests.journey.report_child import house_at

BATCH = 10


def main(home: str, url: str, now: str, at: str) -> None:
    house = house_at(Path(home), url, datetime.fromisoformat(now))
    left, advance = int(at), reassessments.advance

    def advanced(*told: Any, **more: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:  # the page's assessments are written and not committed yet
            os.kill(os.getpid(), signal.SIGKILL)
        advance(*told, **more)

    reassessments.advance = advanced
    made = again(house, owner=f"child-{os.getpid()}", by="test")
    tally: AgainTally = assess_again(replace(made, batch=BATCH))
    print(tally.assessed, tally.read)


if __name__ == "__main__":
    main(*sys.argv[1:])
