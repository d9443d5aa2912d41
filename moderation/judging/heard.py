"""Which kinds of feedback a comment carries: what the model makes of it, and what the rules found.

The model knows many wordings and the rules are sure of theirs: a rule that found a kind moves the
model's log-odds up, and the kind is heard from a point on. Both numbers were chosen for each kind
by F1 on two lots that taught nothing (*first* of tests/model/strangers.jsonl, *tuned* of
feedback_kinds.jsonl), and so that policy criticism and complaints of the labelled sets are
shielded no less than by rules alone. In a text that may be abusive nothing that the rules found
is taken back: the model learnt little of complaints with an insult in them, and those need their
shield most. Where there is no model, or it does not know the language, the rules speak alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from data.reading import FeedbackKind

Floats = npt.NDArray[np.float64]
Kinds = tuple[FeedbackKind, ...]

_RULE_ADDS = {
    FeedbackKind.COMPLAINT: 3.5,
    FeedbackKind.SUGGESTION: 2.5,
    FeedbackKind.POLICY_VIEW: 8.0,
    FeedbackKind.QUESTION: 4.5,
    FeedbackKind.PRAISE: 3.5,
}
"""Log-odds."""
_HEARD_FROM = {
    FeedbackKind.COMPLAINT: 0.5,
    FeedbackKind.SUGGESTION: 0.5,
    FeedbackKind.POLICY_VIEW: 1.0,
    FeedbackKind.QUESTION: 1.0,
    FeedbackKind.PRAISE: 0.0,
}
"""Log-odds."""
_NAMED = tuple(_RULE_ADDS)
_BITS = {kind: 1 << n for n, kind in enumerate(_NAMED)} | {FeedbackKind.OTHER: 0}
_TOLD = [
    tuple(kind for kind in _NAMED if bits & _BITS[kind]) or (FeedbackKind.OTHER,)
    for bits in range(1 << len(_NAMED))
]


def heard(
    by_rule: Sequence[Kinds], chances: Mapping[str, Floats], abusive: npt.NDArray[np.bool_]
) -> list[Kinds]:
    """The kinds of each text, several allowed and OTHER alone when there is none, given what the
    rules found, the model's chances, 0 to 1, NaN where it says nothing, and which texts may
    be abusive."""
    if not chances:
        return list(by_rule)
    ruled = _bits(by_rule)
    found = np.zeros(ruled.size, dtype=np.intp)
    for kind in _NAMED:
        bit, chance = _BITS[kind], chances[kind]
        with np.errstate(divide="ignore"):
            odds = np.log(chance) - np.log1p(-chance)
        by_rule_too = ruled & bit > 0
        says = odds + _RULE_ADDS[kind] * by_rule_too >= _HEARD_FROM[kind]
        says |= by_rule_too & abusive
        found += bit * np.where(np.isnan(chance), by_rule_too, says)
    return [_TOLD[bits] for bits in found.tolist()]


def _bits(kinds: Iterable[Kinds]) -> npt.NDArray[np.intp]:
    known: dict[Kinds, int] = {told: bits for bits, told in enumerate(_TOLD)}
    return np.array([known[of] for of in kinds], dtype=np.intp)
