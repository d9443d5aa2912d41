"""Collecting over hours: outages, edits, deletions, doubts, kills; the store ends as the page is.

Each journey takes a Database, so that it runs on SQLite and on PostgreSQL.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from data.db import Database
from data.model import ActionKind, ErrorClass, Sweep, SweepKind, SweepOutcome, Visibility
from data.store import sweeps
from tests.builders import NOW, minutes
from tests.collect_helpers import (
    Stage,
    a_script,
    a_stage,
    kept,
    new_source,
    sweep,
    take_down,
    texts_of,
)
from tests.journey.collect_child import killed
from tests.journey.collect_scripts import BUSY


def truth_of(stage: Stage) -> dict[str, str]:
    """What stands on the platform now, asked page by page, past the collector."""
    found: dict[str, str] = {}
    after: dict[str, str] = {}
    while True:
        body = stage.client.get("/v1/comments", params={"limit": "100"} | after).json()
        found |= {c["id"]: c["message"] for c in body["data"]}
        if not body["paging"]["next"]:
            return found
        after = {"after": body["paging"]["cursors"]["after"]}


def alive(db: Database) -> dict[str, str]:
    return {i: c.revision.text for i, c in kept(db).items() if c.missing_since is None}


def all_sweeps(db: Database) -> list[Sweep]:
    with db.read() as tx:
        return list(reversed(sweeps.list_sweeps(tx)))


def test_collecting_on_a_schedule_follows_the_page_through_an_outage(
    file_db: Database, tmp_path: Path
) -> None:
    script = a_script(
        40,
        edits=[("c2", 12, "Edited two."), ("c2", 33, "Edited two again.")],
        deletions=[("c5", 27)],
        outages=[(15, 6)],
    )
    stage, source = a_stage(tmp_path, script), new_source(file_db)
    for minute in range(0, 46, 5):
        now = stage.clock.at(minute)
        sweep(file_db, source, stage.collector, now)
    outcomes = [s.outcome for s in all_sweeps(file_db)]
    assert (
        outcomes
        == [SweepOutcome.COMPLETE] * 3 + [SweepOutcome.FAILED] * 2 + [SweepOutcome.COMPLETE] * 5
    )
    assert alive(file_db) == truth_of(stage)
    assert texts_of(file_db, "mock:c2") == [
        "Comment number 2.",
        "Edited two.",
        "Edited two again.",
    ]
    assert kept(file_db)["c5"].missing_reason == "gone"


def test_an_outage_in_the_middle_of_a_sweep_loses_nothing(
    file_db: Database, tmp_path: Path
) -> None:
    stage, source = a_stage(tmp_path, BUSY), new_source(file_db)
    stage.clock.at(1000)
    pages = stage.collector.scan(stop_before=None)
    first = next(pages)

    class Breaking:
        platform = stage.collector.platform
        read_comments = stage.collector.read_comments

        def scan(self, *, stop_before: object, posts_after: object = None) -> object:
            yield first
            stage.fault("outage")
            yield from pages

    broken = sweep(file_db, source, Breaking(), stage.clock.now)  # pyright: ignore
    assert (broken.outcome, broken.error_class) == (SweepOutcome.PARTIAL, ErrorClass.TRANSIENT)
    assert len(kept(file_db)) == 100
    stage.no_faults()
    sweep(file_db, source, stage.collector, stage.clock.at(1005))
    assert alive(file_db) == truth_of(stage)


@pytest.mark.parametrize("at", [1, 101, 250])
def test_a_sweep_killed_in_the_middle_is_completed_by_the_next(
    file_db: Database, tmp_path: Path, at: int
) -> None:
    source, stage = new_source(file_db), a_stage(tmp_path, BUSY)
    assert killed("sweep", file_db, source.name, tmp_path, at) == -9
    assert len(kept(file_db)) == (at - 1) // 100 * 100  # whole pages only
    assert [s.outcome for s in all_sweeps(file_db)] == [SweepOutcome.RUNNING]
    now = stage.clock.at(1005)
    result = sweep(file_db, source, stage.collector, now)
    assert [s.outcome for s in all_sweeps(file_db)] == [
        SweepOutcome.INTERRUPTED,
        SweepOutcome.COMPLETE,
    ]
    assert alive(file_db) == truth_of(stage)
    assert result.tally.new + (at - 1) // 100 * 100 == 349
    assert all(len(texts_of(file_db, c.id)) == 1 for c in kept(file_db).values())


def test_a_lost_permission_marks_nothing_and_is_told(file_db: Database, tmp_path: Path) -> None:
    stage, source = a_stage(tmp_path, a_script(10)), new_source(file_db)
    sweep(file_db, source, stage.collector, stage.clock.at(20))
    stage.fault("unlisted", ids=["c1", "c2"])
    stage.fault("ambiguous")
    result = sweep(file_db, source, stage.collector, stage.clock.at(25))
    assert len(alive(file_db)) == 10
    assert result.error is not None and "a permission is probably lost" in result.error
    stage.no_faults()
    stage.fault("unlisted", ids=["c1", "c2"])
    result = sweep(file_db, source, stage.collector, stage.clock.at(30))
    assert (len(alive(file_db)), result.error) == (10, None)


def test_a_doubtful_answer_is_settled_by_a_living_canary(file_db: Database, tmp_path: Path) -> None:
    stage, source = a_stage(tmp_path, a_script(10)), new_source(file_db)
    sweep(file_db, source, stage.collector, stage.clock.at(20))
    stage.fault("unlisted", ids=["c1"])
    stage.fault("ambiguous", ids=["c1"])
    sweep(file_db, source, stage.collector, stage.clock.at(25))
    assert kept(file_db)["c1"].missing_reason == "undecided"


def test_a_great_loss_is_not_believed_at_once(file_db: Database, tmp_path: Path) -> None:
    script = a_script(60, deletions=[(f"c{n}", 70) for n in range(30)])
    stage, source = a_stage(tmp_path, script), new_source(file_db)
    sweep(file_db, source, stage.collector, stage.clock.at(65))
    result = sweep(file_db, source, stage.collector, stage.clock.at(75))
    assert len(alive(file_db)) == 60
    assert result.error is not None and "30 comments of one post would be lost" in result.error
    sweep(file_db, source, stage.collector, stage.clock.at(80), trust_absence=True)
    assert alive(file_db) == truth_of(stage)


def test_what_we_hid_stays_and_what_we_removed_is_not_called_missing(
    file_db: Database, tmp_path: Path
) -> None:
    stage, source = a_stage(tmp_path, a_script(5)), new_source(file_db)
    sweep(file_db, source, stage.collector, stage.clock.at(10))
    take_down(file_db, kept(file_db)["c1"], by_hand=False)
    stage.client.post("/v1/comments/c0", json={"is_hidden": True})
    stage.client.delete("/v1/comments/c1")
    sweep(file_db, source, stage.collector, stage.clock.at(15))
    found = kept(file_db)
    assert found["c0"].visibility is Visibility.HIDDEN
    assert found["c1"].missing_since is None


def test_a_comment_that_we_hid_and_its_author_then_deleted_is_gone(
    file_db: Database, tmp_path: Path
) -> None:
    script = a_script(5, deletions=[("c0", 12)])
    stage, source = a_stage(tmp_path, script), new_source(file_db)
    sweep(file_db, source, stage.collector, stage.clock.at(10))
    take_down(file_db, kept(file_db)["c0"], by_hand=False, kind=ActionKind.HIDE)
    stage.client.post("/v1/comments/c0", json={"is_hidden": True})
    sweep(file_db, source, stage.collector, stage.clock.at(11))
    assert kept(file_db)["c0"].missing_since is None
    sweep(file_db, source, stage.collector, stage.clock.at(15))
    assert kept(file_db)["c0"].missing_reason == "gone"


def test_a_deletion_older_than_the_overlap_is_found_by_the_rescan(
    file_db: Database, tmp_path: Path
) -> None:
    day = 24 * 60
    script = a_script(10, every_minutes=day, deletions=[("c0", 9 * day + 5)])
    stage, source = a_stage(tmp_path, script), new_source(file_db)
    sweep(file_db, source, stage.collector, stage.clock.at(9 * day))
    sweep(file_db, source, stage.collector, stage.clock.at(9 * day + 10))
    assert "c0" in alive(file_db)
    sweep(file_db, source, stage.collector, stage.clock.at(9 * day + 20), kind=SweepKind.RESCAN)
    assert alive(file_db) == truth_of(stage)


def test_a_malformed_item_is_kept_with_why_and_not_taken_for_a_deletion(
    file_db: Database, tmp_path: Path
) -> None:
    stage, source = a_stage(tmp_path, a_script(5)), new_source(file_db)
    sweep(file_db, source, stage.collector, stage.clock.at(10))
    stage.fault("malformed", ids=["c2"])
    result = sweep(file_db, source, stage.collector, stage.clock.at(15))
    assert (result.tally.rejected, len(alive(file_db))) == (1, 5)
    with file_db.read() as tx:
        (row,) = sweeps.rejected_rows(tx, result.id)
    assert row.reason == "The item has no message." and '"c2"' in row.raw


def test_no_token_is_kept_anywhere_in_the_store(file_db: Database, tmp_path: Path) -> None:
    stage, source = a_stage(tmp_path, a_script(5)), new_source(file_db)
    sweep(file_db, source, stage.collector, stage.clock.at(10))
    stage.fault("token_expired")
    result = sweep(file_db, source, stage.collector, stage.clock.at(15))
    assert result.error_class is ErrorClass.AUTH
    assert "test-token" not in repr((result, kept(file_db)))


def test_a_clock_set_back_does_not_make_a_fresh_comment_look_absent(
    file_db: Database, tmp_path: Path
) -> None:
    stage, source = a_stage(tmp_path, a_script(5)), new_source(file_db)
    now = stage.clock.at(10)
    sweep(file_db, source, stage.collector, now, clock=lambda: now - timedelta(hours=1))
    assert all(c.last_seen_at == NOW + minutes(10) for c in kept(file_db).values())
