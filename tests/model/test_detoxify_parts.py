"""The detoxify engine without torch: batches, failures, patience, remembered scores, labels."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import Flag, Language, text_sha256
from moderation.judging.policy import DEFAULT_POLICY, judge
from moderation.judging.read import Reader
from moderation.signals.detoxify_engine import DetoxifyEngine
from moderation.signals.detoxify_loader import Loaded
from moderation.signals.detoxify_variants import (
    SEVEN,
    SIX,
    SIXTEEN,
    VARIANTS,
    CheckpointRefused,
    kinds_of,
    plain_labels,
    recognised,
)
from moderation.signals.engine import EngineScore
from moderation.signals.in_time import InTime, TooSlow
from moderation.signals.score_store import RecentScores, key_of
from moderation.signals.windows import batches

LONGEST = 10
QUICK = [f"{n:03}" for n in range(32)]  # a batch full of texts of one word of three letters


class WordTokens:
    """A tokenizer in small: a word is a token, its number is the word's length; 1 and 2 frame."""

    pad_token_id = 0

    def __call__(self, texts: Sequence[str], *, max_length: int, stride: int, **_: Any) -> Any:
        owners: list[int] = []
        ids: list[list[int]] = []
        for owner, text in enumerate(texts):
            words = [len(w) for w in text.split()]
            step = max_length - 2 - stride
            for at in range(0, max(len(words) - stride, 1), step):
                owners.append(owner)
                ids.append([1, *words[at : at + max_length - 2], 2])
        return {"overflow_to_sample_mapping": owners, "input_ids": ids}


class Longest:
    """A model in small: toxicity is a tenth of the longest word; counts what it is asked."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def __call__(self, windows: Sequence[Sequence[int]]) -> list[list[float]]:
        self.batches.append(len(windows))
        return [[max(w) / 10, 0.0, 0.1, 0.2, 0.3, 0.4] for w in windows]


class Failing(Longest):
    """Fails for a batch that holds a word of nine letters."""

    def __call__(self, windows: Sequence[Sequence[int]]) -> list[list[float]]:
        if any(9 in w for w in windows):
            self.batches.append(-len(windows))
            raise RuntimeError("out of memory: secret text")
        return super().__call__(windows)


class Hanging(Longest):
    """Hangs on a word of nine letters until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()
        self.done = threading.Event()

    def __call__(self, windows: Sequence[Sequence[int]]) -> list[list[float]]:
        if any(9 in w for w in windows):
            self.let_go.wait(30)
            self.done.set()
        return super().__call__(windows)


def an_engine(forward: Any = None, **told: Any) -> DetoxifyEngine:
    loaded = Loaded(
        model=None, tokenizer=WordTokens(), labels=SIX, variant=VARIANTS[0], longest=LONGEST
    )
    return DetoxifyEngine(loaded, told.pop("version", "v1"), forward=forward or Longest(), **told)


def scored(engine: DetoxifyEngine, *texts: str) -> list[EngineScore]:
    return engine.score(texts, [Language.EN] * len(texts))


def toxicities(engine: DetoxifyEngine, *texts: str) -> list[float | None]:
    return [s.toxicity for s in scored(engine, *texts)]


# ------------------------------------------------------------------------------ batches


@given(st.lists(st.integers(1, 600), max_size=200))
def test_batches_hold_each_position_once_within_both_limits(lengths):
    found = list(batches(lengths))
    assert sorted(i for batch in found for i in batch) == list(range(len(lengths)))
    for batch in found:
        padded = len(batch) * max(lengths[i] for i in batch)
        assert len(batch) <= 32
        assert padded <= 1024 or len(batch) == 1


def test_batches_put_texts_of_like_length_together():
    assert list(batches([5, 500, 6, 500, 7])) == [[0, 2, 4], [1, 3]]


# ------------------------------------------------------------------------------ scores


@given(st.lists(st.lists(st.integers(1, 8), max_size=40), max_size=40))
def test_each_text_gets_its_worst_window_in_order(lengths):
    texts = [" ".join("x" * n for n in words) for words in lengths]
    expected = [max([2, *words]) / 10 for words in lengths]
    assert toxicities(an_engine(), *texts) == expected


def test_kinds_are_ours_and_come_from_the_labels():
    (score,) = scored(an_engine(), "hello")
    assert score.kinds == {"obscene": 0.1, "threat": 0.2, "insult": 0.3, "slur": 0.4}


def test_as_many_languages_as_texts_are_needed():
    with pytest.raises(ValueError, match="1 texts but 0 languages"):
        an_engine().score(["a"], [])


def test_text_in_another_language_never_reaches_the_model():
    forward = Longest()
    scores = an_engine(forward).score(["aaa", "bbbb"], [Language.UR_LATN, Language.EN])
    assert [s.toxicity for s in scores] == [None, 0.4]
    assert forward.batches == [1]


def test_number_that_is_none_counts_as_not_judged():
    engine = an_engine(lambda windows: [[float("nan")] * 6 for _ in windows])
    assert toxicities(engine, "hello") == [None]


# ------------------------------------------------------------------------------ failures


def test_failing_batch_leaves_its_texts_unjudged_and_the_others_judged():
    bad, *quick = scored(an_engine(Failing()), "one bbbbbbbbb", *QUICK)
    assert {q.toxicity for q in quick} == {0.3}
    assert bad.toxicity is None
    assert "RuntimeError" in bad.note
    assert "secret" not in bad.note


def test_dead_model_is_soon_left_alone_and_nothing_is_clean():
    forward = Failing()
    texts = [f"bbbbbbbbb {n:03}" for n in range(320)]
    assert set(toxicities(an_engine(forward), *texts)) == {None}
    assert forward.batches == [-32, -32, -32]


def test_slow_model_leaves_the_rest_not_checked_and_recovers_when_it_is_done():
    forward = Hanging()
    engine = an_engine(forward, seconds=0.5)
    slow, *quick = scored(engine, "one bbbbbbbbb", *QUICK)
    assert {q.toxicity for q in quick} == {0.3}, "short texts are judged first"
    assert slow.toxicity is None
    assert "within 0.5 s" in slow.note
    (waiting,) = scored(engine, "cccc")
    assert waiting.toxicity is None
    assert "still busy" in waiting.note
    forward.let_go.set()
    assert forward.done.wait(30)
    assert toxicities(engine, "cccc") == [0.4]


@pytest.mark.parametrize("forward", [Failing(), lambda windows: [[2.0] * 6 for _ in windows]])
def test_comment_that_a_broken_model_judged_is_not_checked_and_never_clean(forward):
    (reading,) = Reader(an_engine(forward)).read(["they are nuisances bbbbbbbbb here"])
    assert reading.value("toxicity") is None
    assert judge(reading, DEFAULT_POLICY).flag is Flag.NOT_CHECKED


def test_tokenizer_that_fails_leaves_the_texts_unjudged():
    loaded = Loaded(
        model=None,
        tokenizer=lambda *_, **__: 1 / 0,
        labels=SIX,
        variant=VARIANTS[0],
        longest=LONGEST,
    )
    (score,) = scored(DetoxifyEngine(loaded, "v1", forward=Longest()), "hello")
    assert score.toxicity is None
    assert "ZeroDivisionError" in score.note


# ------------------------------------------------------------------------------ patience


def test_job_gives_its_answer_or_what_it_raises():
    worker = InTime(5)
    assert worker.ask(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        worker.ask(lambda: 1 / 0)
    with pytest.raises(TimeoutError):
        worker.ask(_own_timeout)
    assert worker.ask(lambda: 8) == 8


def _own_timeout() -> None:
    raise TimeoutError("a timeout of the job's own")


def test_one_that_asks_while_another_is_served_waits_no_longer_than_its_patience():
    worker, let_go, begun = InTime(0.2), threading.Event(), threading.Event()
    heard: list[Exception] = []

    def occupy() -> None:
        try:
            worker.ask(lambda: (begun.set(), let_go.wait(30)))
        except TooSlow as error:
            heard.append(error)

    first = threading.Thread(target=occupy)
    first.start()
    begun.wait(10)
    with pytest.raises(TooSlow):
        worker.ask(lambda: 1)
    first.join(10)
    let_go.set()
    assert len(heard) == 1


# ------------------------------------------------------------------------------ remembered scores


def test_same_text_is_judged_once_and_within_a_batch_too():
    forward = Longest()
    engine = an_engine(forward)
    assert toxicities(engine, "aaa", "bb", "aaa") == [0.3, 0.2, 0.3]
    assert toxicities(engine, "bb", "aaa") == [0.2, 0.3]
    assert forward.batches == [2]


def test_another_version_judges_anew():
    store, forward = RecentScores(), Longest()
    for version in ("v1", "v2", "v1"):
        scored(an_engine(forward, store=store, version=version), "aaa")
    assert forward.batches == [1, 1]


def test_failure_is_never_remembered():
    store = RecentScores()
    assert toxicities(an_engine(Failing(), store=store), "bbbbbbbbb") == [None]
    assert len(store) == 0
    assert toxicities(an_engine(Longest(), store=store), "bbbbbbbbb") == [0.9]


def test_only_the_latest_used_scores_are_kept():
    store = RecentScores(most=2)
    a, b, c = (key_of(t, "e", "v") for t in "abc")
    score = EngineScore(toxicity=0.1)
    store.put({a: score, b: score})
    store.get([a])
    store.put({c: score})
    assert set(store.get([a, b, c])) == {a, c}


def test_key_of_a_kept_text_is_its_revisions_hash():
    assert key_of("ہماری سڑک", "e", "v").text_sha256 == text_sha256("ہماری سڑک")


# ------------------------------------------------------------------------------ labels


def test_old_label_names_are_read_by_their_new_ones():
    old = ("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate")
    assert plain_labels(old) == SIX


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: v.name)
def test_each_variant_is_recognised_by_model_and_labels_in_any_order(variant):
    for labels in variant.labels:
        assert recognised(variant.model, labels[::-1], len(labels)) is variant
        assert "ur" not in variant.languages


def test_seven_labels_on_sixteen_outputs_are_the_published_unbiased():
    found = recognised("RobertaForSequenceClassification", SEVEN, 16)
    assert found.name == "unbiased"
    with pytest.raises(CheckpointRefused, match="12 outputs"):
        recognised("RobertaForSequenceClassification", SEVEN, 12)


def test_label_named_twice_is_refused():
    with pytest.raises(CheckpointRefused):
        recognised("BertForSequenceClassification", (*SIX[:5], "toxicity"), 6)


def test_kind_is_the_higher_of_its_labels_and_groups_are_no_kind():
    scores = dict.fromkeys(SIXTEEN, 0.2) | {"sexual_explicit": 0.7, "muslim": 0.99}
    assert kinds_of(scores) == {"obscene": 0.7, "threat": 0.2, "insult": 0.2, "slur": 0.2}
    assert kinds_of({"toxicity": 0.9}) == {}
