"""Judging again after a change of policy, calibration, engine or word lists: resumable, and out
of the way.

What waits for a person comes first, then the rest, then what people decided on, each the newest
first. Every page is one transaction with its progress, so a run killed at any moment is gone on
with. Earlier assessments stay. A decision is never touched: what a person closed stays closed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from data.db import Database, Tx
from data.documents import Judges, Reassessment
from data.model import Comment, Coverage, Reading
from data.store import assessments, audit, jobs, reassessments
from data.store.reassessments import Place, Stage
from moderation.judging.assess import (
    COPIES_WINDOW,
    AssessTally,
    Copying,
    Reads,
    keep_page,
    read_all,
)
from moderation.judging.policy import Policy
from moderation.judging.rereading import Rereader, Side, Stored, under

LEASE = "assess again"
LEASE_SECONDS = 120
Standing = dict[str, tuple[int, int | None]]


class AlreadyRuns(Exception):
    """Another process is judging again just now; the message says how far it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainTally:
    """What one call did. ``changed`` are flags that came out otherwise; ``read`` texts that the
    engine read; ``ended`` False where it gave way or stopped and is to be gone on with."""

    assessed: int = 0
    changed: int = 0
    read: int = 0
    total: int = 0
    ended: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """One judging again: what judges, on whose account, and whom it gives way to."""

    db: Database
    rereader: Rereader
    side: Side
    clock: Callable[[], datetime]
    owner: str
    by: str
    why: str = ""
    batch: int = 200
    give_way: Callable[[Tx], bool] = lambda tx: False
    copies_window: timedelta = COPIES_WINDOW

    @property
    def judges(self) -> Judges:
        calibration = self.side.calibration
        return Judges(
            policy_version=self.side.policy.version,
            calibration_version=None if calibration is None else calibration.version,
            engine_version=self.rereader.judged_by,
        )

    def probe(self) -> bool:
        """Whether the engine can read just now."""
        own = read_all(self.rereader.reader_with(self.side.policy.lists), ["a"])[0]
        return own.coverage is not Coverage.NOT_CHECKED


def assess_again(again: Again, *, limit: int | None = None) -> AgainTally:
    """Judges everything again that something else judged, at most ``limit`` comments in this call.

    Raises AlreadyRuns while another process does.
    """
    run = _begin(again)
    if run is None:
        return AgainTally()
    copies = Copying(window=again.copies_window, again=True)
    tally = AgainTally(total=run.total)
    try:
        for stage in Stage:
            place: Place | None = Place(stage=stage)
            while place is not None:
                left = None if limit is None else limit - tally.assessed
                if left == 0 or _must_stop(again):
                    return replace(tally, ended=False)
                size = again.batch if left is None else min(again.batch, left)
                place, tally = _page(again, run, place, size, copies, tally)
                if not tally.ended:
                    return tally
        _end(again, run)
        return tally
    finally:
        with again.db.write() as tx:
            jobs.drop_lease(tx, LEASE, again.owner, now=again.clock())


def _begin(again: Again) -> Reassessment | None:
    """The run to go on with, or a new one; None when there is nothing to judge again."""
    now, judges = again.clock(), again.judges
    with again.db.read() as tx:
        total, open_run = reassessments.count_stale(tx, judges), reassessments.newest(tx)
    goes_on = open_run is not None and open_run.ended_at is None
    if not total and not goes_on:
        return None
    with again.db.write() as tx:
        if not jobs.take_lease(tx, LEASE, again.owner, now=now, seconds=LEASE_SECONDS):
            told = progress_words(reassessments.newest(tx))
            raise AlreadyRuns(
                f"Another process is at it, {told}. If that one was killed, try again "
                f"in {LEASE_SECONDS} seconds: then it is gone on with."
            )
        found = reassessments.newest(tx)
        if found is not None and found.ended_at is None and found.judges == judges:
            return found
        if not total:
            if found is not None:
                reassessments.end(tx, found.id, now=now)
            jobs.drop_lease(tx, LEASE, again.owner, now=now)
            return None
        why = again.why or _why(judges)
        reassessments.begin(tx, judges, why=why, by=again.by, total=total, now=now)
        _note(tx, again, "begin", {"why": why, "comments": total})
        return reassessments.newest(tx)


def _end(again: Again, run: Reassessment) -> None:
    with again.db.write() as tx:
        reassessments.end(tx, run.id, now=again.clock())
        ended = reassessments.newest(tx)
        if ended is not None:
            _note(tx, again, "end", {"comments": ended.done, "flags_changed": ended.changed})


def _note(tx: Tx, again: Again, verb: str, told: dict[str, str | int]) -> None:
    judges = again.judges
    audit.note(
        tx,
        actor=again.by,
        verb=f"assess_again.{verb}",
        object=f"policy:{judges.policy_version}",
        now=again.clock(),
        detail={**told, "calibration": judges.calibration_version},
    )


def _must_stop(again: Again) -> bool:
    with again.db.read() as tx:
        return again.give_way(tx)


# ------------------------------------------------------------------------------ one page


def _page(
    again: Again, run: Reassessment, place: Place, size: int, copies: Copying, tally: AgainTally
) -> tuple[Place | None, AgainTally]:
    """Judges and commits one page; gives the place after it, None at the stage's end."""
    with again.db.read() as tx:
        found = reassessments.stale_page(tx, again.judges, place, size)
        seen = assessments.standing(tx, [c.id for c in found])
        known = assessments.assessments_by_id(tx, [a for _, a in seen.values() if a is not None])
    if not found:
        return None, tally
    stored = [Stored(text=c.revision.text, assessment=known.get(seen[c.id][1] or 0)) for c in found]
    own, asked = again.rereader.own(stored, again.side.policy.lists)
    died = any(r.coverage is Coverage.NOT_CHECKED for r in own) and asked and not again.probe()
    if died:
        return place, replace(tally, ended=False)
    readings = under(again.side, own, [s.text for s in stored])
    kept, changed = _keep_page(again, run, found, readings, seen, copies)
    last = found[-1]
    place = replace(place, before=(last.first_seen_at, last.id))
    return place, replace(
        tally,
        assessed=tally.assessed + kept,
        changed=tally.changed + changed,
        read=tally.read + asked,
    )


def _keep_page(
    again: Again,
    run: Reassessment,
    found: Sequence[Comment],
    readings: Sequence[Reading],
    seen: Standing,
    copies: Copying,
) -> tuple[int, int]:
    """Keeps a page with its progress; what another judged or edited meanwhile is left alone."""
    now = again.clock()
    with again.db.write() as tx:
        standing = assessments.standing(tx, [c.id for c in found])
        page = [
            (comment, reading)
            for comment, reading in zip(found, readings, strict=True)
            if standing.get(comment.id) == seen[comment.id]
        ]
        ids = [comment.id for comment, _ in page]
        before = assessments.current_flags(tx, ids)
        keep_page(tx, page, again.side.policy, copies, now, AssessTally())
        after = assessments.current_flags(tx, ids)
        changed = sum(before[i] is not after[i] for i in ids)
        reassessments.advance(tx, run.id, done=len(found), changed=changed, now=now)
        jobs.take_lease(tx, LEASE, again.owner, now=now, seconds=LEASE_SECONDS)
    return len(page), changed


# ------------------------------------------------------------------------------ not checked


def retry_unchecked(
    db: Database,
    reader: Reads,
    policy: Policy,
    *,
    clock: Callable[[], datetime],
    batch: int = 200,
    copies_window: timedelta = COPIES_WINDOW,
) -> AssessTally:
    """Tries again what could not be checked. While the engine is dead nothing is appended; a text
    that it still cannot check is counted and left as it was."""
    tally, after, copies = AssessTally(), 0, Copying(window=copies_window)
    if read_all(reader, ["a"])[0].coverage is Coverage.NOT_CHECKED:
        return tally
    while True:
        with db.read() as tx:
            found = reassessments.unchecked_page(tx, policy.version, after=after, limit=batch)
            seen = assessments.standing(tx, [c.id for c in found])
        if not found:
            return tally
        after = max(old for _, old in seen.values() if old is not None)
        readings = read_all(reader, [c.revision.text for c in found])
        with db.write() as tx:
            known = assessments.standing(tx, [c.id for c in found])
            page = [
                (comment, reading)
                for comment, reading in zip(found, readings, strict=True)
                if known.get(comment.id) == seen[comment.id]
            ]
            read = [x for x in page if x[1].coverage is not Coverage.NOT_CHECKED]
            tally = keep_page(tx, read, policy, copies, clock(), tally)
        tally = replace(tally, not_checked=tally.not_checked + len(page) - len(read))


# ------------------------------------------------------------------------------ telling


def progress_words(run: Reassessment | None) -> str:
    """How far it is: "judging again: 1,200 of 8,000 (policy 3)"."""
    if run is None:
        return "judging again"
    return f"judging again: {run.done:,} of {max(run.total, run.done):,} ({run.why})"


def _why(judges: Judges) -> str:
    told = f"policy {judges.policy_version}"
    if judges.calibration_version is not None:
        told += f", calibration {judges.calibration_version}"
    return f"{told}, engine {judges.engine_version}"
