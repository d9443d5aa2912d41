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
from moderation.training.meant import Meant
from moderation.training.net import Ground
from moderation.training.written import WRITTEN, folded, sentences_of

LANGUAGES = (Language.EN, Language.UR, Language.UR_LATN, Language.AR)
EVERY = [(head, language) for head in BY_SENTENCE for language in LANGUAGES]


@pytest.mark.parametrize(("head", "language"), EVERY)
def test_each_lot_holds_as_much_that_is_found_as_is_civil(head: str, language: Language) -> None:
    said = sentences_of(head, language)
    lots = Counter((s.lot, s.found) for s in said)
    every = {lot for lot, _ in lots}
    assert every in ({1, 2, 3}, {1, 2, 3, 4})
    for lot in every:
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


# What the first two lots say of a kind of word; the third says it with a word of like meaning.
_BAD = ("vermin filth scum", "rats plague")
_GOOD = ("neighbours friends guests", "teachers doctors")


def _net_of_two_lots() -> Meant:
    """Sentences of which the last lot uses words that taught nothing, and vectors that know which
    words are alike."""
    said = [(w, n, bad) for bad, kinds in ((True, _BAD), (False, _GOOD))
            for n, words in enumerate(kinds) for w in words.split()]  # fmt: skip
    listed = [w for w, _, _ in said] + ["we", "know", "them", "as"]
    vectors = np.random.default_rng(5).normal(0, 0.05, (len(listed) + 1, 64)).astype("f4")
    vectors[0] = 0
    for n, (_, _, bad) in enumerate(said, start=1):
        vectors[n, 0] += 1.0 if bad else -1.0
    ground = Ground(pieces={w: n for n, w in enumerate(listed, start=1)}, vectors=vectors)
    rows = [row for row in said for _ in range(40)]
    label = np.array([bad for _, _, bad in rows])
    texts = [f"we know them as {w}" for w, _, _ in rows]
    return Meant.of("hatred", ground, texts, label, np.ones(label.size), seed=1)


def test_net_tells_hatred_in_words_that_it_never_met_by_their_likeness_to_others() -> None:
    meant = _net_of_two_lots()
    lot = np.array([40 * [n] for n in (0, 0, 0, 1, 1) * 2]).ravel()
    share, label = meant.learnt(lot == 0), meant.lesson.label > 0
    raw = np.full(label.size, 1.0)
    found, taught = meant.moved(share, raw[lot == 1], lot == 1), label[lot == 1]
    assert found[taught].min() > 1.0 > found[~taught].max()
    again = meant.learnt(lot == 0)
    assert share.table.tobytes() == again.table.tobytes()


def test_ordinary_talk_teaches_the_net_from_some_rows_alone() -> None:
    ground = Ground(pieces={"we": 1}, vectors=np.zeros((2, 64), "f4"))
    weight = np.append(np.ones(10), np.full(4000, 0.2))
    meant = Meant.of("menace", ground, ["we"] * 4010, np.zeros(4010, bool), weight, seed=1)
    assert meant.kept[:10].all()
    assert 2000 < meant.kept.sum() < 3000
    assert meant.lesson.weight[0] > meant.lesson.weight[-1] > 0.2 * meant.lesson.weight[0]
