"""Hashed features: the same for a text alone and in company, and never across texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from moderation.signals import grams
from moderation.texts.text import fold_text

TEXTS = st.lists(st.text(st.sampled_from("abk *.گک4😀\n")).map(fold_text), min_size=1, max_size=5)


def bags(texts: list[str], *, roman: bool) -> list[list[int]]:
    found = grams.features(grams.lay_out(texts), roman=roman)
    return [
        sorted(int(i) for g in found for i in g.ids[g.owner == text]) for text in range(len(texts))
    ]


@given(TEXTS, st.booleans())
def test_features_of_a_text_do_not_depend_on_its_company(texts: list[str], roman: bool) -> None:
    assert bags(texts, roman=roman) == [bags([t], roman=roman)[0] for t in texts]


@given(TEXTS)
def test_features_are_below_the_table_size(texts: list[str]) -> None:
    assert all(0 <= i < grams.SIZE for bag in bags(texts, roman=True) for i in bag)


def test_features_grow_with_the_text_and_not_faster() -> None:
    one, ten = (
        bags(["kal ka din acha tha "], roman=True),
        bags(["kal ka din acha tha " * 10], roman=True),
    )
    assert len(ten[0]) <= 11 * len(one[0])


def test_marks_and_digits_do_not_tell_words_apart() -> None:
    assert bags(["road 12!"], roman=False) == bags(["road, 34"], roman=False)


def test_sound_of_a_word_does_not_hear_its_vowels() -> None:
    heard = [grams.words_of(grams.sounds(grams.lay_out([w]))).hashes[0] for w in ("kitaab", "ktb")]
    assert heard[0] == heard[1]
