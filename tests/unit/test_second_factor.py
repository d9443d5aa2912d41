"""The second factor: set up, shown, never twice, lost, reset, and needed by a role."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from pyotp.totp import TOTP
from sqlalchemy import text

from dashboard.identity.sign_in_rules import SignInRules
from data.model import Role
from data.store import audit, users
from tests.browser.desk_data import PASSWORD
from tests.builders import NOW
from tests.unit.dashboard_helpers import Browser, Web, a_web
from tests.unit.test_auth import Ticking

PAGE, CODE, SET_UP = "/me/second-factor", "/sign-in/code", "/sign-in/set-up"


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web() as made:
        yield made


def form(browser: Browser, page: str, path: str = "", **told: str):
    """Posts a form of a page of ours, with the page's own token."""
    shown = browser.get(page).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    told["csrf_token"] = "" if token is None else token[1]
    return browser.client.post(path or page, data=told)


def secret_of(browser: Browser, page: str = PAGE) -> str:
    shown = browser.get(page).get_data(as_text=True)
    found = re.search(r'class="secret"[^>]*>(.*?)</code>', shown, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]*>|\s", "", found[1])


def code_at(web: Web, secret: str, steps: int = 0) -> str:
    return TOTP(secret).at(int(web.now.timestamp()) + 30 * steps)


def turn_on(web: Web, name: str = "nadia") -> tuple[Browser, str, list[str]]:
    """A user who turned it on: browser, secret, recovery codes."""
    browser = web.browser(name)
    secret = secret_of(browser)
    done = form(browser, PAGE, code=code_at(web, secret), password=PASSWORD)
    codes = re.findall(r"<code>([a-z0-9-]{14})</code>", done.get_data(as_text=True))
    assert done.status_code == 200 and len(codes) == 10
    web.later(seconds=60)
    return browser, secret, codes


# ------------------------------------------------------------------------------ setting it up


def test_secret_is_the_same_until_it_is_confirmed_and_kept_sealed(web: Web) -> None:
    browser = web.browser("nadia")
    secret = secret_of(browser)
    assert secret_of(browser) == secret
    with web.db.read() as tx:
        sealed = tx.execute(text("SELECT sealed FROM second_factor")).scalar_one()
    assert secret.encode() not in bytes(sealed)


def test_picture_for_the_app_is_inline_and_without_script_or_foreign_address(web: Web) -> None:
    shown = web.browser("nadia").get(PAGE).get_data(as_text=True)
    picture = shown.split('class="qr"')[1].split("</div>")[0]
    assert "<svg" in picture and "script" not in picture and "http" not in picture


def test_factor_does_not_count_before_a_code_of_it_was_shown(web: Web) -> None:
    secret_of(web.browser("nadia"))
    assert web.browser().sign_in("nadia").headers["Location"] == "/"


def test_factor_is_not_turned_on_by_a_wrong_code_or_a_wrong_password(web: Web) -> None:
    browser = web.browser("nadia")
    code = code_at(web, secret_of(browser))
    assert form(browser, PAGE, code="000000", password=PASSWORD).status_code == 401
    assert form(browser, PAGE, code=code, password="not the password").status_code == 401
    assert web.browser().sign_in("nadia").headers["Location"] == "/"


def test_turning_it_on_ends_all_other_sessions_and_keeps_this_one(web: Web) -> None:
    other = web.browser("nadia")
    browser, _, _ = turn_on(web)
    assert other.get("/help").status_code == 302
    assert browser.get("/help").status_code == 200


def test_recovery_codes_are_kept_as_marks_only(web: Web) -> None:
    _, _, codes = turn_on(web)
    with web.db.read() as tx:
        marks = tx.execute(text("SELECT mark FROM recovery_code")).scalars().all()
    assert len(marks) == 10 and not {c.replace("-", "") for c in codes} & set(marks)


# ------------------------------------------------------------------------------ at sign-in


def test_password_alone_opens_nothing_once_the_factor_is_on(web: Web) -> None:
    turn_on(web)
    browser = web.browser()
    assert browser.sign_in("nadia").headers["Location"] == CODE
    assert browser.get("/help").status_code == 302
    assert browser.get("/api/queue/counts").status_code == 401


def test_right_code_opens_the_page_that_was_asked_for(web: Web) -> None:
    _, secret, _ = turn_on(web)
    browser = web.browser()
    browser.sign_in("nadia", next="/queue")
    done = form(browser, CODE, code=code_at(web, secret))
    assert (done.status_code, done.headers["Location"]) == (303, "/queue")
    assert browser.get("/queue").status_code == 200


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 303), (0, 303), (1, 303), (2, 401)])
def test_code_may_be_one_step_early_or_late(web: Web, steps: int, status: int) -> None:
    _, secret, _ = turn_on(web)
    web.later(minutes=5)
    browser = web.browser()
    browser.sign_in("nadia")
    assert form(browser, CODE, code=code_at(web, secret, steps)).status_code == status


def test_code_is_taken_once_and_none_of_before_it_either(web: Web) -> None:
    _, secret, _ = turn_on(web)
    web.later(minutes=5)
    now, before = code_at(web, secret), code_at(web, secret, -1)
    for code, status in ((now, 303), (now, 401), (before, 401)):
        browser = web.browser()
        browser.sign_in("nadia")
        assert form(browser, CODE, code=code).status_code == status


def test_code_that_turned_it_on_does_not_sign_in(web: Web) -> None:
    browser = web.browser("nadia")
    secret = secret_of(browser)
    code = code_at(web, secret)
    form(browser, PAGE, code=code, password=PASSWORD)
    thief = web.browser()
    thief.sign_in("nadia")
    assert form(thief, CODE, code=code).status_code == 401


def test_code_in_urdu_digits_and_with_a_blank_is_read(web: Web) -> None:
    _, secret, _ = turn_on(web)
    browser = web.browser()
    browser.sign_in("nadia")
    code = code_at(web, secret).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert form(browser, CODE, code=f"{code[:3]} {code[3:]}").status_code == 303


def test_recovery_code_works_once_and_is_told_in_the_log(web: Web) -> None:
    _, _, codes = turn_on(web)
    first, again = web.browser(), web.browser()
    first.sign_in("nadia")
    assert form(first, CODE, code=codes[0].upper()).status_code == 303
    again.sign_in("nadia")
    assert form(again, CODE, code=codes[0]).status_code == 401
    with web.db.read() as tx:
        assert "second_factor.recovery" in [e.verb for e in audit.entries(tx)]


def test_recovery_code_of_another_user_opens_nothing(web: Web) -> None:
    _, _, codes = turn_on(web, "nadia")
    turn_on(web, "bilal")
    browser = web.browser()
    browser.sign_in("bilal")
    assert form(browser, CODE, code=codes[0]).status_code == 401


def test_wrong_codes_wait_as_wrong_passwords_do_and_a_right_password_forgives_none(
    web: Web,
) -> None:
    _, secret, _ = turn_on(web)
    for _ in range(5):
        browser = web.browser()
        browser.sign_in("nadia")
        assert form(browser, CODE, code="123456").status_code == 401
    barred = web.browser().sign_in("nadia")
    assert barred.status_code == 429 and "Retry-After" in barred.headers
    web.later(seconds=31)
    browser = web.browser()
    browser.sign_in("nadia")
    assert form(browser, CODE, code=code_at(web, secret)).status_code == 303


def test_right_codes_leave_no_failure_behind_while_the_clock_goes_on() -> None:
    with a_web(clock=Ticking([NOW])) as web:
        _, secret, _ = turn_on(web)
        for _ in range(6):
            web.later(minutes=1)
            browser = web.browser()
            browser.sign_in("nadia")
            assert form(browser, CODE, code=code_at(web, secret)).status_code == 303
        with web.db.read() as tx:
            assert tx.execute(text("SELECT count(*) FROM signin_failure")).scalar_one() == 0


def test_half_a_sign_in_is_forgotten_after_ten_minutes(web: Web) -> None:
    _, secret, _ = turn_on(web)
    browser = web.browser()
    browser.sign_in("nadia")
    web.later(minutes=11)
    done = form(browser, CODE, code=code_at(web, secret))
    assert browser.get("/help").status_code == 302 and done.status_code in (303, 400)


def test_half_a_sign_in_ends_when_the_password_is_changed(web: Web) -> None:
    _, secret, _ = turn_on(web)
    browser = web.browser()
    browser.sign_in("nadia")
    with web.db.write() as tx:
        user = users.user_by_name(tx, "nadia")
        assert user is not None
        users.set_password(tx, user.id, "x", now=web.now)
    form(browser, CODE, code=code_at(web, secret))
    assert browser.get("/help").status_code == 302


def test_half_session_planted_as_a_whole_one_opens_nothing(web: Web) -> None:
    turn_on(web)
    browser = web.browser()
    browser.sign_in("nadia")
    with browser.client.session_transaction() as kept:
        kept["token"] = kept["half"]
    assert browser.get("/help").status_code == 302


# ------------------------------------------------------------------------------ needed by a role


def test_role_that_needs_one_sets_it_up_before_anything_opens() -> None:
    with a_web(sign_in=SignInRules(second_factor_roles=frozenset({Role.ADMINISTRATOR}))) as web:
        browser = web.browser()
        assert browser.sign_in("admin", next="/settings").headers["Location"] == SET_UP
        assert browser.get("/settings").status_code == 302
        secret = secret_of(browser, SET_UP)
        done = form(browser, SET_UP, code=code_at(web, secret))
        assert done.status_code == 200 and 'href="/settings"' in done.get_data(as_text=True)
        assert browser.get("/settings").status_code == 200
        assert web.browser().sign_in("nadia").headers["Location"] == "/"


def test_session_without_a_factor_ends_when_the_role_comes_to_need_one() -> None:
    with a_web() as web:
        browser = web.browser("admin")
        deps = web.app.extensions["sunwai"]
        needs = SignInRules(second_factor_roles=frozenset({Role.ADMINISTRATOR}))
        object.__setattr__(deps, "sign_in", needs)
        assert browser.get("/settings").status_code == 302


def test_role_that_needs_one_cannot_turn_it_off() -> None:
    with a_web(sign_in=SignInRules(second_factor_roles=frozenset({Role.ADMINISTRATOR}))) as web:
        browser = web.browser()
        browser.sign_in("admin")
        secret = secret_of(browser, SET_UP)
        form(browser, SET_UP, code=code_at(web, secret))
        web.later(minutes=2)
        refused = form(browser, PAGE, f"{PAGE}/off", code=code_at(web, secret))
        assert refused.status_code == 403


# ------------------------------------------------------------------------------ off, anew, reset


def test_turning_it_off_needs_a_code(web: Web) -> None:
    browser, secret, _ = turn_on(web)
    assert form(browser, PAGE, f"{PAGE}/off", code="000000").status_code == 401
    assert form(browser, PAGE, f"{PAGE}/off", code=code_at(web, secret)).status_code == 303
    assert web.browser().sign_in("nadia").headers["Location"] == "/"


def test_new_recovery_codes_end_the_old_ones(web: Web) -> None:
    browser, secret, old = turn_on(web)
    made = form(browser, PAGE, f"{PAGE}/codes", code=code_at(web, secret))
    new = re.findall(r"<code>([a-z0-9-]{14})</code>", made.get_data(as_text=True))
    for code, status in ((old[3], 401), (new[3], 303)):
        other = web.browser()
        other.sign_in("nadia")
        assert form(other, CODE, code=code).status_code == status


def test_administrator_resets_it_and_the_log_says_who(web: Web) -> None:
    browser, _, _ = turn_on(web)
    with web.db.read() as tx:
        user = users.user_by_name(tx, "nadia")
    assert user is not None
    admin = web.browser("admin")
    done = admin.post("/api/users/second-factor", {"user": str(user.id)})
    assert done.status_code == 200
    assert browser.get("/help").status_code == 302
    assert web.browser().sign_in("nadia").headers["Location"] == "/"
    with web.db.read() as tx:
        told = {e.verb: e for e in audit.entries(tx)}["second_factor.off"]
    assert (told.actor, told.object) == ("administrator-6", f"user:{user.id}")


def test_factor_sealed_with_another_key_lets_nobody_in_and_says_what_to_do(web: Web) -> None:
    _, secret, _ = turn_on(web)
    object.__setattr__(web.app.extensions["sunwai"], "sealing_key", "another key")
    browser = web.browser()
    browser.sign_in("nadia")
    refused = form(browser, CODE, code=code_at(web, secret))
    assert refused.status_code == 409 and "administrator" in refused.get_data(as_text=True)
