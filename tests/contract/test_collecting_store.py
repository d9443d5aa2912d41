"""What collecting keeps beside comments, in each database: posts, alerts, checks, seals, slots."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from collectors.run import Lane
from data.db import Database
from data.model import CollectedPost, ErrorClass, JobState, SweepKind
from data.store import jobs, sources, sweeps
from data.store.absence import kept_call_ids
from data.store.access import AccessCheck, keep_check, last_check
from data.store.alerts import AlertKind, alerts_between, close_alert, open_alerts, raise_alert
from data.store.arrival_times import arrival_times, counted_by_platform
from data.store.comments import save_post, seen_before
from data.store.credentials import Sealed, forget_sealed, keep_sealed, sealed_of
from data.store.known_posts import mark_listed, posts_of_source
from sunwai.ledger import ComeAgain, Ledger
from tests.builders import NOW, a_collected, a_source, minutes
from tests.collect_helpers import Clock, ScriptedCollector, a_page, new_source, sweep


def test_posts_are_known_newest_first_with_what_was_listed_of_them(db: Database) -> None:
    with db.write() as tx:
        source, other = a_source(tx, "one"), a_source(tx, "two")
        for key, days in (("old", 9), ("new", 1), ("undated", None)):
            made = None if days is None else NOW - timedelta(days=days)
            post = CollectedPost(external_id=key, created_at=made)
            save_post(tx, source.id, source.platform, post, now=NOW)
        save_post(tx, other.id, other.platform, CollectedPost(external_id="theirs"), now=NOW)
        mark_listed(tx, source.id, {"old": 4, "theirs": 9}, whole=True, now=NOW)
        mark_listed(tx, source.id, {"new": 2, "undated": None}, whole=False, now=NOW)
        known = posts_of_source(tx, source.id, listed_since=NOW)
        assert posts_of_source(tx, other.id).totals == {}
    assert known.ids == ("new", "old", "undated")
    assert known.totals == {"old": 4, "new": 2} and known.done == {"old"}


def test_an_alert_stands_once_changes_its_words_and_is_closed(db: Database) -> None:
    with db.write() as tx:
        source = a_source(tx)
        told = [
            raise_alert(tx, source.id, AlertKind.EXPIRY, words, now=NOW + minutes(n))
            for n, words in enumerate(("14 days", "14 days", "7 days"))
        ]
        (standing,) = open_alerts(tx, source.id)
        assert told == [True, False, True]
        assert (standing.message, standing.opened_at) == ("7 days", NOW)
        assert standing.changed_at == NOW + minutes(2)
        assert close_alert(tx, source.id, AlertKind.EXPIRY, now=NOW + minutes(9))
        assert not close_alert(tx, source.id, AlertKind.EXPIRY, now=NOW + minutes(9))
        assert open_alerts(tx) == []
        assert len(alerts_between(tx, NOW + minutes(5), NOW + minutes(6))) == 1
        assert alerts_between(tx, NOW + minutes(10), NOW + minutes(11)) == []
        assert raise_alert(tx, source.id, AlertKind.EXPIRY, "ended", now=NOW + minutes(20))


def test_two_open_alerts_of_a_kind_are_refused_by_the_database_itself(db: Database) -> None:
    from sqlalchemy import insert

    from data import schema

    with db.write() as tx:
        source = a_source(tx)
        raise_alert(tx, source.id, AlertKind.SILENCE, "a", now=NOW)
    values = {"source_id": source.id, "kind": "silence", "message": "b", "opened_at": NOW,
              "changed_at": NOW}  # fmt: skip
    with pytest.raises(IntegrityError), db.write() as tx:
        tx.execute(insert(schema.alert).values(values))


def test_checks_are_kept_one_after_the_other(db: Database) -> None:
    ends = NOW + timedelta(days=3)
    with db.write() as tx:
        source = a_source(tx)
        assert last_check(tx, source.id) is None
        first = AccessCheck(
            source_id=source.id, at=NOW, ok=True, scopes=("a", "b"),
            expires_at=ends + minutes(1), data_access_until=ends,
        )  # fmt: skip
        keep_check(tx, first)
        keep_check(tx, AccessCheck(source_id=source.id, at=NOW + minutes(1), ok=None,
                                   problems=("away",)))  # fmt: skip
        newest, answered = last_check(tx, source.id), last_check(tx, source.id, answered=True)
    assert newest is not None and (newest.ok, newest.problems) == (None, ("away",))
    assert answered is not None and (answered.scopes, answered.ends_at) == (("a", "b"), ends)


def test_sealed_parts_are_kept_by_name_and_forgotten(db: Database) -> None:
    with db.write() as tx:
        source = a_source(tx)
        for part, body in (("token", b"\x00\xff1"), ("token", b"2"), ("app_secret", b"3")):
            keep_sealed(tx, Sealed(source_id=source.id, part=part, sealed=body, set_at=NOW))
        kept = {part: bytes(s.sealed) for part, s in sealed_of(tx, source.id).items()}
        assert kept == {"token": b"2", "app_secret": b"3"}
        assert forget_sealed(tx, source.id, "token") == 1 and forget_sealed(tx, source.id) == 1
        assert sealed_of(tx, source.id) == {}


def test_a_stopped_source_goes_on_once(db: Database) -> None:
    with db.write() as tx:
        source = a_source(tx)
        assert sources.stop_source(tx, source.id, ErrorClass.AUTH, "Expired.", now=NOW)
        assert not sources.stop_source(tx, source.id, ErrorClass.CONFIG, "Other.", now=NOW)
        stopped = sources.source_by_id(tx, source.id)
        assert stopped is not None
        assert (stopped.stopped_class, stopped.stopped_why) == (ErrorClass.AUTH, "Expired.")
        assert sources.let_go_on(tx, source.id) and not sources.let_go_on(tx, source.id)


def test_a_slot_that_is_to_come_again_rests_until_then(db: Database) -> None:
    clock, ran = Clock(), list[int]()
    ledger = Ledger(db=db, owner="a", clock=clock, beat_seconds=9)

    def body() -> None:
        ran.append(1)
        if len(ran) < 4:
            raise ComeAgain("not now", NOW + minutes(30) if len(ran) == 3 else None)

    runs: list[tuple[float, int]] = []
    for minute in (0, 0.5, 1, 2.9, 3, 20, 29, 30, 99):
        clock.at(minute)
        ledger.run_once("warm", "s", body)
        runs.append((minute, len(ran)))
    assert runs == [(0, 1), (0.5, 1), (1, 2), (2.9, 2), (3, 3), (20, 3), (29, 3), (30, 4), (99, 4)]
    with db.read() as tx:
        (run,) = jobs.job_runs(tx)
    assert (run.state, run.attempt, run.retry_at) == (JobState.DONE, 4, None)


def test_absence_is_looked_for_where_a_lane_has_looked(db: Database) -> None:
    source = new_source(db)
    young = CollectedPost(external_id="young", created_at=NOW - timedelta(hours=1))
    old = CollectedPost(external_id="old", created_at=NOW - timedelta(days=50))
    told = [a_collected(external_id=p.external_id, post=p) for p in (young, old)]
    sweep(db, source, ScriptedCollector([a_page(*told)]), NOW, kind=SweepKind.BACKFILL)
    later = NOW + minutes(5)
    with db.read() as tx:
        border = NOW - timedelta(hours=48)
        wanted = {
            "all": seen_before(tx, source.id, seen_before=later, created_from=None),
            "young": seen_before(tx, source.id, seen_before=later, created_from=None,
                                 posts_from=border),
            "none": seen_before(tx, source.id, seen_before=later, created_from=None,
                                post_ids=[]),
        }  # fmt: skip
        assert kept_call_ids(tx, source.id, created_from=later) == []
        assert sorted(kept_call_ids(tx, source.id, created_from=None)) == ["old", "young"]
        assert arrival_times(tx, source.id, since=border) == [NOW, NOW]
        assert counted_by_platform(tx, source.id) is None
    found = {name: sorted(c.external_id for c in cs) for name, cs in wanted.items()}
    assert found == {"all": ["old", "young"], "young": ["young"], "none": []}


def test_the_last_sweep_that_looked_is_none_of_a_part_of_the_page(db: Database) -> None:
    source = new_source(db)
    for n, kind in enumerate((SweepKind.LIVE, SweepKind.HOT, SweepKind.BACKFILL)):
        page = ScriptedCollector([a_page()])
        sweep(db, source, page, NOW + minutes(n), kind=kind)
        assert page.stops == [None] and Lane(kind=kind).posts_after is None
    with db.read() as tx:
        last = sweeps.last_complete(tx, source.id)
        hot = sweeps.last_complete(tx, source.id, [SweepKind.HOT])
    assert last is not None and last.kind is SweepKind.LIVE
    assert hot is not None and hot.started_at == NOW + minutes(1)
