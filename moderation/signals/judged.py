"""From raw scores to answers: kinds, the worst piece of a text, and the words behind a score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from data.model import Language, Span
from moderation.signals.engine import EngineScore
from moderation.signals.hidden import Token
from moderation.signals.tongue import Tongue
from moderation.text import Folded, fold, fold_texts

Floats = npt.NDArray[np.float64]
_SPANS_WITHIN = 24_000  # characters of a text in which the words behind its score are looked for
_SPANS_FROM = 0.35


class Judged(NamedTuple):
    """What one tongue says of one text."""

    toxicity: float
    kinds: dict[str, float]
    tongue: Tongue


def judged(tongue: Tongue, raw: Mapping[str, Floats], owner: Sequence[int]) -> list[Judged]:
    """What a tongue says, given the raw scores of pieces and the text that each is of.

    Every text has a piece, and they stand in order; the worst piece counts, for each head.
    """
    if not owner:
        return []
    scores = {name: tongue.heads[name].mapped(values) for name, values in raw.items()}
    count = owner[-1] + 1
    if len(owner) > count:
        for name, values in scores.items():
            scores[name] = np.zeros(count)
            np.maximum.at(scores[name], owner, values)
    toxicity = scores.pop("toxicity")
    named = np.zeros(count)
    for kind in ("obscene", "slur"):
        named = np.maximum(named, scores.get(kind, 0.0))
    scores["insult"] = toxicity * (1 - named)
    kinds = zip(*(values.tolist() for values in scores.values()), strict=True)
    return [
        Judged(of_text, dict(zip(scores, of, strict=True)), tongue)
        for of_text, of in zip(toxicity.tolist(), kinds, strict=True)
    ]


def judged_one(tongue: Tongue, text: str, raw: Mapping[str, float]) -> EngineScore:
    """The answer for one text given its raw scores."""
    kinds = {name: tongue.heads[name].mapped_one(value) for name, value in raw.items()}
    toxicity = kinds.pop("toxicity")
    loud = max(toxicity, kinds.get("threat", 0.0)) >= _SPANS_FROM
    kinds["insult"] = toxicity * (1 - max(kinds.get("obscene", 0.0), kinds.get("slur", 0.0)))
    spans = _spans(tongue, [(0, text, kinds)])[0] if loud else ()
    return EngineScore(toxicity=toxicity, kinds=kinds, spans=spans)


def keep_worst(best: list[Judged | None], at: Sequence[int], found: Sequence[Judged]) -> None:
    """Puts what was found for the texts at these places where it is worse than what is there."""
    for i, one in zip(at, found, strict=True):
        held = best[i]
        if held is None or one.toxicity > held.toxicity:
            best[i] = one


def answers(
    texts: Sequence[str], routes: Sequence[tuple[Language, ...]], best: Sequence[Judged | None]
) -> list[EngineScore]:
    """The answers; the words behind loud ones are weighed for all texts of a tongue at once."""
    spans: dict[int, tuple[Span, ...]] = {}
    loud: dict[Language, list[tuple[int, Judged]]] = {}
    for i, judged in enumerate(best):
        if judged and max(judged.toxicity, judged.kinds.get("threat", 0.0)) >= _SPANS_FROM:
            loud.setdefault(judged.tongue.language, []).append((i, judged))
    for found in loud.values():
        spans |= _spans(found[0][1].tongue, [(i, texts[i], j.kinds) for i, j in found])
    return [
        _answer(text, route, judged, spans.get(i, ()))
        for i, (text, route, judged) in enumerate(zip(texts, routes, best, strict=True))
    ]


def _answer(
    text: str, route: tuple[Language, ...], judged: Judged | None, spans: tuple[Span, ...]
) -> EngineScore:
    if judged is None:
        why = "a language that the builtin model was not made for" if text.strip() else "empty text"
        return EngineScore(toxicity=None, note=why)
    return EngineScore(
        toxicity=judged.toxicity,
        kinds=judged.kinds,
        spans=spans,
        note=f"judged with {' and '.join(r.value for r in route)}" if len(route) > 1 else "",
    )


def _spans(
    tongue: Tongue, loud: Sequence[tuple[int, str, dict[str, float]]]
) -> dict[int, tuple[Span, ...]]:
    """For each loud text, by its number, the words that raised its score most."""
    texts = [text[:_SPANS_WITHIN] for _, text, _ in loud]
    fold_texts(texts)
    folds = list(map(fold, texts))
    tokens = [tongue.lexicon.tokens(f.text) for f in folds]
    alone = tongue.loudness([t.word for found in tokens for t in found])
    ends = np.cumsum([len(found) for found in tokens])[:-1]
    weights = np.split(alone, ends)
    return {
        i: _marked(folded, _loudest(found, weight), max(kinds, key=lambda k: (kinds[k], k)))
        for (i, _, kinds), folded, found, weight in zip(loud, folds, tokens, weights, strict=True)
    }


def _marked(folded: Folded, tokens: Sequence[Token], label: str) -> tuple[Span, ...]:
    spots = [folded.original(t.start, t.end) for t in tokens]
    return tuple(Span(start=a, end=b, label=label) for a, b in spots)


def _loudest(tokens: Sequence[Token], weights: Floats) -> list[Token]:
    if not tokens:
        return []
    line = max(0.4 * float(weights.max()), 0.05)
    strong = [i for i in np.argsort(-weights, kind="stable")[:6] if weights[i] >= line]
    return [tokens[i] for i in sorted(strong)]
