"""Threats of violence by their words, for languages in which the engine has no head for them.

A phrase that names the act and whom it is aimed at gives 0.9; where the text tells of a threat,
complains of one, or speaks of animals, illness, hardship or games, it is 0.4: below the line.
"""

from __future__ import annotations

from data.reading import Span
from moderation.signals.lexicon import Cues, Words

VERSION = "threat patterns 4"
_MADE, _TOLD = 0.9, 0.4


def find_threat(words: Words, cues: Cues) -> tuple[float, tuple[Span, ...]]:
    """0 to 1 with the words that drove it."""
    sure = cues.of("threat_sure")
    places = (*sure, *cues.of("threat_phrase"))
    if not places:
        return 0.0, ()
    softened = "threat_past" in cues if sure else "told" in cues
    value = _TOLD if softened else _MADE
    return value, tuple(words.span(place, "threat") for place in places[:4])
