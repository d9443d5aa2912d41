"""Undo: what it takes back before the act, after it, and where it says plainly that it cannot."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from data.model import ActionKind, CaseState, EnforcementState, Role, SourceMode, Verdict
from data.store import cases, queue
from moderation.deciding.decide import RefusedCode
from tests.builders import a_source
from tests.unit.decide_helpers import REMOVE, Desk, memory_desk, user

S = EnforcementState


@pytest.fixture
def desk() -> Iterator[Desk]:
    with memory_desk() as desk:
        yield desk


def removed(desk: Desk, *states: EnforcementState) -> tuple[str, int, int]:
    comment_id = desk.comment()
    recorded = desk.decide(comment_id, **REMOVE)
    assert recorded.action_id is not None
    desk.mark(recorded.action_id, *states)
    return comment_id, recorded.decision.id, recorded.action_id


def test_undo_inside_the_hold_cancels_and_the_comment_queues_again(desk: Desk) -> None:
    comment_id, decision_id, action_id = removed(desk)
    undone = desk.undo(decision_id)
    assert (undone.decision.verdict, undone.decision.undoes) == (Verdict.UNDO, decision_id)
    assert [(a.id, a.state) for a in desk.actions(comment_id)] == [(action_id, S.CANCELLED)]
    assert undone.notice == ""
    with desk.db.read() as tx:
        item = queue.queue_item(tx, comment_id)
    assert item is not None and item.decision is not None
    assert item.decision.id == undone.decision.id


def test_an_undone_comment_is_decided_anew(desk: Desk) -> None:
    comment_id, decision_id, _ = removed(desk)
    undone = desk.undo(decision_id).decision.id
    again = desk.decide(comment_id, **REMOVE, expected=undone)
    assert [a.state for a in desk.actions(comment_id)] == [S.CANCELLED, S.HELD]
    assert again.action_id is not None


@pytest.mark.parametrize(
    "states",
    [(S.SENT,), (S.SENT, S.ACCEPTED), (S.SENT, S.ACCEPTED, S.VERIFIED)],
    ids=["sent", "accepted", "verified"],
)
def test_undo_after_the_act_asks_for_an_unhide_at_once(
    desk: Desk, states: tuple[EnforcementState, ...]
) -> None:
    comment_id, decision_id, action_id = removed(desk, *states)
    undone = desk.undo(decision_id)
    hide, unhide = desk.actions(comment_id)
    assert (hide.id, hide.state) == (action_id, states[-1])
    assert (unhide.id, unhide.kind, unhide.state) == (undone.action_id, ActionKind.UNHIDE, S.HELD)
    assert unhide.hold_until == desk.now


def test_undo_of_a_failed_attempt_that_was_sent_once_unhides_to_be_safe(desk: Desk) -> None:
    comment_id, decision_id, _ = removed(desk, S.SENT, S.FAILED)
    desk.undo(decision_id)
    assert [(a.kind, a.state) for a in desk.actions(comment_id)] == [
        (ActionKind.HIDE, S.CANCELLED),
        (ActionKind.UNHIDE, S.HELD),
    ]


@pytest.mark.parametrize(
    "state", [S.REFUSED, S.GONE, S.DRY_RUN, S.TEXT_CHANGED, S.CONFLICT, S.FAILED]
)
def test_undo_of_what_had_no_effect_asks_for_nothing(desk: Desk, state: EnforcementState) -> None:
    comment_id, decision_id, _ = removed(desk, state)
    assert desk.undo(decision_id).action_id is None
    assert len(desk.actions(comment_id)) == 1


def test_undo_of_a_deletion_for_good_says_plainly_that_it_cannot_be_brought_back(
    desk: Desk,
) -> None:
    comment_id = desk.comment()
    asked = REMOVE | {"action": ActionKind.REMOVE}
    first = desk.decide(comment_id, **asked).decision.id
    second = desk.decide(comment_id, desk.senior, **asked, expected=first)
    assert second.action_id is not None
    desk.mark(second.action_id, S.SENT, S.VERIFIED)
    undone = desk.undo(second.decision.id, desk.senior)
    assert undone.action_id is None
    assert "cannot be brought back" in undone.notice


def test_undo_of_work_by_hand_says_what_to_do_by_hand(desk: Desk) -> None:
    with desk.db.write() as tx:
        source = a_source(tx, "files", mode=SourceMode.EXPORT)
    comment_id = desk.comment(source=source)
    recorded = desk.decide(comment_id, **REMOVE)
    assert recorded.action_id is not None
    desk.mark(recorded.action_id, S.BY_HAND)
    assert "put it back by hand" in desk.undo(recorded.decision.id).notice


def test_undo_of_confirmed_work_by_hand_asks_for_the_reverse_by_hand(desk: Desk) -> None:
    with desk.db.write() as tx:
        source = a_source(tx, "files", mode=SourceMode.EXPORT)
    comment_id = desk.comment(source=source)
    recorded = desk.decide(comment_id, **REMOVE)
    assert recorded.action_id is not None
    desk.mark(recorded.action_id, S.BY_HAND, S.CONFIRMED)
    desk.undo(recorded.decision.id)
    back = desk.actions(comment_id)[-1]
    assert (back.kind, back.by_hand, back.state) == (ActionKind.UNHIDE, True, S.HELD)


def test_undo_closes_the_case_that_the_decision_opened(desk: Desk) -> None:
    recorded = desk.decide(desk.comment(), verdict=Verdict.COMPLAINT)
    desk.undo(recorded.decision.id)
    with desk.db.read() as tx:
        assert [c.state for c in cases.find_cases(tx)] == [CaseState.CLOSED]


def test_undo_with_the_same_key_is_done_once(desk: Desk) -> None:
    comment_id, decision_id, _ = removed(desk, S.SENT)
    first = desk.undo(decision_id, key="u")
    again = desk.undo(decision_id, key="u")
    assert again.repeated
    assert (again.decision, again.action_id) == (first.decision, first.action_id)
    assert len(desk.actions(comment_id)) == 2


@pytest.mark.parametrize(("newer", "allowed"), [(18, True), (19, True), (20, False)])
def test_an_officer_undoes_any_of_their_last_twenty(desk: Desk, newer: int, allowed: bool) -> None:
    decision_id = desk.decide(desk.comment(), verdict=Verdict.KEEP).decision.id
    for _ in range(newer):
        desk.decide(desk.comment(), verdict=Verdict.KEEP)
    if allowed:
        assert desk.undo(decision_id).decision.undoes == decision_id
    else:
        assert desk.undo_refused(decision_id) is RefusedCode.UNDO_TOO_OLD
        assert desk.undo(decision_id, desk.senior).decision.undoes == decision_id


def test_only_a_senior_undoes_another_officers_decision(desk: Desk) -> None:
    decision_id = desk.decide(desk.comment(), verdict=Verdict.KEEP).decision.id
    assert desk.undo_refused(decision_id, desk.other) is RefusedCode.UNDO_NOT_YOURS
    assert desk.undo(decision_id, desk.senior).decision.by_user == desk.senior.id


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_other_roles_undo_nothing(desk: Desk, role: Role) -> None:
    decision_id = desk.decide(desk.comment(), verdict=Verdict.KEEP).decision.id
    with desk.db.write() as tx:
        by = user(tx, role)
    assert desk.undo_refused(decision_id, by) is RefusedCode.ROLE


def test_what_no_longer_stands_is_not_undone(desk: Desk) -> None:
    comment_id, decision_id, _ = removed(desk)
    undo_id = desk.undo(decision_id).decision.id
    assert desk.undo_refused(decision_id) is RefusedCode.UNDO_NOT_CURRENT
    assert desk.undo_refused(undo_id) is RefusedCode.UNDO_NOT_CURRENT
    assert desk.undo_refused(10_000) is RefusedCode.UNKNOWN_DECISION
    assert len(desk.actions(comment_id)) == 1


# ------------------------------------------------------------------------------ edits between


def test_keeping_an_edited_text_puts_back_what_was_hidden_for_the_old_one(desk: Desk) -> None:
    comment_id, _, _ = removed(desk, S.SENT, S.VERIFIED)
    desk.edit(comment_id, "a friendly text")
    kept = desk.decide(comment_id, verdict=Verdict.KEEP)
    assert desk.actions(comment_id)[-1].kind is ActionKind.UNHIDE
    assert kept.action_id == desk.actions(comment_id)[-1].id


def test_undo_of_that_keep_leaves_the_comment_hidden(desk: Desk) -> None:
    comment_id, _, _ = removed(desk, S.SENT, S.VERIFIED)
    desk.edit(comment_id, "a friendly text")
    kept = desk.decide(comment_id, verdict=Verdict.KEEP)
    undone = desk.undo(kept.decision.id)
    assert undone.action_id is None
    assert [a.state for a in desk.actions(comment_id)] == [S.VERIFIED, S.CANCELLED]


def test_undo_of_a_wait_leaves_what_was_hidden_before(desk: Desk) -> None:
    comment_id, _, _ = removed(desk, S.SENT, S.VERIFIED)
    desk.edit(comment_id, "another text")
    waiting = desk.decide(comment_id, verdict=Verdict.WAIT)
    desk.undo(waiting.decision.id)
    assert [a.state for a in desk.actions(comment_id)] == [S.VERIFIED]


def test_a_removal_undone_after_an_edit_is_still_reversed(desk: Desk) -> None:
    comment_id, decision_id, _ = removed(desk, S.SENT, S.VERIFIED)
    desk.edit(comment_id, "another text")
    undone = desk.undo(decision_id)
    assert undone.decision.revision_id == desk.get(comment_id).revision.id
    assert desk.actions(comment_id)[-1].kind is ActionKind.UNHIDE


def test_a_new_removal_supersedes_what_still_waits_for_the_old_text(desk: Desk) -> None:
    comment_id, _, _ = removed(desk)
    desk.edit(comment_id, "another vile text")
    desk.decide(comment_id, **REMOVE)
    assert [a.state for a in desk.actions(comment_id)] == [S.CANCELLED, S.HELD]
