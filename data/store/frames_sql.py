"""The questions behind the frames: one row per thing, as it stood at an instant (``as_of``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Label, Select, Text, cast, exists, false, func, or_, select

from data import schema
from data.model import EnforcementState, Verdict
from data.store.frames_comments import (
    DONE,
    POSTED,
    Window,
    a,
    ac,
    by_then,
    c,
    columns,
    d,
    e,
    first,
    inside,
    instant,
    joins,
    m,
    newest,
    r,
    s,
    u,
)

Query = Select[*tuple[Any, ...]]
p = schema.post.alias()


def comment_rows(w: Window, names: Sequence[str]) -> Query:
    """The named columns of each comment of the window, by instant and id."""
    known = columns(w.as_of)
    chosen: list[Label[Any]] = [known[n].label(n) for n in names]
    query = select(*chosen).select_from(joins(w.as_of)).where(*inside(w))
    return query.order_by(instant(w.by), c.c.id)


def theme_rows(w: Window) -> Query:
    """(comment_id, theme) of each comment of the window that a theme was found in."""
    t = schema.theme_match.alias()
    joined = joins(w.as_of).join(t, t.c.revision_id == r.c.id)
    query = select(c.c.id, t.c.theme_key).select_from(joined).where(*inside(w))
    return query.order_by(c.c.id, t.c.theme_key)


def untold_texts(w: Window, limit: int) -> Query:
    """Folded texts of the window in which no theme was found: where new themes come from."""
    t = schema.theme_match.alias()
    alone = ~exists(select(t.c.theme_key).where(t.c.revision_id == r.c.id))
    query = select(c.c.id, POSTED, r.c.text_search).select_from(joins(w.as_of))
    return query.where(*inside(w), alone).order_by(POSTED.desc(), c.c.id).limit(limit)


def copy_counts(as_of: datetime | None, group_ids: Sequence[str]) -> Query:
    """(group_id, how many) of these groups of near-copies, of those that were read by then."""
    a6, r4 = schema.assessment.alias(), schema.revision.alias()
    read = exists(
        select(a6.c.id)
        .join(r4, r4.c.id == a6.c.revision_id)
        .where(r4.c.comment_id == m.c.comment_id, by_then(a6.c.assessed_at, as_of))
    )
    query = select(m.c.group_id, func.count()).where(m.c.group_id.in_(group_ids), read)
    return query.group_by(m.c.group_id)


def text_rows(comment_ids: Sequence[str], as_of: datetime) -> Query:
    """The texts of chosen comments with the signals (as JSON text) that drove their judgement."""
    query = select(
        c.c.id, r.c.text, cast(a.c.signals, Text), d.c.span_start, d.c.span_end, c.c.permalink
    )
    return query.select_from(joins(as_of)).where(c.c.id.in_(comment_ids)).order_by(c.c.id)


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
    attempt = newest(e2, e2.c.action_id == ac.c.id, e2.c.at, as_of)
    done = first(e3, e3.c.at, e3.c.action_id == ac.c.id, e3.c.at <= as_of, e3.c.state.in_(DONE))
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
    attempt = newest(e2, e2.c.action_id == ac.c.id, e2.c.at, as_of)
    mine = (e3.c.action_id == ac.c.id, e3.c.at <= as_of)
    over = e.c.state.in_([*DONE, "cancelled", "gone", "left"])
    return (
        select(
            ac.c.id, ac.c.decision_id, ac.c.comment_id, s.c.name, s.c.platform, ac.c.kind,
            ac.c.by_hand, ac.c.created_at, ac.c.hold_until, e.c.state, e.c.at, e.c.detail,
            first(e3, e3.c.at, e3.c.state == EnforcementState.SENT.value, *mine),
            first(e3, e3.c.at, e3.c.state.in_(DONE), *mine),
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
