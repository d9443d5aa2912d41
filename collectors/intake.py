"""Collecting one source: scan, keep page by page, and leave a Sweep that says what was done.

The Sweep is a record of its own from the first moment, also when nothing came and when all
failed. What a page brought is committed with that page: an error or a kill loses nothing of it,
and the high-water mark moves only with a complete scan, so the next run covers the gap.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from collectors import absence
from collectors.base import CollectError, Collector, Page
from collectors.keeping import (
    Keeping,
    Progress,
    keep_post,
    keep_refused,
    save_items,
    save_reread,
)
from data.db import Database
from data.model import ErrorClass, Source, Sweep, SweepKind, SweepOutcome, utc
from data.store.sweeps import (
    begin_sweep,
    close_interrupted,
    finish_sweep,
    high_water,
    sweep_by_id,
)

OVERLAP = timedelta(hours=48)  # late approvals, released comments, clocks that differ
SCANS = (SweepKind.LIVE, SweepKind.RESCAN, SweepKind.BACKFILL)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a scan ended."""

    outcome: SweepOutcome
    error_class: ErrorClass | None = None
    error: str | None = None


@dataclass(slots=True, kw_only=True)
class _Run:
    """One sweep under way."""

    collector: Collector
    source: Source
    db: Database
    keeping: Keeping
    clock: Callable[[], datetime]
    started_at: datetime
    stop_before: datetime | None
    sweep_id: int
    progress: Progress
    platform_total: int | None = None
    whole: bool = False

    def now(self) -> datetime:
        """The clock's instant, never before the start: a clock set back hides nothing."""
        return max(self.started_at, utc(self.clock()))


def collect(
    collector: Collector,
    source: Source,
    db: Database,
    *,
    now: datetime,
    clock: Callable[[], datetime],
    fold: Callable[[str], str],
    author_salt: bytes,
    keep_names: bool,
    kind: SweepKind = SweepKind.LIVE,
    overlap: timedelta = OVERLAP,
    trust_absence: bool = False,
) -> Sweep:
    """Collects the source once and gives the Sweep, whatever became of it.

    A LIVE sweep goes back to the newest comment of the last complete scan, less ``overlap``; a
    RESCAN or BACKFILL lists all there is. Failures of the platform end in the Sweep (``error`` is
    a sentence); any other exception is recorded there too and raised again.
    """
    run = _begin(
        collector,
        source,
        db,
        keeping=Keeping(fold=fold, author_salt=author_salt, keep_names=keep_names),
        clock=clock,
        now=utc(now),
        kind=kind,
        overlap=overlap,
    )
    try:
        end = _scan(run)
        end = _settle_absence(run, trusted=trust_absence) if run.whole else end
    except BaseException as error:
        with suppress(Exception):  # the database may be what failed; the first error matters
            _finish(run, _broken(error, run.progress))
        raise
    return _finish(run, end)


def _begin(
    collector: Collector,
    source: Source,
    db: Database,
    *,
    keeping: Keeping,
    clock: Callable[[], datetime],
    now: datetime,
    kind: SweepKind,
    overlap: timedelta,
) -> _Run:
    with db.write() as tx:
        close_interrupted(tx, source.id, now=now, kinds=SCANS)
        mark = high_water(tx, source.id) if kind is SweepKind.LIVE else None
        sweep_id = begin_sweep(tx, source.id, kind, now=now)
    return _Run(
        collector=collector,
        source=source,
        db=db,
        keeping=keeping,
        clock=clock,
        started_at=now,
        stop_before=None if mark is None else mark - overlap,
        sweep_id=sweep_id,
        progress=Progress(),
    )


def _scan(run: _Run) -> End:
    """Lists and keeps all pages. Sets ``run.whole`` when the scan reached its end."""
    try:
        for page in run.collector.scan(stop_before=run.stop_before):
            _keep_page(run, page)
            if page.end:
                return _reached_end(run)
    except CollectError as error:
        return _ended_early(run.progress, error.error_class, error.message)
    return _ended_early(
        run.progress, ErrorClass.INVALID, "The platform's list stopped before its end was reached."
    )


def _keep_page(run: _Run, page: Page) -> None:
    now, progress = run.now(), run.progress.fork()
    if run.platform_total is None:
        run.platform_total = page.platform_total
    row = progress.tally.read
    with run.db.write() as tx:
        for post in page.posts:
            keep_post(tx, run.source, run.collector.platform, post, progress, now=now)
        items = ((row + n, raw, told) for n, (told, raw) in enumerate(page.items, start=1))
        refused = save_items(tx, run.source, run.sweep_id, items, run.keeping, progress, now=now)
        keep_refused(tx, run.sweep_id, [*page.unmapped, *refused], progress)
    run.progress = progress


def _reached_end(run: _Run) -> End:
    """A whole list that is empty although the platform counts comments is not believed."""
    listed_all = run.stop_before is None
    if listed_all and run.progress.tally.read == 0 and run.platform_total:
        return End(
            outcome=SweepOutcome.PARTIAL,
            error_class=ErrorClass.AMBIGUOUS,
            error=f"The platform counts {run.platform_total} comments and listed none. Check that "
            "the source's access still allows reading comments.",
        )
    run.whole = True
    return End(outcome=SweepOutcome.COMPLETE)


def _ended_early(progress: Progress, error_class: ErrorClass, message: str) -> End:
    got_some = progress.tally.read > 0
    return End(
        outcome=SweepOutcome.PARTIAL if got_some else SweepOutcome.FAILED,
        error_class=error_class,
        error=message,
    )


def _settle_absence(run: _Run, *, trusted: bool) -> End:
    found = absence.look_for_absent(
        run.collector,
        run.source,
        run.db,
        started_at=run.started_at,
        covered_from=run.stop_before,
        trusted=trusted,
    )
    with run.db.write() as tx:
        for _, told in found.seen:
            if told is not None:
                save_reread(
                    tx, run.source, run.sweep_id, told, run.keeping, run.progress, now=run.now()
                )
        absence.mark(tx, found, now=run.now())
    if found.problem is None:
        return End(outcome=SweepOutcome.COMPLETE)
    # The list itself was whole, so the mark may move; the problem stands on the sources page.
    problem = found.problem
    return End(
        outcome=SweepOutcome.COMPLETE, error_class=problem.error_class, error=problem.message
    )


def _broken(error: BaseException, progress: Progress) -> End:
    return End(
        outcome=SweepOutcome.PARTIAL if progress.tally.read > 0 else SweepOutcome.FAILED,
        error=f"The sweep broke off inside Sunwai ({type(error).__name__}). What came before is "
        "kept; the next sweep covers the rest. The log has the details.",
    )


def _finish(run: _Run, end: End) -> Sweep:
    newest = run.progress.newest_at
    with run.db.write() as tx:
        finish_sweep(
            tx,
            run.sweep_id,
            end.outcome,
            run.progress.tally,
            now=run.now(),
            # A comment dated in the future must not lift the mark over what is yet to come.
            newest_at=None if newest is None else min(newest, run.started_at),
            platform_total=run.platform_total,
            error_class=end.error_class,
            error=end.error,
        )
        sweep = sweep_by_id(tx, run.sweep_id)
    if sweep is None:
        raise LookupError(f"sweep {run.sweep_id} is gone from the store")
    return sweep
