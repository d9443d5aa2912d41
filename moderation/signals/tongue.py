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
import numpy.typing as npt

from data.model import Language
from moderation.models.modelfile import ModelFile
from moderation.page import Column, Page
from moderation.signals.hidden import HiddenWords
from moderation.signals.wordbook import Weights, WordBook

Floats = npt.NDArray[np.float64]
HEADS = ("toxicity", "obscene", "slur", "threat")
LEFT, RIGHT = 1, 2
_BATCH = 256


@dataclass(frozen=True, kw_only=True)
class Head:
    """One question about a text: weights, a bias, and the way from raw score to 0..1.

    `table` weighs every feature; `words`, where a head has it, weighs words and pairs once more,
    by themselves, so that the many letter sequences of a text do not drown them.
    """

    table: Weights
    words: Weights | None = None
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
            {name: head.table for name, head in heads.items()},
            {name: head.words for name, head in heads.items() if head.words is not None},
            lexicon.rewritten,
            roman=language is Language.UR_LATN,
        )
        self._parts = Column(lexicon.parts, "folded")

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
        out = self.book.raw_on(page, wanted)
        for name in wanted:
            out[name] += self.heads[name].bias
        split = self._split_on(page)
        if split:
            whole = self.raw([self.lexicon.rewritten(page.folded(i)) for i in split], wanted)
            for name, values in whole.items():
                out[name][split] = values
        return out

    def parts_on(self, page: Page) -> npt.NDArray[np.uint8]:
        """Of each chunk of a page whether it may be the LEFT or RIGHT part of a split target."""
        return self._parts.rows(page.chunks)[page.ids]

    def _split_on(self, page: Page) -> list[int]:
        """The texts of a page in which a target may stand written in two."""
        parts = self.parts_on(page)
        same = page.owner[:-1] == page.owner[1:]
        at = np.flatnonzero(parts[:-1] & (parts[1:] >> 1) & same)
        folded, targets = page.chunks.folded, self.lexicon.targets
        left: list[int] = page.ids[at].tolist()
        right: list[int] = page.ids[at + 1].tolist()
        pairs = zip(left, right, strict=True)
        held = [folded[a] + folded[b].rstrip("!.,?") in targets for a, b in pairs]
        return np.unique(page.owner[at[held]]).tolist() if any(held) else []

    def _raw(
        self, chunks: Sequence[Sequence[str]], names: Iterable[str], *, judged: bool
    ) -> dict[str, Floats]:
        wanted = [n for n in names if n in self.heads]
        out = {n: np.full(len(chunks), self.heads[n].bias) for n in wanted}
        for at in range(0, len(chunks), _BATCH):
            found = self.book.raw(chunks[at : at + _BATCH], wanted, judged=judged)
            for name, values in found.items():
                out[name][at : at + _BATCH] += values
        return out


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
