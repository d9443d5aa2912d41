"""Figures of a model over labelled texts: pure functions over arrays, used by `sunwai evaluate`."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_BINS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a model is worth on one set. None where the set cannot say (one class only)."""

    n: int
    abusive: int
    flagged_share: float
    macro_f1: float | None
    macro_f1_range: tuple[float, float] | None  # 95 %
    precision: float | None
    recall: float | None
    f1: float | None
    roc_auc: float | None
    pr_auc: float | None
    ece: float | None


def f1_of(label: Bools, flagged: Bools) -> tuple[float, float, float]:
    """Precision, recall and F1 of the flagged class; zero where nothing was hit."""
    hit = int((label & flagged).sum())
    precision = hit / int(flagged.sum()) if flagged.any() else 0.0
    recall = hit / int(label.sum()) if label.any() else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if hit else 0.0


def macro_f1(label: Bools, flagged: Bools) -> float:
    """The mean of the F1 of the abusive and of the clean class."""
    return (f1_of(label, flagged)[2] + f1_of(~label, ~flagged)[2]) / 2


def roc_auc(label: Bools, score: Floats) -> float:
    """The chance that an abusive text scores above a clean one; ties count half."""
    _, place, times = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(times) - (times - 1) / 2)[place]
    yes, no = int(label.sum()), int((~label).sum())
    return float((rank[label].sum() - yes * (yes + 1) / 2) / (yes * no))


def pr_auc(label: Bools, score: Floats) -> float:
    """Average precision over the distinct scores, from the highest down."""
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(label[order])
    last = np.append(np.diff(score[order]) != 0, True)
    precision, recall = (hits / np.arange(1, hits.size + 1))[last], (hits / hits[-1])[last]
    return float((np.diff(recall, prepend=0.0) * precision).sum())


def ece(label: Bools, score: Floats, weight: Floats | None = None) -> float:
    """Expected calibration error over 15 equal bins; `weight` brings the rows to another prior."""
    weight = np.ones(score.size) if weight is None else weight
    bins = np.minimum((score * _BINS).astype(np.int64), _BINS - 1)
    gap = np.bincount(bins, weight * (score - label), _BINS)
    return float(np.abs(gap).sum() / weight.sum())


def prior_weights(label: Bools, prior: float) -> Floats:
    """Row weights under which a share `prior` of the rows is abusive."""
    share = label.mean()
    yes, no = prior / share, (1 - prior) / (1 - share)
    return label * yes + ~label * no


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % range of a share."""
    if n == 0:
        return 0.0, 1.0
    z, p = 1.959964, hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def bootstrap_range(label: Bools, flagged: Bools, *, seed: int = 0) -> tuple[float, float]:
    """95 % range of macro-F1 by 1,000 redraws of the confusion table."""
    chance = np.random.default_rng(seed)
    cells = np.array(
        [(label & flagged).sum(), (label & ~flagged).sum(),
         (~label & flagged).sum(), (~label & ~flagged).sum()], dtype=np.float64
    )  # fmt: skip
    tp, fn, fp, tn = chance.multinomial(label.size, cells / label.size, 1000).T.astype(float)
    one = 2 * tp / np.maximum(2 * tp + fp + fn, 1)
    zero = 2 * tn / np.maximum(2 * tn + fp + fn, 1)
    low, high = np.quantile((one + zero) / 2, (0.025, 0.975))
    return float(low), float(high)


def figures(
    label: Bools, score: Floats, *, line: float = 0.5, prior: float | None = None
) -> Figures:
    """All figures of one set at the operating point `line`; ECE at `prior` where one is given."""
    flagged = score >= line
    if not label.any() or label.all():
        return Figures(
            n=label.size, abusive=int(label.sum()), flagged_share=float(flagged.mean()),
            macro_f1=None, macro_f1_range=None, precision=None, recall=None, f1=None,
            roc_auc=None, pr_auc=None, ece=None,
        )  # fmt: skip
    precision, recall, f1 = f1_of(label, flagged)
    weight = prior_weights(label, prior) if prior is not None else None
    return Figures(
        n=label.size, abusive=int(label.sum()), flagged_share=float(flagged.mean()),
        macro_f1=macro_f1(label, flagged), macro_f1_range=bootstrap_range(label, flagged),
        precision=precision, recall=recall, f1=f1, roc_auc=roc_auc(label, score),
        pr_auc=pr_auc(label, score), ece=ece(label, score, weight),
    )  # fmt: skip
