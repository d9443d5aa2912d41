"""The kinds of feedback are found in four languages; docs/judgement.md says how well."""

from __future__ import annotations

from itertools import product

import pytest

from data.model import FeedbackKind
from moderation.judging.read import Reader
from tests.model.feedback_kinds import KINDS, Case, judged_cases, precision, recall, shielded, told
from tests.model.functional import LANGUAGES

LEAST_RECALL, LEAST_PRECISION = 0.7, 0.6
LEAST_SHIELDED, MOST_SHIELDED = 0.85, 0.15


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return judged_cases(Reader(None))


def share(found: tuple[int, int]) -> float:
    return found[0] / found[1]


def test_there_are_40_sentences_of_each_kind_in_each_language_and_no_text_twice(
    cases: list[Case],
) -> None:
    assert len({(c.language, c.text) for c in cases}) == len(cases)
    for kind, language in product(FeedbackKind, LANGUAGES):
        assert sum(kind in c.kinds and c.language == language for c in cases) >= 40


@pytest.mark.parametrize(("kind", "language"), list(product(KINDS, LANGUAGES)))
def test_each_kind_is_found_in_each_language(
    cases: list[Case], kind: FeedbackKind, language: str
) -> None:
    of = [c for c in cases if c.language == language]
    assert share(recall(of, kind)) >= LEAST_RECALL
    assert share(precision(of, kind)) >= LEAST_PRECISION


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_to_be_shielded_is_and_little_else(cases: list[Case], language: str) -> None:
    of = [c for c in cases if c.language == language]
    assert share(shielded(of, protected=True)) >= LEAST_SHIELDED
    assert share(shielded(of, protected=False)) <= MOST_SHIELDED


def test_the_table_names_each_kind_once_for_each_part(cases: list[Case]) -> None:
    table = list(told(cases))
    for kind in KINDS:
        name = kind.value.replace("_", " ")
        assert sum(line.startswith(f"| {name} |") for line in table) == 2
