"""Asking a platform: what is tried again, what is refused, and each failure in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from collectors.base import CollectError
from collectors.wire import LONGEST_ANSWER, MOST_BYTES, Wire
from data.dialects.base import HeldBack
from data.dialects.youtube import YOUTUBE
from data.model import ErrorClass
from sunwai.clock import now as wall_clock
from sunwai.rehearsal.faults import Faults
from sunwai.rehearsal.server import serve
from sunwai.rehearsal.wire import Answer, Asked
from tests.builders import NOW, minutes


class Plain:
    """A platform that answers everything with an empty object."""

    name = "plain"

    def answer(self, asked: Asked, now: object) -> Answer:
        return Answer(body={})


def wire(*answers: httpx.Response | Exception, seconds: float = 0.0) -> tuple[Wire, list[str]]:
    """A wire whose platform gives these answers in turn, the last again and again."""
    asked: list[str] = []

    def answered(request: httpx.Request) -> httpx.Response:
        answer = answers[min(len(asked), len(answers) - 1)]
        asked.append(request.url.path)
        if isinstance(answer, Exception):
            raise answer
        return answer

    ticks = iter(range(10**6))
    client = httpx.Client(transport=httpx.MockTransport(answered), base_url="https://p.test/v1")
    return (
        Wire(client=client, dialect=YOUTUBE, clock=lambda: NOW,
             seconds=lambda: next(ticks) * seconds),
        asked,
    )  # fmt: skip


def failure(*answers: httpx.Response | Exception, seconds: float = 0.0) -> tuple[CollectError, int]:
    asking, asked = wire(*answers, seconds=seconds)
    with pytest.raises(CollectError) as told:
        asking.get("/a")
    return told.value, len(asked)


def test_a_good_answer_is_given_as_it_is() -> None:
    asking, asked = wire(httpx.Response(200, json={"items": [1]}))
    assert asking.get("/a", {"x": "y"}) == {"items": [1]}
    assert asked == ["/v1/a"]


def test_a_passing_failure_is_tried_again_and_forgotten() -> None:
    asking, asked = wire(httpx.Response(503), httpx.ReadTimeout("x"), httpx.Response(200, json={}))
    assert asking.get("/a") == {} and len(asked) == 3


def test_a_lasting_outage_is_given_up_after_five_tries() -> None:
    error, asked = failure(httpx.Response(500))
    assert (error.error_class, asked) == (ErrorClass.TRANSIENT, 5)


@pytest.mark.parametrize(
    ("answer", "expected", "words"),
    [
        (httpx.Response(302, headers={"location": "https://evil.example/a"}), ErrorClass.CONFIG,
         "sends us on to evil.example"),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"), ErrorClass.CONFIG,
         "certificate could not be trusted"),
        (httpx.Response(403, json={"error": {"errors": [{"reason": "forbidden"}]}}),
         ErrorClass.PERMISSION, "does not allow"),
    ],
)  # fmt: skip
def test_what_only_a_person_can_mend_is_not_tried_again(
    answer: httpx.Response | Exception, expected: ErrorClass, words: str
) -> None:
    error, asked = failure(answer)
    assert (error.error_class, asked) == (expected, 1) and words in error.message


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (httpx.Response(200, content=b'{"items": ['), "broke off"),
        (httpx.Response(200, html="<html>Sign in to the network</html>"), "web page came"),
        (httpx.Response(200, content=b"[" * 100_000), "broke off"),
        (httpx.RemoteProtocolError("peer closed connection"), "broke off in the middle"),
        (httpx.ConnectTimeout("x"), "did not answer in time"),
        (httpx.ConnectError("refused"), "could not be reached"),
    ],
)
def test_each_failure_of_the_line_is_a_plain_sentence(
    answer: httpx.Response | Exception, words: str
) -> None:
    error, asked = failure(answer)
    assert (error.error_class, asked) == (ErrorClass.TRANSIENT, 5) and words in error.message


def test_an_answer_that_is_far_too_long_is_not_read_to_its_end() -> None:
    read: list[int] = []

    def endless() -> Iterator[bytes]:
        while True:
            read.append(1)
            yield b"x" * 2**20

    error, _ = failure(httpx.Response(200, content=endless()))
    assert error.error_class is ErrorClass.INVALID and "over 32 MB" in error.message
    assert len(read) <= MOST_BYTES / 2**20 + 1


def test_an_answer_that_drips_is_left_after_a_minute() -> None:
    error, _ = failure(
        *(httpx.Response(200, content=iter([b"x"] * 50)) for _ in range(5)), seconds=10
    )
    assert error.error_class is ErrorClass.TRANSIENT
    assert f"not whole after {LONGEST_ANSWER:.0f} seconds" in error.message


def test_what_is_held_back_for_its_allowance_says_until_when() -> None:
    held = HeldBack("b", NOW + minutes(9), ErrorClass.QUOTA_DAY, "8,000 of 10,000 are spent.")
    error, asked = failure(held)
    assert (error.error_class, error.until, asked) == (ErrorClass.QUOTA_DAY, NOW + minutes(9), 1)


def test_a_platform_that_tells_when_to_come_again_is_heard() -> None:
    body = {"error": {"errors": [{"reason": "rateLimitExceeded"}]}}
    error, asked = failure(httpx.Response(429, json=body, headers={"retry-after": "90"}))
    assert (error.error_class, asked) == (ErrorClass.RATE, 1)
    assert error.until == NOW + timedelta(seconds=90)


@pytest.mark.parametrize("path", ["https://other.example/a", "//other.example/a"])
def test_a_path_leads_to_no_other_host(path: str) -> None:
    asking, asked = wire(httpx.Response(200, json={}))
    with pytest.raises(CollectError, match="nothing was sent"):
        asking.get(path)
    assert asked == []


def test_a_line_that_speaks_no_tls_is_refused_in_words() -> None:
    with serve(Plain(), clock=wall_clock, faults=Faults()) as serving:
        address = serving.address.replace("http://", "https://")
        with httpx.Client(base_url=address) as client, pytest.raises(CollectError) as told:
            Wire(client=client, dialect=YOUTUBE).get("/a")
        assert told.value.error_class is ErrorClass.CONFIG
        assert serving.asked == []
