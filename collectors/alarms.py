"""When a person is called: an access that ends soon, and a page that fell silent. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta

WARN_DAYS = (14, 7, 3, 1)  # before the end of an access
RENEW_AT_AGE = timedelta(days=50)  # of Instagram's token of sixty days
TOKEN_LIFE = timedelta(days=60)
LEAST_HISTORY = 20  # comments; with fewer nobody knows what is unusual
LEAST_SILENCE = timedelta(hours=12)
UNUSUAL = 1.5  # times the longest silence that the page has had


def expiry_warning(ends_at: datetime | None, now: datetime, name: str) -> str | None:
    """The sentence that is due now; None while the end is further away than 14 days.

    It changes as each of 14, 7, 3, 1 days before is passed, and when the end has come.
    """
    if ends_at is None:
        return None
    do = f"Renew it and store the new one: sunwai sources token {name}"
    if ends_at <= now:
        return f"The access of {name} ended on {ends_at:%Y-%m-%d}. {do}"
    left = ends_at - now
    passed = [d for d in WARN_DAYS if left <= timedelta(days=d)]
    if not passed:
        return None
    days = min(passed)
    within = "a day" if days == 1 else f"{days} days"
    return f"The access of {name} ends within {within}, on {ends_at:%Y-%m-%d %H:%M} UTC. {do}"


def usual_silence(times: Sequence[datetime]) -> timedelta | None:
    """The longest time between two comments in the page's own history; None where it is short."""
    if len(times) < LEAST_HISTORY:
        return None
    gaps = (later - earlier for earlier, later in itertools.pairwise(sorted(times)))
    return max(gaps)


def silence_warning(times: Sequence[datetime], counted: int | None, now: datetime) -> str | None:
    """The sentence when no comment came for an unusual time; None when all is as usual.

    ``times`` are those of the comments of the last weeks. ``counted`` is what the platform itself
    counts under our posts: where it counts none, silence is no wonder. None = it tells no count.
    """
    usual = usual_silence(times)
    if usual is None or counted == 0:
        return None
    silent = now - max(times)
    if silent <= max(LEAST_SILENCE, usual * UNUSUAL):
        return None
    counts = "" if counted is None else f", while the platform counts {counted:,} under our posts"
    return (
        f"No new comment for {_hours(silent)}{counts}. The longest silence of the weeks before was "
        f"{_hours(usual)}. Look at the page itself: the access may have lost what it could see."
    )


def _hours(span: timedelta) -> str:
    hours = round(span.total_seconds() / 3600)
    return f"{hours} hours" if hours < 72 else f"{hours // 24} days"
