"""Fitting a calibration: two numbers for each language, and small weights for words if asked.

Few parameters on purpose: an office has hundreds of decisions, not millions. Both fits are pulled
towards changing nothing, and are exact and in a fixed order, so that the same decisions give the
same numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from moderation.judging.calibration import (
    MOST_SHIFT,
    MOST_SLOPE,
    MOST_WEIGHT,
    MOST_WEIGHTS,
    Curve,
    log_odds,
)
from moderation.learning.calibrate_rows import Floats, LearnRow

Wholes = npt.NDArray[np.int64]
_PULL = 2.0  # how strongly a fit is held to slope 1 and shift 0, in decisions
_LEAST_SLOPE = 0.05
_STEPS, _WORD_STEPS = 50, 300
_WORD_PULL = 4.0
_LEAST_SEEN = 5  # texts (not copies) that must hold a word before it gets a weight
_PLACES = 6
LEAST_BELOW = 30  # decisions below the queue point before scores there may rise


def fit_curve(rows: Sequence[LearnRow]) -> Curve:
    """Slope and shift by weighted logistic regression on the log-odds, by Newton's method."""
    x = np.array([log_odds(r.raw) for r in rows])
    y = np.array([float(r.abusive) for r in rows])
    weight = np.array([r.weight for r in rows])
    at = np.array([1.0, 0.0])
    design = np.stack([x, np.ones_like(x)], axis=1)
    for _ in range(_STEPS):
        chance = _chance(design @ at)
        slope = design.T @ (weight * (chance - y)) + _PULL * (at - np.array([1.0, 0.0]))
        spread = weight * chance * (1 - chance)
        bend = (design * spread[:, None]).T @ design + _PULL * np.eye(2)
        step = np.linalg.solve(bend, slope)
        at = at - np.clip(step, -1.0, 1.0)
        if float(np.abs(step).max()) < 1e-10:
            break
    point = min(r.point for r in rows)
    return Curve(
        slope=round(float(np.clip(at[0], _LEAST_SLOPE, MOST_SLOPE)), _PLACES),
        shift=round(float(np.clip(at[1], -MOST_SHIFT, MOST_SHIFT)), _PLACES),
        point=point,
        raises_below=sum(r.sampled and r.raw < point for r in rows) >= LEAST_BELOW,
    )


def fit_words(rows: Sequence[LearnRow], curve: Curve) -> dict[int, float]:
    """Weights of hashed words on top of a curve, by ridge regression on the log-odds."""
    seen = Counter(w for alike in _first_of_each(rows) for w in alike.words)
    kept = sorted(w for w, n in seen.items() if n >= _LEAST_SEEN)[:MOST_WEIGHTS]
    if not kept:
        return {}
    place = {w: i for i, w in enumerate(kept)}
    owner = np.array([i for i, r in enumerate(rows) for w in r.words if w in place], dtype=np.int64)
    column = np.array([place[w] for r in rows for w in r.words if w in place], dtype=np.int64)
    weights = _descend(rows, curve, owner, column, len(kept))
    found = {
        w: round(float(np.clip(weights[i], -MOST_WEIGHT, MOST_WEIGHT)), 4) for w, i in place.items()
    }
    return {w: v for w, v in found.items() if abs(v) >= 0.005}


def _descend(
    rows: Sequence[LearnRow], curve: Curve, owner: Wholes, column: Wholes, n: int
) -> Floats:
    """Steps that never overshoot: each weight moves by its own bound of the curvature."""
    base = np.array([curve.slope * log_odds(r.raw) + curve.shift for r in rows])
    y = np.array([float(r.abusive) for r in rows])
    weight = np.array([r.weight for r in rows])
    words = np.bincount(owner, minlength=len(rows))
    bend = 0.25 * np.bincount(column, weight[owner] * words[owner], n) + _WORD_PULL
    found = np.zeros(n)
    for _ in range(_WORD_STEPS):
        odds = base + np.bincount(owner, found[column], len(rows))
        error = weight * (_chance(odds) - y)
        found = found - (np.bincount(column, error[owner], n) + _WORD_PULL * found) / bend
    return found


def _first_of_each(rows: Sequence[LearnRow]) -> list[LearnRow]:
    """One row of each group of copies."""
    first: Mapping[str, LearnRow] = {r.alike: r for r in reversed(rows)}
    return list(first.values())


def _chance(odds: npt.NDArray[Any]) -> Floats:
    return 1.0 / (1.0 + np.exp(-np.clip(odds, -30.0, 30.0)))
