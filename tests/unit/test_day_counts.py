"""Counts kept by day: whatever happened since, what is told is what the comments say."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from analysis import counting
from analysis.counting import POSTED, QUOTE, SEEN, counted, differences
from data.db import Database, Tx
from data.model import (
    CollectedComment,
    EnforcementState,
    FeedbackKind,
    Flag,
    Language,
    Platform,
    Sentiment,
    ThemeState,
    TimePrecision,
    Verdict,
)
from data.store import comments, day_counts, themes
from data.store.arrivals import Arrival, save_arrivals
from data.store.copies import Member, add_members, forget_copies
from moderation.texts.text import search_fold
from sunwai.counting import keep_counts
from tests.unit.report_helpers import DAY, Town, at

ZONE = "Asia/Karachi"
FIRST, LAST = DAY - timedelta(days=2), DAY + timedelta(days=1)
ALL = (*POSTED, *SEEN)


def told(tx: Tx, zone: str = ZONE) -> tuple[object, object]:
    """What is told of the window, in total and by day, the days without any comment left out."""
    found = counted(tx, zone, FIRST, LAST, ALL, each=("all",))
    return found.total, {day: cells for day, cells in found.days.items() if cells}


def recounted(tx: Tx, zone: str = ZONE) -> tuple[object, object]:
    """The same, from the comments alone."""
    anew = counting.count(tx, zone, FIRST, LAST)
    total: dict[tuple[str, str], int] = {}
    for cells in anew.values():
        for key, n in cells.items():
            if key[0] in ALL:
                total[key] = total.get(key, 0) + n
    days = {d: {k: n for k, n in cells.items() if k[0] == "all"} for d, cells in anew.items()}
    return total, {day: cells for day, cells in days.items() if cells}


def keep_all(tx: Tx, zone: str = ZONE) -> None:
    for day in day_counts.stale_days(tx, zone, FIRST, LAST):
        begun = day_counts.begin_day(tx, zone, day)
        cells = counting.count(tx, zone, day, day).get(day, {})
        assert day_counts.keep_day(tx, begun, cells)
    assert day_counts.stale_days(tx, zone, FIRST, LAST) == []


class History:
    """Things that happen to comments, drawn by chance."""

    def __init__(self, tx: Tx, seed: int) -> None:
        self.tx, self.r = tx, random.Random(seed)
        self.town = Town(tx)
        self.town.begin(at(-72))
        for name in ("roads", "water"):
            self.town.page(name, at(-72))
            themes.save_theme(tx, key=name, title_en=name, title_ur=name, terms=[name],
                              state=ThemeState.SELECTED, now=at(-72))  # fmt: skip
        self.ids: list[str] = []
        self.decided: list[tuple[str, int]] = []
        self.now = at(-47)

    def steps(self) -> list[Callable[[], None]]:
        """Each of them once, in an order drawn by chance."""
        found = [self.new, self.edit, self.judge, self.decide, self.remove, self.dated, self.speak,
                 self.gone, self.copied, self.alone, self.undo]  # fmt: skip
        return self.r.sample(found, len(found))

    def one(self) -> str:
        return self.r.choice(self.ids)

    def new(self) -> None:
        posted = self.now - timedelta(hours=self.r.randrange(40))
        assessed = self.r.random() < 0.7
        self.ids.append(self.town.comment(
            self.r.choice(self.town.pages), f"text {len(self.ids)}", self.now, posted=posted,
            language=self.r.choice(list(Language)[:3]), assessed=assessed,
            flag=self.r.choice(list(Flag)), kinds=(self.r.choice(list(FeedbackKind)),),
            protected=self.r.random() < 0.3, sentiment=self.r.choice([None, *Sentiment]),
        ))  # fmt: skip

    def edit(self) -> None:
        self._arrive(self.one(), text=f"edited at {self.now}")

    def dated(self) -> None:
        """The platform tells another time of posting, on another day perhaps."""
        self._arrive(self.one(), created_at=self.now - timedelta(hours=self.r.randrange(60)))

    def _arrive(
        self, comment_id: str, *, text: str | None = None, created_at: datetime | None = None
    ) -> None:
        known = comments.get_comment(self.tx, comment_id)
        assert known is not None
        found = CollectedComment(
            platform=Platform.FACEBOOK, external_id=comment_id.split(":")[1],
            call_id=known.call_id, time_precision=TimePrecision.SECOND,
            text=text or known.revision.text, created_at=created_at or known.created_at,
        )  # fmt: skip
        arrival = Arrival(collected=found, post_id=known.post_id)
        save_arrivals(self.tx, [arrival], source_id=known.source_id, sweep_id=1, fold=search_fold,
                      now=self.now)  # fmt: skip

    def judge(self) -> None:
        self.town.assess(self.one(), "text", self.now, Language.UR, self.r.choice(list(Flag)),
                         (FeedbackKind.COMPLAINT,), "", True, Sentiment.NEGATIVE)  # fmt: skip

    def decide(self) -> None:
        comment_id = self.one()
        decision = self.town.decide(comment_id, Verdict.KEEP, self.now)
        self.decided.append((comment_id, decision))

    def remove(self) -> None:
        self.town.remove(self.one(), self.now, ends=self.r.choice([None, *EnforcementState]))

    def undo(self) -> None:
        if not self.decided:
            self.decide()
        comment_id, decision = self.decided.pop()
        self.now += timedelta(minutes=1)
        self.town.decide(comment_id, Verdict.UNDO, self.now, undoes=decision)

    def speak(self) -> None:
        revision = self.town.revision(self.one())
        found = self.r.sample(["roads", "water"], self.r.randrange(3))
        themes.save_matches(self.tx, revision, found, self.r.randrange(100))

    def gone(self) -> None:
        comments.mark_missing(self.tx, [self.one()], "deleted", now=self.now)

    def copied(self) -> None:
        joining = [Member(comment_id=i, group_id="g", author_key="k", signature=b"s", at=self.now)
                   for i in self.r.sample(self.ids, min(3, len(self.ids)))]  # fmt: skip
        add_members(self.tx, joining)

    def alone(self) -> None:
        forget_copies(self.tx, [self.one()])


@pytest.mark.parametrize("seed", range(2))
def test_what_is_told_is_what_the_comments_say_whatever_happened_since(
    db: Database, seed: int
) -> None:
    with db.write() as tx:
        history = History(tx, seed)
        for _ in range(6):
            history.new()
        for step in [*history.steps(), *history.steps()]:
            keep_all(tx)
            history.now += timedelta(minutes=history.r.randrange(5, 120))
            step()
            assert told(tx) == recounted(tx), (seed, step.__name__)
        keep_all(tx)
        assert differences(tx, ZONE, FIRST, LAST) == []
        assert told(tx) == recounted(tx)


def a_kept_day(tx: Tx) -> Town:
    town = Town(tx)
    town.begin(at(-72))
    page = town.page("page", at(-72))
    town.comment(page, "words", at(10))
    keep_all(tx)
    return town


def test_a_day_that_was_never_counted_is_counted_on_the_spot_and_not_told_as_empty(
    db: Database,
) -> None:
    with db.write() as tx:
        a_kept_day(tx)
        day_counts.forget_all(tx)
        assert told(tx) == recounted(tx)
        assert day_counts.stale_days(tx, ZONE, DAY, DAY) == [DAY]


def test_only_the_days_that_changed_are_counted_again(db: Database) -> None:
    with db.write() as tx:
        town = a_kept_day(tx)
        town.comment(town.pages[0], "words", at(30))  # posted and seen on the day after
        assert day_counts.stale_days(tx, ZONE, FIRST, LAST) == [LAST]


def test_counts_that_something_changed_under_are_not_kept(db: Database) -> None:
    with db.write() as tx:
        town = a_kept_day(tx)
        begun = day_counts.begin_day(tx, ZONE, DAY)
        cells = counting.count(tx, ZONE, DAY, DAY)[DAY]
        town.comment(town.pages[0], "more words", at(12))
        assert not day_counts.keep_day(tx, begun, cells)
        assert day_counts.stale_days(tx, ZONE, DAY, DAY) == [DAY]
        assert told(tx) == recounted(tx)


def test_of_two_that_count_a_day_only_the_later_may_keep_it(db: Database) -> None:
    with db.write() as tx:
        a_kept_day(tx)
        earlier, later = (day_counts.begin_day(tx, ZONE, DAY) for _ in range(2))
        cells = counting.count(tx, ZONE, DAY, DAY)[DAY]
        assert not day_counts.keep_day(tx, earlier, {("all", "comments"): 7})
        assert day_counts.stale_days(tx, ZONE, DAY, DAY) == [DAY]
        assert day_counts.keep_day(tx, later, cells)
        assert told(tx) == recounted(tx)


def test_another_zone_has_other_days_and_keeps_nothing_of_the_first(db: Database) -> None:
    with db.write() as tx:
        town = a_kept_day(tx)
        keep_all(tx, "America/New_York")
        town.comment(town.pages[0], "words", at(1))
        keep_all(tx, "America/New_York")
        assert set(day_counts.stale_days(tx, ZONE, FIRST, LAST)) == days(FIRST, LAST)
        assert told(tx) == recounted(tx)
        assert told(tx, "America/New_York") == recounted(tx, "America/New_York")


def days(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


def test_a_hand_in_the_tables_is_found(db: Database) -> None:
    with db.write() as tx:
        a_kept_day(tx)
        assert differences(tx, ZONE, FIRST, LAST) == []
        begun = day_counts.begin_day(tx, ZONE, DAY)
        assert day_counts.keep_day(tx, begun, {("all", "comments"): 7})
        assert differences(tx, ZONE, FIRST, LAST) == [DAY]


def test_the_quotes_of_a_day_are_kept_with_it(db: Database) -> None:
    with db.write() as tx:
        town = Town(tx)
        town.begin(at(-72))
        page = town.page("page", at(-72))
        themes.save_theme(tx, key="water", title_en="Water", title_ur="پانی", terms=["water"],
                          state=ThemeState.SELECTED, now=at(-72))  # fmt: skip
        found = town.comment(page, "no water", at(10), kinds=(FeedbackKind.COMPLAINT,))
        themes.save_matches(tx, town.revision(found), ["water"], 1)
        keep_all(tx)
        total = counted(tx, ZONE, FIRST, LAST, (QUOTE,)).total
        assert counting.spoken_for(total, "water") == [found]
        assert counting.spoken_for(total, "wat") == []


def test_the_oldest_day_is_that_of_the_oldest_comment(db: Database) -> None:
    with db.write() as tx:
        assert day_counts.first_day(tx, ZONE) is None
        town = a_kept_day(tx)
        seen: datetime = at(12)
        town.comment(town.pages[0], "older", seen, posted=at(-30))
        assert day_counts.first_day(tx, ZONE) == FIRST


def test_the_duty_counts_what_changed_and_nothing_twice(db: Database) -> None:
    with db.write() as tx:
        town = a_kept_day(tx)
        town.comment(town.pages[0], "words", at(30))
    with db.read() as tx:
        before = recounted(tx)
    assert keep_counts(db, ZONE, now=at(31)) == 1
    assert keep_counts(db, ZONE, now=at(31)) == 0
    with db.read() as tx:
        assert told(tx) == before


def test_the_duty_stops_where_it_is_told_to_and_goes_on_later(db: Database) -> None:
    with db.write() as tx:
        a_kept_day(tx)
        day_counts.forget_all(tx)
    left = iter((True, False))
    assert keep_counts(db, ZONE, now=at(31), keep_on=lambda: next(left)) == 1
    assert keep_counts(db, ZONE, now=at(31)) == 1
