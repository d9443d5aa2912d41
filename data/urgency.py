"""What is looked at first: severity x age against target x reach x copies, as one fixed number.

Each factor that doubles a comment's urgency moves it forward by one doubling time. Because all
comments age by the same clock, two of them never change places by waiting alone: the number is
computed once, when something of the comment changes, and can stand in an index. The smallest
number is looked at first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log2

DOUBLING = timedelta(hours=2)
"""A comment that has waited so much longer than another counts twice as much."""
SEVERE_STEPS = 6.0
"""A severe comment counts 2**6 times an ordinary one: half a day's wait does not outweigh it."""
PRIORITY_STEPS = 4.0
"""From the lightest to the gravest ground of the policy: 2**4 times."""
MOST_LIKES, MOST_COPIES = 100_000, 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """How far each factor moves a comment forward, in hours; what the card explains."""

    severity: float
    reach: float
    copies: float

    @property
    def hours(self) -> float:
        return self.severity + self.reach + self.copies


def pull(*, severe: bool, priority: float, likes: int | None, copies: int) -> Pull:
    """How far a comment stands before its age alone.

    ``priority`` is the policy's, 0 to 1; ``likes`` those told by the platform, None where it told
    none; ``copies`` the near-copies of it that are known, itself among them.
    """
    step = DOUBLING.total_seconds() / 3600
    severity = PRIORITY_STEPS * min(max(priority, 0.0), 1.0) + (SEVERE_STEPS if severe else 0.0)
    seen_by = min(max(likes or 0, 0), MOST_LIKES)
    return Pull(
        severity=step * severity,
        reach=step * log2(1 + seen_by / 20),
        copies=step * log2(min(max(copies, 1), MOST_COPIES)) / 2,
    )


def order_number(since: datetime, told: Pull) -> float:
    """Seconds since 1970 at which a comment of no weight would have to be posted to be as urgent.

    ``since`` is when it was posted, or first seen where the platform told no time.
    """
    return since.timestamp() - told.hours * 3600
