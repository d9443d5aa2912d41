"""The nightly report from database to files: read, compute, write, keep, note in the log.

The day is frozen two hours after its end: what was done later belongs to the next report. The
same function serves the schedule and ``sunwai report``.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from analysis.report import Inputs, Report
from analysis.report_build import (
    RECENT,
    THEME_DAYS,
    TREND_DAYS,
    DayFacts,
    DayFrames,
    build_report,
    texts_wanted,
)
from analysis.service_level import ServiceLevel
from dashboard.report.files import ReportFiles, render_report
from data.day import day_bounds
from data.db import Database, Tx
from data.frames import (
    Window,
    actions_frame,
    comments_frame,
    decisions_frame,
    sweeps_frame,
    untold_frame,
)
from data.model import utc
from data.store import audit, reports, sources, themes
from data.store.alerts import alerts_told
from data.store.telling import chain_at, changes_between, policy_at, texts_of
from sunwai.matching import TOLD_STATES, match_themes_of_new

FREEZE = timedelta(hours=2)
LATE_AFTER = timedelta(hours=1)  # after the freeze; a report made later bears the mark
ASKING_DAYS = 14  # the longest way from first sight to a working-hours deadline, with holidays
SWEEP_DAYS = 8  # before the trend: the longest interval that a file feed may have
CHANGES = ("policy", "user", "role", "source", "settings", "theme", "retention")


def make_report(
    db: Database,
    day: date,
    out: Path,
    *,
    organisation: str,
    level: ServiceLevel,
    now: datetime,
    actor: str = "sunwai",
    pdf: bool = False,
) -> ReportFiles:
    """Makes the report of the local day into the folder ``out``, keeps it and notes it in the log.

    ``pdf`` adds report.pdf; it takes the longest of all (about a second for each page of it).

    A day that still runs gives a report that says so (not proven). Times and zone are those of
    ``level``.
    """
    match_themes_of_new(db, now=now)
    with db.read() as tx:
        frames, facts = read_day(tx, day, organisation=organisation, level=level, now=now)
        texts = texts_of(tx, texts_wanted(frames, facts), as_of=facts.inputs.as_of)
    report = build_report(frames, facts, texts, level)
    due_by = facts.ends_at + FREEZE + LATE_AFTER
    files = render_report(report, frames.seen, folder=out, due_by=due_by, now=now, pdf=pdf)
    _keep(db, report, files, actor=actor, now=now)
    return files


def read_day(
    tx: Tx, day: date, *, organisation: str, level: ServiceLevel, now: datetime
) -> tuple[DayFrames, DayFacts]:
    """Frames and facts of the local day as they stood at its freeze, or now if that is to come."""
    start, end = day_bounds(day, level.zone)
    as_of = min(utc(now), end + FREEZE)
    facts = _facts(tx, day, organisation=organisation, level=level, as_of=as_of)
    return _frames(tx, day, start, end, as_of, level.zone), facts


def _frames(
    tx: Tx, day: date, start: datetime, end: datetime, as_of: datetime, zone: str
) -> DayFrames:
    days = max(TREND_DAYS, 2 * THEME_DAYS)
    first, _ = day_bounds(day - timedelta(days=days - 1), zone)
    lately = Window(since=start - timedelta(days=ASKING_DAYS), until=as_of + timedelta(seconds=1),
                    as_of=as_of, by="revised", asking=True)  # fmt: skip
    still = Window(until=start - timedelta(days=ASKING_DAYS), as_of=as_of, by="revised",
                   asking=True, open=True)  # fmt: skip
    posted = Window(since=first, until=end, as_of=as_of, by="posted")
    return DayFrames(
        seen=comments_frame(tx, Window(since=start, until=end, as_of=as_of), zone),
        asking=comments_frame(tx, lately, zone).vstack(comments_frame(tx, still, zone)),
        recent=comments_frame(tx, posted, zone, columns=RECENT),
        decisions=decisions_frame(tx, start, end, as_of=as_of),
        actions=actions_frame(tx, start, end, as_of=as_of),
        sweeps=sweeps_frame(tx, first - timedelta(days=SWEEP_DAYS), end),
        untold=untold_frame(tx, posted, zone),
    )


def _facts(
    tx: Tx, day: date, *, organisation: str, level: ServiceLevel, as_of: datetime
) -> DayFacts:
    start, end = day_bounds(day, level.zone)
    seq, head = chain_at(tx, as_of)
    told = [t for t in themes.list_themes(tx) if t.state in TOLD_STATES]
    return DayFacts(
        organisation=organisation,
        day=day,
        starts_at=start,
        ends_at=end,
        sources=sources.list_sources(tx),
        titles={t.key: (t.title_en, t.title_ur) for t in told},
        inputs=Inputs(
            as_of=as_of,
            policy_version=policy_at(tx, as_of),
            taxonomy_version=themes.taxonomy_version(tx),
            chain_seq=seq,
            chain_head=head,
        ),
        changes=changes_between(tx, start, end, CHANGES),
        alerts=alerts_told(tx, start, end, as_of=as_of),
    )


def _keep(db: Database, report: Report, files: ReportFiles, *, actor: str, now: datetime) -> None:
    """Keeps the report; made again with the same bytes in the same place, it is the same one."""
    with db.write() as tx:
        known = reports.newest_of_day(tx, report.day)
        if known is not None and (known.manifest_sha256, known.folder) == (
            files.manifest_sha256,
            str(files.folder),
        ):
            return
        reports.keep_report(
            tx,
            day=report.day,
            verdict=report.ruling.verdict,
            headline=report.ruling.headline,
            late=files.late,
            manifest_sha256=files.manifest_sha256,
            folder=str(files.folder),
            now=now,
        )
        audit.note(
            tx,
            actor=actor,
            verb="report.made",
            object=f"report:{report.day.isoformat()}",
            now=now,
            detail={
                "verdict": report.ruling.verdict.value,
                "manifest_sha256": files.manifest_sha256,
                "late": files.late,
            },
        )


# ------------------------------------------------------------------------------ themes
