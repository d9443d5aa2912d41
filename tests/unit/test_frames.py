"""Frames from the store: declared schemas, time windows, and the state at an instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.day import local_day
from data.db import Tx
from data.frames import (
    ACTIONS,
    COMMENTS,
    DECISIONS,
    POSTS,
    SWEEPS,
    UNTOLD,
    Window,
    actions_frame,
    comments_frame,
    decisions_frame,
    local_days,
    posts_frame,
    sweeps_frame,
    untold_frame,
)
from data.model import EnforcementState, Flag, Language, ReasonCode, Verdict
from data.store import comments, themes
from data.store.telling import chain_at, policy_at, texts_of
from tests.tables import a_database
from tests.unit.report_helpers import DAY, Town, at

ZONE = "Asia/Karachi"
LONG = at(40)


@pytest.fixture
def tx() -> Iterator[Tx]:
    db = a_database()
    with db.write() as open_tx:
        yield open_tx
    db.close()


@pytest.fixture
def town(tx: Tx) -> Town:
    made = Town(tx)
    made.begin(at(-24))
    made.page("page", at(-24))
    return made


def everything(tx: Tx, as_of: datetime = LONG, **told: object) -> pl.DataFrame:
    window = {"since": at(-48), "until": LONG, "as_of": as_of} | told
    return comments_frame(tx, Window(**window), ZONE)  # type: ignore[arg-type]


def test_every_frame_keeps_its_schema_when_the_store_is_empty(tx: Tx) -> None:
    since, until = at(0), at(24)
    window = Window(since=since, until=until, as_of=until)
    assert dict(comments_frame(tx, window, ZONE).schema) == COMMENTS
    assert dict(decisions_frame(tx, since, until).schema) == DECISIONS
    assert dict(sweeps_frame(tx, since, until).schema) == SWEEPS
    assert dict(actions_frame(tx, since, until).schema) == ACTIONS
    assert dict(posts_frame(tx, since, until, ZONE).schema) == POSTS
    assert dict(untold_frame(tx, window, ZONE).schema) == UNTOLD


def test_a_full_frame_keeps_the_same_schema(town: Town) -> None:
    found = town.comment(town.pages[0], "words", at(10), flag=Flag.FLAGGED)
    town.remove(found, at(11))
    assert dict(everything(town.tx).schema) == COMMENTS


def test_the_local_day_changes_at_midnight_in_karachi_and_not_before(town: Town) -> None:
    last = at(24) - timedelta(milliseconds=1)
    a = town.comment(town.pages[0], "last", at(25), posted=last)
    b = town.comment(town.pages[0], "first", at(25), posted=at(24))
    days = dict(everything(town.tx).select("comment_id", "day").iter_rows())
    assert days == {a: DAY, b: DAY + timedelta(days=1)}


def test_a_window_holds_its_start_and_not_its_end(town: Town) -> None:
    at_start = town.comment(town.pages[0], "a", at(0))
    town.comment(town.pages[0], "b", at(24))
    inside = everything(town.tx, since=at(0), until=at(24))
    assert inside["comment_id"].to_list() == [at_start]


@given(st.integers(946_684_800, 2_114_380_800))
def test_the_frames_day_is_the_one_local_day_also_where_clocks_change(seconds: int) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    frame = pl.DataFrame({"t": [moment]}, schema={"t": pl.Datetime("us", "UTC")})
    for zone in (ZONE, "Europe/Berlin", "America/New_York"):
        assert local_days(frame, "t", zone)["day"].item() == local_day(moment, zone)


def test_a_comment_without_a_date_stands_on_the_day_it_was_first_seen(town: Town) -> None:
    found = town.comment(town.pages[0], "a", at(10))
    town.tx.exec_driver_sql("UPDATE comment SET created_at = NULL")
    row = everything(town.tx).row(0, named=True)
    assert (row["comment_id"], row["posted_at"], row["created_at"]) == (found, at(10), None)


def test_what_was_not_assessed_is_not_checked_and_has_no_score(town: Town) -> None:
    town.comment(town.pages[0], "a", at(10), assessed=False)
    row = everything(town.tx).row(0, named=True)
    assert (row["flag"], row["coverage"], row["toxicity"]) == ("not_checked", "not_checked", None)
    assert row["feedback"] == []


def test_a_frame_shows_nothing_that_came_after_its_instant(town: Town) -> None:
    found = town.comment(town.pages[0], "a", at(10), flag=Flag.FLAGGED)
    town.remove(found, at(12))
    comments.mark_missing(town.tx, [found], "gone", now=at(20))
    early = everything(town.tx, at(11)).row(0, named=True)
    assert (early["verdict"], early["closed"], early["state"]) == (None, False, None)
    assert (early["verified_at"], early["missing_since"]) == (None, None)
    later = everything(town.tx, at(21)).row(0, named=True)
    assert (later["verdict"], later["closed"], later["state"]) == ("remove", True, "verified")
    assert later["missing_reason"] == "gone"
    assert later["opened_at"] == at(12) - timedelta(minutes=2)


def test_a_comment_assessed_late_shows_its_first_judgement_and_no_stamp(town: Town) -> None:
    town.comment(town.pages[0], "a", at(10), flag=Flag.SEVERE)
    row = everything(town.tx, at(10)).row(0, named=True)
    assert (row["flag"], row["assessed_at"]) == ("severe", None)


def test_a_proposed_removal_and_an_undo_close_nothing(town: Town) -> None:
    a = town.comment(town.pages[0], "a", at(10), flag=Flag.FLAGGED)
    b = town.comment(town.pages[0], "b", at(10), flag=Flag.FLAGGED)
    town.decide(a, Verdict.REMOVE, at(11), ReasonCode.THREAT, awaits_second=True)
    kept = town.decide(b, Verdict.KEEP, at(11))
    town.decide(b, Verdict.UNDO, at(12), undoes=kept)
    assert everything(town.tx)["closed"].to_list() == [False, False]
    assert set(everything(town.tx, open=True, asking=True)["comment_id"]) == {a, b}
    made = decisions_frame(town.tx, at(0), at(24))
    assert made.filter(pl.col("undone"))["decision_id"].to_list() == [kept]


def test_an_edit_after_a_decision_opens_the_comment_again(town: Town) -> None:
    found = town.comment(town.pages[0], "a", at(10), flag=Flag.FLAGGED)
    town.decide(found, Verdict.KEEP, at(11))
    town.n -= 1  # the same id once more, with other words
    town.comment(town.pages[0], "edited", at(12), flag=Flag.FLAGGED)
    row = everything(town.tx).row(0, named=True)
    assert (row["revision_no"], row["closed"], row["revised_at"]) == (2, False, at(12))


def test_themes_and_copies_are_told_for_each_comment(town: Town) -> None:
    found = town.comment(town.pages[0], "water", at(10))
    other = town.comment(town.pages[0], "none", at(11))
    themes.save_theme(town.tx, key="water", title_en="W", title_ur="و", terms=["water"],
                      state=themes.ThemeState.SELECTED, now=at(0))  # fmt: skip
    themes.save_matches(town.tx, town.revision(found), ["water"], 1)
    frame = everything(town.tx)
    assert frame["themes"].to_list() == [["water"], []]
    assert frame["copies"].to_list() == [1, 1]
    window = Window(since=at(0), until=at(24), as_of=LONG, by="posted")
    assert untold_frame(town.tx, window, ZONE)["comment_id"].to_list() == [other]


def test_chosen_columns_are_all_that_comes(town: Town) -> None:
    town.comment(town.pages[0], "a", at(10), language=Language.UR)
    window = Window(since=at(0), until=at(24), as_of=LONG)
    frame = comments_frame(town.tx, window, ZONE, columns=["language", "day"])
    assert frame.to_dicts() == [{"language": "ur", "day": DAY}]


def test_actions_that_are_not_at_an_end_stay_in_later_frames(town: Town) -> None:
    a = town.comment(town.pages[0], "a", at(10), flag=Flag.FLAGGED)
    b = town.comment(town.pages[0], "b", at(10), flag=Flag.FLAGGED)
    town.remove(a, at(11), ends=EnforcementState.REFUSED)
    town.remove(b, at(11))
    tomorrow = actions_frame(town.tx, at(24), at(48))
    assert tomorrow["comment_id"].to_list() == [a]
    assert tomorrow["state"].to_list() == ["refused"]


def test_texts_come_with_the_words_that_hurt(town: Town) -> None:
    found = town.comment(town.pages[0], "you clown", at(10), hurting="clown", flag=Flag.FLAGGED)
    kept = texts_of(town.tx, [found, "facebook:unknown"], as_of=LONG)
    assert list(kept) == [found]
    assert [(s.start, s.end) for s in kept[found].spans] == [(4, 9)]


def test_policy_and_chain_are_told_as_they_stood(town: Town) -> None:
    assert policy_at(town.tx, at(-25)) is None
    assert policy_at(town.tx, at(0)) == 1
    assert chain_at(town.tx, at(0)) == (0, "0" * 64)
