"""Numbers, dates and lengths of time as the reader writes them.

Months and days are named in the reader's tongue; digits are Latin, or Urdu for who chose them. Who
chose it reads the Hijri date beside the Gregorian one: it is calculated (the Umm al-Qura calendar,
by hijridate) and may differ by a day from what the moon sighting committee announced, so it always
says so. English stands as ``22 Nov 04:33``.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from hijridate import Gregorian

from dashboard.words import in_digits, mark, t, tn, tongue
from dashboard.words.choosing import choices

HIJRI_MONTHS = (
    mark("Muharram"),
    mark("Safar"),
    mark("Rabi al-Awwal"),
    mark("Rabi al-Thani"),
    mark("Jumada al-Ula"),
    mark("Jumada al-Akhirah"),
    mark("Rajab"),
    mark("Shaban"),
    mark("Ramadan"),
    mark("Shawwal"),
    mark("Dhu al-Qadah"),
    mark("Dhu al-Hijjah"),
)
DAYS = (
    mark("Monday"),
    mark("Tuesday"),
    mark("Wednesday"),
    mark("Thursday"),
    mark("Friday"),
    mark("Saturday"),
    mark("Sunday"),
)


def number(value: float, places: int = 0) -> str:
    """A number with its thousands apart: "1,234" or "0.73" with ``places`` after the point."""
    shape = "#,##0" + ("." + "0" * places if places else "")
    return in_digits(format_decimal(value, shape, locale=tongue()))


def percent(share: float, places: int = 0) -> str:
    """A share of one as a percentage: 0.25 is "25%" or, with a place, "25.0%"."""
    return f"{number(share * 100, places)}%"


def day(at: date, *, year: bool = True) -> str:
    """A day: "22 Nov 2026", or "22 Nov" without its year."""
    return _dated(at, "dd MMM y" if year else "dd MMM")


def weekday(at: date, *, year: bool = False) -> str:
    """A day with the name of its weekday: "Sun 22 Nov", with its year where that is asked."""
    return _dated(at, "EEE dd MMM y" if year else "EEE dd MMM")


def _dated(at: date, shape: str) -> str:
    return in_digits(format_date(at, shape, locale=tongue()))


def instant(at: datetime, zone: str, *, year: bool = False) -> str:
    """An instant in the organisation's zone: "22 Nov 04:33"."""
    local = at.astimezone(ZoneInfo(zone))
    shape = "dd MMM y HH:mm" if year else "dd MMM HH:mm"
    return in_digits(format_datetime(local, shape, locale=tongue()))


def exactly(at: datetime, zone: str) -> str:
    """An instant to the second with its zone, and its Hijri date for who chose to see it."""
    local = at.astimezone(ZoneInfo(zone))
    told = in_digits(f"{local:%Y-%m-%d %H:%M:%S %Z}")
    hijri = hijri_beside(local.date())
    if not hijri:
        return told
    return t("{instant} · {hijri} (Hijri, by calculation)", instant=told, hijri=hijri)


def hijri_beside(at: date) -> str:
    """The Hijri date of a day for who chose it, "12 Jumada al-Akhirah 1448"; empty for others.

    Empty too for days that the Umm al-Qura calendar does not reach (before 1924, after 2077).
    """
    if choices().calendar != "hijri":
        return ""
    try:
        hijri = Gregorian(at.year, at.month, at.day).to_hijri()
    except OverflowError:
        return ""
    name = t(HIJRI_MONTHS[hijri.month - 1])
    return in_digits(f"{hijri.day} {name} {hijri.year}")


def duration(seconds: float) -> str:
    """A length of time in words: "40 s", "12 min", "3 h 10 min", "2 d 4 h"."""
    minutes, rest = divmod(int(max(seconds, 0)), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return _both(tn("{n} d", "{n} d", days), tn("{n} h", "{n} h", hours) if hours else "")
    if hours:
        least = tn("{n} min", "{n} min", minutes) if minutes else ""
        return _both(tn("{n} h", "{n} h", hours), least)
    return tn("{n} min", "{n} min", minutes) if minutes else tn("{n} s", "{n} s", rest)


def _both(larger: str, smaller: str) -> str:
    return f"{larger} {smaller}" if smaller else larger
