"""Words that are part of a threat or an insult say nothing of a service and its faults.

"Sons of dogs" is no complaint of stray dogs. The cues of feedback that lie inside abuse are put
aside before the kinds of feedback are asked; what stands beside the abuse keeps its weight.
"""

from __future__ import annotations

from collections.abc import Iterator

from moderation.signals.insults import STARTS, abusive_places
from moderation.signals.lexicon import Cues, Place, Words

_SPOKEN_OF = (
    "problem",
    "trouble",
    "service",
    "request",
    "suggest",
    "do_it",
    "ought",
    "first",
    "harm",
)
# What somebody is accused of stays a complaint, however it is put.
_ACCUSATIONS = frozenset(
    [
        "liar",
        "liars",
        "thief",
        "thieves",
        "chor",
        "daku",
        "jhoota",
        "rishwat",
        "چور",
        "ڈاکو",
        "رشوت",
    ]
)
_THREATS = ("threat_phrase", "threat_sure")
_MAY_BE_ABUSE = STARTS.union(_THREATS)


def without_abuse(words: Words, cues: Cues) -> Cues:
    """The cues, less those of feedback that lie within words of abuse or of a threat."""
    if cues.keys().isdisjoint(_MAY_BE_ABUSE):
        return cues
    taken = {i for place in _abuse(words, cues) for i in range(place.first, place.last + 1)}
    if not taken:
        return cues
    left = Cues(cues)
    for cue in _SPOKEN_OF:
        kept = [p for p in cues.of(cue) if taken.isdisjoint(range(p.first, p.last + 1))]
        if kept:
            left[cue] = kept
        else:
            left.pop(cue, None)
    return left


def _abuse(words: Words, cues: Cues) -> Iterator[Place]:
    for cue in _THREATS:
        yield from cues.of(cue)
    for place in abusive_places(words, cues):
        if _ACCUSATIONS.isdisjoint(words.words[place.first : place.last + 1]):
            yield place
