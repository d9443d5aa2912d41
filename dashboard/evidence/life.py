"""All that is kept of one comment, read together for its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from data.db import Tx
from data.model import (
    Action,
    Assessment,
    Comment,
    Decision,
    Enforcement,
    Evidence,
    Post,
    Revision,
    Source,
)
from data.store import assessments, comments, decisions, outbox, sources, users


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One comment with everything that points at it; ``officers`` are pseudonyms by user id."""

    comment: Comment
    source: Source
    post: Post | None
    revisions: list[Revision]
    assessments: dict[int, list[Assessment]]  # by revision, oldest first
    decisions: list[Decision]
    actions: list[Action]
    attempts: dict[int, list[Enforcement]]
    evidence: list[Evidence]
    officers: dict[int, str]
    opened_at: datetime | None


def life_of(tx: Tx, comment_id: str) -> Life | None:
    """The comment's life; None when there is no such comment."""
    comment = comments.get_comment(tx, comment_id)
    if comment is None:
        return None
    source = sources.source_by_id(tx, comment.source_id)
    assert source is not None  # a foreign key of the comment
    judged: dict[int, list[Assessment]] = {}
    for a in assessments.assessments_of(tx, comment_id):
        judged.setdefault(a.revision_id, []).append(a)
    actions = outbox.actions_of_comment(tx, comment_id)
    return Life(
        comment=comment,
        source=source,
        post=None if comment.post_id is None else comments.post_by_id(tx, comment.post_id),
        revisions=comments.revisions_of(tx, comment_id),
        assessments=judged,
        decisions=decisions.history(tx, comment_id),
        actions=actions,
        attempts={a.id: outbox.attempts_of(tx, a.id) for a in actions},
        evidence=outbox.evidence_of(tx, comment_id),
        officers={u.id: u.pseudonym for u in users.list_users(tx)},
        opened_at=comments.first_opened(tx, comment_id),
    )
