"""Words that are part of a threat or an insult say nothing of a service and its faults.

"Sons of dogs" is no complaint of stray dogs. The cues of feedback that lie inside abuse are put
aside before the kinds of feedback are asked; what stands beside the abuse keeps its weight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from moderation.signals.bits import each
from moderation.signals.insults import PARTS, abusive_places, may_speak, stretches
from moderation.signals.lexicon import Cues, Place, Words
from moderation.signals.page_cues import PageCues

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


def without_abuse(cues: PageCues, words: Callable[[int], Words]) -> PageCues:
    """The cues, less those of feedback that lie within words of abuse or of a threat.

    ``words`` gives those of a text by its number.
    """
    abuse = cues.has(*_THREATS) | may_speak(cues)
    within = stretches(cues) | cues.meet((*_THREATS, *PARTS), _SPOKEN_OF)
    may = abuse & within & cues.has(*_SPOKEN_OF)
    less: dict[int, Cues] = {}
    for i in each(may):
        of = cues.of(i)
        left = _without(words(i), of)
        if left is not of:
            less[i] = left
    return cues.changed(less)


def _without(words: Words, cues: Cues) -> Cues:
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
