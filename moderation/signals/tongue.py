"""What the shipped model holds for one language: its heads, and the words that hide."""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp
from typing import Any

import numpy as np

from data.reading import Language
from moderation.models.modelfile import ModelFile
from moderation.signals.hidden import HiddenWords
from moderation.signals.known import Kept
from moderation.signals.lone import Word
from moderation.signals.weights import Floats, Weights
from moderation.signals.wordbook import Met, WordBook
from moderation.texts.codes import distinct
from moderation.texts.page import Page

BY_SENTENCE = ("menace", "hatred")
"""The heads that learnt from single sentences: each sentence speaks for its text."""
FEEDBACK = ("complaint", "suggestion", "policy_view", "question", "praise")
"""The heads that tell which feedback a text carries."""
HEADS = ("toxicity", "obscene", "slur", "threat", *BY_SENTENCE, *FEEDBACK)
_BATCH = 256
_LOUD_KEPT = 50_000  # words whose loudness is remembered
_FEW = 32  # words that are weighed faster one by one
_SETTING = ".setting"  # what the book calls a head's setting, after the head's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Moves a head's raw score down by `depth` times the chance that a text is ordinary talk."""

    table: Weights
    bias: float
    depth: float

    def drop(self, raw: Floats | np.float64) -> Floats | np.float64:
        return self.depth / (1 + np.exp(-(raw + self.bias)))

    def drop_one(self, raw: float) -> float:
        """`drop` of one text."""
        return self.depth / (1 + exp(-(raw + self.bias)))


@dataclass(frozen=True, kw_only=True)
class Head:
    """One question about a text: weights, a bias, and the way from raw score to 0..1.

    `table` weighs every feature; `words`, where a head has it, weighs words and pairs once more,
    by themselves, so that the many letter sequences of a text do not drown them.
    """

    table: Weights
    words: Weights | None = None
    setting: Setting | None = None
    bias: float
    knots: tuple[Floats, Floats]

    def mapped(self, raw: Floats) -> Floats:
        """0..1 by straight lines between the knots, on the log-odds scale."""
        odds = np.interp(raw, *self.knots)
        return 1 / (1 + np.exp(-odds))

    def mapped_one(self, raw: float) -> float:
        """`mapped` of one score."""
        at, odds = self._lines
        n = bisect_right(at, raw)
        if n == 0 or n == len(at):
            return 1 / (1 + exp(-odds[max(n - 1, 0)]))
        slope = (odds[n] - odds[n - 1]) / (at[n] - at[n - 1])
        return 1 / (1 + exp(-(slope * (raw - at[n - 1]) + odds[n - 1])))

    @cached_property
    def _lines(self) -> tuple[list[float], list[float]]:
        return self.knots[0].tolist(), self.knots[1].tolist()


class Tongue:
    """All that the model holds for one language."""

    def __init__(
        self, *, language: Language, heads: Mapping[str, Head], lexicon: HiddenWords
    ) -> None:
        self.language = language
        self.heads = dict(heads)
        self.lexicon = lexicon
        self.book = WordBook(
            {name: head.table for name, head in heads.items()}
            | {n + _SETTING: h.setting.table for n, h in heads.items() if h.setting is not None},
            {name: head.words for name, head in heads.items() if head.words is not None},
            lexicon,
            roman=language is Language.UR_LATN,
        )
        self._loud: dict[str, dict[str, float]] = {}

    def raw(self, judged: Sequence[str], names: Iterable[str] = HEADS) -> dict[str, Floats]:
        """Each head's raw score for folded and repaired texts."""
        return self._raw([t.split(" ") for t in judged], names, judged=True)

    def raw_of_folded(
        self, texts: Sequence[str], names: Iterable[str] = HEADS
    ) -> dict[str, Floats]:
        """Each head's raw score for folded texts; hidden words are looked up first."""
        parts = [texts[at : at + _BATCH] for at in range(0, len(texts), _BATCH)]
        found = [self._raw_of_folded(part, names) for part in parts]
        return {n: np.concatenate([f[n] for f in found]) for n in found[0]} if found else {}

    def _raw_of_folded(self, texts: Sequence[str], names: Iterable[str]) -> dict[str, Floats]:
        chunks = [t.split(" ") for t in texts]
        split = [i for i, words in enumerate(chunks) if self.lexicon.holds_split(words)]
        out = self._raw(chunks, names, judged=False)
        if split:
            whole = self.raw([self.lexicon.rewritten(texts[i]) for i in split], names)
            for name, values in whole.items():
                out[name][split] = values
        return out

    def raw_on(self, page: Page, names: Iterable[str] = HEADS) -> dict[str, Floats]:
        """Each head's raw score for the texts of a page."""
        wanted = [n for n in names if n in self.heads]
        asked = self._asked(wanted)
        met = self.book.met_on(page, asked)
        out = self._settled(self.book.raw_met(met, page, asked))
        split = self._split_on(page, met)
        if split:
            whole = self._settled(self.book.raw_rewritten(met, page, split, asked))
            for name, values in whole.items():
                out[name][split] = values
        return out

    def split_on(self, page: Page) -> list[int]:
        """The texts of a page in which a target stands written in two."""
        return self._split_on(page, self.book.met_on(page, ()))

    def _split_on(self, page: Page, met: Met) -> list[int]:
        seams = self.book.seams(met, page)
        at = seams[page.owner[seams] == page.owner[seams + 1]]
        known, folded = met.on.joined, page.chunks.coded("folded")
        pairs: list[tuple[int, int]] = [
            *zip(page.ids[at].tolist(), page.ids[at + 1].tolist(), strict=True)
        ]
        for pair in pairs:
            if pair not in known:
                left, right = map(folded.string, pair)
                bare = right.rstrip("!.,?")
                known[pair] = bool(bare) and self.lexicon.is_joined(left, bare)
        held = [known[pair] for pair in pairs]
        return distinct(page.owner[at[held]]).tolist() if any(held) else []

    def _raw(
        self, chunks: Sequence[Sequence[str]], names: Iterable[str], *, judged: bool
    ) -> dict[str, Floats]:
        wanted = [n for n in names if n in self.heads]
        out = {n: np.zeros(len(chunks)) for n in wanted}
        for at in range(0, len(chunks), _BATCH):
            found = self.book.raw(chunks[at : at + _BATCH], self._asked(wanted), judged=judged)
            for name, values in self._settled(found).items():
                out[name][at : at + _BATCH] = values
        return out

    def loudness(self, words: Sequence[str], head: str = "toxicity") -> Floats:
        """What each repaired word by itself adds to a head, without bias and setting."""
        known = self._loud.setdefault(head, {})
        new = [w for w in dict.fromkeys(words) if w not in known]
        if len(known) + len(new) > _LOUD_KEPT:
            known.clear()
            new = list(dict.fromkeys(words))
        for at in range(0, len(new), _BATCH):
            part = new[at : at + _BATCH]
            known.update(zip(part, self._loudness(part, head), strict=True))
        return np.array([known[w] for w in words])

    def _loudness(self, words: Sequence[str], head: str) -> list[float]:
        if len(words) > _FEW:
            found = self.book.raw([w.split(" ") for w in words], (head,), judged=True)
            return found[head].tolist()
        lone = self.book.lone
        return [lone.raw(said, (head,))[head] for said in lone.words(words)]

    def raw_one(self, words: Sequence[Word]) -> dict[str, float]:
        """Each head's raw score for one folded and repaired text, given its words."""
        found = self.book.lone.raw(words, self._asked([*self.heads]))
        out: dict[str, float] = {}
        for name, head in self.heads.items():
            out[name] = found[name] + head.bias
            if head.setting is not None:
                out[name] -= head.setting.drop_one(found[name + _SETTING])
        return out

    def by_sentence(self, words: Sequence[Word]) -> dict[str, float]:
        """The raw scores of the heads that learnt from sentences."""
        names = [n for n in BY_SENTENCE if n in self.heads]
        found = self.book.lone.raw(words, names)
        return {n: found[n] + self.heads[n].bias for n in names}

    def toxicity_one(self, words: Sequence[Word]) -> float:
        """What `raw` gives for the toxicity of one text, to the last bit, given its words."""
        found, head = self.book.lone.raw(words, self._asked(["toxicity"])), self.heads["toxicity"]
        raw = found["toxicity"] + head.bias
        if head.setting is None:
            return raw
        return float(raw - head.setting.drop(np.float64(found["toxicity" + _SETTING])))

    def _asked(self, wanted: Sequence[str]) -> list[str]:
        """The heads, and the settings of those that have one, as the book knows them."""
        return [*wanted, *(n + _SETTING for n in wanted if self.heads[n].setting is not None)]

    def _settled(self, found: Mapping[str, Floats]) -> dict[str, Floats]:
        """The sums of the book with biases, moved by the settings."""
        out: dict[str, Floats] = {}
        for name in [n for n in found if n in self.heads]:
            head = self.heads[name]
            out[name] = found[name] + head.bias
            if head.setting is not None:
                out[name] -= head.setting.drop(found[name + _SETTING])
        return out


def check_tongue(model: ModelFile, code: str) -> None:
    """Raises KeyError where a model file lacks something of a language that `read_tongue` reads."""
    heads = model.facts["languages"][code]["heads"]
    for name in ("lexicon", "known", "joins", "apart", *heads):
        model.arrays[f"{code}/{name}"]


def read_tongue(model: ModelFile, code: str) -> Tongue:
    """What a model file holds for a language. Raises KeyError, ValueError, zlib.error."""
    facts: dict[str, Any] = model.facts["languages"][code]
    heads = {
        name: Head(
            table=Weights.companded(model.arrays[f"{code}/{name}"], float(spec["scale"])),
            bias=float(spec["bias"]),
            knots=(np.array(spec["raw"], float), np.array(spec["odds"], float)),
            words=Weights.companded(
                model.arrays[f"{code}/{name}.words"], float(spec["words_scale"])
            )
            if "words_scale" in spec
            else None,
            setting=_setting(model, f"{code}/{name}{_SETTING}", spec.get("setting")),
        )
        for name, spec in facts["heads"].items()
    }
    return Tongue(language=Language(code), heads=heads, lexicon=_lexicon(model, code))


def _setting(model: ModelFile, array: str, spec: Mapping[str, Any] | None) -> Setting | None:
    if spec is None:
        return None
    table = Weights.companded(model.arrays[array], float(spec["scale"]))
    return Setting(table=table, bias=float(spec["bias"]), depth=float(spec["depth"]))


def _lexicon(model: ModelFile, code: str) -> HiddenWords:
    listed = zlib.decompress(model.arrays[f"{code}/lexicon"].tobytes()).decode()
    told = listed.replace("\n", "\t").split("\t") if listed else []
    known = Kept(model.arrays[f"{code}/known"])
    roman = code == Language.UR_LATN.value
    joins = zlib.decompress(model.arrays[f"{code}/joins"].tobytes()).decode().splitlines()
    return HiddenWords(
        dict(zip(told[::2], map(float, told[1::2]), strict=True)),
        known,
        roman,
        joins=frozenset(joins),
        apart=frozenset(model.arrays[f"{code}/apart"].tolist()),
    )
