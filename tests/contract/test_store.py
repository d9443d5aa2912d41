"""The store keeps its promises on SQLite in memory, SQLite on disk and PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from data import schema
from data.db import Database, Tx, at_head
from data.model import (
    ActionKind,
    CollectedComment,
    CollectedPost,
    EnforcementState,
    Flag,
    Platform,
    Raw,
    ReasonCode,
    Role,
    RowError,
    Saved,
    SweepKind,
    SweepOutcome,
    SweepTally,
    ThemeState,
    TimePrecision,
    Verdict,
    Visibility,
)
from data.store import (
    assessments,
    audit,
    cases,
    comments,
    copies,
    decisions,
    jobs,
    outbox,
    policies,
    queue,
    search,
    sources,
    sweeps,
    themes,
    users,
)
from data.store.arrivals import Arrival, save_arrivals
from data.store.copies import Member
from data.store.decisions import DecidedMeanwhile, NewDecision
from data.store.search import Wanted
from tests.builders import (
    NOW,
    a_collected,
    a_judgement,
    a_source,
    a_user,
    assess,
    keep,
    minutes,
)
from tests.tables import raw_body


def a_decision(tx: Tx, comment_id: str, user_id: int, **told: object) -> NewDecision:
    comment = comments.get_comment(tx, comment_id)
    assert comment is not None
    facts: dict[str, object] = {
        "comment_id": comment_id,
        "revision_id": comment.revision.id,
        "verdict": Verdict.KEEP,
        "by_user": user_id,
        "policy_version": 1,
        "key": f"key-{comment_id}",
        "expected": None,
    }
    return NewDecision(**(facts | told))  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_the_newest_migration_matches_the_tables(db: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    assert at_head(db)
    with db.engine.connect() as conn:
        differences = compare_metadata(MigrationContext.configure(conn), schema.metadata)
    # The full-text index and tables are made by hand-written SQL and are not in the metadata.
    assert [d for d in differences if "revision_fts" not in str(d) and "search" not in str(d)] == []


def test_an_instant_comes_back_aware_and_equal_whatever_its_zone(db: Database) -> None:
    karachi = datetime(2026, 6, 1, 5, 0, tzinfo=timezone(timedelta(hours=5)))
    with db.write() as tx:
        source = a_source(tx, now=karachi)
    with db.read() as tx:
        found = sources.source_by_id(tx, source.id)
    assert found is not None
    assert found.created_at == datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
    assert found.created_at.utcoffset() == timedelta(0)


def test_a_naive_instant_is_refused(db: Database) -> None:
    with pytest.raises(StatementError, match="NaiveInstant"), db.write() as tx:
        a_source(tx, now=datetime(2026, 6, 1))  # noqa: DTZ001


def test_a_write_that_raises_leaves_nothing(db: Database) -> None:
    with pytest.raises(RuntimeError), db.write() as tx:
        a_source(tx)
        raise RuntimeError("in mid-write")
    with db.read() as tx:
        assert sources.list_sources(tx) == []


def save(
    tx: Tx, source_id: int, sweep_id: int, collected: CollectedComment, now: datetime = NOW
) -> Saved:
    [saved] = save_arrivals(
        tx,
        [Arrival(collected=collected)],
        source_id=source_id,
        sweep_id=sweep_id,
        fold=str.lower,
        now=now,
    )
    return saved


def test_a_comment_saved_twice_is_new_then_unchanged_and_an_edit_is_revised(db: Database) -> None:
    with db.write() as tx:
        source = a_source(tx)
        w = sweeps.begin_sweep(tx, source.id, SweepKind.LIVE, now=NOW)
        one = a_collected("first", external_id="1")
        assert save(tx, source.id, w, one) is Saved.NEW
        assert save(tx, source.id, w, one) is Saved.UNCHANGED
        assert save(tx, source.id, w, a_collected("second", external_id="1")) is Saved.REVISED
        assert save(tx, source.id, w, a_collected("first", external_id="1")) is Saved.REVISED
    with db.read() as tx:
        assert [r.text for r in comments.revisions_of(tx, "mock:1")] == ["first", "second", "first"]


def test_what_is_not_told_does_not_overwrite_what_is_known(db: Database) -> None:
    with db.write() as tx:
        source = a_source(tx)
        w = sweeps.begin_sweep(tx, source.id, SweepKind.LIVE, now=NOW)
        rich = a_collected("t", external_id="1", can_hide=True, permalink="https://x.example/1")
        save(tx, source.id, w, rich)
        poor = a_collected("t", external_id="1", created_at=None, visibility=Visibility.UNKNOWN)
        save(tx, source.id, w, poor)
    with db.read() as tx:
        kept = comments.get_comment(tx, "mock:1")
    assert kept is not None
    assert (kept.can_hide, kept.permalink, kept.created_at) == (True, "https://x.example/1", NOW)
    assert kept.visibility is Visibility.PUBLIC


def test_a_relative_date_does_not_replace_an_exact_one(db: Database) -> None:
    with db.write() as tx:
        source = a_source(tx)
        w = sweeps.begin_sweep(tx, source.id, SweepKind.LIVE, now=NOW)
        save(tx, source.id, w, a_collected("t", external_id="1"))
        guess = a_collected(
            "t",
            external_id="1",
            created_at=NOW - minutes(900),
            time_precision=TimePrecision.ESTIMATED,
            time_text="1 day ago",
        )
        save(tx, source.id, w, guess)
    with db.read() as tx:
        kept = comments.get_comment(tx, "mock:1")
    assert kept is not None
    assert (kept.created_at, kept.time_precision) == (NOW, TimePrecision.SECOND)


@pytest.mark.parametrize(
    "text", ["nul \0 inside", "lone \ud800 surrogate", "اردو \u202e override", "x" * 100_000, ""]
)
def test_any_text_can_be_kept_and_read_back_clean(db: Database, text: str) -> None:
    with db.write() as tx:
        keep(tx, a_source(tx), a_collected(text, external_id="1"))
    with db.read() as tx:
        kept = comments.get_comment(tx, "mock:1")
    assert kept is not None
    assert kept.revision.text == text.replace("\0", "\ufffd").replace("\ud800", "\ufffd")


def test_the_same_raw_item_is_kept_once_and_comes_back_whole(db: Database) -> None:
    item = Raw(body='{"text": "پانی \\u0000"}', locator="file row 1", mapper="test/1")
    one = Arrival(collected=a_collected("one", external_id="1"), raw=item)
    two = Arrival(collected=a_collected("two", external_id="2"), raw=item)
    with db.write() as tx:
        source = a_source(tx)
        w = sweeps.begin_sweep(tx, source.id, SweepKind.IMPORT, now=NOW)
        for arrivals in ([one, two], [one]):
            save_arrivals(tx, arrivals, source_id=source.id, sweep_id=w, fold=str.lower, now=NOW)
        assert raw_body(tx, 1) == item.body
        assert raw_body(tx, 2) is None


def test_posts_are_kept_by_key(db: Database) -> None:
    with db.write() as tx:
        source = a_source(tx)
        told = CollectedPost(external_id="p", text="told", created_at=NOW)
        one = comments.save_post(tx, source.id, Platform.MOCK, told, now=NOW)
        same = comments.save_post(
            tx, source.id, Platform.MOCK, CollectedPost(external_id="p"), now=NOW
        )
        post = comments.post_by_id(tx, one)
    assert one == same
    assert post is not None and post.text == "told"


# ------------------------------------------------------------------------------ sweeps


def test_a_sweep_that_found_nothing_is_a_record(db: Database) -> None:
    with db.write() as tx:
        source = a_source(tx)
        w = sweeps.begin_sweep(tx, source.id, SweepKind.LIVE, now=NOW)
        sweeps.finish_sweep(tx, w, SweepOutcome.COMPLETE, SweepTally(), now=NOW + minutes(1))
    with db.read() as tx:
        last = sweeps.last_complete(tx, source.id)
    assert last is not None
    assert (last.tally, last.ended_at) == (SweepTally(), NOW + minutes(1))


def test_a_sweep_left_running_by_a_dead_process_is_closed_as_interrupted(db: Database) -> None:
    with db.write() as tx:
        source = a_source(tx)
        w = sweeps.begin_sweep(tx, source.id, SweepKind.LIVE, now=NOW)
        assert sweeps.close_interrupted(tx, source.id, now=NOW) == 1
        assert sweeps.close_interrupted(tx, source.id, now=NOW) == 0
        closed = sweeps.sweep_by_id(tx, w)
    assert closed is not None and closed.outcome is SweepOutcome.INTERRUPTED


def test_the_high_water_mark_moves_only_with_complete_sweeps(db: Database) -> None:
    with db.write() as tx:
        source = a_source(tx)
        for outcome, newest in (
            (SweepOutcome.COMPLETE, NOW),
            (SweepOutcome.PARTIAL, NOW + minutes(60)),
        ):
            w = sweeps.begin_sweep(tx, source.id, SweepKind.LIVE, now=NOW)
            sweeps.finish_sweep(tx, w, outcome, SweepTally(), now=NOW, newest_at=newest)
        assert sweeps.high_water(tx, source.id) == NOW


def test_rejected_rows_are_kept_with_their_reason(db: Database) -> None:
    error = RowError(row=7, reason="no text", raw="a,b\0")
    with db.write() as tx:
        source = a_source(tx)
        w = sweeps.begin_sweep(tx, source.id, SweepKind.IMPORT, now=NOW)
        sweeps.keep_rejected(tx, w, [error])
        assert [(e.row, e.reason) for e in sweeps.rejected_rows(tx, w)] == [(7, "no text")]


# ------------------------------------------------------------------------------ queue and decisions


def test_the_queue_holds_what_is_flagged_or_not_judged_and_nothing_else(db: Database) -> None:
    with db.write() as tx:
        source = a_source(tx)
        for name, flag in (
            ("severe", Flag.SEVERE),
            ("flagged", Flag.FLAGGED),
            ("clean", Flag.NONE),
            ("notcov", Flag.NOT_COVERED),
            ("dead", Flag.NOT_CHECKED),
        ):
            keep(tx, source, a_collected(external_id=name))
            assess(tx, f"mock:{name}", a_judgement(flag))
        keep(tx, source, a_collected(external_id="unseen"))
        assert queue.queue_counts(tx) == {
            "severe": 1,
            "waiting": 1,
            "not_covered": 1,
            "not_checked": 2,
        }
        assert {i.comment.id for i in queue.queue_items(tx)}.isdisjoint({"mock:clean"})


def test_the_oldest_waits_since_it_was_posted_but_not_before_its_page_was_watched(
    db: Database,
) -> None:
    with db.write() as tx:
        assert queue.oldest_open(tx) is None
        source = a_source(tx, now=NOW - minutes(60))
        for name, posted in (("old", NOW - minutes(600)), ("new", NOW - minutes(5))):
            keep(tx, source, a_collected(external_id=name, created_at=posted))
            assess(tx, f"mock:{name}")
        assert queue.oldest_open(tx) == NOW - minutes(60)
        user = a_user(tx)
        decisions.append_decision(tx, a_decision(tx, "mock:old", user.id), now=NOW)
        assert queue.oldest_open(tx) == NOW - minutes(5)


def test_a_kept_comment_leaves_the_queue_and_an_edit_brings_it_back(db: Database) -> None:
    with db.write() as tx:
        source, user = a_source(tx), a_user(tx)
        keep(tx, source, a_collected("t", external_id="1"))
        assess(tx, "mock:1")
        decisions.append_decision(tx, a_decision(tx, "mock:1", user.id), now=NOW)
        assert queue.queue_item(tx, "mock:1") is None
        keep(tx, source, a_collected("t2", external_id="1"))
        assess(tx, "mock:1", a_judgement(Flag.NONE))
        item = queue.queue_item(tx, "mock:1")
    assert item is not None and item.queue == "edited"


def test_the_second_of_two_decisions_on_one_card_is_told(db: Database) -> None:
    with db.write() as tx:
        user = a_user(tx)
        keep(tx, a_source(tx), a_collected(external_id="1"))
        decisions.append_decision(tx, a_decision(tx, "mock:1", user.id), now=NOW)
    with pytest.raises(DecidedMeanwhile), db.write() as tx:
        decisions.append_decision(tx, a_decision(tx, "mock:1", user.id, key="k2"), now=NOW)
    with db.read() as tx:
        assert len(decisions.history(tx, "mock:1")) == 1


@pytest.mark.parametrize(
    "told",
    [
        {"verdict": Verdict.REMOVE},
        {"verdict": Verdict.SPLIT},
        {"verdict": Verdict.REMOVE, "reason": ReasonCode.OTHER, "reason_text": "too short"},
    ],
)
def test_the_database_itself_refuses_a_removal_without_its_reason(
    db: Database, told: dict[str, object]
) -> None:
    with db.write() as tx:
        user = a_user(tx)
        keep(tx, a_source(tx), a_collected(external_id="1"))
    with pytest.raises(IntegrityError), db.write() as tx:
        decisions.append_decision(tx, a_decision(tx, "mock:1", user.id, **told), now=NOW)


def test_decisions_and_the_log_cannot_be_changed(db: Database) -> None:
    with db.write() as tx:
        user = a_user(tx)
        keep(tx, a_source(tx), a_collected(external_id="1"))
        decisions.append_decision(tx, a_decision(tx, "mock:1", user.id), now=NOW)
        audit.note(tx, actor="a", verb="v", object="o", now=NOW)
    for table, change in (("decision", "verdict = 'wait'"), ("audit_entry", "actor = 'b'")):
        with pytest.raises(DBAPIError, match="append-only"), db.write() as tx:
            tx.execute(text(f"UPDATE {table} SET {change}"))


def test_a_card_claimed_by_one_officer_is_not_given_to_another(db: Database) -> None:
    with db.write() as tx:
        one, two = a_user(tx, "one"), a_user(tx, "two")
        keep(tx, a_source(tx), a_collected(external_id="1"))
        assert queue.claim(tx, "mock:1", one.id, now=NOW)
        assert not queue.claim(tx, "mock:1", two.id, now=NOW + minutes(4.9))
        assert queue.queue_items(tx, for_user=two.id, now=NOW + minutes(1)) == []
        assert len(queue.queue_items(tx, for_user=one.id, now=NOW + minutes(1))) == 1
        assert queue.claim(tx, "mock:1", two.id, now=NOW + minutes(5))


def test_a_proposed_removal_is_not_shown_to_the_officer_who_proposed_it(db: Database) -> None:
    with db.write() as tx:
        one, two = a_user(tx, "one"), a_user(tx, "two", Role.SENIOR)
        keep(tx, a_source(tx), a_collected(external_id="1"))
        assess(tx, "mock:1", a_judgement(protected=True))
        proposed = a_decision(
            tx,
            "mock:1",
            one.id,
            verdict=Verdict.REMOVE,
            reason=ReasonCode.SPAM,
            awaits_second=True,
        )
        decisions.append_decision(tx, proposed, now=NOW)
        assert queue.queue_items(tx, for_user=one.id, now=NOW) == []
        (item,) = queue.queue_items(tx, for_user=two.id, now=NOW)
    assert item.queue == "second_look"


# ------------------------------------------------------------------------------ outbox, people


def test_an_actions_state_is_its_last_attempts(db: Database) -> None:
    with db.write() as tx:
        source, user = a_source(tx), a_user(tx)
        keep(tx, source, a_collected(external_id="1"))
        new = a_decision(tx, "mock:1", user.id, verdict=Verdict.REMOVE, reason=ReasonCode.SPAM)
        decision_id = decisions.append_decision(tx, new, now=NOW)
        action_id = outbox.add_action(
            tx,
            decision_id=decision_id,
            comment_id="mock:1",
            revision_id=new.revision_id,
            source_id=source.id,
            kind=ActionKind.HIDE,
            by_hand=False,
            hold_until=NOW + minutes(1),
            now=NOW,
        )
        assert outbox.claim_action(tx, action_id, "me", now=NOW)
        assert not outbox.claim_action(tx, action_id, "you", now=NOW)
        for state in (EnforcementState.SENT, EnforcementState.ACCEPTED):
            outbox.append_enforcement(tx, action_id, state, now=NOW)
        found = outbox.action_by_id(tx, action_id)
        assert outbox.actions(tx, hold_over_at=NOW) == []
        assert outbox.state_counts(tx) == {"accepted": 1}
    assert found is not None
    assert (found.state, found.attempts) == (EnforcementState.ACCEPTED, 1)


def test_a_changed_or_cut_chain_is_found(db: Database) -> None:
    with db.write() as tx:
        for n in range(5):
            audit.note(tx, actor="a", verb="v", object=str(n), now=NOW, detail={"ش": n})
        assert audit.verify_chain(tx).broken_at is None
        tx.execute(text("DELETE FROM audit_entry WHERE seq = 5"))
        assert audit.verify_chain(tx).problem == "end cut off"
        tx.execute(text("DELETE FROM audit_entry WHERE seq = 3"))
        assert audit.verify_chain(tx).broken_at == 3


def test_a_forged_entry_is_found(db: Database) -> None:
    with db.write() as tx:
        audit.note(tx, actor="a", verb="v", object="o", now=NOW)
        row = tx.execute(text("SELECT * FROM audit_entry")).mappings().one()
        tx.execute(text("DELETE FROM audit_entry"))
        tx.execute(schema.audit_entry.insert().values(dict(row) | {"actor": "forger"}))
        assert audit.verify_chain(tx).problem == "entry changed"


def test_a_session_ends_by_idleness_age_revocation_and_disabling(db: Database) -> None:
    with db.write() as tx:
        user = a_user(tx)
        users.open_session(tx, user.id, "token", now=NOW, expires_at=NOW + minutes(60))

        def signed_in(at: float, idle: float = 30) -> bool:
            now = NOW + minutes(at)
            return (
                users.user_of_session(tx, "token", now=now, idle_since=now - minutes(idle))
                is not None
            )

        assert signed_in(29)
        assert not signed_in(30)
        assert signed_in(59, idle=100) and not signed_in(60, idle=100)
        users.disable_user(tx, user.id, now=NOW)
        assert not signed_in(1)


def test_only_one_of_two_owners_gets_the_lease_until_it_runs_out(db: Database) -> None:
    with db.write() as tx:
        assert jobs.take_lease(tx, "scheduler", "a", now=NOW, seconds=30)
        assert jobs.take_lease(tx, "scheduler", "a", now=NOW, seconds=30)
        assert not jobs.take_lease(tx, "scheduler", "b", now=NOW + timedelta(seconds=29))
        assert jobs.take_lease(tx, "scheduler", "b", now=NOW + timedelta(seconds=30))


def test_a_slot_runs_once_and_a_stale_one_is_taken_over(db: Database) -> None:
    with db.write() as tx:
        assert jobs.claim_slot(tx, "report", "2026-06-01", "a", now=NOW)
        assert not jobs.claim_slot(tx, "report", "2026-06-01", "b", now=NOW + minutes(0.9))
        assert jobs.claim_slot(tx, "report", "2026-06-01", "b", now=NOW + minutes(1))
        assert not jobs.beat(tx, "report", "2026-06-01", "a", now=NOW + minutes(1))
        jobs.end_slot(tx, "report", "2026-06-01", "b", now=NOW + minutes(2))
        assert not jobs.claim_slot(tx, "report", "2026-06-01", "c", now=NOW + minutes(999))
        (run,) = jobs.job_runs(tx)
    assert run.attempt == 2


def test_a_failed_slot_may_be_tried_again(db: Database) -> None:
    with db.write() as tx:
        jobs.claim_slot(tx, "assess", "1", "a", now=NOW)
        jobs.end_slot(tx, "assess", "1", "a", now=NOW, error="no model")
        assert jobs.claim_slot(tx, "assess", "1", "b", now=NOW)


# ------------------------------------------------------------------------------ finding


def test_search_finds_urdu_words_by_their_folded_form_and_by_their_beginning(db: Database) -> None:
    with db.write() as tx:
        keep(tx, a_source(tx), a_collected("پانی نہیں آیا", external_id="1"))
        for words, hits in (
            ("پانی", 1),
            ("پان", 1),
            ("پانی آیا", 1),
            ("بجلی", 0),
            ("پانی بجلی", 0),
        ):
            assert search.count_found(tx, Wanted(words=words)) == hits


@pytest.mark.parametrize(
    "words", ['"', "'", "a' OR 1=1 --", "a AND", "*", "\\", "a:b & c | !d", "("]
)
def test_hostile_search_words_are_only_words(db: Database, words: str) -> None:
    with db.write() as tx:
        keep(tx, a_source(tx), a_collected("plain", external_id="1"))
        assert search.count_found(tx, Wanted(words=words)) in (0, 1)


def test_find_comments_narrows_by_verdict_reason_theme_and_time(db: Database) -> None:
    with db.write() as tx:
        source, user = a_source(tx), a_user(tx)
        for n in ("1", "2"):
            keep(tx, source, a_collected(external_id=n))
            assess(tx, f"mock:{n}")
        new = a_decision(tx, "mock:1", user.id, verdict=Verdict.REMOVE, reason=ReasonCode.SPAM)
        decisions.append_decision(tx, new, now=NOW)
        themes.save_theme(
            tx,
            key="water",
            title_en="Water",
            title_ur="پانی",
            terms=["water"],
            state=ThemeState.SELECTED,
            now=NOW,
        )
        taxonomy = themes.taxonomy_version(tx)
        (unmatched,) = [
            u for u in themes.to_match(tx, taxonomy) if u.revision_id == new.revision_id
        ]
        themes.save_matches(tx, unmatched.revision_id, ["water"], taxonomy)
        for wanted, expected in (
            (Wanted(verdicts=("remove",)), {"mock:1"}),
            (Wanted(decided=False), {"mock:2"}),
            (Wanted(reasons=("OM-5-INA-1",)), {"mock:1"}),
            (Wanted(theme="water"), {"mock:1"}),
            (Wanted(since=NOW, until=NOW + minutes(1)), {"mock:1", "mock:2"}),
            (Wanted(since=NOW + minutes(1)), set[str]()),
            (Wanted(by="decided", since=NOW), {"mock:1"}),
            (Wanted(feedback=("other",)), {"mock:1", "mock:2"}),
            (Wanted(feedback=("complaint",)), set[str]()),
        ):
            assert {f.comment.id for f in search.find_comments(tx, wanted)} == expected, wanted


def test_a_revision_is_matched_again_only_when_the_taxonomy_changed(db: Database) -> None:
    with db.write() as tx:
        keep(tx, a_source(tx), a_collected(external_id="1"))
        (u,) = themes.to_match(tx, 0)
        themes.save_matches(tx, u.revision_id, [], 0)
        assert themes.to_match(tx, 0) == []
        assert len(themes.to_match(tx, 1)) == 1


def test_near_copies_are_counted_by_members_accounts_and_minutes(db: Database) -> None:
    with db.write() as tx:
        source = a_source(tx)
        for n in range(3):
            keep(tx, source, a_collected(external_id=str(n)))
            member = Member(
                comment_id=f"mock:{n}",
                group_id="mock:0",
                author_key=f"k{n % 2}",
                signature=b"s",
                bands=(1, 1, -(2**62)),
                at=NOW + minutes(n),
            )
            copies.add_members(tx, [member])
            copies.add_members(tx, [member])
        group = copies.copy_group(tx, "mock:0")
        assert (group.count, group.accounts, group.minutes) == (3, 2, 2.0)
        found = copies.candidates(tx, [-(2**62), 5], since=NOW + minutes(1))
        assert {b: [m.comment_id for m in ms] for b, ms in found.items()} == {
            -(2**62): ["mock:1", "mock:2"]
        }


def test_an_assessment_by_two_engines_keeps_the_long_version_of_both(db: Database) -> None:
    told = "(builtin 1+a6faf3110000|detoxify multilingual 0123456789ab+int8)"
    assert len(told) > 60
    with db.write() as tx:
        kept = keep(tx, a_source(tx), a_collected(external_id="1"))
        assess(tx, kept, engine="both", engine_version=told)
        found = assessments.current_assessment(tx, kept)
    assert found is not None and found.reading.engine_version == told


def test_an_assessment_of_an_old_revision_does_not_become_current(db: Database) -> None:
    with db.write() as tx:
        source = a_source(tx)
        keep(tx, source, a_collected("old", external_id="1"))
        old = comments.get_comment(tx, "mock:1")
        assert old is not None
        keep(tx, source, a_collected("new", external_id="1"))
        assert [c.revision.text for c in assessments.to_assess(tx)] == ["new"]
        from tests.builders import a_reading

        assessments.save_assessment(
            tx, "mock:1", old.revision.id, a_reading(), a_judgement(Flag.NONE), now=NOW
        )
        assert assessments.current_assessment(tx, "mock:1") is None


def test_policies_are_numbered_and_only_an_approved_one_is_in_force(db: Database) -> None:
    with db.write() as tx:
        assert policies.policy_in_force(tx) is None
        assert policies.keep_policy(tx, "a", made_by="x", approved_by="y", now=NOW) == 1
        assert policies.keep_policy(tx, "b", made_by="x", approved_by=None, now=NOW) == 2
        assert policies.policy_in_force(tx) == (1, "a")


def test_a_case_is_opened_and_found(db: Database) -> None:
    with db.write() as tx:
        user = a_user(tx)
        keep(tx, a_source(tx), a_collected(external_id="1"))
        new = a_decision(tx, "mock:1", user.id, verdict=Verdict.COMPLAINT)
        decision_id = decisions.append_decision(tx, new, now=NOW)
        cases.open_case(
            tx,
            comment_id="mock:1",
            decision_id=decision_id,
            theme="water",
            office="Public Health",
            place="Ward 3",
            due_on=None,
            now=NOW,
        )
        (case,) = cases.find_cases(tx)
    assert (case.office, case.decision_id) == ("Public Health", decision_id)
