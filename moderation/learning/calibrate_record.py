"""The record of a calibration: each language's outcome, and what its reader must know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from data.reading import JsonObject, JsonValue, Language
from moderation.judging.calibration import Calibration, Curve
from moderation.judging.rereading import Side
from moderation.learning.calibrate_fit import LEAST_BELOW
from moderation.learning.calibrate_guard import GuardRow, guard_flags
from moderation.learning.calibrate_rows import MOST_WEIGHT, Gathered

FITTED = "fitted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What came of one language."""

    status: str
    fitted_on: int
    held_out: int
    curve: Curve | None = None
    words: Mapping[int, float] = field(default_factory=dict[int, float])
    before: JsonObject | None = None
    after: JsonObject | None = None

    def to_json(self) -> JsonObject:
        return {
            "status": self.status,
            "fitted_on": self.fitted_on,
            "held_out": self.held_out,
            "before": self.before,
            "after": self.after,
            "words": len(self.words),
        }


def record(
    fits: Mapping[Language, Fit],
    found: Gathered,
    made: Calibration,
    civil: Sequence[GuardRow],
    live: Side,
    cut: datetime | None,
    residual: bool,
) -> JsonObject:
    """How a calibration was made and measured, as it is kept in its document."""
    before, after = guard_flags(civil, live, live.calibration), guard_flags(civil, live, made)
    left: JsonObject = {k: n for k, n in sorted(found.left_out.items())}
    notes: list[JsonValue] = [*_notes(fits, found, cut)]
    notes.append(
        f"{len(civil)} civil sentences of the shipped set: {before[0]} flagged before, {after[0]} "
        f"after; severe {before[1]} and {after[1]}."
    )
    return {
        "languages": {x.value: f.to_json() for x, f in fits.items()},
        "decisions": len(found.rows),
        "left_out": left,
        "policy": live.policy.version,
        "against_calibration": None if live.calibration is None else live.calibration.version,
        "guard": {"rows": len(civil), "flagged_before": before[0], "flagged_after": after[0]},
        "residual": residual,
        "notes": notes,
    }


def _notes(fits: Mapping[Language, Fit], found: Gathered, cut: datetime | None) -> list[str]:
    notes: list[str] = []
    if cut is not None:
        notes.append(
            f"Fitted on decisions before {cut:%Y-%m-%d %H:%M} UTC, measured on later ones."
        )
    drawn = sum(x.sampled for x in found.rows)
    notes.append(
        "Officers decide on what was flagged, so little is known below the queue point: "
        f"{drawn} of {len(found.rows)} decisions were not chosen by a flag. Those of a blind "
        f"sample count for all that they stand for (at most {MOST_WEIGHT:g})."
    )
    only_down = [
        x.value for x, f in fits.items() if f.curve is not None and not f.curve.raises_below
    ]
    if only_down:
        notes.append(
            f"{', '.join(only_down)}: fewer than {LEAST_BELOW} decisions below the queue point, so "
            "no score there may rise."
        )
    notes += [f"{n} decisions left out: {why}." for why, n in sorted(found.left_out.items())]
    lost = [_recall(x, f) for x, f in fits.items() if f.curve is not None]
    return notes + [x for x in lost if x]


def _recall(language: Language, fit: Fit) -> str:
    was, now = (fit.before or {}).get("recall"), (fit.after or {}).get("recall")
    if not isinstance(was, float) or not isinstance(now, float):
        return ""
    told = f"of what officers removed for abuse {was:.1%} was flagged, now {now:.1%}"
    return f"{language.value}: {told}."
