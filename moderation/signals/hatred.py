"""Hatred for a people, said outright: what it is called, wished, denied and likened to.

As in moderation/signals/contempt.py a name alone gives nothing; a name and what stands beside it
in the same sentence, in the order that the language puts the two, gives a place. Who tells of such
talk, denies it or speaks against it finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from moderation.signals.bits import Bits
from moderation.signals.contempt_grammar import BETWEEN, CASES, IS
from moderation.signals.hatred_grammar import CALLED, DETERMINERS, NOT, OBJECT_OF, OTHERS, TURNS
from moderation.signals.lexicon import Cues, Place, Words
from moderation.signals.page_cues import PageCues
from moderation.signals.peoples import SURE, peoples

STARTS = frozenset({
    "said_of", "said_before", "foul", "good_one", "wish", "likened", "compared", "trait",
    "trait_bare", "does", "vermin",
})  # fmt: skip
"""The cues without one of which there is no hatred."""

_ENOUGH = 40
_OF, _BEFORE, _STRANGE, _GOOD, _WISHED = 9, 4, 2, 5, 12
_LIKENED, _CALLED, _SUBJECT, _DOES = 12, 8, 4, 6
_END = re.compile(r"[.!?؟۔\n]\s")
_ENDS = re.compile(r"[.!?؟۔\n]")
_QUOTE = re.compile(r"[\"“«][^\"”»]+[\"”»]")
_SPEECH = 12  # characters round a quotation that make it one
_ELSE = (TURNS | OTHERS | {"this"}) - {"that"}


def hatred(words: Words, cues: Cues) -> Iterator[Place]:
    """The words that hold it, a people's name and what is said of it."""
    if STARTS.isdisjoint(cues) or "disowned" in cues:
        return
    folk = peoples(words.words, cues)
    if folk:
        yield from (p for p in _every(words, cues, folk) if _stands(words, p))


def may_speak(cues: PageCues) -> Bits:
    """The texts of a page in which there may be some: a name, and what may be said of it."""
    return cues.has(*STARTS) & cues.has(*SURE) & ~cues.has("disowned")


def _every(words: Words, cues: Cues, folk: Sequence[Place]) -> Iterator[Place]:
    said = words.words
    for place in _behind(said, folk, cues.of("said_of"), _OF):
        if not _asked(words, place):
            yield place
    yield from _before(said, folk, cues.of("said_before"))
    yield from _fouled(folk, cues)
    for cue in ("likened", "compared"):
        if cue == "likened" or cues.has("creature", "beast"):
            yield from (_over(a, b) for a, b in _near(folk, cues.of(cue), _LIKENED))
    for one, good in _near(folk, cues.of("good_one"), _GOOD):
        if not NOT.isdisjoint(said[max(0, good.first - 6) : good.last + 8]):
            yield _over(one, good)
    if "doom" in cues and "rescued" not in cues:
        yield from _doomed(said, cues, folk)
    yield from (p for p in _called(said, cues, folk) if not _asked(words, p))
    yield from _does(said, cues, folk)


def _over(one: Place, other: Place) -> Place:
    return Place(min(one.first, other.first), max(one.last, other.last))


def _near(
    folk: Sequence[Place], what: Sequence[Place], reach: int
) -> Iterator[tuple[Place, Place]]:
    """For each phrase the nearest people on either side, at most ``reach`` words away."""
    for phrase in what[:_ENOUGH]:
        gap, one = min((max(p.first - phrase.last, phrase.first - p.last), p) for p in folk)
        if 0 < gap <= reach:
            yield one, phrase


def _behind(
    said: list[str], folk: Sequence[Place], what: Sequence[Place], reach: int
) -> Iterator[Place]:
    """The nearest people before the phrase."""
    for phrase in what[:_ENOUGH]:
        near = [p for p in folk if 0 < phrase.first - p.last <= reach]
        if not near or _is_object(said, near[-1]):
            continue
        if OTHERS.isdisjoint(said[near[-1].last + 1 : phrase.first]):
            yield Place(near[-1].first, phrase.last)


def _before(said: list[str], folk: Sequence[Place], what: Sequence[Place]) -> Iterator[Place]:
    """The nearest people behind the phrase, with at most two strange words between."""
    for phrase in what[:_ENOUGH]:
        one = next((p for p in folk if 0 < p.first - phrase.last <= _BEFORE), None)
        if one is None or not NOT.isdisjoint(said[max(0, phrase.first - 1) : phrase.first]):
            continue
        strange = set(said[phrase.last + 1 : one.first]) - BETWEEN - CALLED - DETERMINERS
        if len(strange) <= _STRANGE and TURNS.isdisjoint(strange):
            yield Place(phrase.first, one.last)


def _fouled(folk: Sequence[Place], cues: Cues) -> Iterator[Place]:
    """ "Filthy <people>": of one woman it is an insult, and not told here."""
    women = set(cues.of("folk_women"))
    for phrase in cues.of("foul")[:_ENOUGH]:
        yield from (
            Place(phrase.first, p.last)
            for p in folk
            if p.first == phrase.last + 1 and p not in women
        )


def _doomed(said: list[str], cues: Cues, folk: Sequence[Place]) -> Iterator[Place]:
    """ "May all <people> die": a wish, a people and its end, none of them denied."""
    for wish in cues.of("wish")[:_ENOUGH]:
        for end in cues.of("doom")[:_ENOUGH]:
            if not 0 < end.first - wish.last <= _WISHED:
                continue
            last = min(len(said), max(end.last, wish.last + _WISHED) + 1)
            whom = [p for p in folk if wish.last < p.first < last]
            if whom and NOT.isdisjoint(said[wish.first : end.last + 3]):
                yield Place(wish.first, max(end.last, whom[0].last))
                return


def _called(said: list[str], cues: Cues, folk: Sequence[Place]) -> Iterator[Place]:
    """ "<people> are <traits>", "<people> <traits> hain", "<people> <trait>" in Arabic."""
    for cue in ("trait", "trait_bare", "vermin"):
        traits = cues.of(cue)[:_ENOUGH]
        inside = {i for p in traits for i in range(p.first, p.last + 1)}
        for one in folk:
            what = next((p for p in traits if 0 < p.first - one.last <= _CALLED), None)
            if what is None or _is_object(said, one) or _denied(said, one, what):
                continue
            between = said[one.last + 1 : what.first]
            fits = _bare(between) if cue == "trait_bare" else _states(said, between, what, inside)
            if fits and (cue != "vermin" or _plainly(between)):
                yield Place(one.first, what.last)


def _does(said: list[str], cues: Cues, folk: Sequence[Place]) -> Iterator[Place]:
    """ "<people> steal": English and Arabic right behind the name, Urdu with its verb behind."""
    for deed in cues.of("does")[:_ENOUGH]:
        one = next((p for p in folk if 0 < deed.first - p.last <= _DOES), None)
        if one is None or _is_object(said, one) or _denied(said, one, deed):
            continue
        between, verb = said[one.last + 1 : deed.first], said[deed.last + 1 : deed.last + 2]
        near = not between or (len(between) == 1 and not CALLED.isdisjoint(between))
        plain = CASES.isdisjoint(between[:1]) and TURNS.isdisjoint(between)
        if near or (plain and not IS.isdisjoint(verb)):
            yield Place(one.first, deed.last)


def _denied(said: list[str], one: Place, what: Place) -> bool:
    around = said[max(0, one.first - 4) : one.first] + said[one.last + 1 : what.last + 3]
    return not NOT.isdisjoint(around)


def _states(said: list[str], between: list[str], what: Place, inside: set[int]) -> bool:
    if _are(between):
        return True
    plain = CASES.isdisjoint(between[:1]) and (TURNS | IS).isdisjoint(between)
    return plain and _hain(said, what, inside)


def _plainly(between: list[str]) -> bool:
    """Vermin may be there and no more: "in the camp there are rats"."""
    strange = set(between) - BETWEEN - CALLED - {"nothing", "but"}
    return "are" in between or (len(strange) <= 1 and CASES.isdisjoint(between))


def _are(between: list[str]) -> bool:
    """English: the verb at most four words behind the name, then fillers, or "nothing but ..."."""
    at = next((i for i, w in enumerate(between[:_SUBJECT]) if w in ("are", "r", "is")), None)
    if at is None or not _ELSE.isdisjoint(between[:at]) or between[at - 1 : at] == ["that"]:
        return False
    rest = between[at + 1 :]
    return rest[:2] == ["nothing", "but"] or all(
        w in BETWEEN or w in CALLED or w.endswith("ly") for w in rest
    )


def _hain(said: list[str], what: Place, inside: set[int]) -> bool:
    """Urdu: the verb behind the last trait, with nothing but fillers and traits before it."""
    for i in range(what.last + 1, min(len(said), what.last + 6)):
        if said[i] in IS or said[i] in ("hote", "hoti", "hota", "ہوتے", "ہوتی", "ہوتا"):
            return True
        if i not in inside and said[i] not in CALLED and said[i] not in BETWEEN:
            return False
    return False


def _bare(between: list[str]) -> bool:
    """Arabic: at most two fillers."""
    return len(between) <= 2 and (BETWEEN | CALLED).issuperset(between)


def _is_object(said: list[str], one: Place) -> bool:
    """ "People who hate <people> are ...": something else is spoken of."""
    at = one.first - 1
    while at >= 0 and said[at] in DETERMINERS:
        at -= 1
    return at >= 0 and said[at] in OBJECT_OF


def _stands(words: Words, place: Place) -> bool:
    """Whether it is said in one sentence, and not inside somebody's speech in a longer text."""
    span, text = words.span(place, ""), words.text
    if _END.search(text, span.start, span.end):
        return False
    return not any(
        q.start() < span.start and span.end < q.end() and len(text) - len(q[0]) > _SPEECH
        for q in _QUOTE.finditer(text)
    )


def _asked(words: Words, place: Place) -> bool:
    """Whether the sentence that begins there ends as a question."""
    end = _ENDS.search(words.text, words.span(place, "").end)
    return end is not None and end[0] in "?؟"
