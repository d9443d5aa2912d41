"""What a later export proves to be gone.

A file is a snapshot that may be cut off or sorted by likes, and it cannot be asked again. It
speaks only for the places that it covers: comments of the same post, posted between the oldest
and the newest that it holds, by native ids and exact times. In doubt nothing is marked.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

from collectors.absence import exceeds, too_many
from collectors.exports.warning_texts import CUT_AT
from data.db import Database, Tx
from data.model import (
    CollectedComment,
    Comment,
    JsonObject,
    Platform,
    RowError,
    Source,
    TimePrecision,
)
from data.store.absence import alive_by_post, not_listed, post_id_by_key
from data.store.comments import mark_missing

NOT_IN_EXPORT = "not_in_export"
_EXACT = frozenset({TimePrecision.SECOND, TimePrecision.MINUTE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What a file holds of one post."""

    oldest: datetime
    newest: datetime
    replies: bool


@dataclass(slots=True, kw_only=True)
class Coverage:
    """The places that a file covers, by platform and post."""

    rows: int = 0
    spans: dict[tuple[Platform, str], Span] = field(
        default_factory=dict[tuple[Platform, str], Span]
    )

    def note(self, comment: CollectedComment) -> None:
        """Takes one comment of the file into account, if its id and its time can be trusted."""
        self.rows += 1
        at = comment.created_at
        if comment.post is None or at is None or comment.id_kind != "native":
            return
        if comment.time_precision not in _EXACT:
            return
        key = (comment.platform, comment.post.external_id)
        span = self.spans.get(key, Span(oldest=at, newest=at, replies=False))
        self.spans[key] = replace(
            span,
            oldest=min(span.oldest, at),
            newest=max(span.newest, at),
            replies=span.replies or comment.parent_external_id is not None,
        )


def absent_in_export(
    tx: Tx, source: Source, coverage: Coverage, *, captured_at: datetime
) -> list[Comment]:
    """Comments that the file ought to hold and does not, those removed by hand among them.

    Replies are left out where the file has none of the post: its tool did not collect them.
    """
    absent: list[Comment] = []
    for (platform, external_id), span in coverage.spans.items():
        post_id = post_id_by_key(tx, platform, external_id)
        if post_id is None:
            continue
        found = not_listed(
            tx,
            source.id,
            post_id=post_id,
            seen_before=captured_at,
            created_from=span.oldest,
            created_to=span.newest,
        )
        absent += [c for c in found if span.replies or c.parent_external_id is None]
    return absent


def mark_absent(
    db: Database,
    source: Source,
    coverage: Coverage,
    *,
    captured_at: datetime,
    now: datetime,
    lost: int,
) -> tuple[int, str | None]:
    """Marks what the file proves to be gone; gives how many, and why it was not done, if so.

    ``lost`` rows could not be taken and may have been any comment.
    """
    with db.write() as tx:
        absent = absent_in_export(tx, source, coverage, captured_at=captured_at)
        if not absent:
            return 0, None
        doubt = _doubt(tx, source, coverage, absent, lost)
        if doubt is not None:
            return 0, doubt
        return mark_missing(tx, [c.id for c in absent], NOT_IN_EXPORT, now=now), None


def _doubt(
    tx: Tx, source: Source, coverage: Coverage, absent: list[Comment], lost: int
) -> str | None:
    """Why the file proves nothing, in a sentence; None when it does."""
    lacking = f"{len(absent)} comments known from before are not in this file"
    if lost:
        return (
            f"{lacking}, but {lost} of its rows could not be taken, so it proves nothing. "
            "Nothing was marked as gone."
        )
    if coverage.rows in CUT_AT:
        return f"{lacking}, but it may be cut off. Nothing was marked as gone."
    alive = alive_by_post(tx, source.id)
    for post_id in {c.post_id for c in absent}:
        gone = sum(c.post_id == post_id for c in absent)
        if exceeds(gone, alive.get(post_id, 0)):
            return too_many(gone, "of one post are not in this file").message
    if exceeds(len(absent), sum(alive.values())):
        return too_many(len(absent), "of this source are not in this file").message
    return None


def may_be_a_comment(error: RowError) -> bool:
    """False for a row in which the tool only reports that it found nothing somewhere."""
    try:
        fields: object = json.loads(error.raw)
    except (ValueError, RecursionError):
        return True
    if not isinstance(fields, dict):
        return True
    told = cast(JsonObject, fields)
    return not told.get("error") or bool(told.get("id") or told.get("text"))
