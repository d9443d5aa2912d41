"""Facebook's and Instagram's collectors: which posts, how deep, and no silent failure believed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from collectors.base import CollectError, Page
from collectors.known import KnownPosts
from collectors.meta import BATCH
from collectors.wire import Wire
from data.dialects.facebook import FACEBOOK
from data.model import CollectedComment, ErrorClass, Liveness
from sunwai.rehearsal.faults import Disturbed, FaultKind, Faults
from sunwai.rehearsal.meta import error_answer
from sunwai.rehearsal.meta_paging import Paging
from sunwai.rehearsal.wire import Answer, Asked
from sunwai.rehearsal.world import Standing, World, WorldComment
from tests.builders import NOW, minutes
from tests.meta_helpers import (
    OWNER,
    SOMEBODY,
    TOKEN,
    MetaStage,
    a_world,
    doubtful,
    facebook_stage,
    instagram_stage,
    without,
)

DAY = timedelta(days=1)


def found(pages: list[Page]) -> list[CollectedComment]:
    return [c for page in pages for c, _ in page.items]


def ids(pages: list[Page]) -> set[str]:
    return {c.external_id for c in found(pages)}


def scan(stage: MetaStage, known: KnownPosts | None = None, **told: Any) -> list[Page]:
    make = stage.facebook if stage.rehearsal.name == "facebook" else stage.instagram
    asked: dict[str, Any] = {"stop_before": None} | told
    return list(make(known or KnownPosts()).scan(**asked))


def told(stage: MetaStage) -> CollectError:
    with pytest.raises(CollectError) as caught:
        scan(stage)
    return caught.value


def commented(stage: MetaStage) -> list[str]:
    """The posts whose comments were asked for, in order."""
    paths = [a.path for a in stage.line.asked if a.path.endswith("/comments")]
    return [p.split("/")[-2].rpartition("_")[2] for p in paths]


def stages(world: World) -> list[MetaStage]:
    return [facebook_stage(world), instagram_stage(world)]


# ------------------------------------------------------------------------------ which, how deep


def test_a_look_back_lists_every_post_and_says_which_are_done() -> None:
    for stage in stages(a_world(12, posts=3)):
        pages = scan(stage)
        assert len(ids(pages)) == 12 and pages[0].platform_total == 12
        assert sorted(i for p in pages for i in p.listed or ()) == ["1", "2", "3"]
        assert [p.end for p in pages] == [False] * (len(pages) - 1) + [True]


def test_a_look_back_at_young_posts_leaves_the_older_ones_alone() -> None:
    world = a_world(12, posts=3)
    world.add_posts([replace(world.posts["3"], created_at=NOW - 40 * DAY)])
    for stage in stages(world):
        scan(stage, posts_after=NOW - 30 * DAY)
        assert set(commented(stage)) == {"1", "2"}


def test_a_run_that_broke_off_goes_on_behind_the_posts_that_are_done() -> None:
    for stage in stages(a_world(12, posts=3)):
        scan(stage, KnownPosts(ids=("1", "2", "3"), done=frozenset({"1"})))
        assert set(commented(stage)) == {"2", "3"}


def test_a_post_that_is_no_longer_listed_is_still_read() -> None:
    stage = facebook_stage(a_world(12, posts=3), listed_posts=1)
    assert len(ids(scan(stage))) == 4
    pages = scan(stage, KnownPosts(ids=("1", "2", "3", "pfbid0strange")))
    assert len(ids(pages)) == 12
    hints = {p.external_id: p.comment_count_hint for page in pages for p in page.posts}
    assert hints["2"] == hints["3"] == 4


def test_a_live_sweep_lists_what_has_changed_and_glances_at_what_is_young() -> None:
    world = a_world(12, posts=3)
    for post, age in (("1", 0), ("2", 10), ("3", 10)):
        world.add_posts([replace(world.posts[post], created_at=NOW - age * DAY)])
    known = KnownPosts(ids=("1", "2", "3"), totals={"1": 4, "2": 4, "3": 3})
    for stage in stages(world):
        pages = scan(stage, known, stop_before=NOW - 2 * DAY)
        assert set(commented(stage)) == {"1", "3"}
        assert [i for p in pages for i in p.listed or ()] == ["3"]  # a glance is no list


def test_a_new_answer_under_an_old_comment_is_found_on_instagram() -> None:
    world = a_world(120)
    late = WorldComment(
        id="9999", post_id="1", author=SOMEBODY, text="Late.", created_at=NOW, parent_id="9000"
    )
    world.add_comments([late])
    stage = instagram_stage(world)
    pages = scan(stage, KnownPosts(ids=("1",), totals={"1": 120}), stop_before=NOW - minutes(10))
    answer = next(c for c in found(pages) if c.external_id == "9999")
    assert answer.parent_external_id == "9000"


def test_answers_beyond_the_first_fifty_are_read_too() -> None:
    stage = instagram_stage(a_world(180, answers=130))
    pages = scan(stage)
    assert len(ids(pages)) == 180
    assert sum(c.parent_external_id == "9000" for c in found(pages)) == 130


def test_facebooks_answers_stand_beside_their_comments() -> None:
    told = {
        c.external_id: c.parent_external_id
        for c in found(scan(facebook_stage(a_world(9, answers=4))))
    }
    assert [told[f"{9000 + n}"] for n in range(9)] == [None] * 5 + ["9000"] * 4


def test_a_list_out_of_order_is_not_left_early() -> None:
    stage = facebook_stage(a_world(230))

    def ranked(asked: Asked, answer: Answer) -> Answer:
        body = json.loads(answer.as_bytes())
        if asked.path.endswith("/comments"):
            body["data"].reverse()
        return Answer(body=body, status=answer.status)

    stage.line.spoil(ranked)
    pages = scan(stage, KnownPosts(totals={"1": 229}), stop_before=NOW - minutes(3))
    assert len(ids(pages)) == 230


# ------------------------------------------------------------------------------ paging


def test_short_and_empty_pages_are_no_end() -> None:
    for stage in stages(a_world(230)):
        stage.rehearsal.paging = Paging(most=stage.rehearsal.paging.most, sparse=True)
        pages = scan(stage)
        assert len(ids(pages)) == 230
        assert any(not p.items and not p.end for p in pages)


def test_the_address_of_the_next_page_is_neither_used_nor_kept() -> None:
    stage = facebook_stage(a_world(230))
    pages = scan(stage)
    assert all("access_token" not in a.query for a in stage.line.asked)
    kept = "".join(raw.body + raw.locator for p in pages for _, raw in p.items)
    assert TOKEN not in kept and "access_token" not in kept


def test_a_cursor_whose_comment_was_deleted_begins_the_post_anew() -> None:
    for stage in stages(a_world(230)):
        collector = stage.facebook() if stage.rehearsal.name == "facebook" else stage.instagram()
        pages = collector.scan(stop_before=None)
        got = [next(pages)]
        last = got[0].items[-1][0].external_id
        stage.world.set_standing(last, Standing.DELETED, NOW)
        got += list(pages)
        assert len(ids(got)) == 230 and got[-1].end
        stage.world.set_standing(last, Standing.PUBLIC, NOW)


def test_a_list_that_goes_on_for_ever_is_left() -> None:
    def endless(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/me"):
            return httpx.Response(200, json={"id": "4"})
        n = len(str(request.url))
        paging = {"cursors": {"after": f"{n}x" * 2 + request.url.params.get("after", "")[:9]}}
        return httpx.Response(200, json={"data": [], "paging": paging | {"next": "yes"}})

    client = httpx.Client(transport=httpx.MockTransport(endless), base_url="https://graph.test")
    from collectors.facebook import FacebookCollector

    wire = Wire(client=client, dialect=FACEBOOK, tries=1)
    with pytest.raises(CollectError) as caught:
        list(FacebookCollector(wire=wire, page_id="4").scan(stop_before=None))
    assert caught.value.error_class is ErrorClass.INVALID


@pytest.mark.parametrize("kind", [FaultKind.DUPLICATED, FaultKind.REORDERED])
def test_duplicate_and_reordered_items_lose_nothing(kind: FaultKind) -> None:
    for stage in stages(a_world(430, posts=2)):
        disturbed = Disturbed(rehearsal=stage.line.rehearsal, faults=Faults(rate=0.5, kinds=[kind]))

        class Through:
            name = "disturbed"

            def answer(
                self, asked: Asked, now: datetime, disturbed: Disturbed = disturbed
            ) -> Answer:
                return disturbed.sent(asked, now).answer

        stage.line.rehearsal = Through()
        assert len(ids(scan(stage))) == 430
        assert disturbed.faults.done[kind] > 0


# ------------------------------------------------------------------------------ silent failures


def test_a_persons_token_is_found_out_before_its_empty_lists_are_believed() -> None:
    stage = facebook_stage(a_world(5))
    stage.rehearsal.grants[TOKEN] = replace(stage.rehearsal.grants[TOKEN], kind="user")
    error = told(stage)
    assert error.error_class is ErrorClass.PERMISSION and "page's own token" in error.message


def test_comments_without_ids_are_a_lost_permission() -> None:
    stage = facebook_stage(a_world(5))
    grant = stage.rehearsal.grants[TOKEN]
    stage.rehearsal.grants[TOKEN] = replace(grant, tasks=("ANALYZE",))
    error = told(stage)
    assert error.error_class is ErrorClass.PERMISSION and "MODERATE" in error.message


def test_counted_comments_that_are_never_listed_are_a_lost_permission() -> None:
    stage = facebook_stage(a_world(5))

    def emptied(asked: Asked, answer: Answer) -> Answer:
        if not asked.path.endswith("/comments"):
            return answer
        return Answer(body={"data": [], "summary": {"total_count": 5}})

    stage.line.spoil(emptied)
    error = told(stage)
    assert error.error_class is ErrorClass.PERMISSION and "counts 5 comments" in error.message


def test_a_page_without_comments_is_whole() -> None:
    for stage in stages(a_world(0)):
        pages = scan(stage)
        assert pages[-1].end and found(pages) == [] and len(pages[0].posts) == 1


def test_comments_that_only_the_platform_counts_are_no_failure() -> None:
    world = a_world(5)
    for native in ("9001", "9003"):
        world.set_standing(native, Standing.SPAM, NOW)
    pages = scan(facebook_stage(world))
    assert len(ids(pages)) == 3 and pages[0].platform_total == 5


def test_authors_that_fall_away_are_not_told_and_never_empty() -> None:
    stage = facebook_stage(a_world(5))
    stage.world.add_comments(
        [replace(stage.world.comments["9002"], author=OWNER, text="Our own answer.")]
    )
    grant = stage.rehearsal.grants[TOKEN]
    stage.rehearsal.grants[TOKEN] = replace(
        grant, scopes=grant.scopes - {"pages_read_user_content"}
    )
    told = {c.external_id: c.author for c in found(scan(stage))}
    own = told.pop("9002")
    assert own is not None and own.is_page_owner
    assert set(told.values()) == {None}


def test_a_post_that_is_deleted_meanwhile_ends_no_scan_and_is_looked_for() -> None:
    stage = facebook_stage(a_world(12, posts=3))
    stage.line.spoil(_gone("_2/comments"))
    pages = scan(stage)
    assert len(ids(pages)) == 8 and pages[-1].end
    assert "2" in [i for p in pages for i in p.listed or ()]


def test_when_every_post_is_gone_or_not_allowed_nothing_is_believed() -> None:
    stage = facebook_stage(a_world(12, posts=3))
    stage.line.spoil(_gone("/comments"))
    assert told(stage).error_class is ErrorClass.PERMISSION


def _gone(ending: str) -> Any:
    refused = error_answer(100, "Unsupported get request.", subcode=33)

    def spoil(asked: Asked, good: Answer) -> Answer:
        return refused if asked.path.endswith(ending) else good

    return spoil


# ------------------------------------------------------------------------------ by id


def test_many_ids_are_read_fifty_in_a_call() -> None:
    for stage in stages(a_world(130)):
        make = stage.facebook() if stage.rehearsal.name == "facebook" else stage.instagram()
        wanted = [f"{9000 + n}" for n in range(130)]
        read = make.read_comments(wanted)
        assert [live for live, _ in read.values()] == [Liveness.ALIVE] * 130
        assert len(stage.line.asked) == -(-130 // BATCH)


def test_a_part_that_timed_out_is_asked_again_alone() -> None:
    def cut_short(asked: Asked, answer: Answer) -> Answer:
        if not isinstance(answer.body, list):
            return answer
        return Answer(body=[None, *answer.body[1:]])

    stage = facebook_stage(a_world(5))
    stage.line.spoil(cut_short)
    read = stage.facebook().read_comments(["1_9000", "1_9001", "1_7777"])
    assert [live for live, _ in read.values()] == [
        Liveness.ALIVE,
        Liveness.ALIVE,
        Liveness.UNDECIDED,
    ]


@pytest.mark.parametrize(
    ("code", "error_class"), [(190, ErrorClass.AUTH), (80001, ErrorClass.RATE)]
)
def test_a_part_that_fails_for_the_whole_account_is_no_absence(
    code: int, error_class: ErrorClass
) -> None:
    part = {"code": 400, "body": json.dumps({"error": {"code": code, "message": "x"}})}
    stage = facebook_stage(a_world(5))
    stage.line.spoil(lambda asked, good: Answer(body=[dict(part)]))  # pyright: ignore
    with pytest.raises(CollectError) as caught:
        stage.facebook().read_comments(["1_9000"])
    assert caught.value.error_class is error_class


def test_an_answer_about_another_comment_is_refused() -> None:
    other = {"code": 200, "body": json.dumps({"id": "1_7", "message": "x"})}
    stage = facebook_stage(a_world(5))
    stage.line.spoil(lambda asked, good: Answer(body=[dict(other)]))  # pyright: ignore
    with pytest.raises(CollectError):
        stage.facebook().read_comments(["1_9000"])


def test_in_doubt_every_comment_is_undecided() -> None:
    stage = instagram_stage(a_world(5))
    stage.line.spoil(doubtful)
    assert dict(stage.instagram().read_comments(["9000"])) == {"9000": (Liveness.UNDECIDED, None)}


# ------------------------------------------------------------------------------ access


def test_the_access_of_an_instagram_account_is_checked_by_either_route() -> None:
    for page_id in ("", "777"):
        stage = instagram_stage(a_world(3), page_id=page_id)
        health = stage.instagram().check(NOW)
        assert health.ok and health.account == OWNER.handle and health.problems == ()
        assert bool(health.scopes) is bool(page_id)  # Instagram's own route tells none


def test_a_lost_permission_for_comments_is_said_by_either_route() -> None:
    for page_id in ("", "777"):
        stage = instagram_stage(a_world(3), page_id=page_id)
        grant = stage.rehearsal.grants[TOKEN]
        fewer = frozenset(s for s in grant.scopes if "comments" not in s)
        stage.rehearsal.grants[TOKEN] = replace(grant, scopes=fewer)
        health = stage.instagram().check(NOW)
        assert not health.ok and "comments" in " ".join(health.problems)


def test_an_ended_token_is_a_problem_in_words_and_no_exception() -> None:
    for stage in stages(a_world(3)):
        stage.rehearsal.grants[TOKEN] = replace(stage.rehearsal.grants[TOKEN], ended=460)
        make = stage.facebook() if stage.rehearsal.name == "facebook" else stage.instagram()
        health = make.check(NOW)
        assert not health.ok and "password was changed" in health.problems[0]


def test_what_is_missing_for_acting_is_said_and_reading_goes_on() -> None:
    stage = facebook_stage(a_world(3))
    grant = stage.rehearsal.grants[TOKEN]
    stage.rehearsal.grants[TOKEN] = replace(
        grant, scopes=grant.scopes - {"pages_manage_engagement"}
    )
    health = stage.facebook().check(NOW)
    assert health.ok and health.missing == ("pages_manage_engagement",)
    assert "hiding and deleting" in health.problems[0]


def test_another_version_of_the_interface_is_said() -> None:
    stage = facebook_stage(a_world(3))
    stage.rehearsal.gate.version = "v24.0"
    (problem,) = stage.facebook().check(NOW).problems
    assert "v26.0" in problem and "v24.0" in problem


def test_a_check_that_cannot_be_made_is_raised() -> None:
    for stage in stages(a_world(3)):
        stage.line.always(stage.rehearsal.trouble_answer("transient"))
        make = stage.facebook() if stage.rehearsal.name == "facebook" else stage.instagram()
        with pytest.raises(CollectError):
            make.check(NOW)


# ------------------------------------------------------------------------------ broken items


def test_one_broken_item_is_set_aside_and_the_others_come() -> None:
    for stage in stages(a_world(7)):
        name = "message" if stage.rehearsal.name == "facebook" else "text"
        stage.line.spoil(without(name, items=2))
        pages = scan(stage)
        unmapped = [e for p in pages for e in p.unmapped]
        assert [e.row for e in unmapped] == [1, 2] and len(ids(pages)) == 5
        assert all(e.reason.endswith(".") and '"id"' in e.raw for e in unmapped)
