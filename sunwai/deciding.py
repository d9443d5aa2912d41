"""A decision from the command line: names become records, and the same rules speak."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from data.db import Tx
from data.model import Comment, Decision, ReasonCode, User, Verdict
from data.store import decisions, users
from data.store.comments import get_comment
from moderation.deciding.decide import DecisionRequest, Recorded, record_decision
from moderation.deciding.undo import undo_decision
from moderation.policies.reasons import parse_reason
from sunwai.cli import BadUsage
from sunwai.wiring import House


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A decision as somebody typed it."""

    comment_id: str
    verdict: str
    by: str
    key: str
    reason: str | None = None
    text: str = ""
    span: str | None = None


def decide_by_name(house: House, typed: Typed) -> Recorded:
    """Records the decision. Raises BadUsage for what cannot be, and Refused and RefusedReason
    with the rooms' own sentences."""
    verdict = _verdict(typed.verdict)
    reason = None if typed.reason is None else parse_reason(typed.reason)
    span = None if typed.span is None else _span(typed.span)
    now, version = house.clock(), house.policy().version
    with house.ready_db.write() as tx:
        by, comment, current = _known(tx, typed)
        if verdict is Verdict.UNDO:
            return _undo(tx, house, typed, by, current, now)
        request = _request(typed, verdict, reason, span, by, comment, current)
        return record_decision(
            tx,
            request,
            policy_version=version,
            holds=house.holds,
            now=now,
            filing=house.filing,
        )


def _request(
    typed: Typed,
    verdict: Verdict,
    reason: ReasonCode | None,
    span: tuple[int, int] | None,
    by: User,
    comment: Comment,
    current: Decision | None,
) -> DecisionRequest:
    return DecisionRequest(
        comment_id=comment.id,
        revision_id=comment.revision.id,
        verdict=verdict,
        by=by,
        key=typed.key,
        expected=None if current is None else current.id,
        reason=reason,
        reason_text=typed.text,
        span=span,
    )


def _undo(
    tx: Tx, house: House, typed: Typed, by: User, current: Decision | None, now: datetime
) -> Recorded:
    if current is None:
        raise BadUsage(f"{typed.comment_id} has no decision to undo.")
    return undo_decision(
        tx, decision_id=current.id, by=by, key=typed.key, holds=house.holds, now=now
    )


def _known(tx: Tx, typed: Typed) -> tuple[User, Comment, Decision | None]:
    user = users.user_by_name(tx, typed.by)
    if user is None:
        raise BadUsage(f"--by {typed.by}: there is no such user.")
    comment = get_comment(tx, typed.comment_id)
    if comment is None:
        raise BadUsage(f"there is no comment {typed.comment_id}. See: sunwai queue list")
    return user, comment, decisions.current_decision(tx, typed.comment_id)


def _verdict(text: str) -> Verdict:
    try:
        return Verdict(text)
    except ValueError:
        raise BadUsage(f"--verdict {text}: it is one of {', '.join(Verdict)}.") from None


def _span(text: str) -> tuple[int, int]:
    start, dash, end = text.partition("-")
    if not (dash and start.isdecimal() and end.isdecimal()):
        raise BadUsage(f"--span {text}: write it as START-END, as in 0-12.")
    return int(start), int(end)
