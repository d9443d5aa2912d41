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
from moderation.text import fold_text
from moderation.training.attacks import ATTACKS, attack_words
from moderation.training.calibrate import PAGE_PRIOR
from moderation.training.corpus import Row
from moderation.training.examine import Figures, figures

QUEUE, SEVERE = 0.5, 0.8
_AT_MOST = 600  # attacked texts of one language
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFigures:
    """One development set: `severe_share` is the share at the severe point."""

    source: str
    language: Language
    figures: Figures
    severe_share: float


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
        score = toxicity(engine, [r.text for r in mine], [r.language for r in mine])
        out.append(
            SetFigures(
                source=source,
                language=mine[0].language,
                figures=figures(label, score, line=QUEUE, prior=PAGE_PRIOR),
                severe_share=float((score >= SEVERE).mean()),
            )
        )
    return out


def _loudest(engine: BuiltinEngine, text: str, language: Language) -> list[str]:
    tongue = engine.tongues[language]
    words = [w for w in dict.fromkeys(text.split(" ")) if len(w) > 2]
    if not words:
        return []
    judged = [tongue.lexicon.repair(fold_text(w)) for w in words]
    alone = tongue.raw(judged, ("toxicity",))["toxicity"]
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
