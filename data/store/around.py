"""What a card tells besides its comment, read for a whole page of open items at once.

Each kind is one query (none where no item needs it), however many the items are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from data import schema
from data.db import Tx
from data.model import (
    Assessment,
    Comment,
    Post,
    QueueItem,
    Revision,
    Source,
    Verdict,
    comment_id,
)
from data.store.assessments import assessment_of
from data.store.comments import get_comments, posts_by_id
from data.store.copies import CopyGroup, groups_of
from data.store.sources import sources_by_id
from data.store.viewing import Viewer, viewers_of

_C, _R, _A = schema.comment.c, schema.revision.c, schema.assessment.c
_D, _U = schema.decision.c, schema.app_user.c


@dataclass(frozen=True, slots=True, kw_only=True)
class OldText:
    """The text before the edit, and what the machine first made of it."""

    revision: Revision
    assessment: Assessment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """By comment id where nothing else is said; what there is none of is left out."""

    sources: dict[int, Source]
    posts: dict[int, Post]
    parents: dict[str, Comment]  # by the parent's own id
    old: dict[str, OldText]
    author_counts: dict[tuple[str, int], int]  # by author and source, since the asked instant
    groups: dict[str, CopyGroup]
    waits: dict[str, int]  # how often the current text was put off
    viewers: dict[str, list[Viewer]]
    names: dict[int, str]  # of those who made the open decisions, by user id


def around(
    tx: Tx, items: Sequence[QueueItem], *, since: datetime, now: datetime, reader: int
) -> Around:
    """What lies around these items at ``now``; authors are counted from ``since`` on.

    ``reader`` is not told among those who look at a comment.
    """
    found = [item.comment for item in items]
    ids = [c.id for c in found]
    return Around(
        sources=sources_by_id(tx, sorted({c.source_id for c in found})),
        posts=_posts(tx, found),
        parents=_parents(tx, found),
        old=_old(tx, found),
        author_counts=_author_counts(tx, found, since),
        groups=_groups(tx, items),
        waits=_waits(tx, found),
        viewers=viewers_of(tx, ids, now=now, but=reader),
        names=_names(tx, {i.decision.by_user for i in items if i.decision is not None}),
    )


def parent_of(c: Comment) -> str | None:
    """The id of the comment that this one answers, whether or not it is kept."""
    if c.parent_external_id is None:
        return None
    return comment_id(c.platform, c.parent_external_id)


def _posts(tx: Tx, found: Sequence[Comment]) -> dict[int, Post]:
    ids = sorted({c.post_id for c in found if c.post_id is not None})
    return posts_by_id(tx, ids) if ids else {}


def _parents(tx: Tx, found: Sequence[Comment]) -> dict[str, Comment]:
    ids = sorted({p for p in map(parent_of, found) if p is not None})
    return get_comments(tx, ids) if ids else {}


def _groups(tx: Tx, items: Sequence[QueueItem]) -> dict[str, CopyGroup]:
    ids = [i.comment.id for i in items if i.copies > 1]
    return groups_of(tx, ids) if ids else {}


def _old(tx: Tx, found: Sequence[Comment]) -> dict[str, OldText]:
    standing = {c.id: c.revision.no for c in found if c.revision.no > 1}
    if not standing:
        return {}
    query = select(schema.revision).where(_R.comment_id.in_(list(standing))).order_by(_R.no)
    before = {r.comment_id: r for r in tx.execute(query) if r.no < standing[r.comment_id]}
    judged = _first_judged(
        tx, [r.comment_id for r in before.values()], [r.id for r in before.values()]
    )
    return {
        comment: OldText(
            revision=Revision(
                id=r.id,
                comment_id=r.comment_id,
                no=r.no,
                text=r.text,
                text_sha256=r.text_sha256,
                seen_at=r.seen_at,
            ),
            assessment=judged.get(r.id),
        )
        for comment, r in before.items()
    }


def _first_judged(
    tx: Tx, comments: Sequence[str], revisions: Sequence[int]
) -> dict[int, Assessment]:
    """The first assessment of each revision; the comments' ids are what the index knows."""
    query = (
        select(schema.assessment)
        .where(_A.comment_id.in_(comments), _A.revision_id.in_(revisions))
        .order_by(_A.id.desc())
    )
    return {a.revision_id: a for a in map(assessment_of, tx.execute(query))}


def _author_counts(tx: Tx, found: Sequence[Comment], since: datetime) -> dict[tuple[str, int], int]:
    keys = sorted({c.author_key for c in found if c.author_key is not None})
    if not keys:
        return {}
    pages = sorted({c.source_id for c in found})
    query = (
        select(_C.author_key, _C.source_id, func.count())
        .where(_C.author_key.in_(keys), _C.source_id.in_(pages), _C.created_at >= since)
        .group_by(_C.author_key, _C.source_id)
    )
    return {(key, page): n for key, page, n in tx.execute(query)}


def _waits(tx: Tx, found: Sequence[Comment]) -> dict[str, int]:
    standing = {c.id: c.revision.id for c in found}
    query = (
        select(_D.comment_id, _D.revision_id, func.count())
        .where(_D.comment_id.in_(list(standing)), _D.verdict == Verdict.WAIT.value)
        .group_by(_D.comment_id, _D.revision_id)
    )
    return {c: n for c, revision, n in tx.execute(query) if revision == standing[c]}


def _names(tx: Tx, users: set[int]) -> dict[int, str]:
    if not users:
        return {}
    query = select(_U.id, _U.display).where(_U.id.in_(sorted(users)))
    return {user: display for user, display in tx.execute(query)}
