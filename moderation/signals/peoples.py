"""Where a people is named: by its own name, or by a word that things, places and persons bear too.

"Japanese", "Karachi", "old" or "malik" name a people only in the plural or beside a word for
people ("Japanese workers", "Karachi wale", "the old are", "اهل حلب"). Parties, offices, places and
goods that bear a people's name are none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from moderation.signals.cues import Cues, Place
from moderation.signals.peoples_grammar import (
    ARAB_FOLK,
    COME,
    FOLK_WORDS,
    FROM,
    GOES_ON,
    IS_ONE,
    MARKED,
    OF,
    PARTIES,
    PLACES,
    PLURAL,
    THE,
    THEIRS,
    THOSE,
)

_ALWAYS = ("folk", "folk_women", "folk_more", "folk_ways")
_NAMES, _WAYS, _BESIDE = "folk_if", "folk_ways_if", "folk_beside"
SURE = ("folk", "folk_women", "folk_more", _NAMES)
"""The cues by which the rules go."""
PEOPLES = (*_ALWAYS, _NAMES, _WAYS, _BESIDE)
"""The cues that may name a people."""

_ENOUGH = 40
_FROM, _WHO = 3, 7  # words before a place in which "from" stands, and whoever is from there


def peoples(said: list[str], cues: Cues) -> list[Place]:
    """Where one is named that the rules are sure of, in order; parties and offices left out."""
    return sorted(set(_found(said, cues, SURE)))[:_ENOUGH]


def names_a_people(said: list[str], cues: Cues) -> bool:
    """Whether a people is named, and no party, office, place or thing that bears its name."""
    return any(True for _ in _found(said, cues, PEOPLES))


def _found(said: list[str], cues: Cues, those: Sequence[str]) -> Iterator[Place]:
    for cue in those:
        if cue in cues:
            yield from (
                place
                for place in cues[cue][:_ENOUGH]
                if (cue in _ALWAYS or _means_people(said, place, cue))
                and not _is_party(said, place)
            )


def _is_party(said: Sequence[str], place: Place) -> bool:
    """ "Muslim League", "Sindh government", "Hazara Town", "Chinese phones"."""
    behind = said[place.last + 1 : place.last + 2]
    before = said[max(0, place.first - 1) : place.first]
    return not (PARTIES.isdisjoint(behind) and PLACES.isdisjoint(before))


def _means_people(said: Sequence[str], place: Place, cue: str) -> bool:
    if cue != _BESIDE and said[place.last].endswith(PLURAL):
        return True
    return (
        _has_folk_behind(said[place.last + 1 : place.last + 3])
        or _has_folk_before(said[max(0, place.first - _WHO) : place.first])
        or (cue != _BESIDE and _stands_alone(said, place, cue))
    )


def _has_folk_behind(behind: Sequence[str]) -> bool:
    """ "Malik biradari", "Karachi wale", "Lahore ke log", "Kabul se aane wale"."""
    if not FOLK_WORDS.isdisjoint(behind[:1]):
        return PARTIES.isdisjoint(behind[1:])
    theirs = not THEIRS.isdisjoint(behind[:1])
    return theirs and not (FOLK_WORDS | COME).isdisjoint(behind[1:])


def _has_folk_before(before: Sequence[str]) -> bool:
    """ "Boys from Waziristan", "people of the hills", "اهل حلب", "النازحين من الموصل"."""
    if not ARAB_FOLK.isdisjoint(before[-1:]):
        return True
    if before[-1:] == ["من"]:
        return not ARAB_FOLK.isdisjoint(before[-2:-1])
    near = before[-_FROM:]
    if not FROM.isdisjoint(near):
        return not (FOLK_WORDS | THOSE).isdisjoint(before)
    at = next((i for i in range(len(before) - 1, 0, -1) if before[i] in OF), 0)
    return len(before) - at <= _FROM and before[at - 1] in FOLK_WORDS if at else False


def _stands_alone(said: Sequence[str], place: Place, cue: str) -> bool:
    """ "The Irish are", "the poor in our street", "an Albanian is"; of how one lives "the" alone,
    for "these old are" and "such blind is" are no names."""
    before, behind = said[max(0, place.first - 1) : place.first], said[place.last + 1 :][:1]
    if (THE if cue == _WAYS else MARKED).isdisjoint(before):
        return False
    more = GOES_ON if cue == _WAYS else GOES_ON | IS_ONE
    return not behind or not more.isdisjoint(behind)
