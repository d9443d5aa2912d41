"""Threats of violence by their words, for languages in which the engine has no head for them.

A phrase that names the act and whom it is aimed at gives 0.9; where the text tells of a threat,
complains of one, speaks of animals, illness, hardship or games, or stays lawful, it is 0.4: below
the line.
"""

from __future__ import annotations

from data.reading import Span
from moderation.signals.lexicon import Cues, Words

VERSION = "threat patterns 5"
_MADE, _TOLD = 0.9, 0.4


def find_threat(words: Words, cues: Cues) -> tuple[float, tuple[Span, ...]]:
    """0 to 1 with the words that drove it."""
    sure = cues.of("threat_sure")
    places = (*sure, *cues.of("threat_phrase"))
    if not places:
        return 0.0, ()
    softened = ("threat_past" if sure else "told") in cues or stays_lawful(cues)
    value = _TOLD if softened else _MADE
    return value, tuple(words.span(place, "threat") for place in places[:4])


def stays_lawful(cues: Cues) -> bool:
    """Whether what is everybody's right is announced (a vote, a court, a protest) and nothing that
    hurts."""
    return "lawful_means" in cues and "hurts" not in cues
