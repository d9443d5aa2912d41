"""Reading texts: with an engine, without one, with one that fails, and with hostile texts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.model import Coverage, FeedbackKind, Flag, Language, Sentiment
from moderation.judging.policy import DEFAULT_POLICY, Lists, judge
from moderation.judging.read import NO_WORDS, Reader
from moderation.signals.engine import KINDS, EngineScore
from tests.unit.judgement_helpers import DeadEngine, PickyEngine, WordEngine

ENGLISH = "The road in our street is broken since last year"
URDU = "ہماری گلی کی سڑک ایک سال سے ٹوٹی ہوئی ہے"


def flag_of(reading) -> Flag:
    return judge(reading, DEFAULT_POLICY).flag


def test_each_text_gets_a_reading_in_order():
    readings = Reader(WordEngine("idiot")).read([ENGLISH, "you are an idiot my friend", URDU])
    assert [r.value("toxicity") for r in readings] == [0.05, 0.9, 0.05]
    assert [r.language for r in readings] == [Language.EN, Language.EN, Language.UR]
    assert {r.coverage for r in readings} == {Coverage.COVERED}
    assert readings[0].engine == "fake"


def test_no_texts_give_no_readings():
    assert Reader(WordEngine()).read([]) == []


def test_reading_carries_every_signal_and_who_said_it():
    (reading,) = Reader(WordEngine()).read([ENGLISH])
    names = {s.name for s in reading.signals}
    assert names >= {"toxicity", *KINDS, "sectarian", "personal_data", "spam", "all_caps"}
    assert all(s.version for s in reading.signals)
    assert reading.feedback == (FeedbackKind.COMPLAINT,)
    assert reading.sentiment in Sentiment


@pytest.mark.parametrize("text", [ENGLISH, URDU, "😂😂", "", "12345", "پشتو ښه ده"])
def test_without_an_engine_everything_is_not_checked_with_the_reason(text):
    (reading,) = Reader(None, absent="the model file is damaged").read([text])
    assert reading.value("toxicity") is None
    assert reading.coverage is Coverage.NOT_CHECKED
    assert "damaged" in reading.coverage_note
    assert flag_of(reading) is Flag.NOT_CHECKED


def test_dead_engine_leaves_all_not_checked_and_is_soon_left_alone():
    engine = DeadEngine()
    readings = Reader(engine).read([ENGLISH] * 50)
    assert [flag_of(r) for r in readings] == [Flag.NOT_CHECKED] * 50
    assert engine.asked == [50, 1, 1, 1]
    assert "RuntimeError" in readings[-1].coverage_note


def test_one_text_that_an_engine_cannot_read_does_not_spoil_the_others():
    readings = Reader(PickyEngine("idiot")).read([ENGLISH, "poison", "you are an idiot my friend"])
    assert [flag_of(r) for r in readings] == [Flag.NONE, Flag.NOT_CHECKED, Flag.SEVERE]


def test_private_data_is_still_found_when_the_engine_is_dead():
    (reading,) = Reader(DeadEngine()).read(["his card is 35202-1234567-1 look at it"])
    assert flag_of(reading) is Flag.SEVERE


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -0.1, 1.1])
def test_score_outside_its_range_counts_as_not_run(wrong):
    class Wrong(WordEngine):
        def one(self, text, language):
            return EngineScore(toxicity=wrong, kinds=dict.fromkeys(KINDS, wrong))

    (reading,) = Reader(Wrong()).read([ENGLISH])
    assert reading.value("toxicity") is None
    assert flag_of(reading) is Flag.NOT_CHECKED


def test_too_few_scores_count_as_a_failed_engine():
    class Short(WordEngine):
        def score(self, texts, languages):
            return super().score(texts, languages)[1:]

    readings = Reader(Short()).read([ENGLISH, URDU])
    assert [flag_of(r) for r in readings] == [Flag.NOT_CHECKED] * 2


def test_language_that_the_engine_does_not_cover_is_never_clean():
    reader = Reader(WordEngine(covered=[Language.EN]))
    english, urdu = reader.read([ENGLISH, URDU])
    assert flag_of(english) is Flag.NONE
    assert urdu.coverage is Coverage.NOT_COVERED
    assert flag_of(urdu) is Flag.NOT_COVERED
    assert urdu.coverage_note


@pytest.mark.parametrize("text", ["😂😂😂", "12345", "", "   ", "...!!", "https://t.co/abc"])
def test_text_without_words_has_nothing_to_judge_and_does_not_queue(text):
    known = [x for x in Language if x is not Language.UND]
    (reading,) = Reader(WordEngine(covered=known)).read([text])
    assert reading.coverage is Coverage.COVERED
    assert reading.coverage_note == NO_WORDS
    assert flag_of(reading) is Flag.NONE


def test_engine_without_a_head_for_threats_leaves_them_to_the_words():
    class NoThreat(WordEngine):
        def one(self, text, language):
            return EngineScore(
                toxicity=0.1, kinds=dict.fromkeys(("obscene", "slur", "insult"), 0.0)
            )

    civil, threat = Reader(NoThreat()).read([ENGLISH, "I will kill you and your family today"])
    assert civil.value("threat") == 0.0
    assert flag_of(civil) is Flag.NONE
    assert threat.value("threat") == 0.9
    assert flag_of(threat) is Flag.SEVERE


def test_kind_that_the_engine_left_out_is_not_checked():
    class NoSlur(WordEngine):
        def one(self, text, language):
            return EngineScore(toxicity=0.1, kinds={"obscene": 0.0, "insult": 0.0})

    (reading,) = Reader(NoSlur()).read([ENGLISH])
    assert reading.value("slur") is None
    assert flag_of(reading) is Flag.NOT_CHECKED


def test_watch_word_of_the_office_queues_in_any_spelling_that_folds_to_it():
    reader = Reader(WordEngine(), lists=Lists(watch_words=("Falana Dhimkana", "کلاں")))
    readings = reader.read(["here is FALANA  dhimkana again today", "یہ كلاں کی بات ہے", ENGLISH])
    assert [flag_of(r) for r in readings] == [Flag.FLAGGED, Flag.FLAGGED, Flag.NONE]


def test_capitals_and_emoji_are_weak_signals_and_never_flag():
    shout, flood = Reader(WordEngine()).read(
        ["WHERE IS THE WATER IN OUR STREET TODAY", "nice work team " + "😂" * 40]
    )
    assert shout.value("all_caps") == 1.0
    assert flood.value("emoji_flood") > 0.5
    assert flag_of(shout) is flag_of(flood) is Flag.NONE


HOSTILE = [
    "\ud800 lone surrogate \udfff", "null \x00 byte \x00", "\u202e txet sdrawkcab \u202c",
    "a" + "\u0301" * 10_000, "\u200b" * 10_000, "word " * 200_000, "پانی " * 200_000,
    "😂" * 100_000,
    "<script>alert(1)</script>", "=1+1", "\ufeff", "ﷺ" * 1000, "\n\r\t\v\f\x1c", "٣" * 50_000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_gets_a_judgement_and_spans_inside_it(text):
    (reading,) = Reader(WordEngine("zzzz")).read([text])
    assert judge(reading, DEFAULT_POLICY).flag in Flag
    assert all(0 <= s.start <= s.end <= len(text) for x in reading.signals for s in x.spans)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gets_a_judgement(text):
    (reading,) = Reader(WordEngine("zzzz")).read([text])
    judge(reading, DEFAULT_POLICY)
    assert all(0 <= s.start <= s.end <= len(text) for x in reading.signals for s in x.spans)
