"""Assessing: every kept text gets a Reading and a Judgement, also when the engine is dead.

The slow part, reading, is done outside any transaction; then one short transaction per batch keeps
the results. A run may be killed at any moment: what is not kept yet is found again by the next.
Two runs at once keep one assessment each: what another kept meanwhile is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from data.db import Database, Tx
from data.model import Comment, Coverage, Flag, Language, Reading, Signal
from data.store import assessments
from data.store.assessments import Assessed
from moderation.judging.flood import Met, open_page
from moderation.judging.policy import Policy, judge

COPIES_WINDOW = timedelta(days=2)


class Reads(Protocol):
    """What reads texts: ``moderation.judging.read.Reader``."""

    def read(self, texts: Sequence[str]) -> list[Reading]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessTally:
    """What one run did, in comments. ``flagged`` counts severe ones too; ``floods`` the earlier
    members of a flood that were flagged because of a later copy."""

    assessed: int = 0
    flagged: int = 0
    not_covered: int = 0
    not_checked: int = 0
    floods: int = 0

    def plus(self, flag: Flag, floods: int) -> AssessTally:
        return AssessTally(
            assessed=self.assessed + 1,
            flagged=self.flagged + (flag in (Flag.FLAGGED, Flag.SEVERE)),
            not_covered=self.not_covered + (flag is Flag.NOT_COVERED),
            not_checked=self.not_checked + (flag is Flag.NOT_CHECKED),
            floods=self.floods + floods,
        )


def assess_pending(
    db: Database,
    reader: Reads,
    policy: Policy,
    *,
    clock: Callable[[], datetime],
    limit: int | None = None,
    batch: int = 200,
    copies_window: timedelta = COPIES_WINDOW,
) -> AssessTally:
    """Assesses every current text that has no assessment yet, at most ``limit``, oldest first."""
    copies = Copying(window=copies_window)
    tally, left = AssessTally(), limit
    while left is None or left > 0:
        with db.read() as tx:
            waiting = assessments.to_assess(tx, batch if left is None else min(batch, left))
        if not waiting:
            break
        readings = read_all(reader, [c.revision.text for c in waiting])
        at = clock()
        before = tally.assessed
        with db.write() as tx:
            known = assessments.standing(tx, [c.id for c in waiting])
            page = [
                (comment, reading)
                for comment, reading in zip(waiting, readings, strict=True)
                if known.get(comment.id) == (comment.revision.id, None)
            ]
            tally = keep_page(tx, page, policy, copies, at, tally)
        left = None if left is None else left - len(waiting)
        if tally.assessed == before:
            break  # all of it was taken by another run or edited meanwhile: the next run goes on
    return tally


def read_all(reader: Reads, texts: Sequence[str]) -> list[Reading]:
    """One Reading for each text, in order; a text on which the reader fails is *not checked*."""
    try:
        readings = reader.read(texts)
        if len(readings) == len(texts):
            return readings
        problem = f"the reader gave {len(readings)} readings for {len(texts)} texts"
    except Exception as error:  # noqa: BLE001 - recorded in each reading; the batch must go on
        problem = f"reading failed with {type(error).__name__}"
    if len(texts) == 1:
        return [_unread(problem)]
    return [read_all(reader, [text])[0] for text in texts]


def _unread(problem: str) -> Reading:
    # No feedback kinds either: decisions treat a comment without any as protected.
    return Reading(
        language=Language.UND,
        coverage=Coverage.NOT_CHECKED,
        coverage_note=problem,
        signals=(Signal(name="toxicity", value=None, version="none", note=problem),),
        feedback=(),
        sentiment=None,
        engine="none",
        engine_version="",
    )


# ------------------------------------------------------------------------------ keeping


@dataclass(frozen=True, slots=True, kw_only=True)
class Copying:
    """How far apart copies may be, and what a run met of them. ``again`` where the comments were
    judged before and stand in their groups."""

    window: timedelta
    again: bool = False
    met: Met = field(default_factory=Met)


def keep_page(
    tx: Tx,
    page: Sequence[tuple[Comment, Reading]],
    policy: Policy,
    known: Copying,
    now: datetime,
    tally: AssessTally,
) -> AssessTally:
    """Judges readings, with what is known of their copies, and keeps both."""
    groups = open_page(tx, [c for c, _ in page], policy, known.window, known.met, again=known.again)
    waiting: list[Assessed] = []
    for comment, reading in page:
        found, floods = groups.join(comment, reading), 0
        judgement = judge(found.reading, policy)
        waiting.append(
            Assessed(
                comment_id=comment.id,
                revision_id=comment.revision.id,
                reading=found.reading,
                judgement=judgement,
            )
        )
        if found.completes_flood(judgement, policy):
            assessments.save_assessments(tx, waiting, now=now)
            waiting.clear()
            floods = found.flag_earlier(tx, policy, now)
        tally = tally.plus(judgement.flag, floods)
    groups.flush()
    assessments.save_assessments(tx, waiting, now=now)
    return tally
