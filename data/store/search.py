"""The list of comments behind every number, and full-text search over all that was ever said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Text, and_, cast, false, func, or_, select

from data import schema
from data.db import Tx
from data.model import CLOSING, Assessment, Comment, Decision
from data.store.assessments import assessments_by_id
from data.store.comments import comment_of, select_comments
from data.store.decisions import decisions_by_id
from data.store.full_text import says
from data.store.outbox import view as outbox

_C, _R, _A, _D = (
    schema.comment.c,
    schema.revision.c,
    schema.assessment.c,
    schema.decision.c,
)
_M, _O, _I = schema.theme_match.c, outbox.c, schema.open_item.c


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
    is_open: bool | None = None  # it asks for a person now: it stands in the review queue
    queues: tuple[str, ...] = ()  # named queues; only what is open has one
    platforms: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()  # the reason code that the machine names first
    score_from: float | None = None  # of the toxicity, 0 to 1; a text not scored has none
    score_to: float | None = None
    not_after: datetime | None = None  # posted then or before: the age of what waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    comment: Comment
    assessment: Assessment | None
    decision: Decision | None  # the newest, whatever revision it points at


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Where a filter finds what it asks about: in the comment's rows, or in its open item."""

    id: ColumnElement[Any]
    source: ColumnElement[Any]
    platform: ColumnElement[Any]
    language: ColumnElement[Any]
    coverage: ColumnElement[Any]
    flag: ColumnElement[Any]
    protected: ColumnElement[Any]
    score: ColumnElement[Any]
    posted: ColumnElement[Any]


# What nobody has judged yet is told as *not checked*, here as in the frames behind the numbers.
_ALL = _Columns(
    id=_C.id,
    source=_C.source_id,
    platform=_C.platform,
    language=func.coalesce(_A.language, "und"),
    coverage=func.coalesce(_A.coverage, "not_checked"),
    flag=func.coalesce(_A.flag, "not_checked"),
    protected=func.coalesce(_A.protected, false()),
    score=_A.toxicity,
    posted=func.coalesce(_C.created_at, _C.first_seen_at, type_=schema.Instant()),
)
# One narrow row holds all of it, so that a filter over a million open items reads nothing else.
_OPEN = _Columns(
    id=_I.comment_id,
    source=_I.source_id,
    platform=_I.platform,
    language=_I.language,
    coverage=_I.coverage,
    flag=_I.flag,
    protected=_I.protected,
    score=_I.toxicity,
    posted=_I.since,
)


def columns_of(w: Wanted) -> _Columns:
    """Where the filters of this list look."""
    return _OPEN if stands_in_queue(w) else _ALL


def instant_of(w: Wanted) -> ColumnElement[Any]:
    """The instant that bounds and orders this list."""
    if w.by == "decided":
        return _D.decided_at
    return _C.first_seen_at if w.by == "first_seen" else columns_of(w).posted


def conditions(tx: Tx, w: Wanted) -> list[ColumnElement[bool]]:
    """What a comment must be to fit, over comment, assessment, decision, and the open item where
    ``stands_in_queue`` says so."""
    found: list[ColumnElement[bool]] = []
    if w.words.strip(" \"'\\"):
        found.append(says(tx, w.words, columns_of(w).id))
    found += _conditions_of_time(w)
    at = columns_of(w)
    for values, col in (
        (w.source_ids, at.source),
        (w.platforms, at.platform),
        (w.languages, at.language),
        (w.coverages, at.coverage),
        (w.flags, at.flag),
        (w.moods, _A.sentiment),
        (w.verdicts, _D.verdict),
        (w.reasons, _D.reason),
        (w.by_users, _D.by_user),
        (w.comment_ids, at.id),
    ):
        if values:
            found.append(col.in_(values))
    if w.protected is not None:
        found.append(at.protected.is_(w.protected))
    return found + _conditions_of_waiting(w) + _conditions_of_reading(w) + _conditions_of_life(w)


def _conditions_of_time(w: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if w.since is not None:
        found.append(instant_of(w) >= w.since)
    if w.until is not None:
        found.append(instant_of(w) < w.until)
    if w.not_after is not None:
        found.append(columns_of(w).posted <= w.not_after)
    return found


def _conditions_of_waiting(w: Wanted) -> list[ColumnElement[bool]]:
    """Named queues, the suggested code, the range of the score."""
    found: list[ColumnElement[bool]] = []
    if w.queues:
        found.append(_I.queue.in_(w.queues))
    elif w.is_open is False:
        found.append(_C.id.not_in(select(_I.comment_id)))
    if w.codes and stands_in_queue(w):
        found.append(_I.suggested.in_(w.codes))
    elif w.codes:
        # The codes are kept as JSON text of known words, the suggested one first.
        found.append(or_(*(cast(_A.reasons, Text).like(f'["{code}"%') for code in w.codes)))
    score = columns_of(w).score
    if w.score_from is not None:
        found.append(score >= w.score_from)
    if w.score_to is not None:
        found.append(score <= w.score_to)
    return found


def _conditions_of_reading(w: Wanted) -> list[ColumnElement[bool]]:
    """What the text speaks of."""
    found = [_has_feedback(k) for k in w.feedback]
    if w.theme is not None:
        themed = select(_M.revision_id).where(_M.theme_key == w.theme)
        found.append(_C.revision_id.in_(themed))
    if w.post_id is not None:
        found.append(_C.post_id == w.post_id)
    return found


def _conditions_of_life(w: Wanted) -> list[ColumnElement[bool]]:
    """What was decided and done."""
    found: list[ColumnElement[bool]] = []
    if w.decided is not None:
        found.append(_D.id.is_not(None) if w.decided else _D.id.is_(None))
    if w.closed is not None:
        found.append(func.coalesce(_closed(), false()).is_(w.closed))
    if w.states:
        found.append(_D.id.in_(select(_O.decision_id).where(_O.state.in_(w.states))))
    return found


def stands_in_queue(w: Wanted) -> bool:
    """Whether only what is in the review queue can fit."""
    return bool(w.queues) or w.is_open is True


def _closed() -> ColumnElement[bool]:
    """As data.store.frames_sql counts it: not undone, not a proposal, not older than an edit."""
    verdicts = sorted(v.value for v in CLOSING)
    on_this_text = _D.revision_id == _C.revision_id
    return and_(_D.verdict.in_(verdicts), _D.awaits_second.is_(False), on_this_text)


def _has_feedback(kind: str) -> ColumnElement[bool]:
    # The list is kept as JSON text of known words, so a quoted word is enough to find it.
    return cast(_A.feedback, Text).like(f'%"{kind}"%')


def matching(tx: Tx, wanted: Wanted) -> Select[Any]:
    """The comments that fit, with assessment and decision beside them, in no order."""
    query = (
        select_comments()
        .outerjoin(schema.assessment, _A.id == _C.assessment_id)
        .outerjoin(schema.decision, _D.id == _C.decision_id)
        .where(_C.is_page_owner.is_(False))
    )
    if stands_in_queue(wanted):
        query = query.join(schema.open_item, _I.comment_id == _C.id)
    return query.where(*conditions(tx, wanted))


def find_comments(tx: Tx, wanted: Wanted, *, limit: int = 100) -> list[Found]:
    """The comments that fit, the newest first."""
    query = matching(tx, wanted).order_by(instant_of(wanted).desc(), _C.id)
    return found_of(tx, tx.execute(query.limit(limit)).all())


def found_of(tx: Tx, rows: Sequence[Row[Any]]) -> list[Found]:
    """The comments of some rows of ``matching``, in their order."""
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


def _decisions(tx: Tx, rows: Sequence[Row[Any]]) -> dict[int, Decision]:
    return decisions_by_id(tx, [r.decision_id for r in rows if r.decision_id is not None])


def count_found(tx: Tx, wanted: Wanted, *, most: int | None = None) -> int:
    """How many comments fit; with ``most`` it stops counting there."""
    fitting = matching(tx, wanted).with_only_columns(_C.id)
    if most is not None:
        fitting = fitting.limit(most)
    return tx.execute(select(func.count()).select_from(fitting.subquery())).scalar_one()
