"""The toxicity head: several linear members over the same features, merged into one table.

Members are weighed by their scores out of fold, so none is judged on rows that it learnt from.
All but the setting add up to one table: judging costs no more for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from data.model import Language
from moderation.training import calibrate, fit
from moderation.training.bench import INVENTED, Bench
from moderation.training.fit import sparse

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Learn = Callable[[Any, Bools, Floats, int], fit.Linear]

_C, _C_HINGE, _C_WORDS, _C_SETTING = 8.0, 0.3, 16.0, 4.0
_TOO_LOUD_FOR_CIVIL = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """How much each member counts, in its own standard deviations out of fold.

    `unaided` learns from the labelled sets alone: the civil sets, which hold some abuse, blur
    what abuse is. `depth`, `at` and `slope` are of the setting: how far a text that reads like
    the civil sets' ordinary talk is moved down, and from where on.
    """

    hinge: float = 1.0
    logistic: float = 0.0
    unaided: float = 0.0
    words: float = 0.1
    depth: float = 0.0
    at: float = 1.0
    slope: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Moves a text down by `depth` times the chance that it is ordinary talk."""

    table: Floats
    bias: float
    depth: float

    def drop(self, counted: Any) -> Floats:
        raw = np.asarray(counted @ self.table).ravel() + self.bias
        return self.depth / (1 + np.exp(-raw))


@dataclass(frozen=True, slots=True, kw_only=True)
class Toxicity:
    """The merged head; `held` are raw scores (log-odds) of the labelled rows, out of fold."""

    every: fit.Linear
    setting: Setting | None
    held: Floats
    labelled: Bools

    def raw(self, counted: Any) -> Floats:
        raw = self.every.raw(counted)
        return raw if self.setting is None else raw - self.setting.drop(counted)


# Chosen on scores out of fold of the training rows: mean macro-F1 under the civil limits.
MIXES: Mapping[Language, Mix] = {
    Language.EN: Mix(words=0.3, depth=0.4, at=0.5, slope=2.0),
    Language.UR: Mix(hinge=0.6, logistic=0.4, words=0.2),
    Language.UR_LATN: Mix(),
    Language.AR: Mix(hinge=0.2, logistic=0.2, unaided=0.3, depth=2.25, slope=4.0),
}


def _hinge(counted: Any, label: Bools, weight: Floats, seed: int) -> fit.Linear:
    return fit.fit_hinge(counted, label, weight, c=_C_HINGE, seed=seed)


def _logistic(counted: Any, label: Bools, weight: Floats, seed: int) -> fit.Linear:
    return fit.fit_linear(counted, label, weight, c=_C, seed=seed)


def _of_words(counted: Any, label: Bools, weight: Floats, seed: int) -> fit.Linear:
    return fit.fit_linear(counted, label, weight, c=_C_WORDS, seed=seed)


def _of_setting(counted: Any, label: Bools, weight: Floats, seed: int) -> fit.Linear:
    return fit.fit_linear(counted, label, weight, c=_C_SETTING, seed=seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """One member: what it counts, what it asks, which rows it learns from."""

    share: float
    counted: Any
    label: Bools
    rows: Bools
    learn: Learn


class _Rows:
    """The labelled rows of a bench."""

    def __init__(self, bench: Bench, mix: Mix, seed: int) -> None:
        self.labelled = np.array([r.label is not None for r in bench.rows])
        rows = [r for r in bench.rows if r.label is not None]
        self.label = np.array([bool(r.label) for r in rows])
        self.civil = np.array([r.civil for r in rows])
        self.invented = np.array([r.source == INVENTED for r in rows])
        self.weight, self.group = bench.weight[self.labelled], bench.group[self.labelled]
        self.original = bench.original[self.labelled]
        self.every = bench.counted[self.labelled]
        self.words = among_all(bench.words[self.labelled], self.every)
        self.seed = seed
        mix = mix if self.civil.any() and not self.civil.all() else Mix()
        talk = (self.civil & ~self.invented).any()
        self.mix = mix if talk else replace(mix, depth=0.0)  # nobody's ordinary talk: no setting

    def members(self) -> dict[str, _Member]:
        """The members that count, by name; the setting among them where the mix has one."""
        all_rows, mix = np.ones(self.label.size, bool), self.mix
        unaided = ~self.civil | self.invented
        every = {
            "hinge": _Member(share=mix.hinge, counted=self.every, label=self.label, rows=all_rows,
                             learn=_hinge),
            "logistic": _Member(share=mix.logistic, counted=self.every, label=self.label,
                                rows=all_rows, learn=_logistic),
            "unaided": _Member(share=mix.unaided, counted=self.every, label=self.label,
                               rows=unaided, learn=_hinge),
            "words": _Member(share=mix.words, counted=self.words, label=self.label, rows=all_rows,
                             learn=_of_words),
            "setting": _Member(share=mix.depth, counted=self.every, label=self.civil,
                               rows=~self.label & ~self.invented, learn=_of_setting),
        }  # fmt: skip
        return {name: member for name, member in every.items() if member.share}

    def learnt(self, member: _Member, among: Bools) -> fit.Linear:
        rows = member.rows & among
        return member.learn(member.counted[rows], member.label[rows], self.weight[rows], self.seed)

    def out_of_fold(self, member: _Member, among: Bools) -> Floats:
        """Raw scores of every row by a member that learnt from `among` in the other folds."""
        out = np.zeros(self.label.size)
        for fold in range(int(self.group.max()) + 1):
            mine = self.group == fold
            out[mine] = self.learnt(member, among & ~mine).raw(member.counted[mine])
        return out


def among_all(words: Any, every: Any) -> Any:
    """Counts of words and pairs as they stand among a text's other features.

    Each row of counts is divided by the root of its sum; here both by the same root, so that what
    a member of words alone learns may be added to the table of all features.
    """
    said, whole = (np.asarray(counted.sum(axis=1)).ravel() for counted in (words, every))
    return (sparse.diags(said / np.maximum(whole, 1e-9)) @ words).tocsr()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What the members say out of fold: `raw` mixed to log-odds, and how it was mixed."""

    raw: Floats
    spread: Mapping[str, float]
    middle: float
    slope: float
    offset: float


def learn_toxicity(bench: Bench, seed: int) -> Toxicity:
    """The head of a language from its bench.

    A civil row that sounds plainly abusive to a first round teaches the second round and the
    final tables nothing. It keeps its score out of fold: the points on the scale are chosen with
    it, by members that, like the final ones, have not learnt that such a row is civil.
    """
    rows = _Rows(bench, MIXES.get(bench.language, Mix()), seed)
    members = rows.members()
    first = _held(rows, members, np.ones(rows.label.size, bool))
    kept = ~rows.civil | (1 / (1 + np.exp(-first.raw)) < _TOO_LOUD_FOR_CIVIL)
    held = _held(rows, members, kept)
    final = {name: rows.learnt(member, kept) for name, member in members.items()}
    share = {name: held.slope * member.share / held.spread[name]
             for name, member in members.items()}  # fmt: skip
    return Toxicity(
        every=_merged(final, share, held.offset),
        setting=_setting(final, rows.mix, held.slope, held.middle, held.spread),
        held=held.raw,
        labelled=rows.labelled,
    )


def _held(rows: _Rows, members: Mapping[str, _Member], among: Bools) -> _Held:
    """The members mixed and brought to log-odds, each learning from `among` alone."""
    held = {name: rows.out_of_fold(member, among) for name, member in members.items()}
    spread = {name: float(raw[rows.original].std()) or 1.0 for name, raw in held.items()}
    middle = float(held["setting"][rows.original].mean()) if "setting" in held else 0.0
    mixed = np.zeros(rows.label.size)
    for name in (n for n in members if n != "setting"):
        mixed += members[name].share / spread[name] * held[name]
    if "setting" in members:
        mixed -= _drop(rows.mix, (held["setting"] - middle) / spread["setting"])
    seen = rows.original
    slope, offset = calibrate.platt(mixed[seen], rows.label[seen], rows.weight[seen])
    raw = slope * mixed + offset
    return _Held(raw=raw, spread=spread, middle=middle, slope=slope, offset=offset)


def _drop(mix: Mix, at: Floats) -> Floats:
    return mix.depth / (1 + np.exp(-mix.slope * (at - mix.at)))


def _merged(
    final: Mapping[str, fit.Linear], share: Mapping[str, float], offset: float
) -> fit.Linear:
    kept = [n for n in final if n != "setting"]
    table = np.sum([share[n] * final[n].table for n in kept], axis=0)
    biases = [share[n] * final[n].bias for n in kept]
    return fit.Linear(table=table, bias=offset + sum(biases))


def _setting(
    final: Mapping[str, fit.Linear],
    mix: Mix,
    slope: float,
    middle: float,
    spread: Mapping[str, float],
) -> Setting | None:
    if "setting" not in final:
        return None
    steep, head = mix.slope / spread["setting"], final["setting"]
    return Setting(
        table=head.table * steep,
        bias=(head.bias - middle) * steep - mix.slope * mix.at,
        depth=slope * mix.depth,
    )
