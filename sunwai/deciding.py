"""A decision from the command line: names become records, and the same rules speak."""

from __future__ import annotations

from data.model import Verdict
from data.store import decisions, users
from data.store.comments import get_comment
from moderation.decide import DecisionRequest, Recorded, record_decision
from moderation.reasons import parse_reason
from moderation.undo import undo_decision
from sunwai.cli import BadUsage
from sunwai.wiring import House


def decide_by_name(
    house: House,
    *,
    comment_id: str,
    verdict: str,
    by: str,
    reason: str | None,
    text: str,
    span: str | None,
    key: str,
) -> Recorded:
    """Records the decision. Raises Refused and RefusedReason with the rooms' own sentences."""
    try:
        wanted = Verdict(verdict)
    except ValueError:
        raise BadUsage(f"--verdict {verdict}: it is one of {', '.join(Verdict)}.") from None
    code = None if reason is None else parse_reason(reason)
    cut = None if span is None else _span(span)
    now, version = house.clock(), house.policy().version
    with house.ready_db.write() as tx:
        user = users.user_by_name(tx, by)
        if user is None:
            raise BadUsage(f"--by {by}: there is no such user.")
        comment = get_comment(tx, comment_id)
        if comment is None:
            raise BadUsage(f"there is no comment {comment_id}. See: sunwai queue list")
        current = decisions.current_decision(tx, comment_id)
        if wanted is Verdict.UNDO:
            if current is None:
                raise BadUsage(f"{comment_id} has no decision to undo.")
            return undo_decision(
                tx, decision_id=current.id, by=user, key=key, holds=house.holds, now=now
            )
        request = DecisionRequest(
            comment_id=comment_id,
            revision_id=comment.revision.id,
            verdict=wanted,
            by=user,
            key=key,
            expected=None if current is None else current.id,
            reason=code,
            reason_text=text,
            span=cut,
        )
        return record_decision(
            tx,
            request,
            policy_version=version,
            holds=house.holds,
            now=now,
            filing=house.filing,
        )


def _span(text: str) -> tuple[int, int]:
    start, dash, end = text.partition("-")
    if not (dash and start.isdecimal() and end.isdecimal()):
        raise BadUsage(f"--span {text}: write it as START-END, as in 0-12.")
    return int(start), int(end)
