"""Store to polars: frames with declared schemas, bounded by a time window. The read side.

Every frame has its schema also when it is empty. Instants are UTC; ``day`` is the organisation's
local day. What was not told or did not run is null.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import polars as pl

from data.bulk import batched
from data.db import Tx
from data.model import utc
from data.store import frames_sql as sql
from data.store.frames_comments import By, Window

__all__ = [
    "ACTIONS",
    "COMMENTS",
    "DECISIONS",
    "POSTS",
    "SWEEPS",
    "By",
    "Window",
    "actions_frame",
    "comments_frame",
    "decisions_frame",
    "local_days",
    "posts_frame",
    "sweeps_frame",
    "untold_frame",
]

Schema = dict[str, pl.DataType]

INSTANT = pl.Datetime("us", "UTC")
_TEXT, _WHOLE, _YES = pl.String(), pl.Int64(), pl.Boolean()
_LIST = pl.List(pl.String())

COMMENTS: Schema = {
    "comment_id": _TEXT,
    "revision_id": _WHOLE,
    "revision_no": _WHOLE,
    "source_id": _WHOLE,
    "source": _TEXT,
    "platform": _TEXT,
    "post_id": _WHOLE,
    "language": _TEXT,
    "coverage": _TEXT,
    "flag": _TEXT,
    "protected": _YES,
    "toxicity": pl.Float64(),
    "feedback": _LIST,
    "sentiment": _TEXT,
    "suggested": _LIST,
    "created_at": INSTANT,
    "posted_at": INSTANT,
    "watched_from": INSTANT,
    "first_seen_at": INSTANT,
    "revised_at": INSTANT,
    "assessed_at": INSTANT,
    "opened_at": INSTANT,
    "decision_id": _WHOLE,
    "verdict": _TEXT,
    "closed": _YES,
    "second_look": _YES,
    "reason": _TEXT,
    "decided_at": INSTANT,
    "officer": _TEXT,
    "state": _TEXT,
    "action": _TEXT,
    "by_hand": _YES,
    "sent_at": INSTANT,
    "verified_at": INSTANT,
    "missing_since": INSTANT,
    "missing_reason": _TEXT,
    "group_id": _TEXT,
    "copies": _WHOLE,
    "themes": _LIST,
    "day": pl.Date(),
}
"""One row per comment at its newest text. ``verdict`` is the newest decision's; it counts only
where ``closed`` is true (not undone, not awaiting a second officer, not older than an edit)."""

DECISIONS: Schema = {
    "decision_id": _WHOLE,
    "comment_id": _TEXT,
    "source": _TEXT,
    "platform": _TEXT,
    "language": _TEXT,
    "flag": _TEXT,
    "protected": _YES,
    "verdict": _TEXT,
    "reason": _TEXT,
    "decided_at": INSTANT,
    "officer": _TEXT,
    "policy_version": _WHOLE,
    "awaits_second": _YES,
    "second_of": _WHOLE,
    "undoes": _WHOLE,
    "undone": _YES,
    "posted_at": INSTANT,
    "first_seen_at": INSTANT,
    "state": _TEXT,
    "verified_at": INSTANT,
    "by_hand": _YES,
}

SWEEPS: Schema = {
    "sweep_id": _WHOLE,
    "source_id": _WHOLE,
    "source": _TEXT,
    "kind": _TEXT,
    "started_at": INSTANT,
    "ended_at": INSTANT,
    "outcome": _TEXT,
    "read": _WHOLE,
    "new": _WHOLE,
    "revised": _WHOLE,
    "unchanged": _WHOLE,
    "rejected": _WHOLE,
    "error_class": _TEXT,
}

ACTIONS: Schema = {
    "action_id": _WHOLE,
    "decision_id": _WHOLE,
    "comment_id": _TEXT,
    "source": _TEXT,
    "platform": _TEXT,
    "kind": _TEXT,
    "by_hand": _YES,
    "created_at": INSTANT,
    "hold_until": INSTANT,
    "state": _TEXT,
    "state_at": INSTANT,
    "detail": _TEXT,
    "sent_at": INSTANT,
    "verified_at": INSTANT,
}

POSTS: Schema = {
    "post_id": _WHOLE,
    "source_id": _WHOLE,
    "source": _TEXT,
    "platform": _TEXT,
    "text": _TEXT,
    "permalink": _TEXT,
    "posted_at": INSTANT,
    "day": pl.Date(),
}

UNTOLD: Schema = {"comment_id": _TEXT, "posted_at": INSTANT, "text_search": _TEXT, "day": pl.Date()}

_MADE_HERE = ("copies", "themes", "day")
_JSON = ("feedback", "suggested")


def _frame(tx: Tx, query: sql.Query, schema: Schema) -> pl.DataFrame:
    columns = list(zip(*tx.execute(query).all(), strict=True)) or [()] * len(schema)
    data = dict(zip(schema, columns, strict=True))
    return pl.DataFrame(data, schema=schema)


def local_days(frame: pl.DataFrame, instant: str, zone: str) -> pl.DataFrame:
    """The frame with ``day``: the local day of its column ``instant`` (as data.day.local_day)."""
    return frame.with_columns(pl.col(instant).dt.convert_time_zone(zone).dt.date().alias("day"))


def comments_frame(
    tx: Tx, window: Window, zone: str, *, columns: Iterable[str] | None = None
) -> pl.DataFrame:
    """The comments of the window, by its instant and id; ``columns`` (all when None) names which.

    ``day`` is the local day of posting, or of first sight where the platform told no date.
    """
    wanted = [n for n in COMMENTS if columns is None or n in set(columns)]
    needed = {*wanted, "comment_id", "posted_at", "group_id"} - set(_MADE_HERE)
    asked = [n for n in COMMENTS if n in needed]
    raw: Schema = {n: _TEXT if n in _JSON else COMMENTS[n] for n in asked}
    frame = _frame(tx, sql.comment_rows(window, asked), raw)
    frame = frame.with_columns(
        pl.col(n).str.json_decode(_LIST).fill_null(pl.lit([], dtype=_LIST))
        for n in _JSON
        if n in asked
    )
    if "copies" in wanted:
        frame = _with_copies(tx, frame, window.as_of)
    if "themes" in wanted:
        frame = _with_themes(tx, frame, window)
    return local_days(frame, "posted_at", zone).select(wanted)


def _with_copies(tx: Tx, frame: pl.DataFrame, as_of: datetime | None) -> pl.DataFrame:
    schema: Schema = {"group_id": _TEXT, "copies": _WHOLE}
    groups: list[str] = frame["group_id"].drop_nulls().unique().sort().to_list()
    found = [_frame(tx, sql.copy_counts(as_of, some), schema) for some in batched(groups, 5000)]
    counts = pl.concat(found) if found else pl.DataFrame(schema=schema)
    joined = frame.join(counts, on="group_id", how="left", maintain_order="left")
    return joined.with_columns(pl.col("copies").fill_null(1))


def _with_themes(tx: Tx, frame: pl.DataFrame, window: Window) -> pl.DataFrame:
    found = _frame(tx, sql.theme_rows(window), {"comment_id": _TEXT, "themes": _TEXT})
    lists = found.group_by("comment_id", maintain_order=True).agg(pl.col("themes"))
    joined = frame.join(lists, on="comment_id", how="left", maintain_order="left")
    return joined.with_columns(pl.col("themes").fill_null(pl.lit([], dtype=_LIST)))


def decisions_frame(
    tx: Tx, since: datetime, until: datetime, *, as_of: datetime | None = None
) -> pl.DataFrame:
    """Every decision of [since, until), oldest first; judged by what the officer then knew."""
    bounds = (utc(since), utc(until), utc(as_of or until))
    return _frame(tx, sql.decision_rows(*bounds), DECISIONS)


def sweeps_frame(tx: Tx, since: datetime, until: datetime) -> pl.DataFrame:
    """Every sweep started in [since, until), oldest first."""
    return _frame(tx, sql.sweep_rows(utc(since), utc(until)), SWEEPS)


def actions_frame(
    tx: Tx, since: datetime, until: datetime, *, as_of: datetime | None = None
) -> pl.DataFrame:
    """Actions made in [since, until), and older ones that are not at an end, oldest first."""
    bounds = (utc(since), utc(until), utc(as_of or until))
    return _frame(tx, sql.action_rows(*bounds), ACTIONS)


def posts_frame(tx: Tx, since: datetime, until: datetime, zone: str) -> pl.DataFrame:
    """Our own posts of [since, until), oldest first."""
    schema = {n: t for n, t in POSTS.items() if n != "day"}
    return local_days(_frame(tx, sql.post_rows(utc(since), utc(until)), schema), "posted_at", zone)


def untold_frame(tx: Tx, window: Window, zone: str, *, limit: int = 20_000) -> pl.DataFrame:
    """Folded texts in which no theme was found, newest first, at most ``limit``."""
    schema = {n: t for n, t in UNTOLD.items() if n != "day"}
    return local_days(_frame(tx, sql.untold_texts(window, limit), schema), "posted_at", zone)
