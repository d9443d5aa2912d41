"""The stream behind ``sunwai score``: an answer for each line, also for the bad ones."""

from __future__ import annotations

import json

import pytest

from moderation.judging.policy import DEFAULT_POLICY
from moderation.judging.read import Reader
from moderation.judging.score import score_lines
from tests.unit.judgement_helpers import DeadEngine, WordEngine

READER = Reader(WordEngine("idiot"))


def answers(*lines: str, reader: Reader = READER, batch: int = 256) -> list[dict]:
    return [json.loads(x) for x in score_lines(lines, reader, DEFAULT_POLICY, batch=batch)]


def test_answer_has_every_key_of_the_contract():
    (answer,) = answers('{"id": "a1", "text": "you are an idiot my friend"}')
    assert answer["id"] == "a1"
    assert answer["language"] == "en"
    assert answer["coverage"] == "covered"
    assert answer["toxicity"] == 0.9
    assert answer["flag"] is True
    assert answer["kinds"]["insult"] == 0.9
    assert answer["reasons"] == ["OM-5-OFF-3"]
    assert answer["protected"] is False
    assert answer["feedback"] == ["other"]
    assert answer["why"]


def test_civil_complaint_is_protected_and_not_flagged():
    (answer,) = answers('{"id": 7, "text": "No water in our street for three days"}')
    assert answer["id"] == 7
    assert answer["flag"] is False
    assert answer["protected"] is True
    assert answer["feedback"] == ["complaint"]


def test_dead_engine_gives_null_and_not_a_clean_zero():
    (answer,) = answers('{"text": "hello my friends here"}', reader=Reader(DeadEngine()))
    assert answer["toxicity"] is None
    assert answer["coverage"] == "not_checked"
    assert answer["id"] is None


@pytest.mark.parametrize(("line", "said"), [
    ("not json", "not JSON"),
    ('{"text": "half', "not JSON"),
    ("[1, 2]", "a list"),
    ('"text"', "not an object"),
    ("null", "null"),
    ("3", "a number"),
    ("{}", "no text"),
    ('{"text": null}', "null"),
    ('{"text": 5}', "a number"),
    ('{"text": true}', "true or false"),
    ('{"text": ["a"]}', "a list"),
    ('{"text": NaN}', "text must be text"),
    ('{"id": NaN, "text": "x"}', "id must be text or a finite number, not NaN"),
    ('{"text": "a", "id": {}}', "id must be"),
    ("[" * 100_000, "deeply"),
    ('{"text": "a", "n": ' + "9" * 5000 + "}", "not JSON"),
])  # fmt: skip
def test_bad_line_is_answered_by_its_number_and_the_rest_goes_on(line, said):
    first, bad, last = answers('{"id": 1, "text": "a"}', line, '{"id": 3, "text": "b"}')
    assert said in bad["error"]
    assert bad["line"] == 2
    assert (first["id"], last["id"]) == (1, 3)
    assert "error" not in first and "error" not in last


def test_a_column_that_is_not_ours_never_costs_a_row_its_answer():
    (answer,) = answers('{"id": 1, "text": "a", "label": NaN, "score": Infinity}')
    assert answer["id"] == 1 and "error" not in answer


def test_bad_line_keeps_its_id_where_it_has_one():
    (bad,) = answers('{"id": "x9"}')
    assert bad["id"] == "x9"


def test_blank_lines_are_passed_over_but_counted():
    _, bad = answers('{"text": "a"}\n', "\n", "   \n", "oops\n")
    assert bad["line"] == 4


def test_byte_order_mark_before_the_first_line_does_no_harm():
    (answer,) = answers('\ufeff{"id": 1, "text": "a"}')
    assert answer["id"] == 1


def test_hostile_text_is_answered_in_plain_ascii():
    row = {"id": "\ud800", "text": "\x00\ud83d \u202e" + "\u0301" * 1000}
    (line,) = score_lines([json.dumps(row)], READER, DEFAULT_POLICY)
    assert line.isascii()
    assert json.loads(line)["id"] == "\ud800"


@pytest.mark.parametrize("batch", [1, 2, 3, 256])
def test_answers_come_in_order_whatever_the_batch(batch):
    lines = [f'{{"id": {i}, "text": "hello there {i}"}}' for i in range(7)]
    lines.insert(3, "bad")
    found = answers(*lines, batch=batch)
    assert [a["id"] for a in found] == [0, 1, 2, None, 3, 4, 5, 6]


def test_stream_is_read_as_it_is_answered():
    read: list[int] = []

    def lines():
        for i in range(1000):
            read.append(i)
            yield f'{{"text": "line {i}"}}'

    stream = score_lines(lines(), READER, DEFAULT_POLICY, batch=10)
    next(stream)
    assert len(read) == 10


def test_very_long_texts_are_taken_fewer_at_a_time():
    engine = WordEngine()
    row = json.dumps({"text": "word " * 250_000})
    list(score_lines([row] * 4, Reader(engine), DEFAULT_POLICY))
    assert engine.asked == [1, 1, 1, 1]
