"""Learning from the office's own decisions: a calibration, measured on newer ones, and guarded.

Fitted on the older share of the decisions and measured on the newer: what is measured is what is
put in force. A language is left as it is where there are too few decisions, where the error would
not fall, or where more of what officers kept, or of the shipped civil sentences, would be flagged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from data.db import Database
from data.reading import JsonObject, Language
from moderation.judging.calibration import Calibration, Curve, calibration_to_json
from moderation.judging.rereading import Rereader, Side
from moderation.learning.calibrate_fit import fit_curve, fit_words
from moderation.learning.calibrate_guard import GUARD, GuardRow, guard_rows, worse_on_guard
from moderation.learning.calibrate_record import FITTED, Fit, record
from moderation.learning.calibrate_rows import Arrays, Floats, LearnRow, by_time, gather
from moderation.training.examine import ece, f1_of, macro_f1, wilson

OLDER = 0.65
LEAST_DECISIONS = 150
LEAST_OF_EACH = 30
LEAST_HELD_OUT = 40
CERTAIN = 1.645  # standard errors: 95 % one-sided


class CalibrationRefused(Exception):
    """No language may be calibrated; ``told`` says for each why, with its figures."""

    def __init__(self, told: JsonObject, message: str) -> None:
        super().__init__(message)
        self.told = told


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A calibration that may be drafted: its document and the record in it."""

    body: str
    told: JsonObject


def calibrate(
    db: Database,
    rereader: Rereader,
    live: Side,
    *,
    since: datetime | None = None,
    residual: bool = False,
    guard: Path = GUARD,
) -> Drafted:
    """Fits, measures and guards. Writes nothing. Raises CalibrationRefused."""
    found = gather(db, rereader, live.policy, since=since, residual=residual)
    older, newer, cut = by_time(found.rows, OLDER)
    civil = guard_rows(rereader, live, guard)
    fits: dict[Language, Fit] = {}
    for language in sorted({x.language for x in found.rows}):
        parts = ([x for x in older if x.language is language],
                 [x for x in newer if x.language is language])  # fmt: skip
        fits[language] = _fit(language, *parts, live, rereader, civil, residual)
    made = _calibration(fits, rereader)
    told = record(fits, found, made, civil, live, cut, residual)
    if not made.curves:
        raise CalibrationRefused(told, "no language may be calibrated")
    return Drafted(body=calibration_to_json(made, told), told=told)


def _calibration(fits: Mapping[Language, Fit], rereader: Rereader) -> Calibration:
    return Calibration(
        version=0,
        engine=rereader.engine,
        engine_version=rereader.engine_version,
        curves={x: f.curve for x, f in fits.items() if f.curve is not None},
        residual={x: f.words for x, f in fits.items() if f.words},
    )


# ------------------------------------------------------------------------------ one language


def _fit(
    language: Language,
    older: Sequence[LearnRow],
    newer: Sequence[LearnRow],
    live: Side,
    rereader: Rereader,
    civil: Sequence[GuardRow],
    residual: bool,
) -> Fit:
    few = _too_few(older, newer)
    if few:
        return Fit(status=few, fitted_on=len(older), held_out=len(newer))
    curve = fit_curve(older)
    fit = _examined(language, curve, {}, older, newer, live, rereader, civil)
    if not residual or fit.curve is None:
        return fit
    words = fit_words(older, curve)
    richer = _examined(language, curve, words, older, newer, live, rereader, civil)
    better = richer.curve is not None and _error(richer) <= _error(fit)
    return richer if words and better else fit


def _error(fit: Fit) -> float:
    found = (fit.after or {}).get("ece")
    return found if isinstance(found, float) else 1.0


def _too_few(older: Sequence[LearnRow], newer: Sequence[LearnRow]) -> str:
    alike = {(x.alike, x.abusive) for x in (*older, *newer)}
    yes = sum(abusive for _, abusive in alike)
    no = len(alike) - yes
    if len(alike) < LEAST_DECISIONS or min(yes, no) < LEAST_OF_EACH or len(newer) < LEAST_HELD_OUT:
        return (
            f"left as it is: {yes} removed for abuse and {no} kept (copies count once); needed are "
            f"{LEAST_DECISIONS} in all and {LEAST_OF_EACH} of each"
        )
    sides = {x.abusive for x in older}, {x.abusive for x in newer}
    return "" if all(len(s) == 2 for s in sides) else "left as it is: too one-sided in time"


def _examined(
    language: Language,
    curve: Curve,
    words: Mapping[int, float],
    older: Sequence[LearnRow],
    newer: Sequence[LearnRow],
    live: Side,
    rereader: Rereader,
    civil: Sequence[GuardRow],
) -> Fit:
    """The fit with its figures on the newer decisions; without its curve where a guard speaks."""
    made = Calibration(
        version=0,
        engine=rereader.engine,
        engine_version=rereader.engine_version,
        curves={language: curve},
        residual={language: words} if words else {},
    )
    was, now = Arrays.of(newer, live.calibration), Arrays.of(newer, made)
    before, after = figures(was), figures(now)
    worse = _worse(before, after) or worse_on_guard(civil, language, live, made)
    if not worse and certainty(was, now) < CERTAIN:
        worse = "the scores may be no better: the difference is within chance"
    return Fit(
        status=f"left as it is: {worse}" if worse else FITTED,
        fitted_on=len(older),
        held_out=len(newer),
        curve=None if worse else curve,
        words={} if worse else words,
        before=before,
        after=after,
    )


def figures(a: Arrays) -> JsonObject:
    """What scores are worth on decided rows. ECE weighs rows by what they stand for; the counts of
    flags are plain, with 95 % ranges."""
    kept = ~a.abusive
    shielded = kept & a.protected
    civil, hit = int(kept.sum()), int((kept & a.flagged).sum())
    low, high = wilson(hit, civil)
    return {
        "n": len(a.score),
        "ece": round(ece(a.abusive, a.score, a.weight), 6),
        "macro_f1": round(macro_f1(a.abusive, a.flagged), 6),
        "recall": round(f1_of(a.abusive, a.flagged)[1], 6),
        "flagged_share": round(float(a.flagged.mean()), 6),
        "civil": civil,
        "civil_flagged": hit,
        "civil_range": [round(low, 6), round(high, 6)],
        "protected": int(shielded.sum()),
        "protected_flagged": int((shielded & a.flagged).sum()),
    }


def certainty(before: Arrays, after: Arrays) -> float:
    """How many standard errors the mean log-loss falls by, row against row."""
    gain = before.weight * (_loss(before) - _loss(after))
    error = float(gain.std()) / max(len(gain), 1) ** 0.5
    return float(gain.mean()) / error if error > 0 else 0.0


def _loss(a: Arrays) -> Floats:
    held = np.clip(a.score, 1e-4, 1 - 1e-4)
    return -np.log(np.where(a.abusive, held, 1 - held))


def _worse(before: JsonObject, after: JsonObject) -> str:
    for name, words in (
        ("protected_flagged", "kept and protected comments flagged"),
        ("civil_flagged", "kept comments flagged"),
    ):
        was, now = before[name], after[name]
        if isinstance(was, int) and isinstance(now, int) and now > was:
            return f"{words} would rise from {was} to {now}"
    was, now = before["ece"], after["ece"]
    if isinstance(was, float) and isinstance(now, float) and now >= was:
        return f"the error would not fall ({was:.3f} to {now:.3f})"
    return ""
