"""What the sources page tells of each source: its health in a word, its week, its newest things."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from analysis.watch import Gap, Watched, looks_of, watch_of
from dashboard.deps import Deps
from dashboard.drawing.components import Tone
from dashboard.sources.access import Connection, connection_of
from dashboard.words import mark
from data.day import day_bounds, local_day
from data.db import Tx
from data.frames import sweeps_frame
from data.model import Source, SourceMode, Sweep, SweepOutcome
from data.store import comments, sources, sweeps

DAYS = 7
LATE_SWEEPS = 3
LEAD_IN = timedelta(days=2)  # a sweep before the week may stand for its first minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedDay:
    """One local day of a source: its watch up to now."""

    day: date
    start: datetime
    end: datetime
    watched: Watched


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One source as the page shows it; ``week`` is oldest first."""

    source: Source
    word: str
    tone: Tone
    last: Sweep | None  # the newest, however it ended
    last_good: Sweep | None
    newest_comment: datetime | None
    week: tuple[WatchedDay, ...]
    connection: Connection

    @property
    def good_at(self) -> datetime | None:
        """When the newest sweep that reached its end began."""
        return None if self.last_good is None else self.last_good.started_at

    @property
    def gaps(self) -> list[Gap]:
        return [g for d in self.week for g in d.watched.gaps]


def all_health(tx: Tx, d: Deps, now: datetime) -> list[Health]:
    """Every source by name, with the watch of its last seven local days."""
    days = [local_day(now, d.zone) - timedelta(days=n) for n in reversed(range(DAYS))]
    frame = sweeps_frame(tx, day_bounds(days[0], d.zone)[0] - LEAD_IN, now + timedelta(seconds=1))
    looks = looks_of(frame)
    newest = comments.newest_by_source(tx)
    found: list[Health] = []
    for source in sources.list_sources(tx):
        week: list[WatchedDay] = []
        for day in days:
            start, end = day_bounds(day, d.zone)
            seen = watch_of(looks, source, start, min(end, now), d.service_level)
            week.append(WatchedDay(day=day, start=start, end=end, watched=seen))
        last = sweeps.last_sweep(tx, source.id, sweeps.LOOKING)
        good = sweeps.last_complete(tx, source.id)
        word, tone = state_of(source, last, good, now)
        found.append(
            Health(
                source=source,
                word=word,
                tone=tone,
                last=last,
                last_good=good,
                newest_comment=newest.get(source.id),
                week=tuple(week),
                connection=connection_of(tx, source),
            )
        )
    return found


def state_of(
    source: Source, last: Sweep | None, good: Sweep | None, now: datetime
) -> tuple[str, Tone]:
    """A source's health in a word, to be said with ``t``. Silence is a signal: no sweep is red."""
    if source.closed is not None:
        return mark("Closed"), "plain"
    if source.paused:
        return mark("Paused"), "warn"
    if source.stopped_at is not None:
        return mark("Stopped"), "bad"
    if last is None:
        fed = source.mode is SourceMode.EXPORT
        return (mark("No file yet"), "warn") if fed else (mark("Never read"), "bad")
    allowed = timedelta(minutes=source.sweep_minutes * LATE_SWEEPS)
    if good is None or now - good.started_at > allowed:
        fed = source.mode is SourceMode.EXPORT
        return (mark("File is old"), "warn") if fed else (mark("Stale"), "bad")
    if last.outcome in (SweepOutcome.FAILED, SweepOutcome.INTERRUPTED):
        return mark("Last sweep failed"), "warn"
    if last.outcome is SweepOutcome.PARTIAL:
        return mark("Last sweep broke off"), "warn"
    return mark("Watched"), "good"
