"""Is it fair: removal rates, precision of flags, protected kept, reversals, coverage, proof.

Every share has its n and Wilson range; under 30 it is "too few to say" (PRODUCT.md 3.11).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from analysis.ranges import Share, share_of
from analysis.trends import FLAGGED, REMOVED
from data.model import CLOSING, DONE_STATES, REMOVING, Coverage, ReasonCode, Verdict

_REMOVING = sorted(v.value for v in REMOVING)
_CLOSING = sorted(v.value for v in CLOSING)
_DONE = sorted(s.value for s in DONE_STATES)
_NOT_DUE = ["cancelled", "gone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Removals of one group per 1,000 comments seen in it."""

    name: str
    removed: int
    seen: int
    per_1000: float | None
    share: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """The fairness measures of PRODUCT.md 9 over one window."""

    by_reason: tuple[Rate, ...]
    by_source: tuple[Rate, ...]
    by_language: tuple[Rate, ...]
    precision: Share  # removed after flag / flagged and decided
    protected_kept: Share  # protected kept / protected flagged and decided
    reversals: Share  # undone / decided
    coverage: Share  # judged by a covered model / comments
    verified: Share  # verified / removals due


def fairness(comments: pl.DataFrame, decisions: pl.DataFrame) -> Fairness:
    """The measures over comments (one row each) and the decisions made on them or in the window."""
    flagged = comments.filter(pl.col("flag").is_in(FLAGGED) & pl.col("closed"))
    shielded = flagged.filter(pl.col("protected"))
    kept = shielded.height - _removed(shielded)
    closing = decisions.filter(pl.col("verdict").is_in(_CLOSING) & ~pl.col("awaits_second"))
    due = comments.filter(REMOVED & ~pl.col("state").is_in(_NOT_DUE).fill_null(False))
    covered = comments.filter(pl.col("coverage") == Coverage.COVERED.value).height
    return Fairness(
        by_reason=_by_reason(comments),
        by_source=rates(comments, "source"),
        by_language=rates(comments, "language"),
        precision=share_of(_removed(flagged), flagged.height),
        protected_kept=share_of(kept, shielded.height),
        reversals=share_of(closing.filter(pl.col("undone")).height, closing.height),
        coverage=share_of(covered, comments.height),
        verified=share_of(
            due.filter(pl.col("state").is_in(_DONE).fill_null(False)).height, due.height
        ),
    )


def _removed(frame: pl.DataFrame) -> int:
    return frame.filter(REMOVED).height


def _rate(name: str, removed: int, seen: int) -> Rate:
    return Rate(
        name=name,
        removed=removed,
        seen=seen,
        per_1000=removed / seen * 1000 if seen else None,
        share=share_of(removed, seen),
    )


def rates(comments: pl.DataFrame, column: str) -> tuple[Rate, ...]:
    """Removals per 1,000 for each value of the column, by name."""
    counted = comments.group_by(column).agg(REMOVED.sum().alias("removed"), pl.len().alias("seen"))
    return tuple(_rate(*row) for row in counted.sort(column).iter_rows())


def _by_reason(comments: pl.DataFrame) -> tuple[Rate, ...]:
    taken = comments.filter(REMOVED)["reason"].to_list()
    return tuple(_rate(c.value, taken.count(c.value), comments.height) for c in ReasonCode)


# ------------------------------------------------------------------------------ reversals


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """What was taken back in the window: by officers, and of it removals."""

    undone: int
    removals_undone: int
    second_looks: int


def undoings(decisions: pl.DataFrame) -> Undoing:
    """Counts of undo decisions, of undone removals, and of removals a second officer confirmed."""
    undone = decisions.filter(pl.col("undone") & pl.col("verdict").is_in(_REMOVING))
    return Undoing(
        undone=decisions.filter(pl.col("verdict") == Verdict.UNDO.value).height,
        removals_undone=undone.height,
        second_looks=decisions.filter(pl.col("second_of").is_not_null()).height,
    )
