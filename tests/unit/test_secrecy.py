"""Secrets go out of what is kept and what is logged, and nothing else does."""

from __future__ import annotations

import json
import logging

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.secrecy import may_hold_secrets, text_without_secrets, without_secrets
from sunwai import network

SECRET = "EAAinventedTokenOfNobody0123456789"


def test_the_addresses_of_the_next_and_previous_page_are_left_out() -> None:
    next_ = f"https://graph.example/1/comments?access_token={SECRET}&after=abc"
    told = {
        "data": [{"id": "1", "replies": {"paging": {"next": next_, "cursors": {"after": "x"}}}}],
        "paging": {"next": next_, "previous": next_, "cursors": {"after": "abc"}},
    }
    assert without_secrets(told) == {
        "data": [{"id": "1", "replies": {"paging": {"cursors": {"after": "x"}}}}],
        "paging": {"cursors": {"after": "abc"}},
    }


@pytest.mark.parametrize("name", ["access_token", "client_secret", "refresh_token"])
def test_a_member_that_is_a_secret_is_hidden(name: str) -> None:
    assert SECRET not in json.dumps(without_secrets({"a": [{name: SECRET}]}))


@pytest.mark.parametrize(
    "line",
    [
        f"HTTP Request: GET https://x.example/a?appsecret_proof={SECRET}&limit=1",
        f"GET /a?key={SECRET}",
        f"authorization: Bearer {SECRET}",
        f"https://x.example/?fb_exchange_token%3D{SECRET}",
    ],
)
def test_a_logged_line_holds_no_secret(line: str) -> None:
    assert SECRET not in text_without_secrets(line)
    assert "limit=1" not in line or "limit=1" in text_without_secrets(line)


@given(st.text(alphabet="abc =?&/.:ی", max_size=40))
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert without_secrets({"message": text}) == {"message": text}
    assert without_secrets(text) == text


def test_a_quick_look_finds_what_may_hold_a_secret() -> None:
    assert may_hold_secrets('{"paging":{}}') and may_hold_secrets('{"access_token":"x"}')
    assert not may_hold_secrets('{"message":"the water came"}')


def test_the_http_library_logs_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    network.keep_secrets_out_of_logs()
    answer = httpx.MockTransport(lambda _: httpx.Response(200, json={}))
    with caplog.at_level(logging.DEBUG), httpx.Client(transport=answer) as client:
        client.get(f"https://x.example/a?appsecret_proof={SECRET}&key={SECRET}")
    assert "x.example" in caplog.text and SECRET not in caplog.text
