"""The organisation's local day: the one function that says which day an instant belongs to."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from data.model import utc

DEFAULT_ZONE = "Asia/Karachi"


def local_day(instant: datetime, zone: str = DEFAULT_ZONE) -> date:
    """The calendar day of an aware instant in the organisation's zone."""
    return utc(instant).astimezone(ZoneInfo(zone)).date()


def day_bounds(day: date, zone: str = DEFAULT_ZONE) -> tuple[datetime, datetime]:
    """The instants [start, end) of a local day in UTC; 23 or 25 hours where clocks change."""
    tz = ZoneInfo(zone)
    start = datetime.combine(day, time.min, tz)
    end = datetime.combine(day + timedelta(days=1), time.min, tz)
    return utc(start), utc(end)
