"""The list of comments behind every number, and full-text search over all that was ever said."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Text, and_, cast, false, func, select, text

from data import schema
from data.db import Tx
from data.model import CLOSING, Assessment, Comment, Decision
from data.store.assessments import assessments_by_id
from data.store.comments import comment_of, select_comments
from data.store.decisions import decision_of
from data.store.outbox import view as outbox

_C, _R, _A, _D = (
    schema.comment.c,
    schema.revision.c,
    schema.assessment.c,
    schema.decision.c,
)
_M, _O = schema.theme_match.c, outbox.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to list. None or empty means "any". Instants bound [since, until) of ``by``."""

    words: str = ""  # already folded by the same function as the stored text
    since: datetime | None = None
    until: datetime | None = None
    by: str = "created"  # created | decided | first_seen
    source_ids: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()
    coverages: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    feedback: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    by_users: tuple[int, ...] = ()
    theme: str | None = None
    post_id: int | None = None
    protected: bool | None = None
    decided: bool | None = None
    closed: bool | None = None  # a closing decision stands on the text as it is now
    moods: tuple[str, ...] = ()
    states: tuple[str, ...] = ()  # of what the newest decision asked of the platform
    comment_ids: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    comment: Comment
    assessment: Assessment | None
    decision: Decision | None  # the newest, whatever revision it points at


def _instant(by: str) -> ColumnElement[Any]:
    if by == "decided":
        return _D.decided_at
    return (
        _C.first_seen_at if by == "first_seen" else func.coalesce(_C.created_at, _C.first_seen_at)
    )


def _matches_words(tx: Tx, words: str) -> ColumnElement[bool]:
    """Every word must occur, the last letters may be missing; quotes make the words harmless."""
    tokens = [t.replace('"', "").replace("'", "") for t in words.split()]
    tokens = [t for t in tokens if t]
    if tx.dialect.name == "sqlite":
        query = " ".join(f'"{t}"*' for t in tokens)
        return _R.id.in_(
            text("SELECT rowid FROM revision_fts WHERE revision_fts MATCH :words")
            .bindparams(words=query)
            .columns(schema.revision.c.id)
        )
    query = " & ".join("'" + t.replace("\\", "") + "':*" for t in tokens)
    vector = func.to_tsvector(text("'simple'"), _R.text_search)
    return vector.op("@@")(func.to_tsquery(text("'simple'"), query))


def _conditions(tx: Tx, w: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if w.words.strip(" \"'\\"):
        found.append(_matches_words(tx, w.words))
    if w.since is not None:
        found.append(_instant(w.by) >= w.since)
    if w.until is not None:
        found.append(_instant(w.by) < w.until)
    # What nobody has judged yet is told as *not checked*, here as in the frames behind the numbers.
    for values, col in (
        (w.source_ids, _C.source_id),
        (w.languages, func.coalesce(_A.language, "und")),
        (w.coverages, func.coalesce(_A.coverage, "not_checked")),
        (w.flags, func.coalesce(_A.flag, "not_checked")),
        (w.moods, _A.sentiment),
        (w.verdicts, _D.verdict),
        (w.reasons, _D.reason),
        (w.by_users, _D.by_user),
        (w.comment_ids, _C.id),
    ):
        if values:
            found.append(col.in_(values))
    found += [_has_feedback(k) for k in w.feedback]
    if w.theme is not None:
        found.append(_R.id.in_(select(_M.revision_id).where(_M.theme_key == w.theme)))
    if w.post_id is not None:
        found.append(_C.post_id == w.post_id)
    if w.protected is not None:
        found.append(func.coalesce(_A.protected, false()).is_(w.protected))
    if w.decided is not None:
        found.append(_D.id.is_not(None) if w.decided else _D.id.is_(None))
    if w.closed is not None:
        found.append(func.coalesce(_closed(), false()).is_(w.closed))
    if w.states:
        found.append(_D.id.in_(select(_O.decision_id).where(_O.state.in_(w.states))))
    return found


def _closed() -> ColumnElement[bool]:
    """As data.store.frames_sql counts it: not undone, not a proposal, not older than an edit."""
    verdicts = sorted(v.value for v in CLOSING)
    on_this_text = _D.revision_id == _C.revision_id
    return and_(_D.verdict.in_(verdicts), _D.awaits_second.is_(False), on_this_text)


def _has_feedback(kind: str) -> ColumnElement[bool]:
    # The list is kept as JSON text of known words, so a quoted word is enough to find it.
    return cast(_A.feedback, Text).like(f'%"{kind}"%')


def _joined(tx: Tx, wanted: Wanted) -> Select[Any]:
    query = (
        select_comments()
        .outerjoin(schema.assessment, _A.id == _C.assessment_id)
        .outerjoin(schema.decision, _D.id == _C.decision_id)
        .where(_C.is_page_owner.is_(False))
    )
    conditions = _conditions(tx, wanted)
    return query.where(and_(*conditions)) if conditions else query


def find_comments(tx: Tx, wanted: Wanted, *, limit: int = 100, offset: int = 0) -> list[Found]:
    """The comments that fit, the newest first."""
    query = _joined(tx, wanted).order_by(_instant(wanted.by).desc(), _C.id)
    rows = tx.execute(query.limit(limit).offset(offset)).all()
    assessments = assessments_by_id(tx, [r.assessment_id for r in rows if r.assessment_id])
    decisions = _decisions(tx, rows)
    return [
        Found(
            comment=comment_of(r),
            assessment=assessments.get(r.assessment_id),
            decision=decisions.get(r.decision_id),
        )
        for r in rows
    ]


def _decisions(tx: Tx, rows: list[Row[Any]] | Any) -> dict[int, Decision]:
    ids = [r.decision_id for r in rows if r.decision_id is not None]
    found = tx.execute(select(schema.decision).where(_D.id.in_(ids)))
    return {d.id: d for d in map(decision_of, found)}


def count_found(tx: Tx, wanted: Wanted) -> int:
    """How many comments fit."""
    return tx.execute(select(func.count()).select_from(_joined(tx, wanted).subquery())).scalar_one()
