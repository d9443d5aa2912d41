"""Meta's notices: the handshake, the signature, the inbox; forged, replayed, oversized, strange."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from dashboard.deps import EXTENSION, Deps
from dashboard.sources.webhooks import PATH
from data.db import Database
from data.dialects.meta_webhook import MOST_BYTES, NotANotice, Notice, WebhookApp, notices_in
from data.model import JsonValue, Platform
from data.store import webhooks
from data.store.webhooks import NoticeState
from tests.builders import NOW
from tests.unit.dashboard_helpers import Web, a_web

SECRET = "invented-app-secret-of-the-page"
APP = WebhookApp(secret=SECRET, accounts=frozenset({(Platform.FACEBOOK, "100200300")}))


@pytest.fixture(scope="module")
def site() -> Iterator[Web]:
    with a_web() as made:
        yield made


@pytest.fixture
def web(site: Web) -> Web:
    """The site with one app and an empty inbox."""
    _with_apps(site, APP)
    with site.db.write() as tx:
        ids = [n.id for n in webhooks.list_notices(tx)]
        webhooks.finish_notices(tx, ids, NoticeState.DONE, "", now=NOW)
        webhooks.forget_notices(tx, before=NOW + timedelta(days=1))
    return site


def _with_apps(web: Web, *apps: WebhookApp) -> None:
    held = cast(Deps, web.app.extensions[EXTENSION])
    web.app.extensions[EXTENSION] = replace(held, webhook_apps=lambda: apps)


def a_notice(**value: Any) -> bytes:
    told: dict[str, Any] = {"item": "comment", "verb": "add", "comment_id": "1_9000"}
    told |= {"post_id": "100200300_1", "message": "Invented words.", **value}
    change = {"field": "feed", "value": told}
    entry = {"id": "100200300", "time": 1760000000, "changes": [change]}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def send(web: Web, body: bytes, told: str | None = None, **headers: str) -> TestResponse:
    signed = {"X-Hub-Signature-256": signature(body) if told is None else told}
    client = web.app.test_client()
    return client.post(
        PATH, data=body, content_type="application/json", headers={**signed, **headers}
    )


def kept(web: Web) -> list[webhooks.KeptNotice]:
    with web.db.read() as tx:
        return webhooks.list_notices(tx)


# ------------------------------------------------------------------------------ the handshake


def shake(web: Web, **told: str) -> TestResponse:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
    asked |= {"hub.verify_token": APP.verify_token}
    return web.app.test_client().get(PATH, query_string=asked | told)


def test_the_handshake_gives_the_challenge_back_as_plain_text(web: Web) -> None:
    answer = shake(web)
    assert (answer.status_code, answer.get_data(as_text=True)) == (200, "1158201444")
    assert answer.mimetype == "text/plain"


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"hub.verify_token": "guessed"}, 403),
        ({"hub.verify_token": ""}, 403),
        ({"hub.verify_token": "تجربہ"}, 403),
        ({"hub.mode": "unsubscribe"}, 403),
        ({"hub.challenge": ""}, 400),
        ({"hub.challenge": "x" * 5000}, 400),
    ],
)
def test_the_handshake_is_refused(web: Web, told: dict[str, str], status: int) -> None:
    answer = shake(web, **told)
    assert answer.status_code == status
    assert "1158201444" not in answer.get_data(as_text=True)


def test_a_challenge_is_never_read_as_a_page(web: Web) -> None:
    answer = shake(web, **{"hub.challenge": "<script>alert(1)</script>"})
    assert answer.mimetype == "text/plain"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_verify_token_does_not_give_the_secret_away() -> None:
    assert SECRET not in APP.verify_token and SECRET not in repr(APP) and SECRET not in APP.mark
    assert APP.verify_token != replace(APP, secret="another").verify_token


def test_nothing_is_taken_while_no_secret_is_set(web: Web) -> None:
    _with_apps(web)
    body = a_notice()
    assert send(web, body).status_code == 404
    assert send(web, body, signature(body, "")).status_code == 404
    answer = shake(web)
    assert answer.status_code == 404 and "No webhook is set up" in answer.get_data(as_text=True)
    assert kept(web) == []


# ------------------------------------------------------------------------------ what is taken


def test_a_signed_notice_is_kept_as_it_came_without_any_session(web: Web) -> None:
    body = a_notice()
    answer = send(web, body)
    assert (answer.status_code, answer.json) == (200, {"kept": True})
    (one,) = kept(web)
    assert one.body == body and one.state is NoticeState.WAITING and one.signed_by == APP.mark


@pytest.mark.parametrize(
    "told",
    ["", "sha256=", "sha256=" + "0" * 64, "sha1=abc", "تجربہ", signature(b"other"),
     signature(a_notice(), "other"), signature(a_notice()).removeprefix("sha256="),
     signature(a_notice()).upper()],
)  # fmt: skip
def test_a_forged_notice_is_refused_and_leaves_nothing(web: Web, told: str) -> None:
    client = web.app.test_client()
    headers = {"X-Hub-Signature-256": told.encode().decode("latin-1")}
    answer = client.post(PATH, data=a_notice(), headers=headers)
    assert answer.status_code == 403 and kept(web) == []


def test_a_notice_without_any_signature_is_refused(web: Web) -> None:
    assert web.app.test_client().post(PATH, data=a_notice()).status_code == 403


def test_the_raw_body_is_signed_not_what_it_means(web: Web) -> None:
    body = a_notice(message="نلکا")  # escaped on the way, as Meta does
    assert b"\\u0646" in body
    again = json.dumps(json.loads(body), ensure_ascii=False).encode()
    assert send(web, again, signature(body)).status_code == 403
    assert send(web, body).status_code == 200


def test_a_notice_sent_again_is_counted_and_kept_once(web: Web) -> None:
    body = a_notice()
    assert [send(web, body).json for _ in range(3)] == [
        {"kept": True},
        {"kept": False},
        {"kept": False},
    ]
    (one,) = kept(web)
    assert one.times == 3


def test_an_oversized_notice_is_refused_before_it_is_read(web: Web) -> None:
    body = b"x" * (MOST_BYTES + 1)
    assert send(web, body).status_code == 413
    assert kept(web) == []


def test_a_large_day_of_changes_is_taken(web: Web) -> None:
    body = a_notice(message="x" * (MOST_BYTES - 2000))
    assert send(web, body).status_code == 200


def test_a_browser_on_another_site_cannot_send_one(web: Web) -> None:
    body = a_notice()
    assert send(web, body, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_the_path_gives_nobody_a_way_past_the_sign_in(web: Web) -> None:
    client = web.app.test_client()
    for path in ("/webhooks", "/webhooks/", "/webhooks/meta/", "/webhooks/meta/../sources"):
        assert client.post(path, data=b"{}").status_code in (400, 401, 404, 405)
    assert client.get("/webhooks/other").status_code in (302, 404)


def test_no_more_is_taken_when_the_inbox_is_full(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.sources.webhooks.MOST_WAITING", 1)
    assert send(web, a_notice(comment_id="1_1")).status_code == 200
    assert send(web, a_notice(comment_id="1_2")).status_code == 503
    assert len(kept(web)) == 1


# ------------------------------------------------------------------------------ what it says


def _one(body: bytes) -> Notice:
    (found,) = notices_in(body)
    return found


def test_a_comment_under_our_own_post_is_told_with_it() -> None:
    assert _one(a_notice()) == Notice(
        platform=Platform.FACEBOOK, account="100200300", comment="1_9000", post="1", verb="add"
    )


def test_a_comment_under_a_strangers_post_is_told_without_it() -> None:
    assert _one(a_notice(post_id="777_1")).post is None


def test_what_is_removed_is_not_worth_reading() -> None:
    assert not _one(a_notice(verb="remove")).readable and _one(a_notice(verb="edited")).readable


@pytest.mark.parametrize("item", ["post", "photo", "status", "reaction", "share", None, 7])
def test_other_changes_are_left_out(item: object) -> None:
    assert notices_in(a_notice(item=item)) == ()


@pytest.mark.parametrize(
    "entry",
    [
        {"id": "9", "changes": [{"field": "comments", "value": {"id": "c", "media": {"id": "m"}}}]},
        {"id": "9", "field": "comments", "value": {"id": "c", "media": {"id": "m"}}},
        {
            "id": "9",
            "changes": [
                {
                    "field": "live_comments",
                    "value": {"comment_id": "c", "ad_id": "a", "media": {"id": "m"}},
                }
            ],
        },
    ],
    ids=["Facebook log-in", "Instagram log-in", "live"],
)
def test_both_log_in_routes_of_instagram_are_understood(entry: dict[str, Any]) -> None:
    told = _one(json.dumps({"object": "instagram", "entry": [entry]}).encode())
    assert told == Notice(
        platform=Platform.INSTAGRAM, account="9", comment="c", post="m", verb="add"
    )


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b'{"object":"user"}', b"\xff", b"[" * 100_000]
)
def test_what_is_no_notice_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(NotANotice):
        notices_in(body)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "object",
                    "entry",
                    "id",
                    "changes",
                    "field",
                    "value",
                    "item",
                    "comment_id",
                    "media",
                ]
            )
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(_json, st.sampled_from(["page", "instagram"]))
def test_no_json_breaks_the_reading_of_a_notice(entry: JsonValue, kind: str) -> None:
    body = json.dumps({"object": kind, "entry": [entry, {"id": "1", "changes": [entry]}]})
    for found in notices_in(body.encode()):
        assert found.account and isinstance(found.verb, str)


# ------------------------------------------------------------------------------ the inbox


def test_notices_wait_are_finished_postponed_replayed_and_forgotten(db: Database) -> None:
    with db.write() as tx:
        for n in range(3):
            webhooks.keep_notice(tx, a_notice(comment_id=f"1_{n}"), APP.mark, now=NOW)
        first, second, third = (n.id for n in webhooks.waiting_notices(tx, now=NOW))
        webhooks.finish_notices(tx, [first], NoticeState.DONE, "", now=NOW)
        late = NOW + timedelta(minutes=5)
        webhooks.postpone_notices(tx, [second], "out of order", retry_at=late)
    with db.write() as tx:
        assert [n.id for n in webhooks.waiting_notices(tx, now=NOW)] == [third]
        assert [n.id for n in webhooks.waiting_notices(tx, now=late)] == [second, third]
        assert webhooks.count_waiting(tx) == 2
        assert webhooks.replay_notices(tx) == 1
        assert [n.id for n in webhooks.waiting_notices(tx, now=NOW)] == [first, third]
        webhooks.finish_notices(tx, [first, second], NoticeState.DONE, "", now=NOW)
        assert webhooks.forget_notices(tx, before=NOW) == 0
        assert webhooks.forget_notices(tx, before=NOW + timedelta(days=31)) == 2
        assert webhooks.count_waiting(tx) == 1


def test_only_what_came_since_is_replayed(db: Database) -> None:
    with db.write() as tx:
        webhooks.keep_notice(tx, b"1", APP.mark, now=NOW - timedelta(hours=40))
        webhooks.keep_notice(tx, b"2", APP.mark, now=NOW)
        ids = [n.id for n in webhooks.list_notices(tx)]
        webhooks.finish_notices(tx, ids, NoticeState.FAILED, "away", now=NOW)
        assert webhooks.replay_notices(tx, since=NOW - timedelta(hours=36)) == 1
        assert [n.body for n in webhooks.waiting_notices(tx, now=NOW)] == [b"2"]
