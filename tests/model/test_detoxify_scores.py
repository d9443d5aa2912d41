"""The detoxify engine beside the package's own predict, on tiny models made here."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from data.model import Coverage, Flag, Language
from moderation.judging.policy import DEFAULT_POLICY, judge
from moderation.judging.read import Reader
from moderation.signals.detoxify_engine import LONGEST_TEXT, DetoxifyEngine
from moderation.signals.detoxify_loader import load_checkpoint
from moderation.signals.detoxify_variants import SEVEN
from tests.model.detoxify_helpers import (
    ORIGINAL,
    SENTENCES,
    a_tiny,
    an_unbiased,
    need_torch,
    own_detoxify,
)

CLOSE = 1e-4  # sums in another order; the published tolerance of fp32 batches
FAMILIES = [("bert", ORIGINAL, 6), ("albert", ORIGINAL, 6), ("roberta", SEVEN, 16)]
FAMILIES += [("xlm-roberta", SEVEN, 16)]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("tried to reach the network")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(autouse=True)
def torch() -> Any:
    return need_torch()


def an_engine(tiny: Any, **told: Any) -> DetoxifyEngine:
    return DetoxifyEngine(load_checkpoint(tiny.checkpoint, tiny.config, tiny.sha256), "v1", **told)


def english(texts: list[str]) -> list[Language]:
    return [Language.EN] * len(texts)


@pytest.mark.parametrize(("family", "classes", "outputs"), FAMILIES)
def test_scores_are_those_of_the_packages_own_predict(tmp_path, family, classes, outputs):
    tiny = a_tiny(tmp_path, family=family, classes=classes, outputs=outputs)
    own = own_detoxify(tiny)
    short = [t for t in SENTENCES if len(own.tokenizer(t)["input_ids"]) <= 64]
    assert len(short) > 40
    scores = an_engine(tiny).score(short, english(short))
    told = own.predict(short)
    assert [s.toxicity for s in scores] == pytest.approx(told["toxicity"], abs=CLOSE)
    for kind, label in (("insult", "insult"), ("threat", "threat"), ("slur", "identity_attack")):
        assert [s.kinds[kind] for s in scores] == pytest.approx(told[label], abs=CLOSE)
    if "sexual_explicit" in told:
        both = zip(told["obscene"], told["sexual_explicit"], strict=True)
        assert [s.kinds["obscene"] for s in scores] == pytest.approx(
            [max(pair) for pair in both], abs=CLOSE
        )


def test_scores_do_not_depend_on_what_else_is_in_the_batch_nor_on_its_order(tmp_path):
    tiny = a_tiny(tmp_path)
    together = an_engine(tiny).score(SENTENCES, english(SENTENCES))
    engine = an_engine(tiny)
    alone = [engine.score([t], [Language.EN])[0] for t in reversed(SENTENCES)][::-1]
    assert [s.toxicity for s in together] == pytest.approx([s.toxicity for s in alone], abs=CLOSE)
    assert len({round(s.toxicity or 0, 4) for s in together}) > 10, "the tiny model says little"


def test_one_text_gives_a_list_of_one_where_predict_gives_a_bare_number(tmp_path):
    tiny = a_tiny(tmp_path)
    bare = own_detoxify(tiny).predict(["you are an idiot"])["toxicity"]
    (score,) = an_engine(tiny).score(["you are an idiot"], [Language.EN])
    assert isinstance(bare, float)
    assert score.toxicity == pytest.approx(bare, abs=CLOSE)


def test_no_texts_give_no_scores_where_predict_fails(tmp_path):
    tiny = a_tiny(tmp_path)
    with pytest.raises(IndexError):
        own_detoxify(tiny).predict([])
    assert an_engine(tiny).score([], []) == []


@pytest.mark.parametrize(("family", "classes", "outputs"), FAMILIES)
def test_long_text_is_judged_to_its_end_where_predict_cuts_it(tmp_path, family, classes, outputs):
    tiny = a_tiny(tmp_path, family=family, classes=classes, outputs=outputs)
    own, engine = own_detoxify(tiny), an_engine(tiny)
    texts = [f"{'water ' * 150}{end}" for end in ("please", "you idiot liar idiot liar")]
    first, second = own.predict(texts)["toxicity"]
    assert first == pytest.approx(second, abs=CLOSE), "predict sees the same beginning"
    one, two = engine.score(texts, english(texts))
    assert one != two, "the end is seen"
    assert (one.toxicity or 0) >= first - CLOSE
    assert (two.toxicity or 0) >= second - CLOSE


def test_text_too_long_for_its_tokenizers_silence_is_judged_where_predict_crashes(tmp_path):
    tiny = a_tiny(tmp_path, limited=False)
    text = "water " * 2000
    with pytest.raises((RuntimeError, IndexError)):
        own_detoxify(tiny).predict([text])
    (score,) = an_engine(tiny).score([text], [Language.EN])
    assert score.toxicity is not None


def test_text_longer_than_any_platform_takes_is_not_judged_and_says_so(tmp_path):
    (score,) = an_engine(a_tiny(tmp_path)).score(["a" * (LONGEST_TEXT + 1)], [Language.EN])
    assert score.toxicity is None
    assert "longer than" in score.note


@pytest.mark.parametrize(
    "text",
    ["", " \n", "\0", "\ud800 lone", "e" + "\u0301" * 10_000, "\u202e mixed \u2066", "🙂" * 500],
)
def test_hostile_text_gets_a_number(tmp_path, text):
    (score,) = an_engine(an_unbiased(tmp_path)).score([text], [Language.EN])
    assert score.toxicity is not None
    assert 0 <= score.toxicity <= 1


@pytest.mark.parametrize("language", [x for x in Language if x is not Language.EN])
def test_language_that_no_variant_was_made_for_gets_no_number(tmp_path, language):
    engine = an_engine(a_tiny(tmp_path, family="xlm-roberta", classes=SEVEN, outputs=16))
    assert engine.covers(Language.EN) is Coverage.COVERED
    assert engine.covers(language) is Coverage.NOT_COVERED
    (score,) = engine.score(["tum log sab chor ho"], [language])
    assert score.toxicity is None
    assert score.kinds == {}
    assert f"not {language.value}" in score.note


def test_multilingual_of_one_label_gives_toxicity_and_no_kinds(tmp_path):
    tiny = a_tiny(tmp_path, family="xlm-roberta", classes=("toxicity",))
    (score,) = an_engine(tiny).score(["you are an idiot"], [Language.EN])
    assert score.toxicity is not None
    assert score.kinds == {}


def test_reader_sends_urdu_to_a_person_and_judges_english(tmp_path):
    reader = Reader(an_engine(a_tiny(tmp_path)))
    urdu, roman, plain = reader.read(
        ["ہماری گلی کی سڑک ایک سال سے ٹوٹی ہوئی ہے", "yeh sarak kab banegi", "the road is very bad"]
    )
    assert judge(urdu, DEFAULT_POLICY).flag is Flag.NOT_COVERED
    assert judge(roman, DEFAULT_POLICY).flag is Flag.NOT_COVERED
    assert plain.coverage is Coverage.COVERED
    assert plain.value("toxicity") is not None
