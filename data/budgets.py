"""How much of a platform's allowance each kind of call may use, and what an answer says of it.

CONNECTORS.md 2.7, 4.3, 5.2, 9.7. An allowance is told by the platform (a share used, calls left in
a window) or counted by us (YouTube's units of a Pacific day, X's calls of a month). The ceilings
keep what matters most going: actions first, then the live sweep, then looking back, then backfill.
Pure: the state comes in and goes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from data.dialects.base import Strain, Trouble
from data.model import ErrorClass, Platform


class Use(StrEnum):
    """What a call is for, the most important first."""

    ACTION = "action"  # hiding, deleting, and reading back what was done
    CHECK = "check"  # does the access still stand
    LIVE = "live"
    HOT = "hot"
    WARM = "warm"
    RESCAN = "rescan"
    BACKFILL = "backfill"


class Span(StrEnum):
    """The time after which an allowance that we count ourselves begins anew."""

    PACIFIC_DAY = "Pacific day"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one allowance is shared out.

    ``ceilings``: the share of 1 up to which each use may bring it. ``units`` and ``span``: what we
    count ourselves; None = the platform tells. ``look_again``: after so long a told share is old,
    and one call may find out the new one.
    """

    ceilings: Mapping[Use, float]
    units: int | None = None
    span: Span | None = None
    look_again: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What is known of one allowance. ``spent`` counts since ``window_from`` (ours)."""

    bucket: str
    used: float | None = None
    remaining: int | None = None
    resets_at: datetime | None = None
    spent: int = 0
    window_from: datetime | None = None
    blocked_until: datetime | None = None
    blocked_class: ErrorClass | None = None
    blocked_why: str | None = None
    told_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The call is not to be made before ``until``. ``why`` is a sentence."""

    until: datetime
    error_class: ErrorClass
    why: str


# Meta: slow down at 75 %, stop at 95 %; a call while throttled lengthens the block.
BY_SHARE: Mapping[Use, float] = {
    Use.ACTION: 0.95,
    Use.CHECK: 0.95,
    Use.LIVE: 0.95,
    Use.HOT: 0.75,
    Use.WARM: 0.75,
    Use.RESCAN: 0.75,
    Use.BACKFILL: 0.5,
}
# Units and windows: a fifth is kept for actions, and live sweeps never wait for looking back.
BY_COUNT: Mapping[Use, float] = {
    Use.ACTION: 1.0,
    Use.CHECK: 1.0,
    Use.LIVE: 0.8,
    Use.HOT: 0.7,
    Use.WARM: 0.65,
    Use.RESCAN: 0.6,
    Use.BACKFILL: 0.4,
}
YOUTUBE_UNITS_A_DAY = 10_000
META_PLAN = Plan(ceilings=BY_SHARE)
COUNTED_PLAN = Plan(ceilings=BY_COUNT, look_again=timedelta(minutes=5))
_PACIFIC = ZoneInfo("America/Los_Angeles")
_UNTOLD_BLOCK = timedelta(minutes=15)
_BLOCKING = (ErrorClass.RATE, ErrorClass.QUOTA_DAY)


def plan_of(platform: Platform, youtube_units: int = YOUTUBE_UNITS_A_DAY) -> Plan:
    """How the platform's own allowances are shared out."""
    if platform in (Platform.FACEBOOK, Platform.INSTAGRAM):
        return META_PLAN
    if platform is Platform.YOUTUBE:
        return replace(COUNTED_PLAN, units=youtube_units, span=Span.PACIFIC_DAY)
    return COUNTED_PLAN


def monthly_plan(calls: int) -> Plan:
    """An allowance that the office sets itself, in calls of a month (UTC)."""
    return replace(COUNTED_PLAN, units=calls, span=Span.MONTH)


def span_start(span: Span, now: datetime) -> datetime:
    """When the span that ``now`` lies in began (UTC)."""
    if span is Span.MONTH:
        return now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return _midnight(now, days=0)


def span_end(span: Span, now: datetime) -> datetime:
    """When the next span begins (UTC)."""
    if span is Span.MONTH:
        return span_start(span, span_start(span, now) + timedelta(days=32))
    return _midnight(now, days=1)


def spent_in_span(plan: Plan, known: Allowance | None, now: datetime) -> int:
    """Units spent in the span that now runs; 0 where none are counted."""
    if plan.span is None or known is None or known.window_from is None:
        return 0
    return known.spent if known.window_from >= span_start(plan.span, now) else 0


def refused(
    plan: Plan, known: Allowance | None, use: Use, cost: int, now: datetime
) -> Refused | None:
    """Why a call is not to be made now; None when it may be."""
    if known is None:
        return _over_units(plan, 0, use, cost, now)
    if known.blocked_until is not None and known.blocked_until > now:
        return Refused(
            until=known.blocked_until,
            error_class=known.blocked_class or ErrorClass.RATE,
            why=f"{known.blocked_why or 'The platform asks to be left alone.'} "
            f"Nothing is asked before {_at(known.blocked_until)}.",
        )
    spent = spent_in_span(plan, known, now)
    return _over_units(plan, spent, use, cost, now) or _over_share(plan, known, use, now)


def _over_units(plan: Plan, spent: int, use: Use, cost: int, now: datetime) -> Refused | None:
    if plan.units is None or plan.span is None:
        return None
    if spent + cost <= plan.ceilings[use] * plan.units:
        return None
    until = span_end(plan.span, now)
    return Refused(
        until=until,
        error_class=ErrorClass.QUOTA_DAY,
        why=f"{spent:,} of {plan.units:,} units of this {plan.span.value} are spent; "
        f"{_kept(plan, use)} It goes on at {_at(until)}.",
    )


def _over_share(plan: Plan, known: Allowance, use: Use, now: datetime) -> Refused | None:
    if known.used is None or known.used < plan.ceilings[use]:
        return None
    until = known.resets_at or known.told_at + plan.look_again
    if until <= now:
        return None
    return Refused(
        until=until,
        error_class=ErrorClass.RATE,
        why=f"{known.used:.0%} of the platform's allowance is used; {_kept(plan, use)} It goes on "
        f"at {_at(until)}.",
    )


def _kept(plan: Plan, use: Use) -> str:
    if use in (Use.ACTION, Use.CHECK) or plan.ceilings[use] >= max(plan.ceilings.values()):
        return "the rest is left alone, or the platform would shut us out."
    return "the rest is kept for actions and for new comments."


def after_call(
    plan: Plan, known: Allowance | None, bucket: str, cost: int, now: datetime
) -> Allowance:
    """The allowance once a call was made: what is counted by us goes up."""
    before = known or Allowance(bucket=bucket, told_at=now)
    if plan.span is None:
        return before
    return replace(
        before,
        spent=spent_in_span(plan, known, now) + cost,
        window_from=span_start(plan.span, now),
    )


def after_strain(known: Allowance | None, told: Strain, bucket: str, now: datetime) -> Allowance:
    """The allowance once an answer's headers have told of it."""
    before = known or Allowance(bucket=bucket, told_at=now)
    return replace(
        before,
        used=told.used,
        remaining=told.remaining,
        resets_at=told.resets_at,
        told_at=now,
    )


def after_trouble(
    plan: Plan, known: Allowance | None, trouble: Trouble, bucket: str, now: datetime
) -> Allowance | None:
    """The allowance once the platform refused a call for it; None when the refusal was another."""
    if trouble.error_class not in _BLOCKING:
        return None
    if trouble.retry_after is not None:
        until = now + max(trouble.retry_after, timedelta(seconds=1))
    elif trouble.error_class is ErrorClass.QUOTA_DAY and plan.span is not None:
        until = span_end(plan.span, now)
    else:
        until = now + _UNTOLD_BLOCK
    before = known or Allowance(bucket=bucket, told_at=now)
    if before.blocked_until is not None and before.blocked_until > until:
        until = before.blocked_until
    return replace(
        before,
        blocked_until=until,
        blocked_class=trouble.error_class,
        blocked_why=trouble.message,
        told_at=now,
    )


def _midnight(now: datetime, *, days: int) -> datetime:
    day = now.astimezone(_PACIFIC).date() + timedelta(days=days)
    return datetime.combine(day, time(), _PACIFIC).astimezone(UTC)


def _at(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
