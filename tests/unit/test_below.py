"""Sentences of the rooms below in the reader's tongue: none stale, English untouched."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from dash.development.base_component import Component
from flask import Flask, g

from dashboard.words import translations
from dashboard.words.below import SIGNALS, VERDICTS, below, from_below
from dashboard.words.below_sentences import COMPOSED, SENTENCES
from data.model import JsonObject, Verdict
from moderation.learning.shadow import sentences
from moderation.policies.policy_diff import SIGNAL_WORDS, differences
from moderation.policies.policy_document import DEFAULT_POLICY, policy_from_toml

ROOT = Path(__file__).parents[2]
ROOMS = ("moderation", "collectors", "sunwai")


@pytest.fixture
def in_urdu() -> Iterator[None]:
    with Flask(__name__).test_request_context("/"):
        g.tongue = "ur"
        yield


def shape(text: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", text)


def said_below() -> set[str]:
    """Every text and f-string of the rooms below, with {} where a value stands."""
    found: set[str] = set()
    for path in (p for room in ROOMS for p in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values]
                found.add("".join(parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_every_sentence_is_said_by_a_room_below() -> None:
    said = said_below()
    assert [s for s in SENTENCES if shape(s) not in said] == []


def test_every_sentence_stands_in_the_catalogue_with_its_names() -> None:
    urdu = translations("ur")
    for sentence in (*SENTENCES, *COMPOSED):
        told = urdu.gettext(sentence)
        assert told != sentence, sentence
        assert sorted(re.findall(r"\{\w+\}", told)) == sorted(re.findall(r"\{\w+\}", sentence))


@pytest.mark.usefixtures("in_urdu")
def test_a_sentence_is_found_by_its_shape_and_its_values_stay() -> None:
    told = from_below("Action 7 is 'sent' and cannot be tried again.")
    assert "7" in told and "sent" in told and "کارروائی" in told
    inner = from_below("done by hand, says officer-3")
    assert "officer-3" in inner and "ہاتھ سے" in inner


@pytest.mark.usefixtures("in_urdu")
def test_an_unknown_sentence_stays_and_is_marked_as_english() -> None:
    assert from_below("Something new.") == "Something new."
    drawn = below("Something new.")
    assert isinstance(drawn, Component)
    assert (getattr(drawn, "lang"), getattr(drawn, "dir")) == ("en", "ltr")  # noqa: B009


def test_english_readers_get_the_sentence_itself() -> None:
    assert below("the comment is no longer there") == "the comment is no longer there"


@pytest.mark.usefixtures("in_urdu")
def test_what_a_shadow_run_tells_is_told_in_urdu_to_the_last_word() -> None:
    told: JsonObject = {
        "comments": 12,
        "protected": 3,
        "protected_newly_flagged": 1,
        "newly_flagged": 2,
        "no_longer_flagged": 1,
        "removed": 4,
        "removed_lost": 1,
        "read_again": 5,
        "not_judged": 1,
    }
    for sentence in (*sentences(told), *sentences({})):
        assert not re.search("[A-Za-z]", from_below(sentence)), sentence


@pytest.mark.usefixtures("in_urdu")
def test_what_a_draft_changes_is_told_in_urdu() -> None:
    draft = policy_from_toml(
        "[queue]\ntoxicity = 0.05\nspam = 0.9\n[severe]\nthreat = 0.9\n"
        "[by_language]\nur = 0.4\n[flood]\ncopies = 3\n[lists]\nwatch_words = ['tanker']\n"
    )
    found = differences(DEFAULT_POLICY, draft)
    assert len(found) >= 5
    for difference in found:
        meaning = difference.meaning[0].upper() + difference.meaning[1:]
        assert from_below(meaning) != meaning, meaning


def test_every_signal_and_verdict_has_its_word() -> None:
    assert {name: w.capitalize() for name, w in SIGNAL_WORDS.items()} == SIGNALS
    assert set(VERDICTS) == {v.value for v in Verdict}
