"""The heads of the kinds (obscene, slur, threat), each with its own calibration and figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from moderation.signals.hidden import word_hash
from moderation.training import calibrate, fit
from moderation.training.bench import Bench
from moderation.training.examine import f1_of, macro_f1, roc_auc
from moderation.training.seeds import stems

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_HELD = 5  # one in so many rows calibrates a kind's head and is not learnt from
_C, _C_HINGE = 8.0, 0.3
_FEWEST_OF_A_KIND = 30
_C_THREAT = 0.1
_CIVIL_IN_THREATS = 0.3  # weight of a civil row: more of them hide what a threat is
_SLUR_KINDS = frozenset({"sexism", "religious_hate"})
_OBSCENE_KINDS = frozenset({"profane_untargeted"})
NAMED: Mapping[str, frozenset[str]] = {"slur": _SLUR_KINDS, "obscene": _OBSCENE_KINDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind's head; `report` has figures on rows that neither taught it nor chose its line."""

    every: fit.Linear
    words: fit.Linear | None
    knots: calibrate.Knots
    report: dict[str, float]


def kinds_of(bench: Bench) -> list[str]:
    """The kinds that the rows of this language show often enough to be learnt."""
    shown = {
        "obscene": int(_kind_label(bench, "obscene").sum()),
        "slur": int(_kind_label(bench, "slur").sum()),
        "threat": sum(r.threat is True for r in bench.rows),
    }
    return [kind for kind, n in shown.items() if n >= _FEWEST_OF_A_KIND]


def learn_kind(bench: Bench, kind: str, seed: int) -> Kind:
    """A kind's head and its calibration, on rows that it did not learn from."""
    if kind == "threat":
        return _learn_threat(bench, seed)
    used = np.array([r.label is not None for r in bench.rows])
    label = _kind_label(bench, kind)
    held = np.array([word_hash(r.id) % _HELD == 0 for r in bench.rows])
    learnt, shown = used & ~held, used & held & bench.original
    head = fit.fit_linear(
        bench.counted[learnt], label[learnt], bench.weight[learnt], c=_C, seed=seed
    )
    raw = head.raw(bench.counted[shown])
    knots = calibrate.kind_knots(raw, label[shown])
    report = figures_of(label[shown], knots.mapped(raw))
    return Kind(every=head, words=None, knots=knots, report=report)


def _kind_label(bench: Bench, kind: str) -> Bools:
    pattern = stems(bench.language, kind)
    return np.array(
        [
            bool(r.label) and (r.kind in NAMED[kind] or pattern.search(t) is not None)
            for r, t in zip(bench.rows, bench.judged, strict=True)
        ]
    )


class _Threats:
    """The rows labelled for threats, and civil rows that are none."""

    def __init__(self, bench: Bench, seed: int) -> None:
        used = np.array([r.threat is not None or r.civil for r in bench.rows])
        self.civil = np.array([r.threat is None for r in bench.rows])[used]
        self.label = np.array([bool(r.threat) for r in bench.rows])[used]
        self._weight = np.where(self.civil, _CIVIL_IN_THREATS, 1.0) * bench.weight[used]
        self.every, self.words = bench.counted[used], bench.words[used]
        self.place = np.array([word_hash(r.id) for r in bench.rows], dtype=np.int64)[used]
        self.original = bench.original[used]
        self._seed = seed

    def members(self) -> tuple[_ThreatMember, ...]:
        """Shares in deviations out of fold, chosen on the rows that choose the line.

        `unaided` learns from the rows labelled for threats alone: beside thousands of civil rows
        of another kind of talk the others learn which talk it is.
        """
        everyone = np.ones(self.label.size, bool)
        return (
            _ThreatMember(share=1.0, counted=self.every, rows=everyone, learn=_threat_hinge),
            _ThreatMember(share=0.7, counted=self.every, rows=~self.civil, learn=_threat_hinge),
            _ThreatMember(share=0.7, counted=self.words, rows=everyone, learn=_threat_hinge),
            _ThreatMember(share=0.5, counted=self.words, rows=everyone, learn=_threat_ratios),
        )

    def learnt(self, member: _ThreatMember, among: Bools) -> fit.Linear:
        rows = member.rows & among
        return member.learn(member.counted[rows], self.label[rows], self._weight[rows], self._seed)

    def out_of_fold(self, member: _ThreatMember) -> Floats:
        out = np.zeros(self.label.size)
        for fold in range(_HELD):
            mine = self.place % _HELD == fold
            out[mine] = self.learnt(member, ~mine).raw(member.counted[mine])
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class _ThreatMember:
    """What a member counts and which rows it learns from."""

    share: float
    counted: Any
    rows: Bools
    learn: Callable[[Any, Bools, Floats, int], fit.Linear]


def _threat_hinge(counted: Any, label: Bools, weight: Floats, seed: int) -> fit.Linear:
    return fit.fit_hinge(counted, label, weight, c=_C_THREAT, seed=seed)


def _threat_ratios(counted: Any, label: Bools, weight: Floats, _seed: int) -> fit.Linear:
    return fit.fit_ratios(counted, label, weight)


def _learn_threat(bench: Bench, seed: int) -> Kind:
    """Members weighed out of fold; half of the rows choose the line, half measure it."""
    rows = _Threats(bench, seed)
    members = rows.members()
    held = [rows.out_of_fold(member) for member in members]
    shares = [
        member.share / (float(raw[rows.original].std()) or 1.0)
        for member, raw in zip(members, held, strict=True)
    ]
    raw = np.sum([s * h for s, h in zip(shares, held, strict=True)], axis=0)
    choosing = rows.original & (rows.place // _HELD % 2 == 0)
    knots = calibrate.threat_knots(raw[choosing], rows.label[choosing], rows.civil[choosing])
    heads = [rows.learnt(member, np.ones(rows.label.size, bool)) for member in members]
    tables = [s * h.table for s, h in zip(shares, heads, strict=True)]
    bias = float(sum(s * h.bias for s, h in zip(shares, heads, strict=True)))
    return Kind(
        every=fit.Linear(table=tables[0] + tables[1], bias=bias),
        words=fit.Linear(table=tables[2] + tables[3], bias=0.0),
        knots=knots,
        report=_threat_report(rows, knots.mapped(raw), rows.original & ~choosing),
    )


def _threat_report(rows: _Threats, score: Floats, measured: Bools) -> dict[str, float]:
    told, quiet = measured & ~rows.civil, score[measured & rows.civil]
    report = figures_of(rows.label[told], score[told])
    if quiet.size:
        report |= {"civil_n": int(quiet.size), "civil_flagged": float((quiet >= 0.5).mean()),
                   "civil_severe": float((quiet >= 0.8).mean())}  # fmt: skip
    return report


def figures_of(label: Bools, score: Floats) -> dict[str, float]:
    """Precision, recall and their like at 0.5; counts alone where all rows are of one side."""
    flagged = score >= 0.5
    out: dict[str, float] = {"n": int(label.size), "yes": int(label.sum())}
    if not label.any() or label.all():
        return out
    precision, recall, f1 = f1_of(label, flagged)
    return out | {
        "macro_f1": macro_f1(label, flagged), "precision": precision, "recall": recall, "f1": f1,
        "roc_auc": roc_auc(label, score), "gap": float(score.mean() - label.mean()),
    }  # fmt: skip
