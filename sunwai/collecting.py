"""One sweep of one source in one lane, and what follows from how it ended.

The lanes are in lanes.py, what each class of failure leads to is in collectors/consequences.py. A
sweep that did not reach its end comes again; a failure that only a person can mend stops the
source.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from collectors.access import Checked
from collectors.consequences import CONSEQUENCES, Again, todo_of
from collectors.intake import collect
from collectors.run import Lane
from data.db import Tx
from data.model import ErrorClass, JsonObject, Source, SourceMode, Sweep, SweepKind, SweepOutcome
from data.store import audit, sources
from data.store.alerts import AlertKind, close_alert, raise_alert
from data.store.sweeps import last_complete
from moderation.texts.text import search_fold
from sunwai.lanes import FIRST_LOOK, PLAN_OF, Slot
from sunwai.ledger import ComeAgain
from sunwai.wiring import House

NEXT_TURN = timedelta(hours=6)  # after a failure that is not tried again
PROBE = timedelta(minutes=15)


def _always() -> bool:
    return True


def collect_source(
    house: House,
    source: Source,
    kind: SweepKind = SweepKind.LIVE,
    *,
    slot: Slot | None = None,
    keep_on: Callable[[], bool] = _always,
    trust_absence: bool = False,
) -> Sweep:
    """One sweep of one source, recorded whatever happens, with its alerts and stops."""
    now, plan = house.clock(), PLAN_OF[kind]
    turn = slot or plan.slot_of(source, now, house.settings.zone)
    since = None if kind is SweepKind.LIVE else turn.since
    sweep = collect(
        house.collector(source, plan.use, listed_since=since),
        source,
        house.ready_db,
        now=now,
        clock=house.clock,
        fold=search_fold,
        author_salt=house.settings.secrets["author_salt"].encode(),
        keep_names=house.settings.yes("privacy.keep_names"),
        lane=Lane(
            kind=kind,
            posts_after=None if plan.posts is None else now - plan.posts,
            first_look=FIRST_LOOK,
            keep_on=keep_on,
        ),
        trust_absence=trust_absence,
    )
    with house.ready_db.write() as tx:
        draw_consequences(tx, source, sweep, now=house.clock())
    return sweep


def draw_consequences(tx: Tx, source: Source, sweep: Sweep, *, now: datetime) -> None:
    """Stops the source, calls a person, or takes back what an earlier sweep had called for."""
    whole = sweep.outcome is SweepOutcome.COMPLETE
    if whole and sweep.error_class is not None:
        raise_alert(tx, source.id, AlertKind.ABSENCE, sweep.error or "", now=now)
    elif whole:
        _all_well(tx, source, sweep.kind, now=now)
    elif sweep.error_class is not None:
        _called_for(tx, source, sweep.error_class, sweep.error or "", now=now)


def _all_well(tx: Tx, source: Source, kind: SweepKind, *, now: datetime) -> None:
    if kind is not SweepKind.LIVE:  # the lane that found it closes it
        close_alert(tx, source.id, AlertKind.ABSENCE, now=now)
        return
    close_alert(tx, source.id, AlertKind.TROUBLE, now=now)
    if source.stopped_class is not ErrorClass.ABUSE_STOP:
        go_on(tx, source, "a sweep reached its end", now=now)


def _called_for(
    tx: Tx, source: Source, error_class: ErrorClass, error: str, *, now: datetime
) -> None:
    consequence = CONSEQUENCES[error_class]
    todo = todo_of(error_class, source.name)
    words = " ".join(part for part in (error, todo) if part)
    if consequence.stops:
        stop(tx, source, error_class, error, words, now=now)
    elif consequence.alerts:
        raise_alert(tx, source.id, AlertKind.TROUBLE, words, now=now)


def stop(
    tx: Tx, source: Source, error_class: ErrorClass, why: str, words: str, *, now: datetime
) -> None:
    """Leaves the source alone until a person acts or a check of its access succeeds."""
    raise_alert(tx, source.id, AlertKind.STOPPED, words, now=now)
    if sources.stop_source(tx, source.id, error_class, why, now=now):
        detail: JsonObject = {"class": error_class.value}
        audit.note(tx, actor="sunwai", verb="source.stop", object=f"source:{source.name}", now=now,
                   detail=detail)  # fmt: skip


def go_on(tx: Tx, source: Source, because: str, *, now: datetime, actor: str = "sunwai") -> bool:
    """Lets a stopped source go on; False when it was not stopped."""
    close_alert(tx, source.id, AlertKind.STOPPED, now=now)
    if not sources.let_go_on(tx, source.id):
        return False
    audit.note(tx, actor=actor, verb="source.go_on", object=f"source:{source.name}", now=now,
               detail={"because": because})  # fmt: skip
    return True


def come_again(sweep: Sweep, now: datetime) -> ComeAgain | None:
    """When a sweep that did not reach its end is to be tried again; None when it did."""
    if sweep.outcome is SweepOutcome.COMPLETE:
        return None
    why = sweep.error or "The sweep did not reach its end."
    again = Again.SOON if sweep.error_class is None else CONSEQUENCES[sweep.error_class].again
    if again is Again.WHEN_TOLD:
        return ComeAgain(why, sweep.resume_at)
    if again is Again.NOT:
        return ComeAgain(why, now + NEXT_TURN)
    if again is Again.AFTER_PERSON:
        return ComeAgain(why, now + PROBE)
    return ComeAgain(why, sweep.resume_at)


def to_sweep(house: House, source: Source, kind: SweepKind) -> bool:
    """Whether the source is to be swept in this lane now.

    A stopped one is not, until a check succeeds; where the platform knows no check, its live sweep
    goes on as one.
    """
    if source.mode is not SourceMode.API or source.paused or source.closed is not None:
        return False
    if source.stopped_at is None:
        # Until all was read once, looking through the whole page again would read it twice.
        return kind is not SweepKind.RESCAN or _is_backfilled(house, source)
    if kind is not SweepKind.LIVE or source.stopped_class is ErrorClass.ABUSE_STOP:
        return False
    return not isinstance(house.collector(source), Checked)


def _is_backfilled(house: House, source: Source) -> bool:
    with house.ready_db.read() as tx:
        return last_complete(tx, source.id, [SweepKind.BACKFILL]) is not None
