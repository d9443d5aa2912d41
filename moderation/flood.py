"""Near-copies of a comment that is being assessed: its group, and the flood that it may complete.

No claim is made that accounts are linked: only how many copies, by how many accounts, in how long.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from data.db import Tx
from data.model import Comment, Judgement, Reading, ReasonCode
from data.store import assessments, copies
from moderation.policy import Policy, judge
from moderation.signals.copies import ALIKE, Signature, signature, similarity, with_copies


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """A reading with what is known of its copies; ``group`` None when the text is too short."""

    comment: Comment
    reading: Reading
    group: copies.CopyGroup | None
    at: datetime

    def flag_earlier(self, tx: Tx, judgement: Judgement, policy: Policy, now: datetime) -> int:
        """Assesses the flood's other members anew when this copy made it one; gives how many.

        Only near the threshold: later copies are flagged as they come, and looking at all earlier
        ones each time would cost the square of the flood.
        """
        group, least = self.group, policy.flood.copies
        if group is None or ReasonCode.FLOOD not in judgement.reasons:
            return 0
        if not least <= group.count < 2 * least:
            return 0
        span = timedelta(minutes=group.minutes)
        others = copies.members_between(tx, group.group_id, self.at - span, self.at + span)
        return sum(_flag_one(tx, other, group, policy, now) for other in others)


Met = dict[bytes, tuple[str, datetime]]
"""Group and time of the last comment with each signature that this run met: exact copies of a
large flood are found without asking the store, which would cost the square of the flood."""


def joined(
    tx: Tx, comment: Comment, reading: Reading, policy: Policy, window: timedelta, met: Met
) -> Copies:
    """Puts the comment into the group of its near-copies and counts them around its time."""
    at = comment.created_at or comment.first_seen_at
    if comment.revision.no > 1:
        copies.forget_copy(tx, comment.id)  # its text was another one before
    sign = signature(comment.revision.text)
    if sign is None:
        return Copies(comment=comment, reading=reading, group=None, at=at)
    last = met.get(sign.minhash)
    near = last is not None and abs(at - last[1]) <= window
    found = last[0] if near and last else _group_for(tx, sign, at - window)
    group_id = found or _own_group(comment)
    met[sign.minhash] = (group_id, at)
    copies.add_member(
        tx,
        comment.id,
        group_id=group_id,
        author_key=comment.author_key,
        signature=sign.minhash,
        bands=sign.bands,
        at=at,
    )
    alone = copies.CopyGroup(group_id=group_id, count=1, accounts=1, minutes=0.0)
    span = timedelta(minutes=policy.flood.minutes)
    group = alone if found is None else copies.copies_near(tx, group_id, at, within=span)
    counted = with_copies(
        reading, count=group.count, accounts=group.accounts, minutes=group.minutes
    )
    return Copies(comment=comment, reading=counted, group=group, at=at)


def _own_group(comment: Comment) -> str:
    """A name for a new group; an edited comment must not come back to the one it founded once."""
    no = comment.revision.no
    return comment.id if no == 1 else f"{comment.id}#{no}"


def _group_for(tx: Tx, sign: Signature, since: datetime) -> str | None:
    """The group of the most alike earlier comment; None when none is alike enough."""
    found = [
        (similarity(sign.minhash, c.signature), c.group_id)
        for c in copies.copy_candidates(tx, sign.bands, since=since)
        if len(c.signature) == len(sign.minhash)
    ]
    best = max(found, default=(0.0, ""))
    return best[1] if best[0] >= ALIKE else None


def _flag_one(
    tx: Tx, comment_id: str, group: copies.CopyGroup, policy: Policy, now: datetime
) -> int:
    """One earlier member judged with the flood's numbers; its reading needs no engine."""
    old = assessments.current_assessment(tx, comment_id)
    if old is None or ReasonCode.FLOOD in old.judgement.reasons:
        return 0
    reading = with_copies(
        old.reading, count=group.count, accounts=group.accounts, minutes=group.minutes
    )
    judgement = judge(reading, policy)
    if ReasonCode.FLOOD not in judgement.reasons:
        return 0
    assessments.save_assessment(tx, comment_id, old.revision_id, reading, judgement, now=now)
    return 1
