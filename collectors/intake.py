"""Collecting one source: scan, keep page by page, and leave a Sweep that says what was done.

The Sweep is a record of its own from the first moment, also when nothing came and when all
failed. What a page brought is committed with that page: an error or a kill loses nothing of it,
and the high-water mark moves only with a complete scan, so the next run covers the gap.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from collectors import absence
from collectors.base import CollectError, Collector, Page, rereads
from collectors.keeping import (
    Keeping,
    Progress,
    keep_post,
    keep_refused,
    save_items,
    save_reread,
)
from collectors.run import End, Lane, Run
from data.db import Database, Tx
from data.model import ErrorClass, Liveness, Source, Sweep, SweepKind, SweepOutcome, utc
from data.store.absence import kept_call_ids
from data.store.known_posts import mark_listed
from data.store.sources import set_history_from
from data.store.sweeps import (
    begin_sweep,
    close_interrupted,
    finish_sweep,
    high_water,
    sweep_by_id,
)


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
    lane: Lane | None = None,
    trust_absence: bool = False,
) -> Sweep:
    """Collects the source once and gives the Sweep, whatever became of it.

    A live sweep goes back to the newest comment of the last complete live scan, less the overlap;
    the other lanes list all there is under the posts that they look at. Failures of the platform
    end in the Sweep (``error`` is a sentence); any other exception is recorded there too and
    raised again.
    """
    run = _begin(
        collector,
        source,
        db,
        keeping=Keeping(fold=fold, author_salt=author_salt, keep_names=keep_names),
        clock=clock,
        now=utc(now),
        lane=lane or Lane(),
    )
    try:
        end = _read(run)
        if run.whole or run.listed:
            end = _settle_absence(run, end, trusted=trust_absence)
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
    lane: Lane,
) -> Run:
    with db.write() as tx:
        close_interrupted(tx, source.id, now=now, kinds=[lane.kind])
        mark = high_water(tx, source.id) if lane.kind is SweepKind.LIVE else None
        sweep_id = begin_sweep(tx, source.id, lane.kind, now=now)
    return Run(
        collector=collector,
        source=source,
        db=db,
        keeping=keeping,
        clock=clock,
        started_at=now,
        lane=lane,
        stop_before=_stop_before(lane, mark, now),
        sweep_id=sweep_id,
        progress=Progress(),
    )


def _stop_before(lane: Lane, mark: datetime | None, now: datetime) -> datetime | None:
    if lane.kind is not SweepKind.LIVE:
        return None
    if mark is not None:
        return mark - lane.overlap
    return None if lane.first_look is None else now - lane.first_look


def _read(run: Run) -> End:
    """Reads what the lane looks at. Sets ``run.whole`` when it came to its end."""
    size = None if run.lane.kind in _BY_LIST else rereads(run.collector)
    try:
        return _scan(run) if size is None else _reread(run, size)
    except CollectError as error:
        return _ended_early(run.progress, error.error_class, error.message, error.until)


# Where a platform lists nothing old again, only these lanes list; the others read by id.
_BY_LIST = (SweepKind.LIVE, SweepKind.BACKFILL)
_STOPPED = (
    "Sunwai was asked to stop in the middle of this sweep; the next one goes on where it was."
)


def _scan(run: Run) -> End:
    """Lists and keeps all pages. Raises CollectError."""
    pages = run.collector.scan(stop_before=run.stop_before, posts_after=run.lane.posts_after)
    for page in pages:
        _keep_page(run, page)
        if page.end:
            return _reached_end(run)
        if not run.lane.keep_on():
            return _ended_early(run.progress, ErrorClass.TRANSIENT, _STOPPED)
    return _ended_early(
        run.progress, ErrorClass.INVALID, "The platform's list stopped before its end was reached."
    )


def _reread(run: Run, size: int) -> End:
    """Reads the kept comments by their ids, so many at a time. Raises CollectError."""
    with run.db.read() as tx:
        wanted = kept_call_ids(tx, run.source.id, created_from=run.lane.posts_after)
    for start in range(0, len(wanted), size):
        read = run.collector.read_comments(wanted[start : start + size])
        progress = run.progress.fork()
        with run.db.write() as tx:
            for liveness, told in read.values():
                if liveness is Liveness.ALIVE and told is not None:
                    save_reread(
                        tx, run.source, run.sweep_id, told, run.keeping, progress, now=run.now()
                    )
        run.progress = progress
        if not run.lane.keep_on():
            return _ended_early(run.progress, ErrorClass.TRANSIENT, _STOPPED)
    run.whole = True
    return End(outcome=SweepOutcome.COMPLETE)


def _keep_page(run: Run, page: Page) -> None:
    now, progress = run.now(), run.progress.fork()
    if run.platform_total is None:
        run.platform_total = page.platform_total
    row = progress.tally.read
    with run.db.write() as tx:
        for post in page.posts:
            keep_post(tx, run.source, run.collector.platform, post, progress, now=now)
        _keep_listed(tx, run, page, now)
        items = ((row + n, raw, told) for n, (told, raw) in enumerate(page.items, start=1))
        refused = save_items(tx, run.source, run.sweep_id, items, run.keeping, progress, now=now)
        keep_refused(tx, run.sweep_id, [*page.unmapped, *refused], progress)
    run.progress = progress


def _keep_listed(tx: Tx, run: Run, page: Page, now: datetime) -> None:
    """Notes which posts were listed to their end. The count that stands is the one from before."""
    for post in page.posts:
        if post.comment_count_hint is not None:
            run.totals.setdefault(post.external_id, post.comment_count_hint)
    if page.reaches_back_to is not None:
        run.reaches_back_to = min(page.reaches_back_to, run.reaches_back_to or run.started_at)
    if page.listed is None:
        return
    run.listed = (run.listed or set()) | set(page.listed)
    totals = {external_id: run.totals.get(external_id) for external_id in page.listed}
    mark_listed(tx, run.source.id, totals, whole=run.stop_before is None, now=now)


def _reached_end(run: Run) -> End:
    """A whole list that is empty although the platform counts comments is not believed."""
    listed_all = run.stop_before is None and run.listed is None
    if listed_all and run.progress.tally.read == 0 and run.platform_total:
        return End(
            outcome=SweepOutcome.PARTIAL,
            error_class=ErrorClass.AMBIGUOUS,
            error=f"The platform counts {run.platform_total} comments and listed none. Check that "
            "the source's access still allows reading comments.",
        )
    run.whole = True
    return End(outcome=SweepOutcome.COMPLETE, error=_out_of_reach(run))


def _out_of_reach(run: Run) -> str | None:
    """What a live sweep could not reach any more although nobody had looked there yet."""
    since, reached = run.stop_before, run.reaches_back_to
    if since is None or reached is None or reached <= since:
        return None
    return (
        f"The platform gives nothing older than {reached:%Y-%m-%d %H:%M} UTC any more: comments "
        f"from {since:%Y-%m-%d %H:%M} to then may be missing."
    )


def _ended_early(
    progress: Progress, error_class: ErrorClass, message: str, resume_at: datetime | None = None
) -> End:
    got_some = progress.tally.read > 0
    return End(
        outcome=SweepOutcome.PARTIAL if got_some else SweepOutcome.FAILED,
        error_class=error_class,
        error=message,
        resume_at=resume_at,
    )


def _covered(run: Run) -> absence.Covered:
    by_reading = run.lane.kind not in _BY_LIST and rereads(run.collector) is not None
    return absence.Covered(
        # What is read by id is chosen by its own age, what is listed by its post's.
        created_from=run.lane.posts_after if by_reading else run.stop_before,
        posts_from=None if by_reading else run.lane.posts_after,
        posts=None if run.listed is None else frozenset(run.listed),
    )


def _settle_absence(run: Run, end: End, *, trusted: bool) -> End:
    """Marks what is gone. The end of the scan stays what it was, but for a problem found here."""
    found = absence.look_for_absent(
        run.collector,
        run.source,
        run.db,
        started_at=run.started_at,
        covered=_covered(run),
        trusted=trusted,
    )
    with run.db.write() as tx:
        for _, told in found.seen:
            if told is not None:
                save_reread(
                    tx, run.source, run.sweep_id, told, run.keeping, run.progress, now=run.now()
                )
        absence.mark(tx, found, now=run.now())
    if found.problem is None or end.outcome is not SweepOutcome.COMPLETE:
        return end
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


def _finish(run: Run, end: End) -> Sweep:
    newest = run.progress.newest_at
    with run.db.write() as tx:
        if run.whole and run.lane.kind is SweepKind.BACKFILL:
            set_history_from(tx, run.source.id, run.reaches_back_to)
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
            resume_at=end.resume_at,
        )
        sweep = sweep_by_id(tx, run.sweep_id)
    if sweep is None:
        raise LookupError(f"sweep {run.sweep_id} is gone from the store")
    return sweep
