"""Examining on labelled rows: the figures, and what the rows cannot say."""

from __future__ import annotations

import pytest

from data.model import Language
from moderation.judging.policy import DEFAULT_POLICY
from moderation.judging.read import Reader
from moderation.learning.evaluate import evaluate
from tests.unit.judgement_helpers import DeadEngine, WordEngine

BAD, GOOD = "you are an idiot my friend", "the park is open for all of us today"
URDU = "آج پارک سب کے لیے کھلا ہے"


def test_figures_count_hits_misses_and_false_flags():
    rows = [
        {"text": BAD, "abusive": 1}, {"text": BAD, "abusive": 0}, {"text": GOOD, "abusive": 1},
        {"text": GOOD, "abusive": 0}, {"text": URDU, "civil": 1},
    ]  # fmt: skip
    found = evaluate(rows, Reader(WordEngine("idiot")), DEFAULT_POLICY)
    assert (found.all.n, found.all.abusive, found.all.not_judged) == (5, 2, 0)
    assert found.all.precision == found.all.recall == found.all.f1 == 0.5
    assert found.all.macro_f1 == pytest.approx((0.5 + 2 / 3) / 2)
    assert found.all.share_flagged == 0.4
    assert set(found.by_language) == {"en", "ur"}
    assert found.by_language["ur"].macro_f1 is None
    assert found.by_language["ur"].share_flagged == 0.0


def test_rows_without_text_or_label_are_counted_apart():
    rows = [
        {"text": GOOD},
        {"abusive": 1},
        {"text": 3, "abusive": 1},
        {"text": GOOD, "abusive": "1"},
    ]
    found = evaluate(rows, Reader(WordEngine()), DEFAULT_POLICY)
    assert (found.all.n, found.rejected) == (0, 4)
    assert found.all.share_flagged is None


def test_dead_engine_earns_no_marks():
    rows = [{"text": BAD, "abusive": 1}, {"text": GOOD, "abusive": 0}]
    found = evaluate(rows, Reader(DeadEngine()), DEFAULT_POLICY)
    assert found.all.not_judged == 2
    assert found.all.macro_f1 is None and found.all.ece is None


def test_what_is_not_covered_counts_as_missed():
    rows = [{"text": BAD, "abusive": 1}, {"text": GOOD, "abusive": 0}, {"text": URDU, "abusive": 1}]
    reader = Reader(WordEngine("idiot", covered=[Language.EN]))
    found = evaluate(rows, reader, DEFAULT_POLICY)
    assert found.all.recall == 0.5
    assert found.all.not_judged == 1


def test_json_form_holds_the_languages():
    found = evaluate([{"text": GOOD, "civil": 1}], Reader(WordEngine()), DEFAULT_POLICY).to_json()
    assert found["n"] == 1
    assert found["by_language"]["en"]["share_flagged"] == 0.0
