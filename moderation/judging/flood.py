"""Near-copies of a comment that is being assessed: its group, and the flood that it may complete.

No claim is made that accounts are linked: only how many copies, by how many accounts, in how long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.db import Tx
from data.model import Comment, Judgement, Reading, ReasonCode
from data.store import assessments, copies
from moderation.judging.policy import Policy, judge
from moderation.signals.copies import ALIKE, Signature, signatures, similarity, with_copies


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """A reading with what is known of its copies; ``group`` None when the text is too short.

    ``all_told`` where later copies are counted too: then none of the others changes by this one.
    """

    comment: Comment
    reading: Reading
    group: copies.CopyGroup | None
    at: datetime
    all_told: bool = False

    def completes_flood(self, judgement: Judgement, policy: Policy) -> bool:
        """Whether the flood's other members are to be looked at anew because of this copy.

        Only near the threshold: later copies are flagged as they come, and looking at all earlier
        ones each time would cost the square of the flood.
        """
        least = policy.flood.copies
        if self.group is None or self.all_told or ReasonCode.FLOOD not in judgement.reasons:
            return False
        return least <= self.group.count < 2 * least

    def flag_earlier(self, tx: Tx, policy: Policy, now: datetime) -> int:
        """Assesses the flood's other members anew; gives how many."""
        group = self.group
        if group is None:
            return 0
        span = timedelta(minutes=group.minutes)
        others = copies.members_between(tx, group.group_id, self.at - span, self.at + span)
        return sum(_flag_one(tx, other, group, policy, now) for other in others)


Met = dict[bytes, tuple[str, datetime]]
"""Group and time of the last comment with each signature that this run met: exact copies of a
large flood are found without asking the store, which would cost the square of the flood."""


@dataclass(slots=True, kw_only=True)
class CopyPage:
    """A page of comments on their way into the groups of their near-copies.

    What stands in the store is asked for once; new members wait until they must be counted.
    """

    tx: Tx
    policy: Policy
    window: timedelta
    met: Met
    signs: dict[str, Signature]
    by_band: dict[int, list[copies.Member]]
    waiting: list[copies.Member]
    members: dict[str, copies.CopyGroup]

    def join(self, comment: Comment, reading: Reading) -> Copies:
        """Puts the comment into the group of its near-copies and counts them around its time."""
        at = _instant(comment)
        if (known := self.members.get(comment.id)) is not None:
            counted = _counted(reading, known)
            return Copies(comment=comment, reading=counted, group=known, at=at, all_told=True)
        sign = self.signs.get(comment.id)
        if sign is None:
            return Copies(comment=comment, reading=reading, group=None, at=at)
        found = self._met_lately(sign, at) or self._most_alike(comment, sign, at - self.window)
        group_id = found or _own_group(comment)
        self.met[sign.minhash] = (group_id, at)
        self._add(comment, group_id, sign, at)
        group = copies.CopyGroup(group_id=group_id, count=1, accounts=1, minutes=0.0)
        if found is not None:
            self.flush()
            span = timedelta(minutes=self.policy.flood.minutes)
            group = copies.copies_near(self.tx, group_id, at, within=span)
        return Copies(comment=comment, reading=_counted(reading, group), group=group, at=at)

    def flush(self) -> None:
        """Writes the members that wait."""
        copies.add_members(self.tx, self.waiting)
        self.waiting.clear()

    def _add(self, comment: Comment, group_id: str, sign: Signature, at: datetime) -> None:
        member = copies.Member(
            comment_id=comment.id,
            group_id=group_id,
            author_key=comment.author_key,
            signature=sign.minhash,
            bands=sign.bands,
            at=at,
        )
        self.waiting.append(member)
        for band in sign.bands:
            self.by_band.setdefault(band, []).append(member)

    def _met_lately(self, sign: Signature, at: datetime) -> str | None:
        last = self.met.get(sign.minhash)
        return last[0] if last is not None and abs(at - last[1]) <= self.window else None

    def _most_alike(self, comment: Comment, sign: Signature, since: datetime) -> str | None:
        """The group of the most alike other comment; None when none is alike enough."""
        near = {
            m.comment_id: m
            for band in sign.bands
            for m in self.by_band.get(band, ())
            if m.at >= since and len(m.signature) == len(sign.minhash)
        }
        found = [(similarity(sign.minhash, m.signature), m.group_id) for m in near.values()]
        best = max(found, default=(0.0, ""))
        return best[1] if best[0] >= ALIKE else None


def open_page(
    tx: Tx,
    comments: Sequence[Comment],
    policy: Policy,
    window: timedelta,
    met: Met,
    *,
    again: bool = False,
) -> CopyPage:
    """The page, with every earlier near-copy that the store knows of.

    Comments that are judged ``again`` stand in their groups already: they are counted there.
    """
    members: dict[str, copies.CopyGroup] = {}
    if again:
        span = timedelta(minutes=policy.flood.minutes)
        members = copies.stretches(tx, [c.id for c in comments], within=span)
        comments = [c for c in comments if c.id not in members]
    # An edited text was another one before: it leaves the group that it stood in.
    copies.forget_copies(tx, [c.id for c in comments if c.revision.no > 1])
    told = signatures([c.revision.text for c in comments])
    signs = {c.id: s for c, s in zip(comments, told, strict=True) if s is not None}
    first = min((_instant(c) for c in comments if c.id in signs), default=None)
    bands = [band for sign in signs.values() for band in sign.bands]
    known = {} if first is None else copies.candidates(tx, bands, since=first - window)
    return CopyPage(
        tx=tx,
        policy=policy,
        window=window,
        met=met,
        signs=signs,
        by_band=known,
        waiting=[],
        members=members,
    )


def _counted(reading: Reading, group: copies.CopyGroup) -> Reading:
    return with_copies(reading, count=group.count, accounts=group.accounts, minutes=group.minutes)


def _instant(comment: Comment) -> datetime:
    return comment.created_at or comment.first_seen_at


def _own_group(comment: Comment) -> str:
    """A name for a new group; an edited comment must not come back to the one it founded once."""
    no = comment.revision.no
    return comment.id if no == 1 else f"{comment.id}#{no}"


def _flag_one(
    tx: Tx, comment_id: str, group: copies.CopyGroup, policy: Policy, now: datetime
) -> int:
    """One earlier member judged with the flood's numbers; its reading needs no engine."""
    old = assessments.current_assessment(tx, comment_id)
    if old is None or ReasonCode.FLOOD in old.judgement.reasons:
        return 0
    reading = _counted(old.reading, group)
    judgement = judge(reading, policy)
    if ReasonCode.FLOOD not in judgement.reasons:
        return 0
    assessments.save_assessment(tx, comment_id, old.revision_id, reading, judgement, now=now)
    return 1
