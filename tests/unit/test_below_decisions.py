"""Refusals and explanations of the machine in Urdu: none stale, each value in its place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, g

from dashboard.words.below import from_below
from dashboard.words.below_decisions import DECISIONS, JUDGEMENTS
from moderation.judging.rules import RULES
from moderation.policies.reasons import NON_REASONS, refusal_of
from tests.unit.test_below import said_below, shape


@pytest.fixture
def in_urdu() -> Iterator[None]:
    with Flask(__name__).test_request_context("/"):
        g.tongue = "ur"
        yield


def test_every_sentence_is_said_by_a_room_below() -> None:
    said = said_below()
    assert [s for s in (*DECISIONS, *JUDGEMENTS) if shape(s) not in said] == []


def test_every_rule_and_every_non_reason_explains_itself_in_urdu(in_urdu: None) -> None:
    rules = [f"likely {r.sentence}: score 0.91 (builtin-3)" for r in RULES]
    refusals = [refusal_of(code) for code in NON_REASONS]
    assert [s for s in (*rules, *refusals) if from_below(s) == s] == []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("likely personal abuse: score 0.91 (builtin-3)", ("غالباً", "0.91", "builtin-3")),
        ("fb:7 was decided meanwhile by another officer. Look at it again.", ("fb:7",)),
        ("carries a complaint: never in a bulk action, a second look is needed to remove",
         ("شکایت",)),
        ("not covered: Pashto: no labelled data, never measured", ("پشتو", "احاطے سے باہر")),
    ],
)  # fmt: skip
def test_sentence_is_said_anew_with_its_values(
    in_urdu: None, said: str, words: tuple[str, ...]
) -> None:
    assert [w for w in words if w not in from_below(said)] == []


def test_sentence_that_nobody_knows_stays_as_it_is(in_urdu: None) -> None:
    assert from_below("Something nobody wrote down") == "Something nobody wrote down"
