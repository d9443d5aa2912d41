"""Examining a reader and a policy on labelled rows: what ``sunwai evaluate`` reports.

A row has ``text`` and ``abusive`` (0 or 1), or ``civil`` 1, which counts as not abusive. What is
measured is the flag at the default operating point; a row that was not judged (not covered, not
checked) counts as not flagged and is counted apart, so that silence is not taken for a good mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from typing import cast

import numpy as np

from data.reading import JsonObject, JsonValue
from moderation.judging.policy import Policy, judge
from moderation.judging.read import Reader
from moderation.judging.score import is_flagged
from moderation.training.examine import Bools, ece, f1_of, macro_f1, pr_auc, roc_auc

_BATCH = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Figures over one set of rows. None where the rows do not carry it (one class only, none)."""

    n: int
    abusive: int
    not_judged: int
    share_flagged: float | None
    share_severe: float | None
    share_protected: float | None
    macro_f1: float | None
    precision: float | None
    recall: float | None
    f1: float | None
    roc_auc: float | None
    pr_auc: float | None
    ece: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Measures over all rows and by language as read; ``rejected`` are rows that had no label."""

    all: Measures
    by_language: Mapping[str, Measures]
    rejected: int

    def to_json(self) -> JsonObject:
        """One flat object with ``by_language`` inside it."""
        whole = cast(JsonObject, asdict(self.all))
        parts: dict[str, JsonValue] = {
            k: cast(JsonObject, asdict(v)) for k, v in self.by_language.items()
        }
        return {**whole, "rejected": self.rejected, "by_language": parts}


@dataclass(frozen=True, slots=True)
class _Row:
    language: str
    abusive: bool
    flagged: bool
    severe: bool
    protected: bool
    toxicity: float | None


def evaluate(rows: Iterable[Mapping[str, object]], reader: Reader, policy: Policy) -> Evaluation:
    """Reads, judges and measures labelled rows. Rows without text or label are counted apart."""
    told = [labelled(row) for row in rows]
    good = [row for row in told if row is not None]
    judged = list(_judged(iter(good), reader, policy))
    languages = sorted({row.language for row in judged})
    return Evaluation(
        all=_measure(judged),
        by_language={x: _measure([r for r in judged if r.language == x]) for x in languages},
        rejected=len(told) - len(good),
    )


def labelled(row: Mapping[str, object]) -> tuple[str, bool] | None:
    """The text and whether it is abusive; None for a row without text or label."""
    text, abusive = row.get("text"), row.get("abusive")
    if not isinstance(text, str):
        return None
    if abusive in (0, 1):
        return text, bool(abusive)
    return (text, False) if row.get("civil") == 1 else None


def _judged(rows: Iterator[tuple[str, bool]], reader: Reader, policy: Policy) -> Iterator[_Row]:
    while batch := list(islice(rows, _BATCH)):
        readings = reader.read([text for text, _ in batch])
        for (_, abusive), reading in zip(batch, readings, strict=True):
            judgement = judge(reading, policy)
            yield _Row(
                language=reading.language.value,
                abusive=abusive,
                flagged=is_flagged(judgement),
                severe=judgement.flag.value == "severe",
                protected=judgement.protected,
                toxicity=reading.value("toxicity"),
            )


# ------------------------------------------------------------------------------ measures


def _measure(rows: list[_Row]) -> Measures:
    truth = np.array([r.abusive for r in rows], dtype=np.bool_)
    flagged = np.array([r.flagged for r in rows], dtype=np.bool_)
    scored = [r for r in rows if r.toxicity is not None]
    scores = np.array([r.toxicity for r in scored], dtype=np.float64)
    labels = np.array([r.abusive for r in scored], dtype=np.bool_)
    both = bool(truth.any()) and not bool(truth.all()) and bool(scored)
    precision, recall, f1 = f1_of(truth, flagged)
    ranked = both and bool(labels.any()) and not bool(labels.all())
    return Measures(
        n=len(rows),
        abusive=int(truth.sum()),
        not_judged=len(rows) - len(scored),
        share_flagged=_share(flagged),
        share_severe=_share(np.array([r.severe for r in rows], dtype=np.bool_)),
        share_protected=_share(np.array([r.protected for r in rows], dtype=np.bool_)),
        macro_f1=macro_f1(truth, flagged) if both else None,
        precision=precision if both else None,
        recall=recall if both else None,
        f1=f1 if both else None,
        roc_auc=roc_auc(labels, scores) if ranked else None,
        pr_auc=pr_auc(labels, scores) if ranked else None,
        ece=ece(labels, scores) if scored else None,
    )


def _share(values: Bools) -> float | None:
    return float(values.mean()) if len(values) else None
