"""A comment as it stood at an instant (``as_of``): its tables joined, its columns, its window.

Everything appended after ``as_of`` is left out, so that a report made late tells the same as one
made in time. The machine's judgement is the one exception: where nothing had been judged by then,
the first judgement made later is taken, because it says what the comment is, not what was done.

Where ``as_of`` is None a thing is told as it stands now: the comment's own pointers name its newest
rows, which costs a fraction of looking for them, and no clock is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    case,
    cast,
    false,
    func,
    null,
    or_,
    select,
    true,
    union_all,
)

from data import schema
from data.model import CLOSING, DONE_STATES, EnforcementState, Verdict

By = Literal["posted", "first_seen", "revised", "decided"]

c, s, r, a = (
    t.alias() for t in (schema.comment, schema.source, schema.revision, schema.assessment)
)
d, u, ac, e = (t.alias() for t in (schema.decision, schema.app_user, schema.action,
                                   schema.enforcement))  # fmt: skip
m = schema.copy_member.alias()

POSTED = func.coalesce(c.c.created_at, c.c.first_seen_at, type_=schema.Instant())
_CLOSING = sorted(v.value for v in CLOSING)
DONE = sorted(v.value for v in DONE_STATES)
_CLOCKS = timedelta(days=1)  # what reads and what judges may go by clocks that differ


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which comments: those whose instant ``by`` lies in [since, until), as known at ``as_of``, or
    as they stand now where that is None.

    ``asking``: only those that ask for a person; ``open``: only those that nobody has closed;
    ``ids``: only these.
    """

    until: datetime
    as_of: datetime | None = None
    since: datetime | None = None
    by: By = "first_seen"
    asking: bool = False
    open: bool = False
    ids: tuple[str, ...] | None = None


def by_then(at: Any, as_of: datetime | None) -> ColumnElement[bool]:
    """Whether it had happened by then."""
    return true() if as_of is None else at <= as_of


def newest(table: Any, key: ColumnElement[bool], at: Any, as_of: datetime | None) -> Any:
    """The row of the table that was the key's newest by then: its id."""
    return select(func.max(table.c.id)).where(key, by_then(at, as_of)).scalar_subquery()


def first(table: Any, at: Any, *conditions: ColumnElement[bool]) -> Any:
    """The first instant of the table's rows for which all of this holds."""
    return select(func.min(at)).where(*conditions).select_from(table).scalar_subquery()


def joins(as_of: datetime | None) -> Any:
    """The comment with all that is told of it: ``columns`` picks from these tables."""
    e2 = schema.enforcement.alias()
    attempt = newest(e2, e2.c.action_id == ac.c.id, e2.c.at, as_of)
    return (
        (_as_it_stands() if as_of is None else _as_it_stood(as_of))
        .outerjoin(u, u.c.id == d.c.by_user)
        .outerjoin(ac, ac.c.decision_id == d.c.id)
        .outerjoin(e, e.c.id == attempt)
        .outerjoin(m, m.c.comment_id == c.c.id)
    )


def _as_it_stands() -> Any:
    """The comment with the rows that it points at."""
    judged = and_(a.c.id == c.c.assessment_id, a.c.revision_id == c.c.revision_id)
    return (
        c.join(s, s.c.id == c.c.source_id)
        .join(r, r.c.id == c.c.revision_id)
        .outerjoin(a, judged)
        .outerjoin(d, d.c.id == c.c.decision_id)
    )


def _as_it_stood(as_of: datetime) -> Any:
    """The comment with the newest rows of that time."""
    r2, a2, d2 = (t.alias() for t in (schema.revision, schema.assessment, schema.decision))
    revision = newest(r2, r2.c.comment_id == c.c.id, r2.c.seen_at, as_of)
    in_time = newest(a2, a2.c.revision_id == r.c.id, a2.c.assessed_at, as_of)
    a3 = schema.assessment.alias()
    later = select(func.min(a3.c.id)).where(a3.c.revision_id == r.c.id).scalar_subquery()
    decision = newest(d2, d2.c.comment_id == c.c.id, d2.c.decided_at, as_of)
    return (
        c.join(s, s.c.id == c.c.source_id)
        .join(r, and_(r.c.comment_id == c.c.id, r.c.id == revision))
        .outerjoin(a, a.c.id == func.coalesce(in_time, later))
        .outerjoin(d, d.c.id == decision)
    )


def columns(as_of: datetime | None) -> dict[str, ColumnElement[Any]]:
    """What can be asked of a comment, by name."""
    return {
        "comment_id": c.c.id,
        "revision_id": r.c.id,
        "revision_no": r.c.no,
        "source_id": c.c.source_id,
        "source": s.c.name,
        "platform": c.c.platform,
        "post_id": c.c.post_id,
        "created_at": c.c.created_at,
        "posted_at": POSTED,
        "watched_from": s.c.created_at,
        "first_seen_at": c.c.first_seen_at,
        "revised_at": r.c.seen_at,
        "missing_since": _gone(c.c.missing_since, as_of),
        "missing_reason": _gone(c.c.missing_reason, as_of),
        "group_id": m.c.group_id,
        **_judged(as_of),
        **_decided(as_of),
    }


def _gone(told: Any, as_of: datetime | None) -> ColumnElement[Any]:
    """What is told of a missing comment; null while it was still there."""
    return case((by_then(c.c.missing_since, as_of), told), else_=null())


def _judged(as_of: datetime | None) -> dict[str, ColumnElement[Any]]:
    a4 = schema.assessment.alias()
    mine = (a4.c.revision_id == r.c.id, by_then(a4.c.assessed_at, as_of))
    return {
        "language": func.coalesce(a.c.language, "und"),
        "coverage": func.coalesce(a.c.coverage, "not_checked"),
        "flag": func.coalesce(a.c.flag, "not_checked"),
        "protected": func.coalesce(a.c.protected, false()),
        "toxicity": a.c.toxicity,
        "feedback": cast(a.c.feedback, Text),
        "sentiment": a.c.sentiment,
        "suggested": cast(a.c.reasons, Text),
        "assessed_at": first(a4, a4.c.assessed_at, *mine),
    }


def _decided(as_of: datetime | None) -> dict[str, ColumnElement[Any]]:
    g, e3 = schema.glance.alias(), schema.enforcement.alias()
    mine = (e3.c.action_id == ac.c.id, by_then(e3.c.at, as_of))
    return {
        "opened_at": first(g, g.c.at, g.c.revision_id == r.c.id, by_then(g.c.at, as_of)),
        "decision_id": d.c.id,
        "verdict": d.c.verdict,
        "closed": func.coalesce(_closed(), false()),
        "second_look": func.coalesce(_second_look(), false()),
        "reason": d.c.reason,
        "decided_at": d.c.decided_at,
        "officer": u.c.pseudonym,
        "state": e.c.state,
        "action": ac.c.kind,
        "by_hand": func.coalesce(ac.c.by_hand, false()),
        "sent_at": first(e3, e3.c.at, e3.c.state == EnforcementState.SENT.value, *mine),
        "verified_at": first(e3, e3.c.at, e3.c.state.in_(DONE), *mine),
    }


def _closed() -> ColumnElement[bool]:
    """A closing decision on the text as it stood; a proposed removal closes nothing."""
    return and_(d.c.verdict.in_(_CLOSING), d.c.awaits_second.is_(False), d.c.revision_id == r.c.id)


def _asks() -> ColumnElement[bool]:
    """As the view review_queue says it; also where the text was decided on before an edit."""
    edited = and_(d.c.revision_id != r.c.id, d.c.verdict.not_in(["undo", "wait"]))
    return or_(
        a.c.id.is_(None), a.c.flag != "none", d.c.awaits_second, d.c.verdict == "escalate", edited
    )


def _second_look() -> ColumnElement[bool]:
    """A proposed removal or a question on the text as it stands: a senior officer is asked."""
    asked = or_(d.c.awaits_second, d.c.verdict == "escalate")
    return and_(asked, d.c.revision_id == r.c.id)


def instant(by: By) -> ColumnElement[Any]:
    """The instant by which a window takes comments in."""
    return {
        "posted": POSTED,
        "first_seen": c.c.first_seen_at,
        "revised": r.c.seen_at,
        "decided": d.c.decided_at,
    }[by]


def inside(w: Window) -> list[ColumnElement[bool]]:
    """Which comments lie in the window; they are asked of ``joins``."""
    found: list[ColumnElement[bool]] = [
        c.c.is_page_owner.is_(False),
        by_then(c.c.first_seen_at, w.as_of),
        instant(w.by) < w.until,
    ]
    if w.since is not None:
        found.append(instant(w.by) >= w.since)
    if w.ids is not None:
        found.append(c.c.id.in_(w.ids))
    if w.asking:
        found.append(_asks())
        if w.since is not None and w.by == "revised":
            found.append(c.c.id.in_(_may_ask(w.since - _CLOCKS)))
    if w.open:
        found += [or_(d.c.id.is_(None), ~_closed()), _not_missing(w.as_of)]
        if w.asking:
            found.append(c.c.id.in_(_open_or_changed_since(w.as_of)))
    return found


def _may_ask(since: datetime) -> Any:
    """What can ask for a person of the texts that came since then: flagged, judged by nobody,
    edited, or asked about. It only spares looking at all the others."""
    a8, c3, r5, d5 = (t.c for t in (schema.assessment, schema.comment, schema.revision,
                                    schema.decision))  # fmt: skip
    asked = or_(d5.awaits_second, d5.verdict == Verdict.ESCALATE.value)
    return union_all(
        select(a8.comment_id).where(a8.assessed_at >= since, a8.flag != "none"),
        select(c3.id).where(c3.assessment_id.is_(None)),
        select(r5.comment_id).where(r5.seen_at >= since, r5.no > 1),
        select(d5.comment_id).where(d5.decided_at >= since, asked),
    )


def _open_or_changed_since(as_of: datetime | None) -> Any:
    """What asks for a person now, and what changed after ``as_of``: nothing else can have asked
    then. It only spares looking at the rest of the store."""
    i, c2, r3, a7, d4 = (t.c for t in (schema.open_item, schema.comment, schema.revision,
                                       schema.assessment, schema.decision))  # fmt: skip
    if as_of is None:
        return select(i.comment_id)
    return union_all(
        select(i.comment_id),
        select(c2.id).where(c2.missing_since > as_of),
        select(r3.comment_id).where(r3.seen_at > as_of),
        select(a7.comment_id).where(a7.assessed_at > as_of),
        select(d4.comment_id).where(d4.decided_at > as_of),
    )


def _not_missing(as_of: datetime | None) -> ColumnElement[bool]:
    here = c.c.missing_since.is_(None)
    return here if as_of is None else or_(here, c.c.missing_since > as_of)
