"""What was written to learn from: it parses, names nobody, and holds both sides in several lots."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import numpy as np
import pytest
from scipy import sparse  # pyright: ignore[reportMissingTypeStubs]

from data.model import Language
from data.reading import FeedbackKind
from moderation.signals.grams import SIZE
from moderation.signals.tongue import BY_SENTENCE
from moderation.signals.weights import Weights
from moderation.texts.text import fold_text
from moderation.training.written import WRITTEN, folded, sentences_of

LANGUAGES = (Language.EN, Language.UR, Language.UR_LATN, Language.AR)
EVERY = [(head, language) for head in BY_SENTENCE for language in LANGUAGES]


@pytest.mark.parametrize(("head", "language"), EVERY)
def test_each_lot_holds_as_much_that_is_found_as_is_civil(head: str, language: Language) -> None:
    said = sentences_of(head, language)
    lots = Counter((s.lot, s.found) for s in said)
    assert {lot for lot, _ in lots} == {1, 2, 3}
    for lot in (1, 2, 3):
        assert 0.8 < lots[lot, True] / lots[lot, False] < 1.25


@pytest.mark.parametrize(("head", "language"), EVERY)
def test_every_slot_is_filled_and_no_sentence_stands_twice(head: str, language: Language) -> None:
    texts = [s.text for s in sentences_of(head, language)]
    assert not [t for t in texts if "{" in t or "}" in t]
    assert len({fold_text(t) for t in texts}) == len(texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_hatred_is_written_of_a_slot_and_the_name_joins_its_preposition(language: Language) -> None:
    lines = (WRITTEN / f"hatred.{language.value}.jsonl").read_text("utf-8").splitlines()
    assert all("{people}" in json.loads(line)["text"] for line in lines)
    assert not [s.text for s in sentences_of("hatred", language) if "للال" in s.text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_feedback_is_written_a_hundred_times(language: Language) -> None:
    lines = (WRITTEN / f"feedback.{language.value}.jsonl").read_text("utf-8").splitlines()
    kinds = Counter(kind for line in lines for kind in json.loads(line)["kinds"])
    assert set(kinds) == {k.value for k in FeedbackKind}
    assert min(kinds.values()) >= 100


def test_short_table_weighs_what_it_weighed_in_training() -> None:
    rng = np.random.default_rng(1)
    ids = rng.integers(0, SIZE, 50)
    counted = sparse.csr_matrix((np.ones(50), (np.zeros(50, int), ids)), shape=(1, SIZE))
    short: Any = folded(counted)
    small = rng.integers(-127, 128, 1 << 15).astype(np.int8)
    weights = Weights.companded(small, 2.0)
    assert weights.small.size == SIZE
    table = weights.curve[small.view(np.uint8)]
    assert float((short @ table)[0]) == pytest.approx(
        float(weights.of(ids.astype(np.uint32)).sum())
    )
