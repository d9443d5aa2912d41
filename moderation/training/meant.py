"""What the heads for menace and hatred have of the net: it knows which words are alike.

Linear tables know wordings near those that they met; the net knows words. It learns from the same
sentences, of ordinary talk from some rows only, which weigh the more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from moderation.training.net import HEADS, Ground, Lesson, Share

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_MOST_LIGHT = 2500
_WEIGHT = {"menace": 0.6, "hatred": 0.15}  # of rows that weigh little for the table too


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """The parts of a head's texts as the net reads them, and who may teach it."""

    head: str
    ground: Ground
    lesson: Lesson
    kept: Bools
    seed: int

    @classmethod
    def of(
        cls,
        head: str,
        ground: Ground,
        judged: Sequence[str],
        label: Bools,
        weight: Floats,
        seed: int,
    ) -> Meant:
        """Of all parts, each with the label and weight of its text; those with a weight below 1
        stand in an order that says nothing."""
        light = weight < 1
        kept = ~light | (np.cumsum(light) <= _MOST_LIGHT)
        weight = np.where(light, _WEIGHT[head], weight)
        weight = weight / weight[kept].mean()
        lesson = Lesson(
            texts=ground.texts(judged),
            label=label.astype(np.float32),
            weight=weight.astype(np.float32),
        )
        return cls(head=head, ground=ground, lesson=lesson, kept=kept, seed=seed)

    def learnt(self, among: Bools) -> Share:
        """What these parts teach."""
        return self.ground.learnt(self.lesson.part(among & self.kept), HEADS[self.head], self.seed)

    def moved(self, share: Share, raw: Floats, among: Bools) -> Floats:
        """The raw scores of these parts, those in doubt moved."""
        said = share.said(self.lesson.part(among).texts)
        return raw + HEADS[self.head].band.by(raw, said)
