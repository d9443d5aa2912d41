"""Is it fair: removal rates, precision of flags, protected kept, reversals, coverage, proof.

Every share has its n and Wilson range; under 30 it is "too few to say" (PRODUCT.md 3.11).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from analysis.day_counts import of
from analysis.ranges import Share, share_of
from analysis.trends import FLAGGED, REMOVED
from data.model import CLOSING, DONE_STATES, REMOVING, Coverage, ReasonCode, Verdict
from data.store.day_counts import Cells

_REMOVING = sorted(v.value for v in REMOVING)
_CLOSING = sorted(v.value for v in CLOSING)
_DONE = sorted(s.value for s in DONE_STATES)
_NOT_DUE = ["cancelled", "gone"]
_GROUPS = ("source", "language")


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


def seen_cells(comments: pl.DataFrame) -> Cells:
    """What the measures count of the comments that were seen, in numbers that may be added up."""
    if comments.is_empty():
        return {}
    flagged = comments.filter(pl.col("flag").is_in(FLAGGED) & pl.col("closed"))
    shielded = flagged.filter(pl.col("protected"))
    removed = comments.filter(REMOVED)
    due = removed.filter(~pl.col("state").is_in(_NOT_DUE).fill_null(False))
    told = {
        "comments": comments.height,
        "covered": comments.filter(pl.col("coverage") == Coverage.COVERED.value).height,
        "flagged decided": flagged.height,
        "flagged removed": flagged.filter(REMOVED).height,
        "shielded decided": shielded.height,
        "shielded removed": shielded.filter(REMOVED).height,
        "removals due": due.height,
        "removals verified": due.filter(pl.col("state").is_in(_DONE).fill_null(False)).height,
    }
    found: Cells = {("seen", name): n for name, n in told.items() if n}
    for column in _GROUPS:
        found |= _grouped(comments, f"seen {column}", column)
        found |= _grouped(removed, f"removed {column}", column)
    return found | _grouped(removed.drop_nulls("reason"), "removed reason", "reason")


def _grouped(frame: pl.DataFrame, about: str, column: str) -> Cells:
    return {(about, name): n for name, n in frame.group_by(column).len().iter_rows()}


def fairness(seen: Cells, decisions: pl.DataFrame) -> Fairness:
    """The measures over the comments that were seen, as seen_cells() counts them, and the decisions
    made on them or in the window."""
    closing = decisions.filter(pl.col("verdict").is_in(_CLOSING) & ~pl.col("awaits_second"))
    n = of(seen, "seen")
    shielded = n.get("shielded decided", 0)
    return Fairness(
        by_reason=_by_reason(seen),
        by_source=rates(seen, "source"),
        by_language=rates(seen, "language"),
        precision=share_of(n.get("flagged removed", 0), n.get("flagged decided", 0)),
        protected_kept=share_of(shielded - n.get("shielded removed", 0), shielded),
        reversals=share_of(closing.filter(pl.col("undone")).height, closing.height),
        coverage=share_of(n.get("covered", 0), n.get("comments", 0)),
        verified=share_of(n.get("removals verified", 0), n.get("removals due", 0)),
    )


def _rate(name: str, removed: int, seen: int) -> Rate:
    return Rate(
        name=name,
        removed=removed,
        seen=seen,
        per_1000=removed / seen * 1000 if seen else None,
        share=share_of(removed, seen),
    )


def rates(seen: Cells, group: Literal["source", "language"]) -> tuple[Rate, ...]:
    """Removals per 1,000 of each source or language, by name."""
    counted = sorted(of(seen, f"seen {group}").items())
    return tuple(_rate(name, seen.get((f"removed {group}", name), 0), n) for name, n in counted)


def _by_reason(seen: Cells) -> tuple[Rate, ...]:
    taken, height = of(seen, "removed reason"), seen.get(("seen", "comments"), 0)
    return tuple(_rate(c.value, taken.get(c.value, 0), height) for c in ReasonCode)


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
