"""The shipped engine: hashed features, one table for each language, numpy and no network."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.model import Coverage, Language, Span
from moderation.models.modelfile import ModelDamaged, ModelFile, read_model
from moderation.signals import grams
from moderation.signals.engine import EngineScore, ToxicityEngine
from moderation.signals.hidden import HiddenWords, Token
from moderation.text import Folded, fold, fold_text, fold_texts

Floats = npt.NDArray[np.float64]
MODEL_FILE = "builtin.sunwai"
HEADS = ("toxicity", "obscene", "slur", "threat")
_PIECE = 240  # characters; a longer text is judged in pieces and its worst piece counts
_LOOKED_AT, _SPANS_WITHIN = 1200, 24_000  # characters: for a text's letters, for its spans
_BATCH = 256
_SPANS_FROM = 0.35
_LATIN = (Language.EN, Language.UR_LATN)
_ARABIC = (Language.UR, Language.AR)


def expand(small: npt.NDArray[np.int8], scale: float) -> npt.NDArray[np.float32]:
    """Weights from companded bytes: the square of the byte, with its sign, times the scale."""
    byte = small.astype(np.float32) / 127
    return (byte * np.abs(byte) * scale).astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One question about a text: weights, a bias, and the way from raw score to 0..1.

    `table` weighs every feature; `words`, where a head has it, weighs words and pairs once more,
    by themselves, so that the many letter sequences of a text do not drown them.
    """

    table: npt.NDArray[np.float32]
    words: npt.NDArray[np.float32] | None = None
    bias: float
    knots: tuple[Floats, Floats]

    def mapped(self, raw: Floats) -> Floats:
        """0..1 by straight lines between the knots, on the log-odds scale."""
        odds = np.interp(raw, *self.knots)
        return 1 / (1 + np.exp(-odds))


@dataclass(frozen=True, slots=True)
class _Counted:
    """The features of some texts: ids, the text that each is of, root of each text's count."""

    ids: npt.NDArray[np.uint32]
    owner: npt.NDArray[np.int64]
    root: Floats

    @classmethod
    def of(cls, found: Sequence[grams.Grams], texts: int) -> _Counted:
        owner = np.concatenate([g.owner for g in found])
        count = np.bincount(owner, minlength=texts)
        return cls(np.concatenate([g.ids for g in found]), owner, np.sqrt(np.maximum(count, 1)))

    def weighed(self, table: npt.NDArray[np.float32]) -> Floats:
        return np.bincount(self.owner, table[self.ids], self.root.size) / self.root


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """All that the model holds for one language."""

    language: Language
    heads: dict[str, Head]
    lexicon: HiddenWords

    @property
    def roman(self) -> bool:
        return self.language is Language.UR_LATN

    def raw(self, judged: Sequence[str], names: Sequence[str] = HEADS) -> dict[str, Floats]:
        """Each head's raw score for folded and repaired texts."""
        out = {n: np.zeros(len(judged)) for n in names if n in self.heads}
        for at in range(0, len(judged), _BATCH):
            part = judged[at : at + _BATCH]
            sheet = grams.lay_out(part)
            said = grams.word_features(sheet, roman=self.roman)
            words = _Counted.of(said, len(part))
            every = _Counted.of([*grams.letter_features(sheet), *said], len(part))
            for name in out:
                head = self.heads[name]
                raw = every.weighed(head.table) + head.bias
                if head.words is not None:
                    raw += words.weighed(head.words)
                out[name][at : at + _BATCH] = raw
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """What one tongue says of one text."""

    toxicity: float
    kinds: dict[str, float]
    tongue: Tongue


class BuiltinEngine:
    """The shipped model behind the engine protocol."""

    def __init__(self, model: ModelFile) -> None:
        self.name = "builtin"
        self.version = f"{model.facts['version']}+{model.sha256[:12]}"
        self.tongues = {Language(code): _tongue(model, code) for code in model.facts["languages"]}

    def covers(self, language: Language) -> Coverage:
        """Covered: measured on data of its own; weakly: judged with a neighbour's table."""
        if language in self.tongues:
            return Coverage.COVERED
        weak = (Language.MIXED, Language.UND, Language.PNB)
        return Coverage.WEAK if language in weak else Coverage.NOT_COVERED

    def score(self, texts: Sequence[str], languages: Sequence[Language]) -> list[EngineScore]:
        """One score for each text, in order. Raises ValueError if the lengths differ."""
        if len(texts) != len(languages):
            raise ValueError(f"{len(texts)} texts but {len(languages)} languages")
        fold_texts(texts)  # from here on each fold of one of them is a look-up
        routes = [self._route(t, lang) for t, lang in zip(texts, languages, strict=True)]
        best: list[_Judged | None] = [None] * len(texts)
        for tongue in self.tongues.values():
            mine = [i for i, route in enumerate(routes) if tongue.language in route]
            for i, judged in zip(mine, _judge(tongue, [texts[i] for i in mine]), strict=True):
                held = best[i]
                if held is None or judged.toxicity > held.toxicity:
                    best[i] = judged
        return _answers(texts, routes, best)

    def raw_toxicity(self, texts: Sequence[str], languages: Sequence[Language]) -> Floats:
        """The toxicity head alone: raw scores, for the bench and for learning from decisions."""
        out = np.zeros(len(texts))
        for code, tongue in self.tongues.items():
            mine = [i for i, language in enumerate(languages) if language is code]
            judged = [tongue.lexicon.repair(t) for t in fold_texts([texts[i] for i in mine])]
            if mine:
                out[mine] = tongue.raw(judged, ("toxicity",))["toxicity"]
        return out

    def _route(self, text: str, language: Language) -> tuple[Language, ...]:
        if language in self.tongues:
            return (language,) if text.strip() else ()
        if language is Language.PNB:
            return (Language.UR,)
        if language not in (Language.MIXED, Language.UND):
            return ()
        arabic = any("\u0600" <= c <= "\u06ff" or "\ufb50" <= c <= "\ufefc" for c in text)
        latin = any("a" <= c <= "z" for c in fold_text(text[:_LOOKED_AT]))
        return (_ARABIC if arabic else ()) + (_LATIN if latin else ())


def _pieces(folded: str) -> list[str]:
    if len(folded) <= _PIECE:
        return [folded]
    out: list[str] = []
    at = 0
    while at < len(folded):
        end = at + _PIECE
        cut = folded.rfind(" ", at + _PIECE // 2, end) if end < len(folded) else -1
        stop = cut if cut > 0 else end
        out.append(folded[at:stop])
        at = stop
    return out


def _judge(tongue: Tongue, texts: Sequence[str]) -> list[_Judged]:
    owner: list[int] = []
    judged: list[str] = []
    for i, text in enumerate(texts):
        for piece in _pieces(fold_text(text)):
            owner.append(i)
            judged.append(tongue.lexicon.repair(piece))
    scores = {n: tongue.heads[n].mapped(r) for n, r in tongue.raw(judged).items()}
    worst: dict[str, Floats] = {}
    for name, values in scores.items():
        worst[name] = np.zeros(len(texts))
        np.maximum.at(worst[name], owner, values)
    return [
        _Judged(
            toxicity=float(worst["toxicity"][i]),
            kinds={n: float(v[i]) for n, v in worst.items() if n != "toxicity"},
            tongue=tongue,
        )
        for i in range(len(texts))
    ]


def _answers(
    texts: Sequence[str], routes: Sequence[tuple[Language, ...]], best: Sequence[_Judged | None]
) -> list[EngineScore]:
    """The answers; the words behind loud ones are weighed for all texts of a tongue at once."""
    spans: dict[int, tuple[Span, ...]] = {}
    loud: dict[Language, list[tuple[int, _Judged]]] = {}
    for i, judged in enumerate(best):
        if judged and max(judged.toxicity, judged.kinds.get("threat", 0.0)) >= _SPANS_FROM:
            loud.setdefault(judged.tongue.language, []).append((i, judged))
    for found in loud.values():
        spans |= _spans(found[0][1].tongue, [(i, texts[i], _kinds(j)) for i, j in found])
    return [
        _answer(text, route, judged, spans.get(i, ()))
        for i, (text, route, judged) in enumerate(zip(texts, routes, best, strict=True))
    ]


def _kinds(judged: _Judged) -> dict[str, float]:
    named = max((judged.kinds.get(k, 0.0) for k in ("obscene", "slur")), default=0.0)
    return {**judged.kinds, "insult": judged.toxicity * (1 - named)}


def _answer(
    text: str, route: tuple[Language, ...], judged: _Judged | None, spans: tuple[Span, ...]
) -> EngineScore:
    if judged is None:
        why = "a language that the builtin model was not made for" if text.strip() else "empty text"
        return EngineScore(toxicity=None, note=why)
    return EngineScore(
        toxicity=judged.toxicity,
        kinds=_kinds(judged),
        spans=spans,
        note=f"judged with {' and '.join(r.value for r in route)}" if len(route) > 1 else "",
    )


def _spans(
    tongue: Tongue, loud: Sequence[tuple[int, str, dict[str, float]]]
) -> dict[int, tuple[Span, ...]]:
    """For each loud text, by its number, the words that raised its score most."""
    folds = [fold(text[:_SPANS_WITHIN]) for _, text, _ in loud]
    tokens = [tongue.lexicon.tokens(f.text) for f in folds]
    alone = tongue.raw([t.word for found in tokens for t in found], ("toxicity",))["toxicity"]
    ends = np.cumsum([len(found) for found in tokens])[:-1]
    weights = np.split(alone - tongue.heads["toxicity"].bias, ends)
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


def _tongue(model: ModelFile, code: str) -> Tongue:
    facts: dict[str, Any] = model.facts["languages"][code]
    heads = {
        name: Head(
            table=expand(model.arrays[f"{code}/{name}"], float(spec["scale"])),
            bias=float(spec["bias"]),
            knots=(np.array(spec["raw"], float), np.array(spec["odds"], float)),
            words=expand(model.arrays[f"{code}/{name}.words"], float(spec["words_scale"]))
            if "words_scale" in spec
            else None,
        )
        for name, spec in facts["heads"].items()
    }
    return Tongue(language=Language(code), heads=heads, lexicon=_lexicon(model, code))


def _lexicon(model: ModelFile, code: str) -> HiddenWords:
    lines = zlib.decompress(model.arrays[f"{code}/lexicon"].tobytes()).decode().splitlines()
    pairs = (line.rsplit("\t", 1) for line in lines)
    known = frozenset(model.arrays[f"{code}/known"].tolist())
    roman = code == Language.UR_LATN.value
    return HiddenWords({word: float(weight) for word, weight in pairs}, known, roman)


def load_builtin(folder: Path | None = None) -> ToxicityEngine:
    """The shipped engine, or the one in `folder`. Raises ModelDamaged with what to do about it."""
    where = folder or Path(__file__).parents[1] / "models"
    try:
        return BuiltinEngine(read_model(where / MODEL_FILE))
    except (KeyError, ValueError, zlib.error) as fault:
        raise ModelDamaged(
            f"{MODEL_FILE}: contents do not fit this program ({fault!r}); "
            "restore it from the repository or make it again with `sunwai train`"
        ) from fault
