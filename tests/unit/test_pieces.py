"""Texts in pieces: by length and by sentences, the same on a page as one by one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from data.model import Language
from moderation.signals.judged import Worst
from moderation.signals.pieces import ARABIC, LATIN, runs_of, runs_on, sentences_of, sentences_on
from moderation.signals.tongue import Tongue
from moderation.texts.page import Page
from moderation.texts.text import fold_text


def sentences(texts: list[str], wanted: list[bool] | None = None) -> list[tuple[int, str]]:
    """Whose each sentence on a page of these texts is, and how it is folded."""
    page = Page(texts)
    found = sentences_on(page, np.array(wanted or [True] * len(texts)))
    cut = page.cut(found.starts, found.ends)
    return [(int(of), cut.folded(n)) for n, of in enumerate(found.owner.tolist())]


@pytest.mark.parametrize("texts", [
    ["One. Two! Three? Four", "alone", "alone."],
    ["کب تک؟ پانی دو۔ بس", "no end", "so... what?! yes."],
    ["a.b.c is no end of a sentence", "Dr. Khan came. He left."],
])  # fmt: skip
def test_sentences_on_a_page_are_those_of_each_text(texts: list[str]) -> None:
    one_by_one = [(n, s) for n, text in enumerate(texts) for s in sentences_of(fold_text(text))]
    assert sentences(texts) == one_by_one
    assert one_by_one


def test_a_line_ends_a_sentence_and_blank_lines_make_none() -> None:
    assert sentences(["\none line\n\n  two lines\nthree\n", "one line\n"]) == [
        (0, "one line"), (0, "two lines"), (0, "three"),
    ]  # fmt: skip


def test_only_wanted_texts_are_cut() -> None:
    assert sentences(["a b. c d.", "e f. g h."], [False, True]) == [(1, "e f."), (1, "g h.")]
    assert sentences(["a b. c d."], [False]) == []


@pytest.mark.parametrize(("script", "text"), [
    (LATIN, "یہ road بہت kharab hai 22 بس ok"),
    (ARABIC, "bijli نہیں ہے yar, بس 5 دن"),
    (ARABIC, "no such letters"),
])  # fmt: skip
def test_runs_of_other_letters_on_a_page_are_those_of_each_text(script: int, text: str) -> None:
    page = Page([text, text])
    found = runs_on(page, np.array([script, 0], dtype=np.uint8))
    cut = page.cut(found.starts, found.ends)
    assert [cut.folded(n) for n in range(found.owner.size)] == runs_of(fold_text(text), script)
    assert not found.owner.any()


class Head:
    def mapped(self, values: Any) -> Any:
        return values


def heard(whole: list[float], sentence: list[float], least: float) -> list[float]:
    heads = {"toxicity": Head(), "obscene": Head()}
    tongue = cast(Tongue, SimpleNamespace(heads=heads, language=Language.EN))
    worst = Worst(1)
    first, second = ({"toxicity": np.array([t]), "obscene": np.array([o])}
                     for t, o in (whole, sentence))  # fmt: skip
    worst.hear(tongue, first, np.array([0]), ["two words"].__getitem__)
    worst.hear(tongue, second, np.array([0]), ["two words"].__getitem__, least)
    found = worst.scores(["text"], {})
    return [float(found.toxicity[0]), float(found.kinds["obscene"][0])]


def test_a_sentence_below_its_bar_says_nothing() -> None:
    assert heard([0.2, 0.1], [0.59, 0.5], 0.6) == [0.2, 0.1]


def test_a_sentence_at_its_bar_speaks_and_silences_nothing_that_the_whole_said() -> None:
    assert heard([0.2, 0.1], [0.6, 0.5], 0.6) == [0.6, 0.5]
    assert heard([0.2, 0.4], [0.7, 0.3], 0.6) == [0.7, 0.4]


@pytest.mark.parametrize(("said", "score"), [
    ("yours too", 0.0), ("your kids", 0.0), ("@user you", 0.0), ("your kids burn", 0.9),
])  # fmt: skip
def test_menace_is_heard_only_in_a_piece_that_says_something(said: str, score: float) -> None:
    heads = {"toxicity": Head(), "menace": Head()}
    tongue = cast(Tongue, SimpleNamespace(heads=heads, language=Language.EN))
    worst = Worst(1)
    raw = {"toxicity": np.array([0.1]), "menace": np.array([0.9])}
    worst.hear(tongue, raw, np.array([0]), [[said]].__getitem__)
    assert worst.scores(["text"], {}).kinds["menace"].tolist() == [score]
