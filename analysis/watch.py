"""Coverage of watch: which minutes of a day lie inside the sweep interval of a good sweep."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from analysis.service_level import ServiceLevel
from data.model import Source, SourceMode, SweepKind, SweepOutcome, utc

# A backfill reads old comments; it does not prove that anybody looked at the new ones.
_LOOKING = (SweepKind.LIVE.value, SweepKind.RESCAN.value, SweepKind.IMPORT.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time [start, end) in which the source was not watched."""

    start: datetime
    end: datetime

    @property
    def minutes(self) -> float:
        return (self.end - self.start).total_seconds() / 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How one source was watched. ``share`` is None when no minute was due (not yet connected)."""

    source_id: int
    source: str
    title: str
    interval_minutes: int
    due_minutes: float
    watched_minutes: float
    share: float | None
    good_sweeps: int
    bad_sweeps: int
    paused: bool
    closed: bool  # on purpose, at the end of the time: no sweep is due from then on
    gaps: tuple[Gap, ...]


def interval_of(source: Source, level: ServiceLevel) -> int:
    """Minutes in which a sweep is due. A file feed may be set longer than the standard: a person
    brings the file; a page that is pulled may not."""
    if source.mode is SourceMode.EXPORT:
        return max(level.sweep_minutes, source.sweep_minutes)
    return level.sweep_minutes


@dataclass(frozen=True, slots=True)
class Looks:
    """When the sweeps of one source began that prove that somebody looked, oldest first: those that
    reached their end, and those that did not."""

    good: tuple[datetime, ...] = ()
    bad: tuple[datetime, ...] = ()


def looks_of(sweeps: pl.DataFrame) -> dict[int, Looks]:
    """The looks of each source by its id; one without any is left out."""
    looking = sweeps.filter(pl.col("kind").is_in(_LOOKING)).sort("started_at")
    whole = pl.col("outcome") == SweepOutcome.COMPLETE.value
    found = looking.group_by("source_id").agg(
        pl.col("started_at").filter(whole).alias("good"),
        pl.col("started_at").filter(~whole).alias("bad"),
    )
    return {source: Looks(tuple(good), tuple(bad)) for source, good, bad in found.iter_rows()}


def watch_of(
    looks: Mapping[int, Looks], source: Source, start: datetime, end: datetime, level: ServiceLevel
) -> Watched:
    """The source's watch in [start, end), from looks of at least one interval before it on.

    A good sweep reached its end; it stands for the minutes of one interval after its start.
    """
    mine = looks.get(source.id, Looks())
    begin, until = max(utc(start), source.created_at), utc(end)
    minutes = interval_of(source, level)
    first = bisect_right(mine.good, begin - timedelta(minutes=minutes))
    shut = _closed(source, begin, until)
    gaps = _outside(
        _gaps(mine.good[first : bisect_left(mine.good, until)], begin, until, minutes,
              level.sweep_grace_minutes),
        shut,
        timedelta(minutes=level.sweep_grace_minutes),
    )  # fmt: skip
    due = max(0.0, (until - begin).total_seconds() / 60) - sum(c.minutes for c in shut)
    watched = due - sum(g.minutes for g in gaps)
    return Watched(
        source_id=source.id,
        source=source.name,
        title=source.title or source.name,
        interval_minutes=minutes,
        due_minutes=due,
        watched_minutes=watched,
        share=watched / due if due else None,
        good_sweeps=_between(mine.good, begin, until),
        bad_sweeps=_between(mine.bad, begin, until),
        paused=source.paused,
        closed=bool(shut) and shut[-1].end == until,
        gaps=gaps,
    )


def _between(starts: Sequence[datetime], begin: datetime, until: datetime) -> int:
    return max(0, bisect_left(starts, until) - bisect_left(starts, begin))


def _closed(source: Source, begin: datetime, until: datetime) -> list[Gap]:
    """The parts of [begin, until) in which the source was closed on purpose, oldest first."""
    cut = [(max(c.since, begin), min(c.until or until, until)) for c in source.closures]
    return [Gap(start=start, end=end) for start, end in cut if start < end]


def _outside(gaps: Sequence[Gap], shut: Sequence[Gap], slack: timedelta) -> tuple[Gap, ...]:
    """What is left of the gaps outside the times in ``shut``; a rest within the grace is none."""
    left = list(gaps)
    for closed in shut:
        parts = [
            part
            for g in left
            for part in (
                (g.start, min(g.end, closed.start)),
                (max(g.start, closed.end), g.end),
            )
        ]
        left = [Gap(start=a, end=b) for a, b in parts if b - a > slack]
    return tuple(left)


def _gaps(
    starts: Sequence[datetime], begin: datetime, until: datetime, minutes: int, grace: int
) -> tuple[Gap, ...]:
    """The times of [begin, until) that none of its sweeps stands for, but for a grace at each one's
    end."""
    interval, slack = timedelta(minutes=minutes), timedelta(minutes=grace)
    gaps: list[Gap] = []
    covered = begin
    for at in [*starts, until]:
        if at - covered > slack:
            gaps.append(Gap(start=covered, end=at))
        covered = max(covered, at + interval)
    return tuple(gaps)


def all_watched(
    looks: Mapping[int, Looks],
    sources: Sequence[Source],
    start: datetime,
    end: datetime,
    level: ServiceLevel,
) -> tuple[Watched, ...]:
    """The watch of every source that was connected before ``end``, by name. One that was closed
    all the while was not to be watched, and is left out."""
    there = sorted(
        (s for s in sources if s.created_at < utc(end) and not _is_closed(s, start, end)),
        key=lambda s: s.name,
    )
    return tuple(watch_of(looks, s, start, end, level) for s in there)


def _is_closed(source: Source, start: datetime, end: datetime) -> bool:
    """Whether the source was closed from the time's first minute to its last."""
    begin, until = max(utc(start), source.created_at), utc(end)
    closed = sum(c.minutes for c in _closed(source, begin, until))
    return bool(closed) and closed >= (until - begin).total_seconds() / 60
