"""What a bulk would do, told before it is done: how many, how many as proposals, what is left out.

Each request is asked of the very rules that will judge it when it is recorded, so that what is
promised here is what happens, unless somebody is faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from data.db import Tx
from moderation.deciding.bulk import MOST_AT_ONCE, NotDone, TooMany
from moderation.deciding.decide import DecisionRequest, Refused, would_be_proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """``fits`` are ids that would be recorded, ``proposals`` how many of them wait for a second
    officer then; ``left_out`` are the others with the rule against each."""

    fits: tuple[str, ...]
    proposals: int
    left_out: tuple[NotDone, ...]


def check_many(tx: Tx, requests: Sequence[DecisionRequest]) -> Checked:
    """Asks the rules about each request. Writes nothing. Raises TooMany."""
    if len(requests) > MOST_AT_ONCE:
        raise TooMany(f"{len(requests)} at once; at most {MOST_AT_ONCE}.")
    fits: list[str] = []
    left_out: list[NotDone] = []
    proposals = 0
    for request in sorted(requests, key=lambda r: r.comment_id):
        try:
            proposals += would_be_proposal(tx, replace(request, in_bulk=True))
        except Refused as refused:
            left_out.append(
                NotDone(comment_id=request.comment_id, code=refused.code, message=refused.message)
            )
        else:
            fits.append(request.comment_id)
    return Checked(fits=tuple(fits), proposals=proposals, left_out=tuple(left_out))
