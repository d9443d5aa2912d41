"""Shadow runs: a draft against what is in force, in pages, with nothing written by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from data.db import Database
from data.model import Flag, Language, Verdict
from moderation.judging.calibration import Calibration, Curve
from moderation.judging.policy import DEFAULT_POLICY, Policy
from moderation.judging.rereading import Side
from moderation.learning.shadow import Change, Shadow, change_of, changed, sentences, shadow
from moderation.policies.policy_document import Lists
from tests.builders import NOW
from tests.unit.calibrate_helpers import Page, ScoreReader, a_page, rereader_of

LOWER = replace(DEFAULT_POLICY, version=2, queue=replace(DEFAULT_POLICY.queue, toxicity=0.3))
HIGHER = replace(DEFAULT_POLICY, version=2, queue=replace(DEFAULT_POLICY.queue, toxicity=0.75))


@pytest.fixture
def page() -> Iterator[Page]:
    with a_page() as made:
        yield made


def tried(page: Page, draft: Policy, /, **told: Any) -> Shadow:
    reader = told.pop("reader", None) or ScoreReader()
    sides = {
        "now_in_force": Side(policy=DEFAULT_POLICY, calibration=told.pop("live", None)),
        "draft": Side(policy=draft, calibration=told.pop("calibration", None)),
    }
    facts: dict[str, Any] = {"since": NOW, "until": NOW + timedelta(days=30)}
    return shadow(page.db, rereader_of(reader), **sides, **(facts | told))


def all_rows(db: Database) -> dict[str, int]:
    names = ("comment", "assessment", "decision", "audit_entry", "copy_member", "shadow_run")
    with db.read() as tx:
        return {n: tx.execute(text(f"SELECT count(*) FROM {n}")).scalar_one() for n in names}


def test_counts_and_lists_tell_what_would_change_and_nothing_is_written(page: Page) -> None:
    page.decided(0.4, Verdict.WAIT, protected=True)
    page.decided(0.4, Verdict.WAIT)
    page.decided(0.9, Verdict.REMOVE)
    page.decided(0.1, Verdict.WAIT)
    before = all_rows(page.db)
    found = tried(page, LOWER)
    assert all_rows(page.db) == before
    assert (found.all.comments, found.all.flagged_before, found.all.flagged_after) == (4, 1, 3)
    assert (found.all.protected, found.all.protected_newly_flagged) == (1, 1)
    assert [(c.change, c.protected) for c in found.changed] == [
        (Change.NEWLY_FLAGGED, True), (Change.NEWLY_FLAGGED, False)
    ]  # fmt: skip
    told = sentences(found.to_json())
    assert "Protected comments newly flagged: 1 of 1 (100.0%)." in told


def test_removed_ones_that_would_be_lost_are_counted(page: Page) -> None:
    page.decided(0.6, Verdict.REMOVE)
    page.decided(0.9, Verdict.REMOVE)
    page.decided(0.6, Verdict.REMOVE, undone=True)
    page.decided(0.6, Verdict.KEEP)
    found = tried(page, HIGHER)
    assert (found.all.removed, found.all.removed_lost) == (2, 1)
    assert "Removed by decision and no longer flagged: 1 of 2 (50.0%)." in sentences(
        found.to_json()
    )
    assert sorted(c.verdict for c in found.changed if c.verdict) == ["keep", "remove"]


def test_only_comments_of_the_time_are_judged(page: Page) -> None:
    for _ in range(5):
        page.decided(0.4, Verdict.WAIT)
    found = tried(page, LOWER, since=NOW + timedelta(hours=2), until=NOW + timedelta(hours=4))
    assert found.all.comments == 2


@pytest.mark.parametrize("size", [1, 2, 3, 7, 500])
def test_pages_of_any_size_give_the_same(page: Page, size: int) -> None:
    for n in range(7):
        page.decided(0.2 + n / 10, Verdict.WAIT, protected=n % 2 == 0)
    assert tried(page, LOWER, page=size).to_json() == tried(page, LOWER).to_json()


def test_the_list_is_bounded_and_keeps_protected_ones(page: Page) -> None:
    for n in range(30):
        page.decided(0.4, Verdict.WAIT, protected=n >= 27)
    found = tried(page, LOWER, page=4, most=5)
    assert len(found.changed) == 5 and found.left_out == 25
    assert [c.protected for c in found.changed] == [True, True, True, False, False]
    assert found.all.changes[Change.NEWLY_FLAGGED] == 30


def test_stored_scores_are_used_and_the_engine_reads_only_what_another_one_read(
    page: Page,
) -> None:
    page.decided(0.4, Verdict.WAIT)
    reader = ScoreReader()
    assert tried(page, LOWER, reader=reader).read_again == 0
    assert reader.seen == []
    newer = ScoreReader(version="2")
    assert tried(page, LOWER, reader=newer).read_again == 1
    assert len(newer.seen) == 1


def test_a_draft_s_own_lists_are_read_by_rule(page: Page) -> None:
    page.decided(0.1, Verdict.WAIT, text="0.1 the tanker is late")
    watching = replace(DEFAULT_POLICY, version=2, lists=Lists(watch_words=("tanker",)))
    reader = ScoreReader()
    found = tried(page, watching, reader=reader)
    assert found.all.changes[Change.NEWLY_FLAGGED] == 1 and reader.seen == []


def test_a_drafted_calibration_is_tried_like_a_policy(page: Page) -> None:
    page.decided(0.6, Verdict.WAIT)
    page.decided(0.9, Verdict.WAIT)
    curve = Curve(slope=1.0, shift=-1.0, point=0.5, raises_below=False)
    made = Calibration(version=1, engine="test", engine_version="1", curves={Language.EN: curve})
    found = tried(page, DEFAULT_POLICY, calibration=made)
    assert found.all.changes[Change.NO_LONGER_FLAGGED] == 1
    assert found.all.changes[Change.NO_LONGER_SEVERE] == 1
    assert tried(page, DEFAULT_POLICY, calibration=made, live=made).changed == []


def test_a_result_holds_no_text(page: Page) -> None:
    page.decided(0.4, Verdict.WAIT, text="0.4 some private words")
    told = tried(page, LOWER).to_json()
    assert "private" not in str(told) and len(changed(told)) == 1


@given(st.sampled_from(Flag), st.sampled_from(Flag))
def test_a_change_and_its_reverse_are_told_apart(before: Flag, after: Flag) -> None:
    there, back = change_of(before, after), change_of(after, before)
    assert (there is None) == (back is None)
    if before is after:
        assert there is None
    elif there is not None:
        assert there is not back
