"""Allowances in each database: nothing is spent twice, and a restart forgets no block."""

from __future__ import annotations

import threading
from datetime import timedelta

import httpx
import pytest

from data.budgets import META_PLAN, Use, plan_of
from data.db import Database
from data.dialects.base import HeldBack, Strain, Trouble
from data.dialects.facebook import FACEBOOK
from data.dialects.youtube import YOUTUBE
from data.model import ErrorClass, Platform
from data.store.budgets import allowance, allowances, take, tell_strain, tell_trouble
from sunwai.budgeted import Budgeted, Shares
from tests.builders import NOW, minutes
from tests.collect_helpers import Clock

UNITS = plan_of(Platform.YOUTUBE, 100)


def a_client(
    db: Database, answer: httpx.Response, *, use: Use = Use.LIVE, clock: Clock | None = None
) -> tuple[httpx.Client, list[httpx.Request]]:
    asked: list[httpx.Request] = []

    def answered(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answer

    meta = answer.headers.get("x-shape") == "meta"
    line = Budgeted(
        httpx.MockTransport(answered),
        db=db,
        dialect=FACEBOOK if meta else YOUTUBE,
        shares=Shares(scope="page", plan=META_PLAN if meta else UNITS, use=use),
        clock=clock or Clock(),
    )
    return httpx.Client(transport=line, base_url="http://platform.test"), asked


def test_a_spent_allowance_is_known_to_whoever_opens_the_database_next(file_db: Database) -> None:
    with file_db.write() as tx:
        assert take(tx, UNITS, "b", Use.LIVE, 80, now=NOW) is None
    again = Database(file_db.engine.url.render_as_string(hide_password=False))
    with again.write() as tx:
        no = take(tx, UNITS, "b", Use.LIVE, 1, now=NOW + minutes(1))
        assert no is not None and no.error_class is ErrorClass.QUOTA_DAY
        assert take(tx, UNITS, "b", Use.ACTION, 20, now=NOW + minutes(1)) is None
        kept = allowance(tx, "b")
    again.close()
    assert kept is not None and kept.spent == 100


def test_many_at_once_never_spend_more_than_there_is(file_db: Database) -> None:
    granted: list[int] = []

    def spend() -> None:
        for _ in range(10):
            with file_db.write() as tx:
                if take(tx, UNITS, "b", Use.ACTION, 5, now=NOW) is None:
                    granted.append(5)

    threads = [threading.Thread(target=spend) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(granted) == 100


def test_a_block_and_a_share_are_kept_beside_each_other(db: Database) -> None:
    trouble = Trouble(
        error_class=ErrorClass.RATE, message="Slower.", retry_after=timedelta(minutes=3)
    )
    with db.write() as tx:
        tell_strain(tx, "facebook:1:calls", Strain(bucket="calls", used=0.4), now=NOW)
        assert tell_trouble(tx, META_PLAN, "facebook:1:calls", trouble, now=NOW)
        tell_strain(tx, "facebook:2:calls", Strain(bucket="calls", used=0.1), now=NOW)
        (one,) = allowances(tx, "facebook:1:")
    assert (one.used, one.blocked_until) == (0.4, NOW + minutes(3))
    assert one.blocked_class is ErrorClass.RATE and one.blocked_why == "Slower."


def test_a_call_that_the_allowance_does_not_bear_is_not_made(db: Database) -> None:
    client, asked = a_client(db, httpx.Response(200, json={}))
    for _ in range(80):
        client.get("/comments")
    with pytest.raises(HeldBack) as held:
        client.get("/comments")
    assert len(asked) == 80 and held.value.error_class is ErrorClass.QUOTA_DAY
    writes, sent = a_client(db, httpx.Response(204), use=Use.ACTION)
    with pytest.raises(HeldBack):  # 50 units would be 130 of 100
        writes.post("/comments/setModerationStatus")
    assert sent == []


def test_a_refusal_shuts_the_allowance_and_its_answer_still_reaches_the_caller(
    db: Database,
) -> None:
    clock = Clock()
    error = {"error": {"code": 80001, "message": "too many calls"}}
    usage = '{"1":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":9}]}'
    answer = httpx.Response(
        400, json=error, headers={"x-shape": "meta", "x-business-use-case-usage": usage}
    )
    client, asked = a_client(db, answer, clock=clock)
    assert client.get("/1/comments").json() == error
    for minute in (1, 8):
        clock.at(minute)
        with pytest.raises(HeldBack) as held:
            client.get("/1/comments")
        assert held.value.until == NOW + minutes(9)
    clock.at(9)
    client.get("/1/comments")
    assert len(asked) == 2


def test_what_the_headers_tell_holds_back_the_lesser_uses_first(db: Database) -> None:
    usage = '{"1":[{"type":"pages","call_count":80,"estimated_time_to_regain_access":0}]}'
    headers = {"x-shape": "meta", "x-business-use-case-usage": usage}
    live, _ = a_client(db, httpx.Response(200, json={}, headers=headers))
    live.get("/1/comments")
    back, asked = a_client(db, httpx.Response(200, json={}, headers=headers), use=Use.RESCAN)
    with pytest.raises(HeldBack) as held:
        back.get("/1/comments")
    assert asked == [] and "80% of the platform's allowance" in held.value.why
    live.get("/1/comments")
