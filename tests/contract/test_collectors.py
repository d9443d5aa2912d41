"""What every collector must do. A new platform adds one parameter: a function that makes a Case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from collectors.base import CollectError, Collector, Page
from collectors.known import KnownPosts
from data.model import CollectedComment, ErrorClass, Liveness, Platform
from sunwai.connectors import is_pulled
from sunwai.rehearsal.wire import Answer
from sunwai.rehearsal.world import Standing, World, WorldPost
from tests.builders import NOW, minutes
from tests.collect_helpers import a_script, a_stage
from tests.mastodon_helpers import mastodon, mastodon_stage, spoil_status
from tests.meta_helpers import (
    MetaStage,
    a_world,
    cut,
    doubtful,
    facebook_stage,
    instagram_stage,
    without,
)
from tests.rehearsal_helpers import RehearsalStage, each
from tests.rehearsal_helpers import a_world as rehearsal_world
from tests.youtube_x_helpers import (
    an_x_world,
    spoil_thread,
    without_text,
    x_account,
    x_stage,
    youtube,
    youtube_stage,
)

COUNT = 230  # more than two pages of a hundred


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A collector over a platform that holds comments 0..229, a minute apart, the last at ``NOW``.

    ``gone`` is the id of one that was there and was deleted, ``known`` of one that is; ``total``
    is the platform's own count, None where it tells none. The functions put a fault on.
    ``gone_as`` is how a deleted one reads: UNDECIDED where the platform says "gone or not allowed".
    ``stops_early``: whether a list can be left at an instant. ``tells_all_by_id``: whether a
    reading by id tells as much as a list.
    """

    collector: Collector
    gone: str
    break_down: Callable[[], None]
    break_down_once: Callable[[], None]
    expire_token: Callable[[], None]
    limit_rate: Callable[[], None]
    cut_answers: Callable[[], None]
    spoil_one_item: Callable[[], None]
    make_reads_doubtful: Callable[[], None]
    known: str = "c1"
    total: int | None = COUNT
    gone_as: Liveness = Liveness.GONE
    stops_early: bool = True
    tells_all_by_id: bool = True


def mock_case(folder: Path) -> Case:
    script = a_script(COUNT + 1, deletions=[("c0", COUNT)])
    stage = a_stage(folder, script)
    stage.clock.now = NOW
    stage.app.state.started_at = NOW - minutes(COUNT)
    return Case(
        collector=stage.collector,
        gone="c0",
        break_down=lambda: stage.fault("outage"),
        break_down_once=lambda: stage.fault("outage", times=1),
        expire_token=lambda: stage.fault("token_expired"),
        limit_rate=lambda: stage.fault("rate_limit", seconds=30),
        cut_answers=lambda: stage.fault("truncated"),
        spoil_one_item=lambda: stage.fault("malformed", times=1),
        make_reads_doubtful=lambda: stage.fault("ambiguous"),
    )


def facebook_case(folder: Path) -> Case:
    stage = facebook_stage(_page_with_one_gone())
    known = KnownPosts(ids=("1",), totals={"1": COUNT - 1})  # one more has come since
    return Case(collector=stage.facebook(known), known="1_9001", gone="1_9000", **_meta(stage))


def instagram_case(folder: Path) -> Case:
    stage = instagram_stage(_page_with_one_gone())
    return Case(
        collector=stage.instagram(),
        known="9001",
        gone="9000",
        stops_early=False,
        **_meta(stage),
    )


def _page_with_one_gone() -> World:
    world = a_world(COUNT + 1)
    world.set_standing("9000", Standing.DELETED, NOW)
    return world


def _meta(stage: MetaStage) -> dict[str, Any]:
    line, trouble = stage.line, stage.rehearsal.trouble_answer
    return {
        "gone_as": Liveness.UNDECIDED,
        "break_down": lambda: line.always(trouble("transient")),
        "break_down_once": lambda: line.always(trouble("transient"), times=1),
        "expire_token": lambda: line.always(trouble("token")),
        "limit_rate": lambda: line.always(trouble("rate")),
        "cut_answers": lambda: line.spoil(cut),
        "spoil_one_item": lambda: line.spoil(without("id", items=1), times=1),
        "make_reads_doubtful": lambda: line.spoil(doubtful),
    }


def youtube_case(folder: Path) -> Case:
    world = rehearsal_world(COUNT + 1)
    world.set_standing("c0", Standing.DELETED, NOW)
    stage, rehearsal = youtube_stage(world)

    def make_doubtful() -> None:
        world.set_standing("c1", Standing.HELD, NOW)
        rehearsal.access.lost_scope = True

    return Case(
        collector=youtube(stage),
        gone="c0",
        spoil_one_item=lambda: stage.spoil(spoil_thread),
        make_reads_doubtful=make_doubtful,
        tells_all_by_id=False,
        **_stage_faults(stage, rehearsal.trouble_answer),
    )


def x_case(folder: Path) -> Case:
    world = an_x_world(COUNT + 1)
    ids = list(world.comments)
    world.set_standing(ids[0], Standing.DELETED, NOW)
    stage, rehearsal = x_stage(world)
    return Case(
        collector=x_account(stage),
        gone=ids[0],
        known=ids[1],
        total=None,
        spoil_one_item=lambda: stage.changes.append(each(lambda b: without_text(b, ids[5]))),
        make_reads_doubtful=lambda: stage.always(Answer(body={"meta": {"result_count": 0}})),
        tells_all_by_id=False,
        **_stage_faults(stage, rehearsal.trouble_answer),
    )


def mastodon_case(folder: Path) -> Case:
    world = rehearsal_world(COUNT + 1, post="100")
    world.add_posts([WorldPost(id="99", text="Before.", created_at=NOW - minutes(999))])
    world.set_standing("c0", Standing.DELETED, NOW)
    stage, rehearsal = mastodon_stage(world)
    return Case(
        collector=mastodon(stage, KnownPosts(ids=("100",))),
        gone="c0",
        gone_as=Liveness.UNDECIDED,
        spoil_one_item=lambda: stage.spoil(spoil_status),
        make_reads_doubtful=lambda: world.set_standing("c1", Standing.DELETED, NOW),
        tells_all_by_id=False,
        **_stage_faults(stage, rehearsal.trouble_answer),
    )


def _stage_faults(stage: RehearsalStage, trouble: Callable[[str], Answer]) -> dict[str, Any]:
    return {
        "break_down": lambda: stage.always(trouble("transient")),
        "break_down_once": lambda: stage.once(trouble("transient")),
        "expire_token": lambda: stage.always(trouble("token")),
        "limit_rate": lambda: stage.always(trouble("rate")),
        "cut_answers": stage.cut,
    }


CASES = {
    "mock": mock_case,
    "facebook": facebook_case,
    "instagram": instagram_case,
    "youtube": youtube_case,
    "x": x_case,
    "mastodon": mastodon_case,
}


@pytest.fixture(params=list(CASES))
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    return CASES[request.param](tmp_path)


def test_every_platform_that_is_pulled_stands_here() -> None:
    assert CASES.keys() == {p.value for p in Platform if is_pulled(p)}


def _core(c: CollectedComment) -> tuple[object, ...]:
    return c.external_id, c.call_id, c.text, c.author, c.created_at, c.parent_external_id


def _comments(pages: list[Page]) -> list[CollectedComment]:
    return [c for page in pages for c, _ in page.items]


def test_a_scan_lists_everything_once_and_newest_first(case: Case) -> None:
    pages = list(case.collector.scan(stop_before=None))
    found = _comments(pages)
    dates = [c.created_at for c in found if c.created_at is not None]
    assert len(found) == len({c.external_id for c in found}) == COUNT
    assert dates == sorted(dates, reverse=True) and len(dates) == COUNT


def test_only_the_last_page_of_a_scan_is_its_end(case: Case) -> None:
    pages = list(case.collector.scan(stop_before=None))
    assert [p.end for p in pages] == [False] * (len(pages) - 1) + [True]


def test_a_scan_lists_all_from_the_given_instant_on_and_stops_there(case: Case) -> None:
    border = NOW - minutes(120)
    found = _comments(list(case.collector.scan(stop_before=border)))
    wanted = [c for c in _comments(list(case.collector.scan(stop_before=None)))
              if c.created_at is not None and c.created_at >= border]  # fmt: skip
    assert {c.external_id for c in wanted} <= {c.external_id for c in found}
    assert len(wanted) == 121 and (len(found) < COUNT or not case.stops_early)


def test_comments_are_of_the_platform_and_keep_where_they_come_from(case: Case) -> None:
    page = next(iter(case.collector.scan(stop_before=None)))
    for comment, raw in page.items:
        assert comment.platform is case.collector.platform
        assert comment.external_id and comment.call_id and comment.id_kind == "native"
        assert comment.post is not None and comment.post.external_id
        assert comment.external_id in raw.body and raw.mapper and raw.locator


def test_a_scan_is_the_same_the_second_time(case: Case) -> None:
    first, second = (list(case.collector.scan(stop_before=None)) for _ in range(2))
    assert first == second


def test_the_platforms_own_count_is_told(case: Case) -> None:
    assert next(iter(case.collector.scan(stop_before=None))).platform_total == case.total


def test_an_item_that_cannot_be_mapped_is_told_and_the_others_come(case: Case) -> None:
    case.spoil_one_item()
    pages = list(case.collector.scan(stop_before=None))
    assert sum(len(p.unmapped) for p in pages) == 1
    assert len(_comments(pages)) == COUNT - 1
    (error,) = next(p.unmapped for p in pages if p.unmapped)
    assert error.reason.endswith(".") and error.raw and 1 <= error.row <= COUNT


def test_reading_by_id_tells_alive_from_gone(case: Case) -> None:
    alive = _comments(list(case.collector.scan(stop_before=None)))[0]
    read = case.collector.read_comments([alive.call_id, case.gone, "never/was?"])
    liveness, told = read[alive.call_id]
    assert liveness is Liveness.ALIVE and told is not None
    assert _core(told) == _core(alive)
    assert told == alive or not case.tells_all_by_id
    assert read[case.gone] == (case.gone_as, None)
    assert read["never/was?"] == (case.gone_as, None)


def test_reading_no_ids_asks_nothing(case: Case) -> None:
    case.break_down()
    assert dict(case.collector.read_comments([])) == {}


def test_reading_by_id_is_undecided_when_the_platform_does_not_say(case: Case) -> None:
    case.make_reads_doubtful()
    read = case.collector.read_comments([case.known])
    assert read == {case.known: (Liveness.UNDECIDED, None)}


def test_a_short_break_down_is_waited_out(case: Case) -> None:
    case.break_down_once()
    assert len(_comments(list(case.collector.scan(stop_before=None)))) == COUNT


@pytest.mark.parametrize(
    ("trouble", "error_class"),
    [
        ("break_down", ErrorClass.TRANSIENT),
        ("expire_token", ErrorClass.AUTH),
        ("limit_rate", ErrorClass.RATE),
        ("cut_answers", ErrorClass.TRANSIENT),
    ],
)
def test_a_failure_is_told_by_its_class_in_a_sentence(
    case: Case, trouble: str, error_class: ErrorClass
) -> None:
    getattr(case, trouble)()
    with pytest.raises(CollectError) as caught:
        list(case.collector.scan(stop_before=None))
    assert caught.value.error_class is error_class
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize("trouble", ["break_down", "expire_token", "limit_rate"])
def test_reading_by_id_never_takes_a_failure_for_an_absence(case: Case, trouble: str) -> None:
    getattr(case, trouble)()
    with pytest.raises(CollectError):
        case.collector.read_comments([case.known])


def test_pages_before_a_failure_are_good(case: Case) -> None:
    scan = case.collector.scan(stop_before=None)
    first = next(iter(scan))
    case.break_down()
    with pytest.raises(CollectError):
        next(scan)
    assert len(first.items) > 0
