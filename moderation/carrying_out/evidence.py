"""What is kept before a comment is acted on: all that a later reader needs to judge the act."""

from __future__ import annotations

from datetime import datetime

from data.db import Tx
from data.model import (
    Action,
    Assessment,
    Comment,
    Decision,
    JsonObject,
    Revision,
    comment_id,
)
from data.store import assessments, comments, decisions, outbox, users
from moderation.carrying_out.attempts import note
from moderation.platforms.base import Seen


class EvidenceMissing(Exception):
    """What a later reader needs is not there, or could not be kept; the message says what."""


def keep_evidence(
    tx: Tx,
    action: Action,
    comment: Comment,
    seen: Seen | None,
    *,
    now: datetime,
    whole: bool = False,
) -> str | None:
    """Keeps comment, text, post, parent, signals, decision and the fresh reading; gives their
    sha256.

    Once per action: None when it was kept before. ``seen`` is None where nothing can be read.
    Raises EvidenceMissing where it could not be kept, or, with ``whole``, where the platform's own
    answer of just now is lacking; then nothing is kept.
    """
    if whole and (seen is None or not seen.raw):
        raise EvidenceMissing("the platform's own answer of just now is not there")
    if outbox.has_evidence(tx, action.id):
        return None
    decision = decisions.decision_by_id(tx, action.decision_id)
    assessment = assessments.current_assessment(tx, comment.id)
    revision = next(
        (r for r in comments.revisions_of(tx, comment.id) if r.id == action.revision_id),
        comment.revision,
    )
    post = None if comment.post_id is None else comments.post_by_id(tx, comment.post_id)
    parent = _parent(tx, comment)
    body: JsonObject = {
        "comment": _comment(comment),
        "revision": _revision(revision),
        "post": None if post is None else {"id": post.external_id, "text": post.text},
        "parent": parent,
        "assessment": _assessment(assessment, revision),
        "decision": None if decision is None else _decision(tx, decision),
        "action": {"id": action.id, "kind": action.kind.value, "by_hand": action.by_hand},
        "seen": None if seen is None else _seen(seen, now),
    }
    try:
        digest = outbox.keep_evidence(tx, action.id, comment.id, revision.id, body, now=now)
    except outbox.EvidenceNotKept as failure:
        raise EvidenceMissing(f"it could not be kept ({failure})") from failure
    note(tx, action, "evidence.kept", now=now, extra={"sha256": digest})
    return digest


def _when(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _comment(c: Comment) -> JsonObject:
    return {
        "id": c.id,
        "platform": c.platform.value,
        "permalink": c.permalink,
        "parent": c.parent_external_id,
        "author_key": c.author_key,
        "created_at": _when(c.created_at),
        "first_seen_at": _when(c.first_seen_at),
        "last_seen_at": _when(c.last_seen_at),
        "visibility": c.visibility.value,
    }


def _parent(tx: Tx, c: Comment) -> JsonObject | None:
    """What the comment answers, as it is kept; None where it answers none or that is not kept."""
    if c.parent_external_id is None:
        return None
    parent = comments.get_comment(tx, comment_id(c.platform, c.parent_external_id))
    if parent is None:
        return None
    return {"id": parent.id, "text": parent.revision.text, "by_page": parent.is_page_owner}


def _revision(r: Revision) -> JsonObject:
    return {
        "id": r.id,
        "no": r.no,
        "text": r.text,
        "sha256": r.text_sha256,
        "seen_at": _when(r.seen_at),
    }


def _assessment(a: Assessment | None, revision: Revision) -> JsonObject | None:
    if a is None or a.revision_id != revision.id:
        return None
    return {
        "id": a.id,
        "language": a.reading.language.value,
        "coverage": a.reading.coverage.value,
        "engine": f"{a.reading.engine} {a.reading.engine_version}",
        "calibration": a.reading.calibration,
        "signals": {s.name: s.value for s in a.reading.signals},
        "feedback": [k.value for k in a.reading.feedback],
        "flag": a.judgement.flag.value,
        "protected": a.judgement.protected,
        "why": [w.text for w in a.judgement.why],
        "policy_version": a.judgement.policy_version,
    }


def _decision(tx: Tx, d: Decision) -> JsonObject:
    user = users.user_by_id(tx, d.by_user)
    return {
        "id": d.id,
        "verdict": d.verdict.value,
        "reason": None if d.reason is None else d.reason.value,
        "reason_text": d.reason_text,
        "by": None if user is None else user.pseudonym,
        "decided_at": _when(d.decided_at),
        "policy_version": d.policy_version,
        "second_of": d.second_of,
        "span": None if d.span is None else list(d.span),
    }


def _seen(seen: Seen, now: datetime) -> JsonObject:
    return {
        "at": _when(now),
        "liveness": seen.liveness.value,
        "visibility": seen.visibility.value,
        "raw": seen.raw,
    }
