"""From raw scores to 0..1: calibrated at a page-like prior, with 0.5 and 0.8 at chosen points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from moderation.training.corpus import NEVER_TRAINED, Row
from moderation.training.examine import macro_f1

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

PAGE_PRIOR = 0.08  # abusive share of an official page's comments: 5 to 10 % (datasets' README)
_SEVERE_ODDS = float(np.log(0.8 / 0.2))
_LEAST_ODDS = -15.0
_NEARLY = _SEVERE_ODDS - 0.15  # log-odds that nothing below the severe point passes
_WAY = np.array([0.2, 0.4, 0.6, 0.8, 0.95])  # from the queue point to the severe point
_LEAST_GAP, _WIDEST_GAP = 0.7, 7.0  # raw, between the two points
_CIVIL_LIMIT, _SEVERE_LIMIT = 0.011, 0.0035  # shares of a civil set above the two points
_HAIR = 1e-3  # raw: a row that bounds a point lies below it
_ROOM = 0.15  # raw, above such a row: the bytes of the shipped weights move a score by hundredths
# Sets that hold more plain abuse, and the criticism of policy; a limit for all of their rows.
_LIMITS = {"uci_rur_neg": 0.027, "usc_urdu_neg": 0.018, "arsarcasm_neg": 0.019} | dict.fromkeys(
    NEVER_TRAINED, 0.018
)
_DEV_WEIGHT = 3.0  # a row that no fold has seen a copy of tells more
_PLAIN_ABUSE = float(np.log(0.85 / 0.15))  # raw score from which training drops a civil row
_THREAT_CIVIL = 0.015  # share of civil rows that the head for threats may flag
_FEWEST = 200  # rows that a civil set must have to bound a threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Knots:
    """Straight lines from raw score to log-odds; `raw` rises strictly, `odds` never falls."""

    raw: tuple[float, ...]
    odds: tuple[float, ...]

    def mapped(self, raw: Floats) -> Floats:
        """Raw scores as 0..1."""
        return 1 / (1 + np.exp(-np.interp(raw, self.raw, self.odds)))


def platt(raw: Floats, label: Bools, weight: Floats) -> tuple[float, float]:
    """Slope and offset of the log-odds, by Newton's method on the weighted log loss."""
    slope, offset = 1.0, 0.0
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(slope * raw + offset, -30, 30)))
        gap, curve = weight * (p - label), weight * np.maximum(p * (1 - p), 1e-9)
        gradient = np.array([(gap * raw).sum() + 1e-3 * slope, gap.sum()])
        hessian = np.array(
            [[(curve * raw * raw).sum() + 1e-3, (curve * raw).sum()],
             [(curve * raw).sum(), curve.sum() + 1e-9]]
        )  # fmt: skip
        step = np.linalg.solve(hessian, gradient)
        slope, offset = slope - float(step[0]), offset - float(step[1])
        if np.abs(step).max() < 1e-8:
            break
    return slope, offset


def page_weights(rows: Sequence[Row], label: Bools) -> Floats:
    """Row weights that bring labelled and civil rows to a page's prior."""
    sizes = {s: sum(r.source == s for r in rows) for s in {r.source for r in rows}}
    weight = np.array([1 / np.sqrt(sizes[r.source]) for r in rows])
    weight[label] *= PAGE_PRIOR / weight[label].sum()
    weight[~label] *= (1 - PAGE_PRIOR) / weight[~label].sum()
    return weight * len(rows)


def _upper(scores: Floats, weight: Floats, share: float) -> float:
    """The score that no more than a weighted `share` of the rows lies at or above."""
    order = np.argsort(-scores, kind="stable")
    over = np.cumsum(weight[order]) / weight.sum()
    return float(scores[order][min(int(np.searchsorted(over, share)), scores.size - 1)]) + _HAIR


def _points(raw: Floats, rows: Sequence[Row], label: Bools) -> tuple[float, float, dict[str, Any]]:
    """Where 0.5 and 0.8 should lie on the raw scale."""
    source = np.array([r.source for r in rows])
    civil = np.array([r.civil for r in rows])
    weight = np.array([_DEV_WEIGHT if r.dev else 1.0 for r in rows])
    floor, severe = -9.0, -9.0
    report: dict[str, Any] = {}
    for name in sorted(set(source[civil].tolist())):
        mine = (source == name) & civil
        if mine.sum() < _FEWEST and name not in NEVER_TRAINED:
            continue
        severe = max(severe, _upper(raw[mine], weight[mine], _SEVERE_LIMIT) + _ROOM)
        if name not in _LIMITS:  # a few rows are plain abuse: they bound the severe point alone
            mine &= raw < _PLAIN_ABUSE
        limit = _LIMITS.get(name, _CIVIL_LIMIT)
        bound = _upper(raw[mine], weight[mine], limit)
        report.setdefault("bounds", {})[name] = bound
        floor = max(floor, bound)
    sets = [source == s for s in sorted(set(source[~civil].tolist()))]
    grid = np.linspace(-2.5, 2.5, 201)
    means = np.array([np.mean([macro_f1(label[s], raw[s] >= t) for s in sets]) for t in grid])
    smooth = np.convolve(np.pad(means, 4, "edge"), np.ones(9) / 9, "valid")
    best = float(grid[int(smooth.argmax())])
    return max(best, floor), severe, report | {"best": best, "civil_floor": floor}


def toxicity_knots(raw: Floats, rows: Sequence[Row]) -> tuple[Knots, dict[str, Any]]:
    """Knots for scores of rows not learnt from, and the queue and severe points on the raw scale.

    The severe point lies where a comment of a page is as likely abusive as not, or further up if
    civil sets ask for it: a score of 0.8 must not be an empty word. Between the two a score is the
    chance that a page's prior gives, but never as much as 0.8.
    """
    label = np.array([bool(r.label) for r in rows])
    slope, offset = platt(raw, label, page_weights(rows, label))
    queue, severe, report = _points(raw, rows, label)
    severe = min(max(severe, -offset / slope, queue + _LEAST_GAP), queue + _WIDEST_GAP)
    below = [queue - d for d in (8.0, 4.0, 2.0, 1.0, 0.4, 0.1)]
    caps = [-2.5, -2.2, -1.8, -1.4, -1.0, -0.6]
    odds = [
        max(min(slope * at + offset, cap), _LEAST_ODDS) for at, cap in zip(below, caps, strict=True)
    ]
    between = queue + _WAY * (severe - queue)
    rise = np.clip(slope * between + offset, 0.0, _NEARLY) + 0.1 * _WAY
    knots = Knots(
        raw=(*below, queue, *between.tolist(), severe, severe + 4.0),
        odds=(
            *np.maximum.accumulate(odds).tolist(),
            0.0,
            *rise.tolist(),
            _SEVERE_ODDS,
            _SEVERE_ODDS + 3.0,
        ),
    )
    return knots, report | {"queue": queue, "severe": severe, "slope": slope, "offset": offset}


def kind_knots(raw: Floats, label: Bools) -> Knots:
    """Plain Platt calibration for a kind's head, at the training mix."""
    slope, offset = platt(raw, label, np.ones(raw.size))
    slope = min(max(slope, 1e-3), 20.0)
    return Knots(raw=(-20.0, 20.0), odds=(-20 * slope + offset, 20 * slope + offset))


def threat_knots(raw: Floats, label: Bools, civil: Bools) -> Knots:
    """0.5 where macro-F1 on the rows labelled for threats is best, and civil rows stay quiet.

    From there the log-odds rise and fall by Platt's slope: 0.8 is a sure case.
    """
    slope = platt(raw[~civil], label[~civil], np.ones(int((~civil).sum())))[0]
    slope = min(max(slope, 1e-3), 20.0)
    low, high = (float(np.quantile(raw[~civil], share)) for share in (0.2, 0.9))
    grid = np.linspace(low, high, 141)
    found = np.array([macro_f1(label[~civil], raw[~civil] >= t) for t in grid])
    smooth = np.convolve(np.pad(found, 4, "edge"), np.ones(9) / 9, "valid")
    line = float(grid[int(smooth.argmax())])
    if civil.any():
        line = max(line, float(np.quantile(raw[civil], 1 - _THREAT_CIVIL)))
    return Knots(raw=(line - 20.0, line, line + 20.0), odds=(-20 * slope, 0.0, 20 * slope))
