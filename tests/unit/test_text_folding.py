"""Folding: what it undoes, what it leaves alone, and the way back to the original."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from moderation.texts.codes import ALNUM, LETTER, split_words
from moderation.texts.text import direction, fold, fold_text, fold_texts, search_fold

ANYTHING = st.text(
    st.characters()
    | st.characters(categories=("Cs",))
    | st.sampled_from("ab 4@$.-*\0\u0301\u200bک")
)
HOSTILE = [
    "a" + "\u0301" * 10_000,
    "\ud800\udfff\0" * 100,
    "a " * 3000,
    "a1" * 3000,
    "\ufdfa" * 500,
    "!" * 20_000,
    "\u202e\u2066" * 2000,
    "x.y.z." * 2000,
]


@pytest.mark.parametrize(
    ("hidden", "plain"),
    [
        ("ＤＯＬＴ", "dolt"),
        ("𝐝𝐨𝐥𝐭", "dolt"),
        ("dоlt", "dolt"),  # a Cyrillic o
        ("d\u200bo\u200dl\u2060t", "dolt"),
        ("d o l t", "dolt"),
        ("d.o.l.t", "dolt"),
        ("d-o-l-t", "dolt"),
        ("d0lt", "dolt"),
        ("do$ser", "dosser"),
        ("dóĺt", "dolt"),
        ("doooooolt", "doolt"),
        ("🅳🅾🅻🆃", "dolt"),
        ("ⓓⓞⓛⓣ", "dolt"),
        ("كتاب", "کتاب"),
        ("کِتَابـــ", "کتاب"),
        ("يہ", "یہ"),
        ("ﻛﺘﺎﺏ", "کتاب"),
    ],
)
def test_fold_undoes_what_hides_a_word(hidden: str, plain: str) -> None:
    assert fold(hidden).text == plain


@pytest.mark.parametrize(
    "text",
    ["covid19", "4g", "mp3", "5000 rs", "0300 1234567", "2nd", "k*tta", "11:30", "g20", "a b"],
)
def test_fold_leaves_numbers_short_words_and_masks_alone(text: str) -> None:
    assert fold(text).text == text


def test_fold_reads_the_digits_of_every_script_as_one() -> None:
    assert fold("۱۲۳ ١٢٣ १२३").text == "123 123 123"


@given(ANYTHING)
@example("0\u0345a a a")
@example("a a aa 1a a")
@example("$ß")
def test_fold_changes_nothing_when_it_is_done_again(text: str) -> None:
    once = fold_text(text)
    assert fold_text(once) == once


@given(ANYTHING)
def test_fold_gives_the_same_text_with_offsets_and_without(text: str) -> None:
    assert fold(text).text == fold_text(text)


@given(ANYTHING)
def test_fold_offsets_never_fall_and_stay_inside_the_original(text: str) -> None:
    folded = fold(text)
    assert len(folded.offsets) == len(folded.text) + 1
    assert folded.offsets[-1] == len(text)
    assert (np.diff(folded.offsets) >= 0).all()
    assert (folded.offsets >= 0).all()
    assert (folded.offsets[:-1] < max(len(text), 1)).all()


@given(ANYTHING)
def test_fold_never_lengthens_beyond_the_longest_ligature(text: str) -> None:
    assert len(fold_text(text)) <= 18 * len(text)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_fold_takes_hostile_text_and_stays_small(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) <= 18 * len(text)
    assert fold_text(folded.text) == folded.text


def test_fold_takes_a_megabyte() -> None:
    text = "a b c کتا fu!!! " * 65_536
    assert len(text) >= 1 << 20
    assert len(fold_text(text)) <= len(text)


def test_folded_span_points_at_the_hidden_word_in_the_original() -> None:
    text = "you d\u200bо\u200bl\u200bt!"
    folded = fold(text)
    at = folded.text.index("dolt")
    start, end = folded.original(at, at + 4)
    assert text[start:end] == "d\u200bо\u200bl\u200bt"


def test_folded_span_of_nothing_is_empty() -> None:
    assert fold("abc").original(1, 1) == (1, 1)


@given(st.text(st.characters(codec="utf-8")))
@settings(max_examples=60)
def test_folding_is_blind_to_the_normal_form_that_a_platform_sends(text: str) -> None:
    """NFC and NFD of Arabic and Latin letters read alike; other scripts may keep their marks."""
    plain = "".join(c for c in text if c.isascii() or "\u0600" <= c <= "\u06ff")
    assert fold_text(unicodedata.normalize("NFD", plain)) == fold_text(plain)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("يہ كتاب", "یہ کتاب"),
        ("کِتَاب", "کتاب"),
        ("کتـــاب", "کتاب"),
        ("می‌روم", "میروم"),
        ("WAPDA", "wapda"),
        ("ہسپتال", "هسپتال"),
        ("بھائی", "بهائی"),
    ],
)
def test_search_finds_one_word_whichever_keyboard_wrote_it(asked: str, kept: str) -> None:
    assert search_fold(asked) == search_fold(kept)


@given(ANYTHING)
def test_search_fold_changes_nothing_when_it_is_done_again(text: str) -> None:
    assert search_fold(search_fold(text)) == search_fold(text)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("DC صاحب کا نمبر", "rtl"),
        ("@SomeVeryLongHandleName شکریہ", "rtl"),
        ("https://example.org/a/long/path بجلی", "rtl"),
        ("#WeWantWater #WeWantPower پانی دو", "rtl"),
        ("bijli nahi hai", "ltr"),
        ("شکریہ thank you very much indeed", "ltr"),
        ("#پانی", "rtl"),
        ("123 !!!", "ltr"),
        ("", "ltr"),
    ],
)
def test_direction_follows_most_letters_not_links_or_mentions(text: str, way: str) -> None:
    assert direction(text) == way


def _alone(texts: list[str]) -> list[tuple[str, list[int]]]:
    fold_texts(["another batch, so that nothing of this one is remembered"])
    return [(f.text, f.offsets.tolist()) for f in map(fold, texts)]


@given(st.lists(ANYTHING, max_size=6))
@example(["a", "", "\U0010ffff", "a\U0010ffffb\n", "\ufdfa f u c k", "  b4d $ir  ", "!!!!"])
@example(["a  a", "a.b.c.d", "f  u  c  k", "sh1t", "aaa4a", "\n\n", "\ud800"])
def test_fold_texts_gives_what_each_text_gives_alone(texts: list[str]) -> None:
    alone = _alone(texts)
    together = fold_texts(texts)
    assert together == [text for text, _ in alone]
    assert [(f.text, f.offsets.tolist()) for f in map(fold, texts)] == alone


@pytest.mark.parametrize("text", HOSTILE)
def test_fold_texts_gives_the_same_on_hostile_text(text: str) -> None:
    assert fold_texts([text, "a", text])[0] == _alone([text])[0][0]


def test_fold_texts_of_nothing_is_nothing() -> None:
    assert fold_texts([]) == []


@given(st.lists(ANYTHING | st.text("ab'’_1 \n٣é"), max_size=5))
def test_split_words_finds_what_a_pattern_finds(texts: list[str]) -> None:
    words = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
    letters = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
    assert split_words(texts, ALNUM, "'") == [words.findall(t) for t in texts]
    assert split_words(texts, LETTER, "'’") == [letters.findall(t) for t in texts]
