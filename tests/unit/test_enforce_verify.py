"""Accepted is not done: what proves an action, what contradicts it, and what a person does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from data.model import EnforcementState, Role, Source, SourceMode, Visibility, WriteBack
from data.store import audit, comments
from moderation.carrying_out.by_hand import confirm_by_hand, retry_action
from moderation.deciding.refused import Refused, RefusedCode
from moderation.platforms.base import Capabilities
from tests.builders import a_collected, a_source, keep
from tests.unit.decide_helpers import REMOVE, user
from tests.unit.enforce_helpers import ALL, Outbox, memory_outbox

S = EnforcementState


@pytest.fixture
def box() -> Iterator[Outbox]:
    with memory_outbox() as box:
        yield box


def accepted(box: Outbox) -> str:
    comment_id = box.removed()
    assert box.enforce().accepted == 1
    return comment_id


def verified(box: Outbox) -> str:
    comment_id = accepted(box)
    assert box.verify().verified == 1
    return comment_id


def sweep(box: Outbox, comment_id: str, visibility: Visibility) -> None:
    """A later sweep lists the comment as the platform shows it."""
    box.desk.later(minutes=30)
    seen = box.desk.get(comment_id)
    with box.db.write() as tx:
        collected = a_collected(
            seen.revision.text, external_id=seen.external_id, visibility=visibility
        )
        source = box.desk.source
        keep(tx, source, collected, now=box.desk.now)


# ------------------------------------------------------------------------------ proof


def test_reading_the_comment_back_verifies(box: Outbox) -> None:
    comment_id = accepted(box)
    assert box.verify().verified == 1
    assert box.state(comment_id) is S.VERIFIED
    assert box.desk.get(comment_id).visibility is Visibility.HIDDEN


def test_the_next_sweep_verifies_without_another_call(box: Outbox) -> None:
    comment_id = accepted(box)
    reads = box.platform.reads
    sweep(box, comment_id, Visibility.HIDDEN)
    assert box.verify().verified == 1
    assert box.platform.reads == reads
    assert box.past(comment_id)[-1].detail == "seen by a sweep"


@pytest.mark.parametrize(("seconds", "state"), [(119, S.ACCEPTED), (120, S.FAILED)])
def test_what_was_accepted_and_not_done_is_tried_again_after_two_minutes(
    box: Outbox, seconds: int, state: EnforcementState
) -> None:
    comment_id = box.removed()
    box.platform.answers = ["forget"]
    box.enforce()
    box.desk.later(seconds=seconds)
    box.verify()
    assert box.state(comment_id) is state


def test_a_forgetful_platform_is_asked_until_it_does_it(box: Outbox) -> None:
    comment_id = box.removed()
    box.platform.answers = ["forget", "forget"]
    for _ in range(6):
        box.enforce()
        box.verify()
        box.desk.later(minutes=5)
    assert box.state(comment_id) is S.VERIFIED
    assert [e for _, e in box.platform.effects] == ["hide"]


def test_an_accepted_action_that_cannot_be_read_stays_accepted(box: Outbox) -> None:
    comment_id = accepted(box)
    box.platform.can = Capabilities(kinds=ALL, irreversible=frozenset(), reads_state=False)
    box.desk.later(days=3)
    reads = box.platform.reads
    box.verify()
    assert box.platform.reads == reads
    assert box.state(comment_id) is S.ACCEPTED


def test_an_accepted_hide_of_a_comment_that_vanished_is_gone(box: Outbox) -> None:
    comment_id = accepted(box)
    box.platform.deleted.add(box.native(comment_id))
    assert box.verify().gone == 1
    assert box.state(comment_id) is S.GONE


def test_an_outage_while_verifying_changes_nothing(box: Outbox) -> None:
    comment_id = accepted(box)
    box.platform.reading_problem = "out of order"
    box.desk.later(hours=5)
    assert box.verify().waiting == 1
    assert box.state(comment_id) is S.ACCEPTED


def test_an_accepted_hide_that_was_undone_is_never_put_back(box: Outbox) -> None:
    comment_id = accepted(box)
    box.desk.undo(box.desk.actions(comment_id)[0].decision_id)
    box.enforce()
    for _ in range(3):
        box.desk.later(minutes=10)
        box.verify()
        box.enforce()
    assert box.states(comment_id) == [S.CANCELLED, S.VERIFIED]
    assert [e for _, e in box.platform.effects] == ["hide", "unhide"]


# ------------------------------------------------------------------------------ contradiction


def test_a_verified_comment_that_is_public_again_is_a_conflict_and_not_hidden_again(
    box: Outbox,
) -> None:
    comment_id = verified(box)
    box.platform.hidden.clear()
    sweep(box, comment_id, Visibility.PUBLIC)
    assert box.verify().conflicts == 1
    sent = len(box.platform.sent)
    for _ in range(3):
        box.desk.later(hours=1)
        box.enforce()
        box.verify()
    assert box.state(comment_id) is S.CONFLICT
    assert len(box.platform.sent) == sent


def test_a_sweep_that_is_older_than_the_act_is_no_conflict(box: Outbox) -> None:
    comment_id = verified(box)
    sweep(box, comment_id, Visibility.PUBLIC)  # its page was read before the hide
    assert box.verify().conflicts == 0
    assert box.state(comment_id) is S.VERIFIED
    assert box.desk.get(comment_id).visibility is Visibility.HIDDEN


def test_a_conflict_that_was_put_right_at_the_platform_is_verified_again(box: Outbox) -> None:
    comment_id = verified(box)
    box.platform.hidden.clear()
    sweep(box, comment_id, Visibility.PUBLIC)
    box.verify()
    box.platform.hidden.add(box.native(comment_id))
    sweep(box, comment_id, Visibility.HIDDEN)
    assert box.verify().verified == 1
    assert box.state(comment_id) is S.VERIFIED


def test_what_we_put_back_and_somebody_hid_again_is_a_conflict(box: Outbox) -> None:
    comment_id = verified(box)
    box.desk.undo(box.desk.actions(comment_id)[0].decision_id)
    box.enforce()
    box.verify()
    box.platform.hidden.add(box.native(comment_id))
    sweep(box, comment_id, Visibility.HIDDEN)
    assert box.verify().conflicts == 1
    assert box.states(comment_id) == [S.VERIFIED, S.CONFLICT]


# ------------------------------------------------------------------------------ by hand


@pytest.fixture
def files(box: Outbox) -> Source:
    with box.db.write() as tx:
        return a_source(tx, "files", mode=SourceMode.EXPORT)


def by_hand(box: Outbox, source: Source) -> tuple[str, int]:
    comment_id = box.desk.comment(source=source, visibility=Visibility.UNKNOWN)
    action_id = box.desk.decide(comment_id, **REMOVE).action_id
    assert action_id is not None
    box.desk.later(seconds=10)
    assert box.enforce().by_hand == 1
    return comment_id, action_id


def confirm(box: Outbox, action_id: int) -> None:
    with box.db.write() as tx:
        assert confirm_by_hand(tx, action_id, box.desk.officer, now=box.desk.now).id == action_id


def export(box: Outbox, source: Source, comment_id: str, *, listed: bool) -> None:
    """The next export: it lists the comment, or it covered its place and does not."""
    box.desk.later(hours=1)
    seen = box.desk.get(comment_id)
    with box.db.write() as tx:
        if listed:
            collected = a_collected(
                seen.revision.text, external_id=seen.external_id, visibility=Visibility.UNKNOWN
            )
            keep(tx, source, collected, now=box.desk.now)
        else:
            comments.mark_missing(tx, [comment_id], "not_listed", now=box.desk.now)


def test_work_by_hand_is_confirmed_by_an_officer_and_proved_by_the_next_export(
    box: Outbox, files: Source
) -> None:
    comment_id, action_id = by_hand(box, files)
    confirm(box, action_id)
    assert box.state(comment_id) is S.CONFIRMED
    box.verify()
    assert box.state(comment_id) is S.CONFIRMED
    export(box, files, comment_id, listed=False)
    assert box.verify().verified == 1
    assert box.state(comment_id) is S.VERIFIED


def test_the_confirmation_names_the_officer_by_pseudonym_in_the_chain(
    box: Outbox, files: Source
) -> None:
    _, action_id = by_hand(box, files)
    confirm(box, action_id)
    with box.db.read() as tx:
        newest = audit.entries(tx)[0]
    assert (newest.actor, newest.verb) == (box.desk.officer.pseudonym, "enforce.confirmed")


def test_a_confirmed_comment_that_the_next_export_still_lists_is_a_conflict(
    box: Outbox, files: Source
) -> None:
    comment_id, action_id = by_hand(box, files)
    confirm(box, action_id)
    export(box, files, comment_id, listed=True)
    assert box.verify().conflicts == 1
    assert "import a newer one" in box.past(comment_id)[-1].detail
    export(box, files, comment_id, listed=False)
    assert box.verify().verified == 1


def test_work_by_hand_that_nobody_confirmed_and_is_gone_may_still_be_confirmed(
    box: Outbox, files: Source
) -> None:
    comment_id, action_id = by_hand(box, files)
    export(box, files, comment_id, listed=False)
    assert box.verify().gone == 1
    confirm(box, action_id)
    assert box.verify().verified == 1
    assert box.state(comment_id) is S.VERIFIED


def test_work_by_hand_that_is_still_listed_goes_on_waiting(box: Outbox, files: Source) -> None:
    comment_id, _ = by_hand(box, files)
    export(box, files, comment_id, listed=True)
    box.verify()
    assert box.state(comment_id) is S.BY_HAND


def test_a_second_confirmation_changes_nothing(box: Outbox, files: Source) -> None:
    comment_id, action_id = by_hand(box, files)
    confirm(box, action_id)
    confirm(box, action_id)
    assert [e.state for e in box.past(comment_id)].count(S.CONFIRMED) == 1


def refusal(box: Outbox, action_id: int, do: Any, by: Any = None) -> RefusedCode:
    with pytest.raises(Refused) as caught, box.db.write() as tx:
        do(tx, action_id, by or box.desk.officer, now=box.desk.now)
    return caught.value.code


def test_only_work_by_hand_is_confirmed(box: Outbox) -> None:
    action_id = box.desk.actions(verified(box))[0].id
    assert refusal(box, action_id, confirm_by_hand) is RefusedCode.ACTION_STATE
    assert refusal(box, 99, confirm_by_hand) is RefusedCode.UNKNOWN_ACTION


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_other_roles_confirm_and_retry_nothing(box: Outbox, role: Role) -> None:
    with box.db.write() as tx:
        by = user(tx, role)
    action_id = box.desk.actions(box.removed())[0].id
    for do in (confirm_by_hand, retry_action):
        assert refusal(box, action_id, do, by) is RefusedCode.ROLE


# ------------------------------------------------------------------------------ retry


def retry(box: Outbox, comment_id: str, by: Any = None) -> None:
    action_id = box.desk.actions(comment_id)[-1].id
    with box.db.write() as tx:
        retry_action(tx, action_id, by or box.desk.officer, now=box.desk.now)


def test_a_refused_action_is_tried_again_by_a_person(box: Outbox) -> None:
    comment_id = box.removed()
    box.platform.answers = ["refuse"]
    box.enforce()
    retry(box, comment_id)
    assert box.enforce().accepted == 1


def test_an_action_that_needed_a_person_has_all_its_tries_again(box: Outbox) -> None:
    comment_id = box.removed()
    box.platform.answers = ["drop"] * 6
    for _ in range(20):
        box.enforce()
        box.desk.later(minutes=15)
    retry(box, comment_id)
    for _ in range(4):
        box.enforce()
        box.desk.later(minutes=15)
    assert box.state(comment_id) is S.ACCEPTED


def test_a_dry_run_is_sent_once_writing_is_on_and_a_person_says_so(box: Outbox) -> None:
    box.write_back(WriteBack.DRY_RUN)
    comment_id = box.removed()
    box.enforce()
    box.write_back(WriteBack.ON)
    assert box.enforce().accepted == 0
    retry(box, comment_id)
    assert box.enforce().accepted == 1


def test_a_conflict_is_retried_by_a_senior_only(box: Outbox) -> None:
    comment_id = verified(box)
    box.platform.hidden.clear()
    sweep(box, comment_id, Visibility.PUBLIC)
    box.verify()
    action_id = box.desk.actions(comment_id)[0].id
    assert refusal(box, action_id, retry_action) is RefusedCode.SENIOR_NEEDED
    retry(box, comment_id, box.desk.senior)
    assert box.enforce().accepted == 1


def test_what_was_undone_or_is_done_is_not_tried_again(box: Outbox) -> None:
    done = verified(box)
    assert refusal(box, box.desk.actions(done)[0].id, retry_action) is RefusedCode.ACTION_STATE
    refused = box.removed()
    box.platform.answers = ["refuse"]
    box.enforce()
    action = box.desk.actions(refused)[0]
    box.desk.undo(action.decision_id)
    assert refusal(box, action.id, retry_action) is RefusedCode.ACTION_STATE
