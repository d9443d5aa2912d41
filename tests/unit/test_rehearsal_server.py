"""The rehearsal server: faults by seed, each as it looks on the line, and a log without tokens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest

from data.model import JsonValue
from sunwai.rehearsal.faults import SKEW, FaultKind, Faults, fits
from sunwai.rehearsal.server import Serving, serve
from sunwai.rehearsal.wire import Answer, Asked
from tests.builders import NOW
from tests.journey.processes import until

TOKEN = "token-that-nobody-may-see"


@dataclass
class Shop:
    """Answers lists of three, and counts what writes it was asked for."""

    name: str = "shop"
    done: list[str] = field(default_factory=list)

    def answer(self, asked: Asked, now: datetime) -> Answer:
        if asked.method != "GET":
            self.done.append(asked.path)
            return Answer(body={"success": True})
        start = int(asked.query.get("after", "0"))
        data: list[JsonValue] = [{"id": str(start + n)} for n in range(3)]
        body: dict[str, JsonValue] = {"data": data}
        if start < 9:
            body["paging"] = {"next": "yes"}
        return Answer(body=body)

    def trouble_answer(self, kind: str) -> Answer:
        return Answer(status=429, body={"error": {"kind": kind}})


@pytest.fixture
def serving() -> Iterator[Serving]:
    with serve(Shop(), clock=lambda: NOW, faults=Faults(stall_seconds=5)) as running:
        yield running


@pytest.fixture
def client(serving: Serving) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=serving.address,
        headers={"authorization": f"Bearer {TOKEN}"},
        timeout=30,
    ) as made:
        yield made


def done(serving: Serving) -> list[str]:
    assert isinstance(serving.rehearsal, Shop)
    return serving.rehearsal.done


def ids(answer: httpx.Response) -> list[str]:
    return [item["id"] for item in answer.json()["data"]]


def test_an_answer_goes_out_whole_with_the_platforms_clock(
    serving: Serving, client: httpx.Client
) -> None:
    answer = client.get("/items")
    assert ids(answer) == ["0", "1", "2"]
    assert parsedate_to_datetime(answer.headers["date"]) == NOW.replace(microsecond=0)


def test_what_was_asked_is_kept_without_tokens(serving: Serving, client: httpx.Client) -> None:
    client.get("/items", params={"access_token": TOKEN, "fields": "id"})
    client.post("/x", data={"access_token": TOKEN, "is_hidden": "true"})
    client.post("/y", json={"seen": TOKEN})
    told = repr(serving.asked)
    assert TOKEN not in told
    assert [a.path for a in serving.asked] == ["/items", "/x", "/y"]
    assert serving.asked[0].query == {"access_token": "***", "fields": "id"}
    assert b"is_hidden=true" in serving.asked[1].body


@pytest.mark.parametrize("kind", ["rate", "quota", "token", "permission", "transient"])
def test_a_platforms_own_trouble_has_its_own_shape_and_no_effect(
    serving: Serving, client: httpx.Client, kind: str
) -> None:
    serving.faults.plan(FaultKind(kind))
    answer = client.post("/x")
    assert (answer.status_code, answer.json()) == (429, {"error": {"kind": kind}})
    assert done(serving) == []
    assert client.get("/items").is_success


@pytest.mark.parametrize("kind", [FaultKind.SERVER_ERROR, FaultKind.RESET])
def test_what_broke_before_the_platform_has_no_effect(
    serving: Serving, client: httpx.Client, kind: FaultKind
) -> None:
    serving.faults.plan(kind)
    try:
        assert client.post("/x").is_server_error
    except httpx.RequestError as error:
        assert kind is FaultKind.RESET, error
    assert done(serving) == []


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", [FaultKind.LOST_ANSWER, FaultKind.TIME_OUT, FaultKind.TRUNCATED])
def test_a_lost_answer_comes_after_the_effect(kind: FaultKind, seed: int) -> None:
    shop = Shop()
    with serve(shop, clock=lambda: NOW, faults=Faults(seed=seed, stall_seconds=5)) as serving:
        serving.faults.plan(kind)
        with httpx.Client(base_url=serving.address, timeout=0.3) as client:
            try:
                answer = client.post("/x")
                assert answer.status_code == 502 or answer.text != '{"success": true}'
            except httpx.RequestError:
                pass
        assert until(lambda: shop.done == ["/x"])  # it may be at work when the client gives up


def test_a_slow_answer_is_whole(serving: Serving, client: httpx.Client) -> None:
    serving.faults.plan(FaultKind.SLOW)
    assert ids(client.get("/items")) == ["0", "1", "2"]


def test_a_clock_that_is_off_shows_in_the_date(serving: Serving, client: httpx.Client) -> None:
    serving.faults.plan(FaultKind.CLOCK_SKEW)
    told = parsedate_to_datetime(client.get("/items").headers["date"])
    assert abs(told - NOW) in (SKEW, SKEW - timedelta(seconds=1), SKEW + timedelta(seconds=1))


def test_a_page_may_repeat_items_of_the_page_before(serving: Serving, client: httpx.Client) -> None:
    client.get("/items")
    serving.faults.plan(FaultKind.DUPLICATED)
    assert ids(client.get("/items", params={"after": "3"})) == ["0", "1", "2", "3", "4", "5"]


def test_a_page_out_of_order_loses_nothing_over_all_pages(
    serving: Serving, client: httpx.Client
) -> None:
    serving.faults.plan(FaultKind.REORDERED, times=2)
    pages = [ids(client.get("/items", params={"after": str(n)})) for n in (0, 3, 6, 9)]
    assert sorted(i for page in pages for i in page) == sorted(str(n) for n in range(12))
    assert len(pages[0]) == 2 and len(pages[1]) == 3 and len(pages[2]) == 4


def test_the_same_seed_gives_the_same_faults() -> None:
    asked = [Asked(method=m, path="/") for m in ("GET", "POST", "GET", "DELETE") * 100]
    one, two, other = (Faults(rate=0.5, seed=s) for s in (1, 1, 2))
    first = [one.draw(a)[0] for a in asked]
    assert first == [two.draw(a)[0] for a in asked]
    assert first != [other.draw(a)[0] for a in asked]
    assert set(one.done) == set(FaultKind), "400 requests at a half meet every kind"
    assert all(k is None or fits(k, a) for k, a in zip(first, asked, strict=True))


def test_calm_ends_all_faults(serving: Serving, client: httpx.Client) -> None:
    serving.faults.rate = 1.0
    serving.faults.plan(FaultKind.RATE, times=3)
    serving.faults.calm()
    assert all(client.get("/items").is_success for _ in range(5))


def test_a_name_given_often_keeps_all_its_values(serving: Serving, client: httpx.Client) -> None:
    client.post("/x", params={"id": ["a", "b"]})
    assert serving.asked[0].query == {"id": "a,b"}
