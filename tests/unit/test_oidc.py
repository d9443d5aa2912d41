"""Sign-in through an identity provider: a real one on loopback, honest and lying."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from dashboard.identity.oidc import Provider
from dashboard.identity.passwords import LIGHT, hash_password
from dashboard.identity.sign_in_rules import FoundBy, Oidc, Passwords, SecondFactorOf, SignInRules
from data.db import Database
from data.model import Role, User
from data.store import audit, identities, users
from sunwai.network import provider_client
from tests.builders import NOW
from tests.provider import CLIENT, SECRET, Idp, a_key, a_provider
from tests.unit.dashboard_helpers import Browser, Web, a_web

HOME = "http://localhost"
BEGIN, BACK = "/sign-in/provider", "/sign-in/provider/back"


@contextmanager
def a_house(**told: Any) -> Generator[tuple[Web, Idp]]:
    """The web application and its provider, on one clock."""
    clock = [NOW]
    rules = told.pop("rules", SignInRules())
    db: Database | None = told.pop("db", None)
    with a_provider(lambda: clock[0]) as idp:
        oidc = Oidc(issuer=idp.url, client_id=CLIENT, client_secret=SECRET, home=HOME, **told)
        provider = Provider(oidc=oidc, line=provider_client)
        more = {} if db is None else {"db": db}
        with a_web(provider=provider, sign_in=rules, clock=clock, **more) as web:
            yield web, idp


@pytest.fixture
def house() -> Iterator[tuple[Web, Idp]]:
    with a_house() as made:
        yield made


def go(browser: Browser, next_: str = "/queue") -> TestResponse:
    """The whole way: off to the provider and back; gives our answer to who comes back."""
    return browser.get(way_back(browser, next_))


def way_back(browser: Browser, next_: str = "/queue") -> str:
    """The path that the provider sends the browser back to."""
    off = browser.get(f"{BEGIN}?next={next_}")
    assert off.status_code == 302, off.get_data(as_text=True)
    back = httpx.get(off.headers["Location"]).headers["Location"]
    assert back.startswith(HOME + BACK)
    return back.removeprefix(HOME)


def user_of(web: Web, name: str) -> User | None:
    with web.db.read() as tx:
        return users.user_by_name(tx, name)


def refusal(answer: TestResponse) -> str:
    return answer.get_data(as_text=True).split('role="alert">')[1].split("<")[0]


# ------------------------------------------------------------------------------ the good way


def test_known_person_comes_in_and_goes_on_to_the_page_asked_for(house: tuple[Web, Idp]) -> None:
    web, _ = house
    browser = web.browser()
    done = go(browser)
    assert (done.status_code, done.headers["Location"]) == (303, "/queue")
    assert browser.get("/queue").status_code == 200
    with web.db.read() as tx:
        told = {e.verb: e for e in audit.entries(tx)}
    assert told["sign_in"].detail == {"by": "provider"}
    assert told["user.tie"].actor == "officer-1"


def test_way_there_asks_for_a_code_with_pkce_state_and_nonce(house: tuple[Web, Idp]) -> None:
    web, _ = house
    asked = parse_qs(urlsplit(web.browser().get(BEGIN).headers["Location"]).query)
    assert asked["response_type"] == ["code"] and asked["code_challenge_method"] == ["S256"]
    assert all(len(asked[n][0]) >= 43 for n in ("state", "nonce", "code_challenge"))
    assert asked["redirect_uri"] == [HOME + BACK]


@pytest.mark.parametrize("basic", [True, False])
def test_client_shows_its_secret_as_the_provider_wants_it(basic: bool) -> None:
    with a_house() as (web, idp):
        idp.basic = basic
        assert go(web.browser()).status_code == 303


def test_claim_that_the_id_token_lacks_is_taken_from_userinfo(house: tuple[Web, Idp]) -> None:
    web, idp = house
    idp.person, idp.apart = {"sub": "s-1"}, {"preferred_username": "nadia"}
    assert go(web.browser()).status_code == 303


def test_userinfo_about_another_subject_is_not_believed(house: tuple[Web, Idp]) -> None:
    web, idp = house
    idp.person, idp.apart = {"sub": "s-1"}, {"preferred_username": "nadia", "sub": "s-2"}
    assert go(web.browser()).status_code == 400


def test_person_is_known_again_by_the_subject_when_the_name_changes(
    house: tuple[Web, Idp],
) -> None:
    web, idp = house
    go(web.browser())
    idp.person = {"sub": "s-1", "preferred_username": "nadia.married"}
    assert go(web.browser()).status_code == 303


def test_name_given_to_another_person_later_does_not_open_the_first_ones_desk(
    house: tuple[Web, Idp],
) -> None:
    web, idp = house
    go(web.browser())
    idp.person = {"sub": "s-2", "preferred_username": "nadia"}
    assert go(web.browser()).status_code == 403


def test_user_is_found_by_a_verified_email_address_only() -> None:
    with a_house(claim="email", found_by=FoundBy.EMAIL) as (web, idp):
        nadia = user_of(web, "nadia")
        assert nadia is not None
        with web.db.write() as tx:
            identities.set_email(tx, nadia.id, "Nadia@Office.example")
        idp.person = {"sub": "s-1", "email": "nadia@office.example", "email_verified": False}
        assert go(web.browser()).status_code == 403
        idp.person["email_verified"] = True
        assert go(web.browser()).status_code == 303


def test_sign_in_through_the_provider_works_on_every_database(db: Database) -> None:
    with a_house(db=db) as (web, idp):
        browser = web.browser()
        assert go(browser).status_code == 303
        assert browser.get("/queue").status_code == 200
        idp.person = {"sub": "s-9", "preferred_username": "nobody\x00here"}
        assert go(web.browser()).status_code == 403


# ------------------------------------------------------------------------------ lies


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": ["another-client", CLIENT]},  # and no azp
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"iss": "https://evil.example"},
        {"exp": int(NOW.timestamp()) - 61},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"sub": ""},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"nbf": int(NOW.timestamp()) + 600},
    ],
    ids=str,
)
def test_id_token_that_lies_lets_nobody_in(house: tuple[Web, Idp], lies: dict[str, object]) -> None:
    web, idp = house
    idp.lies = lies
    browser = web.browser()
    answer = go(browser)
    assert answer.status_code == 400 and "cannot be trusted" in refusal(answer)
    assert browser.get("/queue").status_code == 302


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_id_token_without_a_real_signature_lets_nobody_in(
    house: tuple[Web, Idp], algorithm: str
) -> None:
    web, idp = house
    idp.algorithm = algorithm
    answer = go(web.browser())
    assert answer.status_code == 400 and "cannot be trusted" in refusal(answer)


def test_id_token_signed_with_a_key_that_is_not_published_lets_nobody_in(
    house: tuple[Web, Idp],
) -> None:
    web, idp = house
    go(web.browser())
    idp.signs_with = a_key("k-1")  # the same name, another key
    assert go(web.browser()).status_code == 400


def test_forged_state_lets_nobody_in(house: tuple[Web, Idp]) -> None:
    web, idp = house
    idp.state = "forged"
    browser = web.browser()
    answer = go(browser)
    assert answer.status_code == 400 and "not begun here" in refusal(answer)
    assert browser.get("/queue").status_code == 302


def test_answer_planted_in_another_browser_lets_nobody_in(house: tuple[Web, Idp]) -> None:
    web, _ = house
    stolen = way_back(web.browser())
    victim = web.browser()
    assert victim.get(stolen).status_code == 400
    assert victim.get("/queue").status_code == 302


def test_answer_is_taken_once(house: tuple[Web, Idp]) -> None:
    web, _ = house
    browser = web.browser()
    path = way_back(browser)
    assert browser.get(path).status_code == 303
    with browser.client.session_transaction() as kept:
        kept.clear()
    assert browser.get(path).status_code == 400


def test_answer_that_comes_after_ten_minutes_is_too_old(house: tuple[Web, Idp]) -> None:
    web, _ = house
    browser = web.browser()
    path = way_back(browser)
    web.later(minutes=11)
    assert browser.get(path).status_code == 400


def test_answer_of_another_issuer_is_refused(house: tuple[Web, Idp]) -> None:
    web, _ = house
    browser = web.browser()
    path = way_back(browser).split("&iss=")[0] + "&iss=https%3A%2F%2Fevil.example"
    assert browser.get(path).status_code == 400


def test_foreign_next_does_not_survive_the_way(house: tuple[Web, Idp]) -> None:
    web, _ = house
    assert go(web.browser(), "//evil.example").headers["Location"] == "/"


# ------------------------------------------------------------------------------ who may not


def test_unknown_person_is_told_that_no_account_is_open(house: tuple[Web, Idp]) -> None:
    web, idp = house
    idp.person = {"sub": "s-7", "preferred_username": "stranger"}
    answer = go(web.browser())
    assert answer.status_code == 403 and "no account is open" in refusal(answer)
    assert user_of(web, "stranger") is None


def test_disabled_person_stays_out(house: tuple[Web, Idp]) -> None:
    web, _ = house
    browser = web.browser()
    go(browser)
    nadia = user_of(web, "nadia")
    assert nadia is not None
    with web.db.write() as tx:
        users.disable_user(tx, nadia.id, now=web.now)
    assert browser.get("/queue").status_code == 302
    assert go(web.browser()).status_code == 403


def test_person_who_stopped_at_the_provider_is_told_so(house: tuple[Web, Idp]) -> None:
    web, idp = house
    idp.refuses = "access_denied"
    answer = go(web.browser())
    assert answer.status_code == 400 and "did not let you in" in refusal(answer)


GROUPS = {"Comms": Role.OFFICER, "Audit": Role.AUDITOR}


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["Comms", "Canteen"], Role.OFFICER),
        ("Audit", Role.AUDITOR),
        ([], None),
        (["Canteen"], None),
        (["Comms", "Audit"], None),  # two roles: a person decides which
        ([["Comms"]], None),
    ],
)
def test_group_gives_a_new_person_just_one_role(groups: object, role: Role | None) -> None:
    with a_house(groups=GROUPS) as (web, idp):
        idp.person = {"sub": "s-7", "preferred_username": "sana", "name": "Sana", "groups": groups}
        assert go(web.browser(), "/").status_code == (403 if role is None else 303)
        made = user_of(web, "sana")
        assert (None if made is None else made.role) == role


def test_person_made_by_a_group_has_no_password(house: tuple[Web, Idp]) -> None:
    with a_house(groups=GROUPS) as (web, idp):
        idp.person = {"sub": "s-7", "preferred_username": "sana", "groups": ["Comms"]}
        go(web.browser(), "/")
        assert web.browser().sign_in("sana", "!").status_code == 401


def test_group_does_not_change_the_role_of_who_has_an_account() -> None:
    with a_house(groups={"Admins": Role.ADMINISTRATOR}) as (web, idp):
        idp.person = {"sub": "s-1", "preferred_username": "nadia", "groups": ["Admins"]}
        assert go(web.browser()).status_code == 303
        nadia = user_of(web, "nadia")
        assert nadia is not None and nadia.role is Role.OFFICER


# ------------------------------------------------------------------------------ keys, and away


def test_new_keys_are_fetched_when_a_token_names_one(house: tuple[Web, Idp]) -> None:
    web, idp = house
    go(web.browser())
    idp.rotate()
    web.later(minutes=1)
    assert go(web.browser()).status_code == 303


def test_keys_are_not_asked_for_again_and_again_for_forged_tokens(house: tuple[Web, Idp]) -> None:
    web, idp = house
    go(web.browser())
    idp.algorithm = "none"
    for _ in range(3):
        go(web.browser())
    assert idp.asked.count("/keys") == 1


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
def test_provider_that_is_down_is_told_at_the_sign_in_page(
    house: tuple[Web, Idp], path: str
) -> None:
    web, idp = house
    idp.broken = path
    browser = web.browser()
    off = browser.get(BEGIN)
    answer = off if off.status_code != 302 else go(browser)
    assert answer.status_code == 502 and "does not answer" in refusal(answer)


@pytest.mark.parametrize("babble", ["<html>", "[1]", "[" * 100_000])
def test_provider_that_babbles_is_told_at_the_sign_in_page(
    house: tuple[Web, Idp], babble: str
) -> None:
    web, idp = house
    idp.broken, idp.babble = "/token", babble
    assert go(web.browser()).status_code == 502


def test_provider_that_nobody_hears_is_told_at_the_sign_in_page() -> None:
    oidc = Oidc(issuer="http://127.0.0.1:9", client_id=CLIENT, client_secret="", home=HOME)
    with a_web(provider=Provider(oidc=oidc, line=provider_client)) as web:
        answer = web.browser().get(BEGIN)
        assert answer.status_code == 502 and "does not answer" in refusal(answer)
        assert web.browser().sign_in("nadia").status_code == 303


def test_provider_that_calls_itself_otherwise_is_not_believed(house: tuple[Web, Idp]) -> None:
    web, idp = house
    idp.calls_itself = "https://evil.example"
    assert web.browser().get(BEGIN).status_code == 400


def test_without_a_provider_its_addresses_do_not_exist() -> None:
    with a_web() as web:
        assert web.browser().get(BEGIN).status_code == 404
        assert web.browser().get(f"{BACK}?code=x&state=y").status_code == 404
        assert "/sign-in/provider" not in web.browser().get("/sign-in").get_data(as_text=True)


# ------------------------------------------------------------------------------ the way out


def test_signing_out_ends_the_session_here_and_leads_to_the_providers_end(
    house: tuple[Web, Idp],
) -> None:
    web, idp = house
    browser = web.browser()
    go(browser)
    told = browser.post("/sign-out").json
    assert told is not None and told["go"].startswith(f"{idp.url}/end?id_token_hint=")
    assert browser.get("/queue").status_code == 302
    assert httpx.get(told["go"]).headers["Location"] == f"{HOME}/sign-in"


def test_signing_out_stays_here_when_the_provider_offers_no_end_or_a_password_opened_it(
    house: tuple[Web, Idp],
) -> None:
    web, idp = house
    assert web.browser("nadia").post("/sign-out").json == {"ok": True, "go": "/sign-in"}
    idp.ends = False
    browser = web.browser()
    go(browser)
    assert browser.post("/sign-out").json == {"ok": True, "go": "/sign-in"}


def test_the_database_holds_no_readable_token_of_the_provider(house: tuple[Web, Idp]) -> None:
    web, _ = house
    go(web.browser())
    with web.db.read() as tx:
        sealed = tx.execute(text("SELECT sealed_proof FROM user_session")).scalar_one()
    assert b"eyJ" not in bytes(sealed)


# ------------------------------------------------------------------------------ with our rules


def test_our_second_factor_is_asked_for_unless_the_provider_showed_one() -> None:
    needs = SignInRules(second_factor_roles=frozenset({Role.OFFICER}))
    with a_house(rules=needs) as (web, idp):
        assert go(web.browser()).headers["Location"] == "/sign-in/set-up"
        idp.person["amr"] = ["pwd", "mfa"]
        assert go(web.browser()).headers["Location"] == "/queue"


def test_settings_may_leave_the_second_factor_to_the_provider() -> None:
    needs = SignInRules(second_factor_roles=frozenset({Role.OFFICER}))
    with a_house(rules=needs, second_factor=SecondFactorOf.PROVIDER) as (web, _):
        browser = web.browser()
        assert go(browser).headers["Location"] == "/queue"
        assert browser.get("/queue").status_code == 200


@pytest.mark.parametrize(
    ("who", "officer", "admin"),
    [(Passwords.EVERYONE, 303, 303), (Passwords.ADMINISTRATORS, 401, 303),
     (Passwords.NOBODY, 401, 401)],
)  # fmt: skip
def test_passwords_open_for_whom_the_settings_say(who: Passwords, officer: int, admin: int) -> None:
    with a_house(rules=SignInRules(passwords=who)) as (web, _):
        assert web.browser().sign_in("nadia").status_code in (officer, 400)
        page = web.browser().get("/sign-in").get_data(as_text=True)
        assert ('id="password"' in page) == (who is not Passwords.NOBODY)
        if who is not Passwords.NOBODY:
            assert web.browser().sign_in("nadia").status_code == officer
            assert web.browser().sign_in("admin").status_code == admin


def test_password_hash_with_old_work_is_made_anew_at_sign_in() -> None:
    with a_web() as web:
        object.__setattr__(web.app.extensions["sunwai"], "password_work", replace(LIGHT, passes=2))
        browser = web.browser("nadia")
        nadia = user_of(web, "nadia")
        assert nadia is not None
        with web.db.read() as tx:
            hashed = users.password_hash(tx, nadia.id)
        assert "t=2" in hashed and hash_password("a-long-password-1", LIGHT) != hashed
        assert browser.get("/help").status_code == 200
        assert web.browser().sign_in("nadia").status_code == 303
