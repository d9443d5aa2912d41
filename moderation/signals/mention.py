"""Abuse that is mentioned, not used: told by its victim, spoken against, said of beasts or things,
of what lies in the street, or a word that means something else beside its neighbour.

An engine that weighs words cannot tell "he called me a dog" from "you dog". Where all the words
that drove its score stand in such a place the score is lowered to below the line: the words stay
marked, and a comment that throws even one of them elsewhere keeps its score.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from moderation.signals.engine import EngineScore
from moderation.signals.lexicon import Cues, Place, Words
from moderation.signals.peoples import PEOPLES

SIGNS = frozenset({
    "retold", "called_me", "refused", "refused_after", "animal_talk", "thing", "proud", "refuted",
    "other_sense", "of_a_thing", "waste_talk",
})  # fmt: skip
"""The cues without one of which nothing is mentioned."""
NOTE = "its words are told of or said of a thing, not thrown at anybody"
LOUD = 0.35
"""Scores below it are left as they are."""
_LOWERED = 0.1  # far enough below that a calibration does not lift it
_NEAR, _REACH, _MOST = 3, 5, 12
_WORD_OF = r"[^\s\"”»’'“«‘]{1,30}"
_QUOTED = re.compile(rf"""(?<!\w)["“«‘']({_WORD_OF}(?: {_WORD_OF}){{0,5}})["”»’'](?!\w)""")
"""At most six words: whole speeches are no word that is talked of."""


def lowered(score: EngineScore, allowed: Sequence[tuple[int, int]]) -> EngineScore:
    """The score, lower where every word that drove it stands in a stretch that is `mentioned`."""
    if score.toxicity is None or score.toxicity < LOUD or not score.spans:
        return score
    for span in score.spans:
        if not any(start <= span.start and span.end <= end for start, end in allowed):
            return score
    kinds = {name: min(value, _LOWERED) for name, value in score.kinds.items()}
    note = f"{score.note}; {NOTE}" if score.note else NOTE
    return score._replace(toxicity=_LOWERED, kinds=kinds, note=note)


def mentioned(words: Words, cues: Cues) -> list[tuple[int, int]]:
    """Stretches of the text in which abuse is only mentioned, as [start, end) of the original."""
    return list(_mentioned(words, cues))


def _mentioned(words: Words, cues: Cues) -> Iterator[tuple[int, int]]:
    if "retold" in cues:
        yield from (m.span(1) for m in _QUOTED.finditer(words.text))
    for place in _places(words.words, cues):
        span = words.span(place, "")
        yield span.start, span.end


def _places(said: list[str], cues: Cues) -> Iterator[Place]:
    last = len(said) - 1
    for told in cues.of("called_me")[:_MOST]:
        yours = (p.first - 1 for p in cues.of("to_you") if told.last < p.first)
        yield Place(told.first, min(last, told.last + _NEAR, *yours))
    if "to_me" in cues:
        for told in cues.of("retold")[:_MOST]:
            yield Place(max(0, told.first - _NEAR), told.last)
    for told in cues.of("refused")[:_MOST]:
        yield Place(told.first, min(last, told.last + _REACH))
    for told in cues.of("refused_after")[:_MOST]:
        yield Place(max(0, told.first - _REACH), told.last)
    if "proud" in cues:
        yield from cues.of("own_name")[:_MOST]
    for says in cues.of("says_that")[:_MOST]:
        ends = (p.last for p in cues.of("refuted") if p > says)
        yield from (Place(says.first, min(last, end + _REACH)) for end in ends)
    if "animal_talk" in cues and not cues.has("to_you", "scorn"):
        yield from (*cues.of("creature")[:_MOST], *cues.of("she_dog")[:_MOST])
    if "waste_talk" in cues and not cues.has("to_you", "yours", "scorn", *PEOPLES):
        yield from cues.of("waste")[:_MOST]
    yield from (*cues.of("other_sense")[:_MOST], *cues.of("of_a_thing")[:_MOST])
    for thing in cues.of("thing")[:_MOST]:
        yield from (
            m
            for m in cues.of("mild")[:_MOST]
            if m.last + 1 == thing.first or thing.last + 1 == m.first
        )
