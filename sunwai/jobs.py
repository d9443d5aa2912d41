"""The jobs of the continuous duty: each reads what the stage before left, and can run again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from collectors.intake import collect
from data.model import DutyVerdict, Source, SourceMode, Sweep, SweepKind
from data.store import sources
from data.store.reports import list_reports
from moderation.assess import AssessTally, assess_again, assess_pending
from moderation.enforce import EnforceTally, carry_out_decisions
from moderation.text import search_fold
from moderation.verify import verify_actions
from sunwai.matching import match_themes_of_new
from sunwai.nightly import make_report
from sunwai.wiring import House


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A source that ought to be swept now, and the slot of that sweep."""

    source: Source
    slot: str


def sweep_slot(source: Source, now: datetime) -> str:
    """The sweep interval that ``now`` falls into, by name; each is swept once."""
    minutes = source.sweep_minutes
    start = now.replace(second=0, microsecond=0)
    since_midnight = start.hour * 60 + start.minute
    start -= timedelta(minutes=since_midnight % minutes)
    return f"{source.id}@{start.isoformat(timespec='minutes')}"


def due_sources(house: House, now: datetime) -> list[Due]:
    """API sources that are not paused, each with its present slot."""
    with house.ready_db.read() as tx:
        watched = sources.list_sources(tx)
    return [
        Due(source=s, slot=sweep_slot(s, now))
        for s in watched
        if s.mode is SourceMode.API and not s.paused
    ]


def rescan_slot(source: Source, day: date) -> str:
    """Once a day all of a page is listed: what was edited or deleted long ago shows only then."""
    return f"{source.id}@{day.isoformat()}"


def collect_source(house: House, source: Source, kind: SweepKind = SweepKind.LIVE) -> Sweep:
    """One sweep of one source, recorded whatever happens."""
    return collect(
        house.collector(source),
        source,
        house.ready_db,
        now=house.clock(),
        clock=house.clock,
        fold=search_fold,
        author_salt=house.settings.secrets["author_salt"].encode(),
        keep_names=house.settings.yes("privacy.keep_names"),
        kind=kind,
    )


def assess_new(house: House) -> AssessTally:
    """Judges every current revision that has no assessment yet."""
    return assess_pending(house.ready_db, house.reader(), house.policy(), clock=house.clock)


def assess_stale(house: House) -> AssessTally:
    """Judges again what was not checked, or judged by another engine or policy version."""
    return assess_again(house.ready_db, house.reader(), house.policy(), clock=house.clock)


def enforce(house: House, owner: str) -> EnforceTally:
    """Works the outbox, then looks at the platform whether what was accepted is so."""
    sides = house.write_sides()
    tally = carry_out_decisions(house.ready_db, sides, owner=owner, clock=house.clock)
    verify_actions(house.ready_db, sides, clock=house.clock)
    return tally


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReport:
    """A report that was made: its verdict in one line, and where it lies."""

    verdict: DutyVerdict
    headline: str
    folder: Path
    manifest_sha256: str


def report_day(house: House, day: date, out: Path | None = None) -> DayReport:
    """Makes the report of a local day, by default into var/reports/<day>."""
    files = make_report(
        house.ready_db,
        day,
        out or house.settings.reports / day.isoformat(),
        organisation=house.settings.text("organisation.name"),
        level=house.service_level,
        now=house.clock(),
        pdf=house.settings.yes("report.pdf"),
    )
    with house.ready_db.read() as tx:
        kept = next(r for r in list_reports(tx) if r.manifest_sha256 == files.manifest_sha256)
    return DayReport(
        verdict=kept.verdict,
        headline=kept.headline,
        folder=files.folder,
        manifest_sha256=files.manifest_sha256,
    )


def match_new(house: House) -> int:
    """Matches current texts with the taxonomy in force; gives how many were looked at."""
    return match_themes_of_new(house.ready_db, now=house.clock())
