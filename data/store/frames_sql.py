"""The questions behind the frames: one row per thing, as it stood at an instant (``as_of``).

Everything appended after ``as_of`` is left out, so that a report made late tells the same as one
made in time. The machine's judgement is the one exception: where nothing had been judged by then,
the first judgement made later is taken, because it says what the comment is, not what was done.

Where ``as_of`` is None a thing is told as it stands now: the comment's own pointers name its newest
rows, which costs a fraction of looking for them, and no clock is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Label,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
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

Query = Select[*tuple[Any, ...]]
By = Literal["posted", "first_seen", "revised", "decided"]

c, s, r, a = (
    t.alias() for t in (schema.comment, schema.source, schema.revision, schema.assessment)
)
d, u, ac, e = (t.alias() for t in (schema.decision, schema.app_user, schema.action,
                                   schema.enforcement))  # fmt: skip
m, p = schema.copy_member.alias(), schema.post.alias()

POSTED = func.coalesce(c.c.created_at, c.c.first_seen_at, type_=schema.Instant())
_CLOSING = sorted(v.value for v in CLOSING)
_DONE = sorted(v.value for v in DONE_STATES)
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


def _by(at: Any, as_of: datetime | None) -> ColumnElement[bool]:
    """Whether it had happened by then."""
    return true() if as_of is None else at <= as_of


def _newest(table: Any, key: ColumnElement[bool], at: Any, as_of: datetime | None) -> Any:
    return select(func.max(table.c.id)).where(key, _by(at, as_of)).scalar_subquery()


def _first(table: Any, at: Any, *conditions: ColumnElement[bool]) -> Any:
    return select(func.min(at)).where(*conditions).select_from(table).scalar_subquery()


def _joins(as_of: datetime | None) -> Any:
    e2 = schema.enforcement.alias()
    attempt = _newest(e2, e2.c.action_id == ac.c.id, e2.c.at, as_of)
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
    revision = _newest(r2, r2.c.comment_id == c.c.id, r2.c.seen_at, as_of)
    in_time = _newest(a2, a2.c.revision_id == r.c.id, a2.c.assessed_at, as_of)
    a3 = schema.assessment.alias()
    later = select(func.min(a3.c.id)).where(a3.c.revision_id == r.c.id).scalar_subquery()
    decision = _newest(d2, d2.c.comment_id == c.c.id, d2.c.decided_at, as_of)
    return (
        c.join(s, s.c.id == c.c.source_id)
        .join(r, and_(r.c.comment_id == c.c.id, r.c.id == revision))
        .outerjoin(a, a.c.id == func.coalesce(in_time, later))
        .outerjoin(d, d.c.id == decision)
    )


def _columns(as_of: datetime | None) -> dict[str, ColumnElement[Any]]:
    a4, g, e3 = schema.assessment.alias(), schema.glance.alias(), schema.enforcement.alias()
    mine = (e3.c.action_id == ac.c.id, _by(e3.c.at, as_of))
    closed = func.coalesce(_closed(), false())
    return {
        "comment_id": c.c.id,
        "revision_id": r.c.id,
        "revision_no": r.c.no,
        "source_id": c.c.source_id,
        "source": s.c.name,
        "platform": c.c.platform,
        "post_id": c.c.post_id,
        "language": func.coalesce(a.c.language, "und"),
        "coverage": func.coalesce(a.c.coverage, "not_checked"),
        "flag": func.coalesce(a.c.flag, "not_checked"),
        "protected": func.coalesce(a.c.protected, false()),
        "toxicity": a.c.toxicity,
        "feedback": cast(a.c.feedback, Text),
        "sentiment": a.c.sentiment,
        "suggested": cast(a.c.reasons, Text),
        "created_at": c.c.created_at,
        "posted_at": POSTED,
        "watched_from": s.c.created_at,
        "first_seen_at": c.c.first_seen_at,
        "revised_at": r.c.seen_at,
        "assessed_at": _first(a4, a4.c.assessed_at, a4.c.revision_id == r.c.id,
                              _by(a4.c.assessed_at, as_of)),
        "opened_at": _first(g, g.c.at, g.c.revision_id == r.c.id, _by(g.c.at, as_of)),
        "decision_id": d.c.id,
        "verdict": d.c.verdict,
        "closed": closed,
        "second_look": func.coalesce(_second_look(), false()),
        "reason": d.c.reason,
        "decided_at": d.c.decided_at,
        "officer": u.c.pseudonym,
        "state": e.c.state,
        "action": ac.c.kind,
        "by_hand": func.coalesce(ac.c.by_hand, false()),
        "sent_at": _first(e3, e3.c.at, e3.c.state == EnforcementState.SENT.value, *mine),
        "verified_at": _first(e3, e3.c.at, e3.c.state.in_(_DONE), *mine),
        "missing_since": case((_by(c.c.missing_since, as_of), c.c.missing_since), else_=null()),
        "missing_reason": case((_by(c.c.missing_since, as_of), c.c.missing_reason), else_=null()),
        "group_id": m.c.group_id,
    }  # fmt: skip


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


def _instant(by: By) -> ColumnElement[Any]:
    return {
        "posted": POSTED,
        "first_seen": c.c.first_seen_at,
        "revised": r.c.seen_at,
        "decided": d.c.decided_at,
    }[by]


def _inside(w: Window) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        c.c.is_page_owner.is_(False),
        _by(c.c.first_seen_at, w.as_of),
        _instant(w.by) < w.until,
    ]
    if w.since is not None:
        found.append(_instant(w.by) >= w.since)
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


def comment_rows(w: Window, names: Sequence[str]) -> Query:
    """The named columns of each comment of the window, by instant and id."""
    known = _columns(w.as_of)
    chosen: list[Label[Any]] = [known[n].label(n) for n in names]
    query = select(*chosen).select_from(_joins(w.as_of)).where(*_inside(w))
    return query.order_by(_instant(w.by), c.c.id)


def theme_rows(w: Window) -> Query:
    """(comment_id, theme) of each comment of the window that a theme was found in."""
    t = schema.theme_match.alias()
    joined = _joins(w.as_of).join(t, t.c.revision_id == r.c.id)
    query = select(c.c.id, t.c.theme_key).select_from(joined).where(*_inside(w))
    return query.order_by(c.c.id, t.c.theme_key)


def untold_texts(w: Window, limit: int) -> Query:
    """Folded texts of the window in which no theme was found: where new themes come from."""
    t = schema.theme_match.alias()
    alone = ~exists(select(t.c.theme_key).where(t.c.revision_id == r.c.id))
    query = select(c.c.id, POSTED, r.c.text_search).select_from(_joins(w.as_of))
    return query.where(*_inside(w), alone).order_by(POSTED.desc(), c.c.id).limit(limit)


def copy_counts(as_of: datetime | None, group_ids: Sequence[str]) -> Query:
    """(group_id, how many) of these groups of near-copies, of those that were read by then."""
    a6, r4 = schema.assessment.alias(), schema.revision.alias()
    read = exists(
        select(a6.c.id)
        .join(r4, r4.c.id == a6.c.revision_id)
        .where(r4.c.comment_id == m.c.comment_id, _by(a6.c.assessed_at, as_of))
    )
    query = select(m.c.group_id, func.count()).where(m.c.group_id.in_(group_ids), read)
    return query.group_by(m.c.group_id)


def text_rows(comment_ids: Sequence[str], as_of: datetime) -> Query:
    """The texts of chosen comments with the signals (as JSON text) that drove their judgement."""
    query = select(
        c.c.id, r.c.text, cast(a.c.signals, Text), d.c.span_start, d.c.span_end, c.c.permalink
    )
    return query.select_from(_joins(as_of)).where(c.c.id.in_(comment_ids)).order_by(c.c.id)


def decision_rows(since: datetime, until: datetime, as_of: datetime) -> Query:
    """Every decision of [since, until), with the comment it is on and whether it was undone."""
    d3, e2, e3 = (t.alias() for t in (schema.decision, schema.enforcement, schema.enforcement))
    undone = exists(
        select(d3.c.id).where(
            d3.c.undoes == d.c.id, d3.c.decided_at <= as_of, d3.c.verdict == Verdict.UNDO.value
        )
    )
    a5 = schema.assessment.alias()
    told = select(func.max(a5.c.id)).where(
        a5.c.revision_id == d.c.revision_id, a5.c.assessed_at <= d.c.decided_at
    )
    attempt = _newest(e2, e2.c.action_id == ac.c.id, e2.c.at, as_of)
    done = _first(e3, e3.c.at, e3.c.action_id == ac.c.id, e3.c.at <= as_of, e3.c.state.in_(_DONE))
    joined = (
        d.join(c, c.c.id == d.c.comment_id)
        .join(s, s.c.id == c.c.source_id)
        .join(u, u.c.id == d.c.by_user)
        .outerjoin(a, a.c.id == told.scalar_subquery())
        .outerjoin(ac, ac.c.decision_id == d.c.id)
        .outerjoin(e, e.c.id == attempt)
    )
    return (
        select(
            d.c.id, c.c.id, s.c.name, c.c.platform, func.coalesce(a.c.language, "und"),
            func.coalesce(a.c.flag, "not_checked"), func.coalesce(a.c.protected, false()),
            d.c.verdict, d.c.reason, d.c.decided_at, u.c.pseudonym, d.c.policy_version,
            d.c.awaits_second, d.c.second_of, d.c.undoes, undone, POSTED, c.c.first_seen_at,
            e.c.state, done, func.coalesce(ac.c.by_hand, false()),
        )
        .select_from(joined)
        .where(d.c.decided_at >= since, d.c.decided_at < until, d.c.decided_at <= as_of)
        .order_by(d.c.decided_at, d.c.id)
    )  # fmt: skip


def sweep_rows(since: datetime, until: datetime) -> Query:
    """Every sweep started in [since, until)."""
    w = schema.sweep.alias()
    return (
        select(
            w.c.id, w.c.source_id, s.c.name, w.c.kind, w.c.started_at, w.c.ended_at, w.c.outcome,
            w.c.read, w.c.new, w.c.revised, w.c.unchanged, w.c.rejected, w.c.error_class,
        )
        .select_from(w.join(s, s.c.id == w.c.source_id))
        .where(w.c.started_at >= since, w.c.started_at < until)
        .order_by(w.c.started_at, w.c.id)
    )  # fmt: skip


def action_rows(since: datetime, until: datetime, as_of: datetime) -> Query:
    """Actions made in [since, until), or older and not at an end yet, with their state then."""
    e2, e3 = schema.enforcement.alias(), schema.enforcement.alias()
    attempt = _newest(e2, e2.c.action_id == ac.c.id, e2.c.at, as_of)
    mine = (e3.c.action_id == ac.c.id, e3.c.at <= as_of)
    over = e.c.state.in_([*_DONE, "cancelled", "gone", "left"])
    return (
        select(
            ac.c.id, ac.c.decision_id, ac.c.comment_id, s.c.name, s.c.platform, ac.c.kind,
            ac.c.by_hand, ac.c.created_at, ac.c.hold_until, e.c.state, e.c.at, e.c.detail,
            _first(e3, e3.c.at, e3.c.state == EnforcementState.SENT.value, *mine),
            _first(e3, e3.c.at, e3.c.state.in_(_DONE), *mine),
        )
        .select_from(ac.join(s, s.c.id == ac.c.source_id).join(e, e.c.id == attempt))
        .where(ac.c.created_at < until, or_(ac.c.created_at >= since, ~over))
        .order_by(ac.c.created_at, ac.c.id)
    )  # fmt: skip


def post_rows(since: datetime, until: datetime) -> Query:
    """Our posts that were made, or first seen where the platform told no date, in the window."""
    at = func.coalesce(p.c.created_at, p.c.first_seen_at, type_=schema.Instant())
    return (
        select(p.c.id, p.c.source_id, s.c.name, p.c.platform, p.c.text, p.c.permalink, at)
        .select_from(p.join(s, s.c.id == p.c.source_id))
        .where(at >= since, at < until)
        .order_by(at, p.c.id)
    )
