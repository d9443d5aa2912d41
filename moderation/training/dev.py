"""The development figures of an engine: labelled sets, civil sets, hidden words, threats."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.model import Language
from moderation.signals.builtin import BuiltinEngine
from moderation.signals.engine import ToxicityEngine
from moderation.texts.language import read_languages
from moderation.texts.text import fold_text
from moderation.training.attacks import ATTACKS, attack_words
from moderation.training.calibrate import PAGE_PRIOR, page_weights
from moderation.training.corpus import Row, chooses
from moderation.training.examine import Figures, ece, figures, macro_f1, roc_auc
from moderation.training.kinds import NAMED

QUEUE, SEVERE = 0.5, 0.8
_AT_MOST = 600  # attacked texts of one language
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFigures:
    """One development set: `severe_share` is the share at the severe point.

    `severe_recall` is that share of the abusive rows, where there are some. `unseen` are the
    figures of the rows that chose no threshold; `detected` is the macro-F1 where the language is
    the one that the product finds.
    """

    source: str
    language: Language
    figures: Figures
    severe_share: float
    severe_recall: float | None
    unseen: Figures
    detected: float | None = None


def toxicity(engine: ToxicityEngine, texts: Sequence[str], languages: Sequence[Language]) -> Floats:
    """Scores as numbers; a text that was not judged counts as zero here, and only here."""
    scores = engine.score(texts, languages)
    return np.array([s.toxicity if s.toxicity is not None else 0.0 for s in scores])


def set_figures(engine: ToxicityEngine, rows: Sequence[Row]) -> list[SetFigures]:
    """Figures of every set among `rows` that has labels or is civil, by name."""
    out: list[SetFigures] = []
    for source in sorted({r.source for r in rows if r.label is not None}):
        mine = [r for r in rows if r.source == source and r.label is not None]
        label = np.array([bool(r.label) for r in mine])
        texts = [r.text for r in mine]
        score = toxicity(engine, texts, [r.language for r in mine])
        rest = ~np.array([chooses(r) for r in mine])
        out.append(
            SetFigures(
                source=source,
                language=mine[0].language,
                figures=figures(label, score, line=QUEUE, prior=PAGE_PRIOR),
                severe_share=float((score >= SEVERE).mean()),
                severe_recall=float((score[label] >= SEVERE).mean()) if label.any() else None,
                unseen=figures(label[rest], score[rest], line=QUEUE, prior=PAGE_PRIOR),
                detected=_detected(engine, texts, label),
            )
        )
    return out


def _detected(engine: ToxicityEngine, texts: Sequence[str], label: Bools) -> float | None:
    if not label.any() or label.all():
        return None
    found = [reading.language for reading in read_languages(texts)]
    return macro_f1(label, toxicity(engine, texts, found) >= QUEUE)


def language_ece(
    engine: ToxicityEngine, rows: Sequence[Row], language: Language
) -> tuple[int, float] | None:
    """n and the calibration error of a language on rows that chose nothing.

    The rows are weighed to a page's prior, a set by the square root of its size. None without
    abusive and clean rows.
    """
    mine = [r for r in rows if r.language is language and r.label is not None and not chooses(r)]
    label = np.array([bool(r.label) for r in mine], dtype=bool)
    if not label.any() or label.all():
        return None
    score = toxicity(engine, [r.text for r in mine], [language] * len(mine))
    return len(mine), ece(label, score, page_weights(mine, label))


def kind_figures(engine: ToxicityEngine, rows: Sequence[Row]) -> dict[str, tuple[int, int, float]]:
    """Of the kinds that people labelled in development rows: n, how many, ROC-AUC."""
    mine = [r for r in rows if r.kind]
    out: dict[str, tuple[int, int, float]] = {}
    scores = engine.score([r.text for r in mine], [r.language for r in mine])
    for kind, named in NAMED.items():
        label = np.array([r.kind in named for r in mine], dtype=bool)
        if label.any() and not label.all():
            score = np.array([s.kinds.get(kind, 0.0) for s in scores])
            out[kind] = (label.size, int(label.sum()), roc_auc(label, score))
    return out


def _loudest(engine: BuiltinEngine, text: str, language: Language) -> list[str]:
    tongue = engine.tongues[language]
    words = [w for w in dict.fromkeys(text.split(" ")) if len(w) > 2]
    if not words:
        return []
    judged = [tongue.lexicon.repair(fold_text(w)) for w in words]
    alone = tongue.loudness(judged)
    return [words[i] for i in np.argsort(-alone, kind="stable")[:2]]


def evasion_figures(
    engine: BuiltinEngine, rows: Sequence[Row], language: Language, *, seed: int = 0
) -> tuple[float, int, dict[str, float]]:
    """Clean recall, n, and recall on attacked copies as a share of it, by way of hiding.

    The two loudest words of each abusive text are hidden.
    """
    mine = [r for r in rows if r.language is language and r.label][:_AT_MOST]
    if not mine:
        return 0.0, 0, dict.fromkeys(ATTACKS, 0.0)
    texts = [" ".join(r.text.lower().split()) for r in mine]
    tongues = [language] * len(mine)
    clean = float((toxicity(engine, texts, tongues) >= QUEUE).mean())
    picked = [_loudest(engine, t, language) for t in texts]
    kept: dict[str, float] = {}
    for name, attack in ATTACKS.items():
        chance = random.Random(seed)
        hidden = [attack_words(t, p, attack, chance) for t, p in zip(texts, picked, strict=True)]
        kept[name] = float((toxicity(engine, hidden, tongues) >= QUEUE).mean()) / max(clean, 1e-9)
    return clean, len(mine), kept
