"""The lanes in which a page is read: what each looks at, how often, and in which slot.

CONNECTORS.md 9.4. Live sweeps find what is new; the re-scan lanes find what was edited, released or
deleted meanwhile, the more often the younger the post; backfill reads once what was there before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.budgets import Use
from data.day import day_bounds, local_day
from data.model import Source, SweepKind

HOT, WARM = timedelta(hours=48), timedelta(days=30)
FIRST_LOOK = timedelta(days=7)  # of the first live sweep; backfill reads what is older


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One turn of a lane for one source. Posts listed since ``since`` need not be listed again."""

    name: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LanePlan:
    """A lane in the schedule. ``job`` is its name in the ledger; ``posts`` how young a post must
    be; ``slot_of`` gives the turn that an instant falls into, in the organisation's zone."""

    kind: SweepKind
    job: str
    use: Use
    often: str
    slot_of: Callable[[Source, datetime, str], Slot]
    posts: timedelta | None = None


def live_slot(source: Source, now: datetime, zone: str = "") -> Slot:
    """The sweep interval that ``now`` falls into; each is swept once."""
    start = now.replace(second=0, microsecond=0)
    since_midnight = start.hour * 60 + start.minute
    start -= timedelta(minutes=since_midnight % source.sweep_minutes)
    return _slot(source, start.isoformat(timespec="minutes"), start)


def hour_slot(source: Source, now: datetime, zone: str) -> Slot:
    start = now.replace(minute=0, second=0, microsecond=0)
    return _slot(source, start.isoformat(timespec="minutes"), start)


def day_slot(source: Source, now: datetime, zone: str) -> Slot:
    day = local_day(now, zone)
    return _slot(source, day.isoformat(), day_bounds(day, zone)[0])


def week_slot(source: Source, now: datetime, zone: str) -> Slot:
    """From Monday on: a week in which the whole page is read once."""
    day = local_day(now, zone)
    monday = day - timedelta(days=day.weekday())
    return _slot(source, f"week {monday.isoformat()}", day_bounds(monday, zone)[0])


def once(source: Source, now: datetime, zone: str) -> Slot:
    """The whole past of the source, one time."""
    return _slot(source, "once", source.created_at)


def by_hand(source: Source, since: datetime) -> Slot:
    """A turn that a person asks for: all is listed but what was listed since then."""
    return _slot(source, f"by hand {since.isoformat()}", since)


def source_of(slot: str) -> int:
    """The source's id out of the name of a slot."""
    return int(slot.partition("@")[0])


def _slot(source: Source, name: str, since: datetime) -> Slot:
    return Slot(name=f"{source.id}@{name}", since=since)


LIVE = LanePlan(
    kind=SweepKind.LIVE, job="collect", use=Use.LIVE, often="each sweep", slot_of=live_slot
)
RESCANS = (
    LanePlan(
        kind=SweepKind.HOT, job="hot", use=Use.HOT, often="hourly", slot_of=hour_slot, posts=HOT
    ),
    LanePlan(
        kind=SweepKind.WARM, job="warm", use=Use.WARM, often="daily", slot_of=day_slot, posts=WARM
    ),
    LanePlan(
        kind=SweepKind.RESCAN, job="rescan", use=Use.RESCAN, often="weekly", slot_of=week_slot
    ),
)
BACKFILL = LanePlan(
    kind=SweepKind.BACKFILL, job="backfill", use=Use.BACKFILL, often="once", slot_of=once
)
LANES = (LIVE, *RESCANS, BACKFILL)
PLAN_OF = {plan.kind: plan for plan in LANES}
