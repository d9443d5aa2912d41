"""What the blind samples measure: false removals, missed ones, prevalence, and agreement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.ranges import Share, share_of
from data.blind import BlindAnswer, Stratum
from data.model import REMOVING


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindMeasures:
    """The measures of PRODUCT.md 9 that need a second, blind judgement. ``kappa`` is Cohen's over
    the texts that had a decision; None where nothing or only one kind of answer was given."""

    false_removals: Share  # let stand by the second officer / sampled of what was removed
    missed: Share  # to be removed by the second officer / sampled of what was kept
    prevalence: Share  # to be removed / a random sample of what can still be seen
    kappa: float | None
    judged_twice: int


def blind_measures(answers: Iterable[BlindAnswer]) -> BlindMeasures:
    """Over the answers of a window. Calibration's own samples are not random and are left out."""
    by: dict[Stratum, list[bool]] = {s: [] for s in Stratum}
    for a in answers:
        by[a.item.stratum].append(a.verdict in REMOVING)
    removed, kept, visible = by[Stratum.REMOVED], by[Stratum.KEPT], by[Stratum.VISIBLE]
    return BlindMeasures(
        false_removals=share_of(removed.count(False), len(removed)),
        missed=share_of(kept.count(True), len(kept)),
        prevalence=share_of(visible.count(True), len(visible)),
        kappa=cohens_kappa([(True, x) for x in removed] + [(False, x) for x in kept]),
        judged_twice=len(removed) + len(kept),
    )


def cohens_kappa(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    """Agreement of two judges beyond chance (Cohen, 1960); None where it is not defined."""
    n = len(pairs)
    if n == 0:
        return None
    same = sum(a == b for a, b in pairs) / n
    first, second = sum(a for a, _ in pairs) / n, sum(b for _, b in pairs) / n
    chance = first * second + (1 - first) * (1 - second)
    return None if chance == 1 else (same - chance) / (1 - chance)
