"""The shipped engine: hashed features, one table for each language, numpy and no network."""

from __future__ import annotations

import re
import zlib
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from data.model import Coverage, Language
from moderation.models.modelfile import ModelDamaged, ModelFile, read_model
from moderation.page import Column, Page
from moderation.signals.alone import Alone
from moderation.signals.engine import EngineScore, ToxicityEngine
from moderation.signals.judged import Judged, answers, judged, judged_one, keep_worst
from moderation.signals.net import read_net
from moderation.signals.tongue import HEADS, read_tongue
from moderation.text import fold_text, fold_texts

Floats = npt.NDArray[np.float64]
__all__ = ["HEADS", "MODEL_FILE", "BuiltinEngine", "load_builtin"]

MODEL_FILE = "builtin.sunwai"
_PIECE = 240  # characters; a longer text is judged in pieces and its worst piece counts
_LOOKED_AT, _SPANS_WITHIN = 1200, 24_000  # characters: for a text's letters, for its spans
_SPANS_FROM = 0.35
_LATIN = (Language.EN, Language.UR_LATN)
_ARABIC = (Language.UR, Language.AR)
_AT_ONCE = 1024  # texts


class BuiltinEngine:
    """The shipped model behind the engine protocol."""

    def __init__(self, model: ModelFile) -> None:
        self.name = "builtin"
        self.version = f"{model.facts['version']}+{model.sha256[:12]}"
        self.tongues = {
            Language(code): read_tongue(model, code) for code in model.facts["languages"]
        }

        self._alone = {code: Alone(tongue) for code, tongue in self.tongues.items()}
        self._doubts = {
            code: read_net(model, code.value, tongue.lexicon)
            for code, tongue in self.tongues.items()
        }

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
        if len(texts) == 1 and len(texts[0]) <= _PIECE and languages[0] in self._alone:
            return [self._score_one(texts[0], languages[0])]
        out: list[EngineScore] = []
        for at in range(0, len(texts), _AT_ONCE):
            out += self._score(texts[at : at + _AT_ONCE], languages[at : at + _AT_ONCE])
        return out

    def _score_one(self, text: str, language: Language) -> EngineScore:
        """The score of a short text in a covered language; a page is made where it must be."""
        raw = self._alone[language].raw(text)
        if raw:
            doubt = self._doubts[language]
            if doubt is not None and doubt.low < raw["toxicity"] < doubt.high:
                toxicity = np.array([raw["toxicity"]])
                raw |= {"toxicity": float(doubt.moved(toxicity, lambda _: fold_text(text))[0])}
            return judged_one(self.tongues[language], text, raw)
        return self._score([text], [language])[0]

    def _score(self, texts: Sequence[str], languages: Sequence[Language]) -> list[EngineScore]:
        page = Page(texts)
        if page.even.all():
            return self.score_page(page, languages)
        even: list[int] = np.flatnonzero(page.even).tolist()
        odd: list[int] = np.flatnonzero(~page.even).tolist()
        found = self.score_page(page.part(even), [languages[i] for i in even])
        found += self._score_whole([texts[i] for i in odd], [languages[i] for i in odd])
        at = dict(zip([*even, *odd], found, strict=True))
        return [at[i] for i in range(len(texts))]

    def score_page(self, page: Page, languages: Sequence[Language]) -> list[EngineScore]:
        """`score` for the texts of a page, each of them even."""
        routes = [
            _ALONE[lang] if lang in self.tongues else self._route(text, lang)
            for text, lang in zip(page.texts, languages, strict=True)
        ]
        pieces = _pieces_of(page)
        best: list[Judged | None] = [None] * len(page.texts)
        for code, tongue in self.tongues.items():
            mine = [i for i, route in enumerate(routes) if code in route]
            if not mine:
                continue
            held = [pieces[i] for i in mine]
            cut = page.cut([a for of in held for a, _ in of], [b for of in held for _, b in of])
            owner = [n for n, of in enumerate(held) for _ in of]
            raw = self._settled(code, tongue.raw_on(cut), cut.folded)
            keep_worst(best, mine, judged(tongue, raw, owner))
        return answers(page.texts, routes, best)

    def _score_whole(
        self, texts: Sequence[str], languages: Sequence[Language]
    ) -> list[EngineScore]:
        folded = fold_texts(texts)  # from here on each fold of one of them is a look-up
        routes = [self._route(t, lang) for t, lang in zip(texts, languages, strict=True)]
        best: list[Judged | None] = [None] * len(texts)
        for code, tongue in self.tongues.items():
            mine = [i for i, route in enumerate(routes) if code in route]
            held = [pieces_of(folded[i]) for i in mine]
            owner = [n for n, of in enumerate(held) for _ in of]
            flat = [piece for of in held for piece in of]
            raw = self._settled(code, tongue.raw_of_folded(flat), flat.__getitem__)
            keep_worst(best, mine, judged(tongue, raw, owner))
        return answers(texts, routes, best)

    def _settled(
        self, code: Language, raw: Mapping[str, Floats], folded: Callable[[int], str]
    ) -> Mapping[str, Floats]:
        """The raw scores, those for toxicity that are in doubt moved by the language's net."""
        doubt = self._doubts[code]
        if doubt is None or "toxicity" not in raw:
            return raw
        return {**raw, "toxicity": doubt.moved(raw["toxicity"], folded)}

    def raw_toxicity(self, texts: Sequence[str], languages: Sequence[Language]) -> Floats:
        """The toxicity head alone, no text cut: raw scores, for the bench and for learning."""
        out = np.zeros(len(texts))
        for start in range(0, len(texts), _AT_ONCE):
            page = Page(texts[start : start + _AT_ONCE])
            told = np.array([c.value for c in languages[start : start + _AT_ONCE]])
            for code, tongue in self.tongues.items():
                mine = told == code.value
                even: list[int] = np.flatnonzero(mine & page.even).tolist()
                odd: list[int] = np.flatnonzero(mine & ~page.even).tolist()
                if even:
                    part = page.part(even)
                    raw = self._settled(code, tongue.raw_on(part, ("toxicity",)), part.folded)
                    out[start : start + told.size][even] = raw["toxicity"]
                if odd:
                    folded = fold_texts([page.texts[i] for i in odd])
                    raw = tongue.raw_of_folded(folded, ("toxicity",))
                    raw = self._settled(code, raw, folded.__getitem__)
                    out[start : start + told.size][odd] = raw["toxicity"]
        return out

    def _route(self, text: str, language: Language) -> tuple[Language, ...]:
        if language in self.tongues:
            return (language,) if text.strip() else ()
        if language is Language.PNB:
            return (Language.UR,)
        if language not in (Language.MIXED, Language.UND):
            return ()
        arabic = _ARABIC_LETTER.search(text) is not None
        start = text[:_LOOKED_AT]
        latin = _LATIN_LETTER.search(start) or _LATIN_LETTER.search(fold_text(start))
        return (_ARABIC if arabic else ()) + (_LATIN if latin else ())


def pieces_of(folded: str) -> list[str]:
    """A folded text in pieces of at most 240 characters, cut at a blank where one is near."""
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


def _pieces_of(page: Page) -> list[list[tuple[int, int]]]:
    """The pieces of each text of a page as chunks [start, end).

    A word that is long enough to be cut has at least half of a piece: such a text stays whole,
    for a chunk is never that long.
    """
    ends = np.cumsum(_SIZES.rows(page.chunks)[page.ids])
    begins: list[int] = page.begins.tolist()
    total: list[int] = np.concatenate([[0], ends])[page.begins].tolist()
    return [
        [(begins[i], begins[i + 1])]
        if total[i + 1] - total[i] - 1 <= _PIECE
        else _cut(begins[i], (ends[begins[i] : begins[i + 1]] - total[i] - 1).tolist())
        for i in range(len(page.texts))
    ]


def _cut(first: int, blanks: list[int]) -> list[tuple[int, int]]:
    """`pieces_of` a text whose chunks are followed by blanks at these places."""
    out: list[tuple[int, int]] = []
    at, done, size = 0, 0, blanks[-1]
    while at < size:
        end = at + _PIECE
        if end >= size:
            out.append((first + done, first + len(blanks)))
            break
        chunk = bisect_left(blanks, end) - 1
        out.append((first + done, first + chunk + 1))
        at, done = blanks[chunk], chunk + 1
    return out


_ALONE = {language: (language,) for language in Language}
_ARABIC_LETTER = re.compile("[\u0600-\u06ff\ufb50-\ufefc]")
_LATIN_LETTER = re.compile("[a-zA-Z]")
_SIZES = Column(lambda folded: np.array([len(f) + 1 for f in folded], dtype=np.int64), "folded")


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
