"""The judgement tells kinds of speech apart better than chance; docs/judgement.md says how well."""

from __future__ import annotations

import pytest

from moderation.read import Reader
from moderation.signals.builtin import load_builtin
from tests.model.functional import LANGUAGES, Case, balanced_accuracy, judged_cases, told

LEAST = 0.65  # over all languages; 0.5 is chance
LEAST_OF_ONE = 0.55


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


def test_hard_criticism_of_policy_is_left_in_every_language(cases: list[Case]) -> None:
    flagged = [c.text for c in cases if c.name == "hard criticism of policy" and c.flagged]
    assert flagged == []


def test_the_table_names_each_kind_of_speech_once(cases: list[Case]) -> None:
    table = told(cases)
    for name in {c.name for c in cases}:
        assert table.count(f"| {name} |") == 1
