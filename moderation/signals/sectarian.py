"""Incitement against a sect or faith: a call to violence, or a curse of unbelief, aimed at a group.

A group's name alone, in any sentence, gives nothing. Text that condemns or tells of hatred uses
the same words as hatred; where such words stand beside the call, it is only a reason to look.
"""

from __future__ import annotations

from data.reading import Span
from moderation.signals.lexicon import Cues, Place, Words

VERSION = "patterns 1"
_REACH = 7
_CALL, _CURSE, _SOFTENED_CALL, _SOFTENED_CURSE = 0.95, 0.6, 0.4, 0.2


def find_sectarian(words: Words, cues: Cues) -> tuple[float, tuple[Span, ...]]:
    """0 to 1 with the words that drove it. 0.95 a call, 0.6 a curse, less where it is condemned."""
    if "group" not in cues:
        return 0.0, ()
    softened = "condemn" in cues
    if pair := _nearest(cues, "call"):
        value = _SOFTENED_CALL if softened else _CALL
    elif pair := _nearest(cues, "takfir"):
        value = _SOFTENED_CURSE if softened else _CURSE
    else:
        return 0.0, ()
    return value, tuple(words.span(place, "sectarian") for place in pair)


def _nearest(cues: Cues, cue: str) -> tuple[Place, Place] | None:
    return next(cues.near("group", cue, _REACH), None)
