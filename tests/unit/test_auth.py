"""Sign-in: who gets in, who waits, and when a session ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from dashboard.deps import BackOff
from dashboard.identity.passwords import LIGHT, hash_password
from dashboard.signing_in.auth import safe_next, wait_after
from data.model import Role
from data.store import audit, users
from tests.builders import NOW
from tests.unit.dashboard_helpers import Web, a_web


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web() as made:
        yield made


def test_sign_in_gives_one_answer_for_a_wrong_password_and_an_unknown_name(web: Web) -> None:
    wrong, unknown = web.browser().sign_in("nadia", "wrong"), web.browser().sign_in("nobody", "x")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    told = [a.get_data(as_text=True).split('role="alert">')[1][:45] for a in (wrong, unknown)]
    assert told[0] == told[1]


def test_sign_in_keeps_only_a_hash_of_the_session(web: Web) -> None:
    browser = web.browser("nadia")
    cookie = browser.client.get_cookie("sunwai")
    with web.db.read() as tx:
        kept = tx.execute(text("SELECT token_hash FROM user_session")).scalar_one()
    assert cookie is not None and len(kept) == 64 and kept not in cookie.value


def test_sign_in_does_not_take_up_a_session_planted_before(web: Web) -> None:
    browser = web.browser()
    with browser.client.session_transaction() as planted:
        planted["token"] = "planted"
    browser.sign_in("nadia")
    with browser.client.session_transaction() as after:
        assert after["token"] != "planted"


def test_sign_in_is_told_in_the_chain_without_a_name(web: Web) -> None:
    web.browser("nadia")
    with web.db.read() as tx:
        newest = audit.entries(tx, limit=1)[0]
    assert (newest.verb, newest.actor, newest.detail) == ("sign_in", "officer-1", {})


def test_sign_in_without_a_token_is_refused(web: Web) -> None:
    told = {"name": "nadia", "password": "x"}
    assert web.browser().client.post("/sign-in", data=told).status_code == 400


def test_sign_in_needs_both_fields(web: Web) -> None:
    assert web.browser().sign_in("nadia", "").status_code == 400


# ------------------------------------------------------------------------------ back-off


def test_sign_in_waits_after_five_failures_even_with_the_right_password(web: Web) -> None:
    for _ in range(5):
        assert web.browser().sign_in("nadia", "wrong").status_code == 401
    barred = web.browser().sign_in("nadia")
    assert barred.status_code == 429
    assert int(barred.headers["Retry-After"]) == 31
    web.later(seconds=31)
    assert web.browser().sign_in("nadia").status_code == 303


def test_sign_in_counts_failures_of_an_address_over_all_names(web: Web) -> None:
    for name in ("a", "b", "c", "d", "e"):
        web.browser().sign_in(name, "wrong")
    assert web.browser().sign_in("nadia").status_code == 429


def test_sign_in_that_succeeds_does_not_count_against_its_address(web: Web) -> None:
    for _ in range(9):
        assert web.browser().sign_in("nadia").status_code == 303


class Ticking(list[datetime]):
    """A clock that goes on with each look at it, as a real one does."""

    def __getitem__(self, index: int) -> datetime:  # type: ignore[override]
        now = super().__getitem__(index)
        self[index] = now + timedelta(milliseconds=3)
        return now


def test_tries_that_were_right_are_forgotten_while_the_clock_goes_on() -> None:
    with a_web(clock=Ticking([NOW])) as web:
        for _ in range(9):
            assert web.browser().sign_in("nadia").status_code == 303
        with web.db.read() as tx:
            assert tx.execute(text("SELECT count(*) FROM signin_failure")).scalar_one() == 0


@pytest.mark.parametrize(("failures", "seconds"), [(4, 0), (5, 30), (6, 60), (9, 480), (30, 900)])
def test_wait_doubles_from_the_fifth_failure_to_its_ceiling(failures: int, seconds: int) -> None:
    assert wait_after(failures, NOW, BackOff(), NOW) == timedelta(seconds=seconds)


def test_wait_is_over_when_it_has_run_down() -> None:
    after = NOW + timedelta(seconds=30)
    assert wait_after(5, NOW, BackOff(), after) == timedelta(0)


# ------------------------------------------------------------------------------ where to go


@pytest.mark.parametrize(
    "target",
    ["", "//evil.example", "https://evil.example", "/\\evil.example", "\\/evil", "evil", "/sign-in",
     "/a\r\nSet-Cookie: x=1", "javascript:alert(1)", "/sign-out", None],
)  # fmt: skip
def test_next_never_leads_away(target: str | None) -> None:
    assert safe_next(target) == "/"


@pytest.mark.parametrize("target", ["/queue", "/queue?queue=severe", "/comments?words=پانی"])
def test_next_leads_to_a_page_of_ours(target: str) -> None:
    assert safe_next(target) == target


@given(st.text())
def test_next_is_always_a_path_on_this_host(target: str) -> None:
    assert safe_next(target).startswith("/") and not safe_next(target).startswith("//")


def test_sign_in_goes_on_to_the_page_that_was_asked_for(web: Web) -> None:
    answer = web.browser().sign_in("nadia", next="/queue")
    assert answer.headers["Location"] == "/queue"


# ------------------------------------------------------------------------------ the end of it


def test_session_ends_after_half_an_hour_without_a_request(web: Web) -> None:
    browser = web.browser("nadia")
    web.later(minutes=29)
    assert browser.get("/help").status_code == 200
    web.later(minutes=30)
    assert browser.get("/help").status_code == 302


def test_session_ends_after_twelve_hours_in_any_case(web: Web) -> None:
    browser = web.browser("nadia")
    for _ in range(47):
        web.later(minutes=15)
        assert browser.get("/help").status_code == 200
    web.later(minutes=15)
    assert browser.get("/help").status_code == 302


def test_polling_does_not_keep_an_idle_session_alive(web: Web) -> None:
    browser = web.browser("nadia")
    for _ in range(2):
        web.later(minutes=14)
        assert browser.get("/api/queue/counts").status_code == 200
    web.later(minutes=3)
    assert browser.get("/api/queue/counts").status_code == 401


def test_session_ends_when_the_password_is_changed_or_the_user_disabled(web: Web) -> None:
    first, second = web.browser("nadia"), web.browser("bilal")
    with web.db.write() as tx:
        found = {u.name: u.id for u in users.list_users(tx)}
        changed = hash_password("another-password", LIGHT)
        users.set_password(tx, found["nadia"], changed, now=web.now)
        users.disable_user(tx, found["bilal"], now=web.now)
    assert [b.get("/help").status_code for b in (first, second)] == [302, 302]
    assert web.browser().sign_in("bilal").status_code == 401


def test_role_change_ends_the_sessions_of_the_old_role_at_once(web: Web) -> None:
    browser = web.browser("nadia")
    assert browser.get("/queue").status_code == 200
    with web.db.write() as tx:
        user = users.user_by_name(tx, "nadia")
        assert user is not None
        users.set_role(tx, user.id, Role.MANAGER, now=web.now)
    assert browser.get("/queue").status_code == 302
    assert web.browser("nadia").get("/queue").status_code == 403


def test_sign_out_ends_the_session_on_the_server(web: Web) -> None:
    browser = web.browser("nadia")
    with browser.client.session_transaction() as kept:
        stolen = kept["token"]
    assert browser.post("/sign-out").status_code == 200
    with browser.client.session_transaction() as again:
        again["token"] = stolen
    assert browser.get("/help").status_code == 302
