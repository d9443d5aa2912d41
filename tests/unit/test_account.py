"""One's own sessions and password, and what an administrator does with users."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from dashboard.identity.passwords import MOST_LENGTH, Weakness, weakness
from data.model import Role, User
from data.store import audit, users
from tests.browser.desk_data import PASSWORD
from tests.unit.dashboard_helpers import Browser, Web, a_web
from tests.unit.test_second_factor import form

SESSIONS, CHANGE = "/me/sessions", "/me/password"
NEW = "four plain words here"


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web() as made:
        yield made


def user_of(web: Web, name: str) -> User:
    with web.db.read() as tx:
        found = users.user_by_name(tx, name)
    assert found is not None
    return found


def marks(browser: Browser) -> list[str]:
    shown = browser.get(SESSIONS).get_data(as_text=True)
    return [m for m in re.findall(r'name="session" value="([^"]+)"', shown) if m != "others"]


def change(browser: Browser, old: str = PASSWORD, new: str = NEW, again: str = NEW) -> int:
    return form(browser, CHANGE, old=old, new=new, again=again).status_code


def verbs(web: Web) -> list[str]:
    with web.db.read() as tx:
        return [e.verb for e in audit.entries(tx)]


# ------------------------------------------------------------------------------ own sessions


def test_sessions_page_lists_the_users_own_and_marks_this_browser(web: Web) -> None:
    web.browser("bilal")
    here, _ = web.browser("nadia"), web.browser("nadia")
    shown = here.get(SESSIONS).get_data(as_text=True)
    assert shown.count("This browser") == 1 and len(marks(here)) == 1


def test_session_is_ended_from_another_browser(web: Web) -> None:
    here, other = web.browser("nadia"), web.browser("nadia")
    assert form(here, SESSIONS, session=marks(here)[0]).status_code == 303
    assert other.get("/help").status_code == 302
    assert here.get("/help").status_code == 200
    assert "session.end" in verbs(web)


def test_all_other_sessions_are_ended_at_once(web: Web) -> None:
    here, others = web.browser("nadia"), [web.browser("nadia") for _ in range(3)]
    form(here, SESSIONS, session="others")
    assert [b.get("/help").status_code for b in others] == [302] * 3
    assert here.get("/help").status_code == 200


def test_session_of_another_user_cannot_be_ended_by_its_mark(web: Web) -> None:
    bilal, second = web.browser("bilal"), web.browser("bilal")
    mark = marks(bilal)[0]
    assert form(web.browser("nadia"), CHANGE, SESSIONS, session=mark).status_code == 404
    assert second.get("/help").status_code == 200


@pytest.mark.parametrize("mark", ["", "%", "x" * 64, "0", "' OR 1=1 --", "\x00"])
def test_session_mark_that_is_none_ends_nothing(web: Web, mark: str) -> None:
    here = web.browser("nadia")
    assert form(here, CHANGE, SESSIONS, session=mark).status_code == 404
    assert here.get("/help").status_code == 200


# ------------------------------------------------------------------------------ own password


def test_password_is_changed_for_the_old_one_and_other_sessions_end(web: Web) -> None:
    here, other = web.browser("nadia"), web.browser("nadia")
    assert change(here) == 200
    assert here.get("/help").status_code == 200
    assert other.get("/help").status_code == 302
    assert web.browser().sign_in("nadia").status_code == 401
    assert web.browser().sign_in("nadia", NEW).status_code == 303
    assert "user.password" in verbs(web)


def test_password_is_not_changed_for_a_wrong_old_one_and_the_try_counts(web: Web) -> None:
    here = web.browser("nadia")
    assert [change(here, old="wrong") for _ in range(6)] == [401] * 5 + [429]
    assert web.browser().sign_in("nadia", NEW).status_code == 429


@pytest.mark.parametrize(
    ("new", "again"),
    [("short", "short"), (NEW, "not the same"), (PASSWORD, PASSWORD), ("nadia12345", "nadia12345"),
     ("password123!", "password123!"), ("aaaaaaaaaaaa", "aaaaaaaaaaaa")],
)  # fmt: skip
def test_password_that_will_not_do_is_refused_with_a_sentence(
    web: Web, new: str, again: str
) -> None:
    here = web.browser("nadia")
    answer = form(here, CHANGE, old=PASSWORD, new=new, again=again)
    assert answer.status_code == 400 and 'role="alert"' in answer.get_data(as_text=True)
    assert web.browser().sign_in("nadia").status_code == 303


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("ninechars", Weakness.SHORT),
        ("x" * (MOST_LENGTH + 1), Weakness.LONG),
        ("Password2026", Weakness.COMMON),
        ("pakistan!!", Weakness.COMMON),
        ("1234567890", Weakness.COMMON),
        ("nadia-nadia1", Weakness.NAME),
        ("Nadia Rehman1", Weakness.NAME),
        ("abababababab", Weakness.SAME),
        ("qwertyuiopasdf", Weakness.RUN),
        ("kjihgfedcba", Weakness.RUN),
        (NEW, None),
        ("کالی بلی چھت پر", None),
        ("tv9-Qm2-xk7", None),
    ],
)
def test_weakness_names_why_a_password_will_not_do(password: str, why: Weakness | None) -> None:
    assert weakness(password, "nadia", "Nadia Rehman") == why


# ------------------------------------------------------------------------------ administrator


def act(web: Web, path: str, **told: str) -> int:
    return web.browser("admin").post(f"/api/users/{path}", told).status_code


def test_administrator_adds_a_user_who_comes_in_with_the_password_told_once(web: Web) -> None:
    admin = web.browser("admin")
    told = {"name": "sana", "display": "Sana Mir", "role": "auditor"}
    answer = admin.post("/api/users/add", told)
    assert answer.json is not None
    found = re.search(r"[a-z0-9]{4}(?:-[a-z0-9]{4}){3}", answer.json["told"])
    assert found is not None
    assert web.browser().sign_in("sana", found[0]).status_code == 303
    assert user_of(web, "sana").role is Role.AUDITOR
    assert admin.post("/api/users/add", told).status_code == 409


@pytest.mark.parametrize(
    "told",
    [{"name": "two words", "role": "officer"}, {"name": "", "role": "officer"},
     {"name": "x", "role": "king"}, {"name": "x\x00y", "role": "officer"},
     {"name": "x", "display": "a\nb", "role": "officer"}, {"name": 7, "role": "officer"}],
)  # fmt: skip
def test_user_who_cannot_be_is_refused(web: Web, told: dict[str, object]) -> None:
    assert web.browser("admin").post("/api/users/add", told).status_code == 400


def test_role_is_changed_and_the_sessions_of_the_old_one_end(web: Web) -> None:
    browser, nadia = web.browser("nadia"), user_of(web, "nadia")
    assert act(web, "role", user=str(nadia.id), role="auditor") == 200
    assert browser.get("/help").status_code == 302
    assert user_of(web, "nadia").role is Role.AUDITOR


def test_user_is_disabled_and_let_in_again(web: Web) -> None:
    browser, nadia = web.browser("nadia"), user_of(web, "nadia")
    assert act(web, "disable", user=str(nadia.id)) == 200
    assert browser.get("/help").status_code == 302
    assert web.browser().sign_in("nadia").status_code == 401
    assert act(web, "enable", user=str(nadia.id)) == 200
    assert web.browser().sign_in("nadia").status_code == 303


def test_new_password_lets_in_who_was_made_to_wait(web: Web) -> None:
    nadia = user_of(web, "nadia")
    for _ in range(5):
        web.browser().sign_in("nadia", "wrong")
    web.later(minutes=16)  # the address's own count runs down
    answer = web.browser("admin").post("/api/users/password", {"user": str(nadia.id)})
    assert answer.json is not None
    made = re.search(r"[a-z0-9]{4}(?:-[a-z0-9]{4}){3}", answer.json["told"])
    assert made is not None
    assert web.browser().sign_in("nadia").status_code == 401
    assert web.browser().sign_in("nadia", made[0]).status_code == 303


def test_all_sessions_of_a_user_are_ended(web: Web) -> None:
    browsers = [web.browser("nadia"), web.browser("nadia")]
    assert act(web, "sessions", user=str(user_of(web, "nadia").id)) == 200
    assert [b.get("/help").status_code for b in browsers] == [302, 302]


@pytest.mark.parametrize("path", ["role", "disable", "password", "second-factor"])
def test_administrator_does_none_of_it_to_their_own_account(web: Web, path: str) -> None:
    own = str(user_of(web, "admin").id)
    assert act(web, path, user=own, role="officer") == 409
    assert user_of(web, "admin").role is Role.ADMINISTRATOR


@pytest.mark.parametrize("path", ["role", "disable", "enable", "password", "sessions", "display",
                                  "second-factor", "email", "untie"])  # fmt: skip
def test_user_who_does_not_exist_is_told_as_such(web: Web, path: str) -> None:
    assert act(web, path, user="999999", role="officer", display="x") == 404


def test_email_address_belongs_to_one_user_only(web: Web) -> None:
    nadia, bilal = user_of(web, "nadia"), user_of(web, "bilal")
    assert act(web, "email", user=str(nadia.id), email="A@office.example") == 200
    assert act(web, "email", user=str(bilal.id), email="a@OFFICE.example") == 409
    assert act(web, "email", user=str(bilal.id), email="no address") == 400
    assert act(web, "email", user=str(nadia.id), email="") == 200
    assert act(web, "email", user=str(bilal.id), email="a@office.example") == 200


def test_every_act_on_a_user_is_told_in_the_log_under_a_pseudonym(web: Web) -> None:
    nadia = str(user_of(web, "nadia").id)
    acts = {"role": "user.role", "display": "user.display", "disable": "user.disable",
            "enable": "user.enable", "password": "user.password", "sessions": "session.end",
            "email": "user.email"}  # fmt: skip
    for path, verb in acts.items():
        told = {
            "user": nadia, "role": "senior", "display": "N", "email": "n@office.example",
        }  # fmt: skip
        assert act(web, path, **told) == 200, path
        with web.db.read() as tx:
            newest = audit.entries(tx, limit=1)[0]
        assert (newest.verb, newest.actor) == (verb, "administrator-6"), path
