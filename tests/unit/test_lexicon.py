"""Word lists are looked up in numbers: what is found is what a plain look-up finds."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.signals import listing
from moderation.signals.bits import bits_of, bools_of, each, only
from moderation.signals.by_rule import lexicon_with
from moderation.signals.cues import Cues, Place
from moderation.signals.lexicon import Lexicon, Words
from moderation.signals.listing import Listing, listing_of, made, shipped
from moderation.signals.sound import sound_of
from moderation.texts.chunks import Chunks
from moderation.texts.page import Page
from moderation.texts.text import fold_text

_ARTICLE = re.compile(r"^[وفبک]?ال(?=\w{3})|^لل(?=\w{3})|^و(?=\w{4})")
_WATCH = [("watch", "", ["the road*", "gas", "bijli*", "a b c d"])]


class Plain:
    """A listing looked up word by word."""

    def __init__(self, of: Listing) -> None:
        self.of = of
        self.whole, self.stems, self.sounds = (
            {w: [of.cues[c] for c in of.sets[n]] for w, n in zip(words, numbers, strict=True)}
            for words, numbers in (
                (of.whole, of.whole_sets), (of.stems, of.stem_sets), (of.sounds, of.sound_sets),
            )
        )  # fmt: skip
        paths: list[list[str]] = [[]]
        for parent, step in zip(of.parents, of.over, strict=True):
            paths.append([*paths[parent], of.steps[step]])
        self.phrases: dict[str, list[tuple[list[str], str, str]]] = {}
        for node, stem, cue in zip(of.end_nodes, of.end_stems, of.end_cues, strict=True):
            told = (paths[node], of.stems[stem - 1] if stem else "", of.cues[cue])
            self.phrases.setdefault(paths[node][0], []).append(told)

    def says(self, word: str) -> list[str]:
        cues = list(self.whole.get(word, ()))
        for size in range(3, len(word) + 1):
            cues += self.stems.get(word[:size], ())
        if not cues and (sound := sound_of(word)):
            cues += self.sounds.get(sound, ())
        if not cues and not word.isascii() and (bare := _ARTICLE.sub("", word)) != word:
            cues += self.whole.get(bare, ())
        return list(dict.fromkeys(cues))

    def find(self, words: list[str]) -> Cues:
        out = Cues()
        for i, word in enumerate(words):
            for cue in self.says(word):
                out.setdefault(cue, []).append(Place(i, i))
            for path, stem, cue in self.phrases.get(word, ()):
                last = i + len(path) - (not stem)
                fits = words[i : i + len(path)] == path and last < len(words)
                if fits and (not stem or words[last].startswith(stem)):
                    out.setdefault(cue, []).append(Place(i, last))
        return out


@cache
def both() -> tuple[Plain, Lexicon]:
    """The lists that ship and a few words more, looked up either way."""
    ready = listing_of(_WATCH, shipped())
    return Plain(ready), Lexicon(ready)


@cache
def parts() -> list[str]:
    """Words and phrases of the lists, spelt well and ill."""
    plain = both()[0]
    some = [*plain.whole, *plain.stems][::37]
    phrases = [" ".join([*path, stem + "ab" if stem else ""])
               for of in list(plain.phrases.values())[::23] for path, stem, _ in of]  # fmt: skip
    bent = [w + e for w in some for e in ("", "s", "ii", "'t", "oo")]
    led = [a + w for w in some if not w.isascii() for a in ("ال", "وال", "لل", "و", "بال", "ل")]
    watch = ["the roads", "the road", "gas", "a b c d", "a b c", "bijliyan", "hai", "نہیں"]
    return [*bent, *led, *phrases, *watch]


texts = st.lists(st.sampled_from(parts()), max_size=12).map(" ".join)


@settings(max_examples=400, deadline=None)
@given(st.lists(texts, min_size=1, max_size=5))
def test_lexicon_finds_what_a_plain_look_up_finds(many: list[str]) -> None:
    plain, lexicon = both()
    words = [Words(text) for text in many]
    found = lexicon.find_in(words)
    page = Page(many)
    on_page = lexicon.find_on(page)
    for i, of in enumerate(words):
        cues = plain.find(of.words)
        assert found.of(i) == cues
        assert not page.even[i] or on_page.of(i) == cues


@given(st.lists(texts, min_size=1, max_size=5))
def test_columns_tell_which_texts_hold_a_cue(many: list[str]) -> None:
    found = both()[1].find_in([Words(text) for text in many])
    for names in (("negation",), ("service", "problem"), ("no such cue",)):
        held = [found.of(i).has(*names) for i in range(len(many))]
        assert bools_of(found.has(*names), len(many)).tolist() == held


def test_words_that_belong_to_two_cues_are_told_from_words_beside() -> None:
    lexicon = Lexicon(listing_of([("one", "", ["a dog", "cat"]), ("two", "", ["dog", "catch*"])]))
    words = [Words(t) for t in ("a dog", "dog a", "cat dog", "catch cat", "a dog dog", "cat a dog")]
    meet = lexicon.find_in(words).meet(["one"], ["two"])
    assert list(each(meet)) == [0, 4, 5]


def test_cues_that_are_put_aside_are_gone_from_the_columns() -> None:
    found = Lexicon(listing_of([("one", "", ["a"]), ("two", "", ["b"])])).find_in(
        [Words("a b"), Words("a")]
    )
    less = found.changed({0: Cues(two=[Place(1, 1)])})
    assert list(each(less.has("one"))) == [1]
    assert "one" not in less.of(0) and "one" in less.of(1)
    assert list(each(found.has("one"))) == [0, 1] and "one" in found.of(0)


@given(st.lists(st.booleans(), max_size=70))
def test_bits_come_back_as_they_went(found: list[bool]) -> None:
    bits = bits_of(np.array(found, dtype=np.bool_))
    assert bools_of(bits, len(found)).tolist() == found
    assert list(each(bits)) == [i for i, of in enumerate(found) if of]
    assert list(each(only(bits, lambda i: i % 2 == 0))) == [i for i in each(bits) if i % 2 == 0]


def test_places_of_a_cue_stand_apart_that_share_no_word() -> None:
    lexicon = Lexicon(listing_of([("one", "", ["aa", "aa bb", "cc"]), ("two", "", ["dd"])]))
    words = [
        Words(text) for text in ("aa", "aa bb", "aa cc", "dd dd", "cc aa bb", "dd", "aa xx aa")
    ]
    found = lexicon.find_in(words)
    assert list(each(found.apart("one"))) == [2, 4, 6]
    assert list(each(found.apart("two"))) == [3]
    assert not found.apart("no such cue")
    assert list(each(found.changed({4: Cues(one=[Place(0, 0)])}).apart("one"))) == [2, 6]


def test_no_texts_and_no_words_hold_no_cues(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderation.texts.page._held", [Chunks()])  # as at the start of a process
    lexicon = Lexicon(shipped())
    assert not lexicon.find_on(Page(["!!!"])).of(0)
    assert not lexicon.find_in([]).has("service")
    assert lexicon.find([]) == {}
    assert not Lexicon(listing_of([])).find(["a", "b"])


# ---------------------------------------------------------------------- lists that are made ready


def test_lists_that_ship_ready_are_those_of_the_word_files() -> None:
    assert shipped() == made(), "run python -m moderation.signals.listing"
    assert listing.recorded()[0] == listing.digest(), "run python -m moderation.signals.listing"


def test_lists_survive_being_written() -> None:
    ready = listing_of([("one", "ur-Latn", ["bijli", "pani nahi*", "lamb*"]), ("two", "", ["ہے"])])
    assert Listing.of_lines(ready.lines()) == ready


def test_lists_that_changed_since_are_read_from_their_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ready = shipped()
    monkeypatch.setattr(Listing, "of_lines", None)  # stale lists would be read with it
    monkeypatch.setattr(listing, "digest", lambda: "other lists")
    assert shipped() == ready


def test_watch_words_go_on_top_of_the_lists() -> None:
    lexicon = lexicon_with(("zzgarden wall", "zzfountain*"))
    found = lexicon.find(Words("the zzgarden wall and zzfountains, no water").words)
    assert found["watch"] == [Place(1, 2), Place(4, 4)]
    assert found.has("negation", "service")
    assert "watch" not in lexicon_with(()).find(Words("zzgarden wall").words)


def test_many_words_are_looked_up_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    words = Words("no water in the street " * 40)
    lexicon = lexicon_with(())
    at_once = lexicon.find(words.words)
    monkeypatch.setattr("moderation.signals.lexicon._AT_ONCE", 7)
    assert lexicon.find(words.words) == at_once


def test_hostile_repeats_are_kept_in_part() -> None:
    lexicon = Lexicon(listing_of([("one", "", ["aa"]), ("two", "", ["bb", "aa bb"])]))
    texts = [Words("aa"), Words("aa bb " * 60_000), Words("bb")]
    found = lexicon.find_in(texts)
    assert found.of(0) == {"one": [Place(0, 0)]} and found.of(2) == {"two": [Place(0, 0)]}
    cues = found.of(1)
    assert {cue: len(places) for cue, places in cues.items()} == {"one": 5000, "two": 5000}
    assert cues["one"][:2] == [Place(0, 0), Place(2, 2)]
    assert cues["two"][:3] == [Place(0, 1), Place(1, 1), Place(2, 3)]


def test_sound_of_many_words_is_the_sound_of_each() -> None:
    from moderation.signals.sound import sounds_of
    from moderation.texts.hashes import hashes_of
    from moderation.texts.strung import coded

    words = ["bijli", "bijlee", "shikayat", "zzzzz", "mohallah", "ghazzab", "aeiouh", "qqwwzz"]
    told = [sound_of(word) for word in words]
    found = sounds_of(coded(words))
    for one, of, known in zip(found, told, hashes_of(told), strict=True):
        assert one == known or not of
    assert found[0] == found[1] != found[2]
    assert fold_text("BIJLI") == "bijli" and np.unique(found).size == 7
