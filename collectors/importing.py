"""Importing an export file: the same way into the store as a scan, with the file as evidence.

The file is read by a reader of collectors.exports and kept in batches, each whole in itself: a
kill in the middle loses nothing, and importing again finishes without doubling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from collectors.exports import (
    Export,
    NotAnExport,
    ReadContext,
    ReadPost,
    ReadRow,
    open_export,
)
from collectors.file_absence import Coverage, mark_absent, may_be_a_comment
from collectors.file_evidence import CHANGED, ImportRefused, file_sha256, keep_copy
from collectors.keeping import Keeping, Progress, keep_post, keep_refused, save_items
from data.db import Database, Tx
from data.model import (
    Platform,
    RowError,
    Source,
    Sweep,
    SweepKind,
    SweepOutcome,
    clean_text,
    utc,
)
from data.store.sweeps import begin_sweep, close_interrupted, finish_sweep, imported_before

__all__ = ["BATCH", "ImportRefused", "ImportResult", "import_file"]

BATCH = 500  # rows in one transaction
SHOWN_ERRORS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What one import did. ``errors`` are the first rows that were not taken; the store has all.

    ``already`` is True when the same bytes were imported whole before, so nothing was done; the
    counts are then nought and ``sweep_id`` is the earlier import's.
    """

    read: int
    new: int
    revised: int
    unchanged: int
    rejected: int
    errors: tuple[RowError, ...]
    warnings: tuple[str, ...]
    sweep_id: int
    already: bool = False
    missing: int = 0  # comments that the file proves to be gone
    posts: int = 0  # rows that are posts of ours
    format: str = ""
    signature: str = ""  # of the header, where a person named the columns


@dataclass(slots=True, kw_only=True)
class _Run:
    source: Source
    db: Database
    keeping: Keeping
    clock: Callable[[], datetime]
    started_at: datetime
    captured_at: datetime
    sweep_id: int
    progress: Progress = field(default_factory=Progress)
    coverage: Coverage = field(default_factory=Coverage)
    lost: int = 0  # rows not taken that may have been comments
    posts: int = 0
    told: Callable[[int], None] | None = None  # is told how many rows are done, after each batch

    def now(self) -> datetime:
        return max(self.started_at, utc(self.clock()))


def import_file(
    db: Database,
    source: Source,
    path: Path,
    *,
    context: ReadContext,
    format: str | None,
    now: datetime,
    clock: Callable[[], datetime],
    fold: Callable[[str], str],
    author_salt: bytes,
    keep_names: bool,
    batch: int = BATCH,
    keep_files: Path | None = None,
    file_name: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> ImportResult:
    """Imports an export file into a source, as a Sweep of kind IMPORT.

    ``context.captured_at`` is when the file was made: what is known from later stays as it is.
    ``keep_files`` is the folder of evidence, where a copy of a file that a reader takes is kept
    under its sha256; ``file_name`` is its own name where it lies under another; ``progress`` is
    told after each batch how many rows are done. Raises NotAnExport for a file that no reader
    takes and ImportRefused for one that cannot be read or belongs to another platform; nothing is
    recorded then. An error on the way ends the Sweep as PARTIAL or FAILED and is raised again.
    """
    digest = file_sha256(path)
    with db.read() as tx:
        earlier = imported_before(tx, source.id, digest)
    if earlier is not None:
        return _already(earlier, path)
    export = open_export(path, context=_for_source(context, source), format=format)
    _check_platform(export, source)
    if keep_files is not None:
        keep_copy(path, keep_files, digest)
    run = _Run(
        source=source,
        db=db,
        keeping=Keeping(fold=fold, author_salt=author_salt, keep_names=keep_names),
        clock=clock,
        started_at=utc(now),
        captured_at=min(context.captured_at, utc(now)),
        sweep_id=_begin(db, source, file_name or path.name, digest, now=utc(now)),
        told=progress,
    )
    return _run_to_end(run, export, path, digest, batch)


def _begin(db: Database, source: Source, name: str, digest: str, *, now: datetime) -> int:
    with db.write() as tx:
        close_interrupted(tx, source.id, now=now, kinds=[SweepKind.IMPORT])
        return begin_sweep(
            tx,
            source.id,
            SweepKind.IMPORT,
            now=now,
            file_name=clean_text(name),
            file_sha256=digest,
        )


def _run_to_end(run: _Run, export: Export, path: Path, digest: str, batch: int) -> ImportResult:
    try:
        for rows in _batches(export.rows(), batch):
            _keep_batch(run, rows)
        if file_sha256(path) != digest:
            raise ImportRefused(CHANGED.format(name=path.name))
        missing, doubt = _mark_absent(run, export)
    except BaseException as error:
        with suppress(Exception):  # the database may be what failed; the first error matters
            _finish(run, _broken(run), _why_broken(error))
        raise
    _finish(run, SweepOutcome.COMPLETE, doubt)
    warnings = (*export.warnings, *([doubt] if doubt is not None else []))
    return _result(run, export, warnings, missing)


def _mark_absent(run: _Run, export: Export) -> tuple[int, str | None]:
    """Files that hold only a part on purpose prove nothing of the rest."""
    if not export.reader.complete:
        return 0, None
    return mark_absent(
        run.db,
        run.source,
        run.coverage,
        captured_at=run.captured_at,
        now=run.now(),
        lost=run.lost,
    )


def _keep_batch(run: _Run, rows: list[ReadRow]) -> None:
    taken = [row for row in rows if isinstance(row, tuple)]
    posts = [row for row in rows if isinstance(row, ReadPost)]
    broken = [row for row in rows if isinstance(row, RowError)]
    progress, now = run.progress.fork(), run.now()
    with run.db.write() as tx:
        _keep_posts(tx, run, posts, progress, now)
        refused = save_items(
            tx,
            run.source,
            run.sweep_id,
            taken,
            run.keeping,
            progress,
            now=now,
            seen_at=run.captured_at,
        )
        errors = sorted([*broken, *refused], key=lambda e: e.row)
        keep_refused(tx, run.sweep_id, errors, progress, shown=SHOWN_ERRORS)
    run.progress = progress
    run.posts += len(posts)
    run.lost += sum(may_be_a_comment(error) for error in errors)
    for _, _, comment in taken:
        run.coverage.note(comment)
    if run.told is not None:
        run.told(progress.tally.read + run.posts)


def _keep_posts(
    tx: Tx, run: _Run, posts: list[ReadPost], progress: Progress, now: datetime
) -> None:
    for row in posts:
        keep_post(tx, run.source, row.platform, row.post, progress, now=now)


def _batches(rows: Iterable[ReadRow], size: int) -> Iterator[list[ReadRow]]:
    source = iter(rows)
    while batch := list(islice(source, size)):
        yield batch


# ------------------------------------------------------------------------------ how it ended


def _finish(run: _Run, outcome: SweepOutcome, error: str | None) -> None:
    with run.db.write() as tx:
        finish_sweep(
            tx,
            run.sweep_id,
            outcome,
            run.progress.tally,
            now=run.now(),
            newest_at=run.progress.newest_at,
            error=error,
        )


def _broken(run: _Run) -> SweepOutcome:
    return SweepOutcome.PARTIAL if run.progress.tally.read > 0 else SweepOutcome.FAILED


def _why_broken(error: BaseException) -> str:
    if isinstance(error, NotAnExport | ImportRefused):
        return str(error)
    return (
        f"The import broke off inside Sunwai ({type(error).__name__}). What came before is kept; "
        "import the file again to finish. The log has the details."
    )


def _result(run: _Run, export: Export, warnings: tuple[str, ...], missing: int) -> ImportResult:
    tally = run.progress.tally
    return ImportResult(
        read=tally.read,
        new=tally.new,
        revised=tally.revised,
        unchanged=tally.unchanged,
        rejected=tally.rejected,
        errors=tuple(run.progress.errors),
        warnings=warnings,
        sweep_id=run.sweep_id,
        missing=missing,
        posts=run.posts,
        format=export.format,
        signature=export.signature,
    )


def _already(earlier: Sweep, path: Path) -> ImportResult:
    told = f"{earlier.started_at:%Y-%m-%d %H:%M} UTC"
    return ImportResult(
        read=0,
        new=0,
        revised=0,
        unchanged=0,
        rejected=0,
        errors=(),
        warnings=(f"{path.name} was imported whole on {told} already; nothing was done.",),
        sweep_id=earlier.id,
        already=True,
    )


# ------------------------------------------------------------------------------ the file


def _for_source(context: ReadContext, source: Source) -> ReadContext:
    platform = None if source.platform is Platform.OTHER else source.platform
    return replace(context, platform=platform)


def _check_platform(export: Export, source: Source) -> None:
    if source.platform not in (Platform.OTHER, export.platform):
        raise ImportRefused(
            f"{export.path.name} holds comments of {export.platform.value} ({export.title}), and "
            f"{source.name} is a source of {source.platform.value}. Choose the right source."
        )
