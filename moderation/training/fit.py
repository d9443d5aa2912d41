"""Linear heads over hashed features: NB log-count ratios, then a logistic or a hinge loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from scipy import sparse as _sparse  # pyright: ignore[reportMissingTypeStubs]
from sklearn.linear_model import LogisticRegression  # pyright: ignore[reportMissingTypeStubs]
from sklearn.svm import LinearSVC  # pyright: ignore[reportMissingTypeStubs]

from moderation.signals import grams

sparse = cast(Any, _sparse)  # scipy has no types
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """A fitted head: raw score of a text = sum of table[id] / sqrt(number of features) + bias."""

    table: Floats
    bias: float

    def raw(self, counted: Any) -> Floats:
        return np.asarray(counted @ self.table).ravel() + self.bias


def counts(judged: Sequence[str], *, roman: bool) -> Any:
    """Feature counts of folded, repaired texts, each row divided by the root of its sum."""
    return _counted(judged, lambda s: grams.features(s, roman=roman))


def word_counts(judged: Sequence[str], *, roman: bool) -> Any:
    """As `counts`, of words, pairs and sound keys alone."""
    return _counted(judged, lambda s: grams.word_features(s, roman=roman))


def _counted(judged: Sequence[str], found_in: Callable[[grams.Sheet], list[grams.Grams]]) -> Any:
    blocks: list[Any] = []
    for at in range(0, len(judged), 4096):
        part = judged[at : at + 4096]
        found = found_in(grams.lay_out(part))
        ids = np.concatenate([g.ids for g in found])
        owner = np.concatenate([g.owner for g in found])
        ones = np.ones(ids.size)
        blocks.append(sparse.csr_matrix((ones, (owner, ids)), shape=(len(part), grams.SIZE)))
    whole = sparse.vstack(blocks).tocsr()
    whole.sum_duplicates()
    sums = np.asarray(whole.sum(axis=1)).ravel()
    return (sparse.diags(1 / np.sqrt(np.maximum(sums, 1))) @ whole).tocsr()


def _log_ratios(counted: Any, label: Bools, weight: Floats) -> Floats:
    """Log-count ratio of each feature, from presence, smoothed by one."""
    present = counted.copy()
    present.data[:] = 1
    yes = 1 + np.asarray(present.T @ (weight * label)).ravel()
    no = 1 + np.asarray(present.T @ (weight * ~label)).ravel()
    return np.log((yes / yes.sum()) / (no / no.sum()))


def ratios(counted: Any, label: Bools, weight: Floats) -> Floats:
    """|log-count ratio| + 0.5 of each feature, from presence, smoothed by one."""
    return np.abs(_log_ratios(counted, label, weight)) + 0.5


def fit_ratios(counted: Any, label: Bools, weight: Floats) -> Linear:
    """Naive Bayes: the log-count ratios of the features that the rows have, and no bias."""
    table = np.zeros(counted.shape[1])
    held = np.unique(counted.indices)
    table[held] = _log_ratios(counted, label, weight)[held]
    return Linear(table=table, bias=0.0)


def fit_linear(counted: Any, label: Bools, weight: Floats, *, c: float, seed: int) -> Linear:
    """A head for `label`. Same rows, weights and seed give the same table."""
    model = cast(Any, LogisticRegression(C=c, solver="liblinear", random_state=seed, tol=5e-3))
    return _fitted(model, counted, label, weight)


def fit_hinge(counted: Any, label: Bools, weight: Floats, *, c: float, seed: int) -> Linear:
    """As `fit_linear` with a squared hinge: ranks better, but its raw score is no log-odds."""
    model = cast(Any, LinearSVC(C=c, random_state=seed, tol=1e-2, max_iter=300))
    return _fitted(model, counted, label, weight)


def _fitted(model: Any, counted: Any, label: Bools, weight: Floats) -> Linear:
    """The model fitted to the features that the rows have; the others weigh nothing."""
    held = np.unique(counted.indices)
    ratio = ratios(counted, label, weight)[held]
    scaled = (counted[:, held] @ sparse.diags(ratio)).tocsr()
    model.fit(scaled, label.astype(np.int64), sample_weight=weight)
    table = np.zeros(counted.shape[1])
    table[held] = model.coef_.ravel() * ratio
    return Linear(table=table, bias=float(model.intercept_[0]))
