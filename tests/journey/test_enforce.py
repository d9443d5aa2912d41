"""The outbox against a platform that misbehaves: nothing twice with effect, nothing lost."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from data.db import Database
from data.model import EnforcementState, Verdict, WriteBack
from data.store import outbox, sources
from data.store.decisions import current_decision
from moderation.carrying_out.enforce import EnforceTally
from moderation.deciding.refused import Refused
from moderation.platforms.mock import MockWriteSide
from tests.collect_helpers import a_stage, sweep
from tests.tables import a_database
from tests.unit.decide_helpers import REMOVE, a_desk
from tests.unit.enforce_helpers import FakePlatform, Outbox, an_outbox

S = EnforcementState


def test_two_enforcers_at_once_act_once(file_db: Database) -> None:
    box = an_outbox(file_db)
    ids = [box.removed(f"You are fool number {n}") for n in range(20)]
    start = threading.Barrier(3)
    tallies: list[EnforceTally] = []

    def enforcer(name: str) -> None:
        start.wait()
        tallies.append(box.enforce(name))

    threads = [threading.Thread(target=enforcer, args=(name,)) for name in ("a", "a", "b")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(box.platform.sent) == 20
    assert sum(t.accepted for t in tallies) == 20
    assert all(t.errors == () for t in tallies)
    assert {box.state(i) for i in ids} == {S.ACCEPTED}


def test_an_undo_beside_an_enforcer_never_leaves_an_undone_comment_hidden(
    file_db: Database,
) -> None:
    box = an_outbox(file_db)
    comments = [box.desk.comment(f"You are fool number {n}") for n in range(15)]
    decided = [box.desk.decide(c, **REMOVE).decision.id for c in comments]
    box.desk.later(seconds=10)

    def undo_all() -> None:
        for decision_id in decided:
            box.desk.undo(decision_id, box.desk.senior)

    undoing = threading.Thread(target=undo_all)
    undoing.start()
    while undoing.is_alive():
        box.enforce()
    undoing.join()
    box.enforce()
    assert box.platform.hidden == set()


def test_two_officers_decide_one_comment_once(file_db: Database) -> None:
    desk = a_desk(file_db)
    comments = [desk.comment(f"You are fool number {n}") for n in range(15)]
    taken: list[str] = []

    def officer(by: Any, verdict: dict[str, Any]) -> None:
        for comment_id in comments:
            try:
                desk.decide(comment_id, by, **verdict)
            except Refused:
                continue
            taken.append(comment_id)

    threads = [
        threading.Thread(target=officer, args=(desk.officer, REMOVE)),
        threading.Thread(target=officer, args=(desk.other, {"verdict": Verdict.KEEP})),
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(taken) == sorted(comments)


def test_the_same_key_from_two_tabs_is_one_decision(file_db: Database) -> None:
    desk = a_desk(file_db)
    comment_id = desk.comment()
    repeated: list[bool] = []

    def tab() -> None:
        repeated.append(desk.decide(comment_id, **REMOVE, key="one").repeated)

    threads = [threading.Thread(target=tab) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(repeated) == [False, True, True, True]
    assert len(desk.actions(comment_id)) == 1


def test_a_removal_walks_over_the_mock_platform_and_back(tmp_path: Path, db: Database) -> None:
    stage, desk = a_stage(tmp_path), a_desk(db)
    with db.write() as tx:
        sources.set_write_back(tx, desk.source.id, WriteBack.ON)
    box = Outbox(
        desk=desk, platform=FakePlatform(), sides={desk.source.id: MockWriteSide(stage.client)}
    )
    sweep(db, desk.source, stage.collector, stage.clock.at(0))
    decision = desk.decide("mock:c0", **REMOVE)  # nothing assessed it: a proposal
    decision = desk.decide(
        "mock:c0", desk.senior, verdict=Verdict.REMOVE, expected=decision.decision.id
    )
    desk.later(seconds=10)
    stage.fault("lost_answer", times=1)
    assert box.enforce().unknown == 1
    assert box.enforce().verified == 1
    desk.undo(decision.decision.id, desk.senior)
    assert box.enforce().accepted == 1
    desk.later(minutes=30)
    sweep(db, desk.source, stage.collector, desk.now)
    assert box.verify().verified == 1
    assert box.states("mock:c0") == [S.VERIFIED, S.VERIFIED]
    assert stage.client.get("/v1/comments/c0").json()["is_hidden"] is False


FAULTS = ["do", "lose", "drop", "forget", "refuse", "rate", "unreachable", "die"]


class OutboxMachine(RuleBasedStateMachine):
    """Officers decide and undo, colleagues and authors meddle, the platform misbehaves.

    After all of it settles, every comment is as its decisions say, or its action says why not.
    """

    def __init__(self) -> None:
        super().__init__()
        self.db = a_database()
        self.box = an_outbox(self.db)
        self.removals: dict[str, int] = {}

    @initialize(count=st.integers(1, 3))
    def begin(self, count: int) -> None:
        self.ids = [
            self.box.desk.comment(f"You are fool number {n}", external_id=f"n{n}")
            for n in range(count)
        ]

    @rule(data=st.data())
    def decide(self, data: st.DataObject) -> None:
        comment_id = data.draw(st.sampled_from(self.ids))
        with self.db.read() as tx:
            current = current_decision(tx, comment_id)
        expected = None if current is None else current.id
        try:
            made = self.box.desk.decide(comment_id, **REMOVE, expected=expected)
        except Refused:
            return
        self.removals[comment_id] = made.decision.id

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        comment_id = data.draw(st.sampled_from(self.ids))
        if comment_id in self.removals:
            self.box.desk.undo(self.removals.pop(comment_id), self.box.desk.senior)

    @rule(faults=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=4))
    def misbehave(self, faults: list[str]) -> None:
        self.box.platform.answers = faults

    @rule(down=st.booleans())
    def outage(self, down: bool) -> None:
        self.box.platform.reading_problem = "out of order" if down else ""

    @rule(seconds=st.sampled_from([1, 10, 40, 130, 400]))
    def pass_time(self, seconds: int) -> None:
        self.box.desk.later(seconds=seconds)

    @rule(owner=st.sampled_from(["a", "b"]))
    def enforce(self, owner: str) -> None:
        self.box.enforce(owner)

    @rule()
    def verify(self) -> None:
        self.box.verify()

    @invariant()
    def nothing_is_sent_on_top_of_what_is_on_its_way(self) -> None:
        """An action of a comment never leaves while an earlier one has an unknown outcome."""
        for comment_id in getattr(self, "ids", []):
            states = self.box.states(comment_id)
            if S.SENT in states:
                later = states[states.index(S.SENT) + 1 :]
                assert not {S.SENT, S.ACCEPTED, S.VERIFIED} & set(later)

    def teardown(self) -> None:
        if not hasattr(self, "ids"):
            self.db.close()
            return
        self.box.platform.answers, self.box.platform.reading_problem = [], ""
        for _ in range(12):
            self.box.desk.later(minutes=16)
            self.box.enforce()
            self.box.verify()
        for comment_id in self.ids:
            self.check(comment_id)
        self.db.close()

    def check(self, comment_id: str) -> None:
        hidden = self.box.native(comment_id) in self.box.platform.hidden
        states = self.box.states(comment_id)
        wanted = comment_id in self.removals
        refused = bool(states) and states[-1] in (S.REFUSED, S.FAILED)
        assert S.SENT not in states and S.ACCEPTED not in states and S.HELD not in states, states
        if refused and states[-1] is S.FAILED:
            assert self.box.past(comment_id)[-1].detail.startswith("needs a person")
        if not refused:
            assert hidden is wanted, (states, self.box.platform.effects)
        own = [
            what
            for native, what in self.box.platform.effects
            if self.box.native(comment_id) == native
        ]
        assert own == [("hide", "unhide")[n % 2] for n in range(len(own))]
        with self.db.read() as tx:
            acted = [a for a in outbox.actions_of_comment(tx, comment_id) if a.attempts]
            assert len(own) <= len(acted)


OutboxMachine.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestOutboxMachine = OutboxMachine.TestCase
