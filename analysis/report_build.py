"""build_report: from frames to the nightly report of one day. Pure: same inputs, same report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from analysis import report_lines as lines
from analysis.duty import DutyRow, due_items, duty_row, duty_table, stage_times, waiting
from analysis.fairness import fairness, seen_cells, undoings
from analysis.report import (
    FORMAT,
    ActionLine,
    AlertLine,
    Changed,
    CodeCount,
    DayPoint,
    Inputs,
    PageDay,
    Report,
    Seen,
)
from analysis.report_themes import THEME_DAYS, Titles, candidates, quoted, theme_lines
from analysis.report_words import ALERTS, CODES, next_steps, standard_words, to_do
from analysis.service_level import ServiceLevel
from analysis.trends import FLAGGED, NOT_JUDGED, counts_by, daily, daily_watch, kinds_of
from analysis.verdict import Evidence, Ruling, rule
from analysis.watch import all_watched, looks_of
from data.day import local_day
from data.model import DONE_STATES, Flag, Source
from data.told import KeptText, Note, ToldAlert

TREND_DAYS = 14
_DONE = sorted(s.value for s in DONE_STATES)
# What trends, themes and quotes need of a comment: two weeks of a busy page are many rows.
RECENT = (
    "comment_id", "source", "platform", "language", "coverage", "flag", "protected", "feedback",
    "sentiment", "posted_at", "first_seen_at", "verdict", "closed", "group_id", "themes", "day",
)  # fmt: skip
CLASSES = {
    "severe": ("severe",),
    "flagged": ("flagged",),
    "not covered or not checked": ("not_covered", "not_checked"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFrames:
    """The frames of one day, from data.frames.

    ``seen``: comments first seen on the day. ``asking``: all that ask for a person and whose text
    came in lately, or that are still open. ``recent``: comments posted in the last TREND_DAYS days,
    with themes. ``untold``: folded texts without a theme of the last 2 x THEME_DAYS days.
    """

    seen: pl.DataFrame
    asking: pl.DataFrame
    recent: pl.DataFrame
    decisions: pl.DataFrame
    actions: pl.DataFrame
    sweeps: pl.DataFrame
    untold: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """All that the report needs beside the frames."""

    organisation: str
    day: date
    starts_at: datetime
    ends_at: datetime
    sources: Sequence[Source]
    titles: Titles
    inputs: Inputs
    changes: Sequence[Note]
    alerts: Sequence[ToldAlert] = ()


def texts_wanted(frames: DayFrames, facts: DayFacts) -> list[str]:
    """Ids of the comments whose words the report quotes; read them and call build_report."""
    told = [lines.removals_of, lines.kept_of, lines.protected_of]
    ids = {i for f in told for i in f(frames.decisions)["comment_id"].to_list()}
    return sorted(ids | quoted(frames.recent, facts.day, facts.titles))


def build_report(
    frames: DayFrames, facts: DayFacts, texts: Mapping[str, KeptText], level: ServiceLevel
) -> Report:
    """The report of the day, as the frames show it at ``facts.inputs.as_of``."""
    day = _ruled(frames, facts, level)
    return Report(
        format=FORMAT,
        organisation=facts.organisation,
        day=facts.day,
        zone=level.zone,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        ruling=day.ruling,
        standard=standard_words(level),
        next_steps=_next_steps(day),
        seen=day.seen,
        duty=day.evidence.duty,
        pages=_pages(frames, facts.sources, day.items),
        classes=_classes(day.items),
        stages=stage_times(day.items),
        waiting=day.evidence.waiting,
        watched=tuple(day.evidence.watched),
        alerts=_alerts(facts),
        codes=_codes(frames.decisions),
        removals=lines.lines_of(lines.removals_of(frames.decisions), texts),
        kept_flagged=lines.lines_of(lines.kept_of(frames.decisions), texts),
        protected=lines.lines_of(lines.protected_of(frames.decisions), texts),
        failures=day.failures,
        by_hand=day.by_hand,
        undoings=undoings(frames.decisions),
        fairness=fairness(seen_cells(frames.seen), frames.decisions),
        kinds=kinds_of(frames.seen),
        themes=theme_lines(frames.recent, facts.day, facts.titles, texts),
        theme_days=THEME_DAYS,
        candidates=candidates(frames.untold, facts.day),
        trend=_trend(frames, facts, level),
        changes=tuple(map(_changed, facts.changes)),
        inputs=facts.inputs,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ruled:
    """The day under the service level, and what is left to do of it."""

    seen: Seen
    items: pl.DataFrame  # what was due
    evidence: Evidence
    ruling: Ruling
    failures: tuple[ActionLine, ...]
    by_hand: tuple[ActionLine, ...]


def _ruled(frames: DayFrames, facts: DayFacts, level: ServiceLevel) -> _Ruled:
    as_of = facts.inputs.as_of
    end = min(facts.ends_at, as_of)
    items = due_items(frames.asking, facts.starts_at, end, level, as_of=as_of)
    seen = _seen(frames, facts)
    evidence = Evidence(
        duty=duty_row("all pages", items),
        waiting=waiting(frames.asking, level, as_of=as_of),
        watched=all_watched(looks_of(frames.sweeps), facts.sources, facts.starts_at, end, level),
        unread_rows=seen.unread_rows,
        unlooked=_unlooked(frames.seen),
        ended=as_of >= facts.ends_at,
        as_of=as_of,
    )
    return _Ruled(
        seen=seen,
        items=items,
        evidence=evidence,
        ruling=rule(evidence, level),
        failures=lines.failures_of(frames.actions),
        by_hand=lines.by_hand_of(frames.actions),
    )


def _next_steps(day: _Ruled) -> tuple[str, ...]:
    e = day.evidence
    return next_steps(day.ruling, e.waiting, e.watched, len(day.failures), to_do(day.by_hand))


def _changed(note: Note) -> Changed:
    return Changed(at=note.at, actor=note.actor, verb=note.verb, object=note.object)


def _alerts(facts: DayFacts) -> tuple[AlertLine, ...]:
    """What stood of each source that is known, oldest first."""
    known = {s.id: s for s in facts.sources}
    return tuple(
        AlertLine(
            source=known[a.source_id].name,
            title=known[a.source_id].title or known[a.source_id].name,
            kind=a.kind,
            told=ALERTS[a.kind],
            since=a.since,
            until=a.until,
        )
        for a in facts.alerts
        if a.source_id in known
    )


def _seen(frames: DayFrames, facts: DayFacts) -> Seen:
    f = frames.seen
    day = frames.sweeps.filter(pl.col("started_at") >= facts.starts_at).filter(
        pl.col("started_at") < facts.ends_at
    )
    decided = lines.closings(frames.decisions)
    removed = lines.removals_of(frames.decisions).height
    return Seen(
        comments=f.height,
        flagged=f.filter(pl.col("flag").is_in(FLAGGED)).height,
        severe=f.filter(pl.col("flag") == Flag.SEVERE.value).height,
        protected=f.filter(pl.col("protected")).height,
        removed=removed,
        kept=decided.height - removed,
        by_coverage=_counted(f, "coverage"),
        by_language=_counted(f, "language"),
        not_judged=f.filter(pl.col("coverage").is_in(NOT_JUDGED)).height,
        revised=int(day["revised"].sum()),
        unread_rows=int(day["rejected"].sum()),
    )


def _counted(frame: pl.DataFrame, column: str) -> dict[str, int]:
    counted = frame.group_by(column).len().sort(["len", column], descending=[True, False])
    return dict(counted.iter_rows())


def _unlooked(seen: pl.DataFrame) -> int:
    nobody = (pl.col("flag") == Flag.NOT_CHECKED.value) & ~pl.col("closed")
    return seen.filter(nobody & pl.col("missing_since").is_null()).height


def _pages(
    frames: DayFrames, sources: Sequence[Source], items: pl.DataFrame
) -> tuple[PageDay, ...]:
    named = sorted(sources, key=lambda s: s.name)
    rows = duty_table(items, [s.name for s in named])
    removals = lines.removals_of(frames.decisions)
    return tuple(_page(frames.seen, removals, s, r) for s, r in zip(named, rows, strict=True))


def _page(seen: pl.DataFrame, removals: pl.DataFrame, source: Source, row: DutyRow) -> PageDay:
    mine = seen.filter(pl.col("source") == source.name)
    return PageDay(
        source=source.name,
        title=source.title or source.name,
        platform=source.platform.value,
        seen=mine.height,
        flagged=mine.filter(pl.col("flag").is_in(FLAGGED)).height,
        removed=removals.filter(pl.col("source") == source.name).height,
        duty=row,
    )


def _classes(items: pl.DataFrame) -> tuple[DutyRow, ...]:
    return tuple(
        duty_row(name, items.filter(pl.col("flag").is_in(flags))) for name, flags in CLASSES.items()
    )


def _codes(decisions: pl.DataFrame) -> tuple[CodeCount, ...]:
    proposed = pl.col("verdict").is_in(lines.REMOVALS) & ~pl.col("awaits_second")
    made = decisions.filter(proposed)
    found: list[CodeCount] = []
    for code, (head, sub) in CODES.items():
        mine = made.filter(pl.col("reason") == code.value)
        standing = mine.filter(~pl.col("undone"))
        found.append(
            CodeCount(
                code=code.value,
                head=head,
                sub_code=sub,
                removed=standing.height,
                verified=standing.filter(pl.col("state").is_in(_DONE).fill_null(False)).height,
                undone=mine.height - standing.height,
            )
        )
    return tuple(found)


def _trend(frames: DayFrames, facts: DayFacts, level: ServiceLevel) -> tuple[DayPoint, ...]:
    first = facts.day - timedelta(days=TREND_DAYS - 1)
    asked = min(facts.day, local_day(facts.inputs.as_of, level.zone))
    watch = daily_watch(frames.sweeps, facts.sources, first, asked, level)
    counts = counts_by(frames.recent, "day")
    rows = daily(counts, first, asked, watch).iter_rows(named=True)
    names = ("day", "comments", "flagged", "removed", "not_judged", "watched")
    return tuple(DayPoint(**{n: r[n] for n in names}) for r in rows)
