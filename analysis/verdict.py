"""The verdict on a day: met, not met, not proven; with its reasons in plain words.

Missing data can only give *not proven*. Proven misses give *not met*, whatever else is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from analysis.duty import DutyRow, Waiting
from analysis.service_level import ServiceLevel
from analysis.watch import Gap, Watched
from data.model import DutyVerdict

_GAPS_TOLD = 3
_REASONS_TOLD = 3
NO_SOURCE = "no source was connected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A verdict with its line for the head of the report and every reason behind it."""

    verdict: DutyVerdict
    headline: str
    misses: tuple[str, ...]  # why it is not met
    unknowns: tuple[str, ...]  # why it is not proven


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that a ruling rests on."""

    duty: DutyRow
    waiting: Waiting
    watched: Sequence[Watched]
    unread_rows: int  # rows that a sweep could not take
    unlooked: int  # comments that neither machine nor person has judged
    ended: bool  # false while the day still runs
    as_of: datetime


def rule(e: Evidence, level: ServiceLevel) -> Ruling:
    """The verdict on the evidence under the organisation's service level."""
    misses, unknowns = _misses(e, level), _unknowns(e, level)
    if misses:
        verdict, line = DutyVerdict.NOT_MET, f"NOT MET: {_told(misses)}"
        line += f"; also not proven: {_told(unknowns)}" if unknowns else ""
    elif unknowns:
        verdict, line = DutyVerdict.NOT_PROVEN, f"NOT PROVEN: {_told(unknowns)}"
    else:
        verdict = DutyVerdict.MET
        line = f"Standard met: {_score(e.duty)}; {_oldest(e.waiting)}; no gaps"
    return Ruling(verdict=verdict, headline=line, misses=misses, unknowns=unknowns)


def _misses(e: Evidence, level: ServiceLevel) -> tuple[str, ...]:
    found: list[str] = []
    best = e.duty.in_target + e.duty.unproven
    if e.duty.due and best / e.duty.due < level.least_share:
        found.append(f"{_score(e.duty)} (standard {level.least_share:.0%})")
    if e.waiting.over_limit:
        limit = f"{level.oldest_hours:g} h"
        found.append(f"{e.waiting.over_limit} open longer than {limit}, {_oldest(e.waiting)}")
    return tuple(found)


def _unknowns(e: Evidence, level: ServiceLevel) -> tuple[str, ...]:
    found: list[str] = []
    if not e.ended:
        local = e.as_of.astimezone(ZoneInfo(level.zone))
        found.append(f"the day is not over (figures until {local:%H:%M})")
    if not e.watched:
        found.append(NO_SOURCE)
    found += [_not_collected(w, level.zone) for w in e.watched if w.gaps]
    short = e.duty.due and e.duty.in_target / e.duty.due < level.least_share
    if e.duty.unproven and short:
        found.append(f"{many(e.duty.unproven, 'removal')} decided in time but not verified")
    if e.unlooked:
        found.append(f"{many(e.unlooked, 'comment')} judged by neither machine nor person")
    if e.unread_rows:
        found.append(f"{many(e.unread_rows, 'row')} of the sweeps could not be read")
    return tuple(found)


def many(n: int, noun: str) -> str:
    """ "1 removal", "4 removals"."""
    return f"{n} {noun}{'' if n == 1 else 's'}"


def _score(duty: DutyRow) -> str:
    if duty.share.value is None:
        return "nothing was due"
    # Rounded down: 94.96 % must not be told as 95.0 %.
    return f"{int(duty.share.value * 1000) / 10:.1f}% of {duty.due} in target"


def _oldest(w: Waiting) -> str:
    return "nothing waiting" if w.oldest is None else f"oldest {span_words(w.oldest)}"


def _told(reasons: Sequence[str]) -> str:
    more = len(reasons) - _REASONS_TOLD
    return "; ".join(reasons[:_REASONS_TOLD]) + (f"; and {more} more" if more > 0 else "")


def _not_collected(w: Watched, zone: str) -> str:
    times = ", ".join(gap_words(g, zone) for g in w.gaps[:_GAPS_TOLD])
    more = len(w.gaps) - _GAPS_TOLD
    return f"{w.title} not collected {times}" + (f" and {more} more gaps" if more > 0 else "")


def gap_words(gap: Gap, zone: str) -> str:
    """ "01:10-06:40" in local time; the end of a day is told as 24:00."""
    start, end = (t.astimezone(ZoneInfo(zone)) for t in (gap.start, gap.end))
    last = "24:00" if end.date() > start.date() and end.hour == end.minute == 0 else f"{end:%H:%M}"
    return f"{start:%H:%M}-{last}"


def span_words(span: timedelta) -> str:
    """ "3 h 10 m", "25 m", or "4 d 2 h"."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} m"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest} m"
    return f"{hours // 24} d {hours % 24} h"
