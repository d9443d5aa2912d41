"""Whether comments are being judged again just now, and how far it is: a line for any page."""

from __future__ import annotations

from dashboard.drawing import components as c
from dashboard.words import t
from data.db import Tx
from data.store import reassessments


def rejudging(tx: Tx) -> c.Piece:
    """A notice while comments are judged again after a change; nothing otherwise."""
    run = reassessments.newest(tx)
    if run is None or run.ended_at is not None:
        return None
    return c.banner(
        t(
            "Judging again: {done} of {total} ({why}). What waits for a person comes first.",
            done=f"{run.done:,}",
            total=f"{max(run.total, run.done):,}",
            why=run.why,
        ),
        tone="info",
    )
