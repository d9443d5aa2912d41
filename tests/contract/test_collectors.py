"""What every collector must do. A new platform adds one parameter: a function that makes a Case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from collectors.base import CollectError, Collector, Page
from data.model import CollectedComment, ErrorClass, Liveness
from tests.builders import NOW, minutes
from tests.collect_helpers import a_script, a_stage

COUNT = 230  # more than two pages of a hundred


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A collector over a platform that holds comments 0..229, a minute apart, the last at ``NOW``.

    ``gone`` is the id of one that was there and was deleted. The functions put a fault on.
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


@pytest.fixture(params=[mock_case], ids=["mock"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    return request.param(tmp_path)


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
    assert len(wanted) == 121 and len(found) < COUNT


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
    assert next(iter(case.collector.scan(stop_before=None))).platform_total == COUNT


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
    assert read[alive.call_id] == (Liveness.ALIVE, alive)
    assert read[case.gone] == (Liveness.GONE, None)
    assert read["never/was?"] == (Liveness.GONE, None)


def test_reading_no_ids_asks_nothing(case: Case) -> None:
    case.break_down()
    assert dict(case.collector.read_comments([])) == {}


def test_reading_by_id_is_undecided_when_the_platform_does_not_say(case: Case) -> None:
    case.make_reads_doubtful()
    assert case.collector.read_comments(["c1"]) == {"c1": (Liveness.UNDECIDED, None)}


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
        case.collector.read_comments(["c1"])


def test_pages_before_a_failure_are_good(case: Case) -> None:
    scan = case.collector.scan(stop_before=None)
    first = next(iter(scan))
    case.break_down()
    with pytest.raises(CollectError):
        next(scan)
    assert len(first.items) > 0
