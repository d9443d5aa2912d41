"""The comments behind the duty table: due items of a window by how they ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import polars as pl

from analysis.duty import MISSED, Outcome, due_items
from dashboard.deps import Deps
from data.db import Tx
from data.frames import Window, comments_frame

# A working-hours target can lie many days after first sight (weekends, holidays).
LOOK_BACK = timedelta(days=31)
COLUMNS = (
    "comment_id", "revision_no", "source", "platform", "language", "coverage", "flag", "protected",
    "posted_at", "watched_from", "first_seen_at", "revised_at", "assessed_at", "opened_at",
    "verdict", "closed", "second_look", "reason", "decided_at", "state", "action", "by_hand",
    "sent_at", "verified_at", "missing_since",
)  # fmt: skip
GROUPS = {
    "due": frozenset(Outcome) - {Outcome.GONE},
    "missed": MISSED,
    **{o.value: frozenset({o}) for o in Outcome},
}


def due_frame(tx: Tx, d: Deps, since: datetime, until: datetime) -> pl.DataFrame:
    """The items due in [since, until), with ``due_at`` and ``outcome`` as of now."""
    now = d.clock()
    window = Window(since=since - LOOK_BACK, until=until, by="revised", asking=True)
    comments = comments_frame(tx, window, d.zone, columns=COLUMNS)
    return due_items(comments, since, min(until, now), d.service_level, as_of=now)


def ids_of_outcome(
    tx: Tx, d: Deps, names: Sequence[str], since: datetime, until: datetime
) -> tuple[str, ...] | None:
    """Ids of the due items that ended so; None for a word that is no outcome."""
    if any(n not in GROUPS for n in names):
        return None
    wanted = [o.value for n in names for o in GROUPS[n]]
    items = due_frame(tx, d, since, until)
    return tuple(items.filter(pl.col("outcome").is_in(wanted))["comment_id"].to_list())
