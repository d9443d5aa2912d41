"""Dates as export tools write them: with a zone, without one, day first, and "2 weeks ago".

A date that is not exact keeps its own words beside the value (CONNECTORS.md 8.3, rule 6).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from data.model import JsonValue, TimePrecision

_SLASHED = re.compile(
    r"(\d{1,2})[/.](\d{1,2})[/.](\d{2}|\d{4})(?:[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$"
)
_DAY_ONLY = re.compile(r"\d{4}-\d{2}-\d{2}$")
_MINUTE = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(Z|[+-]\d{2}:?\d{2})?$")
_AGO = re.compile(r"(\d+|\b(?:an?|one)\b|ایک)\s*([^\W\d]+)", re.IGNORECASE)
_UNITS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}
_UNIT_WORDS = {
    **{unit: unit for unit in _UNITS},
    **{f"{unit}s": unit for unit in _UNITS},
    "سیکنڈ": "second", "سیکنڈز": "second", "منٹ": "minute", "منٹس": "minute",
    "گھنٹہ": "hour", "گھنٹے": "hour", "دن": "day", "ہفتہ": "week", "ہفتے": "week",
    "ماہ": "month", "مہینہ": "month", "مہینے": "month", "سال": "year",
    "گھنٹوں": "hour", "دنوں": "day", "ہفتوں": "week", "مہینوں": "month", "سالوں": "year",
    "sec": "second", "secs": "second", "s": "second", "min": "minute", "mins": "minute",
    "m": "minute", "hr": "hour", "hrs": "hour", "h": "hour", "d": "day", "wk": "week",
    "wks": "week", "w": "week", "mo": "month", "mos": "month", "yr": "year", "yrs": "year",
    "y": "year",
}  # fmt: skip
_JUST_NOW = {
    "just now": timedelta(0), "now": timedelta(0), "ابھی": timedelta(0),
    "ابھی ابھی": timedelta(0), "yesterday": timedelta(days=1), "گزشتہ کل": timedelta(days=1),
}  # fmt: skip
_LAST_MONTH = 12
_MILLISECONDS = 10**11  # a greater number of seconds would lie after the year 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An instant (aware, UTC) as exact as ``precision`` says; ``words`` when it is not exact."""

    at: datetime | None
    precision: TimePrecision
    words: str | None = None


def month_comes_first(texts: list[str]) -> bool:
    """True when slashed dates of the file can only be read month first (a second part over 12)."""
    pairs = [(int(m[1]), int(m[2])) for m in map(_SLASHED.match, texts) if m]
    return any(b > _LAST_MONTH for _, b in pairs) and not any(a > _LAST_MONTH for a, _ in pairs)


def exact_moment(text: str | None, *, zone: str, day_first: bool = True) -> Moment:
    """A written date. Without a zone of its own it is local to ``zone``; what cannot be read
    keeps its words and has no value, for a comment is worth more than its date."""
    words = (text or "").strip()
    if not words:
        return Moment(at=None, precision=TimePrecision.UNKNOWN)
    read = _slashed(words, day_first=day_first) or _iso(words)
    if read is None:
        return Moment(at=None, precision=TimePrecision.UNKNOWN, words=words)
    value, precision = read
    if value.tzinfo is not None:
        return _moment(value, precision, words)
    placed = value.replace(tzinfo=ZoneInfo(zone))
    if _happens_once(placed):
        return _moment(placed, precision, words)
    return _moment(placed, TimePrecision.ESTIMATED, words)


def relative_moment(words: str | None, *, captured_at: datetime) -> Moment:
    """ "2 weeks ago" seen at ``captured_at``; English and Urdu units. Other words give no value."""
    text = (words or "").strip()
    if not text:
        return Moment(at=None, precision=TimePrecision.UNKNOWN)
    since = _JUST_NOW.get(text.casefold())
    if since is not None:
        return Moment(at=captured_at - since, precision=TimePrecision.ESTIMATED, words=text)
    for number, word in _AGO.findall(text):
        unit = _UNIT_WORDS.get(word.casefold())
        if unit is not None and len(number) < len("10000"):
            many = int(number) if number.isdecimal() else 1
            at = captured_at - many * _UNITS[unit]
            return Moment(at=at, precision=TimePrecision.ESTIMATED, words=text)
    return Moment(at=None, precision=TimePrecision.UNKNOWN, words=text)


def epoch_moment(value: JsonValue) -> Moment:
    """Seconds (or, where they are too many for that, milliseconds) since 1970, exactly."""
    if value is None or isinstance(value, bool | list | dict) or value == "":
        return Moment(at=None, precision=TimePrecision.UNKNOWN)
    words = str(value).strip()
    try:
        seconds = float(words)
        if abs(seconds) >= _MILLISECONDS:
            seconds /= 1000
        at = datetime.fromtimestamp(seconds, tz=UTC)
    except (OverflowError, OSError, ValueError):
        return Moment(at=None, precision=TimePrecision.UNKNOWN, words=words[:80])
    return Moment(at=at, precision=TimePrecision.SECOND)


def estimated_moment(epoch: float, words: str | None) -> Moment | None:
    """An instant that the tool itself worked out from relative words (seconds since 1970)."""
    try:
        at = datetime.fromtimestamp(epoch, tz=UTC)
    except (OverflowError, OSError, ValueError):
        return None
    return Moment(at=at, precision=TimePrecision.ESTIMATED, words=words)


def _moment(value: datetime, precision: TimePrecision, words: str) -> Moment:
    try:
        at = value.astimezone(UTC)
    except (OverflowError, ValueError):  # year 1 or 9999 at the edge of a zone
        return Moment(at=None, precision=TimePrecision.UNKNOWN, words=words)
    exact = precision is TimePrecision.SECOND
    return Moment(at=at, precision=precision, words=None if exact else words)


def _happens_once(local: datetime) -> bool:
    """False for a local time that a change of the clocks makes happen twice or never."""
    return local.utcoffset() == local.replace(fold=1).utcoffset()


def _slashed(words: str, *, day_first: bool) -> tuple[datetime, TimePrecision] | None:
    found = _SLASHED.match(words)
    if found is None:
        return None
    first, second, year, hour, minute, seconds = found.groups()
    day, month = (first, second) if day_first else (second, first)
    full_year = int(year) + (2000 if len(year) == len("26") else 0)
    try:
        clock = time(int(hour or 0), int(minute or 0), int(seconds or 0))
        value = datetime.combine(date(full_year, int(month), int(day)), clock)
    except ValueError:
        return None
    if hour is None:
        return value, TimePrecision.DAY
    return value, TimePrecision.MINUTE if seconds is None else TimePrecision.SECOND


def _iso(words: str) -> tuple[datetime, TimePrecision] | None:
    try:
        value = datetime.fromisoformat(words)
    except ValueError:
        return None
    if _DAY_ONLY.match(words):
        return value, TimePrecision.DAY
    return value, TimePrecision.MINUTE if _MINUTE.match(words) else TimePrecision.SECOND
