"""The heads for menace, hatred of a people and feedback, learnt from what was written for Sunwai.

No set has labels for threats against an office or for hatred that needs no hard word in our four
languages. So sentences were written, half of them civil ones that are as near as may be, by several
hands in lots; ``written/*.jsonl`` holds them. No people is named there: the slot ``{people}`` is
filled with names of many peoples, so that what is said is learnt and not of whom.

Rows of the labelled sets that are no threats, or that name a people without abuse, and what was
written of services, keep the heads quiet on real talk. Where the points lie is chosen on sentences
of a lot that did not teach, for a hand repeats itself. Comments with their kinds of feedback were
written likewise.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from scipy import sparse as _sparse  # pyright: ignore[reportMissingTypeStubs]

from data.model import Language
from moderation.signals.by_rule import lexicon_with
from moderation.signals.lexicon import words_of
from moderation.signals.peoples import names_a_people
from moderation.signals.pieces import sentences_of as sentences_of_text
from moderation.texts.text import fold_text
from moderation.training import calibrate, fit
from moderation.training.bench import INVENTED, Bench
from moderation.training.corpus import Row
from moderation.training.kinds import Kind, figures_of
from moderation.training.meant import Meant
from moderation.training.net import Ground, Share

sparse = cast(Any, _sparse)  # scipy has no types
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

WRITTEN = Path(__file__).parent / "written"
_SLOT = re.compile(r"\{people\}")
_JOINED = re.compile(r"لل?ـ?\{people\}")
_NAMES: dict[Language, tuple[str, ...]] = {
    Language.EN: (
        "Afghans", "Hindus", "Christians", "Pashtuns", "Shias", "refugees", "Balochs", "women",
        "Uzbeks", "Kohlis", "Bohras", "disabled people", "Sindhis", "Ahmadis", "Memons",
    ),
    Language.UR_LATN: (
        "afghani", "hinduon", "christians", "pathano", "shia", "mohajir", "baloch", "auraton",
        "uzbek", "kolhiyon", "bohri", "mazoor logon", "sindhi", "qadiani", "memon",
    ),
    Language.UR: (
        "افغانی", "ہندوؤں", "عیسائی", "پٹھانوں", "شیعہ", "مہاجر", "بلوچ", "عورتوں",
        "ازبک", "کولہیوں", "بوہری", "معذور لوگوں", "سندھی", "قادیانی", "میمن",
    ),
    Language.AR: (
        "السوريين", "اليهود", "المسيحيين", "الاكراد", "الشيعة", "اللاجئين", "المصريين", "النساء",
        "السعوديين", "الهنود", "الدروز", "المعاقين", "العراقيين", "المهاجرين", "السنة",
    ),
}  # fmt: skip
_C = 8.0
_REAL_WEIGHT = {"menace": 0.2, "hatred": 0.4}
_MOST_REAL = 40_000
_OFFICE = "feedback"  # the source of civil comments that were written, as of a set
# Shares above the lower point: of a civil set, of one with few rows, and of the clean rows of a set
# labelled for abuse that are asked at all: many of them are foul, but not most.
_CIVIL, _CIVIL_FEW, _CLEAN = 0.005, 0.015, 0.2
_CRITICISM = {"menace": 0.002, "hatred": 0.004}  # the same of policy criticism
_SEVERE = 0.1  # of these rows above the severe point
_FEW, _FEWEST = 1000, 200  # rows of a set; with fewer than the second it bounds nothing
_WRITTEN_AT_HALF, _WRITTEN_SEVERE = 0.15, 0.03  # of the civil sentences written to look alike
_FEEDBACK_ABUSE = 0.05  # weight of an abusive row, which carries no feedback that anybody named
_MOST_ABUSIVE, _FOLDS = 2500, 5
_SIZE = 1 << 15  # features that the heads tell apart: some thousand sentences teach no more
_ODDS = (-6.0, 0.0, float(np.log(0.9 / 0.1)), 5.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence that was written: of which lot, and whether it is what the head looks for."""

    text: str
    lot: int
    found: bool


def learn_feedback(bench: Bench, kind: str, seed: int) -> Kind:
    """The head for a kind of feedback, its scores calibrated at the mix of what was written."""
    rows = _read("feedback", bench.language)
    label = np.array([kind in r["kinds"] for r in rows])
    counted = folded(bench.counts_of([r["text"] for r in rows]))
    foul = [i for i, r in enumerate(bench.rows) if r.abusive and r.source != INVENTED]
    abusive = folded(bench.counted[foul[:_MOST_ABUSIVE]])
    weight = np.append(np.ones(label.size), np.full(abusive.shape[0], _FEEDBACK_ABUSE))

    def learnt(mine: Bools) -> fit.Linear:
        taught = sparse.vstack([counted[mine], abusive]).tocsr()
        wanted = np.append(label[mine], np.zeros(abusive.shape[0], bool))
        weights = weight[np.append(np.flatnonzero(mine), np.arange(label.size, weight.size))]
        return fit.fit_linear(taught, wanted, weights, c=_C, seed=seed)

    raw, fold = np.zeros(label.size), np.arange(label.size) % _FOLDS
    for one in range(_FOLDS):
        raw[fold == one] = learnt(fold != one).raw(counted[fold == one])
    knots = calibrate.kind_knots(raw, label)
    report = figures_of(label, knots.mapped(raw))
    return Kind(every=learnt(fold >= 0), words=None, knots=knots, report=report)


def _read(head: str, language: Language) -> list[dict[str, Any]]:
    path = WRITTEN / f"{head}.{language.value}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def sentences_of(head: str, language: Language) -> list[Sentence]:
    """The sentences of a head in a language, the slots filled."""
    return [
        Sentence(text=_filled(r["text"], language), lot=r["lot"], found=bool(r["found"]))
        for r in _read(head, language)
    ]


def _filled(text: str, language: Language) -> str:
    """The text with the name of a people in its slot; which one, the text itself decides."""
    names = _NAMES[language]
    name = names[zlib.crc32(text.encode()) % len(names)]
    text = _JOINED.sub("لل" + name.removeprefix("ال"), text)
    return _SLOT.sub(name, text)


def learn_written(
    bench: Bench, head: str, criticism: Sequence[Row], ground: Ground | None, seed: int
) -> tuple[Kind, Share | None]:
    """A head, its points, its figures on lots that did not teach, and its share of the net.

    ``criticism``: rows of policy criticism, never learnt from, that help to place the points;
    ``ground``: the pieces of the net, where the language has one.
    """
    said = sentences_of(head, bench.language)
    real, among = _real_rows(bench, head)
    texts = [*(s.text for s in said), *(r.text for r in real)]
    owner, judged, counted = _in_parts(bench, texts)
    label = np.array([*(s.found for s in said), *[False] * len(real)])
    lot = np.array([*(s.lot for s in said), *(n % 2 + 1 for n in range(len(real)))])
    written = np.arange(label.size) < len(said)
    light = np.array([False] * len(said) + [r.source != _OFFICE for r in real])
    weight = np.where(light, _REAL_WEIGHT[head], 1.0)
    whole = np.diff(owner, prepend=-1) > 0
    # A part of what was written may be civil; a part of a civil comment is.
    teaches = whole | ~written[owner]
    meant = ground and Meant.of(head, ground, judged, label[owner], weight[owner], seed)

    def learnt(rows: Bools) -> tuple[fit.Linear, Share | None]:
        mine = rows[owner] & teaches
        of = owner[mine]
        table = fit.fit_linear(counted[mine], label[of], weight[of], c=_C, seed=seed)
        return table, meant and meant.learnt(mine)

    raw = np.zeros(label.size)
    for one in sorted(set(lot.tolist())):
        mine = (lot == one)[owner]
        table, share = learnt(lot != one)
        found = table.raw(counted[mine])
        if meant and share:
            found = meant.moved(share, found, mine)
        raw[lot == one] = np.maximum.reduceat(found, np.flatnonzero(whole[mine]))
    bounds = _bounds(raw[~written], real, among)
    every, share = learnt(np.ones(label.size, bool))
    if criticism:
        bounds.append((_raw_of_criticism(bench, head, every, criticism), _CRITICISM[head]))
    knots = _knots(raw[written & ~label], bounds)
    report = figures_of(label[written], knots.mapped(raw[written]))
    flagged = knots.mapped(raw[~written]) >= 0.5
    report |= {"civil_n": int(flagged.size), "civil_flagged": float(flagged.mean())}
    return Kind(every=every, words=None, knots=knots, report=report), share


def _raw_of_criticism(
    bench: Bench, head: str, every: fit.Linear, criticism: Sequence[Row]
) -> Floats:
    """The raw scores of rows that taught nothing; the least where the head is never asked."""
    texts = [r.text for r in criticism if r.language is bench.language]
    owner, _, counted = _in_parts(bench, texts)
    raw = np.maximum.reduceat(every.raw(counted), np.flatnonzero(np.diff(owner, prepend=-1)))
    return np.where(_naming(texts), raw, raw.min()) if head == "hatred" else raw


def _in_parts(
    bench: Bench, texts: Sequence[str]
) -> tuple[npt.NDArray[np.intp], Sequence[str], Any]:
    """Each text and each of its sentences as they are judged, the text that each is of in front
    and their features behind."""
    parts = [[text, *sentences_of_text(text)] for text in map(fold_text, texts)]
    owner = np.repeat(np.arange(len(parts)), [len(of) for of in parts])
    judged = [bench.lexicon.repair(part) for of in parts for part in of]
    return owner, judged, folded(fit.counts(judged, roman=bench.roman))


def folded(counted: Any) -> Any:
    """The counts of features told apart by their last bits alone."""
    rows = counted.tocsr()
    short = sparse.csr_matrix(
        (rows.data, rows.indices & (_SIZE - 1), rows.indptr), shape=(rows.shape[0], _SIZE)
    )
    short.sum_duplicates()
    return short


def _real_rows(bench: Bench, head: str) -> tuple[list[Row], Mapping[str, float]]:
    """Some rows of the labelled sets that are not what the head looks for, and of how many civil
    rows of each set they are: of texts that name nobody `hatred` is never asked."""
    pairs = zip(bench.rows, bench.original.tolist(), strict=True)
    rows = [r for r, own in pairs if own and r.label is False and r.threat is not True]
    rows += _office_talk(bench.language)
    among = Counter(r.source for r in rows)
    if head == "hatred":
        naming = _naming([r.text for r in rows]).tolist()
        rows = [r for r, names in zip(rows, naming, strict=True) if names]
    some = sorted(rows, key=lambda r: zlib.crc32(r.id.encode()))[:_MOST_REAL]
    return some, {name: count * len(some) / len(rows) for name, count in among.items()}


def _office_talk(language: Language) -> list[Row]:
    """What was written for the kinds of feedback: talk of services, and none of it a threat."""
    return [
        Row(id=f"{_OFFICE} {n}", text=r["text"], language=language, dev=False, source=_OFFICE,
            civil=True)
        for n, r in enumerate(_read("feedback", language))
    ]  # fmt: skip


def _naming(texts: Sequence[str]) -> Bools:
    """Which of the texts name a people."""
    words = words_of(texts)
    cues = lexicon_with(()).find_in(words)
    return np.array([names_a_people(w.words, cues.of(i)) for i, w in enumerate(words)])


def _by_source(rows: Sequence[Row]) -> list[tuple[str, Bools]]:
    sources = np.array([r.source for r in rows])
    return [(name, sources == name) for name in sorted({r.source for r in rows})]


def _bounds(
    raw: Floats, real: Sequence[Row], among: Mapping[str, float]
) -> list[tuple[Floats, float]]:
    """The raw scores of each set's rows, and the share of them that may lie above the lower
    point; what a civil set may have counts of all its rows."""
    bounds: list[tuple[Floats, float]] = []
    for name, mine in _by_source(real):
        count, civil = among[name], any(r.civil for r in real if r.source == name)
        share = (_CIVIL_FEW if count < _FEW else _CIVIL) * count / int(mine.sum())
        if count >= _FEWEST:
            bounds.append((raw[mine], share if civil else _CLEAN))
    return bounds


def _knots(alike: Floats, bounds: Sequence[tuple[Floats, float]]) -> calibrate.Knots:
    """0.5 and 0.9 where few civil sentences that are alike, and few rows of any civil set,
    lie above them; ``bounds``: rows of each set, and the share that may."""
    half, severe = _over(alike, _WRITTEN_AT_HALF), _over(alike, _WRITTEN_SEVERE)
    for raw, share in bounds:
        half, severe = max(half, _over(raw, share)), max(severe, _over(raw, _SEVERE * share))
    severe = max(severe, half + 0.5)
    return calibrate.Knots(raw=(half - 8.0, half, severe, severe + 4.0), odds=_ODDS)


def _over(raw: Floats, share: float) -> float:
    """A raw score that no more than a share of these lies above."""
    return float(np.quantile(raw, 1 - min(share, 1.0))) + 1e-3
