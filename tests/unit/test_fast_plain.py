"""The kernels of the optional form `fast`, run as plain Python: on every machine, numba or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from data.reading import Language
from moderation.signals.builtin import BuiltinEngine
from tests.unit.fast_form import Always, engine, plain_python, texts_of


@pytest.fixture(scope="module")
def numpy_form() -> BuiltinEngine:
    return engine()


@pytest.fixture(scope="module")
def quick(numpy_form: BuiltinEngine) -> Iterator[Any]:
    with plain_python() as module:
        doubts = {c: d for c, d in numpy_form._doubts.items() if d is not None}
        yield module.Quick(numpy_form.tongues, doubts)


@pytest.mark.parametrize("code", [Language.EN, Language.UR, Language.UR_LATN, Language.AR])
def test_plain_kernels_say_to_the_last_bit_what_numpy_says(
    code: Language, quick: Any, numpy_form: BuiltinEngine
) -> None:
    texts = texts_of(numpy_form, code, 160)
    languages = [code] * len(texts)
    want = numpy_form.raw_toxicity(texts, languages)
    assert np.array_equal(quick.raw_toxicity(texts, languages), want)
    assert np.array_equal(quick.raw_toxicity(texts, languages), want)  # now all are known


def test_a_text_is_worth_the_same_alone_and_among_others(
    quick: Any, numpy_form: BuiltinEngine
) -> None:
    texts = texts_of(numpy_form, Language.EN, 40, seed=2)
    whole = quick.raw_toxicity(texts, [Language.EN] * len(texts))
    assert [quick.raw_toxicity([t], [Language.EN])[0] for t in texts] == whole.tolist()


def test_whole_answers_with_kinds_and_spans_are_the_same(
    quick: Any, numpy_form: BuiltinEngine
) -> None:
    codes = [Language.EN, Language.UR, Language.UR_LATN, Language.MIXED]
    texts = [t for code in codes[:3] for t in texts_of(numpy_form, code, 30, seed=3)]
    texts.append("the road is broken and nobody comes, we wrote to them " * 12)  # in pieces
    languages = [codes[n % 4] for n in range(len(texts))]
    want = numpy_form.score(texts, languages)
    with_kernels = engine()
    with_kernels.offer = Always(quick)  # type: ignore[assignment]
    assert with_kernels.score(texts, languages) == want


def test_a_book_that_is_full_begins_anew_and_says_the_same(
    quick: Any, numpy_form: BuiltinEngine
) -> None:
    tongue = quick._tongue(Language.UR_LATN, ("toxicity",))
    texts = texts_of(numpy_form, Language.UR_LATN, 60, seed=4)
    want = quick.raw_toxicity(texts, [Language.UR_LATN] * len(texts))
    room = tongue._book.sizes[2:].copy()
    tongue._book.sizes[2:] = 2100, 4200  # of a book: little more than the longest text may need
    try:
        for _ in range(2):
            again = quick.raw_toxicity(texts, [Language.UR_LATN] * len(texts))
            assert np.array_equal(again, want)
    finally:
        tongue._book.sizes[2:] = room


def test_a_language_without_tables_is_worth_nothing(quick: Any) -> None:
    assert quick.raw_toxicity(["anything"], [Language.PNB]).tolist() == [0.0]
