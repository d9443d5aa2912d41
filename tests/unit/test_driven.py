"""The stretch that explains a sentence: whole clauses, inside the text, never small words alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from moderation.signals.driven import Floats, driving
from moderation.signals.function_words import function_words
from moderation.signals.hidden import Token
from moderation.texts.text import fold

LOUD = {"your": 2.0, "house": 1.0, "burn": 3.0, "night": 0.5, "please": -1.0}


def weigh(judged: Sequence[str]) -> Floats:
    """A head that knows some words."""
    return np.array([sum(LOUD.get(word, 0.0) for word in text.split()) for text in judged])


def stretch(text: str) -> str | None:
    folded = fold(text)
    tokens = [Token(m[0], *m.span()) for m in re.finditer(r"\w+", folded.text)]
    found = driving(folded, tokens, weigh)
    if found is None:
        return None
    start, end = folded.original(*found)
    assert 0 <= start < end <= len(text)
    return text[start:end]


def test_clause_that_lowers_the_score_most_is_told() -> None:
    assert stretch("Please look at it, we burn your house tonight, and thanks.") == (
        "we burn your house tonight"
    )


def test_loudest_sentence_speaks() -> None:
    assert stretch("Your bill came. We burn it! Your house is far.") == "We burn it"


def test_small_word_that_drove_it_takes_the_nearest_word_that_tells_something() -> None:
    far = " ".join(f"paper{n}" for n in range(20))
    assert stretch(f"{far} to your clerk {far}") == "your clerk"


def test_of_small_words_alone_nothing_is_told() -> None:
    assert stretch("you will be with your own") is None
    assert stretch("...") is None
    assert stretch("12 34") is None


def test_long_sentence_without_marks_is_not_marked_whole() -> None:
    far = " ".join(f"paper{n}" for n in range(30))
    assert stretch(f"{far} we burn your house {far}") == "burn your house"


@given(st.text(alphabet="ab your burn, .!?؟۔house\u200cپان\n", max_size=120))
def test_stretch_lies_inside_any_text_and_holds_a_word_that_tells_something(text: str) -> None:
    found = stretch(text)
    if found is not None:
        words = re.findall(r"\w+", fold(found).text)
        assert any(word not in function_words() for word in words)


def test_thousands_of_sentences_are_looked_at_once() -> None:
    asked: list[int] = []

    def counting(judged: Sequence[str]) -> Floats:
        asked.append(len(judged))
        return weigh(judged)

    folded = fold("house burns. " * 2000)
    tokens = [Token(m[0], *m.span()) for m in re.finditer(r"\w+", folded.text)]
    assert driving(folded, tokens, counting) is not None
    assert asked == [2000, 3]
