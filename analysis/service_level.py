"""The organisation's own service level, and when its clock runs out.

"Continuously or frequently" (O.M. of 2 September 2024, para 5) names no number: the organisation
sets its own. The defaults are those of PRODUCT.md 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from data.day import DEFAULT_ZONE
from data.model import Flag, utc

_A_YEAR = 366


class NoWorkingTime(ValueError):
    """The service level leaves no working hour in a whole year. Set working days and hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevel:
    """What the organisation promises. Hours and minutes as named; days count from Monday = 0."""

    sweep_minutes: int = 30
    sweep_grace_minutes: int = 5  # a sweep that starts a little late is no gap
    severe_minutes: int = 30
    flagged_working_hours: float = 2
    oldest_hours: float = 24
    least_share: float = 0.95
    work_from: time = time(9)
    work_until: time = time(17)
    work_days: frozenset[int] = frozenset(range(5))
    holidays: frozenset[date] = frozenset()
    zone: str = DEFAULT_ZONE


def deadline(first_seen: datetime, flag: str, level: ServiceLevel) -> datetime:
    """When a comment first seen then must be decided: minutes if severe, else working hours."""
    if flag == Flag.SEVERE:
        return utc(first_seen) + timedelta(minutes=level.severe_minutes)
    return after_working_hours(first_seen, level.flagged_working_hours, level)


def after_working_hours(start: datetime, hours: float, level: ServiceLevel) -> datetime:
    """The instant at which ``hours`` of working time have passed since ``start``."""
    now, left = utc(start), timedelta(hours=hours)
    first = now.astimezone(ZoneInfo(level.zone)).date()
    for n in range(_A_YEAR):
        opens, closes = _hours_of(first + timedelta(days=n), level)
        begin = max(opens, now)
        if closes - begin >= left and closes > begin:
            return begin + left
        left -= max(timedelta(0), closes - begin)
    raise NoWorkingTime(f"{level.work_from}-{level.work_until} on days {sorted(level.work_days)}")


def _hours_of(day: date, level: ServiceLevel) -> tuple[datetime, datetime]:
    """The working hours of a local day in UTC; empty on a day off."""
    tz = ZoneInfo(level.zone)
    opens = utc(datetime.combine(day, level.work_from, tz))
    if day.weekday() not in level.work_days or day in level.holidays:
        return opens, opens
    return opens, max(opens, utc(datetime.combine(day, level.work_until, tz)))
