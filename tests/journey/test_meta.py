"""A Facebook Page and an Instagram account, from the first sweep to the last proof."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from collectors.access import Checked
from data.dialects.meta_webhook import WebhookApp
from data.model import (
    EnforcementState,
    ErrorClass,
    Liveness,
    Platform,
    SweepKind,
    SweepOutcome,
    Visibility,
)
from data.store import webhooks
from data.store.sources import list_sources
from data.store.webhooks import NoticeState, keep_notice
from sunwai import jobs
from sunwai.rehearsal.facebook import FacebookRehearsal
from sunwai.rehearsal.faults import FaultKind
from sunwai.rehearsal.instagram import InstagramRehearsal
from sunwai.rehearsal.meta import Grant
from sunwai.rehearsal.world import Standing, WorldComment
from sunwai.schedule import Scheduler
from sunwai.webhooks import hastened_slot, webhook_apps, work_off
from tests.builders import NOW
from tests.journey.meta_house import SECRET, Office, a_notice, an_office
from tests.meta_helpers import SOMEBODY, TOKEN, a_world

S = EnforcementState


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Office]:
    with an_office(tmp_path, FacebookRehearsal(world=a_world(5), tokens=(TOKEN,))) as office:
        yield office


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Office]:
    with an_office(tmp_path, InstagramRehearsal(world=a_world(5), tokens=(TOKEN,))) as office:
        yield office


@pytest.fixture(params=["facebook", "instagram"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    kind = FacebookRehearsal if request.param == "facebook" else InstagramRehearsal
    with an_office(tmp_path, kind(world=a_world(5), tokens=(TOKEN,))) as office:
        yield office


ABUSE = "You are a fool and your father was one."


def decided_on(office: Office) -> str:
    """A comment that was collected and judged, and is to go; its hold is over."""
    arrive(office, "9100", ABUSE)
    office.swept()
    jobs.assess_new(office.house)
    office.remove("9100")
    return "9100"


def arrive(office: Office, native: str, text: str = "A new one.") -> None:
    office.world.add_comments(
        [WorldComment(id=native, post_id="1", author=SOMEBODY, text=text, created_at=office.now)]
    )


# ------------------------------------------------------------------------------ both ways


def test_a_comment_is_collected_judged_decided_on_hidden_and_proved(either: Office) -> None:
    decided_on(either)
    either.enforce()
    either.later(minutes=1)
    either.enforce()
    assert [a.state for a in either.actions("9100")] == [S.VERIFIED]
    assert either.world.comments["9100"].standing is Standing.HIDDEN
    assert either.world.comments["9100"].text == ABUSE
    either.later(minutes=30)
    either.swept()
    assert either.kept("9100").visibility is Visibility.HIDDEN


def test_a_lost_answer_is_read_back_and_the_action_is_done_once(either: Office) -> None:
    native = decided_on(either)
    either.serving.faults.plan(FaultKind.LOST_ANSWER)
    for _ in range(6):
        either.enforce()
        either.later(minutes=5)
    assert [a.state for a in either.actions(native)] == [S.VERIFIED]
    changes = [e for e in either.world.effects if e.was is not e.became]
    assert len(changes) == 1


def test_a_text_that_changed_meanwhile_goes_back_to_review(either: Office) -> None:
    native = decided_on(either)
    either.world.edit(native, "Something else entirely.", either.now)
    either.enforce()
    assert [a.state for a in either.actions(native)] == [S.TEXT_CHANGED]
    assert either.world.comments[native].standing is Standing.PUBLIC


def test_what_its_author_deleted_first_ends_as_gone(either: Office) -> None:
    native = decided_on(either)
    either.world.set_standing(native, Standing.DELETED, either.now)
    either.enforce()
    assert [a.state for a in either.actions(native)] == [S.GONE]


def test_a_write_without_the_permission_is_refused_with_the_reason(page: Office) -> None:
    native = decided_on(page)
    grant = page.rehearsal.grants[TOKEN]
    fewer = grant.scopes - {"pages_manage_engagement"}
    page.rehearsal.grants[TOKEN] = replace(grant, scopes=fewer)
    page.enforce()
    (action,) = page.actions(native)
    assert action.state is S.REFUSED and action.detail
    assert page.world.comments[native].standing is Standing.PUBLIC


# ------------------------------------------------------------------------------ later on


def test_edits_and_deletions_are_found_by_looking_back(either: Office) -> None:
    either.swept()
    either.world.edit("9001", "Edited words.", either.now)
    either.world.set_standing("9002", Standing.DELETED, either.now)
    either.later(hours=1)
    either.swept(SweepKind.HOT)
    assert either.kept("9001").revision.text == "Edited words."
    gone = either.kept("9002")
    assert gone.missing_since is not None and gone.missing_reason == Liveness.UNDECIDED.value
    assert either.kept("9003").missing_since is None


def test_a_page_whose_counts_stand_still_is_not_listed_again(either: Office) -> None:
    (post,) = either.world.posts.values()
    either.world.add_posts([replace(post, created_at=NOW - timedelta(days=10))])
    either.swept()
    either.later(minutes=30)
    asked = len(either.serving.asked)
    either.swept()
    paths = [a.path for a in either.serving.asked[asked:]]
    assert paths and not any(p.endswith("/comments") for p in paths)
    arrive(either, "9200")
    either.later(minutes=30)
    assert either.swept().tally.new == 1


def test_a_lost_permission_marks_nothing_as_gone(page: Office) -> None:
    page.swept()
    page.rehearsal.grants[TOKEN] = Grant(kind="user", scopes=page.rehearsal.grants[TOKEN].scopes)
    page.later(hours=1)
    for kind in (SweepKind.LIVE, SweepKind.HOT, SweepKind.RESCAN):
        done = page.sweep(kind)
        assert done.outcome is SweepOutcome.FAILED and done.error_class is ErrorClass.PERMISSION
    assert all(page.kept(str(n)).missing_since is None for n in range(9000, 9005))


def test_the_check_names_the_permission_that_is_missing(page: Office) -> None:
    grant = page.rehearsal.grants[TOKEN]
    page.rehearsal.grants[TOKEN] = replace(
        grant,
        scopes=grant.scopes - {"pages_read_user_content"},
        data_access_until=page.now + timedelta(days=5),
    )
    collector = page.house.collector(page.source)
    assert isinstance(collector, Checked)
    health = collector.check(page.now)
    assert not health.ok and health.missing == ("pages_read_user_content",)
    assert "reading the comments that others write" in health.problems[0]
    assert health.data_access_until == page.now + timedelta(days=5)


def test_no_token_proof_or_secret_lies_anywhere_in_the_home(either: Office) -> None:
    either.swept()
    either.rehearsal.grants[TOKEN] = replace(either.rehearsal.grants[TOKEN], ended=463)
    failed = either.sweep()
    assert failed.error_class is ErrorClass.AUTH
    told = either.texts() + (failed.error or "")
    assert TOKEN not in told and SECRET not in told and "appsecret_proof" not in told


# ------------------------------------------------------------------------------ notices


def take(office: Office, body: bytes, secret: str = SECRET) -> None:
    with office.house.ready_db.write() as tx:
        keep_notice(tx, body, WebhookApp(secret=secret).mark, now=office.now)


def states(office: Office) -> list[NoticeState]:
    with office.house.ready_db.read() as tx:
        return [n.state for n in webhooks.list_notices(tx)]


def test_a_notice_brings_its_comment_long_before_the_sweep(page: Office) -> None:
    page.swept()
    arrive(page, "9300", "Told of.")
    take(page, a_notice("1_9300", post_id="100200300_1"))
    tally = work_off(page.house)
    assert (tally.done, tally.read) == (1, 1)
    told = page.kept("9300")
    assert told.revision.text == "Told of." and told.post_id == page.kept("9001").post_id
    assert states(page) == [NoticeState.DONE]
    page.later(minutes=30)
    assert page.swept().tally.new == 0  # the sweep finds nothing more, and moves the mark


def test_the_text_of_a_notice_is_never_kept(page: Office) -> None:
    page.swept()
    arrive(page, "9300", "What stands there.")
    take(page, a_notice("1_9300", message="What a notice says.", post_id="100200300_1"))
    work_off(page.house)
    assert page.kept("9300").revision.text == "What stands there."


def test_an_edit_is_read_and_a_removal_asks_for_a_sweep(page: Office) -> None:
    page.swept()
    page.later(minutes=2)
    page.world.edit("9001", "Edited words.", page.now)
    page.world.set_standing("9002", Standing.DELETED, page.now)
    take(page, a_notice("1_9002", verb="remove"))
    take(page, a_notice("1_9001", verb="edited"))
    work_off(page.house)
    assert page.kept("9001").revision.text == "Edited words."
    assert page.kept("9002").missing_since is None  # a notice proves no absence
    slot = hastened_slot(page.house, page.source, page.now)
    assert slot is not None
    page.swept()
    assert page.kept("9002").missing_since is not None
    assert hastened_slot(page.house, page.source, page.now) is None


def test_notices_out_of_order_and_twice_end_in_what_stands(page: Office) -> None:
    page.swept()
    arrive(page, "9300", "Second words.")
    for body in (a_notice("1_9300", verb="edited"), a_notice("1_9300"), a_notice("1_9300")):
        take(page, body)
    work_off(page.house)
    take(page, a_notice("1_9300", verb="edited"))
    work_off(page.house)
    assert page.kept("9300").revision.no == 1
    assert page.kept("9300").revision.text == "Second words."


@pytest.mark.parametrize(
    ("body", "secret", "state"),
    [
        (a_notice("1_9300", account="777"), SECRET, NoticeState.IGNORED),
        (a_notice("1_9300"), "the secret of another page's app", NoticeState.IGNORED),
        (a_notice("1_9300", item="reaction"), SECRET, NoticeState.IGNORED),
        (b"{}", SECRET, NoticeState.FAILED),
        (a_notice("never/was?"), SECRET, NoticeState.DONE),
        (a_notice("../me?fields=id"), SECRET, NoticeState.DONE),
    ],
    ids=["unknown page", "another app", "no comment", "no notice", "no such comment", "a path"],
)
def test_a_strange_notice_does_no_harm(
    page: Office, body: bytes, secret: str, state: NoticeState
) -> None:
    page.swept()
    arrive(page, "9300")
    take(page, body, secret)
    work_off(page.house)
    assert states(page) == [state]
    assert page.comment("9300") is None


def test_a_notice_waits_while_the_platform_is_out_of_order(page: Office) -> None:
    page.swept()
    arrive(page, "9300")
    take(page, a_notice("1_9300", post_id="100200300_1"))
    page.serving.faults.plan(FaultKind.RATE)
    assert work_off(page.house).postponed == 1
    assert work_off(page.house).postponed == 0  # not before its time
    page.later(hours=2)
    assert work_off(page.house).read == 1
    assert states(page) == [NoticeState.DONE]


def test_replayed_notices_change_nothing(page: Office) -> None:
    page.swept()
    arrive(page, "9300")
    take(page, a_notice("1_9300", post_id="100200300_1"))
    work_off(page.house)
    before = page.kept("9300")
    with page.house.ready_db.write() as tx:
        assert webhooks.replay_notices(tx) == 1
    assert work_off(page.house).done == 1
    assert replace(page.kept("9300"), last_seen_at=before.last_seen_at) == before


def test_the_apps_are_those_of_the_sources_with_a_secret(page: Office) -> None:
    (app,) = webhook_apps(page.house)
    assert app.secret == SECRET
    assert app.accounts == {(Platform.FACEBOOK, page.source.account)}


def test_an_instagram_notice_brings_its_comment(account: Office) -> None:
    account.swept()
    arrive(account, "9300", "Told of.")
    body = a_notice("9300").replace(b'"page"', b'"instagram"').replace(b'"feed"', b'"comments"')
    take(account, body)
    assert work_off(account.house).read == 1
    assert account.kept("9300").post_id == account.kept("9001").post_id


def test_a_paused_page_is_not_read(page: Office) -> None:
    from data.store.sources import set_paused

    take(page, a_notice("1_9001"))
    with page.house.ready_db.write() as tx:
        set_paused(tx, page.source.id, True)
        assert [s.paused for s in list_sources(tx)] == [True]
    work_off(page.house)
    assert states(page) == [NoticeState.IGNORED] and page.comment("9001") is None


def test_the_scheduler_hears_and_sweeps_before_its_time(page: Office) -> None:
    scheduler = Scheduler(page.house)
    scheduler.collect_due()
    page.later(minutes=2)  # the same slot of half an hour
    page.world.set_standing("9002", Standing.DELETED, page.now)
    scheduler.collect_due()
    assert page.kept("9002").missing_since is None
    take(page, a_notice("1_9002", verb="remove"))
    scheduler.hear()
    scheduler.collect_due()
    assert page.kept("9002").missing_since is not None
    asked = len(page.serving.asked)
    scheduler.hear()
    scheduler.collect_due()
    assert len(page.serving.asked) == asked  # asked for once, done once


def test_what_we_hid_is_not_called_gone_where_hidden_ones_are_not_listed(account: Office) -> None:
    assert isinstance(account.rehearsal, InstagramRehearsal)
    account.rehearsal.lists_hidden = False
    native = decided_on(account)
    for _ in range(2):
        account.enforce()
        account.later(minutes=1)
    account.later(hours=1)
    account.swept(SweepKind.HOT)
    kept = account.kept(native)
    assert kept.missing_since is None and kept.visibility is Visibility.HIDDEN


def test_a_used_up_allowance_ends_the_sweep_until_it_may_look_again(page: Office) -> None:
    page.rehearsal.gate.allowed = 2
    done = page.sweep()
    assert done.error_class is ErrorClass.RATE and done.outcome is SweepOutcome.FAILED
    asked = len(page.serving.asked)
    assert page.sweep().error_class is ErrorClass.RATE
    assert len(page.serving.asked) == asked  # calling while throttled lengthens the block
    page.rehearsal.gate.allowed = 10**6
    page.later(minutes=16)  # the headers told of no time: a quarter of an hour
    page.swept()
