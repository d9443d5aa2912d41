"""The lists of the report: each line a comment, masked, with its times, code and pseudonym."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from analysis.masking import mask_removed, mask_words
from analysis.report import ActionLine, Line
from analysis.trends import FLAGGED
from data.model import CLOSING, REMOVING, EnforcementState
from data.told import KeptText

REMOVALS = sorted(v.value for v in REMOVING)
_KEPT = sorted(v.value for v in CLOSING - REMOVING)
_FAILED = [
    EnforcementState.REFUSED.value,
    EnforcementState.FAILED.value,
    EnforcementState.TEXT_CHANGED.value,
    EnforcementState.CONFLICT.value,
]
LONGEST = 280
MISSING = "(text no longer kept)"


def closings(decisions: pl.DataFrame) -> pl.DataFrame:
    """Decisions that closed a comment and were not taken back."""
    closing = pl.col("verdict").is_in(sorted(v.value for v in CLOSING))
    return decisions.filter(closing & ~pl.col("awaits_second") & ~pl.col("undone"))


def removals_of(decisions: pl.DataFrame) -> pl.DataFrame:
    """Removals and splits of the day that stand."""
    return closings(decisions).filter(pl.col("verdict").is_in(REMOVALS))


def kept_of(decisions: pl.DataFrame) -> pl.DataFrame:
    """Flagged comments that a person looked at and kept."""
    flagged = pl.col("flag").is_in(FLAGGED)
    return closings(decisions).filter(pl.col("verdict").is_in(_KEPT) & flagged)


def protected_of(decisions: pl.DataFrame) -> pl.DataFrame:
    """Protected comments that were flagged and decided, kept or not."""
    return closings(decisions).filter(pl.col("protected") & pl.col("flag").is_in(FLAGGED))


def lines_of(decisions: pl.DataFrame, texts: Mapping[str, KeptText]) -> tuple[Line, ...]:
    """A masked line for each decision, oldest first."""
    return tuple(
        _line(row, texts.get(row["comment_id"])) for row in decisions.iter_rows(named=True)
    )


def quotes_of(comments: pl.DataFrame, ids: Sequence[str], texts: Mapping[str, KeptText]) -> tuple[
    Line, ...
]:  # fmt: skip
    """Masked lines for chosen comments, in the order of ``ids``."""
    chosen = comments.filter(pl.col("comment_id").is_in(list(ids)))
    rows = {r["comment_id"]: r for r in chosen.iter_rows(named=True)}
    return tuple(_line(rows[i], texts.get(i)) for i in ids if i in rows)


def _line(row: Mapping[str, Any], kept: KeptText | None) -> Line:
    removed = row.get("verdict") in REMOVALS
    text = _masked(kept, removed)
    return Line(
        comment_id=row["comment_id"],
        source=row["source"],
        platform=row["platform"],
        language=row["language"],
        text=text,
        rtl=runs_right_to_left(text),
        code=row.get("reason"),
        verdict=row["verdict"],
        officer=row.get("officer"),
        posted_at=row["posted_at"],
        first_seen_at=row["first_seen_at"],
        decided_at=row.get("decided_at"),
        verified_at=row.get("verified_at"),
        state=row.get("state"),
        by_hand=row.get("by_hand", False),
        permalink=None if kept is None else kept.permalink,
    )


def _masked(kept: KeptText | None, removed: bool) -> str:
    if kept is None:
        return MISSING
    if removed:
        return shorten(mask_removed(kept.text, kept.spans, kept.remark))
    return shorten(mask_words(kept.text, kept.spans))


def shorten(text: str) -> str:
    """One line of at most 280 characters; direction marks cannot reach beyond it."""
    one = " ".join("".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc") or c in
                           " \n\t\u200c\u200d").split())  # fmt: skip
    return one if len(one) <= LONGEST else one[: LONGEST - 1].rstrip() + "…"


def runs_right_to_left(text: str) -> bool:
    """True when most letters of the text run from right to left."""
    sides = [unicodedata.bidirectional(c) for c in text if c.isalpha()]
    right = sum(s in ("R", "AL") for s in sides)
    return right > len(sides) - right


def failures_of(actions: pl.DataFrame) -> tuple[ActionLine, ...]:
    """Actions that a platform refused, that failed, or that somebody reversed there."""
    return _actions(actions.filter(pl.col("state").is_in(_FAILED)))


def by_hand_of(actions: pl.DataFrame) -> tuple[ActionLine, ...]:
    """Actions that an officer has to carry out, or did, with the platform's own tools."""
    return _actions(actions.filter(pl.col("by_hand")))


def _actions(rows: pl.DataFrame) -> tuple[ActionLine, ...]:
    return tuple(
        ActionLine(
            action_id=r["action_id"],
            comment_id=r["comment_id"],
            source=r["source"],
            kind=r["kind"],
            state=r["state"],
            since=r["state_at"],
            by_hand=r["by_hand"],
            detail=shorten(r["detail"]),
        )
        for r in rows.iter_rows(named=True)
    )
