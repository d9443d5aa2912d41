"""Imports outside a web request: files that wait are taken one by one, each once.

The scheduler works the queue. Where none runs, the web process does it in a thread of its own;
the ledger sees to it that nobody imports what another imports already, and that an import whose
process was killed is begun again. Every import bears that: what is in is in, once.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from collectors.exports import BadMapping, NotAnExport, ReadContext, mapping_from, named_post
from collectors.importing import ImportRefused, ImportResult
from data.model import FileImport, ImportState, JsonObject, JsonValue, Source
from data.store import files, sources
from data.store import jobs as ledger_rows
from sunwai.importing import take_file
from sunwai.ledger import Ledger
from sunwai.wiring import House

JOB = "import"
SPOOL = "imports"  # below the folder of files
MOST_ATTEMPTS = 4
SHOWN_ERRORS = 20
SCHEDULER = "scheduler"
GONE = "The file is not here any more. Choose it again."


def run_imports(house: House, ledger: Ledger) -> int:
    """Imports every file that waits; gives how many were taken in hand."""
    with house.ready_db.read() as tx:
        waiting = files.open_imports(tx)
    done = 0
    for one in waiting:
        done += ledger.run_once(JOB, str(one.id), partial(run_import, house, one.id))
    return done


def run_import(house: House, import_id: int) -> None:
    """Imports one file and says what came of it. What was refused is a result too; any other
    error is raised, and the import is tried again, MOST_ATTEMPTS times at most."""
    with house.ready_db.write() as tx:
        one = files.import_by_id(tx, import_id)
        if one is None or one.state not in (ImportState.WAITING, ImportState.RUNNING):
            return
        attempt = files.begin_import(tx, import_id)
        source = sources.source_by_id(tx, one.source_id)
    if attempt > MOST_ATTEMPTS:
        why = (
            f"The import broke off {MOST_ATTEMPTS} times. What came in is kept; the log has the "
            "details. Split the file, or import it with: sunwai import FILE --source NAME"
        )
        return _end(house, one, ImportState.FAILED, error=why)
    path = house.settings.files / one.place
    if source is None or not path.is_file():
        return _end(house, one, ImportState.FAILED, error=GONE)
    try:
        result = _take(house, source, one, path)
    except (NotAnExport, ImportRefused, BadMapping) as refused:
        why = str(refused).replace(path.name, one.file_name)
        return _end(house, one, ImportState.FAILED, error=why)
    _end(house, one, ImportState.DONE, result=result)


def _take(house: House, source: Source, one: FileImport, path: Path) -> ImportResult:
    context = ReadContext(
        platform=source.platform,
        time_zone=source.time_zone,
        captured_at=one.captured_at,
        own_names=frozenset(source.own_names),
        encoding=one.encoding,
        post=None if one.post is None else named_post(one.post, source.platform),
        mapping=None if one.mapping is None else mapping_from(one.mapping),
    )

    def progress(rows: int) -> None:
        with house.ready_db.write() as tx:
            files.note_progress(tx, one.id, rows)

    return take_file(
        house, source, path, context=context, name=one.file_name, by=one.by, progress=progress
    )


def _end(
    house: House,
    one: FileImport,
    state: ImportState,
    *,
    result: ImportResult | None = None,
    error: str | None = None,
) -> None:
    with house.ready_db.write() as tx:
        files.end_import(
            tx,
            one.id,
            state,
            now=house.clock(),
            sweep_id=None if result is None else result.sweep_id,
            told=None if result is None else told(result),
            error=error,
        )
    shutil.rmtree((house.settings.files / one.place).parent, ignore_errors=True)


def told(r: ImportResult) -> JsonObject:
    """What an import did, as it is kept and shown."""
    errors: list[JsonValue] = [{"row": e.row, "reason": e.reason} for e in r.errors[:SHOWN_ERRORS]]
    return {
        "read": r.read,
        "new": r.new,
        "revised": r.revised,
        "unchanged": r.unchanged,
        "rejected": r.rejected,
        "posts": r.posts,
        "missing": r.missing,
        "already": r.already,
        "warnings": list(r.warnings),
        "errors": errors,
        "format": r.format,
    }


# ------------------------------------------------------------------------------ without a scheduler


def scheduler_lives(house: House) -> bool:
    """True while a scheduler holds the lease, which works the queue."""
    with house.ready_db.read() as tx:
        held = ledger_rows.lease_until(tx, SCHEDULER)
    return held is not None and held[1] > house.clock()


class Beside:
    """Works a queue in one thread beside the web requests, while no scheduler does."""

    def __init__(
        self, house: House, owner: str, work: Callable[[House, Ledger], object] | None = None
    ) -> None:
        """``work`` empties the queue; without it the imports are run."""
        self._house, self._owner, self._work = house, owner, work or run_imports
        self.thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def __call__(self) -> None:
        """Begins to work the queue unless that is being done already."""
        if scheduler_lives(self._house):
            return
        with self._lock:
            if self.thread is not None and self.thread.is_alive():
                return
            self.thread = threading.Thread(target=self._run, name="beside", daemon=True)
            self.thread.start()

    def _run(self) -> None:
        ledger = Ledger(db=self._house.ready_db, owner=self._owner, clock=self._house.clock)
        self._work(self._house, ledger)


def at_once(house: House, owner: str) -> Callable[[], None]:
    """Works the queue in the caller's own thread: for tests and a database in memory."""

    def run() -> None:
        run_imports(house, Ledger(db=house.ready_db, owner=owner, clock=house.clock))

    return run


def forget_orphans(house: House) -> None:
    """Deletes files of imports that nobody waits for: a process died before it noted them."""
    with house.ready_db.read() as tx:
        wanted = {Path(one.place).parts[1] for one in files.open_imports(tx)}
    spool = house.settings.files / SPOOL
    for folder in spool.iterdir() if spool.is_dir() else ():
        age = 0.0
        with suppress(FileNotFoundError):
            age = house.clock().timestamp() - folder.stat().st_mtime
        if folder.name not in wanted and age > 24 * 3600:
            shutil.rmtree(folder, ignore_errors=True)
