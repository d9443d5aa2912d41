"""Bait: an offer, an urgency or a demand for a PIN beside a link to a site that nobody knows.

Who warns of such an offer or asks whether it is real uses the same words: then it is no bait.
"""

from __future__ import annotations

from moderation.signals.lexicon import Cues

_ONE, _SEVERAL = 0.75, 0.85
_WEAK_LEAST = 2


def lure_value(cues: Cues, linked: bool) -> float:
    """0 to 1: what the bait weighs; nothing without a link or beside a warning."""
    if not linked or "wary" in cues:
        return 0.0
    baits = len(cues.of("lure"))
    if not baits and len(cues.of("lure_weak")) < _WEAK_LEAST:
        return 0.0
    return _SEVERAL if baits > 1 else _ONE
