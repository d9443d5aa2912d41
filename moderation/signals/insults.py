"""Plain abuse by its words, beside the engine: an insult inside a long complaint is not diluted.

Words that are never criticism speak by themselves. Animals, scorn and accusations (dog, ignorant,
thief) speak only where they are thrown at somebody or stand beside one another; alone they are a
harsh tone (NR-5). Words that are quoted or told of are only a reason to look: below the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from data.reading import Reading, Span
from moderation.signals import contempt, hatred
from moderation.signals.bits import Bits
from moderation.signals.insult_grammar import CASE, FILLER, OF, PUPPIES, SAYS_SO, TU, YOU_EN
from moderation.signals.lexicon import Cues, Place, Words
from moderation.signals.page_cues import PageCues
from moderation.texts.text import fold

VERSION = "patterns 5"
OBSCENE, SLUR, INSULT = "obscene", "slur", "insult"
KINDS = (OBSCENE, SLUR, INSULT)
"""The kinds of abuse, the gravest first; they are the labels of the spans."""

_PLAIN, _THROWN, _RETOLD = 0.9, 0.7, 0.4
_WITHIN = 3
_ENOUGH = 40
_VILE = {"vile_obscene": OBSCENE, "vile_slur": SLUR, "vile_insult": INSULT}
STARTS = frozenset({
    *_VILE, "brood_head", "brood_dog", "beast", "called_out", "bc", "sala", "scorn", "accuse",
    "unwell", *contempt.STARTS,
})  # fmt: skip
"""The cues without one of which there is no abuse, hatred for a people apart."""
_ANY = STARTS | hatred.STARTS
PARTS = frozenset({
    *_VILE, "called_out", "beast_called", "bc", "beast", "scorn", "accuse", "sala", "unwell",
    "office_holder", "people",
})  # fmt: skip
"""The cues whose words are what abuse consists of, but for what `stretches`."""
_MARKED = re.compile(r"[^\W\d_]+\*+\w*|\w+\*+\w+")
_MASKED = {
    OBSCENE: ("fuck", "fucking", "fucker", "fuckers", "bitch", "bitches", "whore", "cunt", "tits",
              "asshole", "madarchod", "behenchod", "gandu", "randi", "chutiya"),
    INSULT: ("bastard", "bastards", "harami", "kanjar", "kameena", "kameene", "haramzada",
             "haramzade", "kutte", "kutta", "kuttay"),
}  # fmt: skip
_QUOTES = re.compile(r"[\"“”«»]|(?<!\w)['‘](?=\w)")


class Found(NamedTuple):
    """Words [first, last] of a text that are abuse, and of which kind."""

    place: Place
    kind: str
    value: float


def find_insults(words: Words, cues: Cues) -> tuple[float, tuple[Span, ...]]:
    """0 to 1 with the words that drove it, labelled obscene, slur or insult."""
    masked = _masked(words.text) if "*" in words.text else ()
    if not masked and (not cues or _ANY.isdisjoint(cues)):
        return 0.0, ()
    cues = _first(cues)
    found = [_softened(f, words, cues) for f in _every(words, cues)]
    if not found and not masked:
        return 0.0, ()
    value = max([f.value for f in found] + [_PLAIN] * bool(masked))
    spans = [words.span(f.place, f.kind) for f in found if f.value == value]
    return value, tuple(_apart([*masked, *spans])[:6])


def may_speak(cues: PageCues) -> Bits:
    """The texts of a page in which there may be abuse: its cues, and whom they are thrown at
    or a second one beside. Starred words apart."""
    has = cues.has
    thrown = has("to_you", "of_some_place", "beast_called", "sala")
    return (
        has("vile_obscene", "vile_slur", "vile_insult", "called_out")
        | (has("brood_head", "brood_dog") & has("brood_tail"))
        | (has("beast", "scorn", "accuse") & thrown)
        | (has("beast") & has("scorn", "accuse"))
        | (has("bc") & has("bc_near"))
        | (has("sala") & has("beast_called"))
        | (has("unwell") & has("office_holder"))
        | (has("scorn") & has("people"))
        | contempt.may_speak(cues)
        | hatred.may_speak(cues)
    )


def stretches(cues: PageCues) -> Bits:
    """The texts of a page in which abuse may take in words between those that `PARTS` says."""
    broods = cues.has("brood_tail") & cues.has("brood_head", "brood_dog")
    return broods | contempt.may_speak(cues) | hatred.may_speak(cues)


def abusive_places(words: Words, cues: Cues) -> Iterator[Place]:
    """The words that are abuse, those that are only told of left out."""
    if cues and not _ANY.isdisjoint(cues):
        cues = _first(cues)
        for found in _every(words, cues):
            if _softened(found, words, cues).value != _RETOLD:
                yield found.place


def abuse_kind(reading: Reading) -> str:
    """The gravest kind among the spans of ``abusive_words``; a plain insult where none is told."""
    labels = {s.label for signal in reading.signals if signal.name == "abusive_words"
              for s in signal.spans}  # fmt: skip
    return next((kind for kind in KINDS if kind in labels), INSULT)


def _first(cues: Cues) -> Cues:
    """The first places of each cue: a text of hostile repeats must not cost their square."""
    if max(map(len, cues.values()), default=0) <= _ENOUGH:
        return cues
    return Cues({cue: places[:_ENOUGH] for cue, places in cues.items()})


def _every(words: Words, cues: Cues) -> Iterator[Found]:
    yield from _found(words, cues)
    for place, of_a_people in contempt.contempt(words, cues):
        yield Found(place, SLUR if of_a_people else INSULT, _THROWN)
    yield from (Found(place, SLUR, _THROWN) for place in hatred.hatred(words, cues))


def _found(words: Words, cues: Cues) -> Iterator[Found]:
    spared = {p.first for p in cues.of("brothel")}
    spared |= {i for p in cues.of("other_sense") for i in range(p.first, p.last + 1)}
    if "animal_talk" in cues:
        spared |= {p.first for p in cues.of("she_dog")}
    for cue, kind in _VILE.items():
        for place in cues.of(cue):
            if place.first not in spared:
                yield Found(place, kind, _PLAIN)
    if "called_out" in cues:
        yield from (Found(p, INSULT, _THROWN) for p in _called(words.words, cues, "called_out"))
    if "brood_tail" in cues:
        yield from _broods(words.words, cues)
    if "bc" in cues:
        yield from (Found(one, OBSCENE, _THROWN) for one, _ in cues.near("bc", "bc_near", 2))
    if cues.has("beast", "scorn", "accuse", "sala"):
        yield from (Found(p, INSULT, _THROWN) for p in _thrown(words.words, cues))
    for one, other in (("unwell", "office_holder"), ("scorn", "people")):
        if one in cues and other in cues:
            yield from (Found(p, SLUR, _THROWN) for p in _beside(cues, one, other))


def _broods(words: list[str], cues: Cues) -> Iterator[Found]:
    """ "Offspring of swine". Puppies have their mother's name too: then a dog is only a dog."""
    tails = {place.first: place for place in cues.of("brood_tail")}
    spoken_to = not cues.has("animal_talk") or cues.has("to_you")
    for cue in ("brood_head", "brood_dog"):
        for head in cues.of(cue):
            tail = tails.get(head.last + 2)
            if tail is None or words[head.last + 1] not in OF:
                continue
            puppies = cue == "brood_dog" and words[tail.last] in PUPPIES and head.first > 0
            if puppies and not spoken_to:
                continue
            yield Found(Place(head.first, tail.last), INSULT, _PLAIN)


def _thrown(words: list[str], cues: Cues) -> Iterator[Place]:
    """Ambiguous words that are thrown at somebody, or beside one another."""
    animals = "animal_talk" in cues
    beasts = () if animals else cues.of("beast")
    if not animals:
        yield from _called(words, cues, "beast_called")
    for place in (*beasts, *cues.of("scorn"), *cues.of("accuse")):
        if _addressed(words, cues, place):
            yield place
    for other in ("scorn", "accuse", "sala"):
        if beasts:
            yield from _beside(cues, "beast", other)
    for other in ("scorn", "accuse"):
        yield from _beside(cues, "sala", other)


def _called(words: list[str], cues: Cues, cue: str) -> Iterator[Place]:
    """Called out to: no word of case follows, as it would in a plain sentence."""
    for place in cues.of(cue):
        after = words[place.last + 1 : place.last + 2]
        if not after or after[0] not in CASE:
            yield place


def _addressed(words: list[str], cues: Cues, place: Place) -> bool:
    """ "Tum sab <word> ho", "<word> ho tum", "<word> kahin ke", "you <word>"."""
    thrown = any(p.first == place.last + 1 for p in cues.of("of_some_place"))
    if thrown and place not in cues.of("accuse"):
        return True
    return any(_spoken_to(words, cues, place, you) for you in cues.of("to_you"))


def _spoken_to(words: list[str], cues: Cues, place: Place, you: Place) -> bool:
    first, last = sorted((you, place))
    between = words[first.last + 1 : last.first]
    if len(between) > _WITHIN or not FILLER.issuperset(between):
        return False
    if you > place:
        return bool(between)  # "kutte ho tum"; "kutte tum ..." begins another clause
    called = words[you.first]
    if called in YOU_EN:
        return place not in cues.of("scorn")  # "you are lazy" is a harsh tone
    after = words[place.last + 1 : place.last + 2]
    if called in TU and after == ["hain"]:  # "to", misspelt
        return False
    return after[0] in SAYS_SO if after else place in cues.of("beast")


def _beside(cues: Cues, one: str, other: str) -> Iterator[Place]:
    for a, b in cues.near(one, other, 1):
        first, last = sorted((a, b))
        if last.first == first.last + 1:
            yield Place(first.first, last.last)


def _softened(found: Found, words: Words, cues: Cues) -> Found:
    """Less where somebody's words are told: a verb of saying near them, or quotation marks."""
    if "retold" not in cues:
        return found
    quoted = _QUOTES.search(words.text) is not None
    near = (max(found.place.first - p.last, p.first - found.place.last) for p in cues.of("retold"))
    return found._replace(value=_RETOLD) if quoted or min(near) <= _WITHIN else found


def _masked(text: str) -> tuple[Span, ...]:
    """Words whose letters were starred out: "b*stards", "f***"."""
    folded = fold(text)
    spans: list[Span] = []
    for match in _MARKED.finditer(folded.text):
        if kind := _unmasked(match[0]):
            start, end = folded.original(match.start(), match.end())
            spans.append(Span(start=start, end=end, label=kind))
            if len(spans) >= _ENOUGH:  # only the first few are told
                break
    return tuple(spans)


@cache
def _page(kind: str) -> str:
    return "\n".join(_MASKED[kind])


def _unmasked(word: str) -> str:
    """The kind of the listed word that a starred word fits, a star for a letter; "" for none."""
    if len(word) > 30 or word[0] == "*":
        return ""
    shape = "".join("[^\n]" if c == "*" else re.escape(c) for c in word)
    seen = sum(c != "*" for c in word)
    if seen < 2 and word[0] != "f":
        return ""
    for kind in _MASKED:
        if re.search(f"^{shape}$", _page(kind), re.MULTILINE):
            return kind
    return ""


def _apart(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, each of those that overlap only once."""
    order = sorted(spans, key=lambda s: (s.start, KINDS.index(s.label), -s.end))
    kept = order[:1]
    for _, span in pairwise(order):
        if span.start >= kept[-1].end:
            kept.append(span)
    return kept
