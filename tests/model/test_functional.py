"""The judgement tells kinds of speech apart better than chance; docs/judgement.md says how well."""

from __future__ import annotations

import pytest

from moderation.judging.read import Reader
from moderation.signals.builtin import load_builtin
from moderation.signals.by_rule import lexicon_with
from moderation.signals.contempt import contempt
from moderation.signals.lexicon import Words
from tests.model.functional import LANGUAGES, Case, balanced_accuracy, judged_cases, told

LEAST = 0.85  # over all languages; 0.5 is chance
LEAST_OF_ONE = 0.80
LEAST_HELD = 0.75  # on the part that no rule was made with
MOST_NEAR_MISSES = 0.04
LEAST_BLIND, MOST_BLIND_CIVIL = 0.85, 0.10


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return judged_cases(Reader(load_builtin()))


def test_the_judgement_stands_above_chance_on_kinds_of_speech(cases: list[Case]) -> None:
    assert balanced_accuracy(cases) >= LEAST


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_judgement_stands_above_chance_in_each_language(
    cases: list[Case], language: str
) -> None:
    assert balanced_accuracy([c for c in cases if c.language == language]) >= LEAST_OF_ONE


def test_sentences_that_no_rule_was_made_with_are_told_apart_too(cases: list[Case]) -> None:
    assert balanced_accuracy([c for c in cases if c.part == "held"]) >= LEAST_HELD


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_invented_before_the_rules_were_read_are_told_apart(
    cases: list[Case], language: str
) -> None:
    of = [c for c in cases if c.part.startswith("blind") and c.language == language]
    assert balanced_accuracy(of) >= LEAST_BLIND
    civil = [c for c in of if not c.abusive]
    assert sum(c.flagged for c in civil) / len(civil) <= MOST_BLIND_CIVIL


def test_there_are_300_sentences_and_60_near_misses_and_no_text_twice(cases: list[Case]) -> None:
    assert len(cases) >= 300
    assert len({c.text for c in cases}) == len(cases)
    assert sum(c.name == "hard words for offices and measures" for c in cases) >= 60


def test_hard_words_for_offices_and_measures_are_hardly_ever_flagged(cases: list[Case]) -> None:
    near = [c for c in cases if c.name == "hard words for offices and measures"]
    flagged = [c.text for c in near if c.flagged]
    assert len(flagged) / len(near) <= MOST_NEAR_MISSES, flagged


def test_no_rule_speaks_of_contempt_where_an_office_is_meant(cases: list[Case]) -> None:
    lexicon = lexicon_with(())
    for case in cases:
        if case.name in ("hard words for offices and measures", "hard criticism of policy"):
            words = Words(case.text)
            assert not list(contempt(words, lexicon.find(words.words))), case.text


def test_hard_criticism_of_policy_is_left_in_every_language(cases: list[Case]) -> None:
    flagged = [c.text for c in cases if c.name == "hard criticism of policy" and c.flagged]
    assert flagged == []


def test_the_table_names_each_kind_of_speech_once(cases: list[Case]) -> None:
    table = told(cases)
    for name in {c.name for c in cases}:
        assert table.count(f"| {name} |") == 1
