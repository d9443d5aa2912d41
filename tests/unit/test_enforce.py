"""One step of an action: what is read before, what is kept, what is sent, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from data.model import ActionKind, EnforcementState, SourceMode, Visibility, WriteBack
from data.store import audit, outbox
from moderation.carrying_out.attempts import MOST_TRIES
from moderation.platforms.base import Capabilities
from tests.builders import a_collected, a_source, keep
from tests.unit.decide_helpers import REMOVE
from tests.unit.enforce_helpers import ALL, Outbox, memory_outbox

S = EnforcementState


@pytest.fixture
def box() -> Iterator[Outbox]:
    with memory_outbox() as box:
        yield box


# ------------------------------------------------------------------------------ hold


@pytest.mark.parametrize(("seconds", "sent"), [(0, 0), (9.999, 0), (10, 1), (11, 1)])
def test_nothing_is_sent_before_the_hold_is_over(box: Outbox, seconds: float, sent: int) -> None:
    box.desk.decide(box.desk.comment(), **REMOVE)
    box.desk.later(seconds=seconds)
    box.enforce()
    assert len(box.platform.sent) == sent


def test_an_undone_action_is_never_sent(box: Outbox) -> None:
    comment_id = box.desk.comment()
    decision = box.desk.decide(comment_id, **REMOVE).decision
    box.desk.undo(decision.id)
    box.desk.later(minutes=1)
    assert box.enforce().accepted == 0
    assert box.platform.sent == [] and box.states(comment_id) == [S.CANCELLED]


# ------------------------------------------------------------------------------ the good way


def test_a_removal_is_hidden_and_every_step_is_kept(box: Outbox) -> None:
    comment_id = box.removed()
    assert box.enforce().accepted == 1
    assert box.platform.hidden == {box.native(comment_id)}
    assert [e.state for e in box.past(comment_id)] == [S.HELD, S.SENT, S.ACCEPTED]
    assert box.past(comment_id)[1].request["body"] == {"do": "hide"}


def test_an_action_is_sent_once_however_often_the_outbox_is_worked(box: Outbox) -> None:
    box.removed()
    for _ in range(5):
        box.enforce()
        box.desk.later(minutes=20)
    assert len(box.platform.sent) == 1


def test_evidence_is_kept_before_anything_is_sent(box: Outbox) -> None:
    comment_id = box.removed("a vile text")
    box.platform.answers = ["die"]
    assert box.enforce().errors
    with box.db.read() as tx:
        (evidence,) = outbox.evidence_of(tx, comment_id)
        assert audit.entries(tx)[0].verb == "evidence.kept"
        assert audit.verify_chain(tx).broken_at is None
    body: Any = evidence.body
    assert body["revision"]["text"] == "a vile text"
    assert body["decision"]["reason"] == "OM-5-OFF-3"
    assert body["decision"]["by"] == box.desk.officer.pseudonym
    assert body["seen"]["raw"] == {"seen": "a vile text"}


def test_the_chain_tells_what_was_accepted_without_the_text(box: Outbox) -> None:
    comment_id = box.removed("a vile text")
    box.enforce()
    with box.db.read() as tx:
        newest = audit.entries(tx)[0]
        assert not any("vile" in str(e) for e in audit.entries(tx))
    assert (newest.verb, newest.actor) == ("enforce.accepted", "sunwai")
    assert newest.detail["comment"] == comment_id


def test_an_undo_after_the_act_brings_the_comment_back(box: Outbox) -> None:
    comment_id = box.desk.comment()
    decision = box.desk.decide(comment_id, **REMOVE).decision
    box.desk.later(seconds=10)
    box.enforce()
    box.desk.undo(decision.id)
    box.enforce()
    assert box.platform.hidden == set()
    assert [e for _, e in box.platform.effects] == ["hide", "unhide"]


# ------------------------------------------------------------------------------ fresh reading


def test_a_text_that_changed_at_the_platform_is_not_acted_on(box: Outbox) -> None:
    comment_id = box.removed("a vile text")
    box.platform.texts[box.native(comment_id)] = "a friendly text"
    assert box.enforce().text_changed == 1
    assert box.platform.sent == [] and box.state(comment_id) is S.TEXT_CHANGED


def test_blanks_at_the_end_are_no_change_of_text(box: Outbox) -> None:
    comment_id = box.removed("a vile text")
    box.platform.texts[box.native(comment_id)] = "a vile text \n"
    assert box.enforce().accepted == 1


def test_an_edit_that_a_sweep_saw_first_is_not_acted_on_either(box: Outbox) -> None:
    comment_id = box.removed("a vile text")
    box.desk.edit(comment_id, "a friendly text")
    assert box.enforce().text_changed == 1
    assert box.platform.reads == 0 and box.state(comment_id) is S.TEXT_CHANGED


def test_a_comment_that_is_gone_is_told_gone(box: Outbox) -> None:
    comment_id = box.removed()
    box.platform.deleted.add(box.native(comment_id))
    assert box.enforce().gone == 1
    assert box.platform.sent == [] and box.state(comment_id) is S.GONE


def test_what_is_hidden_already_is_verified_and_nothing_is_sent(box: Outbox) -> None:
    comment_id = box.removed()
    box.platform.hidden.add(box.native(comment_id))
    assert box.enforce().verified == 1
    assert box.platform.sent == [] and box.state(comment_id) is S.VERIFIED
    assert box.desk.get(comment_id).visibility is Visibility.HIDDEN


def test_a_comment_that_cannot_be_read_waits_and_its_source_is_left_alone(box: Outbox) -> None:
    first, second = box.removed(), box.removed()
    box.platform.reading_problem = "token expired"
    assert box.enforce().failed == 1
    assert (box.state(first), box.state(second)) == (S.FAILED, S.HELD)
    assert "token expired" in box.past(first)[-1].detail
    box.platform.reading_problem = ""
    box.desk.later(seconds=30)
    assert box.enforce().accepted == 2


def test_an_outage_of_days_is_waited_out_and_loses_nothing(box: Outbox) -> None:
    comment_id = box.removed()
    box.platform.reading_problem = "out of order"
    for _ in range(50):
        box.enforce()
        box.desk.later(hours=1)
    assert box.state(comment_id) is S.FAILED
    box.platform.reading_problem = ""
    assert box.enforce().accepted == 1


@pytest.mark.parametrize(
    ("allowed", "state"), [(False, S.REFUSED), (True, S.ACCEPTED), (None, S.ACCEPTED)]
)
def test_what_the_platform_allows_is_looked_at_first(
    box: Outbox, allowed: bool | None, state: EnforcementState
) -> None:
    comment_id = box.desk.comment(can_hide=allowed)
    box.desk.decide(comment_id, **REMOVE)
    box.desk.later(seconds=10)
    box.enforce()
    assert box.state(comment_id) is state
    assert len(box.platform.sent) == (state is S.ACCEPTED)


# ------------------------------------------------------------------------------ answers


def test_a_refusal_is_told_with_its_reason_and_not_tried_again(box: Outbox) -> None:
    comment_id = box.removed()
    box.platform.answers = ["refuse"]
    assert box.enforce().refused == 1
    assert box.past(comment_id)[-1].detail == "the platform says no"
    box.desk.later(days=1)
    box.enforce()
    assert len(box.platform.sent) == 1


@pytest.mark.parametrize(("seconds", "sent"), [(89, 1), (90, 2)])
def test_a_rate_limit_is_kept_to_the_second(box: Outbox, seconds: int, sent: int) -> None:
    box.removed()
    box.platform.answers = ["rate"]
    assert box.enforce().failed == 1
    box.desk.later(seconds=seconds)
    box.enforce()
    assert len(box.platform.sent) == sent


def test_an_unreachable_platform_is_tried_again_later(box: Outbox) -> None:
    comment_id = box.removed()
    box.platform.answers = ["unreachable"] * 2
    box.enforce()
    box.desk.later(seconds=29)
    assert box.enforce().failed == 0
    box.desk.later(seconds=1)
    assert box.enforce().failed == 1
    box.desk.later(seconds=60)
    assert box.enforce().accepted == 1
    assert box.state(comment_id) is S.ACCEPTED


def test_a_lost_answer_is_read_back_and_never_sent_again(box: Outbox) -> None:
    comment_id = box.removed()
    box.platform.answers = ["lose"]
    assert box.enforce().unknown == 1
    assert box.state(comment_id) is S.SENT
    assert box.enforce().verified == 1
    assert len(box.platform.sent) == 1


def test_a_dropped_request_is_read_back_then_sent_again(box: Outbox) -> None:
    comment_id = box.removed()
    box.platform.answers = ["drop"]
    box.enforce()
    assert box.enforce().failed == 1
    assert "it was not done" in box.past(comment_id)[-1].detail
    box.desk.later(seconds=30)
    assert box.enforce().accepted == 1


def test_a_process_killed_after_sending_leaves_sent_and_the_next_reads_back(box: Outbox) -> None:
    comment_id = box.removed()
    box.platform.answers = ["die"]
    assert box.enforce("first").errors == ("action 1: PlatformDied",)
    assert box.state(comment_id) is S.SENT
    assert box.enforce("second").verified == 0  # the dead one's claim still stands
    box.desk.later(minutes=5)
    assert box.enforce("second").verified == 1
    assert len(box.platform.sent) == 1


def test_a_request_that_never_works_ends_with_a_person(box: Outbox) -> None:
    comment_id = box.removed()
    box.platform.answers = ["drop"] * 50
    for _ in range(40):
        box.enforce()
        box.desk.later(minutes=15)
    assert len(box.platform.sent) == MOST_TRIES
    assert box.state(comment_id) is S.FAILED
    assert box.past(comment_id)[-1].detail.startswith("needs a person: ")


def test_a_platform_that_shows_no_state_is_asked_again_after_a_lost_answer(box: Outbox) -> None:
    comment_id = box.removed()
    box.platform.can = Capabilities(kinds=ALL, irreversible=frozenset(), reads_state=False)
    box.platform.answers = ["lose"]
    box.enforce()
    assert box.enforce().failed == 1
    assert "cannot be read" in box.past(comment_id)[-1].detail
    box.desk.later(seconds=30)
    box.enforce()
    assert [e for _, e in box.platform.effects] == ["hide"]


def test_a_bad_action_stops_no_other(box: Outbox) -> None:
    first, second = box.removed(), box.removed()
    box.platform.answers = ["die", "do"]
    tally = box.enforce()
    assert (tally.accepted, len(tally.errors)) == (1, 1)
    assert (box.state(first), box.state(second)) == (S.SENT, S.ACCEPTED)


# ------------------------------------------------------------------------------ undo on the way


def test_an_undo_waits_until_it_is_known_what_became_of_the_hide(box: Outbox) -> None:
    comment_id = box.desk.comment()
    decision = box.desk.decide(comment_id, **REMOVE).decision
    box.desk.later(seconds=10)
    box.platform.answers = ["lose"]
    box.enforce()
    box.desk.undo(decision.id)
    box.platform.reading_problem = "out of order"
    box.enforce()
    assert box.states(comment_id) == [S.SENT, S.HELD]
    box.platform.reading_problem = ""
    box.enforce()
    assert box.states(comment_id) == [S.VERIFIED, S.ACCEPTED]
    assert box.platform.hidden == set()


def test_an_undone_hide_that_was_dropped_is_not_sent_again(box: Outbox) -> None:
    comment_id = box.desk.comment()
    decision = box.desk.decide(comment_id, **REMOVE).decision
    box.desk.later(seconds=10)
    box.platform.answers = ["drop"]
    box.enforce()
    box.desk.undo(decision.id)
    box.enforce()
    assert box.states(comment_id) == [S.CANCELLED, S.VERIFIED]
    assert box.platform.effects == []


def test_a_lost_unhide_is_asked_for_again_when_a_second_removal_is_undone(box: Outbox) -> None:
    comment_id = box.desk.comment()
    first = box.desk.decide(comment_id, **REMOVE).decision
    box.desk.later(seconds=10)
    box.enforce()
    undone = box.desk.undo(first.id).decision
    box.platform.answers = ["drop"]
    box.enforce()  # the unhide is lost on its way
    second = box.desk.decide(comment_id, **REMOVE, expected=undone.id).decision
    box.desk.undo(second.id)  # inside the hold
    for _ in range(3):
        box.enforce()
        box.verify()
        box.desk.later(minutes=3)
    assert box.platform.hidden == set()


def test_doubt_about_a_hide_outlives_its_cancelling(box: Outbox) -> None:
    comment_id = box.desk.comment()
    first = box.desk.decide(comment_id, **REMOVE).decision
    box.desk.later(seconds=10)
    box.platform.answers = ["unreachable"]
    box.enforce()
    undone = box.desk.undo(first.id)  # cancels the hide, asks for an unhide to be safe
    second = box.desk.decide(comment_id, **REMOVE, expected=undone.decision.id)  # cancels that
    assert box.desk.undo(second.decision.id).action_id is not None


# ------------------------------------------------------------------------------ switches


def test_a_dry_run_keeps_the_exact_request_and_sends_nothing(box: Outbox) -> None:
    box.write_back(WriteBack.DRY_RUN)
    comment_id = box.removed()
    assert box.enforce().dry_run == 1
    assert box.platform.sent == [] and box.platform.reads == 0
    assert box.past(comment_id)[-1].request == {
        "method": "POST",
        "path": box.native(comment_id),
        "body": {"do": "hide"},
    }


def test_write_back_switched_off_makes_it_work_by_hand(box: Outbox) -> None:
    box.write_back(WriteBack.OFF)
    comment_id = box.removed()
    assert box.enforce().by_hand == 1
    assert box.platform.sent == [] and "switched off" in box.past(comment_id)[-1].detail


def test_a_source_without_a_write_side_makes_it_work_by_hand(box: Outbox) -> None:
    comment_id = box.removed()
    box.sides.clear()
    assert box.enforce().by_hand == 1
    assert "no connection" in box.past(comment_id)[-1].detail


def test_what_the_platform_offers_to_no_program_is_done_by_hand(box: Outbox) -> None:
    box.platform.can = Capabilities(
        kinds=frozenset({ActionKind.UNHIDE}), irreversible=frozenset(), reads_state=True
    )
    comment_id = box.removed()
    assert box.enforce().by_hand == 1
    assert "offers no 'hide'" in box.past(comment_id)[-1].detail


def test_an_export_source_is_by_hand_with_evidence_kept(box: Outbox) -> None:
    with box.db.write() as tx:
        source = a_source(tx, "files", mode=SourceMode.EXPORT, write_back=WriteBack.ON)
        comment_id = keep(tx, source, a_collected("a vile text"))
    first = box.desk.decide(comment_id, **REMOVE).decision.id  # not assessed: a second look
    box.desk.decide(comment_id, box.desk.senior, **REMOVE, expected=first)
    box.desk.later(seconds=10)
    assert box.enforce().by_hand == 1
    with box.db.read() as tx:
        assert len(outbox.evidence_of(tx, comment_id)) == 1


# ------------------------------------------------------------------------------ deletion


def deleted(box: Outbox) -> str:
    comment_id = box.desk.comment()
    asked = REMOVE | {"action": ActionKind.REMOVE}
    first = box.desk.decide(comment_id, **asked).decision.id
    box.desk.decide(comment_id, box.desk.senior, **asked, expected=first)
    box.desk.later(minutes=10)
    return comment_id


def test_a_deletion_waits_ten_minutes_and_is_verified_by_absence(box: Outbox) -> None:
    comment_id = deleted(box)
    box.desk.now -= timedelta(seconds=1)
    assert box.enforce().accepted == 0
    box.desk.later(seconds=1)
    assert box.enforce().accepted == 1
    assert box.verify().verified == 1
    assert box.state(comment_id) is S.VERIFIED


def test_a_deletion_without_answer_that_is_gone_was_done(box: Outbox) -> None:
    comment_id = deleted(box)
    box.platform.answers = ["lose"]
    box.enforce()
    assert box.enforce().verified == 1
    assert box.state(comment_id) is S.VERIFIED and len(box.platform.sent) == 1


def test_more_actions_than_a_page_are_all_carried_out(box: Outbox) -> None:
    for _ in range(8):
        box.removed()
    assert box.enforce(page=3).accepted == 8
