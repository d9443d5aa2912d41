"""The engine's raw scores by the kernels, for all its languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from data.reading import Language
from moderation.signals.doubt import Doubt
from moderation.signals.fast.built import Letters
from moderation.signals.fast.shapes import Floats
from moderation.signals.fast.tongue import QuickTongue
from moderation.signals.tongue import HEADS, Tongue

_AT_ONCE = 4096  # texts: bounds the memory of a pass


class Quick:
    """Raw scores, those in doubt moved by the net."""

    def __init__(
        self, tongues: Mapping[Language, Tongue], doubts: Mapping[Language, Doubt]
    ) -> None:
        self._tongues, self._doubts = tongues, doubts
        self._letters = Letters()
        self._made: dict[tuple[Language, Sequence[str]], QuickTongue] = {}

    def raw(self, code: Language, texts: Sequence[str]) -> Mapping[str, Floats]:
        """Each head's raw score for each text."""
        return self._tongue(code, HEADS).raw(texts)

    def raw_toxicity(self, texts: Sequence[str], languages: Sequence[Language]) -> Floats:
        """The toxicity head alone; 0 for a text in a language without tables."""
        out = np.zeros(len(texts))
        for code in self._tongues:
            mine = [i for i, language in enumerate(languages) if language is code]
            for at in range(0, len(mine), _AT_ONCE):
                part = mine[at : at + _AT_ONCE]
                raw = self._tongue(code, ("toxicity",)).raw([texts[i] for i in part])
                out[part] = raw["toxicity"]
        return out

    def _tongue(self, code: Language, names: Sequence[str]) -> QuickTongue:
        held = self._made.get((code, names))
        if held is None:
            made = QuickTongue(self._tongues[code], self._doubts.get(code), names, self._letters)
            held = self._made.setdefault((code, names), made)
        return held
