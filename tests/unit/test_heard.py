"""Which kinds of feedback are heard, from what the model makes of a text and the rules found."""

from __future__ import annotations

import numpy as np
import pytest

from data.reading import FeedbackKind
from moderation.judging.heard import Kinds, heard

COMPLAINT, SUGGESTION, VIEW, QUESTION, PRAISE, OTHER = FeedbackKind
NOTHING: Kinds = (OTHER,)


def kinds(
    by_rule: Kinds, chance: float, *, foul: bool = False, of: FeedbackKind = COMPLAINT
) -> Kinds:
    """What is heard where the model gives one kind this chance and the others next to none."""
    chances = {
        k.value: np.array([chance if k is of else 1e-6]) for k in FeedbackKind if k is not OTHER
    }
    return heard([by_rule], chances, np.array([foul]))[0]


def test_the_rules_alone_are_heard_without_a_model() -> None:
    given: list[Kinds] = [(COMPLAINT, QUESTION), NOTHING]
    assert heard(given, {}, np.zeros(2, bool)) == given


def test_the_rules_alone_are_heard_where_the_model_does_not_know_the_language() -> None:
    chances = {k.value: np.array([np.nan]) for k in FeedbackKind if k is not OTHER}
    assert heard([(VIEW, PRAISE)], chances, np.array([False])) == [(VIEW, PRAISE)]


@pytest.mark.parametrize("kind", [k for k in FeedbackKind if k is not OTHER])
def test_a_kind_is_heard_by_the_model_alone_when_it_is_sure(kind: FeedbackKind) -> None:
    assert kinds(NOTHING, 0.95, of=kind) == (kind,)
    assert kinds(NOTHING, 0.3, of=kind) == NOTHING


def test_model_and_rule_are_heard_together_where_neither_is_alone() -> None:
    assert kinds(NOTHING, 0.1) == NOTHING
    assert kinds((COMPLAINT,), 0.1) == (COMPLAINT,)


def test_a_model_that_is_sure_takes_a_complaint_by_rule_back_but_not_from_a_foul_text() -> None:
    assert kinds((COMPLAINT,), 0.001) == NOTHING
    assert kinds((COMPLAINT,), 0.001, foul=True) == (COMPLAINT,)


def test_a_view_on_policy_that_a_rule_found_is_not_taken_back() -> None:
    assert kinds((VIEW,), 0.002, of=VIEW) == (VIEW,)


def test_certainty_at_either_end_is_no_fault() -> None:
    assert kinds(NOTHING, 1.0) == (COMPLAINT,)
    assert kinds(NOTHING, 0.0) == NOTHING
