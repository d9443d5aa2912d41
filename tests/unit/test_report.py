"""The nightly report of invented days: the numbers, the verdict, and what stands masked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from analysis.report import Report, report_json
from analysis.report_build import build_report, texts_wanted
from analysis.report_words import ALERTS
from analysis.service_level import ServiceLevel
from data.db import Database
from data.model import DutyVerdict, EnforcementState, Flag, Platform, ReasonCode, Verdict
from data.store import alerts, audit, reports, sources
from data.store.alerts import AlertKind
from data.store.telling import texts_of
from sunwai.matching import match_themes_of_new, seed_taxonomy
from sunwai.nightly import make_report, read_day
from tests.tables import a_database
from tests.unit.report_helpers import DAY, Town, a_good_day, at

LEVEL = ServiceLevel()
NAME = "An Invented District"


def empty() -> Database:
    db = a_database()
    return db


def report_of(db: Database, now_hour: float = 26, level: ServiceLevel = LEVEL) -> Report:
    match_themes_of_new(db, now=at(now_hour))
    with db.read() as tx:
        frames, facts = read_day(tx, DAY, organisation=NAME, level=level, now=at(now_hour))
        texts = texts_of(tx, texts_wanted(frames, facts), as_of=facts.inputs.as_of)
    return build_report(frames, facts, texts, level)


@pytest.fixture(scope="module")
def good() -> Iterator[Report]:
    db = empty()
    a_good_day(db)
    yield report_of(db)
    db.close()


@pytest.fixture
def db() -> Iterator[Database]:
    made = empty()
    yield made
    made.close()


def quiet_day(db: Database, *, sweeps: bool = True) -> Town:
    """A watched page with no comment; gives the town inside a closed transaction."""
    with db.write() as tx:
        town = Town(tx)
        town.begin(at(-48))
        page = town.page("page", at(-48))
        if sweeps:
            town.sweeps(page, at(-48), at(26))
    return town


# ------------------------------------------------------------------------------ a good day


def test_a_good_day_meets_the_standard(good: Report) -> None:
    assert good.ruling.verdict is DutyVerdict.MET
    line = "Standard met: 100.0% of 24 in target; nothing waiting; no gaps"
    assert good.ruling.headline == line
    assert good.next_steps == ("Nothing needs doing.",)


def test_the_parts_of_a_good_day_add_up(good: Report) -> None:
    assert (good.seen.comments, good.seen.flagged, good.seen.severe) == (34, 24, 4)
    assert (good.seen.removed, good.seen.kept) == (8, 16)
    assert sum(p.seen for p in good.pages) == good.seen.comments
    assert sum(p.duty.due for p in good.pages) == good.duty.due == 24
    assert sum(c.due for c in good.classes) == good.duty.due
    assert sum(c.removed for c in good.codes) == len(good.removals) == 8
    assert (len(good.kept_flagged), len(good.protected)) == (16, 16)
    assert good.fairness.verified.hits == good.fairness.verified.n == 8


def test_the_trend_ends_on_the_day_and_has_no_gap(good: Report) -> None:
    assert (len(good.trend), good.trend[-1].day) == (14, DAY)
    assert good.trend[-1].comments == 34
    assert all(p.watched == 1 for p in good.trend)


def test_no_text_of_the_report_stands_unmasked(good: Report) -> None:
    told = str(report_json(good))
    for secret in ("worthless", "clown", "نکمے", "1234567"):
        assert secret not in told
    assert "w••••••••" in told


def test_officers_stand_under_their_pseudonyms(good: Report) -> None:
    assert {x.officer for x in good.removals} == {"officer-1"}


def test_themes_are_told_with_titles_quotes_and_no_quote_twice(good: Report) -> None:
    assert good.themes[0].row.key == "water"
    assert good.themes[0].title_ur == "پانی کی فراہمی"
    quotes = [q.comment_id for t in good.themes for q in t.quotes]
    assert quotes and len(quotes) == len(set(quotes))


# ------------------------------------------------------------------------------ other days


def test_a_quiet_watched_day_still_gives_a_report_that_is_met(db: Database) -> None:
    quiet_day(db)
    report = report_of(db)
    line = "Standard met: nothing was due; nothing waiting; no gaps"
    assert report.ruling.headline == line


def test_a_day_without_any_source_is_not_proven(db: Database) -> None:
    report = report_of(db)
    assert report.ruling.headline == "NOT PROVEN: no source was connected"


def test_a_day_nobody_swept_is_not_proven_from_end_to_end(db: Database) -> None:
    quiet_day(db, sweeps=False)
    ruling = report_of(db).ruling
    assert ruling.verdict is DutyVerdict.NOT_PROVEN
    assert ruling.headline == "NOT PROVEN: Page not collected 00:00-24:00"


def test_a_missing_sweep_is_named_with_its_times(db: Database) -> None:
    with db.write() as tx:
        town = Town(tx)
        town.begin(at(-48))
        page = town.page("instagram", at(-48), Platform.INSTAGRAM)
        town.sweeps(page, at(-48), at(26), skip=[(at(1.5), at(6.5))], failed=True)
    report = report_of(db)
    assert report.ruling.headline == "NOT PROVEN: Instagram not collected 01:30-06:30"
    assert report.watched[0].bad_sweeps == 10
    assert "Look into the gap on Instagram." in report.next_steps
    assert report.trend[-1].watched == pytest.approx(19 / 24)


def test_missed_items_give_not_met_and_say_what_to_do(db: Database) -> None:
    with db.write() as tx:
        town = Town(tx)
        town.begin(at(-48))
        page = town.page("page", at(-48))
        town.sweeps(page, at(-48), at(26))
        for n in range(3):
            town.comment(page, "a", at(10 + n), flag=Flag.SEVERE)
    report = report_of(db)
    assert report.ruling.headline == "NOT MET: 0.0% of 3 in target (standard 95%)"
    assert report.next_steps[0] == "Decide 3 severe items still open."
    assert report.waiting.oldest == timedelta(hours=16, minutes=10)


def test_rows_that_could_not_be_read_keep_the_day_unproven(db: Database) -> None:
    town = quiet_day(db)
    with db.write() as tx:
        town.tx = tx
        town.tx.exec_driver_sql("UPDATE sweep SET rejected = 2 WHERE id = (SELECT max(id) - 10 "
                                "FROM sweep)")  # fmt: skip
    assert report_of(db).ruling.unknowns == ("2 rows of the sweeps could not be read",)


def test_work_by_hand_and_refusals_are_listed(db: Database) -> None:
    town = quiet_day(db)
    with db.write() as tx:
        town.tx = tx
        a = town.comment(town.pages[0], "a", at(10), flag=Flag.FLAGGED)
        b = town.comment(town.pages[0], "b", at(10), flag=Flag.FLAGGED)
        town.remove(a, at(10.5), ends=EnforcementState.BY_HAND, by_hand=True)
        town.remove(b, at(10.5), ends=EnforcementState.REFUSED)
    report = report_of(db)
    assert [x.comment_id for x in report.by_hand] == [a]
    assert [(x.comment_id, x.detail) for x in report.failures] == [(b, "told by the page")]
    assert "Carry out by hand, and confirm: 1 action (work sheet)." in report.next_steps


@pytest.mark.parametrize("ends", [EnforcementState.CONFIRMED, EnforcementState.VERIFIED])
def test_work_by_hand_counts_as_much_as_work_by_program_and_is_marked(
    db: Database, ends: EnforcementState
) -> None:
    """Two pages with the same day, one done by program, one by hand: every measure is equal."""
    with db.write() as tx:
        town = Town(tx)
        town.begin(at(-48))
        pages = [town.page(name, at(-48)) for name in ("program", "hand")]
        for page in pages:
            town.sweeps(page, at(-48), at(26))
            comment = town.comment(page, f"a {page.name}", at(10), flag=Flag.FLAGGED)
            by_hand = page.name == "hand"
            state = ends if by_hand else EnforcementState.VERIFIED
            town.remove(comment, at(10.5), ends=state, by_hand=by_hand)
    report = report_of(db)
    program, hand = sorted((p.duty for p in report.pages), key=lambda d: d.name, reverse=True)
    assert replace(hand, name="") == replace(program, name="") and hand.in_target == 1
    assert (report.fairness.verified.hits, report.fairness.verified.n) == (2, 2)
    code = next(c for c in report.codes if c.code == "OM-5-OFF-3")
    assert (code.removed, code.verified) == (2, 2)
    assert [line.by_hand for line in report.removals] == [False, True]
    assert [x.by_hand for x in report.by_hand] == [True]


def test_an_undone_removal_stands_as_undone_and_not_in_the_appendix(db: Database) -> None:
    town = quiet_day(db)
    with db.write() as tx:
        town.tx = tx
        a = town.comment(town.pages[0], "a", at(10), flag=Flag.FLAGGED)
        made = town.remove(a, at(10.2), ReasonCode.THREAT)
        town.decide(a, Verdict.UNDO, at(10.3), undoes=made)
        town.decide(a, Verdict.KEEP, at(10.4))
    report = report_of(db)
    assert report.removals == ()
    threat = next(c for c in report.codes if c.code == "OM-5-OBJ-1")
    assert (threat.removed, threat.undone) == (0, 1)
    assert report.undoings.removals_undone == 1
    assert report.ruling.verdict is DutyVerdict.MET


def test_a_day_that_still_runs_is_not_proven_and_says_until_when(db: Database) -> None:
    quiet_day(db)
    ruling = report_of(db, now_hour=14).ruling
    assert ruling.headline.startswith("NOT PROVEN: the day is not over (figures until 14:00)")


def test_what_was_done_after_the_freeze_does_not_change_the_day(db: Database) -> None:
    town = quiet_day(db)
    with db.write() as tx:
        town.tx = tx
        found = town.comment(town.pages[0], "a", at(10), flag=Flag.SEVERE)
    before = report_of(db)
    with db.write() as tx:
        town.tx = tx
        town.decide(found, Verdict.KEEP, at(30))
        audit.note(tx, actor="x", verb="sign_in", object="user:1", now=at(30))
    assert report_of(db, now_hour=60) == before


def test_another_zone_has_another_day(db: Database) -> None:
    town = quiet_day(db)
    with db.write() as tx:
        town.tx = tx
        town.comment(town.pages[0], "a", at(1))
    assert report_of(db).seen.comments == 1
    berlin = replace(LEVEL, zone="Europe/Berlin")  # 21:00 of the day before there
    assert report_of(db, now_hour=60, level=berlin).seen.comments == 0


def test_changes_of_rules_and_people_on_the_day_are_told(db: Database) -> None:
    quiet_day(db)
    with db.write() as tx:
        audit.note(tx, actor="admin-1", verb="policy.approved", object="policy:2", now=at(9))
        audit.note(tx, actor="admin-1", verb="sign_in", object="user:1", now=at(9))
        audit.note(tx, actor="admin-1", verb="user.added", object="user:2", now=at(25))
    report = report_of(db)
    assert [(c.verb, c.object) for c in report.changes] == [("policy.approved", "policy:2")]
    assert report.inputs.chain_seq == 3


# ------------------------------------------------------------------------------ the whole way


def test_making_a_report_keeps_it_and_notes_it_in_the_log(db: Database, tmp_path: Path) -> None:
    quiet_day(db)
    files = make_report(db, DAY, tmp_path / "r", organisation=NAME, level=LEVEL, now=at(26))
    with db.read() as tx:
        kept = reports.list_reports(tx)
        notes = audit.entries(tx)
        assert audit.verify_chain(tx).broken_at is None
    assert [(k.day, k.verdict, k.late) for k in kept] == [(DAY, DutyVerdict.MET, False)]
    assert kept[0].manifest_sha256 == files.manifest_sha256
    assert [(n.verb, n.object) for n in notes] == [("report.made", "report:2026-11-18")]


def test_the_taxonomy_is_seeded_once_and_texts_are_matched_once(db: Database) -> None:
    town = quiet_day(db)
    with db.write() as tx:
        town.tx = tx
        town.comment(town.pages[0], "no water", at(10))
    assert match_themes_of_new(db, now=at(11)) == 1
    assert match_themes_of_new(db, now=at(12)) == 0
    assert seed_taxonomy(db, now=at(12)) == 0


# ------------------------------------------------------------------------------ alerts


def test_alerts_of_the_day_are_told_without_words_that_change_later(db: Database) -> None:
    quiet_day(db)
    with db.write() as tx:
        page = sources.list_sources(tx)[0]
        alerts.raise_alert(tx, page.id, AlertKind.TROUBLE, "first words", now=at(3))
        alerts.close_alert(tx, page.id, AlertKind.TROUBLE, now=at(4))
        alerts.raise_alert(tx, page.id, AlertKind.EXPIRY, "ends soon", now=at(10))
        alerts.raise_alert(tx, page.id, AlertKind.SILENCE, "too late", now=at(25.5))
    told = report_of(db)
    assert [(a.kind, a.title, a.since, a.until) for a in told.alerts] == [
        ("trouble", "Page", at(3), at(4)),
        ("expiry", "Page", at(10), None),
    ]
    with db.write() as tx:  # what comes later changes nothing of a day that was told
        alerts.raise_alert(tx, page.id, AlertKind.EXPIRY, "ends tomorrow", now=at(40))
        alerts.close_alert(tx, page.id, AlertKind.EXPIRY, now=at(41))
    assert report_of(db, now_hour=50).alerts == told.alerts


def test_every_kind_of_alert_has_its_words_in_the_report() -> None:
    assert set(ALERTS) == {k.value for k in AlertKind}
