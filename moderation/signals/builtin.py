"""The shipped engine: hashed features, one table for each language, numpy and no network."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from data.reading import Coverage, Language
from moderation.models.modelfile import ModelDamaged, ModelFile, read_model
from moderation.signals.alone import Alone, Part
from moderation.signals.doubt import read_net
from moderation.signals.engine import EngineScore, Scores, ToxicityEngine
from moderation.signals.fast.offer import Offer
from moderation.signals.judged import QUEUE_POINT, Worst, judged_one
from moderation.signals.pieces import (
    Pieces,
    Places,
    chunks_of,
    pieces_of,
    pieces_on,
    runs_of,
    runs_on,
    sentences_of,
    sentences_on,
    spelled,
)
from moderation.signals.routes import Routes, other_script
from moderation.signals.tongue import FEEDBACK, HEADS, Tongue, check_tongue, read_tongue
from moderation.texts.page import LONGEST, Page, stretches
from moderation.texts.text import fold_text, fold_texts

Floats = npt.NDArray[np.float64]
__all__ = ["HEADS", "MODEL_FILE", "BuiltinEngine", "load_builtin"]

MODEL_FILE = "builtin.sunwai"
_PIECE = 240  # characters; a longer text is judged in pieces and its worst piece counts
_PART_FROM = MappingProxyType(
    {Language.EN: 0.8, Language.UR_LATN: 0.6, Language.UR: 0.6, Language.AR: 0.6}
)
"""From which score on a sentence, or words in other letters, speak for their text: above the queue
point, for what is torn out of civil talk sounds harsher than it is (docs/decisions/0024)."""
_PART_HEADS = tuple(name for name in HEADS if name not in ("threat", *FEEDBACK))
"""The heads that are heard of a part: the others know whole comments only."""
_NEARLY = 1e-9  # so near, a page decides
_AT_ONCE = 1024  # texts
_ON_A_PAGE = 4096  # texts of which the one head is asked


class _Tongues(Mapping[Language, Tongue]):
    """The tongues of a model, each read when it is first asked for: one text needs one of them."""

    def __init__(self, model: ModelFile) -> None:
        self._model = model
        self._codes = [Language(code) for code in model.facts["languages"]]
        self._read: dict[Language, Tongue] = {}
        for code in self._codes:
            check_tongue(model, code.value)

    def __getitem__(self, code: Language) -> Tongue:
        held = self._read.get(code)
        if held is None:
            if code not in self._codes:
                raise KeyError(code)
            held = self._read.setdefault(code, read_tongue(self._model, code.value))
        return held

    def __contains__(self, code: object) -> bool:
        return code in self._codes

    def __iter__(self) -> Iterator[Language]:
        return iter(self._codes)

    def __len__(self) -> int:
        return len(self._codes)


class BuiltinEngine:
    """The shipped model behind the engine protocol."""

    def __init__(self, model: ModelFile) -> None:
        self.name = "builtin"
        self.version = f"{model.facts['version']}+{model.sha256[:12]}"
        self.tongues = _Tongues(model)
        self._routes = Routes(list(self.tongues))
        self._alone: dict[Language, Alone] = {}
        self._doubts = {  # read at once: what does not fit is found when the engine is loaded
            code: read_net(model, code.value, self.tongues[code].lexicon)
            for code in self.tongues
            if "net" in model.facts["languages"][code.value]
        }
        doubts = {code: doubt for code, doubt in self._doubts.items() if doubt is not None}
        self.offer = Offer(self.tongues, doubts)

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
        if len(texts) == 1 and len(texts[0]) <= LONGEST and languages[0] in self.tongues:
            return [self._score_one(texts[0], languages[0])]
        out: list[EngineScore] = []
        for at in range(0, len(texts), _AT_ONCE):
            out += self._score(texts[at : at + _AT_ONCE], languages[at : at + _AT_ONCE])
        return out

    def _score_one(self, text: str, language: Language) -> EngineScore:
        """The score of a short text in a covered language; a page is made where it must be."""
        raw = self._one(language).raw(text, _PIECE)
        if raw:
            moved = [(self._moved_one(language, scores, folded), folded) for scores, folded in raw]
            found = judged_one(self.tongues[language], text, moved)
            quiet = found.toxicity is not None and found.toxicity < QUEUE_POINT
            folded = " ".join([folded for _, folded in raw])
            if not quiet or not self._speaks_in_parts(text, folded, language):
                return found
        return self._score([text], [language])[0]

    def _speaks_in_parts(self, text: str, folded: str, language: Language) -> bool:
        """Whether a part of a quiet text may speak for it."""
        parts: list[tuple[Language, Part]] = []
        if "\n" in text or sentences_of(folded):
            parts = [(language, part) for part in self._one(language).sentences(text)]
        for run in runs_of(folded, other_script(language)):
            others = int(self._routes.other_letters([language])[0][0])
            codes = [code for n, code in enumerate(self.tongues) if others & (1 << n)]
            parts += [(code, self._one(code).part(run)) for code in codes]
        return any(self._speaks(code, part) for code, part in parts)

    def _speaks(self, code: Language, part: Part) -> bool:
        """Whether a part, by itself, may speak for its text."""
        heads, raw = self.tongues[code].heads, self._moved_one(code, part.raw, part.folded)
        said = {name: heads[name].mapped_one(value) for name, value in raw.items()}
        bar = _PART_FROM.get(code, 0.0)
        bars = {name: bar if name == "toxicity" else QUEUE_POINT for name in said}
        return any(said[name] >= bars[name] - _NEARLY for name in said)

    def _moved_one(
        self, language: Language, raw: Mapping[str, float], folded: str
    ) -> Mapping[str, float]:
        """The raw scores of a text, those in doubt moved by the language's net."""
        doubt = self._doubts.get(language)
        return raw if doubt is None else doubt.moved_one(raw, folded)

    def _one(self, language: Language) -> Alone:
        alone = self._alone.get(language)
        if alone is None:
            alone = self._alone[language] = Alone(self.tongues[language])
        return alone

    def _score(self, texts: Sequence[str], languages: Sequence[Language]) -> list[EngineScore]:
        page = Page(texts)
        even: list[int] = np.flatnonzero(page.even).tolist()
        odd: list[int] = np.flatnonzero(~page.even).tolist()
        told = self.score_page(page.part(even), [languages[i] for i in even])
        whole = self.score_whole([texts[i] for i in odd], [languages[i] for i in odd])
        at = dict(zip([*even, *odd], [*told.all(), *whole.all()], strict=True))
        return [at[i] for i in range(len(texts))]

    def score_page(self, page: Page, languages: Sequence[Language]) -> Scores:
        """`score` for the texts of a page, each of them even, by columns."""
        routed, routes = self._routes.of(page.texts, languages)
        worst = Worst(len(page.texts))
        self._hear_on(page, routed, pieces_on(page, _PIECE), worst)
        self._hear_on(page, routed, sentences_on(page, worst.quiet()), worst, _PART_FROM)
        others, scripts = self._routes.other_letters(languages)
        self._hear_on(page, others, runs_on(page, scripts * worst.quiet()), worst, _PART_FROM)
        return worst.scores(page.texts, routes)

    def _hear_on(
        self,
        page: Page,
        routed: npt.NDArray[np.uint8],
        pieces: Pieces,
        worst: Worst,
        least: Mapping[Language, float] = MappingProxyType({}),
    ) -> None:
        """What the tongues say of these pieces of a page."""
        for n, code in enumerate(self.tongues):
            mine = np.flatnonzero(routed[pieces.owner] & (1 << n))
            if mine.size:
                raw = self._raw_of(code, page, pieces, mine, _PART_HEADS if least else HEADS)
                said = partial(chunks_of, page, pieces, mine)
                tongue, owner = self.tongues[code], pieces.owner[mine]
                worst.hear(tongue, raw, owner, said, least.get(code, 0.0))

    def _raw_of(
        self, code: Language, page: Page, pieces: Pieces, mine: Places, heads: Sequence[str]
    ) -> Mapping[str, Floats]:
        """The raw scores of these pieces of a page, by these heads."""
        quick = self.offer.form(mine.size)
        if quick is not None:
            return quick.raw(code, spelled(page, pieces, mine))
        cut = page.cut(pieces.starts[mine], pieces.ends[mine])
        return self._settled_on(code, self.tongues[code].raw_on(cut, heads), cut)

    def score_whole(self, texts: Sequence[str], languages: Sequence[Language]) -> Scores:
        """`score` for texts that must be looked at whole, by columns."""
        folded = fold_texts(texts)  # from here on each fold of one of them is a look-up
        routed, routes = self._routes.of(texts, languages)
        routed[np.array([not text.strip() for text in texts], dtype=np.bool_)] = 0
        worst = Worst(len(texts))
        self._hear_whole(routed, [pieces_of(text, _PIECE) for text in folded], worst)
        short = np.array([len(text) <= LONGEST for text in folded], dtype=np.bool_)
        quiet = worst.quiet() & short
        parts = [sentences_of(t) if ask else [] for t, ask in zip(folded, quiet, strict=True)]
        self._hear_whole(routed, parts, worst, _PART_FROM)
        others, scripts = self._routes.other_letters(languages)
        looked_for: list[int] = (scripts * (worst.quiet() & short)).tolist()
        runs = [runs_of(t, of) if of else [] for t, of in zip(folded, looked_for, strict=True)]
        self._hear_whole(others, runs, worst, _PART_FROM)
        return worst.scores(texts, routes)

    def _hear_whole(
        self,
        routed: npt.NDArray[np.uint8],
        pieces: Sequence[Sequence[str]],
        worst: Worst,
        least: Mapping[Language, float] = MappingProxyType({}),
    ) -> None:
        """What the tongues say of these pieces of folded texts."""
        for n, code in enumerate(self.tongues):
            mine: list[int] = np.flatnonzero(routed & (1 << n)).tolist()
            flat = [piece for i in mine for piece in pieces[i]]
            if flat:
                tongue = self.tongues[code]
                found = tongue.raw_of_folded(flat, _PART_HEADS if least else HEADS)
                raw = self._settled(code, found, flat.__getitem__)
                owner = np.repeat(mine, [len(pieces[i]) for i in mine])
                said = [[piece] for piece in flat].__getitem__
                worst.hear(tongue, raw, owner, said, least.get(code, 0.0))

    def _settled(
        self, code: Language, raw: Mapping[str, Floats], folded: Callable[[int], str]
    ) -> Mapping[str, Floats]:
        """The raw scores, those in doubt moved by the language's net."""
        doubt = self._doubts.get(code)
        return raw if doubt is None else doubt.moved(raw, folded)

    def _settled_on(
        self, code: Language, raw: Mapping[str, Floats], page: Page
    ) -> Mapping[str, Floats]:
        """`_settled` for the texts of a page."""
        doubt = self._doubts.get(code)
        return raw if doubt is None else doubt.moved_on(raw, page, self.tongues[code])

    def raw_toxicity(self, texts: Sequence[str], languages: Sequence[Language]) -> Floats:
        """The toxicity head alone, no text cut: raw scores, for the bench and for learning."""
        quick = self.offer.form(len(texts))
        if quick is not None:
            return quick.raw_toxicity(texts, languages)
        if len(texts) == 1 and len(texts[0]) <= LONGEST and languages[0] in self.tongues:
            raw, folded = self._one(languages[0]).toxicity(texts[0])
            moved = self._moved_one(languages[0], {"toxicity": raw}, folded)
            return np.array([moved["toxicity"]])
        out, whole = np.zeros(len(texts)), np.zeros(len(texts), dtype=np.bool_)
        numbers = {code: n for n, code in enumerate(self.tongues)}
        told = np.array([numbers.get(code, -1) for code in languages])
        for start, end in stretches(texts, _ON_A_PAGE):
            page = Page(texts[start:end])
            whole[start:end] = ~page.even
            for code, n in numbers.items():
                mine = np.flatnonzero((told[start:end] == n) & page.even)
                if mine.size:
                    part = page.part(mine.tolist())
                    raw = self.tongues[code].raw_on(part, ("toxicity",))
                    out[mine + start] = self._settled_on(code, raw, part)["toxicity"]
        for code, n in numbers.items():
            mine = np.flatnonzero(whole & (told == n))
            if mine.size:
                folded = [fold_text(texts[i]) for i in mine.tolist()]
                raw = self.tongues[code].raw_of_folded(folded, ("toxicity",))
                out[mine] = self._settled(code, raw, folded.__getitem__)["toxicity"]
        return out


def load_builtin(folder: Path | None = None) -> ToxicityEngine:
    """The shipped engine, or the one in `folder`. Raises ModelDamaged with what to do about it."""
    where = folder or Path(__file__).parents[1] / "models"
    try:
        return BuiltinEngine(read_model(where / MODEL_FILE))
    except (KeyError, TypeError, ValueError, zlib.error) as fault:
        raise ModelDamaged(
            f"{MODEL_FILE}: contents do not fit this program ({fault!r}); "
            "restore it from the repository or make it again with `sunwai train`"
        ) from fault
