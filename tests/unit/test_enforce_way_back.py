"""The way back to real platforms: stops, allowances, evidence, many in one call, weak reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from data.model import (
    ActionKind,
    Comment,
    EnforcementState,
    Platform,
    Role,
    SourceMode,
    User,
    Visibility,
    WriteBack,
)
from data.store import audit, comments, outbox, outbox_seen, sources
from data.store.write_stops import stop_of, stops_on
from moderation.carrying_out.by_hand import (
    confirm_by_hand,
    leave_conflict,
    resume_writing,
    retry_action,
)
from moderation.carrying_out.reconcile import ReconcileTally, reconcile
from moderation.deciding.refused import Refused, RefusedCode
from moderation.platforms.audience import verb_of
from moderation.platforms.base import Capabilities, RequestPlan, Seen
from tests.builders import a_source
from tests.unit.decide_helpers import REMOVE, user
from tests.unit.enforce_helpers import ALL, FakePlatform, Outbox, memory_outbox

S = EnforcementState
BLIND = Capabilities(
    kinds=ALL, irreversible=frozenset({ActionKind.REMOVE}), reads_state=False, why_weak="no field"
)


@dataclass
class ManyAtOnce(FakePlatform):
    """Takes up to three comments in one call, all or none."""

    calls: list[int] = field(default_factory=list)
    can: Capabilities = field(
        default_factory=lambda: Capabilities(
            kinds=ALL, irreversible=frozenset(), reads_state=True, batch=3
        )
    )

    def join(self, plans: Sequence[RequestPlan]) -> RequestPlan:
        paths = ",".join(p.path for p in plans)
        return RequestPlan(method="POST", path=paths, body=dict(plans[0].body))

    def fresh_many(self, about: Sequence[Comment]) -> Sequence[Seen]:
        return [self.fresh(c) for c in about]

    def send(self, plan: RequestPlan) -> Any:
        ids = plan.path.split(",")
        self.calls.append(len(ids))
        result = super().send(RequestPlan(method="POST", path=ids[0], body=plan.body))
        if result.status.value in ("accepted", "unknown"):
            for one in ids[1:]:
                self._do(RequestPlan(method="POST", path=one, body=plan.body))
        return result


@pytest.fixture
def box() -> Iterator[Outbox]:
    with memory_outbox() as made:
        yield made


@pytest.fixture
def many() -> Iterator[Outbox]:
    with memory_outbox() as made:
        made.platform = ManyAtOnce()
        made.sides[made.desk.source.id] = made.platform
        yield made


def a_deletion(box: Outbox) -> str:
    """A removal for good that two officers decided, with its hold over."""
    comment_id = box.desk.comment()
    asked = {**REMOVE, "action": ActionKind.REMOVE}
    first = box.desk.decide(comment_id, box.desk.senior, **asked).decision
    box.desk.decide(comment_id, box.desk.senior2, **asked, expected=first.id)
    box.desk.later(minutes=10)
    return comment_id


# ------------------------------------------------------------------------------ many in one call


def test_many_of_one_kind_go_in_one_call(many: Outbox) -> None:
    ids = [many.removed(f"You are fool number {n}") for n in range(5)]
    tally = many.enforce()
    assert (tally.accepted, tally.errors) == (5, ())
    assert isinstance(many.platform, ManyAtOnce) and many.platform.calls == [3, 2]
    assert many.platform.hidden == {many.native(i) for i in ids}


def test_a_changed_text_leaves_the_call_and_the_others_go(many: Outbox) -> None:
    ids = [many.removed(f"You are fool number {n}") for n in range(3)]
    many.platform.texts[many.native(ids[1])] = "a friendly text"
    tally = many.enforce()
    assert (tally.accepted, tally.text_changed) == (2, 1)
    assert many.native(ids[1]) not in many.platform.hidden


def test_a_refusal_of_many_is_asked_again_one_by_one(many: Outbox) -> None:
    for n in range(3):
        many.removed(f"You are fool number {n}")
    many.platform.answers = ["refuse", "refuse"]  # the call of three, then the first alone
    tally = many.enforce()
    assert (tally.refused, tally.accepted) == (1, 2)
    assert isinstance(many.platform, ManyAtOnce) and many.platform.calls == [3, 1, 1, 1]


def test_a_lost_answer_to_many_is_read_back_for_each(many: Outbox) -> None:
    for n in range(3):
        many.removed(f"You are fool number {n}")
    many.platform.answers = ["lose"]
    assert many.enforce().unknown == 3
    assert many.enforce().verified == 3
    assert isinstance(many.platform, ManyAtOnce) and many.platform.calls == [3]


def test_each_of_many_keeps_its_own_request(many: Outbox) -> None:
    ids = [many.removed(f"You are fool number {n}") for n in range(2)]
    many.enforce()
    for comment_id in ids:
        (asked,) = [e.request for e in many.past(comment_id) if e.request]
        assert asked["path"] == many.native(comment_id)


# ------------------------------------------------------------------------------ abuse stop


def test_an_abuse_stop_ends_all_writing_of_the_source_and_is_told(box: Outbox) -> None:
    first, second = box.removed("You are fool one"), box.removed("You are fool two")
    box.platform.answers = ["abuse"]
    assert box.enforce().failed == 1
    for _ in range(4):
        box.desk.later(minutes=20)
        box.enforce()
    assert len(box.platform.sent) == 1
    assert (box.state(first), box.state(second)) == (S.FAILED, S.HELD)
    with box.db.read() as tx:
        stop = stop_of(tx, box.desk.source.id)
        assert stop is not None and stop.why == "blocked as abuse."
        assert "writing.stopped" in {e.verb for e in audit.entries(tx)}


def test_stopped_writing_goes_on_when_a_senior_says_so_and_nothing_is_lost(box: Outbox) -> None:
    ids = [box.removed("You are fool one"), box.removed("You are fool two")]
    box.platform.answers = ["abuse"]
    box.enforce()
    with box.db.write() as tx:
        resume_writing(tx, box.desk.source.id, box.desk.senior, now=box.desk.now)
        assert stops_on(tx) == {}
    box.desk.later(minutes=20)
    assert box.enforce().accepted == 2
    assert [box.state(i) for i in ids] == [S.ACCEPTED, S.ACCEPTED]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MANAGER, Role.AUDITOR])
def test_other_roles_let_nothing_go_on(box: Outbox, role: Role) -> None:
    box.removed()
    box.platform.answers = ["abuse"]
    box.enforce()
    with box.db.write() as tx:
        with pytest.raises(Refused) as caught:
            resume_writing(tx, box.desk.source.id, user(tx, role), now=box.desk.now)
        assert stop_of(tx, box.desk.source.id) is not None
    assert caught.value.code is RefusedCode.SENIOR_NEEDED


def test_what_was_on_its_way_is_read_back_while_writing_is_stopped(box: Outbox) -> None:
    lost, other = box.removed("You are fool one"), box.removed("You are fool two")
    box.platform.answers = ["lose", "abuse"]
    box.enforce()
    assert box.enforce().verified == 1
    assert (box.state(lost), box.state(other)) == (S.VERIFIED, S.FAILED)


def test_a_stop_of_one_source_stops_no_other(box: Outbox) -> None:
    with box.db.write() as tx:
        other = a_source(tx, "other page")
        sources.set_write_back(tx, other.id, WriteBack.ON)
    elsewhere = FakePlatform()
    box.sides[other.id] = elsewhere
    box.removed("You are fool one")
    comment_id = box.desk.comment("You are fool two", source=other)
    box.desk.decide(comment_id, **REMOVE)
    box.desk.later(seconds=10)
    box.platform.answers = ["abuse"]
    box.enforce()
    assert len(elsewhere.sent) == 1


# ------------------------------------------------------------------------------ allowances


@pytest.mark.parametrize(("hours", "sent"), [(7, 1), (8, 2)])
def test_a_spent_allowance_is_waited_for_until_it_is_new(
    box: Outbox, hours: int, sent: int
) -> None:
    box.removed()
    box.platform.answers = ["quota"]
    box.platform.quota_until = box.desk.now + timedelta(hours=8)
    assert box.enforce().failed == 1
    box.desk.later(hours=hours)
    box.enforce()
    assert len(box.platform.sent) == sent


def test_a_reading_that_is_held_back_names_when_to_come_again(box: Outbox) -> None:
    comment_id = box.removed()
    box.platform.reading_problem = "the allowance is used up"
    box.platform.reading_until = box.desk.now + timedelta(hours=3)
    box.enforce()
    box.platform.reading_problem = ""
    box.desk.later(hours=2)
    box.enforce()
    assert box.state(comment_id) is S.FAILED and box.platform.sent == []
    box.desk.later(hours=1)
    assert box.enforce().accepted == 1


# ------------------------------------------------------------------------------ what is allowed


def test_what_the_platform_says_just_now_that_it_allows_is_believed(box: Outbox) -> None:
    comment_id = box.removed()
    box.platform.flags = {"can_hide": False}
    assert box.enforce().refused == 1
    assert box.platform.sent == [] and "allows no 'hide'" in box.past(comment_id)[-1].detail


# ------------------------------------------------------------------------------ evidence


def test_a_deletion_without_the_platforms_own_answer_is_not_sent(box: Outbox) -> None:
    comment_id = a_deletion(box)
    box.platform.raw = False
    assert box.enforce().failed == 1
    assert box.platform.sent == []
    assert "for lack of evidence" in box.past(comment_id)[-1].detail


def test_a_hide_without_evidence_is_sent_with_a_warning(box: Outbox) -> None:
    comment_id = box.removed()
    with box.db.write() as tx:
        tx.execute(text("ALTER TABLE evidence RENAME TO evidence_lost"))
    with box.db.write() as tx:
        tx.execute(text("CREATE TABLE evidence (id INTEGER, action_id INTEGER)"))
    assert box.enforce().accepted == 1
    sent = next(e for e in box.past(comment_id) if e.state is S.SENT)
    assert sent.detail.startswith("without evidence: it could not be kept")


def test_a_deletion_whose_evidence_cannot_be_kept_is_not_sent(box: Outbox) -> None:
    a_deletion(box)
    with box.db.write() as tx:
        tx.execute(text("ALTER TABLE evidence RENAME TO evidence_lost"))
    with box.db.write() as tx:
        tx.execute(text("CREATE TABLE evidence (id INTEGER, action_id INTEGER)"))
    assert box.enforce().failed == 1
    assert box.platform.sent == []


def test_evidence_of_an_answer_holds_what_it_answers(box: Outbox) -> None:
    box.desk.comment("Who is the fool here?", external_id="top")
    answer = box.desk.comment("You are a fool.", external_id="a1", parent_external_id="top")
    box.desk.decide(answer, **REMOVE)
    box.desk.later(seconds=10)
    box.enforce()
    with box.db.read() as tx:
        (kept,) = outbox.evidence_of(tx, answer)
    parent: Any = kept.body["parent"]
    assert parent["text"] == "Who is the fool here?"


# ------------------------------------------------------------------------------ weak reading


def blind(box: Outbox) -> str:
    """An accepted hide on a platform that tells no state."""
    box.platform.can = BLIND
    comment_id = box.removed()
    box.enforce()
    return comment_id


def swept(box: Outbox, comment_id: str, visibility: Visibility) -> None:
    box.desk.later(minutes=5)
    with box.db.write() as tx:
        comments.mark_seen(tx, comment_id, visibility, now=box.desk.now)


def test_what_cannot_be_observed_stays_accepted_and_says_so(box: Outbox) -> None:
    comment_id = blind(box)
    for _ in range(3):
        box.desk.later(minutes=30)
        box.verify()
        box.enforce()
    assert box.state(comment_id) is S.ACCEPTED
    assert box.past(comment_id)[-1].detail == "accepted, not observable: no field"
    assert len(box.platform.sent) == 1


def test_a_sweep_that_finds_it_held_proves_it(box: Outbox) -> None:
    comment_id = blind(box)
    swept(box, comment_id, Visibility.HELD)
    assert box.verify().verified == 1


def test_a_deletion_on_a_platform_without_state_is_proved_by_its_absence(box: Outbox) -> None:
    box.platform.can = BLIND
    comment_id = a_deletion(box)
    box.enforce()
    assert box.verify().verified == 1 and box.state(comment_id) is S.VERIFIED


def on_platform(box: Outbox, platform: Platform) -> None:
    with box.db.write() as tx:
        for table in ("source", "comment"):
            tx.execute(text(f"UPDATE {table} SET platform = '{platform.value}'"))


def test_a_person_who_looked_confirms_what_x_does_not_show(box: Outbox) -> None:
    comment_id = blind(box)
    action_id = box.desk.actions(comment_id)[0].id
    with box.db.write() as tx, pytest.raises(Refused):  # a platform that tells is not asked of us
        confirm_by_hand(tx, action_id, box.desk.officer, now=box.desk.now)
    on_platform(box, Platform.X)
    with box.db.write() as tx:
        confirm_by_hand(tx, action_id, box.desk.officer, now=box.desk.now)
    swept(box, comment_id, Visibility.UNKNOWN)
    box.verify()
    assert box.state(comment_id) is S.CONFIRMED, "X lists what is folded: that contradicts nothing"


def test_x_folds_and_removes_nothing() -> None:
    assert verb_of(Platform.X, ActionKind.HIDE) == "fold"
    assert verb_of(Platform.FACEBOOK, ActionKind.HIDE) == "hide"


# ------------------------------------------------------------------------------ comparing daily


def verified(box: Outbox) -> str:
    comment_id = box.removed()
    box.enforce()
    box.verify()
    assert box.state(comment_id) is S.VERIFIED
    return comment_id


def compare(box: Outbox) -> ReconcileTally:
    return reconcile(box.db, box.sides, clock=lambda: box.desk.now)


def test_what_is_still_as_decided_is_compared_once_a_day(box: Outbox) -> None:
    verified(box)
    assert compare(box) == ReconcileTally()  # done just now: nothing is due yet
    box.desk.later(hours=24)
    assert compare(box).as_decided == 1
    reads = box.platform.reads
    assert compare(box) == ReconcileTally() and box.platform.reads == reads
    box.desk.later(hours=24)
    assert compare(box).as_decided == 1


def test_what_a_colleague_put_back_is_a_conflict_and_is_never_hidden_again(box: Outbox) -> None:
    comment_id = verified(box)
    box.platform.hidden.clear()
    box.desk.later(hours=24)
    assert compare(box).conflicts == 1
    for _ in range(5):
        box.desk.later(hours=24)
        box.enforce()
        box.verify()
        compare(box)
    assert box.state(comment_id) is S.CONFLICT
    assert len(box.platform.sent) == 1


def test_what_we_put_back_and_somebody_hid_is_a_conflict_too(box: Outbox) -> None:
    comment_id = box.desk.comment()
    decision = box.desk.decide(comment_id, **REMOVE).decision
    box.desk.later(seconds=10)
    box.enforce()
    box.desk.undo(decision.id)
    box.enforce()
    box.verify()
    box.platform.hidden.add(box.native(comment_id))
    box.desk.later(hours=24)
    assert compare(box).conflicts == 1
    assert box.states(comment_id)[-1] is S.CONFLICT


def test_a_comment_that_its_author_took_away_is_no_conflict(box: Outbox) -> None:
    comment_id = verified(box)
    box.platform.deleted.add(box.native(comment_id))
    box.desk.later(hours=24)
    assert compare(box).gone == 1
    assert box.state(comment_id) is S.VERIFIED


def test_a_platform_that_cannot_be_read_is_asked_once_and_compared_later(box: Outbox) -> None:
    for n in range(3):
        box.removed(f"You are fool number {n}")
    box.enforce()
    box.verify()
    box.desk.later(hours=24)
    reads = box.platform.reads
    box.platform.reading_problem = "out of order"
    assert compare(box) == ReconcileTally(unreadable=1)
    assert box.platform.reads == reads + 1
    box.platform.reading_problem = ""
    assert compare(box).as_decided == 3


def test_what_cannot_be_observed_is_counted_as_such(box: Outbox) -> None:
    verified(box)
    box.platform.can = BLIND
    box.desk.later(hours=24)
    assert compare(box) == ReconcileTally(not_observable=1)


# ------------------------------------------------------------------------------ leave or do again


def a_conflict(box: Outbox) -> tuple[str, int]:
    comment_id = verified(box)
    box.platform.hidden.clear()
    box.desk.later(hours=24)
    compare(box)
    return comment_id, box.desk.actions(comment_id)[-1].id


def test_a_conflict_is_left_with_a_reason_and_stays_so(box: Outbox) -> None:
    comment_id, action_id = a_conflict(box)
    with box.db.write() as tx:
        leave_conflict(tx, action_id, box.desk.officer, "the  minister's\noffice", now=box.desk.now)
        leave_conflict(tx, action_id, box.desk.officer, "again", now=box.desk.now)
    for _ in range(3):
        box.desk.later(hours=24)
        box.verify()
        compare(box)
        box.enforce()
    assert [e.state for e in box.past(comment_id)].count(S.LEFT) == 1
    assert box.past(comment_id)[-1].detail.endswith("the minister's office")
    assert len(box.platform.sent) == 1
    with box.db.read() as tx:
        newest = next(e for e in audit.entries(tx) if e.verb == "enforce.left")
    assert newest.actor == box.desk.officer.pseudonym


def test_only_a_conflict_is_left_and_only_with_a_reason(box: Outbox) -> None:
    _, conflict = a_conflict(box)
    done = verified(box)
    proved = box.desk.actions(done)[0].id
    for action_id, why in ((proved, "because"), (conflict, " \u200b ")):
        with box.db.write() as tx, pytest.raises(Refused):
            leave_conflict(tx, action_id, box.desk.officer, why, now=box.desk.now)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_other_roles_leave_nothing(box: Outbox, role: Role) -> None:
    _, action_id = a_conflict(box)
    with box.db.write() as tx:
        other: User = user(tx, role)
        with pytest.raises(Refused):
            leave_conflict(tx, action_id, other, "because", now=box.desk.now)


def test_a_conflict_that_is_done_again_is_hidden_and_proved_anew(box: Outbox) -> None:
    comment_id, action_id = a_conflict(box)
    with box.db.write() as tx:
        retry_action(tx, action_id, box.desk.senior, now=box.desk.now)
    assert box.enforce().accepted == 1
    assert box.verify().verified == 1
    assert box.native(comment_id) in box.platform.hidden


def test_undoing_a_removal_whose_conflict_was_left_sends_nothing(box: Outbox) -> None:
    comment_id, action_id = a_conflict(box)
    with box.db.write() as tx:
        leave_conflict(tx, action_id, box.desk.officer, "it is mild", now=box.desk.now)
    decision_id = box.desk.actions(comment_id)[0].decision_id
    box.desk.undo(decision_id, box.desk.senior)
    box.enforce()
    assert len(box.platform.sent) == 1


# ------------------------------------------------------------------------------ dead letters


def test_the_dead_are_the_refused_the_reversed_and_those_that_need_a_person(box: Outbox) -> None:
    refused = box.removed("You are fool one")
    box.platform.answers = ["refuse"]
    box.enforce()
    conflict, _ = a_conflict(box)
    spent = box.removed("You are fool three")
    box.platform.answers = ["drop"] * 9
    for _ in range(12):
        box.enforce()
        box.desk.later(minutes=20)
    box.platform.answers = ["unreachable"]
    waiting = box.removed("You are fool four")
    box.enforce()
    assert box.state(waiting) is S.FAILED
    with box.db.read() as tx:
        dead = [a.comment_id for a in outbox_seen.dead_actions(tx)]
        assert outbox_seen.count_dead(tx) == 3
    assert set(dead) == {refused, conflict, spent}


def test_an_export_feed_is_never_written_to(box: Outbox) -> None:
    with box.db.write() as tx:
        feed = a_source(tx, "feed", mode=SourceMode.EXPORT)
        sources.set_write_back(tx, feed.id, WriteBack.ON)
    box.sides[feed.id] = box.platform
    comment_id = box.desk.comment(source=feed)
    box.desk.decide(comment_id, **REMOVE)
    box.desk.later(seconds=10)
    assert box.enforce().by_hand == 1 and box.platform.sent == []
