"""Contempt said without a hard word: a people called vermin, driven out, shut out; honour denied.

A name alone gives nothing, nor does a hard word for an office, a party or a measure: it is a people
(a faith, a tribe, a sex, refugees) and what is said of it, in the order that each language puts the
two. Whoever tells of such talk or speaks against it uses the same words: then nothing is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from moderation.signals.bits import Bits
from moderation.signals.contempt_grammar import (
    ALL_OF,
    BETWEEN,
    CASES,
    IS,
    KO,
    OUT_OF,
    OUTRIGHT,
    OWNS,
    PLAIN_AFTER,
    TELLER,
)
from moderation.signals.lexicon import Cues, Place, Words
from moderation.signals.page_cues import PageCues
from moderation.signals.peoples import SURE, peoples

STARTS = frozenset({
    "vermin", "vermin_bare", "cast_out", "driven", "shunned", "shut_out", "never_trust", "kept_in",
    "go_back", "unhuman", "born_low",
})  # fmt: skip
"""The cues without one of which there is no contempt."""

_ENOUGH = 40
_BEFORE, _BARE, _AFTER, _OUT = 6, 2, 9, 5


def contempt(words: Words, cues: Cues) -> Iterator[tuple[Place, bool]]:
    """The words that hold it, and whether a people is meant (else the one spoken to)."""
    if STARTS.isdisjoint(cues) or cues.has("disowned", "disowned_softly"):
        return
    said = words.words
    folk, vague = peoples(said, cues), cues.of("folk_vague")[:_ENOUGH]
    yield from ((p, True) for p in _vermin(said, cues, (*folk, *vague)))
    if not cues.has("rescued", "lawful"):
        yield from ((p, True) for p in _driven_out(said, cues, folk))
    if "?" not in words.text and "؟" not in words.text:
        yield from ((p, True) for p in _shut_out(said, cues, folk, vague))
    yield from ((p, True) for p in cues.of("born_low")[:_ENOUGH])
    yield from ((p, True) for p in cues.of("go_back")[:_ENOUGH])
    if cues.has("unhuman_whose") and not cues.has("policy"):
        yield from ((p, False) for p in cues.of("unhuman")[:_ENOUGH])


def may_speak(cues: PageCues) -> Bits:
    """The texts of a page in which there may be some: a people beside what is said of it, or
    what says all by itself."""
    has = cues.has
    folk = has(*SURE, "folk_vague") & has(*STARTS)
    alone = has("born_low", "go_back") | (has("unhuman") & has("unhuman_whose"))
    return (alone | folk) & ~has("disowned", "disowned_softly")


def _vermin(said: list[str], cues: Cues, folk: Sequence[Place]) -> Iterator[Place]:
    """ "<people> are vermin", "<people> vermin hain", "<people> <vermin>" in Arabic."""
    for one, what in _after(cues, "vermin", folk, _BEFORE):
        between = said[one.last + 1 : what.first]
        after = said[what.last + 1 : what.last + 4]
        if not BETWEEN.issuperset(between) or not PLAIN_AFTER.isdisjoint(after[:1]):
            continue
        if not IS.isdisjoint(between) or _states(after):
            yield Place(one.first, what.last)
    for one, what in _after(cues, "vermin_bare", folk, _BARE):
        after = said[what.last + 1 : what.last + 2]
        if BETWEEN.issuperset(said[one.last + 1 : what.first]) and CASES.isdisjoint(after):
            yield Place(one.first, what.last)


def _states(after: list[str]) -> bool:
    """The verb stands behind, with nothing but fillers before it."""
    return next((w in IS for w in after if w in IS or w not in BETWEEN), False)


def _driven_out(said: list[str], cues: Cues, folk: Sequence[Place]) -> Iterator[Place]:
    for verb in cues.of("cast_out")[:_ENOUGH]:
        if verb.first and said[verb.first - 1] in TELLER:
            continue
        for one in folk:
            between = said[verb.last + 1 : one.first]
            if one.first > verb.last and ALL_OF.issuperset(between):
                if _goes_out(said, verb, one):
                    yield Place(verb.first, one.last)
                break
    for one, verb in _after(cues, "driven", folk, _AFTER):
        head = said[one.last + 1 : one.last + 3]
        if not KO.isdisjoint(head) and OWNS.isdisjoint(head[:1]):
            yield Place(one.first, verb.last)
    for one, call in _after(cues, "shunned", folk, _AFTER):
        yield Place(one.first, call.last)


def _goes_out(said: list[str], verb: Place, one: Place) -> bool:
    """Thrown needs an "out"; boycotted or expelled, and the Arabic verbs, do not."""
    word = said[verb.first]
    if verb.last > verb.first or word in OUTRIGHT or not word.isascii():
        return True
    return not OUT_OF.isdisjoint(said[one.last + 1 : one.last + _OUT])


def _shut_out(
    said: list[str], cues: Cues, folk: Sequence[Place], vague: Sequence[Place]
) -> Iterator[Place]:
    women = set(cues.of("folk_women"))
    peoples = [p for p in folk if p not in women]
    if "claim" in cues:
        yield from (Place(a.first, b.last) for a, b in _after(cues, "shut_out", peoples, _AFTER))
    if "grave_claim" in cues:
        yield from (Place(a.first, b.last) for a, b in _after(cues, "shut_out", vague, _AFTER))
    for cue, whom in (("never_trust", (*peoples, *vague)), ("kept_in", tuple(women))):
        yield from (Place(a.first, b.last) for a, b in _after(cues, cue, whom, _AFTER))
    if "kept_in" in cues and "folk_vague" in cues:
        yield from (Place(a.first, b.last) for a, b in _after(cues, "kept_in", vague, _AFTER))


def _after(
    cues: Cues, cue: str, whom: Sequence[Place], reach: int
) -> Iterator[tuple[Place, Place]]:
    """Each people with the nearest of the cue's places behind it."""
    places = cues.of(cue)[:_ENOUGH]
    for one in whom:
        near = next((p for p in places if 0 < p.first - one.last <= reach), None)
        if near is not None:
            yield one, near
