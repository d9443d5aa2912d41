"""Whether comments are being judged again just now, and how far it is: a line for any page."""

from __future__ import annotations

from dashboard import components as c
from data.db import Tx
from data.store import reassessments
from moderation.reassess import progress_words


def rejudging(tx: Tx) -> c.Piece:
    """A notice while comments are judged again after a change; nothing otherwise."""
    run = reassessments.newest(tx)
    if run is None or run.ended_at is not None:
        return None
    said = progress_words(run)
    return c.banner(
        f"{said[0].upper()}{said[1:]}. What waits for a person comes first.", tone="info"
    )
