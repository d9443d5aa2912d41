"""What a YouTube sweep asks, what it leaves, and what it says of its access."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from collectors.base import CollectError, Page
from collectors.known import KnownPosts
from collectors.youtube import YouTubeCollector
from collectors.youtube_scan import REPLY_LISTS_LIVE
from data.model import ErrorClass, Liveness, Visibility
from sunwai.rehearsal.wire import Answer, Asked
from sunwai.rehearsal.world import Standing, WorldPost
from tests.builders import NOW, minutes
from tests.rehearsal_helpers import OWNER, RehearsalStage, a_world, add_comment, each
from tests.youtube_x_helpers import youtube, youtube_stage

DAY = timedelta(days=1)


def found(pages: list[Page]) -> dict[str, Any]:
    return {c.external_id: c for page in pages for c, _ in page.items}


def paths(stage: RehearsalStage) -> list[str]:
    return [a.path.removeprefix("/youtube/v3") for a in stage.asked]


def test_switched_off_comments_are_no_failure_and_conclude_nothing() -> None:
    world = a_world(2)
    world.add_posts([WorldPost(id="closed", text="x", created_at=NOW, closed=True)])
    stage, _ = youtube_stage(world)
    pages = list(youtube(stage).scan(stop_before=None))
    listed = {i for p in pages for i in p.listed or ()}
    assert found(pages).keys() == {"c0", "c1"} and listed == {"video1", OWNER.id}


def test_a_video_that_is_gone_is_listed_as_empty() -> None:
    stage, _ = youtube_stage(a_world(1))
    pages = list(youtube(stage, KnownPosts(ids=("video1", "gone"))).scan(stop_before=None))
    assert {i for p in pages for i in p.listed or ()} == {"video1", "gone", OWNER.id}


def test_videos_that_an_earlier_run_has_done_are_left_out() -> None:
    stage, _ = youtube_stage(a_world(3))
    known = KnownPosts(ids=("video1",), done=frozenset({"video1", OWNER.id}))
    pages = list(youtube(stage, known).scan(stop_before=None))
    assert found(pages) == {} and pages[-1].end
    assert pages[-1].platform_total is None, "what is left out is not counted against the list"


def test_a_re_scan_reads_only_videos_made_after_the_border() -> None:
    world = a_world(2)
    world.add_posts([WorldPost(id="old", text="x", created_at=NOW - 90 * DAY)])
    add_comment(world, "under-old", NOW - 80 * DAY, post_id="old")
    stage, _ = youtube_stage(world)
    pages = list(youtube(stage).scan(stop_before=None, posts_after=NOW - 30 * DAY))
    assert {i for p in pages for i in p.listed or ()} == {"video1"}
    assert "old" not in {a.query.get("videoId") for a in stage.asked}


def test_a_re_scan_sees_what_changed_in_young_threads_under_old_videos_and_posts() -> None:
    world = a_world(1)
    world.add_posts([WorldPost(id="old", text="x", created_at=NOW - 90 * DAY)])
    add_comment(world, "young", NOW - minutes(9), post_id="old")
    stage, _ = youtube_stage(world)
    pages = list(youtube(stage).scan(stop_before=None, posts_after=NOW - 30 * DAY))
    assert found(pages).keys() == {"c0", "young"}


def test_all_replies_come_though_a_thread_holds_five() -> None:
    world = a_world(1)
    for n in range(230):
        add_comment(world, f"c0.r{n}", NOW + minutes(n), parent_id="c0")
    stage, _ = youtube_stage(world)
    told = found(list(youtube(stage).scan(stop_before=None)))
    assert told.keys() == world.comments.keys()
    assert {c.parent_external_id for i, c in told.items() if i != "c0"} == {"c0"}
    assert told["c0"].reply_count == 230


def test_a_live_sweep_fetches_replies_of_few_threads_and_of_no_unchanged_video() -> None:
    world = a_world(30)
    for top in range(30):
        for n in range(7):
            add_comment(world, f"c{top}.r{n}", NOW, parent_id=f"c{top}")
    stage, _ = youtube_stage(world)
    list(youtube(stage).scan(stop_before=NOW - DAY))
    assert paths(stage).count("/comments") == REPLY_LISTS_LIVE
    stage.asked.clear()
    unchanged = KnownPosts(ids=("video1",), totals={"video1": 240})
    list(youtube(stage, unchanged).scan(stop_before=NOW - DAY))
    assert "/comments" not in paths(stage)


def test_a_list_that_rises_is_read_to_its_end() -> None:
    """That the newest come first is seen by everyone and promised by nobody."""
    stage, _ = youtube_stage(a_world(250))
    stage.changes.append(each(lambda body: body.get("items", []).reverse()))  # type: ignore[union-attr]
    told = found(list(youtube(stage).scan(stop_before=NOW - minutes(5))))
    assert len(told) == 250


def test_a_list_that_goes_in_circles_is_a_failure() -> None:
    stage, _ = youtube_stage(a_world(3))

    def round_and_round(asked: Asked, good: Answer) -> Answer:
        if not asked.path.endswith("/commentThreads") or not isinstance(good.body, dict):
            return good
        return Answer(body=good.body | {"nextPageToken": "again"}, headers=good.headers)

    stage.rehearsal = _Ignoring(stage.rehearsal)
    stage.changes.append(round_and_round)
    with pytest.raises(CollectError, match="circles"):
        list(youtube(stage).scan(stop_before=NOW - DAY))


class _Ignoring:
    """A platform that takes any page token."""

    name = "youtube"

    def __init__(self, behind: Any) -> None:
        self.behind = behind

    def answer(self, asked: Asked, now: Any) -> Answer:
        query = {k: v for k, v in asked.query.items() if k != "pageToken"}
        plain = Asked(method=asked.method, path=asked.path, query=query, headers=asked.headers)
        return self.behind.answer(plain, now)


@pytest.mark.parametrize("body", [{}, {"items": None}, {"items": "no list"}, {"kind": "youtube#x"}])
def test_an_answer_that_is_no_list_is_never_taken_for_an_empty_one(body: Any) -> None:
    stage, _ = youtube_stage(a_world(3))
    stage.always(Answer(body=body))
    with pytest.raises(CollectError, match="not told whole"):
        list(youtube(stage).scan(stop_before=NOW))


def test_a_comment_with_a_held_reply_stands_in_the_held_list_and_is_not_held_itself() -> None:
    world = a_world(2)
    add_comment(world, "c0.r", NOW, parent_id="c0", standing=Standing.HELD)
    stage, _ = youtube_stage(world)
    told = found(list(youtube(stage).scan(stop_before=NOW - DAY)))
    states = {i: c.visibility for i, c in told.items()}
    assert states == {
        "c0": Visibility.PUBLIC, "c1": Visibility.PUBLIC, "c0.r": Visibility.HELD
    }  # fmt: skip


def test_threads_that_belong_to_no_video_come_under_the_channel() -> None:
    world = a_world(1)
    world.add_posts([WorldPost(id="UgkxPost", text="A poll.", created_at=NOW)])
    add_comment(world, "p1", NOW, post_id="UgkxPost")
    stage, rehearsal = youtube_stage(world)
    rehearsal.community = ("UgkxPost",)
    for stop_before in (None, NOW - DAY):
        told = found(list(youtube(stage).scan(stop_before=stop_before)))
        assert told["p1"].post.external_id == OWNER.id
        assert told["p1"].permalink is None


# ------------------------------------------------------------------------------ by id


def test_held_and_spam_comments_are_found_by_id_and_rejected_ones_are_gone() -> None:
    world = a_world(5)
    for n, standing in enumerate((Standing.HELD, Standing.SPAM, Standing.REJECTED)):
        world.set_standing(f"c{n}", standing, NOW)
    stage, _ = youtube_stage(world)
    read = youtube(stage).read_comments([f"c{n}" for n in range(5)])
    states = {i: (live, None if c is None else c.visibility) for i, (live, c) in read.items()}
    assert states == {
        "c0": (Liveness.ALIVE, Visibility.HELD),
        "c1": (Liveness.ALIVE, Visibility.SPAM),
        "c2": (Liveness.GONE, None),
        "c3": (Liveness.ALIVE, Visibility.UNKNOWN),
        "c4": (Liveness.ALIVE, Visibility.UNKNOWN),
    }


def test_a_reply_whose_thread_is_held_is_out_of_sight_and_not_gone() -> None:
    world = a_world(1)
    add_comment(world, "c0.r", NOW, parent_id="c0")
    world.set_standing("c0", Standing.HELD, NOW)
    stage, _ = youtube_stage(world)
    assert youtube(stage).read_comments(["c0.r"]) == {"c0.r": (Liveness.NOT_VISIBLE, None)}


def test_with_an_api_key_nothing_missing_is_called_gone() -> None:
    stage, rehearsal = youtube_stage(a_world(2))
    rehearsal.access.readers.add("key")
    stage.token = "key"
    reader = YouTubeCollector(wire=stage.wire, channel_id=OWNER.id, owner=False)
    assert len(found(list(reader.scan(stop_before=None)))) == 2
    assert reader.read_comments(["never"]) == {"never": (Liveness.UNDECIDED, None)}
    assert reader.check(NOW).ok


def test_ids_are_read_fifty_at_a_time() -> None:
    stage, _ = youtube_stage(a_world(120))
    youtube(stage).read_comments([f"c{n}" for n in range(120)])
    assert [len(a.query["id"].split(",")) for a in stage.asked] == [50, 50, 20]


# ------------------------------------------------------------------------------ access


def test_a_lost_permission_is_named_with_what_it_is_for() -> None:
    stage, rehearsal = youtube_stage(a_world(1))
    rehearsal.access.lost_scope = True
    health = youtube(stage).check(NOW)
    assert not health.ok and health.account == OWNER.name
    assert "youtube.force-ssl" in health.problems[0] and "held" in health.problems[0]
    assert health.missing
    with pytest.raises(CollectError) as caught:
        list(youtube(stage).scan(stop_before=NOW - DAY))
    assert caught.value.error_class is ErrorClass.PERMISSION


def test_another_channels_access_is_told() -> None:
    stage, _ = youtube_stage(a_world(1))
    other = YouTubeCollector(wire=stage.wire, channel_id="UCother")
    assert OWNER.name in other.check(NOW).problems[0]


def test_a_channel_that_does_not_exist_is_told() -> None:
    stage, _ = youtube_stage(a_world(1))
    other = YouTubeCollector(wire=stage.wire, channel_id="UCnone")
    with pytest.raises(CollectError, match="no channel UCnone"):
        list(other.scan(stop_before=None))


def test_an_access_that_has_ended_is_a_problem_and_an_outage_is_none() -> None:
    stage, rehearsal = youtube_stage(a_world(1))
    stage.token = "nobody's"
    assert not youtube(stage).check(NOW).ok
    stage.always(rehearsal.trouble_answer("transient"))
    with pytest.raises(CollectError):
        youtube(stage).check(NOW)
