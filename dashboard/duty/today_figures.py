"""The figures of the Today page, read from the store; coverage by the report's own function."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from analysis.watch import Watched, interval_of, looks_of, watch_of
from dashboard.deps import Deps
from dashboard.drawing.components import Tone, duration
from dashboard.words import t
from data.day import local_day
from data.db import Tx
from data.frames import sweeps_frame
from data.model import Coverage, EnforcementState, Source, SourceMode, Sweep, SweepOutcome, User
from data.store import blind, cases, outbox, queue, search, shifts, sources, sweeps
from data.store.alerts import AlertKind, open_alerts
from data.store.shifts import Shift

FAILED = (EnforcementState.FAILED, EnforcementState.REFUSED, EnforcementState.CONFLICT)
DAY = timedelta(hours=24)
NOTE_STANDS = timedelta(days=3)  # over a weekend


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """One source as Today shows it. ``age`` is in words; ``gaps`` of the last 24 hours too."""

    id: int
    title: str
    word: str
    tone: Tone
    late: bool
    age: str
    last: datetime | None
    new: int
    gaps: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """Counts, and seconds for ages. ``oldest_left`` is below 0 once the target has passed."""

    waiting: int
    severe: int
    second_look: int
    severe_minutes: int
    oldest_age: float | None
    oldest_left: float | None
    failed: int
    by_hand: int
    seen_24h: int
    share_not_covered: float | None
    since_24h: str
    sources: tuple[SourceState, ...]
    alerts: tuple[tuple[str, tuple[AlertKind, ...]], ...]  # title of the source, what stands of it
    cases_overdue: int = 0
    samples: int = 0  # blind samples that this reader may judge
    note: Shift | None = None  # what the last shift left for whoever comes next

    @property
    def late_sources(self) -> tuple[SourceState, ...]:
        return tuple(s for s in self.sources if s.late)


def today(tx: Tx, d: Deps, now: datetime, officer: User | None = None) -> Today:
    """All figures of the page at one instant; ``officer`` is the reader, if they decide."""
    open_items = queue.queue_counts(tx)
    states = outbox.state_counts(tx)
    oldest = queue.oldest_open(tx)
    age = None if oldest is None else (now - oldest).total_seconds()
    since = now - DAY
    seen = search.count_found(tx, search.Wanted(since=since, by="first_seen"))
    unread = (Coverage.NOT_COVERED.value, Coverage.NOT_CHECKED.value)
    not_covered = search.count_found(
        tx, search.Wanted(since=since, by="first_seen", coverages=unread)
    )
    return Today(
        waiting=sum(open_items.values()),
        severe=open_items.get("severe", 0),
        second_look=open_items.get("second_look", 0),
        severe_minutes=d.service_level.severe_minutes,
        oldest_age=age,
        oldest_left=None if age is None else d.service_level.oldest_hours * 3600 - age,
        failed=sum(states.get(s.value, 0) for s in FAILED),
        by_hand=states.get(EnforcementState.BY_HAND.value, 0),
        seen_24h=seen,
        share_not_covered=not_covered / seen if seen else None,
        since_24h=since.astimezone(ZoneInfo(d.zone)).date().isoformat(),
        sources=_sources(tx, d, now),
        alerts=_alerts(tx),
        cases_overdue=cases.count_cases(tx, overdue_on=local_day(now, d.zone)),
        samples=0 if officer is None else blind.blind_open(tx, officer.id),
        note=shifts.note_left(tx, since=now - NOTE_STANDS),
    )


def _alerts(tx: Tx) -> tuple[tuple[str, tuple[AlertKind, ...]], ...]:
    """What stands of each source that is watched, the gravest first."""
    standing = open_alerts(tx)
    order = list(AlertKind)
    found: list[tuple[str, tuple[AlertKind, ...]]] = []
    for source in sources.list_sources(tx):
        kinds = sorted((a.kind for a in standing if a.source_id == source.id), key=order.index)
        if kinds and not source.paused:
            found.append((source.title or source.name, tuple(kinds)))
    return tuple(found)


def _sources(tx: Tx, d: Deps, now: datetime) -> tuple[SourceState, ...]:
    looks = looks_of(sweeps_frame(tx, since=now - 2 * DAY, until=now))
    return tuple(
        _state(
            source,
            sweeps.last_complete(tx, source.id),
            sweeps.last_sweep(tx, source.id, sweeps.LOOKING),
            watch_of(looks, source, now - DAY, now, d.service_level),
            interval_of(source, d.service_level),
            now,
        )
        for source in sources.list_sources(tx)
        if source.closed is None  # nobody is to watch it: nothing of it is late
    )


def _state(
    s: Source,
    last: Sweep | None,
    newest: Sweep | None,
    watched: Watched,
    interval: int,
    now: datetime,
) -> SourceState:
    since = s.created_at if last is None else last.started_at
    age = now - since
    stale = not s.paused and age > timedelta(minutes=interval * 2)
    failed = newest is not None and newest.outcome in (SweepOutcome.FAILED, SweepOutcome.PARTIAL)
    word, tone = _word(s, stale=stale, failed=failed, never=last is None)
    gap = sum(g.minutes for g in watched.gaps)
    gaps = t("none")
    if watched.gaps:
        gaps = t("{n}, {time} in all", n=len(watched.gaps), time=duration(gap * 60))
    return SourceState(
        id=s.id,
        title=s.title or s.name,
        word=word,
        tone=tone,
        late=stale and s.mode is SourceMode.API,
        age=duration(age.total_seconds()),
        last=None if last is None else last.ended_at or last.started_at,
        new=0 if last is None else last.tally.new,
        gaps=t("paused") if s.paused else gaps,
    )


def _word(s: Source, *, stale: bool, failed: bool, never: bool) -> tuple[str, Tone]:
    if s.paused:
        return t("paused"), "plain"
    if never:
        return t("never collected"), "warn"
    if stale:
        return (t("file is due"), "warn") if s.mode is SourceMode.EXPORT else (t("late"), "bad")
    return (t("last run failed"), "warn") if failed else (t("in time"), "good")
