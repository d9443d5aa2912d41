"""The second look on protected comments and other removals that one officer may only propose."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from data.model import ActionKind, ReasonCode, Verdict
from data.store import cases, queue
from moderation.deciding.decide import RefusedCode
from tests.unit.decide_helpers import REMOVE, Desk, memory_desk

SPLIT = {"verdict": Verdict.SPLIT, "reason": ReasonCode.PERSONAL_ABUSE, "span": (0, 8)}


@pytest.fixture
def desk() -> Iterator[Desk]:
    with memory_desk() as desk:
        yield desk


def proposed(desk: Desk) -> tuple[str, int]:
    comment_id = desk.comment("You dogs. No water since Monday.", protected=True)
    first = desk.decide(comment_id, **REMOVE, reason_text="the first two words")
    assert first.awaits_second and first.action_id is None
    return comment_id, first.decision.id


def test_a_proposed_removal_asks_nothing_of_the_platform_and_queues(desk: Desk) -> None:
    comment_id, _ = proposed(desk)
    assert desk.actions(comment_id) == []
    with desk.db.read() as tx:
        item = queue.queue_item(tx, comment_id)
    assert item is not None and item.queue == "second_look"


def test_another_senior_confirms_and_the_comment_is_hidden(desk: Desk) -> None:
    comment_id, first = proposed(desk)
    second = desk.decide(comment_id, desk.senior, verdict=Verdict.REMOVE, expected=first)
    assert (second.awaits_second, second.decision.second_of) == (False, first)
    assert second.decision.reason is ReasonCode.PERSONAL_ABUSE
    assert second.decision.reason_text == "the first two words"
    assert [a.kind for a in desk.actions(comment_id)] == [ActionKind.HIDE]


def test_the_second_officer_may_choose_another_code(desk: Desk) -> None:
    comment_id, first = proposed(desk)
    second = desk.decide(
        comment_id,
        desk.senior,
        verdict=Verdict.REMOVE,
        reason=ReasonCode.SLUR,
        expected=first,
    )
    assert (second.decision.reason, second.awaits_second) == (ReasonCode.SLUR, False)


def test_an_officer_who_is_not_senior_gives_no_second_look(desk: Desk) -> None:
    comment_id, first = proposed(desk)
    refused = desk.refused(comment_id, desk.other, verdict=Verdict.REMOVE, expected=first)
    assert refused.code is RefusedCode.SENIOR_NEEDED


@pytest.mark.parametrize("verdict", [Verdict.REMOVE, Verdict.KEEP, Verdict.COMPLAINT])
def test_nobody_gives_their_own_proposal_a_second_look(desk: Desk, verdict: Verdict) -> None:
    comment_id = desk.comment(protected=True)
    first = desk.decide(comment_id, desk.senior, **REMOVE).decision.id
    refused = desk.refused(comment_id, desk.senior, verdict=verdict, expected=first)
    assert refused.code is RefusedCode.OWN_SECOND_LOOK
    assert desk.decide(comment_id, desk.senior2, verdict=verdict, expected=first).decision.id


@pytest.mark.parametrize("verdict", [Verdict.WAIT, Verdict.ESCALATE])
def test_a_second_look_is_not_put_off(desk: Desk, verdict: Verdict) -> None:
    comment_id, first = proposed(desk)
    refused = desk.refused(
        comment_id, desk.senior, verdict=verdict, reason_text="not now", expected=first
    )
    assert refused.code is RefusedCode.VERDICT


def test_the_second_officer_may_keep(desk: Desk) -> None:
    comment_id, first = proposed(desk)
    kept = desk.decide(comment_id, desk.senior, verdict=Verdict.KEEP, expected=first)
    assert kept.decision.second_of == first
    assert desk.actions(comment_id) == []
    with desk.db.read() as tx:
        assert queue.queue_item(tx, comment_id) is None


def test_the_second_officer_may_send_it_to_complaints(desk: Desk) -> None:
    comment_id, first = proposed(desk)
    desk.decide(comment_id, desk.senior, verdict=Verdict.COMPLAINT, expected=first)
    with desk.db.read() as tx:
        assert [c.comment_id for c in cases.find_cases(tx)] == [comment_id]
    assert desk.actions(comment_id) == []


def test_a_proposed_split_opens_its_case_only_when_confirmed(desk: Desk) -> None:
    comment_id = desk.comment("You dogs. No water since Monday.", protected=True)
    first = desk.decide(comment_id, **SPLIT).decision.id
    with desk.db.read() as tx:
        assert cases.find_cases(tx) == []
    second = desk.decide(comment_id, desk.senior, verdict=Verdict.SPLIT, expected=first)
    assert second.decision.span == (0, 8)
    with desk.db.read() as tx:
        assert [c.decision_id for c in cases.find_cases(tx)] == [second.decision.id]


def test_a_proposal_does_not_carry_over_to_an_edited_text(desk: Desk) -> None:
    comment_id, _ = proposed(desk)
    desk.edit(comment_id, "You dogs. No water since Tuesday.", protected=True)
    second = desk.decide(comment_id, desk.senior, **REMOVE)
    assert second.awaits_second and desk.actions(comment_id) == []


def test_a_removal_that_answers_a_question_on_a_protected_comment_is_a_proposal(
    desk: Desk,
) -> None:
    comment_id = desk.comment(protected=True)
    asked = desk.decide(comment_id, verdict=Verdict.ESCALATE, reason_text="A slur?").decision.id
    answer = desk.decide(comment_id, desk.senior, **REMOVE, expected=asked)
    assert answer.awaits_second
    assert desk.decide(
        comment_id, desk.senior2, verdict=Verdict.REMOVE, expected=answer.decision.id
    ).action_id


def test_the_proposer_may_undo_a_proposal(desk: Desk) -> None:
    comment_id, first = proposed(desk)
    undone = desk.undo(first)
    assert undone.decision.undoes == first
    refused = desk.refused(comment_id, desk.senior, verdict=Verdict.REMOVE, expected=first)
    assert refused.code is RefusedCode.DECIDED_MEANWHILE
