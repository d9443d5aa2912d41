"""Past comments and decisions in pages, and blind samples, alike on each database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.db import Database
from data.documents import Judges
from data.model import Flag, ReasonCode, Role, Verdict
from data.store import reassessments
from data.store.comments import get_comment
from data.store.decided import decided_page, keep_sample, unflagged
from data.store.decisions import NewDecision, append_decision
from data.store.past import past_page
from data.store.reassessments import Place, Stage
from tests.builders import NOW, a_collected, a_judgement, a_source, a_user, assess, keep

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def ids(db: Database) -> list[str]:
    """Four comments a minute apart: the first flagged and removed, the second flagged and proposed
    for removal, the third flagged and put off by an undo, the fourth clean."""
    made: list[str] = []
    with db.write() as tx:
        source, officer = a_source(tx), a_user(tx, "officer", Role.OFFICER)
        for n in range(4):
            at = NOW + timedelta(minutes=n)
            made.append(keep(tx, source, a_collected(f"text {n}", created_at=at), now=at))
            assess(tx, made[n], a_judgement(Flag.NONE if n == 3 else Flag.FLAGGED), now=at)
        decided: int | None = None
        for n, told in enumerate(({}, {"awaits_second": True}, {})):
            comment = get_comment(tx, made[n])
            assert comment is not None
            new = NewDecision(
                comment_id=made[n], revision_id=comment.revision.id, verdict=Verdict.REMOVE,
                by_user=officer.id, policy_version=1, key=f"k{n}", expected=None,
                reason=ReasonCode.PERSONAL_ABUSE, **told,
            )  # fmt: skip
            decided = append_decision(tx, new, now=LATER)
        assert comment is not None
        undo = NewDecision(
            comment_id=made[2], revision_id=comment.revision.id, verdict=Verdict.UNDO,
            by_user=officer.id, policy_version=1, key="undo", expected=decided, undoes=decided,
        )  # fmt: skip
        append_decision(tx, undo, now=LATER)
    return made


def test_past_comments_come_in_pages_with_the_decision_that_stands(
    db: Database, ids: list[str]
) -> None:
    with db.read() as tx:
        until = NOW + timedelta(minutes=3)
        every = past_page(tx, since=NOW, until=until)
        first = past_page(tx, since=NOW, until=until, limit=2)
        rest = past_page(tx, since=NOW, until=until, after=first[-1].comment.id)
    assert sorted(p.comment.id for p in every) == sorted(ids[:3])
    assert [p.comment.id for p in first + rest] == [p.comment.id for p in every]
    stands = {p.comment.id: p.verdict for p in every}
    assert stands == {ids[0]: Verdict.REMOVE, ids[1]: None, ids[2]: None}
    assert all(p.assessment is not None for p in every)


def test_only_decisions_that_stand_are_given_and_with_what_was_known_then(
    db: Database, ids: list[str]
) -> None:
    with db.write() as tx:
        assess(tx, ids[0], a_judgement(Flag.NONE), now=LATER + timedelta(hours=1))
        (found,) = decided_page(tx)
        assert decided_page(tx, before=found.decision_id) == []
        assert decided_page(tx, since=LATER + timedelta(seconds=1)) == []
    assert (found.comment_id, found.verdict, found.text) == (ids[0], Verdict.REMOVE, "text 0")
    assert found.flag_then is Flag.FLAGGED and found.rate is None
    assert found.assessment is not None and found.assessment.judgement.flag is Flag.NONE


def test_a_blind_sample_is_drawn_once_from_what_nobody_flagged(
    db: Database, ids: list[str]
) -> None:
    with db.write() as tx:
        ((revision, comment_id),) = unflagged(tx, language="en", since=NOW)
        assert comment_id == ids[3]
        assert unflagged(tx, language="ur", since=NOW) == []
        assert unflagged(tx, language="en", since=LATER) == []
        keep_sample(tx, [revision], rate=0.25, now=LATER)
        assert unflagged(tx, language="en", since=NOW) == []


def test_stale_comments_come_by_stage_the_newest_first(db: Database, ids: list[str]) -> None:
    newer = Judges(policy_version=2, calibration_version=None, engine_version="1")
    same = Judges(policy_version=1, calibration_version=None, engine_version="1")
    calibrated = Judges(policy_version=1, calibration_version=1, engine_version="1")
    with db.read() as tx:
        assert reassessments.count_stale(tx, same) == 0
        assert [reassessments.count_stale(tx, j) for j in (newer, calibrated)] == [4, 4]
        pages = {s: reassessments.stale_page(tx, newer, Place(stage=s), 10) for s in Stage}
        last = pages[Stage.DECIDED][0]
        place = Place(stage=Stage.DECIDED, before=(last.first_seen_at, last.id))
        rest = reassessments.stale_page(tx, newer, place, 10)
    assert [c.id for c in pages[Stage.WAITING]] == []
    assert [c.id for c in pages[Stage.UNDECIDED]] == [ids[3]]
    assert [c.id for c in pages[Stage.DECIDED]] == [ids[2], ids[1], ids[0]]
    assert [c.id for c in rest] == [ids[1], ids[0]]
