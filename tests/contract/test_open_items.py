"""The open items are what the view says, in the order of data/urgency.py, after anything at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select, update

from data import schema
from data.db import Database, Tx
from data.frames import Window, comments_frame
from data.model import CollectedAuthor, Comment, FeedbackKind, Flag, ReasonCode, Source, Verdict
from data.store import assessments, comments, copies, decisions, open_items, queue
from data.store.decisions import NewDecision
from data.urgency import order_number, pull
from tests.builders import (
    NOW,
    a_collected,
    a_judgement,
    a_reading,
    a_source,
    a_user,
    assess,
    keep,
    minutes,
)
from tests.tables import a_database

COMMENTS = 4
IDS = st.sampled_from([f"c{n}" for n in range(COMMENTS)])
FLAGS = st.sampled_from(list(Flag))
VERDICTS = st.sampled_from(list(Verdict))


def a_member(tx: Tx, comment_id: str, group: str) -> None:
    member = copies.Member(
        comment_id=comment_id, group_id=group, author_key="k", signature=b"s", at=NOW
    )
    copies.add_members(tx, [member])


def ranks(tx: Tx) -> dict[str, float]:
    query = select(schema.open_item.c.comment_id, schema.open_item.c.rank)
    return {comment_id: rank for comment_id, rank in tx.execute(query)}


class AnyDay(RuleBasedStateMachine):
    """A page's life: what comes, changes, is judged, copied, decided and vanishes."""

    source: Source

    def __init__(self) -> None:
        super().__init__()
        self.db = a_database()
        self.number = 0

    @initialize()
    def a_page(self) -> None:
        with self.db.write() as tx:
            self.source = a_source(tx)
            self.users = [a_user(tx, name).id for name in ("one", "two")]
            for n in range(COMMENTS):
                keep(tx, self.source, a_collected("a", external_id=f"c{n}"))

    def _known(self, tx: Tx, external_id: str) -> Comment:
        known = comments.get_comment(tx, f"mock:{external_id}")
        assert known is not None
        return known

    @rule(
        external_id=IDS,
        text=st.sampled_from(["a", "b", "c"]),
        likes=st.sampled_from([None, 0, 3, 5000]),
        ours=st.booleans(),
        later=st.integers(0, 600),
    )
    def arrives(
        self, external_id: str, text: str, likes: int | None, ours: bool, later: int
    ) -> None:
        author = CollectedAuthor(external_id="a", is_page_owner=ours and text == "c")
        told = a_collected(
            text, external_id=external_id, like_count=likes, author=author,
            created_at=NOW + minutes(later),
        )  # fmt: skip
        with self.db.write() as tx:
            keep(tx, self.source, told)

    @rule(
        external_id=IDS, flag=FLAGS, priority=st.sampled_from([0.0, 0.4, 1.0]), kind=st.booleans()
    )
    def judged(self, external_id: str, flag: Flag, priority: float, kind: bool) -> None:
        kinds = (FeedbackKind.COMPLAINT,) if kind else (FeedbackKind.OTHER,)
        with self.db.write() as tx:
            judgement = a_judgement(flag, priority=priority)
            assess(tx, f"mock:{external_id}", judgement, feedback=kinds)

    @rule(external_id=IDS)
    def judged_too_late(self, external_id: str) -> None:
        """Of a text that is no longer the current one."""
        with self.db.write() as tx:
            known = self._known(tx, external_id)
            if known.revision.no > 1:
                first = comments.revisions_of(tx, known.id)[0]
                assessments.save_assessment(
                    tx, known.id, first.id, a_reading(), a_judgement(), now=NOW
                )

    @rule(external_id=IDS, group=st.sampled_from(["g", "g", "h"]))
    def copied(self, external_id: str, group: str) -> None:
        with self.db.write() as tx:
            a_member(tx, f"mock:{external_id}", group)

    @rule(external_id=IDS)
    def no_longer_a_copy(self, external_id: str) -> None:
        with self.db.write() as tx:
            copies.forget_copies(tx, [f"mock:{external_id}"])

    @rule(external_id=IDS, verdict=VERDICTS, awaits=st.booleans(), by=st.integers(0, 1))
    def decided(self, external_id: str, verdict: Verdict, awaits: bool, by: int) -> None:
        self.number += 1
        with self.db.write() as tx:
            known = self._known(tx, external_id)
            before = decisions.current_decision(tx, known.id)
            new = NewDecision(
                comment_id=known.id,
                revision_id=known.revision.id,
                verdict=verdict,
                by_user=self.users[by],
                policy_version=1,
                key=f"k{self.number}",
                expected=None if before is None else before.id,
                reason=ReasonCode.SPAM,
                awaits_second=awaits,
            )
            decisions.append_decision(tx, new, now=NOW)

    @rule(external_id=IDS)
    def vanishes(self, external_id: str) -> None:
        with self.db.write() as tx:
            comments.mark_missing(tx, [f"mock:{external_id}"], "gone", now=NOW)

    @precondition(lambda self: hasattr(self, "source"))
    @invariant()
    def the_table_is_what_the_view_says(self) -> None:
        with self.db.read() as tx:
            assert open_items.differences(tx) == []
            said = set(tx.execute(select(open_items.view.c.comment_id)).scalars())
            assert {i.comment.id for i in queue.queue_items(tx)} == said
            assert sum(queue.queue_counts(tx).values()) == len(said)

    def teardown(self) -> None:
        self.db.close()


def test_the_open_items_are_what_the_view_says_after_any_sequence_of_events() -> None:
    run_state_machine_as_test(
        AnyDay,
        settings=settings(
            max_examples=30,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )


# ------------------------------------------------------------------------------ order


def test_the_queue_is_in_the_order_of_urgency_and_what_was_put_off_comes_last(
    db: Database,
) -> None:
    with db.write() as tx:
        source, user = a_source(tx), a_user(tx)
        for name, likes, hours, flag in (
            ("new", None, 0, Flag.FLAGGED),
            ("liked", 500, 0, Flag.FLAGGED),
            ("older", None, 1, Flag.FLAGGED),
            ("severe", None, 0, Flag.SEVERE),
            ("waits", None, 999, Flag.SEVERE),
        ):
            posted = NOW - timedelta(hours=hours)
            keep(tx, source, a_collected(external_id=name, like_count=likes, created_at=posted))
            assess(tx, f"mock:{name}", a_judgement(flag))
        first = comments.get_comment(tx, "mock:waits")
        assert first is not None
        put_off = NewDecision(
            comment_id=first.id, revision_id=first.revision.id, verdict=Verdict.WAIT,
            by_user=user.id, policy_version=1, key="k", expected=None,
        )  # fmt: skip
        decisions.append_decision(tx, put_off, now=NOW)
        told_order = [i.comment.id.removeprefix("mock:") for i in queue.queue_items(tx)]
        without = queue.queue_items(tx, without=("second_look",))
    assert [i.comment.id.removeprefix("mock:") for i in without] == told_order
    order = ["severe", "liked", "older", "new", "waits"]
    assert told_order == order


def test_a_flood_moves_its_open_members_forward_as_it_doubles(db: Database) -> None:
    with db.write() as tx:
        source = a_source(tx)
        for n in range(5):
            keep(tx, source, a_collected(external_id=str(n)))
            assess(tx, f"mock:{n}")
        for n in range(4):
            a_member(tx, f"mock:{n}", "g")
        alone = order_number(NOW, pull(severe=False, priority=0.6, likes=None, copies=1))
        of_four = order_number(NOW, pull(severe=False, priority=0.6, likes=None, copies=4))
        assert ranks(tx) == {f"mock:{n}": of_four for n in range(4)} | {"mock:4": alone}
        a_member(tx, "mock:4", "g")  # five are still counted as four
        assert set(ranks(tx).values()) == {of_four}
        assert queue.side_counts(tx) == {"complaints": 0, "copies": 5}


def test_a_named_queue_and_a_look_aside_hold_only_their_own(db: Database) -> None:
    with db.write() as tx:
        source = a_source(tx)
        for name, flag, kind in (
            ("a", Flag.SEVERE, FeedbackKind.COMPLAINT),
            ("b", Flag.FLAGGED, FeedbackKind.OTHER),
            ("c", Flag.FLAGGED, FeedbackKind.COMPLAINT),
        ):
            keep(tx, source, a_collected(external_id=name))
            assess(tx, f"mock:{name}", a_judgement(flag), feedback=(kind,))
        named = {
            name: [i.comment.id for i in queue.queue_items(tx, queue=name)]
            for name in ("severe", "waiting", "complaints", "copies")
        }
        skipped = queue.queue_items(tx, queue="complaints", skip=["mock:a"], without=("edited",))
    assert named == {
        "severe": ["mock:a"],
        "waiting": ["mock:b", "mock:c"],
        "complaints": ["mock:a", "mock:c"],
        "copies": [],
    }
    assert [i.comment.id for i in skipped] == ["mock:c"]


def test_counts_stop_at_the_most_that_is_asked_for(db: Database) -> None:
    with db.write() as tx:
        source = a_source(tx)
        for n in range(5):
            keep(tx, source, a_collected(external_id=str(n)))
            assess(tx, f"mock:{n}", feedback=(FeedbackKind.COMPLAINT,))
        assert queue.queue_counts(tx) == queue.queue_counts(tx, most=10) == {"waiting": 5}
        assert queue.queue_counts(tx, most=3) == {"waiting": 3}
        assert queue.side_counts(tx, most=3) == {"complaints": 3, "copies": 0}


# ------------------------------------------------------------------------------ change and repair


def test_the_version_changes_with_the_open_items_and_with_nothing_else(db: Database) -> None:
    with db.write() as tx:
        source, user = a_source(tx), a_user(tx)
        versions = [open_items.version(tx)]
        keep(tx, source, a_collected("t", external_id="1"))
        versions.append(open_items.version(tx))
        assess(tx, "mock:1")
        versions.append(open_items.version(tx))
        comments.mark_missing(tx, ["mock:1"], "gone", now=NOW)
        versions.append(open_items.version(tx))
        assert len(set(versions)) == 4
        keep(tx, source, a_collected("t", external_id="1"))  # back again
        versions.append(open_items.version(tx))
        keep(tx, source, a_collected("t", external_id="1", reply_count=4))
        queue.claim(tx, "mock:1", user.id, now=NOW)
        assert versions[4] not in versions[:4]
        assert open_items.version(tx) == versions[4]


def test_old_changes_are_forgotten(db: Database) -> None:
    with db.write() as tx:
        source = a_source(tx)
        for n in range(1005):
            keep(tx, source, a_collected("t", external_id="1", like_count=n + 1))
        newest, count = open_items.version(tx).split(".")
    assert int(newest) > 1000 > int(count)


def test_a_table_that_went_wrong_is_told_and_made_anew(db: Database) -> None:
    item = schema.open_item
    with db.write() as tx:
        source = a_source(tx)
        for n in range(4):
            keep(tx, source, a_collected(external_id=str(n)))
        tx.execute(delete(item).where(item.c.comment_id == "mock:0"))
        tx.execute(update(item).where(item.c.comment_id == "mock:1").values(rank=0.0))
        tx.execute(update(item).where(item.c.comment_id == "mock:2").values(comment_id="mock:x"))
        assert open_items.differences(tx) == ["mock:0", "mock:1", "mock:2", "mock:x"]
        assert open_items.rebuild(tx) == 4
        assert open_items.differences(tx) == []


def test_an_item_that_the_view_does_not_know_is_never_given_out(db: Database) -> None:
    item = schema.open_item
    with db.write() as tx:
        keep(tx, a_source(tx), a_collected(external_id="1"))
        tx.execute(update(item).values(comment_id="mock:x"))
        assert queue.queue_items(tx) == []


@contextmanager
def in_a_thread(work: Callable[[], None]) -> Generator[threading.Thread]:
    thread = threading.Thread(target=work)
    thread.start()
    yield thread
    thread.join(timeout=60)
    assert not thread.is_alive()


@pytest.mark.parametrize("rounds", [12])
def test_decisions_and_arrivals_at_once_leave_the_table_as_the_view_says(
    file_db: Database, rounds: int
) -> None:
    """One writes likes and edits while the other decides: each on the same comments."""
    with file_db.write() as tx:
        source, user = a_source(tx), a_user(tx)
        for n in range(rounds):
            keep(tx, source, a_collected("t", external_id=str(n)))
            assess(tx, f"mock:{n}")

    def arrive() -> None:
        for n in range(rounds):
            with file_db.write() as tx:
                keep(tx, source, a_collected("t2", external_id=str(n), like_count=n))
            with file_db.write() as tx:
                assess(tx, f"mock:{n}")

    with in_a_thread(arrive):
        for n in range(rounds):
            try:
                with file_db.write() as tx:
                    known = comments.get_comment(tx, f"mock:{n}")
                    assert known is not None
                    keep_it = NewDecision(
                        comment_id=known.id, revision_id=known.revision.id, verdict=Verdict.KEEP,
                        by_user=user.id, policy_version=1, key=f"k{n}", expected=None,
                    )  # fmt: skip
                    decisions.append_decision(tx, keep_it, now=NOW)
            except decisions.DecidedMeanwhile:
                continue
    with file_db.read() as tx:
        assert open_items.differences(tx) == []


# ------------------------------------------------------------------------------ as it stood then


def test_what_was_open_then_is_told_also_after_it_changed(db: Database) -> None:
    """A window of what is open looks at the open items, and at what changed since then."""
    later = NOW + minutes(30)
    with db.write() as tx:
        source, user = a_source(tx), a_user(tx)
        for name in ("decided", "gone", "edited", "cleared", "open", "clean"):
            keep(tx, source, a_collected("t", external_id=name))
            flag = Flag.NONE if name == "clean" else Flag.FLAGGED
            assess(tx, f"mock:{name}", a_judgement(flag))
        known = comments.get_comment(tx, "mock:decided")
        assert known is not None
        kept = NewDecision(
            comment_id=known.id, revision_id=known.revision.id, verdict=Verdict.KEEP,
            by_user=user.id, policy_version=1, key="k", expected=None,
        )  # fmt: skip
        decisions.append_decision(tx, kept, now=later)
        comments.mark_missing(tx, ["mock:gone"], "gone", now=later)
        keep(tx, source, a_collected("t2", external_id="edited"), now=later)
        assess(tx, "mock:edited", a_judgement(Flag.NONE), now=later)
        assess(tx, "mock:cleared", a_judgement(Flag.NONE), now=later)
        told = {as_of: _open_at(tx, as_of) for as_of in (NOW, later)}
    assert told[NOW] == {"decided", "gone", "edited", "cleared", "open"}
    assert told[later] == {"open"}


def _open_at(tx: Tx, as_of: datetime) -> set[str]:
    window = Window(until=as_of + minutes(1), as_of=as_of, asking=True, open=True)
    frame = comments_frame(tx, window, "UTC", columns=("comment_id",))
    return {i.removeprefix("mock:") for i in frame["comment_id"].to_list()}
