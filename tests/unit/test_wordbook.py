"""Words weighed once and kept must give what summing every feature of a text gives."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import Language
from moderation.signals import grams, wordbook
from moderation.signals.builtin import load_builtin
from moderation.signals.hidden import HiddenWords
from moderation.signals.kernels import run_sums
from moderation.signals.weights import Tables, Weights
from moderation.signals.wordbook import WordBook
from moderation.texts import chunks
from moderation.texts.page import Page

ENGINE = load_builtin()
chance = np.random.default_rng(5)
TABLES = {
    name: Weights.companded(chance.integers(-127, 128, grams.SIZE).astype(np.int8), 0.7)
    for name in ("toxicity", "slur", "said")
}
words = st.text(st.sampled_from("abcdehiky0*'.-!ہےکا"), max_size=9)
texts = st.lists(st.lists(words, max_size=9).map(" ".join), min_size=1, max_size=5)


def book(*, roman: bool) -> WordBook:
    heads = {"toxicity": TABLES["toxicity"], "slur": TABLES["slur"]}
    nothing_hides = HiddenWords({}, frozenset(), blind=frozenset())
    return WordBook(heads, {"toxicity": TABLES["said"]}, nothing_hides, roman=roman)


def plainly(features: list[grams.Grams], table: Weights, count: int) -> np.ndarray:
    ids = np.concatenate([g.ids for g in features])
    owner = np.concatenate([g.owner for g in features])
    root = np.sqrt(np.maximum(np.bincount(owner, minlength=count), 1))
    return np.bincount(owner, table.of(ids), count) / root


@settings(max_examples=150, deadline=None)
@given(texts, st.booleans())
def test_book_sums_what_all_features_weigh(given: list[str], roman: bool) -> None:
    sheet = grams.lay_out(given)
    every, said = grams.features(sheet, roman=roman), grams.word_features(sheet, roman=roman)
    found = book(roman=roman).raw([t.split(" ") for t in given], ["toxicity", "slur"], judged=True)
    slur = plainly(every, TABLES["slur"], len(given))
    toxicity = plainly(every, TABLES["toxicity"], len(given))
    toxicity += plainly(said, TABLES["said"], len(given))
    assert found["slur"] == pytest.approx(slur, abs=1e-9)
    assert found["toxicity"] == pytest.approx(toxicity, abs=1e-9)


def test_book_that_is_full_starts_anew_and_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordbook, "_MOST", 20)
    small = book(roman=True)
    lines = [[f"word{n}" for n in range(start, start + 6)] for start in range(0, 300, 3)]
    found = [small.raw([line], ["slur"], judged=True)["slur"][0] for line in lines]
    assert found == pytest.approx(book(roman=True).raw(lines, ["slur"], judged=True)["slur"])
    assert small.age > 5


@settings(max_examples=150, deadline=None)
@given(texts, st.booleans())
def test_pairs_of_one_text_have_the_ids_they_have_in_a_batch(given: list[str], roman: bool) -> None:
    sheet = grams.lay_out(given[:1])
    said = grams.words_of(sheet)
    heard = grams.words_of(grams.sounds(sheet)) if roman else None
    sounding = (heard.hashes, heard.owner) if heard else None
    batch = grams.pair_features(said.hashes, said.owner, sounding)
    alone = grams.pair_ids(said.hashes, heard.hashes if heard else None)
    assert alone.tolist() == np.concatenate([g.ids for g in batch]).tolist()


COMMENTS = [
    "bijli nahi aa rahi kab tak?",
    "tum sab kutte ho",
    "you stupid idiots",
    "the road is broken, please repair it",
    "f u c k this",
    "har ami log",
    "",
    "a b",
    "سڑک خراب ہے",
    "the road is broken, please repair it " * 9,
    "\ufdfa " * 300,  # each becomes four words
]


@pytest.mark.parametrize("language", [Language.EN, Language.UR_LATN, Language.UR, Language.MIXED])
def test_comment_alone_is_scored_as_among_others(language: Language) -> None:
    together = ENGINE.score(COMMENTS, [language] * len(COMMENTS))
    for _ in range(2):  # the second time its chunks are remembered
        for comment, score in zip(COMMENTS, together, strict=True):
            alone = ENGINE.score([comment], [language])[0]
            assert (alone.spans, alone.note) == (score.spans, score.note)
            assert alone.toxicity == pytest.approx(score.toxicity, abs=1e-12)
            assert dict(alone.kinds) == pytest.approx(dict(score.kinds), abs=1e-12)


lone = st.text(st.sampled_from("abcdehiky09*'.-!,ہےکاé😀 "), max_size=64)


@settings(max_examples=300, deadline=None)
@given(lone, st.booleans())
def test_one_text_alone_is_weighed_as_among_others_to_the_last_bit(text: str, roman: bool) -> None:
    names = ("toxicity", "slur")
    found = book(roman=roman).raw([["ab"], text.split(" "), ["c"]], names, judged=True)
    lone = book(roman=roman).lone
    alone = lone.raw(lone.words([text])[0], names)
    assert alone == {name: found[name][1] for name in names}


@pytest.mark.parametrize("language", [Language.EN, Language.UR_LATN, Language.UR, Language.AR])
def test_raw_toxicity_of_one_comment_is_that_among_others_to_the_last_bit(
    language: Language,
) -> None:
    together = ENGINE.raw_toxicity(COMMENTS, [language] * len(COMMENTS))
    for comment, raw in zip(COMMENTS, together.tolist(), strict=True):
        assert ENGINE.raw_toxicity([comment], [language]).tolist() == [raw]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, grams.SIZE - 1), min_size=1, max_size=3000), st.randoms())
def test_sums_are_the_same_to_the_last_bit_in_whatever_order(ids: list[int], by: Random) -> None:
    weighed = [TABLES["slur"].of(np.array([i], dtype=np.uint32))[0] for i in ids]
    whole = math.fsum(weighed)
    tables = Tables([TABLES["toxicity"], TABLES["slur"]])
    found = tables.found(np.array(by.sample(ids, len(ids)), dtype=np.uint32))[:, 1]
    assert found.sum() == whole
    runs = np.array([0, 0, len(ids), len(ids)])
    assert run_sums(found, runs).tolist() == [0.0, whole, 0.0]


def test_head_asked_for_later_is_as_if_it_was_asked_for_at_once() -> None:
    page = Page(COMMENTS[:4])
    later, at_once = book(roman=True), book(roman=True)
    later.raw_on(page, ["toxicity"])
    found, whole = later.raw_on(page, ["slur"]), at_once.raw_on(page, ["toxicity", "slur"])
    assert found["slur"].tolist() == whole["slur"].tolist()
    assert later.raw_on(page, ["toxicity"])["toxicity"].tolist() == whole["toxicity"].tolist()


def test_page_is_weighed_as_its_texts_and_again_with_a_new_book_of_chunks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours, theirs = book(roman=True), book(roman=True)
    texts = ["bijli nahi aa", "no.way out", "aa out bijli"]
    want = theirs.raw([t.split(" ") for t in texts], ["slur"], judged=False)["slur"].tolist()
    assert ours.raw_on(Page(texts), ["slur"])["slur"].tolist() == want
    monkeypatch.setattr(chunks, "MOST", 0)  # each page begins a book of chunks anew
    for _ in range(2):
        assert ours.raw_on(Page(texts), ["slur"])["slur"].tolist() == want


def test_words_are_as_loud_the_second_time_they_are_asked_for() -> None:
    tongue = ENGINE.tongues[Language.EN]
    said = ["idiot", "road", "idiot", "never-met-before"]
    first = tongue.loudness(said)
    assert tongue.loudness(said).tolist() == first.tolist()
    assert tongue.loudness(["road"])[0] == pytest.approx(first[1], abs=1e-12)
