"""A page must tell of each comment what reading the whole comment tells: checked side by side."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.policies.policy_document import Lists
from moderation.signals.by_rule import lexicon_with
from moderation.signals.by_rule_page import page_by_rule, whole_by_rule
from moderation.signals.lexicon import PageWords, Place, Words, words_of
from moderation.signals.looks import FEW
from moderation.signals.mention import SIGNS
from moderation.signals.sentiment import sentiment_of
from moderation.texts.chunks import MOST
from moderation.texts.folding import fold_alone, fold_text_alone
from moderation.texts.language import page_languages, read_languages
from moderation.texts.page import LONGEST, Page
from moderation.texts.text import fold, fold_text, fold_texts
from tests.unit.rules_helpers import unasked

_PARTS = [
    *"abdeikmnostu .,!?*@#$0135'-_/:",
    *"کتاہےںبچلسور",
    *("آ", "ئ", "ي", "\u0301", "\u200c", "\u202e", "😀", "é", "ﷺ", "\0", "\n", "٣", "𝐚", "ф"),
    *(" idiot ", " kutta ", " tum sab ", " ke bache", "http://", "www.", ".com", " bijli nahi "),
    *(" 0300-1234567 ", " 35202-1234567-1 ", " house no 12 street 4 ", " f u c k ", " k*tta "),
    *(" SHOUTING OUT LOUD ", " please fix the road ", " سڑک خراب ہے ", " الشارع ", " win prize "),
    *(" wir haben ", " ist ", " nuestra calle "),
    *(" a@b.pk ", " PK36SCBL0000001123456702 ", " h no 4 street 2 ", " niii "),
    *(" \U0010ffff ", "\ud800"),
]  # fmt: skip
comments = st.lists(st.sampled_from(_PARTS), max_size=25).map("".join)
many = st.lists(comments, min_size=1, max_size=8)
LISTS = Lists(watch_words=("bijli",), official_domains=("a.pk",))


def even_page(texts: list[str]) -> Page:
    page = Page(texts)
    return page.part(np.flatnonzero(page.even).tolist())


@settings(max_examples=300, deadline=None)
@given(many)
def test_page_folds_and_splits_as_the_whole_text_does(texts: list[str]) -> None:
    page = even_page(texts)
    for i, whole in enumerate(words_of(page.texts)):
        assert page.folded(i) == fold_text(page.texts[i])
        words = PageWords(page, i)
        assert words.words == whole.words
        for n in range(len(whole.words)):
            place = Place(n, min(n + 1, len(whole.words) - 1))
            assert words.span(place, "x") == whole.span(place, "x")


@settings(max_examples=300, deadline=None)
@given(many)
def test_page_tells_the_languages_that_whole_texts_tell(texts: list[str]) -> None:
    page = even_page(texts)
    assert page_languages(page) == read_languages(page.texts)


@settings(max_examples=300, deadline=None)
@given(many, st.sampled_from((0, FEW)))
def test_page_gives_the_signals_that_each_rule_gives_unasked(texts: list[str], more: int) -> None:
    page = even_page([*texts, *["so be it"] * more])  # a few texts are read otherwise than many
    lexicon = lexicon_with(LISTS.watch_words)
    rules = page_by_rule(page, lexicon, LISTS)
    for i, text in enumerate(page.texts):
        words = Words(text)
        cues = lexicon.find(words.words)
        alone = whole_by_rule([words], lexicon, LISTS)
        signals = unasked(words, cues, alone.kinds[0], LISTS)
        assert rules.kinds[i] == alone.kinds[0]
        assert rules.moods[i] == alone.moods[0] == sentiment_of(words, cues)
        assert rules.signals(i) == alone.signals(0) == signals
        assert rules.speaks[i] or not any(s.value for s in signals if s.name != "feedback")
        assert rules.mentions[i] == (rules.told(i) is not None) == (not SIGNS.isdisjoint(cues))


def test_letters_spaced_over_chunks_are_looked_at_whole() -> None:
    assert Page(["you f u c k", "you are a dog", "", "x" * (LONGEST + 1)]).even.tolist() == [
        False,
        True,
        False,
        False,
    ]


def test_page_keeps_its_texts_apart() -> None:
    assert Page(["so a", "b c"]).even.tolist() == [True, True]  # "a b c" over two comments


def test_chunks_that_are_kept_are_bounded_and_old_pages_stay_whole() -> None:
    first = Page(["the first page"])
    for start in range(0, MOST + 1, MOST // 4):
        Page(
            [" ".join(f"n{start + n}" for n in range(i, i + 200)) for i in range(0, MOST // 4, 200)]
        )
    assert len(Page(["now"]).chunks.written) <= MOST
    assert first.folded(0) == "the first page"


@pytest.mark.parametrize("part", ["x", "bijli nahi hai idiot! ", "ﷺ ", "سڑک 😀\n"])
def test_very_long_text_folds_in_slices_as_in_one(part: str) -> None:
    text = part * (70_000 // len(part) + 1)
    whole = fold_alone(text)
    assert fold_text(text) == fold_texts([text])[0] == whole.text == fold_text_alone(text)
    assert (fold(text).offsets == whole.offsets).all()
